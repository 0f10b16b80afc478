"""Workbooks for tests, written cell by cell with openpyxl, so that nothing of the package's own writer is trusted."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

if TYPE_CHECKING:
    from pathlib import Path

Rows = list[list[Any]]

_GOOD: dict[str, Rows] = {
    "Operasi": [["Hal", "Isi"], ["Nama operasi", "Uji"], ["Mulai", "2018-08-12 06:00"]],
    "Posko": [["Nama", "Tempat", "Jiwa", "KK"], ["Posko A", "Kec. Gangga", 1000, 300], ["Posko B", "52.08.02.2001", 500, 150]],
    "Stok": [["Gudang", "Pemilik", "Tempat", "Barang", "Jumlah"], ["Gudang KLU", "BPBD", "52.08.01", "Beras", 400]],
    "Armada": [["Kendaraan", "Jenis", "Jumlah", "Pangkalan"], ["Truk", "Truk ringan", 2, "Gudang KLU"]],
}


def good_sheets(**changes: Rows | None) -> dict[str, Rows]:
    """Return the rows of a workbook that can be planned; keyword arguments replace sheets, None takes one away.

    An underscore in a name stands for a space: ``Jalan_ditutup``.
    """
    sheets = copy.deepcopy(_GOOD)
    for name, rows in changes.items():
        if rows is None:
            sheets.pop(name.replace("_", " "))
        else:
            sheets[name.replace("_", " ")] = rows
    return sheets


def write_book(path: Path, sheets: dict[str, Rows]) -> Path:
    """Write rows as they are; a text that begins with ``=`` becomes a formula, as when somebody types it."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path
