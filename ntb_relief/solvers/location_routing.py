"""Solve a location-routing problem: rank sets of sites by an estimate, route the best of them, bound, verify."""

from __future__ import annotations

import math
import time
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from .._version import __version__
from ..errors import InputError, Issue
from ..plan.result import Result, Sample, Status
from .stop import MaxIterations, Slice

if TYPE_CHECKING:
    from ..model.location_routing import LocationRoutingProblem
    from ..plan.location_routing_plan import LocationRoutingPlan
    from .location_routing_fleet import Routes
    from .progress import OnProgress
    from .stop import StopCriterion

MOST_EXACT: Final = 11
"""Up to so many stops the optimum is found by dynamic programming."""
_BOUND_SHARE: Final = 0.05
_BOUND_STEPS: Final = 10


def solve_location_routing(
    problem: LocationRoutingProblem,
    *,
    stop: StopCriterion,
    rng: int = 0,
    threads: int = 1,
    on_progress: OnProgress | None = None,
) -> Result[LocationRoutingPlan]:
    """Choose sites and routes from them to all stops, at the lowest cost of sites, vehicles and driving together.

    Up to 11 stops: exactly, by dynamic programming over sets of stops. Beyond: sets of sites are ranked by a radial
    estimate of their routes that is calibrated by what routing finds, the best of them and their neighbours (a site more,
    less or exchanged) are routed in short bursts of the engine of `solve_routing`, and the best few for the rest of the time
    (successive halving). Reviews: Prodhon & Prins 2014, EJOR 238(1); Schneider & Drexl 2017, EJOR 259(1).

    Parameters
    ----------
    problem : LocationRoutingProblem
    stop : StopCriterion
        `MaxRuntime` or `MaxIterations`; iterations of the routing engine, counted over all bursts and threads. A run limited
        by iterations is repeatable.
    rng : int
        Seed.
    threads : int
        Bursts side by side.
    on_progress : callable, optional
        Called after each burst and during the last, never from another thread.

    Returns
    -------
    Result of LocationRoutingPlan
        `OPTIMAL` only where it is proven; `INFEASIBLE` where no sites hold the demand even split; `NO_SOLUTION` where none was
        found. Beyond 11 stops the bound is weak: ways between stops count nothing in it, and a gap of 10 to 40 % is usual. The
        engine inserts stops one by one: one that only other stops lead to may stay out of its search.

    Raises
    ------
    InputError
        Where more sites must be open than the routing engine takes, beyond 11 stops.

    Examples
    --------
    >>> from ntb_relief.model.location_routing import LocationRoutingProblem
    >>> from ntb_relief.solvers.stop import MaxIterations
    >>> problem = LocationRoutingProblem.from_coordinates(
    ...     [[0, 0], [9, 0]], [[1, 0], [2, 0], [8, 0]], site_ids=("west", "east"), stop_ids=("a", "b", "c"),
    ...     demand=[1, 1, 1], vehicle_capacity=2, fixed_cost=[5, 5],
    ... )
    >>> result = solve_location_routing(problem, stop=MaxIterations(1000))
    >>> result.status, result.objective, result.plan.sites
    (<Status.OPTIMAL: 'optimal'>, 16.0, ('west', 'east'))
    """
    from .location_routing_fleet import build_location_plan

    if len(problem.stop_ids) > MOST_EXACT:
        # Kernels compile or load before the clock starts, as in `solve_routing`.
        _warm_up()
    begin = time.perf_counter()
    routes, bound, status, iterations, trace = (
        _solve_exactly(problem, begin)
        if len(problem.stop_ids) <= MOST_EXACT
        else _search(problem, stop=stop, seed=rng, threads=threads, on_progress=on_progress, begin=begin)
    )
    plan = None if routes is None else build_location_plan(problem, routes)
    objective = math.inf if plan is None else plan.cost
    if plan is not None and bound >= objective - 1e-9 * abs(objective):
        status, bound = Status.OPTIMAL, objective
    return Result(
        plan=plan,
        status=status,
        objective=objective,
        bound=bound if math.isfinite(bound) else None,
        seconds=time.perf_counter() - begin,
        iterations=iterations,
        seed=rng,
        threads=threads,
        trace=trace,
        version=__version__,
    )


