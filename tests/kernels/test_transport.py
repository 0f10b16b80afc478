"""The transport kernel against linear programs: values, prices that bound, flows; from trees of other stocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.kernels.siting.transport import list_flows, serve
from ntb_relief.kernels.siting.transport_tree import UNPLANTED
from tests.oracles.prepositioning import transport

PENALTY, BREACH = 90.0, 5_000.0


class Case:
    """Two scenarios, one item; sites first, then vendors without a bound."""

    def __init__(self, seed, *, sites=4, vendors=2, points=6):
        self.rng = np.random.default_rng(seed)
        self.sites, self.rows, self.points = sites, sites + vendors, points
        km = self.rng.uniform(1, 60, (2, points, self.rows))
        self.km = np.where(self.rng.random(km.shape) < 0.2, -1.0, km)
        self.price = self.rng.uniform(0, 9, (self.rows, 1))
        self.need = np.where(self.rng.random((2, points, 1)) < 0.3, 0.0, self.rng.integers(1, 50, (2, points, 1)).astype(float))
        self.trees = np.full((2, 1, self.rows + 3 + points), UNPLANTED, np.int32)

    def stock(self):
        share = self.rng.choice([0.0, 0.2, 0.6, 1.0], self.sites)
        supply = self.rng.uniform(0, 60, (2, self.rows, 1)) * (self.rng.random((2, self.rows, 1)) < 0.7)
        supply[:, : self.sites] *= (share > 0)[None, :, None]
        return supply, share, self.need.sum(axis=1) * self.rng.choice([0.2, 0.5, 1.0])

    def serve(self, supply, share, allowed, trees=None):
        value, unmet, breach = (np.empty((2, 1)) for _ in range(3))
        worth, link = np.empty((2, self.rows, 1)), np.empty((2, self.sites, 1))
        told = np.array([PENALTY]), np.array([BREACH]), np.array([1.3]), share, np.full((self.sites, 1), 30.0)
        trees = self.trees if trees is None else trees
        pivots = serve(self.km, self.price, supply, self.need, allowed, *told, trees, 0, 2, value, worth, link, unmet, breach)
        assert pivots >= 0
        return value, worth, link, unmet, breach

    def costs(self, w):
        return np.where(self.km[w].T >= 0, self.km[w].T * 1.3 + self.price, np.inf)

    def exact(self, w, supply, share, allowed):
        limit = np.full((self.rows, self.points), 1e9)
        limit[: self.sites] = share[:, None] * self.need[w, :, 0]
        told = {"allowed": allowed[w, 0], "penalty": PENALTY, "breach_price": BREACH}
        return transport(self.costs(w), np.minimum(limit, 1e9), supply[w, :, 0], self.need[w, :, 0], **told)


@pytest.mark.tiny
@settings(max_examples=20)
@given(st.integers(0, 10**6))
def test_values_are_exact_from_any_tree_and_their_prices_bound_every_other_stock(seed: int):
    case = Case(seed)
    before = None
    for _ in range(4):
        supply, share, allowed = case.stock()
        value, worth, link, unmet, breach = case.serve(supply, share, allowed)
        exact = np.array([case.exact(w, supply, share, allowed) for w in range(2)])
        assert value[:, 0] == pytest.approx(exact, rel=1e-7, abs=1e-6)
        assert (breach <= unmet + 1e-9).all()
        assert (breach >= unmet - allowed - 1e-6).all()
        if before is not None and (before[-1] <= allowed + 1e-12).all() and (before[-1] >= allowed - 1e-12).all():
            told, prices, links, old_supply, old_share, _ = before
            bound = told[:, 0] + ((old_supply - supply) * prices)[:, :, 0].sum(axis=1) + (old_share - share) @ links[:, :, 0].T
            assert (bound <= exact + 1e-6 * (1 + exact)).all()
        before = value, worth, link, supply, share, allowed


@pytest.mark.tiny
@settings(max_examples=20)
@given(st.integers(0, 10**6))
def test_flows_keep_stock_and_needs_and_cost_the_value(seed: int):
    case = Case(seed)
    supply, _, allowed = case.stock()
    share = np.full(case.sites, np.inf)
    value, _, _, unmet, _ = case.serve(supply, share, allowed)
    most = 2 * (case.rows + 2 + case.points)
    row, point, units, start = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most), np.empty(3, np.int64)
    list_flows(supply, case.need, allowed, case.trees, row, point, units, start)
    for w in range(2):
        rows, points, sent = (part[start[w] : start[w + 1]] for part in (row, point, units))
        costs = np.concatenate([case.costs(w), np.full((1, case.points), PENALTY), np.full((1, case.points), BREACH)])
        assert costs[rows, points] @ sent == pytest.approx(value[w, 0], rel=1e-7, abs=1e-6)
        assert np.bincount(points, sent, case.points) == pytest.approx(case.need[w, :, 0], abs=1e-6)
        assert (np.bincount(rows, sent, case.rows + 2)[: case.rows] <= supply[w, :, 0] + 1e-6).all()
        assert sent[rows >= case.rows].sum() == pytest.approx(unmet[w, 0], abs=1e-6)


def test_a_large_problem_settles():
    """The size at which an earlier search by labels went in circles: 30 sites, 30 points, 200 scenarios of three items."""
    rng = np.random.default_rng(7)
    km = rng.uniform(0, 140, (200, 30, 30))
    need = rng.integers(0, 90, (200, 30, 3)).astype(float)
    trees = np.full((200, 3, 63), UNPLANTED, np.int32)
    value, unmet, breach = (np.empty((200, 3)) for _ in range(3))
    worth, link = np.empty((200, 30, 3)), np.empty((200, 30, 3))
    three = np.ones(3)
    for _ in range(3):
        share = rng.random(30)
        supply = rng.uniform(0, 90, (200, 30, 3)) * share[None, :, None]
        told = 500 * three, 1e5 * three, three, share, np.full((30, 3), 40.0)
        pivots = serve(km, np.zeros((30, 3)), supply, need, need.sum(axis=1), *told, trees, 0, 200, value, worth, link, unmet, breach)
        assert 0 <= pivots < 200 * 3 * 63 * 20
        shortage = need.sum(axis=1) - supply.sum(axis=1)
        assert (unmet >= shortage - 1e-6).all()
