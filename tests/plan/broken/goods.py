"""Plans whose loads, stocks or totals are wrong, each in one thing."""

from __future__ import annotations

from dataclasses import replace

from ntb_relief.plan.operation_plan import Cause, Shortfall
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
)


@breaks("weight")
def truck_is_too_heavy():
    return with_fleet_type("light_truck", capacity_kg=2860), make_plan()


@breaks("volume")
def boat_is_too_full():
    return with_fleet_type("boat", capacity_l=700), make_plan()


@breaks("cargo")
def more_is_unloaded_than_was_loaded():
    plan = make_plan()
    first, *rest = plan.schedules[PICKUP].actions[0].lines
    return make_operation(), with_action(plan, PICKUP, 0, lines=(replace(first, quantity=first.quantity - 1), *rest))


@breaks("cargo")
def goods_come_home_again():
    operation = make_operation()
    more = tuple(replace(x, quantity=x.quantity + 1) if x.item_id == "rice" else x for x in operation.supplies)
    plan = make_plan()
    first, *rest = plan.schedules[PICKUP].actions[0].lines
    return operation.replace(supplies=more), with_action(plan, PICKUP, 0, lines=(replace(first, quantity=first.quantity + 1), *rest))


@breaks("handover")
def goods_are_left_at_another_posko():
    operation, plan = make_operation(), make_plan()
    warm = [line_of(plan, posko, "blanket") for posko in ("gangga", "gili")]
    way = ("n:pototano", "n:kayangan", "n:bayan")
    truck = ScheduleBuilder(operation, "EA 8003 B").load(*warm).drive("gangga", *way).unload(*warm).drive("GUDANG-KSB", *reversed(way))
    boat = plan.schedules[BOAT]
    schedules = (*plan.schedules[:FERRY], truck.finish(), replace(boat, actions=boat.actions[:4]))
    short = Shortfall("gili", "blanket", 2, warm[1].quantity, Cause.TOO_LATE, "")
    return operation, settled(replace(plan, schedules=schedules, shortfalls=(*plan.shortfalls, short)))


@breaks("stock")
def more_is_taken_than_there_is():
    """One kilogram of rice more than the stock goes to the harbour and stays there."""
    plan = make_plan()
    lines = plan.schedules[TRUCK].actions[0].lines
    extra = replace(next(x for x in lines if (x.posko_id, x.item_id) == ("gili", "rice")), quantity=1)
    truck = plan.schedules[TRUCK]
    load, to_harbour, unload, *rest = truck.actions
    actions = (replace(load, lines=(*lines, extra)), to_harbour, replace(unload, lines=(*unload.lines, extra)), *rest)
    slack = with_fleet_type("light_truck", unloading_s_per_t=700)
    return slack, with_schedule(plan, TRUCK, replace(truck, actions=actions))


@breaks("transfer")
def boat_leaves_before_the_truck_comes():
    plan = make_plan()
    boat = plan.schedules[BOAT]
    early = moved(replace(boat, actions=boat.actions[:4]), -1)
    return make_operation(), with_schedule(plan, BOAT, replace(boat, actions=(*early.actions, *boat.actions[4:])))


@breaks("transfer", "flow")
def transfer_is_of_another_origin():
    """At the harbour lie goods of Mataram; the boat cannot take the same goods of Taliwang."""
    plan = make_plan()
    boat = plan.schedules[BOAT]
    lines = tuple(replace(x, origin_id="GUDANG-KSB") for x in boat.actions[0].lines)
    actions = (replace(boat.actions[0], lines=lines), boat.actions[1], replace(boat.actions[2], lines=lines), *boat.actions[3:])
    return make_operation(), with_schedule(plan, BOAT, replace(boat, actions=actions))


@breaks("need", "flow")
def posko_gets_more_than_it_needs():
    operation, plan = make_operation(), make_plan()
    needs = tuple(replace(x, quantity=352) if (x.posko_id, x.item_id) == ("gangga", "rice") else x for x in operation.needs)
    short = tuple(x for x in plan.shortfalls if (x.posko_id, x.item_id) != ("gangga", "rice"))
    return operation.replace(needs=needs), replace(plan, shortfalls=short)


@breaks("balance")
def shortfall_is_kept_quiet():
    plan = make_plan()
    return make_operation(), replace(plan, shortfalls=plan.shortfalls[1:])


@breaks("balance")
def shortfall_is_told_twice():
    plan = make_plan()
    return make_operation(), replace(plan, shortfalls=(*plan.shortfalls, plan.shortfalls[0]))


@breaks("shortfall")
def shortfall_has_another_level():
    plan = make_plan()
    return make_operation(), replace(plan, shortfalls=(replace(plan.shortfalls[0], level=2), *plan.shortfalls[1:]))


@breaks("flow")
def more_is_delivered_than_was_given():
    plan = make_plan()
    return make_operation(), replace(plan, flows=(replace(plan.flows[0], quantity=plan.flows[0].quantity - 1), *plan.flows[1:]))


@breaks("flow")
def more_is_given_than_there_is():
    plan = make_plan()
    return make_operation(), replace(plan, flows=(replace(plan.flows[0], quantity=plan.flows[0].quantity + 1), *plan.flows[1:]))


@breaks("share")
def share_is_rounded_up():
    return make_operation(), replace(make_plan(), min_share={1: 0.70561, 2: 0.47})


@breaks("share")
def share_of_a_level_without_needs():
    return make_operation(), replace(make_plan(), min_share={3: 1.0})


@breaks("share")
def share_where_nothing_was_given():
    operation = make_operation()
    short = tuple(Shortfall(x.posko_id, x.item_id, x.level, x.quantity, Cause.NO_VEHICLE, "") for x in operation.needs)
    return operation, replace(make_plan(), flows=(), schedules=(), shortfalls=short, min_share={1: 1.0})


@breaks("cost")
def cost_is_two_rupiah_low():
    plan = make_plan()
    truck = plan.schedules[TRUCK]
    return make_operation(), replace(plan, schedules=(replace(truck, cost_idr=truck.cost_idr - 2), *plan.schedules[1:]))


@breaks("cost")
def fare_is_not_counted():
    return with_crossing(fare_idr=0), make_plan()
