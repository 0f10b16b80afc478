"""Solve a routing problem: one search for its costs, or one after another for the levels of its goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._version import __version__
from ..model.routing_goals import levels_of
from ..model.routing_limits import check_limits
from ..plan.result import Result
from ..plan.route_values import route_values
from .progress import Progress
from .routing_levels import solve_levels
from .routing_search import search_routes
from .warm_start import completed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..model.routing import RoutingProblem
    from ..model.routing_goals import Goals
    from ..plan.result import Step
    from ..plan.route_plan import RoutePlan
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
    warm_start: RoutePlan | None = None,
    goals: Goals | None = None,
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
        served, and where it leaves out as many it costs no more, or is no worse by the levels of the goals.
    goals : sequence of Goal or mapping of Goal to float, optional
        What to plan for in place of the costs of the problem, level by level: each a goal, or several with the weight of each; a
        later level decides among plans that are equal by the ones before. As few required stops as can be are left out
        whatever the goals; prizes count only where `Prizes` or `TotalCost` is among them. See `routing_goals` for the goals and
        `routing_levels` for how levels are held. Where `Arrivals` or `Deprivation` is among them every vehicle leaves at once.

    Returns
    -------
    Result of RoutePlan
        `OPTIMAL` where the plan is proved best: small problems nearly always are, see `routing_exact`; the search then ends
        at once. `INFEASIBLE` where it is proved that not every required stop can be served; the plan then serves the others.
        The bound is weak, see `routing_bound`, unless it proves the plan optimal; None where a required stop is left out.
        `values` tells every goal, whatever was planned for. With goals `objective` and `bound` are those of the first level, the
        others are in `levels`, and `OPTIMAL` says that all are proved.

    Raises
    ------
    InputError
        Where a number is too large for sums over a plan, or the problem cannot be encoded; where the warm start names what is
        not in the problem, serves a stop twice or breaks a rule, with all that is wrong with it; where goals are no goals.
    """
    check_limits(problem)
    levels = None if goals is None else levels_of(problem, goals)

    def tell(seconds: float, iterations: int, cost: float, fraction: float) -> None:
        if on_progress is not None:
            on_progress(Progress("routing", seconds, iterations, cost, min(1.0, fraction)))

    if levels is not None:
        found = solve_levels(problem, levels, stop=stop, seed=rng, threads=threads, tell=tell, replay=replay, warm_start=warm_start)
        first = found.levels[0]
        return Result(
            plan=found.plan,
            status=found.status,
            objective=first.value,
            bound=first.bound,
            seconds=found.seconds,
            iterations=found.iterations,
            seed=rng,
            threads=threads,
            trace=found.trace,
            replay=found.replay,
            version=__version__,
            values=route_values(problem, found.plan),
            levels=found.levels,
        )
    warm = None if warm_start is None else completed(problem, warm_start)
    one = search_routes(
        problem,
        stop=stop,
        seed=rng,
        threads=threads,
        tell=lambda seconds, iterations, cost, fraction: tell(seconds, iterations, cost / problem.cost_scale, fraction),
        replay=replay,
        warm=warm,
    )
    return Result(
        plan=one.plan,
        status=one.status,
        objective=one.plan.cost,
        bound=one.bound,
        seconds=one.seconds,
        iterations=one.iterations,
        seed=rng,
        threads=threads,
        trace=one.trace,
        replay=one.replay,
        version=__version__,
        values=route_values(problem, one.plan),
    )
