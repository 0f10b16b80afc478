"""The fleet in groups of vehicles that are alike, as the search takes them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from ..model.travel import UNREACHABLE
from ..units import MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..model.fleet import FleetType, Vehicle
    from ..model.operation import Operation
    from ..plan.operation_plan import VehicleSchedule
    from .ways import Travel

READY_STEP_S: Final = 15 * MINUTE_S


@dataclass(frozen=True, slots=True)
class FleetGroup:
    """Vehicles of one type at one base that become available together; `until_s` is when they must be back, where that is given."""

    id: str
    kind: FleetType
    base_id: str
    available_s: int
    vehicles: tuple[Vehicle, ...]
    until_s: int | None = None

    def can_serve(self, travel: Travel, leg: tuple[str, str]) -> bool:
        """Tell whether its roads lead from the base to the site, on to the place, and back."""
        return UNREACHABLE not in self._legs_s(travel, leg)

    def is_in_time(self, travel: Travel, leg: tuple[str, str], *, kg: float, ready_s: int, horizon_s: int) -> bool:
        """Tell whether one vehicle, doing nothing else, could bring goods within its shift and the horizon.

        Parameters
        ----------
        travel : Travel
        leg : (site id, place id)
        kg : float
        ready_s : int
            When the goods can be loaded at the earliest.
        horizon_s : int
        """
        legs = self._legs_s(travel, leg)
        if UNREACHABLE in legs:
            return False
        ready_s = on_quarter_s(ready_s)
        loaded_s = max(self.available_s + legs[0], ready_s) + self.kind.loading_s
        back_s = loaded_s + legs[1] + unloading_s(self.kind, kg) + legs[2]
        busy_s = back_s - max(self.available_s, ready_s - legs[0])
        return back_s <= horizon_s and busy_s <= self.kind.shift_s

    def _legs_s(self, travel: Travel, leg: tuple[str, str]) -> tuple[int, int, int]:
        stops = (self.base_id, *leg, self.base_id)
        first, second, third = (travel.duration_s(self.kind.profile, a, b) for a, b in pairwise(stops))
        return first, second, third


def unloading_s(kind: FleetType, kg: float) -> int:
    """Return the whole seconds to unload some kilograms."""
    return math.ceil(kind.unloading_s_per_t * kg / 1000 - 1e-9)


def on_quarter_s(clock_s: int) -> int:
    """Return the next quarter of an hour: few distinct times keep the problem small."""
    return -(-clock_s // READY_STEP_S) * READY_STEP_S


def group_fleet(operation: Operation, *, afloat: bool) -> tuple[FleetGroup, ...]:
    """Return the vehicles of the roads, or of the water, in groups that are alike."""
    kinds = {kind.id: kind for kind in operation.fleet_types}
    groups: dict[tuple[str, str, int], list[Vehicle]] = {}
    for vehicle in operation.vehicles:
        on_road = "road" in operation.profiles[kinds[vehicle.type_id].profile].kinds
        if on_road != afloat:
            groups.setdefault((vehicle.type_id, vehicle.base_id, vehicle.available_s), []).append(vehicle)
    return tuple(
        FleetGroup(f"{kind}@{base}+{available}", kinds[kind], base, available, tuple(vehicles))
        for (kind, base, available), vehicles in sorted(groups.items())
    )


def rest_of_fleet(groups: Sequence[FleetGroup], schedules: Mapping[str, VehicleSchedule], *, horizon_s: int) -> tuple[FleetGroup, ...]:
    """Return the fleet after a wave: idle vehicles as they were, the others from their return to the end of their shift.

    Times are cut to quarters of an hour, so that vehicles that are alike stay together. What a vehicle costs a day is
    paid already.
    """
    left: dict[tuple[str, str, int, int, int], list[Vehicle]] = {}
    rest: list[FleetGroup] = []
    for number, group in enumerate(groups):
        idle = tuple(vehicle for vehicle in group.vehicles if vehicle.id not in schedules)
        if idle:
            rest.append(replace(group, vehicles=idle))
        for vehicle in group.vehicles:
            if vehicle.id in schedules:
                done = schedules[vehicle.id]
                free_s = on_quarter_s(done.end_s)
                until_s = min(done.start_s + group.kind.shift_s, horizon_s) // READY_STEP_S * READY_STEP_S
                if until_s - free_s > group.kind.loading_s:
                    left.setdefault((group.kind.id, group.base_id, free_s, until_s, number), []).append(vehicle)
    for (kind_id, base_id, free_s, until_s, number), vehicles in sorted(left.items()):
        kind = replace(groups[number].kind, fixed_idr=0, shift_s=until_s - free_s)
        rest.append(FleetGroup(f"{kind_id}@{base_id}+{free_s}-{until_s}#{number}", kind, base_id, free_s, tuple(vehicles), until_s))
    return tuple(rest)
