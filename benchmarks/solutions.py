"""Reads and writes routes in VRPLIB's ``.sol`` form: ``Route #k: i j ...``, locations from 0 with the depots first.

Where vehicles differ the number of a route is the number of its vehicle, so empty routes are kept. Split deliveries add
a line ``Amounts #k: a b ...`` below each route: what it brings to each of its visits, in their order.
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

_LINE: Final = re.compile(r"(Route|Amounts)\s*#?\s*(\d+)\s*:(.*)", re.IGNORECASE)


def read_solution(path: Path | str) -> list[list[int]]:
    """Return the routes of a file; entry k is the route of vehicle k, empty where the file leaves it out."""
    return _read(path)[0]


def read_amounts(path: Path | str) -> list[list[int]] | None:
    """Return what each visit of each route brings, or None where the file does not say."""
    return _read(path)[1]


def _read(path: Path | str) -> tuple[list[list[int]], list[list[int]] | None]:
    found: dict[str, dict[int, list[int]]] = {"route": {}, "amounts": {}}
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if match := _LINE.fullmatch(line.strip()):
            word, number = match[1].lower(), int(match[2])
            if number in found[word] or number < 1:
                message = f"{path}: {word} {number} is given twice or is not numbered from 1"
                raise InstanceError(message)
            found[word][number] = [int(word) for word in match[3].split()]
    routes, amounts = (
        [lines.get(number, []) for number in range(1, max(found["route"], default=0) + 1)] for lines in (found["route"], found["amounts"])
    )
    return routes, amounts if found["amounts"] else None


def write_solution(
    path: Path | str, routes: Sequence[Sequence[int]], *, cost: float, amounts: Sequence[Sequence[int]] | None = None
) -> None:
    """Write the routes, and the amounts where there are some; the file appears whole or not at all."""
    target = Path(path)
    lines = []
    for number, route in enumerate(routes, start=1):
        lines.append(_line("Route", number, route))
        if amounts is not None:
            lines.append(_line("Amounts", number, amounts[number - 1]))
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_text("\n".join([*lines, f"Cost: {cost:.15g}", ""]), encoding="utf-8")
    draft.replace(target)


def _line(word: str, number: int, numbers: Sequence[int]) -> str:
    return f"{word} #{number}: {' '.join(map(str, numbers))}".rstrip()


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
