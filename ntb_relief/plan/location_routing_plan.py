"""The answer to a location-routing problem: which sites are opened and the routes that start from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..units import format_number

if TYPE_CHECKING:
    from pandas import DataFrame

    from ..model.location_routing import LocationRoutingProblem


@dataclass(frozen=True, slots=True)
class SiteRoute:
    """One vehicle's way from its site over its stops and back.

    Parameters
    ----------
    site_id : str
    stop_ids : tuple of str
        In the order of visiting, at least one.
    load : int
        Demand of its stops.
    travel_cost : float
        Of driving, without the cost of the vehicle.
    """

    site_id: str
    stop_ids: tuple[str, ...]
    load: int
    travel_cost: float


@dataclass(frozen=True, slots=True)
class LocationRoutingPlan:
    """Open sites and routes.

    Parameters
    ----------
    problem : LocationRoutingProblem
        The question it answers.
    sites : tuple of str
        Open sites, in the order of the problem.
    routes : tuple of SiteRoute
        By site, in the order of the problem.
    site_cost, vehicle_cost, travel_cost : float
        The three parts of the cost.
    """

    problem: LocationRoutingProblem = field(repr=False, compare=False)
    sites: tuple[str, ...]
    routes: tuple[SiteRoute, ...] = field(repr=False)
    site_cost: float
    vehicle_cost: float
    travel_cost: float

    @property
    def cost(self) -> float:
        """Cost of sites, vehicles and driving."""
        return self.site_cost + self.vehicle_cost + self.travel_cost

    @property
    def load(self) -> dict[str, int]:
        """What all routes of each open site bring."""
        load = dict.fromkeys(self.sites, 0)
        for route in self.routes:
            load[route.site_id] += route.load
        return load

    def summary(self) -> str:
        """Return the cost and the open sites with what they serve, one line each, in Indonesian."""
        parts = (("lokasi", self.site_cost), ("kendaraan", self.vehicle_cost), ("perjalanan", self.travel_cost))
        told = ", ".join(f"{name} {format_number(value, decimals=1)}" for name, value in parts)
        lines = [f"{len(self.sites)} lokasi dibuka, {len(self.routes)} rute; biaya {format_number(self.cost, decimals=1)} ({told})"]
        for name, load in self.load.items():
            routes = [route for route in self.routes if route.site_id == name]
            count = sum(len(route.stop_ids) for route in routes)
            lines.append(f"{name}: {len(routes)} rute, {format_number(count)} titik, muatan {format_number(load)}")
        return "\n".join(lines)

    def to_frame(self) -> DataFrame:
        """Return one row a visit: site, number of the route from 1, position in it from 1, stop and its demand."""
        from pandas import DataFrame

        demand = dict(zip(self.problem.stop_ids, self.problem.demand.tolist(), strict=True))
        rows = [
            (route.site_id, number, place, stop, demand[stop])
            for number, route in enumerate(self.routes, start=1)
            for place, stop in enumerate(route.stop_ids, start=1)
        ]
        return DataFrame(rows, columns=["site_id", "route", "position", "stop_id", "demand"])
