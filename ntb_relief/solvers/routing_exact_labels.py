"""The cheapest route over every set of stops a vehicle can serve, by labels that carry times, loads and lengths along.

A sequence of tasks left at t ends at ``max(earliest, t + work)`` as long as t is not after `latest`: three numbers tell its
hours whenever it starts (Vidal et al. 2014, section 4.3).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from ..model.arrival_costs import cost_at
from ..model.instance import service_s
from ..model.travel import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..model.arrival_costs import Pieces
    from ..model.routing import RoutingProblem

MAX_LABELS: Final = 25_000
"""Of all vehicle types together; less than a second."""


class Trip(NamedTuple):
    """A depot and the stops served from it, as rows of the problem."""

    depot: int
    stops: tuple[int, ...]


class FoundRoute(NamedTuple):
    """The cheapest route of a type over a set of stops; its cost in steps of `cost_scale`."""

    kind: int
    trips: tuple[Trip, ...]
    cost: int


class Found(NamedTuple):
    """What was found, and how many labels it took."""

    routes: list[FoundRoute]
    num_labels: int


class _Clock(NamedTuple):
    """Hours and lengths of a route under way that stands at a place."""

    place: int
    earliest: int
    work: int
    latest: float
    metres: int
    toll: int
    urgency: float


class _Label(NamedTuple):
    """A beginning of a route."""

    clock: _Clock
    loaded: _Clock
    """As it stood before the last loading, which may have to wait for goods."""
    served: int
    peak: tuple[int, ...]
    aboard: tuple[int, ...]
    trips: tuple[Trip, ...]


def cheapest_routes(problem: RoutingProblem, kind: int, *, most: int) -> Found | None:
    """Return the cheapest route of a vehicle type for every set of stops; None where it takes more than `most` labels."""
    walker = _Walker(problem, kind)
    best: dict[int, FoundRoute] = {}
    stack = list(walker.loadings(walker.start()))
    count = 0
    while stack:
        label = stack.pop()
        for stop in walker.open_stops(label.served):
            longer = walker.visit(label, stop)
            if longer is None or walker.is_beaten(longer):
                continue
            count += 1
            if count > most:
                return None
            cost = walker.finish(longer)
            if cost is not None and (longer.served not in best or cost < best[longer.served].cost):
                best[longer.served] = FoundRoute(kind, longer.trips, cost)
            stack.append(longer)
            stack += walker.loadings(longer)
    return Found(list(best.values()), count)


@dataclass(frozen=True, slots=True)
class _Task:
    """A stop as the vehicle type meets it."""

    place: int
    opens: int
    closes: float
    work: int
    brought: tuple[int, ...]
    given: tuple[int, ...]
    """Taken on; below 0 where a transfer is received."""
    release: int
    urgency: Pieces
    giver: int
    receives: int
    """Bits of the stop that gives what is received here, and of the one that receives what is given."""
    rivals: int
    """Bits of the other stops of its group."""
    depots: frozenset[int]
    is_backhaul: bool


class _Walker:
    """Extends labels of one vehicle type by the rules of the model."""

    def __init__(self, problem: RoutingProblem, number: int) -> None:
        self.problem, self.kind = problem, problem.vehicle_types[number]
        matrix = problem.matrices[self.kind.profile]
        # Where time plays no part, one route is not worse than another for being slower.
        seconds = matrix.duration_s if _is_timed(problem, number) else np.where(matrix.duration_s == UNREACHABLE, UNREACHABLE, 0)
        self.seconds, self.metres = seconds.tolist(), matrix.distance_m.tolist()
        self.tolls = None if matrix.toll_idr is None else matrix.toll_idr.tolist()
        self.row = {name: row for row, name in enumerate(matrix.place_ids)}
        self.tasks = self._tasks()
        usable = [i for i, depot in enumerate(problem.depots) if self.kind.depots is None or depot.id in self.kind.depots]
        home = [i for i in usable if problem.depots[i].place_id == self.kind.start_id]
        self.loads_at_home = self.kind.max_trips == 1 and bool(home)
        self.usable = home if self.loads_at_home else usable
        self.nothing = (0,) * len(problem.dimensions)
        bit = {stop.id: 1 << i for i, stop in enumerate(problem.stops)}
        self.transfers = [(bit[stop.taken_from], bit[stop.id]) for stop in problem.stops if stop.taken_from is not None]
        self.waits_for_goods = any(stop.release_s for stop in problem.stops)
        self.seen: dict[object, list[_Label]] = {}

    def _tasks(self) -> list[_Task | None]:
        """Return what each stop asks for; None where the type may not serve it."""
        problem, kind = self.problem, self.kind
        number = {stop.id: i for i, stop in enumerate(problem.stops)}
        receiver = {stop.taken_from: i for i, stop in enumerate(problem.stops) if stop.taken_from is not None}
        tasks: list[_Task | None] = []
        for i, stop in enumerate(problem.stops):
            if stop.vehicle_types is not None and kind.id not in stop.vehicle_types:
                tasks.append(None)
                continue
            nothing = (0,) * len(problem.dimensions)
            rivals = [j for j, other in enumerate(problem.stops) if j != i and stop.group is not None and other.group == stop.group]
            tasks.append(
                _Task(
                    place=self.row[stop.place_id],
                    opens=stop.window_s[0],
                    closes=math.inf if stop.window_s[1] is None else stop.window_s[1],
                    work=service_s(stop, kind),
                    brought=nothing if stop.taken_from else tuple(stop.demand),
                    given=tuple(-x for x in stop.demand) if stop.taken_from else tuple(stop.pickup or nothing),
                    release=stop.release_s,
                    urgency=stop.arrival_pieces if any(per_s for _, per_s in stop.arrival_pieces) else (),
                    giver=1 << number[stop.taken_from] if stop.taken_from else 0,
                    receives=1 << receiver[stop.id] if stop.id in receiver else 0,
                    rivals=sum(1 << j for j in rivals),
                    depots=frozenset(j for j, depot in enumerate(problem.depots) if stop.depots is None or depot.id in stop.depots),
                    is_backhaul=stop.is_backhaul,
                )
            )
        return tasks

    def start(self) -> _Label:
        """Return the vehicle at its start, not yet loaded."""
        early, late = self.kind.shift_s
        clock = _Clock(self.row[self.kind.start_id], early, 0, math.inf if late is None else late, 0, 0, 0.0)
        return _Label(clock, clock, 0, self.nothing, self.nothing, ())

    def open_stops(self, served: int) -> Iterator[int]:
        """Yield the stops a route may still visit."""
        for stop, task in enumerate(self.tasks):
            if task is not None and not (served >> stop & 1 or served & task.rivals):
                yield stop

    def loadings(self, label: _Label) -> Iterator[_Label]:
        """Yield the label with one more loading, at every depot the type may use."""
        if len(label.trips) == self.kind.max_trips or self._is_handing_over(label):
            return
        for depot in self.usable:
            clock = self._loaded(label.clock, depot, release=0)
            if clock is not None:
                yield _Label(clock, label.clock, label.served, self.nothing, self.nothing, (*label.trips, Trip(depot, ())))

    def _loaded(self, clock: _Clock, depot: int, *, release: int) -> _Clock | None:
        where = self.problem.depots[depot]
        there = clock if self.loads_at_home else self._go(clock, self.row[where.place_id])
        closes = math.inf if where.close_s is None else where.close_s
        return None if there is None else _serve(there, max(where.open_s, release), closes, self.kind.loading_s)

    def _is_handing_over(self, label: _Label) -> bool:
        """Tell whether goods of a transfer are aboard, be it that this vehicle type may not bring them."""
        return any(label.served & giver and not label.served & receiver for giver, receiver in self.transfers)

    def visit(self, label: _Label, stop: int) -> _Label | None:
        """Return the label with one more stop; None where a rule forbids it."""
        task, trip = self.tasks[stop], label.trips[-1]
        assert task is not None  # noqa: S101 - of the open stops
        if trip.depot not in task.depots or not self._may_follow(label, task, trip):
            return None
        aboard = tuple(map(sum, zip(label.aboard, task.given, strict=True)))
        # What the last stop is brought loads every leg before it, what it gives the legs behind.
        peak = tuple(max(high + more, now) for high, more, now in zip(label.peak, task.brought, aboard, strict=True))
        if any(amount > room for amount, room in zip(peak, self.kind.capacity, strict=True)):
            return None
        clock: _Clock | None = label.clock
        released = [its.release for its in map(self.tasks.__getitem__, trip.stops) if its is not None]
        if task.release > max(released, default=0):
            clock = self._again(label, trip, release=task.release)
        clock = None if clock is None else self._serve_task(clock, task)
        if clock is None or (self.kind.max_distance_m is not None and clock.metres > self.kind.max_distance_m):
            return None
        trips = (*label.trips[:-1], Trip(trip.depot, (*trip.stops, stop)))
        return _Label(clock, label.loaded, label.served | 1 << stop, peak, aboard, trips)

    def _may_follow(self, label: _Label, task: _Task, trip: Trip) -> bool:
        if self.kind.max_stops is not None and len(trip.stops) >= self.kind.max_stops:
            return False
        if task.giver and not any(1 << other == task.giver for other in trip.stops):
            return False
        if task.receives and label.served & task.receives:
            return False
        if not self.problem.linehaul_first:
            return True
        others = [its for its in map(self.tasks.__getitem__, trip.stops) if its is not None]
        return bool(others) if task.is_backhaul else not any(other.is_backhaul for other in others)

    def _again(self, label: _Label, trip: Trip, *, release: int) -> _Clock | None:
        """Return the hours of the last trip loaded not before `release`."""
        clock = self._loaded(label.loaded, trip.depot, release=release)
        for task in map(self.tasks.__getitem__, trip.stops):
            clock = None if clock is None or task is None else self._serve_task(clock, task)
        return clock

    def _serve_task(self, clock: _Clock, task: _Task) -> _Clock | None:
        there = self._go(clock, task.place)
        done = None if there is None else _serve(there, task.opens, task.closes, task.work)
        if done is None or not task.urgency:
            return done
        return done._replace(urgency=done.urgency + cost_at(task.urgency, done.earliest - task.work))

    def _go(self, clock: _Clock, place: int) -> _Clock | None:
        seconds, metres = self.seconds[clock.place][place], self.metres[clock.place][place]
        if seconds == UNREACHABLE:
            return None
        toll = clock.toll if self.tolls is None else clock.toll + self.tolls[clock.place][place]
        return _Clock(place, clock.earliest + seconds, clock.work + seconds, clock.latest, clock.metres + metres, toll, clock.urgency)

    def is_beaten(self, label: _Label) -> bool:
        """Tell whether a label met before is nowhere worse: all that follows is, too."""
        trip = label.trips[-1]
        # What a trip holds so far decides what may follow: its order where loading may have to wait, else hardly anything.
        content: object = trip.stops
        if not self.waits_for_goods:
            content = self.problem.linehaul_first and (
                bool(trip.stops),
                any(its and its.is_backhaul for its in map(self.tasks.__getitem__, trip.stops)),
            )
        counted = len(trip.stops) if self.kind.max_stops is not None else 0
        key = (label.served, label.clock.place, trip.depot, len(label.trips), label.peak, label.aboard, counted, content)
        others, clock = self.seen.setdefault(key, []), label.clock
        for other in others:
            its = other.clock
            is_as_quick = its.earliest <= clock.earliest and its.work <= clock.work and its.latest >= clock.latest
            if is_as_quick and its.metres <= clock.metres and its.toll <= clock.toll and its.urgency <= clock.urgency:
                return True
        others.append(label)
        return False

    def finish(self, label: _Label) -> int | None:
        """Return the cost of the route that ends here; None where it breaks a limit."""
        kind = self.kind
        if self._is_handing_over(label):
            return None
        home = label.clock if kind.end_id is None else self._go(label.clock, self.row[kind.end_id])
        late = math.inf if kind.shift_s[1] is None else kind.shift_s[1]
        end = None if home is None else _serve(home, 0, late, 0)
        if end is None:
            return None
        # As late as keeps it shortest, or at once where arrivals cost.
        start = kind.shift_s[0] if self.problem.starts_early else min(max(kind.shift_s[0], end.earliest - end.work), end.latest)
        seconds = max(end.earliest, start + end.work) - start
        if kind.max_duration_s is not None and seconds > kind.max_duration_s:
            return None
        if kind.max_distance_m is not None and end.metres > kind.max_distance_m:
            return None
        exact = kind.fixed_cost + kind.cost_per_m * end.metres + kind.cost_per_s * seconds + end.urgency
        return round(exact * self.problem.cost_scale) + end.toll * self.problem.cost_scale


def _is_timed(problem: RoutingProblem, number: int) -> bool:
    """Tell whether hours decide anything for a vehicle type."""
    kind = problem.vehicle_types[number]
    windows = [stop.window_s for stop in problem.stops] + [(depot.open_s, depot.close_s) for depot in problem.depots]
    is_limited = kind.max_duration_s is not None or kind.cost_per_s > 0 or kind.shift_s[1] is not None
    return is_limited or problem.starts_early or any(closes is not None for _, closes in windows)


def _serve(clock: _Clock, opens: int, closes: float, work: int) -> _Clock | None:
    begins = max(clock.earliest, opens)
    if begins > closes:
        return None
    latest = min(clock.latest, closes - clock.work)
    return _Clock(clock.place, begins + work, clock.work + work, latest, clock.metres, clock.toll, clock.urgency)
