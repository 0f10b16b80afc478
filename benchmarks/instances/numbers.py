"""Reads texts that are nothing but numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..errors import InstanceError

if TYPE_CHECKING:
    from pathlib import Path


def number_rows(path: Path, text: str) -> list[list[float]]:
    """Return the numbers of every line that is not empty.

    Raises
    ------
    InstanceError
        On a word that is not a finite number.
    """
    rows = []
    for line in text.splitlines():
        try:
            row = [float(word) for word in line.split()]
        except ValueError:
            row = [math.nan]
        if not all(map(math.isfinite, row)):
            message = f"{path}: the line '{line.strip()[:40]}' is not numbers"
            raise InstanceError(message)
        if row:
            rows.append(row)
    return rows
