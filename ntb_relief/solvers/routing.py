"""Solve a routing problem: encode, search in bounded steps, decode, verify."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .._version import __version__
from ..errors import SolverError
from ..kernels.routing.arrays import BEST
from ..model.routing_limits import check_limits
from ..plan.result import Result, Status
from ..plan.route_plan import RoutePlan
from ..plan.timetable import Timetable, with_amounts
from ..plan.verify import verify_routes
from .progress import Progress
from .routing_bound import is_hopeless, lower_bound
from .routing_exact import prove_best
from .routing_exact_labels import MAX_LABELS
from .routing_large import is_large, search_large
from .trajectory import run_trajectories
from .tuning import Tuning
from .warm_start import completed, driven_by, solution_of, visits_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..kernels.routing.arrays import BestCopy
    from ..model.instance import Instance
    from ..model.routing import RoutingProblem
    from ..plan.result import Step
    from .progress import OnProgress
    from .routing_exact import Proof
    from .routing_large import LargeOutcome
    from .stop import StopCriterion
    from .trajectory import Outcome

_NOT_YET: Final = 0.99
_LABELS_PER_S: Final = 5_000
"""Labels of a proof for each second of a run: a sixth of its time."""
_WHOLE: Final = 1e-9


def solve_routing(
    problem: RoutingProblem,
    *,
    stop: StopCriterion,
    rng: int = 0,
    threads: int = 1,
    on_progress: OnProgress | None = None,
    replay: Sequence[Step] | None = None,
    warm_start: RoutePlan | None = None,
) -> Result[RoutePlan]:
    """Find routes of low cost that serve the stops.

    String-removal ruin and recreate with simulated annealing (SISR; Christiaens & Vanden Berghe 2020,
    Transportation Science 54(2)). Large problems are searched in blocks of neighbouring routes, see `routing_large`, unless
    stops may be split between routes; alternatives and both ends of a transfer always stay in one block.

    Parameters
    ----------
    problem : RoutingProblem
    stop : StopCriterion
        `MaxRuntime` or `MaxIterations`; iterations are counted over all threads.
    rng : int
        Seed.
    threads : int
        Searches side by side; they take over the best solution at recorded points.
    on_progress : callable, optional
        Called a few times a second, and never from another thread.
    replay : sequence of Step, optional
        `Result.replay` of an earlier run with the same problem, seed and threads: repeats it exactly; `stop` then
        only names the status.
    warm_start : RoutePlan, optional
        Plan to begin from: its routes and the order of their stops count, its hours are worked out anew. Stops it does not
        name are unserved and are then inserted. The result is never worse: it leaves out no more of the stops that must be
        served, and where it leaves out as many it costs no more.

    Returns
    -------
    Result of RoutePlan
        `OPTIMAL` where the plan is proved best: small problems nearly always are, see `routing_exact`; the search then ends
        at once. `INFEASIBLE` where it is proved that not every required stop can be served; the plan then serves the others.
        The bound is weak, see `routing_bound`, unless it proves the plan optimal; None where a required stop is left out.

    Raises
    ------
    InputError
        Where a number is too large for sums over a plan, or the problem cannot be encoded; where the warm start names what is
        not in the problem, serves a stop twice or breaks a rule, with all that is wrong with it.
    """
    # Loaded before the clock starts: a first import takes longer than a short search.
    import scipy.optimize  # noqa: F401

    from ..model.instance import encode

    check_limits(problem)
    warm = None if warm_start is None else completed(problem, warm_start)
    begin = time.perf_counter()

    def tell(seconds: float, iterations: int, cost: int, fraction: float) -> None:
        if on_progress is not None:
            on_progress(Progress("routing", seconds, iterations, cost / problem.cost_scale, min(1.0, fraction)))

    def result(plan: RoutePlan, outcome: Outcome | LargeOutcome, *, status: Status, bound: float | None) -> Result[RoutePlan]:
        return Result(
            plan=plan,
            status=status,
            objective=plan.cost,
            bound=bound,
            seconds=time.perf_counter() - begin,
            iterations=outcome.iterations,
            seed=rng,
            threads=threads,
            trace=outcome.trace,
            replay=outcome.replay,
            version=__version__,
        )

    if is_large(problem):
        large = search_large(problem, stop=stop, seed=rng, threads=threads, tell=tell, replay=replay, start=warm)
        return result(_better(problem, _judged(problem, large.plan), warm), large, status=large.status, bound=None)
    driven = [] if warm is None else driven_by(problem, warm)
    instance = encode(problem, visits=visits_of(problem, driven))
    begin = time.perf_counter()
    proof = prove_best(problem, most_labels=_labels_within(stop))
    bound = lower_bound(instance) if proof is None else proof.plan.cost
    ending = _UntilProved(stop, target=_scaled(instance, bound, proof), spent_s=time.perf_counter() - begin)

    def follow(seconds: float, iterations: int, cost: int, fraction: float) -> None:
        ending.see(cost)
        tell(seconds, iterations, cost, fraction)

    tuning = Tuning.for_instance(instance)
    start = None if warm is None else solution_of(instance, driven)
    outcome = run_trajectories(instance, stop=ending, seed=rng, threads=threads, tuning=tuning, tell=follow, replay=replay, start=start)
    ending.see(int(outcome.best.total[BEST]))
    plan = build_plan(instance, outcome.best)
    if proof is not None and not (ending.is_proved and _steps(problem, plan.cost) <= _steps(problem, proof.plan.cost)):
        # The search mostly meets the proved cost long before its end; here it did not.
        plan = _judged(problem, proof.plan)
    plan = _better(problem, plan, warm)
    required_out = _required_out(problem, plan)
    status = outcome.status
    if not required_out and _steps(problem, plan.cost) <= _steps(problem, bound):
        status, bound = Status.OPTIMAL, plan.cost
    elif required_out and (proof is not None or is_hopeless(instance)):
        status = Status.INFEASIBLE
    return result(plan, outcome, status=status, bound=None if required_out else bound)


@dataclass(slots=True)
class _UntilProved:
    """A stop criterion that also ends once the best cost is one that is proved; told by the search what it has found."""

    stop: StopCriterion
    target: int
    spent_s: float
    is_proved: bool = False

    def see(self, cost: int) -> None:
        self.is_proved |= cost <= self.target

    def fraction(self, *, seconds: float, iterations: int) -> float:
        if self.is_proved:
            return 1.0
        share = self.stop.fraction(seconds=seconds + self.spent_s, iterations=iterations)
        # However long the attempt at a proof took, the search gets its first step.
        return share if iterations or self.is_repeatable else min(share, _NOT_YET)

    @property
    def status(self) -> Status:
        return self.stop.status

    @property
    def is_repeatable(self) -> bool:
        return self.stop.is_repeatable


def _better(problem: RoutingProblem, plan: RoutePlan, warm: RoutePlan | None) -> RoutePlan:
    """Return the plan, or the one the search began at where that is better: kernels round each price, plans round once."""
    return plan if warm is None else min(plan, warm, key=lambda one: (len(_required_out(problem, one)), one.cost))


def _required_out(problem: RoutingProblem, plan: RoutePlan) -> set[tuple[str, str]]:
    """Return the requests that must be served and are not."""
    left = set(plan.unserved)
    return {stop.request for stop in problem.stops if stop.prize is None and stop.id in left}


def _steps(problem: RoutingProblem, cost: float) -> int:
    """Return a cost in whole steps of `cost_scale`; sums of floats differ by a hair."""
    return round(cost * problem.cost_scale)


def _labels_within(stop: StopCriterion) -> int:
    """Return how many labels a proof may take: a share of the run where the clock ends it."""
    share = stop.fraction(seconds=1.0, iterations=0)
    return MAX_LABELS if share <= 0 else min(MAX_LABELS, int(_LABELS_PER_S / share))


def _scaled(instance: Instance, bound: float, proof: Proof | None) -> int:
    """Return the cost, as the kernels count it, at which a solution is proved best; -1 where none can be.

    There a required stop that is left out costs its internal prize.
    """
    problem, scale = instance.problem, instance.problem.cost_scale
    prices = [price * scale for kind in problem.vehicle_types for price in (kind.fixed_cost, kind.cost_per_m, kind.cost_per_s)]
    prices += [stop.arrival_cost_per_s * scale for stop in problem.stops]
    if any(abs(price - round(price)) > _WHOLE * max(1.0, price) for price in prices):
        return -1  # kernels round each price: their costs are not those of plans
    target = _steps(problem, bound)
    if proof is None:
        return target if target < instance.required_prize else -1
    left = {stop.request for stop in problem.stops if stop.prize is None and stop.id in proof.plan.unserved}
    return target + instance.required_prize * len(left)


def build_plan(instance: Instance, best: BestCopy) -> RoutePlan:
    """Return the plan of a solution's arrays, judged by `verify_routes`.

    Raises
    ------
    SolverError
        Where the plan breaks a rule: a defect of the engine.
    """
    problem = instance.asked
    routes, unserved = instance.decode(best)
    times = Timetable(problem)
    windows = instance.windows(best) if problem.has_several_windows else [()] * len(routes)
    built = tuple(
        times.route(kind=problem.vehicle_types[kind], vehicle=number, trips=trips, windows_s=chosen)
        for (kind, number, trips), chosen in zip(routes, windows, strict=True)
    )
    if problem.may_split:
        built = tuple(with_amounts(route, brought) for route, brought in zip(built, instance.brought(best), strict=True))
    return _judged(problem, RoutePlan(built, tuple(unserved), sum(route.cost for route in built) + problem.lost_prizes(unserved)))


def _judged(problem: RoutingProblem, plan: RoutePlan) -> RoutePlan:
    violations = verify_routes(problem, plan)
    if violations:
        message = f"the routing engine returned a plan that breaks {len(violations)} rules, first: {violations[0]}"
        raise SolverError(message)
    return plan
