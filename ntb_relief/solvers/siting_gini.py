"""The most equal way to the sites: least Gini coefficient of the costs, by swaps and branch and bound on boxes of costs.

Whatever sites are open, the cost of a demand point lies between that of its nearest site that may open and that of its
nearest open one. In such a box the coefficient is least where all costs are one level, cut off by the box: of all costs
of one mean these are majorised by all others (Marshall, Olkin & Arnold 2011, Inequalities), and between two ends of
intervals the coefficient is a ratio of two straight lines in the level, so that an end is best.
"""

from __future__ import annotations

import heapq
import math
from itertools import count
from typing import TYPE_CHECKING, Final

import numpy as np

from .siting_open import OpenAnswer
from .siting_swaps import search_swaps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .siting_clock import Clock

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Modes = NDArray[np.int8]

_NODES: Final = 50
"""Nodes of one bounded step."""
_ROUNDING: Final = 1e-12


def gini(value: Floats, weight: Floats) -> float:
    """Return the Gini coefficient of weighted values, 0 where all are 0 and infinity where one is infinite."""
    if not np.isfinite(value).all():
        return math.inf
    order = np.argsort(value, kind="stable")
    value, weight = value[order], weight[order]
    total = float(weight @ value)
    if total <= 0:
        return 0.0
    below = np.cumsum(weight) - weight
    return float((weight * value * (2 * below + weight)).sum() / (weight.sum() * total) - 1.0)


def least_gini(low: Floats, high: Floats, weight: Floats) -> float:
    """Return the least coefficient of values in a box, infinity where a lower end is infinite.

    Parameters
    ----------
    low, high, weight : float64 array, shape (N,)
        Upper ends may be infinite; weights are above 0.

    Notes
    -----
    Sorts both ends and looks at each: O(N log N).
    """
    if not np.isfinite(low).all():
        return math.inf
    if not len(low):
        return 0.0
    bounded = np.isfinite(high)
    level = np.unique(np.concatenate([low, high[bounded]]))
    below = _Tail(high[bounded], weight[bounded]).upto(level)
    above = _Tail(-low, weight).upto(-level)
    middle = weight.sum() - below[0] - above[0]
    # Sums of the values above come with their sign turned.
    pairs = below[2] + above[2] - below[0] * above[1] - above[0] * below[1]
    pairs += middle * (level * below[0] - below[1]) - middle * (above[1] + level * above[0])
    total = below[1] - above[1] + level * middle
    ratio = np.where(total > 0, pairs / (weight.sum() * np.where(total > 0, total, 1.0)), 0.0)
    least = float(ratio.min())
    if not bounded.all():
        # Ever higher levels come near this one.
        least = min(least, float(weight[bounded].sum() / weight.sum()))
    return max(0.0, least)


class _Tail:
    """Sums over values below a level: weight, weighted value and differences of pairs."""

    def __init__(self, value: Floats, weight: Floats) -> None:
        order = np.argsort(value, kind="stable")
        self.value, weight = value[order], weight[order]
        mass, total = np.cumsum(weight), np.cumsum(weight * self.value)
        pairs = np.cumsum(weight * (self.value * (mass - weight) - (total - weight * self.value)))
        self.sums = np.concatenate([np.zeros((3, 1)), np.array([mass, total, pairs]).reshape(3, -1)], axis=1)

    def upto(self, level: Floats) -> Floats:
        """Return the three sums over values below each level, shape (3, number of levels)."""
        return np.asarray(self.sums[:, np.searchsorted(self.value, level)], np.float64)


def search_gini(cost: Floats, weight: Floats, mode: Modes, *, p: int, start: Flags, seed: int, clock: Clock) -> OpenAnswer:
    """Return the `p` sites of the least coefficient found, with the bound of the branches that are left.

    Parameters
    ----------
    cost : float64 array, shape (N, M)
    weight : float64 array, shape (N,)
    mode : int8 array, shape (M,)
    p : int
        Sites to be open, exactly.
    start : bool array, shape (M,)
        So many sites or less that reach every demand point.
    seed : int
    clock : Clock
    """
    counted = weight > 0
    cost, reach, weight = cost[counted], cost[~counted], weight[counted]

    def judge(chosen: Flags) -> Floats:
        is_reached = np.isfinite(reach[:, chosen]).any(axis=1).all()
        return np.array([gini(cost[:, chosen].min(axis=1), weight) if is_reached else math.inf])

    chosen, value = search_swaps(judge, mode, p=p, start=start, seed=seed, clock=clock)
    best = OpenAnswer(chosen, float(value[0]), 0.0)
    ticks = count()
    is_open = (mode == 0).any() and (mode > 0).sum() < p
    heap: list[tuple[float, int, Modes]] = [(_box(cost, weight, mode, p), next(ticks), mode)] if is_open else []
    while heap and heap[0][0] < best.cost - _ROUNDING and not clock.is_over:
        for _ in range(_NODES):
            if not heap or heap[0][0] >= best.cost - _ROUNDING:
                break
            _, _, node = heapq.heappop(heap)
            for child in _children(cost, weight, node, p=p):
                bound = _box(cost, weight, child, p)
                if bound >= best.cost - _ROUNDING:
                    continue
                if (child > 0).sum() < p:
                    heapq.heappush(heap, (bound, next(ticks), child))
                    continue
                found = float(judge(child > 0)[0])
                if found < best.cost:
                    best.chosen, best.cost = child > 0, found
        clock.step(best.cost)
    best.bound = min(heap[0][0], best.cost) if heap else best.cost
    if best.bound >= best.cost - _ROUNDING:
        best.bound = best.cost
    return best


def _children(cost: Floats, weight: Floats, mode: Modes, *, p: int) -> list[Modes]:
    """Return a node with its most useful free site open, and shut; where all that may open must, only with all open."""
    allowed = np.flatnonzero(mode >= 0)
    near = allowed[cost[:, allowed].argmin(axis=1)]
    use = np.bincount(near, weight, minlength=len(mode))
    pick = int(np.where(mode == 0, use, -1.0).argmax())
    children = []
    for value in (1, -1):
        child = mode.copy()
        child[pick] = value
        if (child >= 0).sum() == p:
            child[child == 0] = 1
        if (child > 0).sum() == p:
            child[child == 0] = -1
        if (child >= 0).sum() >= p:
            children.append(child)
    return children


def _box(cost: Floats, weight: Floats, mode: Modes, p: int) -> float:
    """Return a bound on the coefficient of every set of a node."""
    part = cost[:, mode >= 0]
    # At least one of the nearest so many sites is open.
    rank = part.shape[1] - p
    high = np.partition(part, rank, axis=1)[:, rank]
    if (mode > 0).any():
        high = np.minimum(high, cost[:, mode > 0].min(axis=1))
    return least_gini(part.min(axis=1), high, weight)
