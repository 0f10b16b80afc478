"""The embedded catalogue: items, need rates and vehicle types, each with its source; a planner overrides any of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from ..data import read_table
from ..model.fleet import FleetType
from ..model.items import Item, NeedRate
from ..model.provenance import Provenance
from ..units import HOUR_S, MINUTE_S

if TYPE_CHECKING:
    from ..data import Row
    from ..model.items import Per


@cache
def default_rates() -> tuple[NeedRate, ...]:
    """Return the cited need rates that apply where a planner says nothing; one an item."""
    return tuple(
        NeedRate(row["item"], float(row["rate"]), cast("Per", row["per"]), _provenance(row))
        for row in read_table("need_rates")
        if row["use"] == "default"
    )


@cache
def default_items() -> tuple[Item, ...]:
    """Return the item catalogue: those with a default need rate first, then the others."""
    return tuple(
        Item(row["item"], row["name_id"], row["unit"], float(row["mass_kg"]), float(row["volume_l"]), int(row["level"]), _provenance(row))
        for row in read_table("items")
    )


@cache
def default_fleet_types() -> tuple[FleetType, ...]:
    """Return the vehicle types: heavy and light truck, 4WD pickup, trail motorbike, boat. All figures are assumed."""
    return tuple(
        FleetType(
            id=row["vehicle_type"],
            name=row["name_id"],
            profile=row["profile"],
            capacity_kg=float(row["capacity_kg"]),
            capacity_l=float(row["capacity_l"]),
            fixed_idr=int(row["fixed_cost_idr"]),
            cost_idr_per_km=int(row["cost_per_km_idr"]),
            cost_idr_per_h=int(row["cost_per_h_idr"]),
            loading_s=round(float(row["load_min"]) * MINUTE_S),
            unloading_s_per_t=round(float(row["unload_min_per_t"]) * MINUTE_S),
            shift_s=round(float(row["shift_h"]) * HOUR_S),
            provenance=_provenance(row),
        )
        for row in read_table("vehicle_types")
    )


def _provenance(row: Row) -> Provenance:
    note = row.get("note", "")
    return Provenance(f"{row['source']}; {note}" if note else row["source"], "", row["confidence"])
