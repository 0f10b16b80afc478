"""One wave of deliveries as a routing problem: trucks first, then the boats with what the trucks brought to the harbours."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from ..model.routing import Depot, RoutingProblem, Stop, VehicleType
from ..model.travel import TravelMatrix
from ..units import MINUTE_S
from .fleet_groups import on_quarter_s
from .shipments import split_shipment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..model.operation import Operation
    from .fleet_groups import FleetGroup
    from .hauls import Hauls
    from .shipments import Shipment
    from .ways import Travel

LOAD_SCALE: Final = 10  # loads are counted in tenths of a kilogram and of a litre
COST_SCALE: Final = 100  # costs in hundredths of a rupiah: prices per kilometre in steps of Rp10 are exact per metre
MOST_TRIPS: Final = 12
SHORTEST_TRIP_S: Final = 15 * MINUTE_S
CUT_FOR_HOURS: Final = 1.5  # more than the hours of idle vehicles take, so that the search has a choice


@dataclass(frozen=True, slots=True)
class Job:
    """One shipment on one leg: taken on at a site, handed over at a posko or harbour."""

    shipment: Shipment
    site_id: str
    place_id: str

    @property
    def leg(self) -> tuple[str, str]:
        """Where it goes from and to."""
        return self.site_id, self.place_id


def allowed_groups(hauls: Hauls, *, jobs: Iterable[Job], groups: Sequence[FleetGroup]) -> dict[str, frozenset[str]]:
    """Return, by shipment, the groups that can bring it and whose price its priority level is worth (`Haul.is_worth_it`)."""
    allowed = {}
    for job in jobs:
        goods = job.shipment
        worthy = (x for x in hauls.over(job.leg, groups) if x.is_worth_it(goods.level, goods.kg, goods.litres))
        allowed[goods.id] = frozenset(haul.group.id for haul in worthy)
    return allowed


def cut_for_idle(operation: Operation, hauls: Hauls, *, jobs: Sequence[Job], groups: Sequence[FleetGroup]) -> dict[str, list[Job]]:
    """Cut jobs that are too large for vehicles that stand idle, as many as those have hours for.

    Shipments are cut to the larger vehicles that go to a place; where those are full, the smaller ones would stand by
    and watch. The most urgent and, by what the idle vehicle costs, worthiest goods come first.

    Parameters
    ----------
    operation : Operation
    hauls : Hauls
    jobs : sequence of Job
        What no vehicle has taken yet.
    groups : sequence of FleetGroup
        The idle vehicles.

    Returns
    -------
    dict of str to list of Job
        The pieces of every shipment that was cut.
    """
    pieces: dict[str, list[Job]] = {}
    for group in sorted(groups, key=lambda x: (-x.kind.capacity_kg, x.id)):
        limits = group.kind.capacity_kg, group.kind.capacity_l
        day_s = min(group.kind.shift_s, operation.horizon_s - group.available_s)
        left_s = CUT_FOR_HOURS * len(group.vehicles) * day_s
        large = [x for x in jobs if x.shipment.id not in pieces and (x.shipment.kg > limits[0] or x.shipment.litres > limits[1])]
        ways = [
            (x.shipment.level, -x.shipment.worth_idr / max(1.0, haul.price_idr(x.shipment.kg, x.shipment.litres)), x.shipment.id, x, haul)
            for x in large
            for haul in hauls.over(x.leg, (group,))
            if haul.approach_s + haul.trip_s <= day_s and haul.is_worth_it(x.shipment.level, x.shipment.kg, x.shipment.litres)
        ]
        for _, _, name, job, haul in sorted(ways, key=lambda x: x[:3]):
            if left_s <= 0:
                break
            left_s -= haul.seconds(job.shipment.kg, job.shipment.litres)
            pieces[name] = [replace(job, shipment=part) for part in split_shipment(operation, job.shipment, limits=limits)]
    return pieces


def pose_wave(
    operation: Operation, travel: Travel, *, jobs: Sequence[Job], groups: Sequence[FleetGroup], allowed: Mapping[str, frozenset[str]]
) -> RoutingProblem:
    """Return the routing problem of a wave: every job an optional stop worth its shipment's prize, for the `allowed_groups`."""
    ready_s = {job.shipment.id: on_quarter_s(job.shipment.ready_s) for job in jobs}
    loads = sorted({(job.site_id, ready_s[job.shipment.id]) for job in jobs})
    depots = tuple(Depot(_depot_id(site, ready), site, open_s=ready) for site, ready in loads)
    stops = tuple(
        Stop(
            id=job.shipment.id,
            place_id=job.place_id,
            demand=(_tenths(job.shipment.kg), _tenths(job.shipment.litres)),
            prize=job.shipment.worth_idr,
            vehicle_types=allowed[job.shipment.id],
            depots=frozenset(_depot_id(site, ready) for site, ready in loads if site == job.site_id and ready >= ready_s[job.shipment.id]),
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
        shift_s=(group.available_s, max(group.available_s, operation.horizon_s if group.until_s is None else group.until_s)),
        max_duration_s=kind.shift_s,
    )


def _part(travel: Travel, profile: str, places: Sequence[str]) -> TravelMatrix:
    """Return the matrix of a profile over some places."""
    whole = travel.matrices[profile]
    cells = np.ix_([travel.row[name] for name in places], [travel.row[name] for name in places])
    toll = None if whole.toll_idr is None else whole.toll_idr[cells]
    return TravelMatrix(profile, tuple(places), whole.duration_s[cells], whole.distance_m[cells], toll)


def _depot_id(site: str, ready: int) -> str:
    return f"{site}+{ready}"


def _tenths(value: float) -> int:
    return math.ceil(value * LOAD_SCALE - 1e-6)
