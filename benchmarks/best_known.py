"""Finds the best known cost of an instance in the tables that lie beside the files."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

from .families import FAMILIES

if TYPE_CHECKING:
    from pathlib import Path

    from .families import ValueTable

_LEVELS = 3
"""Folders above a file that are looked at: some families sort their files into folders of their own."""


def find_best_known(path: Path, *, family: str) -> float | None:
    """Return the best known cost, in the unit of the family, or None where no table has it.

    Parameters
    ----------
    path : Path
        The instance. ``bks.csv`` (family, instance, best_known_cost) is looked for in the folders above it, then the
        table of the family.
    family : str
    """
    for folder in path.resolve().parents[:_LEVELS]:
        if (folder / "bks.csv").is_file():
            for row in _rows(folder / "bks.csv"):
                if row["family"] == family and row["instance"] == path.stem:
                    return float(row["best_known_cost"])
    values = FAMILIES[family].values
    return None if values is None else look_up(path, values)


def look_up(path: Path, table: ValueTable) -> float | None:
    """Return what a table says of an instance, or None where it does not name it."""
    key = table.key.format(name=path.stem)
    for folder in path.resolve().parents[: _LEVELS - 1]:
        for file in sorted(folder.glob(table.file)):
            if file.suffix == ".json":
                entry = json.loads(file.read_text(encoding="utf-8")).get(key)
            else:
                entry = next((row for row in _rows(file) if row["instance"] == key), None)
            if entry is not None:
                return float(entry[table.column])
    return None


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
