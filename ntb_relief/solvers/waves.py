"""One wave of deliveries as a routing problem: trucks first, then the boats with what the trucks brought to the harbours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from ..model.routing import Depot, RoutingProblem, Stop, VehicleType
from ..model.travel import UNREACHABLE, TravelMatrix
from ..units import MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..model.fleet import FleetType, Vehicle
    from ..model.operation import Operation
    from .shipments import Shipment
    from .ways import Travel

LOAD_SCALE: Final = 10  # loads are counted in tenths of a kilogram and of a litre
COST_SCALE: Final = 100  # costs in hundredths of a rupiah: prices per kilometre in steps of Rp10 are exact per metre
READY_STEP_S: Final = 15 * MINUTE_S
MOST_TRIPS: Final = 12
SHORTEST_TRIP_S: Final = 15 * MINUTE_S


@dataclass(frozen=True, slots=True)
class Job:
    """One shipment on one leg: taken on at a site, handed over at a posko or harbour."""

    shipment: Shipment
    site_id: str
    place_id: str


@dataclass(frozen=True, slots=True)
class FleetGroup:
    """Vehicles of one type at one base that become available together."""

    id: str
    kind: FleetType
    base_id: str
    available_s: int
    vehicles: tuple[Vehicle, ...]

    def can_serve(self, travel: Travel, leg: tuple[str, str]) -> bool:
        """Tell whether its roads lead from the base to the site, on to the place, and back."""
        return UNREACHABLE not in self._legs_s(travel, leg)

    def is_in_time(self, travel: Travel, job: Job, *, horizon_s: int) -> bool:
        """Tell whether one vehicle, doing nothing else, could bring the goods within its shift and the horizon."""
        legs = self._legs_s(travel, (job.site_id, job.place_id))
        if UNREACHABLE in legs:
            return False
        loaded_s = max(self.available_s + legs[0], _ready_s(job)) + self.kind.loading_s
        back_s = loaded_s + legs[1] + unloading_s(self.kind, job.shipment.kg) + legs[2]
        busy_s = back_s - max(self.available_s, _ready_s(job) - legs[0])
        return back_s <= horizon_s and busy_s <= self.kind.shift_s

    def _legs_s(self, travel: Travel, leg: tuple[str, str]) -> tuple[int, int, int]:
        stops = (self.base_id, *leg, self.base_id)
        first, second, third = (travel.duration_s(self.kind.profile, a, b) for a, b in pairwise(stops))
        return first, second, third


def unloading_s(kind: FleetType, kg: float) -> int:
    """Return the whole seconds to unload some kilograms."""
    return math.ceil(kind.unloading_s_per_t * kg / 1000 - 1e-9)


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


def pose_wave(operation: Operation, travel: Travel, *, jobs: Sequence[Job], groups: Sequence[FleetGroup]) -> RoutingProblem:
    """Return the routing problem of a wave: every job an optional stop worth its shipment's prize."""
    loads = sorted({(job.site_id, _ready_s(job)) for job in jobs})
    depots = tuple(Depot(_depot_id(site, ready), site, open_s=ready) for site, ready in loads)
    usable = _usable_groups(travel, jobs=jobs, groups=groups)
    stops = tuple(
        Stop(
            id=job.shipment.id,
            place_id=job.place_id,
            demand=(_tenths(job.shipment.kg), _tenths(job.shipment.litres)),
            prize=job.shipment.worth_idr,
            vehicle_types=usable[job.site_id, job.place_id],
            depots=frozenset(_depot_id(site, ready) for site, ready in loads if site == job.site_id and ready >= _ready_s(job)),
        )
        for job in jobs
    )
    places = sorted({*(job.place_id for job in jobs), *(job.site_id for job in jobs), *(group.base_id for group in groups)})
    profiles = sorted({group.kind.profile for group in groups})
    return RoutingProblem(
        depots=depots,
        stops=stops,
        vehicle_types=tuple(_vehicle_type(operation, group) for group in groups),
        matrices={name: _part(travel, name, places) for name in profiles},
        dimensions=("0.1 kg", "0.1 l"),
        cost_scale=COST_SCALE,
    )


def _vehicle_type(operation: Operation, group: FleetGroup) -> VehicleType:
    kind = group.kind
    trips = kind.shift_s // max(kind.loading_s, SHORTEST_TRIP_S)
    return VehicleType(
        id=group.id,
        count=len(group.vehicles),
        capacity=(math.floor(kind.capacity_kg * LOAD_SCALE + 1e-6), math.floor(kind.capacity_l * LOAD_SCALE + 1e-6)),
        profile=kind.profile,
        start_id=group.base_id,
        end_id=group.base_id,
        max_trips=max(2, min(MOST_TRIPS, trips)),
        fixed_cost=kind.fixed_idr,
        # On the scale of the engine already, so that nothing is left to round there.
        cost_per_m=round(kind.cost_idr_per_km / 1000 * COST_SCALE) / COST_SCALE,
        cost_per_s=round(kind.cost_idr_per_h / 3600 * COST_SCALE) / COST_SCALE,
        loading_s=kind.loading_s,
        service_s_per_unit=kind.unloading_s_per_t / (1000 * LOAD_SCALE),
        shift_s=(group.available_s, max(group.available_s, operation.horizon_s)),
        max_duration_s=kind.shift_s,
    )


def _usable_groups(travel: Travel, *, jobs: Sequence[Job], groups: Sequence[FleetGroup]) -> Mapping[tuple[str, str], frozenset[str]]:
    legs = {(job.site_id, job.place_id) for job in jobs}
    return {leg: frozenset(group.id for group in groups if group.can_serve(travel, leg)) for leg in legs}


def _part(travel: Travel, profile: str, places: Sequence[str]) -> TravelMatrix:
    """Return the matrix of a profile over some places."""
    whole = travel.matrices[profile]
    cells = np.ix_([travel.row[name] for name in places], [travel.row[name] for name in places])
    toll = None if whole.toll_idr is None else whole.toll_idr[cells]
    return TravelMatrix(profile, tuple(places), whole.duration_s[cells], whole.distance_m[cells], toll)


def _ready_s(job: Job) -> int:
    """Return when the goods can be loaded, on the next quarter of an hour: few distinct times keep the problem small."""
    return -(-job.shipment.ready_s // READY_STEP_S) * READY_STEP_S


def _depot_id(site: str, ready: int) -> str:
    return f"{site}+{ready}"


def _tenths(value: float) -> int:
    return math.ceil(value * LOAD_SCALE - 1e-6)
