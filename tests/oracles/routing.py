"""Every route and every choice of routes of a tiny routing problem, counted out: slow, plain, sure.

A route's duration is the shortest its windows allow: left at t, a sequence ends at ``max(earliest, t + work)`` as long
as t is not after ``latest``, so it is enough to carry these three numbers along.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from ntb_relief.plan.route_plan import Route, RoutePlan, Trip, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ntb_relief.model.routing import RoutingProblem, Stop, VehicleType


class Best(NamedTuple):
    """The best value of a problem: first the fewest required stops left out, then the lowest cost."""

    unserved_required: int
    cost: float


class _Leg(NamedTuple):
    """One trip as a choice: the depot and the stops behind it, as indices."""

    depot: int
    stops: tuple[int, ...]


class _Choice(NamedTuple):
    """The cheapest route of one vehicle type over a set of stops."""

    cost: float
    legs: tuple[_Leg, ...]
    start_s: int


@dataclass(frozen=True)
class _Walk:
    """A route under way."""

    place: str
    earliest: int
    work: int
    latest: float
    distance: int
    toll: int
    served: int
    peak: tuple[int, ...]
    taken: tuple[int, ...]
    legs: tuple[_Leg, ...]
    urgency: float = 0.0  # cost of the arrivals so far, of a vehicle that leaves at once
    before: _Walk | None = None  # as it was when the last trip was loaded


def brute_force_routes(problem: RoutingProblem) -> Best:
    """Return the best value of a problem of at most six stops or so."""
    left, cost, _ = _best_choice(problem)
    return Best(left, cost)


def brute_force_plan(problem: RoutingProblem) -> RoutePlan:
    """Return a plan with the best value."""
    _, cost, chosen = _best_choice(problem)
    routes = tuple(_timed_route(problem, kind, number, choice) for kind, number, choice in chosen)
    served = {stop_id for route in routes for stop_id in route.stop_ids}
    met = {stop.group for stop in problem.stops if stop.id in served and stop.group is not None}
    return RoutePlan(routes, tuple(x.id for x in problem.stops if x.id not in served and x.group not in met), cost)


_Chosen = tuple["tuple[VehicleType, int, _Choice]", ...]


def _best_choice(problem: RoutingProblem) -> tuple[int, float, _Chosen]:
    """Return (required stops left out, cost, routes) over all ways to give sets of stops to vehicles."""
    stops = problem.stops
    names = {stop.group for stop in stops if stop.group is not None}
    groups = [sum(1 << i for i, stop in enumerate(stops) if stop.group == name) for name in sorted(names)]
    table: dict[int, tuple[float, _Chosen]] = {0: (0.0, ())}
    for kind in problem.vehicle_types:
        routes = _cheapest_by_set(problem, kind)
        for number in range(min(kind.count, len(stops))):
            for served, (cost, chosen) in list(table.items()):
                for extra, choice in routes.items():
                    if served & extra or any((served & group) and (extra & group) for group in groups):
                        continue
                    offer = cost + choice.cost
                    if (served | extra) not in table or offer < table[served | extra][0]:
                        table[served | extra] = offer, (*chosen, (kind, number, choice))
    answers = []
    for served, (cost, chosen) in table.items():
        met = {stop.group for index, stop in enumerate(stops) if served >> index & 1 and stop.group is not None}
        out = [stop for index, stop in enumerate(stops) if not served >> index & 1 and stop.group not in met]
        left = {stop.group or f"the stop {stop.taken_from or stop.id}": stop for stop in out}
        prizes = sum(stop.prize for stop in left.values() if stop.prize is not None)
        answers.append((sum(stop.prize is None for stop in left.values()), cost + prizes, chosen))
    return min(answers, key=lambda answer: answer[:2])


def _cheapest_by_set(problem: RoutingProblem, kind: VehicleType) -> dict[int, _Choice]:
    """Return the cheapest route by set of stops (a bit each), over all orders, trips and depots."""
    best: dict[int, _Choice] = {}
    for walk in _walks(problem, kind):
        choice = _finish(problem, kind, walk)
        if choice is not None and (walk.served not in best or choice.cost < best[walk.served].cost):
            best[walk.served] = choice
    return best


def _walks(problem: RoutingProblem, kind: VehicleType) -> Iterator[_Walk]:
    """Yield the feasible beginnings of a route that end with a stop, in every order, but for those that cannot be best."""
    early, late = kind.shift_s
    empty = _Walk(kind.start_id, early, 0, math.inf if late is None else late, 0, 0, 0, (), (), ())
    stack, seen = list(_loadings(problem, kind, empty)), dict[object, list[_Walk]]()
    while stack:
        walk = stack.pop()
        for index, stop in enumerate(problem.stops):
            if not walk.served >> index & 1:
                longer = _visit(problem, kind, walk, index, stop)
                if longer is not None and not _is_worse(problem, longer, seen):
                    yield longer
                    stack.append(longer)
                    stack += _loadings(problem, kind, longer)


def _is_worse(problem: RoutingProblem, walk: _Walk, seen: dict[object, list[_Walk]]) -> bool:
    """Tell whether a walk met before stands where this one does and is nowhere worse: all that follows is, too."""
    # What a trip holds so far decides what may follow only where goods come late or are brought before any are taken on.
    matters = problem.linehaul_first or any(stop.release_s or stop.taken_from for stop in problem.stops)
    counts = any(kind.max_stops is not None for kind in problem.vehicle_types)
    trip = walk.legs[-1].stops if matters or counts else ()
    others = seen.setdefault((trip, walk.served, walk.place, walk.peak, walk.taken, len(walk.legs), walk.legs[-1].depot), [])
    for other in others:
        is_as_quick = other.earliest <= walk.earliest and other.work <= walk.work and other.latest >= walk.latest
        if is_as_quick and other.distance <= walk.distance and other.toll <= walk.toll and other.urgency <= walk.urgency:
            return True
    others.append(walk)
    return False


def _loadings(problem: RoutingProblem, kind: VehicleType, walk: _Walk) -> Iterator[_Walk]:
    """Yield the walk with one more loading, at every depot the type may use."""
    if len(walk.legs) == kind.max_trips or _has_transfer_aboard(problem, walk):
        return
    usable = [index for index, depot in enumerate(problem.depots) if kind.depots is None or depot.id in kind.depots]
    home = [index for index in usable if problem.depots[index].place_id == kind.start_id]
    loads_at_home = kind.max_trips == 1 and bool(home)
    for index in home if loads_at_home else usable:
        depot = problem.depots[index]
        there = walk if loads_at_home else _go(problem, kind, walk, depot.place_id)
        loaded = None if there is None else _serve(there, (depot.open_s, depot.close_s), kind.loading_s)
        if loaded is not None:
            nothing = (0,) * len(problem.dimensions)
            yield replace(loaded, peak=nothing, taken=nothing, before=walk, legs=(*walk.legs, _Leg(index, ())))


def _visit(  # noqa: PLR0911 - one way out a rule
    problem: RoutingProblem, kind: VehicleType, walk: _Walk, index: int, stop: Stop
) -> _Walk | None:
    *before, leg = walk.legs
    if stop.vehicle_types is not None and kind.id not in stop.vehicle_types:
        return None
    if stop.depots is not None and problem.depots[leg.depot].id not in stop.depots:
        return None
    if kind.max_stops is not None and len(leg.stops) >= kind.max_stops:
        return None
    others = [problem.stops[other] for other in leg.stops]
    if not _may_follow(problem, walk, stop, others):
        return None
    nothing = (0,) * len(stop.demand)
    received, brought = (stop.demand, nothing) if stop.taken_from else (nothing, stop.demand)
    taken = tuple(here + more - less for here, more, less in zip(walk.taken, stop.pickup or nothing, received, strict=True))
    # What the last stop is brought loads every arc before it, what it gives the arcs behind.
    peak = tuple(max(high + more, now) for high, more, now in zip(walk.peak, brought, taken, strict=True))
    if any(amount > room for amount, room in zip(peak, kind.capacity, strict=True)):
        return None
    if stop.release_s > max((x.release_s for x in others), default=0):
        later = _reload(problem, kind, walk, leg, stop.release_s)
        if later is None:
            return None
        walk = replace(later, peak=walk.peak, taken=walk.taken)
    there = _go(problem, kind, walk, stop.place_id)
    served = None if there is None else _serve(there, stop.window_s, _service_s(kind, stop))
    if served is None:
        return None
    legs = (*before, _Leg(leg.depot, (*leg.stops, index)))
    begins_s = served.earliest - _service_s(kind, stop)
    urgency = served.urgency + _waiting_cost(stop, begins_s)
    return replace(served, served=walk.served | 1 << index, peak=peak, taken=taken, legs=legs, urgency=urgency)


def _may_follow(problem: RoutingProblem, walk: _Walk, stop: Stop, others: Sequence[Stop]) -> bool:
    """Tell whether no other of its group is served, its goods are aboard, and no goods are brought behind some that are taken on."""
    if stop.taken_from is not None and all(other.id != stop.taken_from for other in others):
        return False
    if stop.group is not None and any(walk.served >> i & 1 for i, other in enumerate(problem.stops) if other.group == stop.group):
        return False
    if not problem.linehaul_first:
        return True
    return bool(others) if stop.is_backhaul else not any(other.is_backhaul for other in others)


def _has_transfer_aboard(problem: RoutingProblem, walk: _Walk) -> bool:
    """Tell whether goods of a transfer are taken on and not yet handed over."""
    visited = {problem.stops[index].id for leg in walk.legs for index in leg.stops}
    return any(stop.taken_from in visited and stop.id not in visited for stop in problem.stops)


def _reload(problem: RoutingProblem, kind: VehicleType, walk: _Walk, leg: _Leg, release_s: int) -> _Walk | None:
    """Return the walk if its last trip is loaded after `release_s` only; None where that makes it late."""
    depot = problem.depots[leg.depot]
    assert walk.before is not None
    at_home = len(walk.legs) == 1 and kind.max_trips == 1 and depot.place_id == kind.start_id
    there = walk.before if at_home else _go(problem, kind, walk.before, depot.place_id)
    again = None if there is None else _serve(there, (max(depot.open_s, release_s), depot.close_s), kind.loading_s)
    for stop in (problem.stops[index] for index in leg.stops):
        moved = None if again is None else _go(problem, kind, again, stop.place_id)
        again = None if moved is None else _serve(moved, stop.window_s, _service_s(kind, stop))
        if again is not None:
            begins_s = again.earliest - _service_s(kind, stop)
            again = replace(again, urgency=again.urgency + _waiting_cost(stop, begins_s))
    return None if again is None else replace(again, before=walk.before, served=walk.served, legs=walk.legs)


def _waiting_cost(stop: Stop, begins_s: int) -> float:
    """Count what every second until service begins costs, each by the last piece that has begun."""
    pieces = [(0, stop.arrival_cost_per_s), *stop.later_arrival_costs]
    return sum([per_s for after_s, per_s in pieces if after_s <= second][-1] for second in range(begins_s))


def _service_s(kind: VehicleType, stop: Stop) -> int:
    handled = (stop.demand[0] if stop.demand else 0) + (stop.pickup[0] if stop.pickup else 0)
    return stop.service_s + math.ceil(kind.service_s_per_unit * handled)


def _go(problem: RoutingProblem, kind: VehicleType, walk: _Walk, place: str) -> _Walk | None:
    matrix = problem.matrices[kind.profile]
    cell = matrix.place_ids.index(walk.place), matrix.place_ids.index(place)
    seconds, metres = int(matrix.duration_s[cell]), int(matrix.distance_m[cell])
    if seconds < 0:
        return None
    return replace(
        walk,
        place=place,
        earliest=walk.earliest + seconds,
        work=walk.work + seconds,
        distance=walk.distance + metres,
        toll=walk.toll + (0 if matrix.toll_idr is None else int(matrix.toll_idr[cell])),
    )


def _serve(walk: _Walk, window: tuple[int, int | None], seconds: int) -> _Walk | None:
    opens, closes = window[0], math.inf if window[1] is None else window[1]
    begins = max(walk.earliest, opens)
    if begins > closes:
        return None
    return replace(walk, earliest=begins + seconds, work=walk.work + seconds, latest=min(walk.latest, closes - walk.work))


def _finish(problem: RoutingProblem, kind: VehicleType, walk: _Walk) -> _Choice | None:
    """Return the route that ends here, started as late as keeps it shortest; None where it breaks a limit."""
    if _has_transfer_aboard(problem, walk):
        return None
    home = walk if kind.end_id is None else _go(problem, kind, walk, kind.end_id)
    ended = None if home is None else _serve(home, (0, kind.shift_s[1]), 0)
    if ended is None:
        return None
    start_s = min(max(kind.shift_s[0], ended.earliest - ended.work), ended.latest)
    if problem.starts_early:
        start_s = kind.shift_s[0]
    seconds = max(ended.earliest, start_s + ended.work) - start_s
    if kind.max_duration_s is not None and seconds > kind.max_duration_s:
        return None
    if kind.max_distance_m is not None and ended.distance > kind.max_distance_m:
        return None
    cost = kind.fixed_cost + kind.cost_per_m * ended.distance + kind.cost_per_s * seconds + ended.urgency
    return _Choice(round(cost * problem.cost_scale) / problem.cost_scale + ended.toll, walk.legs, int(start_s))


def _timed_route(problem: RoutingProblem, kind: VehicleType, number: int, choice: _Choice) -> Route:
    """Return the route with its times, each thing done as soon as it can be."""
    clock_s, place, metres, trips = choice.start_s, kind.start_id, [0], []

    def move(there: str) -> int:
        nonlocal place
        matrix = problem.matrices[kind.profile]
        cell = matrix.place_ids.index(place), matrix.place_ids.index(there)
        metres.append(int(matrix.distance_m[cell]))
        place = there
        return clock_s + int(matrix.duration_s[cell])

    for position, leg in enumerate(choice.legs):
        depot = problem.depots[leg.depot]
        at_home = position == 0 and kind.max_trips == 1 and depot.place_id == kind.start_id
        released_s = max((problem.stops[index].release_s for index in leg.stops), default=0)
        loading_s = max(clock_s if at_home else move(depot.place_id), depot.open_s, released_s)
        clock_s, visits = loading_s + kind.loading_s, []
        for stop in (problem.stops[index] for index in leg.stops):
            arrival_s = move(stop.place_id)
            begins_s = max(arrival_s, stop.window_s[0])
            clock_s = begins_s + _service_s(kind, stop)
            visits.append(Visit(stop.id, arrival_s, begins_s, clock_s))
        trips.append(Trip(depot.id, loading_s, loading_s + kind.loading_s, tuple(visits)))
    end_s = clock_s if kind.end_id is None else move(kind.end_id)
    return Route(kind.id, number, choice.start_s, end_s, tuple(trips), sum(metres), choice.cost)
