"""Open sites one by one while a budget lasts, each time the one that saves most for its price."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._jit import kernel
from .core import FREE

if TYPE_CHECKING:
    from .core import Bytes, Core, Floats


@kernel
def fill_budget(core: Core, mode: Bytes, price: Floats, worth: Floats, left: float, chosen: Bytes) -> float:
    """Open free sites in `chosen` until none that is affordable saves anything; return the cost of all demand points.

    Parameters
    ----------
    core : Core
        Its fixed costs do not count.
    mode, chosen : int8 array, shape (M,)
        `chosen` is written: 1 for open sites.
    price, worth : float64 array, shape (M,)
        What opening takes of the budget, and what a saving counts at each site.
    left : float
        Of the budget, beyond the sites that are open.

    Notes
    -----
    Linear in the entries of the core for each site that is opened: savings are brought up to date only where a demand
    point has come nearer.
    """
    n, m = core.outside.shape[0], mode.shape[0]
    near = core.outside.copy()
    for i in range(n):
        for entry in range(core.row_start[i], core.row_start[i + 1]):
            if chosen[core.row_site[entry]] > 0:
                near[i] = min(near[i], core.row_cost[entry])
                break
    gain = np.zeros(m, np.float64)
    for i in range(n):
        for entry in range(core.row_start[i], core.row_start[i + 1]):
            if core.row_cost[entry] >= near[i]:
                break
            gain[core.row_site[entry]] += near[i] - core.row_cost[entry]
    while True:
        pick, best = -1, 0.0
        for j in range(m):
            if chosen[j] == 0 and mode[j] == FREE and price[j] <= left and gain[j] * worth[j] > best:
                pick, best = j, gain[j] * worth[j]
        if pick < 0:
            return float(near.sum())
        chosen[pick] = 1
        left -= price[pick]
        for k in range(core.col_start[pick], core.col_start[pick + 1]):
            i, cost = core.col_row[k], core.col_cost[k]
            if cost >= near[i]:
                continue
            for entry in range(core.row_start[i], core.row_start[i + 1]):
                if core.row_cost[entry] >= near[i]:
                    break
                gain[core.row_site[entry]] -= near[i] - max(cost, core.row_cost[entry])
            near[i] = cost
