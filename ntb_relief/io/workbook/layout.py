"""How a sheet is described: its columns as data, by which the template is written and every workbook is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

EXAMPLE_MARK: Final = "CONTOH:"
"""Rows whose first text begins so are examples and are not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Parameters
    ----------
    field : str
        Name the reader uses.
    heading : str
        As written in the template, Indonesian.
    note : str
        Comment on the heading: what to write, how it is understood.
    synonyms : tuple of str
        Other headings it is known by; case, spaces and punctuation do not count.
    tags : tuple of str
        HXL hashtags that name it.
    is_required : bool
        Whether the sheet cannot be read without this column.
    in_template : bool
        Whether the template shows it; the others are read where present, and written where needed.
    example : str, number, datetime or None
        Value in the example row.
    choices : tuple of str
        What the cell may hold; offered as a list.
    choices_from : (str, str) or None
        Sheet and field whose values are offered as a list.
    width : int
        In characters.
    """

    field: str
    heading: str
    note: str = ""
    synonyms: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    is_required: bool = False
    in_template: bool = True
    example: str | float | datetime | None = None
    choices: tuple[str, ...] = ()
    choices_from: tuple[str, str] | None = None
    width: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet.

    Parameters
    ----------
    name : str
    about : str
        One line under the title, Indonesian.
    columns : tuple of Column
    synonyms : tuple of str
        Other names the sheet is known by.
    in_template : bool
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    synonyms: tuple[str, ...] = ()
    in_template: bool = True

    def column(self, field: str) -> Column:
        """Return a column by its field name."""
        return next(column for column in self.columns if column.field == field)
