"""From a VROOM input to plain records, with every field read or refused; nothing is left out in silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ...model.checks import are_apart
from .fields import MOST, Fields, is_count, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...errors import IssueLog

MAX_TASKS: Final = 50_000
MAX_VEHICLES: Final = 20_000
MAX_PLACES: Final = 10_000
MAX_PROFILES: Final = 64
MAX_AMOUNTS: Final = 16
_MAX_SKILLS: Final = 1000
_MOST_PRIORITY: Final = 100

_NO_TASK: Final = {"setup_per_type": "setup times by vehicle type", "service_per_type": "service times by vehicle type"}
_NO_VEHICLE: Final = {"breaks": "breaks of drivers", "steps": "a plan to start from"}
_NO_COST: Final = {"per_task_hour": "a price of hours at tasks"}
_NO_INPUT: Final = {"options": "options of VROOM's server", "matrix": "the old form of matrices"}


@dataclass(frozen=True, slots=True)
class Task:
    """A job, or one end of a shipment."""

    path: str
    id: int
    place: int
    setup_s: int
    service_s: int
    window_s: tuple[int, int | None]
    later_windows_s: tuple[tuple[int, int | None], ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What is served as one: a job alone, or pickup and delivery of a shipment."""

    tasks: tuple[Task, ...]
    delivery: tuple[int, ...]
    pickup: tuple[int, ...]
    skills: frozenset[int]
    priority: int


