"""Travel along straight lines between points of a plane, worked out where it is asked for: no table of all pairs is kept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from ..errors import IssueLog
from .travel import TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WholeLength = Literal["nearest", "down", "up"]
_ROWS_AT_ONCE: Final = 32
_SLACK: Final = 1e-6
"""Coordinates of a few decimals give lengths that are whole only up to floating point."""


@dataclass(frozen=True, slots=True, eq=False)
class PlaneTravel:
    """Durations and distances of one profile between points of a plane; both are the straight length in whole units.

    Stands for a `TravelMatrix` where a table of all pairs would be too large: 20,000 places have 400 million.

    Parameters
    ----------
    profile : str
    place_ids : tuple of str, length L
    xy : float64 array, shape (L, 2)
    units : int
        Whole units in a length of 1 between the points.
    rounding : {"nearest", "down", "up"}
        How a length becomes a whole number of units.

    Raises
    ------
    InputError
        Where points and places differ in number, or a coordinate is no finite number.
    """

    profile: str
    place_ids: tuple[str, ...]
    xy: NDArray[np.float64]
    units: int = 1
    rounding: WholeLength = "nearest"

    def __post_init__(self) -> None:
        log, where = IssueLog(), f"plane travel '{self.profile}'"
        if self.xy.shape != (len(self.place_ids), 2):
            log.add(where, f"xy has shape {self.xy.shape} for {len(self.place_ids)} places", "give one (x, y) a place")
        elif not np.isfinite(self.xy).all():
            place = self.place_ids[int(np.flatnonzero(~np.isfinite(self.xy).all(axis=1))[0])]
            log.add(where, f"place '{place}' has a coordinate that is no finite number", "give x and y of every place")
        if self.units < 1:
            log.add(where, f"units is {self.units}", "give a whole number >= 1")
        log.raise_if_any()

    @property
    def num_places(self) -> int:
        """Number of places."""
        return len(self.place_ids)

    @property
    def duration_s(self) -> NDArray[np.int64]:
        """All durations as a table, made anew: memory grows with the square of the places."""
        return self._lengths(self.xy)

    @property
    def distance_m(self) -> NDArray[np.int64]:
        """All distances as a table, made anew: memory grows with the square of the places."""
        return self._lengths(self.xy)

    @property
    def toll_idr(self) -> None:
        """No tolls."""
        return None

    def leg(self, here: int, there: int) -> tuple[int, int, int]:
        """Return (seconds, metres, toll) from one place to another, by row."""
        x, y = (self.xy[there] - self.xy[here]).tolist()
        length = _whole(math.sqrt(x * x + y * y) * self.units, self.rounding)
        return int(length), int(length), 0

    def block(self, rows: Sequence[int] | NDArray[np.int64]) -> TravelMatrix:
        """Return the table between some of the places, in the order of `rows`."""
        lengths = self._lengths(self.xy[np.asarray(rows, np.int64)])
        # One array for both: travel takes as long as it is far.
        return TravelMatrix(self.profile, tuple(self.place_ids[row] for row in rows), duration_s=lengths, distance_m=lengths)

    def _lengths(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        table = np.empty((len(xy), len(xy)), np.int64)
        for start in range(0, len(xy), _ROWS_AT_ONCE):
            x, y = (column[start : start + _ROWS_AT_ONCE, None] - column for column in xy.T)
            table[start : start + _ROWS_AT_ONCE] = _whole(np.sqrt(x * x + y * y) * self.units, self.rounding)
        return table


def _whole(length: NDArray[np.float64] | float, rounding: WholeLength) -> NDArray[np.float64]:
    if rounding == "down":
        return np.floor(np.asarray(length) + _SLACK)
    return np.rint(length) if rounding == "nearest" else np.ceil(np.asarray(length) - _SLACK)
