"""Names of VROOM: it numbers jobs, pickups, deliveries and vehicles each for themselves; the model has ids that are texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...model.routing import RoutingProblem

TASKS: Final = "tasks"
"""Name of the capacity dimension that stands for `max_tasks`."""
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,15}")


def stop_id(kind: str, number: int) -> str:
    """Return the id of a stop: ``"7"``, ``"pickup 7"``, ``"delivery 7"``."""
    return str(number) if kind == "job" else f"{kind} {number}"


def type_id(numbers: Iterable[int]) -> str:
    """Return the id of a vehicle type: the numbers of its vehicles, ``"1,2,5"``."""
    return ",".join(map(str, numbers))


def stop_kinds(problem: RoutingProblem) -> dict[str, str]:
    """Return what each stop is for VROOM: a job, or the pickup or delivery of a shipment."""
    givers = {stop.taken_from for stop in problem.stops}
    return {stop.id: "delivery" if stop.taken_from else "pickup" if stop.id in givers else "job" for stop in problem.stops}


def stop_numbers(problem: RoutingProblem) -> dict[str, int]:
    """Return the number of each stop: the one in its id where all of its kind have one, else they are counted from 1."""
    numbers: dict[str, int] = {}
    kinds = stop_kinds(problem)
    for kind in ("job", "pickup", "delivery"):
        names = [name for name, its in kinds.items() if its == kind]
        bare = [name if kind == "job" else name.removeprefix(f"{kind} ") for name in names]
        is_told = all(_NUMBER.fullmatch(text) and stop_id(kind, int(text)) == name for text, name in zip(bare, names, strict=True))
        numbers |= {name: int(text) if is_told else row for row, (name, text) in enumerate(zip(names, bare, strict=True), start=1)}
    return numbers


def vehicle_numbers(problem: RoutingProblem) -> dict[tuple[str, int], int]:
    """Return the number of each vehicle (type, number in type): those in the ids of types, else they are counted from 1."""
    parts = [kind.id.split(",") for kind in problem.vehicle_types]
    every = [text for row in parts for text in row]
    fits = all(len(row) == kind.count for row, kind in zip(parts, problem.vehicle_types, strict=True))
    keys = [(kind.id, number) for kind in problem.vehicle_types for number in range(kind.count)]
    if fits and all(map(_NUMBER.fullmatch, every)) and len(set(every)) == len(every):
        return dict(zip(keys, map(int, every), strict=True))
    return {key: row for row, key in enumerate(keys, start=1)}
