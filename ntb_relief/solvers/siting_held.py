"""Covering with capacities: maximal covering and p-center as questions of the capacitated search.

Maximal covering has one site more that is open, holds everything and costs the weight that it takes (Pirkul & Schilling
1991, Management Science 37(2), state the problem). p-center asks, by bisection over the costs, for the fewest sites that
hold all within a radius (Albareda-Sambola, Diaz & Fernandez 2010, Computers & OR 37(6)).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from ..model.facility_location_goals import MaxCover, PCenter
from .siting_capacitated import CapacitatedAnswer, CapacitatedSearch, dense_cost, encode_sites
from .siting_center import search_center
from .siting_tree import SiteTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..model.facility_location import FacilityLocationProblem
    from ..model.facility_location_goals import Goal
    from .siting_clock import Clock


_SLICE: Final = 0.12
"""Share of the limit for one radius."""
_EXCESS: Final = 1e-7
"""Part of a radius that rounding may add up to."""


def search_held(problem: FacilityLocationProblem, goal: Goal, *, seed: int, clock: Clock) -> CapacitatedAnswer:
    """Return the best sites and shares within the capacities, their cost and the bound."""
    if isinstance(goal, MaxCover):
        return _cover(problem, goal, seed=seed, clock=clock)
    if isinstance(goal, PCenter):
        return _center(problem, goal, seed=seed, clock=clock)
    sites = encode_sites(problem, goal)
    search = CapacitatedSearch(sites, mode=problem.site_modes, is_single=problem.is_single_source, seed=seed)
    return _proven(search, clock=clock)


def _proven(search: CapacitatedSearch, *, clock: Clock) -> CapacitatedAnswer:
    """Run a search; a bound within the rounding of its cost is that cost."""
    found = _run(search, clock=clock)
    if found.shares is not None and search.is_proven:
        found.bound = found.cost
    return found


def _run(search: CapacitatedSearch, *, clock: Clock) -> CapacitatedAnswer:
    """Return the answer of the search, with branching where its bounds do not prove it."""
    found = search.run(clock)
    if not (search.is_proven or clock.is_over):
        SiteTree(search).run(clock)
    return found


def _cover(problem: FacilityLocationProblem, goal: MaxCover, *, seed: int, clock: Clock) -> CapacitatedAnswer:
    """Return the sites that leave least weight uncovered within their capacities; shares are of covered weight only."""
    sites = encode_sites(problem, goal)
    near = np.where(goal.radius >= dense_cost(problem).T, 0.0, math.inf)
    lone = sites._replace(
        cost=np.ascontiguousarray(np.vstack([near, problem.weights])),
        capacity=np.append(sites.capacity, max(sites.demand.sum(), 1.0)),
        fixed=np.zeros(len(sites.fixed) + 1),
        low_high=sites.low_high + 1,
    )
    mode = np.append(problem.site_modes, np.int8(1)).astype(np.int8)
    search = CapacitatedSearch(lone, mode=mode, is_single=problem.is_single_source, seed=seed)
    found = _proven(search, clock=clock)
    shares = None if found.shares is None else found.shares[:-1]
    return replace(found, chosen=found.chosen[:-1], shares=shares, bound=max(found.bound, 0.0))


def _center(problem: FacilityLocationProblem, goal: PCenter, *, seed: int, clock: Clock) -> CapacitatedAnswer:
    """Return the sites that hold all demand with the least largest cost, by bisection until proven or out of time."""
    cost = np.ascontiguousarray(dense_cost(problem).T)
    radii = np.unique(cost[(problem.site_modes >= 0)[:, None] & np.isfinite(cost)])
    best = CapacitatedAnswer(np.zeros(len(cost), bool), None, math.inf, -math.inf)
    # Without capacities no answer is worse.
    free = search_center(problem.replace(capacity=None, demand=None), goal, seed=seed, clock=clock)
    proven, high = int(np.searchsorted(radii, free.bound)), len(radii)
    before, turn = (-1, -1), 0
    # Without a limit each radius is searched to its end, and again only where that has changed something.
    while proven < high and not clock.is_over and (clock.stop is not None or before != (proven, high)):
        before, low, turn = (proven, high), proven, turn + 1
        while low < high and not clock.is_over:
            middle = (low + high) // 2
            found, is_possible = _hold(problem, goal, cost, radius=float(radii[middle]), seed=seed + turn - 1, clock=clock)
            if found.shares is not None:
                largest = float(np.where(found.shares > 0, cost, 0.0).max())
                if largest < best.cost:
                    best, high = replace(found, cost=largest), int(np.searchsorted(radii, largest))
            if not is_possible:
                proven = middle + 1
            # What the time leaves undecided is looked for above.
            low = middle + 1
    best.bound = min(float(radii[proven]), best.cost) if proven < len(radii) else math.inf
    return best


def _hold(
    problem: FacilityLocationProblem, goal: PCenter, cost: NDArray[np.float64], *, radius: float, seed: int, clock: Clock
) -> tuple[CapacitatedAnswer, bool]:
    """Return sites that hold all, within the radius if they are found, and whether there may be some within it.

    With `p` the excess over the radius is the cost, so that the search sees where to go, and a bound above 0 proves that
    there are none; with a budget it is the fixed costs.
    """
    sites = encode_sites(problem, goal)
    m = len(sites.fixed)
    if goal.budget is None:
        far, fixed, count, most = np.maximum(cost - radius, 0.0), np.zeros(m), goal.p or 1, 0.0
        sites = sites._replace(cost=far, fixed=fixed, low_high=np.array([count, count], np.int64))
        most += _EXCESS * max(radius, 1e-9)
    else:
        far, fixed, most = np.where(cost <= radius, 0.0, math.inf), problem.opening_costs, goal.budget * (1 + 1e-12)
        sites = sites._replace(cost=far, fixed=fixed)
    search = _TargetSearch(sites, mode=problem.site_modes, is_single=problem.is_single_source, seed=seed)
    search.target = most
    part = clock.part(_SLICE)
    found = _run(search, clock=part)
    clock.iterations += part.iterations
    if goal.budget is not None and found.cost > most:
        found.shares = None
    return found, found.bound <= most


class _TargetSearch(CapacitatedSearch):
    """A search that ends once the target is met or out of reach."""

    target = -math.inf

    @property
    def is_proven(self) -> bool:
        """Whether nothing more needs to be known."""
        best = self.best
        return bool(best.cost <= self.target or best.bound > self.target or best.bound >= best.cost - self.margin)
