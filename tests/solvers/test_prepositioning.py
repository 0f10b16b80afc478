"""Pre-positioning against its extensive form, and what must hold for any problem."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief import InputError, MaxIterations, MaxRuntime, Status
from ntb_relief.model.prepositioning import PrepositioningProblem, StockScenario, Vendor
from ntb_relief.model.prepositioning_risks import CVaR, Expected, Robust
from ntb_relief.plan.verify.stock import verify_prepositioning
from ntb_relief.solvers.prepositioning import evaluate_stock, mean_scenario, solve_prepositioning, stochastic_value
from tests.oracles.prepositioning import extensive_form

PROVEN = 2e-6


def ids(letter, count):
    return tuple(f"{letter}{k}" for k in range(count))


def draw(seed, *, sites=4, points=4, items=2, scenarios=4, **changes):
    """Return a small random problem with damaged stores and closed roads."""
    rng = np.random.default_rng(seed)
    way_m = rng.integers(1, 60, (sites, points)) * 1000.0
    base = rng.integers(0, 60, (points, items))
    told = []
    weight = rng.random(scenarios) + 0.2
    for number in range(scenarios):
        need = base * rng.integers(0, 3, (points, 1))
        survival = rng.choice([0.0, 0.5, 1.0], sites, p=[0.2, 0.2, 0.6])
        distance_m = np.where(rng.random(way_m.shape) < 0.2, -1.0, way_m * rng.choice([1.0, 1.5], way_m.shape))
        told.append(StockScenario(f"w{number}", weight[number] / weight.sum(), need, survival, distance_m))
    arguments = {
        "site_ids": ids("s", sites),
        "size_ids": ("small", "large"),
        "point_ids": ids("p", points),
        "item_ids": ids("i", items),
        "capacity_l": np.outer(rng.uniform(0.5, 1.5, sites), [60.0, 200.0]),
        "cost_idr": np.outer(rng.uniform(0.5, 1.5, sites), [200.0, 450.0]),
        "volume_l": rng.uniform(0.5, 2.0, items),
        "purchase_idr": rng.uniform(1.0, 5.0, items),
        "penalty_idr": rng.uniform(30.0, 120.0, items),
        "carry_idr_km": rng.uniform(0.2, 1.0, items),
        "scenarios": tuple(told),
    }
    return PrepositioningProblem(**(arguments | changes))


RISKS = {"expected": Expected(), "cvar": CVaR(0.4, 0.7), "tail": CVaR(0.3), "robust": Robust()}


def check(problem, risk=None):
    result = solve_prepositioning(problem, risk=risk, gap=0.0, stop=MaxIterations(3000))
    best = extensive_form(problem, risk)
    if best is None:
        assert (result.status, result.plan) == (Status.INFEASIBLE, None)
        return None
    assert result.status is Status.OPTIMAL
    assert result.objective == pytest.approx(best, rel=2 * PROVEN, abs=1e-5)
    assert result.bound <= best * (1 + PROVEN) + 1e-5
    assert verify_prepositioning(problem, result.plan) == []
    return result


@settings(max_examples=10)
@given(st.integers(0, 10**6), st.sampled_from(sorted(RISKS)))
def test_the_plan_is_the_optimum_of_the_extensive_form(seed: int, name: str):
    check(draw(seed), RISKS[name])


@settings(max_examples=8)
@given(st.integers(0, 10**6), st.sampled_from([None, 0.5]))
def test_large_problems_are_searched_without_bounds_on_ways_and_as_exactly(seed: int, share: float | None):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ntb_relief.solvers.prepositioning_search._MANY_WAYS", 0)
        check(draw(seed, service={} if share is None else {"i1": share}))


@settings(max_examples=8)
@given(st.integers(0, 10**6), st.floats(0.1, 1.0), st.sampled_from(["expected", "cvar"]))
def test_service_levels_hold_in_every_scenario_or_the_status_says_they_cannot(seed: int, share: float, name: str):
    check(draw(seed, service={"i0": share}), RISKS[name])


@settings(max_examples=8)
@given(st.integers(0, 10**6), st.integers(0, 3), st.floats(0.0, 3000.0))
def test_budget_number_of_stores_units_and_vendors_are_kept(seed: int, most_sites: int, budget_idr: float):
    vendors = (Vendor("v0", "i0", "s1", 25.0, 6.0), Vendor("v1", "i1", "s0", 30.0, 3.0), Vendor("v2", "i0", "s0", 10.0, 1.0))
    check(draw(seed, vendors=vendors, most_sites=most_sites, budget_idr=budget_idr, stock_limit=np.array([80.0, 50.0])))


@settings(max_examples=6)
@given(st.integers(0, 10**6), st.integers(1, 40))
def test_a_bound_never_exceeds_the_optimum_however_early_the_search_stops(seed: int, passes: int):
    problem = draw(seed)
    result = solve_prepositioning(problem, gap=0.0, stop=MaxIterations(passes))
    best = extensive_form(problem)
    assert result.bound <= best * (1 + PROVEN)
    assert result.objective >= best * (1 - PROVEN)
    assert result.status in {Status.OPTIMAL, Status.ITERATION_LIMIT}
    assert result.iterations <= passes + 1


def test_a_gap_that_is_asked_for_ends_the_search():
    problem = draw(5, sites=6, points=6, scenarios=6)
    result = solve_prepositioning(problem, gap=0.2)
    assert result.status in {Status.GAP_REACHED, Status.OPTIMAL}
    assert 0 <= result.gap <= 0.2


@pytest.mark.parametrize("factor", [1e-3, 1e4])
def test_costs_in_another_currency_give_the_same_plan(factor: float):
    problem = draw(3)
    money = {name: getattr(problem, name) * factor for name in ("cost_idr", "purchase_idr", "penalty_idr", "carry_idr_km")}
    one, other = (solve_prepositioning(each, gap=0.0) for each in (problem, problem.replace(**money)))
    assert other.objective == pytest.approx(one.objective * factor, rel=2 * PROVEN)


def test_sites_and_points_in_another_order_give_the_same_cost():
    problem = draw(4)
    order, points = [2, 0, 3, 1], [3, 1, 0, 2]
    turned = problem.replace(
        capacity_l=problem.capacity_l[order],
        cost_idr=problem.cost_idr[order],
        scenarios=tuple(
            one.replace(need=one.need[points], survival=one.survival[order], distance_m=one.distance_m[order][:, points])
            for one in problem.scenarios
        ),
    )
    assert solve_prepositioning(turned, gap=0.0).objective == pytest.approx(
        solve_prepositioning(problem, gap=0.0).objective, rel=2 * PROVEN
    )


def test_threads_and_repeats_give_the_same_answer():
    problem = draw(6, sites=6, points=8, scenarios=9)
    one, two, again = (solve_prepositioning(problem, stop=MaxIterations(60), threads=threads) for threads in (1, 2, 1))
    assert one.objective == again.objective == pytest.approx(two.objective, rel=1e-9)
    assert one.plan.sizes == two.plan.sizes
    assert (one.plan.stock == again.plan.stock).all()


def test_a_mean_plan_never_beats_the_stochastic_one_and_is_told():
    problem = draw(11, scenarios=6)
    plan = solve_prepositioning(problem, gap=0.0).plan_or_raise()
    value = stochastic_value(plan, gap=0.0)
    assert value.mean_objective_idr - plan.objective == pytest.approx(value.saving_idr)
    assert value.saving_idr > 0
    alone = problem.replace(scenarios=(mean_scenario(problem),))
    assert solve_prepositioning(alone, gap=0.0).plan_or_raise().sizes == value.mean_sizes


def test_one_scenario_alone_has_no_stochastic_value():
    problem = draw(12, scenarios=1)
    plan = solve_prepositioning(problem, gap=0.0).plan_or_raise()
    assert stochastic_value(plan, gap=0.0).saving_idr == pytest.approx(0.0, abs=1e-4 * plan.objective)


def test_the_own_scenarios_cost_what_the_plan_says():
    plan = solve_prepositioning(draw(13), gap=0.0).plan_or_raise()
    again = evaluate_stock(plan, plan.problem.scenarios)
    assert again.total_idr == pytest.approx(plan.costs.total_idr)
    assert plan.objective == pytest.approx(plan.costs.total_idr)
    assert again.interval_idr[0] < again.total_idr < again.interval_idr[1]


def test_the_interval_holds_the_mean_of_many_fresh_scenarios():
    """Of 40 samples of 30 scenarios, about 38 of their 95 % intervals hold the mean of all 1,200."""
    problem = draw(14, scenarios=4)
    plan = solve_prepositioning(problem, gap=0.0).plan_or_raise()
    fresh = draw(14, scenarios=1200).scenarios
    truth = evaluate_stock(plan, [one.replace(probability=1 / 1200) for one in fresh]).total_idr
    held = 0
    for first in range(0, 1200, 30):
        low, high = evaluate_stock(plan, [one.replace(probability=1 / 30) for one in fresh[first : first + 30]]).interval_idr
        held += low <= truth <= high
    assert 34 <= held <= 40


def test_fresh_scenarios_must_fit():
    plan = solve_prepositioning(draw(15), gap=0.01).plan_or_raise()
    with pytest.raises(InputError, match=r"add up to 0\.5"):
        evaluate_stock(plan, [plan.problem.scenarios[0].replace(probability=0.5)])


def test_bad_questions_are_refused_with_all_reasons():
    with pytest.raises(InputError) as caught:
        solve_prepositioning(draw(1), gap=float("nan"), threads=0)
    assert [issue.where for issue in caught.value.issues] == ["gap", "threads"]


def test_a_clock_ends_the_search_and_progress_is_told():
    problem = draw(16, sites=8, points=10, items=2, scenarios=30)
    seen = []
    result = solve_prepositioning(problem, gap=0.0, stop=MaxRuntime(0.3), on_progress=seen.append)
    assert result.status in {Status.OPTIMAL, Status.TIME_LIMIT}
    assert len(seen) == result.iterations
    assert result.trace[-1].objective == pytest.approx(result.objective)


def test_nobody_in_need_needs_no_store():
    problem = draw(17)
    calm = problem.replace(scenarios=tuple(one.replace(need=one.need * 0) for one in problem.scenarios))
    result = solve_prepositioning(calm)
    assert (result.status, result.objective, dict(result.plan.sizes)) == (Status.OPTIMAL, 0.0, {})


def test_problem_and_result_pickle_and_tell_in_indonesian():
    result = pickle.loads(pickle.dumps(solve_prepositioning(draw(2), gap=0.0)))  # noqa: S301 - written by this test
    text = result.plan.summary()
    assert text.startswith(f"{len(result.plan.sizes)} gudang: ")
    assert "selang kepercayaan 95 %" in text
    frame = result.plan.to_frame()
    assert frame["quantity"].sum() == pytest.approx(result.plan.stock.sum())
