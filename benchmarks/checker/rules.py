"""An instance in the judge's own terms, and how long a leg is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..families import Rounding

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..instances import RoutingInstance

_TOLERANCE: Final = 1e-6
"""Slack of times and lengths in the families that do not round."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Plain lists in units of 1 / scale.

    Parameters
    ----------
    instance : RoutingInstance
    scale : int
    tolerance : float
    distance : callable
        Length of the leg between two locations.
    opens, closes, service, releases : list of float
    partner : dict of int to int
        Delivery of each pickup of a pair.
    """

    instance: RoutingInstance
    scale: int
    tolerance: float
    distance: Callable[[int, int], float]
    opens: list[float]
    closes: list[float]
    service: list[float]
    releases: list[float]
    partner: dict[int, int]

    def scaled(self, value: float | None) -> float:
        """Return a limit in the judge's unit; None is no limit."""
        return math.inf if value is None else _scale(value, self.scale)


def make_rules(instance: RoutingInstance) -> Rules:
    """Return the rules of an instance."""
    rounding = instance.family.rounding
    scale = rounding.value or 1
    return Rules(
        instance=instance,
        scale=scale,
        tolerance=_TOLERANCE if rounding is Rounding.NONE else 0,
        distance=_distance_of(instance),
        opens=[_scale(x, scale) for x in instance.windows[:, 0].tolist()],
        closes=[_scale(x, scale) for x in instance.windows[:, 1].tolist()],
        service=[_scale(x, scale) for x in instance.service.tolist()],
        releases=[_scale(x, scale) for x in instance.releases.tolist()],
        partner=dict(instance.pairs),
    )


def _scale(value: float, scale: int) -> float:
    """Return `value` in units of 1 / scale: a whole number where the family rounds."""
    if math.isinf(value) or scale == 1:
        return int(value) if math.isfinite(value) and value == int(value) else value
    return math.floor(value * scale + 0.5)


def _distance_of(instance: RoutingInstance) -> Callable[[int, int], float]:
    rounding = instance.family.rounding
    if instance.matrix is not None:
        matrix = instance.matrix
        scale = rounding.value or 1
        return lambda a, b: int(matrix[a, b]) * scale
    assert instance.coords is not None  # noqa: S101 - the readers refuse a file with neither
    places: list[list[float]] = instance.coords.tolist()

    def length(a: int, b: int) -> float:
        return math.sqrt((places[a][0] - places[b][0]) ** 2 + (places[a][1] - places[b][1]) ** 2)

    if rounding is Rounding.NONE:
        return length
    if rounding is Rounding.TENTHS_DOWN:
        return lambda a, b: math.floor(10 * length(a, b) + 1e-9)
    return lambda a, b: math.floor(rounding.value * length(a, b) + 0.5)
