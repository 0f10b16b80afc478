"""kmedoids: FasterPAM from random starts until the time is spent."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from ..errors import CannotExpressError
from .answer import LocateAnswer

if TYPE_CHECKING:
    from .instance import LocateInstance


def solve(instance: LocateInstance, *, seconds: float, seed: int, threads: int) -> LocateAnswer:
    """Swap until nothing gains, again and again, and keep the best; it gives no bound."""
    import kmedoids

    cost = instance.cost
    if instance.problem != "pmedian" or cost.shape[0] != cost.shape[1] or not np.isfinite(cost).all():
        message = "kmedoids only knows the p-median of a square matrix without gaps"
        raise CannotExpressError(message)
    begin = time.perf_counter()
    # Whole costs as int32: half the memory, which is what swaps wait for.
    is_whole = (cost == np.rint(cost)).all() and cost.sum() < 2**31
    table = np.ascontiguousarray(cost.T.astype(np.int32 if is_whole else np.float64))
    built = time.perf_counter()
    best, sites, starts, longest = math.inf, [0], 0, 0.0
    while not starts or time.perf_counter() - built + longest < seconds:
        before = time.perf_counter()
        found = kmedoids.fasterpam(table, instance.p, max_iter=1000, random_state=seed + starts, n_cpu=threads)
        longest = max(longest, time.perf_counter() - before)
        starts += 1
        if found.loss < best:
            best, sites = float(found.loss), [int(row) for row in found.medoids]
    return LocateAnswer(sites, [], "TIME_LIMIT", None, time.perf_counter() - built, built - begin, iterations=starts)
