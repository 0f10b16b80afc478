"""Annealed search over open sites and single-source assignments: change the sites, mend the assignment, keep it or undo it.

Loads above a capacity are allowed at a price a unit, which rises while the search stays outside the capacities and falls
while it stays inside (strategic oscillation: Glover 1977); shifts and exchanges as in Diaz & Fernandez (2006), EJOR 169(2).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._jit import lean_kernel
from ..rng import below, uniform
from .core import FREE, NONE, OPEN, ZERO

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .core import Bytes, Floats, Ints, Longs
    from .knapsack import Sites

NUM_OPEN = 0
AT = 1

NOW = 0
BEST = 1
FINE = 2
SHARE = 3

_EPS = 1e-9
_DRIFT = 0.02


class Lodging(NamedTuple):
    """A set of open sites with an assignment.

    ``owner`` (n); ``load``, ``is_open`` (m); ``opened``, ``place`` (m): open sites as a list; ``near`` (n, K): sites by
    cost, -1 where there is none; ``old_owner``, ``old_load``, ``old_open``: what a failed trial goes back to; ``best``,
    ``best_open``: best answer within the capacities; ``money`` (4): cost with fines now, best cost, fine of a unit above a
    capacity, share of late trials within the capacities; ``tally`` (2): number of open sites, where the mending goes on.
    """

    owner: Ints
    load: Floats
    is_open: Bytes
    opened: Ints
    place: Ints
    near: NDArray[np.int32]
    old_owner: Ints
    old_load: Floats
    old_open: Bytes
    best: Ints
    best_open: Bytes
    money: Floats
    tally: Longs


def make_lodging(near: NDArray[np.int32], num_sites: int, fine: float) -> Lodging:
    """Return the arrays of a search; `enter` fills them."""
    n, m = len(near), num_sites
    return Lodging(
        owner=np.zeros(n, np.int32),
        load=np.zeros(m),
        is_open=np.zeros(m, np.int8),
        opened=np.zeros(m, np.int32),
        place=np.zeros(m, np.int32),
        near=near,
        old_owner=np.zeros(n, np.int32),
        old_load=np.zeros(m),
        old_open=np.zeros(m, np.int8),
        best=np.full(n, -1, np.int32),
        best_open=np.zeros(m, np.int8),
        money=np.array([1e300, 1e300, fine, 0.5]),
        tally=np.zeros(2, np.int64),
    )


@lean_kernel
def over(sites: Sites, j: int, load: float) -> float:
    """Return the load above the capacity of a site."""
    return float(max(0.0, load - sites.capacity[j]))


@lean_kernel
def shift_change(sites: Sites, lodging: Lodging, i: int, to: int) -> float:
    """Return the change of cost and fines of serving a demand point from another site; infinity where there is no way."""
    mine = ZERO + lodging.owner[i]
    size = sites.demand[i]
    if sites.cost[to, i] >= 1e300:
        return 1e300
    change = sites.cost[to, i] + lodging.money[FINE] * (over(sites, to, lodging.load[to] + size) - over(sites, to, lodging.load[to]))
    if mine >= 0:
        left = over(sites, mine, lodging.load[mine] - size) - over(sites, mine, lodging.load[mine])
        change += lodging.money[FINE] * left - sites.cost[mine, i]
    return float(change)


@lean_kernel
def exchange_change(sites: Sites, lodging: Lodging, i: int, k: int) -> float:
    """Return the change of cost and fines of two demand points of different sites changing places."""
    mine = ZERO + lodging.owner[i]
    other = ZERO + lodging.owner[k]
    if sites.cost[other, i] >= 1e300 or sites.cost[mine, k] >= 1e300:
        return 1e300
    gap = sites.demand[i] - sites.demand[k]
    change = sites.cost[other, i] + sites.cost[mine, k] - sites.cost[mine, i] - sites.cost[other, k]
    fines = over(sites, other, lodging.load[other] + gap) - over(sites, other, lodging.load[other])
    fines += over(sites, mine, lodging.load[mine] - gap) - over(sites, mine, lodging.load[mine])
    return float(change + lodging.money[FINE] * fines)


@lean_kernel
def _take(sites: Sites, lodging: Lodging, i: int, to: int) -> None:
    mine = lodging.owner[i]
    if mine >= 0:
        lodging.load[mine] -= sites.demand[i]
    lodging.load[to] += sites.demand[i]
    lodging.owner[i] = to


@lean_kernel
def _open(lodging: Lodging, j: int) -> None:
    lodging.is_open[j] = 1
    lodging.opened[lodging.tally[NUM_OPEN]] = j
    lodging.place[j] = lodging.tally[NUM_OPEN]
    lodging.tally[NUM_OPEN] += 1


@lean_kernel
def _close(lodging: Lodging, j: int) -> None:
    lodging.is_open[j] = 0
    lodging.tally[NUM_OPEN] -= 1
    last = lodging.opened[lodging.tally[NUM_OPEN]]
    lodging.opened[lodging.place[j]] = last
    lodging.place[last] = lodging.place[j]


@lean_kernel
def _settle(sites: Sites, lodging: Lodging, i: int) -> None:
    """Serve a demand point from the open site of least change, if there is a way from any."""
    pick = NONE
    least = 1e300
    for q in range(lodging.tally[NUM_OPEN]):
        j = ZERO + lodging.opened[q]
        if j != lodging.owner[i]:
            change = shift_change(sites, lodging, i, j)
            if change < least:
                least = change
                pick = j
    if pick >= 0:
        _take(sites, lodging, i, pick)


@lean_kernel
def total_cost(sites: Sites, lodging: Lodging) -> float:
    """Return cost and fines; a demand point without a site costs 1e300."""
    total = 0.0
    for q in range(lodging.tally[NUM_OPEN]):
        j = ZERO + lodging.opened[q]
        total += sites.fixed[j] + lodging.money[FINE] * over(sites, j, lodging.load[j])
    for i in range(lodging.owner.shape[0]):
        if lodging.owner[i] < 0:
            return 1e300
        total += sites.cost[lodging.owner[i], i]
    return float(total)


@lean_kernel
def mend(sites: Sites, lodging: Lodging) -> int:
    """Shift and exchange demand points until neither gains, each time from where the last gain was; return the work done."""
    n = lodging.owner.shape[0]
    work = 0
    failed = 0
    i = lodging.tally[AT]
    while failed < n:
        i += 1
        if i >= n:
            i = 0
        failed += 1
        mine = ZERO + lodging.owner[i]
        if mine < 0:
            _settle(sites, lodging, i)
            work += lodging.tally[NUM_OPEN]
            if lodging.owner[i] >= 0:
                failed = 0
            continue
        now = sites.cost[mine, i]
        eps = _EPS * (1.0 + now)
        pick = NONE
        least = -eps
        crowded = lodging.load[mine] > sites.capacity[mine]
        farther = 0
        for q in range(lodging.tally[NUM_OPEN]):
            j = ZERO + lodging.opened[q]
            if j == mine or (sites.cost[j, i] >= now and not crowded):
                continue
            farther += 1
            change = shift_change(sites, lodging, i, j)
            if change < least:
                least = change
                pick = j
        work += lodging.tally[NUM_OPEN]
        if pick >= 0:
            _take(sites, lodging, i, pick)
            failed = 0
            continue
        if farther == 0:
            continue
        work += n
        partner = NONE
        for k in range(n):
            other = lodging.owner[k]
            if other == mine or other < 0 or (sites.cost[other, i] >= now and not crowded):
                continue
            change = exchange_change(sites, lodging, i, k)
            if change < least:
                least = change
                partner = k
        if partner >= 0:
            other = ZERO + lodging.owner[partner]
            _take(sites, lodging, partner, mine)
            _take(sites, lodging, i, other)
            failed = 0
    lodging.tally[AT] = i
    return int(work + n)


@lean_kernel
def _note_best(sites: Sites, lodging: Lodging) -> bool:
    """Keep the assignment if it is within the capacities and the best; tell whether it is within."""
    for q in range(lodging.tally[NUM_OPEN]):
        j = lodging.opened[q]
        if lodging.load[j] > sites.capacity[j] * (1.0 + 1e-12):
            return False
    if lodging.money[NOW] < lodging.money[BEST] - _EPS * abs(lodging.money[BEST]):
        lodging.money[BEST] = lodging.money[NOW]
        for i in range(lodging.owner.shape[0]):
            lodging.best[i] = lodging.owner[i]
        for j in range(lodging.load.shape[0]):
            lodging.best_open[j] = lodging.is_open[j]
    return True


@lean_kernel
def enter(sites: Sites, lodging: Lodging, chosen: Bytes, owner: Ints) -> None:
    """Take over open sites and an assignment; what is assigned to no open site is settled, and all is mended."""
    lodging.tally[NUM_OPEN] = 0
    for j in range(chosen.shape[0]):
        lodging.load[j] = 0.0
        lodging.is_open[j] = 0
        if chosen[j]:
            _open(lodging, j)
    for i in range(owner.shape[0]):
        lodging.owner[i] = -1
        if owner[i] >= 0 and chosen[owner[i]]:
            _take(sites, lodging, i, ZERO + owner[i])
    for i in range(owner.shape[0]):
        if lodging.owner[i] < 0:
            _settle(sites, lodging, i)
    mend(sites, lodging)
    lodging.money[NOW] = total_cost(sites, lodging)
    _note_best(sites, lodging)


@lean_kernel
def _near_closed(lodging: Lodging, mode: Bytes, i: int, rng: NDArray[np.uint64]) -> int:
    """Return a random closed site near a demand point, -1 where none is found."""
    for _ in range(4):
        k = int(below(rng, lodging.near.shape[1]))  # type: ignore[no-untyped-call]
        j = lodging.near[i, k]
        if j >= 0 and lodging.is_open[j] == 0 and mode[j] == FREE:
            return int(j)
    return -1


@lean_kernel
def _change_sites(sites: Sites, mode: Bytes, lodging: Lodging, rng: NDArray[np.uint64]) -> bool:
    """Open a site, close one, or both; or move some demand points. Return whether the sites changed."""
    low = sites.low_high[0]
    high = sites.low_high[1]
    n = lodging.owner.shape[0]
    kind = below(rng, ZERO + 4)  # type: ignore[no-untyped-call]
    i = below(rng, n)  # type: ignore[no-untyped-call]
    add = -1
    drop = -1
    if kind < 3:
        add = _near_closed(lodging, mode, i, rng)
        drop = int(lodging.owner[i])
        if below(rng, ZERO + 4) == 0:  # type: ignore[no-untyped-call]
            drop = int(lodging.opened[int(below(rng, lodging.tally[NUM_OPEN]))])  # type: ignore[no-untyped-call]
        if drop >= 0 and mode[drop] == OPEN:
            drop = -1
        if low < high and kind == 0:
            drop = -1
        if low < high and kind == 1:
            add = -1
        if add < 0 and lodging.tally[NUM_OPEN] <= max(low, 1):
            drop = -1
        if drop < 0 and lodging.tally[NUM_OPEN] >= high:
            add = -1
    if add < 0 and drop < 0:
        for _ in range(2 + below(rng, ZERO + 4)):  # type: ignore[no-untyped-call]
            i = below(rng, n)  # type: ignore[no-untyped-call]
            j = ZERO + lodging.opened[int(below(rng, lodging.tally[NUM_OPEN]))]  # type: ignore[no-untyped-call]
            if sites.cost[j, i] < 1e300:
                _take(sites, lodging, i, j)
        return False
    if add >= 0:
        _open(lodging, add)
    if drop >= 0:
        _close(lodging, drop)
        for i in range(n):
            if lodging.owner[i] == drop:
                lodging.owner[i] = -1
                lodging.load[drop] -= sites.demand[i]
        for i in range(n):
            if lodging.owner[i] < 0:
                _settle(sites, lodging, i)
    return True


@lean_kernel
def reassign(sites: Sites, mode: Bytes, lodging: Lodging, rng: NDArray[np.uint64], heat: float, most: int, target: float) -> int:
    """Try changes until `most` work is done or the best cost is `target`; return the trials made.

    A trial that ends at most `heat` times a random number worse is kept. The fine drifts so that about half of the trials
    end within the capacities.
    """
    n = lodging.owner.shape[0]
    m = lodging.load.shape[0]
    work = 0
    trials = 0
    while work < most and lodging.money[BEST] > target and lodging.tally[NUM_OPEN] > 0:
        trials += 1
        for i in range(n):
            lodging.old_owner[i] = lodging.owner[i]
        for j in range(m):
            lodging.old_load[j] = lodging.load[j]
            lodging.old_open[j] = lodging.is_open[j]
        before = total_cost(sites, lodging)
        _change_sites(sites, mode, lodging, rng)
        work += 4 * n + m + mend(sites, lodging)
        lodging.money[NOW] = total_cost(sites, lodging)
        within = _note_best(sites, lodging)
        lodging.money[SHARE] += _DRIFT * ((1.0 if within else 0.0) - lodging.money[SHARE])
        if lodging.money[SHARE] < 0.3:
            lodging.money[FINE] *= 1.01
        elif lodging.money[SHARE] > 0.7:
            lodging.money[FINE] *= 0.99
        allowed = before + _EPS * (1.0 + abs(before))
        if heat > 0.0:
            allowed -= heat * math.log(max(uniform(rng), 1e-12))  # type: ignore[no-untyped-call]
        if lodging.money[NOW] > allowed:
            lodging.tally[NUM_OPEN] = 0
            for j in range(m):
                lodging.load[j] = lodging.old_load[j]
                lodging.is_open[j] = 0
                if lodging.old_open[j]:
                    _open(lodging, j)
            for i in range(n):
                lodging.owner[i] = lodging.old_owner[i]
    return trials
