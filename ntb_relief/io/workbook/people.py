"""The sheets 'Posko' and 'Kebutuhan': who receives, how many people, what they ask for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from ...model.needs import Need, needs_from_rates
from ...model.places import Posko
from ...units import format_number
from .lookup import Lookup, check_unique, has_all, provenance_of
from .places import people_per_household
from .sheets import NEEDS, POSKO

if TYPE_CHECKING:
    from .catalogue import Catalogue
    from .cells import CellReader
    from .headings import Row
    from .places import PlaceFinder, Spot
    from .settings import Settings

_PEOPLE: Final = ("jiwa", "orang", "org")
_HOUSEHOLDS: Final = ("KK", "keluarga")
_PLAUSIBLE: Final = (1.0, 12.0)


def read_poskos(rows: tuple[Row, ...], finder: PlaceFinder, reader: CellReader, *, asking: frozenset[str]) -> tuple[Posko, ...]:
    """Return the poskos.

    Parameters
    ----------
    asking : frozenset of str
        Ids and names that the sheet of needs lists; such a posko may leave its people open.
    """
    found = [(row, _posko(row, finder, reader, asking)) for row in rows]
    check_unique(((row, posko.id) for row, posko in found if posko is not None), "posko", reader)
    return tuple(posko for _, posko in found if posko is not None)


def _posko(row: Row, finder: PlaceFinder, reader: CellReader, asking: frozenset[str]) -> Posko | None:
    name, posko_id = reader.text(row["name"]), reader.text(row["id"])
    if not (name or posko_id):
        has_all(row, POSKO, ("name",), reader)
    spot = finder.row_spot(row)
    counts = _counts(row, spot, reader, may_be_open=bool({name, posko_id} & asking))
    if spot is None or counts is None or not (name or posko_id):
        return None
    people, households = counts
    return Posko(
        posko_id or name,
        name or posko_id,
        lon=spot.lon,
        lat=spot.lat,
        node_id=spot.node_id,
        people=people,
        households=households,
        code=spot.code,
        provenance=provenance_of(row, reader),
    )


def asking_poskos(rows: tuple[Row, ...], reader: CellReader) -> frozenset[str]:
    """Return the ids and names the sheet of needs lists."""
    return frozenset(reader.text(row["posko"]) for row in rows)


def read_needs(
    rows: tuple[Row, ...], poskos: tuple[Posko, ...], catalogue: Catalogue, settings: Settings, reader: CellReader
) -> tuple[Need, ...]:
    """Return the needs listed, and for all else what the rates give."""
    posko_named = Lookup("posko", POSKO.name, ((posko.id, posko.name, posko) for posko in poskos))
    listed: dict[tuple[str, str], tuple[Row, Need]] = {}
    for row in rows:
        need = _need(row, posko_named, catalogue, reader)
        if need is None:
            continue
        first = listed.setdefault((need.posko_id, need.item_id), (row, need))[0]
        if first is not row:
            what = f"'{need.posko_id}' asks for '{need.item_id}' already in row {first.number}"
            reader.log.add(row.where, what, "add the quantities up in one row")
    needs = [need for _, need in listed.values()]
    return _merged(needs, poskos, catalogue, settings) if settings.uses_rates else tuple(needs)


def _need(row: Row, posko_named: Lookup[Posko], catalogue: Catalogue, reader: CellReader) -> Need | None:
    posko, item = posko_named.find(row["posko"], reader), catalogue.item_named.find(row["item"], reader)
    level = reader.whole(row["level"], minimum=1)
    quantity = reader.quantity(row["quantity"], units=() if item is None else (item.unit,), is_need=True)
    if not has_all(row, NEEDS, ("quantity",), reader) or posko is None or item is None or quantity is None:
        return None
    return Need(posko.id, item.id, quantity, level or item.level, provenance_of(row, reader))


def _merged(listed: list[Need], poskos: tuple[Posko, ...], catalogue: Catalogue, settings: Settings) -> tuple[Need, ...]:
    """Return all needs by posko and then by item, what is listed before what follows from rates."""
    needs = {
        (need.posko_id, need.item_id): need
        for need in needs_from_rates(poskos, items=catalogue.items, rates=catalogue.rates, days=settings.need_days)
    }
    needs |= {(need.posko_id, need.item_id): need for need in listed}
    place = {posko.id: number for number, posko in enumerate(poskos)}
    rank = {item.id: number for number, item in enumerate(catalogue.items)}
    return tuple(sorted(needs.values(), key=lambda need: (place[need.posko_id], rank[need.item_id])))


def _counts(row: Row, spot: Spot | None, reader: CellReader, *, may_be_open: bool) -> tuple[int, int] | None:
    """Return people and households; the missing one follows from the kabupaten's own persons per household."""
    people, households = reader.whole(row["people"], units=_PEOPLE), reader.whole(row["households"], units=_HOUSEHOLDS)
    if reader.is_refused(row["people"], people) or reader.is_refused(row["households"], households):
        return None
    if people is not None and households is not None:
        _compare(row, people, households, reader)
        return people, households
    if people is None and households is None:
        if not may_be_open:
            reader.log.add(row["people"].where, "people (Jiwa) and households (KK) are both missing", "write one of them")
            return None
        reader.notes.add(row["people"].where, "jiwa dan KK kosong, dianggap 0; hanya barang yang diminta dikirim", kind="open counts")
        return 0, 0
    return None if spot is None else _completed(row, spot, reader, people=people, households=households)


def _compare(row: Row, people: int, households: int, reader: CellReader) -> None:
    least, most = _PLAUSIBLE
    if people and not least * households <= people <= most * households:
        what = f"{format_number(people)} jiwa dan {format_number(households)} KK tidak cocok; keduanya dipakai seperti tertulis"
        reader.notes.add(row["households"].where, what)


def _completed(row: Row, spot: Spot, reader: CellReader, *, people: int | None, households: int | None) -> tuple[int, int]:
    ratio, kabupaten = people_per_household(lon=spot.lon, lat=spot.lat, code=spot.code)
    how = f"{format_number(ratio, decimals=2)} jiwa per KK ({kabupaten})"
    if people is None:
        reader.notes.add(row["people"].where, f"jiwa dihitung dari KK: {how}", kind=f"people {kabupaten}")
        return round((households or 0) * ratio), households or 0
    reader.notes.add(row["households"].where, f"KK dihitung dari jiwa: {how}", kind=f"households {kabupaten}")
    return people, math.ceil(people / ratio)
