"""Sums along shortest paths between many nodes, by whichever way pays: Dijkstra for few, the hierarchy for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import IssueLog
from ..model.travel import UNREACHABLE
from .graph import open_arcs, profile_graph, tie_weight
from .hierarchy import land_metric, land_seconds, metric_tables, network_hierarchy, profile_metric
from .junctions import by_arc, junctions

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from .network import RoadNetwork

    Ints = NDArray[np.int64]

_FEW_SEARCHES: Final = 1_000_000
"""Sources times nodes up to which Dijkstra is done before the hierarchy's kernels are compiled or loaded: about 0.3 s."""


def shortest_sums(
    network: RoadNetwork,
    *,
    profile: str,
    sources: Ints,
    targets: Ints,
    start: datetime | None = None,
    latest_s: int | None = None,
    threads: int = 1,
) -> tuple[Ints, Ints, Ints]:
    """Return seconds, metres and rupiah of the least path from each source row to each target row.

    Parameters
    ----------
    network : RoadNetwork
    profile : str
    sources, targets : int64 array
        Node rows of the table, or of the graph (see `junctions`).
    start, latest_s, threads
        As for `travel_matrix`.

    Returns
    -------
    duration_s, distance_m, toll_idr : int64 array, shape (S, T)
        `UNREACHABLE` where there is no path. The same numbers whichever way is taken.
    """
    if threads < 1:
        log = IssueLog()
        log.add("threads", f"is {threads}", "give 1 or more")
        log.raise_if_any()
    span: dict[str, Any] = {"profile": profile, "sources": sources, "targets": targets, "start": start, "latest_s": latest_s}
    few = min(sources.size, targets.size) * len(network.table.node_ids) <= _FEW_SEARCHES
    tables = None if few else by_hierarchy(network, **span, threads=threads)
    return by_dijkstra(network, **span) if tables is None else tables


def by_dijkstra(
    network: RoadNetwork, *, profile: str, sources: Ints, targets: Ints, start: datetime | None, latest_s: int | None
) -> tuple[Ints, Ints, Ints]:
    """Search from each source; see `shortest_sums`."""
    from ..kernels.graph import shortest_tables

    graph = profile_graph(network, profile)
    layout, _ = tie_weight(network)
    duration_s = graph.duration_s(start=start, latest_s=latest_s)
    ends = junctions(network).end[targets]
    duration_s, tie = shortest_tables(graph.csr, duration_s, graph.tie, sources=sources, targets=ends)
    return duration_s, *layout.split(tie)


def by_hierarchy(
    network: RoadNetwork, *, profile: str, sources: Ints, targets: Ints, start: datetime | None, latest_s: int | None, threads: int = 1
) -> tuple[Ints, Ints, Ints] | None:
    """Sweep blocks of sources through the hierarchy; None where weights do not fit it; see `shortest_sums`."""
    found = profile_metric(network, profile=profile, start=start, latest_s=latest_s)
    if found is None:
        return None
    metric, layout = found
    return metric_tables(network, metric.weight, layout, sources=sources, targets=targets, threads=threads)


def shortest_land_s(network: RoadNetwork, *, profile: str, sources: Ints, targets: Ints) -> Ints:
    """Return the seconds between node rows without any ferry, shape (S, T); `UNREACHABLE` where there is no path."""
    metric, ends = None, junctions(network).end[targets]
    if min(sources.size, targets.size) * len(network.table.node_ids) > _FEW_SEARCHES:
        metric = land_metric(network, profile=profile)
    if metric is None:
        from ..kernels.graph import shortest_tables

        seconds = land_seconds(network, profile=profile)
        csr = open_arcs(network, network.profile(profile), is_open=seconds != UNREACHABLE)
        weight = by_arc(csr, seconds)
        return shortest_tables(csr, weight, np.zeros_like(weight), sources=sources, targets=ends)[0]
    from ..kernels.graph import many_to_many, search_graph

    arcs = network_hierarchy(network).arcs
    return many_to_many(arcs, search_graph(arcs, metric.weight), sources=sources, targets=ends)
