"""Most stops a trip as one more capacity, of which every stop takes one: the engine needs no other word for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .routing import VehicleType

    Whole = NDArray[np.int64]


def with_stop_counts(kinds: Sequence[VehicleType], demand: Whole, pickup: Whole, capacity: Whole) -> tuple[Whole, Whole, Whole]:
    """Return demands, pickups and capacities with a dimension that counts stops, where a type has a most.

    Parameters
    ----------
    kinds : sequence of VehicleType
    demand : int64 array, shape (n + 1, R)
    pickup : int64 array, shape (n + 1, R) or (1, R)
    capacity : int64 array, shape (T, R)
    """
    if all(kind.max_stops is None for kind in kinds):
        return demand, pickup, capacity
    ones = np.ones((len(demand), 1), np.int64)
    ones[0] = 0
    most = np.array([[len(demand) if kind.max_stops is None else min(kind.max_stops, len(demand))] for kind in kinds], np.int64)
    # Counted as if brought, so that what is only taken on counts from the start of the trip.
    return np.hstack([demand, ones]), np.hstack([pickup, np.zeros((len(pickup), 1), np.int64)]), np.hstack([capacity, most])
