"""Searches that begin at a plan: encoded as it is, refused where it is wrong, never made worse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError
from ntb_relief.kernels.routing.arrays import NUM_BANK
from ntb_relief.model.instance import encode
from ntb_relief.plan.route_plan import RoutePlan
from ntb_relief.plan.timetable import schedule_route
from ntb_relief.plan.verify import verify_routes
from ntb_relief.solvers.routing import solve_routing
from ntb_relief.solvers.routing_search import build_plan
from ntb_relief.solvers.stop import MaxIterations
from ntb_relief.solvers.warm_start import completed, driven_by, solution_of, visits_of
from tests.solvers.test_routing_exact import plane
from tests.strategies import routing_problems

CALM = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

pytestmark = pytest.mark.filterwarnings("ignore::ntb_relief.errors.ReliefWarning")  # random costs are rounded


def small(num_stops, *, room=60):
    """Stops around one depot, few enough to search and too many to prove."""
    return plane(num_stops, seed=4, room=room)


def left_out(problem, plan):
    return len({stop.request for stop in problem.stops if stop.prize is None and stop.id in plan.unserved})


def without(plan, stop_ids):
    """The plan with its routes that serve any of these stops taken out."""
    return RoutePlan(tuple(route for route in plan.routes if not set(route.stop_ids) & set(stop_ids)), (), 0.0)


def split_problem(need=25, min_drop=3):
    """Vehicles of ten, one stop that needs more than two of them carry."""
    problem = small(4, room=10)
    first, *others = problem.stops
    stops = (replace(first, demand=(need,), min_drop=min_drop), *(replace(stop, demand=(5,), min_drop=min_drop) for stop in others))
    return problem.replace(stops=stops, vehicle_types=(replace(problem.vehicle_types[0], count=8),))


@CALM
@given(problem=routing_problems(max_stops=6, max_vehicles=3), seed=st.integers(0, 99))
def test_a_plan_becomes_arrays_and_the_same_plan_again(problem, seed):
    """Trips, reloads, transfers and groups are all encoded, and decoded as they were."""
    plan = solve_routing(problem, stop=MaxIterations(5), rng=seed).plan
    whole = completed(problem, plan)
    assert (whole.routes, set(whole.unserved)) == (plan.routes, set(plan.unserved))
    driven = driven_by(problem, whole)
    instance = encode(problem, visits=visits_of(problem, driven))
    again = build_plan(instance, solution_of(instance, driven))
    assert sorted(again.routes, key=str) == sorted(plan.routes, key=str)
    assert sorted(again.unserved) == sorted(plan.unserved)


@CALM
@given(problem=routing_problems(max_stops=6, max_vehicles=3), data=st.data())
def test_a_search_is_never_worse_than_its_start(problem, data):
    """Stops that the start leaves out come in where they can; required ones count before cost."""
    plan = solve_routing(problem, stop=MaxIterations(30), rng=1).plan
    start = without(plan, data.draw(st.lists(st.sampled_from([stop.id for stop in problem.stops]), max_size=2)))
    result = solve_routing(problem, stop=MaxIterations(50), rng=2, warm_start=start)
    assert verify_routes(problem, result.plan) == []
    whole = completed(problem, start)
    assert (left_out(problem, result.plan), result.plan.cost) <= (left_out(problem, whole), whole.cost + 1e-6)
    again = solve_routing(problem, stop=MaxIterations(50), rng=2, warm_start=start)
    assert again.plan == result.plan


def test_one_iteration_keeps_the_routes_of_a_good_start():
    """The search begins at the routes and not at ones it builds."""
    problem = small(40)
    good = solve_routing(problem, stop=MaxIterations(20_000), rng=1).plan
    assert solve_routing(problem, stop=MaxIterations(1), rng=5, warm_start=good).plan.cost <= good.cost
    assert solve_routing(problem, stop=MaxIterations(1), rng=5).plan.cost > good.cost


def test_two_threads_begin_at_the_plan():
    """Each lane has a copy of its own."""
    problem = small(40)
    good = solve_routing(problem, stop=MaxIterations(5_000), rng=1).plan
    runs = [solve_routing(problem, stop=MaxIterations(4_000), rng=3, threads=2, warm_start=good) for _ in range(2)]
    assert runs[0].plan == runs[1].plan
    assert runs[0].plan.cost <= good.cost


def test_an_empty_plan_is_a_start():
    """All stops are then inserted."""
    problem = small(30)
    assert solve_routing(problem, stop=MaxIterations(10), warm_start=RoutePlan((), (), 0.0)).plan.unserved == ()


def test_visits_beyond_the_usual_keep_their_amounts():
    """A stop that may be split can have more visits in the start than a search would give it."""
    problem = split_problem(need=28, min_drop=3)
    plan = solve_routing(problem, stop=MaxIterations(500), rng=1).plan
    name, kind = problem.stops[0].id, problem.vehicle_types[0]
    depot = plan.routes[0].trips[0].depot_id
    others = [other for other in plan.routes if name not in other.stop_ids]
    amounts = (4,) * 7
    free = [number for number in range(40) if number not in {route.vehicle for route in others}]
    problem = problem.replace(vehicle_types=(replace(kind, count=40),))
    routes = []
    for vehicle, amount in zip(free, amounts, strict=False):
        route = schedule_route(problem, kind=problem.vehicle_types[0], vehicle=vehicle, trips=[(depot, [name])])
        trip = route.trips[0]
        routes.append(replace(route, trips=(replace(trip, visits=(replace(trip.visits[0], brought=amount),)),)))
    start = completed(problem, RoutePlan(tuple(routes), (), 0.0))
    driven = driven_by(problem, start)
    instance = encode(problem, visits=visits_of(problem, driven))
    solution = solution_of(instance, driven)
    made = build_plan(instance, solution)
    assert sorted(visit.brought for route in made.routes for trip in route.trips for visit in trip.visits) == [4] * 7
    assert solution.total[NUM_BANK] == 3
    assert verify_routes(problem, made) == []


def test_what_a_start_leaves_of_a_split_stop_is_brought():
    """The rest of its need waits among the unserved."""
    problem = split_problem()
    plan = solve_routing(problem, stop=MaxIterations(500), rng=1).plan
    part = next(route for route in plan.routes if problem.stops[0].id in route.stop_ids)
    start = RoutePlan(tuple(route for route in plan.routes if route is not part), (), 0.0)
    assert problem.stops[0].id in completed(problem, start).unserved
    result = solve_routing(problem, stop=MaxIterations(500), rng=1, warm_start=start)
    assert result.plan.unserved == ()


def test_all_that_is_wrong_with_a_start_is_told_at_once():
    """Unknown stops, depots and types, stops served twice and broken rules make one error."""
    problem = small(8)
    plan = solve_routing(problem, stop=MaxIterations(100), rng=1).plan
    first, *rest = plan.routes
    trip = first.trips[0]
    wrong = [
        replace(first, trips=(replace(trip, visits=(*trip.visits, replace(trip.visits[0], stop_id="nowhere"))),)),
        replace(first, vehicle=7, trips=(replace(trip, depot_id="no depot"),)),
        replace(first, vehicle=6, vehicle_type="bicycle"),
        *rest,
    ]
    with pytest.raises(InputError) as caught:
        solve_routing(problem, stop=MaxIterations(10), warm_start=RoutePlan(tuple(wrong), (), 0.0))
    told = "\n".join(map(str, caught.value.issues))
    for name in ("nowhere", "no depot", "bicycle", "'served'"):
        assert name in told


@pytest.mark.parametrize("broken", [None, 3, RoutePlan((3,), (), 0.0)])
def test_what_is_no_plan_is_refused(broken):
    """Its form is told; None is no start."""
    problem = small(3)
    if broken is None:
        assert solve_routing(problem, stop=MaxIterations(10), warm_start=broken).plan.unserved == ()
    else:
        with pytest.raises(InputError, match="form"):
            solve_routing(problem, stop=MaxIterations(10), warm_start=broken)
