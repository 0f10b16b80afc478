"""PyVRP: iterated local search in C++, the widest of the open solvers; one thread."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..solutions import number_routes
from .answer import Answer
from .features import require
from .scaled import NO_LIMIT, scale_instance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..instances import FleetType, RoutingInstance
    from .scaled import Scaled

_SUPPORTED: Final = frozenset(
    {
        "time windows",
        "several depots",
        "several capacity dimensions",
        "unlike vehicles",
        "vehicle costs",
        "vehicle-client limits",
        "route duration limits",
        "route duration limits with time windows",
        "route length limits",
        "reloading",
        "release times",
        "prizes",
        "groups",
        "backhauls after deliveries",
        "pickups among deliveries",
        "pickup-delivery pairs",
        "pairs beside other loads",
    }
)

_DEAR_PENALTY: Final = 1e8
"""Its default of 1e5 a unit of load is less than a leg costs there: it would end with overloaded vehicles."""


def solve(instance: RoutingInstance, *, seconds: float, seed: int, threads: int) -> Answer:  # noqa: ARG001 - it has one thread
    """Search with PyVRP's defaults, but for the ceiling of its penalties where a unit of distance is dear."""
    import pyvrp
    from pyvrp.stop import MaxRuntime

    require(instance, solver="pyvrp", supported=_SUPPORTED)
    begin = time.perf_counter()
    data = _data(instance)
    start = time.perf_counter()
    result = pyvrp.solve(data, MaxRuntime(seconds), seed=seed, collect_stats=False, params=_parameters(instance), display=False)
    return Answer(
        routes=_routes(instance, result.best),
        status="TIME_LIMIT" if result.is_feasible() else "NO_SOLUTION",
        seconds=time.perf_counter() - start,
        build_seconds=start - begin,
        iterations=result.num_iterations,
    )


def _parameters(instance: RoutingInstance) -> Any:  # noqa: ANN401 - PyVRP's type loads with PyVRP
    import pyvrp

    is_dear = any(kind.unit_distance_cost > 1 for kind in instance.fleet)
    return pyvrp.SolveParams(penalty=pyvrp.PenaltyParams(max_penalty=_DEAR_PENALTY)) if is_dear else pyvrp.SolveParams()


def _data(instance: RoutingInstance) -> Any:  # noqa: ANN401 - PyVRP's type loads with PyVRP
    import pyvrp

    scaled = scale_instance(instance)
    singles = _singles(instance)
    depots = range(instance.num_depots)
    matrices: Any = _profiles(instance, scaled.matrix)  # PyVRP's stubs ask for arrays of Python's int
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(instance.num_locations)],
        clients=_clients(instance, scaled),
        shipments=_shipments(instance, scaled),
        depots=[pyvrp.Depot(location=place) for place in depots],
        vehicle_types=[_vehicle_type(instance, scaled, kind, profile) for profile, kind in _numbered(instance)],
        distance_matrices=matrices,
        duration_matrices=matrices,
        groups=[pyvrp.ClientGroup([singles.index(client) for client in group]) for group in instance.groups],
    )


def _numbered(instance: RoutingInstance) -> list[tuple[int, FleetType]]:
    """Return each vehicle type with the number of its matrix: one a set of allowed clients."""
    sets = list(dict.fromkeys(kind.allowed for kind in instance.fleet))
    return [(sets.index(kind.allowed), kind) for kind in instance.fleet]


def _profiles(instance: RoutingInstance, matrix: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return a matrix a set of allowed clients; what is forbidden is made very far, as PyVRP's own reader does."""
    from pyvrp.constants import MAX_VALUE

    if instance.has_linehaul_first:
        backhaul = instance.pickups.any(axis=1)
        linehaul = instance.demands.any(axis=1)
        matrix[0, backhaul] = MAX_VALUE
        matrix[np.ix_(backhaul, linehaul)] = MAX_VALUE
    profiles = []
    for allowed in dict.fromkeys(kind.allowed for kind in instance.fleet):
        profile = matrix
        if allowed is not None:
            closed = [client for client in instance.clients if client not in allowed]
            profile = matrix.copy()
            profile[:, closed] = profile[closed, :] = MAX_VALUE
            np.fill_diagonal(profile, 0)
        profiles.append(profile)
    return profiles


def _clients(instance: RoutingInstance, scaled: Scaled) -> list[Any]:
    import pyvrp

    group_of = {client: number for number, group in enumerate(instance.groups) for client in group}
    return [
        pyvrp.Client(
            location=client,
            delivery=instance.demands[client].tolist(),
            pickup=instance.pickups[client].tolist(),
            service_duration=int(scaled.service[client]),
            tw_early=int(scaled.opens[client]),
            tw_late=int(scaled.closes[client]),
            release_time=int(scaled.releases[client]),
            prize=int(scaled.prizes[client]),
            required=client not in group_of and not instance.optional(client),
            group=group_of.get(client),
        )
        for client in _singles(instance)
    ]


def _singles(instance: RoutingInstance) -> list[int]:
    """Return the clients that are in no pair, in the order PyVRP numbers them."""
    return sorted(set(instance.clients).difference(place for pair in instance.pairs for place in pair))


def _shipments(instance: RoutingInstance, scaled: Scaled) -> list[Any]:
    import pyvrp

    return [
        pyvrp.Shipment(
            pickup_location=pickup,
            delivery_location=delivery,
            pickup_tw_early=int(scaled.opens[pickup]),
            pickup_tw_late=int(scaled.closes[pickup]),
            pickup_service_duration=int(scaled.service[pickup]),
            delivery_tw_early=int(scaled.opens[delivery]),
            delivery_tw_late=int(scaled.closes[delivery]),
            delivery_service_duration=int(scaled.service[delivery]),
            amount=instance.pickups[pickup].tolist(),
        )
        for pickup, delivery in instance.pairs
    ]


def _vehicle_type(instance: RoutingInstance, scaled: Scaled, kind: FleetType, profile: int) -> Any:  # noqa: ANN401
    import pyvrp

    limits: dict[str, Any] = {"shift_duration": scaled.limit(kind.max_duration), "max_distance": scaled.limit(kind.max_distance)}
    if kind.max_reloads is not None:
        limits["max_reloads"] = kind.max_reloads
    return pyvrp.VehicleType(
        num_available=kind.count if kind.count is not None else len(instance.clients),
        capacity=list(kind.capacity),
        start_depot=kind.depot,
        end_depot=kind.depot,
        fixed_cost=round(kind.fixed_cost * scaled.scale),
        tw_early=int(scaled.opens[kind.depot]),
        tw_late=int(scaled.closes[kind.depot]),
        unit_distance_cost=round(kind.unit_distance_cost),
        profile=profile,
        reload_depots=list(kind.reload_depots),
        **{name: value for name, value in limits.items() if value != NO_LIMIT},
    )


def _routes(instance: RoutingInstance, solution: Any) -> list[list[int]]:  # noqa: ANN401
    singles = _singles(instance)

    def place(step: Any) -> int:  # noqa: ANN401
        number = int(step.idx)
        if step.is_depot():
            return number
        if step.is_client():
            return singles[number]
        pickup, delivery = instance.pairs[number]
        return pickup if step.is_pickup() else delivery

    typed = []
    for route in solution.routes():
        inner = list(route.schedule())[1:-1]
        typed.append((int(route.vehicle_type()), [place(step) for step in inner]))
    return number_routes(instance, typed)
