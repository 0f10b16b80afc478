"""Search and bound where sites have capacities: Lagrangian bounds, and the hunt from the sites they open."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ..kernels.siting.ascent import BEST, STEP
from ..kernels.siting.assign import improve_assignment, start_assignment
from ..kernels.siting.knapsack import Sites, ascend_sites, make_load
from ..model.facility_location_goals import MaxCover, PMedian
from .siting_highs import transport
from .siting_lodge import LodgeHunt

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..model.facility_location import FacilityLocationProblem
    from ..model.facility_location_goals import Goal
    from .siting_clock import Clock

_WORK: Final = 20_000_000
"""Steps of the knapsacks in one bounded step of the ascent, some 50 ms."""
_TABLE: Final = 60_000_000
"""Dynamic programs are used up to so many table entries an iteration."""
_ROUNDING: Final = 1e-7
_CLIMB: Final = 0.5
"""Share of the time for bound and search; the rest is for the core."""
_NEVER: Final = 1e299
"""Below what the kernels return where the limits on sites cannot be kept."""


@dataclass(slots=True)
class CapacitatedAnswer:
    """Open sites (M,), shares (M, N), cost and bound; no sites where none are known to hold the demand."""

    chosen: NDArray[np.bool_]
    shares: NDArray[np.float64] | None
    cost: float
    bound: float


def dense_cost(problem: FacilityLocationProblem) -> NDArray[np.float64]:
    """Return the cost from every demand point to every site, shape (N, M), infinity where none is given."""
    if problem.nearest is None:
        return problem.cost
    dense = np.full((len(problem.demand_ids), len(problem.site_ids)), math.inf)
    row, entry = np.nonzero(problem.nearest >= 0)
    dense[row, problem.nearest[row, entry]] = problem.cost[row, entry]
    return dense


def encode_sites(problem: FacilityLocationProblem, goal: Goal) -> Sites:
    """Return a capacitated question as arrays: costs of whole demand points, infinite where a site cannot serve."""
    m, n = len(problem.site_ids), len(problem.demand_ids)
    dense = dense_cost(problem)
    with np.errstate(invalid="ignore"):
        cost = np.where(np.isfinite(dense), dense * problem.weights[:, None], math.inf)
    demand = np.zeros(n) if problem.demand is None else problem.demand.copy()
    capacity = np.full(m, demand.sum()) if problem.capacity is None else np.minimum(problem.capacity, demand.sum())
    whole = problem.is_single_source and all((x == np.rint(x)).all() for x in (demand, capacity))
    p = goal.p if isinstance(goal, PMedian | MaxCover) else None
    limits = (1, m) if p is None else (p, p)
    return Sites(
        cost=np.ascontiguousarray(cost.T),
        demand=demand,
        capacity=capacity,
        fixed=np.zeros(m) if isinstance(goal, PMedian) else problem.opening_costs,
        low_high=np.array(limits, np.int64),
        whole=np.array([whole and m * n * capacity.max() <= _TABLE], np.int64),
    )


class CapacitatedSearch:
    """One search over sites with capacities.

    Parameters
    ----------
    sites : Sites
    mode : int8 array, shape (M,)
    is_single : bool
        Whether demand points are served by one site each.
    seed : int
    """

    def __init__(self, sites: Sites, *, mode: NDArray[np.int8], is_single: bool, seed: int) -> None:
        self.sites, self.mode, self.is_single = sites, mode.copy(), is_single
        m = len(sites.fixed)
        self.best = CapacitatedAnswer(np.zeros(m, bool), None, math.inf, -math.inf)
        self.seen: set[bytes] = set()
        self.hunt = LodgeHunt(sites, self.mode, seed)
        self.is_hunting = False
        whole = all((x == np.rint(x)).all() for x in (sites.cost[np.isfinite(sites.cost)], sites.fixed))
        self.grain = 1.0 if whole and is_single else 0.0
        share = np.divide(sites.fixed, sites.capacity, out=np.full(m, math.inf), where=sites.capacity > 0)
        with np.errstate(invalid="ignore"):
            full = sites.cost + np.where(sites.demand > 0, share[:, None] * sites.demand, 0.0)
        full[mode < 0] = math.inf
        self.load = make_load(sites, np.where(np.isfinite(full), full, sites.cost).min(axis=0, where=(mode >= 0)[:, None], initial=1e300))
        self.ceiling = float(np.where(np.isfinite(sites.cost), sites.cost, 0.0).max(axis=0).sum() + sites.fixed.sum())
        self.steps = 0

    @property
    def margin(self) -> float:
        """What a better solution is better by at least."""
        return self.grain * (1 - 1e-6) if self.grain else _ROUNDING * max(1e-9, min(abs(self.best.cost), self.ceiling))

    @property
    def is_proven(self) -> bool:
        """Whether no choice of sites is better."""
        return self.best.bound >= self.best.cost - self.margin

    def run(self, clock: Clock) -> CapacitatedAnswer:
        """Search until proven, out of time, or the bound rises no more: then `SiteTree` branches."""
        while not (self.is_proven or clock.is_over) and self.load.knobs[STEP] >= 1e-3:  # noqa: PLR2004 - the steps have vanished
            self._climb()
            self.try_sites(self.load.open > 0)
            if self.steps % 4 == 0:
                self.try_sites(self.load.usage > 0.5)  # noqa: PLR2004 - open more often than not
            if not self.is_proven:
                self.look_around(clock)
            clock.step(self.best.cost)
            if clock.fraction > _CLIMB:
                break
        return self.best

    def look_around(self, clock: Clock) -> None:
        """Search a bounded step around the best answer, or around the sites the bound opens."""
        if not self.is_hunting:
            chosen, owner = self._fill(self.load.usage > 0.5), np.full(self.sites.cost.shape[1], -1, np.int32)  # noqa: PLR2004 - as above
            if self.hunt.least < _NEVER:
                chosen, owner = self.hunt.best
            if self.is_single and self.best.shares is not None and self.best.cost < self.hunt.least:
                chosen, owner = self.best.chosen, self.best.shares.argmax(axis=0).astype(np.int32)
            self.hunt.begin(chosen, owner)
            self.is_hunting = True
        before = self.hunt.least
        self.is_hunting = self.hunt.step(
            self.best.bound if self.is_single else -math.inf, clock, until=_CLIMB if clock.fraction < _CLIMB else 1.0
        )
        if self.hunt.least < before:
            self._take_best()

    def _take_best(self) -> None:
        chosen, owner = self.hunt.best
        if not self.is_single:
            self.try_sites(chosen)
            return
        m, n = self.sites.cost.shape
        shares = np.zeros((m, n))
        shares[owner, np.arange(n)] = 1.0
        self.offer(chosen, shares)

    def _climb(self) -> None:
        m, n = self.sites.cost.shape
        size = m * n * (0.2 * self.sites.capacity.max() if self.sites.whole[0] else 10)
        iterations = int(min(100, max(4, _WORK // max(1.0, size))))
        upper = min(self.best.cost, 1.1 * self.ceiling)
        ascend_sites(self.sites, self.mode, self.load, upper, upper - self.margin, iterations)
        self.steps += 1
        self.raise_bound(float(self.load.knobs[BEST]))

    def raise_bound(self, bound: float) -> None:
        """Take over a bound on every answer if it is the best, rounded up where costs are whole."""
        if self.grain:
            bound = float(math.ceil(bound - 1e-6 * max(1.0, 1e-6 * abs(bound)))) if math.isfinite(bound) else bound
        # Without a known solution an infinite bound proves that there is none.
        self.best.bound = min(max(self.best.bound, bound if bound < _NEVER else math.inf), self.best.cost)

    def _fill(self, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return the wanted sites, mended to keep the limits on their number and to hold all demand."""
        sites, low, high = self.sites, *self.sites.low_high
        chosen = (wanted & (self.mode >= 0)) | (self.mode > 0)
        value = np.where(sites.capacity > 0, self.load.value / np.maximum(sites.capacity, 1e-12), math.inf)
        order = [j for j in np.argsort(value, kind="stable") if self.mode[j] == 0]
        for j in reversed(order):
            if chosen.sum() <= high:
                break
            chosen[j] = False
        for j in order:
            if chosen.sum() >= low and sites.capacity[chosen].sum() >= sites.demand.sum() * (1 - 1e-12):
                break
            if chosen.sum() < high:
                chosen[j] = True
        return chosen

    def try_sites(self, wanted: NDArray[np.bool_]) -> bool:
        """Serve all from these sites and keep the answer if it is the best; tell whether it is."""
        chosen = self._fill(wanted)
        key = chosen.tobytes()
        if key in self.seen:
            return False
        self.seen.add(key)
        shares = self._assign(chosen) if self.is_single else transport(self.sites, chosen)
        return shares is not None and self.offer(chosen, shares)

    def _assign(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64] | None:
        """Return a single-source assignment to these sites, or None where regret and mending find none."""
        m, n = self.sites.cost.shape
        owner, room, is_open = np.zeros(n, np.int32), np.zeros(m), chosen.astype(np.int8)
        start_assignment(self.sites, is_open, np.maximum(0.0, -self.load.rate), owner, room)
        improve_assignment(self.sites, is_open, owner, room)
        if (owner < 0).any():
            return None
        shares = np.zeros((m, n))
        shares[owner, np.arange(n)] = 1.0
        return shares

    def offer(self, chosen: NDArray[np.bool_], shares: NDArray[np.float64]) -> bool:
        """Keep an answer if it is the best and within the capacities; tell whether it is."""
        sites = self.sites
        cost = float(sites.fixed[chosen].sum() + (np.where(shares > 0, sites.cost, 0.0) * shares).sum())
        load = shares @ sites.demand
        if cost >= self.best.cost or (load > sites.capacity * (1 + 1e-9) + 1e-9).any():
            return False
        self.best.chosen, self.best.shares, self.best.cost = chosen.copy(), shares, cost
        return True
