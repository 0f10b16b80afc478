"""The goals that are the worst of all visits or routes: held by closing windows, or by the longest that a route may be.

A problem in which no service may start after T has a plan if, and only if, the last arrival can be T: so the least T is found by
asking, and once it is found later levels keep to it by the same windows. The longest route likewise.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import InputError
from ..model.instance import service_s
from ..model.routing_goals import LastArrival, LongestRoute
from ..plan.route_plan import RoutePlan
from ..plan.timetable import Timetable
from .routing_bound_arcs import MOST_NODES
from .routing_bound_starts import from_depot, soonest_starts, table_of
from .warm_start import completed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ..model.routing import RoutingProblem, Stop
    from ..model.routing_goals import WorstGoal
    from ..plan.route_plan import Route

    Floats = NDArray[np.float64]

_NOBODY: Final[frozenset[str]] = frozenset()


def worst_of(goal: WorstGoal, plan: RoutePlan) -> int:
    """Return what a plan comes to; 0 without routes."""
    if isinstance(goal, LastArrival):
        return max((visit.start_s for route in plan.routes for trip in route.trips for visit in trip.visits), default=0)
    return max((_length(goal, route) for route in plan.routes), default=0)


def _length(goal: WorstGoal, route: Route) -> int:
    if isinstance(goal, LastArrival):
        return route.trips[-1].visits[-1].start_s
    return route.end_s - route.start_s if goal.measure == "duration" else route.distance_m


def held_to(problem: RoutingProblem, goal: WorstGoal, most: int) -> RoutingProblem:
    """Return the problem of the plans that come to no more than `most`."""
    if isinstance(goal, LastArrival):
        return problem.replace(stops=tuple(_closed(stop, most) for stop in problem.stops))
    kinds = problem.vehicle_types
    if goal.measure == "duration":
        return problem.replace(vehicle_types=tuple(replace(kind, max_duration_s=_tighter(kind.max_duration_s, most)) for kind in kinds))
    return problem.replace(vehicle_types=tuple(replace(kind, max_distance_m=_tighter(kind.max_distance_m, most)) for kind in kinds))


def _tighter(limit: int | None, most: int) -> int:
    return most if limit is None else min(limit, most)


def _closed(stop: Stop, most: int) -> Stop:
    windows = tuple((opens, most if closes is None else min(closes, most)) for opens, closes in stop.windows_s if opens <= most)
    # Where no window is left nobody may serve it.
    return replace(stop, window_s=windows[0], later_windows_s=windows[1:]) if windows else replace(stop, vehicle_types=_NOBODY)


def least_worst(problem: RoutingProblem, goal: WorstGoal) -> int:
    """Return what no plan that serves all required stops can be below: the quickest, or shortest, way to the farthest of them.

    0 where nothing better is known. Ways lead over any places, for the triangle rule need not hold.
    """
    if len(problem.place_ids) > MOST_NODES:
        return 0
    bounds = soonest_starts(problem) if isinstance(goal, LastArrival) else _longest_for(problem, goal)
    least: dict[tuple[str, str], float] = {}
    for stop, bound in zip(problem.stops, bounds.tolist(), strict=True):
        if stop.prize is None:
            # Of alternatives and of both ends of a transfer the nearest is a bound.
            least[stop.request] = min(least.get(stop.request, math.inf), bound)
    return max((int(bound) for bound in least.values() if math.isfinite(bound)), default=0)


def _longest_for(problem: RoutingProblem, goal: LongestRoute) -> Floats:
    """Return how long a route is at least that serves each stop."""
    row = {name: number for number, name in enumerate(problem.place_ids)}
    longest = np.full(len(problem.stops), np.inf)
    for kind in problem.vehicle_types:
        legs = table_of(problem, kind, measure=goal.measure)
        way = from_depot(legs, legs[row[kind.start_id]])
        if kind.end_id is not None:
            way = way + from_depot(legs.T, legs[:, row[kind.end_id]])
        for number, stop in enumerate(problem.stops):
            if stop.vehicle_types is None or kind.id in stop.vehicle_types:
                works = kind.loading_s + service_s(stop, kind) if goal.measure == "duration" and stop.min_drop is None else 0
                longest[number] = min(longest[number], way[row[stop.place_id]] + works)
    return longest


def start_within(problem: RoutingProblem, goal: WorstGoal, most: int, plan: RoutePlan) -> RoutePlan | None:
    """Return what is left of a plan where it comes to no more than `most`: the last stops of routes go; None where that fails.

    Parameters
    ----------
    problem : RoutingProblem
        `held_to` that.
    goal : WorstGoal
    most : int
    plan : RoutePlan
    """
    times = Timetable(problem)
    partner = {stop.taken_from: stop.id for stop in problem.stops if stop.taken_from is not None}
    partner |= {receiver: giver for giver, receiver in partner.items()}
    kept: list[Route] = []
    for given in plan.routes:
        route: Route | None = given
        while route is not None and _length(goal, route) > most:
            last = route.stop_ids[-1]
            route = _without(route, {last, partner.get(last, last)})
            if route is not None and not isinstance(goal, LastArrival):
                trips = [(trip.depot_id, [visit.stop_id for visit in trip.visits]) for trip in route.trips]
                again = times.route(kind=times.kinds[route.vehicle_type], vehicle=route.vehicle, trips=trips)
                route = replace(route, start_s=again.start_s, end_s=again.end_s, distance_m=again.distance_m)
        kept += [] if route is None else [route]
    try:
        return completed(problem, RoutePlan(tuple(kept), (), 0.0))
    except InputError:
        return None


def _without(route: Route, stop_ids: Iterable[str]) -> Route | None:
    gone = set(stop_ids)
    trips = [replace(trip, visits=tuple(visit for visit in trip.visits if visit.stop_id not in gone)) for trip in route.trips]
    left = tuple(trip for trip in trips if trip.visits)
    return replace(route, trips=left) if left else None
