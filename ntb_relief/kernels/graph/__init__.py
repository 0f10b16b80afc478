"""Shortest paths on arrays."""

from __future__ import annotations

from .csr import Csr, build_csr
from .dijkstra import shortest_tables, shortest_tree, warm_up

__all__ = ["Csr", "build_csr", "shortest_tables", "shortest_tree", "warm_up"]
