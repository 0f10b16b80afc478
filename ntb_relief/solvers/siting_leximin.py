"""Lexicographic goals: the worst off as well off as can be, then the next worst, by swaps and a program a level.

Costs of points: Ogryczak, W. (1997), On the lexicographic minimax approach to location problems, EJOR 100(3). Shares of
groups: sums of the so many largest, one after the other (Ogryczak & Sliwinski 2006, Computational Optimization and
Applications), which need no convexity.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from .siting_open import OpenAnswer
from .siting_program import Program
from .siting_swaps import is_less, search_swaps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..kernels.siting.cover_search import Cover
    from .siting_clock import Clock
    from .siting_program import ProgramAnswer

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Modes = NDArray[np.int8]

_LEVEL: Final = 1e-6
"""Part of a group's weight by which later levels may loosen earlier ones: what HiGHS tells apart."""
_PROVEN: Final = 1e-5
"""A level counts as proven to so much."""


def search_leximin(cost: Floats, mode: Modes, *, p: int, start: Flags, least: float, seed: int, clock: Clock) -> tuple[OpenAnswer, bool]:
    """Return the sites, the largest cost with its bound, and whether all levels are proven.

    Parameters
    ----------
    cost : float64 array, shape (N, M)
    mode : int8 array, shape (M,)
    p : int
        Sites to be open.
    start : bool array, shape (M,)
        So many sites that reach every demand point.
    least : float
        A bound on the largest cost.
    seed : int
    clock : Clock

    Notes
    -----
    A program a level asks for another set that keeps to all levels above and has fewest points at the cost of this one: if
    there is none, or it has more of them, no other set is as good.
    """

    def judge(chosen: Flags) -> Floats:
        return np.asarray(np.sort(cost[:, chosen].min(axis=1))[::-1], np.float64)

    chosen, row = search_swaps(judge, mode, p=p, start=start, seed=seed, clock=clock)
    above, is_whole = math.inf, False
    while not (is_whole or clock.is_over):
        rest = row[row < above]
        if not len(rest):
            is_whole = True
            break
        level = float(rest[0])
        answer = _another(cost, mode, chosen, row, level=level, clock=clock)
        number = int((row >= level).sum())
        if answer.values is not None:
            other = answer.values[: len(mode)] > 0.5  # noqa: PLR2004 - binary
            found = judge(other)
            if is_less(found, row):
                chosen, row = other, found
                clock.step(float(row[0]))
                continue
        is_whole = answer.bound > number + 1e-6
        if answer.bound <= number - 1 + 1e-6:
            break
        above = level
        clock.step(float(row[0]))
    largest = float(row[0])
    return OpenAnswer(chosen, largest, largest if is_whole or above <= largest else min(least, largest)), is_whole


def _another(cost: Floats, mode: Modes, chosen: Flags, row: Floats, *, level: float, clock: Clock) -> ProgramAnswer:
    """Look for another set that is as good above a level and has fewest points at it."""
    program = Program()
    sites = program.add_sites(0.0, mode)
    program.sum(sites, 1.0, low=int(chosen.sum()), high=int(chosen.sum()))
    own = np.flatnonzero(chosen)
    program.sum(sites[own], 1.0, high=len(own) - 1)
    for value in np.unique(row[row >= level]):
        _count_above(program, sites, cost <= value, most=int((row > value).sum()))
    _count_above(program, sites, cost < level, price=1.0)
    return program.solve(clock)


def _count_above(program: Program, sites: NDArray[np.int64], near: Flags, *, most: float = math.inf, price: float = 0.0) -> None:
    """Add the rows that leave at most so many points without a near site, or that price each of them."""
    n = len(near)
    point, site = np.nonzero(near)
    each = np.arange(n)
    if most == 0:
        program.limit(n, (point, sites[site], 1.0), low=1.0)
        return
    missed = program.add(price, size=n)
    program.limit(n, (point, sites[site], 1.0), (each, missed, 1.0), low=1.0)
    program.sum(missed, 1.0, high=most)


def search_shares(cover: Cover, part: Floats, mode: Modes, *, p: int, seed: int, clock: Clock) -> tuple[OpenAnswer, bool]:
    """Return the sites, the largest uncovered share of a group with its bound, and whether all levels are proven.

    Parameters
    ----------
    cover : Cover
        Its weights do not count.
    part : float64 array, shape (N, G)
        Of each group's weight, what each demand point of the cover has.
    mode : int8 array, shape (M,)
    p : int
        Sites to be open.
    seed : int
    clock : Clock
    """
    n = len(part)
    point = np.repeat(np.arange(n), np.diff(cover.point_start))

    def judge(chosen: Flags) -> Floats:
        hits = np.bincount(point, chosen[cover.point_site].astype(np.float64), minlength=n)
        return np.asarray(np.sort(np.where(hits > 0, 0.0, 1.0) @ part)[::-1], np.float64)

    chosen, row = search_swaps(judge, mode, p=p, start=None, seed=seed, clock=clock)
    least = 0.0
    sums: list[float] = []
    for level in range(1, len(row) + 1):
        if level > 1 and row[level - 1] <= 0:
            break
        if clock.is_over:
            return OpenAnswer(chosen, float(row[0]), least), False
        answer = _sum_of_largest(cover, point, part, mode, p=p, sums=sums, clock=clock)
        if answer.values is not None:
            other = answer.values[: len(mode)] > 0.5  # noqa: PLR2004 - binary
            found = judge(other)
            if is_less(found, row):
                chosen, row = other, found
        clock.step(float(row[0]))
        if level == 1:
            least = min(max(0.0, answer.bound), float(row[0]))
        sums.append(float(row[:level].sum()))
        if answer.bound < sums[-1] - _PROVEN:
            return OpenAnswer(chosen, float(row[0]), least), False
    return OpenAnswer(chosen, float(row[0]), float(row[0])), True


def _sum_of_largest(
    cover: Cover, point: NDArray[np.int64], part: Floats, mode: Modes, *, p: int, sums: list[float], clock: Clock
) -> ProgramAnswer:
    """Minimise the sum of one more of the largest shares than there are sums, which are kept to."""
    n, groups = part.shape
    program = Program()
    sites = program.add_sites(0.0, mode)
    program.sum(sites, 1.0, low=p, high=p)
    missed = program.add(0.0, size=n)
    program.limit(n, (point, sites[cover.point_site], 1.0), (np.arange(n), missed, 1.0), low=1.0)
    row, group = np.nonzero(part)
    each = np.arange(groups)
    for number, most in enumerate([*sums, math.inf], start=1):
        price = 1.0 if number == len(sums) + 1 else 0.0
        limit = program.add(price * number, size=1)
        over = program.add(price, size=groups)
        program.limit(groups, (group, missed[row], -part[row, group]), (each, over, 1.0), (each, np.repeat(limit, groups), 1.0), low=0.0)
        if math.isfinite(most):
            program.sum(np.concatenate([limit, over]), np.append(float(number), np.ones(groups)), high=most + _LEVEL)
    return program.solve(clock)
