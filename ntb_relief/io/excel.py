"""Writing workbooks: texts stay texts, styles are few, and equal content gives equal bytes."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from .files import clean_text, write_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Value = str | int | float | bool | datetime | None

_ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)
_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_EPOCH: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a property of the file, told to be no real time
_HEAD_FILL, _NOTE_COLOUR, _EXAMPLE_FILL = "1F4E79", "595959", "F2F2F2"
_MAX_TEXT: Final = 32_000  # a cell holds 32,767 characters


def new_workbook() -> Any:  # noqa: ANN401 - openpyxl ships no types
    """Return a workbook without sheets."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    return book


def put(sheet: Any, row: int, column: int, value: Value) -> Any:  # noqa: ANN401 - openpyxl ships no types
    """Write one cell and return it.

    A text is written as a text whatever it begins with: ``=HYPERLINK(...)`` is shown and never run, also after the cell
    is edited. A moment gets the WITA clock without an offset, as spreadsheets know none.
    """
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, str):
        cell.value = clean_text(value)[:_MAX_TEXT]
        cell.data_type = "s"
        if value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
            cell.quotePrefix = True
    else:
        cell.value = value
        if isinstance(value, float) and float(f"{value:.16g}") != value:
            cell._value = repr(value)  # noqa: SLF001 - openpyxl writes 16 digits, which is one short of exact
        if isinstance(value, datetime):
            cell.number_format = "yyyy-mm-dd hh:mm"
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            cell.number_format = "#,##0" if float(value).is_integer() else "General"
    return cell


def put_title(sheet: Any, title: str, about: str) -> None:  # noqa: ANN401 - openpyxl ships no types
    """Write a title and one line under it into the first two rows."""
    from openpyxl.styles import Font

    put(sheet, 1, 1, title).font = Font(bold=True, size=14)
    put(sheet, 2, 1, about).font = Font(italic=True, color=_NOTE_COLOUR)


def put_headings(sheet: Any, row: int, headings: Sequence[str], widths: Sequence[int]) -> None:  # noqa: ANN401 - openpyxl ships no types
    """Write a row of headings, set the widths and keep the rows above in sight."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for column, (heading, width) in enumerate(zip(headings, widths, strict=True), 1):
        cell = put(sheet, row, column, heading)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=_HEAD_FILL)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(row=row + 1, column=1)


def put_rows(
    sheet: Any,  # noqa: ANN401 - openpyxl ships no types
    row: int,
    rows: Sequence[Sequence[Value]],
    *,
    formats: Sequence[str | None] | None = None,
) -> None:
    """Write rows of values from a row on; `formats` are the number formats of the columns, None for the usual one."""
    for number, values in enumerate(rows, row):
        for column, value in enumerate(values, 1):
            if value is not None and value != "":
                cell = put(sheet, number, column, value)
                shown = formats[column - 1] if formats else None
                if shown and isinstance(value, (int, float)):
                    cell.number_format = shown


def set_print(sheet: Any, *, head_row: int | None) -> None:  # noqa: ANN401 - openpyxl ships no types
    """Make a sheet print well: A4 across, all columns on a page, headings and page numbers on every page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.left.text = "&A"
    sheet.oddFooter.right.text = "&P / &N"
    if head_row is not None:
        sheet.print_title_rows = f"{head_row}:{head_row}"


def mark_example(sheet: Any, row: int, num_columns: int) -> None:  # noqa: ANN401 - openpyxl ships no types
    """Show a row as an example: grey and italic."""
    from openpyxl.styles import Font, PatternFill

    for column in range(1, num_columns + 1):
        cell = sheet.cell(row=row, column=column)
        cell.font = Font(italic=True, color=_NOTE_COLOUR)
        cell.fill = PatternFill("solid", fgColor=_EXAMPLE_FILL)


def workbook_bytes(book: Any) -> bytes:  # noqa: ANN401 - openpyxl ships no types
    """Return the file; no clock and no host is in it."""
    book.properties.creator = "ntb_relief"
    book.properties.created = _EPOCH
    raw, packed = BytesIO(), BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + _EPOCH.isoformat().encode() + rb"Z\g<2>", content)
            member = zipfile.ZipInfo(name, date_time=_ZIP_DATE)
            member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            target.writestr(member, content)
    return packed.getvalue()


def save_workbook(book: Any, path: Path) -> None:  # noqa: ANN401 - openpyxl ships no types
    """Write the file whole or not at all."""
    write_file(path, workbook_bytes(book))
