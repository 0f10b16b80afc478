"""Fair shares: hand cases, brute force, and what must not change when the question is only written in another way."""

from __future__ import annotations

import pickle
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from ntb_relief.model.allocation import AllocationProblem
from ntb_relief.plan.allocation_plan import AllocationPlan, LevelShare
from ntb_relief.plan.operation_plan import Flow
from ntb_relief.plan.result import Status
from ntb_relief.solvers.allocation import solve_allocation
from ntb_relief.solvers.allocation_shares import largest_share
from tests.oracles.allocation import brute_force, brute_force_share

if TYPE_CHECKING:
    from ntb_relief.solvers.progress import Progress


def ask(supply, need, distance_m, *, level=None, mass_kg=None) -> AllocationProblem:
    supply, need, distance_m = np.array(supply), np.array(need), np.array(distance_m)
    return AllocationProblem(
        site_ids=tuple(f"site{i}" for i in range(supply.shape[0])),
        posko_ids=tuple(f"posko{i}" for i in range(need.shape[0])),
        item_ids=tuple(f"item{i}" for i in range(need.shape[1])),
        supply=supply,
        need=need,
        level=np.ones(need.shape, int) if level is None else np.array(level),
        mass_kg=np.ones(need.shape[1]) if mass_kg is None else np.array(mass_kg),
        distance_m=distance_m,
    )


def answer(problem: AllocationProblem) -> AllocationPlan:
    result = solve_allocation(problem)
    assert result.status is Status.OPTIMAL
    assert result.bound == result.objective == result.plan_or_raise().tonne_km
    return result.plan_or_raise()


@st.composite
def tiny_problems(draw) -> AllocationProblem:
    sites = draw(st.integers(1, 3))
    poskos = draw(st.integers(1, 4 if sites < 3 else 3))
    items = draw(st.integers(1, 2))

    def table(rows, cols, values):
        return np.array(draw(st.lists(values, min_size=rows * cols, max_size=rows * cols)), np.int64).reshape(rows, cols)

    return ask(
        table(sites, items, st.integers(0, 4)),
        table(poskos, items, st.integers(0, 6)),
        table(sites, poskos, st.sampled_from([-1, 0, 1000, 2000, 3000, 7000])),
        level=table(poskos, items, st.integers(1, 3)),
        mass_kg=draw(st.lists(st.sampled_from([0.5, 1.0, 4.0]), min_size=items, max_size=items)),
    )


@given(tiny_problems())
@settings(max_examples=120, deadline=None)
def test_equals_brute_force(problem):
    """Smallest share, total and kilometres of each item and level are those of full enumeration."""
    plan = answer(problem)
    expected = [brute_force(problem, item=item) for item in range(len(problem.item_ids))]
    for name, want in zip(problem.item_ids, expected, strict=True):
        rows = {row.level: row for row in plan.levels if row.item_id == name}
        assert {level: row.min_share for level, row in rows.items()} == want.min_share
        assert {level: row.floor_share for level, row in rows.items()} == want.floor_share
        assert {level: row.given for level, row in rows.items()} == want.given
    assert plan.tonne_km == sum(want.unit_metres * mass for want, mass in zip(expected, problem.mass_kg, strict=True)) / 1e6
    assert plan.unfair_tonne_km == sum(want.unfair_unit_metres * mass for want, mass in zip(expected, problem.mass_kg, strict=True)) / 1e6


