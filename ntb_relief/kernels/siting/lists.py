"""Making lists: dropping shut sites, and cutting what a forced site makes useless."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._jit import kernel
from .core import OPEN, SHUT

if TYPE_CHECKING:
    from .core import Bytes, Core, Floats, Ints, Longs


@kernel
def restrict_lists(core: Core, mode: Bytes, new_site: Ints) -> tuple[Longs, Ints, Floats]:
    """Return the sorted lists without shut sites, each ending at its first forced site; `new_site` (m) renumbers."""
    n = core.outside.shape[0]
    start = np.zeros(n + 1, np.int64)
    sites = np.empty(core.row_site.shape[0], np.int32)
    costs = np.empty(core.row_site.shape[0], np.float64)
    size = 0
    for i in range(n):
        for entry in range(core.row_start[i], core.row_start[i + 1]):
            j = core.row_site[entry]
            if mode[j] == SHUT:
                continue
            sites[size] = new_site[j]
            costs[size] = core.row_cost[entry]
            size += 1
            if mode[j] == OPEN:
                break
        start[i + 1] = size
    return start, sites[:size].copy(), costs[:size].copy()
