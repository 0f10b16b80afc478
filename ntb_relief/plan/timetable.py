"""The hours of a route: from an order of stops to visits with times, in plain Python."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ..model.arrival_costs import cost_at
from ..model.instance import service_s
from ..model.routing import Depot
from .route_plan import Route, Trip, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..model.routing import RoutingProblem, Stop, VehicleType
    from .route_plan import RoutePlan

    Window = tuple[int, int | None]


def schedule_route(problem: RoutingProblem, *, kind: VehicleType, vehicle: int, trips: Sequence[tuple[str, Sequence[str]]]) -> Route:
    """Return the route of a vehicle with its times: see `Timetable.route`."""
    return Timetable(problem).route(kind=kind, vehicle=vehicle, trips=trips)


class Timetable:
    """Gives the routes of one problem their hours; what they name is looked up once for all of them."""

    def __init__(self, problem: RoutingProblem) -> None:
        self.problem = problem
        self.depots, self.stops = {x.id: x for x in problem.depots}, {x.id: x for x in problem.stops}
        self.kinds = {x.id: x for x in problem.vehicle_types}
        self.row = {name: i for i, name in enumerate(problem.place_ids)}
        self.starts_early = problem.starts_early

    def route(
        self, *, kind: VehicleType, vehicle: int, trips: Sequence[tuple[str, Sequence[str]]], windows_s: Sequence[Window] = ()
    ) -> Route:
        """Return the route with its times: as early as possible, and no earlier start than the least duration needs.

        Where arrivals cost, or the problem says so, the vehicle starts as early as it can.

        Parameters
        ----------
        kind : VehicleType
        vehicle : int
            Number within the type.
        trips : sequence of (depot id, stop ids)
        windows_s : sequence of (int, int or None), optional
            In which window each visit falls, where stops have several; without, in the first.
        """
        matrix, row = self.problem.matrices[kind.profile], self.row
        chosen = iter(windows_s)
        activities: list[Depot | Stop] = []
        for depot_id, stop_ids in trips:
            depot, served = self.depots[depot_id], [self.stops[name] for name in stop_ids]
            if windows_s:
                served = [replace(stop, window_s=next(chosen), later_windows_s=()) for stop in served]
            # Loading waits for the goods that come last.
            released = max((stop.release_s for stop in served), default=0)
            activities += [replace(depot, open_s=max(depot.open_s, released)) if released > depot.open_s else depot, *served]
        places = [row[kind.start_id], *(row[x.place_id] for x in activities)]
        if kind.end_id is not None:
            places.append(row[kind.end_id])
        ways = [matrix.leg(*leg) for leg in pairwise(places)]
        durations = [seconds for seconds, _, _ in ways]
        clock = start = kind.shift_s[0] if self.starts_early else _best_start(kind, activities, durations)
        built: list[Trip] = []
        visits: list[Visit] = []
        urgency = 0.0
        for activity, travel in zip(activities, durations, strict=False):
            arrival = clock + travel
            opens, _ = _window(activity)
            begin = max(arrival, opens)
            clock = begin + _busy_s(activity, kind)
            if isinstance(activity, Depot):
                visits = []
                built.append(Trip(activity.id, begin, clock, ()))
            else:
                visits.append(Visit(activity.id, arrival, begin, clock))
                urgency += cost_at(activity.arrival_pieces, begin)
                built[-1] = Trip(built[-1].depot_id, built[-1].loading_start_s, built[-1].loading_end_s, tuple(visits))
        end = clock + (durations[-1] if kind.end_id is not None else 0)
        metres, toll = sum(way[1] for way in ways), sum(way[2] for way in ways)
        cost = self._cost(kind, metres, end - start, urgency, toll)
        return Route(kind.id, vehicle, start, end, tuple(built), metres, cost)

    def toll(self, route: Route) -> int:
        """Return the tolls along a route."""
        kind = self.kinds[route.vehicle_type]
        places = [kind.start_id]
        for trip in route.trips:
            places += [self.depots[trip.depot_id].place_id, *(self.stops[visit.stop_id].place_id for visit in trip.visits)]
        if kind.end_id is not None:
            places.append(kind.end_id)
        matrix = self.problem.matrices[kind.profile]
        if matrix.toll_idr is None:
            return 0
        return sum(matrix.leg(self.row[here], self.row[there])[2] for here, there in pairwise(places))

    def priced(self, plan: RoutePlan) -> RoutePlan:
        """Return the plan with the costs of this problem; its hours stand."""
        routes = tuple(replace(route, cost=self._cost_of(route)) for route in plan.routes)
        return replace(plan, routes=routes, cost=sum(route.cost for route in routes) + self.problem.lost_prizes(plan.unserved))

    def _cost_of(self, route: Route) -> float:
        visits = (visit for trip in route.trips for visit in trip.visits)
        urgency = sum((cost_at(self.stops[visit.stop_id].arrival_pieces, visit.start_s) for visit in visits), start=0.0)
        kind = self.kinds[route.vehicle_type]
        return self._cost(kind, route.distance_m, route.end_s - route.start_s, urgency, self.toll(route))

    def _cost(self, kind: VehicleType, metres: int, seconds: int, urgency: float, toll: int) -> float:
        exact = kind.fixed_cost + kind.cost_per_m * metres + kind.cost_per_s * seconds + urgency
        return round(exact * self.problem.cost_scale) / self.problem.cost_scale + toll


def with_amounts(route: Route, brought: Iterable[int | None]) -> Route:
    """Return the route with what each of its visits brings, for stops that may be split."""
    left = iter(brought)
    trips = tuple(replace(trip, visits=tuple(replace(visit, brought=next(left)) for visit in trip.visits)) for trip in route.trips)
    return replace(route, trips=trips)


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
