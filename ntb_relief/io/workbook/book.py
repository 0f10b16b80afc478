"""A workbook's sheets by their one name, with the reader that gathers its issues and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .cells import CellReader
from .headings import heading_key, read_rows
from .sheets import GUIDE_NAME, SHEETS

if TYPE_CHECKING:
    from ...errors import Issue
    from .grid import Grid
    from .headings import Row


class Book:
    """The rows of every sheet, and the one reader that gathers issues and notes.

    Parameters
    ----------
    grids : tuple of Grid
    """

    def __init__(self, grids: tuple[Grid, ...]) -> None:
        self.reader = CellReader()
        self._grids: dict[str, Grid] = {}
        names = {heading_key(name): sheet.name for sheet in SHEETS for name in (sheet.name, *sheet.synonyms)}
        for grid in grids:
            name = names.get(heading_key(grid.name))
            if name in self._grids:
                self.reader.log.add(f"sheet '{grid.name}'", f"is a second sheet '{name}'", "keep one of them")
            elif name is not None:
                self._grids[name] = grid
            elif heading_key(grid.name) != heading_key(GUIDE_NAME) and grid.rows:
                self.reader.notes.add(f"sheet '{grid.name}'", "lembar ini tidak dikenal dan dilewati")
        self._rows = {sheet.name: self._read(sheet.name) for sheet in SHEETS}

    @property
    def issues(self) -> tuple[Issue, ...]:
        """All issues so far, each once: a cell that two rooms read is told once."""
        return tuple(dict.fromkeys(self.reader.log.issues))

    def rows(self, name: str) -> tuple[Row, ...]:
        """Return the filled rows of a sheet."""
        return self._rows[name]

    def require(self, name: str) -> None:
        """Note an issue where a sheet is missing or holds no row."""
        if name not in self._grids:
            have = ", ".join(grid.name for grid in self._grids.values()) or "none of the known sheets"
            self.reader.log.add("workbook", f"sheet '{name}' is missing (found: {have})", f"add it, or start from the template ({name})")
        elif not self._rows[name] and not self._has_issue(name):
            self.reader.log.add(f"sheet '{self._grids[name].name}'", "is empty", "fill at least one row below the headings")

    def _read(self, name: str) -> tuple[Row, ...]:
        sheet = next(sheet for sheet in SHEETS if sheet.name == name)
        grid = self._grids.get(name)
        return () if grid is None or not grid.rows else read_rows(grid, sheet, self.reader)

    def _has_issue(self, name: str) -> bool:
        return any(issue.where.startswith(f"sheet '{self._grids[name].name}'") for issue in self.reader.log.issues)
