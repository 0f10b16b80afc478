"""The kernels of the siting engine against plain Python that tries everything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.kernels.rng import seed_state
from ntb_relief.kernels.siting.ascent import BEST, ascend, bound_at, make_dual
from ntb_relief.kernels.siting.assign import improve_assignment, start_assignment
from ntb_relief.kernels.siting.branch import DONE, branch, make_tree, set_cost
from ntb_relief.kernels.siting.budget import fill_budget
from ntb_relief.kernels.siting.choice import fix_sites, smallest
from ntb_relief.kernels.siting.core import make_core
from ntb_relief.kernels.siting.cover import drop_supersets
from ntb_relief.kernels.siting.cover_search import (
    Cover,
    anneal_cover,
    best_swap,
    descend_cover,
    drop_subsets,
    make_cover_state,
    near_swap,
    start_cover,
)
from ntb_relief.kernels.siting.knapsack import Sites, ascend_sites, bound_sites, fix_pairs, make_load
from ntb_relief.kernels.siting.lists import restrict_lists
from ntb_relief.kernels.siting.moves import REMOVE, make_state, move, start_state, swap_gain
from ntb_relief.kernels.siting.reassign import enter, exchange_change, make_lodging, reassign, shift_change, total_cost
from ntb_relief.kernels.siting.search import make_log, polish, search
from tests.oracles import siting as slow

SEEDS = st.integers(0, 2**32)


def cores(seed):
    """Return a small core, modes and limits on the number of sites."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 8)), int(rng.integers(2, 7))
    cost = rng.integers(0, 20, (n, m)).astype(float)
    cost[rng.random((n, m)) < 0.2] = 99.0
    order = np.argsort(cost, axis=1, kind="stable").astype(np.int32)
    ranked = np.take_along_axis(cost, order, axis=1)
    kept = ranked < 99
    start = np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int64)
    core = make_core(start, order[kept], ranked[kept], fixed=rng.integers(0, 9, m).astype(float), outside=np.full(n, 50.0))
    mode = rng.choice([0, 0, 0, 1, -1], m).astype(np.int8)
    mode[0] = 0
    low = max(1, int((mode > 0).sum()))
    high = int(rng.integers(low, int((mode >= 0).sum()) + 1))
    return core, mode, low, high, rng


