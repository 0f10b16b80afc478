"""Sums along shortest paths between places that are nodes or points on edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import IssueLog
from ..model.travel import UNREACHABLE
from .junctions import junctions
from .stops import EdgeStop
from .tables import shortest_sums
from .ways import edge_ways

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from .network import RoadNetwork

    Ints = NDArray[np.int64]
    Sums = tuple[Ints, Ints, Ints]

_FAR = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class _Doors:
    """How places meet the network: by up to two nodes each.

    Parameters
    ----------
    node : int64 array, shape (P, 2)
        Rows of nodes of the graph (see `junctions`).
    seconds, metres : int64 array, shape (P, 2)
        Between the place and the node; seconds `UNREACHABLE` where there is no such way.
    """

    node: Ints
    seconds: Ints
    metres: Ints


def place_sums(
    network: RoadNetwork,
    *,
    profile: str,
    sources: Mapping[str, str | EdgeStop],
    targets: Mapping[str, str | EdgeStop],
    start: datetime | None = None,
    latest_s: int | None = None,
    threads: int = 1,
) -> tuple[Ints, Ints, Ints]:
    """Return seconds, metres and rupiah of the least path from each source to each target, shape (S, T) each.

    A path leaves a point on an edge over either end of that edge, as far as the edge is open that way, and two points of one
    edge are joined along it too where that is quicker than around.

    Parameters
    ----------
    network : RoadNetwork
    profile : str
    sources, targets : mapping of str to (str or EdgeStop)
        Place id to node id, or to a point on an edge of this network or a copy of it.
    start, latest_s, threads
        As for `travel_matrix`.

    Returns
    -------
    duration_s, distance_m, toll_idr : int64 array
        `UNREACHABLE` where there is no path.

    Raises
    ------
    UnknownReferenceError, InputError
        With every node or edge that is not in the network.
    """
    ways = edge_ways(network, profile)
    leave, enter = (_doors(network, places, ways, is_source=is_source) for places, is_source in ((sources, True), (targets, False)))
    from_nodes, from_door = np.unique(leave.node, return_inverse=True)
    to_nodes, to_door = np.unique(enter.node, return_inverse=True)
    span: dict[str, Any] = {"profile": profile, "start": start, "latest_s": latest_s, "threads": threads}
    tables = shortest_sums(network, sources=from_nodes, targets=to_nodes, **span)
    best = _along_edges(network, list(sources.values()), list(targets.values()), ways)
    from_door, to_door = from_door.reshape(-1, 2), to_door.reshape(-1, 2)
    has_edges = [any(isinstance(place, EdgeStop) for place in places.values()) for places in (sources, targets)]
    for out in range(1 + has_edges[0]):
        for into in range(1 + has_edges[1]):
            cells = np.ix_(from_door[:, out], to_door[:, into])
            seconds, metres, rupiah = (table[cells] for table in tables)
            ends = leave.seconds[:, out, None], enter.seconds[None, :, into]
            is_way = (seconds != UNREACHABLE) & (ends[0] != UNREACHABLE) & (ends[1] != UNREACHABLE)
            seconds = np.where(is_way, seconds + ends[0] + ends[1], _FAR)
            metres = metres + leave.metres[:, out, None] + enter.metres[None, :, into]
            best = _least(best, (seconds, metres, rupiah))
    is_lost = best[0] == _FAR
    for table in best:
        table[is_lost] = UNREACHABLE
    return best


def _least(one: Sums, other: Sums) -> Sums:
    """Return the quicker of two sums cell by cell, of equally quick ones the shorter, then the cheaper."""
    is_less = other[0] < one[0]
    is_tied = other[0] == one[0]
    is_less |= is_tied & ((other[1] < one[1]) | ((other[1] == one[1]) & (other[2] < one[2])))
    return tuple(np.where(is_less, second, first) for first, second in zip(one, other, strict=True))  # type: ignore[return-value]


def _doors(network: RoadNetwork, places: Mapping[str, str | EdgeStop], ways: tuple[Ints, Ints], *, is_source: bool) -> _Doors:
    log = IssueLog()
    table, meet = network.table, junctions(network)
    ends = table.edge_from, table.edge_to
    for name, place in places.items():
        if isinstance(place, EdgeStop) and not 0 <= place.edge < len(table.kind):
            log.add(f"stop '{name}'", f"lies on edge {place.edge}, which is none of the network", "snap it on this network")
    log.raise_if_any()
    nodes = iter(network.index.rows(place for place in places.values() if isinstance(place, str)))
    doors = _Doors(*(np.zeros((len(places), 2), dtype=np.int64) for _ in range(3)))
    for row, place in enumerate(places.values()):
        if isinstance(place, str):
            doors.node[row] = next(nodes)
            continue
        # Whoever comes off an edge is bound by the signs at its end, and so is whoever turns onto it.
        doors.node[row] = meet.head[::-1, place.edge] if is_source else meet.tail[:, place.edge]
        length = int(table.length_m[place.edge])
        near = round(place.share * length)
        doors.metres[row] = near, length - near
        # Towards the first end one drives the edge backwards, from it forwards.
        over = (ways[1], ways[0]) if is_source else (ways[0], ways[1])
        for side in range(2):
            whole = int(over[side][place.edge])
            part = round(place.share * whole)
            is_there = place.share == side  # at the very end of the edge one needs no way along it
            if is_there:
                doors.node[row, side] = ends[side][place.edge]
            doors.seconds[row, side] = 0 if is_there else UNREACHABLE if whole == UNREACHABLE else (part, whole - part)[side]
    return doors


def _along_edges(network: RoadNetwork, sources: list[str | EdgeStop], targets: list[str | EdgeStop], ways: tuple[Ints, Ints]) -> Sums:
    """Return the sums between points of one edge along it; no way in all other cells."""
    shape = len(sources), len(targets)
    seconds, metres, rupiah = np.full(shape, _FAR), np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    on_edge: dict[int, list[int]] = {}
    for column, place in enumerate(targets):
        if isinstance(place, EdgeStop):
            on_edge.setdefault(place.edge, []).append(column)
    for row, source in enumerate(sources):
        if not isinstance(source, EdgeStop):
            continue
        for column in on_edge.get(source.edge, ()):
            target = targets[column]
            assert isinstance(target, EdgeStop)  # noqa: S101 - as found above
            whole = int(ways[0 if target.share >= source.share else 1][source.edge])
            if whole != UNREACHABLE or target.share == source.share:
                length = int(network.table.length_m[source.edge])
                seconds[row, column] = abs(round(target.share * whole) - round(source.share * whole))
                metres[row, column] = abs(round(target.share * length) - round(source.share * length))
    return seconds, metres, rupiah
