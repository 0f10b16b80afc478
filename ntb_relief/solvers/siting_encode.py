"""From a facility-location problem and its goal to the arrays of the uncapacitated core."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ..kernels.siting.core import make_core
from ..model.facility_location_goals import FixedCharge, PMedian, SetCover

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..kernels.siting.core import Core
    from ..model.facility_location import FacilityLocationProblem
    from ..model.facility_location_goals import Goal

_LEAST_LIST: Final = 64
_LISTS_PER_SITE: Final = 12
"""Sites a list keeps for each demand point: so many times the sites per open one."""
_MOST_ENTRIES: Final = 24_000_000
"""Up to so many entries the lists have together, for a search keeps two or three sets of them and an entry is 24 bytes."""
WHOLE_LISTS: Final = 3_000_000
"""Up to so many entries lists are kept whole."""
_CELLS_AT_ONCE: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class OpenTask:
    """An uncapacitated question: costs of serving a whole demand point, and how many sites may open.

    Parameters
    ----------
    cost : float64 array, shape (N, K)
        Infinity where a site cannot serve.
    columns : int32 array, shape (N, K), or None
        Sites the costs belong to; None means that column k is site k.
    fixed : float64 array, shape (M,)
    outside : float64 array, shape (N,)
        Cost of serving a demand point by no site; where that is not allowed, more than any solution costs.
    mode : int8 array, shape (M,)
    low, high : int
        Limits on the number of open sites.
    grain : float
        Costs of solutions are multiples of it; 0 where nothing is known.
    """

    cost: NDArray[np.float64]
    columns: NDArray[np.int32] | None
    fixed: NDArray[np.float64]
    outside: NDArray[np.float64]
    mode: NDArray[np.int8]
    low: int
    high: int
    grain: float

    def price(self, chosen: NDArray[np.bool_], *, nearest: NDArray[np.float64] | None = None) -> float:
        """Return the exact cost of a set of open sites.

        Parameters
        ----------
        chosen : bool array, shape (M,)
        nearest : float64 array, shape (N,), optional
            Cost to the nearest open site where it is known, infinity elsewhere: a large table takes long to look through.
        """
        costs = np.full(len(self.cost), math.inf) if nearest is None else nearest
        missing = np.flatnonzero(np.isinf(costs))
        names = np.flatnonzero(chosen)
        for rows in np.array_split(missing, 1 + len(missing) * self.cost.shape[1] // _CELLS_AT_ONCE):
            if self.columns is None:
                part = self.cost[np.ix_(rows, names)]
            else:
                part = np.where(chosen[self.columns[rows]], self.cost[rows], math.inf)
            costs[rows] = part.min(axis=1, initial=math.inf)
        return float(np.minimum(costs, self.outside).sum() + self.fixed[chosen].sum())

    def core(self, *, keep: NDArray[np.bool_] | None = None) -> tuple[Core, bool]:
        """Return the core over the kept sites, renumbered, and whether its lists are whole."""
        cost, fixed = self.cost, self.fixed
        columns = self.columns
        if keep is not None:
            number = np.cumsum(keep, dtype=np.int32) - np.int32(1)
            fixed = fixed[keep]
            if columns is None:
                cost = cost[:, keep]
            else:
                cost = np.where(keep[columns], cost, math.inf)
                columns = number[columns]
        length = max(_LEAST_LIST, min(_LISTS_PER_SITE * cost.shape[1] // max(1, self.low), _MOST_ENTRIES // len(cost)))
        length = min(cost.shape[1], length)
        if cost.size <= WHOLE_LISTS or columns is not None:
            length = cost.shape[1]
        return _sorted_core(cost, columns, fixed=fixed, outside=self.outside, length=length), length == cost.shape[1]


def _sorted_core(
    cost: NDArray[np.float64],
    columns: NDArray[np.int32] | None,
    *,
    fixed: NDArray[np.float64],
    outside: NDArray[np.float64],
    length: int,
) -> Core:
    sites = np.empty((len(cost), length), np.int32)
    costs = np.empty((len(cost), length))
    step = max(1, _CELLS_AT_ONCE // max(1, cost.shape[1]))
    for begin in range(0, len(cost), step):
        part = cost[begin : begin + step]
        order = np.argpartition(part, length - 1, axis=1)[:, :length] if length < part.shape[1] else None
        values = part if order is None else np.take_along_axis(part, order, axis=1)
        ranks = np.argsort(values, axis=1, kind="stable")
        costs[begin : begin + step] = np.take_along_axis(values, ranks, axis=1)
        picked = ranks if order is None else np.take_along_axis(order, ranks, axis=1)
        sites[begin : begin + step] = picked if columns is None else np.take_along_axis(columns[begin : begin + step], picked, axis=1)
    limit = outside if length == cost.shape[1] else np.minimum(outside, costs[:, -1])
    useful = costs < limit[:, None]
    start = np.zeros(len(cost) + 1, np.int64)
    np.cumsum(useful.sum(axis=1), out=start[1:])
    return make_core(start, sites[useful], costs[useful], fixed=fixed.copy(), outside=limit.copy())


def encode_task(problem: FacilityLocationProblem, goal: Goal) -> OpenTask:
    """Return the uncapacitated question of a goal (not of `PCenter`, which asks several, or `MaxCover`)."""
    cost = np.where(problem.nearest == -1, math.inf, problem.cost) if problem.nearest is not None else problem.cost
    m = len(problem.site_ids)
    fixed, weights = np.zeros(m), problem.weights
    low, high = 1, m
    match goal:
        case PMedian():
            cost = _weighted(cost, weights)
            low, high = (1, m) if goal.p is None else (goal.p, goal.p)
        case FixedCharge():
            cost = _weighted(cost, weights)
            fixed = problem.opening_costs
        case SetCover():
            fixed = problem.opening_costs
            fixed = fixed if fixed.any() else np.ones(m)
    if isinstance(goal, SetCover):
        lost = np.full(len(cost), 1.0 + fixed.sum())
        return cover_task(cost, problem.nearest, radius=goal.radius, fixed=fixed, outside=lost, mode=problem.site_modes, limits=(low, high))
    largest = cost.max(axis=1, where=np.isfinite(cost), initial=0.0)
    outside = np.full(len(cost), 1.0 + fixed.sum() + largest.sum())
    return OpenTask(cost, problem.nearest, fixed, outside, problem.site_modes, low, high, _grain(cost, fixed))


def cover_task(
    cost: NDArray[np.float64],
    columns: NDArray[np.int32] | None,
    *,
    radius: float,
    fixed: NDArray[np.float64],
    outside: NDArray[np.float64],
    mode: NDArray[np.int8],
    limits: tuple[int, int],
) -> OpenTask:
    """Return the question of covering: serving costs nothing within the radius and is impossible beyond."""
    covered = np.where(cost <= radius, 0.0, math.inf)
    return OpenTask(covered, columns, fixed, outside, mode, *limits, _grain(fixed))


def _weighted(cost: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    if (weights == 1).all():
        return cost
    with np.errstate(invalid="ignore"):
        product = cost * weights[:, None]
    # No weight times no way.
    product[np.isnan(product)] = math.inf
    return product


def _grain(*arrays: NDArray[np.float64]) -> float:
    """Return 1 where all finite numbers are whole, else 0."""
    for array in arrays:
        for part in np.array_split(array, max(1, array.size // _CELLS_AT_ONCE)):
            finite = part[np.isfinite(part)]
            if (finite != np.rint(finite)).any():
                return 0.0
    return 1.0
