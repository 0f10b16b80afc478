"""Sites and routes together: exact against trying everything, honest about bounds, limits and impossibility."""

from __future__ import annotations

import math
import pickle
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError
from ntb_relief.model.location_routing import LocationRoutingProblem
from ntb_relief.plan.result import Status
from ntb_relief.plan.verify import verify_location_routing
from ntb_relief.solvers import location_routing as room
from ntb_relief.solvers.location_routing import MOST_EXACT, solve_location_routing
from ntb_relief.solvers.location_routing_estimate import Estimate
from ntb_relief.solvers.stop import MaxIterations, MaxRuntime
from tests.oracles.location_routing import best_location_routing


def make(seed, *, n, m, tight=False, planar=True, missing=0.1):
    """Return a problem of random points, or of a random table with a share of missing ways."""
    rng = np.random.default_rng(seed)
    demand = rng.integers(1, 9, n)
    sites, stops = tuple(f"s{j}" for j in range(m)), tuple(f"d{i}" for i in range(n))
    fields = {
        "site_ids": sites,
        "stop_ids": stops,
        "demand": demand,
        "vehicle_capacity": int(rng.integers(9, 20)),
        "vehicle_cost": float(rng.integers(0, 20)),
        "fixed_cost": rng.integers(10, 60, m),
    }
    if tight:
        # The first two sites together hold the demand exactly.
        fields["capacity"] = np.full(m, demand[n // 2 :].sum())
        fields["capacity"][0] = demand[: n // 2].sum()
    if planar:
        return LocationRoutingProblem.from_coordinates(rng.integers(0, 100, (m, 2)), rng.integers(0, 100, (n, 2)), **fields)
    travel = rng.integers(1, 100, (m + n, m + n)).astype(float)
    travel[rng.random(travel.shape) < missing] = math.inf
    np.fill_diagonal(travel, 0)
    return LocationRoutingProblem(travel_cost=travel, **fields)


@st.composite
def problems(draw):
    seed, n, m = draw(st.integers(0, 2**32)), draw(st.integers(1, 5)), draw(st.integers(1, 3))
    tight = draw(st.booleans()) and n > 1 and m > 1
    while True:
        try:
            problem = make(seed, n=n, m=m, tight=tight, planar=draw(st.booleans()))
            if m > 1 and draw(st.booleans()):
                problem = problem.replace(existing=frozenset(["s1"]))
            if m > 2 and draw(st.booleans()):
                problem = problem.replace(forbidden=frozenset(["s2"]))
            if draw(st.booleans()):
                problem = problem.replace(forced=frozenset(["s0"]))
        except InputError:
            seed += 1
        else:
            return problem


@given(problem=problems())
@settings(max_examples=60)
def test_few_stops_are_solved_exactly(problem):
    result = solve_location_routing(problem, stop=MaxIterations(1))
    best = best_location_routing(problem)
    if math.isinf(best):
        assert (result.plan, result.status, result.bound) == (None, Status.INFEASIBLE, None)
    else:
        assert result.status is Status.OPTIMAL
        assert result.objective == pytest.approx(best)
        assert result.gap == 0
        assert verify_location_routing(problem, result.plan) == []


@pytest.mark.parametrize("seed", range(12))
def test_the_search_finds_what_dynamic_programming_proves_and_its_bound_is_below(seed, monkeypatch):
    problem = make(seed, n=4 + seed % 5, m=2 + seed % 3, tight=seed % 2 == 0, planar=seed % 4 < 3, missing=0.0)
    proven = solve_location_routing(problem, stop=MaxIterations(1))
    monkeypatch.setattr(room, "MOST_EXACT", 0)
    result = solve_location_routing(problem, stop=MaxIterations(20_000), rng=seed)
    assert proven.status is Status.OPTIMAL
    assert result.objective == pytest.approx(proven.objective)
    assert result.bound <= proven.objective * (1 + 1e-9)
    assert verify_location_routing(problem, result.plan) == []


def test_beyond_the_exact_size_the_answer_is_verified_and_not_called_optimal():
    problem = make(1, n=MOST_EXACT + 9, m=4, tight=True)
    result = solve_location_routing(problem, stop=MaxIterations(30_000), rng=3)
    assert result.status is Status.ITERATION_LIMIT
    assert verify_location_routing(problem, result.plan) == []
    assert 0 < result.bound < result.objective == result.plan.cost
    assert result.iterations >= 30_000
    assert [sample.objective for sample in result.trace] == sorted((sample.objective for sample in result.trace), reverse=True)
    # A plan in which every stop has a vehicle of its own is worse.
    assert result.objective < problem.opening_costs.sum() + len(problem.stop_ids) * problem.vehicle_cost + 2 * problem.travel_cost[0].sum()


def test_a_run_limited_by_iterations_repeats_exactly_and_survives_pickling():
    problem = pickle.loads(pickle.dumps(make(5, n=20, m=5, tight=True)))  # noqa: S301 - our own
    runs = [solve_location_routing(problem, stop=MaxIterations(8000), rng=7, threads=threads) for threads in (1, 1, 2, 2)]
    assert runs[0].plan == runs[1].plan
    assert runs[2].plan == runs[3].plan
    assert pickle.loads(pickle.dumps(runs[0])).plan.routes == runs[0].plan.routes  # noqa: S301 - our own


def test_sites_that_hold_the_demand_exactly_are_packed():
    """No site may stay behind and no unit of room is spare: vehicles apart cannot say that, one pooled vehicle a site can."""
    problem = make(11, n=24, m=2, tight=True)
    result = solve_location_routing(problem, stop=MaxIterations(60_000))
    assert result.plan.load == dict(zip(problem.site_ids, problem.capacity.tolist(), strict=True))


def test_loads_that_full_vehicles_and_a_rest_cannot_bring_are_found():
    """Each site holds 6 = 4 + 2, and stops of 3 do not fit a vehicle of 2: two vehicles of 3 are needed."""
    rng = np.random.default_rng(0)
    n = 12
    problem = LocationRoutingProblem.from_coordinates(
        rng.random((6, 2)),
        rng.random((n, 2)),
        site_ids=tuple("abcdef"),
        stop_ids=tuple(f"d{i}" for i in range(n)),
        demand=np.full(n, 3),
        vehicle_capacity=4,
        capacity=np.full(6, 6),
    )
    result = solve_location_routing(problem, stop=MaxIterations(20_000))
    assert result.plan.sites == problem.site_ids
    assert len(result.plan.routes) == n


def test_a_forced_site_stays_open_without_routes_and_others_do_not():
    problem = make(2, n=14, m=4).replace(fixed_cost=np.full(4, 5000.0), forced=frozenset(["s3"]))
    plan = solve_location_routing(problem, stop=MaxIterations(5000)).plan
    assert plan.sites == ("s3",)
    far = problem.replace(existing=frozenset(["s0"]))
    assert set(solve_location_routing(far, stop=MaxIterations(5000)).plan.sites) == {"s0", "s3"}


def test_what_no_sites_can_serve_is_called_infeasible():
    """Of 12 stops that one small site alone reaches, it cannot hold all."""
    n = 12
    travel = np.ones((2 + n, 2 + n))
    np.fill_diagonal(travel, 0)
    travel[1, 2:] = math.inf
    travel[1, 2] = 1
    travel[2, 3:] = math.inf
    problem = LocationRoutingProblem(("a", "b"), tuple(f"d{i}" for i in range(n)), travel, np.ones(n), 3, capacity=np.array([6, 12]))
    result = solve_location_routing(problem, stop=MaxIterations(100))
    assert (result.plan, result.status) == (None, Status.INFEASIBLE)
    packed = make(0, n=3, m=2).replace(demand=np.full(3, 4), capacity=np.array([6, 6]))
    assert solve_location_routing(packed, stop=MaxIterations(100)).status is Status.INFEASIBLE


def test_scaling_all_costs_scales_the_answer():
    problem = make(8, n=10, m=3)
    scaled = problem.replace(
        travel_cost=7 * problem.travel_cost, vehicle_cost=7 * problem.vehicle_cost, fixed_cost=7 * problem.opening_costs
    )
    first, second = (solve_location_routing(x, stop=MaxIterations(1)) for x in (problem, scaled))
    assert second.objective == pytest.approx(7 * first.objective)
    order = np.array([2, 0, 1, *(3 + np.random.default_rng(0).permutation(10))])
    turned = problem.replace(
        site_ids=tuple(problem.site_ids[j] for j in order[:3]),
        stop_ids=tuple(problem.stop_ids[i - 3] for i in order[3:]),
        travel_cost=problem.travel_cost[np.ix_(order, order)],
        demand=problem.demand[order[3:] - 3],
        fixed_cost=problem.fixed_cost[order[:3]],
    )
    assert solve_location_routing(turned, stop=MaxIterations(1)).objective == pytest.approx(first.objective)


def test_the_clock_ends_a_search_and_progress_is_told():
    problem, told = make(4, n=30, m=6, tight=True), []
    solve_location_routing(problem, stop=MaxIterations(100))
    begin = time.perf_counter()
    result = solve_location_routing(problem, stop=MaxRuntime(1.5), threads=2, on_progress=told.append)
    assert result.status is Status.TIME_LIMIT
    assert time.perf_counter() - begin < 6
    assert told[-1].objective == result.objective
    assert all(0 <= report.fraction <= 1 and report.phase == "location routing" for report in told)


def test_ctrl_c_hands_back_the_best_plan_so_far():
    def interrupt(report):
        if math.isfinite(report.objective):
            raise KeyboardInterrupt

    result = solve_location_routing(make(6, n=20, m=4), stop=MaxRuntime(60), on_progress=interrupt)
    assert result.status is Status.STOPPED
    assert result.plan is not None
    assert result.seconds < 30


def test_the_estimate_never_passes_the_routes_it_stands_for():
    problem = make(9, n=8, m=3, tight=True)
    estimate = Estimate(problem)
    for choice in estimate.candidates():
        closed = frozenset(name for row, name in enumerate(problem.site_ids) if row not in choice)
        opened = frozenset(problem.site_ids) - closed
        best = solve_location_routing(problem.replace(forbidden=closed, forced=opened), stop=MaxIterations(1))
        assert estimate.cost(choice) <= best.objective * (1 + 1e-9)


@pytest.mark.parametrize("start", [None, (2, 7)])
def test_among_many_sites_the_search_begins_anywhere_and_ends_at_a_local_optimum_of_the_estimate(start):
    """Twelve free sites make too many sets to list: the local search must end where no site more, less or other is better."""
    estimate = Estimate(make(13, n=30, m=12))
    best = estimate.candidates(start)[0]
    assert all(estimate.cost(other) >= estimate.cost(best) for other in estimate.neighbours(best))
    assert estimate.cost(best, limit=estimate.cost(best) / 2) == math.inf
    assert all(estimate.quick_service(choice) <= estimate.service(choice) * (1 + 1e-12) for choice in estimate.candidates(start))


def test_many_sites_with_little_room_each_are_chosen_and_routed():
    problem = make(17, n=26, m=14).replace(capacity=np.full(14, 25), vehicle_capacity=12)
    result = solve_location_routing(problem, stop=MaxIterations(20_000), threads=2)
    assert verify_location_routing(problem, result.plan) == []
    assert len(result.plan.sites) >= problem.demand.sum() / 25
    assert result.bound < result.objective < 1.7 * result.bound


def test_more_open_sites_than_the_engine_takes_are_refused():
    names = tuple(f"s{j}" for j in range(70))
    rng = np.random.default_rng(1)
    problem = LocationRoutingProblem.from_coordinates(
        rng.random((70, 2)),
        rng.random((12, 2)),
        site_ids=names,
        stop_ids=tuple(f"d{i}" for i in range(12)),
        demand=np.ones(12),
        vehicle_capacity=4,
        existing=frozenset(names),
    )
    with pytest.raises(InputError, match="70 sites must be open; the routing engine takes at most 62"):
        solve_location_routing(problem, stop=MaxIterations(10))
