"""Plans as starts of a search: what is wrong with one, and its routes as the arrays of a solution."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import IssueLog
from ..kernels.routing import arrays as col
from ..kernels.routing.schedule import refresh
from ..kernels.routing.search import price
from ..plan.route_plan import RoutePlan
from ..plan.timetable import Timetable, with_amounts
from ..plan.verify import verify_routes
from ..plan.verify.form import has_form
from ..plan.verify.violation import Findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..kernels.routing.arrays import BestCopy, RoutingState
    from ..model.instance import Instance, TripIds
    from ..model.routing import RoutingProblem, Stop
    from ..plan.route_plan import Route
    from ..plan.timetable import Window


@dataclass(frozen=True, slots=True)
class Driven:
    """The trips of one vehicle.

    Parameters
    ----------
    kind : int
        Row of its type.
    number : int
        Among the vehicles of its type.
    trips : tuple of (depot id, stop ids)
    brought : tuple of int, optional
        What each visit brings, in problems where stops may be split.
    windows_s : tuple of (int, int or None), optional
        In which window each visit falls, in problems where stops have several.
    """

    kind: int
    number: int
    trips: tuple[TripIds, ...]
    brought: tuple[int, ...] = ()
    windows_s: tuple[Window, ...] = ()

    @property
    def stop_ids(self) -> tuple[str, ...]:
        """Stops in the order of visiting."""
        return tuple(name for _, stops in self.trips for name in stops)


def completed(problem: RoutingProblem, plan: RoutePlan) -> RoutePlan:
    """Return the plan with the hours that its routes have by themselves and with all it leaves out among the unserved.

    Raises
    ------
    InputError
        With all that is unknown in it, served twice or against a rule.
    """
    findings = Findings()
    if has_form(findings, plan, kind=RoutePlan):
        times = Timetable(problem)
        kinds, several = {kind.id: kind for kind in problem.vehicle_types}, several_windows(problem)

        def rescheduled(route: Route) -> Route:
            if route.vehicle_type not in kinds or any(x not in times.stops for x in route.stop_ids):
                return route  # the judge names the stranger
            if not route.trips or any(trip.depot_id not in times.depots for trip in route.trips):
                return route
            trips = [(trip.depot_id, [visit.stop_id for visit in trip.visits]) for trip in route.trips]
            made = times.route(
                kind=kinds[route.vehicle_type], vehicle=route.vehicle, trips=trips, windows_s=tuple(windows_of(several, route))
            )
            return with_amounts(made, (visit.brought for trip in route.trips for visit in trip.visits))

        routes = tuple(map(rescheduled, plan.routes))
        unserved = (*plan.unserved, *_missing(problem, routes, set(plan.unserved)))
        plan = RoutePlan(routes, unserved, sum(route.cost for route in routes) + problem.lost_prizes(unserved))
        findings.violations = verify_routes(problem, plan)
    log = IssueLog()
    for found in findings.violations:
        log.add(f"warm start, {found.where}", f"breaks the rule '{found.rule}': {found.what}", "mend the route, or leave its stops out")
    log.raise_if_any()
    return plan


def _missing(problem: RoutingProblem, routes: Iterable[Route], left: set[str]) -> list[str]:
    """Return the stops that are neither served nor said to be left out."""
    brought: dict[str, int] = {}
    visited: set[str] = set()
    needs = {stop.id: stop.demand[0] for stop in problem.stops if stop.min_drop is not None}
    for visit in (visit for route in routes for trip in route.trips for visit in trip.visits):
        visited.add(visit.stop_id)
        if visit.stop_id in needs:
            brought[visit.stop_id] = brought.get(visit.stop_id, 0) + visit.amount_of(needs[visit.stop_id])
    groups = {stop.group for stop in problem.stops if stop.id in visited and stop.group is not None}

    def is_missing(stop: Stop) -> bool:
        if stop.id in left or stop.group in groups:
            return False
        return stop.id not in visited or brought.get(stop.id, needs.get(stop.id, 0)) < needs.get(stop.id, 0)

    return [stop.id for stop in problem.stops if is_missing(stop)]


def driven_by(problem: RoutingProblem, plan: RoutePlan) -> list[Driven]:
    """Return the routes of a sound plan."""
    kinds = {kind.id: row for row, kind in enumerate(problem.vehicle_types)}
    demand = {stop.id: stop.demand[0] for stop in problem.stops} if problem.may_split else {}
    several = several_windows(problem)
    return [
        Driven(
            kinds[route.vehicle_type],
            route.vehicle,
            tuple((trip.depot_id, tuple(visit.stop_id for visit in trip.visits)) for trip in route.trips),
            tuple(visit.amount_of(demand[visit.stop_id]) for trip in (route.trips if demand else ()) for visit in trip.visits),
            tuple(windows_of(several, route)),
        )
        for route in plan.routes
    ]


def several_windows(problem: RoutingProblem) -> dict[str, tuple[Window, ...]]:
    """Return the windows of every stop where any has several, else nothing."""
    return {stop.id: stop.windows_s for stop in problem.stops} if problem.has_several_windows else {}


def windows_of(several: Mapping[str, tuple[Window, ...]], route: Route) -> Iterator[Window]:
    """Yield the window in which each visit starts, its stop's first where it starts in none; nothing where none has several."""
    for visit in (visit for trip in (route.trips if several else ()) for visit in trip.visits):
        windows = several[visit.stop_id]
        opened = [(opens, closes) for opens, closes in windows if opens <= visit.start_s]
        yield next((window for window in opened if window[1] is None or visit.start_s <= window[1]), windows[0])


