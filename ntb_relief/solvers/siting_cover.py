"""Set covering: what dominance leaves is searched and proven as an uncapacitated core."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from ..kernels.siting.cover import drop_supersets
from .siting_open import OpenAnswer, OpenSearch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .siting_clock import Clock
    from .siting_encode import OpenTask

_LARGEST: Final = 6000
"""Above so many demand points or sites dominance would take longer than it saves."""
_ROUNDS: Final = 4


def search_cover(
    task: OpenTask, *, seed: int, clock: Clock, target: float = -math.inf, start: NDArray[np.bool_] | None = None
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
    answer = OpenSearch(part, seed=seed, target=target, start=None if start is None else start[sites]).run(clock)
    chosen = np.zeros(len(task.fixed), bool)
    chosen[sites[answer.chosen]] = True
    return replace(answer, chosen=chosen)


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
