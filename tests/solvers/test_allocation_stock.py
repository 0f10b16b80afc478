"""Whose stock goes out: lots that expire, owners with rules, and what stands for an item."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from ntb_relief.errors import InputError
from ntb_relief.model.allocation import AllocationProblem, ReleaseRule, StockLot, Substitution
from ntb_relief.plan.allocation_plan import LotDraw, Substitute
from ntb_relief.solvers import allocation_network
from ntb_relief.solvers.allocation import solve_allocation

ITEMS = ("tent", "tarpaulin", "tools")


def pose(lots, need, distance_m, **rest) -> AllocationProblem:
    """Return a problem whose supply is the sum of its lots; `need` is one row a posko."""
    distance_m, need = np.array(distance_m), np.array(need)
    sites = tuple(f"s{i}" for i in range(len(distance_m)))
    items = ITEMS[: need.shape[1]]
    supply = np.zeros((len(sites), len(items)), np.int64)
    for lot in lots:
        supply[sites.index(lot.site_id), items.index(lot.item_id)] += lot.quantity
    poskos = tuple(f"p{i}" for i in range(len(need)))
    masses = np.array([55.0, 4.0, 11.0][: len(items)])
    return AllocationProblem(sites, poskos, items, supply, need, np.ones_like(need), masses, distance_m, lots=tuple(lots), **rest)


def solve(problem):
    return solve_allocation(problem).plan_or_raise()


def test_the_lot_that_expires_first_goes_first_and_the_expired_stays():
    """Of three lots the one of yesterday stays, the next to expire goes to the nearer posko, the one that keeps goes last."""
    lots = [
        StockLot("old", "s0", "tent", 5, expires_day=0),
        StockLot("keeps", "s0", "tent", 5),
        StockLot("soon", "s0", "tent", 3, expires_day=4),
    ]
    plan = solve(pose(lots, [[4], [2]], [[9000, 1000]], handout_day=1))
    assert plan.draws == (
        LotDraw("soon", "s0", "tent", "p1", 2, "tent"),
        LotDraw("soon", "s0", "tent", "p0", 1, "tent"),
        LotDraw("keeps", "s0", "tent", "p0", 3, "tent"),
    )


def test_the_kabupaten_gives_before_the_province():
    """Rank outweighs kilometres: the province backs up with what the kabupaten does not have."""
    lots = [StockLot("a", "s0", "tent", 9, "provinsi"), StockLot("b", "s1", "tent", 4, "kabupaten")]
    plan = solve(pose(lots, [[6]], [[1000], [80_000]], rules=(ReleaseRule("provinsi", rank=2),)))
    assert Counter({flow.site_id: flow.quantity for flow in plan.flows}) == {"s0": 2, "s1": 4}


def test_an_owner_releases_so_much_from_all_its_sites_together():
    """A hundred may leave BULOG's two sites, whatever they hold, and only to the poskos it names; others give freely."""
    lots = [
        StockLot("a", "s0", "tent", 90, "bulog"),
        StockLot("b", "s1", "tent", 90, "bulog"),
        StockLot("c", "s1", "tent", 7, "pmi"),
    ]
    rule = ReleaseRule("bulog", item_id="tent", most=100, posko_ids=frozenset({"p0"}))
    plan = solve(pose(lots, [[150], [50]], [[1000, 1000], [1000, 1000]], rules=(rule,)))
    assert plan.given[:, 0].sum() == 107
    assert plan.given[1, 0] == 7
    taken = Counter()
    for draw in plan.draws:
        taken[draw.lot_id] += draw.quantity
    assert taken["a"] + taken["b"] == 100


def test_substitutes_come_after_the_item_and_after_their_own_needs():
    """Tarpaulins with tool kits stand for the tents that are missing, as far as nobody needs them themselves."""
    lots = [StockLot("t", "s0", "tent", 2), StockLot("p", "s0", "tarpaulin", 10), StockLot("k", "s0", "tools", 9)]
    problem = pose(lots, [[9, 3, 0]], [[5000]], substitutions=(Substitution("tent", {"tarpaulin": 2, "tools": 1}),))
    plan = solve(problem)
    assert plan.given.tolist() == [[5, 3, 0]]
    assert plan.substitutes == (Substitute("s0", "tent", "p0", 3, (("tarpaulin", 6), ("tools", 3))),)
    assert plan.tonne_km == pytest.approx((2 * 55 + 3 * (2 * 4 + 11) + 3 * 4) * 5 / 1000)
    assert "tent: 3 diganti dengan tarpaulin + tools" in plan.summary()
    assert sum(draw.quantity for draw in plan.draws if draw.needed_id == "tent") == 2 + 6 + 3


