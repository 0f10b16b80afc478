"""What a search for sites hands back, and who is then served from where at what cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..model.facility_location_goals import FairCover, MaxCover

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..model.facility_location import FacilityLocationProblem
    from ..model.facility_location_goals import Goal


class Found(NamedTuple):
    """Open sites, shares (M, N) where demand points may be split, cost, bound, and whether nothing but the bound needs proof.

    ``sources`` are the open sources where the problem has an upstream echelon.
    """

    chosen: NDArray[np.bool_]
    shares: NDArray[np.float64] | None
    cost: float
    bound: float
    is_whole: bool = True
    sources: NDArray[np.bool_] | None = None


class Served(NamedTuple):
    """One entry for each part of a demand point and the site that serves it: row, column, cost of a unit, share."""

    point: NDArray[np.int64]
    site: NDArray[np.int64]
    cost: NDArray[np.float64]
    share: NDArray[np.float64]


def serve(problem: FacilityLocationProblem, goal: Goal, found: Found) -> Served:
    """Return who is served by which open site: by the cheapest, where the search gives no shares."""
    if found.shares is None:
        return _nearest_sites(problem, goal, found.chosen)
    return _shared_sites(problem, goal, found.shares)


def _nearest_sites(problem: FacilityLocationProblem, goal: Goal, chosen: NDArray[np.bool_]) -> Served:
    if problem.nearest is None:
        names = np.flatnonzero(chosen)
        entry = problem.cost[:, chosen].argmin(axis=1)
        site, cost = names[entry], problem.cost[np.arange(len(problem.cost)), names[entry]]
    else:
        served = np.where(chosen[problem.nearest] & (problem.nearest >= 0), problem.cost, math.inf)
        entry = served.argmin(axis=1)
        site, cost = problem.nearest[np.arange(len(served)), entry].astype(np.int64), served[np.arange(len(served)), entry]
    row = np.flatnonzero(cost <= goal.radius) if isinstance(goal, MaxCover | FairCover) else np.arange(len(cost))
    return Served(row, site[row], cost[row], np.ones(len(row)))


def _shared_sites(problem: FacilityLocationProblem, goal: Goal, shares: NDArray[np.float64]) -> Served:
    part = np.where(shares.T > 1e-12, shares.T, 0.0)  # noqa: PLR2004 - dust of the linear program
    total = part.sum(axis=1, keepdims=True)
    if isinstance(goal, MaxCover):
        part = np.minimum(part, 1.0) / np.maximum(total, 1.0)
    else:
        part /= total
    row, site = np.nonzero(part)
    if problem.nearest is None:
        cost = problem.cost[row, site]
    else:
        entry = (problem.nearest[row] == site[:, None]).argmax(axis=1)
        cost = problem.cost[row, entry]
    return Served(row, site, cost, part[row, site])
