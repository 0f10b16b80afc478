"""Shortest paths on arrays."""

from __future__ import annotations

from .bridges import Bridges, find_bridges
from .csr import Csr, build_csr
from .customise import Metric, customise, customise_many, far, perfect, recustomise
from .detour import detours
from .dijkstra import shortest_tables, shortest_tree, warm_up
from .elimination import Hierarchy, build_hierarchy
from .order import elimination_order
from .sail import LandTables, Timetable, earliest_arrivals
from .table import SearchGraph, many_to_many, many_to_many_pairs, search_graph
from .unpack import shortest_arcs

__all__ = [
    "Bridges",
    "Csr",
    "Hierarchy",
    "LandTables",
    "Metric",
    "SearchGraph",
    "Timetable",
    "build_csr",
    "build_hierarchy",
    "customise",
    "customise_many",
    "detours",
    "earliest_arrivals",
    "elimination_order",
    "far",
    "find_bridges",
    "many_to_many",
    "many_to_many_pairs",
    "perfect",
    "recustomise",
    "search_graph",
    "shortest_arcs",
    "shortest_tables",
    "shortest_tree",
    "warm_up",
]