@st.composite
def problems(draw):
    sites, poskos = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    lots = [
        StockLot(f"lot{i}", f"s{draw(st.integers(0, sites - 1))}", item, draw(st.integers(0, 6)), owner, expires_day=day)
        for i, (item, owner, day) in enumerate(
            draw(st.lists(st.tuples(st.sampled_from(ITEMS), st.sampled_from(["x", "y"]), st.sampled_from([None, 0, 2])), max_size=7))
        )
    ]
    owners = sorted({lot.owner for lot in lots})
    some = st.none() | st.sets(st.sampled_from([f"p{i}" for i in range(poskos)])).map(frozenset)
    rules = tuple(
        ReleaseRule(owner, most=draw(st.none() | st.integers(0, 6)), posko_ids=draw(some), rank=draw(st.integers(1, 2))) for owner in owners
    )
    need = [[draw(st.integers(0, 5)) for _ in ITEMS] for _ in range(poskos)]
    distance = [[draw(st.sampled_from([-1, 1000, 3000])) for _ in range(poskos)] for _ in range(sites)]
    parts = draw(st.sampled_from([{"tarpaulin": 1}, {"tarpaulin": 2, "tools": 1}, {"tools": 3}]))
    return pose(lots, need, distance, rules=rules, substitutions=(Substitution("tent", parts),), handout_day=1)


@given(problems())
@settings(max_examples=150)
def test_every_unit_is_drawn_from_a_lot_within_all_rules(problem):
    """Lots, expiry, owners' limits and poskos hold; draws add up to flows and substitutes; stock before need."""
    plan = solve(problem)
    lots = {lot.id: lot for lot in problem.lots}
    drawn, released = Counter(), Counter()
    rules = {rule.owner: rule for rule in problem.rules}
    for draw in plan.draws:
        lot = lots[draw.lot_id]
        assert lot.expires_day is None or lot.expires_day >= 1
        rule = rules[lot.owner]
        assert rule.posko_ids is None or draw.posko_id in rule.posko_ids
        drawn[draw.lot_id] += draw.quantity
        released[lot.owner, lot.item_id] += draw.quantity
    assert all(drawn[name] <= lot.quantity for name, lot in lots.items())
    assert all(rules[owner].most is None or units <= rules[owner].most for (owner, _), units in released.items())
    given_out = Counter()
    for flow in plan.flows:
        given_out[flow.site_id, flow.item_id, flow.posko_id] += flow.quantity
    for one in plan.substitutes:
        for part, units in one.parts:
            given_out[one.site_id, part, one.posko_id] += units
    by_draw = Counter()
    for draw in plan.draws:
        by_draw[draw.site_id, draw.item_id, draw.posko_id] += draw.quantity
    assert by_draw == given_out
    assert (plan.given <= problem.need).all()
    for lot in problem.lots:  # first expired, first out: nothing goes from a later lot while an earlier one has units left
        for other in problem.lots:
            if (
                (lot.site_id, lot.owner, lot.item_id) == (other.site_id, other.owner, other.item_id)
                and lot.expires_day == 2
                and drawn[lot.id] < lot.quantity
            ):
                assert other.expires_day is not None or not drawn[other.id]


@given(problems())
@settings(max_examples=80)
def test_few_links_first_change_nothing(problem):
    """With owners' limits and ranks too, answers proven on a part of the links are those of all links."""
    plan = solve(problem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation_network, "MOST_LINKS", 0)
        patch.setattr(allocation_network, "_NEAR", 1)
        sparse = solve(problem)
    assert sparse.levels[1:] == plan.levels[1:]
    assert sparse.given[:, 1:].sum() == plan.given[:, 1:].sum()
    if not problem.substitutions or not plan.substitutes:
        assert sparse.tonne_km == pytest.approx(plan.tonne_km)


