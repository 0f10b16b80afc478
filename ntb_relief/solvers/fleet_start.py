"""Where the search begins with vehicles of several sizes: the size that is best alone, or all of them.

To put one more stop into a route and drive that with a larger vehicle is always the smaller step: a search among all sizes
does not find that many small vehicles are cheaper than few large ones. So a short search with each size alone tells which is
best, and the search keeps to it while it is hot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ..kernels.routing.arrays import BEST, FIXED, NUM_BANK, PER_M, PER_S, SWAPS
from ..plan.result import Step
from .lane import Lane

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..model.instance import Instance
    from .tuning import Tuning

ITERATIONS_PER_STOP: Final = 50
"""Of the short search."""
HOT: Final = 0.1
"""Temperature at which it begins, in mean costs of a stop."""
FREE_BELOW: Final = 0.03
"""Temperature below which the search takes vehicles of every size, in mean costs of a stop."""


def sizes_of(instance: Instance) -> list[NDArray[np.bool_]]:
    """Return the vehicle types of each capacity and price, as masks; none where types cannot take over routes or are all alike."""
    arrays = instance.arrays
    rows = np.hstack([arrays.capacity, arrays.kind[:, [FIXED, PER_M, PER_S]]])
    sizes, row = np.unique(rows, axis=0, return_inverse=True)
    if not arrays.flags[SWAPS] or len(sizes) == 1:
        return []
    return [row.ravel() == size for size in range(len(sizes))]


def best_size(instance: Instance, sizes: list[NDArray[np.bool_]], seed: int, tuning: Tuning) -> Lane:
    """Return the lane that is best after a short search, among all sizes and each alone.

    Where a size alone cannot serve all stops the others take what it leaves, from the start on.
    """
    lanes = [_searched(instance, Lane.start(instance, seed, tuning.width), tuning)]
    for size in sizes:
        allowed = np.where(size[:, None], instance.arrays.allowed, np.uint8(0))
        # Another kind of array would compile the search again.
        allowed.flags.writeable = False
        arrays = instance.arrays._replace(allowed=allowed)
        lane = Lane.built(instance, seed, tuning.width, arrays=arrays)
        if lane.best.total[NUM_BANK]:
            lane.build(instance.arrays, tuning.width)
        else:
            lane.while_hot = arrays
        lanes.append(_searched(instance, lane, tuning))
    return min(lanes, key=lambda lane: int(lane.best.total[BEST]))


def _searched(instance: Instance, lane: Lane, tuning: Tuning) -> Lane:
    scale = lane.mean_stop_cost
    lane.run(instance, tuning, Step(ITERATIONS_PER_STOP * len(instance.problem.stops), HOT * scale, tuning.cold * scale))
    # Only now: the short search keeps to its size to the end.
    lane.free_below = FREE_BELOW * scale
    return lane
