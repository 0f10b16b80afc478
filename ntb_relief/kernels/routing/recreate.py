"""Recreate: put absent stops back at their cheapest place (Christiaens & Vanden Berghe 2020, section 5.3).

A place is tried in the routes this iteration has touched, beside a near stop, at the start of a new trip, or in one empty
vehicle a type; where none of these takes the stop, every place of every route is tried.
"""

from __future__ import annotations

import numpy as np

from .._jit import inlined_kernel, inner_kernel, merged_kernel
from ..rng import uniform
from .arrays import (
    CLOSE,
    COST,
    DEPOT,
    HEAD,
    IMPOSSIBLE,
    LARGEST_LOAD,
    MARKER,
    NEXT_MEMBER,
    NEXT_PART,
    NO_DEPOT,
    OPEN,
    OPTIONAL,
    PAIRS,
    PART_AMOUNT,
    PART_BEHIND,
    PART_GROWS,
    PART_VEHICLE,
    PARTNER,
    PICKUPS,
    PLACE,
    PRIZE,
    SLOT,
    SWAPS,
    TIMED,
    ZERO,
)
from .fleet import move_route, right_size
from .pairs import find_pair
from .places import best_anywhere, best_change, best_near, best_new_trip, best_touched
from .ruin import journal_route
from .schedule import attach, link, refresh, settle
from .split import find_parts, is_free


@inlined_kernel
def insert(problem, state, c, v, p, depot, before_drop):
    """Put stop c into vehicle v behind p, behind a new reload at `depot` where that is not negative.

    The second stop of a transfer comes behind `before_drop`, which may be c; that is -1 for any other stop.
    """
    if depot >= 0:
        marker = state.vehicle[v, MARKER]
        while state.node[marker, SLOT] >= 0:
            marker += 1
        state.node[marker, DEPOT] = depot
        state.node[marker, PLACE] = problem.depot[depot, 0]
        link(problem, state, v, p, marker)
        link(problem, state, v, marker, c)
        if before_drop >= 0:
            link(problem, state, v, before_drop, problem.stop[c, PARTNER])
        refresh(problem, state, v)
    else:
        attach(problem, state, v, p, c)
        if before_drop >= 0:
            attach(problem, state, v, before_drop, problem.stop[c, PARTNER])
        settle(problem, state, v)


NO_DROP = np.int64(-1)  # of `insert`: the stop is no transfer
RETRY_EVERYWHERE = 0.1  # chance to look everywhere for an unserved stop that is tried again
FAR_FIRST = 0.0  # draw of `sort_absent` for this order: the one that builds the best full routes
ANY_ORDER = 0.3  # and for a random one


@merged_kernel
def sort_absent(problem, state, scratch, num_absent, draw):
    """Sort the absent stops by the order that `draw`, in [0, 1), selects by the weights of the paper."""
    timed, optional = problem.flags[TIMED], problem.flags[OPTIONAL]
    depot = problem.depot[0, 0]
    draw *= 11.0 + 6.0 * timed + 6.0 * optional
    for i in range(num_absent):
        c = scratch.absent[i]
        if draw < 2.0:
            key = -float(problem.metres[0, depot, state.node[c, PLACE]])
        elif draw < 6.0:
            key = uniform(state.rng)
        elif draw < 10.0:
            key = -float(state.demand[c, 0] + (problem.pickup[c, 0] if problem.flags[PICKUPS] else 0))
        elif draw < 11.0:
            key = float(problem.metres[0, depot, state.node[c, PLACE]])
        elif draw < 13.0 and timed:
            key = float(problem.stop[c, CLOSE] - problem.stop[c, OPEN])
        elif draw < 15.0 and timed:
            key = float(problem.stop[c, OPEN])
        elif draw < 17.0 and timed:
            key = -float(problem.stop[c, CLOSE])
        else:
            key = -float(problem.stop[c, PRIZE])
        j = i - 1
        while j >= 0 and scratch.key[j] > key:
            scratch.key[j + 1] = scratch.key[j]
            scratch.absent[j + 1] = scratch.absent[j]
            j -= 1
        scratch.key[j + 1] = key
        scratch.absent[j + 1] = c


