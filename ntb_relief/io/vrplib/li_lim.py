"""Li and Lim's text of pickups with their deliveries (Li & Lim 2003, IJAIT 12(2)).

The first line is ``vehicles capacity speed``. Then nine numbers a location, the depot first: its number, x, y, load
(above 0 where goods are taken on), ready time, due time, service, the pickup its goods come from and the delivery they go to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from .numbers import number_rows, refuse, whole
from .solomon import alike_vehicles
from .table import RoutingTable
from .text import MAX_LOCATIONS, MAX_VEHICLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COLUMNS: Final = 9
_HEADER: Final = 3
_LOAD, _PICKUP, _DELIVERY = 3, 7, 8


def parse_li_lim(text: str, *, name: str) -> RoutingTable:
    """Return the columns of a text in Li and Lim's form.

    Raises
    ------
    SchemaError
        Where lines are missing or misshapen, or two partners do not name each other with opposite loads.
    """
    header, *rows = number_rows(text, name=name) or [[]]
    if len(header) != _HEADER:
        refuse(name, "line 1", f"has {len(header)} numbers", "give vehicles, capacity and speed")
    if header[2] != 1:
        refuse(name, "speed", f"is {header[2]:g}", "give 1: a time unit a length unit")
    odd = next((number for number, row in enumerate(rows) if len(row) != _COLUMNS or row[0] != number), None)
    if odd is not None or not 1 <= len(rows) <= MAX_LOCATIONS:
        where = "locations" if odd is None else f"location {odd}"
        what = f"are {len(rows)}" if odd is None else f"does not have {_COLUMNS} numbers, the first its own"
        refuse(name, where, what, f"number the locations 0, 1, 2 ... in order, at most {MAX_LOCATIONS}")
    table = np.array(rows)
    if (table[:, _LOAD] % 1 != 0).any() or (table[:, 6] < 0).any():
        refuse(name, "locations", "have a load that is not whole or a service below 0", "give whole loads and services >= 0")
    loads = table[:, _LOAD : _LOAD + 1].astype(np.int64)
    count = whole(header[0], name=name, where="number of vehicles", least=1, most=MAX_VEHICLES)
    return RoutingTable(
        name=name,
        kind="PDPTW",
        num_depots=1,
        xy=table[:, 1:3],
        lengths=None,
        demand=np.maximum(-loads, 0),
        pickup=np.maximum(loads, 0),
        release=np.zeros(len(table)),
        groups=(),
        windows=table[:, 4:6],
        service=table[:, 6],
        prize=None,
        vehicles=alike_vehicles(count, whole(header[1], name=name, where="capacity")),
        pairs=_pairs(table, name=name),
    )


def _pairs(table: NDArray[np.float64], *, name: str) -> tuple[tuple[int, int], ...]:
    pairs = []
    for place in range(1, len(table)):
        load, pickup, delivery = table[place, [_LOAD, _PICKUP, _DELIVERY]].tolist()
        partner = pickup or delivery
        is_sound = (pickup == 0) != (delivery == 0) and partner in range(1, len(table))
        if is_sound:
            other = table[int(partner)]
            named = other[_DELIVERY if pickup else _PICKUP]
            is_sound = named == place and other[_LOAD] == -load and (load > 0) == (delivery > 0)
        if not is_sound:
            fix = "let a pickup and a delivery name each other, with loads L and -L"
            refuse(name, f"location {place}", f"has load {load:g}, pickup {pickup:g} and delivery {delivery:g}", fix)
        if delivery:
            pairs.append((place, int(delivery)))
    return tuple(pairs)
