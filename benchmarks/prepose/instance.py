"""Generated pre-positioning instances: sites, points and centres of disasters uniform in a square of 100 km."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SIDE_M: Final = 100_000
STOCK_SHARE: Final = 0.8
SIZES: Final = ("small", "medium", "large")
_ROOM: Final = (0.03, 0.06, 0.12)
_STORE_COST: Final = (1.0, 1.8, 3.2)


@dataclass(frozen=True, slots=True)
class PreposeInstance:
    """Costs are unit-kilometres: carrying a unit of the first item one kilometre costs 1.

    Parameters
    ----------
    name : str
    room, store_cost : float64 array, shape (A, 3)
        Of each size at each site.
    volume, purchase, penalty, carry_km : float64 array, shape (I,)
        Of one unit.
    stock_limit : float64 array, shape (I,)
        Units that can be bought: 0.8 of the expected need.
    probability : float64 array, shape (N,)
    need : float64 array, shape (N, B, I)
    survival : float64 array, shape (N, A)
        Part of the stock of a site that is still good.
    distance_m : float64 array, shape (N, A, B)
        -1 where the road is closed.
    """

    name: str
    room: Floats = field(repr=False)
    store_cost: Floats = field(repr=False)
    volume: Floats = field(repr=False)
    purchase: Floats = field(repr=False)
    penalty: Floats = field(repr=False)
    carry_km: Floats = field(repr=False)
    stock_limit: Floats = field(repr=False)
    probability: Floats = field(repr=False)
    need: Floats = field(repr=False)
    survival: Floats = field(repr=False)
    distance_m: Floats = field(repr=False)


def make_instance(*, sites: int, needs: int, items: int, scenarios: int, seed: int) -> PreposeInstance:
    """Return the instance of a seed.

    A disaster strikes around a centre: needs fall off with the distance, stores near it lose half or all they hold, roads near
    it close. Opening costs make some five stores worth their rent.

    Examples
    --------
    >>> one = make_instance(sites=4, needs=20, items=2, scenarios=30, seed=1)
    >>> expected = np.einsum("w,wpi->i", one.probability, one.need)
    >>> bool((abs(one.stock_limit / expected - STOCK_SHARE) < 0.01).all())
    True
    """
    rng = np.random.default_rng(seed)
    site, point, centre = (rng.random((count, 2)) * SIDE_M for count in (sites, needs, scenarios))
    reach_m = rng.uniform(15_000, 50_000, scenarios)
    base = rng.integers(10, 200, (needs, items))
    near_point = np.exp(-_apart(centre, point) / reach_m[:, None])
    near_site = np.exp(-2 * _apart(centre, site) / reach_m[:, None])
    need = np.rint(base * near_point[:, :, None] * rng.uniform(0.7, 1.3, (scenarios, needs, 1)))
    struck = rng.random((scenarios, sites)) < 0.7 * near_site
    survival = np.where(struck, rng.choice([0.0, 0.5], (scenarios, sites)), 1.0)
    way_m = _apart(site, point) * rng.uniform(1.0, 1.3, (scenarios, sites, needs))
    closed = rng.random((scenarios, sites, needs)) < 0.1 * np.maximum(near_point[:, None, :], near_site[:, :, None])
    weight = rng.uniform(0.5, 1.5, scenarios)
    probability = weight / weight.sum()
    expected = np.einsum("w,wpi->i", probability, need)
    volume = rng.uniform(0.5, 4.0, items)
    all_room = STOCK_SHARE * float(expected @ volume)
    carry_km = np.concatenate([[1.0], rng.uniform(0.5, 2.0, items - 1)])
    rent = 0.02 * STOCK_SHARE * float(expected @ carry_km) * 40
    return PreposeInstance(
        name=f"square-a{sites}-b{needs}-i{items}-n{scenarios}-s{seed}",
        room=np.outer(rng.uniform(0.8, 1.2, sites), _ROOM) * all_room,
        store_cost=np.outer(rng.uniform(0.7, 1.3, sites), _STORE_COST) * rent,
        volume=volume,
        purchase=20 * carry_km,
        penalty=200 * carry_km,
        carry_km=carry_km,
        stock_limit=np.maximum(1.0, np.rint(STOCK_SHARE * expected * 1e6) / 1e6),
        probability=probability,
        need=need,
        survival=survival,
        distance_m=np.where(closed, -1.0, np.rint(way_m)),
    )


def _apart(one: Floats, other: Floats) -> Floats:
    return np.hypot(one[:, None, 0] - other[None, :, 0], one[:, None, 1] - other[None, :, 1])
