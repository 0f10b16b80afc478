"""Maps of an operation and of its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..plan.report import served_people
from ..plan.report.tally import by_level
from ..plan.report.words import format_mass, format_percent
from ..units import HOUR_S, format_clock, format_date, format_number, format_rupiah
from .base_layers import Points, base_data, need_data, site_data
from .page import ReliefMap, render_page
from .palette import FULL, SHARE_COLOURS, UNKNOWN_SHARE
from .plan_layers import posko_data, route_data, stock_data

if TYPE_CHECKING:
    from ..model.operation import Operation
    from ..plan.operation_plan import OperationPlan
    from .base_layers import Data

__all__ = ["ReliefMap", "map_operation", "map_plan"]

_SCALE: Final = [{"colour": colour, "label": label} for _, colour, label in SHARE_COLOURS] + [{"colour": FULL[0], "label": FULL[1]}]


def map_plan(plan: OperationPlan, *, seed: int | None = None) -> ReliefMap:
    """Return the map of a plan: routes by vehicle over roads and crossings, poskos by need and satisfied share.

    Parameters
    ----------
    plan : OperationPlan
    seed : int, optional
        Seed of the search, shown below the title.

    Returns
    -------
    ReliefMap
        One HTML page that opens with no network.
    """
    operation, points = plan.operation, Points(plan.operation)
    routes = route_data(plan, points)
    data = _page_data(operation, points, seed=seed) | {
        "facts": _plan_facts(plan),
        "notes": list(dict.fromkeys((*operation.notes, *plan.notes))),
        "poskos": posko_data(plan),
        "sites": site_data(operation, stock_data(plan)),
        "scale": _SCALE,
        "types": routes,
    }
    return render_page(data | {"points": points.latlon}, title=f"Rencana bantuan - {operation.name}")


def map_operation(operation: Operation) -> ReliefMap:
    """Return the map of what is asked: poskos by need, sites with their stock, roads and closures.

    Parameters
    ----------
    operation : Operation

    Returns
    -------
    ReliefMap
        One HTML page that opens with no network.
    """
    points = Points(operation)
    items = {item.id: item for item in operation.items}
    stock: dict[str, list[Data]] = {}
    for supply in operation.supplies:
        item = items[supply.item_id]
        stock.setdefault(supply.site_id, []).append(
            {"item": item.name, "unit": item.unit, "owner": supply.owner, "before": supply.quantity}
        )
    data = _page_data(operation, points, seed=None) | {
        "facts": _operation_facts(operation),
        "notes": list(operation.notes),
        "poskos": need_data(operation),
        "sites": site_data(operation, stock),
        "scale": [],
        "types": [],
    }
    return render_page(data | {"points": points.latlon}, title=f"Operasi - {operation.name}")


def _page_data(operation: Operation, points: Points, *, seed: int | None) -> Data:
    start = f"Mulai {format_date(operation.start)}, {format_clock(operation.start, after_s=0)} WITA"
    horizon = f"jangka {format_number(operation.horizon_s / HOUR_S)} jam"
    subtitle = "; ".join([start, horizon, *([] if seed is None else [f"benih acak {seed}"])])
    return base_data(operation, points) | {"title": operation.name, "subtitle": subtitle, "unknown": UNKNOWN_SHARE}


def _plan_facts(plan: OperationPlan) -> list[list[str]]:
    people, served = plan.operation.num_people, sum(served_people(plan).values())
    levels = by_level(plan).values()
    needed, given = sum(x.needed_kg for x in levels), sum(x.given_kg for x in levels)
    return [
        ["Jiwa dilayani", format_number(served), f"dari {format_number(people)}"],
        ["Barang diantar", format_mass(given), f"dari {format_mass(needed)} ({format_percent(given / needed if needed else 1)})"],
        ["Kendaraan dipakai", format_number(len(plan.schedules)), f"dari {format_number(len(plan.operation.vehicles))}"],
        ["Biaya", format_rupiah(sum(x.cost_idr for x in plan.schedules)), ""],
    ]


def _operation_facts(operation: Operation) -> list[list[str]]:
    mass_kg = {item.id: item.mass_kg for item in operation.items}
    needed = sum(need.quantity * mass_kg[need.item_id] for need in operation.needs)
    stock = sum(supply.quantity * mass_kg[supply.item_id] for supply in operation.supplies)
    return [
        ["Jiwa", format_number(operation.num_people), f"di {format_number(len(operation.poskos))} posko"],
        ["Kebutuhan", format_mass(needed), ""],
        ["Stok", format_mass(stock), f"di {format_number(len({x.site_id for x in operation.supplies}))} gudang"],
        ["Kendaraan", format_number(len(operation.vehicles)), f"{format_number(len(operation.fleet_types))} jenis"],
    ]
