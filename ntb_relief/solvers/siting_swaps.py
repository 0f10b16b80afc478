"""Swaps of open for closed sites by any order of goodness that a row of numbers tells, the first number first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from .siting_clock import Clock

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

_STARTS: Final = 4
"""Descents, each but the first from the best set with some sites exchanged at random."""
_SHARE: Final = 0.4
"""Of the limit; the rest is for the proof."""


def is_less(left: Floats, right: Floats) -> bool:
    """Tell whether a row of numbers comes before another of the same length; what rounding may do counts as equal."""
    differs = np.flatnonzero(~np.isclose(left, right, rtol=1e-12, atol=1e-12))
    return bool(len(differs)) and bool(left[differs[0]] < right[differs[0]])


def search_swaps(
    judge: Callable[[Flags], Floats], mode: NDArray[np.int8], *, p: int, start: Flags | None, seed: int, clock: Clock
) -> tuple[Flags, Floats]:
    """Return the best set of `p` sites found and its judgement.

    Parameters
    ----------
    judge : callable
        From a bool array (M,) to a row of finite numbers or, where the set will not do, infinity in the first place.
    mode : int8 array, shape (M,)
    p : int
    start : bool array, shape (M,), optional
        Sites to begin with, `p` or less; a random choice where there are none.
    seed : int
    clock : Clock
    """
    rng = np.random.default_rng(seed)
    free = np.flatnonzero(mode == 0)
    best = (mode > 0) if start is None else start.copy()
    free = free[~best[free]]
    best[rng.permutation(free)[: p - int(best.sum())]] = True
    free = np.flatnonzero(mode == 0)
    value = judge(best)
    for descent in range(_STARTS):
        here = best.copy() if descent == 0 else _shaken(best, free, rng)
        cost, better = judge(here), True
        while better and not clock.is_over and clock.fraction < _SHARE:
            here, cost, better = _pass(judge, here, cost, free, rng, clock)
            clock.step(float(min(cost[0], value[0])))
        if is_less(cost, value):
            best, value = here, cost
    return best, value


def _shaken(chosen: Flags, free: NDArray[np.int64], rng: np.random.Generator) -> Flags:
    inside, outside = free[chosen[free]], free[~chosen[free]]
    size = min(len(inside), len(outside), 3)
    shaken = chosen.copy()
    shaken[rng.choice(inside, size=size, replace=False)] = False
    shaken[rng.choice(outside, size=size, replace=False)] = True
    return shaken


def _pass(
    judge: Callable[[Flags], Floats], here: Flags, cost: Floats, free: NDArray[np.int64], rng: np.random.Generator, clock: Clock
) -> tuple[Flags, Floats, bool]:
    """Try every swap once in random order, taking each that is better."""
    better = False
    for closed in rng.permutation(free[here[free]]):
        for opened in rng.permutation(free[~here[free]]):
            trial = here.copy()
            trial[closed], trial[opened] = False, True
            value = judge(trial)
            if is_less(value, cost):
                here, cost, better = trial, value, True
                break
        if clock.is_over:
            break
    return here, cost, better
