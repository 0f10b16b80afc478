"""States a capacitated file as the cumulative problem: a fixed number of routes, arrival times without service."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..best_known import look_up
from ..families import FLEET_SIZES

if TYPE_CHECKING:
    from .instance import RoutingInstance


def as_cumulative(instance: RoutingInstance) -> RoutingInstance:
    """Return `instance` with the number of routes of ``best_known.csv`` beside the file, else the fewest that can carry everything."""
    (kind,) = instance.fleet
    stated = look_up(instance.path, FLEET_SIZES)
    fewest = -(-int(instance.demands.sum()) // kind.capacity[0])
    count = kind.count or int(stated or fewest)
    return replace(
        instance,
        service=np.zeros(instance.num_locations),
        fleet=(replace(kind, count=count, numbers=tuple(range(count)), max_duration=None),),
    )
