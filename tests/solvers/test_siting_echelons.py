"""Two echelons: sources and sites exact against trying all sets of both, judged, refused where they do not fit."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError
from ntb_relief.model.facility_location import FacilityLocationProblem
from ntb_relief.model.facility_location_goals import FixedCharge, PCenter, PMedian
from ntb_relief.plan.result import Status
from ntb_relief.plan.verify.sites import verify_sites
from ntb_relief.solvers.facility_location import build_site_plan, solve_facility_location
from ntb_relief.solvers.siting_clock import Clock
from ntb_relief.solvers.siting_paths import search_paths
from ntb_relief.solvers.stop import MaxIterations
from tests.oracles.siting import best_cost


@st.composite
def chains(draw):
    """Return small problems of two echelons, some with capacities, short lists, sources that exist or that reach few sites."""
    capacitated = draw(st.booleans())
    n, m, k = draw(st.integers(1, 4 if capacitated else 6)), draw(st.integers(1, 4)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    sites, sources = tuple(f"h{j}" for j in range(m)), tuple(f"g{s}" for s in range(k))
    inflow = rng.integers(0, 20, (m, k)).astype(float)
    inflow[:, 1:][rng.random((m, k - 1)) < 0.3] = math.inf
    above = {"fixed_cost": rng.integers(0, 40, k).astype(float)} if draw(st.booleans()) else {}
    above |= {"existing": frozenset(sources[:1])} if draw(st.booleans()) else {}
    above |= {"forbidden": frozenset(sources[1:2])} if draw(st.booleans()) else {}
    below = {"fixed_cost": rng.integers(0, 30, m).astype(float)} if draw(st.booleans()) else {}
    below |= {"forced": frozenset(sites[:1])} if draw(st.booleans()) else {}
    below |= {"weight": rng.integers(0, 4, n).astype(float)} if draw(st.booleans()) else {}
    cost = rng.integers(0, 20, (n, m)) + np.round(rng.random((n, m)), 2)
    if capacitated:
        demand = rng.integers(1, 5, n).astype(float)
        room = np.full(m, math.ceil(max(demand.max(), 1.3 * demand.sum() / m)), float)
        below |= {"demand": demand, "capacity": room, "is_single_source": draw(st.booleans())}
    elif draw(st.booleans()):
        order = np.argsort(cost, axis=1)[:, : max(1, m - 1)]
        below["nearest"], cost = order, np.take_along_axis(cost, order, axis=1)
    upstream = FacilityLocationProblem(sites, sources, inflow, **above)
    problem = FacilityLocationProblem(tuple(f"d{i}" for i in range(n)), sites, cost, upstream=upstream, **below)
    return problem, draw(st.sampled_from([FixedCharge(), PMedian(draw(st.integers(1, m)))]))


@settings(max_examples=80, deadline=None)
@given(chains(), st.booleans())
def test_sources_and_sites_are_the_best_of_all_sets_of_both(case, is_short):
    problem, goal = case
    best = best_cost(problem, goal)
    result = solve_facility_location(problem, goal=goal, stop=MaxIterations(2) if is_short else None, rng=1)
    assert result.bound is None or result.bound <= best * (1 + 1e-6) + 1e-6
    if result.plan is not None:
        assert verify_sites(problem, result.plan) == []
        assert result.objective >= best - 1e-6
        assert set(result.plan.sources) >= {row.source_id for row in result.plan.assignments}
    if not is_short:
        assert result.status is (Status.OPTIMAL if math.isfinite(best) else Status.INFEASIBLE)
        assert result.objective == pytest.approx(best, rel=1e-6, abs=1e-6)


def province():
    """Return two sources far apart, one hub beside each and two demand points beside each hub."""
    upstream = FacilityLocationProblem(("Mataram", "Bima"), ("Lembar", "Sape"), np.array([[1.0, 9], [9, 1]]), fixed_cost=np.array([5.0, 7]))
    cost = np.array([[1.0, 9], [2, 8], [9, 1], [8, 2]])
    return FacilityLocationProblem(tuple("abcd"), ("Mataram", "Bima"), cost, fixed_cost=np.array([3.0, 3]), upstream=upstream)


def test_the_plan_tells_sources_and_the_judge_finds_what_is_wrong_with_them():
    problem = province()
    result = solve_facility_location(problem, goal=FixedCharge())
    plan = result.plan
    assert result.objective == 5 + 7 + 3 + 3 + (1 + 2 + 1 + 2) + 4 * 1
    assert plan.sources == ("Lembar", "Sape")
    assert "sumber: Lembar, Sape" in plan.summary()
    assert plan.to_frame()["source_id"].tolist() == ["Lembar", "Lembar", "Sape", "Sape"]
    rows = plan.assignments
    for wrong, rule in (
        (replace(plan, sources=("Lembar", "Sape", "Benoa")), "unknown"),
        (replace(plan, sources=("Lembar",)), "open"),
        (replace(plan, assignments=(replace(rows[0], source_id=None), *rows[1:])), "open"),
        (replace(plan, assignments=(replace(rows[0], source_id="Sape"), *rows[1:])), "reach"),
        (replace(plan, objective=plan.objective - 7), "objective"),
    ):
        assert rule in {violation.rule for violation in verify_sites(problem, wrong)}
    existing = problem.replace(upstream=problem.upstream.replace(existing=frozenset({"Sape"})))
    assert "open" in {violation.rule for violation in verify_sites(existing, replace(plan, sources=("Lembar",), assignments=rows[:2]))}


@settings(max_examples=40, deadline=None)
@given(chains())
def test_the_program_over_paths_finds_what_branching_finds(case):
    problem, _ = case
    found = search_paths(problem, problem.upstream, clock=Clock(None, None))
    best = best_cost(problem, FixedCharge())
    assert found.cost == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert found.bound <= best * (1 + 1e-6) + 1e-6
    if math.isfinite(best):
        assert build_site_plan(problem, FixedCharge(), found).objective <= best + 1e-6 * max(1.0, best)


def test_many_sources_are_proven():
    rng = np.random.default_rng(2)
    at = [rng.integers(0, 1000, (size, 2)) for size in (30, 8, 12)]
    far = [np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1)) for a, b in ((at[1], at[2]), (at[0], at[1]))]
    names = [tuple(f"{kind}{row}" for row in range(size)) for kind, size in (("d", 30), ("h", 8), ("g", 12))]
    upstream = FacilityLocationProblem(names[1], names[2], far[0], fixed_cost=np.full(12, 900.0))
    problem = FacilityLocationProblem(names[0], names[1], far[1], fixed_cost=np.full(8, 700.0), upstream=upstream)
    result = solve_facility_location(problem, goal=FixedCharge())
    assert result.status is Status.OPTIMAL
    fewer = problem.replace(upstream=upstream.replace(forbidden=frozenset(set(names[2][:10]) - set(result.plan.sources))))
    assert solve_facility_location(fewer, goal=FixedCharge()).objective == pytest.approx(result.objective)


def test_an_upstream_that_does_not_fit_is_refused():
    problem = province()
    with pytest.raises(InputError, match="does not look at an upstream echelon"):
        solve_facility_location(problem, goal=PCenter(1))
    with pytest.raises(InputError, match="other demand points than this problem has sites"):
        problem.replace(upstream=problem.upstream.replace(demand_ids=("Bima", "Mataram")))
    with pytest.raises(InputError, match=r"upstream, weight: is given and not looked at"):
        problem.replace(upstream=problem.upstream.replace(weight=np.ones(2)))
