"""What a plan of routes comes to by every goal one may have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model.arrival_costs import cost_at
from .timetable import Timetable

if TYPE_CHECKING:
    from ..model.routing import RoutingProblem
    from .route_plan import RoutePlan


@dataclass(frozen=True, slots=True)
class RouteValues:
    """The cost of a plan by parts, and what it comes to in metres, seconds and vehicles.

    Parameters
    ----------
    fixed_cost, distance_cost, duration_cost, tolls, arrival_cost, prizes : float
        The parts of its cost, in the unit of the objective; `prizes` are those of what is left out.
    vehicles : int
        Used, one a route.
    distance_m, duration_s : int
        Of all routes together.
    arrivals_s : int
        Sum of the starts of service over all visits.
    last_arrival_s : int
        The latest start of service, 0 where there is no visit.
    longest_route_s, shortest_route_s, longest_route_m, shortest_route_m : int
        Over the vehicles used, 0 where there is none: how evenly the work is shared.
    """

    fixed_cost: float
    distance_cost: float
    duration_cost: float
    tolls: float
    arrival_cost: float
    prizes: float
    vehicles: int
    distance_m: int
    duration_s: int
    arrivals_s: int
    last_arrival_s: int
    longest_route_s: int
    shortest_route_s: int
    longest_route_m: int
    shortest_route_m: int


def route_values(problem: RoutingProblem, plan: RoutePlan) -> RouteValues:
    """Return what a plan comes to; it must be one of the problem."""
    times = Timetable(problem)
    driven = [(times.kinds[route.vehicle_type], route.distance_m, route.end_s - route.start_s) for route in plan.routes]
    metres, seconds = [length for _, length, _ in driven], [lasts for _, _, lasts in driven]
    starts = [(times.stops[visit.stop_id], visit.start_s) for route in plan.routes for trip in route.trips for visit in trip.visits]
    return RouteValues(
        fixed_cost=float(sum(kind.fixed_cost for kind, _, _ in driven)),
        distance_cost=float(sum(kind.cost_per_m * length for kind, length, _ in driven)),
        duration_cost=float(sum(kind.cost_per_s * lasts for kind, _, lasts in driven)),
        tolls=float(sum(map(times.toll, plan.routes))),
        arrival_cost=float(sum(cost_at(stop.arrival_pieces, start_s) for stop, start_s in starts)),
        prizes=float(problem.lost_prizes(plan.unserved)),
        vehicles=len(driven),
        distance_m=sum(metres),
        duration_s=sum(seconds),
        arrivals_s=sum(start_s for _, start_s in starts),
        last_arrival_s=max((start_s for _, start_s in starts), default=0),
        longest_route_s=max(seconds, default=0),
        shortest_route_s=min(seconds, default=0),
        longest_route_m=max(metres, default=0),
        shortest_route_m=min(metres, default=0),
    )
