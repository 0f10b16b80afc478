"""Set covering: what dominance leaves is searched and proven as an uncapacitated core."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from ..kernels.siting.cover import drop_supersets
from .siting_hunt import Hunt
from .siting_max_cover import CoverHunt, CoverTask, make_cover
from .siting_open import OpenAnswer, OpenSearch
from .siting_program import Program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..kernels.siting.core import Core
    from .siting_clock import Clock
    from .siting_encode import OpenTask

_LARGEST: Final = 6000
"""Above so many demand points or sites dominance would take longer than it saves."""
_ROUNDS: Final = 4
_NODES: Final = 150
_MOST_PAIRS: Final = 400_000
"""A number of sites that so many nodes do not decide on is left to a program, where that has no more entries."""
_FILLINGS: Final = 2
"""Rounds of annealing, the first of 8 steps, the second of 16."""
_WORK: Final = 8_000_000
"""Steps of the annealing in one bounded step, some 20 ms."""


class CountHunt(Hunt):
    """Rounds of local search over a set cover, and of annealing a given number of sites until no demand point is left out.

    Parameters
    ----------
    task : OpenTask
        Costs 0 where a site covers, each site costs 1.
    lists : Core and bool
        The core over all sites, and whether its lists are whole.
    seed : int
    count : int
        Sites that are good enough.
    """

    def __init__(self, task: OpenTask, lists: tuple[Core, bool], seed: int, *, count: int) -> None:
        super().__init__(task, lists, seed)
        n, m = task.cost.shape
        point, site = np.nonzero(np.isfinite(task.cost))
        cover = make_cover(point, site, np.ones(n), m)
        self.filled = CoverHunt(CoverTask(cover, task.mode, count, count, 1.0), seed, work=_WORK)

    def begin(self, best: NDArray[np.bool_], promise: NDArray[np.float64] | None) -> None:
        """Start the next round at a set of sites."""
        super().begin(best, promise)
        if self.filled.rounds == 0:
            self.filled.begin(best, None)

    def step(self, target: float, clock: Clock) -> bool:
        """Search one bounded step; return whether the round goes on."""
        # Where that does not find them soon there are rarely any, and a proof needs the time.
        if self.filled.rounds <= _FILLINGS and not self.filled.step(0.0, clock):
            self.filled.begin(self.best, None)
        return not self.is_filled and super().step(target, clock)

    @property
    def is_filled(self) -> bool:
        """Whether so many sites cover all."""
        return self.filled.least <= 0

    @property
    def best(self) -> NDArray[np.bool_]:
        """Best set of the round, or the one that is good enough."""
        return self.filled.best if self.is_filled else super().best

    @property
    def least(self) -> float:
        """Its cost."""
        return float(self.filled.best.sum()) if self.is_filled else super().least

    @property
    def cost(self) -> float:
        """Its exact cost."""
        return self.task.price(self.best) if self.is_filled else super().cost


def search_cover(
    task: OpenTask,
    *,
    seed: int,
    clock: Clock,
    target: float = -math.inf,
    start: NDArray[np.bool_] | None = None,
    count: int | None = None,
) -> OpenAnswer:
    """Return the cheapest sites that cover every demand point.

    Parameters
    ----------
    task : OpenTask
        Its costs are 0 where a site covers and infinity elsewhere.
    seed : int
    clock : Clock
    target : float, optional
        A cost that is good enough.
    start : bool array, shape (M,), optional
        Sites to begin with.
    count : int, optional
        So many sites, all of cost 1, are good enough.
    """
    if task.columns is not None or max(task.cost.shape) > _LARGEST:
        return OpenSearch(task, seed=seed, target=target, start=start).run(clock)
    rows, sites = reduce_cover(np.isfinite(task.cost), cost=task.fixed, mode=task.mode)
    part = replace(
        task,
        cost=np.ascontiguousarray(task.cost[np.ix_(rows, sites)]),
        fixed=task.fixed[sites],
        outside=task.outside[rows],
        mode=task.mode[sites],
        high=len(sites),
    )
    # Dominance may leave fewer sites than are wanted: those are good enough, too.
    hunt = partial(CountHunt, count=count) if count is not None and count <= len(sites) else Hunt
    start = None if start is None else start[sites]
    is_short = count is not None and np.isfinite(part.cost).sum() <= _MOST_PAIRS
    search = OpenSearch(part, seed=seed, target=target, start=start, hunt=hunt, most_nodes=_NODES if is_short else None)
    answer = search.run(clock)
    if is_short and not (search.is_settled or clock.is_over):
        decide(part, answer, clock=clock)
    chosen = np.zeros(len(task.fixed), bool)
    chosen[sites[answer.chosen]] = True
    return replace(answer, chosen=chosen)


def decide(task: OpenTask, answer: OpenAnswer, *, clock: Clock) -> None:
    """Find fewest sites by a mixed-integer program, which takes less time than asking it for so many."""
    program = Program()
    sites = program.add_sites(task.fixed, task.mode)
    row, site = np.nonzero(np.isfinite(task.cost))
    program.limit(len(task.cost), (row, sites[site], 1.0), low=1.0)
    found = program.solve(clock)
    clock.step(answer.cost)
    if math.isfinite(found.bound):
        answer.bound = max(answer.bound, float(math.ceil(found.bound - 1e-6)))
    if found.values is not None:
        chosen = found.values > 0.5  # noqa: PLR2004 - binary
        cost = task.price(chosen)
        if cost < answer.cost:
            answer.chosen, answer.cost = chosen, cost


def reduce_cover(
    covers: NDArray[np.bool_], *, cost: NDArray[np.float64], mode: NDArray[np.int8]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return demand points and sites that decide a set cover.

    A demand point is dropped where every site that covers some other one covers it too, a site where another one of no
    larger cost covers all that it covers; forbidden sites are dropped, existing and forced ones stay with what they cover
    left out (Toregas & ReVelle 1973).

    Parameters
    ----------
    covers : bool array, shape (N, M)
    cost : float64 array, shape (M,)
    mode : int8 array, shape (M,)
        1 for sites that must be open, -1 for those that may not.
    """
    rows = np.flatnonzero(~covers[:, mode > 0].any(axis=1))
    # At least one demand point stays, so that the search has lists to work on.
    rows = rows if len(rows) else np.arange(1)
    sites = np.flatnonzero(mode >= 0)
    for _ in range(_ROUNDS):
        part = covers[np.ix_(rows, sites)]
        keep_rows = minimal_sets(part, cost=np.zeros(len(rows)), locked=np.zeros(len(rows), np.int8))
        part = part[keep_rows]
        keep_sites = minimal_sets(~part.T, cost=cost[sites], locked=(mode[sites] > 0).astype(np.int8))
        shrunk = not (keep_rows.all() and keep_sites.all())
        rows, sites = rows[keep_rows], sites[keep_sites]
        if not shrunk:
            break
    return rows, sites


def minimal_sets(sets: NDArray[np.bool_], *, cost: NDArray[np.float64], locked: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Tell which rows of a table of sets contain no other one."""
    packed = np.packbits(sets, axis=1)
    bits = np.zeros((len(sets), -(-packed.shape[1] // 8) * 8), np.uint8)
    bits[:, : packed.shape[1]] = packed
    alive = np.ones(len(sets), np.int8)
    drop_supersets(np.ascontiguousarray(bits.view(np.uint64)), cost.copy(), alive, locked)
    return alive > 0
