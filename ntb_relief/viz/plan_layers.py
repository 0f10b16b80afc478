"""What a map shows of the answer: poskos by satisfied share, and each vehicle's way with its hours and goods."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, assert_never

from ..plan.operation_plan import Drive, Load, Unload
from ..plan.report import CAUSE_NAMES, deliveries, first_arrivals, satisfied_share, stock_by_owner, trip_numbers
from ..plan.report.words import format_percent
from ..units import format_clock, format_number, format_rupiah
from .base_layers import need_data
from .palette import share_class, type_colours

if TYPE_CHECKING:
    from ..model.places import Posko, Site
    from ..plan.operation_plan import Action, OperationPlan, Shortfall, VehicleSchedule
    from .base_layers import Data, Points


def posko_data(plan: OperationPlan) -> list[Data]:
    """Return the poskos with what they need, get and miss, why, and when their goods come."""
    operation = plan.operation
    given, arrivals, shares = deliveries(plan), first_arrivals(plan), satisfied_share(plan)
    causes: dict[tuple[str, str], list[Shortfall]] = defaultdict(list)
    for short in plan.shortfalls:
        causes[short.posko_id, short.item_id].append(short)
    rows = need_data(operation)
    for row in rows:
        posko_id = row["id"]
        share = shares.get(posko_id, 1.0)
        arrival = f"barang pertama {format_clock(operation.start, after_s=arrivals[posko_id])} WITA" if posko_id in arrivals else ""
        row |= {"share": share_class(share), "shareText": format_percent(share), "arrival": arrival}
        for need in row["needs"]:
            key = posko_id, need["id"]
            need |= {"given": given.get(key, 0), "why": _reasons(causes[key])}
    return rows


def _reasons(shortfalls: list[Shortfall]) -> list[str]:
    """Return why a need is not met: one reason with its detail, several with their quantities."""
    if len(shortfalls) != 1:
        return [f"{format_number(short.quantity)} {CAUSE_NAMES[short.cause]}" for short in shortfalls]
    (short,) = shortfalls
    # The half of the detail before a colon tells item, quantity and posko, which stand beside it.
    detail = short.detail.rpartition(": ")[2]
    return [f"{CAUSE_NAMES[short.cause]} ({detail})" if detail else CAUSE_NAMES[short.cause]]


def stock_data(plan: OperationPlan) -> dict[str, list[Data]]:
    """Return rows of stock by site id: item, owner, before, taken."""
    items = {item.id: item for item in plan.operation.items}
    rows: dict[str, list[Data]] = defaultdict(list)
    for supply, taken in stock_by_owner(plan):
        item = items[supply.item_id]
        rows[supply.site_id].append(
            {"item": item.name, "unit": item.unit, "owner": supply.owner, "before": supply.quantity, "taken": taken}
        )
    return rows


def route_data(plan: OperationPlan, points: Points) -> list[Data]:
    """Return the vehicle types, the largest first, each with its vehicles and their ways."""
    operation = plan.operation
    colours = type_colours(operation)
    kind_of = {vehicle.id: vehicle.type_id for vehicle in operation.vehicles}
    schedules: dict[str, list[VehicleSchedule]] = defaultdict(list)
    for schedule in plan.schedules:
        schedules[kind_of[schedule.vehicle_id]].append(schedule)
    have = {kind.id: sum(type_id == kind.id for type_id in kind_of.values()) for kind in operation.fleet_types}
    writer = _Writer(plan, points)
    kinds = sorted((x for x in operation.fleet_types if have[x.id]), key=lambda x: -x.capacity_kg)
    return [
        {
            "name": kind.name,
            "colour": colours[kind.id],
            "have": have[kind.id],
            "vehicles": [writer.vehicle(schedule) for schedule in schedules[kind.id]],
        }
        for kind in kinds
    ]


class _Writer:
    """Writes the schedules of one plan in words."""

    def __init__(self, plan: OperationPlan, points: Points) -> None:
        operation = plan.operation
        places: list[Posko | Site] = [*operation.poskos, *operation.sites]
        self.start, self.points = operation.start, points
        self.items = {item.id: item for item in operation.items}
        self.names = {place.id: place.name for place in places}
        self.at = {place.id: [round(place.lat, 5), round(place.lon, 5)] for place in places}

    def vehicle(self, schedule: VehicleSchedule) -> Data:
        trips = max(trip_numbers(schedule), default=0)
        return {
            "id": schedule.vehicle_id,
            "text": f"{trips} rit, {_km(schedule.distance_m)}, {self._hours(schedule.start_s, schedule.end_s)} WITA",
            "cost": format_rupiah(schedule.cost_idr),
            "pairs": self._ways([action for action in schedule.actions if isinstance(action, Drive)]),
            "stops": [self.at[action.place_id] for action in schedule.actions if isinstance(action, Unload)],
            "steps": [self._step(action) for action in schedule.actions],
        }

    def _hours(self, start_s: int, end_s: int) -> str:
        return f"{format_clock(self.start, after_s=start_s)}-{format_clock(self.start, after_s=end_s)}"

    def _ways(self, drives: list[Drive]) -> list[int]:
        """Return every road of the drives once, as pairs of points."""
        pairs = dict[tuple[int, ...], None]()
        for drive in drives:
            pairs |= dict.fromkeys(tuple(self.points.edge(edge)) for edge in drive.path.edges)
            for place_id, row in ((drive.from_id, drive.path.nodes[0]), (drive.to_id, drive.path.nodes[-1])):
                pairs[tuple(self.points.link(place_id, row))] = None
        return [point for pair in pairs for point in pair]

    def _step(self, action: Action) -> Data:
        match action:
            case Load():
                text, lines = f"Muat di {self.names[action.site_id]}", self._cargo(action)
            case Unload():
                text, lines = f"Bongkar di {self.names[action.place_id]}", self._cargo(action)
            case Drive():
                text = f"Ke {self.names[action.to_id]}, {_km(action.path.distance_m)}"
                lines = [f"feri {use.crossing_id} {self._hours(use.departure_s, use.arrive_s)}" for use in action.sailings]
            case _:
                assert_never(action)
        return {"at": self._hours(action.start_s, action.end_s), "text": text, "lines": lines}

    def _cargo(self, action: Load | Unload) -> list[str]:
        """Return the goods of a stop by item, all poskos together."""
        totals: dict[str, int] = defaultdict(int)
        for line in action.lines:
            totals[line.item_id] += line.quantity
        return [f"{format_number(quantity)} {self.items[item_id].unit} {self.items[item_id].name}" for item_id, quantity in totals.items()]


def _km(distance_m: int) -> str:
    return f"{format_number(distance_m / 1000)} km"
