"""Routes: which vehicle visits which stops, loading where, at what time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visit:
    """A stop as scheduled: arrival, start of service and departure in seconds.

    `brought` is what a stop that may be split gets here; ``None`` stands for all of its demand.
    """

    stop_id: str
    arrival_s: int
    start_s: int
    departure_s: int
    brought: int | None = None

    def amount_of(self, demand: int) -> int:
        """Return what the visit brings of its stop's demand."""
        return demand if self.brought is None else self.brought


@dataclass(frozen=True, slots=True)
class Trip:
    """One loading at a depot and the visits it serves.

    Parameters
    ----------
    depot_id : str
    loading_start_s, loading_end_s : int
    visits : tuple of Visit
    """

    depot_id: str
    loading_start_s: int
    loading_end_s: int
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """All trips of one vehicle.

    Parameters
    ----------
    vehicle_type : str
    vehicle : int
        Number among the vehicles of its type, from 0.
    start_s, end_s : int
        Leaves its start and reaches its end (or ends its last service on an open route).
    trips : tuple of Trip
    distance_m : int
    cost : float
        Fixed, distance and time cost.
    """

    vehicle_type: str
    vehicle: int
    start_s: int
    end_s: int
    trips: tuple[Trip, ...]
    distance_m: int
    cost: float

    @property
    def stop_ids(self) -> tuple[str, ...]:
        """Stops in the order of visiting."""
        return tuple(visit.stop_id for trip in self.trips for visit in trip.visits)


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """Routes and the stops they leave out.

    Parameters
    ----------
    routes : tuple of Route
        Only vehicles that are used.
    unserved : tuple of str
        Stops no route serves.
    cost : float
        Cost of the routes and prizes of the unserved optional stops.
    """

    routes: tuple[Route, ...]
    unserved: tuple[str, ...]
    cost: float
