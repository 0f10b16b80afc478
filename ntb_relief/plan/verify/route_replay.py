"""Replays one route leg by leg: times, distances and cost from the travel matrix of its vehicle type."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ...model.travel import UNREACHABLE

if TYPE_CHECKING:
    from ...model.routing import Depot, RoutingProblem, Stop, VehicleType
    from ..route_plan import Route, Trip, Visit
    from .violation import Findings

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """A `RoutingProblem` by its ids, and the stops that receive transfers."""

    problem: RoutingProblem
    stops: dict[str, Stop]
    depots: dict[str, Depot]
    kinds: dict[str, VehicleType]
    row: dict[str, int]
    receivers: tuple[Stop, ...]

    def home_depots(self, kind: VehicleType) -> set[str]:
        """Return the depots a type of one trip must load at: those it may use at the place where it starts."""
        if kind.max_trips > 1:
            return set()
        return {x.id for x in self.depots.values() if x.place_id == kind.start_id and (kind.depots is None or x.id in kind.depots)}


def route_facts_of(problem: RoutingProblem) -> RouteFacts:
    """Return the problem indexed by its ids."""
    return RouteFacts(
        problem=problem,
        stops={x.id: x for x in problem.stops},
        depots={x.id: x for x in problem.depots},
        kinds={x.id: x for x in problem.vehicle_types},
        row={place: index for index, place in enumerate(problem.place_ids)},
        receivers=tuple(x for x in problem.stops if x.taken_from is not None),
    )


class _Odometer:
    """Where the vehicle is, and what its legs add up to."""

    def __init__(self, findings: Findings, facts: RouteFacts, kind: VehicleType, where: str) -> None:
        self.findings, self.facts, self.where = findings, facts, where
        self.matrix = facts.problem.matrices[kind.profile]
        self.place_id = kind.start_id
        self.distance_m = self.toll = 0

    def go(self, place_id: str) -> int:
        """Move to a place and return the seconds it takes; 0 where there is no path, which is noted under "reach"."""
        here, there = self.facts.row[self.place_id], self.facts.row[place_id]
        seconds, metres, toll = self.matrix.leg(here, there)
        if seconds == UNREACHABLE:
            self.findings.add("reach", self.where, f"there is no path from '{self.place_id}' to '{place_id}'")
            seconds = 0
        else:
            self.distance_m += metres
            self.toll += toll
        self.place_id = place_id
        return seconds


def check_route(findings: Findings, facts: RouteFacts, route: Route, *, where: str) -> None:
    """Note what does not fit in the times, metres and cost of a route that has trips and whose ids are all known."""
    kind = facts.kinds[route.vehicle_type]
    odometer = _Odometer(findings, facts, kind, where)
    clock_s, left_stop = route.start_s, False
    for index, trip in enumerate(route.trips):
        at = f"{where}, trip {index}"
        depot = facts.depots[trip.depot_id]
        # Where a vehicle loads at its very start there is no way to go.
        at_home = index == 0 and trip.depot_id in facts.home_depots(kind)
        ready_s = clock_s + (0 if at_home else odometer.go(depot.place_id))
        _check_loading(findings, trip, depot=depot, kind=kind, ready_s=ready_s, where=at)
        clock_s, left_stop = trip.loading_end_s, False
        for visit in trip.visits:
            stop = facts.stops[visit.stop_id]
            arrival_s = clock_s + odometer.go(stop.place_id)
            _check_travel(findings, visit.arrival_s, arrival_s, is_exact=left_stop, where=f"{at}, stop '{stop.id}'")
            _check_visit(findings, visit, stop=stop, kind=kind, where=f"{at}, stop '{stop.id}'")
            clock_s, left_stop = visit.departure_s, True
    arrival_s = clock_s + (0 if kind.end_id is None else odometer.go(kind.end_id))
    _check_travel(findings, route.end_s, arrival_s, is_exact=left_stop, where=f"{where}, end")
    _check_limits(findings, route, kind=kind, distance_m=odometer.distance_m, where=where)
    _check_cost(findings, facts, route, kind=kind, toll=odometer.toll, where=where)


def _check_loading(findings: Findings, trip: Trip, *, depot: Depot, kind: VehicleType, ready_s: int, where: str) -> None:
    start_s, taken_s = trip.loading_start_s, trip.loading_end_s - trip.loading_start_s
    findings.expect(start_s >= ready_s, "travel", where, f"loads at {start_s} s, it is there at {ready_s} s")
    findings.expect(taken_s >= kind.loading_s, "loading", where, f"takes {taken_s} s, loading takes {kind.loading_s} s")
    is_open = depot.open_s <= start_s and (depot.close_s is None or start_s <= depot.close_s)
    findings.expect(is_open, "hours", where, f"loads at {start_s} s, '{depot.id}' is open {depot.open_s} to {depot.close_s} s")


def _check_travel(findings: Findings, stated_s: int, found_s: int, *, is_exact: bool, where: str) -> None:
    good = stated_s == found_s or (stated_s > found_s and not is_exact)
    findings.expect(good, "travel", where, f"arrives at {stated_s} s, the way there ends at {found_s} s")


def _check_visit(findings: Findings, visit: Visit, *, stop: Stop, kind: VehicleType, where: str) -> None:
    is_open = any(opens <= visit.start_s and (closes is None or visit.start_s <= closes) for opens, closes in stop.windows_s)
    good = visit.arrival_s <= visit.start_s and is_open
    findings.expect(good, "window", where, f"arrives at {visit.arrival_s} s, starts at {visit.start_s} s, windows {stop.windows_s}")
    handled = (stop.demand[0] if stop.demand else 0) + (stop.pickup[0] if stop.pickup else 0)
    handling_s = math.ceil(kind.service_s_per_unit * handled - _ROUNDING)
    taken_s, needed_s = visit.departure_s - visit.start_s, stop.service_s + handling_s
    findings.expect(taken_s >= needed_s, "service", where, f"takes {taken_s} s, service takes {needed_s} s")


def _check_limits(findings: Findings, route: Route, *, kind: VehicleType, distance_m: int, where: str) -> None:
    early, late = kind.shift_s
    good = early <= route.start_s and (late is None or route.end_s <= late)
    findings.expect(good, "shift", where, f"works from {route.start_s} to {route.end_s} s, its shift is {kind.shift_s}")
    lasts_s = route.end_s - route.start_s
    good = kind.max_duration_s is None or lasts_s <= kind.max_duration_s
    findings.expect(good, "duration", where, f"lasts {lasts_s} s, its type may {kind.max_duration_s} s")
    good = kind.max_distance_m is None or distance_m <= kind.max_distance_m
    findings.expect(good, "length", where, f"drives {distance_m} m, its type may {kind.max_distance_m} m")
    findings.expect(route.distance_m == distance_m, "distance", where, f"says {route.distance_m} m, its legs make {distance_m} m")


def _check_cost(findings: Findings, facts: RouteFacts, route: Route, *, kind: VehicleType, toll: int, where: str) -> None:
    scale = facts.problem.cost_scale
    seconds = route.end_s - route.start_s
    exact = Fraction(kind.fixed_cost) + Fraction(kind.cost_per_m) * route.distance_m + Fraction(kind.cost_per_s) * seconds + toll
    visits = [visit for trip in route.trips for visit in trip.visits]
    exact += sum(_waiting_cost(facts.stops[visit.stop_id], visit.start_s) for visit in visits)
    steps = Fraction(route.cost) * scale
    # Half a step is the rounding; the rest leaves room for sums in floating point.
    noise = max(Fraction(1), abs(steps)) / 10**9
    rounded = abs(steps - round(steps)) <= noise
    near = abs(steps - exact * scale) <= Fraction(1, 2) + noise
    findings.expect(rounded and near, "cost", where, f"says {route.cost}, the formula makes {float(exact):.6f}, rounded to 1/{scale}")


def _waiting_cost(stop: Stop, start_s: int) -> Fraction:
    """Return what the start of service costs, from the last piece that it has reached down to the first."""
    cost = Fraction(0)
    for after_s, per_s in reversed(((0, stop.arrival_cost_per_s), *stop.later_arrival_costs)):
        if start_s > after_s:
            cost += Fraction(per_s) * (start_s - after_s)
            start_s = after_s
    return cost
