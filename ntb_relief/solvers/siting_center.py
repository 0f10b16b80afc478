"""p-center: the smallest radius at which a few sites cover all demand points, by bisection over the costs.

Each radius asks for a set cover of at most `p` sites, or within the budget (Minieka 1970); local search finds one or the
Lagrangian bound, with
branching, proves that there is none.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .siting_cover import search_cover
from .siting_encode import cover_task
from .siting_open import OpenAnswer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..model.facility_location import FacilityLocationProblem
    from ..model.facility_location_goals import PCenter
    from .siting_clock import Clock


def search_center(problem: FacilityLocationProblem, goal: PCenter, *, seed: int, clock: Clock) -> OpenAnswer:
    """Return the best sites, their largest cost and the bound; no sites (cost infinity) where none are known to reach all.

    Parameters
    ----------
    problem : FacilityLocationProblem
    goal : PCenter
        Limits the number of sites or what opening them costs.
    seed : int
    clock : Clock
        Ends the search; what is undecided then leaves the bound below the cost.
    """
    cost = problem.cost if problem.nearest is None else np.where(problem.nearest < 0, math.inf, problem.cost)
    mode = problem.site_modes
    radii = np.unique(cost[np.isfinite(cost)])
    best = OpenAnswer(np.zeros(len(mode), bool), math.inf, -math.inf)
    if goal.p is not None:
        _offer(problem, cost, best, _farthest(problem, cost, p=goal.p))
    # Each demand point needs its nearest allowed site at least.
    allowed = np.where((mode if problem.nearest is None else mode[problem.nearest]) >= 0, cost, math.inf)
    low = int(np.searchsorted(radii, allowed.min(axis=1).max()))
    high = int(np.searchsorted(radii, best.cost)) if math.isfinite(best.cost) else len(radii)
    while low < high and not clock.is_over:
        middle = (low + high) // 2
        start = best.chosen if best.chosen.any() else None
        found, possible = _cover(problem, cost, radius=float(radii[middle]), goal=goal, seed=seed, clock=clock, start=start)
        if found is not None:
            _offer(problem, cost, best, found)
            high = int(np.searchsorted(radii, best.cost))
        elif not possible:
            low = middle + 1
        else:
            break
    if low < len(radii):
        best.bound = float(min(radii[low], best.cost))
    else:
        best.bound = math.inf
    return best


def _cover(
    problem: FacilityLocationProblem,
    cost: NDArray[np.float64],
    *,
    radius: float,
    goal: PCenter,
    seed: int,
    clock: Clock,
    start: NDArray[np.bool_] | None,
) -> tuple[NDArray[np.bool_] | None, bool]:
    """Return sites that cover within the radius, or None and whether there may be some."""
    m = len(problem.site_ids)
    if goal.budget is None:
        fixed, most, left_out = np.ones(m), float(goal.p or 0), 2.0
    else:
        fixed = problem.opening_costs
        most, left_out = min(goal.budget, float(fixed.sum())), 1.0 + float(fixed.sum())
    outside = np.full(len(cost), left_out)
    task = cover_task(cost, problem.nearest, radius=radius, fixed=fixed, outside=outside, mode=problem.site_modes, limits=(1, m))
    answer = search_cover(task, seed=seed, target=most, start=start, clock=clock, count=goal.p)
    if answer.cost <= most * (1 + 1e-12):
        return answer.chosen, True
    return None, answer.bound <= most * (1 + 1e-12)


def _offer(problem: FacilityLocationProblem, cost: NDArray[np.float64], best: OpenAnswer, chosen: NDArray[np.bool_]) -> None:
    if problem.nearest is None:
        largest = cost[:, chosen].min(axis=1).max()
    else:
        largest = np.where(chosen[problem.nearest], cost, math.inf).min(axis=1).max()
    if largest < best.cost:
        best.chosen, best.cost = chosen, float(largest)


def _farthest(problem: FacilityLocationProblem, cost: NDArray[np.float64], *, p: int) -> NDArray[np.bool_]:
    """Return sites opened one by one, each nearest to the demand point that is farthest from those before (Gonzalez 1985)."""
    mode = problem.site_modes
    chosen = mode > 0
    columns = problem.nearest
    near = np.full(len(cost), math.inf)
    for _ in range(p - int(chosen.sum()) + 1):
        if chosen.any():
            served = cost[:, chosen] if columns is None else np.where(chosen[columns], cost, math.inf)
            near = served.min(axis=1)
        if chosen.sum() >= p:
            break
        row = int(near.argmax())
        names = np.arange(len(mode)) if columns is None else columns[row]
        entry = int(np.where(mode[names] >= 0, cost[row], math.inf).argmin())
        chosen[names[entry]] = True
    return chosen
