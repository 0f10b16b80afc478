"""The best values of a tiny routing problem by levels of goals: every route from every start, every choice of routes.

Values are worked out from the words of the goals alone; no price, limit or bound of the solver is used.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

from tests.oracles import routing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ntb_relief.model.routing import RoutingProblem, Stop, VehicleType

Values = tuple[float, ...]


class Driven(NamedTuple):
    """One route from one start."""

    kind: VehicleType
    metres: int
    seconds: int
    toll: int
    starts: tuple[tuple[Stop, int], ...]


def waiting_cost(stop: Stop, start_s: int) -> float:
    pieces = [(0, stop.arrival_cost_per_s), *stop.later_arrival_costs]
    return sum([per_s for after_s, per_s in pieces if after_s <= second][-1] for second in range(start_s))


def value_of(goal: object, route: Driven) -> float:
    kind, name = route.kind, type(goal).__name__
    arrivals = sum(waiting_cost(stop, start_s) for stop, start_s in route.starts) if name in {"TotalCost", "Deprivation"} else 0
    if name == "TotalCost":
        return kind.fixed_cost + kind.cost_per_m * route.metres + kind.cost_per_s * route.seconds + route.toll + arrivals
    return {
        "TotalDistance": route.metres,
        "TotalDuration": route.seconds,
        "FixedCosts": kind.fixed_cost,
        "FleetSize": 1,
        "Tolls": route.toll,
        "Prizes": 0,
        "Arrivals": sum(start_s for _, start_s in route.starts),
        "Deprivation": arrivals,
        "LastArrival": max(start_s for _, start_s in route.starts),
        "LongestRoute": route.metres if getattr(goal, "measure", "") == "distance" else route.seconds,
    }[name]


def best_values(problem: RoutingProblem, goals: Sequence[object]) -> tuple[int, Values]:
    """Return how few required stops can be left out, and then the least values level by level."""
    levels = [goal if isinstance(goal, dict) else {goal: 1} for goal in goals]
    is_worst = [any(type(goal).__name__ in {"LastArrival", "LongestRoute"} for goal in level) for level in levels]
    names = {type(goal).__name__ for level in levels for goal in level}
    at_once = "Arrivals" in names or (("Deprivation" in names or "TotalCost" in names) and problem.counts_arrivals)

    def together(first: Values, second: Values) -> Values:
        return tuple(max(a, b) if worst else a + b for a, b, worst in zip(first, second, is_worst, strict=True))

    table: dict[int, list[Values]] = {0: [(0.0,) * len(levels)]}
    for kind in problem.vehicle_types:
        routes: dict[int, list[Values]] = {}
        for served, driven in _routes(problem, kind, at_once=at_once):
            routes.setdefault(served, []).append(tuple(sum(w * value_of(goal, driven) for goal, w in level.items()) for level in levels))
        routes = {served: _front(values) for served, values in routes.items()}
        for _ in range(min(kind.count, len(problem.stops))):
            grown = {served: list(values) for served, values in table.items()}
            for served, values in table.items():
                for extra, others in routes.items():
                    if not served & extra and not _is_twice(problem, served, extra):
                        grown.setdefault(served | extra, []).extend(together(a, b) for a in values for b in others)
            table = {served: _front(values) for served, values in grown.items()}
    answers = []
    for served, values in table.items():
        left = _left_out(problem, served)
        lost = sum(stop.prize for stop in left if stop.prize is not None)
        weights = [sum(w for goal, w in level.items() if type(goal).__name__ in {"Prizes", "TotalCost"}) for level in levels]
        required = sum(stop.prize is None for stop in left)
        answers += [(required, tuple(a + w * lost for a, w in zip(one, weights, strict=True))) for one in values]
    return min(answers)


def _is_twice(problem: RoutingProblem, served: int, extra: int) -> bool:
    groups = [{stop.group for i, stop in enumerate(problem.stops) if mask >> i & 1 and stop.group} for mask in (served, extra)]
    return bool(groups[0] & groups[1])


def _left_out(problem: RoutingProblem, served: int) -> list[Stop]:
    met = {stop.group for i, stop in enumerate(problem.stops) if served >> i & 1 and stop.group is not None}
    out = [stop for i, stop in enumerate(problem.stops) if not served >> i & 1 and stop.group not in met]
    return list({stop.group or f"the stop {stop.taken_from or stop.id}": stop for stop in out}.values())


def _front(values: Iterable[Values]) -> list[Values]:
    """Return the values that no other is as good as in everything."""
    kept: list[Values] = []
    for one in sorted(set(values)):
        if not any(all(a <= b for a, b in zip(other, one, strict=True)) for other in kept):
            kept.append(one)
    return kept


def _routes(problem: RoutingProblem, kind: VehicleType, *, at_once: bool) -> Iterator[tuple[int, Driven]]:
    with patch.object(routing, "_is_worse", lambda *_: False):
        walks = list(routing._walks(problem, kind))
    for walk in walks:
        if routing._has_transfer_aboard(problem, walk) or (
            kind.end_id is not None and routing._go(problem, kind, walk, kind.end_id) is None
        ):
            continue
        opens = [stop_time for leg in walk.legs for stop_time in _openings(problem, leg)]
        early = kind.shift_s[0]
        for start_s in range(early, (early if at_once else max(early, *opens)) + 1):
            choice = routing._Choice(0.0, walk.legs, start_s)
            route = routing._timed_route(problem, kind, 0, choice)
            if not _is_on_time(problem, kind, route):
                break
            seconds = route.end_s - route.start_s
            if kind.max_duration_s is not None and seconds > kind.max_duration_s:
                continue
            if kind.max_distance_m is not None and route.distance_m > kind.max_distance_m:
                break
            stops = {stop.id: stop for stop in problem.stops}
            starts = tuple((stops[visit.stop_id], visit.start_s) for trip in route.trips for visit in trip.visits)
            toll = walk.toll if kind.end_id is None else routing._go(problem, kind, walk, kind.end_id).toll
            yield walk.served, Driven(kind, route.distance_m, seconds, toll, starts)


def _openings(problem: RoutingProblem, leg: routing._Leg) -> Iterator[int]:
    yield problem.depots[leg.depot].open_s
    for stop in (problem.stops[index] for index in leg.stops):
        yield max(stop.window_s[0], stop.release_s)


def _is_on_time(problem: RoutingProblem, kind: VehicleType, route: routing.Route) -> bool:
    closes = {stop.id: stop.window_s[1] for stop in problem.stops}
    shut = {depot.id: depot.close_s for depot in problem.depots}
    late = [(route.end_s, kind.shift_s[1])]
    late += [(trip.loading_start_s, shut[trip.depot_id]) for trip in route.trips]
    late += [(visit.start_s, closes[visit.stop_id]) for trip in route.trips for visit in trip.visits]
    return all(time_s <= (math.inf if limit is None else limit) for time_s, limit in late)
