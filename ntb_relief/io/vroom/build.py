"""From the records of a VROOM input to a `RoutingProblem`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...model.routing import Depot, RoutingProblem, Stop, VehicleType
from ...model.travel import TravelMatrix
from .names import TASKS, stop_id, type_id
from .priorities import prize_of, prize_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ...errors import IssueLog
    from .parse import Car, Order, Parsed, Task

_HOUR = 3600
_KM = 1000
_NEAR = 1e-6


def build_problem(log: IssueLog, parsed: Parsed) -> RoutingProblem | None:
    """Return the problem; None where the model cannot state it, which then stands in the log."""
    _refuse(log, parsed)
    if log.issues:
        return None
    matrices: dict[tuple[object, ...], TravelMatrix] = {}
    prices = {car.id: _price(parsed, car, matrices) for car in parsed.cars}
    scale = _scale([per_m for _, _, per_m in prices.values()])
    kinds, skills = _vehicle_types(parsed, prices)
    dims = max([len(car.capacity) for car in parsed.cars] + [len(x) for order in parsed.orders for x in (order.delivery, order.pickup)])
    names = ["load", *(f"load {number}" for number in range(2, dims + 1))]
    problem = RoutingProblem(
        depots=tuple(Depot(str(place), str(place)) for place in sorted({car.start for car in parsed.cars})),
        stops=tuple(stop for order in parsed.orders for stop in _stops(order, skills, size=max(1, dims), counts=_counts(parsed))),
        vehicle_types=kinds,
        matrices={matrix.profile: matrix for matrix in matrices.values()},
        dimensions=(*names, TASKS) if _counts(parsed) else tuple(names),
        cost_scale=scale,
    )
    return _with_priorities(problem, parsed)


def _counts(parsed: Parsed) -> bool:
    return any(car.max_tasks is not None for car in parsed.cars)


def _refuse(log: IssueLog, parsed: Parsed) -> None:
    at = Counter(task.place for order in parsed.orders for task in order.tasks) + Counter({car.start for car in parsed.cars})
    for task in (task for order in parsed.orders for task in order.tasks):
        if task.setup_s and at[task.place] > 1:
            log.add(f"{task.path}.setup", "depends on what is done there before", "add it to service, or give the task its own place")
    for task in (task for order in parsed.orders if len(order.tasks) > 1 for task in order.tasks):
        if task.later_windows_s:
            log.add(f"{task.path}.time_windows", "are several at an end of a shipment, which is not planned", "give one window")
    shipped = next((order for order in parsed.orders if len(order.tasks) > 1), None)
    for car in parsed.cars:
        if car.max_tasks is not None and shipped is not None:
            log.add(f"{car.path}.max_tasks", "counts pickups and deliveries of shipments, which is not planned", "leave one of them out")
        if car.max_travel_s is not None and car.max_distance_m is not None:
            log.add(f"{car.path}.max_distance", "stands beside max_travel_time: one of them is planned", "leave one of them out")


def _price(parsed: Parsed, car: Car, matrices: dict[tuple[object, ...], TravelMatrix]) -> tuple[str, int | None, float]:
    """Return (profile, limit of its metres, price of a metre) of a vehicle, and note the matrix it needs.

    VROOM prices hours and kilometres of driving, or has a table of prices. A model's matrix has metres, which are
    priced and limited, and tolls: metres are the distances, or seconds of driving where there are none or they are limited.
    """
    tables = parsed.tables[car.profile]
    is_timed = tables.distances is None or car.max_travel_s is not None
    per_hour, per_km = (0, 0) if tables.costs is not None else (car.per_hour, car.per_km)
    tolled_hours, tolled_km = (0, per_km) if is_timed else (per_hour, 0)
    key = (car.profile, car.speed_factor, is_timed, tolled_hours, tolled_km)
    if key not in matrices:
        twins = sum(its[0] == car.profile for its in matrices)
        name = car.profile if not twins else f"{car.profile} ({twins + 1})"
        places = tuple(map(str, range(parsed.num_places)))
        # Rounded up, so that no vehicle is late.
        seconds = np.ceil(tables.durations / car.speed_factor - 1e-9).astype(np.int64)
        metres = seconds if is_timed or tables.distances is None else tables.distances
        tolls = tables.costs
        if tolls is None and (tolled_hours or tolled_km):
            tolls = _rounded(seconds * tolled_hours, _HOUR)
            if tolled_km and tables.distances is not None:
                tolls = tolls + _rounded(tables.distances * tolled_km, _KM)
        matrices[key] = TravelMatrix(name, places, duration_s=seconds, distance_m=metres, toll_idr=tolls)
    limit = car.max_travel_s if is_timed else car.max_distance_m
    return matrices[key].profile, limit, per_hour / _HOUR if is_timed else per_km / _KM


def _rounded(values: NDArray[np.int64], by: int) -> NDArray[np.int64]:
    return (2 * values + by) // (2 * by)


def _scale(prices: Sequence[float]) -> int:
    """Return the least scale in which every price of a metre is whole."""
    return next(scale for scale in (1, _KM, _HOUR, 5 * _HOUR) if all(abs(x * scale - round(x * scale)) < _NEAR for x in prices))


def _vehicle_types(
    parsed: Parsed, prices: dict[int, tuple[str, int | None, float]]
) -> tuple[tuple[VehicleType, ...], dict[str, frozenset[int]]]:
    """Return one type for vehicles that are alike, and the skills of each type."""
    dims = max(len(car.capacity) for car in parsed.cars)
    num_tasks = sum(len(order.tasks) for order in parsed.orders)
    wanted = frozenset(skill for order in parsed.orders for skill in order.skills)
    alike: dict[tuple[object, ...], list[Car]] = {}
    for car in parsed.cars:
        key = (prices[car.id], car.start, car.end, car.capacity, car.skills & wanted, car.window_s, car.fixed, car.max_tasks)
        alike.setdefault(key, []).append(car)
    kinds, skills = [], {}
    size = max([dims, 1] + [len(x) for order in parsed.orders for x in (order.delivery, order.pickup)])
    for cars in alike.values():
        car = cars[0]
        profile, limit, per_m = prices[car.id]
        room = car.capacity or (0,) * size
        kinds.append(
            VehicleType(
                id=type_id(x.id for x in cars),
                count=len(cars),
                capacity=(*room, num_tasks if car.max_tasks is None else car.max_tasks) if _counts(parsed) else room,
                profile=profile,
                start_id=str(car.start),
                end_id=None if car.end is None else str(car.end),
                depots=frozenset({str(car.start)}),
                fixed_cost=car.fixed,
                cost_per_m=per_m,
                shift_s=car.window_s,
                max_distance_m=limit,
            )
        )
        skills[kinds[-1].id] = car.skills
    return tuple(kinds), skills


def _stops(order: Order, skills: dict[str, frozenset[int]], *, size: int, counts: bool) -> list[Stop]:
    able = frozenset(name for name, has in skills.items() if order.skills <= has)
    nothing, one = (0,) * size, (1,) if counts else ()
    types = None if len(able) == len(skills) else able
    delivery, pickup = order.delivery or nothing, order.pickup or nothing

    def stop(kind: str, task: Task, *, demand: tuple[int, ...], given: tuple[int, ...], source: str | None = None) -> Stop:
        return Stop(
            id=stop_id(kind, task.id),
            place_id=str(task.place),
            demand=demand,
            window_s=task.window_s,
            later_windows_s=task.later_windows_s,
            service_s=task.service_s + task.setup_s,
            vehicle_types=types,
            pickup=given,
            taken_from=source,
        )

    if len(order.tasks) == 1:
        return [stop("job", order.tasks[0], demand=delivery + one, given=pickup + (0,) * len(one) if any(pickup) else ())]
    first = stop("pickup", order.tasks[0], demand=nothing, given=pickup)
    return [first, stop("delivery", order.tasks[1], demand=pickup, given=(), source=first.id)]


def _with_priorities(problem: RoutingProblem, parsed: Parsed) -> RoutingProblem:
    if len({order.priority for order in parsed.orders}) <= 1:
        return problem
    step, num = prize_step(problem), len(problem.stops)
    prizes = [prize_of(order.priority, num_tasks=num, step=step, tasks=len(order.tasks)) for order in parsed.orders for _ in order.tasks]
    return problem.replace(stops=tuple(replace(stop, prize=prize) for stop, prize in zip(problem.stops, prizes, strict=True)))
