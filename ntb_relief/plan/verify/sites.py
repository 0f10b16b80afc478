"""Judges the plan of a facility-location problem."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from ...model.facility_location_goals import (
    BackupCover,
    FairCover,
    FixedCharge,
    MaxBackupCover,
    MaxCover,
    PCenter,
    PGini,
    PLeximin,
    PMedian,
    SetCover,
)
from .violation import Findings

if TYPE_CHECKING:
    from ...model.facility_location import FacilityLocationProblem
    from ..site_plan import SitePlan
    from .violation import Violation

_ROUNDING = 1e-6


def verify_sites(problem: FacilityLocationProblem, plan: SitePlan) -> list[Violation]:
    """Return every rule of the facility-location problem that the plan breaks; an empty list means the plan is valid.

    ========= ===============================================================================================
    unknown   every site, source and demand point is in the problem; open sites stand once
    open      existing and forced sites are open, forbidden ones are not, nothing is served from a closed site; sources likewise
    number    exactly `p` sites are open, at most `p` for `PCenter`
    budget    the fixed costs of the sites that were not there stay within it
    backup    each demand point has so many open sites within the radius (`BackupCover`), at least all but one (`MaxBackupCover`)
    served    shares are above 0 and add up to 1 (`MaxCover`, `FairCover`: to 1 or nothing, where capacities split points to 1 at most)
    source    a single-source problem has one assignment a demand point
    reach     each assignment has a finite cost, the one of the problem, within the goal's radius
    nearest   each demand point is served by its nearest open site (`PGini`)
    capacity  no site serves more than it holds
    objective it is what sites and assignments make
    ========= ===============================================================================================

    Parameters
    ----------
    problem : FacilityLocationProblem
    plan : SitePlan
    """
    findings = Findings()
    _check_sites(findings, problem, plan)
    if findings.violations:
        return findings.violations
    _check_service(findings, problem, plan)
    _check_costs(findings, problem, plan)
    _check_backup(findings, problem, plan)
    _check_capacity(findings, problem, plan)
    _check_objective(findings, problem, plan)
    return findings.violations


def _check_sites(findings: Findings, problem: FacilityLocationProblem, plan: SitePlan) -> None:
    _check_open(findings, problem, plan.sites, "site")
    if problem.upstream is not None:
        _check_open(findings, problem.upstream, plan.sources, "source")
    opened, sources = set(plan.sites), {None} if problem.upstream is None else set(plan.sources)
    points = set(problem.demand_ids)
    for row in plan.assignments:
        findings.expect(row.demand_id in points, "unknown", f"demand point '{row.demand_id}'", "is not in the problem")
        findings.expect(row.site_id in opened, "open", f"demand point '{row.demand_id}'", f"is served by '{row.site_id}', which is closed")
        findings.expect(
            row.source_id in sources, "open", f"demand point '{row.demand_id}'", f"gets from '{row.source_id}', which is closed"
        )
    goal, count = plan.goal, len(plan.sites)
    p = getattr(goal, "p", None)
    if isinstance(goal, PCenter):
        findings.expect(p is None or count <= p, "number", "plan", f"opens {count} sites, more than {p}")
    else:
        findings.expect(p is None or count == p, "number", "plan", f"opens {count} sites, not {p}")
    budget = getattr(goal, "budget", None)
    if budget is not None:
        spent = _fixed_cost(problem, plan.sites)
        findings.expect(spent <= budget * (1 + _ROUNDING), "budget", "plan", f"costs {spent:g} to open, the budget is {budget:g}")


def _check_open(findings: Findings, problem: FacilityLocationProblem, names: tuple[str, ...], kind: str) -> None:
    known, opened = set(problem.site_ids), set(names)
    for name in sorted(opened - known):
        findings.add("unknown", f"{kind} '{name}'", "is not in the problem")
    findings.expect(len(opened) == len(names), "unknown", "plan", f"names an open {kind} twice")
    for name in sorted((problem.existing | problem.forced) - opened):
        findings.add("open", f"{kind} '{name}'", "exists or is forced and is not open")
    for name in sorted(problem.forbidden & opened):
        findings.add("open", f"{kind} '{name}'", "is forbidden and open")


def _fixed_cost(problem: FacilityLocationProblem, names: tuple[str, ...]) -> float:
    opening = dict(zip(problem.site_ids, problem.opening_costs.tolist(), strict=True))
    return math.fsum(opening[name] for name in names if name in opening)


def _check_service(findings: Findings, problem: FacilityLocationProblem, plan: SitePlan) -> None:
    shares: dict[str, list[float]] = defaultdict(list)
    for row in plan.assignments:
        shares[row.demand_id].append(row.share)
    for name in problem.demand_ids:
        where, given = f"demand point '{name}'", shares[name]
        findings.expect(all(share > 0 for share in given), "served", where, f"has a share of {min(given, default=0)}")
        total = math.fsum(given)
        is_part = isinstance(plan.goal, MaxCover) and problem.capacity is not None and not problem.is_single_source
        if is_part:
            findings.expect(total <= 1 + _ROUNDING, "served", where, f"is served to {total:.6g}, more than 1")
        elif given or not isinstance(plan.goal, MaxCover | FairCover):
            findings.expect(abs(total - 1) <= _ROUNDING, "served", where, f"is served to {total:.6g}, not to 1")
        findings.expect(len(given) <= 1 or not problem.is_single_source, "source", where, f"is served by {len(given)} sites")


def _check_costs(findings: Findings, problem: FacilityLocationProblem, plan: SitePlan) -> None:
    row_of = {name: row for row, name in enumerate(problem.demand_ids)}
    col_of = {name: col for col, name in enumerate(problem.site_ids)}
    radius: float = getattr(plan.goal, "radius", math.inf)
    for entry in plan.assignments:
        where = f"demand point '{entry.demand_id}', site '{entry.site_id}'"
        cost = cost_of(problem, row_of[entry.demand_id], col_of[entry.site_id])
        if problem.upstream is not None:
            cost += cost_of(problem.upstream, col_of[entry.site_id], problem.upstream.site_ids.index(str(entry.source_id)))
        findings.expect(cost < math.inf, "reach", where, "there is no way")
        findings.expect(entry.cost == cost, "reach", where, f"says {entry.cost}, the problem {cost}")
        findings.expect(cost <= radius, "reach", where, f"costs {cost}, the radius is {radius}")
        if isinstance(plan.goal, PGini):
            least = min(cost_of(problem, row_of[entry.demand_id], col_of[name]) for name in plan.sites)
            findings.expect(cost == least, "nearest", where, f"costs {cost}, the nearest open site {least}")


def _check_backup(findings: Findings, problem: FacilityLocationProblem, plan: SitePlan) -> None:
    goal = plan.goal
    if isinstance(goal, BackupCover | MaxBackupCover):
        least = goal.times if isinstance(goal, BackupCover) else goal.times - 1
        for name, count in _sites_in_reach(problem, plan, goal.radius).items():
            findings.expect(count >= least, "backup", f"demand point '{name}'", f"has {count} open sites within the radius, not {least}")


def _sites_in_reach(problem: FacilityLocationProblem, plan: SitePlan, radius: float) -> dict[str, int]:
    columns = [col for col, name in enumerate(problem.site_ids) if name in plan.sites]
    return {name: sum(cost_of(problem, row, col) <= radius for col in columns) for row, name in enumerate(problem.demand_ids)}


def cost_of(problem: FacilityLocationProblem, row: int, col: int) -> float:
    """Return the cost from a demand point to a site, infinity where the problem gives none."""
    if problem.nearest is None:
        return float(problem.cost[row, col])
    listed = problem.nearest[row].tolist()
    return float(problem.cost[row, listed.index(col)]) if col in listed else math.inf


def _check_capacity(findings: Findings, problem: FacilityLocationProblem, plan: SitePlan) -> None:
    if problem.capacity is None:
        return
    room = dict(zip(problem.site_ids, problem.capacity.tolist(), strict=True))
    for name, load in plan.load.items():
        over = load - room[name]
        findings.expect(over <= _ROUNDING * max(1.0, room[name]), "capacity", f"site '{name}'", f"serves {load:g}, holds {room[name]:g}")


def _check_objective(findings: Findings, problem: FacilityLocationProblem, plan: SitePlan) -> None:
    weight = dict(zip(problem.demand_ids, problem.weights.tolist(), strict=True))
    fixed = _fixed_cost(problem, plan.sites)
    service = math.fsum(weight[row.demand_id] * row.cost * row.share for row in plan.assignments)
    match plan.goal:
        case PMedian():
            cost = service
        case FairCover():
            cost = _largest_uncovered(problem, plan)
        case PGini():
            cost = _gini([(row.cost, weight[row.demand_id]) for row in plan.assignments])
        case PCenter() | PLeximin():
            cost = max(row.cost for row in plan.assignments)
        case SetCover() | BackupCover():
            cost = fixed if problem.opening_costs.any() else float(len(plan.sites))
        case MaxBackupCover(radius=radius, times=times):
            reach = _sites_in_reach(problem, plan, radius)
            cost = math.fsum(value for name, value in weight.items() if reach[name] < times)
        case MaxCover():
            covered = dict.fromkeys(weight, 0.0)
            for row in plan.assignments:
                covered[row.demand_id] += row.share
            cost = math.fsum(value * max(0.0, 1.0 - covered[name]) for name, value in weight.items())
        case FixedCharge():
            cost = fixed + service + (0.0 if problem.upstream is None else _fixed_cost(problem.upstream, plan.sources))
    near = abs(plan.objective - cost) <= _ROUNDING * max(1.0, abs(cost))
    findings.expect(near, "objective", "plan", f"says {plan.objective}, sites and assignments make {cost}")


def _largest_uncovered(problem: FacilityLocationProblem, plan: SitePlan) -> float:
    covered = {row.demand_id for row in plan.assignments}
    whole: dict[str, float] = defaultdict(float)
    missed: dict[str, float] = defaultdict(float)
    for name, group, weight in zip(problem.demand_ids, problem.group or (), problem.weights.tolist(), strict=True):
        whole[group] += weight
        missed[group] += 0.0 if name in covered else weight
    return max((missed[group] / total for group, total in whole.items() if total > 0), default=0.0)


def _gini(pairs: list[tuple[float, float]]) -> float:
    """Return the Gini coefficient of (value, weight) as twice the area between the Lorenz curve and equality."""
    mass, total = math.fsum(weight for _, weight in pairs), math.fsum(value * weight for value, weight in pairs)
    if total <= 0:
        return 0.0
    area = have = 0.0
    for value, weight in sorted(pairs):
        area += weight * (2 * have + value * weight)
        have += value * weight
    return 1.0 - area / (mass * total)
