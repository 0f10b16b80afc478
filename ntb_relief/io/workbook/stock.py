"""The sheets 'Gudang', 'Stok' and 'Armada': what stands where, whose it is, and what drives from where."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ...model.fleet import Vehicle
from ...model.needs import Supply
from ...model.places import Site
from ...model.provenance import UNKNOWN
from .headings import heading_key
from .lookup import Lookup, check_unique, has_all, provenance_of
from .sheets import FLEET, SITES, STOCK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ...model.provenance import Provenance
    from .catalogue import Catalogue
    from .cells import Cell, CellReader
    from .headings import Row
    from .places import PlaceFinder, Spot

_MAX_ALIKE: Final = 500


class SiteBook:
    """All sites named so far, in the order of their first naming."""

    def __init__(self, rows: tuple[Row, ...], finder: PlaceFinder, reader: CellReader) -> None:
        self._finder, self._reader = finder, reader
        self._named: Lookup[Site] = Lookup("warehouse", SITES.name, ())
        self._sites: dict[str, Site] = {}
        listed = []
        for row in rows:
            site_id, name, spot = reader.text(row["id"]), reader.text(row["name"]), finder.row_spot(row)
            if not (site_id or name):
                has_all(row, SITES, ("name",), reader)
            elif spot is not None:
                listed.append((row, self._add(site_id or name, name or site_id, spot, provenance_of(row, reader))))
        check_unique(((row, site.id) for row, site in listed), "warehouse", reader)

    @property
    def sites(self) -> tuple[Site, ...]:
        """The sites, each once."""
        return tuple(self._sites.values())

    def of_stock(self, row: Row) -> Site | None:
        """Return the site of a row of stock; its place stands in this row, in an earlier one, or is the name itself."""
        name = self._reader.text(row["site"])
        if not name:
            has_all(row, STOCK, ("site",), self._reader)
            return None
        known = self._named.get(name)
        if self._finder.has_place(row):
            spot = self._finder.row_spot(row)
            if known is None and spot is not None:
                return self._add(name, name, spot, UNKNOWN)
            if known is not None and spot is not None and spot.node_id != known.node_id:
                self._reader.log.add(
                    row["place"].where, f"'{name}' stands at another place in an earlier row", "write one place, or give two names"
                )
            return known
        if known is not None:
            return known
        spot = self._finder.try_find(name)
        if spot is None:
            self._reader.log.add(
                row["place"].where, f"the place of '{name}' is missing", "write a code, a name such as 'Kec. Gangga', or coordinates"
            )
            return None
        return self._add(name, name, spot, UNKNOWN)

    def of_base(self, cell: Cell) -> Site | None:
        """Return the site of a vehicle's base: a warehouse by its name, otherwise a place or harbour."""
        text = self._reader.text(cell)
        known = self._named.get(text) if text else None
        if known is not None:
            return known
        spot = self._finder.find(cell)
        return None if spot is None else self._add(text, spot.name, spot, UNKNOWN)

    def _add(self, site_id: str, name: str, spot: Spot, provenance: Provenance) -> Site:
        site = Site(site_id, name, lon=spot.lon, lat=spot.lat, node_id=spot.node_id, code=spot.code, provenance=provenance)
        self._sites.setdefault(site_id, site)
        self._named.add(site_id, name, site)
        return site


def read_supplies(rows: tuple[Row, ...], sites: SiteBook, catalogue: Catalogue, reader: CellReader) -> tuple[Supply, ...]:
    """Return the stock; rows of one owner's item at one site are added up, with a note."""
    supplies: dict[tuple[str, str, str], tuple[Row, Supply]] = {}
    for row in rows:
        supply = _supply(row, sites, catalogue, reader)
        if supply is None:
            continue
        first, known = supplies.setdefault((supply.site_id, supply.item_id, supply.owner), (row, supply))
        if first is not row:
            supplies[supply.site_id, supply.item_id, supply.owner] = (first, replace(known, quantity=known.quantity + supply.quantity))
            what = f"'{supply.item_id}' di '{supply.site_id}' dijumlahkan dengan baris {first.number}"
            reader.notes.add(row.where, what, kind="stock sums")
    return tuple(supply for _, supply in supplies.values())


def _supply(row: Row, sites: SiteBook, catalogue: Catalogue, reader: CellReader) -> Supply | None:
    site, item = sites.of_stock(row), catalogue.item_named.find(row["item"], reader)
    quantity = reader.quantity(row["quantity"], units=() if item is None else (item.unit,), is_need=False)
    if not has_all(row, STOCK, ("quantity",), reader) or site is None or item is None or quantity is None:
        return None
    return Supply(site.id, item.id, quantity, reader.text(row["owner"]), provenance_of(row, reader))


def read_vehicles(
    rows: tuple[Row, ...], sites: SiteBook, catalogue: Catalogue, reader: CellReader, *, start: datetime
) -> tuple[Vehicle, ...]:
    """Return the vehicles, one by one."""
    found = [(row, vehicle) for row in rows for vehicle in _vehicles(row, sites, catalogue, reader, start)]
    check_unique(((row, vehicle.id) for row, vehicle in found), "vehicle", reader)
    return tuple(vehicle for _, vehicle in found)


def _vehicles(row: Row, sites: SiteBook, catalogue: Catalogue, reader: CellReader, start: datetime) -> tuple[Vehicle, ...]:
    name, kind, base = reader.text(row["vehicle"]), catalogue.type_named.find(row["type"], reader), sites.of_base(row["base"])
    count = reader.whole(row["count"], units=("unit", "buah"))
    available_s = reader.seconds_after(row["available"], start=start)
    if count is not None and count > _MAX_ALIKE:
        reader.log.add(row["count"].where, f"'{count}' vehicles in one row", f"write at most {_MAX_ALIKE}")
        return ()
    if not has_all(row, FLEET, ("vehicle",), reader) or kind is None or base is None:
        return ()
    return tuple(Vehicle(label, kind.id, base.id, available_s or 0) for label in _labels(name, 1 if count is None else count))


def _labels(name: str, count: int) -> Iterator[str]:
    if count == 1:
        yield name
        return
    joint = "" if not heading_key(name[-1:]) else "-"
    yield from (f"{name}{joint}{number:0{len(str(count))}d}" for number in range(1, count + 1))
