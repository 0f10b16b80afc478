"""Stops that several vehicles may serve: each has a few nodes, its parts, whose demands add up to what it needs.

A part is in a route, in the bank or, with a demand of 0, free. An absent part goes whole to a vehicle that serves its stop
already, or in pieces to several vehicles that have room (k-split insertion; Boudia, Prins & Reghioui 2007).
"""

from __future__ import annotations

import numpy as np

from .._jit import inlined_kernel, inner_kernel
from ..rng import next_bits, uniform
from .arrays import (
    DEPOTS,
    HEAD,
    IMPOSSIBLE,
    KIND,
    LARGEST_LOAD,
    MIN_DROP,
    MOST_PARTS,
    NEXT,
    NEXT_PART,
    NO_DEPOT,
    ONE,
    PART_AMOUNT,
    PART_BEHIND,
    PART_COST,
    PART_GROWS,
    PART_ROOM,
    PART_VEHICLE,
    PREV,
    ROUTE_END,
    SLOT,
    ZERO,
)
from .fleet import find_empty
from .insertion import insertion_cost
from .places import BLINK, trip_depot

GENEROUS = 0.5  # chance that a split may cost more than one visit
MOST_EXTRA = 0.3  # share by which


@inlined_kernel
def is_taken_over(problem, state, c):
    """Tell whether another part of its stop brings all that this one brought."""
    return problem.stop[c, NEXT_PART] > 0 and state.demand[c, 0] == 0


@inlined_kernel
def is_free(state, x):
    """Tell whether a node of a stop that may be split is not in use."""
    return state.node[x, SLOT] < 0 and state.demand[x, 0] == 0


@inner_kernel
def join_parts(problem, state, scratch, num_absent):
    """Make one of the absent parts of a stop that come out of routes; return the new count of absent stops."""
    i = 0
    while i < num_absent:
        c = scratch.absent[i]
        if problem.stop[c, NEXT_PART] and state.bank[c, 1] < 0:
            j = i + 1
            while j < num_absent:
                d = scratch.absent[j]
                together = state.demand[c, 0] + state.demand[d, 0]
                if state.bank[d, 1] < 0 and together <= problem.flags[LARGEST_LOAD] and is_part_of_same(problem, c, d):
                    state.demand[c, 0], state.demand[d, 0] = together, 0
                    num_absent -= 1
                    scratch.absent[j] = scratch.absent[num_absent]
                else:
                    j += 1
        i += 1
    return num_absent


@inlined_kernel
def is_part_of_same(problem, c, d):
    """Tell whether two nodes are parts of one stop."""
    x = problem.stop[c, NEXT_PART]
    while x not in (c, d, 0):
        x = problem.stop[x, NEXT_PART]
    return x == d


@inner_kernel
def find_parts(problem, state, scratch, c, width, limit):
    """Find vehicles that together take all of part c for less than `limit`; written to ``scratch.part`` with the amounts.

    Now and then a little more than that is paid: a part less makes room for what comes later.

    Returns
    -------
    int
        Rows of ``scratch.part``; 0 where there is no such way.
    """
    amount, least = state.demand[c, 0], problem.stop[c, MIN_DROP]
    count = add_grown(problem, state, scratch, c, amount)
    if count < 0:
        return 1
    free, x = ONE, problem.stop[c, NEXT_PART]
    while x != c:
        free += is_free(state, x)
        x = problem.stop[x, NEXT_PART]
    if amount < 2 * least and count == 0:
        return ZERO
    if uniform(state.rng) < GENEROUS:
        limit = np.int64(min(float(IMPOSSIBLE), float(limit) * (1.0 + MOST_EXTRA * uniform(state.rng)) + 1.0))
    count = add_near(problem, state, scratch, c, width, limit, count)
    count = add_empty(problem, state, scratch, c, limit, count)
    if choose_pair(state, scratch, amount, least, free, limit, count) or choose_many(scratch, amount, least, free, limit, count):
        return count
    return ZERO


@inner_kernel
def add_grown(problem, state, scratch, c, amount):
    """Note the vehicles with room that serve another part of the stop; -1 where one of them takes all, in row 0."""
    count, s = ZERO, problem.stop[c, NEXT_PART]
    while s != c:
        v = state.node[s, SLOT]
        if v >= 0 and count < MOST_PARTS:
            room = state.room[state.node[s, HEAD], 0]
            row = ZERO if room >= amount else count
            scratch.part[row, PART_VEHICLE], scratch.part[row, PART_BEHIND] = v, s
            scratch.part[row, PART_ROOM], scratch.part[row, PART_COST] = room, 0
            scratch.part[row, PART_GROWS], scratch.part[row, PART_AMOUNT] = s, 0
            if room >= amount:
                scratch.part[row, PART_AMOUNT] = amount
                return -ONE
            count += room > 0
        s = problem.stop[s, NEXT_PART]
    return count


