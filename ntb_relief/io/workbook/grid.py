"""A workbook as plain grids of values: cached results of formulas, never the formulas themselves."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ...errors import IssueLog, SchemaError
from .cells import BadValue, CellValue
from .safety import read_checked_bytes, refuse_damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 100
MAX_SHEETS: Final = 40
_MAX_TEXT: Final = 2_000

_NOT_CALCULATED: Final = BadValue("is a formula without a calculated value", "open the workbook in Excel, save it, or type the number")


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: rows of values, the first row is row 1 of the sheet."""

    name: str
    rows: tuple[tuple[CellValue, ...], ...]


def read_grids(path: str | Path) -> tuple[Grid, ...]:
    """Return the sheets of a workbook.

    Raises
    ------
    SchemaError
        One issue where the file cannot be read at all; one for each sheet beyond the limits.
    """
    data = read_checked_bytes(path)
    where = f"file '{Path(path).name}'"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and lists it drops; nothing of that is read here
            return _grids(data, where=where)
    except SchemaError:
        raise
    except Exception:  # noqa: BLE001 - openpyxl fails in a dozen ways on damaged parts, and all mean the same to a planner
        refuse_damaged(where)


def _grids(data: bytes, *, where: str) -> tuple[Grid, ...]:
    log = IssueLog()
    texts, has_formulas = _read(data, data_only=False)
    values = _read(data, data_only=True)[0] if has_formulas else texts
    if not texts:
        log.add(where, "holds no sheets", "open it in Excel or LibreOffice and save it again as .xlsx")
    if len(texts) > MAX_SHEETS:
        log.add(where, f"has {len(texts)} sheets", f"keep at most {MAX_SHEETS}")
    for name, rows in texts.items():
        if len(rows) > MAX_ROWS:
            log.add(f"sheet '{name}'", f"has more than {MAX_ROWS} rows", "split the operation, or delete empty formatted rows")
        if any(len(row) > MAX_COLUMNS for row in rows):
            log.add(f"sheet '{name}'", f"has more than {MAX_COLUMNS} columns", "delete the columns that are not needed")
    log.raise_if_any(SchemaError)
    return tuple(Grid(name, tuple(_merge(row, values[name][number]) for number, row in enumerate(rows))) for name, rows in texts.items())


_Rows = list[tuple[Any, ...]]


def _read(data: bytes, *, data_only: bool) -> tuple[dict[str, _Rows], bool]:
    """Return the rows by sheet, trailing blanks cut, and whether any cell holds a formula."""
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(data), read_only=True, data_only=data_only, keep_links=False)
    has_formulas = False
    sheets: dict[str, _Rows] = {}
    try:
        for sheet in book.worksheets:
            rows: _Rows = []
            for cells in sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS + 1):
                row = [_Formula() if cell.data_type == "f" else _plain(cell) for cell in cells]
                has_formulas = has_formulas or any(isinstance(value, _Formula) for value in row)
                while row and row[-1] is None:
                    row.pop()
                rows.append(tuple(row))
            while rows and not rows[-1]:
                rows.pop()
            sheets[sheet.title] = rows
    finally:
        book.close()
    return sheets, has_formulas


class _Formula:
    """Stands where a formula is; its value comes from the second reading."""


def _plain(cell: Any) -> CellValue:  # noqa: ANN401 - openpyxl ships no types
    value = cell.value
    if cell.data_type == "e":
        return BadValue(f"holds the error {value}", "mend the formula or type the value")
    if isinstance(value, str):
        return value[:_MAX_TEXT] if value.strip() else None
    if value is None or isinstance(value, (bool, int, float, datetime, date, time, timedelta)):
        return value
    return str(value)[:_MAX_TEXT]


def _merge(row: tuple[Any, ...], results: tuple[Any, ...]) -> tuple[CellValue, ...]:
    def pick(column: int, value: Any) -> CellValue:  # noqa: ANN401 - a cell value or a formula mark
        if not isinstance(value, _Formula):
            return value  # type: ignore[no-any-return]
        result: CellValue = results[column] if column < len(results) else None
        return _NOT_CALCULATED if result is None else result

    return tuple(pick(column, value) for column, value in enumerate(row))


def iter_cells(row: tuple[CellValue, ...]) -> Iterator[tuple[int, CellValue]]:
    """Yield the filled cells of a row with their column, from 0."""
    return ((column, value) for column, value in enumerate(row) if value is not None)
