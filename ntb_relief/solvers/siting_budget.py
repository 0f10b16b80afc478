"""Sites within a budget: Lagrangian bounds with a knapsack of sites, ruin and recreate, and HiGHS on what fixing leaves.

The assignment rows are relaxed; what is left picks sites by their reduced cost for the money, so that the price of the
budget is found on the way. Sites and entries whose reduced costs close the gap are left out, and the rest is solved in
the radius formulation: one variable says whether a demand point is served from no nearer than each distance
(Cornuejols, Nemhauser & Wolsey 1980; Garcia, Labbe & Marin 2011, INFORMS J. Computing 23(4)).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from ..kernels.siting.budget import fill_budget
from ..kernels.siting.core import make_core
from ..model.facility_location_goals import MaxCover
from .siting_encode import encode_task
from .siting_max_cover import cover_within
from .siting_open import OpenAnswer
from .siting_program import Program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..kernels.siting.core import Core
    from ..model.facility_location import FacilityLocationProblem
    from ..model.facility_location_goals import PMedian
    from .siting_clock import Clock

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

_CLIMB: Final = 60
"""Iterations of the ascent in one bounded step."""
_ROUND: Final = 150
"""Trials of ruin and recreate in one bounded step."""
_WORSE: Final = 0.02
"""Part of the best cost that the next set to go on from may be worse by."""
_LEAST_STEP: Final = 0.01
_SEARCH: Final = 0.5
"""Share of the time for bound and search; the rest is for the core."""
_EXACT: Final = 1e-9


class Relaxed(NamedTuple):
    """One look at the relaxation: its bound, sites by share (M,), reduced costs at the price of money (M,), slope (N,)."""

    bound: float
    share: Floats
    reduced: Floats
    slope: Floats


class BudgetSearch:
    """One search for sites within a budget.

    Parameters
    ----------
    core : Core
        Whole lists; its fixed costs do not count.
    mode : int8 array, shape (M,)
    price : float64 array, shape (M,)
        What opening each site takes of the budget.
    budget : float
    lost : float
        Cost of leaving a demand point out from which an answer is none; infinity where points may be left out.
    grain : float
        Costs of answers are multiples of it; 0 where nothing is known.
    seed : int
    """

    def __init__(self, core: Core, *, mode: NDArray[np.int8], price: Floats, budget: float, lost: float, grain: float, seed: int) -> None:
        self.core, self.mode, self.price, self.budget, self.lost, self.grain = core, mode, price, budget * (1 + 1e-12), lost, grain
        self.rng = np.random.default_rng(seed)
        self.row = np.repeat(np.arange(len(core.outside)), np.diff(core.row_start))
        self.filled = np.flatnonzero(np.diff(core.row_start))
        self.starts = core.row_start[self.filled]
        self.best = OpenAnswer(np.zeros(len(mode), bool), math.inf, -math.inf)
        self._offer(self._fill(mode > 0, greed=1.0))
        self.multiplier = np.minimum(self._near(self.best.chosen), core.outside)

    @property
    def margin(self) -> float:
        """What a better answer is better by at least."""
        return self.grain * (1 - 1e-6) if self.grain else _EXACT * max(1e-9, abs(self.best.cost))

    @property
    def is_proven(self) -> bool:
        """Whether no choice of sites is better."""
        return self.best.bound >= self.best.cost - self.margin

    def run(self, clock: Clock) -> OpenAnswer:
        """Search until proven or out of time."""
        step, price = 1.0, self.multiplier.copy()
        while not (self.is_proven or clock.is_over) and step >= _LEAST_STEP and clock.fraction < _SEARCH:
            before = self.best.bound
            relaxed = self._climb(price, step)
            self._offer(self._fill(relaxed.share >= 1, greed=1.0))
            self._look_around()
            step *= 0.5 if self.best.bound <= before + 1e-4 * abs(before) else 1.0
            clock.step(self.best.cost)
        if not (self.is_proven or clock.is_over):
            self._prove(clock)
            clock.step(self.best.cost)
        return self.best

    def relax(self, price: Floats) -> Relaxed:
        """Return the relaxation where each demand point pays this price for being served."""
        core, m = self.core, len(self.mode)
        gain = np.minimum(core.row_cost - price[self.row], 0.0)
        rho = np.bincount(core.row_site, gain, minlength=m)
        share = (self.mode > 0).astype(np.float64)
        left = self.budget - float(self.price[self.mode > 0].sum())
        wanted = np.flatnonzero((self.mode == 0) & (rho < 0))
        ratio = rho[wanted] / np.maximum(self.price[wanted], 1e-300)
        order = wanted[np.argsort(ratio, kind="stable")]
        spent = np.cumsum(self.price[order])
        share[order[spent <= left]] = 1.0
        money = 0.0
        over = np.flatnonzero(spent > left)
        if len(over):
            pick = order[over[0]]
            share[pick] = max(0.0, left - (spent[over[0]] - self.price[pick])) / self.price[pick]
            money = -rho[pick] / self.price[pick]
        taken = np.where(gain < 0, share[core.row_site], 0.0)
        slope = np.asarray(1.0 - np.bincount(self.row, taken, minlength=len(price)), np.float64)
        return Relaxed(float(price.sum() + rho @ share), share, rho + money * self.price, slope)

    def _climb(self, price: Floats, step: float) -> Relaxed:
        """Raise the bound by deflected subgradients, moving `price`; return the best look."""
        best, direction = self.relax(self.multiplier), np.zeros_like(price)
        price[:] = self.multiplier
        target = self.best.cost if self.best.cost < self.lost else float(self.core.outside.sum())
        for _ in range(_CLIMB):
            look = self.relax(price)
            if look.bound > best.bound:
                best = look
                self.multiplier = price.copy()
            direction *= 0.4
            direction += look.slope
            length = float(direction @ direction)
            if length <= 0 or look.bound >= target:
                break
            price += step * (1.02 * target - look.bound) / length * direction
            np.clip(price, 0.0, self.core.outside, out=price)
        self._raise(best.bound)
        return best

    def _raise(self, bound: float) -> None:
        if self.grain and math.isfinite(bound):
            bound = math.ceil(bound - 1e-6 * max(1.0, 1e-6 * abs(bound)))
        self.best.bound = max(self.best.bound, min(bound, self.best.cost))

    def _near(self, chosen: Flags) -> Floats:
        """Return what each demand point costs with these sites open."""
        near = self.core.outside.copy()
        if len(self.filled):
            served = np.where(chosen[self.core.row_site], self.core.row_cost, math.inf)
            near[self.filled] = np.minimum(near[self.filled], np.minimum.reduceat(served, self.starts))
        return near

    def _price(self, chosen: Flags) -> float:
        return float(self._near(chosen).sum())

    def _offer(self, chosen: Flags) -> bool:
        if not chosen.any() or self.price[chosen].sum() > self.budget * (1 + 1e-9):
            return False
        cost = self._price(chosen)
        if cost >= self.best.cost:
            return False
        self.best.chosen, self.best.cost = chosen, cost
        return True

    def _fill(self, chosen: Flags, *, greed: float) -> Flags:
        """Return the sites with those added that save most, by price to the power `greed`, while the budget lasts."""
        kept = chosen.astype(np.int8)
        if not chosen.any():
            kept[int(np.where(self.mode >= 0, self.price, math.inf).argmin())] = 1
        worth = np.maximum(self.price, 1e-9 * max(1.0, float(self.price.max(initial=0.0)))) ** -greed
        fill_budget(self.core, self.mode, self.price, worth, self.budget - float(self.price[kept > 0].sum()), kept)
        return np.asarray(kept > 0, np.bool_)

    def _look_around(self) -> None:
        """Close some sites at random and fill up again, many times; a little worse is good enough to go on from."""
        here, cost = self.best.chosen, self.best.cost
        for _ in range(_ROUND):
            free = np.flatnonzero(here & (self.mode == 0))
            if not len(free):
                return
            closed = self.rng.choice(free, size=min(len(free), int(self.rng.integers(1, 5))), replace=False)
            kept = here.copy()
            kept[closed] = False
            others = np.flatnonzero(~kept & (self.mode == 0) & (self.price <= self.budget - self.price[kept].sum()))
            kept[self.rng.choice(others, size=min(int(self.rng.integers(0, 3)), 1, len(others)))] = True
            found = self._fill(kept, greed=float(self.rng.choice([0.0, 0.5, 1.0])))
            value = self._price(found)
            if value <= cost or value <= self.best.cost * (1 + _WORSE * self.rng.random()):
                here, cost = found, value
            self._offer(found)

    def _prove(self, clock: Clock) -> None:
        """Solve what reduced costs leave open as a mixed-integer program."""
        core, look = self.core, self.relax(self.multiplier)
        slack = (self.best.cost if self.best.cost < self.lost else math.inf) - look.bound + self.margin
        mode = self.mode.copy()
        free = mode == 0
        mode[free & (look.share <= 0) & (look.reduced > slack)] = -1
        mode[free & (look.share >= 1) & (-look.reduced > slack)] = 1
        keep = (mode[core.row_site] >= 0) & (core.row_cost - self.multiplier[self.row] <= slack)
        may_stay = core.outside - self.multiplier <= slack if self.lost == math.inf else np.zeros(len(core.outside), bool)
        program = Program()
        sites = program.add_sites(0.0, mode)
        constant = _add_rows(program, core, self.row, keep=keep, may_stay=may_stay)
        program.keep_budget(sites, self.price, self.budget)
        answer = program.solve(clock)
        if answer.values is not None:
            self._offer(answer.values[: len(mode)] > 0.5)  # noqa: PLR2004 - binary
        # Outside of the core nothing is better than the best; without a known answer the core is everything.
        bound = answer.bound + constant
        if self.best.cost >= self.lost and bound == math.inf:
            self.best.bound = self.best.cost = math.inf
            return
        self._raise(bound + _EXACT * abs(bound) if math.isfinite(bound) else bound)


def _add_rows(program: Program, core: Core, row: NDArray[np.int64], *, keep: Flags, may_stay: Flags) -> float:
    """Add the radius formulation of the kept entries; return what every demand point costs at least.

    A demand point that may not stay outside is served from its list.
    """
    n = len(core.outside)
    row, site, cost = row[keep], core.row_site[keep], core.row_cost[keep]
    is_new = np.ones(len(row), bool)
    is_new[1:] = (row[1:] != row[:-1]) | (cost[1:] != cost[:-1])
    group = np.cumsum(is_new) - 1
    owner, value = row[is_new], cost[is_new]
    size = len(owner)
    is_last = np.ones(size, bool)
    is_last[:-1] = owner[1:] != owner[:-1]
    following = np.where(is_last, core.outside[owner], np.append(value[1:], 0.0))
    high = np.where(is_last & ~may_stay[owner], 0.0, 1.0)
    farther = program.add(np.where(high > 0, following - value, 0.0), size=size, high=high)
    is_first = np.ones(size, bool)
    is_first[1:] = is_last[:-1]
    each = np.arange(size)
    behind = np.flatnonzero(~is_first)
    program.limit(
        size, (each, farther, 1.0), (group, site.astype(np.int64), 1.0), (behind, farther[behind - 1], -1.0), low=is_first.astype(float)
    )
    listed = np.zeros(n, bool)
    listed[owner] = True
    if (~listed & ~may_stay).any():
        program.limit(1, (np.zeros(1, np.int64), np.zeros(1, np.int64), 0.0), low=1.0)
    return float(value[is_first].sum() + core.outside[~listed].sum())


def search_budget(problem: FacilityLocationProblem, goal: PMedian | MaxCover, *, seed: int, clock: Clock) -> OpenAnswer:
    """Return the best sites within the budget of a goal, their cost and the bound; both infinite where none will do."""
    if isinstance(goal, MaxCover):
        cover, weights = cover_within(problem, goal.radius), problem.weights
        blank, m = np.zeros(len(cover.point_site)), len(problem.site_ids)
        core = make_core(cover.point_start, cover.point_site, blank, fixed=np.zeros(m), outside=cover.weight.copy())
        lost, grain = math.inf, float((weights == np.rint(weights)).all())
    else:
        task = encode_task(problem, goal)
        core, _ = task.core()
        lost, grain = float(task.outside[0]), task.grain
    budget = 0.0 if goal.budget is None else goal.budget
    search = BudgetSearch(core, mode=problem.site_modes, price=problem.opening_costs, budget=budget, lost=lost, grain=grain, seed=seed)
    answer = search.run(clock)
    if isinstance(goal, MaxCover):
        answer.bound = max(answer.bound, 0.0)
    if answer.cost >= lost:
        return OpenAnswer(answer.chosen, math.inf, answer.bound if answer.bound < lost else math.inf)
    if search.is_proven:
        answer.bound = answer.cost
    return answer
