"""What a solver gave, and an independent look at it: stock, needs, kilometres and the smallest share, counted anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .instance import AllocationInstance

_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Answer:
    """Flows of all items: arrays of item, site, posko and units; and what the run took."""

    status: str
    item: NDArray[np.int64]
    site: NDArray[np.int64]
    posko: NDArray[np.int64]
    units: NDArray[np.float64]
    seconds: float
    build_seconds: float
    bound: float | None = None
    detail: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """Tonne-kilometres (a unit weighs a kilogram), the smallest share of any need, the units given, and what is wrong."""

    tonne_km: float
    min_share: float
    given: float
    violations: list[str]


def judge(instance: AllocationInstance, answer: Answer) -> Judged:
    """Count an answer anew."""
    out, got = np.zeros(instance.supply.shape), np.zeros(instance.need.shape)
    np.add.at(out, (answer.site, answer.item), answer.units)
    np.add.at(got, (answer.posko, answer.item), answer.units)
    violations = []
    if (over := int((out > instance.supply + _SLACK).sum())) > 0:
        violations.append(f"{over} stocks give more than they hold")
    if (over := int((got > instance.need + _SLACK).sum())) > 0:
        violations.append(f"{over} needs get more than they ask")
    if len(answer.units) and answer.units.min() < -_SLACK:
        violations.append("a flow is negative")
    tonne_km = float((answer.units * instance.distance_m[answer.site, answer.posko]).sum()) / 1e6
    return Judged(tonne_km, float((got / instance.need).min()), float(got.sum()), violations)
