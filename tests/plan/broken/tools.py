"""What the cases of broken plans are made with: a mark for what they break, and tools to change one thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ntb_relief.plan.operation_plan import CargoLine, Drive
from tests.factories import make_operation

if TYPE_CHECKING:
    from types import ModuleType

    from ntb_relief.model.operation import Operation
    from ntb_relief.plan.operation_plan import OperationPlan, VehicleSchedule

TRUCK, PICKUP, FERRY, BOAT = range(4)
Case = Callable[[], "tuple[Operation, OperationPlan]"]
_RULES: dict[Case, set[str]] = {}


def breaks(*rules: str) -> Callable[[Case], Case]:
    """Mark a case that breaks exactly these rules."""

    def mark(case: Case) -> Case:
        _RULES[case] = set(rules)
        return case

    return mark


def cases_of(*rooms: ModuleType) -> list[tuple[str, set[str], Case]]:
    """Return (name, rules, case) of all cases in these rooms."""
    found = [thing for room in rooms for thing in vars(room).values() if callable(thing) and thing in _RULES]
    return [(case.__name__, _RULES[case], case) for case in found]


def settled(plan: OperationPlan) -> OperationPlan:
    """Write kilometres and costs anew, so that a change elsewhere breaks nothing but its own rule."""
    return replace(plan, schedules=tuple(_settle(plan.operation, schedule) for schedule in plan.schedules))


def _settle(operation: Operation, schedule: VehicleSchedule) -> VehicleSchedule:
    vehicle = next(x for x in operation.vehicles if x.id == schedule.vehicle_id)
    kind = next(x for x in operation.fleet_types if x.id == vehicle.type_id)
    drives = [action for action in schedule.actions if isinstance(action, Drive)]
    distance_m = sum(drive.path.distance_m for drive in drives)
    fares = sum(x.fare_idr for drive in drives for use in drive.sailings for x in operation.crossings if x.id == use.crossing_id)
    running = kind.cost_idr_per_km * distance_m / 1000 + kind.cost_idr_per_h * (schedule.end_s - schedule.start_s) / 3600
    return replace(schedule, distance_m=distance_m, cost_idr=round(kind.fixed_idr + running) + fares)


def with_schedule(plan: OperationPlan, number: int, schedule: VehicleSchedule) -> OperationPlan:
    schedules = (*plan.schedules[:number], schedule, *plan.schedules[number + 1 :])
    return settled(replace(plan, schedules=schedules))


def with_action(plan: OperationPlan, number: int, index: int, **changes: Any) -> OperationPlan:
    schedule = plan.schedules[number]
    actions = list(schedule.actions)
    actions[index] = replace(actions[index], **changes)
    return with_schedule(plan, number, replace(schedule, actions=tuple(actions)))


def moved(schedule: VehicleSchedule, seconds: int) -> VehicleSchedule:
    """Shift a day in time (a day without ferries)."""
    return replace(schedule, actions=tuple(replace(x, start_s=x.start_s + seconds, end_s=x.end_s + seconds) for x in schedule.actions))


def with_fleet_type(type_id: str, **changes: Any) -> Operation:
    operation = make_operation()
    return operation.replace(fleet_types=tuple(replace(x, **changes) if x.id == type_id else x for x in operation.fleet_types))


def with_vehicle(vehicle_id: str, **changes: Any) -> Operation:
    operation = make_operation()
    return operation.replace(vehicles=tuple(replace(x, **changes) if x.id == vehicle_id else x for x in operation.vehicles))


def with_crossing(**changes: Any) -> Operation:
    operation = make_operation()
    return operation.replace(crossings=(replace(operation.crossings[0], **changes),))


def line_of(plan: OperationPlan, posko_id: str, item_id: str) -> CargoLine:
    flow = next(x for x in plan.flows if (x.posko_id, x.item_id) == (posko_id, item_id))
    return CargoLine(item_id, flow.quantity, flow.site_id, posko_id)
