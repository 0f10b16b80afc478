"""The uncapacitated core that p-median, fixed-charge location, maximal covering and set covering share, as arrays.

Minimise the fixed costs of the open sites plus, over all demand points, the smaller of the cheapest open site of its list
and its outside cost, with a number of open sites between two limits. Lists are sorted, so every loop stops early.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, cast

import numpy as np

from .._jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Longs = NDArray[np.int64]
    Ints = NDArray[np.int32]
    Bytes = NDArray[np.int8]

# Arguments of kernels are typed numbers: for a literal, or an entry of an array of int32, numba would compile the callee, and
# all it calls, once more. What is read from such an array is passed as ``ZERO + entry``.
ZERO: Final = cast("int", np.int64(0))
ONE: Final = cast("int", np.int64(1))
NONE: Final = cast("int", np.int64(-1))
FREE: Final = ZERO
OPEN: Final = ONE
SHUT: Final = NONE


class Core(NamedTuple):
    """Sites by demand point and demand points by site.

    ``row_start`` (n + 1), ``row_site``, ``row_cost``: the sites of each demand point, cheapest first.
    ``col_start`` (m + 1), ``col_row``, ``col_cost``: the same by site. ``fixed`` (m): cost of opening.
    ``outside`` (n): cost where no open site of the list is cheaper. For a list cut short it is the cost of its last
    site, which keeps every bound a bound.
    """

    row_start: Longs
    row_site: Ints
    row_cost: Floats
    col_start: Longs
    col_row: Ints
    col_cost: Floats
    fixed: Floats
    outside: Floats


def make_core(row_start: Longs, row_site: Ints, row_cost: Floats, *, fixed: Floats, outside: Floats) -> Core:
    """Return the core of sorted lists; the lists by site are derived."""
    col_start, col_row, col_cost = turn(row_start, row_site, row_cost, len(fixed))
    return Core(row_start, row_site, row_cost, col_start, col_row, col_cost, fixed, outside)


@kernel
def nearest_costs(core: Core, is_open: Bytes) -> Floats:
    """Return the cost (n) from each demand point to the nearest open site of its list, infinity where it has none."""
    n = core.outside.shape[0]
    costs = np.full(n, np.inf)
    for i in range(n):
        for entry in range(core.row_start[i], core.row_start[i + 1]):
            if is_open[core.row_site[entry]]:
                costs[i] = core.row_cost[entry]
                break
    return costs


@kernel
def turn(row_start: Longs, row_site: Ints, row_cost: Floats, num_sites: int) -> tuple[Longs, Ints, Floats]:
    """Return the same entries by site, demand points ascending; linear time."""
    start = np.zeros(num_sites + 1, np.int64)
    for entry in range(row_site.shape[0]):
        start[row_site[entry] + 1] += 1
    for j in range(num_sites):
        start[j + 1] += start[j]
    place = start.copy()
    rows = np.empty(row_site.shape[0], np.int32)
    costs = np.empty(row_site.shape[0], np.float64)
    for i in range(row_start.shape[0] - 1):
        for entry in range(row_start[i], row_start[i + 1]):
            at = place[row_site[entry]]
            rows[at] = i
            costs[at] = row_cost[entry]
            place[row_site[entry]] += 1
    return start, rows, costs
