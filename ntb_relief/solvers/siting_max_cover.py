"""Maximal covering: the question after aggregation and dominance, and the hunt for good sites by annealing.

Demand points that the same sites cover count as one, sites whose points another one covers too are left out (Church & ReVelle
1974; Toregas & ReVelle 1973): what is left is searched and bounded as an uncapacitated core.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..kernels.rng import seed_state
from ..kernels.siting.core import SHUT, make_core, turn
from ..kernels.siting.cover_search import Cover, anneal_cover, descend_cover, drop_subsets, make_cover_state, start_cover

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..kernels.siting.core import Core
    from ..model.facility_location import FacilityLocationProblem
    from ..model.facility_location_goals import MaxCover
    from .siting_clock import Clock

_WORK: Final = 30_000_000
"""Steps of the kernel in one bounded step, some 60 ms."""
_WORK_A_PAIR: Final = 2_000
"""Less in small problems: so many steps for each pair of demand point and site that covers it."""
_ROUND: Final = 8
"""Bounded steps of the first round; each round is twice as long as the one before."""
_HEAT: Final = 0.05
"""First temperature of a round, by the mean weight an open site covers."""
_COOLED: Final = 0.03
"""Last temperature of a round, by the first."""


@dataclass(frozen=True, slots=True)
class CoverTask:
    """A maximal covering question as `OpenSearch` asks it; costs are 0 where a site covers.

    Parameters
    ----------
    cover : Cover
        After aggregation; forbidden and dominated sites cover nothing.
    mode : int8 array, shape (M,)
        Forbidden and dominated sites are shut.
    low, high : int
        The number of sites.
    grain : float
        1 where weights are whole, else 0.
    """

    cover: Cover
    mode: NDArray[np.int8]
    low: int
    high: int
    grain: float

    @property
    def fixed(self) -> NDArray[np.float64]:
        """Cost of opening each site: none."""
        return np.zeros(len(self.mode))

    def price(self, chosen: NDArray[np.bool_]) -> float:
        """Return the weight these sites leave uncovered."""
        cover = self.cover
        point = np.repeat(np.arange(len(cover.weight)), np.diff(cover.point_start))
        hit = np.bincount(point[chosen[cover.point_site]], minlength=len(cover.weight))
        return float(cover.weight[hit == 0].sum())

    def core(self, *, keep: NDArray[np.bool_] | None = None) -> tuple[Core, bool]:
        """Return the core over the kept sites, renumbered, and that its lists are whole."""
        start, site, m = self.cover.point_start, self.cover.point_site, len(self.mode)
        if keep is not None:
            kept = keep[site]
            count = np.concatenate([[0], np.cumsum(kept)])
            start, m = count[start], int(keep.sum())
            site = (np.cumsum(keep, dtype=np.int32) - np.int32(1))[site[kept]]
        return make_core(start, site, np.zeros(len(site)), fixed=np.zeros(m), outside=self.cover.weight.copy()), True


class CoverHunt:
    """Rounds of annealing, each longer than the one before.

    Parameters
    ----------
    task : CoverTask
    seed : int
    work : int
        Steps of the kernel in one bounded step, some 2 ns each.
    """

    turns = 4
    """Bounded steps for each one of the proof: the bound of a large question is rarely close."""

    def __init__(self, task: CoverTask, seed: int, *, work: int = _WORK) -> None:
        self.task, self.seed, self.rounds, self.length = task, seed, 0, _ROUND // 2
        self.work = min(work, _WORK_A_PAIR * (1 + len(task.cover.point_site)))
        n, m = len(task.cover.weight), len(task.mode)
        self.state = make_cover_state(n, m)
        self.steps = 0

    def begin(self, best: NDArray[np.bool_], promise: NDArray[np.float64] | None) -> None:  # noqa: ARG002 - as of `Hunt`
        """Start the next round, at these sites the first time and at those the last round ended with later."""
        if self.rounds == 0:
            self.take(best)
        self.rng = seed_state(self.seed * 1000 + self.rounds)
        self.rounds += 1
        self.length *= 2
        self.steps = 0
        self.since: float | None = None

    def take(self, chosen: NDArray[np.bool_]) -> None:
        """Take over a set of sites, fill it up and descend from it."""
        task = self.task
        start_cover(task.cover, task.mode, chosen.astype(np.int8), task.high, self.state)
        descend_cover(task.cover, task.mode, self.state)

    def step(self, target: float, clock: Clock) -> bool:
        """Search one bounded step; return whether the round goes on."""
        task, state = self.task, self.state
        self._fit(clock)
        covered = float(task.cover.weight.sum()) - state.lost[1]
        heat = _HEAT * covered / max(1, task.high) * _COOLED ** (self.steps / self.length)
        anneal_cover(task.cover, task.mode, state, self.rng, heat, 1.0, self.work, target)
        self.steps += 1
        if self.steps < self.length:
            return True
        descend_cover(task.cover, task.mode, state)
        return False

    def _fit(self, clock: Clock) -> None:
        """Shorten a round that would not end in time at the pace so far, bounds and all."""
        if self.since is None:
            self.since = clock.fraction
        passed = clock.fraction - self.since
        if self.steps and passed > 0:
            ends = int(self.steps * (1 - self.since) / passed)
            self.length = max(self.steps + 1, min(self.length, ends))

    @property
    def least(self) -> float:
        """Weight lost at best."""
        return float(self.state.lost[1])

    @property
    def cost(self) -> float:
        """Exact cost of the best set."""
        return self.task.price(self.best)

    @property
    def best(self) -> NDArray[np.bool_]:
        """Best set so far, shape (M,)."""
        return self.state.best > 0

    def prices(self, outside: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return multipliers to begin a bound with: what the last way to each point is worth."""
        shares = np.array([1.0, 0.5, 0.0])
        return np.asarray(outside * shares[np.minimum(self.state.times, 2)], np.float64)