@given(tiny_problems())
@settings(max_examples=80, deadline=None)
def test_the_flows_are_what_the_rows_say(problem):
    """Stock, needs and roads bound the flows, and shares, totals and kilometres can be read off them."""
    plan = answer(problem)
    sites, poskos, items = problem.site_ids, problem.posko_ids, problem.item_ids
    units = np.zeros((len(sites), len(poskos), len(items)), np.int64)
    for flow in plan.flows:
        assert flow.quantity > 0
        units[sites.index(flow.site_id), poskos.index(flow.posko_id), items.index(flow.item_id)] += flow.quantity
    assert len(plan.flows) == np.count_nonzero(units)
    assert (units.sum(axis=1) <= problem.supply).all()
    assert (units.sum(axis=0) <= problem.need).all()
    assert not units[problem.distance_m < 0].any()
    assert (units.sum(axis=0) == plan.given).all()
    assert (units * problem.distance_m[:, :, None] * problem.mass_kg).sum() / 1e6 == plan.tonne_km
    for row in plan.levels:
        item = items.index(row.item_id)
        members = (problem.need[:, item] > 0) & (problem.level[:, item] == row.level)
        reached = members & ((problem.distance_m >= 0) & (problem.supply[:, item] > 0)[:, None]).any(axis=0)
        shares = [Fraction(int(g), int(n)) for g, n in zip(plan.given[reached, item], problem.need[reached, item], strict=True)]
        assert (row.num_needs, row.num_reached) == (members.sum(), reached.sum())
        assert row.min_share == min(shares, default=None)
        assert row.given == plan.given[members, item].sum()
        if row.floor_share is not None:
            assert sum(share >= row.floor_share for share in shares) >= row.num_counted


@given(tiny_problems(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_sites_and_poskos_does_not_matter(problem, random):
    """Rows written down in another order get the same shares, totals and kilometres."""
    site = random.sample(range(len(problem.site_ids)), k=len(problem.site_ids))
    posko = random.sample(range(len(problem.posko_ids)), k=len(problem.posko_ids))
    turned = problem.replace(
        site_ids=tuple(problem.site_ids[s] for s in site),
        posko_ids=tuple(problem.posko_ids[p] for p in posko),
        supply=problem.supply[site],
        need=problem.need[posko],
        level=problem.level[posko],
        distance_m=problem.distance_m[np.ix_(site, posko)],
    )
    first, second = answer(problem), answer(turned)
    assert first.levels == second.levels
    assert (first.tonne_km, first.unfair_tonne_km) == (second.tonne_km, second.unfair_tonne_km)


@given(tiny_problems(), st.integers(2, 5))
@settings(max_examples=60, deadline=None)
def test_scaling(problem, factor):
    """Longer roads and heavier units scale the kilometres alone; finer units give the same total and no smaller share."""
    plan = answer(problem)
    far = answer(problem.replace(distance_m=np.where(problem.distance_m < 0, -1, problem.distance_m * factor)))
    heavy = answer(problem.replace(mass_kg=problem.mass_kg * factor))
    fine = answer(problem.replace(supply=problem.supply * factor, need=problem.need * factor))
    assert far.tonne_km == pytest.approx(plan.tonne_km * factor)
    assert far.levels == heavy.levels == plan.levels
    assert heavy.tonne_km == pytest.approx(plan.tonne_km * factor)
    for finer, row in zip(fine.levels, plan.levels, strict=True):
        assert finer.given == row.given * factor
        assert finer.num_reached == row.num_reached
        if row.level == 1 and row.floor_share is not None:
            assert finer.floor_share >= row.floor_share


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6), st.data())
def test_largest_share_within_room(need, data):
    """The bisection ends in the very fraction that trying every fraction finds."""
    room = data.draw(st.integers(0, sum(need)))
    assert largest_share(np.array(need), room=room) == brute_force_share(need, room=room)


def test_scarce_stock_is_shared_by_need():
    """Half the need is there, so each posko gets half, though all of it would fit the near one."""
    plan = answer(ask([[20]], [[10], [30]], [[90_000, 1_000]], mass_kg=[50.0]))
    assert plan.flows == (Flow("site0", "item0", "posko0", 5), Flow("site0", "item0", "posko1", 15))
    assert plan.min_share == {1: Fraction(1, 2)}
    assert plan.tonne_km == (5 * 90 + 15 * 1) * 0.05
    assert plan.unfair_tonne_km == 20 * 1 * 0.05
    assert plan.price_of_fairness_tonne_km == pytest.approx(22.25)


def test_a_posko_no_stock_reaches_does_not_make_others_unfair():
    """The gili without a boat gets nothing and counts for nothing; the two on the road share evenly."""
    plan = answer(ask([[10]], [[10], [10], [5]], [[1_000, 9_000, -1]]))
    assert plan.given[:, 0].tolist() == [5, 5, 0]
    assert plan.levels == (LevelShare("item0", 1, 25, 10, 3, 2, 2, Fraction(1, 2), Fraction(1, 2)),)


