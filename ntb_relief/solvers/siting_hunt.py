"""The hunt for better sets of sites: annealed local search over the sites the Lagrangian bound finds promising.

Rounds over few, more and all sites take turns (kernel search: Guastaroba & Speranza 2012); each begins warm at the best
set known and cools down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ..kernels.rng import seed_state
from ..kernels.siting.core import SHUT, make_core, nearest_costs
from ..kernels.siting.lists import restrict_lists
from ..kernels.siting.moves import STEPS, make_state, start_state
from ..kernels.siting.search import make_log, polish, search
from .siting_encode import WHOLE_LISTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..kernels.siting.core import Core
    from .siting_clock import Clock
    from .siting_encode import OpenTask

_WORK: Final = 4_000_000
"""List entries a step looks at, some 10 to 50 ms."""
_ROUND: Final = 40
_SHARES: Final = (2, 4, 8, 0)
"""Sites of a round, by sites of the best set; 0 for all."""
_HEATS: Final = (0.1, 0.03, 0.0, 0.1)
"""First temperature of a round, by the mean cost of an open site."""


class Hunt:
    """Rounds of local search over an `OpenTask`.

    Parameters
    ----------
    task : OpenTask
    lists : Core and bool
        The core over all sites, and whether its lists are whole.
    seed : int
    """

    turns = 1
    """Bounded steps for each one of the proof."""

    def __init__(self, task: OpenTask, lists: tuple[Core, bool], seed: int) -> None:
        self.task = task
        self.all, self.is_whole = lists
        self.seed = seed
        self.rounds = 0

    def begin(self, best: NDArray[np.bool_], promise: NDArray[np.float64] | None) -> None:
        """Start the next round at a set of sites.

        Parameters
        ----------
        best : bool array, shape (M,)
        promise : float64 array, shape (M,), optional
            Reduced cost of opening each site; all sites count where there is none yet.
        """
        share = _SHARES[self.rounds % len(_SHARES)]
        task, m = self.task, len(best)
        keep = np.ones(m, bool)
        if promise is not None and share and share * best.sum() + 50 < m:
            keep = best | (task.mode > 0)
            keep[np.argsort(promise, kind="stable")[: int(share * best.sum()) + 50]] = True
            keep &= task.mode >= 0
        self.sites = np.flatnonzero(keep)
        self.core = self.all
        if not self.is_whole and keep.sum() * len(task.cost) <= WHOLE_LISTS:
            self.core, _ = task.core(keep=keep)
        elif not keep.all():
            number = np.cumsum(keep, dtype=np.int32) - np.int32(1)
            lists = restrict_lists(self.all, np.where(keep, np.int8(0), np.int8(SHUT)), number)
            self.core = make_core(*lists, fixed=task.fixed[keep], outside=self.all.outside)
        self.mode = task.mode[keep].copy()
        self.state, self.log = make_state(len(self.core.outside), len(self.mode)), make_log()
        self.rng = seed_state(self.seed * 1000 + self.rounds)
        self.order = np.random.default_rng(self.seed * 1000 + self.rounds).permutation(len(self.mode))
        self.take(best)
        self.steps = 0
        self.size = int(best.sum())
        self.rounds += 1

    def take(self, chosen: NDArray[np.bool_]) -> None:
        """Take over a set of sites and descend from it."""
        start_state(self.core, self.mode, chosen[self.sites].astype(np.int8), self.state)
        while True:
            self.state.tally[STEPS] = 0
            if polish(self.core, self.mode, self.task.low, self.task.high, self.state, self.log, self.order, 20 * _WORK):
                break

    def step(self, target: float, clock: Clock) -> bool:  # noqa: ARG002 - as of `CoverHunt`
        """Search one bounded step; return whether the round goes on."""
        length = _ROUND * (1 + self.rounds // len(_SHARES))
        heat = _HEATS[self.rounds % len(_HEATS)] * self.state.cost[1] / max(1, self.size) * max(0.0, 1 - 1.2 * self.steps / length) ** 2
        search(self.core, self.mode, self.task.low, self.task.high, self.state, self.log, self.rng, heat, _WORK, target)
        self.steps += 1
        return self.steps < length

    @property
    def best(self) -> NDArray[np.bool_]:
        """Best set of the round, shape (M,)."""
        chosen = np.zeros(len(self.task.fixed), bool)
        chosen[self.sites[self.state.best > 0]] = True
        return chosen

    @property
    def least(self) -> float:
        """Least cost of the round."""
        return float(self.state.cost[1])

    @property
    def cost(self) -> float:
        """Exact cost of the best set, also where lists are cut short."""
        return self.task.price(self.best, nearest=nearest_costs(self.core, self.state.best))

    def prices(self, outside: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return multipliers to begin a bound with, between the costs of the two nearest open sites."""
        return np.minimum((self.state.near + self.state.next) / 2, outside)
