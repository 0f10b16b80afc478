"""Choosing sites: exact against trying every set, indifferent to scale and order, honest about limits and impossibility."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError
from ntb_relief.model.facility_location import NO_SITE, FacilityLocationProblem
from ntb_relief.model.facility_location_goals import FixedCharge, MaxCover, PCenter, PMedian, SetCover
from ntb_relief.plan.result import Status
from ntb_relief.plan.verify.sites import verify_sites
from ntb_relief.solvers.facility_location import solve_facility_location
from ntb_relief.solvers.stop import MaxIterations
from tests.oracles.siting import best_cost


@st.composite
def problems(draw, *, capacitated=False):
    """Return small problems of every kind: whole and broken costs, missing ways, weights, existing and forbidden sites, short lists."""
    n, m = draw(st.integers(1, 5 if capacitated else 9)), draw(st.integers(2, 4 if capacitated else 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    cost = rng.integers(0, 30, (n, m)).astype(float)
    if draw(st.booleans()):
        cost += np.round(rng.random((n, m)), 3)
    if draw(st.booleans()):
        cost[rng.random((n, m)) < 0.2] = math.inf
        cost[:, 0] = rng.integers(0, 30, n)
    names = tuple(f"s{j}" for j in range(m))
    fields = {"fixed_cost": rng.integers(0, 40, m).astype(float)} if draw(st.booleans()) else {}
    if draw(st.booleans()):
        fields["weight"] = rng.integers(0, 5, n).astype(float)
    if draw(st.booleans()):
        fields["existing"] = frozenset(names[1:2])
    if draw(st.booleans()) and m > 2:
        fields["forbidden"] = frozenset(names[-1:])
    if capacitated:
        demand = rng.integers(0, 6, n).astype(float)
        room = rng.integers(3, 12, m).astype(float)
        room[0] = max(room[0], demand.sum() * draw(st.sampled_from([0.5, 1.0])), demand.max())
        short = demand.sum() - room[: m - bool(fields.get("forbidden"))].sum()
        room[0] += max(0.0, short)
        fields |= {"demand": demand, "capacity": np.ceil(room), "is_single_source": draw(st.booleans())}
    elif draw(st.booleans()):
        order = np.argsort(cost, axis=1, kind="stable")
        fields["nearest"] = np.where(np.isfinite(np.take_along_axis(cost, order, 1)), order, NO_SITE)
        cost = np.take_along_axis(cost, order, 1)
    return FacilityLocationProblem(tuple(f"d{i}" for i in range(n)), names, cost, **fields)


@st.composite
def goals(draw, *, problem):
    allowed, required = int((problem.site_modes >= 0).sum()), max(1, int((problem.site_modes > 0).sum()))
    p = draw(st.integers(required, allowed))
    radius = float(draw(st.integers(0, 30)))
    kinds = [PMedian(p), FixedCharge()]
    return draw(st.sampled_from(kinds if problem.capacity is not None else [*kinds, PCenter(p), SetCover(radius), MaxCover(p, radius)]))


def _check_exact(problem, goal, *, seed=1):
    result = solve_facility_location(problem, goal=goal, rng=seed)
    best = best_cost(problem, goal)
    if math.isinf(best):
        assert result.status is Status.INFEASIBLE
        assert result.plan is None
        assert result.bound is None
        return result
    assert result.status is Status.OPTIMAL
    assert result.objective == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert result.bound <= best * (1 + 1e-6) + 1e-6
    assert verify_sites(problem, result.plan) == []
    return result


@settings(max_examples=150)
@given(st.data())
def test_the_answer_is_the_best_of_all_sets_of_sites(data):
    problem = data.draw(problems())
    _check_exact(problem, data.draw(goals(problem=problem)))


@settings(max_examples=60)
@given(st.data())
def test_with_capacities_the_answer_is_the_best_of_all_sets_and_assignments(data):
    problem = data.draw(problems(capacitated=True))
    _check_exact(problem, data.draw(goals(problem=problem)))


@settings(max_examples=60)
@given(st.data())
def test_a_bound_never_exceeds_the_optimum_however_soon_the_search_ends(data):
    problem = data.draw(problems(capacitated=data.draw(st.booleans())))
    goal = data.draw(goals(problem=problem))
    result = solve_facility_location(problem, goal=goal, stop=MaxIterations(1))
    best = best_cost(problem, goal)
    assert result.bound is None or result.bound <= best * (1 + 1e-6) + 1e-6
    assert result.plan is None or result.objective >= best - 1e-6 * max(1, abs(best))
    assert result.status is not Status.OPTIMAL or result.objective == pytest.approx(best, rel=1e-6, abs=1e-6)


@settings(max_examples=40)
@given(st.data())
def test_scaled_costs_scale_the_answer_and_a_new_order_leaves_it(data):
    problem = data.draw(problems())
    p = max(1, int((problem.site_modes > 0).sum()))
    for goal in (PMedian(p), FixedCharge()):
        first = solve_facility_location(problem, goal=goal)
        fixed = None if problem.fixed_cost is None else problem.fixed_cost * 0.25
        scaled = solve_facility_location(problem.replace(cost=problem.cost * 0.25, fixed_cost=fixed), goal=goal)
        rows = np.random.default_rng(3).permutation(len(problem.demand_ids))
        weight = None if problem.weight is None else problem.weight[rows]
        turned = problem.replace(
            demand_ids=tuple(problem.demand_ids[i] for i in rows),
            cost=problem.cost[rows],
            weight=weight,
            nearest=None if problem.nearest is None else problem.nearest[rows],
        )
        moved = solve_facility_location(turned, goal=goal)
        assert scaled.status is moved.status is first.status
        if first.plan is not None:
            assert scaled.objective == pytest.approx(first.objective * 0.25, rel=1e-6, abs=1e-9)
            assert moved.objective == pytest.approx(first.objective, rel=1e-6, abs=1e-9)


def _towns(n=60, seed=4):
    points = np.random.default_rng(seed).integers(0, 1000, (n, 2))
    cost = np.floor(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)))
    names = tuple(map(str, range(n)))
    return FacilityLocationProblem(names, names, cost)


@pytest.mark.parametrize("goal", [PMedian(6), PCenter(6), SetCover(200.0), MaxCover(6, 120.0), FixedCharge()])
def test_a_limit_in_iterations_repeats_the_search_and_proofs_agree_over_seeds(goal):
    problem = _towns().replace(fixed_cost=np.full(60, 300.0) if isinstance(goal, FixedCharge) else None)
    first, again = (solve_facility_location(problem, goal=goal, stop=MaxIterations(3), rng=2) for _ in range(2))
    assert (first.plan, first.bound, first.iterations) == (again.plan, again.bound, again.iterations)
    proofs = {solve_facility_location(problem, goal=goal, rng=seed).objective for seed in range(3)}
    assert len(proofs) == 1
    assert first.bound <= min(proofs) <= first.objective


def test_a_larger_capacitated_problem_is_proven_and_mended_shares_are_whole():
    problem = _towns(24).replace(demand=np.arange(1.0, 25), capacity=np.full(24, 70.0), is_single_source=True)
    result = solve_facility_location(problem, goal=PMedian(6))
    assert result.status is Status.OPTIMAL
    assert max(result.plan.load.values()) <= 70
    assert {row.share for row in result.plan.assignments} == {1.0}
    split = solve_facility_location(problem.replace(is_single_source=False), goal=PMedian(6))
    assert split.status is Status.OPTIMAL
    assert split.objective <= result.objective + 1e-6


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_scaled_or_permuted_capacitated_problems_have_the_scaled_or_same_answer(data):
    problem = data.draw(problems(capacitated=True))
    for goal in (PMedian(max(1, int((problem.site_modes > 0).sum()))), FixedCharge()):
        first = solve_facility_location(problem, goal=goal)
        fixed = None if problem.fixed_cost is None else problem.fixed_cost * 0.25
        scaled = solve_facility_location(problem.replace(cost=problem.cost * 0.25, fixed_cost=fixed), goal=goal)
        sized = solve_facility_location(problem.replace(demand=problem.demand / 3, capacity=problem.capacity / 3), goal=goal)
        rows = np.random.default_rng(3).permutation(len(problem.demand_ids))
        turned = problem.replace(
            demand_ids=tuple(problem.demand_ids[i] for i in rows),
            cost=problem.cost[rows],
            demand=problem.demand[rows],
            weight=None if problem.weight is None else problem.weight[rows],
        )
        moved = solve_facility_location(turned, goal=goal)
        assert scaled.status is moved.status is sized.status is first.status
        if first.plan is not None:
            assert scaled.objective == pytest.approx(first.objective * 0.25, rel=1e-6, abs=1e-9)
            assert moved.objective == pytest.approx(first.objective, rel=1e-6, abs=1e-9)
            assert sized.objective == pytest.approx(first.objective, rel=1e-6, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_covering_is_indifferent_to_scale_and_order_and_exact_with_dominated_sites(seed):
    rng = np.random.default_rng(seed)
    n, m = 9, 7
    cost = rng.integers(0, 10, (n, m)).astype(float)
    names = tuple(map(str, range(m)))
    problem = FacilityLocationProblem(tuple(map(str, range(n))), names, cost, weight=rng.integers(0, 4, n).astype(float))
    for p in (1, 3, m):
        goal = MaxCover(p, 3.0)
        best = _check_exact(problem, goal).objective
        rows = rng.permutation(n)
        turned = problem.replace(cost=cost[rows] * 2, weight=problem.weight[rows] * 0.5)
        assert _check_exact(turned, MaxCover(p, 6.0)).objective == pytest.approx(best * 0.5)


def test_progress_is_told_and_a_result_pickles():
    said = []
    result = solve_facility_location(_towns(), goal=PMedian(5), on_progress=said.append)
    assert said[-1].phase == "siting"
    assert said[-1].objective == result.objective
    assert pickle.loads(pickle.dumps(result)).plan == result.plan  # noqa: S301 - our own bytes


def test_a_goal_that_does_not_fit_is_refused():
    problem = _towns(5)
    with pytest.raises(InputError, match="give 5 or less"):
        solve_facility_location(problem, goal=PMedian(6))
    with pytest.raises(InputError, match="give 2 or more"):
        solve_facility_location(problem.replace(existing=frozenset("01")), goal=PCenter(1))
    held = problem.replace(demand=np.ones(5), capacity=np.ones(5))
    for goal in (SetCover(5.0), MaxCover(2, 5.0), PCenter(2)):
        with pytest.raises(InputError, match="capacit"):
            solve_facility_location(held, goal=goal)
