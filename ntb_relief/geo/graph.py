"""The graph of one profile: usable edges as arcs both ways, with what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..model.travel import UNREACHABLE
from .sailings import longest_crossing_s

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from ..kernels.graph import Csr
    from ..model.travel import Crossing
    from .network import RoadNetwork


@dataclass(frozen=True, slots=True, eq=False)
class ProfileGraph:
    """Arcs of the edges a profile may use.

    Parameters
    ----------
    csr : Csr
    driving_s, distance_m, toll_idr : int64 array, shape (A,)
        By arc; a ferry drives for 0 seconds.
    ferry_arcs : tuple of (Crossing, int64 array)
        The arcs of each crossing.
    """

    csr: Csr
    driving_s: NDArray[np.int64]
    distance_m: NDArray[np.int64]
    toll_idr: NDArray[np.int64]
    ferry_arcs: tuple[tuple[Crossing, NDArray[np.int64]], ...]

    def duration_s(self, *, start: datetime | None, latest_s: int | None) -> NDArray[np.int64]:
        """Return the seconds of every arc, a ferry at its longest within the span (see `longest_crossing_s`)."""
        duration = self.driving_s.copy()
        for crossing, arcs in self.ferry_arcs:
            duration[arcs] = longest_crossing_s(crossing, start=start, latest_s=latest_s)
        return duration


def profile_graph(network: RoadNetwork, profile_id: str) -> ProfileGraph:
    """Return the graph of a profile, built once a network; `UnknownReferenceError` for an unknown profile."""
    graphs: dict[str, ProfileGraph] = network._cache.setdefault("graphs", {})  # noqa: SLF001 - kept with what it is derived from
    if profile_id not in graphs:
        graphs[profile_id] = _build(network, profile_id)
    return graphs[profile_id]


def _build(network: RoadNetwork, profile_id: str) -> ProfileGraph:
    from ..kernels.graph import build_csr

    table, profile = network.table, network.profile(profile_id)
    seconds = np.array([table.edge_duration_s(edge, profile) for edge in range(len(table.kind))], dtype=np.int64)
    edges = np.flatnonzero(seconds != UNREACHABLE).astype(np.int32)
    tail, head = table.edge_from[edges], table.edge_to[edges]
    csr = build_csr(len(table.node_ids), np.concatenate([tail, head]), np.concatenate([head, tail]), np.concatenate([edges, edges]))
    toll_idr = np.zeros(csr.edge.size, dtype=np.int64)
    ferry_arcs = []
    for edge, crossing in ferry_crossings(network).items():
        arcs = np.flatnonzero(csr.edge == edge)
        if arcs.size:
            toll_idr[arcs] = crossing.fare_idr
            ferry_arcs.append((crossing, arcs))
    return ProfileGraph(csr, seconds[csr.edge], table.length_m[csr.edge], toll_idr, tuple(ferry_arcs))


def ferry_crossings(network: RoadNetwork) -> dict[int, Crossing]:
    """Return the crossing of every ferry edge."""
    found = {}
    for crossing in network.crossings:
        for edge in network.index.edges_by_link[frozenset((crossing.from_node, crossing.to_node))]:
            if network.table.kind[edge] == "ferry":
                found[edge] = crossing
    return found
