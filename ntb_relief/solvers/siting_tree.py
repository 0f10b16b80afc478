"""Branching on sites with Lagrangian bounds: the node of least bound first, HiGHS where few pairs are left."""

from __future__ import annotations

import heapq
import math
from itertools import count
from typing import TYPE_CHECKING, Final

import numpy as np

from ..kernels.siting.ascent import BEST, STALL, STEP
from ..kernels.siting.choice import fix_sites
from ..kernels.siting.core import OPEN, SHUT
from ..kernels.siting.knapsack import ascend_sites, bound_sites, fix_pairs
from .siting_highs import solve_core

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .siting_capacitated import CapacitatedSearch
    from .siting_clock import Clock

    Node = tuple[float, int, NDArray[np.int8], NDArray[np.float64]]

_ITERATIONS: Final = 60
_SMALL: Final = 100
"""So many undecided pairs HiGHS settles sooner than branching does."""
_HUNT_EVERY: Final = 8
"""One bounded step of the hunt for better answers to so many nodes."""
_MOST: Final = 100_000_000
"""Bytes of waiting nodes."""


class SiteTree:
    """The tree of one `CapacitatedSearch`.

    Parameters
    ----------
    search : CapacitatedSearch
        Its best answer and bound are kept up to date.
    """

    def __init__(self, search: CapacitatedSearch) -> None:
        self.search = search
        self.ticks = count()
        self.heap: list[Node] = [(-math.inf, 0, search.mode.copy(), search.load.best.copy())]
        m, n = search.sites.cost.shape
        self.room = _MOST // (m + 8 * n)
        self.left = math.inf

    def run(self, clock: Clock) -> None:
        """Branch until proven, out of time or out of room; what a limit leaves undecided of a node bounds all later."""
        search = self.search
        while self.heap and not (search.is_proven or clock.is_over) and len(self.heap) < self.room:
            if clock.iterations % _HUNT_EVERY == 0:
                search.look_around(clock)
            node = heapq.heappop(self.heap)
            self.left = min(self.left, self._look(node, clock))
            search.raise_bound(min([self.left, *(entry[0] for entry in self.heap[:1])]))
            clock.step(search.best.cost)

    def _look(self, node: Node, clock: Clock) -> float:
        """Bound a node and branch on it; return a bound on what it leaves undecided beside the heap."""
        search, (known, _, mode, price) = self.search, node
        sites, load = search.sites, search.load
        goal = search.best.cost - search.margin
        if known >= goal:
            return math.inf
        load.price[:] = load.best[:] = price
        load.direction[:] = 0.0
        load.knobs[[STEP, STALL, BEST]] = 0.5, 0.0, -1e300
        upper = min(search.best.cost, 1.1 * search.ceiling)
        ascend_sites(sites, mode, load, upper, goal, _ITERATIONS)
        load.price[:] = load.best
        bound = max(known, bound_sites(sites, mode, load))
        if bound >= min(goal, 1e299):
            return math.inf
        if not search.is_single:
            search.try_sites(load.chosen > 0)
        goal = search.best.cost - search.margin
        mode = mode.copy()
        fix_sites(load.rho, load.chosen, load.edges, goal - bound, mode)
        pick = self._undecided(mode)
        allowed = self._allowed(mode, goal - bound) if search.is_single else None
        if pick < 0 or (allowed is not None and (allowed.sum(axis=0) > 1).any() and self._pairs(allowed) <= _SMALL):
            return self._settle(mode, allowed, bound, clock)
        for value in (OPEN, SHUT):
            child = mode.copy()
            child[pick] = value
            heapq.heappush(self.heap, (bound, next(self.ticks), child, load.best.copy()))
        return math.inf

    def _undecided(self, mode: NDArray[np.int8]) -> int:
        """Return the free site that is open about half of the time, -1 where none is free."""
        usage = self.search.load.usage
        score = np.where(mode == 0, np.minimum(usage, 1 - usage) + 1e-3 * usage, -1.0)
        return int(score.argmax()) if (mode == 0).any() else -1

    def _allowed(self, mode: NDArray[np.int8], slack: float) -> NDArray[np.int8]:
        search = self.search
        allowed = np.isfinite(search.sites.cost).astype(np.int8)
        fix_pairs(search.sites, mode, search.load, slack, allowed)
        allowed[mode == SHUT] = 0
        return allowed

    def _pairs(self, allowed: NDArray[np.int8]) -> int:
        number = allowed.sum(axis=0)
        return int(number[number > 1].sum())

    def _settle(self, mode: NDArray[np.int8], allowed: NDArray[np.int8] | None, bound: float, clock: Clock) -> float:
        """Solve a node as a mixed-integer program; return a bound on what the limit left undecided of it."""
        search = self.search
        sites = search.sites
        if allowed is None:
            if (mode == 0).any():
                return bound
            search.try_sites(mode > 0)
            return math.inf
        seconds = math.inf if clock.stop is None else clock.seconds_left
        cutoff = search.best.cost - search.margin / 2 if math.isfinite(search.best.cost) else math.inf
        answer = solve_core(sites, mode=mode, allowed=allowed, is_single=True, cutoff=cutoff, seconds=seconds)
        if answer.shares is not None and answer.is_open is not None:
            search.offer(answer.is_open, answer.shares)
        return max(answer.bound, bound)
