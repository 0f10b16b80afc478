"""Which roads matter most: whom the loss of a link cuts off, and how far round it is for the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError, Issue
from .coverage import check_people
from .hierarchy import network_hierarchy, profile_metric
from .junctions import junctions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from ..kernels.graph import Bridges
    from .index import Link
    from .network import RoadNetwork

    Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LinkImpact:
    """What closing one link does to one profile.

    Parameters
    ----------
    link : (str, str)
        Its two nodes; all edges between them close together.
    people_cut_off : int
        Who no origin reaches any more.
    nodes_cut_off : tuple of str
        Where they are; nodes without people too.
    detour_s : int or None
        Seconds that the way from one end to the other takes longer; None where there is none left.
    """

    link: Link
    people_cut_off: int
    nodes_cut_off: tuple[str, ...]
    detour_s: int | None


def link_criticality(
    network: RoadNetwork,
    *,
    people: Mapping[str, int],
    origins: Iterable[str],
    profile: str,
    start: datetime | None = None,
    latest_s: int | None = None,
    most: int | None = 50,
) -> tuple[LinkImpact, ...]:
    """Rank the links a profile uses by whom their loss cuts off, then by the detour it costs.

    Parameters
    ----------
    network : RoadNetwork
    people : mapping of str to int
        Persons by node id.
    origins : iterable of str
        Nodes from which help comes: a place is cut off when none of them reaches it, and was reached before.
    profile : str
    start, latest_s
        As for `travel_matrix`: they set how long ferries take.
    most : int, optional
        Links to return; None means all that are open to the profile.

    Returns
    -------
    tuple of LinkImpact
        First those that cut off most people, of equal ones those without another way, then by falling detour, then by name.

    Raises
    ------
    UnknownReferenceError
        With every node that is not in the network, or for an unknown profile.
    InputError
        Where a number of people is below 0, or the roads are so slow that sums do not fit 62 bits.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork
    >>> network = RoadNetwork.from_ntb()
    >>> (worst,) = link_criticality(network, people={"kec:52.72.05": 1}, origins=["kec:52.71.05"], profile="4wd", most=1)
    >>> (worst.people_cut_off, worst.detour_s)
    (1, None)
    """
    check_people(people)
    found = profile_metric(network, profile=profile, start=start, latest_s=latest_s)
    if found is None:
        name = f"network '{network.table.name}'"
        raise InputError([Issue(name, "has roads so slow that their sums do not fit 62 bits", "close them instead")])
    metric, layout = found
    from ..kernels.graph import detours, far

    num_nodes = len(network.table.node_ids)
    load, is_origin = np.zeros(num_nodes), np.zeros(num_nodes, dtype=np.bool_)
    np.add.at(load, network.index.rows(people), list(people.values()))
    is_origin[network.index.rows(origins)] = True
    hierarchy, meet = network_hierarchy(network), junctions(network)
    tail, head = meet.base[hierarchy.graph.tail], meet.base[hierarchy.graph.head]
    open_arcs = np.flatnonzero((metric.arc < far(np.int64)) & (tail != head))
    ends, indptr, arcs = _links(tail[open_arcs], head[open_arcs], open_arcs, num_nodes)
    bridges = _bridges(ends, num_nodes, load=load, is_origin=is_origin)
    below = np.where(bridges.parent[ends[:, 1]] == ends[:, 0], ends[:, 1], ends[:, 0])  # the end farther from the root of the search
    is_bridge = bridges.is_bridge[below] & (bridges.parent[below] == ends.sum(axis=1) - below)
    cut_off = np.where(is_bridge, bridges.lost_load[below], 0)
    around = detours(hierarchy.arcs, metric, ends=ends, into=meet.end[ends], indptr=indptr, arcs=arcs, is_asked=~is_bridge)[:, 0]
    quickest = np.minimum.reduceat(metric.arc[arcs], indptr[:-1]) if arcs.size else np.empty(0, np.int64)
    longer_s = np.where(around < 0, -1, np.maximum(0, (around >> layout.total_bits) - (quickest >> layout.total_bits)))
    order = np.lexsort((ends[:, 1], ends[:, 0], -longer_s, longer_s >= 0, -cut_off))[:most]
    ids = network.table.node_ids
    return tuple(
        LinkImpact(
            link=(ids[ends[row, 0]], ids[ends[row, 1]]),
            people_cut_off=round(cut_off[row]),
            nodes_cut_off=tuple(ids[node] for node in _who(bridges, int(below[row]))) if is_bridge[row] else (),
            detour_s=int(longer_s[row]) if longer_s[row] >= 0 else None,
        )
        for row in order
    )


def _links(tail: Ints, head: Ints, arcs: Ints, num_nodes: int) -> tuple[Ints, Ints, Ints]:
    """Return the two nodes of every link, lower first, and its arcs by link."""
    key = np.minimum(tail, head) * num_nodes + np.maximum(tail, head)
    keys, link = np.unique(key, return_inverse=True)
    indptr = np.zeros(keys.size + 1, dtype=np.int64)
    np.cumsum(np.bincount(link, minlength=keys.size), out=indptr[1:])
    return np.stack(np.divmod(keys, num_nodes), axis=1), indptr, arcs[np.argsort(link, kind="stable")]


def _bridges(ends: Ints, num_nodes: int, *, load: NDArray[np.float64], is_origin: NDArray[np.bool_]) -> Bridges:
    from ..kernels.graph import build_csr, find_bridges

    one, other = ends.astype(np.int32).T
    graph = build_csr(num_nodes, np.concatenate([one, other]), np.concatenate([other, one]), np.zeros(2 * one.size, dtype=np.int32))
    return find_bridges(graph.indptr, graph.head, load=load, is_origin=is_origin)


def _who(bridges: Bridges, below: int) -> Ints:
    """Return the node rows that the loss of the edge above a node cuts off, ascending."""
    from ..kernels.graph.bridges import ABOVE, BELOW

    first, last = int(bridges.turn[below]), int(bridges.turn[below] + bridges.size[below])
    if bridges.lost[below] == BELOW:
        return np.sort(bridges.node[first:last]).astype(np.int64)
    if bridges.lost[below] != ABOVE:
        return np.empty(0, dtype=np.int64)
    root = below
    while bridges.parent[root] >= 0:
        root = int(bridges.parent[root])
    begin, end = int(bridges.turn[root]), int(bridges.turn[root] + bridges.size[root])
    return np.sort(np.concatenate([bridges.node[begin:first], bridges.node[last:end]])).astype(np.int64)
