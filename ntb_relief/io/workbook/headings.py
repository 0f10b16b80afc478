"""Which column is which: headings in any order and spelling, titles above them, HXL tags below them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .cells import Cell
from .grid import iter_cells
from .layout import EXAMPLE_MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .cells import CellReader, CellValue
    from .grid import Grid
    from .layout import Column, Sheet

_MAX_TITLE_ROWS: Final = 25
_FEWEST_FIELDS: Final = 2
_Tag = tuple[str, frozenset[str]]
_NUMBERING: Final = frozenset({"no", "nomor", "nourut", "nr", "#"})
_TOTALS: Final = frozenset({"total", "jumlah", "jumlahtotal", "totalkeseluruhan", "grandtotal"})
_IN_BRACKETS: Final = re.compile(r"\([^)]*\)|\[[^]]*\]")


def heading_key(text: str) -> str:
    """Return a heading without case, spaces and punctuation.

    Examples
    --------
    >>> heading_key(" Nama  Posko:"), heading_key("Siap-pukul")
    ('namaposko', 'siappukul')
    """
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def column_name(column: int) -> str:
    """Return the letters of a column, from 0.

    Examples
    --------
    >>> column_name(0), column_name(25), column_name(26)
    ('A', 'Z', 'AA')
    """
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


@dataclass(frozen=True, slots=True)
class Row:
    """One filled row; cells by field name."""

    sheet: str
    number: int
    cells: dict[str, Cell]

    def __getitem__(self, field: str) -> Cell:
        """Return the cell of a field; where the sheet has no such column, a blank cell with the row's address."""
        return self.cells.get(field) or Cell(self.sheet, str(self.number), None)

    @property
    def where(self) -> str:
        """Sheet and row, as issues name them."""
        return f"sheet '{self.sheet}' row {self.number}"


@dataclass(frozen=True, slots=True)
class _Head:
    last_row: int  # the tag row where there is one, from 0
    fields: dict[int, str]
    ignored: dict[int, str]


def read_rows(grid: Grid, sheet: Sheet, reader: CellReader) -> tuple[Row, ...]:
    """Return the filled rows under the headings of a sheet; examples and totals are left out.

    Headings that are missing, unclear or double become issues, columns that are not known become notes.
    """
    head = _find_head(grid, sheet)
    if head is None:
        headings = ", ".join(column.heading for column in sheet.columns if column.is_required)
        reader.log.add(f"sheet '{grid.name}'", "has no row of headings", f"write the headings in one row: {headings}")
        return ()
    _check_head(grid, sheet, head, reader)
    return tuple(_rows(grid, head, reader))


def _rows(grid: Grid, head: _Head, reader: CellReader) -> Iterator[Row]:
    for number, values in enumerate(grid.rows[head.last_row + 1 :], head.last_row + 2):
        filled = [value for column, value in iter_cells(values) if column in head.fields]
        if not filled:
            continue
        texts = [value for value in filled if isinstance(value, str)]
        if texts and texts[0].lstrip().upper().startswith(EXAMPLE_MARK):
            continue
        if texts and heading_key(texts[0]) in _TOTALS:
            where = f"sheet '{grid.name}' row {number}"
            reader.notes.add(where, f"baris '{texts[0].strip()}' dianggap baris jumlah dan dilewati")
            continue
        cells = {
            field: Cell(grid.name, f"{column_name(column)}{number}", values[column] if column < len(values) else None)
            for column, field in head.fields.items()
        }
        yield Row(grid.name, number, cells)


def _find_head(grid: Grid, sheet: Sheet) -> _Head | None:
    """Return the row with the most known headings, joined with a second row of headings and the tags under it."""
    names, tags = _names(sheet), _tags(sheet)
    heads = [_head_at(grid, number, names, tags) for number in range(min(len(grid.rows), _MAX_TITLE_ROWS))]
    best = max(heads, key=lambda head: len(set(head.fields.values())), default=None)
    return best if best is not None and len(set(best.fields.values())) >= _FEWEST_FIELDS else None


def _head_at(grid: Grid, number: int, names: dict[str, str], tags: dict[_Tag, str]) -> _Head:
    def row(index: int) -> tuple[CellValue, ...]:
        return grid.rows[index] if index < len(grid.rows) else ()

    fields, ignored = _match(row(number), names)
    second, others = _match(row(number + 1), names)
    # "Jumlah" merged over "Jiwa" and "KK": the second row holds headings and nothing else.
    if fields and second and not others and len(second) == len(list(iter_cells(row(number + 1)))):
        fields |= second
        number += 1
    below = row(number + 1)
    if _is_tag_row(below):
        # Tags are written for machines: where heading and tag differ, the tag is right.
        tagged = {column: tags[key] for column, value in iter_cells(below) if (key := _tag_key(str(value))) in tags}
        fields = {column: field for column, field in fields.items() if field not in tagged.values()} | tagged
        number += 1
    return _Head(number, fields, {column: text for column, text in ignored.items() if column not in fields})


def _match(values: tuple[CellValue, ...], names: dict[str, str]) -> tuple[dict[int, str], dict[int, str]]:
    fields: dict[int, str] = {}
    ignored: dict[int, str] = {}
    for column, value in iter_cells(values):
        if isinstance(value, str):
            field = names.get(heading_key(value)) or names.get(heading_key(_IN_BRACKETS.sub("", value)))
            if field:
                fields[column] = field
            else:
                ignored[column] = value
    return fields, ignored


def _check_head(grid: Grid, sheet: Sheet, head: _Head, reader: CellReader) -> None:
    counts = Counter(head.fields.values())
    for column, field in head.fields.items():
        if counts[field] > 1:
            where = f"sheet '{grid.name}' column {column_name(column)}"
            reader.log.add(where, f"'{sheet.column(field).heading}' stands in {counts[field]} columns", "keep one of them")
    for wanted in sheet.columns:
        if wanted.is_required and wanted.field not in counts:
            reader.log.add(
                f"sheet '{grid.name}'", f"column '{wanted.heading}' is missing", f"add a column with the heading '{wanted.heading}'"
            )
    for column, text in head.ignored.items():
        if heading_key(text) not in _NUMBERING and any(
            column < len(row) and row[column] is not None for row in grid.rows[head.last_row + 1 :]
        ):
            reader.notes.add(f"sheet '{grid.name}' column {column_name(column)}", f"kolom '{text.strip()}' tidak dikenal dan dilewati")


def _names(sheet: Sheet) -> dict[str, str]:
    def keys(column: Column) -> Iterator[str]:
        yield heading_key(column.heading)
        yield heading_key(_IN_BRACKETS.sub("", column.heading))
        yield from map(heading_key, column.synonyms)

    names: dict[str, str] = {}
    for column in sheet.columns:
        for key in keys(column):
            names.setdefault(key, column.field)
    return names


def _tags(sheet: Sheet) -> dict[_Tag, str]:
    return {_tag_key(tag): column.field for column in reversed(sheet.columns) for tag in column.tags}


def _tag_key(text: str) -> _Tag:
    name, *attributes = "".join(text.casefold().split()).split("+")
    return name, frozenset(attributes)


def _is_tag_row(values: tuple[CellValue, ...]) -> bool:
    filled = [value for _, value in iter_cells(values)]
    return bool(filled) and all(isinstance(value, str) and value.lstrip().startswith("#") for value in filled)
