"""Search for the sites that cover the most weight: close one, open the best instead, keep it as annealing allows.

Only demand points that no or one open site covers matter to a move, and the one site is known without a search, so that a
move costs what its neighbourhood covers (Church & ReVelle 1974 state the problem; annealing as in Murray & Church 1996).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._jit import lean_kernel
from ..rng import below, uniform
from .core import FREE, OPEN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .core import Bytes, Floats, Ints, Longs

NUM_OPEN = 0
TOP = 1

_WORK_A_TRIAL = 20
FAR = 0.1


class Cover(NamedTuple):
    """Who covers whom.

    ``point_start`` (n + 1), ``point_site``: the sites that cover each demand point; ``site_start`` (m + 1),
    ``site_point``: the demand points each site covers; ``weight`` (n).
    """

    point_start: Longs
    point_site: Ints
    site_start: Longs
    site_point: Ints
    weight: Floats


class CoverState(NamedTuple):
    """A set of open sites.

    ``is_open`` (m); ``times``, ``owners`` (n): number of open sites that cover a point and the sum of their indices, which is
    the site itself where the number is 1; ``gain`` (m): weight no open site covers; ``loss`` (m): weight this open site
    alone covers; ``opened`` (m), ``place`` (m): open sites as a list; ``extra`` (m), ``touched`` (m): scratch; ``lost`` (2):
    weight that is not covered, now and at best; ``best`` (m); ``tally`` (2): number of open sites, site of largest gain.
    """

    is_open: Bytes
    times: Longs
    owners: Longs
    gain: Floats
    loss: Floats
    opened: Ints
    place: Ints
    extra: Floats
    touched: Ints
    lost: Floats
    best: Bytes
    tally: Longs


def make_cover_state(num_points: int, num_sites: int) -> CoverState:
    """Return the arrays of a set of sites; `start_cover` fills them."""
    n, m = num_points, num_sites
    return CoverState(
        is_open=np.zeros(m, np.int8),
        times=np.zeros(n, np.int64),
        owners=np.zeros(n, np.int64),
        gain=np.zeros(m),
        loss=np.zeros(m),
        opened=np.zeros(m, np.int32),
        place=np.zeros(m, np.int32),
        extra=np.zeros(m),
        touched=np.zeros(m, np.int32),
        lost=np.full(2, 1e300),
        best=np.zeros(m, np.int8),
        tally=np.zeros(2, np.int64),
    )


@lean_kernel
def drop_subsets(cover: Cover, mode: Bytes, seen: Longs, alive: Bytes) -> int:
    """Drop each free site whose points another one covers as well; of equal ones the first stays. Return how many stay.

    Writes ``alive`` (m); ``seen`` (n) is scratch. Only the sites that cover the point of a site which the fewest others
    cover are compared with it.
    """
    m = mode.shape[0]
    for i in range(seen.shape[0]):
        seen[i] = -1
    left = 0
    for j in range(m):
        alive[j] = 1 if mode[j] >= FREE else 0
    for j in range(m):
        begin = cover.site_start[j]
        end = cover.site_start[j + 1]
        if mode[j] != FREE:
            left += alive[j]
            continue
        if begin == end:
            alive[j] = 0
            continue
        rarest = cover.site_point[begin]
        for entry in range(begin, end):
            i = cover.site_point[entry]
            if cover.point_start[i + 1] - cover.point_start[i] < cover.point_start[rarest + 1] - cover.point_start[rarest]:
                rarest = i
        size = end - begin
        for entry in range(begin, end):
            seen[cover.site_point[entry]] = j
        for entry in range(cover.point_start[rarest], cover.point_start[rarest + 1]):
            k = cover.point_site[entry]
            other = cover.site_start[k + 1] - cover.site_start[k]
            if k == j or alive[k] == 0 or other < size or (other == size and k > j and mode[k] == FREE):
                continue
            common = 0
            for at in range(cover.site_start[k], cover.site_start[k + 1]):
                if seen[cover.site_point[at]] == j:
                    common += 1
            if common == size:
                alive[j] = 0
                break
        left += alive[j]
    return left


@lean_kernel
def _open(cover: Cover, state: CoverState, j: int) -> int:
    """Open a site; return the work done."""
    work = 0
    state.is_open[j] = 1
    state.opened[state.tally[NUM_OPEN]] = j
    state.place[j] = state.tally[NUM_OPEN]
    state.tally[NUM_OPEN] += 1
    state.loss[j] = 0.0
    for entry in range(cover.site_start[j], cover.site_start[j + 1]):
        i = cover.site_point[entry]
        weight = cover.weight[i]
        if state.times[i] == 0:
            state.loss[j] += weight
            state.lost[0] -= weight
            for at in range(cover.point_start[i], cover.point_start[i + 1]):
                state.gain[cover.point_site[at]] -= weight
            work += cover.point_start[i + 1] - cover.point_start[i]
        elif state.times[i] == 1:
            state.loss[state.owners[i]] -= weight
        state.times[i] += 1
        state.owners[i] += j
    return int(work + cover.site_start[j + 1] - cover.site_start[j])


@lean_kernel
def _close(cover: Cover, state: CoverState, j: int) -> int:
    """Close a site; return the work done."""
    work = 0
    state.is_open[j] = 0
    state.tally[NUM_OPEN] -= 1
    last = state.opened[state.tally[NUM_OPEN]]
    state.opened[state.place[j]] = last
    state.place[last] = state.place[j]
    for entry in range(cover.site_start[j], cover.site_start[j + 1]):
        i = cover.site_point[entry]
        weight = cover.weight[i]
        state.times[i] -= 1
        state.owners[i] -= j
        if state.times[i] == 0:
            state.lost[0] += weight
            for at in range(cover.point_start[i], cover.point_start[i + 1]):
                state.gain[cover.point_site[at]] += weight
            work += cover.point_start[i + 1] - cover.point_start[i]
        elif state.times[i] == 1:
            state.loss[state.owners[i]] += weight
    return int(work + cover.site_start[j + 1] - cover.site_start[j])


@lean_kernel
def _find_top(state: CoverState, mode: Bytes) -> None:
    """Note the closed free site of largest gain, -1 where there is none."""
    top = -1
    for j in range(mode.shape[0]):
        if state.is_open[j] == 0 and mode[j] == FREE and (top < 0 or state.gain[j] > state.gain[top]):
            top = j
    state.tally[TOP] = top


@lean_kernel
def _keep_cover(state: CoverState) -> None:
    if state.lost[0] < state.lost[1] - 1e-9 * (1.0 + abs(state.lost[1])):
        state.lost[1] = state.lost[0]
        for j in range(state.is_open.shape[0]):
            state.best[j] = state.is_open[j]


@lean_kernel
def start_cover(cover: Cover, mode: Bytes, chosen: Bytes, num: int, state: CoverState) -> None:
    """Take over at most `num` sites, forced ones first, and open more, each the one of largest gain, until there are `num`."""
    state.lost[0] = 0.0
    state.tally[NUM_OPEN] = 0
    for j in range(mode.shape[0]):
        state.is_open[j] = 0
        state.gain[j] = 0.0
        state.loss[j] = 0.0
        state.extra[j] = 0.0
    for i in range(cover.weight.shape[0]):
        state.times[i] = 0
        state.owners[i] = 0
        state.lost[0] += cover.weight[i]
        for at in range(cover.point_start[i], cover.point_start[i + 1]):
            state.gain[cover.point_site[at]] += cover.weight[i]
    for j in range(mode.shape[0]):
        if mode[j] == OPEN:
            _open(cover, state, j)
    for j in range(mode.shape[0]):
        if chosen[j] and mode[j] == FREE and state.tally[NUM_OPEN] < num:
            _open(cover, state, j)
    _find_top(state, mode)
    while state.tally[NUM_OPEN] < num and state.tally[TOP] >= 0:
        _open(cover, state, state.tally[TOP])
        _find_top(state, mode)
    _keep_cover(state)


@lean_kernel
def best_swap(cover: Cover, mode: Bytes, state: CoverState, drop: int) -> tuple[int, float, int]:
    """Return the best site to open where `drop` is closed, or -1; the weight then lost more; and the work done."""
    num = 0
    work = cover.site_start[drop + 1] - cover.site_start[drop]
    for entry in range(cover.site_start[drop], cover.site_start[drop + 1]):
        i = cover.site_point[entry]
        if state.times[i] != 1:
            continue
        work += cover.point_start[i + 1] - cover.point_start[i]
        for at in range(cover.point_start[i], cover.point_start[i + 1]):
            k = cover.point_site[at]
            if state.extra[k] == 0.0:
                state.touched[num] = k
                num += 1
            state.extra[k] += cover.weight[i]
    pick = int(state.tally[TOP])
    most = state.gain[pick] if pick >= 0 else -1e300
    for q in range(num):
        k = state.touched[q]
        if state.is_open[k] == 0 and mode[k] == FREE and state.gain[k] + state.extra[k] > most:
            pick = k
            most = state.gain[k] + state.extra[k]
        state.extra[k] = 0.0
    return pick, state.loss[drop] - most, work


@lean_kernel
def near_swap(cover: Cover, state: CoverState, drop: int, add: int) -> float:
    """Return the weight lost more where `drop` is closed and `add` opened; linear in what the two cover."""
    change = state.loss[drop] - state.gain[add]
    left = cover.site_start[drop]
    right = cover.site_start[add]
    # Both lists ascend: the points in both are found in one walk.
    while left < cover.site_start[drop + 1] and right < cover.site_start[add + 1]:
        i = cover.site_point[left]
        k = cover.site_point[right]
        if i == k:
            if state.times[i] == 1:
                change -= cover.weight[i]
            left += 1
            right += 1
        elif i < k:
            left += 1
        else:
            right += 1
    return float(change)


@lean_kernel
def anneal_cover(
    cover: Cover, mode: Bytes, state: CoverState, rng: NDArray[np.uint64], heat: float, cooling: float, most: int, target: float
) -> float:
    """Try swaps until `most` work is done or the best lost weight is `target`; return the temperature at the end.

    Each trial closes a random site and opens one that shares a point with it, or the best other one; a swap that loses at
    most ``heat`` times a random number more is kept. `heat` shrinks by `cooling` with each trial.
    """
    work = 0
    m = mode.shape[0]
    is_stale = True
    while work < most and state.lost[1] > target and state.tally[NUM_OPEN] > 0:
        work += _WORK_A_TRIAL
        heat *= cooling
        drop = int(state.opened[int(below(rng, state.tally[NUM_OPEN]))])  # type: ignore[no-untyped-call]
        if mode[drop] != FREE:
            continue
        size = cover.site_start[drop + 1] - cover.site_start[drop]
        if size == 0 or uniform(rng) < FAR:  # type: ignore[no-untyped-call]
            if is_stale:
                _find_top(state, mode)
                is_stale = False
                work += m // 4
            add, change, done = best_swap(cover, mode, state, drop)
            work += done
        else:
            i = int(cover.site_point[int(cover.site_start[drop] + below(rng, size))])  # type: ignore[no-untyped-call]
            size = cover.point_start[i + 1] - cover.point_start[i]
            add = int(cover.point_site[int(cover.point_start[i] + below(rng, size))])  # type: ignore[no-untyped-call]
            if state.is_open[add] or mode[add] != FREE:
                continue
            change = near_swap(cover, state, drop, add)
            work += cover.site_start[drop + 1] - cover.site_start[drop] + cover.site_start[add + 1] - cover.site_start[add]
        if add < 0:
            continue
        allowed = 1e-9
        if heat > 0.0:
            allowed -= heat * math.log(max(uniform(rng), 1e-12))  # type: ignore[no-untyped-call]
        if change <= allowed:
            work += _close(cover, state, drop) + _open(cover, state, add)
            is_stale = True
            if state.lost[0] < state.lost[1]:
                work += m // 8
                _keep_cover(state)
    return heat


@lean_kernel
def descend_cover(cover: Cover, mode: Bytes, state: CoverState) -> None:
    """Swap as long as any swap covers more."""
    k = 0
    failed = 0
    while failed < state.tally[NUM_OPEN]:
        k = (k + 1) % state.tally[NUM_OPEN]
        drop = state.opened[k]
        failed += 1
        if mode[drop] != FREE:
            continue
        add, change, _ = best_swap(cover, mode, state, drop)
        if add >= 0 and change < -1e-9 * (1.0 + abs(state.lost[0])):
            _close(cover, state, drop)
            _open(cover, state, add)
            _find_top(state, mode)
            failed = 0
    _keep_cover(state)
