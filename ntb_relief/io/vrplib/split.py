"""The text of split deliveries: clients and capacity, their demands, then coordinates with the depot first.

Line breaks mean nothing. There are as many vehicles as anyone needs (Belenguer, Martinez & Mota 2000; DIMACS challenge 2022).
"""

from __future__ import annotations

import numpy as np

from .numbers import number_rows, refuse, whole
from .solomon import alike_vehicles
from .table import RoutingTable
from .text import MAX_LOCATIONS


def parse_split(text: str, *, name: str) -> RoutingTable:
    """Return the columns of a text of split deliveries.

    Raises
    ------
    SchemaError
        Where there are not as many numbers as the first two say, or demands that are not whole numbers above 0.
    """
    numbers = [number for row in number_rows(text, name=name) for number in row]
    if len(numbers) < 2:  # noqa: PLR2004 - clients and capacity
        refuse(name, "line 1", f"has {len(numbers)} numbers", "give the number of clients and the capacity")
    count = whole(numbers[0], name=name, where="number of clients", least=1, most=MAX_LOCATIONS - 1)
    capacity = whole(numbers[1], name=name, where="capacity", least=1)
    expected = 2 + count + 2 * (count + 1)
    if len(numbers) != expected:
        refuse(name, "numbers", f"are {len(numbers)}", f"give {expected} for {count} clients: demands, then x and y of depot and clients")
    demand = [
        whole(value, name=name, where=f"demand of client {client}", least=1) for client, value in enumerate(numbers[2 : 2 + count], 1)
    ]
    size = count + 1
    return RoutingTable(
        name=name,
        kind="SDVRP",
        num_depots=1,
        xy=np.array(numbers[2 + count :]).reshape(-1, 2),
        lengths=None,
        demand=np.array([0, *demand], np.int64).reshape(-1, 1),
        pickup=None,
        release=np.zeros(size),
        groups=(),
        windows=np.tile([0.0, np.inf], (size, 1)),
        service=np.zeros(size),
        prize=None,
        vehicles=alike_vehicles(None, capacity),
        can_split=True,
    )
