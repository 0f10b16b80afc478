"""The search of large problems: rounds of blocks, each searched by the engine, under one annealing schedule.

Each round groups neighbouring routes into blocks of about a thousand stops, in another frame so that borders move, and lets
the engine go on from their routes; a move is accepted or not by what it changes near by, so annealing in blocks is annealing
of the whole with the moves across borders left out for one round. Blocks of a round are independent and run side by side.
No table over all places is made. (Decomposition by route barycentres: Santini, Schneider, Vidal & Vigo 2023,
INFORMS Journal on Computing 35(3).)
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from ..kernels.routing import arrays as col
from ..plan.result import Sample, Status, Step
from ..plan.route_plan import RoutePlan
from ..plan.timetable import Timetable
from .routing_blocks import Cutter, is_separable
from .trajectory import lane_at
from .tuning import Tuning
from .warm_start import Driven, driven_by, solution_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from ..kernels.routing.arrays import BestCopy
    from ..model.instance import Instance
    from ..model.routing import RoutingProblem, Stop
    from .stop import StopCriterion

    Tell = Callable[[float, int, int, float], None]

SLICE: Final = 10_000
"""Iterations between two looks at whether to end; below a tenth of a second."""
TOLD_EVERY_S: Final = 0.25
FIRST_ROUND: Final = 10
"""Iterations a stop of the first round where the clock ends the run: it tells the speed."""
LEFT_OVER: Final = 0.01
"""Share of the time that is too short for another round."""
ON_TIME: Final = 0.97


@dataclass(frozen=True, slots=True)
class LargeTuning:
    """Parameters of the search of large problems; temperatures are in mean costs of a served stop.

    Above `direct` stops blocks of about `block` stops pay. A round has `per_stop` iterations a stop, fewer where there would
    not be `fewest_rounds` of them. The hot temperature is `hot`, at least `hot_route` mean costs of a route.
    """

    direct: int = 2_500
    block: int = 1_000
    per_stop: int = 200
    fewest_rounds: int = 12
    hot: float = 0.3
    hot_route: float = 0.04
    cold: float = 0.01

    def parts(self, num_stops: int, threads: int) -> int:
        """Return how many blocks a round has: threads share them evenly."""
        return threads * max(1, round(num_stops / self.block / threads))


USUAL: Final = LargeTuning()


def is_large(problem: RoutingProblem, tuning: LargeTuning = USUAL) -> bool:
    """Tell whether a problem is searched in blocks."""
    return len(problem.stops) > tuning.direct and is_separable(problem)


class Value(NamedTuple):
    """How good a solution is: required requests it leaves out, then the scaled cost of its routes and lost prizes."""

    left_out: int
    cost: int

    def plus(self, other: Value) -> Value:
        """Return the value of both together."""
        return Value(self.left_out + other.left_out, self.cost + other.cost)


_NOTHING: Final = Value(0, 0)


@dataclass(frozen=True, slots=True)
class Part:
    """Routes of a block, or of the whole, and their value."""

    driven: tuple[Driven, ...]
    value: Value


class _Job(NamedTuple):
    """A block: its routes, its stops by row, its vehicles by type, and what to do."""

    driven: Sequence[Driven]
    rows: NDArray[np.int64]
    counts: NDArray[np.int64]
    step: Step


@dataclass(slots=True)
class LargeOutcome:
    """What the search of a large problem leaves behind."""

    plan: RoutePlan
    status: Status
    iterations: int
    trace: tuple[Sample, ...]
    replay: tuple[Step, ...]


@dataclass(slots=True)
class _Blocks:
    """The moving parts of `search_large`."""

    cutter: Cutter
    tuning: LargeTuning
    seed: int
    threads: int
    pool: ThreadPoolExecutor
    ended: threading.Event = field(default_factory=threading.Event)
    done: list[int] = field(default_factory=list)
    current: Part = Part((), _NOTHING)
    best: Part = Part((), _NOTHING)
    num_rounds: int = 0

    @property
    def problem(self) -> RoutingProblem:
        return self.cutter.problem

    def build(self, tell: Callable[[], None]) -> None:
        """Build routes cell by cell."""
        self.current, self.best = self._run(self._cells(Step(0, 1.0, 1.0)), tell)

    def begin_at(self, plan: RoutePlan) -> None:
        """Begin at given routes."""
        left = set(plan.unserved)
        lost = _unserved([stop for stop in self.problem.stops if stop.id in left], self.problem).value
        value = Value(lost.left_out, round(plan.cost * self.problem.cost_scale))
        self.current = self.best = Part(tuple(_numbered(driven_by(self.problem, plan))), value)

    def round(self, step: Step, tell: Callable[[], None]) -> None:
        """Search every block of a new division."""
        self.num_rounds += 1
        self.current, best = self._run(self._blocks(step) if self.current.driven else self._cells(step), tell)
        if best.value < self.best.value:
            self.best = best

    def _rng(self) -> np.random.Generator:
        return np.random.default_rng([self.seed, self.num_rounds])

    def _cells(self, step: Step) -> list[_Job]:
        """Return blocks of neighbouring stops without routes."""
        rng = self._rng()
        cells = self.cutter.cells(self.tuning.parts(len(self.problem.stops), self.threads), rng)
        sizes = np.array([[len(rows)] * len(self.problem.vehicle_types) for rows in cells])
        counts = self.cutter.vehicles(np.zeros_like(sizes), sizes, rng)
        return [_Job((), rows, count, self._share(step, rows)) for rows, count in zip(cells, counts, strict=True)]

    def _blocks(self, step: Step) -> list[_Job]:
        """Return blocks of neighbouring routes."""
        rng, kinds = self._rng(), len(self.problem.vehicle_types)
        blocks = self.cutter.blocks(self.current.driven, self.tuning.parts(len(self.problem.stops), self.threads), rng)
        used = np.array([np.bincount([route.kind for route in driven], minlength=kinds) for driven, _ in blocks])
        lost = [len(rows) - sum(len(route.stop_ids) for route in driven) for driven, rows in blocks]
        counts = self.cutter.vehicles(used, self.cutter.wished(used, lost), rng)
        return [_Job(driven, rows, count, self._share(step, rows)) for (driven, rows), count in zip(blocks, counts, strict=True)]

    def _share(self, step: Step, rows: NDArray[np.int64]) -> Step:
        iterations = round(step.iterations * len(rows) / len(self.problem.stops))
        return replace(step, iterations=max(1, iterations) if step.iterations else 0)

    def _run(self, jobs: Sequence[_Job], tell: Callable[[], None]) -> tuple[Part, Part]:
        """Run the blocks side by side; return the current and the best solution of all of them together."""
        self.done = [0] * len(jobs)
        # The largest first, so that no thread is left alone with one.
        order = sorted(range(len(jobs)), key=lambda number: -len(jobs[number].rows))
        running = {number: self.pool.submit(self._search, number, jobs[number]) for number in order}
        waiting = set(running.values())
        while waiting:
            finished, waiting = wait(waiting, timeout=TOLD_EVERY_S, return_when=FIRST_EXCEPTION)
            for future in finished:
                future.result()
            tell()
        found = [running[number].result() for number in range(len(jobs))]
        return _joined([current for current, _ in found]), _joined([best for _, best in found])

    def _search(self, number: int, job: _Job) -> tuple[Part, Part]:
        """Search one block from its routes; return where it ends and the best it has met."""
        from ..model.instance import encode

        if not job.counts.any():
            self.done[number] = job.step.iterations
            empty = _unserved([self.problem.stops[row] for row in job.rows.tolist()], self.problem)
            return empty, empty
        instance, step = encode(self.cutter.sub_problem(job.rows, job.counts.tolist())), job.step
        tuning = Tuning.for_instance(instance)
        seed = int(np.random.SeedSequence([self.seed, self.num_rounds, number]).generate_state(1)[0])
        lane = lane_at(instance, seed, tuning, solution_of(instance, _numbered(job.driven)) if job.driven else None)
        slices = max(1, math.ceil(step.iterations / SLICE))
        cooling = (step.temperature_to / step.temperature_from) ** (1 / slices)
        temperature = step.temperature_from
        for part in range(slices):
            if self.ended.is_set():
                break
            upto = step.iterations * (part + 1) // slices
            lane.run(instance, tuning, Step(upto - self.done[number], temperature, temperature * cooling))
            self.done[number] = upto
            temperature *= cooling
        return _part(instance, instance.new_best(lane.state)), _part(instance, lane.best)


def search_large(
    problem: RoutingProblem,
    *,
    stop: StopCriterion,
    seed: int,
    threads: int,
    tell: Tell,
    replay: Sequence[Step] | None = None,
    start: RoutePlan | None = None,
    tuning: LargeTuning = USUAL,
) -> LargeOutcome:
    """Search until `stop` says so.

    Parameters
    ----------
    problem : RoutingProblem
        One that `is_separable`.
    stop : StopCriterion
    seed, threads : int
    tell : callable
        Called with (seconds, iterations, best scaled cost, fraction).
    replay : sequence of Step, optional
        Rounds of an earlier run, repeated exactly.
    start : RoutePlan, optional
        A sound plan to begin at; None builds routes cell by cell.
    tuning : LargeTuning, optional
    """
    cutter = Cutter(problem)
    trace: list[Sample] = []
    steps: list[Step] = []
    status, iterations = stop.status, 0
    with ThreadPoolExecutor(threads) as pool:
        search = _Blocks(cutter, tuning, seed, threads, pool)
        _warm_up(cutter)
        begin = time.perf_counter()

        def follow() -> None:
            seconds, spent = time.perf_counter() - begin, iterations + sum(search.done)
            tell(seconds, spent, search.best.value.cost, stop.fraction(seconds=seconds, iterations=spent))

        try:
            if start is None:
                search.build(follow)
            else:
                search.begin_at(start)
            trace.append(Sample(time.perf_counter() - begin, 0, search.best.value.cost / problem.cost_scale))
            schedule = _Schedule(problem, stop, tuning, search.current, begin)
            for step in replay if replay is not None else schedule.steps():
                known = search.best.value
                search.round(step, follow)
                iterations += sum(search.done)
                search.done = []
                schedule.iterations = iterations
                steps.append(step)
                if search.best.value < known:
                    trace.append(Sample(time.perf_counter() - begin, iterations, search.best.value.cost / problem.cost_scale))
        except KeyboardInterrupt:
            status = Status.STOPPED
        finally:
            search.ended.set()
    return LargeOutcome(_plan(problem, search.best.driven), status, iterations, tuple(trace), tuple(steps))


@dataclass(slots=True)
class _Schedule:
    """How long rounds are and how hot."""

    problem: RoutingProblem
    stop: StopCriterion
    tuning: LargeTuning
    first: Part
    begin: float
    iterations: int = 0

    def steps(self) -> Iterator[Step]:
        """Yield rounds until the stop criterion is met."""
        num_stops, rate, known = len(self.problem.stops), 0.0, 0.0
        size = FIRST_ROUND * num_stops
        while True:
            fraction = self._fraction(self.iterations)
            left = 1 - fraction
            if left <= (0 if self.stop.is_repeatable else LEFT_OVER):
                return
            if self.stop.is_repeatable:
                rate = self.stop.fraction(seconds=0, iterations=self.iterations + num_stops) - fraction
                rate /= num_stops
            elif self.iterations:
                rate = (fraction - known) / size
            if rate > 0:
                wanted = min(self.tuning.per_stop * num_stops, 1 / rate / self.tuning.fewest_rounds)
                rounds = max(1, round(left / rate / wanted))
                size = max(1, round(left / rate / rounds * (1 if rounds > 1 or self.stop.is_repeatable else ON_TIME)))
            known = fraction
            ahead = min(1.0, fraction + size * rate) if rate > 0 else fraction
            yield Step(size, self.temperature(fraction), self.temperature(ahead))

    def _fraction(self, iterations: int) -> float:
        seconds = 0.0 if self.stop.is_repeatable else time.perf_counter() - self.begin
        return self.stop.fraction(seconds=seconds, iterations=iterations)

    def temperature(self, fraction: float) -> float:
        """Return the temperature at a share of the search."""
        served = sum(len(route.stop_ids) for route in self.first.driven)
        scale = max(1.0, self.first.value.cost / max(1, served))
        hot = max(self.tuning.hot, self.tuning.hot_route * served / max(1, len(self.first.driven)))
        return float(scale * hot * (self.tuning.cold / hot) ** fraction)


def _warm_up(cutter: Cutter) -> None:
    """Compile or load the kernels with a block of a few stops, before the clock starts."""
    from ..model.instance import encode

    few = np.flatnonzero(np.isin(cutter.together, cutter.together[:2]))
    instance = encode(cutter.sub_problem(few, [1] * len(cutter.problem.vehicle_types)))
    tuning = Tuning.for_instance(instance)
    lane = lane_at(instance, 0, tuning, None)
    lane.run(instance, tuning, Step(0, 1.0, 1.0))
    lane_at(instance, 0, tuning, solution_of(instance, _part(instance, lane.best).driven))


def _numbered(driven: Sequence[Driven]) -> list[Driven]:
    """Return the routes with vehicles numbered by type from 0."""
    taken: Counter[int] = Counter()
    numbered = []
    for route in driven:
        numbered.append(replace(route, number=taken[route.kind]))
        taken[route.kind] += 1
    return numbered


def _plan(problem: RoutingProblem, driven: Sequence[Driven]) -> RoutePlan:
    """Return the plan of routes that are numbered."""
    times, kinds = Timetable(problem), problem.vehicle_types
    routes = tuple(times.route(kind=kinds[one.kind], vehicle=one.number, trips=one.trips) for one in driven)
    served = {times.stops[name].request for one in driven for name in one.stop_ids}
    unserved = tuple(stop.id for stop in problem.stops if stop.request not in served)
    return RoutePlan(routes, unserved, sum(route.cost for route in routes) + problem.lost_prizes(unserved))


def _joined(parts: Sequence[Part]) -> Part:
    value = _NOTHING
    for part in parts:
        value = value.plus(part.value)
    return Part(tuple(_numbered([route for part in parts for route in part.driven])), value)


def _unserved(stops: Sequence[Stop], problem: RoutingProblem) -> Part:
    """Return the part that serves none of these stops."""
    lost = {stop.request: stop.prize for stop in stops}
    prizes = sum(prize or 0 for prize in lost.values())
    return Part((), Value(sum(prize is None for prize in lost.values()), prizes * problem.cost_scale))


def _part(instance: Instance, best: BestCopy) -> Part:
    """Return the routes of a block's solution; its value is without the block's own price of required stops."""
    routes, names = instance.decode(best)
    left = set(names)
    lost = _unserved([stop for stop in instance.asked.stops if stop.id in left], instance.asked).value
    value = Value(lost.left_out, lost.cost + int(best.vehicle[:, col.COST].sum()))
    return Part(
        tuple(Driven(kind, number, tuple((depot, tuple(names)) for depot, names in trips)) for kind, number, trips in routes), value
    )
