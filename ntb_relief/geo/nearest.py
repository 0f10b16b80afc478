"""The few nearest places of every place, where a whole table would not fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import IssueLog
from .graph import profile_graph, tie_weight
from .junctions import junctions
from .stops import on_nodes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .network import RoadNetwork
    from .stops import EdgeStop


@dataclass(frozen=True, slots=True)
class NearPlace:
    """One of the nearest targets of a source.

    Parameters
    ----------
    target : str
    duration_s, distance_m, toll_idr : int
        As in a cell of `travel_matrix`.
    """

    target: str
    duration_s: int
    distance_m: int
    toll_idr: int


def nearest_places(
    network: RoadNetwork,
    *,
    sources: Mapping[str, str | EdgeStop],
    targets: Mapping[str, str | EdgeStop],
    profile: str,
    most: int,
    start: datetime | None = None,
    latest_s: int | None = None,
) -> dict[str, tuple[NearPlace, ...]]:
    """Return the nearest targets of each source, the same numbers as a whole table gives, in memory of S x `most`.

    Points on edges are nodes here (see `split_at_stops`), so their seconds are rounded piece by piece.

    Parameters
    ----------
    network : RoadNetwork
    sources, targets : mapping of str to (str or EdgeStop)
        Place id to node id, or to a point on an edge. A source that is a target too finds others, not itself.
    profile : str
    most : int
        How many for each source, at least 1.
    start, latest_s
        As for `travel_matrix`.

    Returns
    -------
    dict of str to tuple of NearPlace
        Nearest first, of equally quick ones the shorter; fewer than `most` where no more are reached.

    Raises
    ------
    UnknownReferenceError
        With every node that is not in the network, or for an unknown profile.
    InputError
        Where `most` is below 1.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork
    >>> towns = {"mataram": "kec:52.71.05", "praya": "kec:52.02.01", "bima": "kec:52.72.05"}
    >>> near = nearest_places(RoadNetwork.from_ntb(), sources=towns, targets=towns, profile="4wd", most=1)
    >>> {source: found[0].target for source, found in near.items()}
    {'mataram': 'praya', 'praya': 'mataram', 'bima': 'praya'}
    """
    from ..kernels.graph.nearest import nearest_targets

    if most < 1:
        log = IssueLog()
        log.add("most", f"is {most}", "give how many for each source, at least 1")
        log.raise_if_any()
    network.profile(profile)
    network, nodes = on_nodes(network, {**targets, **sources})
    rows = np.array(network.index.rows([*(nodes[name] for name in sources), *(nodes[name] for name in targets)]), dtype=np.int64)
    graph, (layout, _) = profile_graph(network, profile), tie_weight(network)
    at_node: dict[int, list[str]] = {}
    ends = junctions(network).end
    for name, row in zip(targets, ends[rows[len(sources) :]].tolist(), strict=True):
        at_node.setdefault(row, []).append(name)
    target_count = np.zeros(ends.size, dtype=np.int64)
    target_count[list(at_node)] = [len(names) for names in at_node.values()]
    span: dict[str, Any] = {"sources": rows[: len(sources)], "target_count": target_count, "most": most + 1}  # itself may be one
    indptr, node, duration_s, tie = nearest_targets(graph.csr, graph.duration_s(start=start, latest_s=latest_s), graph.tie, **span)
    distance_m, toll_idr = layout.split(tie)
    sums = list(zip(node.tolist(), duration_s.tolist(), distance_m.tolist(), toll_idr.tolist(), strict=True))
    found = {}
    for number, source in enumerate(sources):
        near = (
            NearPlace(name, *told)
            for there, *told in sums[indptr[number] : indptr[number + 1]]
            for name in at_node[there]
            if name != source
        )
        found[source] = tuple(near)[:most]
    return found
