"""Goals of fairness against full enumeration, at small and large sizes, with and without an earlier answer."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError
from ntb_relief.model.allocation import AllocationProblem
from ntb_relief.plan.result import Status
from ntb_relief.solvers import allocation_network
from ntb_relief.solvers.allocation import price_of_fairness, solve_allocation
from ntb_relief.solvers.allocation_goals import LeastGini, Leximin, MaxMin, Proportional
from ntb_relief.solvers.allocation_shares import apportion, gini
from tests.oracles.allocation import _all_tables, _gets

GOALS = (MaxMin(), Leximin(), Proportional(), LeastGini())


def pose(supply, need, distance_m, *, level=None) -> AllocationProblem:
    supply, need, distance_m = (np.array(x, np.int64) for x in (supply, need, distance_m))
    names = [tuple(f"{letter}{i}" for i in range(n)) for letter, n in zip("spi", (*distance_m.shape, supply.shape[1]), strict=True)]
    return AllocationProblem(
        *names, supply, need, np.ones_like(need) if level is None else np.array(level), np.ones(need.shape[1]), distance_m
    )


@st.composite
def tiny(draw) -> AllocationProblem:
    sites, poskos = draw(st.integers(1, 3)), draw(st.integers(1, 3))

    def table(rows, cols, values):
        return np.array(draw(st.lists(values, min_size=rows * cols, max_size=rows * cols)), np.int64).reshape(rows, cols)

    need = table(poskos, 1, st.integers(0, 6))
    return pose(
        table(sites, 1, st.integers(0, 5)),
        need,
        table(sites, poskos, st.sampled_from([-1, 1000, 2000, 5000])),
        level=table(poskos, 1, st.integers(1, 2)),
    )


def amounts_by_rules(problem, score) -> set[tuple[int, ...]]:
    """Return what poskos can get where level by level the total is largest and then the score of the counted is smallest."""
    need, level = problem.need[:, 0].tolist(), problem.level[:, 0].tolist()
    ways = {tuple(_gets(table, p) for p in range(len(need))) for table in _all_tables(problem, 0)}
    for now in sorted({level[p] for p in range(len(need)) if need[p]}):
        members = [p for p in range(len(need)) if need[p] and level[p] == now]
        counted = [p for p in members if any(way[p] for way in ways)]
        ways = _least(ways, lambda way, who=members: -sum(way[p] for p in who))
        if counted:
            ways = _least(ways, lambda way, who=counted: score([way[p] for p in who], [need[p] for p in who]))
    return ways


def _least(ways, key):
    best = min(key(way) for way in ways)
    return {way for way in ways if key(way) == best}


def leximin_score(units, need):
    return [-share for share in sorted(Fraction(u, n) for u, n in zip(units, need, strict=True))]


def squares(units, need):
    return sum(Fraction(u * u, n) for u, n in zip(units, need, strict=True))


@pytest.mark.parametrize("goal, score", [(Leximin(), leximin_score), (Proportional(), squares)])
@pytest.mark.parametrize("most_links", [0, 200_000], ids=["few links first", "all links"])
@given(problem=tiny())
@settings(max_examples=80)
def test_even_goals_equal_enumeration(goal, score, most_links, problem):
    """Whatever each posko gets is among the best of all ways to give, however few links the network starts with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation_network, "MOST_LINKS", most_links)
        patch.setattr(allocation_network, "_NEAR", 1)
        plan = solve_allocation(problem, goal=goal).plan_or_raise()
    assert tuple(plan.given[:, 0].tolist()) in amounts_by_rules(problem, score)


@given(problem=tiny())
@settings(max_examples=80)
def test_the_gini_bound_holds_for_all_ways_and_is_met_where_optimal(problem):
    """No way to give the most is more even than the bound, and an answer called proven meets it."""
    result = solve_allocation(problem, goal=LeastGini())
    plan = result.plan_or_raise()
    need, level = problem.need[:, 0], problem.level[:, 0]
    if len(plan.levels) == 1 and (row := plan.levels[0]).gini_bound is not None:
        counted = [p for p in range(len(need)) if need[p] and any(_gets(table, p) for table in _all_tables(problem, 0))]
        ways = amounts_by_rules(problem, lambda units, need: 0)  # noqa: ARG005 - every way to give the most
        best = min(gini(np.array([way[p] for p in counted]), need=need[counted]) for way in ways)
        assert row.gini_bound <= best + 1e-9
        assert row.gini >= best - 1e-9
    if result.status is Status.OPTIMAL:
        assert all(row.gini is None or row.gini <= row.gini_bound + 1e-9 for row in plan.levels)
    assert level.min() >= 1


