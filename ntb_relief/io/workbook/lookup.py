"""Finding a thing by what a planner calls it: its id, or its name in any spelling of case and spaces."""

from __future__ import annotations

import difflib
from collections import defaultdict
from typing import TYPE_CHECKING, Generic, TypeVar

from ...errors import InputError, Issue
from ...model.provenance import UNKNOWN, Provenance
from .headings import heading_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .cells import Cell, CellReader
    from .headings import Row
    from .layout import Sheet

Thing = TypeVar("Thing")
_NUM_SHOWN = 4


class Lookup(Generic[Thing]):
    """Things by id and name.

    Parameters
    ----------
    kind : str
        What they are, for issues: ``"item"``.
    sheet : str
        Where they are listed.
    things : iterable of (id, name, thing)
    """

    def __init__(self, kind: str, sheet: str, things: Iterable[tuple[str, str, Thing]]) -> None:
        self._kind, self._sheet = kind, sheet
        self._by_id: dict[str, Thing] = {}
        self._by_key: dict[str, dict[str, Thing]] = defaultdict(dict)
        for thing_id, name, thing in things:
            self.add(thing_id, name, thing)

    def add(self, thing_id: str, name: str, thing: Thing) -> None:
        """List one more thing."""
        self._by_id.setdefault(thing_id, thing)
        for text in (thing_id, name):
            self._by_key[heading_key(text)].setdefault(thing_id, thing)

    def get(self, text: str) -> Thing | None:
        """Return the thing a text names, None where none or several have the name."""
        found = self._by_key.get(heading_key(text), {})
        return self._by_id.get(text) or (next(iter(found.values())) if len(found) == 1 else None)

    def find(self, cell: Cell, reader: CellReader) -> Thing | None:
        """Return the thing a cell names; None, with an issue, where it is blank, unknown or names several."""
        text = reader.text(cell)
        thing = self.get(text)
        if thing is not None:
            return thing
        if not text:
            if cell.is_blank and cell.has_column:
                reader.log.add(cell.where, f"the {self._kind} is missing", f"write a name from sheet '{self._sheet}'")
        elif len(self._by_key.get(heading_key(text), {})) > 1:
            ids = ", ".join(self._by_key[heading_key(text)])
            reader.log.add(cell.where, f"'{text}' names several: {ids}", "write the ID")
        else:
            reader.log.add(cell.where, f"{self._kind} '{text}' is not known", self._fix(text))
        return None

    def _fix(self, text: str) -> str:
        names = {heading_key(thing_id): thing_id for thing_id in self._by_id}
        close = difflib.get_close_matches(heading_key(text), list(self._by_key), n=_NUM_SHOWN, cutoff=0.6)
        ids = dict.fromkeys(names.get(key) or next(iter(self._by_key[key])) for key in close)
        if ids:
            return f"did you mean {' or '.join(ids)}? Or add it to sheet '{self._sheet}'"
        few = ", ".join(list(self._by_id)[: 2 * _NUM_SHOWN])
        return f"use one of {few} ..., or add it to sheet '{self._sheet}'" if few else f"add it to sheet '{self._sheet}'"


def provenance_of(row: Row, reader: CellReader) -> Provenance:
    """Return where a row says it comes from."""
    source, as_of, confidence = (reader.text(row[name]) for name in ("source", "as_of", "confidence"))
    return Provenance(source, as_of, confidence) if source or as_of or confidence else UNKNOWN


def build(row: Row, reader: CellReader, make: Callable[[], Thing]) -> Thing | None:
    """Return the made thing; None where its own checks refuse it, told with the row."""
    try:
        return make()
    except InputError as error:
        reader.log.issues.extend(Issue(row.where, f"{issue.where}: {issue.what}", issue.fix) for issue in error.issues)
        return None


def has_all(row: Row, sheet: Sheet, fields: tuple[str, ...], reader: CellReader) -> bool:
    """Tell whether the named cells of a row are filled; note an issue for each that is not.

    A required column that the sheet does not have is told once, with the headings, and not again for every row.
    """
    told = {field for field in fields if sheet.column(field).is_required and not row[field].has_column}
    filled = [field not in told and reader.require(row[field], f"'{sheet.column(field).heading}'", "fill the cell") for field in fields]
    return all(filled)


def check_unique(rows: Iterable[tuple[Row, str]], kind: str, reader: CellReader) -> None:
    """Note an issue for every id that an earlier row has."""
    first: dict[str, Row] = {}
    for row, thing_id in rows:
        if thing_id in first:
            reader.log.add(
                row.where, f"{kind} '{thing_id}' stands already in row {first[thing_id].number}", "give each its own ID, or delete one row"
            )
        first.setdefault(thing_id, row)
