"""Single-source assignment to open sites: regret start, then shifts and exchanges within the capacities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._jit import lean_kernel

if TYPE_CHECKING:
    from .core import Bytes, Floats, Ints
    from .knapsack import Sites


@lean_kernel
def start_assignment(sites: Sites, is_open: Bytes, weight: Floats, owner: Ints, room: Floats) -> float:
    """Serve demand points in the order of largest regret; return the load that fits nowhere (0: feasible).

    Writes ``owner`` (n) and ``room`` (m). `weight` (m, read) adds a price on capacity to the costs of a site.
    """
    m, n = sites.cost.shape
    for j in range(m):
        room[j] = sites.capacity[j]
    for i in range(n):
        owner[i] = -1
    lost = 0.0
    for _ in range(n):
        pick = -1
        where = -1
        most = -1e300
        for i in range(n):
            if owner[i] != -1:
                continue
            first = 1e300
            second = 1e300
            best = -1
            for j in range(m):
                if is_open[j] and room[j] >= sites.demand[i]:
                    cost = sites.cost[j, i] + weight[j] * sites.demand[i]
                    if cost < first:
                        second = first
                        first = cost
                        best = j
                    elif cost < second:
                        second = cost
            regret = 1e200 + sites.demand[i] if second >= 1e300 else second - first
            if regret > most:
                most = regret
                pick = i
                where = best
        if where < 0:
            owner[pick] = -2
            lost += sites.demand[pick]
        else:
            owner[pick] = where
            room[where] -= sites.demand[pick]
    return lost


@lean_kernel
def improve_assignment(sites: Sites, is_open: Bytes, owner: Ints, room: Floats) -> None:
    """Shift and exchange demand points until none of it gains; unserved ones (-2) are taken in where they fit."""
    m, n = sites.cost.shape
    better = True
    rounds = 0
    while better and rounds < 100:
        better = False
        rounds += 1
        for i in range(n):
            mine = owner[i]
            now = sites.cost[mine, i] if mine >= 0 else 1e100
            for j in range(m):
                if is_open[j] and j != mine and room[j] >= sites.demand[i] and sites.cost[j, i] < now - 1e-9 * (1.0 + now):
                    if mine >= 0:
                        room[mine] += sites.demand[i]
                    room[j] -= sites.demand[i]
                    owner[i] = j
                    mine = j
                    now = sites.cost[j, i]
                    better = True
            if mine < 0:
                continue
            for k in range(n):
                other = owner[k]
                if other == mine or other < 0 or k == i:
                    continue
                gap = sites.demand[i] - sites.demand[k]
                if gap > room[other] or -gap > room[mine]:
                    continue
                change = sites.cost[other, i] + sites.cost[mine, k] - now - sites.cost[other, k]
                if change < -1e-9 * (1.0 + abs(now)):
                    owner[i] = other
                    owner[k] = mine
                    room[other] -= gap
                    room[mine] += gap
                    mine = other
                    now = sites.cost[mine, i]
                    better = True
