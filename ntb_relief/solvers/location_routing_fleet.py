"""A set of open sites as a routing problem, and its routes as a plan.

The engine has no limit on what is loaded at a depot; two ways state it. *Apart*: a site of capacity W has W // Q vehicles of
capacity Q and one of the rest, which together can never bring more than W. Fast, but loads that fit W may not fit these
vehicles. *Pooled*: one vehicle makes all trips of the site, service takes one second a unit, driving none, and its time is
limited to W seconds. Exact, and several times slower an iteration.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import SolverError
from ..model.routing import Depot, RoutingProblem, Stop, VehicleType
from ..model.travel import UNREACHABLE, TravelMatrix
from ..plan.location_routing_plan import LocationRoutingPlan, SiteRoute
from ..plan.verify.location_routing import verify_location_routing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..model.location_routing import LocationRoutingProblem
    from .location_routing_estimate import Choice

_LARGEST: Final = 100_000_000
"""Of a scaled travel cost: far below the engine's own limit."""
_DIGITS: Final = 4
_SPARE_TRIPS: Final = 20
"""Trips of a site beyond twice those that full vehicles need."""

Routes = list[tuple[int, tuple[int, ...]]]
"""Site row and stop rows in the order of visiting, one entry a route."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """Travel and vehicle costs as the whole numbers the engine reckons with.

    Parameters
    ----------
    problem : LocationRoutingProblem
    scale : float
        Whole units a unit of cost.
    travel : int64 array, shape (M + N, M + N)
        `UNREACHABLE` where there is no way.
    """

    problem: LocationRoutingProblem
    scale: float
    travel: NDArray[np.int64]

    @classmethod
    def of(cls, problem: LocationRoutingProblem) -> Encoding:
        """Return the encoding with up to four digits, none where all costs are whole."""
        finite = problem.travel_cost[np.isfinite(problem.travel_cost)]
        largest = max(1.0, float(finite.max(initial=0.0)))
        scale = 1.0
        if largest > _LARGEST:
            scale = _LARGEST / largest
        elif (finite != np.rint(finite)).any() or problem.vehicle_cost % 1:
            scale = 10.0 ** max(0, min(_DIGITS, math.floor(math.log10(_LARGEST / largest))))
        with np.errstate(invalid="ignore"):
            travel = np.where(np.isfinite(problem.travel_cost), np.rint(problem.travel_cost * scale), UNREACHABLE)
        return cls(problem, scale, travel.astype(np.int64))

    def state(self, choice: Choice, *, is_pooled: bool, owner: Sequence[int] | None = None) -> RoutingProblem:
        """Return the routing problem of a set of sites.

        Parameters
        ----------
        choice : tuple of int
        is_pooled : bool
            Whether one vehicle makes all trips of a site, so that capacities of sites are exact.
        owner : sequence of int, optional
            Site row that serves each stop; None leaves it to the engine.
        """
        problem = self.problem
        m, sites = len(problem.site_ids), problem.site_ids
        rows = np.concatenate([np.array(choice, np.int64), m + np.arange(len(problem.stop_ids))])
        names = tuple(f"site {sites[row]}" for row in choice) + tuple(f"stop {name}" for name in problem.stop_ids)
        metres = np.ascontiguousarray(self.travel[np.ix_(rows, rows)])
        seconds, vehicle_cost, count = metres, round(problem.vehicle_cost * self.scale), len(choice)
        if is_pooled:
            seconds = np.where(metres == UNREACHABLE, UNREACHABLE, 0)
            # A trip costs what a vehicle costs: half of it on the way out, half on the way back.
            for part, half in ((np.s_[:count, count:], vehicle_cost // 2), (np.s_[count:, :count], vehicle_cost - vehicle_cost // 2)):
                metres[part] += np.where(metres[part] == UNREACHABLE, 0, half)
        stops = tuple(
            Stop(name, f"stop {name}", (load,), depots=None if owner is None else frozenset([sites[owner[row]]]))
            for row, (name, load) in enumerate(zip(problem.stop_ids, problem.demand.tolist(), strict=True))
        )
        make = self._pool if is_pooled else self._vehicles
        kinds = tuple(kind for row in choice for kind in make(row, vehicle_cost))
        depots = tuple(Depot(sites[row], f"site {sites[row]}") for row in choice)
        return RoutingProblem(depots, stops, kinds, {"all": TravelMatrix("all", names, seconds, metres)})

    def _vehicles(self, row: int, vehicle_cost: int) -> list[VehicleType]:
        """Return vehicles that bring no more than site `row` holds."""
        problem, name = self.problem, self.problem.site_ids[row]
        room, each, n = int(problem.site_room[row]), problem.vehicle_capacity, len(problem.stop_ids)
        full, rest = (n, 0) if room >= problem.demand.sum() else divmod(room, each)
        place, depots = f"site {name}", frozenset([name])
        return [
            VehicleType(f"{name}/{capacity}", min(count, n), (capacity,), "all", place, place, depots=depots, fixed_cost=vehicle_cost)
            for count, capacity in ((full, each), (1, rest))
            if count and capacity
        ]

    def _pool(self, row: int, vehicle_cost: int) -> list[VehicleType]:  # noqa: ARG002 - the ways carry the cost
        """Return the one vehicle of site `row`: the seconds it serves are the units it brings."""
        problem, name = self.problem, self.problem.site_ids[row]
        room, n = int(problem.site_room[row]), len(problem.stop_ids)
        place = f"site {name}"
        return [
            VehicleType(
                name,
                1,
                (problem.vehicle_capacity,),
                "all",
                place,
                place,
                depots=frozenset([name]),
                max_trips=min(n, _SPARE_TRIPS + 2 * -(-room // problem.vehicle_capacity)),
                service_s_per_unit=1.0,
                max_duration_s=room,
            )
        ]


def build_location_plan(problem: LocationRoutingProblem, routes: Routes) -> LocationRoutingPlan:
    """Return the plan of routes, judged by `verify_location_routing`; sites without routes are open only where they must be.

    Raises
    ------
    SolverError
        Where the plan breaks a rule: a defect of the engine.
    """
    m = len(problem.site_ids)
    opened = sorted({site for site, _ in routes} | set(np.flatnonzero(problem.site_modes > 0).tolist()))
    built = []
    for site, stops in sorted(routes):
        way = [site, *(m + stop for stop in stops), site]
        cost = math.fsum(problem.travel_cost[way[:-1], way[1:]].tolist())
        load = int(problem.demand[list(stops)].sum())
        built.append(SiteRoute(problem.site_ids[site], tuple(problem.stop_ids[stop] for stop in stops), load, cost))
    plan = LocationRoutingPlan(
        problem,
        tuple(problem.site_ids[row] for row in opened),
        tuple(built),
        site_cost=math.fsum(problem.opening_costs[opened].tolist()),
        vehicle_cost=len(built) * problem.vehicle_cost,
        travel_cost=math.fsum(route.travel_cost for route in built),
    )
    violations = verify_location_routing(problem, plan)
    if violations:
        message = f"the location-routing engine returned a plan that breaks {len(violations)} rules, first: {violations[0]}"
        raise SolverError(message)
    return plan
