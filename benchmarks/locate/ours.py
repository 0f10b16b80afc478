"""Our own solver, called as a user calls it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from .answer import LocateAnswer
from .instance import SINGLE_SOURCE

if TYPE_CHECKING:
    from ntb_relief.model.facility_location import FacilityLocationProblem
    from ntb_relief.model.facility_location_goals import Goal

    from .instance import LocateInstance


def solve(instance: LocateInstance, *, seconds: float, seed: int, threads: int) -> LocateAnswer:
    """Solve with `solve_facility_location`, or `solve_location_routing`, and its defaults."""
    if instance.problem == "lrp":
        from . import ours_routing

        return ours_routing.solve(instance, seconds=seconds, seed=seed, threads=threads)
    from ntb_relief.solvers.facility_location import solve_facility_location
    from ntb_relief.solvers.stop import MaxRuntime

    begin = time.perf_counter()
    _warm_up()
    warm = time.perf_counter()
    problem, goal = _state(instance)
    built = time.perf_counter()
    result = solve_facility_location(problem, goal=goal, stop=MaxRuntime(seconds), rng=seed, threads=threads)
    plan = result.plan
    site = {name: col for col, name in enumerate(problem.site_ids)}
    point = {name: row for row, name in enumerate(problem.demand_ids)}
    bound = result.bound
    if bound is not None and instance.is_maximised:
        bound = float(problem.weights.sum()) - bound
    return LocateAnswer(
        sites=[] if plan is None else [site[name] for name in plan.sites],
        shares=[] if plan is None else [(point[row.demand_id], site[row.site_id], row.share) for row in plan.assignments],
        status=result.status.name,
        bound=bound,
        seconds=result.seconds,
        build_seconds=built - warm,
        compile_seconds=warm - begin,
        iterations=result.iterations,
    )


def _state(instance: LocateInstance) -> tuple[FacilityLocationProblem, Goal]:
    from ntb_relief.model.facility_location import FacilityLocationProblem
    from ntb_relief.model.facility_location_goals import FixedCharge, MaxCover, PCenter, PMedian, SetCover

    n, m = instance.cost.shape
    problem = FacilityLocationProblem(
        tuple(map(str, range(n))),
        tuple(map(str, range(m))),
        instance.cost,
        weight=instance.weight if instance.problem == "mclp" else None,
        demand=instance.demand,
        capacity=instance.capacity,
        fixed_cost=instance.fixed,
        is_single_source=instance.problem in SINGLE_SOURCE,
    )
    p, radius = instance.p or 1, instance.radius or 0.0
    goals: dict[str, Goal] = {
        "pmedian": PMedian(p),
        "cpmp": PMedian(p),
        "pcenter": PCenter(p),
        "setcover": SetCover(radius),
        "mclp": MaxCover(p, radius),
    }
    return problem, goals.get(instance.problem, FixedCharge())


def _warm_up() -> None:
    """Load and compile the kernels on small problems with and without capacities."""
    from ntb_relief.model.facility_location import FacilityLocationProblem
    from ntb_relief.model.facility_location_goals import FixedCharge, MaxCover, PCenter, PMedian
    from ntb_relief.solvers.facility_location import solve_facility_location
    from ntb_relief.solvers.stop import MaxIterations

    cost = np.random.default_rng(0).integers(1, 99, (24, 24)).astype(np.float64)
    names = tuple(map(str, range(24)))
    plain = FacilityLocationProblem(names, names, cost)
    goals: tuple[Goal, ...] = (PMedian(3), PCenter(3), MaxCover(3, 9.0))
    for goal in goals:
        solve_facility_location(plain, goal=goal, stop=MaxIterations(30))
    for is_single in (False, True):
        tight = plain.replace(demand=np.ones(24), capacity=np.full(24, 6.0), fixed_cost=np.full(24, 40.0), is_single_source=is_single)
        solve_facility_location(tight, goal=FixedCharge(), stop=MaxIterations(8))
