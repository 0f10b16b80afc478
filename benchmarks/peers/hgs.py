"""HGS-CVRP through hygese: the genetic search that leads on small CVRP. It limits processor time, not wall time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from ..families import Rounding
from .answer import Answer
from .features import require
from .scaled import scale_instance

if TYPE_CHECKING:
    from ..instances import RoutingInstance

_SUPPORTED: Final = frozenset({"route duration limits"})


def solve(instance: RoutingInstance, *, seconds: float, seed: int, threads: int) -> Answer:  # noqa: ARG001 - it has one thread
    """Search with HGS-CVRP's defaults."""
    import hygese

    require(instance, solver="hgs", supported=_SUPPORTED)
    begin = time.perf_counter()
    data = _data(instance)
    solver = hygese.Solver(parameters=hygese.AlgorithmParameters(timeLimit=float(seconds), seed=seed), verbose=False)
    start = time.perf_counter()
    solution = solver.solve_cvrp(data, rounding=instance.family.rounding is not Rounding.NONE)
    routes = [[int(place) for place in route] for route in solution.routes if len(route)]
    return Answer(
        routes=routes,
        status="TIME_LIMIT" if routes else "NO_SOLUTION",
        seconds=time.perf_counter() - start,
        build_seconds=start - begin,
    )


def _data(instance: RoutingInstance) -> dict[str, Any]:
    """Return hygese's own dictionary: coordinates where its rounding is ours, else the matrix."""
    kind = instance.fleet[0]
    data: dict[str, Any] = {"demands": instance.demands[:, 0], "vehicle_capacity": kind.capacity[0]}
    if kind.count is not None:
        data["num_vehicles"] = kind.count
    if instance.coords is not None and instance.family.rounding in {Rounding.NEAREST, Rounding.NONE}:
        corner = instance.coords.min(axis=0)
        data["x_coordinates"], data["y_coordinates"] = (instance.coords - corner).T
        scale, service = 1, instance.service
    else:
        scaled = scale_instance(instance)
        data["distance_matrix"] = scaled.matrix
        scale, service = scaled.scale, instance.service * scaled.scale
    if kind.max_duration is not None:
        data["service_times"], data["duration_limit"] = service, kind.max_duration * scale
    return data
