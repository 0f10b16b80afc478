"""What a solver gave, and an independent look at it: every scenario's deliveries checked and paid for anew."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .instance import PreposeInstance

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_SLACK: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Answer:
    """Sizes, stock and deliveries; and what the run took.

    Parameters
    ----------
    status : str
    size : int64 array, shape (A,)
        Size of the store at each site, -1 for none.
    stock : float64 array, shape (A, I)
    scenario, item, site, point : int64 array
        One entry a delivery.
    units : float64 array
    seconds, build_seconds : float
    bound : float or None
    iterations : int
    detail : dict
        More figures of this solver.
    """

    status: str
    size: Ints
    stock: Floats
    scenario: Ints
    item: Ints
    site: Ints
    point: Ints
    units: Floats
    seconds: float
    build_seconds: float
    bound: float | None = None
    iterations: int = 0
    detail: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """Expected cost, share of the need left unmet, open stores, and what is wrong."""

    cost: float
    unmet_share: float
    stores: int
    violations: list[str]


def judge(instance: PreposeInstance, answer: Answer) -> Judged:
    """Count an answer anew."""
    violations = _look_at_stores(instance, answer)
    opened = np.flatnonzero(answer.size >= 0)
    first = [*instance.store_cost[opened, answer.size[opened]].tolist(), *(answer.stock * instance.purchase).ravel().tolist()]
    costs, unmet, late = [], 0.0, [0, 0, 0]
    for number, chance in enumerate(instance.probability.tolist()):
        mine = np.flatnonzero(answer.scenario == number)
        item, site, point = (column[mine] for column in (answer.item, answer.site, answer.point))
        units = answer.units[mine]
        out, got = np.zeros(answer.stock.shape), np.zeros(instance.need[number].shape)
        np.add.at(out, (site, item), units)
        np.add.at(got, (point, item), units)
        way_m = instance.distance_m[number, site, point]
        late[0] += int((out > instance.survival[number][:, None] * answer.stock + _SLACK * (1 + answer.stock)).sum())
        late[1] += int((got > instance.need[number] + _SLACK * (1 + instance.need[number])).sum())
        late[2] += int((way_m < 0).sum()) + int((units < 0).sum())
        missing = np.maximum(instance.need[number] - got, 0.0)
        unmet += chance * float(missing.sum())
        carried = units * instance.carry_km[item] * way_m / 1000.0
        costs.append(chance * math.fsum([*carried.tolist(), *(missing @ instance.penalty).tolist()]))
    for count, what in zip(late, ("stocks send more than survives", "needs get more than they ask", "ways closed or below 0"), strict=True):
        if count:
            violations.append(f"{count} {what}")
    needed = float(np.einsum("w,wpi->", instance.probability, instance.need))
    return Judged(math.fsum([*first, *costs]), unmet / needed, len(opened), violations)


def _look_at_stores(instance: PreposeInstance, answer: Answer) -> list[str]:
    wrong = []
    room = np.where(answer.size >= 0, instance.room[np.arange(len(answer.size)), np.maximum(answer.size, 0)], 0.0)
    if (over := int((answer.stock @ instance.volume > room * (1 + _SLACK) + _SLACK).sum())) > 0:
        wrong.append(f"{over} stores hold more than their room")
    if answer.stock.min(initial=0.0) < 0:
        wrong.append("a stock is negative")
    if (over := int((answer.stock.sum(axis=0) > instance.stock_limit * (1 + _SLACK)).sum())) > 0:
        wrong.append(f"of {over} items more is bought than there is")
    return wrong
