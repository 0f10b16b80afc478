"""Our own solver, called as a user calls it: read the file, solve, take the routes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

from .errors import CannotExpressError
from .families import Goal, Rounding
from .peers.answer import Answer
from .solutions import number_routes

if TYPE_CHECKING:
    from .instances import RoutingInstance

_ROUNDING: Final[dict[Rounding, Literal["nearest", "tenths_down", "thousandths", "none"]]] = {
    Rounding.NEAREST: "nearest",
    Rounding.TENTHS_DOWN: "tenths_down",
    Rounding.THOUSANDTHS: "thousandths",
    Rounding.NONE: "none",
}


def solve(instance: RoutingInstance, *, seconds: float, seed: int, threads: int) -> Answer:
    """Search with `ntb_relief.solve_routing` and its defaults; the file is read by the package's own reader."""
    import ntb_relief as nr

    compile_seconds = _warm_up()
    begin = time.perf_counter()
    try:
        problem = nr.read_vrplib(instance.path, rounding=_ROUNDING[instance.family.rounding])
    except nr.InputError as error:
        message = f"ntb cannot express {instance.name} (family {instance.family.name}): {'; '.join(map(str, error.issues))}"
        raise CannotExpressError(message) from error
    if instance.family.goal is Goal.ARRIVALS:
        problem = _cumulative(instance, problem)
    result = nr.solve_routing(problem, stop=nr.MaxRuntime(seconds), rng=seed, threads=threads)
    spent = time.perf_counter() - begin
    is_exact = instance.family.rounding is not Rounding.NONE
    return Answer(
        routes=_routes(instance, result.plan),
        status=result.status.name,
        seconds=result.seconds,
        build_seconds=spent - result.seconds,
        compile_seconds=compile_seconds,
        iterations=result.iterations,
        threads=result.threads,
        amounts=_amounts(result.plan) if instance.family.can_split else None,
        # A bound on lengths rounded up says nothing of exact ones.
        bound=result.bound / instance.family.cost_divisor if is_exact and result.bound is not None else None,
    )


def _cumulative(instance: RoutingInstance, problem: Any) -> Any:  # noqa: ANN401 - the package's types load with the package
    """Return a capacitated problem as the cumulative one: every second until a stop is served costs, and nothing else.

    Using fewer vehicles than there are never pays where lengths keep the triangle rule, so that all of them drive.
    """
    (kind,) = problem.vehicle_types
    (fleet,) = instance.fleet
    alike = replace(kind, count=fleet.count, end_id=None, cost_per_m=0, fixed_cost=0, max_duration_s=None)
    price = 1 / problem.cost_scale
    stops = tuple(replace(stop, service_s=0, arrival_cost_per_s=price) for stop in problem.stops)
    return problem.replace(stops=stops, vehicle_types=(alike,))


def _warm_up() -> float:
    """Load and compile every kernel on two tiny problems, without and with times; return the seconds it took."""
    import numpy as np

    import ntb_relief as nr

    begin = time.perf_counter()
    lengths = np.array([[0, 3, 4], [3, 0, 5], [4, 5, 0]], np.int64)
    matrix = nr.TravelMatrix("line", ("0", "1", "2"), duration_s=lengths, distance_m=lengths)
    plain = nr.RoutingProblem(
        depots=(nr.Depot("0", "0"),),
        stops=(nr.Stop("1", "1", (1,)), nr.Stop("2", "2", (1,))),
        vehicle_types=(nr.VehicleType("v1", 2, (2,), "line", "0", "0"),),
        matrices={"line": matrix},
    )
    timed = plain.replace(
        stops=(nr.Stop("1", "1", (1,), window_s=(0, 50), prize=9), nr.Stop("2", "2", (1,), window_s=(0, 50))),
        vehicle_types=(nr.VehicleType("v1", 2, (2,), "line", "0", "0", max_trips=2, shift_s=(0, 100), max_duration_s=90),),
    )
    for problem in (plain, timed):
        nr.solve_routing(problem, stop=nr.MaxIterations(50), rng=1)
    return time.perf_counter() - begin


def _amounts(plan: Any) -> list[list[int]]:  # noqa: ANN401 - the package's type loads with the package
    """Return what each visit of each route brings."""
    return [[visit.brought for trip in route.trips for visit in trip.visits] for route in plan.routes]


def _routes(instance: RoutingInstance, plan: Any) -> list[list[int]]:  # noqa: ANN401 - the package's type loads with the package
    """Return the plan's routes by location number; a trip after the first begins with a reload at its depot."""
    typed = []
    for route in [] if plan is None else plan.routes:
        first = int(route.vehicle_type.removeprefix("v")) - 1  # a type is named after its first vehicle in the file
        kind = next((number for number, kind in enumerate(instance.fleet) if first in kind.numbers), 0)
        visits: list[int] = []
        for trip in route.trips:
            depot = int(trip.depot_id)
            if visits or depot != instance.fleet[kind].depot:
                visits.append(depot)
            visits.extend(int(visit.stop_id) for visit in trip.visits)
        typed.append((kind, visits))
    return number_routes(instance, typed)
