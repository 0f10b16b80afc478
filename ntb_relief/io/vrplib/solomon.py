"""Solomon's text form: a head with the fleet, then seven numbers a location."""

from __future__ import annotations

from typing import Final

import numpy as np

from ...errors import Issue, SchemaError
from .table import RoutingTable, VehicleTable

_COLUMNS: Final = 7


def parse_solomon(text: str, *, name: str) -> RoutingTable:
    """Return the columns of a Solomon text.

    Raises
    ------
    SchemaError
        Where the fleet or the locations are missing or misshapen.
    """
    rows = [words for words in map(str.split, text.splitlines()) if words and _are_numbers(words)]
    if not rows or len(rows[0]) != 2:  # noqa: PLR2004 - vehicles and capacity
        raise SchemaError(
            [Issue(f"file '{name}'", "has no line with number and capacity of the vehicles", "give a VRPLIB or Solomon file")]
        )
    vehicles, capacity = (int(float(word)) for word in rows[0])
    odd = [number for number, words in enumerate(rows[1:]) if len(words) != _COLUMNS or words[0] != str(number)]
    if odd or len(rows) == 1:
        what = f"location {odd[0]} does not have {_COLUMNS} numbers, the first its own" if odd else "has no locations"
        raise SchemaError([Issue(f"file '{name}'", what, "number the locations 0, 1, 2 ...: x, y, demand, ready, due, service")])
    columns = np.array(rows[1:], dtype=np.float64)
    return RoutingTable(
        name=name,
        kind="SOLOMON",
        num_depots=1,
        xy=columns[:, 1:3],
        lengths=None,
        demand=columns[:, 3:4].astype(np.int64),
        pickup=None,
        release=np.zeros(len(columns)),
        groups=(),
        windows=columns[:, 4:6],
        service=columns[:, 6],
        prize=None,
        vehicles=alike_vehicles(vehicles, capacity),
    )


def alike_vehicles(count: int | None, capacity: int) -> VehicleTable:
    """Return vehicles that are all alike, at the first depot, without limits."""
    open_end = np.array([np.inf])
    return VehicleTable(
        count=count,
        capacity=np.array([[capacity]], np.int64),
        depot=np.zeros(1, np.int64),
        fixed_cost=np.zeros(1),
        unit_cost=np.ones(1),
        max_duration=open_end,
        max_distance=open_end,
        reloads=(frozenset(),),
        max_reloads=open_end,
        allowed=None,
    )


def _are_numbers(words: list[str]) -> bool:
    try:
        return all(np.isfinite(float(word)) for word in words)
    except ValueError:
        return False
