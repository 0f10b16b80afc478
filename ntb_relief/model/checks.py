"""Small tests of numbers shared by the rooms that check input."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..errors import IssueLog


def is_whole(value: float) -> bool:
    """Tell whether a number is whole and not negative; NaN, infinity and fractions are not.

    Examples
    --------
    >>> is_whole(3), is_whole(3.0), is_whole(2.5), is_whole(-1), is_whole(float("nan")), is_whole(float("inf"))
    (True, True, False, False, False, False)
    """
    return value >= 0 and value % 1 == 0


def are_apart(windows: Iterable[tuple[int, int | None]]) -> bool:
    """Tell whether each window opens after the one before has closed; None is never closed.

    Examples
    --------
    >>> are_apart([(0, 5), (6, None)]), are_apart([(0, 5), (5, 9)]), are_apart([(0, None), (6, 9)]), are_apart([(0, 5)])
    (True, False, False, True)
    """
    return all(closes is not None and closes < opens for (_, closes), (opens, _) in pairwise(windows))


def check_window(log: IssueLog, *, where: str, window: tuple[int, int | None]) -> None:
    """Note a time window that is not whole, opens before 0 or closes before it opens."""
    opens, closes = window
    if not is_whole(opens) or (closes is not None and not (is_whole(closes) and closes >= opens)):
        log.add(
            where,
            f"time window {window} opens before 0, closes before it opens or is not whole",
            "give 0 <= open <= close in whole seconds",
        )


def check_windows(log: IssueLog, *, where: str, windows: tuple[tuple[int, int | None], ...]) -> None:
    """Note what is wrong with the time windows of one thing, each and together."""
    for window in windows:
        check_window(log, where=where, window=window)
    if not are_apart(windows):
        log.add(where, f"its windows {windows} overlap or are out of order", "let each open after the one before has closed")


def is_lonlat(lon: float, lat: float) -> bool:
    """Tell whether two numbers are a longitude and a latitude in degrees.

    Examples
    --------
    >>> is_lonlat(116.1, -8.6), is_lonlat(-8.6, 116.1), is_lonlat(float("nan"), 0.0)
    (True, False, False)
    """
    return abs(lon) <= 180 and abs(lat) <= 90  # noqa: PLR2004 - the globe
