"""Covering more than once: what aggregation and dominance leave of it, as a mixed-integer program.

Hogan, K. and ReVelle, C. (1986), Concepts and applications of backup coverage, Management Science 32(11).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from ..model.facility_location_goals import BackupCover
from .siting_cover import minimal_sets
from .siting_max_cover import cover_within
from .siting_open import OpenAnswer
from .siting_program import Program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..kernels.siting.cover_search import Cover
    from ..model.facility_location import FacilityLocationProblem
    from ..model.facility_location_goals import MaxBackupCover
    from .siting_clock import Clock

_LARGEST: Final = 6000
"""Above so many different demand points or sites dominance would take longer than it saves."""


def search_backup(problem: FacilityLocationProblem, goal: BackupCover | MaxBackupCover, *, clock: Clock) -> OpenAnswer:
    """Return the best sites of a goal, their cost and the bound; both infinite where none will do."""
    if isinstance(goal, BackupCover):
        return _cover_all(problem, goal, clock=clock)
    return _cover_most(problem, goal, clock=clock)


def _cover_all(problem: FacilityLocationProblem, goal: BackupCover, *, clock: Clock) -> OpenAnswer:
    """Return the cheapest sites that cover all demand points so many times, beginning with a greedy choice.

    Cost and bound are infinite where too few sites reach a demand point: no search is needed to see that.
    """
    cover, mode = cover_within(problem, goal.radius), problem.site_modes
    cost = problem.opening_costs
    cost = cost if cost.any() else np.ones(len(mode))
    if (np.diff(cover.point_start) < goal.times).any():
        return OpenAnswer(np.zeros(len(mode), bool), math.inf, math.inf)
    row, site, need = _deciding(cover, mode, times=goal.times)
    chosen = _greedy(row, site, need, cost=cost, mode=mode)
    best = OpenAnswer(chosen, float(cost[chosen].sum()), -math.inf)
    program = Program()
    program.add_sites(cost, mode)
    program.limit(len(need), (row, site, 1.0), low=need)
    program.limit(1, (np.zeros(len(mode), np.int64), np.arange(len(mode)), 1.0), low=1.0)
    answer = program.solve(clock)
    if answer.values is not None:
        opened = answer.values > 0.5  # noqa: PLR2004 - binary
        if cost[opened].sum() < best.cost:
            best.chosen, best.cost = opened, float(cost[opened].sum())
    best.bound = min(answer.bound, best.cost)
    if (cost == np.rint(cost)).all() and math.isfinite(best.bound):
        best.bound = min(float(math.ceil(best.bound - 1e-6)), best.cost)
    clock.step(best.cost)
    return best


def _cover_most(problem: FacilityLocationProblem, goal: MaxBackupCover, *, clock: Clock) -> OpenAnswer:
    """Return the sites that leave least weight without backup; cost and bound are infinite where no choice covers all once."""
    cover, mode = cover_within(problem, goal.radius), problem.site_modes
    count, nothing = np.diff(cover.point_start), np.zeros(len(mode), bool)
    if (count < goal.times - 1).any():
        return OpenAnswer(nothing, math.inf, math.inf)
    n, total = len(cover.weight), float(cover.weight.sum())
    program = Program()
    sites = program.add_sites(0.0, mode)
    backed = program.add(-cover.weight, size=n)
    each = np.arange(n)
    program.limit(n, (np.repeat(each, count), cover.point_site, 1.0), (each, backed, -1.0), low=goal.times - 1.0)
    limit_sites(program, sites, problem, p=goal.p, budget=goal.budget)
    answer = program.solve(clock)
    best = OpenAnswer(nothing, math.inf, max(0.0, answer.bound + total))
    if answer.values is not None:
        best.chosen = answer.values[: len(mode)] > 0.5  # noqa: PLR2004 - binary
        hits = np.bincount(np.repeat(each, count), best.chosen[cover.point_site].astype(float), minlength=n)
        best.cost = float(cover.weight[hits < goal.times].sum())
        best.bound = min(best.bound, best.cost)
        # HiGHS proves to a part of its own cost, the weight that has backup.
        if best.bound >= best.cost - 1e-9 * total:
            best.bound = best.cost
    clock.step(best.cost)
    return best


def limit_sites(
    program: Program, sites: NDArray[np.int64], problem: FacilityLocationProblem, *, p: int | None, budget: float | None
) -> None:
    """Add the row that opens exactly `p` sites, or the rows that keep at least one within the budget."""
    if p is not None or budget is None:
        program.sum(sites, 1.0, low=p or 1, high=p or len(sites))
        return
    program.keep_budget(sites, problem.opening_costs, budget)


def _deciding(cover: Cover, mode: NDArray[np.int8], *, times: int) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Return entries (row, site) of the demand points that decide and what each needs beside the sites that must be open.

    A demand point is left out where another one needs no less from no other sites (Toregas & ReVelle 1973).
    """
    n = len(cover.weight)
    point = np.repeat(np.arange(n), np.diff(cover.point_start))
    must = mode[cover.point_site] > 0
    need = times - np.bincount(point[must], minlength=n).astype(float)
    keep = need > 0
    rows = np.flatnonzero(keep)
    if max(len(rows), len(mode)) <= _LARGEST and len(rows):
        covers = np.zeros((n, len(mode)), bool)
        covers[point[~must], cover.point_site[~must]] = True
        keep[rows[~minimal_sets(covers[rows], cost=-need[rows], locked=np.zeros(len(rows), np.int8))]] = False
    used = keep[point] & ~must
    return (np.cumsum(keep) - 1)[point[used]], cover.point_site[used], need[keep]


def _greedy(
    row: NDArray[np.int64], site: NDArray[np.int32], need: NDArray[np.float64], *, cost: NDArray[np.float64], mode: NDArray[np.int8]
) -> NDArray[np.bool_]:
    """Return sites opened one by one, most needs for the money first, without those that turn out superfluous."""
    chosen, left = mode > 0, need.copy()
    while (left > 0).any():
        gain = np.bincount(site, (left[row] > 0).astype(float), minlength=len(mode))
        pick = int(np.where(chosen, -1.0, gain / np.maximum(cost, 1e-9)).argmax())
        chosen[pick] = True
        left[row[site == pick]] -= 1
    if not chosen.any():
        chosen[int(np.where(mode == 0, cost, math.inf).argmin())] = True
    for pick in np.argsort(-cost, kind="stable"):
        theirs = row[site == pick]
        if chosen[pick] and mode[pick] == 0 and (left[theirs] < 0).all() and chosen.sum() > 1:
            chosen[pick] = False
            left[theirs] += 1
    return np.asarray(chosen, np.bool_)
