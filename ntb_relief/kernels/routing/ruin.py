"""Ruin: take strings of stops out of neighbouring routes (Christiaens & Vanden Berghe 2020, section 5.2)."""

from __future__ import annotations

import numpy as np

from .._jit import inlined_kernel, inner_kernel, merged_kernel
from ..rng import below, uniform
from .arrays import (
    ARC_M,
    ARC_S,
    COST,
    DEPOT,
    END_ARC_M,
    END_ARC_S,
    FIRST,
    HOME_DEPOT,
    KIND,
    LEADER,
    NEXT,
    NUM_BANK,
    NUM_REQUESTS,
    NUM_USED,
    PARTNER,
    PREV,
    SIZE,
    SLOT,
    STAMP,
    ZERO,
)
from .schedule import detach, drop_empty_trips, is_broken, refresh, settle

KEEP_EXTENDING = 0.5  # chance to lengthen the preserved substring; 0.01 in the paper, measured: worse
SEED_UNSERVED = 0.3  # chance to ruin around an unserved stop, which gets room there
SPLIT_COLUMN = 4  # of the journal: the demand, where it may change
SPLIT_STRING = 0.5  # alpha of the paper: chance of a split string


@inlined_kernel
def journal_route(state, scratch, v, num_rows, num_vehicles):
    """Save the route of vehicle v once per iteration, so that it can be put back; return the new counts."""
    if scratch.mark[v, 0] == state.total[STAMP]:
        return num_rows, num_vehicles
    scratch.mark[v, 0] = state.total[STAMP]
    x = state.vehicle[v, FIRST]
    while x:
        scratch.journal[num_rows, 0] = x
        scratch.journal[num_rows, 1] = state.node[x, ARC_M]
        scratch.journal[num_rows, 2] = state.node[x, ARC_S]
        scratch.journal[num_rows, 3] = state.node[x, DEPOT]
        if scratch.journal.shape[1] > SPLIT_COLUMN and state.node[x, DEPOT] < 0:
            scratch.journal[num_rows, SPLIT_COLUMN] = state.demand[x, 0]
        num_rows += 1
        x = state.node[x, NEXT]
    scratch.journal_vehicle[num_vehicles, 0] = v
    scratch.journal_vehicle[num_vehicles, 1] = num_rows
    scratch.journal_vehicle[num_vehicles, 2] = state.vehicle[v, END_ARC_M]
    scratch.journal_vehicle[num_vehicles, 3] = state.vehicle[v, END_ARC_S]
    return num_rows, num_vehicles + 1


@inlined_kernel
def string_start(state, node, span):
    """Return the first of `span` successive stops of one route that include `node`, at random."""
    back = 0
    x = state.node[node, PREV]
    while x and back < span - 1:
        back += state.node[x, DEPOT] < 0
        x = state.node[x, PREV]
    ahead = 0
    x = state.node[node, NEXT]
    while x and ahead < span - 1:
        ahead += state.node[x, DEPOT] < 0
        x = state.node[x, NEXT]
    fewest = max(0, span - 1 - ahead)
    steps = fewest + below(state.rng, back - fewest + 1)
    x = node
    while steps:
        x = state.node[x, PREV]
        steps -= state.node[x, DEPOT] < 0
    return x


@inlined_kernel
def take_out(problem, state, scratch, x, num_absent):
    """Take stop x, and its partner in a transfer, out of their route; return (new count, the node that then comes next)."""
    partner, following = problem.stop[x, PARTNER], state.node[x, NEXT]
    if partner:
        if partner == following:
            following = state.node[partner, NEXT]
        detach(problem, state, partner)
    detach(problem, state, x)
    scratch.absent[num_absent] = problem.stop[x, LEADER]
    return num_absent + 1, following