@given(problem=tiny())
@settings(max_examples=60)
def test_fairness_costs_kilometres_never_goods(problem):
    """All goals give the same totals, and keeping more of the smallest share never shortens the roads."""
    totals = [[row.given for row in solve_allocation(problem, goal=goal).plan_or_raise().levels] for goal in GOALS]
    assert all(one == totals[0] for one in totals)
    curve = price_of_fairness(problem, kept=(0, 0.5, 1))
    assert [point.tonne_km for point in curve] == sorted(point.tonne_km for point in curve)
    plan = solve_allocation(problem).plan_or_raise()
    assert (curve[0].tonne_km, curve[-1].tonne_km) == (plan.unfair_tonne_km, plan.tonne_km)


def test_shares_above_the_bottleneck_are_lifted_too():
    """A corner that can have a tenth only does not keep the others from sharing evenly: max-min leaves that to kilometres."""
    problem = pose([[1], [30]], [[10], [20], [20]], [[1000, -1, -1], [-1, 1000, 2000]])
    assert solve_allocation(problem, goal=Leximin()).plan_or_raise().given[:, 0].tolist() == [1, 15, 15]
    assert solve_allocation(problem).plan_or_raise().given[:, 0].tolist() == [1, 20, 10]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.data(), st.booleans())
def test_apportion_equals_unit_by_unit(need, data, is_rounded):
    """Giving the units out one at a time, each to whom it is due first, ends in the same amounts."""
    total = data.draw(st.integers(0, sum(need)))
    units = [0] * len(need)
    half = Fraction(1, 2) if is_rounded else 0
    for _ in range(total):
        due = [((units[i] + half) / Fraction(need[i]), need[i], i) for i in range(len(need)) if units[i] < need[i]]
        units[min(due)[2]] += 1
    assert apportion(np.array(need), total=total, is_rounded=is_rounded).tolist() == units


def random_problem(*, seed: int, sites: int = 12, poskos: int = 300) -> AllocationProblem:
    rng = np.random.default_rng(seed)
    need = rng.integers(0, 90, (poskos, 1))
    supply = rng.integers(0, int(1.7 * need.sum() / sites), (sites, 1))
    distance_m = rng.integers(1_000, 200_000, (sites, poskos))
    distance_m[rng.random((sites, poskos)) < 0.3] = -1
    return pose(supply, need, distance_m, level=rng.integers(1, 3, (poskos, 1)))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: type(goal).__name__)
def test_few_links_and_an_earlier_plan_change_nothing(monkeypatch, goal, seed):
    """Kilometres and totals proven on a part of the links are those of all links; so are those that start from another plan."""
    problem = random_problem(seed=seed)
    dense = solve_allocation(problem, goal=goal).plan_or_raise()
    monkeypatch.setattr(allocation_network, "MOST_LINKS", 0)
    monkeypatch.setattr(allocation_network, "_NEAR", 2)
    sparse = solve_allocation(problem, goal=goal).plan_or_raise()
    need = problem.need.copy()
    need[5:8] += 40
    other = solve_allocation(problem.replace(need=need, supply=problem.supply // 2), goal=goal).plan_or_raise()
    warm = solve_allocation(problem, goal=goal, start=other).plan_or_raise()
    assert dense.levels == sparse.levels == warm.levels
    assert (dense.tonne_km, dense.unfair_tonne_km) == (sparse.tonne_km, sparse.unfair_tonne_km) == (warm.tonne_km, warm.unfair_tonne_km)


@pytest.mark.parametrize("kept", [-0.1, 1.1, float("nan")])
def test_a_part_beyond_the_whole_is_refused(kept):
    """A part to keep lies between nothing and all."""
    with pytest.raises(InputError, match="give a part from 0 to 1"):
        MaxMin(kept=kept)
