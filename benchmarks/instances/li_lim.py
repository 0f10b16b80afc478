"""Reads Li and Lim's text: vehicles, capacity and speed, then a row a location with its partner in a pair.

Columns: number, x, y, demand, ready time, due time, service, the pickup it brings from, the delivery it picks up for.
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

    from numpy.typing import NDArray

_COLUMNS: Final = 9
_HEADER: Final = 3


def read_li_lim(path: Path, text: str, *, family: str | None = None) -> RoutingInstance:
    """Return the instance written in `text`.

    Raises
    ------
    InstanceError
        Where rows are missing or two partners do not name each other with opposite loads.
    """
    header, *rows = number_rows(path, text) or [[]]
    if len(header) != _HEADER or not rows or any(len(row) != _COLUMNS for row in rows):
        message = f"{path}: not three numbers, then nine a row"
        raise InstanceError(message)
    table = np.array(rows)
    count, capacity, speed = header
    if speed != 1 or not np.array_equal(table[:, 0], np.arange(len(table))):
        message = f"{path}: the speed is not 1 or the locations are not numbered 0, 1, 2 ..."
        raise InstanceError(message)
    loads = table[:, 3:4]
    return plain_instance(
        path=path,
        family=find_family(path, form=Form.LI_LIM, name=family),
        num_depots=1,
        coords=table[:, 1:3],
        demands=np.maximum(-loads, 0),
        pickups=np.maximum(loads, 0),
        windows=table[:, 4:6],
        service=table[:, 6],
        pairs=_pairs(path, table),
        fleet=(FleetType(count=int(count), numbers=tuple(range(int(count))), capacity=(int(capacity),)),),
    )


def _pairs(path: Path, table: NDArray[np.float64]) -> tuple[tuple[int, int], ...]:
    pairs = []
    for place in range(1, len(table)):
        load, pickup, delivery = float(table[place, 3]), int(table[place, 7]), int(table[place, 8])
        partner = pickup or delivery
        is_sound = (pickup == 0) != (delivery == 0) and 0 < partner < len(table)
        if is_sound:
            back = table[partner, 8] if pickup else table[partner, 7]
            is_sound = back == place and table[partner, 3] == -load and (load > 0) == (delivery > 0)
        if not is_sound:
            message = f"{path}: location {place} and its partner {partner} are not a pickup and a delivery of one load"
            raise InstanceError(message)
        if delivery:
            pairs.append((place, delivery))
    return tuple(pairs)
