"""From a `RoutingProblem` to a VROOM input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ...model.instance import home_depot
from ...model.travel import UNREACHABLE
from .names import TASKS, stop_kinds, stop_numbers, vehicle_numbers
from .priorities import priorities_of

if TYPE_CHECKING:
    from ...errors import IssueLog
    from ...model.routing import RoutingProblem, Stop, VehicleType

_HOUR: Final = 3600
_KM: Final = 1000
_NEAR: Final = 1e-9


def build_input(log: IssueLog, problem: RoutingProblem) -> dict[str, Any]:
    """Return the input; what VROOM cannot state stands in the log, and the input then means nothing."""
    levels = priorities_of(problem)
    if levels is None:
        log.add("stops", "have prizes", "make them all required: VROOM knows priorities, no prizes")
    _refuse(log, problem)
    if log.issues:
        return {}
    numbers, kinds, row = stop_numbers(problem), stop_kinds(problem), {name: i for i, name in enumerate(problem.place_ids)}
    counted = TASKS in problem.dimensions[1:]
    skills = _skills(problem)

    def task(stop: Stop) -> dict[str, Any]:
        made: dict[str, Any] = {"id": numbers[stop.id], "description": stop.id, "location_index": row[stop.place_id]}
        if stop.service_s:
            made["service"] = stop.service_s
        if stop.windows_s != ((0, None),):
            made["time_windows"] = [list(_closed(window)) for window in stop.windows_s]
        return made

    def order(stop: Stop) -> dict[str, Any]:
        needs = skills.get(_able(problem, stop))
        made: dict[str, Any] = {} if needs is None else {"skills": [needs]}
        return made if not (levels or {})[stop.id] else {**made, "priority": (levels or {})[stop.id]}

    def loads(values: tuple[int, ...]) -> list[int]:
        return list(values[:-1] if counted else values)

    stops = {stop.id: stop for stop in problem.stops}
    jobs = [
        {**task(stop), "delivery": loads(stop.demand), **({"pickup": loads(stop.pickup)} if stop.pickup else {}), **order(stop)}
        for stop in problem.stops
        if kinds[stop.id] == "job"
    ]
    shipments = [
        {"pickup": task(stops[stop.taken_from]), "delivery": task(stop), "amount": loads(stop.demand), **order(stop)}
        for stop in problem.stops
        if stop.taken_from
    ]
    vehicles, matrices = _vehicles(problem, skills)
    return {"jobs": jobs, **({"shipments": shipments} if shipments else {}), "vehicles": vehicles, "matrices": matrices}


def _refuse(log: IssueLog, problem: RoutingProblem) -> None:
    if problem.linehaul_first:
        log.add("routing problem", "brings all goods before any are taken on", "VROOM cannot state it")
    for kind in problem.vehicle_types:
        where = f"vehicle type '{kind.id}'"
        asked = {
            "several trips": kind.max_trips > 1,
            "a longest duration": kind.max_duration_s is not None,
            "a price of seconds, waiting with them": kind.cost_per_s > 0,
            "service seconds by load": kind.service_s_per_unit > 0,
            "a way to its depot": home_depot(problem, kind) < 0,
        }
        for what, is_asked in asked.items():
            if is_asked:
                log.add(where, f"asks for {what}", "VROOM cannot state it")
    for stop in problem.stops:
        where = f"stop '{stop.id}'"
        faults = {
            "a release time": stop.release_s > 0,
            "alternatives": stop.group is not None,
            "several visits": stop.min_drop is not None,
            "a cost of its arrival": any(per_s for _, per_s in stop.arrival_pieces),
        }
        for what, is_asked in faults.items():
            if is_asked:
                log.add(where, f"asks for {what}", "VROOM cannot state it")
    if any((matrix.duration_s == UNREACHABLE).any() for matrix in problem.matrices.values()):
        log.add("travel matrices", "have pairs without a path", "VROOM cannot state it: leave these places out")


def _able(problem: RoutingProblem, stop: Stop) -> frozenset[str]:
    """Return the vehicle types that may serve a stop, which they load at home."""
    able = set()
    for kind in problem.vehicle_types:
        depot = problem.depots[home_depot(problem, kind)]
        is_open = depot.close_s is None or max(kind.shift_s[0], depot.open_s) <= depot.close_s
        if is_open and (stop.vehicle_types is None or kind.id in stop.vehicle_types) and (stop.depots is None or depot.id in stop.depots):
            able.add(kind.id)
    return frozenset(able)


def _skills(problem: RoutingProblem) -> dict[frozenset[str], int]:
    """Return a skill for every set of types that alone may serve a stop."""
    every = frozenset(kind.id for kind in problem.vehicle_types)
    sets = dict.fromkeys(able for stop in problem.stops if (able := _able(problem, stop)) != every)
    return {able: number for number, able in enumerate(sets, start=1)}


def _vehicles(problem: RoutingProblem, skills: dict[frozenset[str], int]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    numbers, row = vehicle_numbers(problem), {name: i for i, name in enumerate(problem.place_ids)}
    counted = TASKS in problem.dimensions[1:]
    vehicles: list[dict[str, Any]] = []
    matrices: dict[str, Any] = {}
    for kind in problem.vehicle_types:
        profile, price, is_timed = _price(problem, kind, matrices)
        depot = problem.depots[home_depot(problem, kind)]
        # It leaves when it is loaded; until when it is loaded matters to no one, and how long it stands neither.
        window = max(kind.shift_s[0], depot.open_s) + kind.loading_s, kind.shift_s[1]
        made: dict[str, Any] = {"start_index": row[kind.start_id], "profile": profile, "capacity": list(kind.capacity), "costs": price}
        if kind.end_id is not None:
            made["end_index"] = row[kind.end_id]
        if counted:
            made |= {"capacity": list(kind.capacity[:-1]), "max_tasks": kind.capacity[-1]}
        if kind.max_stops is not None:
            made["max_tasks"] = min(kind.max_stops, made.get("max_tasks", kind.max_stops))
        if window != (0, None):
            made["time_window"] = list(_closed(window))
        if kind.max_distance_m is not None:
            made["max_travel_time" if is_timed else "max_distance"] = kind.max_distance_m
        if able := sorted(number for types, number in skills.items() if kind.id in types):
            made["skills"] = able
        vehicles += [{"id": numbers[kind.id, number], "description": kind.id, **made} for number in range(kind.count)]
    return vehicles, matrices


def _price(problem: RoutingProblem, kind: VehicleType, matrices: dict[str, Any]) -> tuple[str, dict[str, int], bool]:
    """Return (profile, costs, whether its metres are seconds), and put its matrices in.

    Costs are in steps of `cost_scale`.
    """
    matrix, scale = problem.matrices[kind.profile], problem.cost_scale
    is_timed = np.array_equal(matrix.duration_s, matrix.distance_m)
    tables = {"durations": matrix.duration_s.tolist()}
    if not is_timed:
        tables["distances"] = matrix.distance_m.tolist()
    price, per_m = {"fixed": round(kind.fixed_cost * scale)}, round(kind.cost_per_m * scale)
    if matrix.toll_idr is None or not matrix.toll_idr.any():
        name = kind.profile
        price |= {"per_hour": per_m * _HOUR} if is_timed else {"per_hour": 0, "per_km": per_m * _KM}
    else:
        # A table of prices is one for all who drive by the profile.
        name = f"{kind.profile} at {per_m}"
        tables["costs"] = (matrix.distance_m * per_m + matrix.toll_idr * scale).tolist()
    matrices.setdefault(name, tables)
    return name, price, is_timed


def _closed(window: tuple[int, int | None]) -> tuple[int, int]:
    opens, closes = window
    return opens, 2**31 - 1 if closes is None else closes
