"""Run one search a thread in short recorded steps; clock, progress and Ctrl-C live here, between kernel calls."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ..kernels.routing.arrays import BEST, CURRENT, NUM_USED, SIZE, BestCopy
from ..plan.result import Sample, Status, Step
from .fleet_start import best_size, sizes_of
from .lane import Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..model.instance import Instance
    from .stop import StopCriterion
    from .tuning import Tuning

STEP_S: Final = 0.04
FIRST_STEP: Final = 100
REPEATABLE_STEP: Final = 1000
NUM_EXCHANGES: Final = 20
HOTTEST: Final = 3.0
"""Mean costs of a stop above which no search begins."""
PLAN_AT: Final = 0.02
"""Share of the search after which its speed tells how many iterations it will have."""
MOST_CYCLES: Final = 10


@dataclass(slots=True)
class Outcome:
    """What a search leaves behind."""

    best: BestCopy
    status: Status
    iterations: int
    trace: tuple[Sample, ...]
    replay: tuple[Step, ...]


@dataclass(slots=True)
class _Run:
    """The moving parts of `run_trajectories`."""

    instance: Instance
    tuning: Tuning
    lanes: list[Lane]
    scale: float
    iterations: int = 0
    cycles: int = 1
    trace: list[Sample] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    stops_per_route: float = 1.0

    @property
    def best_lane(self) -> Lane:
        return min(self.lanes, key=lambda lane: int(lane.best.total[BEST]))

    def temperatures(self, fraction: float, ahead: float) -> tuple[float, float]:
        """Return the temperatures at two shares of the search; it cools down once a cycle and is then heated again."""
        hot = max(self.tuning.hot, min(HOTTEST, self.tuning.hot_route * self.stops_per_route))
        hot, cold = hot * self.scale, self.tuning.cold * self.scale
        begin = fraction * self.cycles % 1.0
        end = min(1.0, begin + (ahead - fraction) * self.cycles)
        return float(hot * (cold / hot) ** begin), float(hot * (cold / hot) ** end)

    def plan_cycles(self, fraction: float) -> None:
        """Choose how often to cool down, from the iterations that the search will have."""
        wanted = self.tuning.cycle_per_stop * len(self.instance.asked.stops) * len(self.lanes)
        self.cycles = max(1, min(MOST_CYCLES, int(self.iterations / fraction / wanted)))

    def advance(self, pool: ThreadPoolExecutor | None, step: Step) -> None:
        """Run one step on every lane."""
        if step.exchanged:
            self.exchange()
        if pool is None:
            self.lanes[0].run(self.instance, self.tuning, step)
        else:
            list(pool.map(lambda lane: lane.run(self.instance, self.tuning, step), self.lanes))
        self.iterations += step.iterations * len(self.lanes)
        self.steps.append(step)

    def exchange(self) -> None:
        """Let the lane that is worst go on from the best solution."""
        source = self.best_lane
        worst = max(self.lanes, key=lambda lane: int(lane.state.total[CURRENT]))
        if worst is not source:
            worst.adopt(self.instance, source.best)


def run_trajectories(
    instance: Instance,
    *,
    stop: StopCriterion,
    seed: int,
    threads: int,
    tuning: Tuning,
    tell: Callable[[float, int, int, float], None],
    replay: Sequence[Step] | None = None,
    start: BestCopy | None = None,
) -> Outcome:
    """Search until `stop` says so.

    Parameters
    ----------
    instance : Instance
    stop : StopCriterion
    seed, threads : int
    tuning : Tuning
    tell : callable
        Called with (seconds, iterations, best scaled cost, fraction).
    replay : sequence of Step, optional
        Steps of an earlier run, repeated exactly.
    start : BestCopy, optional
        Solution that all lanes begin at, of an instance with the same stops and vehicles; None builds one a lane. The best is
        never worse than it.
    """
    # The first call compiles or loads the kernels; the clock of the search starts after that.
    first = Lane.begin(instance, seed, tuning.width, start)
    first.run(instance, tuning, Step(0, 1.0, 1.0))
    begin = time.perf_counter()
    lanes = [lane_at(instance, seed + 7919 * lane, tuning, start) for lane in range(threads)]
    served, routes = (int(x) for x in (lanes[0].best.vehicle[:, SIZE].sum(), lanes[0].best.total[NUM_USED]))
    run = _Run(instance, tuning, lanes, lanes[0].mean_stop_cost, stops_per_route=served / max(1, routes))
    status = stop.status
    best = int(run.best_lane.best.total[BEST])
    run.trace.append(Sample(time.perf_counter() - begin, 0, best / instance.problem.cost_scale))
    pool = ThreadPoolExecutor(threads) if threads > 1 else None
    try:
        for step in replay if replay is not None else _steps(run, stop, begin):
            run.advance(pool, step)
            seconds = time.perf_counter() - begin
            found = int(run.best_lane.best.total[BEST])
            if found < best:
                best = found
                run.trace.append(Sample(seconds, run.iterations, best / instance.problem.cost_scale))
            tell(seconds, run.iterations, best, stop.fraction(seconds=seconds, iterations=run.iterations))
    except KeyboardInterrupt:
        status = Status.STOPPED
    finally:
        if pool is not None:
            pool.shutdown()
    return Outcome(run.best_lane.best, status, run.iterations, tuple(run.trace), tuple(run.steps))


def lane_at(instance: Instance, seed: int, tuning: Tuning, start: BestCopy | None) -> Lane:
    """Return a lane at a solution, or at one that it builds, of the best size of vehicle where there are several."""
    sizes = sizes_of(instance) if start is None else []
    return best_size(instance, sizes, seed, tuning) if sizes else Lane.begin(instance, seed, tuning.width, start)


def _steps(run: _Run, stop: StopCriterion, begin: float) -> Iterator[Step]:
    """Yield steps of about `STEP_S` seconds until the stop criterion is met."""
    if not run.instance.problem.stops:
        return
    size, exchanges, previous = (REPEATABLE_STEP if stop.is_repeatable else FIRST_STEP), 0, 0.0
    planned = False
    while True:
        seconds = time.perf_counter() - begin
        fraction = stop.fraction(seconds=seconds, iterations=run.iterations)
        if fraction >= 1:
            return
        if stop.is_repeatable:
            ahead = stop.fraction(seconds=0, iterations=run.iterations + size * len(run.lanes))
            if ahead > 1:
                size = max(1, round(size * (1 - fraction) / (ahead - fraction)))
        else:
            spent = fraction - previous
            if run.steps and spent > 0:
                wanted = STEP_S / seconds * fraction
                left = 1 - fraction
                size = max(1, min(4 * size, int(run.steps[-1].iterations * min(wanted, left) / spent)))
            ahead = fraction + (spent * size / run.steps[-1].iterations if run.steps else 0.0)
        previous = fraction
        exchanged = len(run.lanes) > 1 and fraction * NUM_EXCHANGES >= exchanges + 1
        exchanges += exchanged
        if not planned and fraction >= PLAN_AT:
            run.plan_cycles(fraction)
            planned = True
        yield Step(size, *run.temperatures(fraction, ahead), exchanged)