@dataclass(frozen=True, slots=True)
class Car:
    """A vehicle, as VROOM states it; hours and distances in its units."""

    path: str
    id: int
    profile: str
    start: int
    end: int | None
    capacity: tuple[int, ...]
    skills: frozenset[int]
    window_s: tuple[int, int | None]
    fixed: int
    per_hour: int
    per_km: int
    speed_factor: float
    max_tasks: int | None
    max_travel_s: int | None
    max_distance_m: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """The matrices of one profile; those not given are None."""

    durations: NDArray[np.int64]
    distances: NDArray[np.int64] | None
    costs: NDArray[np.int64] | None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole input."""

    orders: tuple[Order, ...]
    cars: tuple[Car, ...]
    tables: dict[str, Tables]
    num_places: int


def parse_input(log: IssueLog, data: object) -> Parsed:
    """Return the records of an input; what is wrong stands in the log, and the records then mean nothing."""
    fields = Fields(log, "", data, refused=_NO_INPUT)
    orders = [_job(log, f"jobs[{row}]", job) for row, job in enumerate(fields.list("jobs", most=MAX_TASKS))]
    orders += [_shipment(log, f"shipments[{row}]", part) for row, part in enumerate(fields.list("shipments", most=MAX_TASKS))]
    cars = tuple(_car(log, f"vehicles[{row}]", car) for row, car in enumerate(fields.list("vehicles", most=MAX_VEHICLES)))
    tables = _tables(log, fields.any("matrices"))
    fields.close()
    if not cars:
        log.add("vehicles", "there are none", "give at least one")
    num_places = next((len(x.durations) for x in tables.values()), 0)
    parsed = Parsed(tuple(orders), cars, tables, num_places)
    if not log.issues:
        _check_ids(log, parsed)
        _check_sizes(log, parsed)
    return parsed


def _job(log: IssueLog, path: str, data: object) -> Order:
    fields = Fields(log, path, data, refused=_NO_TASK)
    task = _task(fields)
    order = Order(
        (task,),
        delivery=fields.counts("delivery", most=MAX_AMOUNTS),
        pickup=fields.counts("pickup", most=MAX_AMOUNTS),
        skills=frozenset(fields.counts("skills", most=_MAX_SKILLS)),
        priority=fields.whole("priority", most=_MOST_PRIORITY),
    )
    fields.close()
    return order


def _shipment(log: IssueLog, path: str, data: object) -> Order:
    fields = Fields(log, path, data, refused={})
    ends = []
    for name in ("pickup", "delivery"):
        end = Fields(log, f"{path}.{name}", fields.any(name), refused=_NO_TASK)
        ends.append(_task(end))
        end.close()
    amount = fields.counts("amount", most=MAX_AMOUNTS)
    skills = frozenset(fields.counts("skills", most=_MAX_SKILLS))
    order = Order(tuple(ends), delivery=(), pickup=amount, skills=skills, priority=fields.whole("priority", most=_MOST_PRIORITY))
    fields.close()
    return order


def _task(fields: Fields) -> Task:
    windows = {f"time_windows[{i}]": window for i, window in enumerate(fields.list("time_windows", most=100))}
    inner = Fields(fields.log, fields.path, windows, refused={})
    first, *later = [inner.window(name) for name in windows] or [(0, None)]
    if not are_apart((first, *later)):
        fields.log.add(fields.where("time_windows"), "overlap or are out of order", "let each open after the one before has closed")
    return Task(
        path=fields.path,
        id=_number(fields, "id"),
        place=_place(fields, "location_index", "location"),
        setup_s=fields.whole("setup"),
        service_s=fields.whole("service"),
        window_s=first,
        later_windows_s=tuple(later),
    )


def _car(log: IssueLog, path: str, data: object) -> Car:
    fields = Fields(log, path, data, refused=_NO_VEHICLE)
    price = Fields(log, f"{path}.costs", fields.any("costs") if fields.has("costs") else {}, refused=_NO_COST)
    factor, profile = fields.any("speed_factor"), fields.any("profile")
    fields.any("type")  # a label, as long as no task has times by type
    if factor is not None and (isinstance(factor, bool) or not isinstance(factor, (int, float)) or not 0 < factor <= 5):  # noqa: PLR2004
        fields.wrong("speed_factor", "give a number above 0, at most 5 as VROOM")
        factor = 1
    if profile is not None and not isinstance(profile, str):
        fields.wrong("profile", "give the name of a matrix")
    has_end = fields.has("end_index") or fields.has("end")
    car = Car(
        path=path,
        id=_number(fields, "id"),
        profile=profile if isinstance(profile, str) else "car",
        start=_place(fields, "start_index", "start"),
        end=_place(fields, "end_index", "end") if has_end else None,
        capacity=fields.counts("capacity", most=MAX_AMOUNTS),
        skills=frozenset(fields.counts("skills", most=_MAX_SKILLS)),
        window_s=fields.window("time_window"),
        fixed=price.whole("fixed"),
        per_hour=price.whole("per_hour", 3600),
        per_km=price.whole("per_km"),
        speed_factor=float(factor or 1),
        max_tasks=fields.limit("max_tasks"),
        max_travel_s=fields.limit("max_travel_time"),
        max_distance_m=fields.limit("max_distance"),
    )
    fields.any("description")
    price.close()
    fields.close()
    return car


def _number(fields: Fields, name: str) -> int:
    if not fields.has(name):
        fields.log.add(fields.where(name), "is missing", "give a whole number")
    return fields.whole(name, most=2**53)


def _place(fields: Fields, index: str, coordinates: str) -> int:
    fields.any(coordinates)  # where a map shows it; the matrices alone tell how far it is
    fields.any("description")
    if not fields.has(index):
        is_start = index == "start_index"
        fix = "give the row of the matrices" + (" where the vehicle is loaded: a route needs a start" if is_start else "")
        fields.log.add(fields.where(index), "is missing", fix)
    return fields.whole(index, most=MAX_PLACES - 1)


def _tables(log: IssueLog, data: object) -> dict[str, Tables]:
    if not isinstance(data, dict) or not data or len(data) > MAX_PROFILES:
        what = "is missing" if data is None else f"is {shown(data)}"
        log.add("matrices", what, f"give the durations of 1 to {MAX_PROFILES} profiles: {{'car': {{'durations': [[...]]}}}}")
        return {}
    tables: dict[str, Tables] = {}
    for name, part in data.items():
        path = f"matrices.{str(name)[:MAX_PROFILES]}"
        fields = Fields(log, path, part, refused={})
        read = {kind: _table(fields, kind) for kind in ("durations", "distances", "costs")}
        fields.close()
        if read["durations"] is None:
            if not fields.has("durations"):
                log.add(f"{path}.durations", "is missing", "give seconds between all places")
        else:
            tables[str(name)] = Tables(read["durations"], read["distances"], read["costs"])
    sizes = {len(table) for x in tables.values() for table in (x.durations, x.distances, x.costs) if table is not None}
    if len(sizes) > 1:
        log.add("matrices", f"have {sorted(sizes)} rows", "make all over the same places")
    return tables


def _table(fields: Fields, name: str) -> NDArray[np.int64] | None:
    if not fields.has(name):
        return None
    rows = fields.list(name, most=MAX_PLACES)
    is_square = bool(rows) and all(isinstance(row, list) and len(row) == len(rows) for row in rows)
    if not is_square:
        if rows or fields.data[name] == []:
            fields.log.add(fields.where(name), f"is no square table: {len(rows)} rows", "give a row and a column a place")
        return None
    for number, row in enumerate(rows):
        odd = next((column for column, value in enumerate(row) if not is_count(value)), None)
        if odd is not None:
            place = f"{fields.where(name)}[{number}][{odd}]"
            fields.log.add(place, f"is {shown(row[odd])}", f"give a whole number from 0 to {MOST}")
            return None
    return np.array(rows, np.int64)


def _check_ids(log: IssueLog, parsed: Parsed) -> None:
    kinds = {"vehicle": [(car.id, car.path) for car in parsed.cars], "job": [], "pickup": [], "delivery": []}
    for order in parsed.orders:
        names = ("job",) if len(order.tasks) == 1 else ("pickup", "delivery")
        for name, task in zip(names, order.tasks, strict=True):
            kinds[name].append((task.id, task.path))
    for name, ids in kinds.items():
        seen: set[int] = set()
        for number, path in ids:
            if number in seen:
                log.add(f"{path}.id", f"is {number}, as of another {name}", "give every one its own")
            seen.add(number)


def _check_sizes(log: IssueLog, parsed: Parsed) -> None:
    for car in parsed.cars:
        if car.profile not in parsed.tables:
            log.add(f"{car.path}.profile", f"is '{car.profile}', which has no matrix", f"use one of {sorted(parsed.tables)}")
        else:
            _check_prices(log, car, parsed.tables[car.profile])
    last = parsed.num_places - 1
    uses = [(f"{car.path}.{name}", place) for car in parsed.cars for name, place in (("start_index", car.start), ("end_index", car.end))]
    uses += [(f"{task.path}.location_index", task.place) for order in parsed.orders for task in order.tasks]
    for path, place in uses:
        if place is not None and place > last:
            log.add(path, f"is {place}", f"use a row of the matrices, 0 to {last}")
    amounts = {len(x) for order in parsed.orders for x in (order.delivery, order.pickup) if x} | {len(car.capacity) for car in parsed.cars}
    if len(amounts - {0}) > 1:
        log.add("amounts", f"have {sorted(amounts)} numbers", "give every delivery, pickup, amount and capacity as many")


def _check_prices(log: IssueLog, car: Car, tables: Tables) -> None:
    needs = {"max_distance": car.max_distance_m, "costs.per_km": car.per_km or None}
    for name, value in needs.items():
        if value is not None and tables.distances is None:
            log.add(f"{car.path}.{name}", "is given without distances", f"give matrices.{car.profile}.distances")
    if tables.costs is not None and (car.per_hour, car.per_km) != (3600, 0):
        log.add(f"{car.path}.costs", "prices hours or kilometres beside a matrix of costs", "give one of them")