@settings(max_examples=80, deadline=None)
@given(SEEDS)
def test_the_lagrangian_bound_is_the_best_relaxed_set_and_fixing_loses_no_good_one(seed):
    core, mode, low, high, rng = cores(seed)
    price = rng.random(len(core.outside)) * 30
    dual = make_dual(price, len(mode))
    bound = bound_at(core, mode, low, high, price, dual)
    sets = slow.allowed_sets(mode, low, high)
    relaxed = [slow.relaxed_cost(core, price, chosen) for chosen in sets]
    assert bound == pytest.approx(min(relaxed), abs=1e-9)
    slack = float(rng.random() * 10)
    fixed = mode.copy()
    fix_sites(dual.rho, dual.chosen, dual.edges, slack, fixed)
    for chosen, value in zip(sets, relaxed, strict=True):
        if value <= bound + slack - 1e-9:
            assert all(x if f > 0 else not x or f == 0 for x, f in zip(chosen, fixed, strict=True))


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_the_ascent_stays_below_the_optimum_and_branching_reaches_it(seed):
    core, mode, low, high, _ = cores(seed)
    costs = {chosen: slow.core_cost(core, chosen) for chosen in slow.allowed_sets(mode, low, high)}
    best = min(costs.values())
    some = np.array(next(iter(costs)), np.int8)
    assert set_cost(core, some) == pytest.approx(slow.core_cost(core, some))
    dual = make_dual(core.outside / 2, len(mode))
    ascend(core, mode, low, high, dual, best, 1e300, 200)
    assert dual.knobs[BEST] <= best + 1e-9
    tree = make_tree(mode, dual.best, bound=dual.knobs[BEST], upper=1e6, best=some, depth=len(mode))
    while branch(core, low, high, dual, tree, 1e-6, 20, 100) != DONE:
        pass
    assert tree.upper[0] == pytest.approx(best)
    assert costs[tuple(tree.best.tolist())] == pytest.approx(best)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_swaps_change_the_cost_by_their_gain_and_the_search_keeps_its_books(seed):
    core, mode, low, high, rng = cores(seed)
    sets = slow.allowed_sets(mode, low, high)
    chosen = np.array(sets[int(rng.integers(len(sets)))], np.int8)
    state, log = make_state(len(core.outside), len(mode)), make_log()
    start_state(core, mode, chosen, state)
    before = slow.core_cost(core, chosen)
    assert state.cost[0] == pytest.approx(before)
    for add in np.flatnonzero((chosen == 0) & (mode == 0)):
        gain = swap_gain(core, state, mode, int(add), low, high)
        drop = int(state.tally[REMOVE])
        if gain >= 1e200:
            continue
        move(core, state, mode, int(add), drop, 1)
        assert state.cost[0] == pytest.approx(before + gain)
        assert state.cost[0] == pytest.approx(slow.core_cost(core, state.is_open))
        start_state(core, mode, chosen, state)
    polish(core, mode, low, high, state, log, np.arange(len(mode)), 1 << 40)
    search(core, mode, low, high, state, log, seed_state(seed), 3.0, 2000, -1.0)
    assert state.cost[0] == pytest.approx(slow.core_cost(core, state.is_open))
    assert state.cost[1] == pytest.approx(slow.core_cost(core, state.best))
    assert tuple(state.best.tolist()) in sets


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_lists_turn_and_lose_what_is_shut_or_useless(seed):
    core, mode, _, _, rng = cores(seed)
    by_site = sorted((int(core.row_site[e]), i) for i in range(len(core.outside)) for e in range(core.row_start[i], core.row_start[i + 1]))
    names = np.repeat(np.arange(len(mode)), np.diff(core.col_start))
    assert list(zip(names.tolist(), core.col_row.tolist(), strict=True)) == by_site
    start, sites, costs = restrict_lists(core, mode, np.arange(len(mode), dtype=np.int32))
    for i in range(len(core.outside)):
        expected = []
        for e in range(core.row_start[i], core.row_start[i + 1]):
            if mode[core.row_site[e]] >= 0:
                expected.append((int(core.row_site[e]), float(core.row_cost[e])))
            if mode[core.row_site[e]] > 0:
                break
        assert list(zip(sites[start[i] : start[i + 1]].tolist(), costs[start[i] : start[i + 1]].tolist(), strict=True)) == expected
    values = rng.integers(0, 9, 12).astype(float)
    assert [smallest(values.copy(), 12, k) for k in range(12)] == sorted(values.tolist())


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_sets_that_contain_another_are_dropped(seed):
    rng = np.random.default_rng(seed)
    bits = rng.integers(0, 8, (9, 2)).astype(np.uint64)
    cost, locked = rng.integers(0, 2, 9).astype(float), (rng.random(9) < 0.2).astype(np.int8)
    alive = np.ones(9, np.int8)
    dropped = drop_supersets(bits, cost, alive, locked)
    sets = [{(w, b) for w in range(2) for b in range(3) if int(row[w]) >> b & 1} for row in bits]
    assert (alive > 0).tolist() == slow.minimal_sets(sets, cost, locked)
    assert dropped == 9 - alive.sum()


