"""Equity goals of siting: which search answers which."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..model.facility_location_goals import FairCover, PCenter, PLeximin
from .siting_capacitated import dense_cost
from .siting_center import search_center
from .siting_gini import search_gini
from .siting_leximin import search_leximin, search_shares
from .siting_max_cover import cover_groups

if TYPE_CHECKING:
    from ..model.facility_location import FacilityLocationProblem
    from ..model.facility_location_goals import PGini
    from .siting_clock import Clock
    from .siting_open import OpenAnswer


def search_fair(
    problem: FacilityLocationProblem, goal: FairCover | PLeximin | PGini, *, seed: int, clock: Clock
) -> tuple[OpenAnswer, bool]:
    """Return the best sites, their objective and its bound, and whether what comes after the objective is proven, too."""
    mode, p = problem.site_modes, goal.p
    if isinstance(goal, FairCover):
        cover, part = cover_groups(problem, goal.radius)
        return search_shares(cover, part, mode, p=p, seed=seed, clock=clock)
    center = search_center(problem, PCenter(p), seed=seed, clock=clock)
    if not math.isfinite(center.cost):
        return center, True
    start, cost = center.chosen, dense_cost(problem)
    if isinstance(goal, PLeximin):
        return search_leximin(cost, mode, p=p, start=start, least=center.bound, seed=seed, clock=clock)
    return search_gini(cost, problem.weights, mode, p=p, start=start, seed=seed, clock=clock), True
