"""The embedded network of the province, from the package's tables."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ..data import read_table
from ..model.crossings import Crossing
from ..model.travel import RoadTable
from ..units import HOUR_S, MINUTE_S
from .network import RoadNetwork
from .profiles import default_profiles

if TYPE_CHECKING:
    from ..data import Row


@cache
def ntb_network() -> RoadNetwork:
    """Return roads, ferry, boat, sea and air links of NTB with the default profiles; `RoadNetwork.from_ntb` is its door."""
    return RoadNetwork.from_table(_road_table(), crossings=map(_crossing, read_table("crossings")), profiles=default_profiles())


def _road_table() -> RoadTable:
    nodes, edges = read_table("network_nodes"), read_table("network_edges")
    rows = {node["node"]: row for row, node in enumerate(nodes)}
    return RoadTable(
        name="ntb",
        node_ids=tuple(rows),
        node_lon=np.array([float(node["lon"]) for node in nodes]),
        node_lat=np.array([float(node["lat"]) for node in nodes]),
        edge_from=np.array([rows[edge["from_node"]] for edge in edges], dtype=np.int32),
        edge_to=np.array([rows[edge["to_node"]] for edge in edges], dtype=np.int32),
        kind=tuple(edge["kind"] for edge in edges),
        road_class=tuple(edge["road_class"] for edge in edges),
        access=np.array([int(edge["access"]) for edge in edges], dtype=np.int8),
        length_m=np.array([int(edge["length_m"]) for edge in edges], dtype=np.int64),
        slow_factor=np.ones(len(edges)),
        confidence=tuple(edge["confidence"] for edge in edges),
        source=tuple(edge["source"] for edge in edges),
    )


def _crossing(row: Row) -> Crossing:
    rules = {rule["crossing"]: rule for rule in read_table("ferry_rules")}.get(row["crossing"], {})
    first, last = (_clock_s(row[name]) for name in ("first_departure", "last_departure"))
    return Crossing(
        id=row["crossing"],
        from_node=row["from_node"],
        to_node=row["to_node"],
        departures_s=tuple(range(first, last + 1, int(row["headway_min"]) * MINUTE_S)),
        duration_s=int(row["duration_min"]) * MINUTE_S,
        boarding_s=int(row["boarding_min"]) * MINUTE_S,
        slots=int(row["vehicle_slots"]),
        fare_idr=int(row["fare_idr"]),
        source=f"{row['source']}; {row['note']}",
        confidence=row["confidence"],
        lane_m=float(rules["lane_m"]) if rules.get("lane_m") else None,
        profiles=tuple(rules.get("profiles", "").split()) or None,
        max_wave_m=float(rules["max_wave_m"]) if rules.get("max_wave_m") else None,
    )


def _clock_s(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * HOUR_S + int(minutes) * MINUTE_S
