"""What it costs when service starts: piecewise linear in the start, of any number of pieces.

The deprivation that people suffer while they wait grows faster the longer they wait (Holguin-Veras, Perez, Jaller, Van
Wassenhove & Aros-Vera 2013, Journal of Operations Management 31(5)): a convex function, by pieces as close as wished.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from .checks import is_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ..errors import IssueLog

Pieces = tuple[tuple[int, float], ...]
"""From which second on each further second costs how much; the first from second 0 on."""


def cost_at(pieces: Pieces, start_s: int) -> float:
    """Return what it costs that service starts then.

    Examples
    --------
    >>> [cost_at(((0, 1.0), (60, 5.0)), start_s) for start_s in (0, 60, 70)]
    [0.0, 60.0, 110.0]
    """
    ends = [*(after_s for after_s, _ in pieces[1:]), math.inf]
    return sum(max(0, min(start_s, end_s) - after_s) * per_s for (after_s, per_s), end_s in zip(pieces, ends, strict=True))


def check_pieces(log: IssueLog, *, where: str, pieces: Pieces) -> None:
    """Note costs that are no finite numbers >= 0 and moments that are not whole, after 0 and in order."""
    for number, (_, per_s) in enumerate(pieces):
        if not (math.isfinite(per_s) and per_s >= 0):
            log.add(where, f"{'later_arrival_costs' if number else 'arrival_cost_per_s'} is {per_s}", "give a finite number >= 0")
    moments = [after_s for after_s, _ in pieces]
    if not (all(map(is_whole, moments)) and all(first < second for first, second in pairwise(moments))):
        log.add(where, f"later_arrival_costs begin at {moments[1:]}", "give whole seconds above 0, each after the one before")


def slope_rows(of_stops: Sequence[Pieces], scaled: Callable[[int, float], int]) -> NDArray[np.int64]:
    """Return a row a stop: the first slope, then for every later piece its second and by how much it is steeper.

    Parameters
    ----------
    of_stops : sequence of Pieces
    scaled : callable
        Gives the whole slope of a stop, by its row and the cost of a second.
    """
    most = max(map(len, of_stops), default=1)
    rows = np.zeros((len(of_stops), 2 * most - 1), np.int64)
    for number, pieces in enumerate(of_stops):
        slopes = [scaled(number, per_s) for _, per_s in pieces]
        rows[number, 0] = slopes[0]
        rows[number, 1 : 2 * len(pieces) - 1 : 2] = [after_s for after_s, _ in pieces[1:]]
        rows[number, 2 : 2 * len(pieces) - 1 : 2] = np.diff(slopes)
    return rows
