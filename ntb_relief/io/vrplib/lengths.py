"""Lengths of legs in whole numbers, in the conventions of the literature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from ...model.plane import PlaneTravel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ...model.plane import WholeLength

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


def usual_rounding(kind: str) -> Rounding:
    """Return what the literature uses for a problem type."""
    return _BY_TYPE.get(kind.upper(), "nearest")


def plane_travel(profile: str, xy: NDArray[np.float64], *, rounding: Rounding, is_timed: bool) -> PlaneTravel:
    """Return the travel between points in whole units; exact lengths are rounded up where time matters."""
    whole: WholeLength = "down" if rounding == "tenths_down" else "up" if rounding == "none" and is_timed else "nearest"
    return PlaneTravel(profile, tuple(map(str, range(len(xy)))), xy, units=UNITS[rounding], rounding=whole)
