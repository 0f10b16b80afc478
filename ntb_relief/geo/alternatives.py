"""A few other good ways from one place to another.

Ways over a third node, by plateaus: what the quickest tree from the start and the quickest tree to the end share is locally
optimal, so such a way makes no needless turn off and back (Abraham, Delling, Goldberg and Werneck 2013, "Alternative routes in
road networks").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import IssueLog
from .graph import profile_graph, tie_weight
from .junctions import junctions
from .paths import arcs_back, path_of

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from ..kernels.graph import Csr
    from ..model.travel import Path
    from .graph import ProfileGraph, TieWeight
    from .network import RoadNetwork

    Ints = NDArray[np.int64]

_MOST_LOOKED_AT: Final = 300
"""Longest plateaus whose ways are looked at in full."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way among several.

    Parameters
    ----------
    path : Path
    duration_s : int
        Ferries with their longest wait, as in `travel_matrix`.
    shared : float
        Part of its length, 0 to 1, that runs along ways listed before it.
    """

    path: Path
    duration_s: int
    shared: float


@dataclass(frozen=True, slots=True, eq=False)
class _Trees:
    """Seconds, metres and the arc by which a node is reached from the start, and by which it is left for the end."""

    graph: ProfileGraph
    duration_s: Ints
    from_start_s: Ints
    from_start_m: Ints
    arc_into: Ints
    to_end_s: Ints
    to_end_m: Ints
    arc_out: Ints
    start: int
    end: int


def alternative_paths(
    network: RoadNetwork,
    *,
    from_node: str,
    to_node: str,
    profile: str,
    most: int = 3,
    longest: float = 1.5,
    most_shared: float = 0.7,
    start: datetime | None = None,
    latest_s: int | None = None,
) -> tuple[Alternative, ...]:
    """Return the quickest path, then plausible others: not much longer, locally quickest, and distinct from those before.

    Parameters
    ----------
    network : RoadNetwork
    from_node, to_node : str
    profile : str
    most : int, optional
        Ways to return, the quickest included, at least 1.
    longest : float, optional
        Times the quickest duration that an alternative may take, at least 1.
    most_shared : float, optional
        Part of an alternative's length that may run along ways before it, from 0 to below 1.
    start, latest_s
        As for `travel_matrix`.

    Returns
    -------
    tuple of Alternative
        By growing duration; none where there is no way at all, one where nothing else qualifies. No way comes twice through a node.

    Raises
    ------
    UnknownReferenceError
        For an unknown node or profile.
    InputError
        Where `most`, `longest` or `most_shared` leaves its range.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork
    >>> ways = alternative_paths(RoadNetwork.from_ntb(), from_node="kec:52.71.05", to_node="kec:52.08.02", profile="4wd")
    >>> len(ways) > 1, all(way.shared <= 0.7 for way in ways[1:])
    (True, True)
    """
    _check(most=most, longest=longest, most_shared=most_shared)
    network.profile(profile)
    source, target = network.index.rows([from_node, to_node])
    graph = profile_graph(network, profile)
    end = int(junctions(network).end[target])
    trees = _grow(graph, graph.duration_s(start=start, latest_s=latest_s), tie_weight(network)[0], source=source, target=end)
    quickest = arcs_back(graph.csr, trees.arc_into, source=source, target=end)
    if quickest is None:
        return ()
    chosen = [_alternative(network, trees, quickest, used=set())]
    used = set(chosen[0].path.edges)
    passed = np.append(graph.csr.head[quickest], source)
    for node in _candidates(trees, latest=longest * int(trees.from_start_s[end]), most_shared=most_shared, passed=passed):
        if len(chosen) == most:
            break
        way = _alternative(network, trees, _arcs_over(trees, node), used=used)
        if way.shared <= most_shared and len(set(way.path.nodes)) == len(way.path.nodes):
            chosen.append(way)
            used.update(way.path.edges)
    return tuple(sorted(chosen, key=lambda way: way.duration_s))


def _check(*, most: int, longest: float, most_shared: float) -> None:
    log = IssueLog()
    if most < 1:
        log.add("most", f"is {most}", "give how many ways, at least 1")
    if not longest >= 1:
        log.add("longest", f"is {longest}", "give a factor on the quickest duration, at least 1")
    if not 0 <= most_shared < 1:
        log.add("most_shared", f"is {most_shared}", "give a part from 0 to below 1")
    log.raise_if_any()


def _grow(graph: ProfileGraph, duration_s: Ints, layout: TieWeight, *, source: int, target: int) -> _Trees:
    from ..kernels.graph import shortest_tree

    from_start, into_tie, arc_into = shortest_tree(graph.csr, duration_s, graph.tie, source=source)
    turned, arc_of = _turned(graph.csr)
    to_end, out_tie, out = shortest_tree(turned, duration_s[arc_of], graph.tie[arc_of], source=target)
    arc_out = np.full(out.size, -1, dtype=np.int64)
    arc_out[out >= 0] = arc_of[out[out >= 0]]
    metres = layout.split(into_tie)[0], layout.split(out_tie)[0]
    return _Trees(graph, duration_s, from_start, metres[0], arc_into, to_end, metres[1], arc_out, source, target)


def _turned(csr: Csr) -> tuple[Csr, Ints]:
    """Return the graph with every arc the other way round, and the arc each of its arcs was."""
    from ..kernels.graph import build_csr

    turned = build_csr(csr.indptr.size - 1, csr.head, csr.tail, np.arange(csr.edge.size, dtype=np.int32))
    return turned, turned.edge.astype(np.int64)


def _candidates(trees: _Trees, *, latest: float, most_shared: float, passed: Ints) -> list[int]:
    """Return one node of each plateau, a long plateau on a quick way first; none where the way keeps too long to the quickest path.

    A tree's way to a node leaves the quickest path once: up to its last node on that path it shares all of it.
    """
    csr, size = trees.graph.csr, trees.from_start_s.size
    every = np.arange(size)
    before, after = every.copy(), every.copy()
    has_in, has_out = trees.arc_into >= 0, trees.arc_out >= 0
    before[has_in], after[has_out] = csr.tail[trees.arc_into[has_in]], csr.head[trees.arc_out[has_out]]
    is_passed = np.zeros(size, dtype=np.bool_)
    is_passed[passed] = True
    leaves, joins = (_last(np.where(is_passed, every, step)) for step in (before, after))
    total_s, total_m = trees.from_start_s + trees.to_end_s, trees.from_start_m + trees.to_end_m
    is_way = (trees.from_start_s >= 0) & (trees.to_end_s >= 0) & ~is_passed & (total_s <= latest)
    is_way &= trees.from_start_m[leaves] + trees.to_end_m[joins] <= most_shared * total_m
    is_way &= before != after  # out and back by one road: the turn of a spur
    goes_on = has_in & (trees.arc_out[before] == trees.arc_into)  # a plateau: both trees take the arc into the node
    root = _last(np.where(goes_on, before, every))
    length_s = np.zeros(size, dtype=np.int64)
    np.maximum.at(length_s, root, trees.from_start_s - trees.from_start_s[root])
    found = np.unique(root[is_way])
    found = found[~is_passed[found]]
    order = np.lexsort((found, total_s[found], total_s[found] - length_s[found]))
    chosen: list[int] = found[order][:_MOST_LOOKED_AT].tolist()
    return chosen


def _last(step: Ints) -> Ints:
    """Return where each node ends by taking its step again and again; ends step to themselves."""
    while True:
        further = step[step]
        if np.array_equal(further, step):
            return step
        step = further


def _arcs_over(trees: _Trees, node: int) -> Ints:
    """Return the arcs of the quickest way over a node that both trees reach."""
    into = arcs_back(trees.graph.csr, trees.arc_into, source=trees.start, target=node)
    out = []
    while node != trees.end:
        out.append(int(trees.arc_out[node]))
        node = int(trees.graph.csr.head[out[-1]])
    return np.append(np.empty(0, np.int64) if into is None else into, np.array(out, dtype=np.int64))


def _alternative(network: RoadNetwork, trees: _Trees, arcs: Ints, *, used: set[int]) -> Alternative:
    path = path_of(network, trees.graph.csr, arcs, source=trees.start)
    length_m = network.table.length_m
    along = sum(int(length_m[edge]) for edge in path.edges if edge in used)
    return Alternative(path, int(trees.duration_s[arcs].sum()), along / max(1, path.distance_m))
