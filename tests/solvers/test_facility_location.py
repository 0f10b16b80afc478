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
from ntb_relief.model.facility_location_goals import (
    BackupCover,
    FairCover,
    FixedCharge,
    MaxBackupCover,
    MaxCover,
    PCenter,
    PGini,
    PLeximin,
    PMedian,
    SetCover,
)
from ntb_relief.plan.result import Status
from ntb_relief.plan.verify.sites import verify_sites
from ntb_relief.solvers import siting_encode
from ntb_relief.solvers.facility_location import solve_facility_location
from ntb_relief.solvers.siting_clock import Clock
from ntb_relief.solvers.siting_cover import decide
from ntb_relief.solvers.siting_encode import cover_task
from ntb_relief.solvers.siting_gini import gini, least_gini
from ntb_relief.solvers.siting_open import OpenAnswer
from ntb_relief.solvers.stop import MaxIterations
from tests.oracles.siting import best_cost, best_order, dense_cost, order_of
from tests.oracles.siting import gini as slow_gini


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
    fields["group"] = tuple(rng.choice(["Bima", "Dompu", "Sumbawa"], n).tolist())
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
    budget = _budget(draw, problem)
    if problem.capacity is not None:
        held = [PMedian(p), FixedCharge(), PCenter(p), MaxCover(p, radius)]
        return draw(st.sampled_from(held if budget is None else [*held, PCenter(budget=budget)]))
    times = draw(st.integers(1, allowed))
    covers = [SetCover(radius), MaxCover(p, radius), BackupCover(radius, times), MaxBackupCover(p, radius, max(2, times))]
    kinds = [PMedian(p), FixedCharge(), PCenter(p), *covers, FairCover(p, radius), PLeximin(p), PGini(p)]
    if budget is not None:
        funded = [PMedian(budget=budget), PCenter(budget=budget), MaxCover(radius=radius, budget=budget)]
        kinds += [*funded, MaxBackupCover(radius=radius, budget=budget)]
    return draw(st.sampled_from(kinds))


def _budget(draw, problem):
    """Return a budget that pays for the sites that must be open, or for one; None where no site has a fixed cost."""
    if problem.fixed_cost is None:
        return None
    costs, modes = problem.opening_costs, problem.site_modes
    least = costs[modes > 0].sum() if (modes > 0).any() else costs[modes >= 0].min()
    return float(least + draw(st.integers(0, 60)))


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
    if isinstance(goal, FairCover | PLeximin):
        chosen = [problem.site_ids.index(name) for name in result.plan.sites]
        assert order_of(problem, goal, dense_cost(problem)[:, chosen]) == pytest.approx(best_order(problem, goal))
    return result


@settings(max_examples=150)
@given(st.data())
def test_the_answer_is_the_best_of_all_sets_of_sites(data):
    problem = data.draw(problems())
    _check_exact(problem, data.draw(goals(problem=problem)))


@settings(max_examples=100)
@given(st.data())
def test_equity_goals_are_exact_down_to_the_last_level(data):
    problem = data.draw(problems())
    p = data.draw(st.integers(max(1, int((problem.site_modes > 0).sum())), int((problem.site_modes >= 0).sum())))
    _check_exact(problem, data.draw(st.sampled_from([FairCover(p, data.draw(st.floats(0, 30))), PLeximin(p), PGini(p)])))


@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_no_values_in_a_box_are_more_equal_than_its_bound_and_some_are_as_equal(seed):
    rng = np.random.default_rng(seed)
    low = rng.integers(0, 9, 4).astype(float)
    high = low + rng.integers(0, 9, 4)
    high[rng.random(4) < 0.2] = math.inf
    weight = rng.integers(1, 4, 4).astype(float)
    bound = least_gini(low, high, weight)
    top = np.minimum(high, 40.0)
    assert bound <= min(slow_gini(low + rng.random(4) * (top - low), weight) for _ in range(50)) + 1e-9
    levels = [slow_gini(np.clip(level, low, high), weight) for level in (*low, *top, 1e9)]
    assert bound == pytest.approx(min(levels), abs=1e-6)
    assert gini(low, weight) == pytest.approx(slow_gini(low, weight), abs=1e-12)


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


@pytest.mark.parametrize("goal", [PMedian(6), PCenter(6), SetCover(200.0), MaxCover(6, 120.0), FixedCharge(), PLeximin(6)])
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


@pytest.mark.parametrize("goal", [PMedian(6), FixedCharge()])
def test_lists_cut_short_leave_costs_exact_and_bounds_below_the_optimum(goal, monkeypatch):
    problem = _towns().replace(fixed_cost=np.full(60, 300.0) if isinstance(goal, FixedCharge) else None)
    best = solve_facility_location(problem, goal=goal).objective
    for name, value in (("WHOLE_LISTS", 0), ("_MOST_ENTRIES", 0), ("_LEAST_LIST", 20)):
        monkeypatch.setattr(siting_encode, name, value)
    for limit in (1, 20, 200):
        result = solve_facility_location(problem, goal=goal, stop=MaxIterations(limit), rng=limit)
        assert result.bound <= best <= result.objective
        assert verify_sites(problem, result.plan) == []
    assert result.objective <= best * 1.05


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_a_program_finds_the_fewest_sites_that_cover(seed):
    """It decides on numbers of sites that branching does not."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(1, 9, (7, 7)).astype(float)
    np.fill_diagonal(cost, 0.0)
    names = tuple(map(str, range(7)))
    task = cover_task(cost, None, radius=2.0, fixed=np.ones(7), outside=np.full(7, 2.0), mode=np.zeros(7, np.int8), limits=(1, 7))
    answer = OpenAnswer(np.zeros(7, bool), math.inf, -math.inf)
    decide(task, answer, clock=Clock(None, None))
    assert answer.bound == answer.cost == best_cost(FacilityLocationProblem(names, names, cost), SetCover(2.0))
    assert np.isfinite(task.cost[:, answer.chosen]).any(axis=1).all()


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
    with pytest.raises(InputError, match="the problem has no groups"):
        solve_facility_location(problem, goal=FairCover(2, 5.0))
    with pytest.raises(InputError, match="no site has a fixed cost"):
        solve_facility_location(problem, goal=PMedian(budget=5.0))
    priced = problem.replace(fixed_cost=np.arange(5.0) + 4)
    with pytest.raises(InputError, match="the cheapest site costs 4"):
        solve_facility_location(priced, goal=MaxCover(radius=5.0, budget=3.0))
    with pytest.raises(InputError, match="the forced sites cost 9"):
        solve_facility_location(priced.replace(forced=frozenset("01")), goal=PCenter(budget=8.0))
    with pytest.raises(InputError, match="times is 6; give 5 or less"):
        solve_facility_location(problem, goal=BackupCover(5.0, 6))
    held = problem.replace(demand=np.ones(5), capacity=np.ones(5))
    held = held.replace(fixed_cost=np.ones(5))
    funded = (PMedian(budget=5.0), MaxCover(radius=5.0, budget=5.0))
    for goal in (SetCover(5.0), BackupCover(5.0), MaxBackupCover(2, 5.0), *funded):
        with pytest.raises(InputError, match="capacit"):
            solve_facility_location(held, goal=goal)