@inner_kernel
def add_near(problem, state, scratch, c, width, limit, count):
    """Note the cheapest place for a new visit in every vehicle with room that serves a near stop; return the new count."""
    node, near, least = state.node, problem.near, problem.stop[c, MIN_DROP]
    for k in range(min(width, near.shape[1])):
        j = np.int64(near[c, k])
        head = node[j, HEAD]
        if state.room[head, 0] < least or count == MOST_PARTS:
            continue
        v = node[j, SLOT]
        kind = state.vehicle[v, KIND]
        if not problem.allowed[kind, c] or not (problem.stop[c, DEPOTS] >> trip_depot(problem, state, head)) & 1:
            continue
        row = ZERO
        while row < count and scratch.part[row, PART_VEHICLE] != v:
            row += 1
        best = limit
        if row < count:
            best = min(best, scratch.part[row, PART_COST])
            if scratch.part[row, PART_GROWS]:
                continue
        bits = next_bits(state.rng)
        behind, p, x = -1, j, node[j, NEXT]
        for _ in range(2):
            if bits & BLINK:
                cost = insertion_cost(problem, state, c, v, p, x, NO_DEPOT, best)
                if cost < best:
                    best, behind = cost, p
            bits >>= np.uint64(7)
            p, x = node[j, PREV], j
        if behind >= 0:
            scratch.part[row, PART_VEHICLE], scratch.part[row, PART_BEHIND] = v, behind
            scratch.part[row, PART_ROOM], scratch.part[row, PART_COST] = state.room[head, 0], best
            scratch.part[row, PART_GROWS], scratch.part[row, PART_AMOUNT] = 0, 0
            count += row == count
    return count


@inner_kernel
def add_empty(problem, state, scratch, c, limit, count):
    """Note an empty vehicle of each type that loads at its start; return the new count."""
    for kind in range(problem.kind.shape[0]):
        v = find_empty(problem, state, scratch, kind)
        head = state.node.shape[0] + v
        if v < 0 or not problem.allowed[kind, c] or count == MOST_PARTS or trip_depot(problem, state, head) < 0:
            continue
        if (problem.stop[c, DEPOTS] >> trip_depot(problem, state, head)) & 1:
            cost = insertion_cost(problem, state, c, v, ROUTE_END, ROUTE_END, NO_DEPOT, limit)
            if cost < limit:
                scratch.part[count, PART_VEHICLE], scratch.part[count, PART_BEHIND] = v, ROUTE_END
                scratch.part[count, PART_ROOM], scratch.part[count, PART_COST] = state.room[head, 0], cost
                scratch.part[count, PART_GROWS], scratch.part[count, PART_AMOUNT] = 0, 0
                count += 1
    return count


@inner_kernel
def choose_pair(state, scratch, amount, least, free, limit, count):
    """Choose the two rows that take it all at the lowest cost below `limit`, with their amounts; tell whether there are any."""
    part, best, first, second, least_first, most_first = scratch.part, limit, -1, -1, ZERO, ZERO
    for a in range(count):
        for b in range(a):
            cost = part[a, PART_COST] + part[b, PART_COST]
            new = (part[a, PART_GROWS] == 0) + (part[b, PART_GROWS] == 0)
            if cost >= best or new > free or part[a, PART_ROOM] + part[b, PART_ROOM] < amount:
                continue
            low = max(amount - part[b, PART_ROOM], ONE if part[a, PART_GROWS] else least)
            high = min(part[a, PART_ROOM], amount - (ONE if part[b, PART_GROWS] else least))
            if low <= high:
                best, first, second, least_first, most_first = cost, a, b, low, high
    if first < 0:
        return False
    # One of the two is filled up as far as it goes.
    taken = least_first if next_bits(state.rng) & 1 else most_first
    part[first, PART_AMOUNT], part[second, PART_AMOUNT] = taken, amount - taken
    return True


@inner_kernel
def choose_many(scratch, amount, least, free, limit, count):
    """Choose rows by cost over amount until all is taken; tell whether that works below `limit`."""
    part, left, total = scratch.part, amount, ZERO
    while left:
        best, row = 0.0, -1
        for i in range(count):
            if part[i, PART_AMOUNT] or (not part[i, PART_GROWS] and free == 0):
                continue
            price = float(part[i, PART_COST] + 1) / float(min(left, part[i, PART_ROOM]))
            if row < 0 or price < best:
                best, row = price, i
        if row < 0:
            break
        taken = min(left, part[row, PART_ROOM])
        if 0 < left - taken < least:
            taken = left - least  # what is left must be worth a visit
        if taken < (ONE if part[row, PART_GROWS] else least):
            break
        part[row, PART_AMOUNT] = taken
        free -= part[row, PART_GROWS] == 0
        total += part[row, PART_COST]
        left -= taken
    if left == 0 and total < limit:
        return True
    for i in range(count):
        part[i, PART_AMOUNT] = 0
    return False
