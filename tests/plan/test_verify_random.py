"""The judge on random questions: plans of slow planners pass, miscounted ones do not, and nothing makes it stumble."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntb_relief.model.routing import Depot, RoutingProblem, Stop, VehicleType
from ntb_relief.model.travel import TravelMatrix
from ntb_relief.plan.operation_plan import Drive
from ntb_relief.plan.route_plan import RoutePlan
from ntb_relief.plan.verify import Violation, verify, verify_routes
from tests.factories import make_operation, make_plan
from tests.oracles import routing
from tests.oracles.operation import naive_plan
from tests.oracles.routing import Best, brute_force_plan, brute_force_routes
from tests.strategies import corrupted, operations, put, routing_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ntb_relief.plan.operation_plan import OperationPlan


def _counted(plan: OperationPlan) -> Iterator[tuple[str | int, ...]]:
    """Yield the ways to numbers of which none can change unnoticed."""
    yield from (("shortfalls", index, "quantity") for index in range(len(plan.shortfalls)))
    for number, schedule in enumerate(plan.schedules):
        yield from (("schedules", number, name) for name in ("distance_m", "cost_idr"))
        for index, action in enumerate(schedule.actions):
            here = ("schedules", number, "actions", index)
            if isinstance(action, Drive):
                yield from ((*here, "end_s"), (*here, "path", "distance_m"))
                uses = range(len(action.sailings))
                yield from ((*here, "sailings", use, name) for use in uses for name in ("departure_s", "arrive_s"))
            else:
                yield from ((*here, "lines", line, "quantity") for line in range(len(action.lines)))


@given(operation=operations())
def test_plan_of_the_slow_planner_is_valid(operation):
    """A planner that shares no code with the judge finds the same times, loads, stocks and costs."""
    assert verify(operation, naive_plan(operation)) == []


@given(operation=operations(), data=st.data())
def test_no_count_changes_unnoticed(operation, data):
    """A quantity, length, arrival, sailing or cost that is 2 off is found, wherever in the plan it is."""
    plan = naive_plan(operation)
    places = list(_counted(plan))
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    value = plan
    for name in place:
        value = getattr(value, name) if isinstance(name, str) else value[name]
    wrong = put(plan, place, value + data.draw(st.sampled_from([-2, 2])))
    assert verify(operation, wrong) != []


@given(data=st.data())
def test_judge_of_operations_never_stumbles(data):
    """Whatever is wrong in a plan is told as violations; the hand-made plan is corrupted in up to three places."""
    operation, plan = make_operation(), make_plan()
    names = [x.id for group in (operation.poskos, operation.sites, operation.items, operation.vehicles) for x in group]
    broken = data.draw(corrupted(plan, names=names))
    assert all(isinstance(violation, Violation) for violation in verify(operation, broken))


@pytest.mark.parametrize("plan", [None, "plan", RoutePlan((), (), 0), make_operation()], ids=["none", "text", "routes", "operation"])
def test_what_is_no_plan_is_told(plan):
    """Something else than a plan is one violation, not an exception."""
    assert [violation.rule for violation in verify(make_operation(), plan)] == ["form"]


@given(problem=routing_problems(max_stops=4))
def test_plan_of_brute_force_is_valid(problem):
    """The best plan by counting out keeps every rule, at the cost it was chosen for."""
    plan, best = brute_force_plan(problem), brute_force_routes(problem)
    assert verify_routes(problem, plan) == []
    required = len({stop.request for stop in problem.stops if stop.id in plan.unserved and stop.prize is None})
    assert (required, plan.cost) == best


@given(problem=routing_problems(max_stops=4), data=st.data())
def test_judge_of_routes_never_stumbles(problem, data):
    """Whatever is wrong in a route plan is told as violations."""
    names = [x.id for group in (problem.stops, problem.depots, problem.vehicle_types) for x in group]
    broken = data.draw(corrupted(brute_force_plan(problem), names=names))
    assert all(isinstance(violation, Violation) for violation in verify_routes(problem, broken))


@given(problem=routing_problems(max_stops=4), data=st.data())
def test_best_value_does_not_hang_on_the_order_of_stops(problem, data):
    """Brute force looks at everything, so naming the stops in another order changes nothing."""
    stops = data.draw(st.permutations(problem.stops))
    left, cost = brute_force_routes(problem.replace(stops=tuple(stops)))
    assert (left, cost) == (brute_force_routes(problem).unserved_required, pytest.approx(brute_force_routes(problem).cost))


@given(problem=routing_problems(max_stops=3))
def test_brute_force_passes_over_nothing_better(problem):
    """Leaving out walks that are nowhere better than another changes no best value: counting them all finds the same."""
    quick = brute_force_routes(problem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(routing, "_is_worse", lambda *_: False)
        assert brute_force_routes(problem) == quick


def _tour_problem(*, size: int, seed: int, **changes) -> RoutingProblem:
    """Return a problem of one vehicle that must see every place."""
    places = tuple(f"place {index}" for index in range(size + 1))
    steps = np.random.default_rng(seed).integers(1, 100, (size + 1, size + 1))
    np.fill_diagonal(steps, 0)
    stops = tuple(Stop(f"stop {index}", places[index], (1,)) for index in range(1, size + 1))
    kind = replace(VehicleType("car", 1, (size,), "car", places[0], places[0]), **changes)
    return RoutingProblem((Depot("depot", places[0]),), stops, (kind,), {"car": TravelMatrix("car", places, steps, steps)})


def test_brute_force_finds_the_shortest_tour():
    """One vehicle that must see six places drives the shortest of the 720 tours."""
    problem = _tour_problem(size=6, seed=3)
    steps = problem.matrices["car"].distance_m
    tours = [int(sum(steps[pair] for pair in pairwise((0, *order, 0)))) for order in permutations(range(1, 7))]
    assert brute_force_routes(problem) == Best(0, min(tours))


def test_brute_force_reloads_only_as_often_as_it_may():
    """Two stops of a full load each need two trips: with one trip one of them stays, and required ones count first."""
    problem = _tour_problem(size=2, seed=3, capacity=(1,))
    steps = problem.matrices["car"].distance_m
    there_and_back = [int(steps[0, stop] + steps[stop, 0]) for stop in (1, 2)]
    assert brute_force_routes(problem) == Best(1, min(there_and_back))
    assert brute_force_routes(_tour_problem(size=2, seed=3, capacity=(1,), max_trips=2)) == Best(0, sum(there_and_back))


def test_brute_force_leaves_out_what_costs_more_than_its_prize():
    """An optional stop is served exactly when that is cheaper than leaving it out."""
    problem = _tour_problem(size=1, seed=3)
    steps = problem.matrices["car"].distance_m
    way = int(steps[0, 1] + steps[1, 0])
    for prize in (way - 1, way + 1):
        stops = (replace(problem.stops[0], prize=prize),)
        assert brute_force_routes(problem.replace(stops=stops)) == Best(0, min(way, prize))


def test_brute_force_waits_at_home_not_at_the_door():
    """Where hours cost, the vehicle leaves as late as the window allows, not at the start of its shift."""
    problem = _tour_problem(size=1, seed=3, cost_per_m=0, cost_per_s=1)
    steps = problem.matrices["car"].duration_s
    stops = (replace(problem.stops[0], window_s=(1000, 2000)),)
    plan = brute_force_plan(problem.replace(stops=stops))
    assert plan.cost == steps[0, 1] + steps[1, 0]
    assert plan.routes[0].trips[0].visits[0].start_s >= 1000
