"""How soon service can start at each stop at all, whatever the plan: the ground of bounds on what arrivals cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..model.plane import PlaneTravel
from ..model.travel import UNREACHABLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..model.routing import RoutingProblem, VehicleType

    Floats = NDArray[np.float64]


def from_depot(legs: Floats, first: Floats) -> Floats:
    """Return the least price of the way from the depot to each stop, over any others (Dijkstra 1959, a row at a time)."""
    reached = first.copy()
    key = first.copy()
    for _ in range(len(key)):
        stop = int(key.argmin())
        if not np.isfinite(key[stop]):
            break
        key[stop] = np.inf
        offer = reached[stop] + legs[stop]
        closer = offer < reached
        reached[closer] = key[closer] = offer[closer]
    return reached


def table_of(problem: RoutingProblem, kind: VehicleType, *, measure: str) -> Floats:
    """Return the seconds or metres of a vehicle type between all places; ``inf`` where there is no path."""
    travel = problem.matrices[kind.profile]
    table = travel.block(range(travel.num_places)) if isinstance(travel, PlaneTravel) else travel
    whole = table.distance_m if measure == "distance" else table.duration_s
    return np.where(whole == UNREACHABLE, np.inf, whole.astype(float))


def soonest_starts(problem: RoutingProblem) -> Floats:
    """Return the first second at which service can start at each stop, ``inf`` where nobody may serve it.

    A vehicle leaves with its shift, loads at any depot it may use, and goes the quickest way, over any places.
    """
    row = {name: number for number, name in enumerate(problem.place_ids)}
    starts = np.full(len(problem.stops), np.inf)
    place = np.array([row[stop.place_id] for stop in problem.stops], np.int64)
    known: dict[object, Floats] = {}
    for kind in problem.vehicle_types:
        alike = kind.profile, kind.start_id, kind.depots, kind.shift_s[0], kind.loading_s
        if alike not in known:
            known[alike] = _loaded_at(problem, kind, row)[place]
        soonest = [
            max(stop.window_s[0], stop.release_s + kind.loading_s)
            if stop.vehicle_types is None or kind.id in stop.vehicle_types
            else np.inf
            for stop in problem.stops
        ]
        starts = np.minimum(starts, np.maximum(known[alike], soonest))
    return starts


def _loaded_at(problem: RoutingProblem, kind: VehicleType, row: dict[str, int]) -> Floats:
    """Return how soon a vehicle can be at each place, loaded."""
    legs = table_of(problem, kind, measure="duration")
    out = from_depot(legs, legs[row[kind.start_id]])
    ready = np.full(len(legs), np.inf)
    for depot in problem.depots:
        if kind.depots is None or depot.id in kind.depots:
            at = row[depot.place_id]
            ready = np.minimum(ready, max(kind.shift_s[0] + float(out[at]), depot.open_s) + kind.loading_s + legs[at])
    return from_depot(legs, ready)
