"""The plan as a workbook: summary, manifest a vehicle, receipt a posko, shortfalls, stock after, hours, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..plan.operation_plan import Drive, Load
from ..plan.report import (
    area_name,
    manifest_frame,
    receipt_frame,
    served_people,
    shortfall_frame,
    stock_frame,
    trip_numbers,
)
from ..plan.report.tally import by_cause, by_kabupaten, by_level, by_vehicle_type, least_shares, num_sailings
from ..plan.report.words import CAUSE_NAMES
from ..plan.result import STATUS_NAMES
from ..units import HOUR_S, to_clock
from .excel import new_workbook, put_headings, put_rows, put_title, save_workbook, set_print

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pandas import DataFrame

    from ..plan.operation_plan import OperationPlan
    from ..plan.result import Result
    from .excel import Value

_HEAD_ROW: Final = 3
_GAP: Final = "Selisih ke batas"
_WIDTHS: Final = {"id": 20, "kode": 13, "keterangan": 60, "posko": 38, "gudang": 30, "asal": 30, "barang": 24, "sebab": 22, "tempat": 34}
_WORDS: Final = {"kg sisa": "Sisa (kg)", "kg": "Berat (kg)", "liter": "Volume (liter)", "bagian": "Bagian terpenuhi"}


def write_plan_workbook(result: Result[OperationPlan], path: Path) -> None:
    """Write the plan as ``.xlsx``; all sums in it equal the plan's.

    Parameters
    ----------
    result : Result of OperationPlan
        With a plan. Times of the run itself are left out, so equal plans give equal files.
    path : Path

    Raises
    ------
    NoPlanError
        Where the result has no plan.
    """
    plan = result.plan_or_raise()
    book = new_workbook()
    _summary(book, result, plan)
    tables = (
        ("Manifes", "Yang dimuat setiap kendaraan: di mana, kapan, untuk posko mana.", manifest_frame(plan)),
        ("Penerimaan", "Setiap kebutuhan setiap posko: diminta, diberikan, kurang, dan kapan barang pertama tiba.", receipt_frame(plan)),
        (
            "Kekurangan",
            "Yang belum terpenuhi dengan satu sebab yang diuji, paling mendesak dan paling berat dahulu.",
            shortfall_frame(plan),
        ),
        ("Stok akhir", "Kartu stok setelah rencana dijalankan, menurut pemilik.", stock_frame(plan)),
    )
    for name, about, frame in tables:
        _table(book, name, about, [_heading(column) for column in frame.columns], _values(frame), [_width(x) for x in frame.columns])
    _hours(book, plan)
    notes = dict.fromkeys((*plan.operation.notes, *plan.notes))
    _table(book, "Catatan", "Yang perlu diketahui pembaca: sumber, asumsi, konflik angka.", ["Catatan"], [[note] for note in notes], [120])
    save_workbook(book, path)


def _table(book: Any, name: str, about: str, headings: Sequence[str], rows: Sequence[Sequence[Value]], widths: Sequence[int]) -> None:  # noqa: ANN401 - openpyxl ships no types
    sheet = book.create_sheet(name)
    put_title(sheet, name, about)
    put_headings(sheet, _HEAD_ROW, headings, widths)
    put_rows(sheet, _HEAD_ROW + 1, rows, formats=[_format(heading) for heading in headings])
    set_print(sheet, head_row=_HEAD_ROW)
    if rows:
        sheet.auto_filter.ref = f"A{_HEAD_ROW}:{sheet.cell(row=_HEAD_ROW + len(rows), column=len(headings)).coordinate}"


def _heading(column: str) -> str:
    """Return a column of a frame as people read it: ``tiba_pertama_wita`` is "Tiba pertama (WITA)"."""
    words = column.removesuffix("_wita").replace("_", " ")
    text = _WORDS.get(words, words.capitalize().replace(" id", " (ID)"))
    return f"{text} (WITA)" if column.endswith("_wita") else text


def _format(heading: str) -> str | None:
    """Return how the numbers of a column are shown: whole per cents of a share, tenths of kilograms, litres and hours."""
    if heading == _GAP or (heading.startswith("Bagian") and not heading.endswith("itu")):
        return "0.0%"
    return "#,##0.0" if "(kg)" in heading or heading in {"Volume (liter)", "km", "Jam", "Jarak tempuh (km)"} else None


def _width(column: str) -> int:
    return 17 if column.endswith("_wita") else _WIDTHS.get(column.rsplit("_", 1)[-1], 13)


def _values(frame: DataFrame) -> list[list[Value]]:
    """Return the cells of a frame as plain Python values; a missing time becomes a blank."""
    columns = [[_plain(value) for value in frame[name].astype(object)] for name in frame.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _plain(value: Any) -> Value:  # noqa: ANN401 - a cell of a data frame
    import pandas as pd

    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):  # noqa: PLR0124 - NaN alone differs from itself
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()  # type: ignore[no-any-return]
    return value.item() if hasattr(value, "item") else value  # type: ignore[no-any-return]


def _summary(book: Any, result: Result[OperationPlan], plan: OperationPlan) -> None:  # noqa: ANN401 - openpyxl ships no types
    sheet = book.create_sheet("Ringkasan")
    put_title(sheet, "Ringkasan", plan.operation.name)
    row = _HEAD_ROW
    for heading, rows in _blocks(result, plan):
        put_headings(sheet, row, heading, [44, *[18] * 7][: len(heading)])
        put_rows(sheet, row + 1, rows, formats=[_format(name) for name in heading])
        row += len(rows) + 2
    for (name,) in sheet.iter_rows(min_row=_HEAD_ROW, max_col=1):
        value = sheet.cell(row=name.row, column=2)
        if (shown := _format(str(name.value))) and isinstance(value.value, (int, float)):
            value.number_format = shown
    sheet.freeze_panes = None
    set_print(sheet, head_row=None)


def _blocks(result: Result[OperationPlan], plan: OperationPlan) -> list[tuple[list[str], list[list[Value]]]]:
    operation, levels = plan.operation, by_level(plan)
    facts: list[list[Value]] = [
        ["Mulai (WITA)", to_clock(operation.start, after_s=0).replace(tzinfo=None)],
        ["Jangka waktu (jam)", operation.horizon_s / HOUR_S],
        ["Jiwa di semua posko", operation.num_people],
        ["Jiwa di posko yang menerima barang", sum(served_people(plan).values())],
        ["Barang dibutuhkan (kg)", round(sum(group.needed_kg for group in levels.values()), 3)],
        ["Barang diberikan (kg)", round(sum(group.given_kg for group in levels.values()), 3)],
        ["Kendaraan dipakai", len(plan.schedules)],
        ["Jarak tempuh (km)", round(sum(x.distance_m for x in plan.schedules) / 1000, 1)],
        ["Biaya (Rp)", sum(x.cost_idr for x in plan.schedules)],
        ["Penyeberangan feri", num_sailings(plan)],
        ["Nilai tujuan", result.objective],
        ["Batas bawah", "belum terbukti" if result.bound is None else result.bound],
        [_GAP, "belum terbukti" if result.gap is None else result.gap],
        ["Status", STATUS_NAMES[result.status.value]],
        ["Seed", result.seed],
    ]
    least = least_shares(plan)
    shares: list[list[Value]] = [
        [
            group.name,
            round(group.needed_kg, 3),
            round(group.given_kg, 3),
            group.share,
            plan.min_share.get(level),
            *((x.area_share, x.area, x.posko_share) if (x := least.get(level)) else (None, None, None)),
        ]
        for level, group in levels.items()
    ]
    share_heads = ["Prioritas", "Dibutuhkan (kg)", "Diberikan (kg)", "Bagian", "Bagian terkecil (alokasi)"]
    share_heads += ["Bagian terkecil diantar (kab/kota)", "Kab/kota itu", "Bagian terkecil diantar (posko)"]
    areas: list[list[Value]] = [
        [
            area_name(code) if code else group.name,
            group.poskos,
            group.served_poskos,
            group.people,
            group.served_people,
            round(group.needed_kg, 3),
            round(group.given_kg, 3),
            group.share,
        ]
        for code, group in by_kabupaten(plan).items()
    ]
    fleet: list[list[Value]] = [
        [use.name, use.vehicles, use.used, use.trips, round(use.distance_m / 1000, 1), round(use.hours, 1), use.cost_idr]
        for use in by_vehicle_type(plan).values()
    ]
    causes: list[list[Value]] = [
        [CAUSE_NAMES[cause], len(group.posko_ids), round(group.mass_kg, 3)] for cause, group in by_cause(plan).items()
    ]
    return [
        (["Hal", "Nilai"], facts),
        (share_heads, shares),
        (["Kabupaten/kota", "Posko", "Posko terlayani", "Jiwa", "Jiwa terlayani", "Dibutuhkan (kg)", "Diberikan (kg)", "Bagian"], areas),
        (["Jenis kendaraan", "Ada", "Dipakai", "Rit", "km", "Jam", "Biaya (Rp)"], fleet),
        (["Belum terpenuhi karena", "Posko", "Berat (kg)"], causes),
    ]


def _hours(book: Any, plan: OperationPlan) -> None:  # noqa: ANN401 - openpyxl ships no types
    headings = ["Kendaraan", "Jenis", "Rit", "Kegiatan", "Dari", "Tempat", "Mulai (WITA)", "Selesai (WITA)", "km", "Berat (kg)", "Feri"]
    widths = [24, 16, 6, 11, 34, 34, 17, 17, 9, 12, 40]
    _table(book, "Jadwal", "Semua yang dilakukan setiap kendaraan, urut waktu.", headings, list(_actions(plan)), widths)


def _actions(plan: OperationPlan) -> Iterable[list[Value]]:
    operation = plan.operation
    places = {posko.id: posko.name for posko in operation.poskos} | {site.id: site.name for site in operation.sites}
    mass_kg = {item.id: item.mass_kg for item in operation.items}
    kinds = {kind.id: kind.name for kind in operation.fleet_types}
    type_of = {vehicle.id: kinds[vehicle.type_id] for vehicle in operation.vehicles}

    def clock(after_s: int) -> Value:
        return to_clock(operation.start, after_s=after_s).replace(tzinfo=None)

    for schedule in plan.schedules:
        for trip, action in zip(trip_numbers(schedule), schedule.actions, strict=True):
            head: list[Value] = [schedule.vehicle_id, type_of[schedule.vehicle_id], trip]
            hours = [clock(action.start_s), clock(action.end_s)]
            if isinstance(action, Drive):
                sailings = "; ".join(
                    f"{x.crossing_id} {to_clock(operation.start, after_s=x.departure_s):%d/%m %H.%M}" for x in action.sailings
                )
                yield [*head, "jalan", places[action.from_id], places[action.to_id], *hours, action.path.distance_m / 1000, None, sailings]
            else:
                place = action.site_id if isinstance(action, Load) else action.place_id
                word = "muat" if isinstance(action, Load) else "bongkar"
                mass = round(sum(line.quantity * mass_kg[line.item_id] for line in action.lines), 3)
                yield [*head, word, None, places[place], *hours, None, mass, None]
