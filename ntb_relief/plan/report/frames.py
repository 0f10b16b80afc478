"""Plans as tables: one row a line of goods, Indonesian headings, ids kept beside the names.

Clock times are WITA without an offset (columns ``..._wita``), as spreadsheets want them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...units import to_clock
from ..operation_plan import Load, Unload
from .amounts import deliveries, first_arrivals, stock_by_owner, transfers, trip_numbers
from .words import CAUSE_NAMES, kecamatan_code

if TYPE_CHECKING:
    from datetime import datetime

    from pandas import DataFrame

    from ...model.items import Item
    from ...model.places import Posko, Site
    from ..operation_plan import CargoLine, OperationPlan, VehicleSchedule

# Headings in their order, parted by spaces.
_VISIT = (
    "kendaraan_id jenis rit tempat_id tempat posko_id posko kecamatan_kode barang_id barang jumlah satuan kg "
    "asal_id asal tiba_wita selesai_wita keterangan"
)
_MANIFEST = (
    "kendaraan_id jenis rit gudang_id gudang barang_id barang jumlah satuan kg liter posko_id posko asal_id asal mulai_wita selesai_wita"
)
_RECEIPT = "posko_id posko kecamatan_kode jiwa barang_id barang satuan prioritas kebutuhan diberikan kekurangan bagian tiba_pertama_wita"
_SHORTFALL = "posko_id posko kecamatan_kode jiwa barang_id barang prioritas jumlah satuan kg sebab_id sebab keterangan"
_STOCK = "gudang_id gudang pemilik barang_id barang satuan awal masuk keluar sisa kg_sisa keterangan"


class _Names:
    """Looks the things of an operation up by id."""

    def __init__(self, plan: OperationPlan) -> None:
        operation = plan.operation
        self.start = operation.start
        self.items: dict[str, Item] = {x.id: x for x in operation.items}
        self.poskos: dict[str, Posko] = {x.id: x for x in operation.poskos}
        self.sites: dict[str, Site] = {x.id: x for x in operation.sites}
        self.places: dict[str, Posko | Site] = {**self.poskos, **self.sites}
        kinds = {x.id: x.name for x in operation.fleet_types}
        self.kinds = {x.id: kinds[x.type_id] for x in operation.vehicles}

    def clock(self, after_s: int) -> datetime:
        return to_clock(self.start, after_s=after_s).replace(tzinfo=None)

    def line(self, line: CargoLine) -> dict[str, Any]:
        """Return the columns every line of goods has."""
        item, posko = self.items[line.item_id], self.poskos[line.posko_id]
        return {
            "barang_id": item.id,
            "barang": item.name,
            "jumlah": line.quantity,
            "satuan": item.unit,
            "kg": round(line.quantity * item.mass_kg, 3),
            "liter": round(line.quantity * item.volume_l, 3),
            "posko_id": posko.id,
            "posko": posko.name,
            "kecamatan_kode": kecamatan_code(posko.code),
            "asal_id": line.origin_id,
            "asal": self.sites[line.origin_id].name,
        }

    def vehicle(self, schedule: VehicleSchedule, trip: int) -> dict[str, Any]:
        return {"kendaraan_id": schedule.vehicle_id, "jenis": self.kinds[schedule.vehicle_id], "rit": trip}


def _frame(rows: list[dict[str, Any]], headings: str) -> DataFrame:
    import pandas as pd

    columns = headings.split()
    frame = pd.DataFrame([[row[name] for name in columns] for row in rows], columns=columns)
    for name in columns:
        if name.endswith("_wita"):
            frame[name] = pd.to_datetime(frame[name])
    return frame


def visit_frame(plan: OperationPlan) -> DataFrame:
    """Return one row a line unloaded, in the order of vehicles and time; goods put down for a boat are marked so."""
    names, rows = _Names(plan), list[dict[str, Any]]()
    for schedule in plan.schedules:
        for trip, action in zip(trip_numbers(schedule), schedule.actions, strict=True):
            if isinstance(action, Unload):
                place = names.places[action.place_id]
                visit = names.vehicle(schedule, trip) | {
                    "tempat_id": place.id,
                    "tempat": place.name,
                    "tiba_wita": names.clock(action.start_s),
                    "selesai_wita": names.clock(action.end_s),
                    "keterangan": "" if place.id in names.poskos else "alih muat",
                }
                rows += [visit | names.line(line) for line in action.lines]
    return _frame(rows, _VISIT)


def manifest_frame(plan: OperationPlan) -> DataFrame:
    """Return one row a line loaded: what each vehicle takes on, where and when, and for which posko."""
    names, rows = _Names(plan), list[dict[str, Any]]()
    for schedule in plan.schedules:
        for trip, action in zip(trip_numbers(schedule), schedule.actions, strict=True):
            if isinstance(action, Load):
                site = names.sites[action.site_id]
                loading = names.vehicle(schedule, trip) | {
                    "gudang_id": site.id,
                    "gudang": site.name,
                    "mulai_wita": names.clock(action.start_s),
                    "selesai_wita": names.clock(action.end_s),
                }
                rows += [loading | names.line(line) for line in action.lines]
    return _frame(rows, _MANIFEST)


def receipt_frame(plan: OperationPlan) -> DataFrame:
    """Return one row a need: what the posko asked for, what it is given, what is missing, when its first goods come."""
    names, given, arrivals, rows = _Names(plan), deliveries(plan), first_arrivals(plan), list[dict[str, Any]]()
    for need in plan.operation.needs:
        posko, item = names.poskos[need.posko_id], names.items[need.item_id]
        units = given.get((posko.id, item.id), 0)
        rows.append(
            {
                "posko_id": posko.id,
                "posko": posko.name,
                "kecamatan_kode": kecamatan_code(posko.code),
                "jiwa": posko.people,
                "barang_id": item.id,
                "barang": item.name,
                "satuan": item.unit,
                "prioritas": need.level,
                "kebutuhan": need.quantity,
                "diberikan": units,
                "kekurangan": need.quantity - units,
                "bagian": units / need.quantity if need.quantity else 1.0,
                "tiba_pertama_wita": names.clock(arrivals[posko.id]) if posko.id in arrivals else None,
            }
        )
    return _frame(rows, _RECEIPT)


def shortfall_frame(plan: OperationPlan) -> DataFrame:
    """Return one row a shortfall with its cause, the most urgent level and the heaviest first."""
    names, rows = _Names(plan), list[dict[str, Any]]()
    for short in plan.shortfalls:
        posko, item = names.poskos[short.posko_id], names.items[short.item_id]
        rows.append(
            {
                "posko_id": posko.id,
                "posko": posko.name,
                "kecamatan_kode": kecamatan_code(posko.code),
                "jiwa": posko.people,
                "barang_id": item.id,
                "barang": item.name,
                "prioritas": short.level,
                "jumlah": short.quantity,
                "satuan": item.unit,
                "kg": round(short.quantity * item.mass_kg, 3),
                "sebab_id": short.cause.value,
                "sebab": CAUSE_NAMES[short.cause],
                "keterangan": short.detail,
            }
        )
    rows.sort(key=lambda row: (row["prioritas"], -row["kg"]))
    return _frame(rows, _SHORTFALL)


def stock_frame(plan: OperationPlan) -> DataFrame:
    """Return the stock cards: one row a supply by owner, then one a kind of goods that changes vehicle at a site."""
    names, rows = _Names(plan), list[dict[str, Any]]()

    def card(site_id: str, item_id: str, owner: str, *, before: int, came: int, went: int) -> dict[str, Any]:
        item, left = names.items[item_id], before + came - went
        return {
            "gudang_id": site_id,
            "gudang": names.sites[site_id].name,
            "pemilik": owner,
            "barang_id": item_id,
            "barang": item.name,
            "satuan": item.unit,
            "awal": before,
            "masuk": came,
            "keluar": went,
            "sisa": left,
            "kg_sisa": round(left * item.mass_kg, 3),
            "keterangan": "",
        }

    for supply, taken in stock_by_owner(plan):
        rows.append(card(supply.site_id, supply.item_id, supply.owner, before=supply.quantity, came=0, went=taken))
    for (site_id, item_id), (came, went) in transfers(plan).items():
        rows.append(card(site_id, item_id, "", before=0, came=came, went=went) | {"keterangan": "alih muat"})
    return _frame(rows, _STOCK)
