"""Solve a pre-positioning: search with a bound, list the deliveries, judge; and test a plan on scenarios it has not seen."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from .._version import __version__
from ..errors import IssueLog, SolverError
from ..model.prepositioning import StockScenario, check_probabilities, check_scenarios
from ..model.prepositioning_risks import CVaR, Expected
from ..plan.result import Result, Status
from ..plan.stock_plan import Deliveries, StockCosts, StockPlan
from ..plan.verify.stock import verify_prepositioning

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ..model.prepositioning import PrepositioningProblem
    from ..model.prepositioning_risks import Risk
    from .prepositioning_recourse import Recourse
    from .prepositioning_search import Found
    from .progress import OnProgress
    from .stop import StopCriterion

    Floats = NDArray[np.float64]

_PROVEN: Final = 1e-6
"""Relative gap that linear programs leave open by rounding."""
_TAIL: Final = 0.1


def solve_prepositioning(
    problem: PrepositioningProblem,
    *,
    risk: Risk | None = None,
    gap: float = 1e-3,
    stop: StopCriterion | None = None,
    rng: int = 0,
    threads: int = 1,
    on_progress: OnProgress | None = None,
) -> Result[StockPlan]:
    """Choose stores and stock before the event, with a proven bound (two stages, Rawls and Turnquist 2010).

    Benders cuts from a dual network simplex that serves all scenarios in milliseconds, strengthened by openings (a site open in
    part serves no point beyond that part), on a master program of GLOP and, for whole stores, HiGHS.

    Parameters
    ----------
    problem : PrepositioningProblem
    risk : Expected, CVaR or Robust, optional
        What counts of the costs after the event; by default their mean.
    gap : float
        Relative gap at which the search ends, 0 or more; below 1e-6 nothing can be proven.
    stop : StopCriterion, optional
        `MaxRuntime`, or `MaxIterations` in passes over all scenarios, repeatable; ``None`` searches until the gap is closed.
    rng : int
        Accepted for all solvers alike; this search has no chance in it.
    threads : int
        Share the scenarios of a pass; the answer is the same for any number.
    on_progress : callable, optional
        Called after each pass.

    Returns
    -------
    Result of StockPlan
        `INFEASIBLE` where no stock can meet the service levels.

    Raises
    ------
    InputError
        For a gap or a number of threads that cannot be.

    Examples
    --------
    >>> import numpy as np
    >>> from ntb_relief.model.prepositioning import PrepositioningProblem, StockScenario
    >>> way = np.array([[1000.0, 9000.0], [9000.0, 1000.0]])
    >>> hit = [StockScenario(f"hit {k}", 0.5, np.eye(2)[:, [k]] * 10, np.ones(2), way) for k in range(2)]
    >>> problem = PrepositioningProblem(
    ...     ("a", "b"), ("small",), ("p", "q"), ("rice",), [[10.0], [10.0]], [[5.0], [9.0]], [1.0], [1.0], [100.0], [1.0], tuple(hit)
    ... )
    >>> result = solve_prepositioning(problem)
    >>> result.status, result.plan.sizes, round(result.objective, 6)
    (<Status.OPTIMAL: 'optimal'>, {'a': 'small', 'b': 'small'}, 44.0)
    """
    from .prepositioning_recourse import Recourse
    from .prepositioning_search import Search
    from .siting_clock import Clock

    _check_asked(gap, threads)
    risk = Expected() if risk is None else risk
    clock = Clock(stop, on_progress)
    recourse = Recourse(problem, problem.scenarios, threads=threads)
    found = Search(problem, recourse, risk=risk, gap=gap, clock=clock).run()
    seconds = clock.seconds
    plan = None if found.point is None else _build_plan(problem, risk, recourse, found)
    objective = math.inf if plan is None else plan.objective
    status = _status(objective, found.bound, gap=gap, limit=Status.ITERATION_LIMIT if stop is None else stop.status)
    bound = min(found.bound, objective)
    return Result(
        plan=plan,
        status=status,
        objective=objective,
        bound=bound if math.isfinite(bound) else None,
        seconds=seconds,
        iterations=clock.iterations,
        seed=rng,
        threads=threads,
        trace=tuple(clock.trace),
        version=__version__,
    )


def _check_asked(gap: float, threads: int) -> None:
    log = IssueLog()
    if not 0 <= gap < math.inf:
        log.add("gap", f"is {gap}", "give a relative gap >= 0, such as 0.01")
    if threads < 1:
        log.add("threads", f"is {threads}", "give 1 or more")
    log.raise_if_any()


def _status(objective: float, bound: float, *, gap: float, limit: Status) -> Status:
    if objective == math.inf:
        return Status.INFEASIBLE if bound == math.inf else Status.NO_SOLUTION
    if objective - bound <= _PROVEN * abs(objective):
        return Status.OPTIMAL
    return Status.GAP_REACHED if objective - bound <= max(gap, _PROVEN) * abs(objective) * (1 + _PROVEN) else limit


def _build_plan(problem: PrepositioningProblem, risk: Risk, recourse: Recourse, found: Found) -> StockPlan:
    assert found.point is not None  # noqa: S101 - the caller looked
    opened: NDArray[np.bool_] = np.rint(found.point.opened).astype(np.bool_)
    stock = np.maximum(found.point.stock, 0.0)
    stock = _fit(problem, opened, np.where(opened.sum(axis=1, keepdims=True) > 0, stock, 0.0))
    sizes = {problem.site_ids[site]: problem.size_ids[size] for site, size in zip(*np.nonzero(opened), strict=True)}
    deliveries = Deliveries(*recourse.flows(stock))
    first = float((opened * problem.cost_idr).sum() + (stock * problem.purchase_idr).sum())
    costs, unmet = _costs_of(problem, problem.scenarios, deliveries)
    after = float(risk.weights(costs, recourse.probability) @ costs)
    stock.flags.writeable = False
    plan = StockPlan(problem, risk, sizes, stock, deliveries, first + after, _sum_up(problem, recourse.probability, first, costs, unmet))
    violations = verify_prepositioning(problem, plan)
    if violations:
        message = f"the pre-positioning engine returned a plan that breaks {len(violations)} rules, first: {violations[0]}"
        raise SolverError(message)
    return plan


def _fit(problem: PrepositioningProblem, opened: NDArray[np.bool_], stock: Floats) -> Floats:
    """Return the stock without what rounding put beyond rooms."""
    room = (opened * problem.capacity_l).sum(axis=1)
    volume = stock @ problem.volume_l
    part = np.minimum(1.0, np.divide(room, volume, out=np.ones_like(room), where=volume > room))
    fitted: Floats = stock * part[:, None]
    return fitted


def _costs_of(problem: PrepositioningProblem, scenarios: Sequence[StockScenario], sent: Deliveries) -> tuple[Floats, Floats]:
    """Return the cost of each scenario after the event and what it leaves unmet, shape (W, I)."""
    site = {name: row for row, name in enumerate(problem.site_ids)}
    home = np.array([*range(len(site)), *(site[vendor.site_id] for vendor in problem.vendors)], np.int64)
    price = np.concatenate([np.zeros(len(site)), [vendor.price_idr for vendor in problem.vendors]])
    need = np.array([one.need.sum(axis=0) for one in scenarios])
    distance_m = np.array([one.distance_m for one in scenarios])[sent.scenario, home[sent.row], sent.point]
    each = sent.units * (problem.carry_idr_km[sent.item] * distance_m / 1000.0 + price[sent.row])
    served = np.zeros_like(need)
    np.add.at(served, (sent.scenario, sent.item), sent.units)
    unmet = np.maximum(need - served, 0.0)
    return np.bincount(sent.scenario, weights=each, minlength=len(scenarios)) + unmet @ problem.penalty_idr, unmet


def _sum_up(problem: PrepositioningProblem, probability: Floats, first: float, costs: Floats, unmet: Floats) -> StockCosts:
    needed = np.zeros(unmet.shape[1])
    mean = float(probability @ costs)
    tail = float(CVaR(_TAIL).weights(costs, probability) @ costs)
    for weight, scenario in zip(probability.tolist(), problem.scenarios, strict=True):
        needed += weight * scenario.need.sum(axis=0)
    share = np.divide(probability @ unmet, needed, out=np.zeros_like(needed), where=needed > 0)
    half = _half_width(costs, probability)
    return StockCosts(
        first_idr=first,
        mean_idr=mean,
        tail_idr=tail,
        worst_idr=float(costs.max()),
        unmet_share=dict(zip(problem.item_ids, share.tolist(), strict=True)),
        interval_idr=(first + mean - half, first + mean + half),
        num_scenarios=len(costs),
    )


def _half_width(costs: Floats, probability: Floats) -> float:
    """Return half the 95 % interval of the mean; unequal weights count as fewer draws (Kish 1965)."""
    from scipy.stats import t

    draws = 1.0 / float((probability**2).sum())
    if draws < 1 + 1e-9:
        return math.inf
    variance = float(probability @ (costs - probability @ costs) ** 2) * draws / (draws - 1)
    return float(t.ppf(0.975, draws - 1)) * math.sqrt(variance / draws)


def evaluate_stock(plan: StockPlan, scenarios: Sequence[StockScenario], *, threads: int = 1) -> StockCosts:
    """Return what a plan costs in other scenarios than those it was made for, each served at least cost.

    Parameters
    ----------
    plan : StockPlan
    scenarios : sequence of StockScenario
        In the shapes of the plan's problem. Service levels are not asked for in them: see ``unmet_share``.
    threads : int

    Returns
    -------
    StockCosts
        With the 95 % confidence interval of the cost to expect.

    Raises
    ------
    InputError
        With everything wrong with the scenarios.
    """
    from .prepositioning_recourse import Recourse

    log = IssueLog()
    checked = check_scenarios(plan.problem, scenarios, log=log)
    check_probabilities(log, checked)
    log.raise_if_any()
    free = plan.problem.replace(service={}, scenarios=checked)
    recourse = Recourse(free, checked, threads=threads)
    costs, unmet = _costs_of(free, checked, Deliveries(*recourse.flows(plan.stock)))
    return _sum_up(free, recourse.probability, plan.costs.first_idr, costs, unmet)


@dataclass(frozen=True, slots=True)
class StochasticValue:
    """What planning for many scenarios is worth against planning for their mean.

    Parameters
    ----------
    mean_sizes : mapping of str to str
        Stores of the plan for the mean scenario.
    mean_stock : float64 array, shape (S, I)
    mean_objective_idr : float or None
        What that plan costs in the real scenarios, in the measure asked for; None where it misses a service level.
    saving_idr : float or None
        That cost less the objective of the plan: the value of the stochastic solution (Birge and Louveaux 2011). Below 0 only
        by as much as the gap of the plan leaves open.
    """

    mean_sizes: Mapping[str, str]
    mean_stock: Floats = field(repr=False, compare=False)
    mean_objective_idr: float | None
    saving_idr: float | None


def stochastic_value(plan: StockPlan, *, gap: float = 1e-3, stop: StopCriterion | None = None, threads: int = 1) -> StochasticValue:
    """Plan for the mean of all scenarios and tell what that plan costs in them, against a plan made for all.

    Parameters
    ----------
    plan : StockPlan
        From `solve_prepositioning`.
    gap, stop, threads
        As for `solve_prepositioning`, of the plan for the mean.
    """
    from .prepositioning_recourse import Recourse

    problem = plan.problem
    mean = solve_prepositioning(problem.replace(scenarios=(mean_scenario(problem),), service={}), gap=gap, stop=stop, threads=threads)
    other = mean.plan_or_raise()
    recourse = Recourse(problem, problem.scenarios, threads=threads)
    costs, unmet = _costs_of(problem, problem.scenarios, Deliveries(*recourse.flows(other.stock)))
    is_served = not (unmet > recourse.allowed + _PROVEN * (1 + recourse.need.sum(axis=1))).any()
    total = other.costs.first_idr + float(plan.risk.weights(costs, recourse.probability) @ costs) if is_served else None
    return StochasticValue(other.sizes, other.stock, total, None if total is None else total - plan.objective)


def mean_scenario(problem: PrepositioningProblem) -> StockScenario:
    """Return the mean of all scenarios: a way is open where it mostly is, with the mean of its open lengths."""
    probability = np.array([one.probability for one in problem.scenarios])
    distance_m = np.array([one.distance_m for one in problem.scenarios])
    is_open = distance_m >= 0
    often = np.einsum("w,wsp->sp", probability, is_open.astype(np.float64))
    length_m = np.einsum("w,wsp->sp", probability, np.where(is_open, distance_m, 0.0))
    mean_m = np.where(often >= 1 / 2, np.divide(length_m, often, out=np.zeros_like(often), where=often > 0), -1.0)
    need = np.einsum("w,wpi->pi", probability, np.array([one.need for one in problem.scenarios]))
    return StockScenario("mean", 1.0, need, np.minimum(1.0, probability @ np.array([one.survival for one in problem.scenarios])), mean_m)
