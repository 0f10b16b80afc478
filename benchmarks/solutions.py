"""Reads and writes routes in VRPLIB's ``.sol`` form: ``Route #k: i j ...``, locations from 0 with the depots first.

Where vehicles differ the number of a route is the number of its vehicle, so empty routes are kept.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .errors import InstanceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .instances import RoutingInstance

_ROUTE: Final = re.compile(r"Route\s*#?\s*(\d+)\s*:(.*)", re.IGNORECASE)


def read_solution(path: Path | str) -> list[list[int]]:
    """Return the routes of a file; entry k is the route of vehicle k, empty where the file leaves it out."""
    routes: dict[int, list[int]] = {}
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if match := _ROUTE.fullmatch(line.strip()):
            number = int(match[1])
            if number in routes or number < 1:
                message = f"{path}: route {number} is given twice or is not numbered from 1"
                raise InstanceError(message)
            routes[number] = [int(word) for word in match[2].split()]
    return [routes.get(number, []) for number in range(1, max(routes, default=0) + 1)]


def write_solution(path: Path | str, routes: Sequence[Sequence[int]], *, cost: float) -> None:
    """Write the routes; the file appears whole or not at all."""
    target = Path(path)
    lines = [f"Route #{number}: {' '.join(map(str, route))}".rstrip() for number, route in enumerate(routes, start=1)]
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_text("\n".join([*lines, f"Cost: {cost:.15g}", ""]), encoding="utf-8")
    draft.replace(target)


def number_routes(instance: RoutingInstance, typed_routes: Sequence[tuple[int, Sequence[int]]]) -> list[list[int]]:
    """Give each route of a vehicle type the number of a vehicle of that type.

    Parameters
    ----------
    instance : RoutingInstance
    typed_routes : sequence of (int, sequence of int)
        Index into `instance.fleet` and the route without its end depots.

    Returns
    -------
    list of list of int
        Without empty routes where all vehicles are alike; else one entry a vehicle. A type that has run out of
        vehicles takes numbers beyond the fleet, which the checker reports.
    """
    used = [(kind, list(route)) for kind, route in typed_routes if route]
    if len(instance.fleet) == 1:
        return [route for _, route in used]
    routes: list[list[int]] = [[] for _ in range(instance.num_vehicles or 0)]
    free = [iter(kind.numbers) for kind in instance.fleet]
    for kind, route in used:
        number = next(free[kind], None)
        if number is None:
            routes.append(route)
        else:
            routes[number] = route
    return routes
