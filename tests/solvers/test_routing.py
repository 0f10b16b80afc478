"""The routing engine beside exhaustive enumeration, and what every caller may rely on."""

from __future__ import annotations

import pickle
import threading
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from ntb_relief.model.instance import encode
from ntb_relief.plan.result import Status
from ntb_relief.plan.verify import verify_routes
from ntb_relief.solvers.routing import solve_routing
from ntb_relief.solvers.routing_bound import lower_bound
from ntb_relief.solvers.stop import MaxIterations, MaxRuntime
from tests.oracles.routing import brute_force_routes
from tests.solvers.test_routing_exact import plane
from tests.strategies import routing_problems

CALM = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

pytestmark = pytest.mark.filterwarnings("ignore::ntb_relief.errors.ReliefWarning")  # random costs are rounded


def unserved_required(problem, plan):
    return len({x.request for x in problem.stops if x.prize is None and x.id in plan.unserved})


@CALM
@given(problem=routing_problems(max_stops=4, max_vehicles=3))
def test_no_plan_beats_enumeration_and_every_plan_is_valid(problem):
    """The engine never claims less than the best there is, and its bound never lies above it."""
    best = brute_force_routes(problem)
    result = solve_routing(problem, stop=MaxIterations(400), rng=1)
    assert verify_routes(problem, result.plan) == []
    missed = unserved_required(problem, result.plan)
    assert missed >= best.unserved_required
    if missed == best.unserved_required:
        assert result.plan.cost >= best.cost - 1e-6
    if best.unserved_required == 0:
        assert lower_bound(encode(problem)) <= best.cost + 1e-6


@CALM
@given(problem=routing_problems(max_stops=4, max_vehicles=2))
def test_tiny_problems_serve_as_many_required_stops_as_can_be_served(problem):
    """On four stops a few hundred iterations leave out no more than enumeration does."""
    best = brute_force_routes(problem)
    result = solve_routing(problem, stop=MaxIterations(1000), rng=1)
    assert unserved_required(problem, result.plan) == best.unserved_required


@settings(max_examples=1, derandomize=True)
@given(problem=routing_problems(max_stops=4, max_vehicles=2))
def test_same_seed_and_iterations_give_the_same_plan_also_from_a_thread(problem):
    """A run limited by iterations is the same for a seed wherever it runs, and results pickle."""
    first = solve_routing(problem, stop=MaxIterations(200), rng=7)
    found = []
    worker = threading.Thread(target=lambda: found.append(solve_routing(problem, stop=MaxIterations(200), rng=7)))
    worker.start()
    worker.join()
    assert pickle.loads(pickle.dumps(first)).plan == found[0].plan == first.plan  # noqa: S301 - our own bytes


@settings(max_examples=1, derandomize=True)
@given(problem=routing_problems(max_stops=4, max_vehicles=2))
def test_a_run_limited_by_time_replays_exactly(problem):
    """The recorded steps repeat the search."""
    first = solve_routing(problem, stop=MaxRuntime(0.2), rng=3)
    again = solve_routing(problem, stop=MaxRuntime(0.2), rng=3, replay=first.replay)
    assert again.plan == first.plan
    assert first.status in {Status.TIME_LIMIT, Status.OPTIMAL}


@pytest.mark.parametrize("stop", [lambda: MaxRuntime(0), lambda: MaxIterations(0)])
def test_a_limit_of_nothing_is_refused(stop):
    """Zero seconds or iterations are a mistake of the caller."""
    from ntb_relief.errors import InputError

    with pytest.raises(InputError):
        stop()


@CALM
@given(problem=routing_problems(max_stops=4, max_vehicles=2))
def test_small_problems_are_solved_to_the_proved_best(problem):
    """The status tells a proof: the best there is, or that not everything required can be served."""
    best = brute_force_routes(problem)
    result = solve_routing(problem, stop=MaxIterations(30), rng=1)
    assert unserved_required(problem, result.plan) == best.unserved_required
    assert result.plan.cost == pytest.approx(best.cost, abs=1e-6)
    if best.unserved_required:
        assert (result.status, result.bound, result.gap) == (Status.INFEASIBLE, None, None)
    else:
        assert result.status is Status.OPTIMAL
        assert result.bound == pytest.approx(result.objective, abs=1e-6)


def test_the_search_ends_once_the_best_is_proved():
    """Long before its limit, and the same way each time."""
    problem = plane(9, seed=4)
    result = solve_routing(problem, stop=MaxIterations(10_000_000), rng=1)
    assert result.status is Status.OPTIMAL
    assert 0 < result.iterations < 100_000
    assert solve_routing(problem, stop=MaxIterations(10_000_000), rng=1, replay=result.replay).plan == result.plan


def test_a_bound_proves_plans_too_large_to_count_out():
    """Forty stops that fill a vehicle each: the ways out and back are the bound and the plan."""
    problem = plane(40, seed=4)
    problem = problem.replace(stops=tuple(replace(stop, demand=(60,)) for stop in problem.stops))
    result = solve_routing(problem, stop=MaxIterations(10_000_000), rng=1)
    assert result.status is Status.OPTIMAL
    assert result.objective == result.bound == 2 * int(problem.matrices["p"].distance_m[0].sum())


@pytest.mark.parametrize("change", [{"demand": (61,)}, {"window_s": (0, 1)}, {"vehicle_types": frozenset()}])
def test_a_required_stop_no_vehicle_can_serve_makes_it_infeasible(change):
    """Also where the problem is too large to count out; all others are served."""
    problem = plane(30, seed=4)
    problem = problem.replace(stops=(replace(problem.stops[0], **change), *problem.stops[1:]))
    result = solve_routing(problem, stop=MaxIterations(500), rng=1)
    assert result.status is Status.INFEASIBLE
    assert result.plan.unserved == ("1",)
    assert result.bound is None


def test_prices_that_kernels_round_are_proved_all_the_same():
    """A third of a rupiah a metre is not a whole step; the plan is priced by the formula, not by the kernels."""
    problem = plane(6, seed=2)
    problem = problem.replace(vehicle_types=(replace(problem.vehicle_types[0], cost_per_m=1 / 3),), cost_scale=10)
    result = solve_routing(problem, stop=MaxIterations(200), rng=1)
    assert result.status is Status.OPTIMAL
    assert result.objective == pytest.approx(brute_force_routes(problem).cost)
