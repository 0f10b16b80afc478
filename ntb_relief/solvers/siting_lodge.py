"""The hunt for good single-source answers: rounds of annealing over sites and assignments, each longer than the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ..kernels.rng import seed_state
from ..kernels.siting.reassign import enter, make_lodging, reassign

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..kernels.siting.knapsack import Sites
    from .siting_clock import Clock

_WORK: Final = 10_000_000
"""Steps of the kernel in one bounded step, some 20 to 50 ms."""
_WORK_A_PAIR: Final = 2_000
"""Less in small problems: so many steps for each pair of site and demand point."""
_ROUND: Final = 16
"""Bounded steps of the first round."""
_HEATS: Final = (0.06, 0.03, 0.12)
"""First temperature of a round, by the cost of the best answer a site."""
_COOLED: Final = 0.01
_NEAREST: Final = 10
"""At least so many sites near a demand point are opened for its sake; a quarter of them where there are many."""


class LodgeHunt:
    """Rounds of `reassign`.

    Parameters
    ----------
    sites : Sites
    mode : int8 array, shape (M,)
    seed : int
    """

    def __init__(self, sites: Sites, mode: NDArray[np.int8], seed: int) -> None:
        self.sites, self.mode, self.seed, self.rounds, self.length = sites, mode, seed, 0, _ROUND // 2
        m, n = sites.cost.shape
        near = np.argsort(np.where((mode < 0)[:, None], np.inf, sites.cost), axis=0, kind="stable")[: max(_NEAREST, m // 4)].T
        useful = np.isfinite(np.take_along_axis(sites.cost.T, near, axis=1))
        reached = sites.cost[np.isfinite(sites.cost)]
        fine = float(np.median(reached)) / max(1e-9, float(np.median(sites.demand))) if n and reached.size else 1.0
        self.lodging = make_lodging(np.ascontiguousarray(np.where(useful, near, -1), np.int32), m, max(fine, 1e-9))
        self.steps = 0

    def begin(self, chosen: NDArray[np.bool_], owner: NDArray[np.int32]) -> None:
        """Start a round at open sites and an assignment, -1 where there is none."""
        self.rng = seed_state(self.seed * 1000 + self.rounds)
        enter(self.sites, self.lodging, chosen.astype(np.int8), owner)
        self.rounds += 1
        self.length *= 2
        self.steps = 0
        self.since: float | None = None

    def step(self, target: float, clock: Clock, *, until: float = 1.0) -> bool:
        """Search one bounded step of a round that ends at this share of the limit; return whether it goes on."""
        self._fit(clock, until)
        lodging = self.lodging
        cost = min(lodging.money[0], lodging.money[1])
        heat = _HEATS[(self.rounds - 1) % len(_HEATS)] * cost / max(1, int(lodging.is_open.sum()))
        heat *= _COOLED ** (self.steps / self.length)
        reassign(self.sites, self.mode, lodging, self.rng, heat, min(_WORK, _WORK_A_PAIR * self.sites.cost.size), target)
        self.steps += 1
        return self.steps < self.length

    def _fit(self, clock: Clock, until: float) -> None:
        if self.since is None:
            self.since = clock.fraction
        passed = clock.fraction - self.since
        if self.steps and passed > 0:
            ends = int(self.steps * (until - self.since) / passed)
            self.length = max(self.steps + 1, min(self.length, ends))

    @property
    def least(self) -> float:
        """Cost of the best answer within the capacities, 1e300 where there is none."""
        return float(self.lodging.money[1])

    @property
    def best(self) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
        """Its open sites and who is served from where."""
        return self.lodging.best_open > 0, self.lodging.best.copy()
