"""Judges the plan of a location-routing problem."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from .violation import Findings

if TYPE_CHECKING:
    from ...model.location_routing import LocationRoutingProblem
    from ..location_routing_plan import LocationRoutingPlan
    from .violation import Violation

_ROUNDING = 1e-9


def verify_location_routing(problem: LocationRoutingProblem, plan: LocationRoutingPlan) -> list[Violation]:
    """Return every rule of the location-routing problem that the plan breaks; an empty list means the plan is valid.

    ========= ================================================================================================
    unknown   every site and stop is in the problem; open sites stand once
    open      existing and forced sites are open, forbidden ones are not, no route starts from a closed site
    served    each stop is visited once, and no route is empty
    vehicle   no route brings more than its vehicle holds, and says what it brings
    capacity  the routes of no site bring more than it holds
    reach     there is a way from each stop of a route to the next, and the route says what its way costs
    cost      the parts of the cost are what sites, vehicles and ways make
    ========= ================================================================================================

    Parameters
    ----------
    problem : LocationRoutingProblem
    plan : LocationRoutingPlan
    """
    findings = Findings()
    _check_sites(findings, problem, plan)
    if not findings.violations:
        _check_service(findings, problem, plan)
        _check_loads(findings, problem, plan)
        _check_costs(findings, problem, plan)
    return findings.violations


def _check_sites(findings: Findings, problem: LocationRoutingProblem, plan: LocationRoutingPlan) -> None:
    known, opened, stops = set(problem.site_ids), set(plan.sites), set(problem.stop_ids)
    findings.expect(len(opened) == len(plan.sites), "unknown", "plan", "names an open site twice")
    for name in sorted(opened - known):
        findings.add("unknown", f"site '{name}'", "is not in the problem")
    for name in sorted((problem.existing | problem.forced) - opened):
        findings.add("open", f"site '{name}'", "exists or is forced and is not open")
    for name in sorted(problem.forbidden & opened):
        findings.add("open", f"site '{name}'", "is forbidden and open")
    for number, route in enumerate(plan.routes, start=1):
        findings.expect(route.site_id in opened, "open", f"route {number}", f"starts from '{route.site_id}', which is closed")
        for name in route.stop_ids:
            findings.expect(name in stops, "unknown", f"route {number}", f"visits '{name}', which is not in the problem")


def _check_service(findings: Findings, problem: LocationRoutingProblem, plan: LocationRoutingPlan) -> None:
    visits = Counter(name for route in plan.routes for name in route.stop_ids)
    for name in problem.stop_ids:
        findings.expect(visits[name] == 1, "served", f"stop '{name}'", f"is visited {visits[name]} times")
    for number, route in enumerate(plan.routes, start=1):
        findings.expect(route.stop_ids, "served", f"route {number}", "has no stop")


def _check_loads(findings: Findings, problem: LocationRoutingProblem, plan: LocationRoutingPlan) -> None:
    demand = dict(zip(problem.stop_ids, problem.demand.tolist(), strict=True))
    brought = Counter[str]()
    for number, route in enumerate(plan.routes, start=1):
        load, where = sum(demand[name] for name in route.stop_ids), f"route {number}"
        brought[route.site_id] += load
        findings.expect(load <= problem.vehicle_capacity, "vehicle", where, f"brings {load}, a vehicle holds {problem.vehicle_capacity}")
        findings.expect(route.load == load, "vehicle", where, f"says {route.load}, its stops take {load}")
    if problem.capacity is not None:
        for name, room in zip(problem.site_ids, problem.capacity.tolist(), strict=True):
            findings.expect(brought[name] <= room, "capacity", f"site '{name}'", f"brings {brought[name]}, holds {room}")


def _check_costs(findings: Findings, problem: LocationRoutingProblem, plan: LocationRoutingPlan) -> None:
    row = {name: place for place, name in enumerate(problem.site_ids)}
    col = {name: len(row) + place for place, name in enumerate(problem.stop_ids)}
    driven = []
    for number, route in enumerate(plan.routes, start=1):
        home = row[route.site_id]
        way = [home, *(col[name] for name in route.stop_ids), home]
        cost = math.fsum(float(problem.travel_cost[a, b]) for a, b in pairwise(way))
        driven.append(cost)
        where = f"route {number}"
        findings.expect(cost < math.inf, "reach", where, "there is no way along it")
        findings.expect(_is_near(route.travel_cost, cost), "reach", where, f"says {route.travel_cost}, its way costs {cost}")
    fixed = [] if problem.fixed_cost is None else problem.fixed_cost.tolist()
    opening = math.fsum(value for name, value in zip(problem.site_ids, fixed, strict=False) if name in set(plan.sites) - problem.existing)
    for what, said, made in (
        ("site_cost", plan.site_cost, opening),
        ("vehicle_cost", plan.vehicle_cost, len(plan.routes) * problem.vehicle_cost),
        ("travel_cost", plan.travel_cost, math.fsum(driven)),
    ):
        findings.expect(_is_near(said, made), "cost", "plan", f"says a {what} of {said}, the plan makes {made}")


def _is_near(said: float, made: float) -> bool:
    return said == made or abs(said - made) <= _ROUNDING * max(1.0, abs(made))
