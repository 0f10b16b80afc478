"""Two echelons as one mixed-integer program over the paths from a source by way of a site to a demand point.

Its relaxation is tight without capacities (Aardal, Labbe, Leung & Queyranne 1996, On the two-level uncapacitated facility
location problem, INFORMS Journal on Computing 8(3)).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .siting_capacitated import dense_cost
from .siting_found import Found
from .siting_program import Program

if TYPE_CHECKING:
    from ..model.facility_location import FacilityLocationProblem
    from .siting_clock import Clock


def search_paths(problem: FacilityLocationProblem, upstream: FacilityLocationProblem, *, clock: Clock) -> Found:
    """Return the sources and sites of least fixed and other costs, what they cost and the bound."""
    n, m, k = len(problem.demand_ids), len(problem.site_ids), len(upstream.site_ids)
    cost = dense_cost(problem)[:, :, None] + upstream.cost[None]
    allowed = np.isfinite(cost) & (problem.site_modes >= 0)[:, None] & (upstream.site_modes >= 0)
    point, site, source = np.nonzero(allowed)
    price = cost[allowed] * problem.weights[point]
    program = Program()
    sites = program.add_sites(problem.opening_costs, problem.site_modes)
    sources = program.add_sites(upstream.opening_costs, upstream.site_modes)
    is_whole = problem.is_single_source and problem.capacity is not None
    paths = program.add(price, size=len(point), whole=float(is_whole))
    program.limit(n, (point, paths, 1.0), low=1.0, high=1.0)
    for column, index, size in ((sites, site, m), (sources, source, k)):
        pair = np.arange(n * size)
        program.limit(n * size, (point * size + index, paths, 1.0), (pair, column[pair % size], -1.0), high=0.0)
    if problem.capacity is not None and problem.demand is not None:
        program.limit(m, (site, paths, problem.demand[point]), (np.arange(m), sites, -problem.capacity), high=0.0)
    answer = program.solve(clock)
    clock.step(math.inf)
    if answer.values is None:
        return Found(np.zeros(m, bool), None, math.inf, answer.bound)
    used = answer.values[paths]
    chosen, fed = answer.values[sites] > 0.5, answer.values[sources] > 0.5  # noqa: PLR2004 - binary
    total = float(problem.opening_costs[chosen].sum() + upstream.opening_costs[fed].sum() + price @ used)
    shares = np.zeros((m, n))
    np.add.at(shares, (site, point), np.rint(used) if is_whole else np.clip(used, 0.0, 1.0))
    # Values are whole up to the tolerances of the program only, and so is its bound.
    bound = total if answer.bound >= total * (1 - 1e-9) else answer.bound
    return Found(chosen, None if problem.capacity is None else shares, total, bound, sources=fed)
