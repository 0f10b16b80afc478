"""OR-Tools' routing library: constraint programming with guided local search; one thread."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from ..errors import CannotExpressError
from ..families import Goal
from ..solutions import number_routes
from .answer import Answer
from .features import require
from .scaled import NO_LIMIT, scale_instance, useful_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..instances import RoutingInstance
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
        "prizes",
        "groups",
        "backhauls after deliveries",
        "pickup-delivery pairs",
        "the sum of arrival times",
        "routes of every vehicle",
    }
)
_MAX_LOCATIONS: Final = 6_000
"""Its matrices pass through Python lists: beyond this they take several GB."""


@contextmanager
def _kept_interrupt() -> Iterator[None]:
    """Put back what Ctrl-C does: the library leaves it at ending the process, behind Python's back."""
    handler = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread() and handler is not None:
            signal.signal(signal.SIGINT, handler)


def solve(instance: RoutingInstance, *, seconds: float, seed: int, threads: int) -> Answer:  # noqa: ARG001 - it has neither
    """Search from a cheapest insertion. The library takes no seed: runs are alike."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    require(instance, solver="ortools", supported=_SUPPORTED)
    if instance.num_locations > _MAX_LOCATIONS:
        message = f"ortools is measured up to {_MAX_LOCATIONS} locations, {instance.name} has {instance.num_locations}"
        raise CannotExpressError(message)
    begin = time.perf_counter()
    model = _Model(instance)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    if model.has_times:
        # Left to choose by itself it starts many of these without any solution.
        parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    searches = routing_enums_pb2.LocalSearchMetaheuristic
    # Guided local search penalises the costs of legs, which are nothing where arrival times count: it would stand still.
    parameters.local_search_metaheuristic = searches.TABU_SEARCH if model.is_cumulative else searches.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(max(1, round(seconds * 1000)))
    model.routing.CloseModelWithParameters(parameters)
    start = time.perf_counter()
    with _kept_interrupt():
        assignment = model.routing.SolveWithParameters(parameters)
    return Answer(
        routes=[] if assignment is None else model.routes(assignment),
        status="NO_SOLUTION" if assignment is None else "TIME_LIMIT",
        seconds=time.perf_counter() - start,
        build_seconds=start - begin,
    )


class _Model:
    """The instance as a model of the routing library."""

    def __init__(self, instance: RoutingInstance) -> None:
        from ortools.constraint_solver import pywrapcp

        self.instance = instance
        self.is_cumulative = instance.family.goal is Goal.ARRIVALS
        is_timed = instance.has_windows or any(kind.max_duration is not None for kind in instance.fleet)
        self.has_times = is_timed or self.is_cumulative or bool(instance.pairs)
        self.type_of = [number for number, kind in enumerate(instance.fleet) for _ in range(useful_count(instance, kind))]
        depots = [instance.fleet[kind].depot for kind in self.type_of]
        self.manager = pywrapcp.RoutingIndexManager(instance.num_locations, len(depots), depots, depots)
        self.routing = pywrapcp.RoutingModel(self.manager)
        scaled = scale_instance(instance)
        if not self.is_cumulative:
            self._add_costs(scaled)
        self._add_loads()
        self._add_times(scaled)
        self._add_pairs()
        self._add_choices(scaled)
        self._add_order()

    def _add_costs(self, scaled: Scaled) -> None:
        evaluators: dict[float, int] = {}
        distance = self.routing.RegisterTransitMatrix(scaled.matrix.tolist())
        for vehicle, number in enumerate(self.type_of):
            kind = self.instance.fleet[number]
            unit = round(kind.unit_distance_cost)
            if unit not in evaluators:
                evaluators[unit] = distance if unit == 1 else self.routing.RegisterTransitMatrix((scaled.matrix * unit).tolist())
            self.routing.SetArcCostEvaluatorOfVehicle(evaluators[unit], vehicle)
            self.routing.SetFixedCostOfVehicle(round(kind.fixed_cost * scaled.scale), vehicle)
        if any(kind.max_distance is not None for kind in self.instance.fleet):
            limits = [scaled.limit(self.instance.fleet[number].max_distance) for number in self.type_of]
            self.routing.AddDimensionWithVehicleCapacity(distance, 0, limits, True, "length")  # noqa: FBT003 - their order

    def _add_loads(self) -> None:
        """Add a dimension for what goes out and one for what comes back, which never mix where backhauls come last.

        Where all loads are of pairs, there is one, which a pickup raises and its delivery lowers.
        """
        out, back = self.instance.demands, self.instance.pickups
        for name, table in (("pair", back - out),) if self.instance.pairs else (("out", out), ("back", back)):
            for dimension in range(table.shape[1]):
                if not table[:, dimension].any():
                    continue
                load = self.routing.RegisterUnaryTransitVector(table[:, dimension].tolist())
                room = [self.instance.fleet[number].capacity[dimension] for number in self.type_of]
                self.routing.AddDimensionWithVehicleCapacity(load, 0, room, True, f"{name}{dimension}")  # noqa: FBT003

    def _add_times(self, scaled: Scaled) -> None:
        instance = self.instance
        if not self.has_times:
            return
        transit = self.routing.RegisterTransitMatrix((scaled.matrix + scaled.service[:, None]).tolist())
        closes = scaled.closes[scaled.closes < NO_LIMIT]
        horizon = int(closes.max()) if len(closes) else NO_LIMIT
        # Where the sum of arrivals counts, nobody waits and everybody leaves at 0.
        wait = 0 if self.is_cumulative else horizon
        self.routing.AddDimension(transit, wait, horizon, self.is_cumulative, "time")
        times = self.routing.GetDimensionOrDie("time")
        if self.is_cumulative:
            for client in instance.clients:
                times.SetCumulVarSoftUpperBound(self.manager.NodeToIndex(client), 0, 1)
        for client in instance.clients:
            times.CumulVar(self.manager.NodeToIndex(client)).SetRange(int(scaled.opens[client]), min(int(scaled.closes[client]), horizon))
        for vehicle, number in enumerate(self.type_of):
            kind = instance.fleet[number]
            window = int(scaled.opens[kind.depot]), min(int(scaled.closes[kind.depot]), horizon)
            times.CumulVar(self.routing.Start(vehicle)).SetRange(*window)
            times.CumulVar(self.routing.End(vehicle)).SetRange(*window)
            if kind.max_duration is not None:
                times.SetSpanUpperBoundForVehicle(scaled.limit(kind.max_duration), vehicle)

    def _add_pairs(self) -> None:
        """Keep both ends of a pair in one route, the pickup first."""
        solver = self.routing.solver()
        for pair in self.instance.pairs:
            pickup, delivery = map(self.manager.NodeToIndex, pair)
            times = self.routing.GetDimensionOrDie("time")
            self.routing.AddPickupAndDelivery(pickup, delivery)
            solver.Add(self.routing.VehicleVar(pickup) == self.routing.VehicleVar(delivery))
            solver.Add(times.CumulVar(pickup) <= times.CumulVar(delivery))

    def _add_choices(self, scaled: Scaled) -> None:
        """Add optional clients, groups, and which vehicles may serve a client."""
        instance = self.instance
        for group in instance.groups:
            self.routing.AddDisjunction([self.manager.NodeToIndex(client) for client in group])
        for client in instance.clients:
            index = self.manager.NodeToIndex(client)
            if instance.optional(client):
                self.routing.AddDisjunction([index], int(scaled.prizes[client]))
            barred = [vehicle for vehicle, number in enumerate(self.type_of) if not self._may_serve(number, client)]
            if barred:
                self.routing.VehicleVar(index).RemoveValues(barred)

    def _may_serve(self, number: int, client: int) -> bool:
        allowed = self.instance.fleet[number].allowed
        return allowed is None or client in allowed

    def _add_order(self) -> None:
        """Put deliveries first: no leg from a backhaul to a delivery, nor from a start to a backhaul."""
        if not self.instance.has_linehaul_first:
            return
        is_back: list[bool] = (self.instance.pickups.sum(axis=1) > 0).tolist()
        back = [self.manager.NodeToIndex(client) for client in self.instance.clients if is_back[client]]
        line = [self.manager.NodeToIndex(client) for client in self.instance.clients if not is_back[client]]
        for index in back:
            self.routing.NextVar(index).RemoveValues(line)
        for vehicle in range(len(self.type_of)):
            self.routing.NextVar(self.routing.Start(vehicle)).RemoveValues(back)

    def routes(self, assignment: Any) -> list[list[int]]:  # noqa: ANN401 - a type of the routing library
        """Return the routes of a solution."""
        typed = []
        for vehicle, number in enumerate(self.type_of):
            index = assignment.Value(self.routing.NextVar(self.routing.Start(vehicle)))
            visits = []
            while not self.routing.IsEnd(index):
                visits.append(int(self.manager.IndexToNode(index)))
                index = assignment.Value(self.routing.NextVar(index))
            typed.append((number, visits))
        return number_routes(self.instance, typed)
