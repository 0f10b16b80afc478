"""One solution of the uncapacitated core and its moves: what opening, closing and swapping sites gains, and doing it.

The gain of a swap is taken apart as in Resende & Werneck (2007), EJOR 182(1): the gain of opening, the loss of closing
and a correction for the demand points both touch. The best site to close is found for each site to open at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._jit import lean_kernel
from .core import FREE, OPEN, ZERO

if TYPE_CHECKING:
    from .core import Bytes, Core, Floats, Ints, Longs

_CHEAP = 8

COUNT = 0
NUM_CHEAP = 1
HEAD = 2
WAITING = 3
TOKEN = 4
STEPS = 5
REMOVE = 6


class State(NamedTuple):
    """A set of open sites and what the moves need of it.

    ``is_open`` (m); ``first``, ``second`` (n): nearest and second nearest open site or -1 for the outside, with their
    costs ``near``, ``next``; ``loss`` (m): cost of closing an open site, its fixed cost saved. ``opened`` (m) and
    ``place`` (m): the open sites as a list. ``cheap``: open sites of least loss. ``queue`` (m), ``queued`` (m): sites
    whose gain may have changed. ``stamp``, ``correction``, ``touched`` (m): scratch. ``cost`` (2): now and best;
    ``best`` (m): best set; ``tally``: counters.
    """

    is_open: Bytes
    first: Ints
    second: Ints
    near: Floats
    next: Floats
    loss: Floats
    opened: Ints
    place: Ints
    cheap: Ints
    queue: Ints
    queued: Bytes
    stamp: Longs
    correction: Floats
    touched: Ints
    cost: Floats
    best: Bytes
    tally: Longs


def make_state(num_rows: int, num_sites: int) -> State:
    """Return the arrays of a solution; `start_state` fills them."""
    n, m = num_rows, num_sites
    return State(
        is_open=np.zeros(m, np.int8),
        first=np.zeros(n, np.int32),
        second=np.zeros(n, np.int32),
        near=np.zeros(n),
        next=np.zeros(n),
        loss=np.zeros(m),
        opened=np.zeros(m, np.int32),
        place=np.zeros(m, np.int32),
        cheap=np.zeros(_CHEAP, np.int32),
        queue=np.zeros(m, np.int32),
        queued=np.zeros(m, np.int8),
        stamp=np.zeros(m, np.int64),
        correction=np.zeros(m),
        touched=np.zeros(m, np.int32),
        cost=np.full(2, 1e300),
        best=np.zeros(m, np.int8),
        tally=np.zeros(8, np.int64),
    )


@lean_kernel
def rescan(core: Core, state: State, i: int) -> None:
    """Find the nearest two open sites of a demand point; its cost and its share of the losses are added."""
    first = -1
    second = -1
    near = core.outside[i]
    after = core.outside[i]
    for entry in range(core.row_start[i], core.row_start[i + 1]):
        cost = core.row_cost[entry]
        if cost >= core.outside[i]:
            break
        if state.is_open[core.row_site[entry]]:
            if first < 0:
                first = core.row_site[entry]
                near = cost
            else:
                second = core.row_site[entry]
                after = cost
                break
    state.first[i] = first
    state.second[i] = second
    state.near[i] = near
    state.next[i] = after
    state.cost[0] += near
    if first >= 0:
        state.loss[first] += after - near


@lean_kernel
def find_cheap(state: State, mode: Bytes) -> None:
    """Write the open sites of least loss, ascending; forced ones are left out."""
    num = 0
    for k in range(state.tally[COUNT]):
        j = state.opened[k]
        if mode[j] != FREE:
            continue
        if num < _CHEAP or state.loss[j] < state.loss[state.cheap[num - 1]]:
            at = num if num < _CHEAP else _CHEAP - 1
            while at > 0 and state.loss[state.cheap[at - 1]] > state.loss[j]:
                state.cheap[at] = state.cheap[at - 1]
                at -= 1
            state.cheap[at] = j
            num = min(num + 1, _CHEAP)
    state.tally[NUM_CHEAP] = num


@lean_kernel
def start_state(core: Core, mode: Bytes, chosen: Bytes, state: State) -> None:
    """Take over a set of sites; forced ones are opened and every site is queued."""
    state.cost[0] = 0.0
    state.tally[COUNT] = 0
    state.tally[HEAD] = 0
    state.tally[WAITING] = 0
    for j in range(state.is_open.shape[0]):
        state.is_open[j] = 0
        state.queued[j] = 0
        state.loss[j] = -core.fixed[j]
        if (chosen[j] and mode[j] == FREE) or mode[j] == OPEN:
            state.is_open[j] = 1
            state.opened[state.tally[COUNT]] = j
            state.place[j] = state.tally[COUNT]
            state.tally[COUNT] += 1
            state.cost[0] += core.fixed[j]
    for i in range(state.near.shape[0]):
        rescan(core, state, i)
    find_cheap(state, mode)


@lean_kernel
def enqueue(state: State, mode: Bytes, j: int) -> None:
    """Queue a closed site that may be opened."""
    if state.queued[j] == 0 and state.is_open[j] == 0 and mode[j] == FREE:
        m = state.queue.shape[0]
        state.queue[(state.tally[HEAD] + state.tally[WAITING]) % m] = j
        state.tally[WAITING] += 1
        state.queued[j] = 1


@lean_kernel
def refresh(core: Core, state: State, mode: Bytes, i: int, queues: int) -> None:
    """Bring a demand point up to date after a move; where `queues` is 1, queue the sites whose gain it changes."""
    before = state.next[i]
    state.cost[0] -= state.near[i]
    if state.first[i] >= 0:
        state.loss[state.first[i]] -= before - state.near[i]
    rescan(core, state, i)
    if queues == 0:
        return
    limit = max(before, state.next[i])
    for entry in range(core.row_start[i], core.row_start[i + 1]):
        if core.row_cost[entry] >= limit:
            break
        enqueue(state, mode, ZERO + core.row_site[entry])


@lean_kernel
def move(core: Core, state: State, mode: Bytes, add: int, drop: int, queues: int) -> None:
    """Open a site, close another, or both; -1 means none. `queues`: see `refresh`."""
    if drop >= 0:
        state.is_open[drop] = 0
        state.tally[COUNT] -= 1
        last = state.opened[state.tally[COUNT]]
        state.opened[state.place[drop]] = last
        state.place[last] = state.place[drop]
        state.cost[0] -= core.fixed[drop]
    if add >= 0:
        state.is_open[add] = 1
        state.opened[state.tally[COUNT]] = add
        state.place[add] = state.tally[COUNT]
        state.tally[COUNT] += 1
        state.loss[add] = -core.fixed[add]
        state.cost[0] += core.fixed[add]
        for entry in range(core.col_start[add], core.col_start[add + 1]):
            if core.col_cost[entry] < state.next[core.col_row[entry]]:
                refresh(core, state, mode, ZERO + core.col_row[entry], queues)
        state.tally[STEPS] += core.col_start[add + 1] - core.col_start[add]
    if drop >= 0:
        for entry in range(core.col_start[drop], core.col_start[drop + 1]):
            i = ZERO + core.col_row[entry]
            if state.first[i] == drop or state.second[i] == drop:
                refresh(core, state, mode, i, queues)
        state.tally[STEPS] += core.col_start[drop + 1] - core.col_start[drop]
        if queues:
            enqueue(state, mode, drop)
    find_cheap(state, mode)
    state.tally[STEPS] += 4 * state.tally[COUNT]


@lean_kernel
def swap_gain(core: Core, state: State, mode: Bytes, j: int, low: int, high: int) -> float:
    """Return the change of cost of opening `j` with the best site to close; that site, or -1, goes into ``tally[REMOVE]``."""
    change = core.fixed[j]
    state.tally[TOKEN] += 1
    token = state.tally[TOKEN]
    num = 0
    for entry in range(core.col_start[j], core.col_start[j + 1]):
        i = core.col_row[entry]
        cost = core.col_cost[entry]
        if cost < state.next[i]:
            owner = state.first[i]
            shift = cost - state.next[i]
            if cost < state.near[i]:
                change += cost - state.near[i]
                shift = state.near[i] - state.next[i]
            if owner >= 0:
                if state.stamp[owner] != token:
                    state.stamp[owner] = token
                    state.correction[owner] = 0.0
                    state.touched[num] = owner
                    num += 1
                state.correction[owner] += shift
    state.tally[STEPS] += core.col_start[j + 1] - core.col_start[j]
    best = 1e300
    remove = -1
    for k in range(num):
        r = state.touched[k]
        if mode[r] == FREE and state.loss[r] + state.correction[r] < best:
            best = state.loss[r] + state.correction[r]
            remove = r
    found = False
    for k in range(state.tally[NUM_CHEAP]):
        r = state.cheap[k]
        if state.stamp[r] != token:
            found = True
            if state.loss[r] < best:
                best = state.loss[r]
                remove = r
            break
    if not found and state.tally[NUM_CHEAP] == _CHEAP:
        for k in range(state.tally[COUNT]):
            r = state.opened[k]
            if mode[r] == FREE and state.stamp[r] != token and state.loss[r] < best:
                best = state.loss[r]
                remove = r
    count = state.tally[COUNT]
    if count < high and (best >= 0.0 or count < low):
        state.tally[REMOVE] = -1
        return float(change)
    state.tally[REMOVE] = remove
    return float(change + best)
