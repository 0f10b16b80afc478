"""Bridges and detours of every road, a sample of which is checked by taking the road away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from .record import Measured, middle, timed
from .reference import durations, matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ntb_relief.kernels.graph import Bridges

    from .built import Built
    from .graph import RoadGraph

    Ints = NDArray[np.int64]

_CHECKED: Final = 30
_REPEATS: Final = 3


def measure_criticality(graph: RoadGraph, built: Built, stops: tuple[Ints, Ints], seed: int, threads: int) -> Measured:
    """Measure people cut off by every bridge and the way around every other road, both directions.

    Help comes from the first stop; persons live at random nodes. Roads join different nodes only once here, so a road is a link.
    """
    del threads
    from ntb_relief.kernels.graph import build_csr, customise, detours, find_bridges

    rng = np.random.default_rng(seed)
    num_nodes, num_edges = graph.num_nodes, graph.edge_from.size
    people = rng.integers(0, 100, num_nodes).astype(np.float64)
    is_origin = np.arange(num_nodes) == stops[0][0]
    ends = np.stack([graph.edge_from, graph.edge_to], axis=1)
    metric = customise(built.hierarchy, built.duration_ms)
    arcs = np.argsort(built.csr.edge, kind="stable")
    indptr = np.concatenate([[0], np.cumsum(np.bincount(built.csr.edge, minlength=num_edges))])

    def links() -> tuple[Bridges, Ints, NDArray[np.bool_]]:
        one, other = ends.astype(np.int32).T
        plain = build_csr(num_nodes, np.concatenate([one, other]), np.concatenate([other, one]), np.zeros(2 * num_edges, np.int32))
        bridges = find_bridges(plain.indptr, plain.head, load=people, is_origin=is_origin)
        below = np.where(bridges.parent[ends[:, 1]] == ends[:, 0], ends[:, 1], ends[:, 0])
        return bridges, below, bridges.is_bridge[below] & (bridges.parent[below] == ends.sum(axis=1) - below)

    def around() -> NDArray[np.int32]:
        _, _, is_bridge = links()
        return detours(built.hierarchy, metric, ends=ends, indptr=indptr, arcs=arcs, is_asked=~is_bridge)

    ways = around()
    spent, spent_bridges = timed(around, repeats=_REPEATS), timed(links, repeats=_REPEATS)
    bridges, below, is_bridge = links()
    is_exact = True
    for edge in rng.choice(num_edges, min(_CHECKED, num_edges), replace=False).tolist():
        closed = np.array([edge])
        table = durations(matrix(graph, closed=closed), sources=ends[edge], targets=ends[edge])
        is_exact &= ways[edge].tolist() == [table[0, 1], table[1, 0]]
        lost = bridges.lost_load[below[edge]] if is_bridge[edge] else 0
        is_exact &= lost == _lost(graph, edge, people, origin=int(stops[0][0]))
    detail = {"bridges_ms": middle(spent_bridges), "links": num_edges, "bridges": int(is_bridge.sum())}
    return Measured(
        middle(spent),
        is_exact,
        "ways around roads, or people cut off",
        built.build_seconds,
        built.compile_seconds,
        sum(spent) / 1000,
        repeats=_REPEATS,
        detail=detail,
    )


def _lost(graph: RoadGraph, edge: int, people: NDArray[np.float64], *, origin: int) -> float:
    """Return who is joined to the origin with a road and not without it, one-way roads taken both ways."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    left = []
    for keep in (np.arange(graph.edge_from.size), np.delete(np.arange(graph.edge_from.size), edge)):
        ends = graph.edge_from[keep], graph.edge_to[keep]
        joined = csr_array((np.ones(keep.size), ends), shape=(graph.num_nodes, graph.num_nodes))
        component = connected_components(joined, directed=False)[1]
        left.append(float(people[component == component[origin]].sum()))
    return left[0] - left[1]
