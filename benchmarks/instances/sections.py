"""Splits a VRPLIB text into header fields and sections, without knowing what they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

import numpy as np

from ..errors import InstanceError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_FIELD: Final = re.compile(r"([A-Z][A-Z0-9_]*)\s*:\s*(.*)")
_SECTION: Final = re.compile(r"([A-Z][A-Z0-9_]*)_SECTION\s*:?")


@dataclass(frozen=True, slots=True)
class Sections:
    """The raw file: `header` fields as text and rows of words under each section's name."""

    path: Path
    header: dict[str, str]
    rows: dict[str, list[list[str]]]

    def refuse(self, reason: str) -> NoReturn:
        """Raise an `InstanceError` that names the file."""
        message = f"{self.path}: {reason}"
        raise InstanceError(message)

    def number(self, name: str) -> float | None:
        """Return a header field as a number, or None where it is not given."""
        text = self.header.get(name)
        if text is None:
            return None
        try:
            return float(text)
        except ValueError:
            self.refuse(f"{name} is '{text}', not a number")

    def table(self, name: str) -> NDArray[np.float64] | None:
        """Return a section of numbered rows as an array without the numbers, or None where it is not given.

        The rows must be numbered 1, 2, 3 ... in order and have one length.
        """
        rows = self.rows.get(name)
        if rows is None:
            return None
        try:
            values = np.array(rows, dtype=np.float64)
        except ValueError:
            self.refuse(f"{name}_SECTION has rows of unlike length or words that are not numbers")
        if values.ndim != 2 or values.shape[1] < 2 or not np.array_equal(values[:, 0], np.arange(1, len(values) + 1)):  # noqa: PLR2004
            self.refuse(f"rows of {name}_SECTION are not numbered 1 to {len(rows)} in order")
        return values[:, 1:]

    def lists(self, name: str) -> list[list[int]] | None:
        """Return a section of numbered rows of unlike length, without the numbers."""
        rows = self.rows.get(name)
        if rows is None:
            return None
        numbers = [[int(word) for word in row] for row in rows]
        if [row[0] for row in numbers] != list(range(1, len(rows) + 1)):
            self.refuse(f"rows of {name}_SECTION are not numbered 1 to {len(rows)} in order")
        return [row[1:] for row in numbers]


def split_sections(path: Path, text: str) -> Sections:
    """Split the text of `path`.

    Raises
    ------
    InstanceError
        On a line that belongs nowhere.
    """
    header: dict[str, str] = {}
    sections: dict[str, list[list[str]]] = {}
    rows: list[list[str]] | None = None
    for line in map(str.strip, text.splitlines()):
        if not line:
            continue
        if line == "EOF":
            break
        if line[0] in "-+.0123456789":
            if rows is None:
                message = f"{path}: the numbers '{line[:40]}' stand before any section"
                raise InstanceError(message)
            rows.append(line.split())
        elif match := _SECTION.fullmatch(line):
            rows = sections.setdefault(match[1], [])
        elif match := _FIELD.fullmatch(line):
            header[match[1]] = match[2].strip().strip('"')
        else:
            message = f"{path}: the line '{line[:40]}' is neither a field, a section nor numbers"
            raise InstanceError(message)
    return Sections(path, header, sections)
