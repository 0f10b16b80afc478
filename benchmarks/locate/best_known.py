"""Finds the best known value of a location instance in the tables beside its file."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .instance import LocateInstance

_VALUES = ("opt", "optimum_or_best_known", "bkv", "pmedian", "pcenter")


def find_best_known(instance: LocateInstance) -> float | None:
    """Return the value for the instance, its problem, p and radius, or None where no table has it."""
    folder, problem = instance.path.resolve().parent, instance.problem
    if problem == "cpmp":
        words = instance.path.read_text(encoding="utf-8").split()
        return float(words[1]) if instance.p == int(words[3]) else None
    if problem == "lrp":
        return _find_route_value(instance)
    if problem == "ufl":
        for suffix in (".opt", ".bub"):
            file = folder / f"{instance.name}{suffix}"
            if file.is_file():
                return float(file.read_text(encoding="utf-8").split()[-1])
    table = folder / "optima.csv"
    if not table.is_file():
        return None
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if _is_of(instance, row):
                column = problem if problem in row else next((name for name in _VALUES if name in row), None)
                return None if column is None or (column in {"pmedian", "pcenter"} and column != problem) else float(row[column])
    return None


def _find_route_value(instance: LocateInstance) -> float | None:
    table = instance.path.resolve().parent / "bks.csv"
    if not table.is_file():
        return None
    with table.open(encoding="utf-8", newline="") as lines:
        return next((float(row["bks"]) for row in csv.DictReader(lines) if row["instance"] == instance.path.name), None)


def _is_of(instance: LocateInstance, row: dict[str, str]) -> bool:
    if instance.name not in {row.get("name"), row.get("file")}:
        return False
    if "problem" in row:
        return row["problem"] == instance.problem
    if "p" in row and float(row["p"]) != instance.p:
        return False
    if "radius" in row:
        return instance.problem == "mclp" and float(row["radius"]) == instance.radius
    return "optimum_or_best_known" not in row or instance.problem == "pmedian"
