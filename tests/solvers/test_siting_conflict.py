"""Why no sites will do: the reason contradicts itself, and no part of it can be spared, by trying every set of sites."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.model.facility_location import FacilityLocationProblem
from ntb_relief.model.facility_location_goals import (
    BackupCover,
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
from ntb_relief.plan.site_conflict import SiteConflict
from ntb_relief.solvers.facility_location import solve_facility_location
from ntb_relief.solvers.siting_conflict import explain_no_sites
from ntb_relief.solvers.stop import MaxIterations
from tests.oracles.siting import can_meet

SETS = ("demand_ids", "required", "forbidden", "full")
LIMITS = {"radius": None, "times": None, "p": None, "budget": None, "is_single_source": False}


@st.composite
def tight_cases(draw):
    """Return problems whose sites reach little, hold little or are forbidden, with a goal that asks much."""
    capacitated = draw(st.booleans())
    n, m = draw(st.integers(1, 4 if capacitated else 6)), draw(st.integers(2, 4 if capacitated else 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    cost = rng.integers(0, 30, (n, m)).astype(float)
    cost[rng.random((n, m)) < 0.5] = math.inf
    cost[np.arange(n), rng.integers(0, m - 1, n)] = rng.integers(0, 30, n)
    names = tuple(f"s{j}" for j in range(m))
    fields = {"fixed_cost": rng.integers(1, 9, m).astype(float)}
    if draw(st.booleans()):
        fields["forbidden"] = frozenset(names[-1:])
    if draw(st.booleans()):
        fields["forced"] = frozenset(names[1:2]) - fields.get("forbidden", frozenset())
    if capacitated:
        demand = rng.integers(1, 6, n).astype(float)
        room = np.maximum(np.ceil(demand.sum() / max(1, m - 1)), demand.max())
        fields |= {"demand": demand, "capacity": np.full(m, room), "is_single_source": draw(st.booleans())}
    problem = FacilityLocationProblem(tuple(f"d{i}" for i in range(n)), names, cost, **fields)
    allowed, required = int((problem.site_modes >= 0).sum()), max(1, int((problem.site_modes > 0).sum()))
    p = draw(st.integers(required, min(allowed, required + 1)))
    budget = float(max(problem.opening_costs[problem.site_modes > 0].sum(), problem.opening_costs.min()) + 2)
    radius = float(draw(st.integers(5, 30)))
    is_funded = budget >= problem.opening_costs[problem.site_modes >= 0].min()
    goals = [PMedian(p), PCenter(p), *([PCenter(budget=budget)] if is_funded else [])]
    if capacitated:
        goals.append(FixedCharge())
    else:
        times = draw(st.integers(1, min(3, allowed)))
        goals += [SetCover(radius), BackupCover(radius, times), PLeximin(p), PGini(p)]
        goals += [MaxBackupCover(p, radius, times)] if times > 1 else []
        goals += [PMedian(budget=budget)] if is_funded else []
    return problem, draw(st.sampled_from(goals))


def without_one(reason):
    """Return the reason without each of its demands in turn."""
    for name in SETS:
        for gone in getattr(reason, name):
            yield replace(reason, **{name: tuple(kept for kept in getattr(reason, name) if kept != gone)})
    for name, nothing in LIMITS.items():
        if getattr(reason, name) != nothing:
            yield replace(reason, **{name: nothing})


@settings(max_examples=150, deadline=None)
@given(tight_cases())
def test_the_reason_contradicts_itself_and_no_part_of_it_can_be_spared(case):
    problem, goal = case
    result = solve_facility_location(problem, goal=goal)
    reason = explain_no_sites(problem, goal=goal)
    assert (reason is None) == (result.status is not Status.INFEASIBLE)
    if reason is not None:
        assert reason.is_minimal
        assert not can_meet(problem, reason)
        assert all(can_meet(problem, less) for less in without_one(reason))
        assert str(reason).startswith("tidak dapat dipenuhi sekaligus: ")


def test_reasons_are_told_in_words():
    problem = FacilityLocationProblem(
        tuple("abc"), tuple("xyz"), np.array([[1.0, 9, 2], [9, 1, 9], [1, 9, 9]]), forbidden=frozenset("z"), fixed_cost=np.full(3, 2.0)
    )
    assert explain_no_sites(problem, goal=SetCover(3.0)) is None
    assert explain_no_sites(problem, goal=MaxCover(1, 3.0)) is None
    assert explain_no_sites(problem, goal=BackupCover(3.0, 2)) == SiteConflict(("b",), radius=3.0, times=2)
    goal = MaxBackupCover(1, 3.0, 2)
    assert str(explain_no_sites(problem, goal=goal)).endswith("melayani a, b; jarak paling jauh 3; paling banyak 1 lokasi")
    held = problem.replace(demand=np.array([4.0, 4, 4]), capacity=np.full(3, 6.0), is_single_source=True)
    assert str(explain_no_sites(held, goal=FixedCharge())).endswith("daya tampung x, y; setiap titik dari satu lokasi saja")


def test_a_reason_that_time_cuts_short_still_contradicts_itself():
    cost = np.full((12, 12), math.inf)
    np.fill_diagonal(cost, 1.0)
    names = tuple(f"{row}" for row in range(12))
    problem = FacilityLocationProblem(names, names, cost)
    reason = explain_no_sites(problem, goal=PMedian(2), stop=MaxIterations(4))
    assert not reason.is_minimal
    assert len(explain_no_sites(problem, goal=PMedian(2)).demand_ids) == 3
    assert not can_meet(problem, SimpleNamespace(**{name: getattr(reason, name) for name in (*SETS, *LIMITS)}))
    with pytest.raises(AttributeError):
        reason.p = 3
