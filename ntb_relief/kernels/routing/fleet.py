"""Changing the type of vehicle that drives a route: to a larger one for one stop more, or to a cheaper one that is enough.

Types are interchangeable where times, places and paths are alike, so that only load, length and price decide.
"""

from __future__ import annotations

from .._jit import inlined_kernel, inner_kernel
from .arrays import (
    COST,
    COUNT,
    END_ARC_M,
    END_ARC_S,
    FIRST,
    FIRST_VEHICLE,
    FIXED,
    IMPOSSIBLE,
    KIND,
    LAST,
    MAX_DISTANCE,
    METRES,
    NEXT,
    PER_M,
    PER_S,
    SECONDS,
    SIZE,
    SLOT,
    ZERO,
)
from .ruin import journal_route
from .schedule import refresh


@inlined_kernel
def find_empty(problem, state, scratch, kind):
    """Return the first unused vehicle of a type, or -1."""
    end = problem.kind[kind, FIRST_VEHICLE] + problem.kind[kind, COUNT]
    while scratch.hint[kind] < end and state.vehicle[scratch.hint[kind], SIZE]:
        scratch.hint[kind] += 1
    return scratch.hint[kind] if scratch.hint[kind] < end else -1


@inlined_kernel
def takes_route(problem, state, v, c, kind):
    """Tell whether a vehicle of this type could drive the one trip of v with stop c (0: none) added."""
    own, head = state.vehicle[v, KIND], state.node.shape[0] + v
    for d in range(state.room.shape[1]):
        load = problem.capacity[own, d] - state.room[head, d] + state.demand[c, d]
        if load > problem.capacity[kind, d]:
            return False
    if state.vehicle[v, METRES] > problem.kind[kind, MAX_DISTANCE]:
        return False
    x = state.vehicle[v, FIRST]
    while x:
        if not problem.allowed[kind, x]:
            return False
        x = state.node[x, NEXT]
    return c == 0 or problem.allowed[kind, c] > 0


@inner_kernel
def cheapest_change(problem, state, scratch, v, c, limit):
    """Find the type that drives the trip of v, with stop c (0: none) added, at the lowest price.

    Returns
    -------
    (change of cost, vehicle)
        Without the way to c; (`IMPOSSIBLE`, -1) where no unused vehicle does it below `limit`.
    """
    own = state.vehicle[v, KIND]
    best, best_w = limit, -1
    for kind in range(problem.kind.shape[0]):
        if kind == own or not problem.swaps[own, kind]:
            continue
        change = problem.kind[kind, FIXED] - problem.kind[own, FIXED]
        change += (problem.kind[kind, PER_M] - problem.kind[own, PER_M]) * state.vehicle[v, METRES]
        change += (problem.kind[kind, PER_S] - problem.kind[own, PER_S]) * state.vehicle[v, SECONDS]
        if change < best and takes_route(problem, state, v, c, kind):
            w = find_empty(problem, state, scratch, kind)
            if w >= 0:
                best, best_w = change, w
    return best if best_w >= 0 else IMPOSSIBLE, best_w


@inner_kernel
def move_route(problem, state, scratch, v, w):
    """Give the route of vehicle v to the unused vehicle w; both must be in the journal.  O(length of the route)."""
    vehicle = state.vehicle
    vehicle[w, FIRST], vehicle[w, LAST] = vehicle[v, FIRST], vehicle[v, LAST]
    vehicle[w, END_ARC_M], vehicle[w, END_ARC_S] = vehicle[v, END_ARC_M], vehicle[v, END_ARC_S]
    vehicle[v, FIRST], vehicle[v, LAST] = 0, 0
    x = vehicle[w, FIRST]
    while x:
        state.node[x, SLOT] = w
        x = state.node[x, NEXT]
    # The old vehicle first: its room and length are those of an empty one then.
    refresh(problem, state, v)
    refresh(problem, state, w)
    kind = vehicle[v, KIND]
    scratch.hint[kind] = min(scratch.hint[kind], v)


@inner_kernel
def right_size(problem, state, scratch, rows, vehicles, delta):
    """Give the routes touched in this iteration to cheaper vehicles that are enough; return (rows, vehicles, delta)."""
    for i in range(vehicles):
        v = scratch.journal_vehicle[i, 0]
        if state.vehicle[v, SIZE]:
            _, w = cheapest_change(problem, state, scratch, v, ZERO, ZERO)
            if w >= 0:
                rows, vehicles = journal_route(state, scratch, w, rows, vehicles)
                before = state.vehicle[v, COST]
                move_route(problem, state, scratch, v, w)
                delta += state.vehicle[w, COST] - before
    return rows, vehicles, delta
