"""Lagrangian bounds of capacitated location: a knapsack a site, then the choice of sites.

The rows "each demand point is served once" are relaxed; a site then takes what pays within its capacity, in parts
(continuous knapsack) or whole (dynamic program over whole capacities). Open sites must hold all demand together, which
enters by its multiplier (Cornuejols, Sridharan & Thizy 1991, EJOR 50(3)).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._jit import lean_kernel
from .ascent import BEST, PATIENCE, STALL, STEP
from .choice import choose
from .core import SHUT, ZERO

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .core import Bytes, Floats, Ints, Longs

    Table = NDArray[np.float64]


class Sites(NamedTuple):
    """A capacitated question.

    ``cost`` (m, n) of serving whole demand points, infinity where there is no way; ``demand`` (n), ``capacity`` (m),
    ``fixed`` (m), ``low_high`` (2) limits on the number of open sites, ``whole`` (1): 1 where demand points are served
    by one site and all amounts are whole numbers.
    """

    cost: Table
    demand: Floats
    capacity: Floats
    fixed: Floats
    low_high: Longs
    whole: Longs


class Load(NamedTuple):
    """Working arrays of the relaxation.

    ``price``, ``best``, ``direction`` (n) as in `ascent.Dual`; ``value`` (m): cost of a site with its knapsack; ``rate``
    (m): what its last unit of capacity earns, at most 0; ``rho``, ``chosen``, ``usage``, ``buffer`` (m), ``edges`` (2);
    ``open`` (m): share of each site that is open; ``item``, ``part`` (m, n), ``filled`` (m): its knapsack; ``key``,
    ``order`` (n): scratch; ``room`` (m, R + 1): least knapsack cost by capacity, ``take`` (n, R + 1): scratch (whole
    demand only); ``knobs`` (4) as in `ascent.Dual`; ``dual`` (1): the capacity multiplier.
    """

    price: Floats
    best: Floats
    direction: Floats
    value: Floats
    rate: Floats
    rho: Floats
    chosen: Bytes
    usage: Floats
    buffer: Floats
    edges: Floats
    open: Floats
    item: NDArray[np.int32]
    part: Table
    filled: Longs
    key: Floats
    order: Ints
    room: Table
    take: NDArray[np.int8]
    knobs: Floats
    dual: Floats


def make_load(sites: Sites, price: Floats, *, step: float = 1.0, patience: int = 20) -> Load:
    """Return the arrays of an ascent that begins at these multipliers."""
    m, n = sites.cost.shape
    rooms = int(sites.capacity.max()) + 1 if sites.whole[0] else 1
    return Load(
        price=price.copy(),
        best=price.copy(),
        direction=np.zeros(n),
        value=np.zeros(m),
        rate=np.zeros(m),
        rho=np.zeros(m),
        chosen=np.zeros(m, np.int8),
        usage=np.zeros(m),
        buffer=np.zeros(m),
        edges=np.zeros(2),
        open=np.zeros(m),
        item=np.zeros((m, n), np.int32),
        part=np.zeros((m, n)),
        filled=np.zeros(m, np.int64),
        key=np.zeros(n),
        order=np.zeros(n, np.int32),
        room=np.zeros((m if sites.whole[0] else 1, rooms)),
        take=np.zeros((n if sites.whole[0] else 1, rooms), np.int8),
        knobs=np.array([step, 0.0, -1e300, float(patience)]),
        dual=np.zeros(1),
    )


@lean_kernel
def _sort(key: Floats, order: Ints, size: int) -> None:
    """Sort the first entries by key, ascending (heap sort)."""
    for first in range(size // 2 - 1, -2 * size, -1):
        # Below 0 the heap is made: its largest goes to the end.
        last = size
        root = first
        if first < 0:
            last = size + first
            if last <= 0:
                return
            key[0], key[last] = key[last], key[0]
            order[0], order[last] = order[last], order[0]
            root = 0
        while True:
            child = 2 * root + 1
            if child >= last:
                break
            if child + 1 < last and key[child + 1] > key[child]:
                child += 1
            if key[child] <= key[root]:
                break
            key[root], key[child] = key[child], key[root]
            order[root], order[child] = order[child], order[root]
            root = child


@lean_kernel
def _fill_parts(sites: Sites, load: Load, j: int) -> None:
    """Fill a site with what pays most for its capacity, the last in part."""
    size = ZERO
    for i in range(load.price.shape[0]):
        gain = sites.cost[j, i] - load.price[i]
        if gain < 0.0:
            load.key[size] = gain / sites.demand[i] if sites.demand[i] > 0.0 else -1e300
            load.order[size] = i
            size += 1
    _sort(load.key, load.order, size)
    room = sites.capacity[j]
    total = 0.0
    used = 0
    rate = 0.0
    for q in range(size):
        i = load.order[q]
        part = 1.0
        if sites.demand[i] > room:
            part = room / sites.demand[i]
            rate = load.key[q]
        if part > 0.0:
            load.item[j, used] = i
            load.part[j, used] = part
            used += 1
            total += part * (sites.cost[j, i] - load.price[i])
            room -= part * sites.demand[i]
        if part < 1.0:
            break
    load.filled[j] = used
    load.rate[j] = rate
    load.value[j] = sites.fixed[j] + total


@lean_kernel
def _fill_whole(sites: Sites, load: Load, j: int) -> None:
    """Fill a site with whole demand points, by dynamic programming unless all that pay fit; writes ``room``."""
    limit = int(sites.capacity[j])
    best = load.room[j]
    size = 0
    total = 0.0
    wanted = 0
    for i in range(load.price.shape[0]):
        gain = sites.cost[j, i] - load.price[i]
        weight = int(sites.demand[i])
        if gain < 0.0 and weight <= limit:
            load.order[size] = i
            size += 1
            total += gain
            wanted += weight
    if wanted <= limit:
        for q in range(size):
            load.item[j, q] = load.order[q]
            load.part[j, q] = 1.0
        # No room earns more than all that pays: less of it is not asked for.
        for s in range(best.shape[0]):
            best[s] = total
        load.filled[j] = size
        load.value[j] = sites.fixed[j] + total
        return
    for s in range(best.shape[0]):
        best[s] = 0.0
    for q in range(size):
        i = load.order[q]
        gain = sites.cost[j, i] - load.price[i]
        weight = int(sites.demand[i])
        for s in range(limit, weight - 1, -1):
            value = best[s - weight] + gain
            if value < best[s]:
                best[s] = value
                load.take[q, s] = 1
            else:
                load.take[q, s] = 0
        for s in range(min(weight, limit + 1)):
            load.take[q, s] = 0
    used = 0
    left = limit
    for q in range(size - 1, -1, -1):
        if load.take[q, left]:
            i = load.order[q]
            load.item[j, used] = i
            load.part[j, used] = 1.0
            used += 1
            left -= int(sites.demand[i])
    load.filled[j] = used
    load.value[j] = sites.fixed[j] + best[limit]


@lean_kernel
def bound_sites(sites: Sites, mode: Bytes, load: Load) -> float:
    """Return the bound that the multipliers prove; writes all but the multipliers of `load`."""
    n = load.price.shape[0]
    m = mode.shape[0]
    need = 0.0
    total = 0.0
    for i in range(n):
        need += sites.demand[i]
        total += load.price[i]
    held = 0.0
    for j in range(m):
        load.open[j] = 0.0
        if mode[j] == SHUT:
            load.value[j] = 0.0
            load.filled[j] = 0
            load.rate[j] = 0.0
            continue
        if sites.whole[0]:
            _fill_whole(sites, load, j)
        else:
            _fill_parts(sites, load, j)
        if load.value[j] < 0.0 or mode[j] == 1:
            held += sites.capacity[j]
            load.open[j] = 1.0
    dual = 0.0
    edge = -1
    while held < need * (1.0 - 1e-12):
        edge = -1
        ratio = 1e300
        for j in range(m):
            if mode[j] == 0 and load.open[j] == 0.0 and sites.capacity[j] > 0.0 and load.value[j] < ratio * sites.capacity[j]:
                ratio = load.value[j] / sites.capacity[j]
                edge = j
        if edge < 0:
            return 1e300
        dual = ratio
        load.open[edge] = 1.0
        held += sites.capacity[edge]
    load.dual[0] = dual
    for j in range(m):
        load.rho[j] = load.value[j] - dual * sites.capacity[j]
    bound = total + dual * need + choose(load.rho, mode, sites.low_high[0], sites.low_high[1], load.chosen, load.buffer, load.edges)
    for j in range(m):
        if j != edge:
            load.open[j] = load.chosen[j]
    if edge >= 0 and load.chosen[edge] == 0 and sites.low_high[0] < sites.low_high[1]:
        load.open[edge] = max(0.0, 1.0 - (held - need) / sites.capacity[edge])
    elif edge >= 0:
        load.open[edge] = load.chosen[edge]
    return bound


@lean_kernel
def ascend_sites(sites: Sites, mode: Bytes, load: Load, upper: float, target: float, iterations: int) -> int:
    """Raise the bound as `ascent.ascend` does."""
    n = load.price.shape[0]
    knobs = load.knobs
    for done in range(iterations):
        bound = bound_sites(sites, mode, load)
        for j in range(mode.shape[0]):
            load.usage[j] += 0.1 * (load.open[j] - load.usage[j])
        if bound > knobs[BEST] + 1e-9 * abs(knobs[BEST]):
            knobs[BEST] = bound
            knobs[STALL] = 0.0
            for i in range(n):
                load.best[i] = load.price[i]
        else:
            knobs[STALL] += 1.0
            if knobs[STALL] >= knobs[PATIENCE]:
                knobs[STALL] = 0.0
                knobs[STEP] *= 0.7
                for i in range(n):
                    load.price[i] = load.best[i]
                    load.direction[i] = 0.0
                bound = bound_sites(sites, mode, load)
        if knobs[BEST] >= target or knobs[STEP] < 1e-4:
            return done + 1
        for i in range(n):
            load.key[i] = 1.0
        for j in range(mode.shape[0]):
            if load.open[j] > 0.0:
                for q in range(load.filled[j]):
                    load.key[load.item[j, q]] -= load.part[j, q] * load.open[j]
        norm = 0.0
        for i in range(n):
            load.direction[i] = load.key[i] + 0.3 * load.direction[i]
            norm += load.direction[i] * load.direction[i]
        if norm < 1e-12:
            knobs[STEP] = 0.0
            return done + 1
        length = knobs[STEP] * max(1.005 * upper - bound, 1e-6 * abs(upper)) / norm
        for i in range(n):
            load.price[i] = max(0.0, load.price[i] + length * load.direction[i])
    return iterations


@lean_kernel
def fix_pairs(sites: Sites, mode: Bytes, load: Load, slack: float, allowed: NDArray[np.int8]) -> int:
    """Forbid each pair of site and demand point whose use would cost more than `slack`; return how many stay allowed.

    For single sources only: the pair's demand fills a part of the site, and what the rest holds is bounded by its
    knapsack. Follows `bound_sites` at the same multipliers; writes `allowed` (m, n).
    """
    left = 0
    for j in range(mode.shape[0]):
        entry = 0.0
        if load.chosen[j] == 0:
            entry = max(0.0, load.rho[j] - load.edges[0])
        base = load.value[j] - sites.fixed[j]
        for i in range(load.price.shape[0]):
            if allowed[j, i] == 0:
                continue
            gain = sites.cost[j, i] - load.price[i]
            if sites.demand[i] > sites.capacity[j] or mode[j] == SHUT:
                allowed[j, i] = 0
                continue
            if sites.whole[0]:
                extra = gain + load.room[j, int(sites.capacity[j]) - int(sites.demand[i])] - base
            else:
                extra = gain - load.rate[j] * sites.demand[i]
            if entry + max(0.0, extra) > slack:
                allowed[j, i] = 0
            else:
                left += 1
    return left
