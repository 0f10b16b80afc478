"""Things of the model as rows of the workbook: the other direction of the rooms that read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...units import HOUR_S, MINUTE_S
from .sheets import PER_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...model.fleet import FleetType
    from ...model.items import Item, NeedRate
    from ...model.provenance import Provenance
    from ..excel import Value

SheetRow = dict[str, "Value"]


def provenance_cells(provenance: Provenance) -> SheetRow:
    """Return the columns that say where a row comes from."""
    return {"source": provenance.source, "as_of": provenance.as_of, "confidence": provenance.confidence}


def item_rows(items: Iterable[Item]) -> list[SheetRow]:
    """Return the sheet 'Barang'."""
    return [
        {
            "id": item.id,
            "name": item.name,
            "unit": item.unit,
            "mass_kg": item.mass_kg,
            "volume_l": item.volume_l,
            "level": item.level,
            **provenance_cells(item.provenance),
        }
        for item in items
    ]


def rate_rows(rates: Iterable[NeedRate], items: Iterable[Item]) -> list[SheetRow]:
    """Return the sheet 'Standar kebutuhan'; an item is named where its name is its own."""
    labels = item_labels(items)
    return [
        {"item": labels[rate.item_id], "rate": rate.rate, "per": PER_WORDS[rate.per], **provenance_cells(rate.provenance)} for rate in rates
    ]


def fleet_type_rows(types: Iterable[FleetType]) -> list[SheetRow]:
    """Return the sheet 'Jenis kendaraan'."""
    return [
        {
            "id": kind.id,
            "name": kind.name,
            "profile": kind.profile,
            "capacity_kg": kind.capacity_kg,
            "capacity_l": kind.capacity_l,
            "fixed_idr": kind.fixed_idr,
            "cost_idr_per_km": kind.cost_idr_per_km,
            "cost_idr_per_h": kind.cost_idr_per_h,
            "loading": kind.loading_s / MINUTE_S,
            "unloading": kind.unloading_s_per_t / MINUTE_S,
            "shift": kind.shift_s / HOUR_S,
            **provenance_cells(kind.provenance),
        }
        for kind in types
    ]


def item_labels(items: Iterable[Item]) -> dict[str, str]:
    """Return how each item is written in other sheets, by id."""
    return _labels((item.id, item.name) for item in items)


def type_labels(types: Iterable[FleetType]) -> dict[str, str]:
    """Return how each vehicle type is written in other sheets, by id."""
    return _labels((kind.id, kind.name) for kind in types)


def _labels(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    from .lookup import Lookup

    rows = list(pairs)
    named = Lookup("thing", "", ((thing_id, name, thing_id) for thing_id, name in rows))
    return {thing_id: name if named.get(name) == thing_id else thing_id for thing_id, name in rows}
