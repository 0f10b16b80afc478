"""Reads the text of split deliveries: clients and capacity, their demands, then coordinates with the depot first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import InstanceError
from ..families import Form, find_family
from .instance import FleetType, RoutingInstance, plain_instance
from .numbers import number_rows

if TYPE_CHECKING:
    from pathlib import Path


def read_split(path: Path, text: str, *, family: str | None = None) -> RoutingInstance:
    """Return the instance written in `text`; there is no limit on vehicles.

    Raises
    ------
    InstanceError
        Where there are not as many numbers as the first two say, or demands that are not whole numbers above 0.
    """
    numbers = np.array([number for row in number_rows(path, text) for number in row])
    count, capacity = map(int, numbers[:2])
    if len(numbers) != 2 + count + 2 * (count + 1):
        message = f"{path}: {len(numbers)} numbers, {count} clients need {2 + count + 2 * (count + 1)}"
        raise InstanceError(message)
    demands = np.concatenate([[0.0], numbers[2 : 2 + count]])
    if (demands[1:] <= 0).any() or (demands % 1 != 0).any():
        message = f"{path}: a demand is not a whole number above 0"
        raise InstanceError(message)
    return plain_instance(
        path=path,
        family=find_family(path, form=Form.SPLIT, name=family),
        num_depots=1,
        coords=numbers[2 + count :].reshape(-1, 2),
        demands=demands[:, None],
        fleet=(FleetType(count=None, numbers=(), capacity=(capacity,)),),
    )