def covers(seed):
    """Return a small cover, modes and a number of sites."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 10)), int(rng.integers(2, 8))
    table = rng.random((n, m)) < 0.35
    mode = rng.choice([0, 0, 0, 0, 1, -1], m).astype(np.int8)
    mode[:2] = 0
    table[:, mode < 0] = False
    point, site = np.nonzero(table)
    site_too, point_too = np.nonzero(table.T)
    ends = [np.concatenate([[0], np.cumsum(table.sum(axis=axis))]).astype(np.int64) for axis in (1, 0)]
    assert len(point) == len(site_too)
    cover = Cover(ends[0], site.astype(np.int32), ends[1], point_too.astype(np.int32), rng.integers(1, 9, n).astype(float))
    low = max(1, int((mode > 0).sum()))
    return cover, mode, int(rng.integers(low, int((mode >= 0).sum()) + 1)), rng


@settings(max_examples=80, deadline=None)
@given(SEEDS)
def test_cover_swaps_change_the_lost_weight_by_what_they_say(seed):
    cover, mode, p, _ = covers(seed)
    state = make_cover_state(len(cover.weight), len(mode))
    start_cover(cover, mode, np.zeros(len(mode), np.int8), p, state)
    assert state.is_open.sum() == p
    lost = slow.lost_weight(cover, state.is_open)
    assert state.lost[0] == pytest.approx(lost)
    closed = [j for j in range(len(mode)) if state.is_open[j] == 0 and mode[j] == 0]
    for drop in np.flatnonzero(state.is_open).tolist():
        changes = {}
        for add in closed:
            after = state.is_open.copy()
            after[drop], after[add] = 0, 1
            changes[add] = slow.lost_weight(cover, after) - lost
            assert near_swap(cover, state, drop, add) == pytest.approx(changes[add])
        if closed:
            start_cover(cover, mode, state.best, p, state)
            add, change, _ = best_swap(cover, mode, state, drop)
            assert change == pytest.approx(min(changes.values()))
            assert changes[add] == pytest.approx(change)
    anneal_cover(cover, mode, state, seed_state(seed), 2.0, 0.999, 5000, -1.0)
    descend_cover(cover, mode, state)
    assert state.lost[0] == pytest.approx(slow.lost_weight(cover, state.is_open))
    assert state.lost[1] == pytest.approx(slow.lost_weight(cover, state.best))
    assert state.best.sum() == p
    assert all(state.best[mode > 0])


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_sites_that_another_one_outdoes_are_not_missed(seed):
    cover, mode, p, _ = covers(seed)
    alive = np.zeros(len(mode), np.int8)
    left = drop_subsets(cover, mode, np.zeros(len(cover.weight), np.int64), alive)
    assert left == alive.sum()
    assert all(alive[mode > 0])
    assert not alive[mode < 0].any()
    if left >= p:
        best = min(slow.lost_weight(cover, chosen) for chosen in slow.allowed_sets(mode, p, p))
        kept = np.where(alive > 0, mode, -1)
        assert min(slow.lost_weight(cover, chosen) for chosen in slow.allowed_sets(kept, p, p)) == pytest.approx(best)


def capacitated(seed):
    """Return a small single-source question."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(2, 7)), int(rng.integers(2, 5))
    demand = rng.integers(1, 6, n).astype(float)
    room = rng.integers(4, 12, m).astype(float)
    room[0] = max(room[0], demand.sum() - room[1:].sum(), demand.max())
    cost = rng.integers(0, 30, (m, n)).astype(float)
    cost[1:][rng.random((m - 1, n)) < 0.15] = np.inf
    fixed = rng.integers(0, 20, m).astype(float)
    return Sites(cost, demand, room, fixed, np.array([1, m], np.int64), np.array([1], np.int64)), rng


