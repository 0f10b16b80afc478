"""The workbook a planner fills in: headings with comments, one example row a sheet, defaults marked as assumed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ...data import read_table
from ..defaults import default_fleet_types, default_items, default_rates
from ..excel import new_workbook, put, put_rows, workbook_bytes
from ..files import write_file
from .layout import EXAMPLE_MARK
from .render import draw_sheet
from .rows import fleet_type_rows, item_rows, rate_rows
from .settings import FROM_RATES, HORIZON, NAME, NEED_DAYS, NOTE, START
from .sheets import FLEET_TYPES, GUIDE_NAME, ITEMS, RATES, SETTINGS, SHEETS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ..excel import Value
    from .layout import Sheet

_GUIDE: Final = (
    "Buku kerja kebutuhan bantuan - ntb_relief",
    "",
    "1. Isi lembar Operasi (waktu mulai), Posko, Stok dan Armada. Lembar lain boleh dibiarkan seperti adanya.",
    "2. Periksa:   python -m ntb_relief check <berkas>.xlsx     (menyebut setiap masalah menurut lembar dan sel)",
    "3. Rencanakan: python -m ntb_relief plan <berkas>.xlsx -o out",
    "",
    f"Baris yang diawali '{EXAMPLE_MARK}' adalah contoh dan tidak dibaca. Urutan kolom bebas; ejaan judul kolom tidak kaku.",
    "Tempat: kode Kemendagri (52.08.02), nama ('Kec. Gangga', 'Desa Gondang, Kec. Gangga'), 'Pelabuhan Bangsal',",
    "atau 'lintang, bujur' (-8.35, 116.16). Nama yang dipakai beberapa tempat akan ditanyakan kembali dengan calonnya.",
    "Angka: 1250 atau 1.250 atau 1.250,5. Jangan menulis satuan lain di sel angka ('2 dus' ditolak).",
    "Kebutuhan dihitung dari jiwa dan KK dengan Standar kebutuhan; yang tertulis di lembar Kebutuhan lebih diutamakan.",
    "KK kosong dihitung dari jiwa dengan jiwa per KK kabupatennya (di NTB 2,9 sampai 3,2), dan sebaliknya.",
    "Jenis kendaraan, kecepatan, jadwal feri dan sebagian standar adalah ASUMSI bawaan; ganti dengan yang diketahui.",
    "Baris tag HXL (#adm3+name, #affected+idps, ...) di bawah judul kolom dikenali.",
    "Rumus tidak dihitung ulang: yang dibaca adalah nilai yang terakhir disimpan.",
)
_SETTINGS: Final = (
    (NAME, None, "Bebas; muncul di semua keluaran."),
    (START, None, "Tanggal dan jam mulai, misalnya 2018-08-12 06:00. Semua jam adalah WITA (UTC+8)."),
    (HORIZON, 1, "Semua barang harus sampai dalam waktu ini."),
    (FROM_RATES, "ya", "'tidak' berarti hanya yang tertulis di lembar Kebutuhan."),
    (NEED_DAYS, None, "Untuk berapa hari standar per orang per hari dihitung; kosong berarti sama dengan jangka waktu."),
    (NOTE, None, "Boleh beberapa baris Catatan; dibawa ke rencana."),
)


def write_template(path: str | Path) -> None:
    """Write an empty needs workbook.

    Parameters
    ----------
    path : str or Path
        An ``.xlsx`` file; an existing one is replaced.
    """
    write_file(Path(path), template_bytes())


def template_bytes() -> bytes:
    """Return the empty needs workbook; always the same bytes."""
    book = new_workbook()
    draw_guide(book)
    settings = [dict(zip(("key", "value", "about"), row, strict=True)) for row in _SETTINGS]
    rows: dict[str, Sequence[Mapping[str, Value]]] = {
        SETTINGS.name: settings,
        ITEMS.name: item_rows(default_items()),
        RATES.name: rate_rows(default_rates(), default_items()),
        FLEET_TYPES.name: fleet_type_rows(default_fleet_types()),
    }
    for sheet in SHEETS:
        if sheet.in_template:
            draw_sheet(book, sheet, rows.get(sheet.name, ()), examples=[example_of(sheet), *_more_examples(sheet)])
    return workbook_bytes(book)


def draw_guide(book: Any) -> None:  # noqa: ANN401 - openpyxl ships no types
    """Add the sheet that tells how the workbook is filled in."""
    from openpyxl.styles import Font

    page = book.create_sheet(GUIDE_NAME)
    put_rows(page, 1, [[line] for line in _GUIDE])
    put(page, 1, 1, _GUIDE[0]).font = Font(bold=True, size=14)
    page.column_dimensions["A"].width = 120


def example_of(sheet: Sheet) -> dict[str, Value]:
    """Return the example row of a sheet; its first text begins with the mark that keeps it from being read."""
    return {column.field: column.example for column in sheet.columns}


def _more_examples(sheet: Sheet) -> list[dict[str, Value]]:
    """Return rates that differ between sources or are seldom used, to be taken over by deleting the mark."""
    if sheet is not RATES:
        return []
    names = {item.id: item.name for item in default_items()}
    return [
        {
            "item": f"{EXAMPLE_MARK} {names[row['item']]}",
            "rate": float(row["rate"]),
            "per": {"person_day": "orang/hari", "person_week": "orang/minggu"}.get(row["per"], row["per"]),
            "source": f"{row['source']}; {row['note']}",
        }
        for row in read_table("need_rates")
        if row["use"] != "default"
    ]
