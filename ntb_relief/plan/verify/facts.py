"""The question by name, for looking things up while an answer is replayed."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...units import HOUR_S, MINUTE_S, WITA

if TYPE_CHECKING:
    from ...model.crossings import Crossing
    from ...model.fleet import FleetType, Vehicle
    from ...model.items import Item
    from ...model.needs import Need
    from ...model.operation import Operation
    from ...model.travel import Profile

DeliveryKey = tuple[str, str]
"""(posko, item)."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One row of the road table under the closures of the operation."""

    ends: frozenset[int]
    kind: str
    road_class: str
    access: int
    length_m: int
    slow_factor: float
    one_way_from: int | None
    surface: str
    slope: str
    max_kph: float
    max_weight_kg: float
    max_axle_kg: float

    def seconds(self, profile: Profile) -> int:
        """Return the driving seconds, rounded to whole ones (a sailing takes its own)."""
        kph = profile.speed_kph[self.road_class] * profile.surface_factor.get(self.surface, 1.0) * profile.slope_factor.get(self.slope, 1.0)
        return round(self.length_m / 1000.0 / min(kph, self.max_kph) * 3600.0 * self.slow_factor)


@dataclass(frozen=True, slots=True)
class Facts:
    """An `Operation` as plain dicts; edges carry the closures, the clock its midnight."""

    operation: Operation
    items: dict[str, Item]
    posko_ids: frozenset[str]
    site_ids: frozenset[str]
    place_row: dict[str, int]
    node_ids: tuple[str, ...]
    edges: tuple[Edge, ...]
    crossings: dict[str, Crossing]
    vehicles: dict[str, Vehicle]
    fleet_types: dict[str, FleetType]
    needs: dict[DeliveryKey, Need]
    supplies: Counter[tuple[str, str]]
    start_clock_s: int
    banned_turns: frozenset[tuple[int, int, int]]

    def fleet_type(self, vehicle_id: str) -> FleetType | None:
        """Return the type of a vehicle, None where the vehicle is not known."""
        vehicle = self.vehicles.get(vehicle_id)
        return None if vehicle is None else self.fleet_types[vehicle.type_id]


def facts_of(operation: Operation) -> Facts:
    """Return the operation indexed by its ids."""
    row = {name: index for index, name in enumerate(operation.roads.node_ids)}
    supplies: Counter[tuple[str, str]] = Counter()
    for supply in operation.supplies:
        supplies[supply.site_id, supply.item_id] += supply.quantity
    start = operation.start.astimezone(WITA)
    return Facts(
        operation=operation,
        items={x.id: x for x in operation.items},
        posko_ids=frozenset(x.id for x in operation.poskos),
        site_ids=frozenset(x.id for x in operation.sites),
        place_row={x.id: row[x.node_id] for x in operation.poskos} | {x.id: row[x.node_id] for x in operation.sites},
        node_ids=operation.roads.node_ids,
        edges=_edges(operation, row),
        crossings={x.id: x for x in operation.crossings},
        vehicles={x.id: x for x in operation.vehicles},
        fleet_types={x.id: x for x in operation.fleet_types},
        needs={(x.posko_id, x.item_id): x for x in operation.needs},
        supplies=supplies,
        start_clock_s=start.hour * HOUR_S + start.minute * MINUTE_S + start.second,
        banned_turns=operation.roads.banned_turns(),
    )


def _edges(operation: Operation, row: dict[str, int]) -> tuple[Edge, ...]:
    """Return the edges with every closure of their two ends on top; several closures multiply."""
    factor: dict[frozenset[int], float] = {}
    for closure in operation.closures:
        ends = frozenset((row[closure.from_node], row[closure.to_node]))
        slower = math.inf if closure.slow_factor is None else float(closure.slow_factor)
        factor[ends] = factor.get(ends, 1.0) * slower
    roads = operation.roads
    columns = zip(
        roads.edge_from.tolist(),
        roads.edge_to.tolist(),
        roads.kind,
        roads.road_class,
        roads.access.tolist(),
        roads.length_m.tolist(),
        roads.slow_factor.tolist(),
        roads.one_way.tolist(),
        roads.surface,
        roads.slope,
        roads.max_kph.tolist(),
        roads.max_weight_kg.tolist(),
        roads.max_axle_kg.tolist(),
        strict=True,
    )
    edges = []
    for here, there, kind, road_class, access, length_m, slow, one_way, *limits in columns:
        ends = frozenset((here, there))
        slower = slow * factor.get(ends, 1.0)
        edges.append(Edge(ends, kind, road_class, access, length_m, slower, here if one_way else None, *limits))
    return tuple(edges)
