"""From the columns of a file to a `RoutingProblem`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ...errors import Issue, SchemaError
from ...model.routing import Depot, RoutingProblem, Stop, VehicleType
from ...model.travel import TravelMatrix
from .lengths import UNITS, plane_travel, usual_rounding

if TYPE_CHECKING:
    from ...model.plane import PlaneTravel
    from .lengths import Rounding
    from .table import RoutingTable

_PROFILE = "file"
_MOST_IN_TABLE = 5_000
"""Places; above it their legs are worked out where they are asked for."""


def build_problem(table: RoutingTable, *, rounding: Rounding | None) -> RoutingProblem:
    """Return the problem with lengths and times in whole units and costs in the unit of the file.

    Raises
    ------
    SchemaError
        Where vehicles or prizes cannot be stated in whole numbers.
    """
    form = rounding or usual_rounding(table.kind)
    units = UNITS[form]
    clients = range(table.num_depots, len(table.demand))
    groups = {client: f"group {number}" for number, members in enumerate(table.groups, start=1) for client in members}
    sources = {receiver: giver for giver, receiver in table.pairs}
    kinds = _vehicle_types(table, units, num_clients=len(clients))
    return RoutingProblem(
        depots=tuple(Depot(id=str(place), place_id=str(place)) for place in range(table.num_depots)),
        stops=tuple(_stop(table, client, units, kinds, group=groups.get(client), source=sources.get(client)) for client in clients),
        vehicle_types=tuple(kinds.values()),
        matrices={_PROFILE: _travel(table, form, units)},
        dimensions=tuple(f"load {number}" for number in range(1, table.demand.shape[1] + 1)),
        cost_scale=units,
        linehaul_first=table.kind == "VRPB",
    )


def _travel(table: RoutingTable, form: Rounding, units: int) -> TravelMatrix | PlaneTravel:
    if table.lengths is not None:
        lengths = table.lengths * units
        # One array for both: travel takes as long as it is far.
        return TravelMatrix(_PROFILE, tuple(map(str, range(len(lengths)))), duration_s=lengths, distance_m=lengths)
    assert table.xy is not None  # noqa: S101 - the parsers refuse a file with neither
    is_timed = bool(np.isfinite(table.windows[:, 1]).any() or np.isfinite(table.vehicles.max_duration).any())
    plane = plane_travel(_PROFILE, table.xy, rounding=form, is_timed=is_timed)
    return plane if plane.num_places > _MOST_IN_TABLE else plane.block(range(plane.num_places))


def _stop(table: RoutingTable, client: int, units: int, kinds: dict[int, VehicleType], *, group: str | None, source: int | None) -> Stop:
    prize = 0.0 if table.prize is None else float(table.prize[client])
    if not prize.is_integer():
        raise SchemaError([Issue(f"file '{table.name}' section PRIZE", f"location {client + 1} has {prize:g}", "give whole prizes")])
    allowed = table.vehicles.allowed
    barred = allowed is not None and any(client not in allowed[row] for row in kinds)
    return Stop(
        id=str(client),
        place_id=str(client),
        demand=tuple(int(load) for load in table.demand[client]),
        window_s=_window(table, client, units),
        service_s=math.ceil(float(table.service[client]) * units - 0.5),
        prize=int(prize) if prize > 0 else None,
        vehicle_types=frozenset(kind.id for row, kind in kinds.items() if allowed is not None and client in allowed[row])
        if barred
        else None,
        # What a transfer brings it has not also on board from the depot; only its giver takes on.
        pickup=() if table.pickup is None or source is not None else tuple(int(load) for load in table.pickup[client]),
        release_s=math.ceil(float(table.release[client]) * units),
        group=group,
        taken_from=None if source is None else str(source),
        min_drop=1 if table.can_split else None,
    )


def _vehicle_types(table: RoutingTable, units: int, *, num_clients: int) -> dict[int, VehicleType]:
    """Return one type for equal rows, by the first of its rows; files of 5,000 rows often have five types."""
    vehicles = table.vehicles
    alike: dict[tuple[object, ...], list[int]] = {}
    for row, (depot, reloads) in enumerate(zip(vehicles.depot.tolist(), vehicles.reloads, strict=True)):
        if not 0 <= depot < table.num_depots or any(not 0 <= place < table.num_depots for place in reloads):
            raise SchemaError(
                [Issue(f"file '{table.name}' vehicle {row + 1}", "uses a depot that does not exist", f"use 1 to {table.num_depots}")]
            )
        numbers = (vehicles.fixed_cost, vehicles.unit_cost, vehicles.max_duration, vehicles.max_distance, vehicles.max_reloads)
        allowed = None if vehicles.allowed is None else vehicles.allowed[row]
        key = (tuple(vehicles.capacity[row].tolist()), depot, reloads, allowed, *(float(column[row]) for column in numbers))
        alike.setdefault(key, []).append(row)
    is_alike = len(vehicles.depot) == 1
    counts = {rows[0]: len(rows) for rows in alike.values()}
    if is_alike:
        # A best plan never splits two stops over the same two vehicles: less visits than clients and vehicles together.
        full_loads = -(-int(table.demand.sum()) // max(1, int(vehicles.capacity[0, 0]))) if table.can_split else 0
        counts = {0: num_clients + full_loads if vehicles.count is None else vehicles.count}
    return {row: _vehicle_type(table, row, units, count=count, num_clients=num_clients) for row, count in counts.items()}


def _vehicle_type(table: RoutingTable, row: int, units: int, *, count: int, num_clients: int) -> VehicleType:
    vehicles = table.vehicles
    depot = int(vehicles.depot[row])
    reloads = vehicles.reloads[row]
    max_reloads = vehicles.max_reloads[row]
    return VehicleType(
        id=f"v{row + 1}",
        count=count,
        capacity=tuple(int(load) for load in vehicles.capacity[row]),
        profile=_PROFILE,
        start_id=str(depot),
        end_id=str(depot),
        depots=frozenset(map(str, {depot, *reloads})),
        max_trips=1 + int(min(max_reloads, num_clients)) if reloads else 1,
        fixed_cost=float(vehicles.fixed_cost[row]),
        cost_per_m=float(vehicles.unit_cost[row]) / units,
        shift_s=_window(table, depot, units),
        max_duration_s=_limit(vehicles.max_duration[row], units),
        max_distance_m=_limit(vehicles.max_distance[row], units),
    )


def _window(table: RoutingTable, place: int, units: int) -> tuple[int, int | None]:
    opens, closes = table.windows[place]
    return math.ceil(opens * units), _limit(closes, units)


def _limit(value: float, units: int) -> int | None:
    return math.floor(value * units) if math.isfinite(value) else None
