"""Finds the best known cost of an instance in the tables that lie beside the files."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def find_best_known(path: Path, *, family: str) -> float | None:
    """Return the best known cost, in the unit of the family, or None where no table has it.

    Parameters
    ----------
    path : Path
        The instance. ``bks.csv`` (family, instance, best_known_cost) is looked for in the folder above its folder,
        ``BKS_*.json`` (costs by distance under ``NAME_distance``) in its own.
    family : str
    """
    table = path.resolve().parent.parent / "bks.csv"
    if table.is_file():
        with table.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["family"] == family and row["instance"] == path.stem:
                    return float(row["best_known_cost"])
    for document in sorted(path.resolve().parent.glob("BKS_*.json")):
        entry = json.loads(document.read_text(encoding="utf-8")).get(f"{path.stem}_distance")
        if entry is not None:
            return float(entry["best_known_cost"])
    return None
