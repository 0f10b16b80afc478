"""What happens after the event under a stock: costs, what is missing, and prices that bound the cost of every other stock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import SolverError
from ..kernels.siting.transport import list_flows, serve
from ..kernels.siting.transport_tree import UNPLANTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..model.prepositioning import PrepositioningProblem, StockScenario

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int32]

_JITTER: Final = 1e-11
"""Part of the longest way added at random to ways: the kernel wants costs without ties."""
_REACH_JITTER: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Outcome:
    """Scenarios under one stock.

    Parameters
    ----------
    value : float64 array, shape (W, I)
        Least cost of serving.
    slope, link : float64 array, shape (W, S, I)
        Under any stock and openings the value is at least ``value + sum_s (stock - new stock) slope + (share - new share) link``.
    unmet, breach : float64 array, shape (W, I)
        Units unmet, and those of them that the service level forbids.
    """

    value: Floats
    slope: Floats
    link: Floats
    unmet: Floats
    breach: Floats


@dataclass(frozen=True, slots=True)
class Prices:
    """What the kernel counts: kilometres with a jitter, prices, penalties, carriage, and the trees of the last solve."""

    km: Floats
    price: Floats
    penalty: Floats
    breach: Floats
    carry: Floats
    trees: Ints


class Recourse:
    """All scenarios of a problem as arrays; rows are the sites, then the vendors."""

    def __init__(self, problem: PrepositioningProblem, scenarios: Sequence[StockScenario], *, threads: int = 1) -> None:
        site = {name: row for row, name in enumerate(problem.site_ids)}
        item = {name: col for col, name in enumerate(problem.item_ids)}
        places = np.array([site[vendor.site_id] for vendor in problem.vendors], np.int64)
        self._num_sites, self._threads, self._is_settled = len(site), threads, True
        self.probability = np.array([one.probability for one in scenarios])
        self.need = np.array([one.need for one in scenarios])
        survival = np.array([one.survival for one in scenarios])
        self._survival = np.concatenate([survival, survival[:, places]], axis=1)
        self._sold = np.zeros((len(places), len(item)))
        price = np.zeros((len(site) + len(places), len(item)))
        for row, vendor in enumerate(problem.vendors):
            self._sold[row, item[vendor.item_id]] = vendor.quantity
            price[len(site) + row, item[vendor.item_id]] = vendor.price_idr
        km = np.array([one.distance_m for one in scenarios]).transpose(0, 2, 1) / 1000.0
        km = np.concatenate([km, km[:, :, places]], axis=2)
        self.allowed = self._allowed(problem, km, price)
        self.is_guarded = bool((self.allowed < self.need.sum(axis=1)).any())
        noise = np.random.default_rng(0).random(km.shape)
        self._prices = self._cost_prices(problem, km + _JITTER * max(1.0, float(km.max(initial=0.0))) * noise * (km >= 0), price)
        none = np.zeros_like(problem.penalty_idr)
        trees = _no_trees(self._prices.trees.shape) if self.is_guarded else self._prices.trees
        self._reach = Prices(np.where(km >= 0, _REACH_JITTER * noise, -1.0), 0 * price, none, none + 1.0, none + 1.0, trees)

    def _cost_prices(self, problem: PrepositioningProblem, km: Floats, price: Floats) -> Prices:
        num_scenarios, num_points, num_rows = km.shape
        dearest = problem.penalty_idr + km.max(initial=0.0) * problem.carry_idr_km + price.max(axis=0, initial=0.0)
        # No chain of changed deliveries that spares one unit can cost more: the price acts as a constraint.
        breach = (min(num_rows, num_points) + 3.0) * 2.0 * np.maximum(dearest, 1.0)
        shape = num_scenarios, len(problem.item_ids), num_rows + 3 + num_points
        return Prices(np.ascontiguousarray(km), price, problem.penalty_idr.copy(), breach, problem.carry_idr_km.copy(), _no_trees(shape))

    def _allowed(self, problem: PrepositioningProblem, km: Floats, price: Floats) -> Floats:
        """Return the units that may stay unmet: all without a service level, all at points that nothing reaches."""
        total: Floats = self.need.sum(axis=1)
        share = np.array([problem.service.get(name, 0.0) for name in problem.item_ids])
        if not share.any():
            return total
        allowed: Floats = total.copy()
        has_room = np.concatenate([problem.capacity_l.max(axis=1, initial=0.0) > 0, np.ones(len(price) - self._num_sites, bool)])
        for col in np.flatnonzero(share):
            sells = np.concatenate([has_room[: self._num_sites], self._sold[:, col] > 0])
            is_reached = ((km >= 0) & (sells & (self._survival > 0))[:, None, :]).any(axis=2)
            allowed[:, col] -= share[col] * (self.need[:, :, col] * is_reached).sum(axis=1)
        return allowed

    def serve(self, stock: Floats, *, share: Floats, usual: Floats) -> Outcome:
        """Serve all scenarios at least cost; ``share`` is the part of each site that is open, ``usual`` what an open site holds."""
        return self._serve(self._prices, stock, share, usual)

    def reach(self, stock: Floats, *, share: Floats, usual: Floats) -> Outcome:
        """Serve as much as the service level asks, whatever it costs: the value is what is missing."""
        return self._serve(self._reach, stock, share, usual)

    def _serve(self, prices: Prices, stock: Floats, share: Floats, usual: Floats) -> Outcome:
        num_scenarios, num_items = self.allowed.shape
        supply = self._supply(stock)
        value, unmet, breach = (np.empty((num_scenarios, num_items)) for _ in range(3))
        worth = np.empty(supply.shape)
        link = np.empty((num_scenarios, self._num_sites, num_items))

        def run(part: tuple[int, int]) -> int:
            return serve(
                prices.km, prices.price, supply, self.need, self.allowed, prices.penalty, prices.breach, prices.carry, share, usual,
                prices.trees, *part, value, worth, link, unmet, breach,
            )  # fmt: skip

        cuts = [num_scenarios * k // self._threads for k in range(self._threads + 1)]
        parts = list(pairwise(cuts))
        if len(parts) == 1:
            codes = [run(parts[0])]
        else:
            with ThreadPoolExecutor(len(parts)) as pool:
                codes = list(pool.map(run, parts))
        self._is_settled = min(codes) >= 0
        if not self._is_settled:
            # A tree that rounding led astray: plant it anew next time. Values and prices hold as bounds all the same.
            prices.trees[:, :, -1] = UNPLANTED
        slope = self._survival[:, : self._num_sites, None] * worth[:, : self._num_sites]
        return Outcome(value, slope, link, unmet, breach)

    def flows(self, stock: Floats) -> tuple[Ints, Ints, Ints, Ints, Floats]:
        """Return the deliveries of all scenarios: scenario, item, row (sites, then vendors), point and units."""
        num_scenarios, num_items = self.allowed.shape
        num_rows = len(self._prices.price)
        fresh = replace(self._prices, trees=_no_trees(self._prices.trees.shape))
        self._serve(fresh, stock, np.full(self._num_sites, np.inf), np.zeros(stock.shape))
        if not self._is_settled:
            message = "the transport kernel did not settle on a plan's deliveries"
            raise SolverError(message)
        most = num_scenarios * num_items * (num_rows + 2 + self.need.shape[1])
        row, point = np.empty(most, np.int32), np.empty(most, np.int32)
        units = np.empty(most)
        start = np.empty(num_scenarios * num_items + 1, np.int64)
        list_flows(self._supply(stock), self.need, self.allowed, fresh.trees, row, point, units, start)
        block = np.repeat(np.arange(num_scenarios * num_items, dtype=np.int32), np.diff(start))
        kept = np.flatnonzero(row[: start[-1]] < num_rows)
        scenario, item = np.divmod(block[kept], num_items)
        return scenario.astype(np.int32), item.astype(np.int32), row[kept], point[kept], units[kept]

    def _supply(self, stock: Floats) -> Floats:
        return np.ascontiguousarray(self._survival[:, :, None] * np.concatenate([stock, self._sold])[None])


def _no_trees(shape: tuple[int, ...]) -> Ints:
    trees = np.zeros(shape, np.int32)
    trees[:, :, -1] = UNPLANTED
    return trees
