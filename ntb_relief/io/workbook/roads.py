"""The sheet 'Jalan ditutup': which links of the network are cut or slow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ...geo.network import RoadNetwork
from ...model.operation import Closure
from .headings import heading_key
from .lookup import provenance_of
from .numbers import NumberTextError, parse_number
from .places import has_node

if TYPE_CHECKING:
    from .cells import Cell, CellReader
    from .headings import Row
    from .places import PlaceFinder, Spot

_CLOSED: Final = frozenset({"ditutup", "tutup", "tertutup", "putus", "terputus", "tidakbisalewat", "closed"})
_SLOW: Final = re.compile(r"(?:lambat|pelan|slow)\s*(?:x\s*)?([\d.,]+)\s*(?:x|kali)?", re.IGNORECASE)
_NAMES_SHOWN: Final = 6


def read_closures(rows: tuple[Row, ...], finder: PlaceFinder, reader: CellReader) -> tuple[Closure, ...]:
    """Return the closed and slow links; a pair of places without a link of their own means all roads of the way between them."""
    closures: dict[tuple[str, str], Closure] = {}
    for row in rows:
        start, end = finder.find(row["from"]), finder.find(row["to"])
        state = _state(row["state"], reader)
        if start is None or end is None or state is None:
            continue
        (slow_factor,) = state
        links = _links(row, start, end, reader)
        text, provenance = reader.text(row["where"]), provenance_of(row, reader)
        if not text and not (has_node(reader.text(row["from"])) and has_node(reader.text(row["to"]))):
            text = f"{start.name} - {end.name}"
        for one, other in links:
            if slow_factor is not None and _is_ferry(one, other):
                reader.log.add(row["state"].where, "a ferry keeps its timetable and cannot be slow", "write ditutup, or leave the row out")
                continue
            if (one, other) in closures or (other, one) in closures:
                reader.notes.add(
                    row.where, f"ruas {one} - {other} sudah disebut di baris sebelumnya; baris pertama berlaku", kind="closed twice"
                )
                continue
            closures[one, other] = Closure(one, other, slow_factor, text, provenance)
    return tuple(closures.values())


def _state(cell: Cell, reader: CellReader) -> tuple[float | None] | None:
    """Return the slow factor in a tuple, (None,) for closed, None where the cell is refused."""
    text = reader.text(cell)
    slow = _SLOW.fullmatch(text)
    if heading_key(text) in _CLOSED:
        return (None,)
    if slow is not None:
        try:
            factor = parse_number(slow[1]).value
        except NumberTextError as error:
            reader.log.add(cell.where, error.what, error.fix)
            return None
        if factor >= 1:
            return (factor,)
    reader.log.add(cell.where, f"'{cell.shown}' is not a state of a road", "write ditutup, or lambat and how many times slower: lambat 2")
    return None


def _links(row: Row, start: Spot, end: Spot, reader: CellReader) -> list[tuple[str, str]]:
    from ...geo.paths import shortest_path

    network = RoadNetwork.from_ntb()
    one, other = start.node_id, end.node_id
    if one == other:
        reader.log.add(row["to"].where, "both places are reached at the same road node", "name two different places")
        return []
    if _edges(one, other):
        return [(one, other)]
    path = shortest_path(network, from_node=one, to_node=other, profile="motorbike")
    edges = [] if path is None else [edge for edge in path.edges if network.table.kind[edge] == "road"]
    if not edges:
        reader.log.add(row["to"].where, f"no road joins '{start.name}' and '{end.name}'", "name the two ends of one road")
        return []
    ids, km = network.table.node_ids, sum(int(network.table.length_m[edge]) for edge in edges) / 1000
    links = [(ids[network.table.edge_from[edge]], ids[network.table.edge_to[edge]]) for edge in edges]
    more = f" dan {len(links) - _NAMES_SHOWN} lagi" if len(links) > _NAMES_SHOWN else ""
    shown = ", ".join(f"{first} - {second}" for first, second in links[:_NAMES_SHOWN]) + more
    reader.notes.add(row.where, f"bukan satu ruas: semua {len(links)} ruas jalan terpendek ({km:.1f} km) ikut berubah: {shown}")
    return links


def _edges(one: str, other: str) -> tuple[int, ...]:
    return RoadNetwork.from_ntb().index.edges_by_link.get(frozenset((one, other)), ())


def _is_ferry(one: str, other: str) -> bool:
    return any(RoadNetwork.from_ntb().table.kind[edge] == "ferry" for edge in _edges(one, other))
