"""Solve a routing problem: encode, search in bounded steps, decode, verify."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .._version import __version__
from ..errors import SolverError
from ..plan.result import Result, Status
from ..plan.route_plan import RoutePlan
from ..plan.timetable import schedule_route
from ..plan.verify import verify_routes
from .progress import Progress
from .routing_bound import lower_bound
from .trajectory import Tuning, run_trajectories

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..kernels.routing.arrays import BestCopy
    from ..model.instance import Instance
    from ..model.routing import RoutingProblem
    from ..plan.result import Step
    from .progress import OnProgress
    from .stop import StopCriterion


def solve_routing(
    problem: RoutingProblem,
    *,
    stop: StopCriterion,
    rng: int = 0,
    threads: int = 1,
    on_progress: OnProgress | None = None,
    replay: Sequence[Step] | None = None,
) -> Result[RoutePlan]:
    """Find routes of low cost that serve the stops.

    String-removal ruin and recreate with simulated annealing (SISR; Christiaens & Vanden Berghe 2020,
    Transportation Science 54(2)).

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

    Returns
    -------
    Result of RoutePlan
        `INFEASIBLE` where a required stop fits no vehicle even alone; the plan then serves the others.
        The bound is weak unless it proves the plan optimal.

    Raises
    ------
    InputError
        Where the problem cannot be encoded.
    """
    from ..model.instance import encode

    instance = encode(problem)
    begin = time.perf_counter()

    def tell(seconds: float, iterations: int, cost: int, fraction: float) -> None:
        if on_progress is not None:
            on_progress(Progress("routing", seconds, iterations, cost / problem.cost_scale, min(1.0, fraction)))

    outcome = run_trajectories(
        instance, stop=stop, seed=rng, threads=threads, tuning=Tuning.for_instance(instance), tell=tell, replay=replay
    )
    plan = build_plan(instance, outcome.best)
    bound = lower_bound(instance)
    status = outcome.status
    required_out = {x.id for x in problem.stops if x.prize is None} & set(plan.unserved)
    if not required_out and plan.cost <= bound:
        status = Status.OPTIMAL
    return Result(
        plan=plan,
        status=status,
        objective=plan.cost,
        bound=None if required_out else bound,
        seconds=time.perf_counter() - begin,
        iterations=outcome.iterations,
        seed=rng,
        threads=threads,
        trace=outcome.trace,
        replay=outcome.replay,
        version=__version__,
    )


def build_plan(instance: Instance, best: BestCopy) -> RoutePlan:
    """Return the plan of a solution's arrays, judged by `verify_routes`.

    Raises
    ------
    SolverError
        Where the plan breaks a rule: a defect of the engine.
    """
    problem = instance.problem
    routes, unserved = instance.decode(best)
    built = tuple(schedule_route(problem, kind=problem.vehicle_types[kind], vehicle=number, trips=trips) for kind, number, trips in routes)
    # Stops of a group stand for one another, those of a transfer go together: left out, they cost one prize.
    stops = {x.id: x for x in problem.stops}
    lost = {stops[name].request: stops[name].prize or 0 for name in unserved}
    plan = RoutePlan(built, tuple(unserved), sum(route.cost for route in built) + sum(lost.values()))
    violations = verify_routes(problem, plan)
    if violations:
        message = f"the routing engine returned a plan that breaks {len(violations)} rules, first: {violations[0]}"
        raise SolverError(message)
    return plan
