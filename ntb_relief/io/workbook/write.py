"""From an operation to the workbook that reads back as the same operation."""

from __future__ import annotations

import tempfile
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError, Issue
from ...geo.network import RoadNetwork
from ...units import DAY_S, WITA
from ..excel import new_workbook, workbook_bytes
from ..files import write_file
from .cells import CellReader
from .places import PlaceFinder
from .read import inspect_workbook
from .render import draw_sheet
from .rows import fleet_type_rows, item_labels, item_rows, provenance_cells, rate_rows, type_labels
from .settings import FROM_RATES, HORIZON, NAME, NOTE, START
from .sheets import CLOSURES, FLEET, FLEET_TYPES, ITEMS, NEEDS, POSKO, RATES, SETTINGS, SHEETS, SITES, STOCK
from .template import draw_guide

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ...model.operation import Closure, Operation
    from ...model.places import Posko, Site
    from ..excel import Value
    from .rows import SheetRow


def write_operation(operation: Operation, path: str | Path) -> None:
    """Write an operation as a workbook that `read_operation` gives back equal.

    Parameters
    ----------
    operation : Operation
        On the embedded network: a workbook holds no roads, no crossings and no speeds.
    path : str or Path

    Raises
    ------
    InputError
        Where the operation has something a workbook cannot hold; write it with `operation_to_json` instead.
    """
    _check_network(operation)
    book = new_workbook()
    draw_guide(book)
    rows = operation_rows(operation)
    for sheet in SHEETS:
        draw_sheet(book, sheet, rows[sheet.name])
    data = workbook_bytes(book)
    _check_reads_back(operation, data)
    write_file(Path(path), data)


def operation_rows(operation: Operation) -> dict[str, list[SheetRow]]:
    """Return the rows of every sheet by its name."""
    item_named, type_named = item_labels(operation.items), type_labels(operation.fleet_types)
    return {
        SETTINGS.name: _settings(operation),
        POSKO.name: [
            {"id": x.id, "name": x.name, **_place(x), "people": x.people, "households": x.households, **provenance_cells(x.provenance)}
            for x in operation.poskos
        ],
        NEEDS.name: [
            {"posko": x.posko_id, "item": item_named[x.item_id], "quantity": x.quantity, "level": x.level, **provenance_cells(x.provenance)}
            for x in operation.needs
        ],
        SITES.name: [{"id": x.id, "name": x.name, **_place(x), **provenance_cells(x.provenance)} for x in operation.sites],
        STOCK.name: [
            {"site": x.site_id, "owner": x.owner, "item": item_named[x.item_id], "quantity": x.quantity, **provenance_cells(x.provenance)}
            for x in operation.supplies
        ],
        FLEET.name: [
            {"vehicle": x.id, "type": type_named[x.type_id], "count": 1, "base": x.base_id, "available": _clock(operation, x.available_s)}
            for x in operation.vehicles
        ],
        FLEET_TYPES.name: fleet_type_rows(operation.fleet_types),
        CLOSURES.name: [_closure(x) for x in operation.closures],
        ITEMS.name: item_rows(operation.items),
        RATES.name: rate_rows(operation.rates, operation.items),
    }


def _settings(operation: Operation) -> list[SheetRow]:
    start = operation.start.astimezone(WITA).replace(tzinfo=None)
    pairs: list[tuple[str, Value]] = [
        (NAME, operation.name),
        (START, start.isoformat(sep=" ") if start.microsecond else start),
        (HORIZON, operation.horizon_s / DAY_S),
        (FROM_RATES, "tidak"),  # every need is listed, so nothing may be added on reading
        *((NOTE, note) for note in operation.notes),
    ]
    return [{"key": key, "value": value} for key, value in pairs]


def _clock(operation: Operation, after_s: int) -> Value:
    moment = operation.start.astimezone(WITA) + timedelta(seconds=after_s)
    return moment.replace(tzinfo=None) if after_s else None


def _closure(closure: Closure) -> SheetRow:
    state = "ditutup" if closure.slow_factor is None else f"lambat {closure.slow_factor!r}".replace(".", ",")
    ends: Mapping[str, Value] = {"from": closure.from_node, "to": closure.to_node}
    return {**ends, "state": state, "where": closure.where, **provenance_cells(closure.provenance)}


def _place(place: Posko | Site) -> SheetRow:
    """Return the shortest way to say where something is that reads back to the same point, node and code."""
    finder = PlaceFinder(CellReader())
    for text in filter(None, (place.code, place.node_id)):
        spot = finder.try_find(text)
        if spot is not None and (spot.lon, spot.lat, spot.node_id) == (place.lon, place.lat, place.node_id):
            return {"place": text, "code": place.code if spot.code != place.code else None}
    spot = finder.try_find(f"{place.lat!r}, {place.lon!r}")
    is_nearest = spot is not None and spot.node_id == place.node_id
    return {"lat": place.lat, "lon": place.lon, "code": place.code, "node": None if is_nearest else place.node_id}


def _check_network(operation: Operation) -> None:
    network = RoadNetwork.from_ntb()
    is_embedded = operation.roads is network.table and operation.crossings == network.crossings
    if not (is_embedded and dict(operation.profiles) == dict(network.profiles)):
        issue = Issue("operation", "has its own road network, and a workbook holds none", "write it with operation_to_json")
        raise InputError([issue])


def _check_reads_back(operation: Operation, data: bytes) -> None:
    """Refuse what a workbook would change in silence, such as an id with spaces at its end."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "operation.xlsx"
        file.write_bytes(data)
        report = inspect_workbook(file)
    if report.operation is None:
        raise InputError([Issue(f"operation ({x.where})", x.what, "change it, or write it with operation_to_json") for x in report.issues])
    changed = [name for name in _differing(operation, report.operation) if name != "notes"]
    if changed:
        issues = [
            Issue(f"operation.{name}", "would read back changed", "give ids and texts without outer spaces, or use operation_to_json")
            for name in changed
        ]
        raise InputError(issues)


def _differing(one: Operation, other: Operation) -> Iterable[str]:
    return (field.name for field in fields(one) if getattr(one, field.name) != getattr(other, field.name))
