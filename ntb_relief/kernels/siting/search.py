"""Iterated local search over sets of sites: disturb a neighbourhood, repair it, keep the result unless it is worse.

After a disturbance only the sites whose gain changed are looked at, and a failed trial is undone by its own moves
backwards: a trial costs as much as the neighbourhood it touches, not as the whole instance.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from .._jit import lean_kernel
from ..rng import below, uniform
from .core import FREE, NONE, ONE, ZERO
from .moves import COUNT, HEAD, NUM_CHEAP, REMOVE, STEPS, WAITING, enqueue, move, swap_gain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .core import Bytes, Core, Longs
    from .moves import State

_LOG = 400
_REACH = 60
_NO_LIMIT: Final = cast("int", np.int64(1 << 60))
_EPS = 1e-9


def make_log() -> Longs:
    """Return room for the moves of one trial: their number, then pairs of opened and closed site."""
    return np.zeros(1 + 2 * _LOG, np.int64)


@lean_kernel
def _note(log: Longs, add: int, drop: int) -> None:
    if log[0] < _LOG:
        log[1 + 2 * log[0]] = add
        log[2 + 2 * log[0]] = drop
    log[0] += 1


@lean_kernel
def _keep_best(state: State) -> None:
    if state.cost[0] < state.cost[1] - _EPS * abs(state.cost[1]):
        state.cost[1] = state.cost[0]
        for j in range(state.is_open.shape[0]):
            state.best[j] = state.is_open[j]


@lean_kernel
def descend(core: Core, mode: Bytes, low: int, high: int, state: State, log: Longs, most: int) -> bool:
    """Improve until the queue is empty (True) or `most` work is done (False)."""
    m = state.queue.shape[0]
    eps = _EPS * (1.0 + abs(state.cost[0]))
    while state.tally[STEPS] < most:
        if state.tally[COUNT] > low and state.tally[NUM_CHEAP] > 0 and state.loss[state.cheap[0]] < -eps:
            drop = ZERO + state.cheap[0]
            move(core, state, mode, NONE, drop, ONE)
            _note(log, NONE, drop)
            continue
        if state.tally[WAITING] == 0:
            return True
        j = ZERO + state.queue[state.tally[HEAD]]
        state.tally[HEAD] = (state.tally[HEAD] + 1) % m
        state.tally[WAITING] -= 1
        state.queued[j] = 0
        if state.is_open[j] or mode[j] != FREE:
            continue
        change = swap_gain(core, state, mode, j, low, high)
        if change < -eps:
            drop = state.tally[REMOVE]
            move(core, state, mode, j, drop, ONE)
            _note(log, j, drop)
    return False


@lean_kernel
def polish(core: Core, mode: Bytes, low: int, high: int, state: State, log: Longs, order: Longs, most: int) -> bool:
    """Bring the number of open sites within its limits, then descend from everywhere; False when `most` work is done."""
    while state.tally[COUNT] > high and state.tally[NUM_CHEAP] > 0:
        move(core, state, mode, NONE, ZERO + state.cheap[0], ONE)
    for q in range(order.shape[0]):
        j = order[q]
        if state.tally[COUNT] >= low:
            break
        if state.is_open[j] == 0 and mode[j] == FREE:
            move(core, state, mode, j, NONE, ONE)
    for q in range(order.shape[0]):
        enqueue(state, mode, order[q])
    log[0] = 0
    done = descend(core, mode, low, high, state, log, most)
    _keep_best(state)
    return done


@lean_kernel
def _disturb(core: Core, mode: Bytes, low: int, high: int, state: State, log: Longs, rng: NDArray[np.uint64]) -> None:
    """Open a random near site of a random demand point, close one that served it, or both."""
    n = state.near.shape[0]
    m = state.is_open.shape[0]
    i = below(rng, n)  # type: ignore[no-untyped-call]
    add = NONE
    seen = ZERO
    limit = max(state.next[i], state.near[i])
    for entry in range(core.row_start[i], min(core.row_start[i + 1], core.row_start[i] + _REACH)):
        j = ZERO + core.row_site[entry]
        if core.row_cost[entry] > limit:
            break
        if state.is_open[j] == 0 and mode[j] == FREE:
            seen += 1
            if below(rng, seen) == 0:  # type: ignore[no-untyped-call]
                add = j
    if add < 0:
        j = below(rng, m)  # type: ignore[no-untyped-call]
        if state.is_open[j] == 0 and mode[j] == FREE:
            add = j
    drop = ZERO + state.first[i]
    pick = below(rng, ZERO + 4)  # type: ignore[no-untyped-call]
    if pick == 0 and state.second[i] >= 0:
        drop = ZERO + state.second[i]
    if (pick == 1 or drop < 0) and state.tally[COUNT] > 0:
        drop = ZERO + state.opened[below(rng, state.tally[COUNT])]  # type: ignore[no-untyped-call]
    if drop >= 0 and mode[drop] != FREE:
        drop = NONE
    if low < high:
        kind = below(rng, ZERO + 3)  # type: ignore[no-untyped-call]
        if kind == 0:
            add = NONE
        elif kind == 1:
            drop = NONE
    count = state.tally[COUNT]
    if add >= 0 and drop < 0 and count >= high:
        return
    if drop >= 0 and add < 0 and count <= low:
        return
    if add >= 0 or drop >= 0:
        move(core, state, mode, add, drop, ONE)
        _note(log, add, drop)


@lean_kernel
def search(
    core: Core, mode: Bytes, low: int, high: int, state: State, log: Longs, rng: NDArray[np.uint64], heat: float, most: int, target: float
) -> int:
    """Try disturbances until `most` work is done or the best cost is `target`; return the number of trials.

    A trial that ends at most `heat` times a random number worse is kept as well (simulated annealing at that temperature).
    """
    state.tally[STEPS] = 0
    trials = 0
    while state.tally[STEPS] < most and state.cost[1] > target:
        trials += 1
        state.tally[STEPS] += 20
        before = state.cost[0]
        log[0] = 0
        for _ in range(1 + below(rng, ZERO + 2)):  # type: ignore[no-untyped-call]
            _disturb(core, mode, low, high, state, log, rng)
        descend(core, mode, low, high, state, log, _NO_LIMIT)
        allowed = before + _EPS * (1.0 + abs(before))
        if heat > 0.0:
            allowed -= heat * math.log(max(uniform(rng), 1e-12))  # type: ignore[no-untyped-call]
        if state.cost[0] > allowed and log[0] <= _LOG:
            for k in range(log[0] - 1, -1, -1):
                move(core, state, mode, log[2 + 2 * k], log[1 + 2 * k], ZERO)
            for k in range(state.tally[WAITING]):
                state.queued[state.queue[(state.tally[HEAD] + k) % state.queue.shape[0]]] = 0
            state.tally[WAITING] = 0
            state.cost[0] = before
        else:
            _keep_best(state)
    return trials
