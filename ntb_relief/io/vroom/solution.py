"""From a plan to VROOM's form of a solution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .names import TASKS, stop_kinds, stop_numbers, vehicle_numbers
from .priorities import priorities_of

if TYPE_CHECKING:
    from ...model.routing import RoutingProblem, Stop, VehicleType
    from ...plan.route_plan import Route, RoutePlan


class _Teller:
    """What all routes of a solution are told by."""

    def __init__(self, problem: RoutingProblem) -> None:
        self.problem = problem
        self.stops = {stop.id: stop for stop in problem.stops}
        self.kinds = {kind.id: kind for kind in problem.vehicle_types}
        self.row = {name: row for row, name in enumerate(problem.place_ids)}
        self.task_kinds, self.numbers, self.vehicles = stop_kinds(problem), stop_numbers(problem), vehicle_numbers(problem)
        self.priorities = priorities_of(problem) or dict.fromkeys(self.stops, 0)
        self.dims = len(problem.dimensions) - (TASKS in problem.dimensions[1:])

    def task(self, stop: Stop) -> dict[str, Any]:
        return {
            "id": self.numbers[stop.id],
            "type": self.task_kinds[stop.id],
            "description": stop.id,
            "location_index": self.row[stop.place_id],
        }

    def route(self, route: Route) -> dict[str, Any]:
        kind = self.kinds[route.vehicle_type]
        steps = self._steps(route, kind)
        stops = [self.stops[name] for name in route.stop_ids]
        told: dict[str, Any] = {
            "vehicle": self.vehicles[kind.id, route.vehicle],
            "description": kind.id,
            "cost": round(route.cost * self.problem.cost_scale),
            "delivery": self._sum([stop.demand for stop in stops]),
            "pickup": self._sum([stop.pickup for stop in stops]),
            "setup": 0,
            "service": sum(step["service"] for step in steps),
            "duration": steps[-1]["duration"],
            "waiting_time": sum(step["waiting_time"] for step in steps),
            "priority": sum(self.priorities[stop.id] for stop in stops),  # of a shipment both ends have it, as VROOM counts
        }
        if "distance" in steps[-1]:
            told["distance"] = route.distance_m
        return {**told, "steps": steps, "violations": []}

    def _sum(self, loads: list[tuple[int, ...]]) -> list[int]:
        return [sum(load[dim] for load in loads if load) for dim in range(self.dims)]

    def _steps(self, route: Route, kind: VehicleType) -> list[dict[str, Any]]:
        matrix = self.problem.matrices[kind.profile]
        has_metres = not np.array_equal(matrix.duration_s, matrix.distance_m)
        (trip,) = route.trips
        stops = [self.stops[visit.stop_id] for visit in trip.visits]
        load = np.array(self._sum([stop.demand for stop in stops if stop.taken_from is None]), np.int64)
        steps: list[dict[str, Any]] = []
        here = self.row[kind.start_id]
        driven = metres = 0

        def add(head: dict[str, Any], place: int, *, arrival: int, service: int = 0, waiting: int = 0) -> None:
            nonlocal here, driven, metres
            driven, metres = driven + int(matrix.duration_s[here, place]), metres + int(matrix.distance_m[here, place])
            here = place
            told = {"arrival": arrival, "duration": driven, "setup": 0, "service": service, "waiting_time": waiting}
            steps.append({**head, **told, **({"distance": metres} if has_metres else {}), "load": load.tolist(), "violations": []})

        add({"type": "start", "location_index": here}, here, arrival=trip.loading_end_s)
        for visit, stop in zip(trip.visits, stops, strict=True):
            load += np.array(self._sum([stop.pickup]), np.int64) - np.array(self._sum([stop.demand]), np.int64)
            service, waiting = visit.departure_s - visit.start_s, visit.start_s - visit.arrival_s
            add(self.task(stop), self.row[stop.place_id], arrival=visit.arrival_s, service=service, waiting=waiting)
        if kind.end_id is not None:
            add({"type": "end", "location_index": self.row[kind.end_id]}, self.row[kind.end_id], arrival=route.end_s)
        return steps


def build_solution(problem: RoutingProblem, plan: RoutePlan) -> dict[str, Any]:
    """Return the solution; costs are in steps of the problem's `cost_scale`."""
    teller = _Teller(problem)
    routes = [teller.route(route) for route in plan.routes]
    sums = ("cost", "setup", "service", "duration", "waiting_time", "priority")
    summary: dict[str, Any] = {name: sum(route[name] for route in routes) for name in sums}
    for name in ("delivery", "pickup"):
        summary[name] = [sum(route[name][dim] for route in routes) for dim in range(teller.dims)]
    if any("distance" in route for route in routes):
        summary["distance"] = sum(route.get("distance", 0) for route in routes)
    summary |= {"routes": len(routes), "unassigned": len(plan.unserved), "violations": []}
    unassigned = [teller.task(teller.stops[name]) for name in plan.unserved]
    return {"code": 0, "summary": summary, "unassigned": unassigned, "routes": routes}
