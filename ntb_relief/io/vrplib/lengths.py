"""Lengths of legs in whole numbers, in the conventions of the literature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Rounding = Literal["nearest", "tenths_down", "thousandths", "none"]

UNITS: Final[dict[Rounding, int]] = {"nearest": 1, "tenths_down": 10, "thousandths": 1000, "none": 1000}
"""Whole units in a length of 1."""

_BY_TYPE: Final[dict[str, Rounding]] = {
    "VRPTW": "tenths_down",
    "PCVRPTW": "tenths_down",
    "MTVRPTWR": "tenths_down",
    "MDVRPTW": "thousandths",
    "SDVRPTW": "thousandths",
    "HFVRP": "none",
    "SOLOMON": "none",
    "CORDEAU": "none",
    "PDPTW": "none",
}
# Coordinates of a few decimals give lengths that are whole only up to floating point.
_SLACK: Final = 1e-6


def usual_rounding(kind: str) -> Rounding:
    """Return what the literature uses for a problem type."""
    return _BY_TYPE.get(kind.upper(), "nearest")


def length_table(xy: NDArray[np.float64], *, rounding: Rounding, is_timed: bool) -> NDArray[np.int64]:
    """Return all lengths between points in whole units; exact lengths are rounded up where time matters."""
    units = UNITS[rounding]
    table = np.empty((len(xy), len(xy)), np.int64)
    for row, point in enumerate(xy):
        lengths = np.sqrt(np.square(xy - point).sum(axis=1)) * units
        if rounding == "tenths_down":
            table[row] = np.floor(lengths + _SLACK)
        elif rounding == "none" and is_timed:
            table[row] = np.ceil(lengths - _SLACK)
        else:
            table[row] = np.rint(lengths)
    return table
