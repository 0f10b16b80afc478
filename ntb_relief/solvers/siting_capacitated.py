"""Search and proof where sites have capacities: Lagrangian bounds, assignments of the sites they open, HiGHS on what is left."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ..kernels.rng import seed_state
from ..kernels.siting.ascent import BEST, STEP
from ..kernels.siting.assign import improve_assignment, shake_assignment, start_assignment
from ..kernels.siting.choice import fix_sites
from ..kernels.siting.core import SHUT
from ..kernels.siting.knapsack import Sites, ascend_sites, bound_sites, fix_pairs, make_load
from ..model.facility_location_goals import PMedian
from .siting_highs import solve_core, transport

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..model.facility_location import FacilityLocationProblem
    from ..model.facility_location_goals import Goal
    from .siting_clock import Clock

_WORK: Final = 20_000_000
"""Steps of the knapsacks in one bounded step of the ascent, some 50 ms."""
_TABLE: Final = 20_000_000
"""Dynamic programs are used up to so many table entries an iteration."""
_ROUNDING: Final = 1e-7
_NEVER: Final = 1e299
"""Below what the kernels return where the limits on sites cannot be kept."""


@dataclass(slots=True)
class CapacitatedAnswer:
    """Open sites (M,), shares (M, N), cost and bound; no sites where none are known to hold the demand."""

    chosen: NDArray[np.bool_]
    shares: NDArray[np.float64] | None
    cost: float
    bound: float


def encode_sites(problem: FacilityLocationProblem, goal: Goal) -> Sites:
    """Return a capacitated question as arrays: costs of whole demand points, infinite where a site cannot serve."""
    m, n = len(problem.site_ids), len(problem.demand_ids)
    if problem.nearest is None:
        dense = problem.cost
    else:
        dense = np.full((n, m), math.inf)
        row, entry = np.nonzero(problem.nearest >= 0)
        dense[row, problem.nearest[row, entry]] = problem.cost[row, entry]
    with np.errstate(invalid="ignore"):
        cost = np.where(np.isfinite(dense), dense * problem.weights[:, None], math.inf)
    demand = np.zeros(n) if problem.demand is None else problem.demand.copy()
    capacity = np.full(m, demand.sum()) if problem.capacity is None else np.minimum(problem.capacity, demand.sum())
    whole = problem.is_single_source and all((x == np.rint(x)).all() for x in (demand, capacity))
    limits = (goal.p, goal.p) if isinstance(goal, PMedian) else (1, m)
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
        self.rng = seed_state(seed)
        self.seen: set[bytes] = set()
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
        """Search until proven or out of time."""
        while not (self.is_proven or clock.is_over) and self.load.knobs[STEP] >= 1e-3:  # noqa: PLR2004 - the steps have vanished
            self._climb()
            self._try(self.load.open > 0)
            if self.steps % 4 == 0:
                self._try(self.load.usage > 0.5)  # noqa: PLR2004 - open more often than not
            clock.step(self.best.cost)
            if clock.fraction > 0.5:  # noqa: PLR2004 - the other half is for the core
                break
        if not (self.is_proven or clock.is_over):
            self._prove(clock)
        return self.best

    def _climb(self) -> None:
        m, n = self.sites.cost.shape
        size = m * n * (0.2 * self.sites.capacity.max() if self.sites.whole[0] else 10)
        iterations = int(min(100, max(4, _WORK // max(1.0, size))))
        upper = min(self.best.cost, 1.1 * self.ceiling)
        ascend_sites(self.sites, self.mode, self.load, upper, upper - self.margin, iterations)
        self.steps += 1
        self._raise(float(self.load.knobs[BEST]))

    def _raise(self, bound: float) -> None:
        if self.grain:
            bound = math.ceil(bound - 1e-6 * max(1.0, 1e-6 * abs(bound))) if math.isfinite(bound) else bound
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

    def _try(self, wanted: NDArray[np.bool_]) -> bool:
        """Serve all from these sites and keep the answer if it is the best; tell whether it is."""
        chosen = self._fill(wanted)
        key = chosen.tobytes()
        if key in self.seen:
            return False
        self.seen.add(key)
        shares = self._assign(chosen) if self.is_single else transport(self.sites, chosen)
        return shares is not None and self._offer(chosen, shares)

    def _offer(self, chosen: NDArray[np.bool_], shares: NDArray[np.float64]) -> bool:
        sites = self.sites
        cost = float(sites.fixed[chosen].sum() + (np.where(shares > 0, sites.cost, 0.0) * shares).sum())
        load = shares @ sites.demand
        if cost >= self.best.cost or (load > sites.capacity * (1 + 1e-9) + 1e-9).any():
            return False
        self.best.chosen, self.best.shares, self.best.cost = chosen.copy(), shares, cost
        return True

    def _assign(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64] | None:
        """Return a single-source assignment to these sites, or None where the heuristic finds none."""
        m, n = self.sites.cost.shape
        owner, room, price = np.zeros(n, np.int32), np.zeros(m), np.maximum(0.0, -self.load.rate)
        is_open = chosen.astype(np.int8)
        start_assignment(self.sites, is_open, price, owner, room)
        improve_assignment(self.sites, is_open, owner, room)
        best, value = owner.copy(), self._value(owner)
        for _ in range(8):
            shake_assignment(self.sites, is_open, owner, room, 4, self.rng)
            improve_assignment(self.sites, is_open, owner, room)
            if self._value(owner) < value:
                best, value = owner.copy(), self._value(owner)
        if not math.isfinite(value):
            return None
        shares = np.zeros((m, n))
        shares[best, np.arange(n)] = 1.0
        return shares

    def _value(self, owner: NDArray[np.int32]) -> float:
        if (owner < 0).any():
            return math.inf
        return float(self.sites.cost[owner, np.arange(len(owner))].sum())

    def _prove(self, clock: Clock) -> None:
        """Solve the core of pairs within a slack above the bound; widen it until the best answer lies within."""
        sites, load, mode = self.sites, self.load, self.mode
        load.price[:] = load.best
        base = bound_sites(sites, mode, load)
        slack = min(self.best.cost - base, max(2 * self.margin, 2e-3 * abs(base)))
        while not (self.is_proven or clock.is_over):
            if math.isinf(self.best.cost) and base + slack > self.ceiling:
                slack = math.inf  # no solution costs as much: what is outside the core holds none
            whole = max(self.best.cost - self.margin - base, 0.0)
            within = min(slack, whole)
            fixed, allowed = mode.copy(), np.isfinite(sites.cost).astype(np.int8)
            fix_sites(load.rho, load.chosen, load.edges, within, fixed)
            if self.is_single:
                fix_pairs(sites, mode, load, within, allowed)
            allowed[fixed == SHUT] = 0
            seconds = math.inf if clock.stop is None else clock.seconds_left
            if seconds is not None and within < whole:
                seconds *= 0.5
            # With split demand HiGHS, held by a cutoff, repairs its own solutions and prints that it does.
            is_cut = self.is_single and math.isfinite(self.best.cost)
            cutoff = self.best.cost - self.margin / 2 if is_cut else math.inf
            answer = solve_core(sites, mode=fixed, allowed=allowed, is_single=self.is_single, cutoff=cutoff, seconds=seconds)
            if answer.shares is not None and answer.is_open is not None:
                self._offer(answer.is_open, answer.shares if self.is_single else self._exact(answer.is_open, answer.shares))
            # What lies outside the core costs more than the slack; what lies inside, at least the core's bound.
            self._raise(min(answer.bound, math.inf if within >= whole else base + within))
            clock.step(self.best.cost)
            if within >= whole and (seconds is None or math.isinf(seconds)):
                break
            slack *= 4

    def _exact(self, is_open: NDArray[np.bool_], shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the cheapest shares of the sites a core opened: HiGHS allows itself small violations."""
        better = transport(self.sites, is_open)
        return shares if better is None else better
