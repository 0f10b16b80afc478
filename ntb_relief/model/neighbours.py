"""Which stops are near which: the short lists that ruin and recreate look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..kernels.routing import arrays as col
from .travel import UNREACHABLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .routing import RoutingProblem

WAIT_WEIGHT = 0.2
LATE_WEIGHT = 1.0
ROWS_AT_ONCE = 256


def nearest_stops(problem: RoutingProblem, stop_rows: NDArray[np.int64], allowed: NDArray[np.uint8], *, keep: int) -> NDArray[np.int32]:
    """Return the `keep` nearest stops of every stop, nearest first.

    Nearness is the travel duration or distance of the easiest profile, plus unavoidable waiting and lateness in a
    time window (Vidal et al. 2013, equation 4, weights 0.2 and 1); the better direction of the two counts. Stops that
    no one vehicle can have in one trip, and stops of one group, are not near.

    Returns
    -------
    int32 array, shape (n + 1, K)
        Node numbers, 1-based; row 0 and missing neighbours are 0.
    """
    num_stops = len(problem.stops)
    near = np.zeros((num_stops + 1, max(1, min(keep, num_stops - 1))), np.int32)
    if num_stops <= 1:
        return near
    place_row = {name: row for row, name in enumerate(problem.place_ids)}
    at = np.array([place_row[stop.place_id] for stop in problem.stops])
    far = float(col.FAR)
    windows = bool((stop_rows[1:, col.OPEN] > 0).any() or (stop_rows[1:, col.CLOSE] < col.NEVER).any())
    tables = [m.duration_s if windows else m.distance_m for m in problem.matrices.values()]
    easiest = np.min([np.where(table == UNREACHABLE, far, table) for table in tables], axis=0)
    opens, closes = stop_rows[1:, col.OPEN].astype(float), stop_rows[1:, col.CLOSE].astype(float)
    service = np.array([stop.service_s for stop in problem.stops], float)
    depots = stop_rows[1:, col.DEPOTS]
    kinds, leader = allowed[:, 1:].astype(np.float32), stop_rows[1:, col.LEADER]
    for start in range(0, num_stops, ROWS_AT_ONCE):
        rows = np.arange(start, min(start + ROWS_AT_ONCE, num_stops))
        there, back = easiest[at[rows]][:, at], easiest[:, at[rows]][at].T
        if windows:
            there = there + WAIT_WEIGHT * np.maximum(0, opens[None] - closes[rows, None] - service[rows, None] - there)
            there = there + LATE_WEIGHT * np.maximum(0, opens[rows, None] + service[rows, None] + there - closes[None])
            back = back + WAIT_WEIGHT * np.maximum(0, opens[rows, None] - closes[None] - service[None] - back)
            back = back + LATE_WEIGHT * np.maximum(0, opens[None] + service[None] + back - closes[rows, None])
        nearness = np.minimum(there, back)
        apart = (depots[rows, None] & depots[None]) == 0
        apart |= (kinds[:, rows].T @ kinds) == 0
        apart |= leader[rows, None] == leader[None]
        nearness[apart] = 2 * far
        nearness[np.arange(len(rows)), rows] = 4 * far
        count = near.shape[1]
        chosen = np.argpartition(nearness, count - 1, axis=1)[:, :count]
        order = np.argsort(np.take_along_axis(nearness, chosen, axis=1), axis=1, kind="stable")
        chosen = np.take_along_axis(chosen, order, axis=1)
        reached = np.take_along_axis(nearness, chosen, axis=1) < far
        near[rows + 1] = np.where(reached, chosen + 1, 0)
    return near
