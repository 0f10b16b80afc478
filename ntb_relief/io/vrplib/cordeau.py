"""Cordeau's text of one or several depots, with windows or without (Cordeau, Gendreau & Laporte 1997).

The first line is ``type vehicles customers depots``, the vehicles those of each depot. A line a depot follows: longest
duration and capacity of its vehicles, 0 for no limit. Then a line a location: number, x, y, service, demand, visits,
number of choices, the choices (a bit a depot), and opening and closing where the type has windows. Customers are
numbered from 1; the other locations are the depots, in the order of their lines.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from .numbers import number_rows, refuse, whole
from .table import RoutingTable, VehicleTable
from .text import MAX_LOCATIONS, MAX_VEHICLES

_HAS_WINDOWS: Final = {0: False, 2: False, 4: True, 6: True}
_NOT_PLANNED: Final = {
    1: "visits on several days",
    3: "vehicles that may not serve some stops",
    5: "visits on several days",
    7: "vehicles that may not serve some stops",
}
_HEADER: Final = 4
_LIMITS: Final = 2
_SERVICE, _DEMAND, _VISITS, _CHOICES = 3, 4, 5, 6


def parse_cordeau(text: str, *, name: str) -> RoutingTable:
    """Return the columns of a text in Cordeau's form.

    Raises
    ------
    SchemaError
        Where lines are missing or misshapen, or the type or a customer asks for more than depots, durations and windows.
    """
    header, *rows = number_rows(text, name=name) or [[]]
    if len(header) != _HEADER:
        refuse(name, "line 1", f"has {len(header)} numbers", "give type, vehicles, customers and depots")
    kind = int(header[0])
    if kind not in _HAS_WINDOWS:
        what = f"is {header[0]:g}{': ' + _NOT_PLANNED[kind] if kind in _NOT_PLANNED else ''}"
        refuse(name, "type", what, f"give one of {', '.join(map(str, _HAS_WINDOWS))}: one depot or several, without windows or with")
    num_depots = whole(header[3], name=name, where="number of depots", least=1, most=MAX_LOCATIONS)
    num_clients = whole(header[2], name=name, where="number of customers", most=MAX_LOCATIONS)
    count = whole(header[1], name=name, where="number of vehicles", least=1, most=MAX_VEHICLES // num_depots)
    limits, places = rows[:num_depots], rows[num_depots:]
    if len(limits) < num_depots or any(len(row) != _LIMITS for row in limits):
        refuse(name, "depots", f"are not told by {num_depots} lines of {_LIMITS} numbers", "give longest duration and capacity of each")
    clients = _clients(places, name=name, num_clients=num_clients, num_depots=num_depots, has_windows=_HAS_WINDOWS[kind])
    depots = [row for row in places if not 1 <= row[0] <= num_clients]
    if len(depots) != num_depots or any(len(row) <= _DEMAND or (_HAS_WINDOWS[kind] and len(row) <= _CHOICES + 2) for row in depots):
        refuse(name, "depots", f"have {len(depots)} whole lines among the locations", f"give {num_depots}, behind the customers")
    ordered = depots + clients
    loads = [whole(row[_DEMAND], name=name, where=f"demand of location {row[0]:g}") for row in ordered]
    return RoutingTable(
        name=name,
        kind="CORDEAU",
        num_depots=num_depots,
        xy=np.array([row[1:3] for row in ordered]),
        lengths=None,
        demand=np.array(loads, np.int64).reshape(-1, 1),
        pickup=None,
        release=np.zeros(len(ordered)),
        groups=(),
        windows=np.array([row[-2:] for row in ordered]) if _HAS_WINDOWS[kind] else np.tile([0.0, np.inf], (len(ordered), 1)),
        service=np.array([row[_SERVICE] for row in ordered]),
        prize=None,
        vehicles=_vehicles(limits, count=count, every_load=sum(loads), name=name),
    )


def _clients(places: list[list[float]], *, name: str, num_clients: int, num_depots: int, has_windows: bool) -> list[list[float]]:
    """Return the lines of the customers, whose lists of choices say how long they are."""
    clients = [row for row in places if 1 <= row[0] <= num_clients]
    if [row[0] for row in clients] != list(range(1, num_clients + 1)):
        refuse(name, "customers", f"are not numbered from 1 to {num_clients} in order", "number and sort their lines")
    for row in clients:
        where = f"customer {row[0]:g}"
        choices = int(row[_CHOICES]) if len(row) > _CHOICES else -1
        if choices < 0 or len(row) != _CHOICES + 1 + choices + 2 * has_windows:
            fix = f"give x, y, service, demand, visits, choices and their list{', opening and closing' if has_windows else ''}"
            refuse(name, where, f"has {len(row)} numbers", fix)
        if row[_VISITS] != 1:
            refuse(name, where, f"asks for {row[_VISITS]:g} visits", "give 1: visits on several days are not planned")
        if choices < num_depots:
            refuse(name, where, f"may be served from {choices} of {num_depots} depots only", "list all: files that differ are not read")
        if row[_SERVICE] < 0:
            refuse(name, where, f"has service {row[_SERVICE]:g}", "give 0 or more")
    return clients


def _vehicles(limits: list[list[float]], *, count: int, every_load: int, name: str) -> VehicleTable:
    """Return one row a vehicle, those of the first depot first."""
    for depot, (duration, _) in enumerate(limits, start=1):
        if duration < 0:
            refuse(name, f"depot {depot}", f"has the longest duration {duration:g}", "give 0 for no limit, or more")
    loads = [whole(load, name=name, where=f"capacity at depot {depot}") or every_load for depot, (_, load) in enumerate(limits, start=1)]
    size = count * len(limits)
    return VehicleTable(
        count=size,
        capacity=np.repeat(np.array(loads, np.int64), count).reshape(-1, 1),
        depot=np.repeat(np.arange(len(limits)), count),
        fixed_cost=np.zeros(size),
        unit_cost=np.ones(size),
        max_duration=np.repeat([duration or np.inf for duration, _ in limits], count),
        max_distance=np.full(size, np.inf),
        reloads=(frozenset[int](),) * size,
        max_reloads=np.full(size, np.inf),
        allowed=None,
    )
