"""The judge of route plans: a valid plan passes, and each rule is broken alone and found."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ntb_relief.model.routing import Depot, RoutingProblem, Stop, VehicleType
from ntb_relief.model.travel import TravelMatrix
from ntb_relief.plan.route_plan import Route, RoutePlan, Trip, Visit
from ntb_relief.plan.verify import verify_routes

if TYPE_CHECKING:
    from ntb_relief.plan.verify import Violation

AT = {"town": 0, "quay": 100, "p1": 10, "p2": 20, "p3": 30, "p4": 110, "p5": 50}
TRUCK, BOAT = range(2)
Case = Callable[[], "tuple[RoutingProblem, RoutePlan]"]
CASES: list[tuple[str, set[str], Case]] = []


def breaks(*rules: str) -> Callable[[Case], Case]:
    """Note a case that breaks exactly these rules."""

    def note(case: Case) -> Case:
        CASES.append((case.__name__, set(rules), case))
        return case

    return note


def make_problem(**changes: Any) -> RoutingProblem:
    """Places on a line: trucks that load twice in the town, a boat at the quay; 6 s and 100 m a step, a toll to p1."""
    steps = np.array([[abs(here - there) for there in AT.values()] for here in AT.values()], dtype=np.int64)
    toll = np.zeros_like(steps)
    toll[0, 2] = 7
    problem = RoutingProblem(
        depots=(Depot("town", "town", 0, 400), Depot("quay", "quay")),
        stops=(
            Stop("p1", "p1", (4, 1), (150, 400), 30, depots=frozenset({"town"})),
            Stop("p2", "p2", (3, 1), (0, 300), 30),
            Stop("p3", "p3", (5, 1), service_s=30),
            Stop("p4", "p4", (2, 2), service_s=30, vehicle_types=frozenset({"boat"})),
            Stop("p5", "p5", (1, 1), service_s=30, prize=50),
        ),
        vehicle_types=(
            VehicleType(
                "truck",
                2,
                (8, 4),
                "car",
                "town",
                "town",
                depots=frozenset({"town"}),
                max_trips=2,
                fixed_cost=100,
                cost_per_m=0.01,
                cost_per_s=0.1,
                loading_s=60,
                service_s_per_unit=0.5,
                shift_s=(0, 900),
                max_duration_s=850,
                max_distance_m=10_000,
            ),
            VehicleType("boat", 1, (3, 3), "car", "quay", cost_per_m=0.01, cost_per_s=0.1, loading_s=20),
        ),
        matrices={"car": TravelMatrix("car", tuple(AT), 6 * steps, 100 * steps, toll)},
        dimensions=("kg", "l"),
        cost_scale=10,
    )
    return problem.replace(**changes) if changes else problem


def make_plan() -> RoutePlan:
    """Return the plan worked out by hand: p1 waits for its window, the truck loads again for p3, p5 is left out."""
    first = Trip("town", 0, 60, (Visit("p1", 120, 150, 182), Visit("p2", 242, 242, 274)))
    second = Trip("town", 394, 454, (Visit("p3", 634, 634, 667),))
    truck = Route("truck", 0, 0, 847, (first, second), 10_000, 291.7)
    boat = Route("boat", 0, 0, 111, (Trip("quay", 0, 20, (Visit("p4", 80, 80, 111),)),), 1_000, 21.1)
    return RoutePlan((truck, boat), ("p5",), 362.8)


def priced(plan: RoutePlan) -> RoutePlan:
    return replace(plan, cost=sum(route.cost for route in plan.routes) + (50 if "p5" in plan.unserved else 0))


def with_route(number: int, **changes: Any) -> RoutePlan:
    plan = make_plan()
    routes = list(plan.routes)
    routes[number] = replace(routes[number], **changes)
    return priced(replace(plan, routes=tuple(routes)))


def with_trip(number: int, index: int, **changes: Any) -> RoutePlan:
    trips = list(make_plan().routes[number].trips)
    trips[index] = replace(trips[index], **changes)
    return with_route(number, trips=tuple(trips))


def with_visit(number: int, index: int, position: int, **changes: Any) -> RoutePlan:
    visits = list(make_plan().routes[number].trips[index].visits)
    visits[position] = replace(visits[position], **changes)
    return with_trip(number, index, visits=tuple(visits))


def with_type(type_id: str, **changes: Any) -> RoutingProblem:
    problem = make_problem()
    return problem.replace(vehicle_types=tuple(replace(x, **changes) if x.id == type_id else x for x in problem.vehicle_types))


def with_stop(stop_id: str, **changes: Any) -> RoutingProblem:
    problem = make_problem()
    return problem.replace(stops=tuple(replace(x, **changes) if x.id == stop_id else x for x in problem.stops))


def with_depot(depot_id: str, **changes: Any) -> RoutingProblem:
    problem = make_problem()
    return problem.replace(depots=tuple(replace(x, **changes) if x.id == depot_id else x for x in problem.depots))


def test_valid_plan_breaks_no_rule():
    """The plan worked out by hand is valid."""
    assert verify_routes(make_problem(), make_plan()) == []


def test_required_stop_may_be_left_out_if_the_plan_says_so():
    """A plan without routes is valid when every stop stands among the unserved; only prizes cost."""
    problem = make_problem()
    assert verify_routes(problem, RoutePlan((), tuple(x.id for x in problem.stops), 50)) == []


def test_vehicle_may_leave_late_and_work_slowly():
    """Waiting before loading, a longer loading and a longer service are allowed."""
    visits = (Visit("p4", 100, 105, 150),)
    assert verify_routes(make_problem(), with_route(BOAT, start_s=5, end_s=150, trips=(Trip("quay", 9, 40, visits),), cost=24.5)) == []


def test_rounded_service_of_decimal_rates_is_not_a_second_longer():
    """30 units at 0.1 s are 3 s, though 0.1 x 30 is a little more in floating point."""
    problem = with_type("boat", service_s_per_unit=0.1, capacity=(30, 3))
    stops = tuple(replace(x, demand=(30, 2), service_s=28) if x.id == "p4" else x for x in problem.stops)
    assert verify_routes(problem.replace(stops=stops), make_plan()) == []


@breaks("form")
def cost_is_not_a_number():
    return make_problem(), replace(make_plan(), cost=float("nan"))


@breaks("form")
def visit_is_a_name():
    return make_problem(), with_trip(TRUCK, 1, visits=("p3",))


@breaks("unknown")
def stop_is_unknown():
    plan = make_plan()
    return make_problem(), replace(plan, unserved=("p5", "p9"))


@breaks("unknown")
def depot_is_unknown():
    return make_problem(), with_trip(TRUCK, 1, depot_id="city")


@breaks("unknown")
def vehicle_type_is_unknown():
    return make_problem(), with_route(BOAT, vehicle_type="raft")


@breaks("served")
def optional_stop_is_forgotten():
    return make_problem(), priced(replace(make_plan(), unserved=()))


@breaks("served")
def served_stop_is_told_unserved():
    return make_problem(), replace(make_plan(), unserved=("p5", "p4"))


@breaks("served")
def stop_is_served_twice():
    """Both boats would bring the same goods."""
    boat = make_plan().routes[BOAT]
    plan = replace(make_plan(), routes=(*make_plan().routes, replace(boat, vehicle=1)))
    return with_type("boat", count=2), priced(plan)


@breaks("vehicle")
def vehicle_number_is_too_high():
    return make_problem(), with_route(BOAT, vehicle=1)


@breaks("vehicle")
def vehicle_drives_two_routes():
    """Two halves of a day are one route of two trips, not two routes."""
    first, second = make_plan().routes[TRUCK].trips
    halves = (
        Route("truck", 0, 0, 394, (first,), 4_000, 186.4),
        Route("truck", 0, 394, 847, (second,), 6_000, 205.3),
    )
    return make_problem(), priced(replace(make_plan(), routes=(*halves, make_plan().routes[BOAT])))


@breaks("empty")
def route_has_no_trip():
    plan = make_plan()
    return make_problem(), replace(plan, routes=(*plan.routes, Route("truck", 1, 0, 0, (), 0, 0)))


@breaks("empty")
def trip_has_no_visit():
    """It loads once more at the end of the day, for nobody."""
    trips = (*make_plan().routes[TRUCK].trips, Trip("town", 847, 907, ()))
    plan = with_route(TRUCK, trips=trips, end_s=907, cost=297.7)
    problem = with_type("truck", max_trips=3, shift_s=(0, None), max_duration_s=None)
    return problem.replace(depots=(Depot("town", "town"), problem.depots[1])), plan


@breaks("trips")
def truck_loads_too_often():
    return with_type("truck", max_trips=1), make_plan()


@breaks("depot")
def stop_wants_another_depot():
    return with_stop("p3", depots=frozenset({"quay"})), make_plan()


@breaks("depot")
def type_may_not_load_there():
    return with_type("truck", depots=frozenset({"quay"})), make_plan()


@breaks("depot")
def boat_of_one_trip_loads_elsewhere():
    """The boat lies at a second depot, so it loads there and not at the quay."""
    pier = Depot("pier", "quay")
    problem = make_problem()
    other = with_stop("p4", place_id="p4", depots=None)
    far = Depot("quay", "p4")
    plan = with_route(BOAT, trips=(Trip("quay", 60, 80, (Visit("p4", 80, 80, 111),)),))
    return other.replace(depots=(problem.depots[0], far, pier)), plan


@breaks("access")
def stop_refuses_the_type():
    return with_stop("p4", vehicle_types=frozenset({"truck"})), make_plan()


@breaks("capacity")
def trip_is_too_heavy():
    return with_type("truck", capacity=(6, 4)), make_plan()


@breaks("capacity")
def second_dimension_counts_too():
    return with_type("boat", capacity=(3, 1)), make_plan()


@breaks("capacity")
def what_is_taken_on_is_carried_too():
    return with_stop("p1", demand=(4, 0), pickup=(0, 4)), make_plan()


@breaks("order")
def goods_are_taken_on_before_all_are_brought():
    stops = tuple(replace(stop, demand=(0, 0), pickup=(4, 1)) if stop.id == "p1" else stop for stop in make_problem().stops)
    return make_problem(stops=stops, linehaul_first=True), make_plan()


@breaks("release")
def goods_are_loaded_before_they_are_there():
    return with_stop("p2", release_s=1), make_plan()


@breaks("transfer")
def goods_are_handed_over_before_they_are_taken_on():
    changes = {"p1": {"demand": (3, 1), "taken_from": "p2"}, "p2": {"demand": (0, 0), "pickup": (3, 1)}}
    stops = tuple(replace(stop, **changes.get(stop.id, {})) for stop in make_problem().stops)
    return make_problem(stops=stops), make_plan()


@breaks("served")
def two_of_a_group_are_served():
    stops = tuple(replace(stop, group="either") if stop.id in {"p1", "p2"} else stop for stop in make_problem().stops)
    return make_problem(stops=stops), make_plan()


@breaks("cost")
def what_a_late_arrival_costs_is_left_out():
    stops = tuple(replace(stop, later_arrival_costs=((60, 1.5),)) if stop.id == "p1" else stop for stop in make_problem().stops)
    return make_problem(stops=stops), make_plan()


@breaks("stops")
def a_trip_has_more_stops_than_its_type_may():
    return with_type("boat", max_stops=0), make_plan()


@breaks("reach", "distance", "cost")
def leg_has_no_path():
    matrix = make_problem().matrices["car"]
    duration_s, distance_m = matrix.duration_s.copy(), matrix.distance_m.copy()
    duration_s[0, 2] = distance_m[0, 2] = -1
    return make_problem(matrices={"car": replace(matrix, duration_s=duration_s, distance_m=distance_m)}), make_plan()


@breaks("travel")
def truck_flies_to_a_stop():
    return make_problem(), with_visit(TRUCK, 0, 0, arrival_s=119)


@breaks("travel")
def truck_arrives_later_than_it_drives():
    return make_problem(), with_visit(TRUCK, 0, 1, arrival_s=241)


@breaks("travel", "cost")
def route_ends_too_early():
    return make_problem(), with_route(TRUCK, end_s=840)


@breaks("travel")
def truck_loads_again_before_it_is_back():
    return make_problem(), with_trip(TRUCK, 1, loading_start_s=393)


@breaks("loading")
def loading_is_too_quick():
    return with_type("boat", loading_s=21), make_plan()


@breaks("hours")
def depot_closes_before_the_second_trip():
    return with_depot("town", close_s=393), make_plan()


@breaks("hours")
def depot_opens_late():
    return with_depot("quay", open_s=1), make_plan()


@breaks("window")
def stop_opens_later():
    return with_stop("p1", window_s=(151, 400)), make_plan()


@breaks("window")
def stop_closes_earlier():
    return with_stop("p2", window_s=(0, 241)), make_plan()


@breaks("window")
def service_starts_before_arrival():
    return make_problem(), with_visit(TRUCK, 1, 0, start_s=633)


@breaks("service")
def service_is_too_quick():
    return with_stop("p3", service_s=31), make_plan()


@breaks("service")
def service_by_load_is_rounded_up():
    """5 units at 0.5 s are 3 s, not 2."""
    plan = make_plan()
    late = with_visit(TRUCK, 1, 0, departure_s=666).routes[TRUCK]
    return make_problem(), replace(plan, routes=(replace(late, end_s=846, cost=291.6), plan.routes[BOAT]), cost=362.7)


@breaks("shift")
def shift_ends_too_early():
    return with_type("truck", shift_s=(0, 846)), make_plan()


@breaks("shift")
def shift_begins_later():
    return with_type("boat", shift_s=(1, None)), make_plan()


@breaks("duration")
def day_is_too_long():
    return with_type("truck", max_duration_s=846), make_plan()


@breaks("length")
def way_is_too_long():
    return with_type("truck", max_distance_m=9_999), make_plan()


@breaks("amount")
def amount_is_told_of_a_stop_that_may_not_be_split():
    return make_problem(), with_visit(BOAT, 0, 0, brought=2)


@breaks("distance")
def way_is_told_wrong():
    return make_problem(), with_route(BOAT, distance_m=1_100, cost=22.1)


@breaks("cost")
def route_is_too_cheap():
    return make_problem(), with_route(TRUCK, cost=291.6)


@breaks("cost")
def route_is_not_rounded_to_the_scale():
    return make_problem(), with_route(TRUCK, cost=291.74)


@breaks("cost")
def toll_is_forgotten():
    return make_problem(), with_route(TRUCK, cost=284.7)


@breaks("cost")
def prize_is_forgotten():
    return make_problem(), replace(make_plan(), cost=312.8)


@pytest.mark.parametrize("name,rules,case", CASES, ids=[name for name, _, _ in CASES])
def test_broken_plan_breaks_exactly_its_rules(name, rules, case):
    """Each case changes one thing, and the judge names that thing and nothing else."""
    found: list[Violation] = verify_routes(*case())
    assert {violation.rule for violation in found} == rules, [str(violation) for violation in found]
    assert all(violation.where and violation.what for violation in found), name


def test_every_rule_has_a_case_that_breaks_it():
    """The table in the documentation of `verify_routes` lists the rules, and none is without a test."""
    rows = re.findall(r"^    (\w+) +\S", (verify_routes.__doc__ or "").split("=========== ==")[1], flags=re.MULTILINE)
    assert set(rows) == {rule for _, rules, _ in CASES for rule in rules}
