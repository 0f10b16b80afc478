"""The hours of a route: from an order of stops to visits with times, in plain Python."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ..model.instance import service_s
from ..model.routing import Depot
from .route_plan import Route, Trip, Visit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..model.routing import RoutingProblem, Stop, VehicleType


def schedule_route(problem: RoutingProblem, *, kind: VehicleType, vehicle: int, trips: Sequence[tuple[str, Sequence[str]]]) -> Route:
    """Return the route with its times: as early as possible, and no earlier start than the least duration needs.

    Where arrivals cost the vehicle starts as early as it can.

    Parameters
    ----------
    problem : RoutingProblem
    kind : VehicleType
    vehicle : int
        Number within the type.
    trips : sequence of (depot id, stop ids)
    """
    depots, stops = {x.id: x for x in problem.depots}, {x.id: x for x in problem.stops}
    matrix = problem.matrices[kind.profile]
    row = {name: i for i, name in enumerate(matrix.place_ids)}
    activities: list[Depot | Stop] = []
    for depot_id, stop_ids in trips:
        depot, served = depots[depot_id], [stops[name] for name in stop_ids]
        # Loading waits for the goods that come last.
        released = max((stop.release_s for stop in served), default=0)
        activities += [replace(depot, open_s=max(depot.open_s, released)) if released > depot.open_s else depot, *served]
    places = [row[kind.start_id], *(row[x.place_id] for x in activities)]
    if kind.end_id is not None:
        places.append(row[kind.end_id])
    legs = list(pairwise(places))
    durations = [int(matrix.duration_s[leg]) for leg in legs]
    clock = start = kind.shift_s[0] if problem.counts_arrivals else _best_start(kind, activities, durations)
    built: list[Trip] = []
    visits: list[Visit] = []
    urgency = 0.0
    for activity, leg in zip(activities, legs, strict=False):
        arrival = clock + int(matrix.duration_s[leg])
        opens, _ = _window(activity)
        begin = max(arrival, opens)
        clock = begin + _busy_s(activity, kind)
        if isinstance(activity, Depot):
            visits = []
            built.append(Trip(activity.id, begin, clock, ()))
        else:
            visits.append(Visit(activity.id, arrival, begin, clock))
            urgency += activity.arrival_cost_per_s * begin
            built[-1] = Trip(built[-1].depot_id, built[-1].loading_start_s, built[-1].loading_end_s, tuple(visits))
    end = clock + (int(matrix.duration_s[legs[-1]]) if kind.end_id is not None else 0)
    metres = sum(int(matrix.distance_m[leg]) for leg in legs)
    toll = 0 if matrix.toll_idr is None else sum(int(matrix.toll_idr[leg]) for leg in legs)
    exact = kind.fixed_cost + kind.cost_per_m * metres + kind.cost_per_s * (end - start) + urgency
    cost = round(exact * problem.cost_scale) / problem.cost_scale + toll
    return Route(kind.id, vehicle, start, end, tuple(built), metres, cost)


def _window(activity: Depot | Stop) -> tuple[int, int | None]:
    return (activity.open_s, activity.close_s) if isinstance(activity, Depot) else activity.window_s


def _busy_s(activity: Depot | Stop, kind: VehicleType) -> int:
    return kind.loading_s if isinstance(activity, Depot) else service_s(activity, kind)


def _best_start(kind: VehicleType, activities: Sequence[Depot | Stop], durations: Sequence[int]) -> int:
    """Return the start from which the route ends as early as it can, and lasts no longer than it must."""
    early, late = kind.shift_s
    duration, earliest, latest = 0, early, late
    for activity, travel in zip(activities, durations, strict=False):
        opens, closes = _window(activity)
        busy = _busy_s(activity, kind)
        if closes is not None:
            latest = min(x for x in (latest, closes - travel - duration) if x is not None)
        duration += travel + busy
        earliest = max(earliest + travel, opens) + busy
    if late is not None and latest is not None and kind.end_id is not None:
        latest = min(latest, late - durations[-1] - duration)
    start = earliest - duration
    return start if latest is None else max(early, min(latest, start))