def test_a_site_without_the_item_reaches_nobody():
    """A road to an empty warehouse is no reach."""
    plan = answer(ask([[10], [0]], [[10], [10]], [[1_000, -1], [5_000, 5_000]]))
    assert plan.given[:, 0].tolist() == [10, 0]
    assert plan.min_share == {1: Fraction(1)}


def test_stock_used_up_by_the_first_level_does_not_make_the_second_unfair():
    """Of three poskos of level 2 one lies behind a site that level 1 empties; the others still share evenly."""
    plan = answer(
        ask(
            [[4], [6]],
            [[4], [5], [6], [6]],
            [[1_000, 1_000, -1, -1], [-1, -1, 1_000, 9_000]],
            level=[[1], [2], [2], [2]],
        )
    )
    assert plan.given[:, 0].tolist() == [4, 0, 3, 3]
    second = plan.levels[1]
    assert (second.num_reached, second.num_counted) == (3, 2)
    assert (second.min_share, second.floor_share) == (Fraction(0), Fraction(1, 2))
    assert plan.min_share == {1: Fraction(1), 2: Fraction(0)}


def test_kilometres_of_the_first_level_take_nothing_from_the_second():
    """The first level is served from the far site, since only the near one reaches the second level."""
    plan = answer(ask([[5], [5]], [[5], [5]], [[1_000, 1_000], [80_000, -1]], level=[[1], [2]]))
    assert plan.flows == (Flow("site0", "item0", "posko1", 5), Flow("site1", "item0", "posko0", 5))


def test_a_poor_corner_is_not_taken_for_all():
    """Where one posko can never have more than 1/10, every other has at least that, and no stock stays behind."""
    plan = answer(ask([[1], [30]], [[10], [20], [20]], [[1_000, -1, -1], [-1, 1_000, 1_000]]))
    assert plan.min_share == {1: Fraction(1, 10)}
    assert plan.given[:, 0].sum() == 31
    assert (plan.share[:, 0] >= 0.1).all()


def test_whole_units_round_the_share():
    """Seven units over needs of 2, 3 and 4: 2/3 for the worst off is possible (2, 2, 3), 3/4 is not."""
    plan = answer(ask([[7]], [[2], [3], [4]], [[1_000, 1_000, 1_000]]))
    assert plan.min_share == {1: Fraction(2, 3)}


def test_very_large_quantities_stay_exact():
    """Shares of 12 digits and 100,000 km are whole numbers still: a unit more or less would show."""
    half = 250 * 10**9
    plan = answer(ask([[2 * half + 1]], [[2 * half], [2 * half - 1]], [[10**8, 1]]))
    assert plan.given[:, 0].tolist() == [half + 1, half]
    assert plan.min_share == {1: Fraction(half, 2 * half - 1)}
    assert plan.tonne_km == ((half + 1) * 10**8 + half) / 1e6


@pytest.mark.parametrize(
    "supply, need, distance_m",
    [
        (np.zeros((2, 0), int), np.zeros((3, 0), int), np.zeros((2, 3), int)),
        (np.zeros((0, 1), int), [[4]], np.zeros((0, 1), int)),
        ([[4]], np.zeros((0, 1), int), np.zeros((1, 0), int)),
        ([[4]], [[0]], [[1_000]]),
        ([[0]], [[4]], [[1_000]]),
        ([[4]], [[4]], [[-1]]),
    ],
    ids=["no item", "no site", "no posko", "no need", "no stock", "no road"],
)
def test_nothing_to_give(supply, need, distance_m):
    """Where nothing can be given the answer is empty, proven, and claims no share."""
    plan = answer(ask(supply, need, distance_m))
    assert plan.flows == ()
    assert plan.min_share == {}
    assert plan.tonne_km == plan.price_of_fairness_tonne_km == 0
    assert sum(row.need for row in plan.levels) == np.sum(need)