@inlined_kernel
def remove_string(problem, state, scratch, node, longest, num_absent):
    """Take a string, or a string with a preserved middle, around `node` out of its route; return the new count."""
    v = state.node[node, SLOT]
    size = state.vehicle[v, SIZE]
    length = min(size, 1 + np.int64(uniform(state.rng) * min(float(size), longest)))
    preserved = 0
    if 1 < length < size and uniform(state.rng) < SPLIT_STRING:
        preserved = 1
        while length + preserved < size and uniform(state.rng) < KEEP_EXTENDING:
            preserved += 1
    # The middle is kept from a random place on, so that the string falls in two parts.
    keep_from = 1 + below(state.rng, length - 1) if preserved else length
    span = length + preserved
    x = string_start(state, node, span)
    taken = 0
    # Partners that go with their stop may leave fewer than the span.
    while x and taken < span:
        following = state.node[x, NEXT]
        if state.node[x, DEPOT] < 0:
            if not keep_from <= taken < keep_from + preserved:
                num_absent, following = take_out(problem, state, scratch, x, num_absent)
            taken += 1
        x = following
    return num_absent


@inlined_kernel
def tidy(problem, state, v):
    """Bring vehicle v up to date after stops were taken out."""
    if state.vehicle[v, FIRST] and problem.kind[state.vehicle[v, KIND], HOME_DEPOT] < 0:
        drop_empty_trips(state, problem, v)
        refresh(problem, state, v)
    else:
        settle(problem, state, v)


@inner_kernel
def remove_all(problem, state, scratch, v, num_absent):
    """Take all stops out of vehicle v; return the new count."""
    x = state.vehicle[v, FIRST]
    while x:
        following = state.node[x, NEXT]
        if state.node[x, DEPOT] < 0:
            num_absent, following = take_out(problem, state, scratch, x, num_absent)
        x = following
    return num_absent


@merged_kernel
def ruin(problem, state, scratch, mean_removed, longest_string):
    """Remove about `mean_removed` stops around a random seed stop.

    Returns
    -------
    (seed, absent, rows, vehicles, delta)
        Seed stop; removed stops in ``scratch.absent``; journal sizes; change of the routes' cost.
    """
    stamp = state.total[STAMP]
    num_stops = problem.stop.shape[0] - 1
    used = state.total[NUM_USED]
    if not used:
        return 1 + below(state.rng, num_stops), 0, 0, 0, 0
    # At least 1: of a stop that may be split several parts can be unserved.
    longest = min(float(longest_string), max(1.0, (problem.flags[NUM_REQUESTS] - state.total[NUM_BANK]) / used))
    routes = 1 + np.int64(uniform(state.rng) * max(1.0, 4.0 * mean_removed / (1.0 + longest) - 1.0))
    banked = state.total[NUM_BANK]
    if banked and uniform(state.rng) < SEED_UNSERVED:
        seed = state.bank[below(state.rng, banked), 0]
    else:
        seed = 1 + below(state.rng, num_stops)
    absent, rows, vehicles, delta = ZERO, ZERO, ZERO, 0
    for k in range(-1, problem.near.shape[1]):
        if routes == 0:
            break
        c = seed if k < 0 else problem.near[seed, k]
        if c == 0:
            break
        v = state.node[c, SLOT]
        if v < 0 or scratch.mark[v, 1] == stamp:
            continue
        scratch.mark[v, 1] = stamp
        routes -= 1
        rows, vehicles = journal_route(state, scratch, v, rows, vehicles)
        before = state.vehicle[v, COST]
        absent = remove_string(problem, state, scratch, c, longest, absent)
        tidy(problem, state, v)
        if is_broken(problem, state, v):
            absent = remove_all(problem, state, scratch, v, absent)
            tidy(problem, state, v)
        delta += state.vehicle[v, COST] - before
        if state.vehicle[v, SIZE] == 0:
            kind = state.vehicle[v, KIND]
            scratch.hint[kind] = min(scratch.hint[kind], v)
    return seed, absent, rows, vehicles, delta