@settings(max_examples=50, deadline=None)
@given(SEEDS)
def test_the_knapsack_bound_is_the_best_choice_of_filled_sites_and_fixing_keeps_good_pairs(seed):
    sites, rng = capacitated(seed)
    m, n = sites.cost.shape
    price, mode = rng.random(n) * 40, np.zeros(m, np.int8)
    load = make_load(sites, price)
    bound = bound_sites(sites, mode, load)
    gains = np.minimum(np.where(np.isfinite(sites.cost), sites.cost - price, 0.0), 0.0)
    value = [sites.fixed[j] + slow.knapsack(gains[j], sites.demand, sites.capacity[j]) for j in range(m)]
    assert load.value == pytest.approx(value)
    holds = [s for s in slow.allowed_sets(mode, 1, m) if np.dot(s, sites.capacity) >= sites.demand.sum()]
    assert bound <= price.sum() + min(float(np.dot(s, value)) for s in holds) + 1e-9
    answers = {}
    for owner in np.ndindex(*(m,) * n):
        loads = np.bincount(owner, weights=sites.demand, minlength=m)
        if (loads <= sites.capacity).all():
            answers[owner] = sum(sites.fixed[j] for j in set(owner)) + sites.cost[list(owner), np.arange(n)].sum()
    best = min(answers.values(), default=np.inf)
    assert bound <= best + 1e-9
    allowed = np.isfinite(sites.cost).astype(np.int8)
    slack = 8.0
    fix_pairs(sites, mode, load, slack, allowed)
    for owner, cost in answers.items():
        if cost <= bound + slack - 1e-9:
            assert all(allowed[j, i] for i, j in enumerate(owner))
    if np.isfinite(best):
        ascend_sites(sites, mode, load, best, 1e300, 60)
        assert load.knobs[BEST] <= best + 1e-9


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_shifts_and_exchanges_change_the_cost_by_what_they_say_and_the_best_answer_is_one(seed):
    sites, rng = capacitated(seed)
    sites = sites._replace(cost=np.where(np.isfinite(sites.cost), sites.cost, 60.0))
    m, n = sites.cost.shape
    near = np.argsort(sites.cost, axis=0).T.astype(np.int32).copy()
    lodging = make_lodging(near, m, 3.0)
    enter(sites, lodging, np.ones(m, np.int8), rng.integers(0, m, n).astype(np.int32))
    cost = slow.assignment_cost(sites, lodging.is_open, lodging.owner, 3.0)
    assert total_cost(sites, lodging) == pytest.approx(cost)
    for i in range(n):
        for j in range(m):
            if j != lodging.owner[i]:
                owner = lodging.owner.copy()
                owner[i] = j
                assert shift_change(sites, lodging, i, j) == pytest.approx(slow.assignment_cost(sites, lodging.is_open, owner, 3.0) - cost)
        for k in range(n):
            if lodging.owner[i] != lodging.owner[k]:
                owner = lodging.owner.copy()
                owner[[i, k]] = owner[[k, i]]
                change = slow.assignment_cost(sites, lodging.is_open, owner, 3.0) - cost
                assert exchange_change(sites, lodging, i, k) == pytest.approx(change)
    reassign(sites, np.zeros(m, np.int8), lodging, seed_state(seed), 4.0, 4000, -1.0)
    assert lodging.load == pytest.approx(np.bincount(lodging.owner, weights=sites.demand, minlength=m))
    if lodging.money[1] < 1e299:
        assert (np.bincount(lodging.best, weights=sites.demand, minlength=m) <= sites.capacity + 1e-9).all()
        assert lodging.money[1] == pytest.approx(slow.assignment_cost(sites, lodging.best_open, lodging.best, 0.0))
        assert all(lodging.best_open[lodging.best])


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_an_assignment_by_regret_stays_within_the_capacities_and_mending_makes_it_no_dearer(seed):
    sites, _ = capacitated(seed)
    m, n = sites.cost.shape
    owner, room, is_open = np.zeros(n, np.int32), np.zeros(m), np.ones(m, np.int8)
    lost = start_assignment(sites, is_open, np.zeros(m), owner, room)
    assert lost == sites.demand[owner < 0].sum()
    before = sum(sites.cost[j, i] for i, j in enumerate(owner) if j >= 0)
    improve_assignment(sites, is_open, owner, room)
    loads = np.bincount(owner[owner >= 0], weights=sites.demand[owner >= 0], minlength=m)
    assert room == pytest.approx(sites.capacity - loads)
    assert (room >= -1e-9).all()
    if lost == 0:
        assert sites.cost[owner, np.arange(n)].sum() <= before + 1e-9


@settings(max_examples=80, deadline=None)
@given(SEEDS)
def test_filling_a_budget_opens_what_saves_most_for_the_money(seed):
    core, mode, _, _, rng = cores(seed)
    price, worth = rng.integers(0, 9, len(mode)).astype(float), 1 + rng.random(len(mode))
    left = float(rng.integers(0, 25))
    chosen = (mode > 0).astype(np.int8)
    expected = slow.fill_budget(core, mode, price, worth, left, chosen)
    cost = fill_budget(core, mode, price, worth, left, chosen)
    assert chosen.astype(bool).tolist() == expected
    assert cost == pytest.approx(slow.unfixed_cost(core, expected))
