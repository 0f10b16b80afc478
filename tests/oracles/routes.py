"""One route at a time, replayed leg by leg: the slow twin of the routing kernels.

A route is a list of tasks in driving order, ``("load", depot row)`` or ``("stop", stop row)``; a vehicle that loads at its
start has that loading as its first task. Costs are whole numbers, scaled and rounded as the problem says.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ntb_relief.model.routing import RoutingProblem, VehicleType

Task = tuple[str, int]
Route = list[Task]


class Step(NamedTuple):
    """A task as the clock sees it: where it is, when it may begin, how long it takes."""

    place_id: str
    opens_s: int
    closes_s: float
    work_s: int


def as_step(problem: RoutingProblem, kind: VehicleType, task: Task) -> Step:
    what, row = task
    if what == "load":
        depot = problem.depots[row]
        return Step(depot.place_id, depot.open_s, _or_never(depot.close_s), kind.loading_s)
    stop = problem.stops[row]
    handled = stop.demand[0] + (stop.pickup[0] if stop.pickup else 0)
    service_s = stop.service_s + math.ceil(kind.service_s_per_unit * handled)
    return Step(stop.place_id, stop.window_s[0], _or_never(stop.window_s[1]), service_s)


def _or_never(limit: float | None) -> float:
    return math.inf if limit is None else limit


def travel(problem: RoutingProblem, kind: VehicleType, here: str, there: str) -> tuple[int, int, int] | None:
    """Return (seconds, metres, toll) of one leg, None where there is no path."""
    matrix = problem.matrices[kind.profile]
    cell = matrix.place_ids.index(here), matrix.place_ids.index(there)
    if matrix.duration_s[cell] < 0:
        return None
    toll = 0 if matrix.toll_idr is None else int(matrix.toll_idr[cell])
    return int(matrix.duration_s[cell]), int(matrix.distance_m[cell]), toll


def legs(problem: RoutingProblem, kind: VehicleType, route: Route) -> list[tuple[int, int, int] | None]:
    """Return the legs to every task and home, which is left out where the route ends at its last stop."""
    places = [kind.start_id, *(as_step(problem, kind, task).place_id for task in route)]
    if kind.end_id is not None:
        places.append(kind.end_id)
    return [travel(problem, kind, here, there) for here, there in pairwise(places)]


def finish_s(problem: RoutingProblem, kind: VehicleType, tasks: Route, *, at: str, clock_s: int, home: bool) -> int | None:
    """Return when the tasks are done by a vehicle that leaves `at` at `clock_s`; None where it comes too late somewhere."""
    for task in tasks:
        step, leg = as_step(problem, kind, task), travel(problem, kind, at, as_step(problem, kind, task).place_id)
        if leg is None or clock_s + leg[0] > step.closes_s:
            return None
        clock_s = max(clock_s + leg[0], step.opens_s) + step.work_s
        at = step.place_id
    if home and kind.end_id is not None:
        leg = travel(problem, kind, at, kind.end_id)
        if leg is None:
            return None
        clock_s += leg[0]
    return None if home and clock_s > _or_never(kind.shift_s[1]) else clock_s


def least_seconds(problem: RoutingProblem, kind: VehicleType, route: Route) -> int | None:
    """Try every second the vehicle may start at; return the shortest duration, None where all are too late.

    Where arrivals cost it starts as early as it can.
    """
    least = None
    # Once everything is open when the vehicle starts, a later start changes nothing.
    last_to_open = 0 if problem.starts_early else max((as_step(problem, kind, task).opens_s for task in route), default=0)
    for start_s in range(kind.shift_s[0], max(kind.shift_s[0], last_to_open) + 1):
        end_s = finish_s(problem, kind, route, at=kind.start_id, clock_s=start_s, home=True)
        if end_s is None:  # so is every later start
            break
        least = end_s - start_s if least is None else min(least, end_s - start_s)
    return least


def arrival_cost(problem: RoutingProblem, kind: VehicleType, route: Route) -> int:
    """Return what the arrivals of a vehicle that starts as early as it can cost; no limit is looked at."""
    cost, clock_s, at = 0, kind.shift_s[0], kind.start_id
    for what, row in route:
        step = as_step(problem, kind, (what, row))
        leg = travel(problem, kind, at, step.place_id)
        begins_s = max(clock_s + (0 if leg is None else leg[0]), step.opens_s)
        if what == "stop":
            stop = problem.stops[row]
            pieces = [(0, stop.arrival_cost_per_s), *stop.later_arrival_costs]
            by_second = ([per_s for after_s, per_s in pieces if after_s <= second][-1] for second in range(begins_s))
            cost += sum(round(per_s * problem.cost_scale) for per_s in by_second)
        clock_s, at = begins_s + step.work_s, step.place_id
    return cost


def metres(problem: RoutingProblem, kind: VehicleType, route: Route) -> int | None:
    """Return the length of a route, None where a leg has no path."""
    along = legs(problem, kind, route)
    return None if None in along else sum(leg[1] for leg in along if leg is not None)


def route_cost(problem: RoutingProblem, kind: VehicleType, route: Route) -> int | None:
    """Return the cost of a route, None where it breaks a limit of time, length or path; loads are not looked at."""
    if not stops_of(route):
        return 0
    length, seconds = metres(problem, kind, route), least_seconds(problem, kind, route)
    if length is None or length > _or_never(kind.max_distance_m):
        return None
    if seconds is None or seconds > _or_never(kind.max_duration_s):
        return None
    fixed, per_m, per_s = (round(value * problem.cost_scale) for value in (kind.fixed_cost, kind.cost_per_m, kind.cost_per_s))
    tolls = sum(leg[2] for leg in legs(problem, kind, route) if leg is not None)
    return fixed + per_m * length + per_s * seconds + problem.cost_scale * tolls + arrival_cost(problem, kind, route)


def stops_of(route: Route) -> list[int]:
    return [row for what, row in route if what == "stop"]


def trips_of(route: Route) -> list[tuple[int | None, list[int]]]:
    """Return (depot, stops) of each trip; depot None where stops come before any loading."""
    trips: list[tuple[int | None, list[int]]] = []
    for what, row in route:
        if what == "load":
            trips.append((row, []))
        elif not trips:
            trips.append((None, [row]))
        else:
            trips[-1][1].append(row)
    return trips


def rooms(problem: RoutingProblem, kind: VehicleType, route: Route) -> list[list[int]]:
    """Return the capacity each trip leaves free, below 0 where it is overloaded; the last counts stops where any type does."""
    all_stops = len(problem.stops) + 1
    most = [] if all(x.max_stops is None for x in problem.vehicle_types) else [all_stops if kind.max_stops is None else kind.max_stops]
    return [
        [
            *(
                capacity - sum(problem.stops[row].demand[d] for row in stops if problem.stops[row].taken_from is None)
                for d, capacity in enumerate(kind.capacity)
            ),
            *(min(number, all_stops) - len(stops) for number in most),
        ]
        for _, stops in trips_of(route)
    ]


def peaks(problem: RoutingProblem, stops: list[int]) -> list[int]:
    """Return the largest load of a trip over these stops, by dimension."""
    highest = []
    for d in range(len(problem.dimensions)):
        load = most = sum(problem.stops[row].demand[d] for row in stops if problem.stops[row].taken_from is None)
        for stop in (problem.stops[row] for row in stops):
            load += (stop.pickup[d] if stop.pickup else 0) - stop.demand[d]
            most = max(most, load)
        highest.append(most)
    return highest


def is_in_order(problem: RoutingProblem, stops: list[int]) -> bool:
    takes = [problem.stops[row].is_backhaul for row in stops]
    return not any(takes) or (not takes[0] and takes == sorted(takes))


def keeps_transfers(problem: RoutingProblem, stops: list[int]) -> bool:
    visited = [problem.stops[row].id for row in stops]
    ends = [(stop.taken_from, stop.id) for stop in problem.stops if stop.taken_from is not None]
    met = [(giver, receiver) for giver, receiver in ends if giver in visited or receiver in visited]
    return all(giver in visited and receiver in visited[visited.index(giver) :] for giver, receiver in met)


def may_carry(problem: RoutingProblem, kind: VehicleType, route: Route) -> bool:
    """Tell whether loads, access, depots and the number of trips are as the problem allows, and no trip is empty."""
    for depot, stops in trips_of(route):
        if depot is None or not stops or (kind.depots is not None and problem.depots[depot].id not in kind.depots):
            return False
        for stop in (problem.stops[row] for row in stops):
            if stop.vehicle_types is not None and kind.id not in stop.vehicle_types:
                return False
            if stop.depots is not None and problem.depots[depot].id not in stop.depots:
                return False
    fits = all(peak <= room for _, stops in trips_of(route) for peak, room in zip(peaks(problem, stops), kind.capacity, strict=True))
    if problem.linehaul_first and not all(is_in_order(problem, stops) for _, stops in trips_of(route)):
        return False
    if not all(keeps_transfers(problem, stops) for _, stops in trips_of(route)):
        return False
    most = kind.max_stops
    return fits and len(trips_of(route)) <= kind.max_trips and all(most is None or len(stops) <= most for _, stops in trips_of(route))


def with_stop(route: Route, *, position: int, stop: int, depot: int | None = None) -> Route:
    """Return the route with a stop put in at a position, behind a loading where a depot is given."""
    added = [] if depot is None else [("load", depot)]
    return [*route[:position], *added, ("stop", stop), *route[position:]]


def insertions(problem: RoutingProblem, kind: VehicleType, route: Route, stop: int, *, new_trip: bool) -> Iterator[tuple[int, Route]]:
    """Yield (added cost, longer route) of every way to put a stop into a route that breaks no rule."""
    before = route_cost(problem, kind, route)
    for depot in range(len(problem.depots)) if new_trip else [None]:
        for position in range(len(route) + 1):
            longer = with_stop(route, position=position, stop=stop, depot=depot)
            after = route_cost(problem, kind, longer) if may_carry(problem, kind, longer) else None
            if before is not None and after is not None:
                yield after - before, longer


def plan_cost(problem: RoutingProblem, routes: Iterable[tuple[VehicleType, Route]], *, required_prize: int) -> int | None:
    """Return the cost of all routes and of the stops they leave out, None where a route breaks a limit."""
    costs, served = [], set()
    for kind, route in routes:
        costs.append(route_cost(problem, kind, route))
        served.update(stops_of(route))
    left = [stop for row, stop in enumerate(problem.stops) if row not in served]
    prize_of = {stop.taken_from or stop.id: required_prize if stop.prize is None else stop.prize * problem.cost_scale for stop in left}
    return None if None in costs else sum(cost for cost in costs if cost is not None) + sum(prize_of.values())
