"""Location-routing of a few stops, exactly: every set of stops, its best tour, its best split into tours, its best sites.

Dynamic programs over subsets: the tours of Held & Karp (1962, J. SIAM 10(1)), then twice the least sum over two parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._jit import kernel

if TYPE_CHECKING:
    from .core import Bytes, Floats, Longs


@kernel
def best_partition(
    travel: Floats, demand: Longs, room: Longs, fixed: Floats, mode: Bytes, vehicle_room: int, vehicle_cost: float
) -> tuple[float, Longs, Longs]:
    """Return the least cost of sites, vehicles and ways, with the site and the next stop of each stop.

    Parameters
    ----------
    travel : float64 array, shape (m + n, m + n)
        Sites first; infinity where there is no way.
    demand : int64 array, shape (n,)
    room, fixed : int64 and float64 arrays, shape (m,)
    mode : int8 array, shape (m,)
        1 must be open, -1 must not.
    vehicle_room, vehicle_cost : int, float

    Returns
    -------
    (cost, site, following)
        ``following`` (n) is -1 behind the last stop of a route. The cost is infinite where no plan exists; then the
        arrays say nothing. Takes O(m (3^n + 2^n n^2)) steps and O(m 2^n n) words.
    """
    m, n = room.shape[0], demand.shape[0]
    full = 1 << n
    load = np.zeros(full, np.int64)
    for s in range(1, full):
        low = 0
        while not (s >> low) & 1:
            low += 1
        load[s] = load[s & (s - 1)] + demand[low]
    last = np.full((m, full), -1, np.int8)
    parent = np.full((m, full, n), -1, np.int8)
    first_tour = np.zeros((m, full), np.int32)
    own_part = np.zeros((m, full), np.int32)
    reached = np.full((m + 1, full), np.inf)
    reached[0, 0] = 0.0
    path = np.empty((full, n))
    tour = np.empty(full)
    split = np.empty(full)
    for d in range(m):
        if mode[d] < 0:
            reached[d + 1] = reached[d]
            continue
        _fill_tours(travel, load, vehicle_room, m, d, path, tour, last, parent)
        split[0] = 0.0
        for s in range(1, full):
            split[s] = np.inf
            if load[s] > room[d]:
                continue
            low = s & -s
            rest = s ^ low
            t = rest
            while True:
                # The tour of the lowest stop takes any of the others with it.
                cost = tour[t | low] + vehicle_cost + split[rest ^ t]
                if cost < split[s]:
                    split[s] = cost
                    first_tour[d, s] = t | low
                if t == 0:
                    break
                t = (t - 1) & rest
        for s in range(full):
            reached[d + 1, s] = reached[d, s] + (fixed[d] if mode[d] > 0 else 0.0)
            t = s
            while t:
                cost = reached[d, s ^ t] + fixed[d] + split[t]
                if cost < reached[d + 1, s]:
                    reached[d + 1, s] = cost
                    own_part[d, s] = t
                t = (t - 1) & s
    site = np.full(n, -1, np.int64)
    following = np.full(n, -1, np.int64)
    if reached[m, full - 1] == np.inf:
        return np.inf, site, following
    left = full - 1
    for d in range(m - 1, -1, -1):
        part = own_part[d, left]
        left ^= part
        while part:
            t = first_tour[d, part]
            part ^= t
            j = np.int64(last[d, t])
            after = np.int64(-1)
            while t:
                site[j] = d
                following[j] = after
                after = j
                t, j = t ^ (1 << j), np.int64(parent[d, t, j])
    return reached[m, full - 1], site, following


@kernel
def _fill_tours(
    travel: Floats, load: Longs, vehicle_room: int, m: int, d: int, path: Floats, tour: Floats, last: Bytes, parent: Bytes
) -> None:
    """Write, for site d, the least way over each set of stops to each of them, and the least tour of each set."""
    full, n = path.shape
    for s in range(full):
        tour[s] = np.inf
        for j in range(n):
            path[s, j] = np.inf
    for s in range(1, full):
        if load[s] > vehicle_room:
            continue
        for j in range(n):
            if not (s >> j) & 1:
                continue
            before = s ^ (1 << j)
            if before == 0:
                path[s, j] = travel[d, m + j]
            for i in range(n):
                if (before >> i) & 1 and path[before, i] + travel[m + i, m + j] < path[s, j]:
                    path[s, j] = path[before, i] + travel[m + i, m + j]
                    parent[d, s, j] = i
            if path[s, j] + travel[m + j, d] < tour[s]:
                tour[s] = path[s, j] + travel[m + j, d]
                last[d, s] = j