def visits_of(problem: RoutingProblem, driven: Iterable[Driven]) -> dict[str, int]:
    """Return how many visits `encode` must allow each stop that may be split: those of the routes, and those still to come."""
    largest = max(1, *(kind.capacity[0] for kind in problem.vehicle_types))
    splits = {stop.id: stop.demand[0] for stop in problem.stops if stop.min_drop is not None}
    counts: Counter[str] = Counter()
    brought: Counter[str] = Counter()
    for route in driven if splits else ():
        for name, amount in zip(route.stop_ids, route.brought, strict=True):
            counts[name] += 1
            brought[name] += amount
    return {name: counts[name] - (brought[name] - need) // largest for name, need in splits.items()}


def solution_of(instance: Instance, driven: Sequence[Driven]) -> BestCopy:
    """Return the arrays of the solution with these routes; what they do not serve is unserved.

    Parameters
    ----------
    instance : Instance
        Encoded with `visits_of`.
    driven : sequence of Driven
        Of a sound plan. A number above the vehicles that the engine keeps of a type gives way to a free one.
    """
    state = instance.new_state(np.zeros(1, np.uint64))
    nodes = _Nodes(instance, state)
    numbers = _free_numbers(instance, driven)
    for route, number in zip(driven, numbers, strict=True):
        vehicle = int(instance.arrays.kind[route.kind, col.FIRST_VEHICLE]) + number
        nodes.lay(route, vehicle)
        refresh(instance.arrays, state, vehicle)
    nodes.enter_unserved()
    state.total[col.CURRENT] = state.total[col.BEST] = price(instance.arrays, state)
    return instance.new_best(state)


def _free_numbers(instance: Instance, driven: Sequence[Driven]) -> list[int]:
    counts = instance.arrays.kind[:, col.COUNT].tolist()
    taken = {(route.kind, route.number) for route in driven}
    free = [iter([n for n in range(count) if (kind, n) not in taken]) for kind, count in enumerate(counts)]
    return [route.number if route.number < counts[route.kind] else next(free[route.kind]) for route in driven]


class _Nodes:
    """Lays routes into a state node by node, and keeps the book of what is served."""

    def __init__(self, instance: Instance, state: RoutingState) -> None:
        problem = instance.asked
        self.instance, self.state = instance, state
        self.place = {name: row for row, name in enumerate(problem.place_ids)}
        self.depot = {depot.id: row for row, depot in enumerate(problem.depots)}
        self.free: dict[str, list[int]] = {}
        for node, whole in enumerate(instance.whole.tolist(), start=1):
            self.free.setdefault(problem.stops[whole].id, []).append(node)
        self.brought: Counter[str] = Counter()
        self.served: set[str] = set()

    def lay(self, route: Driven, vehicle: int) -> None:
        """Write the list of a vehicle that is still empty."""
        arrays, state = self.instance.arrays, self.state
        kind, marker = arrays.kind[route.kind], int(state.vehicle[vehicle, col.MARKER])
        amounts, windows = iter(route.brought), iter(route.windows_s)
        listed: list[int] = []
        for depot, stops in route.trips:
            if kind[col.HOME_DEPOT] < 0:
                state.node[marker, col.DEPOT], state.node[marker, col.PLACE] = self.depot[depot], arrays.depot[self.depot[depot], 0]
                listed.append(marker)
                marker += 1
            listed += [self._node(name, next(amounts, None), next(windows, None)) for name in stops]
        nodes = np.array(listed)
        at = np.concatenate([kind[[col.START]], state.node[nodes, col.PLACE], kind[[col.END]]])
        metres, seconds = arrays.metres[kind[col.PROFILE], at[:-1], at[1:]], np.zeros(len(at) - 1, np.int64)
        if arrays.flags[col.TIMED]:
            seconds = arrays.seconds[kind[col.PROFILE], at[:-1], at[1:]]
        is_open = kind[col.END] < 0
        chain = np.concatenate([[0], nodes, [0]])
        state.node[nodes, col.PREV], state.node[nodes, col.NEXT], state.node[nodes, col.SLOT] = chain[:-2], chain[2:], vehicle
        state.node[nodes, col.ARC_M], state.node[nodes, col.ARC_S] = metres[:-1], seconds[:-1]
        state.vehicle[vehicle, [col.FIRST, col.LAST]] = nodes[0], nodes[-1]
        state.vehicle[vehicle, [col.END_ARC_M, col.END_ARC_S]] = (0, 0) if is_open else (metres[-1], seconds[-1])

    def _node(self, name: str, amount: int | None, window_s: Window | None) -> int:
        """Return the node of a visit, with what it brings."""
        free = self.free[name]
        stops = self.instance.problem.stops
        node = free.pop(next((i for i, x in enumerate(free) if stops[x - 1].window_s == window_s), 0))
        self.served.add(name)
        if self.instance.arrays.stop[node, col.NEXT_PART]:
            self.state.demand[node, 0] = amount or 0
            self.brought[name] += amount or 0
        return node

    def enter_unserved(self) -> None:
        """Write the bank: the leaders of what no route serves, and what is still missing where stops may be split."""
        arrays, state, problem = self.instance.arrays, self.state, self.instance.asked
        served = {stop.request for stop in problem.stops if stop.id in self.served}
        largest = max(1, int(arrays.capacity[:, 0].max()))
        waiting: list[int] = []
        for stop in problem.stops:
            free = self.free[stop.id]
            if stop.min_drop is not None and stop.id in self.served:
                missing = stop.demand[0] - self.brought[stop.id]
                for node in free:
                    state.demand[node, 0] = min(missing, largest)
                    missing -= min(missing, largest)
                waiting += [node for node in free if state.demand[node, 0]]
            elif stop.request not in served:
                first = free[0]
                waiting += [node for node in free if node == first or state.demand[node, 0]]
        leaders = list(dict.fromkeys(arrays.stop[waiting, col.LEADER].tolist()))
        state.bank[:] = -1
        state.bank[: len(leaders), 0] = leaders
        state.bank[leaders, 1] = range(len(leaders))
        state.bank[:, 2] = state.demand[:, 0]
        state.total[col.NUM_BANK] = len(leaders)
