"""An instance in whole numbers, as solvers want it: distances, times and costs in units of 1 / scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import CannotExpressError
from ..families import Rounding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..instances import FleetType, RoutingInstance

_FLOAT_SCALE: Final = 1000
"""Units of cost in 1 for families that do not round; the checker prices their routes in floating point afterwards."""
_MAX_LOCATIONS: Final = 22_000
"""A full matrix beyond this takes more than 4 GB."""
NO_LIMIT: Final = 1 << 40
"""Stands for a time that never comes; far above any sum of legs, far below overflow."""


@dataclass(frozen=True, slots=True, eq=False)
class Scaled:
    """Whole-number view of an instance.

    Parameters
    ----------
    scale : int
    matrix : int64 array (n, n)
    opens, closes, service, releases, prizes : int64 array (n,)
        `NO_LIMIT` where a location never closes.
    """

    scale: int
    matrix: NDArray[np.int64]
    opens: NDArray[np.int64]
    closes: NDArray[np.int64]
    service: NDArray[np.int64]
    releases: NDArray[np.int64]
    prizes: NDArray[np.int64]

    def limit(self, value: float | None) -> int:
        """Return a limit in whole units; None becomes `NO_LIMIT`."""
        return NO_LIMIT if value is None else int(np.floor(value * self.scale + 1e-6))


def scale_instance(instance: RoutingInstance) -> Scaled:
    """Return the whole-number view.

    Where the family does not round and time matters, legs are rounded up: a route that is on time in whole numbers is
    then on time exactly.

    Raises
    ------
    CannotExpressError
        Where the matrix would not fit in memory.
    """
    if instance.num_locations > _MAX_LOCATIONS:
        message = f"{instance.name} has {instance.num_locations} locations; a full distance matrix is built up to {_MAX_LOCATIONS}"
        raise CannotExpressError(message)
    rounding = instance.family.rounding
    # A dear unit of distance needs fewer decimals: with 200 x 1000 a leg the penalties of PyVRP and VROOM's range run out.
    dearest = max(kind.unit_distance_cost for kind in instance.fleet)
    scale = rounding.value or max(1, int(_FLOAT_SCALE / max(dearest, 1)))
    prizes = np.zeros(instance.num_locations) if instance.prizes is None else instance.prizes
    closes = np.where(np.isinf(instance.windows[:, 1]), NO_LIMIT / scale, instance.windows[:, 1])
    return Scaled(
        scale=scale,
        matrix=_matrix(instance, scale),
        opens=_whole(instance.windows[:, 0], scale),
        closes=_whole(closes, scale),
        service=_whole(instance.service, scale),
        releases=_whole(instance.releases, scale),
        prizes=_whole(prizes, scale),
    )


def useful_count(instance: RoutingInstance, kind: FleetType) -> int:
    """Return how many vehicles of a type a solver that lists vehicles one by one should be given.

    Enough to carry everything with 30 % to spare; files without a limit, or with thousands of equal vehicles, would
    drown such a solver otherwise. With time windows the load says little, so the file's own number stands.
    """
    total = instance.demands.sum(axis=0) + instance.pickups.sum(axis=0)
    enough = max(int(np.ceil(1.3 * load / room)) for load, room in zip(total.tolist(), kind.capacity, strict=True) if room) + 3
    if kind.count is None:
        return min(enough, len(instance.clients)) if not instance.has_windows else len(instance.clients)
    is_counted = instance.has_windows or kind.max_duration is not None or instance.family.uses_all_vehicles
    return kind.count if is_counted else min(enough, kind.count)


def _whole(values: NDArray[np.float64], scale: int) -> NDArray[np.int64]:
    return np.floor(values * scale + 0.5).astype(np.int64)


def _matrix(instance: RoutingInstance, scale: int) -> NDArray[np.int64]:
    if instance.matrix is not None:
        return instance.matrix * scale
    assert instance.coords is not None  # noqa: S101 - the readers refuse a file with neither
    x, y = instance.coords[:, 0], instance.coords[:, 1]
    has_time = instance.has_windows or any(kind.max_duration is not None for kind in instance.fleet)
    matrix = np.empty((len(x), len(x)), dtype=np.int64)
    for row in range(len(x)):  # row by row: no second matrix of floats in memory
        length = scale * np.hypot(x - x[row], y - y[row])
        if instance.family.rounding is Rounding.TENTHS_DOWN:
            matrix[row] = np.floor(length + 1e-9)
        elif instance.family.rounding is Rounding.NONE and has_time:
            matrix[row] = np.ceil(length - 1e-6)
        else:
            matrix[row] = np.floor(length + 0.5)
    return matrix
