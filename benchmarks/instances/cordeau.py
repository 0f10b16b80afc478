"""Reads Cordeau's text of one or several depots: a first line ``type vehicles customers depots``.

Then follow the longest duration and the capacity of a vehicle at each depot (0 is no limit), and a row a location:
number, x, y, service, demand, visits, number of choices, the choices (a bit a depot), and opening and closing where the
type has windows. Customers are numbered from 1; every other number is a depot, with so many vehicles as the first line says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import InstanceError
from ..families import Form, find_family
from .instance import FleetType, RoutingInstance, plain_instance
from .numbers import number_rows

if TYPE_CHECKING:
    from pathlib import Path

_HAS_WINDOWS: Final = {0: False, 2: False, 4: True, 6: True}
"""Types without periods or unlike vehicles: one depot or several, without windows or with."""
_HEADER: Final = 4
_SERVICE, _DEMAND, _VISITS, _CHOICES = 3, 4, 5, 6


def read_cordeau(path: Path, text: str, *, family: str | None = None) -> RoutingInstance:
    """Return the instance written in `text`.

    Raises
    ------
    InstanceError
        Where rows are missing, or the type or a customer asks for more than depots, durations and windows.
    """
    header, *rows = number_rows(path, text) or [[]]
    if len(header) != _HEADER or int(header[0]) not in _HAS_WINDOWS:
        message = f"{path}: the first line is not a type of {', '.join(map(str, _HAS_WINDOWS))}, vehicles, customers and depots"
        raise InstanceError(message)
    kind, count, num_clients, num_depots = map(int, header)
    limits, places = rows[:num_depots], rows[num_depots:]
    clients = [row for row in places if 1 <= row[0] <= num_clients]
    depots = [row for row in places if not 1 <= row[0] <= num_clients]
    if [row[0] for row in clients] != list(range(1, num_clients + 1)) or len(depots) != num_depots:
        message = f"{path}: there are not rows of {num_clients} customers numbered from 1 and {num_depots} depots"
        raise InstanceError(message)
    for row in clients:
        if row[_VISITS] != 1 or row[_CHOICES] < num_depots:
            message = f"{path}: customer {row[0]:g} asks for several visits or for some depots only"
            raise InstanceError(message)
    ordered = depots + clients
    demands = np.array([[row[_DEMAND]] for row in ordered])
    return plain_instance(
        path=path,
        family=find_family(path, form=Form.CORDEAU, name=family),
        num_depots=num_depots,
        coords=np.array([row[1:3] for row in ordered]),
        demands=demands,
        windows=np.array([row[-2:] for row in ordered]) if _HAS_WINDOWS[kind] else None,
        service=np.array([row[_SERVICE] for row in ordered]),
        fleet=tuple(
            FleetType(
                count=count,
                numbers=tuple(range(depot * count, (depot + 1) * count)),
                capacity=(int(capacity) or int(demands.sum()),),
                depot=depot,
                max_duration=duration or None,
            )
            for depot, (duration, capacity) in enumerate(limits)
        ),
    )
