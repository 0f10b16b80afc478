"""Who can be reached by what: the desa of each kabupaten by profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .graph import profile_graph
from .junctions import junctions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from .network import RoadNetwork
    from .province import Province


@dataclass(frozen=True, slots=True)
class AccessRow:
    """Reach into one kabupaten or kota.

    Parameters
    ----------
    code, name : str
    num_desa, num_with_point : int
        All desa and kelurahan; those with a known point, which alone can be judged.
    reached : mapping of str to int
        Desa with a point that each profile reaches.
    reached_any : int
        Reached by any mode: road, ferry, boat, sea or air, on foot too.
    """

    code: str
    name: str
    num_desa: int
    num_with_point: int
    reached: Mapping[str, int]
    reached_any: int


def reachable(network: RoadNetwork, *, from_node: str, profile: str | None) -> frozenset[str]:
    """Return the nodes a profile reaches, the start included; None means by any open edge whatever its kind.

    Raises
    ------
    UnknownReferenceError
        For an unknown node or profile.
    """
    (source,) = network.index.rows([from_node])
    ids = network.table.node_ids
    return frozenset(ids[row] for row in np.flatnonzero(_component(network, source, profile)))


def access_report(province: Province, network: RoadNetwork, *, from_code: str = "52.71") -> tuple[AccessRow, ...]:
    """Count the desa each profile reaches, by kabupaten, from an area's point.

    Boats start from that point too, so they count 0 unless it is a harbour; `reached_any` tells what boats add.
    """
    origin = province.locate(from_code).node_id or ""
    reach = {profile: reachable(network, from_node=origin, profile=profile) for profile in network.profiles}
    anywhere = reachable(network, from_node=origin, profile=None)
    rows = []
    for kabupaten in province.kabupaten.values():
        desa = province.desa_of(kabupaten.code)
        nodes = {one.node_id for one in desa if one.node_id is not None}
        reached = {profile: len(nodes & found) for profile, found in reach.items()}
        rows.append(AccessRow(kabupaten.code, kabupaten.title, len(desa), len(nodes), reached, len(nodes & anywhere)))
    return tuple(rows)


def _component(network: RoadNetwork, source: int, profile: str | None) -> NDArray[np.bool_]:
    """Mark the nodes joined to `source`."""
    from ..kernels.graph import build_csr, shortest_tree

    if profile is None:
        table = network.table
        edges = np.flatnonzero(np.isfinite(table.slow_factor)).astype(np.int32)
        tail, head = table.edge_from[edges], table.edge_to[edges]
        ends = np.arange(len(table.node_ids))
        csr = build_csr(len(table.node_ids), np.concatenate([tail, head]), np.concatenate([head, tail]), np.concatenate([edges, edges]))
    else:
        csr, ends = profile_graph(network, profile).csr, junctions(network).end[: len(network.table.node_ids)]
    steps = np.ones(csr.edge.size, dtype=np.int64)
    duration, _, _ = shortest_tree(csr, steps, steps, source=source)
    return np.asarray(duration[ends] >= 0)
