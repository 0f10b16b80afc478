"""Two echelons: which sources to open beside the sites they bring goods to.

Given the open sources, each site gets its goods from the cheapest of them, and the rest is a question of one echelon with
dearer ways. Sets of sources are branched on, best bound first: where the undecided ones are open for nothing, one echelon
gives a bound, and paying for those that are used an answer (Kaufman, Vanden Eede & Hansen 1977, A plant and warehouse
location problem, Operational Research Quarterly 28(3)). Many sources are left to a program first.
"""

from __future__ import annotations

import math
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

import numpy as np

from ..model.facility_location import reached_points
from ..model.facility_location_goals import FixedCharge
from .siting_found import Found, Served, serve

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ..model.facility_location import FacilityLocationProblem
    from ..model.facility_location_goals import Goal
    from .siting_clock import Clock

    SearchOne = Callable[[FacilityLocationProblem, Clock], Found]

_SLICE: Final = 0.25
"""Share of the limit for one node."""
_FEW: Final = 7
"""Up to so many sources with a price are branched on at once; more only where a program over all paths does not do."""
_MOST_PATHS: Final = 60_000
"""Above so many paths the program takes longer than branching."""


def search_echelons(problem: FacilityLocationProblem, goal: Goal, *, clock: Clock, search: SearchOne) -> Found:
    """Return the best sources and sites of a problem with an upstream echelon, their cost and the bound.

    Parameters
    ----------
    problem : FacilityLocationProblem
    goal : Goal
    clock : Clock
    search : callable
        Answers a problem of one echelon within a clock.
    """
    upstream = _upstream(problem)
    size = len(problem.demand_ids) * upstream.cost.size
    if isinstance(goal, FixedCharge) and (upstream.opening_costs > 0).sum() > _FEW and size <= _MOST_PATHS:
        from .siting_paths import search_paths

        found = search_paths(problem, upstream, clock=clock.part(0.5))
        clock.step(found.cost)
        if found.bound >= found.cost or clock.is_over:
            return found
        other = _branch(problem, upstream, goal, clock=clock, search=search)
        return min(found, other, key=lambda one: one.cost)._replace(bound=max(found.bound, other.bound))
    return _branch(problem, upstream, goal, clock=clock, search=search)


def _branch(problem: FacilityLocationProblem, upstream: FacilityLocationProblem, goal: Goal, *, clock: Clock, search: SearchOne) -> Found:
    price = upstream.opening_costs if isinstance(goal, FixedCharge) else np.zeros(len(upstream.site_ids))
    required = upstream.site_modes > 0
    root = upstream.site_modes
    root[(root == 0) & (price == 0)] = 1
    best = Found(np.zeros(len(problem.site_ids), bool), None, math.inf, -math.inf)
    undecided = math.inf
    nodes, count = [(-math.inf, 0, root)], 1
    while nodes and nodes[0][0] < best.cost * (1 - 1e-9) and not clock.is_over:
        floor, _, mode = heappop(nodes)
        part = clock.part(_SLICE)
        one = _one_echelon(problem, mode >= 0)
        found = search(one, part)
        clock.iterations += part.iterations
        floor = max(floor, found.bound + float(price[mode > 0].sum()))
        pays = np.zeros(len(mode), bool)
        if math.isfinite(found.cost):
            used = np.zeros(len(mode), bool)
            used[_cheapest_sources(problem, mode >= 0)[serve(one, goal, found).site]] = True
            pays = used & (mode == 0)
            cost = found.cost + float(price[used | required].sum())
            if cost < best.cost:
                best = found._replace(cost=cost, sources=used | required)
        clock.step(best.cost)
        if not pays.any():
            # Nothing is left to branch on: the bound stays where the time for this node has left it.
            undecided = min(undecided, floor)
            continue
        pick = int(np.where(pays, price, -1.0).argmax())
        for value in (1, -1):
            child = mode.copy()
            child[pick] = value
            if (child >= 0).any() and reached_points(problem, _through(problem, child >= 0)).all():
                heappush(nodes, (floor, count, child))
                count += 1
    return best._replace(bound=min([undecided, best.cost, *(node[0] for node in nodes)]))


def serve_through(problem: FacilityLocationProblem, goal: Goal, found: Found) -> tuple[Served, tuple[str, ...], list[str]]:
    """Return who is served by which site at what cost from its source on, the open sources, and the source of each site."""
    upstream, sources = _upstream(problem), np.zeros(0, bool) if found.sources is None else found.sources
    opened = tuple(upstream.site_ids[k] for k in np.flatnonzero(sources))
    source_of = [upstream.site_ids[k] for k in _cheapest_sources(problem, sources)]
    return serve(_one_echelon(problem, sources), goal, found), opened, source_of


def _one_echelon(problem: FacilityLocationProblem, sources: NDArray[np.bool_]) -> FacilityLocationProblem:
    """Return the problem whose costs begin at the cheapest open source of each site."""
    return problem.replace(cost=_through(problem, sources), upstream=None)


def _cheapest_sources(problem: FacilityLocationProblem, sources: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the open source each site gets its goods from, shape (M,)."""
    names = np.flatnonzero(sources)
    return np.asarray(names[_upstream(problem).cost[:, sources].argmin(axis=1)], np.int64)


def _through(problem: FacilityLocationProblem, sources: NDArray[np.bool_]) -> NDArray[np.float64]:
    inflow = _upstream(problem).cost[:, sources].min(axis=1)
    return np.asarray(problem.cost + (inflow if problem.nearest is None else inflow[problem.nearest]), np.float64)


def _upstream(problem: FacilityLocationProblem) -> FacilityLocationProblem:
    assert problem.upstream is not None  # noqa: S101 - asked by problems that have one
    return problem.upstream
