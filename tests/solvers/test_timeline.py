"""Schedules from routes: what no longer fits the day is given back, the rest of the route is driven."""

from __future__ import annotations

from dataclasses import replace

from ntb_relief.geo.disruption import network_today
from ntb_relief.plan.operation_plan import CargoLine, Drive, Unload
from ntb_relief.plan.route_plan import Route, RoutePlan, Trip, Visit
from ntb_relief.solvers.fleet_groups import group_fleet
from ntb_relief.solvers.shipments import Shipment
from ntb_relief.solvers.timeline import Timeline
from ntb_relief.solvers.waves import Job
from ntb_relief.solvers.ways import find_travel
from tests.factories import make_operation

FERRY_TRUCK = "light_truck@GUDANG-KSB+0"


def job(name, place, quantity=10):
    line = CargoLine("blanket", quantity, "GUDANG-KSB", "gangga")
    return Job(Shipment(name, "GUDANG-KSB", "gangga", 2, (line,), 0.68 * quantity, 1.53 * quantity, 1), "GUDANG-KSB", place)


def route(*trips):
    """Return a route of the ferry truck with so many trips of named stops; the timeline looks at their order alone."""
    parts = tuple(Trip("GUDANG-KSB+0", 0, 0, tuple(Visit(name, 0, 0, 0) for name in names)) for names in trips)
    return RoutePlan((Route(FERRY_TRUCK, 0, 0, 0, parts, 0, 0.0),), (), 0.0)


def drive(plan, jobs, *, shift_s=None, slots=20):
    operation = make_operation()
    operation = operation.replace(crossings=tuple(replace(x, slots=slots) for x in operation.crossings))
    timeline = Timeline(operation, find_travel(operation, network_today(operation)))
    groups = group_fleet(operation, afloat=False)
    if shift_s is not None:
        groups = tuple(replace(x, kind=replace(x.kind, shift_s=shift_s)) for x in groups)
    return (*timeline.schedule(plan, jobs=jobs, groups=groups), timeline)


def test_a_route_that_gets_too_late_loses_its_last_stops_only():
    """One second short for two places over the ferry: the first is served, the second given back."""
    jobs = [job("first", "gangga"), job("second", "BANGSAL", quantity=6000)]
    (whole,), lost, _ = drive(route(["first", "second"]), jobs)
    assert lost == []
    (shorter,), lost, timeline = drive(route(["first", "second"]), jobs, shift_s=whole.end_s - whole.start_s - 1)
    assert [x.shipment.id for x in lost] == ["second"]
    assert [x.place_id for x in shorter.actions if isinstance(x, Unload)] == ["gangga"]
    assert isinstance(shorter.actions[-1], Drive)
    assert shorter.actions[-1].to_id == "GUDANG-KSB"
    assert set(timeline.handed_s) == {"first"}


def test_a_last_trip_is_dropped_whole_where_none_of_it_fits():
    """Two trips, time for one: the second trip's loading is gone as well."""
    jobs = [job("first", "gangga"), job("second", "gangga"), job("third", "BANGSAL")]
    (once,), _, _ = drive(route(["first"]), jobs)
    (kept,), lost, _ = drive(route(["first"], ["second", "third"]), jobs, shift_s=once.end_s - once.start_s)
    assert [x.shipment.id for x in lost] == ["third", "second"]
    assert kept == once


def test_a_route_without_time_for_any_stop_is_given_back_whole():
    jobs = [job("first", "gangga")]
    schedules, lost, timeline = drive(route(["first"]), jobs, shift_s=60)
    assert (schedules, lost, timeline.handed_s) == ([], jobs, {})


def test_a_second_outing_is_joined_to_the_first_and_paid_once():
    """The day of a vehicle that goes out twice costs its fixed sum once, and hours from first to last action."""
    jobs = [job("first", "gangga")]
    (once,), _, timeline = drive(route(["first"]), jobs)
    later = replace(once, actions=tuple(replace(x, start_s=x.start_s + 40_000, end_s=x.end_s + 40_000) for x in once.actions))
    day = timeline.join(once, later)
    fixed_idr, hours = 250_000, (later.end_s - once.start_s - 2 * (once.end_s - once.start_s)) / 3600
    assert day.distance_m == 2 * once.distance_m
    assert abs(day.cost_idr - (2 * once.cost_idr - fixed_idr + 35_000 * hours)) <= 2  # three sums are rounded