def _random_problem(*, sites: int, poskos: int, seed: int) -> AllocationProblem:
    rng = np.random.default_rng(seed)
    need = rng.integers(0, 900, (poskos, 1))
    supply = rng.integers(0, int(need.sum() // sites), (sites, 1))
    distance_m = rng.integers(1_000, 200_000, (sites, poskos))
    distance_m[rng.random((sites, poskos)) < 0.3] = -1
    return ask(supply, need, distance_m)


@pytest.mark.parametrize("seed", range(3))
def test_middle_sizes_against_linear_programs(seed):
    """A linear program finds no larger total, no cheaper flow, and no room for the next larger share."""
    problem = _random_problem(sites=6, poskos=40, seed=seed)
    plan = answer(problem)
    need, supply = problem.need[:, 0], problem.supply[:, 0]
    links = np.argwhere(problem.distance_m >= 0)
    by_site = (links[:, 0] == np.arange(6)[:, None]).astype(float)
    by_posko = (links[:, 1] == np.arange(40)[:, None]).astype(float)
    bounds = np.concatenate([supply, need])

    def largest_total(caps):
        found = linprog(-np.ones(len(links)), A_ub=np.vstack([by_site, by_posko]), b_ub=np.concatenate([supply, caps]))
        return round(-found.fun)

    share = plan.min_share[1]
    counted = (problem.distance_m[supply > 0] >= 0).any(axis=0) & (need > 0)
    floors = np.array([-(-int(n) * share.numerator // share.denominator) if c else 0 for n, c in zip(need, counted, strict=True)])
    larger = min(Fraction(int(share * n) + 1, int(n)) for n in need[counted])
    too_much = np.array([-(-int(n) * larger.numerator // larger.denominator) if c else 0 for n, c in zip(need, counted, strict=True)])
    assert plan.given.sum() == largest_total(need)
    assert largest_total(floors) == floors.sum()
    assert larger > 1 or largest_total(too_much) < too_much.sum()
    cheapest = linprog(
        problem.distance_m[links[:, 0], links[:, 1]] / 1e6,
        A_ub=np.vstack([by_site, by_posko, -by_posko]),
        b_ub=np.concatenate([bounds, -floors]),
        A_eq=np.ones((1, len(links))),
        b_eq=[plan.given.sum()],
    )
    assert plan.tonne_km == pytest.approx(cheapest.fun)


def test_the_same_question_has_the_same_answer():
    """Ties are broken alike each time, also after a trip through pickle."""
    problem = _random_problem(sites=5, poskos=60, seed=9)
    first, second = answer(problem), answer(pickle.loads(pickle.dumps(problem)))  # noqa: S301 - our own bytes
    assert first == second
    assert pickle.loads(pickle.dumps(first)) == first  # noqa: S301


def test_progress_is_told_after_each_item():
    """The last report holds the final tonne-kilometres and a fraction of 1."""
    seen: list[Progress] = []
    problem = ask([[3, 3]], [[2, 2], [2, 2]], [[1_000, 2_000]])
    plan = solve_allocation(problem, on_progress=seen.append).plan_or_raise()
    assert [report.fraction for report in seen] == [0.5, 1.0]
    assert {report.phase for report in seen} == {"allocation"}
    assert seen[-1].objective == plan.tonne_km


def test_the_plan_reads_as_table_and_text():
    """One row a need with its share; one Indonesian line an item and level, with what fell out of it."""
    problem = ask([[4], [2]], [[4], [5], [4], [3]], [[1_000, 1_000, -1, -1], [-1, -1, 2_000, -1]], level=[[1], [2], [2], [2]])
    plan = answer(problem)
    frame = plan.to_frame()
    assert frame["posko_id"].tolist() == ["posko0", "posko1", "posko2", "posko3"]
    assert frame["given"].tolist() == [4, 0, 2, 0]
    assert frame["share"].tolist() == [1, 0, 0.5, 0]
    assert plan.summary().splitlines() == [
        "item0 (prioritas 1): 4 dari 4, porsi terkecil 100,0 %",
        (
            "item0 (prioritas 2): 2 dari 12, porsi terkecil 50,0 %; 1 posko kehabisan stok oleh prioritas di atasnya; "
            "1 posko tidak terjangkau stok"
        ),
        "Angkutan 0,0 ton-km; harga pemerataan 0,0 ton-km",
    ]
