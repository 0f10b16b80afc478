"""One search of a routing problem: encode, prove or search in bounded steps, decode, verify."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ..errors import SolverError
from ..kernels.routing.arrays import BEST
from ..plan.result import Status
from ..plan.route_plan import RoutePlan
from ..plan.timetable import Timetable, with_amounts
from ..plan.verify import verify_routes
from .routing_bound import is_hopeless, lower_bound
from .routing_exact import prove_best
from .routing_exact_labels import MAX_LABELS
from .routing_large import is_large, search_large
from .trajectory import run_trajectories
from .tuning import Tuning
from .warm_start import driven_by, solution_of, visits_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..kernels.routing.arrays import BestCopy
    from ..model.instance import Instance
    from ..model.routing import RoutingProblem
    from ..plan.result import Sample, Step
    from .routing_exact import Proof
    from .routing_large import LargeOutcome
    from .stop import StopCriterion
    from .trajectory import Outcome

    Tell = Callable[[float, int, int, float], None]

_NOT_YET: Final = 0.99
_LABELS_PER_S: Final = 5_000
"""Labels of a proof for each second of a run: a sixth of its time."""
_WHOLE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Found:
    """What one search found.

    Parameters
    ----------
    plan : RoutePlan
    status : Status
    bound : float or None
    is_proved : bool
        Whether no plan leaves out fewer of the required stops, or as few at a lower cost.
    seconds : float
    iterations : int
    trace : tuple of Sample
    replay : tuple of Step
    """

    plan: RoutePlan
    status: Status
    bound: float | None
    is_proved: bool
    seconds: float
    iterations: int
    trace: tuple[Sample, ...]
    replay: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Aim:
    """What a search is for, where it is one of several.

    Parameters
    ----------
    left_out : int or None
        It ends once it leaves out no more required stops than that.
    cost : int or None
        And costs no more steps than that.
    warmth : float
        Its temperatures, as a share of the usual ones.
    proof_is_enough : bool
        A plan that is proved best is not searched for.
    most_labels : int or None
        How long a proof may take; None for a share of the run.
    """

    left_out: int | None = None
    cost: int | None = None
    warmth: float = 1.0
    proof_is_enough: bool = False
    most_labels: int | None = None


PLAIN: Final = Aim()


def search_routes(
    problem: RoutingProblem,
    *,
    stop: StopCriterion,
    seed: int,
    threads: int,
    tell: Tell,
    replay: Sequence[Step] | None = None,
    warm: RoutePlan | None = None,
    aim: Aim = PLAIN,
) -> Found:
    """Search until `stop` says so, or until no plan can be better, or good enough for the aim.

    Parameters
    ----------
    problem : RoutingProblem
        One that keeps the limits of `check_limits`.
    stop : StopCriterion
    seed, threads : int
    tell : callable
        Called with (seconds, iterations, best scaled cost, fraction).
    replay : sequence of Step, optional
    warm : RoutePlan, optional
        A plan to begin at, `completed`.
    aim : Aim, optional
    """
    # Loaded before the clock starts: a first import takes longer than a short search.
    import scipy.optimize  # noqa: F401

    from ..model.instance import encode

    begin = time.perf_counter()

    def found(plan: RoutePlan, outcome: Outcome | LargeOutcome, *, status: Status, bound: float | None, is_proved: bool) -> Found:
        seconds = time.perf_counter() - begin
        return Found(plan, status, bound, is_proved, seconds, outcome.iterations, outcome.trace, outcome.replay)

    if is_large(problem):
        large = search_large(problem, stop=stop, seed=seed, threads=threads, tell=tell, replay=replay, start=warm)
        return found(_better(problem, judged(problem, large.plan), warm), large, status=large.status, bound=None, is_proved=False)
    driven = [] if warm is None else driven_by(problem, warm)
    instance = encode(problem, visits=visits_of(problem, driven))
    begin = time.perf_counter()
    proof = prove_best(problem, most_labels=labels_within(stop) if aim.most_labels is None else aim.most_labels)
    if proof is not None and aim.proof_is_enough:
        status = Status.OPTIMAL if proof.serves_all else Status.INFEASIBLE
        bound = proof.plan.cost if proof.serves_all else None
        seconds = time.perf_counter() - begin
        return Found(judged(problem, proof.plan), status, bound, is_proved=True, seconds=seconds, iterations=0, trace=(), replay=())
    # A search that ends at a cost which is good enough needs no bound.
    cheap = lower_bound(instance) if proof is None and aim.left_out is None else 0.0
    bound = cheap if proof is None else proof.plan.cost
    target = max(_scaled(instance, bound, proof), _good_enough(instance, aim))
    ending = _UntilProved(stop, target=target, spent_s=time.perf_counter() - begin)

    def follow(seconds: float, iterations: int, cost: int, fraction: float) -> None:
        ending.see(cost)
        tell(seconds, iterations, cost, fraction)

    tuning = Tuning.for_instance(instance)
    if aim.warmth != 1:
        tuning = replace(tuning, hot=tuning.hot * aim.warmth, hot_route=tuning.hot_route * aim.warmth, cold=tuning.cold * aim.warmth)
    start = None if warm is None else solution_of(instance, driven)
    outcome = run_trajectories(instance, stop=ending, seed=seed, threads=threads, tuning=tuning, tell=follow, replay=replay, start=start)
    ending.see(int(outcome.best.total[BEST]))
    plan = build_plan(instance, outcome.best)
    if proof is not None and not (ending.is_proved and _steps(problem, plan.cost) <= _steps(problem, proof.plan.cost)):
        # The search mostly meets the proved cost long before its end; here it did not.
        plan = judged(problem, proof.plan)
    plan = _better(problem, plan, warm)
    left = required_out(problem, plan)
    status, is_proved = outcome.status, proof is not None
    if not left and _steps(problem, plan.cost) <= _steps(problem, bound):
        status, bound, is_proved = Status.OPTIMAL, plan.cost, True
    elif left and (proof is not None or is_hopeless(instance)):
        status = Status.INFEASIBLE
    return found(plan, outcome, status=status, bound=None if left else bound, is_proved=is_proved)


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
    return plan if warm is None else min(plan, warm, key=lambda one: (len(required_out(problem, one)), one.cost))


def required_out(problem: RoutingProblem, plan: RoutePlan) -> set[tuple[str, str]]:
    """Return the requests that must be served and are not."""
    left = set(plan.unserved)
    return {stop.request for stop in problem.stops if stop.prize is None and stop.id in left}


def _steps(problem: RoutingProblem, cost: float) -> int:
    """Return a cost in whole steps of `cost_scale`; sums of floats differ by a hair."""
    return round(cost * problem.cost_scale)


def _good_enough(instance: Instance, aim: Aim) -> int:
    """Return the cost, as the kernels count it, at which a search has what it is for; -1 where it looks for the least."""
    if aim.left_out is None:
        return -1
    return instance.required_prize * aim.left_out + (instance.required_prize - 1 if aim.cost is None else aim.cost)


def labels_within(stop: StopCriterion) -> int:
    """Return how many labels a proof may take: a share of the run where the clock ends it."""
    share = stop.fraction(seconds=1.0, iterations=0)
    return MAX_LABELS if share <= 0 else min(MAX_LABELS, int(_LABELS_PER_S / share))


def _scaled(instance: Instance, bound: float, proof: Proof | None) -> int:
    """Return the cost, as the kernels count it, at which a solution is proved best; -1 where none can be.

    There a required stop that is left out costs its internal prize.
    """
    problem, scale = instance.problem, instance.problem.cost_scale
    prices = [price * scale for kind in problem.vehicle_types for price in (kind.fixed_cost, kind.cost_per_m, kind.cost_per_s)]
    prices += [per_s * scale for stop in problem.stops for _, per_s in stop.arrival_pieces]
    if any(abs(price - round(price)) > _WHOLE * max(1.0, price) for price in prices):
        return -1  # kernels round each price: their costs are not those of plans
    target = _steps(problem, bound)
    if proof is None:
        return target if target < instance.required_prize else -1
    return target + instance.required_prize * len(required_out(problem, proof.plan))


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
    return judged(problem, RoutePlan(built, tuple(unserved), sum(route.cost for route in built) + problem.lost_prizes(unserved)))


def judged(problem: RoutingProblem, plan: RoutePlan) -> RoutePlan:
    """Return a plan that breaks no rule; one that does is a defect of the engine."""
    violations = verify_routes(problem, plan)
    if violations:
        message = f"the routing engine returned a plan that breaks {len(violations)} rules, first: {violations[0]}"
        raise SolverError(message)
    return plan
