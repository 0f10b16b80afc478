"""Groups of a plan for its summary: by priority level, kabupaten, vehicle type, cause and item."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...units import HOUR_S
from ..operation_plan import Cause, Drive
from .amounts import deliveries, served_people, trip_numbers
from .words import area_name, kabupaten_code

if TYPE_CHECKING:
    from ..operation_plan import OperationPlan


@dataclass(slots=True)
class Goods:
    """Needed and given mass of a group, with its people and places."""

    name: str
    needed_kg: float = 0.0
    given_kg: float = 0.0
    people: int = 0
    served_people: int = 0
    poskos: int = 0
    served_poskos: int = 0

    @property
    def share(self) -> float:
        """Given as a share of needed mass; 1 where nothing is needed."""
        return self.given_kg / self.needed_kg if self.needed_kg else 1.0


@dataclass(slots=True)
class FleetUse:
    """What the vehicles of one type do."""

    name: str
    vehicles: int = 0
    used: int = 0
    trips: int = 0
    distance_m: int = 0
    hours: float = 0.0
    cost_idr: int = 0


@dataclass(slots=True)
class Missing:
    """What one cause leaves out."""

    mass_kg: float = 0.0
    posko_ids: set[str] = field(default_factory=set)
    by_item: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class LeastShare:
    """How evenly the goods of one priority level arrive, by mass.

    Parameters
    ----------
    area : str
        Kabupaten or kota with the smallest brought share of its needs.
    area_share : float
        That share.
    posko_share : float
        Smallest brought share of its needs among the posko the allocation gives something of the level.
    poskos : int
        How many the allocation gives something.
    empty_poskos : int
        Those of them that are brought nothing.
    """

    area: str
    area_share: float
    posko_share: float
    poskos: int
    empty_poskos: int


def least_shares(plan: OperationPlan) -> dict[int, LeastShare]:
    """Return by priority level who is brought the smallest share; levels of which nothing is given are left out."""
    mass_kg, brought = {x.id: x.mass_kg for x in plan.operation.items}, deliveries(plan)
    home = {posko.id: kabupaten_code(posko.code) for posko in plan.operation.poskos}
    given = {(flow.posko_id, flow.item_id) for flow in plan.flows if flow.quantity}
    areas: dict[int, dict[str, Goods]] = defaultdict(dict)
    poskos: dict[int, dict[str, Goods]] = defaultdict(dict)
    has_stock: dict[int, set[str]] = defaultdict(set)
    for need in plan.operation.needs:
        if not need.quantity:
            continue
        for groups, name in ((areas, home[need.posko_id]), (poskos, need.posko_id)):
            goods = groups[need.level].setdefault(name, Goods(name))
            goods.needed_kg += need.quantity * mass_kg[need.item_id]
            goods.given_kg += brought.get((need.posko_id, need.item_id), 0) * mass_kg[need.item_id]
        if (need.posko_id, need.item_id) in given:
            has_stock[need.level].add(need.posko_id)
    shares = {}
    for level in sorted(has_stock):
        last = min(areas[level].values(), key=lambda goods: goods.share)
        reached = [poskos[level][name] for name in sorted(has_stock[level])]
        shares[level] = LeastShare(
            area=area_name(last.name) if last.name else "(tanpa kode wilayah)",
            area_share=last.share,
            posko_share=min(goods.share for goods in reached),
            poskos=len(reached),
            empty_poskos=sum(goods.given_kg == 0 for goods in reached),
        )
    return shares


def by_level(plan: OperationPlan) -> dict[int, Goods]:
    """Return needed and given mass by priority level, the most urgent first."""
    mass_kg, given = {x.id: x.mass_kg for x in plan.operation.items}, deliveries(plan)
    groups = {level: Goods(f"Prioritas {level}") for level in sorted({need.level for need in plan.operation.needs if need.quantity})}
    for need in plan.operation.needs:
        if need.quantity:
            groups[need.level].needed_kg += need.quantity * mass_kg[need.item_id]
            groups[need.level].given_kg += given.get((need.posko_id, need.item_id), 0) * mass_kg[need.item_id]
    return groups


def by_kabupaten(plan: OperationPlan) -> dict[str, Goods]:
    """Return people, poskos and mass by kabupaten code, in the order of the codes; poskos without a code come last."""
    mass_kg, given, served = {x.id: x.mass_kg for x in plan.operation.items}, deliveries(plan), served_people(plan)
    reached = {posko_id for posko_id, _ in given}
    home = {posko.id: kabupaten_code(posko.code) for posko in plan.operation.poskos}
    codes = sorted(set(home.values()), key=lambda code: (not code, code))
    groups = {code: Goods(area_name(code) if code else "(tanpa kode wilayah)") for code in codes}
    for posko in plan.operation.poskos:
        group = groups[home[posko.id]]
        group.people += posko.people
        group.served_people += served[posko.id]
        group.poskos += 1
        group.served_poskos += posko.id in reached
    for need in plan.operation.needs:
        group = groups[home[need.posko_id]]
        group.needed_kg += need.quantity * mass_kg[need.item_id]
        group.given_kg += given.get((need.posko_id, need.item_id), 0) * mass_kg[need.item_id]
    return groups


def by_vehicle_type(plan: OperationPlan) -> dict[str, FleetUse]:
    """Return vehicles, trips, kilometres, hours away and cost by vehicle type id, in the order of the operation."""
    kind_of = {vehicle.id: vehicle.type_id for vehicle in plan.operation.vehicles}
    have = Counter(kind_of.values())
    groups = {kind.id: FleetUse(kind.name, have[kind.id]) for kind in plan.operation.fleet_types if have[kind.id]}
    for schedule in plan.schedules:
        group = groups[kind_of[schedule.vehicle_id]]
        group.used += 1
        group.trips += max(trip_numbers(schedule), default=0)
        group.distance_m += schedule.distance_m
        group.hours += (schedule.end_s - schedule.start_s) / HOUR_S
        group.cost_idr += schedule.cost_idr
    return groups


def by_cause(plan: OperationPlan) -> dict[Cause, Missing]:
    """Return what is missing by cause; a posko counts once for each cause it suffers."""
    mass_kg = {x.id: x.mass_kg for x in plan.operation.items}
    groups: dict[Cause, Missing] = defaultdict(Missing)
    for short in plan.shortfalls:
        group = groups[short.cause]
        group.mass_kg += short.quantity * mass_kg[short.item_id]
        group.posko_ids.add(short.posko_id)
        group.by_item[short.item_id] += short.quantity
    return {cause: groups[cause] for cause in Cause if cause in groups}


def num_sailings(plan: OperationPlan) -> int:
    """Return how many times a vehicle of the plan takes a ferry."""
    return sum(len(action.sailings) for schedule in plan.schedules for action in schedule.actions if isinstance(action, Drive))
