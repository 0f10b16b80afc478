"""VROOM through pyvroom: construction and local search in C++ that ends by itself, often long before the limit."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..solutions import number_routes
from .answer import Answer
from .features import require
from .scaled import NO_LIMIT, scale_instance, useful_count

if TYPE_CHECKING:
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
        "pickups among deliveries",
        "pickup-delivery pairs",
        "pairs beside other loads",
    }
)
_EXPLORATION: Final = 5
"""Its most thorough level."""


def solve(instance: RoutingInstance, *, seconds: float, seed: int, threads: int) -> Answer:  # noqa: ARG001 - it takes no seed
    """Search at the most thorough level until it ends or the time is up."""
    require(instance, solver="vroom", supported=_SUPPORTED)
    begin = time.perf_counter()
    problem, type_of = _input(instance)
    start = time.perf_counter()
    solution = problem.solve(exploration_level=_EXPLORATION, nb_threads=threads, timeout=timedelta(seconds=seconds))
    spent = time.perf_counter() - start
    visits: dict[int, list[int]] = {}
    frame = solution.routes
    for vehicle, kind, client in zip(frame["vehicle_id"].tolist(), frame["type"].tolist(), frame["id"].tolist(), strict=True):
        if kind not in {"start", "end"}:
            visits.setdefault(int(vehicle), []).append(int(client))
    return Answer(
        routes=number_routes(instance, [(type_of[vehicle], route) for vehicle, route in visits.items()]),
        status="NO_SOLUTION" if not visits else "TIME_LIMIT" if spent >= seconds else "ITERATION_LIMIT",
        seconds=spent,
        build_seconds=start - begin,
        threads=threads,
    )


def _input(instance: RoutingInstance) -> tuple[Any, list[int]]:
    """Return VROOM's problem and the fleet type of each of its vehicles."""
    import vroom

    scaled = scale_instance(instance)
    problem = vroom.Input()
    type_of: list[int] = []
    for number, kind in enumerate(instance.fleet):
        profile = f"unit{kind.unit_distance_cost:g}"
        problem.set_durations_matrix(profile, scaled.matrix.astype(np.uint32))
        problem.set_costs_matrix(profile, (scaled.matrix * round(kind.unit_distance_cost)).astype(np.uint32))
        for _ in range(useful_count(instance, kind)):
            problem.add_vehicle(_vehicle(len(type_of), scaled, kind, profile=profile))
            type_of.append(number)
    _add_tasks(instance, scaled, problem)
    return problem, type_of


def _vehicle(number: int, scaled: Scaled, kind: FleetType, *, profile: str) -> Any:  # noqa: ANN401
    import vroom

    window = _window(scaled, kind.depot)
    if kind.max_duration is not None:  # nothing waits here, so that every route may start at 0 and its shift ends when it must
        window = vroom.TimeWindow(0, scaled.limit(kind.max_duration))
    return vroom.Vehicle(
        number,
        start=kind.depot,
        end=kind.depot,
        profile=profile,
        capacity=list(kind.capacity),
        # A client's skill is its own number, needed only where not every vehicle may come.
        skills=set(kind.allowed or ()),
        time_window=window,
        costs=vroom.VehicleCosts(fixed=round(kind.fixed_cost * scaled.scale)),
    )


def _add_tasks(instance: RoutingInstance, scaled: Scaled, problem: Any) -> None:  # noqa: ANN401
    import vroom

    is_limited = any(kind.allowed is not None for kind in instance.fleet)

    def visit(client: int) -> dict[str, Any]:
        window = _window(scaled, client)
        windows = [] if window is None else [window]
        return {"id": client, "location": client, "default_service": int(scaled.service[client]), "time_windows": windows}

    for pickup, delivery in instance.pairs:
        problem.add_shipment(
            vroom.ShipmentStep(**visit(pickup)),
            vroom.ShipmentStep(**visit(delivery)),
            amount=vroom.Amount(instance.pickups[pickup].tolist()),
            skills={pickup, delivery} if is_limited else set(),
        )
    for client in sorted(set(instance.clients).difference(place for pair in instance.pairs for place in pair)):
        problem.add_job(
            vroom.Job(
                **visit(client),
                delivery=instance.demands[client].tolist(),
                pickup=instance.pickups[client].tolist(),
                skills={client} if is_limited else set(),
            )
        )


def _window(scaled: Scaled, place: int) -> Any:  # noqa: ANN401 - VROOM's type loads with VROOM
    import vroom

    opens, closes = int(scaled.opens[place]), int(scaled.closes[place])
    return None if (opens, closes) == (0, NO_LIMIT) else vroom.TimeWindow(opens, closes)
