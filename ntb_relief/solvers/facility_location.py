"""Solve a facility-location problem: encode, search and bound in bounded steps, decode, verify."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .._version import __version__
from ..errors import SolverError
from ..model.facility_location import check_goal
from ..model.facility_location_goals import (
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
from ..plan.result import Result, Status
from ..plan.site_plan import Assignment, SitePlan
from ..plan.verify.sites import verify_sites
from .siting_found import Found, serve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..model.facility_location import FacilityLocationProblem
    from ..model.facility_location_goals import Goal
    from .progress import OnProgress
    from .siting_clock import Clock
    from .stop import StopCriterion


def solve_facility_location(
    problem: FacilityLocationProblem,
    *,
    goal: Goal,
    stop: StopCriterion | None = None,
    rng: int = 0,
    threads: int = 1,
    on_progress: OnProgress | None = None,
) -> Result[SitePlan]:
    """Choose sites and who is served by which, with a proven bound.

    Without capacities: annealed swap search (Resende & Werneck 2007, EJOR 182(1)) beside Lagrangian bounds, reduced-cost
    fixing and branching on these bounds; p-center by bisection over set covers. With capacities: Lagrangian bounds with a
    knapsack a site beside annealed sites and assignments, branching on sites, and HiGHS on the few pairs of site and
    demand point that are left. Maximal covering: annealed swaps after aggregation and dominance. Backup covering: HiGHS
    after both. A budget: Lagrangian bounds with a knapsack of sites, ruin and recreate, HiGHS on what fixing leaves.
    Equity goals: swaps, then a program a level, or for `PGini` branch and bound on boxes of costs; of large problems the
    first level is bounded, later ones need not be proven (the status then says so even where the gap is 0), and the bound
    of `PGini` is far away. Two echelons: branching on the sources, one echelon a node.

    Parameters
    ----------
    problem : FacilityLocationProblem
    goal : PMedian, PCenter, SetCover, BackupCover, MaxCover, MaxBackupCover, FairCover, PLeximin, PGini or FixedCharge
    stop : StopCriterion, optional
        `MaxRuntime`, or `MaxIterations` in bounded steps of some 50 ms, repeatable by seed; ``None`` searches until the
        optimum is proven.
    rng : int
        Seed.
    threads : int
        Accepted for all solvers alike; this search uses one.
    on_progress : callable, optional
        Called after each step.

    Returns
    -------
    Result of SitePlan
        `OPTIMAL` only where the bound proves it; `INFEASIBLE` where no choice of sites serves all; `NO_SOLUTION` where
        none was found in time.

    Raises
    ------
    InputError
        Where the goal does not fit the problem.

    Examples
    --------
    >>> import numpy as np
    >>> from ntb_relief.model.facility_location import FacilityLocationProblem
    >>> from ntb_relief.model.facility_location_goals import PMedian
    >>> cost = np.array([[0.0, 4, 9], [4, 0, 5], [9, 5, 0]])
    >>> problem = FacilityLocationProblem(("a", "b", "c"), ("a", "b", "c"), cost)
    >>> result = solve_facility_location(problem, goal=PMedian(2))
    >>> result.status, result.objective, result.plan.sites
    (<Status.OPTIMAL: 'optimal'>, 4.0, ('a', 'c'))
    """
    from .siting_clock import Clock

    check_goal(problem, goal)
    clock = Clock(stop, on_progress)
    found = _search(problem, goal, seed=rng, clock=clock)
    bound = found.bound
    plan = None if not math.isfinite(found.cost) else build_site_plan(problem, goal, found)
    status = _status(plan, bound if found.is_whole else -math.inf, clock=clock)
    objective = math.inf if plan is None else plan.objective
    return Result(
        plan=plan,
        status=status,
        objective=objective,
        bound=objective if status is Status.OPTIMAL else bound if math.isfinite(bound) else None,
        seconds=clock.seconds,
        iterations=clock.iterations,
        seed=rng,
        threads=threads,
        trace=tuple(clock.trace),
        version=__version__,
    )


def _search(problem: FacilityLocationProblem, goal: Goal, *, seed: int, clock: Clock) -> Found:
    if problem.upstream is not None:
        from .siting_echelons import search_echelons

        return search_echelons(problem, goal, clock=clock, search=lambda one, part: _search(one, goal, seed=seed, clock=part))
    if problem.capacity is not None:
        from .siting_held import search_held

        held = search_held(problem, goal, seed=seed, clock=clock)
        return Found(held.chosen, held.shares, held.cost, held.bound)
    if isinstance(goal, PCenter):
        from .siting_center import search_center

        answer = search_center(problem, goal, seed=seed, clock=clock)
        return Found(answer.chosen, None, answer.cost, answer.bound)
    if isinstance(goal, FairCover | PLeximin | PGini):
        from .siting_fair import search_fair

        answer, is_whole = search_fair(problem, goal, seed=seed, clock=clock)
        return Found(answer.chosen, None, answer.cost, answer.bound, is_whole)
    if isinstance(goal, BackupCover | MaxBackupCover):
        from .siting_backup import search_backup

        answer = search_backup(problem, goal, clock=clock)
    elif isinstance(goal, PMedian | MaxCover) and goal.budget is not None:
        from .siting_budget import search_budget

        answer = search_budget(problem, goal, seed=seed, clock=clock)
    else:
        return _search_open(problem, goal, seed=seed, clock=clock)
    return Found(answer.chosen, None, answer.cost, answer.bound)


def _search_open(problem: FacilityLocationProblem, goal: Goal, *, seed: int, clock: Clock) -> Found:
    """Answer a goal that is an uncapacitated core as it stands."""
    from .siting_cover import search_cover
    from .siting_encode import encode_task
    from .siting_open import OpenSearch

    if isinstance(goal, MaxCover):
        from .siting_max_cover import encode_cover

        covering = encode_cover(problem, goal)
        answer = OpenSearch(covering, seed=seed).run(clock)
        bound = max(answer.bound, 0.0)
        is_exact = bound >= answer.cost - max(covering.grain * (1 - 1e-6), 1e-9 * float(problem.weights.sum()))
        return Found(answer.chosen, None, answer.cost, answer.cost if is_exact else bound)
    task = encode_task(problem, goal)
    answer = search_cover(task, seed=seed, clock=clock) if isinstance(goal, SetCover) else OpenSearch(task, seed=seed).run(clock)
    cost, bound = answer.cost, max(answer.bound, 0.0)
    # Serving from outside stands for not serving: no real answer costs as much.
    lost = float(task.outside[0])
    cost = cost if cost < lost else math.inf
    bound = bound if bound < lost else math.inf
    if cost - bound <= 1e-9 * abs(cost) or (task.grain and bound > cost - task.grain):
        bound = cost
    return Found(answer.chosen, None, cost, bound)


def _status(plan: SitePlan | None, bound: float, *, clock: Clock) -> Status:
    if plan is None:
        return Status.INFEASIBLE if bound == math.inf else Status.NO_SOLUTION
    if bound >= plan.objective - 1e-9 * abs(plan.objective):
        return Status.OPTIMAL
    return Status.ITERATION_LIMIT if clock.stop is None else clock.stop.status


def build_site_plan(problem: FacilityLocationProblem, goal: Goal, found: Found) -> SitePlan:
    """Return the plan of a set of open sites, judged by `verify_sites`.

    Parameters
    ----------
    problem : FacilityLocationProblem
    goal : Goal
    found : Found
        Without shares each demand point is served from its cheapest open site.

    Raises
    ------
    SolverError
        Where the plan breaks a rule: a defect of the engine.
    """
    weights, opening, chosen = problem.weights, problem.opening_costs, found.chosen
    spent = math.fsum(opening[chosen].tolist())
    sources: tuple[str, ...] = ()
    source_of: Sequence[str | None] = (None,) * len(chosen)
    if problem.upstream is None:
        row, site, cost, share = serve(problem, goal, found)
    else:
        from .siting_echelons import serve_through

        (row, site, cost, share), sources, source_of = serve_through(problem, goal, found)
        spent += math.fsum(problem.upstream.opening_costs[found.sources].tolist())
    service = math.fsum((weights[row] * cost * share).tolist())
    match goal:
        case PCenter() | PLeximin():
            objective = float(cost.max())
        case PGini():
            from .siting_gini import gini

            objective = gini(cost, weights)
        case FairCover():
            objective = float(1.0 - _covered_shares(problem, row).min(initial=1.0))
        case MaxBackupCover():
            hits = sites_within(problem, goal.radius, chosen)
            objective = math.fsum(weights[hits < goal.times].tolist())
        case SetCover() | BackupCover():
            objective = float(opening[chosen].sum() if opening.any() else chosen.sum())
        case MaxCover():
            covered = np.bincount(row, share, minlength=len(weights))
            objective = math.fsum((weights * np.maximum(0.0, 1.0 - covered)).tolist())
        case _:
            objective = service + (spent if isinstance(goal, FixedCharge) else 0.0)
    assignments = tuple(
        Assignment(problem.demand_ids[i], problem.site_ids[j], c, s, source_of[j])
        for i, j, c, s in zip(row.tolist(), site.tolist(), cost.tolist(), share.tolist(), strict=True)
    )
    plan = SitePlan(problem, goal, tuple(problem.site_ids[j] for j in np.flatnonzero(chosen)), assignments, objective, sources)
    violations = verify_sites(problem, plan)
    if violations:
        message = f"the siting engine returned a plan that breaks {len(violations)} rules, first: {violations[0]}"
        raise SolverError(message)
    return plan


def sites_within(problem: FacilityLocationProblem, radius: float, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many open sites each demand point has within a radius, shape (N,)."""
    if problem.nearest is None:
        return np.asarray((problem.cost[:, chosen] <= radius).sum(axis=1), np.int64)
    return np.asarray((chosen[problem.nearest] & (problem.nearest >= 0) & (problem.cost <= radius)).sum(axis=1), np.int64)


def _covered_shares(problem: FacilityLocationProblem, row: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of each group's weight that these demand points have; groups without weight are left out."""
    groups, number = np.unique(np.array(problem.group), return_inverse=True)
    whole = np.bincount(number, problem.weights, minlength=len(groups))
    part = np.bincount(number[row], problem.weights[row], minlength=len(groups))
    return np.asarray(part[whole > 0] / whole[whole > 0], np.float64)
