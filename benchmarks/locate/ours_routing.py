"""Our own solver of location-routing, called as a user calls it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from .answer import LocateAnswer

if TYPE_CHECKING:
    from .instance import LocateInstance


def solve(instance: LocateInstance, *, seconds: float, seed: int, threads: int) -> LocateAnswer:
    """Solve with `solve_location_routing` and its defaults."""
    from ntb_relief.model.location_routing import LocationRoutingProblem
    from ntb_relief.solvers.location_routing import solve_location_routing
    from ntb_relief.solvers.stop import MaxRuntime

    begin = time.perf_counter()
    _warm_up()
    warm = time.perf_counter()
    n, m = instance.cost.shape
    problem = LocationRoutingProblem(
        tuple(map(str, range(m))),
        tuple(map(str, range(n))),
        instance.travel,  # type: ignore[arg-type] # the reader of these files makes it
        instance.demand,  # type: ignore[arg-type] # the same
        int(instance.vehicle_capacity),
        instance.vehicle_cost,
        capacity=None if instance.capacity is None else instance.capacity.astype(np.int64),
        fixed_cost=instance.fixed,
    )
    built = time.perf_counter()
    result = solve_location_routing(problem, stop=MaxRuntime(seconds), rng=seed, threads=threads)
    plan = result.plan
    return LocateAnswer(
        sites=[] if plan is None else [int(name) for name in plan.sites],
        shares=[],
        status=result.status.name,
        bound=result.bound,
        seconds=result.seconds,
        build_seconds=built - warm,
        compile_seconds=warm - begin,
        iterations=result.iterations,
        routes=[] if plan is None else [(int(route.site_id), [int(name) for name in route.stop_ids]) for route in plan.routes],
    )


def _warm_up() -> None:
    """Load and compile the kernels on small problems: with the dynamic program, with loose sites and with tight ones."""
    from ntb_relief.model.location_routing import LocationRoutingProblem
    from ntb_relief.solvers.location_routing import solve_location_routing
    from ntb_relief.solvers.stop import MaxIterations

    rng = np.random.default_rng(0)
    for n, room in ((6, 6), (16, 16), (16, 8)):
        problem = LocationRoutingProblem.from_coordinates(
            rng.integers(0, 99, (3, 2)),
            rng.integers(0, 99, (n, 2)),
            site_ids=("0", "1", "2"),
            stop_ids=tuple(map(str, range(n))),
            demand=np.ones(n),
            vehicle_capacity=4,
            capacity=np.full(3, room),
        )
        solve_location_routing(problem, stop=MaxIterations(500))
