"""Vehicles of an operation."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..errors import IssueLog
from .provenance import UNKNOWN, Provenance


@dataclass(frozen=True, slots=True)
class FleetType:
    """A kind of vehicle: what it carries, where it may drive, what it costs.

    Parameters
    ----------
    id, name : str
    profile : str
        Travel profile (roads it may use and its speeds).
    capacity_kg, capacity_l : float
    fixed_idr : int
        Cost of using the vehicle at all, rupiah.
    cost_idr_per_km, cost_idr_per_h : int
    loading_s : int
        Seconds to load at a warehouse before each trip.
    unloading_s_per_t : int
        Seconds to unload one tonne.
    shift_s : int
        Longest day, from the start of its first action (loading counts) to its return.
    provenance : Provenance
    """

    id: str
    name: str
    profile: str
    capacity_kg: float
    capacity_l: float
    fixed_idr: int
    cost_idr_per_km: int
    cost_idr_per_h: int
    loading_s: int
    unloading_s_per_t: int
    shift_s: int
    provenance: Provenance = UNKNOWN

    def __post_init__(self) -> None:
        log = IssueLog()
        where = f"vehicle type '{self.id}'"
        for quantity in ("capacity_kg", "capacity_l", "shift_s"):
            value = getattr(self, quantity)
            if not (math.isfinite(value) and value > 0):
                log.add(where, f"{quantity} is {value}", "give a number above 0")
        for quantity in ("fixed_idr", "cost_idr_per_km", "cost_idr_per_h", "loading_s", "unloading_s_per_t"):
            value = getattr(self, quantity)
            if not (math.isfinite(value) and value >= 0):
                log.add(where, f"{quantity} is {value}", "give a number >= 0")
        log.raise_if_any()


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One vehicle with its base.

    Parameters
    ----------
    id : str
        Plate or label, unique.
    type_id : str
    base_id : str
        Site where it starts and ends the day.
    available_s : int
        Seconds after the start of the operation from which it can be used.
    """

    id: str
    type_id: str
    base_id: str
    available_s: int = 0
