"""Plans whose form, names, hours or roads are wrong, each in one thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from ntb_relief.model.fleet import Vehicle
from ntb_relief.model.operation import Closure
from ntb_relief.plan.operation_plan import Cause, Load, Shortfall, VehicleSchedule
from tests.factories import ScheduleBuilder, make_operation, make_plan
from tests.plan.broken.tools import (
    BOAT,
    FERRY,
    PICKUP,
    TRUCK,
    breaks,
    line_of,
    moved,
    settled,
    with_action,
    with_crossing,
    with_fleet_type,
    with_schedule,
    with_vehicle,
)

if TYPE_CHECKING:
    from ntb_relief.plan.operation_plan import OperationPlan


@breaks("form")
def quantity_is_a_fraction():
    plan = make_plan()
    return make_operation(), replace(plan, flows=(replace(plan.flows[0], quantity=352.5), *plan.flows[1:]))


@breaks("form")
def path_holds_numpy_numbers():
    plan = make_plan()
    path = plan.schedules[TRUCK].actions[1].path
    edges = tuple(np.array(path.edges, dtype=np.int32))
    schedule = plan.schedules[TRUCK]
    actions = (schedule.actions[0], replace(schedule.actions[1], path=replace(path, edges=edges)), *schedule.actions[2:])
    return make_operation(), replace(plan, schedules=(replace(schedule, actions=actions), *plan.schedules[1:]))


@breaks("form")
def share_is_not_a_number():
    return make_operation(), replace(make_plan(), min_share={1: float("nan")})


@breaks("form")
def schedules_are_none():
    return make_operation(), replace(make_plan(), schedules=None)


@breaks("quantity")
def flow_of_nothing():
    plan = make_plan()
    return make_operation(), replace(plan, flows=(*plan.flows, replace(plan.flows[0], quantity=0)))


@breaks("quantity")
def negative_shortfall():
    plan = make_plan()
    return make_operation(), replace(plan, shortfalls=(*plan.shortfalls, replace(plan.shortfalls[0], quantity=-1)))


@breaks("unknown", "balance")
def shortfall_of_an_unknown_posko():
    plan = make_plan()
    return make_operation(), replace(plan, shortfalls=(*plan.shortfalls, replace(plan.shortfalls[0], posko_id="atlantis")))


@breaks("unknown")
def vehicle_is_unknown():
    operation = make_operation()
    return operation.replace(vehicles=tuple(x for x in operation.vehicles if x.id != "Perahu 1")), make_plan()


@breaks("unknown")
def crossing_is_unknown():
    plan = make_plan()
    use = plan.schedules[FERRY].actions[1].sailings[0]
    return make_operation(), with_action(plan, FERRY, 1, sailings=(replace(use, crossing_id="styx"),))


@breaks("vehicle")
def vehicle_has_two_days():
    plan = make_plan()
    boat = plan.schedules[BOAT]
    halves = replace(boat, actions=boat.actions[:4]), replace(boat, actions=boat.actions[4:])
    return make_operation(), settled(replace(plan, schedules=(*plan.schedules[:BOAT], *halves)))


@breaks("empty")
def schedule_does_nothing():
    plan = make_plan()
    return make_operation(), replace(plan, schedules=(*plan.schedules, VehicleSchedule("DR 8004 A", (), 0, 0)))


@breaks("empty")
def loading_moves_nothing():
    plan = make_plan()
    boat = plan.schedules[BOAT]
    pause = Load("BANGSAL", boat.end_s, boat.end_s + 1800, ())
    return make_operation(), with_schedule(plan, BOAT, replace(boat, actions=(*boat.actions, pause)))


@breaks("base")
def vehicle_lives_elsewhere():
    return with_vehicle("Perahu 1", base_id="GUDANG-MTR"), make_plan()


@breaks("base")
def vehicle_stays_out():
    plan = make_plan()
    pickup = plan.schedules[PICKUP]
    return make_operation(), with_schedule(plan, PICKUP, replace(pickup, actions=pickup.actions[:-1]))


@breaks("available")
def vehicle_starts_too_early():
    return with_vehicle("DR 8001 A", available_s=1), make_plan()


@breaks("shift")
def shift_is_a_second_too_short():
    pickup = make_plan().schedules[PICKUP]
    return with_fleet_type("pickup_4wd", shift_s=pickup.end_s - pickup.start_s - 1), make_plan()


@breaks("horizon")
def horizon_is_a_second_too_short():
    plan = make_plan()
    return make_operation(horizon_s=max(x.end_s for x in plan.schedules) - 1), plan


@breaks("order")
def unloading_begins_before_arrival():
    plan = make_plan()
    return make_operation(), with_action(plan, PICKUP, 2, start_s=plan.schedules[PICKUP].actions[2].start_s - 1)


@breaks("order", "available")
def day_begins_before_the_operation():
    plan = make_plan()
    return make_operation(), with_schedule(plan, PICKUP, moved(plan.schedules[PICKUP], -1))


@breaks("order", "loading")
def loading_ends_before_it_begins():
    plan = make_plan()
    return make_operation(), with_action(plan, BOAT, 4, end_s=plan.schedules[BOAT].actions[4].start_s - 1)


@breaks("place")
def vehicle_jumps():
    operation, plan = make_operation(), make_plan()
    goods = line_of(plan, "sembalun", "rice"), line_of(plan, "sembalun", "drinking_water")
    builder = ScheduleBuilder(operation, "DR 8002 A").load(*goods).drive("sembalun", "n:pemenang", "n:gangga", "n:bayan").unload(*goods)
    builder.place_id = "gangga"
    return operation, with_schedule(plan, PICKUP, builder.drive("GUDANG-MTR", "n:pemenang").finish())


@breaks("loading")
def loading_is_too_quick():
    return with_fleet_type("pickup_4wd", loading_s=901), make_plan()


@breaks("unloading")
def unloading_is_too_quick():
    return with_fleet_type("boat", unloading_s_per_t=1300), make_plan()


@breaks("path")
def path_leaves_the_table():
    plan = make_plan()
    path = plan.schedules[PICKUP].actions[3].path
    return make_operation(), with_action(plan, PICKUP, 3, path=replace(path, edges=(*path.edges[:-1], 99)))


@breaks("path")
def path_counts_from_behind():
    plan = make_plan()
    path = plan.schedules[PICKUP].actions[3].path
    return make_operation(), with_action(plan, PICKUP, 3, path=replace(path, nodes=(path.nodes[0] - 11, *path.nodes[1:])))


@breaks("path")
def path_lacks_a_node():
    plan = make_plan()
    path = plan.schedules[PICKUP].actions[3].path
    return make_operation(), with_action(plan, PICKUP, 3, path=replace(path, nodes=path.nodes[1:]))


@breaks("path")
def path_takes_an_edge_of_elsewhere():
    plan = make_plan()
    path = plan.schedules[TRUCK].actions[3].path
    return make_operation(), with_action(plan, TRUCK, 3, path=replace(path, edges=(path.edges[0], 3)))


@breaks("path")
def path_begins_where_the_vehicle_is_not():
    plan = make_plan()
    drive = plan.schedules[TRUCK].actions[3]
    path = replace(drive.path, nodes=drive.path.nodes[1:], edges=drive.path.edges[1:], distance_m=drive.path.distance_m - 2_000)
    return make_operation(), with_action(plan, TRUCK, 3, path=path, end_s=drive.end_s - 240)


@breaks("access")
def road_is_too_poor_for_the_truck():
    """Sembalun hangs on a road of class 3: not for trucks, whatever the plan says."""
    return with_fleet_type("pickup_4wd", profile="light_truck"), make_plan()


@breaks("access")
def truck_takes_the_boat_line():
    return with_fleet_type("boat", profile="light_truck"), make_plan()


@breaks("access")
def road_class_has_no_speed():
    operation = make_operation()
    pickup = operation.profiles["4wd"]
    slow = replace(pickup, speed_kph={name: kph for name, kph in pickup.speed_kph.items() if name != "local"})
    return operation.replace(profiles={**operation.profiles, "4wd": slow}), make_plan()


def _with_column(name, value, *, edge):
    """Return the operation with one entry of an optional column of its roads changed."""
    operation = make_operation()
    column = list(getattr(operation.roads, name))
    column[edge] = value
    changed = tuple(column) if isinstance(value, str) else np.array(column)
    return operation.replace(roads=replace(operation.roads, **{name: changed}))


def _edge(one, other):
    roads = make_operation().roads
    ends = zip(roads.edge_from.tolist(), roads.edge_to.tolist(), strict=True)
    return [(roads.node_ids[here], roads.node_ids[there]) for here, there in ends].index((one, other))


@breaks("access")
def road_is_one_way_the_other_way():
    """The ferry truck goes from Taliwang to Poto Tano against an arrow that points to Taliwang."""
    return _with_column("one_way", True, edge=_edge("n:pototano", "n:taliwang")), make_plan()


@breaks("access")
def bridge_bears_less_than_the_pickup():
    operation = _with_column("max_weight_kg", 3000.0, edge=_edge("n:bayan", "n:sembalun"))
    loaded = replace(operation.profiles["4wd"], weight_kg=3001.0)
    return operation.replace(profiles={**operation.profiles, "4wd": loaded}), make_plan()


@breaks("access")
def bridge_bears_less_than_an_axle_of_the_pickup():
    operation = _with_column("max_axle_kg", 2000.0, edge=_edge("n:bayan", "n:sembalun"))
    loaded = replace(operation.profiles["4wd"], axle_kg=2001.0)
    return operation.replace(profiles={**operation.profiles, "4wd": loaded}), make_plan()


@breaks("duration")
def earth_is_driven_as_asphalt():
    operation = _with_column("surface", "earth", edge=_edge("n:bayan", "n:sembalun"))
    careful = replace(operation.profiles["4wd"], surface_factor={"earth": 0.5})
    return operation.replace(profiles={**operation.profiles, "4wd": careful}), make_plan()


@breaks("duration")
def slope_is_driven_as_flat():
    operation = _with_column("slope", "steep", edge=_edge("n:bayan", "n:sembalun"))
    careful = replace(operation.profiles["4wd"], slope_factor={"steep": 0.5})
    return operation.replace(profiles={**operation.profiles, "4wd": careful}), make_plan()


@breaks("duration")
def speed_limit_is_ignored():
    return _with_column("max_kph", 20.0, edge=_edge("n:bayan", "n:sembalun")), make_plan()


@breaks("closed")
def road_is_closed():
    """The closure is told from the other end, and counts all the same."""
    operation = make_operation()
    cut = Closure("n:kayangan", "n:bayan", None, "Jembatan putus")
    return operation.replace(closures=(*operation.closures, cut)), make_plan()


@breaks("closed")
def ferry_is_closed():
    operation = make_operation()
    cut = Closure("n:pototano", "n:kayangan", None, "Gelombang tinggi")
    return operation.replace(closures=(*operation.closures, cut)), make_plan()


@breaks("distance")
def path_is_longer_than_told():
    plan = make_plan()
    path = plan.schedules[TRUCK].actions[1].path
    return make_operation(), with_action(plan, TRUCK, 1, path=replace(path, distance_m=path.distance_m - 1))


@breaks("distance")
def day_is_longer_than_told():
    plan = make_plan()
    boat = plan.schedules[BOAT]
    told = replace(boat, distance_m=boat.distance_m + 1000, cost_idr=boat.cost_idr + 8000)
    return make_operation(), replace(plan, schedules=(*plan.schedules[:BOAT], told))


@breaks("duration")
def drive_ends_a_second_late():
    plan = make_plan()
    return make_operation(), with_action(plan, PICKUP, 3, end_s=plan.schedules[PICKUP].actions[3].end_s + 1)


@breaks("duration")
def slow_road_is_driven_at_full_speed():
    """Gangga to Bayan is twice as slow as usual; slower still is another time."""
    operation = make_operation()
    slower = replace(operation.closures[0], slow_factor=2.5)
    away = {"shift_s": 20 * 3600}
    kinds = tuple(replace(x, **away) for x in operation.fleet_types)
    plan = make_plan()
    pickup_only = replace(plan, schedules=(plan.schedules[PICKUP],), shortfalls=_all_but(plan, "sembalun"))
    return operation.replace(closures=(slower, operation.closures[1]), fleet_types=kinds), pickup_only


def _all_but(plan: OperationPlan, posko_id: str) -> tuple[Shortfall, ...]:
    """Return shortfalls for a plan that serves rice and water of one posko and nothing else."""
    served = {(posko_id, "rice"), (posko_id, "drinking_water")}
    rest = [x for x in plan.operation.needs if (x.posko_id, x.item_id) not in served]
    short = [Shortfall(x.posko_id, x.item_id, x.level, x.quantity, Cause.NO_VEHICLE, "") for x in rest]
    return *short, *(x for x in plan.shortfalls if (x.posko_id, x.item_id) in served)


@breaks("sailing")
def ferry_without_a_sailing():
    return make_operation(), with_action(make_plan(), FERRY, 1, sailings=())


@breaks("sailing")
def one_sailing_too_many():
    plan = make_plan()
    use = plan.schedules[FERRY].actions[1].sailings[0]
    return make_operation(), with_action(plan, FERRY, 1, sailings=(use, use))


@breaks("sailing")
def no_such_departure():
    return with_crossing(departures_s=(1800,)), make_plan()


@breaks("sailing")
def timetable_counts_from_midnight():
    """Half an hour later in the day the hourly ferry leaves at other moments of the operation."""
    operation = make_operation()
    return operation.replace(start=operation.start + timedelta(minutes=30)), make_plan()


@breaks("sailing")
def ferry_is_boarded_too_late():
    return with_crossing(boarding_s=3 * 3600), make_plan()


@breaks("sailing")
def ferry_takes_another_time():
    return with_crossing(duration_s=106 * 60), make_plan()


@breaks("sailing")
def ferry_sails_elsewhere():
    return with_crossing(from_node="n:bangsal"), make_plan()


@breaks("slots")
def ferry_is_full():
    operation = with_crossing(slots=1)
    operation = operation.replace(vehicles=(*operation.vehicles, Vehicle("EA 8005 B", "light_truck", "GUDANG-KSB")))
    plan = make_plan(operation)
    warm = {posko: line_of(plan, posko, "blanket") for posko in ("gangga", "gili")}
    over = ("n:pototano", "n:kayangan", "n:bayan")
    first = ScheduleBuilder(operation, "EA 8003 B").load(warm["gangga"]).drive("gangga", *over).unload(warm["gangga"])
    second = (
        ScheduleBuilder(operation, "EA 8005 B").load(warm["gili"]).drive("BANGSAL", *over, "n:gangga", "n:pemenang").unload(warm["gili"])
    )
    # The detour over Bangsal brings them home by different ferries: only the sailing out is overbooked.
    first.drive("GUDANG-KSB", *reversed(over))
    second.drive("GUDANG-KSB", "n:pemenang", "n:gangga", *reversed(over))
    schedules = (*plan.schedules[:FERRY], first.finish(), *plan.schedules[BOAT:], second.finish())
    return operation, replace(plan, schedules=schedules)
