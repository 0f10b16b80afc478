"""Generated allocation instances: supplies and needs uniform in a square of 100 km, stock 0.8 of the need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE_M: Final = 100_000
STOCK_SHARE: Final = 0.8


@dataclass(frozen=True, slots=True)
class AllocationInstance:
    """Whole units and metres.

    Parameters
    ----------
    name : str
    supply : int64 array, shape (A, I)
    need : int64 array, shape (B, I)
    distance_m : int64 array, shape (A, B)
    """

    name: str
    supply: NDArray[np.int64]
    need: NDArray[np.int64]
    distance_m: NDArray[np.int64]


def make_instance(*, supplies: int, needs: int, items: int, seed: int) -> AllocationInstance:
    """Return the instance of a seed.

    Examples
    --------
    >>> one = make_instance(supplies=3, needs=50, items=2, seed=1)
    >>> bool((abs(one.supply.sum(axis=0) / one.need.sum(axis=0) - STOCK_SHARE) < 0.01).all())
    True
    """
    rng = np.random.default_rng(seed)
    site, posko = rng.random((supplies, 2)) * SIDE_M, rng.random((needs, 2)) * SIDE_M
    distance_m = np.hypot(site[:, None, 0] - posko[None, :, 0], site[:, None, 1] - posko[None, :, 1])
    need = rng.integers(10, 200, (needs, items))
    part = rng.random((supplies, items)) + 0.2
    supply = np.floor(STOCK_SHARE * need.sum(axis=0) * part / part.sum(axis=0))
    name = f"square-a{supplies}-b{needs}-i{items}-s{seed}"
    return AllocationInstance(name, supply.astype(np.int64), need, np.rint(distance_m).astype(np.int64))


def changed(instance: AllocationInstance, *, seed: int) -> tuple[AllocationInstance, ...]:
    """Return the instance after one change each: a need doubles; a site loses half its stock."""
    rng = np.random.default_rng(seed)
    need, supply = instance.need.copy(), instance.supply.copy()
    need[int(rng.integers(len(need)))] *= 2
    supply[int(rng.integers(len(supply)))] //= 2
    return (
        AllocationInstance(f"{instance.name}-need", instance.supply, need, instance.distance_m),
        AllocationInstance(f"{instance.name}-stock", supply, instance.need, instance.distance_m),
    )
