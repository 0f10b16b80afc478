"""The proved best plan of a small routing problem: every route that can be best, then the cheapest choice of them.

Routes are counted out as labels, one for each way to begin a route that no other beginning is sure to match: same stops
served, same place, same loads, and nowhere later, longer or dearer (Desrochers 1988; Irnich & Desaulniers 2005). The choice is a
set-partitioning problem that HiGHS solves with a dual bound (Balinski & Quandt 1964). Costs are whole steps of
`cost_scale`, so a bound above the last step below the cost proves it.

Anything the labels do not know, or too many of them, and there is no answer: the search then goes on as without.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from enum import Enum
from typing import TYPE_CHECKING, Final

import numpy as np

from ..model.routing import Depot, RoutingProblem, Stop, VehicleType
from ..plan.route_plan import RoutePlan
from ..plan.timetable import schedule_route
from .routing_exact_labels import MAX_LABELS, cheapest_routes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..plan.route_plan import Route
    from .routing_exact_labels import FoundRoute

MAX_STOPS: Final = 16
_MAX_COLUMNS: Final = 20_000
_MAX_NODES: Final = 2_000
_HIGHS_INFEASIBLE: Final = 2
"""Status of `scipy.optimize.milp`."""
_NEAR: Final = 1e-6
_LARGEST: Final = 2.0**46
"""Costs above it leave HiGHS no digits to prove one step."""

_KNOWN: Final[dict[type, tuple[str, ...]]] = {
    Stop: (
        *("id", "place_id", "demand", "window_s", "service_s", "prize", "vehicle_types", "depots", "pickup", "release_s", "group"),
        *("taken_from", "arrival_cost_per_s", "later_arrival_costs"),
    ),
    Depot: ("id", "place_id", "open_s", "close_s"),
    VehicleType: (
        *("id", "count", "capacity", "profile", "start_id", "end_id", "depots", "max_trips", "fixed_cost", "cost_per_m", "cost_per_s"),
        *("loading_s", "service_s_per_unit", "shift_s", "max_duration_s", "max_distance_m", "max_stops"),
    ),
    RoutingProblem: ("depots", "stops", "vehicle_types", "matrices", "dimensions", "cost_scale", "linehaul_first", "leaves_at_once"),
}
"""What the labels know; a problem that uses any other field is not answered."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A plan that is proved best.

    Parameters
    ----------
    plan : RoutePlan
        Serves as many requests as can be served at once, then at the lowest cost.
    serves_all : bool
        Whether it serves every required stop; if not, no plan does.
    """

    plan: RoutePlan
    serves_all: bool


def prove_best(problem: RoutingProblem, *, most_labels: int = MAX_LABELS) -> Proof | None:
    """Return the best plan of a small problem.

    Parameters
    ----------
    problem : RoutingProblem
    most_labels : int
        How many beginnings of routes are looked at, at most; some 30,000 a second.

    Returns
    -------
    Proof or None
        None where the problem is too large or asks for more than the labels know.
    """
    if not 0 < len(problem.stops) <= MAX_STOPS or not _is_known(problem):
        return None
    columns: list[FoundRoute] = []
    left = most_labels
    for number in range(len(problem.vehicle_types)):
        found = cheapest_routes(problem, number, most=left)
        if found is None:
            return None
        columns += found.routes
        left -= found.num_labels
        if len(columns) > _MAX_COLUMNS:
            return None
    choice = _Choice(problem, columns)
    return choice.solve()


def _is_known(problem: RoutingProblem) -> bool:
    things: list[object] = [problem, *problem.depots, *problem.stops, *problem.vehicle_types]
    for thing in things:
        known = _KNOWN[type(thing)]
        for field in fields(thing):  # type: ignore[arg-type]  # all are dataclasses
            if field.name not in known and getattr(thing, field.name) != field.default:
                return False
    return True


class _Answer(Enum):
    """What is known of a choice."""

    BEST = "proved"
    NONE = "there is none"
    UNKNOWN = "not proved"


class _Choice:
    """Which routes to drive: each request once or left out, no more vehicles than there are."""

    def __init__(self, problem: RoutingProblem, columns: Sequence[FoundRoute]) -> None:
        self.problem, self.columns = problem, columns
        self.requests = list(dict.fromkeys(stop.request for stop in problem.stops))
        row_of = {request: row for row, request in enumerate(self.requests)}
        prize_of = {stop.request: stop.prize for stop in problem.stops}
        self.prizes = [prize_of[request] for request in self.requests]
        rows, scale = len(self.requests), problem.cost_scale
        size = len(columns) + rows
        self.table = np.zeros((rows + len(problem.vehicle_types), size))
        for number, column in enumerate(columns):
            # Both ends of a transfer stand in one row, for one visit of the request.
            served = {row_of[problem.stops[index].request] for trip in column.trips for index in trip.stops}
            self.table[sorted(served), number] = 1.0
            self.table[rows + column.kind, number] = 1.0
        self.table[np.arange(rows), len(columns) + np.arange(rows)] = 1.0
        lost = [0.0 if prize is None else float(prize * scale) for prize in self.prizes]
        self.cost = np.array([*(column.cost for column in columns), *lost])
        self.required = np.array([prize is None for prize in self.prizes])

    def solve(self) -> Proof | None:
        """Return the plan; None where HiGHS proves nothing."""
        if float(self.cost.sum()) > _LARGEST:
            return None
        status, chosen = self._least(self.cost, left_out=0)
        if status is not _Answer.NONE:
            return None if chosen is None else self._proof(chosen, serves_all=True)
        # Not all can be served: as few as can be are left out, then the cost decides.
        counts = np.concatenate([np.zeros(len(self.columns)), self.required.astype(float)])
        _, fewest = self._least(counts, left_out=None)
        if fewest is None:
            return None
        _, chosen = self._least(self.cost, left_out=round(float(counts @ fewest)))
        return None if chosen is None else self._proof(chosen, serves_all=False)

    def _least(self, cost: NDArray[np.float64], *, left_out: int | None) -> tuple[_Answer, NDArray[np.float64] | None]:
        """Return the choice of least cost, a 0 or 1 each, where it is proved."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        rows, size = len(self.requests), len(cost)
        counts = np.array([float(kind.count) for kind in self.problem.vehicle_types])
        upper = np.ones(size)
        lower = np.concatenate([np.ones(rows), np.full(len(counts), -np.inf)])
        limits = [LinearConstraint(self.table, lower, np.concatenate([np.ones(rows), counts]))]
        if left_out == 0:
            upper[len(self.columns) :][self.required] = 0.0
        elif left_out is not None:
            out = np.concatenate([np.zeros(len(self.columns)), self.required.astype(float)])
            limits.append(LinearConstraint(out, -np.inf, float(left_out)))
        options = {"mip_rel_gap": 0.0, "node_limit": _MAX_NODES}
        answer = milp(cost, integrality=np.ones(size), bounds=Bounds(0.0, upper), constraints=limits, options=options)
        if answer.status == _HIGHS_INFEASIBLE:
            return _Answer.NONE, None
        if answer.x is None or answer.mip_dual_bound is None:
            return _Answer.UNKNOWN, None
        chosen, bound = np.rint(answer.x), float(answer.mip_dual_bound)
        is_proved = math.ceil(bound - _NEAR * max(1.0, abs(bound) * _NEAR)) >= round(float(cost @ chosen))
        fits = np.array_equal(self.table[:rows] @ chosen, np.ones(rows)) and bool((self.table[rows:] @ chosen <= counts).all())
        return (_Answer.BEST, chosen) if is_proved and fits else (_Answer.UNKNOWN, None)

    def _proof(self, chosen: NDArray[np.float64], *, serves_all: bool) -> Proof | None:
        problem = self.problem
        taken = [column for column, is_in in zip(self.columns, chosen[: len(self.columns)], strict=True) if is_in]
        numbers = [0] * len(problem.vehicle_types)
        routes: list[Route] = []
        for column in taken:
            trips = [(problem.depots[trip.depot].id, [problem.stops[index].id for index in trip.stops]) for trip in column.trips]
            kind = problem.vehicle_types[column.kind]
            routes.append(schedule_route(problem, kind=kind, vehicle=numbers[column.kind], trips=trips))
            numbers[column.kind] += 1
            # The timetable prices a route for itself: where it disagrees the labels have missed something.
            if round(routes[-1].cost * problem.cost_scale) != round(column.cost):
                return None
        out = {request for request, is_out in zip(self.requests, chosen[len(self.columns) :], strict=True) if is_out}
        lost = sum(prize or 0 for request, prize in zip(self.requests, self.prizes, strict=True) if request in out)
        unserved = tuple(stop.id for stop in problem.stops if stop.request in out)
        return Proof(RoutePlan(tuple(routes), unserved, sum(route.cost for route in routes) + lost), serves_all)
