"""The contraction hierarchy of a network: built once a table, weighed once a profile, adjusted where roads change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ..model.travel import UNREACHABLE
from .graph import edge_seconds, ferry_crossings, is_shut_back, tie_weight
from .junctions import BACK, FORTH, by_arc, junctions
from .sailings import check_span, longest_crossing_s

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from ..kernels.graph import Csr, Hierarchy, Metric
    from .graph import TieWeight
    from .network import RoadNetwork

    Ints = NDArray[np.int64]

_WEIGHT_BITS: Final = 62
_MOST_CHANGES: Final = 500
"""Arcs up to which adjusting a metric is quicker than customising all of it (measured from 50,000 to 300,000 nodes)."""


@dataclass(frozen=True, slots=True, eq=False)
class NetworkHierarchy:
    """Arcs of all edges both ways, whoever may use them, and the hierarchy over them.

    Parameters
    ----------
    graph : Csr
    arcs : Hierarchy
    is_back : bool array, shape (A,)
        Of each arc: whether it leads from the second end of its edge to the first.
    is_banned : bool array, shape (A,)
        Of each arc: whether it is a turn that signs forbid.
    """

    graph: Csr
    arcs: Hierarchy
    is_back: NDArray[np.bool_]
    is_banned: NDArray[np.bool_]


def network_hierarchy(network: RoadNetwork) -> NetworkHierarchy:
    """Return the hierarchy of a network's table, which all its copies share: closures are weights, not other roads."""
    from ..kernels.graph import build_csr, build_hierarchy

    shared = network.index.shared
    if "hierarchy" not in shared:
        table = network.table
        meet = junctions(network)
        edges, links = np.arange(len(table.kind)), np.arange(meet.is_banned.size)
        tail, head = np.concatenate([*meet.tail, meet.link_tail]), np.concatenate([*meet.head, meet.link_head])
        graph = build_csr(meet.base.size, tail, head, np.concatenate([edges, edges, meet.link_rows(links)]))
        arcs = build_hierarchy(graph, np.stack([table.node_lon, table.node_lat], axis=1)[meet.base])
        is_back = (graph.edge >= 0) & (graph.tail != by_arc(graph, meet.tail[FORTH])) & (graph.tail == by_arc(graph, meet.tail[BACK]))
        shared["hierarchy"] = NetworkHierarchy(graph, arcs, is_back, meet.is_forbidden(graph))
    found: NetworkHierarchy = shared["hierarchy"]
    return found


def profile_metric(
    network: RoadNetwork, *, profile: str, start: datetime | None = None, latest_s: int | None = None
) -> tuple[Metric, TieWeight] | None:
    """Return the weights of a profile, seconds above and the tie weight below, or None where they do not fit 62 bits.

    Parameters
    ----------
    network : RoadNetwork
    profile : str
    start, latest_s
        As for `travel_matrix`: they set how long ferries take.

    Notes
    -----
    The metric last made for the profile, on this network or a copy with other closures, is adjusted where few arcs differ
    from it; the outcome has the same bits as a full customisation.
    """
    layout, _ = tie_weight(network)
    weight = edge_weight(network, profile=profile, start=start, latest_s=latest_s)
    if weight is None:
        return None
    return _metric(network, profile, arc_weight(network, weight, profile=profile)), layout


def land_metric(network: RoadNetwork, *, profile: str) -> Metric | None:
    """Return the weights of a profile in seconds, ferries closed, or None where they do not fit 62 bits."""
    seconds = land_seconds(network, profile=profile)
    if 2.0 * float(seconds[seconds != UNREACHABLE].sum(dtype=np.float64)) >= 2.0**_WEIGHT_BITS - 1:
        return None
    from ..kernels.graph import far

    weight = np.where(seconds != UNREACHABLE, seconds, far(np.int64))
    return _metric(network, f"{profile} by land", arc_weight(network, weight, profile=profile))


def land_seconds(network: RoadNetwork, *, profile: str) -> Ints:
    """Return the seconds of every edge but ferries, `UNREACHABLE` where it is closed to a profile."""
    seconds = edge_seconds(network, network.profile(profile))
    seconds[list(ferry_crossings(network))] = UNREACHABLE
    return seconds


def arc_weight(network: RoadNetwork, weight: Ints, *, profile: str) -> Ints:
    """Return the weights of the hierarchy's arcs by those of edges, shape (E,) or (E, L): `far` against a one-way road or a sign."""
    from ..kernels.graph import far

    hierarchy = network_hierarchy(network)
    rules = network.profile(profile)
    weights = by_arc(hierarchy.graph, weight)
    is_shut = is_shut_back(network, rules)
    if is_shut.any():
        weights[hierarchy.is_back & by_arc(hierarchy.graph, is_shut)] = far(np.int64)
    if rules.obeys_one_way:
        weights[hierarchy.is_banned] = far(np.int64)
    return weights


def _metric(network: RoadNetwork, name: str, arc_weight: Ints) -> Metric:
    """Return the metric of arc weights: the one last made under a name, adjusted, or a new one."""
    from ..kernels.graph import customise, recustomise

    hierarchy = network_hierarchy(network)
    latest: dict[str, Metric] = network.index.shared.setdefault("metrics", {})
    known = latest.get(name)
    changed = None if known is None else np.flatnonzero(known.arc != arc_weight)
    if known is None or changed is None or changed.size > _MOST_CHANGES:
        metric = customise(hierarchy.arcs, arc_weight)
    elif not changed.size:
        return known
    else:
        metric = known.copy()
        recustomise(hierarchy.arcs, metric, arcs=changed, weights=arc_weight[changed])
    latest[name] = metric
    return metric


def edge_weight(network: RoadNetwork, *, profile: str, start: datetime | None, latest_s: int | None) -> Ints | None:
    """Return the packed weight of every edge, `far` where it is closed to a profile; None where sums might not fit."""
    from ..kernels.graph import far

    check_span(start=start, latest_s=latest_s)
    layout, tie = tie_weight(network)
    seconds = edge_seconds(network, network.profile(profile))
    for edge, crossing in ferry_crossings(network).items():
        if seconds[edge] != UNREACHABLE:
            seconds[edge] = longest_crossing_s(crossing, start=start, latest_s=latest_s)
    is_open = seconds != UNREACHABLE
    # Sums on the way to a shortest path hold each edge at most twice; floats, as a factor may be huge.
    if 2.0 * float(seconds[is_open].sum(dtype=np.float64)) >= 2.0 ** (_WEIGHT_BITS - layout.total_bits) - 1:
        return None
    return np.asarray(np.where(is_open, seconds << layout.total_bits | tie, far(np.int64)))


def metric_tables(
    network: RoadNetwork, weight: Ints, layout: TieWeight, *, sources: Ints, targets: Ints, threads: int = 1
) -> tuple[Ints, Ints, Ints]:
    """Return seconds, metres and rupiah between node rows by a metric's weights; `UNREACHABLE` where there is no way."""
    from ..kernels.graph import many_to_many_pairs, search_graph

    arcs = network_hierarchy(network).arcs
    graph = search_graph(arcs, weight)
    nodes = {"sources": sources, "targets": junctions(network).end[targets]}
    duration_s, tie = many_to_many_pairs(arcs, graph, **nodes, low_bits=layout.total_bits, threads=threads)
    return duration_s, *layout.split(tie)