_Found = tuple["Routes | None", float, Status, int, tuple[Sample, ...]]


def _solve_exactly(problem: LocationRoutingProblem, begin: float) -> _Found:
    from ..kernels.siting.partition import best_partition

    cost, site, following = best_partition(
        problem.travel_cost,
        problem.demand,
        problem.site_room,
        problem.opening_costs,
        problem.site_modes,
        int(problem.vehicle_capacity),
        float(problem.vehicle_cost),
    )
    if not math.isfinite(cost):
        return None, math.inf, Status.INFEASIBLE, 1, ()
    routes = []
    for first in np.setdiff1d(np.arange(len(site)), following):
        way, row = [], int(first)
        while row >= 0:
            way.append(row)
            row = int(following[row])
        routes.append((int(site[first]), tuple(way)))
    return routes, cost, Status.OPTIMAL, 1, (Sample(time.perf_counter() - begin, 1, cost),)


@cache
def _warm_up() -> None:
    """Run all kernels once on a small problem of tight sites: those of the bound too, which may branch."""
    from ..model.location_routing import LocationRoutingProblem
    from .location_routing_engine import Engine
    from .location_routing_estimate import Estimate, radial_bound
    from .location_routing_fleet import Encoding

    sites, stops = tuple(f"a{row}" for row in range(6)), tuple(f"b{row}" for row in range(24))
    place = np.random.default_rng(0).integers(0, 99, (30, 2))
    fields: dict[str, Any] = {"site_ids": sites, "stop_ids": stops, "demand": np.full(24, 1), "vehicle_capacity": 4}
    fields |= {"capacity": np.full(6, 6), "fixed_cost": np.full(6, 40.0)}
    problem = LocationRoutingProblem.from_coordinates(place[:6], place[6:], **fields)
    estimate, once = Estimate(problem), Slice(MaxIterations(1), 1.0)
    for asked, steps in ((problem, 8), (problem.replace(capacity=None), 30)):
        radial_bound(Estimate(asked), stop=MaxIterations(steps), seed=0)
    for is_pooled in (False, True):
        engine = Engine(Encoding.of(problem), (0, 1, 2, 3), is_pooled=is_pooled, seed=0, lanes=1, tell=lambda _: None)
        if is_pooled:
            engine.start_packed(estimate.sites, once)
        engine.run(once)


def _search(
    problem: LocationRoutingProblem, *, stop: StopCriterion, seed: int, threads: int, on_progress: OnProgress | None, begin: float
) -> _Found:
    from .location_routing_estimate import Estimate, radial_bound
    from .location_routing_fleet import Encoding
    from .location_routing_search import LocationRoutingSearch
    from .siting_highs import transport

    estimate = Estimate(problem)
    if (required := int((estimate.mode > 0).sum())) > estimate.most:
        what = f"{required} sites must be open; the routing engine takes at most {estimate.most}"
        raise InputError([Issue("location-routing problem", what, "leave out those that no stop is near to")])
    if transport(estimate.sites, estimate.mode >= 0) is None:
        return None, math.inf, Status.INFEASIBLE, 0, ()
    limit = MaxIterations(_BOUND_STEPS) if stop.is_repeatable else Slice(stop, _BOUND_SHARE, seconds=time.perf_counter() - begin)
    bound, start = radial_bound(estimate, stop=limit, seed=seed)
    search = LocationRoutingSearch(
        Encoding.of(problem), estimate, stop=stop, begin=begin, seed=seed, threads=threads, on_progress=on_progress
    )
    search.run(start)
    status = search.status
    if not search.best.routes:
        return None, bound, Status.STOPPED if status is Status.STOPPED else Status.NO_SOLUTION, search.iterations, ()
    return search.best.routes, bound, status, search.iterations, tuple(search.trace)
