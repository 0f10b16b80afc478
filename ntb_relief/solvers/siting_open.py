"""Search and proof for the uncapacitated core: local search and Lagrangian bounds in turn, then branching on what is left."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ..kernels.siting.ascent import BEST, STEP, ascend, bound_at, make_dual
from ..kernels.siting.branch import DONE, MORE, NODES, branch, make_tree, open_bound
from ..kernels.siting.choice import fix_sites
from ..kernels.siting.core import OPEN, SHUT, make_core
from ..kernels.siting.lists import restrict_lists
from .siting_hunt import Hunt
from .siting_max_cover import CoverHunt, CoverTask

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ..kernels.siting.core import Core
    from .siting_clock import Clock
    from .siting_encode import OpenTask

_WORK: Final = 8_000_000
"""List entries a step of the ascent looks at, some 20 to 60 ms."""
_LONG: Final = 10_000_000
"""With so many list entries local search takes long as well, and the bound must not fall behind."""
_NODE_ITERATIONS: Final = 40
_BALANCED: Final = 60
"""After so many steps a proof is not near, and the local search gets more of the time."""
_DEPTH_BYTES: Final = 200_000_000
_EXACT: Final = 1e-9


@dataclass(slots=True)
class OpenAnswer:
    """Best set of sites, its cost, the bound and whether the search is finished."""

    chosen: NDArray[np.bool_]
    cost: float
    bound: float
    nodes: int = 0


class OpenSearch:
    """One search over the sites of an `OpenTask`.

    Parameters
    ----------
    task : OpenTask or CoverTask
    seed : int
    target : float, optional
        A cost that is good enough: the search ends when it is reached.
    start : bool array, shape (M,), optional
        Sites to begin with.
    hunt : callable
        Makes the local search of an `OpenTask` from task, core and seed.
    most_nodes : int, optional
        Nodes of the branching after which the search ends without a proof.
    """

    def __init__(
        self,
        task: OpenTask | CoverTask,
        *,
        seed: int,
        target: float = -math.inf,
        start: NDArray[np.bool_] | None = None,
        hunt: Callable[[OpenTask, tuple[Core, bool], int], Hunt] = Hunt,
        most_nodes: int | None = None,
    ) -> None:
        self.task = task
        self.target, self.most_nodes = target, most_nodes
        self.seed = seed
        self.core, self.is_whole = task.core()
        self.sites = np.arange(len(task.fixed))
        self.mode = task.mode.copy()
        self.best = OpenAnswer(np.zeros(len(task.fixed), bool), math.inf, -math.inf)
        self.hunt: Hunt | CoverHunt = CoverHunt(task, seed) if isinstance(task, CoverTask) else hunt(task, (self.core, self.is_whole), seed)
        self.hunted = math.inf
        self.promise: NDArray[np.float64] | None = None
        self.hunt.begin(self._first_choice(start), None)
        self._take_best()
        self.dual = make_dual(np.minimum(self.hunt.prices(self.core.outside), self.core.outside), len(self.mode))

    @property
    def margin(self) -> float:
        """What a better solution is better by at least, a little less than the grain."""
        return self.task.grain * (1 - 1e-6) if self.task.grain else _EXACT * max(1e-9, abs(self.best.cost))

    @property
    def is_proven(self) -> bool:
        """Whether no set of sites is better."""
        return bool(self.best.bound >= self.best.cost - self.margin)

    @property
    def is_settled(self) -> bool:
        """Whether the search may end: proven, or the target is met or out of reach."""
        return (
            self.is_proven or self.best.cost <= self.target or (math.isfinite(self.target) and self.best.bound > self.target + self.margin)
        )

    def run(self, clock: Clock) -> OpenAnswer:
        """Search until proven, good enough or out of time."""
        while self._goes_on(clock) and self.dual.knobs[STEP] >= 1e-4:  # noqa: PLR2004 - the steps have vanished
            self._climb()
            clock.step(self.best.cost)
            if self._goes_on(clock):
                self._look_around(clock)
        if self._goes_on(clock):
            self._shrink()
            self._prove(clock)
        return self.best

    def _goes_on(self, clock: Clock) -> bool:
        return not (self.is_settled or clock.is_over)

    def _first_choice(self, start: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
        if start is not None:
            return start
        chosen = self.task.mode > 0
        order = np.random.default_rng(self.seed).permutation(np.flatnonzero(self.task.mode == 0))
        chosen[order[: max(0, self.task.low - int(chosen.sum()))]] = True
        return chosen

    def _take_best(self) -> None:
        """Keep the best of the local search if its exact cost is better than any before."""
        least = self.hunt.least
        if least < min(self.best.cost, self.hunted):
            self.hunted = least
            self._offer(self.hunt.best, self.hunt.cost)

    def _offer(self, chosen: NDArray[np.bool_], cost: float) -> None:
        count = int(chosen.sum())
        if cost < self.best.cost and self.task.low <= count <= self.task.high:
            self.best.chosen, self.best.cost = chosen, cost

    def _look_around(self, clock: Clock) -> None:
        if not self.hunt.step(max(self.target, self.best.bound), clock):
            self._take_best()
            self.hunt.begin(self.best.chosen, self.promise)
            self.hunted = math.inf
        self._take_best()

    def _climb(self) -> None:
        """Raise the bound by some iterations, and try the sites it opens."""
        size = np.searchsorted(self.core.row_cost[: self.core.row_start[1]], self.dual.price[0]) + 1
        least = 5 if len(self.core.row_cost) < _LONG else 20
        iterations = int(min(200, max(least, _WORK // (2 * (len(self.core.outside) * 2 * size + len(self.mode))))))
        upper = self.best.cost if math.isfinite(self.best.cost) else float(self.core.outside.sum())
        ascend(self.core, self.mode, self.task.low, self.task.high, self.dual, upper, upper - self.margin, iterations)
        self._raise(self.dual.knobs[BEST])

    def _raise(self, bound: float) -> None:
        grain = self.task.grain
        if grain:
            bound = float(math.ceil(bound - 1e-6 * max(1.0, 1e-6 * abs(bound))))
        self.best.bound = min(max(self.best.bound, bound), self.best.cost)

    def _shrink(self) -> None:
        """Fix sites by reduced costs and rebuild the lists over the others."""
        task, dual = self.task, self.dual
        bound = bound_at(self.core, self.mode, task.low, task.high, dual.best, dual)
        fix_sites(dual.rho, dual.chosen, dual.edges, self.best.cost - self.margin - bound, self.mode)
        keep = np.zeros(len(task.fixed), bool)
        keep[self.sites[self.mode != SHUT]] = True
        mode = self.mode[self.mode != SHUT]
        self.promise = np.full(len(task.fixed), math.inf)
        self.promise[self.sites] = dual.rho
        if not self.is_whole or keep.sum() < 0.9 * len(self.mode):
            self.core, self.is_whole = task.core(keep=keep)
            self.sites, self.mode = np.flatnonzero(keep), mode
        self.core = _cut(self.core, self.mode)
        self.dual = make_dual(np.minimum(dual.best, self.core.outside), len(self.mode), step=0.3)
        self.hunt.rounds = 0
        self._take_best()
        self.hunt.begin(self.best.chosen, self.promise)
        self.hunted = math.inf
        self._take_best()

    def _prove(self, clock: Clock) -> None:
        """Branch on the sites that are left, with local search in between."""
        n, m = len(self.core.outside), len(self.mode)
        depth = int(min(m, max(20, _DEPTH_BYTES // (8 * n))))
        tree = make_tree(
            self.mode,
            self.dual.best,
            bound=self.dual.knobs[BEST],
            upper=self.best.cost,
            best=self.best.chosen[self.sites].astype(np.int8),
            depth=depth,
        )
        tree.bound[0] = self.best.bound - self.task.grain if self.task.grain else self.best.bound
        code = MORE
        nodes = 1
        while code == MORE and self._goes_on(clock):
            before = clock.seconds
            tree.upper[0] = self.best.cost
            code = branch(self.core, self.task.low, self.task.high, self.dual, tree, self.margin, _NODE_ITERATIONS, nodes)
            if tree.upper[0] < self.best.cost:
                chosen = np.zeros(len(self.task.fixed), bool)
                chosen[self.sites[tree.best > 0]] = True
                self._offer(chosen, self.task.price(chosen))
            self.best.nodes = int(tree.tally[NODES])
            if self.is_whole:
                self._raise(min(open_bound(tree) if code != DONE else math.inf, self.best.cost))
            spent = clock.seconds - before
            if clock.stop is not None and clock.stop.is_repeatable:
                nodes = 10
            else:
                nodes = max(1, min(2 * nodes, int(nodes * 0.08 / max(spent, 1e-4))))
            clock.step(self.best.cost)
            turns = 1 if clock.iterations < _BALANCED or math.isfinite(self.target) else 3
            if self.most_nodes is not None and self.best.nodes >= self.most_nodes:
                return
            for _ in range(max(turns, self.hunt.turns)):
                if self._goes_on(clock):
                    self._look_around(clock)
        while self._goes_on(clock):
            self._look_around(clock)
            clock.step(self.best.cost)


def _cut(core: Core, mode: NDArray[np.int8]) -> Core:
    """Return the core with lists that end at their first forced site."""
    if not (mode == OPEN).any():
        return core
    number = np.arange(len(mode), dtype=np.int32)
    start, sites, costs = restrict_lists(core, mode, number)
    return make_core(start, sites, costs, fixed=core.fixed, outside=core.outside)
