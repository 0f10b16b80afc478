"""Judges the plan of a routing problem."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from ..route_plan import RoutePlan
from .form import has_form
from .route_replay import RouteFacts, check_route, route_facts_of
from .violation import Findings

if TYPE_CHECKING:
    from ...model.routing import RoutingProblem
    from ..route_plan import Route, Trip
    from .violation import Violation

_ROUNDING = 1e-6


def verify_routes(problem: RoutingProblem, plan: RoutePlan) -> list[Violation]:
    """Return every rule of the routing problem that the plan breaks; an empty list means the plan is valid.

    A plan that leaves required stops out is valid as long as it says so in ``unserved``.

    =========== =========================================================================================
    form        every field has its type, every number is finite; checked first, nothing else if broken
    unknown     every stop, depot and vehicle type is in the problem
    served      every stop is in one visit or once in ``unserved``; of a group one is visited, or all are unserved; one that
                may be split is brought all it needs, or less and is in ``unserved``
    amount      only what may be split is brought in parts, none of them smaller than it says
    vehicle     a vehicle is one of its type's count and has one route
    empty       a route has trips, a trip has visits
    trips       no vehicle loads more often than its type may
    stops       no trip has more visits than its type may
    depot       goods come from a depot that stop and vehicle type allow; a type of one trip that starts at
                the place of a depot it may use loads there
    access      stops are visited by vehicle types they allow
    capacity    no trip carries more than the type's capacity, in any dimension, at any time
    order       where goods are brought first, no stop that is brought goods comes behind one that only gives goods, and
                no trip begins with one
    transfer    of two stops between which goods are transferred both are unserved, or one trip visits both, the giver first
    release     loading starts when all goods of the trip are there
    reach       every leg has a path
    travel      legs take the time of the matrix: exactly after a stop, at least after a loading
    loading     loading takes at least the type's loading time
    hours       loading starts while the depot is open
    window      service starts after arrival and within a window
    service     service takes at least the stop's time and the rounded-up time for its load
    shift       the route stays within the type's shift
    duration    and within its longest duration
    length      and within its longest distance
    distance    metres are those of the legs
    cost        costs are those of the formula, with those of every arrival, rounded to the problem's scale, and tolls; the plan's are those
                of its routes and the prizes of the optional stops left out
    =========== =========================================================================================

    Parameters
    ----------
    problem : RoutingProblem
    plan : RoutePlan
        Any answer, however broken; nothing in it raises.
    """
    findings = Findings()
    if not has_form(findings, plan, kind=RoutePlan):
        return findings.violations
    facts = route_facts_of(problem)
    _check_service(findings, facts, plan)
    _check_vehicles(findings, facts, plan)
    for index, route in enumerate(plan.routes):
        where = f"route {index}"
        known = _check_ids(findings, facts, route, where=where)
        if not route.trips:
            findings.add("empty", where, "has no trip")
        elif known:
            _check_trips(findings, facts, route, where=where)
            check_route(findings, facts, route, where=where)
    _check_cost(findings, facts, plan)
    return findings.violations


def _check_service(findings: Findings, facts: RouteFacts, plan: RoutePlan) -> None:
    seen = Counter(stop_id for route in plan.routes for stop_id in route.stop_ids)
    left = Counter(plan.unserved)
    for stop_id in sorted(facts.stops.keys() | seen.keys() | left.keys()):
        where = f"stop '{stop_id}'"
        if stop_id not in facts.stops:
            findings.add("unknown", where, "is not in the problem")
        elif facts.stops[stop_id].group is None and facts.stops[stop_id].min_drop is None and seen[stop_id] + left[stop_id] != 1:
            findings.add("served", where, f"has {seen[stop_id]} visits and stands {left[stop_id]} times among the unserved")
    _check_parts(findings, facts, plan)
    members: dict[str, list[str]] = {}
    for stop in facts.stops.values():
        if stop.group is not None:
            members.setdefault(stop.group, []).append(stop.id)
    for name, stop_ids in members.items():
        visits, unserved = sum(seen[x] for x in stop_ids), sum(left[x] for x in stop_ids)
        good = (visits, unserved) in ((1, 0), (0, len(stop_ids))) and all(left[x] <= 1 for x in stop_ids)
        findings.expect(good, "served", f"group '{name}'", f"has {visits} visits and stands {unserved} times among the unserved")


def _check_parts(findings: Findings, facts: RouteFacts, plan: RoutePlan) -> None:
    """Check what visits bring: all that a stop needs, or less where it is one of the unserved."""
    got: dict[str, int] = {}
    for route in plan.routes:
        for visit in (visit for trip in route.trips for visit in trip.visits if visit.stop_id in facts.stops):
            stop, where = facts.stops[visit.stop_id], f"stop '{visit.stop_id}'"
            if stop.min_drop is None:
                findings.expect(visit.brought is None, "amount", where, f"is brought {visit.brought}, it may not be split")
            else:
                brought = visit.amount_of(stop.demand[0])
                least = min(stop.min_drop, stop.demand[0])
                findings.expect(brought >= least, "amount", where, f"is brought {brought}, each visit brings at least {least}")
                got[stop.id] = got.get(stop.id, 0) + brought
    left = Counter(plan.unserved)
    for stop in facts.stops.values():
        if stop.min_drop is not None:
            total, need = got.get(stop.id, 0), stop.demand[0]
            good = total < need if left[stop.id] else total == need and (stop.id in got)
            says = f"is brought {total} of {need} and stands {left[stop.id]} times among the unserved"
            findings.expect(good and left[stop.id] <= 1, "served", f"stop '{stop.id}'", says)


def _check_vehicles(findings: Findings, facts: RouteFacts, plan: RoutePlan) -> None:
    for (type_id, number), count in Counter((route.vehicle_type, route.vehicle) for route in plan.routes).items():
        where = f"vehicle {number} of type '{type_id}'"
        findings.expect(count == 1, "vehicle", where, f"has {count} routes")
        if type_id not in facts.kinds:
            findings.add("unknown", where, "the type is not in the problem")
        elif not 0 <= number < facts.kinds[type_id].count:
            findings.add("vehicle", where, f"the type has {facts.kinds[type_id].count} vehicles, numbered from 0")


def _check_ids(findings: Findings, facts: RouteFacts, route: Route, *, where: str) -> bool:
    """Tell whether all of the route is known; stops and types are noted elsewhere, once."""
    strangers = [trip.depot_id for trip in route.trips if trip.depot_id not in facts.depots]
    for depot_id in strangers:
        findings.add("unknown", where, f"depot '{depot_id}' is not in the problem")
    return not strangers and route.vehicle_type in facts.kinds and all(stop_id in facts.stops for stop_id in route.stop_ids)


def _check_trips(findings: Findings, facts: RouteFacts, route: Route, *, where: str) -> None:
    kind = facts.kinds[route.vehicle_type]
    findings.expect(len(route.trips) <= kind.max_trips, "trips", where, f"has {len(route.trips)} trips, its type {kind.max_trips}")
    home = facts.home_depots(kind)
    first = route.trips[0].depot_id
    findings.expect(not home or first in home, "depot", where, f"loads at '{first}', not at {sorted(home)} where it starts")
    for index, trip in enumerate(route.trips):
        at = f"{where}, trip {index}"
        if kind.depots is not None and trip.depot_id not in kind.depots:
            findings.add("depot", at, f"type '{kind.id}' may not load at '{trip.depot_id}'")
        findings.expect(trip.visits, "empty", at, "has no visit")
        most = kind.max_stops
        findings.expect(most is None or len(trip.visits) <= most, "stops", at, f"has {len(trip.visits)} visits, its type may {most}")
        _check_stops(findings, facts, route, trip, where=at)


def _check_stops(findings: Findings, facts: RouteFacts, route: Route, trip: Trip, *, where: str) -> None:
    kind = facts.kinds[route.vehicle_type]
    stops = [facts.stops[visit.stop_id] for visit in trip.visits]
    for stop in stops:
        if stop.depots is not None and trip.depot_id not in stop.depots:
            findings.add("depot", where, f"stop '{stop.id}' may not be served from '{trip.depot_id}'")
        if stop.vehicle_types is not None and kind.id not in stop.vehicle_types:
            findings.add("access", where, f"stop '{stop.id}' may not be served by type '{kind.id}'")
    for dimension, (name, room) in enumerate(zip(facts.problem.dimensions, kind.capacity, strict=True)):
        drops = [visit.amount_of(stop.demand[dimension]) for visit, stop in zip(trip.visits, stops, strict=True)]
        load = most = sum(drop for drop, stop in zip(drops, stops, strict=True) if stop.taken_from is None)
        for drop, stop in zip(drops, stops, strict=True):
            load += (stop.pickup[dimension] if stop.pickup else 0) - drop
            most = max(most, load)
        findings.expect(most <= room, "capacity", where, f"carries {most} {name}, the type takes {room}")
    _check_transfers(findings, facts, [stop.id for stop in stops], where=where)
    released = max((stop.release_s for stop in stops), default=0)
    findings.expect(trip.loading_start_s >= released, "release", where, f"loads at {trip.loading_start_s} s, goods come until {released} s")
    if facts.problem.linehaul_first:
        takes = [stop.is_backhaul for stop in stops]
        in_order = not any(takes) or (not takes[0] and takes == sorted(takes))
        findings.expect(in_order, "order", where, "takes goods on before all goods are brought")


def _check_transfers(findings: Findings, facts: RouteFacts, visited: list[str], *, where: str) -> None:
    for receiver in facts.receivers:
        giver = receiver.taken_from
        if giver is not None and {giver, receiver.id} & set(visited):
            good = giver in visited and receiver.id in visited and visited.index(giver) < visited.index(receiver.id)
            findings.expect(good, "transfer", where, f"does not take '{giver}' to '{receiver.id}'")


def _check_cost(findings: Findings, facts: RouteFacts, plan: RoutePlan) -> None:
    """Check the plan's cost against what its routes say; each route's own is checked in its replay."""
    stops = [facts.stops[x] for x in plan.unserved if x in facts.stops]
    # One prize is lost for all of a group, and for both ends of a transfer.
    left = {x.group or f"stop {x.taken_from or x.id}": x.prize or 0 for x in stops}
    cost = math.fsum([*(route.cost for route in plan.routes), *left.values()])
    near = abs(plan.cost - cost) <= _ROUNDING * max(1.0, abs(cost))
    findings.expect(near, "cost", "plan", f"says {plan.cost}, routes and prizes make {cost}")
