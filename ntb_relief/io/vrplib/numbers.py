"""Texts that are nothing but numbers, and the refusals their readers share."""

from __future__ import annotations

import math
from typing import NoReturn

from ...errors import Issue, SchemaError


def number_rows(text: str, *, name: str) -> list[list[float]]:
    """Return the numbers of every line that is not empty.

    Raises
    ------
    SchemaError
        Naming the line with a word that is not a finite number.
    """
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            row = [float(word) for word in line.split()]
        except ValueError:
            row = [math.nan]
        if not all(map(math.isfinite, row)):
            refuse(name, f"line {number}", f"'{line.strip()[:40]}' is not numbers", "give finite numbers only")
        if row:
            rows.append(row)
    return rows


def refuse(name: str, where: str, what: str, fix: str) -> NoReturn:
    """Raise a `SchemaError` about a place in a file."""
    raise SchemaError([Issue(f"file '{name}' {where}", what, fix)])


def whole(value: float, *, name: str, where: str, least: int = 0, most: float = math.inf) -> int:
    """Return a whole number within its limits.

    Raises
    ------
    SchemaError
        Where it is none.
    """
    if not (value.is_integer() and least <= value <= most):
        span = f"from {least} to {most:g}" if math.isfinite(most) else f">= {least}"
        refuse(name, where, f"is {value:g}", f"give a whole number {span}")
    return int(value)
