"""Search over sets of open sites: many by short bursts of the routing engine, the best of them by longer ones."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from ..plan.result import Sample, Status
from .location_routing_engine import Engine
from .progress import Progress
from .stop import Slice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..kernels.routing.arrays import BestCopy
    from .location_routing_estimate import Choice, Estimate
    from .location_routing_fleet import Encoding, Routes
    from .progress import OnProgress
    from .stop import StopCriterion

_ROUNDS: Final = ((6, 0.08), (10, 0.20), (8, 0.28), (8, 0.36), (8, 0.44))
"""New sets of sites in each round of exploring, and the share of the search that is spent behind it."""
_FINALS: Final = ((6, 0.58), (3, 0.72), (2, 0.86), (1, 1.0))
"""Best sets routed again, and the share spent behind it."""
_PARENTS: Final = 3
"""Best sets whose neighbours are looked at."""
_FITTED: Final = 6
"""Routed sets from which on the estimate is calibrated."""
_HOPELESS: Final = 1.05
"""Sets that by forecast cost so many times the best are not routed."""
_BEATEN: Final = 1.03
"""Sets that cost so many times the best are not routed again."""
_LONGEST: Final = 0.2
"""Longest share of a round of exploring, were it full."""
_FRONT: Final = 6
"""Times as many sets as a round takes are looked at closely."""
_LEAST: Final = 1e-6
_TIGHT: Final = 0.97
_FIRST: Final = 0.2
"""Of a pooled burst, for the routes of a packing."""
_TURNS: Final = 3
"""Runs of a set of sites before its better way is kept."""


@dataclass(slots=True)
class Trial:
    """A set of sites that was routed: the best routes found; infinite cost where none served all stops.

    `pooled` is the engine's own best solution with pooled vehicles, from which a later burst goes on.
    """

    choice: Choice
    cost: float = math.inf
    routes: Routes = field(default_factory=list)
    is_pooled: bool = False
    runs: int = 0
    pooled: BestCopy | None = None


class LocationRoutingSearch:
    """One search; `run` leaves the best plan's routes in `best`.

    Parameters
    ----------
    encoding : Encoding
    estimate : Estimate
    stop : StopCriterion
    begin : float
        `time.perf_counter` when the solve began.
    seed, threads : int
    on_progress : callable or None
    """

    def __init__(
        self,
        encoding: Encoding,
        estimate: Estimate,
        *,
        stop: StopCriterion,
        begin: float,
        seed: int,
        threads: int,
        on_progress: OnProgress | None,
    ) -> None:
        self.encoding, self.estimate, self.stop, self.begin = encoding, estimate, stop, begin
        self.seed, self.threads, self.on_progress = seed, threads, on_progress
        self.trials: dict[Choice, Trial] = {}
        self.best = Trial(())
        self.iterations = self.bursts = 0
        self.trace: list[Sample] = []
        self.status = stop.status

    @property
    def seconds(self) -> float:
        """Since the solve began."""
        return time.perf_counter() - self.begin

    @property
    def fraction(self) -> float:
        """Spent share of the search."""
        return self.stop.fraction(seconds=self.seconds, iterations=self.iterations)

    def run(self, start: Choice | None = None) -> None:
        """Search until the stop criterion is met or Ctrl-C; `start` is a set of sites that may be good."""
        try:
            pool = self.estimate.candidates(start)
            for count, until in _ROUNDS:
                # What a round of few sets leaves over is for the finals.
                self._route(self._newcomers(pool, count), until=until, most=_LONGEST / count)
            for count, until in _FINALS:
                self._route(self._finalists(count), until=until)
        except KeyboardInterrupt:
            self.status = Status.STOPPED

    def _ranked(self) -> list[Trial]:
        return sorted(self.trials.values(), key=lambda trial: (trial.cost, self.estimate.cost(trial.choice), trial.choice))

    def _newcomers(self, pool: Sequence[Choice], count: int) -> list[Choice]:
        """Return the sets not routed yet that look best, among the pool and the neighbours of the best."""
        near = [other for trial in self._ranked()[:_PARENTS] if trial.routes for other in self.estimate.neighbours(trial.choice)]
        guess, quick = self._forecast(), self._forecast(is_quick=True)
        fresh = {choice: quick(choice) for choice in dict.fromkeys((*pool, *near)) if choice not in self.trials}
        # The estimate proper takes a flow problem a set: only for those that look best without.
        front = sorted(fresh, key=lambda choice: (fresh[choice], choice))[: _FRONT * count]
        looks = {choice: guess(choice) for choice in front}
        limit = _HOPELESS * self.best.cost if len(self.trials) >= _FITTED else math.inf
        hopeful = [choice for choice, cost in looks.items() if cost < limit]
        return sorted(hopeful, key=lambda choice: (looks[choice], choice))[:count]

    def _finalists(self, count: int) -> list[Choice]:
        """Return the best routed sets; what a first short burst made of loads hard to fit does not count against their forecast."""
        guess = self._forecast()
        looks = {}
        for trial in self.trials.values():
            is_young = trial.runs < 2 and trial.is_pooled if trial.routes else trial.runs < _TURNS  # noqa: PLR2004 - once
            if is_young or trial.routes:
                looks[trial.choice] = min(trial.cost, guess(trial.choice)) if is_young else trial.cost
        limit = _BEATEN * self.best.cost if len(looks) > count else math.inf
        hopeful = [choice for choice, cost in looks.items() if cost <= limit]
        return sorted(hopeful, key=lambda choice: (looks[choice], choice))[:count]

    def _forecast(self, *, is_quick: bool = False) -> Callable[[Choice], float]:
        """Return what a set of sites may cost: its (quick) estimate, in a line through what the routed sets cost."""
        opening, service = self.estimate.opening, self.estimate.service
        routed = [trial for trial in self.trials.values() if trial.routes]
        guess = np.array([service(trial.choice) for trial in routed])
        found = np.array([trial.cost - opening[list(trial.choice)].sum() for trial in routed])
        slope = 1.0
        if len(routed) >= _FITTED and np.ptp(guess):
            slope = float(np.clip(np.polyfit(guess - guess.mean(), found, 1)[0], 0.5, 2.0))
        shift = float((found - slope * guess).mean()) if routed else 0.0
        look = self.estimate.quick_service if is_quick else service
        return lambda choice: float(opening[list(choice)].sum()) + slope * look(choice) + shift

    def _route(self, choices: Sequence[Choice], *, until: float, most: float = 1.0) -> None:
        """Route each of the sets for an equal part of the search up to a share, and at most for a share of it."""
        left = until - self.fraction
        if not choices or (left <= 0 and self.best.routes):
            return
        lanes = self.threads if len(choices) == 1 else 1
        side_by_side = min(self.threads, len(choices))
        share = min(most, max(_LEAST, left / len(choices))) * (1 if self.stop.is_repeatable else side_by_side)
        seeds = (self.seed + 104_729 * (self.bursts + number) for number in range(len(choices)))
        jobs = [(choice, share, seed, lanes, self.iterations) for choice, seed in zip(choices, seeds, strict=True)]
        self.bursts += len(jobs)
        if side_by_side == 1:
            for job in jobs:
                self._take(self._burst(*job))
                if self.status is Status.STOPPED:
                    return
        else:
            with ThreadPoolExecutor(side_by_side) as workers:
                for trial in workers.map(lambda job: self._burst(*job), jobs):
                    self._take(trial)

    def _take(self, found: tuple[Trial, int, Status]) -> None:
        """Keep what a burst found where it is better than what is known of its set of sites."""
        trial, iterations, status = found
        self.iterations += iterations
        if status is Status.STOPPED:
            self.status = status
        known = self.trials.setdefault(trial.choice, trial)
        known.runs = max(known.runs, trial.runs)
        known.pooled = known.pooled or trial.pooled
        if trial.cost < known.cost:
            self.trials[trial.choice] = trial
        if trial.cost < self.best.cost:
            self.best = trial
            self.trace.append(Sample(self.seconds, self.iterations, trial.cost))
        self._tell(self.fraction)

    def _tell(self, fraction: float) -> None:
        if self.on_progress is not None:
            self.on_progress(Progress("location routing", self.seconds, self.iterations, self.best.cost, min(1.0, fraction)))

    def _burst(self, choice: Choice, share: float, seed: int, lanes: int, before: int) -> tuple[Trial, int, Status]:
        """Route one set of sites, in turns apart and pooled (see `Encoding`), at last in the way that found its best."""
        known = self.trials.get(choice, Trial(choice))
        ways = [known.is_pooled if known.runs >= _TURNS else known.runs % 2 == 1]
        if self._is_tight(choice):
            ways = [True]
        elif not known.routes:
            ways = [True] if known.runs else [False, True]
        if not any(self.estimate.room[row] < self.estimate.total for row in choice):
            ways = [False]
        trial, done, status = Trial(choice, runs=known.runs + 1), 0, self.status
        for is_pooled in ways:
            engine = Engine(self.encoding, choice, is_pooled=is_pooled, seed=seed, lanes=lanes, tell=self._teller(share, lanes))
            engine.start = known.pooled if is_pooled else None
            if is_pooled and engine.start is None and not known.routes:
                done += engine.start_packed(self.estimate.sites, self._slice(share * _FIRST, before + done))
            status = engine.run(self._slice(share * (1 - _FIRST) if engine.iterations else share, before + done))
            done += engine.iterations
            if engine.routes is not None:
                used = {site for site, _ in engine.routes} | set(np.flatnonzero(self.estimate.mode > 0).tolist())
                trial = Trial(tuple(sorted(used)), routes=engine.routes, is_pooled=is_pooled, runs=known.runs + 1)
                trial.cost = self._cost(trial)
                trial.pooled = engine.start if is_pooled and trial.choice == choice else known.pooled
                break
        return trial, done, status

    def _slice(self, share: float, before: int) -> Slice:
        return Slice(self.stop, share, seconds=self.seconds, iterations=before)

    def _teller(self, share: float, lanes: int) -> Callable[[float], None]:
        """Return what a burst tells its progress to; bursts side by side run in other threads and tell nothing."""
        begun = self.fraction
        speaks = lanes > 1 or self.threads == 1
        return lambda fraction: self._tell(begun + fraction * share) if speaks else None

    def _cost(self, trial: Trial) -> float:
        problem = self.encoding.problem
        m, driven = len(problem.site_ids), []
        for site, stops in trial.routes:
            way = [site, *(m + stop for stop in stops), site]
            driven += problem.travel_cost[way[:-1], way[1:]].tolist()
        opening = self.estimate.opening[list(trial.choice)].tolist()
        return math.fsum([*opening, *driven]) + len(trial.routes) * problem.vehicle_cost

    def _is_tight(self, choice: Choice) -> bool:
        """Tell whether the sites hold so little more than the demand that loads must be found which fit them."""
        return int(self.estimate.room[list(choice)].sum()) * _TIGHT < self.estimate.total
