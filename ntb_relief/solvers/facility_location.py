"""Solve a facility-location problem: encode, search and bound in bounded steps, decode, verify."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .._version import __version__
from ..errors import InputError, Issue, SolverError
from ..model.facility_location import check_goal
from ..model.facility_location_goals import MaxCover, PCenter, SetCover
from ..plan.result import Result, Status
from ..plan.site_plan import Assignment, SitePlan
from ..plan.verify.sites import verify_sites

if TYPE_CHECKING:
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
    demand point that are left. Maximal covering: annealed swaps after aggregation and dominance.

    Parameters
    ----------
    problem : FacilityLocationProblem
    goal : PMedian, PCenter, SetCover, MaxCover or FixedCharge
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
    if isinstance(goal, PCenter) and problem.capacity is not None:
        raise InputError([Issue("goal PCenter", "does not look at capacities", "leave capacity out, or use PMedian or FixedCharge")])
    clock = Clock(stop, on_progress)
    chosen, shares, cost, bound = _search(problem, goal, seed=rng, clock=clock)
    plan = None if not math.isfinite(cost) else build_site_plan(problem, goal, chosen, shares)
    status = _status(plan, bound, clock=clock)
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


def _search(
    problem: FacilityLocationProblem, goal: Goal, *, seed: int, clock: Clock
) -> tuple[NDArray[np.bool_], NDArray[np.float64] | None, float, float]:
    """Return open sites, shares (M, N) where demand points may be split, cost and bound."""
    if problem.capacity is not None:
        from .siting_capacitated import CapacitatedSearch, encode_sites
        from .siting_tree import SiteTree

        search = CapacitatedSearch(encode_sites(problem, goal), mode=problem.site_modes, is_single=problem.is_single_source, seed=seed)
        found = search.run(clock)
        if not (search.is_proven or clock.is_over):
            SiteTree(search).run(clock)
        if found.shares is not None and search.is_proven:
            found.bound = found.cost
        return found.chosen, found.shares, found.cost, found.bound
    if isinstance(goal, PCenter):
        from .siting_center import search_center

        answer = search_center(problem, p=goal.p, seed=seed, clock=clock)
        return answer.chosen, None, answer.cost, answer.bound
    from .siting_cover import search_cover
    from .siting_encode import encode_task
    from .siting_open import OpenSearch

    if isinstance(goal, MaxCover):
        from .siting_max_cover import encode_cover

        covering = encode_cover(problem, goal)
        answer = OpenSearch(covering, seed=seed).run(clock)
        bound = max(answer.bound, 0.0)
        is_exact = bound >= answer.cost - max(covering.grain * (1 - 1e-6), 1e-9 * float(problem.weights.sum()))
        return answer.chosen, None, answer.cost, answer.cost if is_exact else bound
    task = encode_task(problem, goal)
    answer = search_cover(task, seed=seed, clock=clock) if isinstance(goal, SetCover) else OpenSearch(task, seed=seed).run(clock)
    cost, bound = answer.cost, answer.bound
    # Serving from outside stands for not serving: no real answer costs as much.
    lost = float(task.outside[0])
    cost = cost if cost < lost else math.inf
    bound = bound if bound < lost else math.inf
    if cost - bound <= 1e-9 * abs(cost) or (task.grain and bound > cost - task.grain):
        bound = cost
    return answer.chosen, None, cost, bound


def _status(plan: SitePlan | None, bound: float, *, clock: Clock) -> Status:
    if plan is None:
        return Status.INFEASIBLE if bound == math.inf else Status.NO_SOLUTION
    if bound >= plan.objective - 1e-9 * abs(plan.objective):
        return Status.OPTIMAL
    return Status.ITERATION_LIMIT if clock.stop is None else clock.stop.status


def build_site_plan(
    problem: FacilityLocationProblem, goal: Goal, chosen: NDArray[np.bool_], shares: NDArray[np.float64] | None = None
) -> SitePlan:
    """Return the plan of a set of open sites, judged by `verify_sites`.

    Parameters
    ----------
    problem : FacilityLocationProblem
    goal : Goal
    chosen : bool array, shape (M,)
    shares : float64 array, shape (M, N), optional
        Of each demand point by site; None serves each from its cheapest open site.

    Raises
    ------
    SolverError
        Where the plan breaks a rule: a defect of the engine.
    """
    rows = _nearest_sites(problem, goal, chosen) if shares is None else _shared_sites(problem, shares)
    weights, opening = problem.weights, problem.opening_costs
    row, site, cost, share = rows
    service = math.fsum((weights[row] * cost * share).tolist())
    match goal:
        case PCenter():
            objective = float(cost.max())
        case SetCover():
            objective = float(opening[chosen].sum() if opening.any() else chosen.sum())
        case MaxCover():
            objective = math.fsum(np.delete(weights, row).tolist())
        case _:
            objective = service + (math.fsum(opening[chosen].tolist()) if type(goal).__name__ == "FixedCharge" else 0.0)
    assignments = tuple(
        Assignment(problem.demand_ids[i], problem.site_ids[j], c, s)
        for i, j, c, s in zip(row.tolist(), site.tolist(), cost.tolist(), share.tolist(), strict=True)
    )
    plan = SitePlan(problem, goal, tuple(problem.site_ids[j] for j in np.flatnonzero(chosen)), assignments, objective)
    violations = verify_sites(problem, plan)
    if violations:
        message = f"the siting engine returned a plan that breaks {len(violations)} rules, first: {violations[0]}"
        raise SolverError(message)
    return plan


_Rows = tuple["NDArray[np.int64]", "NDArray[np.int64]", "NDArray[np.float64]", "NDArray[np.float64]"]


def _nearest_sites(problem: FacilityLocationProblem, goal: Goal, chosen: NDArray[np.bool_]) -> _Rows:
    if problem.nearest is None:
        names = np.flatnonzero(chosen)
        entry = problem.cost[:, chosen].argmin(axis=1)
        site, cost = names[entry], problem.cost[np.arange(len(problem.cost)), names[entry]]
    else:
        served = np.where(chosen[problem.nearest] & (problem.nearest >= 0), problem.cost, math.inf)
        entry = served.argmin(axis=1)
        site, cost = problem.nearest[np.arange(len(served)), entry].astype(np.int64), served[np.arange(len(served)), entry]
    row = np.flatnonzero(cost <= goal.radius) if isinstance(goal, MaxCover) else np.arange(len(cost))
    return row, site[row], cost[row], np.ones(len(row))


def _shared_sites(problem: FacilityLocationProblem, shares: NDArray[np.float64]) -> _Rows:
    part = np.where(shares.T > 1e-12, shares.T, 0.0)  # noqa: PLR2004 - dust of the linear program
    part /= part.sum(axis=1, keepdims=True)
    row, site = np.nonzero(part)
    if problem.nearest is None:
        cost = problem.cost[row, site]
    else:
        entry = (problem.nearest[row] == site[:, None]).argmax(axis=1)
        cost = problem.cost[row, entry]
    return row, site, cost, part[row, site]