@merged_kernel
def find_place(problem, state, scratch, c, opens_trip, vehicles, width, limit):
    """Find the cheapest place for stop c below `limit`; a new trip at once where `opens_trip` is not 0 and one can be.

    Returns
    -------
    (cost, vehicle, node before, depot, vehicle that takes over, node before the second stop)
        Vehicle -1 where there is none; depot -1 without a reload; taker -1 where the vehicle stays; the last -1 where
        the stop is no transfer.
    """
    if problem.flags[PAIRS] and problem.stop[c, PARTNER]:
        cost, v, p, depot, before_drop = find_pair(problem, state, scratch, c, opens_trip, vehicles, width, limit)
        return cost, v, p, depot, -1, before_drop
    cost, v, p = best_touched(problem, state, scratch, c, vehicles, limit)
    near_cost, near_v, near_p = best_near(problem, state, scratch, c, width, cost)
    if near_v >= 0:
        cost, v, p = near_cost, near_v, near_p
    taker = -1
    if problem.flags[SWAPS]:
        change_cost, change_v, change_p, change_w = best_change(problem, state, scratch, c, vehicles, cost)
        if change_v >= 0:
            cost, v, p, taker = change_cost, change_v, change_p, change_w
    trip_cost, trip_v, trip_p, depot = best_new_trip(problem, state, scratch, c, v < 0 or opens_trip, limit if opens_trip else cost)
    if trip_v >= 0:
        return trip_cost, trip_v, trip_p, depot, -1, -1
    if v < 0 and (state.bank[c, 1] < 0 or uniform(state.rng) < RETRY_EVERYWHERE):
        cost, v, p = best_anywhere(problem, state, c, limit)
    return cost, v, p, -1, taker, -1


@inner_kernel
def place_parts(problem, state, scratch, c, num_parts, rows, vehicles, delta):
    """Put part c where the rows of ``scratch.part`` say, with their amounts; return (rows, vehicles, delta) as `recreate`."""
    state.demand[c, 0] = 0
    piece = c
    for i in range(num_parts):
        v, grows, amount = scratch.part[i, PART_VEHICLE], scratch.part[i, PART_GROWS], scratch.part[i, PART_AMOUNT]
        if amount == 0:
            continue
        rows, vehicles = journal_route(state, scratch, v, rows, vehicles)
        if grows:
            state.demand[grows, 0] += amount
            state.room[state.node[grows, HEAD], 0] -= amount
            continue
        while not is_free(state, piece):
            piece = problem.stop[piece, NEXT_PART]
        state.demand[piece, 0] = amount
        before = state.vehicle[v, COST]
        insert(problem, state, piece, v, scratch.part[i, PART_BEHIND], NO_DEPOT, NO_DROP)
        delta += state.vehicle[v, COST] - before
    return rows, vehicles, delta


@merged_kernel
def recreate(problem, state, scratch, num_absent, seeds, greed, rows, vehicles, delta, width, threshold):
    """Insert the first `num_absent` absent stops, each at its cheapest place; what fits nowhere stays out.

    The first `seeds` of them open a new trip where they can. An optional stop may cost up to `greed` times its prize: several
    together may pay where none does alone. Of a group of alternatives the cheapest comes in. Stops early once the cost
    has risen above `threshold`. `delta` is the change of cost so far in this iteration.

    Returns
    -------
    (rows, vehicles, delta)
        Journal sizes; the change of cost with prizes of stops gained and lost.
    """
    for i in range(num_absent):
        if delta > threshold:
            return rows, vehicles, delta
        leader = scratch.absent[i]
        limit = np.int64(min(float(IMPOSSIBLE), greed * float(problem.stop[leader, PRIZE])))
        c, chosen = leader, leader
        v, p, depot, taker, drop = -1, ZERO, -1, -1, -1
        while True:
            cost, new_v, new_p, new_depot, new_taker, new_drop = find_place(problem, state, scratch, c, i < seeds, vehicles, width, limit)
            if new_v >= 0:
                limit, chosen, v, p, depot, taker, drop = cost, c, new_v, new_p, new_depot, new_taker, new_drop
            c = problem.stop[c, NEXT_MEMBER]
            if c == leader:
                break
        banked = state.bank[leader, 1] >= 0
        if problem.flags[LARGEST_LOAD] and problem.stop[leader, NEXT_PART]:
            num_parts = find_parts(problem, state, scratch, leader, width, limit)
            if num_parts:
                rows, vehicles, delta = place_parts(problem, state, scratch, leader, num_parts, rows, vehicles, delta)
                if banked:
                    delta -= problem.stop[leader, PRIZE]
                continue
        if v < 0:
            if not banked:
                delta += problem.stop[leader, PRIZE]
            continue
        if taker >= 0:
            rows, vehicles = journal_route(state, scratch, taker, rows, vehicles)
            delta -= state.vehicle[v, COST]
            move_route(problem, state, scratch, v, taker)
            delta += state.vehicle[taker, COST]
            v = taker
        rows, vehicles = journal_route(state, scratch, v, rows, vehicles)
        before = state.vehicle[v, COST]
        insert(problem, state, chosen, v, p, depot, drop)
        delta += state.vehicle[v, COST] - before
        if banked:
            delta -= problem.stop[leader, PRIZE]
    if problem.flags[SWAPS]:
        rows, vehicles, delta = right_size(problem, state, scratch, rows, vehicles, delta)
    return rows, vehicles, delta
