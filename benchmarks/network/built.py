"""A generated network's hierarchy, ready to be weighed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ntb_relief.kernels.graph import Csr, Hierarchy

    from .graph import RoadGraph

    Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Built:
    """A hierarchy ready to be weighed, and what it took."""

    csr: Csr
    hierarchy: Hierarchy
    duration_ms: NDArray[np.int32]
    build_seconds: float
    compile_seconds: float

    def arcs_of(self, edges: Ints) -> Ints:
        """Return the arcs of edges."""
        return np.flatnonzero(np.isin(self.csr.edge, edges))


def build(graph: RoadGraph) -> tuple[Csr, Hierarchy]:
    """Return the arcs and their hierarchy."""
    from ntb_relief.kernels.graph import build_csr, build_hierarchy

    tail, head, edge = (column.astype(np.int32) for column in graph.arcs())
    csr = build_csr(graph.num_nodes, tail, head, edge)
    return csr, build_hierarchy(csr, np.stack([graph.lon, graph.lat], axis=1))


def build_all(graph: RoadGraph, *, compile_seconds: float) -> Built:
    """Return arcs, hierarchy and durations with the seconds they took."""
    begin = time.perf_counter()
    csr, hierarchy = build(graph)
    return Built(csr, hierarchy, graph.duration_ms[csr.edge].astype(np.int32), time.perf_counter() - begin, compile_seconds)
