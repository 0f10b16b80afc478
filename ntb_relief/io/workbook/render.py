"""Drawing a described sheet into a workbook: headings with comments, an example, rows, lists to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..excel import mark_example, put_headings, put_rows, put_title
from .headings import column_name
from .sheets import SHEETS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..excel import Value
    from .layout import Column, Sheet

HEAD_ROW: Final = 3
_LIST_ROWS: Final = 500
_COMMENT_WIDTH, _COMMENT_HEIGHT = 320, 90


def draw_sheet(book: Any, sheet: Sheet, rows: Sequence[Mapping[str, Value]], *, examples: Sequence[Mapping[str, Value]] = ()) -> None:  # noqa: ANN401 - openpyxl ships no types
    """Add a sheet to a workbook.

    Parameters
    ----------
    book : openpyxl.Workbook
    sheet : Sheet
    rows : sequence of mapping
        Values by field; a column outside the template is drawn where a row fills it.
    examples : sequence of mapping
        Rows that are marked and not read.
    """
    filled = {field for row in rows for field, value in row.items() if value is not None and value != ""}
    columns = [column for column in sheet.columns if column.in_template or column.field in filled]
    page = book.create_sheet(sheet.name)
    put_title(page, sheet.name, sheet.about)
    put_headings(page, HEAD_ROW, [column.heading for column in columns], [column.width for column in columns])
    put_rows(page, HEAD_ROW + 1, [[row.get(column.field) for column in columns] for row in (*examples, *rows)])
    for number in range(len(examples)):
        mark_example(page, HEAD_ROW + 1 + number, len(columns))
    for number, column in enumerate(columns):
        _explain(page, number, column)
        _offer_list(page, number, column)


def _explain(page: Any, number: int, column: Column) -> None:  # noqa: ANN401 - openpyxl ships no types
    if column.note:
        from openpyxl.comments import Comment

        text = f"{column.note} (wajib diisi)" if column.is_required else column.note
        page.cell(row=HEAD_ROW, column=number + 1).comment = Comment(text, "ntb_relief", height=_COMMENT_HEIGHT, width=_COMMENT_WIDTH)


def _offer_list(page: Any, number: int, column: Column) -> None:  # noqa: ANN401 - openpyxl ships no types
    """Offer what a cell may hold; other values stay possible, as reading judges them."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if column.choices:
        formula = f'"{",".join(column.choices)}"'
    elif column.choices_from:
        formula = _range_of(*column.choices_from)
    else:
        return
    offer = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)
    letters = column_name(number)
    offer.add(f"{letters}{HEAD_ROW + 1}:{letters}{HEAD_ROW + _LIST_ROWS}")
    page.add_data_validation(offer)


def _range_of(sheet_name: str, field: str) -> str:
    """Return the cells of another sheet's column, below its example row."""
    sheet = next(sheet for sheet in SHEETS if sheet.name == sheet_name)
    letters = column_name([column.field for column in sheet.columns if column.in_template].index(field))
    return f"'{sheet_name}'!${letters}${HEAD_ROW + 2}:${letters}${HEAD_ROW + _LIST_ROWS}"
