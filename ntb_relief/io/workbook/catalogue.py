"""The sheets 'Barang', 'Standar kebutuhan' and 'Jenis kendaraan': what there is, or the embedded defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from ...geo.profiles import default_profiles
from ...model.fleet import FleetType
from ...model.items import Item, NeedRate
from ...units import HOUR_S, MINUTE_S
from ..defaults import default_fleet_types, default_items, default_rates
from .headings import heading_key
from .lookup import Lookup, build, check_unique, has_all, provenance_of
from .sheets import FLEET_TYPES, ITEMS, PER_WORDS, RATES

if TYPE_CHECKING:
    from ...model.items import Per
    from .book import Book
    from .cells import CellReader
    from .headings import Row

_PER_KEYS: Final = {
    **{heading_key(word): per for per, word in PER_WORDS.items()},
    "jiwahari": "person_day", "orangperhari": "person_day", "jiwaperhari": "person_day", "personday": "person_day",
    "jiwa": "person", "person": "person",
    "keluarga": "household", "rumahtangga": "household", "household": "household",
}  # fmt: skip
_LITRES_PER_KG: Final = 4.0
_SHIFT_H: Final = 12.0


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Items, rates and vehicle types, and the look-ups by what planners call them."""

    items: tuple[Item, ...]
    rates: tuple[NeedRate, ...]
    fleet_types: tuple[FleetType, ...]
    item_named: Lookup[Item]
    type_named: Lookup[FleetType]


def read_catalogue(book: Book, *, uses_rates: bool) -> Catalogue:
    """Return the catalogue; a sheet without rows stands for the embedded defaults, or for no rates where none are used."""
    reader = book.reader
    items, rates, fleet_types = (book.rows(sheet.name) for sheet in (ITEMS, RATES, FLEET_TYPES))
    all_items = _items(items, reader) if items else default_items()
    all_types = _fleet_types(fleet_types, reader) if fleet_types else default_fleet_types()
    item_named = Lookup("item", ITEMS.name, ((item.id, item.name, item) for item in all_items))
    known = {item.id for item in all_items}
    all_rates = _rates(rates, item_named, reader)
    if uses_rates and not rates:
        all_rates = tuple(rate for rate in default_rates() if rate.item_id in known)
    type_named = Lookup("vehicle type", FLEET_TYPES.name, ((kind.id, kind.name, kind) for kind in all_types))
    return Catalogue(all_items, all_rates, all_types, item_named, type_named)


def _items(rows: tuple[Row, ...], reader: CellReader) -> tuple[Item, ...]:
    found = [(row, _item(row, reader)) for row in rows]
    check_unique(((row, item.id) for row, item in found if item is not None), "item", reader)
    return tuple(item for _, item in found if item is not None)


def _item(row: Row, reader: CellReader) -> Item | None:
    item_id, name, unit = (reader.text(row[field]) for field in ("id", "name", "unit"))
    mass_kg, volume_l = reader.number(row["mass_kg"], units=("kg",)), reader.number(row["volume_l"], units=("liter", "l"))
    level = reader.whole(row["level"], minimum=1)
    is_whole = has_all(row, ITEMS, ("id", "name", "unit", "mass_kg", "volume_l", "level"), reader)
    if not is_whole or mass_kg is None or volume_l is None or level is None:
        return None
    return build(row, reader, lambda: Item(item_id, name, unit, mass_kg, volume_l, level, provenance_of(row, reader)))


def _rates(rows: tuple[Row, ...], item_named: Lookup[Item], reader: CellReader) -> tuple[NeedRate, ...]:
    found = [(row, _rate(row, item_named, reader)) for row in rows]
    check_unique(((row, rate.item_id) for row, rate in found if rate is not None), "rate of item", reader)
    return tuple(rate for _, rate in found if rate is not None)


def _rate(row: Row, item_named: Lookup[Item], reader: CellReader) -> NeedRate | None:
    item = item_named.find(row["item"], reader)
    rate = reader.number(row["rate"], units=() if item is None else (item.unit,))
    per = _PER_KEYS.get(heading_key(reader.text(row["per"])))
    is_whole = has_all(row, RATES, ("rate", "per"), reader)
    if per is None and not row["per"].is_blank:
        reader.log.add(row["per"].where, f"'{row['per'].shown}' is not a base", f"use {', '.join(PER_WORDS.values())}")
    if not is_whole or item is None or rate is None or per is None:
        return None
    return NeedRate(item.id, rate, cast("Per", per), provenance_of(row, reader))


def _fleet_types(rows: tuple[Row, ...], reader: CellReader) -> tuple[FleetType, ...]:
    found = [(row, _fleet_type(row, reader)) for row in rows]
    check_unique(((row, kind.id) for row, kind in found if kind is not None), "vehicle type", reader)
    return tuple(kind for _, kind in found if kind is not None)


def _fleet_type(row: Row, reader: CellReader) -> FleetType | None:
    type_id, name, profile = (reader.text(row[field]) for field in ("id", "name", "profile"))
    capacity_kg, capacity_l = _capacity(row, reader)
    fixed, per_km, per_h = (reader.whole(row[field], units=("rupiah",)) for field in ("fixed_idr", "cost_idr_per_km", "cost_idr_per_h"))
    loading, unloading = (reader.number(row[field], units=("menit",)) for field in ("loading", "unloading"))
    shift = reader.number(row["shift"], units=("jam",))
    if row["shift"].is_blank:
        reader.notes.add(row["shift"].where, f"jam kerja kosong, dianggap {_SHIFT_H:g} jam", kind="shift")
    is_whole = has_all(row, FLEET_TYPES, ("id", "name", "profile", "capacity_kg"), reader)
    if profile and profile not in default_profiles():
        reader.log.add(row["profile"].where, f"road profile '{profile}' is not known", f"use one of {', '.join(default_profiles())}")
        return None
    if not is_whole or capacity_kg is None or capacity_l is None:
        return None
    return build(
        row,
        reader,
        lambda: FleetType(
            id=type_id,
            name=name,
            profile=profile,
            capacity_kg=capacity_kg,
            capacity_l=capacity_l,
            fixed_idr=fixed or 0,
            cost_idr_per_km=per_km or 0,
            cost_idr_per_h=per_h or 0,
            loading_s=round((loading or 0) * MINUTE_S),
            unloading_s_per_t=round((unloading or 0) * MINUTE_S),
            shift_s=round((_SHIFT_H if shift is None else shift) * HOUR_S),
            provenance=provenance_of(row, reader),
        ),
    )


def _capacity(row: Row, reader: CellReader) -> tuple[float | None, float | None]:
    capacity_kg = reader.number(row["capacity_kg"], units=("kg",))
    capacity_l = reader.number(row["capacity_l"], units=("liter", "l"))
    if row["capacity_l"].is_blank and capacity_kg is not None:
        capacity_l = capacity_kg * _LITRES_PER_KG
        reader.notes.add(row["capacity_l"].where, f"muatan liter kosong, dianggap {capacity_l:g} (4 liter per kg)", kind="capacity_l")
    return capacity_kg, capacity_l