@given(problems())
@settings(max_examples=60)
def test_totals_under_rules_are_those_of_a_linear_program(problem):
    """Of items without substitutes as much goes out as lots, owners' limits, allowed poskos and roads let through."""
    plan = solve(problem)
    rules = {rule.owner: rule for rule in problem.rules}
    for item in (1, 2):
        lots = [lot for lot in problem.lots if lot.item_id == ITEMS[item] and (lot.expires_day is None or lot.expires_day >= 1)]
        links = [
            (lot, p)
            for lot in lots
            for p, name in enumerate(problem.posko_ids)
            if problem.distance_m[problem.site_ids.index(lot.site_id), p] >= 0
            and (rules[lot.owner].posko_ids is None or name in rules[lot.owner].posko_ids)
        ]
        rows = [([lot is one for lot, _ in links], one.quantity) for one in lots]
        rows += [([q == p for _, q in links], problem.need[p, item]) for p in range(len(problem.posko_ids))]
        rows += [([lot.owner == name for lot, _ in links], rule.most) for name, rule in rules.items() if rule.most is not None]
        total = plan.given[:, item].sum()
        if not links:
            assert total == 0
            continue
        found = linprog(-np.ones(len(links)), A_ub=np.array([row for row, _ in rows], float), b_ub=[limit for _, limit in rows])
        assert total == round(-found.fun)


@given(problems())
@settings(max_examples=60)
def test_own_needs_are_served_as_if_there_were_no_substitutes(problem):
    """What stands for another item is taken from the rest: its own needs get as much as without, and tents get no less."""
    plan, plain = solve(problem), solve(problem.replace(substitutions=()))
    assert plan.given[:, 1:].sum(axis=0).tolist() == plain.given[:, 1:].sum(axis=0).tolist()
    assert plan.given[:, 0].sum() >= plain.given[:, 0].sum()


def issues_of(**changes):
    lots = (StockLot("a", "s0", "tent", 5, "x"), StockLot("b", "s0", "tarpaulin", 5, "x"))
    with pytest.raises(InputError) as caught:
        pose(lots, [[1, 1]], [[1]]).replace(**changes)
    return [str(issue) for issue in caught.value.issues]


@pytest.mark.parametrize(
    "changes, issue",
    [
        (
            {"lots": (StockLot("a", "s0", "tent", 4, "x"), StockLot("b", "s0", "tarpaulin", 5))},
            "lots of site 's0', item 'tent': add up to 4, the supply is 5; make them agree",
        ),
        ({"lots": (StockLot("a", "s9", "tent", 5),)}, "lot 'a': site 's9' is not known; use one of the 1 sites of the problem"),
        ({"lots": (StockLot("a", "s0", "tent", -5),)}, "lot 'a': quantity is -5; give whole units from 0 to 1e+12"),
        (
            {"rules": (ReleaseRule("y"),)},
            "release rule of 'y': the owner has no lot; give the lots with their owners, or leave the rule out",
        ),
        ({"rules": (ReleaseRule("x", most=-1),)}, "release rule of 'x': most is -1; give whole units >= 0, or None for no limit"),
        ({"rules": (ReleaseRule("x", rank=0),)}, "release rule of 'x': rank is 0; give 1 (used first) to 20"),
        (
            {"rules": (ReleaseRule("x", posko_ids=frozenset({"q"})),)},
            "release rule of 'x': posko 'q' is not known; use one of the 1 poskos of the problem",
        ),
        ({"substitutions": (Substitution("tent", {}),)}, "substitution for 'tent': has no parts; name at least one item with its units"),
        (
            {"substitutions": (Substitution("tent", {"tarpaulin": 0}),)},
            "substitution for 'tent': takes 0 of 'tarpaulin'; give whole units, 1 or more, for one unit of the item",
        ),
        (
            {"substitutions": (Substitution("tent", {"tarpaulin": 1}), Substitution("tarpaulin", {"tent": 1}))},
            "substitutions: go round in a circle through 'tent', 'tarpaulin'; leave one of them out: each needs the other served first",
        ),
        (
            {"substitutions": (Substitution("tent", {"tarpaulin": 1}), Substitution("tent", {"tarpaulin": 2}))},
            "substitutions for 'tent': 'tarpaulin' is a part of 2 of them; name each part in one of them only",
        ),
    ],
)
def test_what_is_refused(changes, issue):
    """Lots that do not add up, rules for nobody, and circles of substitutes, each with its fix."""
    assert issue in issues_of(**changes)