def encode_cover(problem: FacilityLocationProblem, goal: MaxCover) -> CoverTask:
    """Return the question of a goal, aggregated and without dominated sites."""
    n, m = len(problem.demand_ids), len(problem.site_ids)
    weights, mode, p = problem.weights, problem.site_modes, goal.p or 1
    point, site = _allowed_within(problem, goal.radius)
    counts = weights[point] > 0
    point, site = point[counts], site[counts]
    cover = make_cover(point, site, weights, m)
    alive = np.zeros(m, np.int8)
    drop_subsets(cover, mode, np.zeros(n, np.int64), alive)
    # Exactly so many sites are opened, dominated ones if need be.
    spare = np.flatnonzero((alive == 0) & (mode == 0))
    alive[spare[: max(0, p - int(alive.sum()))]] = 1
    left = alive[site] > 0
    cover = _aggregate(point[left], site[left], weights, m)
    grain = float((weights == np.rint(weights)).all())
    return CoverTask(cover, np.where(alive > 0, mode, np.int8(SHUT)).astype(np.int8), p, p, grain)


def cover_within(problem: FacilityLocationProblem, radius: float) -> Cover:
    """Return who covers whom within a radius, demand points of the same allowed sites as one, dominated sites and all."""
    return _aggregate(*_allowed_within(problem, radius), problem.weights, len(problem.site_ids))


def cover_groups(problem: FacilityLocationProblem, radius: float) -> tuple[Cover, NDArray[np.float64]]:
    """Return a cover of the demand points of each group by themselves, and of each group's weight what each point has, (N, G).

    Groups without weight are left out.
    """
    groups, number = np.unique(np.array(problem.group), return_inverse=True)
    point, site = _allowed_within(problem, radius)
    parts, shares = [], []
    for group in range(len(groups)):
        weight = np.where(number == group, problem.weights, 0.0)
        if weight.any():
            own = weight[point] > 0
            parts.append(_aggregate(point[own], site[own], weight, len(problem.site_ids)))
            shares.append(parts[-1].weight / weight.sum())
    part = np.zeros((sum(map(len, shares)), max(1, len(shares))))
    begin = np.cumsum([0, *map(len, shares)])
    for column, share in enumerate(shares):
        part[begin[column] : begin[column + 1], column] = share
    count = np.concatenate([[0], *(np.diff(cover.point_start) for cover in parts)])
    names = np.concatenate([np.zeros(0, np.int32), *(cover.point_site for cover in parts)])
    rows = np.repeat(np.arange(len(part)), count[1:])
    return make_cover(rows, names, part.sum(axis=1), len(problem.site_ids)), part


def _allowed_within(problem: FacilityLocationProblem, radius: float) -> tuple[NDArray[np.int64], NDArray[np.integer[Any]]]:
    """Return demand point and site, one that may open, of each cost within the radius, in order."""
    point, entry = _within(problem, radius)
    site = entry if problem.nearest is None else problem.nearest[point, entry]
    allowed = problem.site_modes[site] >= 0
    return point[allowed], site[allowed]


def _within(problem: FacilityLocationProblem, radius: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return row and column of each cost within the radius, in order."""
    step = max(1, 8_000_000 // problem.cost.shape[1])
    rows, cols = [], []
    for begin in range(0, len(problem.cost), step):
        near = problem.cost[begin : begin + step] <= radius
        if problem.nearest is not None:
            near &= problem.nearest[begin : begin + step] >= 0
        row, col = np.nonzero(near)
        rows.append(row + begin)
        cols.append(col)
    return np.concatenate(rows), np.concatenate(cols)


def make_cover(point: NDArray[np.int64], site: NDArray[np.integer[Any]], weight: NDArray[np.float64], num_sites: int) -> Cover:
    """Return who covers whom, from the demand point and the site of each pair, demand points ascending."""
    start = np.zeros(len(weight) + 1, np.int64)
    np.cumsum(np.bincount(point, minlength=len(weight)), out=start[1:])
    names = site.astype(np.int32)
    by_site, rows, _ = turn(start, names, np.zeros(len(names)), num_sites)
    return Cover(start, names, by_site, rows, weight.copy())


def _aggregate(point: NDArray[np.int64], site: NDArray[np.integer[Any]], weight: NDArray[np.float64], num_sites: int) -> Cover:
    """Return the cover in which demand points of the same sites are one; those of no site are one, too."""
    keys = np.random.default_rng(0).integers(0, 2**63, (num_sites, 2), dtype=np.uint64)
    sums = np.zeros((len(weight), 2), np.uint64)
    np.add.at(sums, point, keys[site])  # two sums of 64 bits tell sets apart
    _, first, group = np.unique(sums, axis=0, return_index=True, return_inverse=True)
    number = np.full(len(weight), -1, np.int64)
    number[first] = np.arange(len(first))
    row = number[point]
    order = np.argsort(row[row >= 0], kind="stable")
    return make_cover(row[row >= 0][order], site[row >= 0][order], np.bincount(group.ravel(), weight).astype(np.float64), num_sites)
