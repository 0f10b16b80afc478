"""Paths through the network: the quickest way, its line on the map, and its hours by the timetable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import IssueLog
from ..model.travel import UNREACHABLE, Path, SailingUse
from .graph import ferry_crossings, profile_graph
from .hierarchy import network_hierarchy, profile_metric
from .junctions import junctions
from .sailings import next_departure_s

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from numpy.typing import NDArray

    from ..kernels.graph import Csr, Metric
    from ..model.travel import RoadTable
    from .network import RoadNetwork

    Ints = NDArray[np.int64]

_MANY_NODES: Final = 20_000
"""Nodes above which paths are read from the hierarchy; by size alone, so that equal questions get equal paths."""


def shortest_path(
    network: RoadNetwork, *, from_node: str, to_node: str, profile: str, start: datetime | None = None, latest_s: int | None = None
) -> Path | None:
    """Return the path behind a cell of `travel_matrix` with the same `start` and `latest_s`; None where there is none."""
    (path,) = shortest_paths(network, [(from_node, to_node)], profile=profile, start=start, latest_s=latest_s)
    return path


def shortest_paths(
    network: RoadNetwork, pairs: Iterable[tuple[str, str]], *, profile: str, start: datetime | None = None, latest_s: int | None = None
) -> tuple[Path | None, ...]:
    """Return the path of every (from node, to node) pair.

    Parameters
    ----------
    network : RoadNetwork
    pairs : iterable of (str, str)
        Node ids.
    profile : str
    start, latest_s
        As for `travel_matrix`.

    Raises
    ------
    UnknownReferenceError
        With every node that is not in the network, or for an unknown profile.
    """
    network.profile(profile)
    rows = network.index.rows(node for pair in pairs for node in pair)
    ends = list(zip(rows[::2], rows[1::2], strict=True))
    if len(network.table.node_ids) > _MANY_NODES:
        metric = profile_metric(network, profile=profile, start=start, latest_s=latest_s)
        if metric is not None:
            return tuple(_climb_path(network, metric[0], source=source, target=target) for source, target in ends)
    return _search_paths(network, ends, profile=profile, start=start, latest_s=latest_s)


def path_lonlat(table: RoadTable, path: Path) -> list[tuple[float, float]]:
    """Return the nodes of a path as (lon, lat) in degrees; edges are straight between them."""
    return [(float(table.node_lon[node]), float(table.node_lat[node])) for node in path.nodes]


def schedule_path(
    network: RoadNetwork,
    path: Path,
    *,
    profile: str,
    depart_s: int,
    start: datetime,
    is_full: Callable[[str, str, int], bool] = lambda _crossing, _node, _departure: False,
) -> tuple[int, tuple[SailingUse, ...]]:
    """Walk a path with the timetable: at a ferry, board and take the first departure that is still to be had.

    Parameters
    ----------
    network : RoadNetwork
    path : Path
        From `shortest_path` on this network.
    profile : str
    depart_s : int
        Seconds after `start`.
    start : datetime
        With UTC offset.
    is_full : callable, optional
        Told (crossing id, node of the quay, departure), says whether that sailing takes no more vehicles.

    Returns
    -------
    arrive_s : int
    sailings : tuple of SailingUse

    Raises
    ------
    InputError
        Where an edge of the path is closed to the profile.
    """
    rules = network.profile(profile)
    crossings = ferry_crossings(network)
    clock_s = depart_s
    sailings = []
    for node, edge in zip(path.nodes, path.edges, strict=False):
        driving_s = network.table.edge_duration_s(edge, rules, from_node=node)
        if driving_s == UNREACHABLE:
            log = IssueLog()
            log.add(f"path edge {edge}", f"is closed to profile '{profile}'", "find the path on this network first")
            log.raise_if_any()
        if edge in crossings:
            crossing = crossings[edge]
            quay = network.table.node_ids[node]
            departure_s = next_departure_s(crossing, ready_s=clock_s + crossing.boarding_s, start=start)
            while is_full(crossing.id, quay, departure_s):
                departure_s = next_departure_s(crossing, ready_s=departure_s + 1, start=start)
            clock_s = departure_s + crossing.duration_s
            sailings.append(SailingUse(crossing.id, departure_s=departure_s, arrive_s=clock_s))
        else:
            clock_s += driving_s
    return clock_s, tuple(sailings)


def path_of(network: RoadNetwork, graph: Csr, arcs: NDArray[Any], *, source: int) -> Path:
    """Return the path over arcs of a graph, in driving order, from a node row."""
    over = arcs[graph.edge[arcs] >= 0]
    nodes, edges = junctions(network).base[graph.head[over]], graph.edge[over]
    return Path((source, *nodes.tolist()), tuple(edges.tolist()), int(network.table.length_m[edges].sum()))


def _climb_path(network: RoadNetwork, metric: Metric, *, source: int, target: int) -> Path | None:
    from ..kernels.graph import shortest_arcs

    hierarchy = network_hierarchy(network)
    arcs = shortest_arcs(hierarchy.arcs, metric, source=source, target=int(junctions(network).end[target]))
    return None if arcs is None else path_of(network, hierarchy.graph, arcs, source=source)


def _search_paths(
    network: RoadNetwork, ends: Iterable[tuple[int, int]], *, profile: str, start: datetime | None, latest_s: int | None
) -> tuple[Path | None, ...]:
    """Search once a source."""
    from ..kernels.graph import shortest_tree

    graph = profile_graph(network, profile)
    duration_s = graph.duration_s(start=start, latest_s=latest_s)
    trees: dict[int, NDArray[np.int64]] = {}
    paths = []
    for source, target in ends:
        if source not in trees:
            _, _, trees[source] = shortest_tree(graph.csr, duration_s, graph.tie, source=source)
        arcs = arcs_back(graph.csr, trees[source], source=source, target=int(junctions(network).end[target]))
        paths.append(None if arcs is None else path_of(network, graph.csr, arcs, source=source))
    return tuple(paths)


def arcs_back(graph: Csr, arc_into: Ints, *, source: int, target: int) -> Ints | None:
    """Return the arcs of a tree from its source to a node, in driving order; None where the tree does not reach it."""
    arcs: list[int] = []
    node = target
    while node != source:
        arc = int(arc_into[node])
        if arc < 0:
            return None
        arcs.append(arc)
        node = int(graph.tail[arc])
    return np.array(arcs[::-1], dtype=np.int64)
