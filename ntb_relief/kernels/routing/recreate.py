"""Recreate: put absent stops back at their cheapest place, blinking (Christiaens & Vanden Berghe 2020, section 5.3).

A place is tried only beside a near stop, at the start of a new trip, or in one empty vehicle a type; where
none of these takes the stop, every place of every route is tried.
"""

from __future__ import annotations

import numpy as np

from .._jit import inlined_kernel, lean_kernel
from ..rng import next_bits, uniform
from .arrays import (
    ARC_M,
    BWD_L,
    CLOSE,
    COST,
    COUNT,
    DEPOT,
    DEPOTS,
    END,
    END_ARC_M,
    FIRST,
    FIRST_VEHICLE,
    FWD_E,
    HEAD,
    HOME_DEPOT,
    IMPOSSIBLE,
    KIND,
    KIND_DEPOTS,
    LAST,
    MANY_DEPOTS,
    MARKER,
    NEXT,
    NO_DEPOT,
    NUM_MARKERS,
    OPEN,
    OPTIONAL,
    PER_M,
    PLACE,
    PREV,
    PRIZE,
    PROFILE,
    ROUTE_END,
    SIZE,
    SLOT,
    STAMP,
    START,
    TIMED,
)
from .insertion import insertion_cost
from .ruin import journal_route
from .schedule import attach, link, refresh, settle

BLINK = np.uint64(127)  # a place is overlooked when these random bits are all 0: 1 in 128, beta of the paper

LONG_ROUTE = 60  # routes up to this many stops are searched whole once they are touched


@inlined_kernel
def fits(problem, room, c, head):
    """Tell whether the trip with this head has room for stop c."""
    for d in range(room.shape[1]):
        if room[head, d] < problem.demand[c, d]:
            return False
    return True


@inlined_kernel
def fits_empty(problem, c, kind):
    """Tell whether an empty vehicle of this type can carry stop c."""
    for d in range(problem.capacity.shape[1]):
        if problem.demand[c, d] > problem.capacity[kind, d]:
            return False
    return True


@inlined_kernel
def trip_depot(problem, state, head):
    """Return the depot the trip with this head is loaded at."""
    num_nodes = state.node.shape[0]
    if head < num_nodes:
        return state.node[head, DEPOT]
    return problem.kind[state.vehicle[head - num_nodes, KIND], HOME_DEPOT]


@inlined_kernel
def best_near(problem, state, scratch, c, width, limit):
    """Find the cheapest place beside one of the nearest `width` stops in vehicles that are still untouched, or long.

    Returns
    -------
    (cost, vehicle, node before)
        Cost `IMPOSSIBLE` where there is none below `limit`.
    """
    node, room, near, vehicle = state.node, state.room, problem.near, state.vehicle
    stamp = state.total[STAMP]
    many_depots, demand, here = problem.flags[MANY_DEPOTS], problem.demand[c, 0], node[c, PLACE]
    # First gather the stops whose trip has room, without a branch (a coin toss would cost more than the look-up):
    # most fall away, as their trip is full or they are unserved themselves (room -1).
    count = 0
    for k in range(min(width, near.shape[1])):
        j = near[c, k]
        scratch.nearby[count] = j
        count += room[node[j, HEAD], 0] >= demand
    best, best_v, best_p = limit, -1, 0
    kind, usable, per_m, start, end = -1, False, 0, 0, 0
    into, out = problem.metres_t[0, here], problem.metres[0, here]
    for i in range(count):
        j = scratch.nearby[i]
        head = node[j, HEAD]
        if not fits(problem, room, c, head):
            continue
        v = node[j, SLOT]
        if scratch.mark[v, 0] == stamp and vehicle[v, SIZE] <= LONG_ROUTE:
            continue
        if vehicle[v, KIND] != kind:
            kind = vehicle[v, KIND]
            usable = problem.allowed[kind, c] > 0
            profile, per_m = problem.kind[kind, PROFILE], problem.kind[kind, PER_M]
            start, end = problem.kind[kind, START], problem.kind[kind, END]
            into, out = problem.metres_t[profile, here], problem.metres[profile, here]
        if not usable or (many_depots and not (problem.stop[c, DEPOTS] >> trip_depot(problem, state, head)) & 1):
            continue
        bits = next_bits(state.rng)
        p, x = j, node[j, NEXT]
        for _ in range(2):
            metres = into[node[p, PLACE] if p else start]
            if x:
                metres += out[node[x, PLACE]] - node[x, ARC_M]
            elif end >= 0:
                metres += out[end] - vehicle[v, END_ARC_M]
            if per_m * metres < best and bits & BLINK:
                cost = insertion_cost(problem, state, c, v, p, x, NO_DEPOT, best)
                if cost < best:
                    best, best_v, best_p = cost, v, p
            bits >>= np.uint64(7)
            p, x = node[j, PREV], j
    return best, best_v, best_p


@inlined_kernel
def best_in_vehicle(problem, state, c, v, limit):
    """Find the cheapest place in the running trips of vehicle v: (cost, node before).  O(length of the route)."""
    node, room, vehicle = state.node, state.room, state.vehicle
    kind = vehicle[v, KIND]
    best, best_p = limit, -1
    if not problem.allowed[kind, c]:
        return IMPOSSIBLE, best_p
    profile, per_m, end = problem.kind[kind, PROFILE], problem.kind[kind, PER_M], problem.kind[kind, END]
    here, depots = node[c, PLACE], problem.stop[c, DEPOTS]
    into, out = problem.metres_t[profile, here], problem.metres[profile, here]
    timed, opens, closes = problem.flags[TIMED], problem.stop[c, OPEN], problem.stop[c, CLOSE]
    p, x, head = ROUTE_END, vehicle[v, FIRST], node.shape[0] + v
    metres_in = into[problem.kind[kind, START]]
    depot = trip_depot(problem, state, head)
    usable = depot >= 0 and (depots >> depot) & 1 and fits(problem, room, c, head)
    while True:
        if x:
            metres_out = out[node[x, PLACE]]
            metres = metres_in + metres_out - node[x, ARC_M]
        else:
            metres_out = out[end] if end >= 0 else 0
            metres = metres_in + metres_out - vehicle[v, END_ARC_M]
        if usable and per_m * metres < best and next_bits(state.rng) & BLINK:
            if not timed or x == 0 or state.times[x, BWD_L] >= opens:
                cost = insertion_cost(problem, state, c, v, p, x, NO_DEPOT, best)
                if cost < best:
                    best, best_p = cost, p
        if x == 0 or (timed and state.times[x, FWD_E] > closes):
            break
        if node[x, DEPOT] >= 0:
            usable = (depots >> node[x, DEPOT]) & 1 and fits(problem, room, c, x)
        metres_in = into[node[x, PLACE]]
        p, x = x, node[x, NEXT]
    return best if best_p >= 0 else IMPOSSIBLE, best_p


@lean_kernel
def best_anywhere(problem, state, c, limit):
    """Find the cheapest place in any running trip, as `best_near` does.  O(number of stops)."""
    best, best_v, best_p = limit, -1, 0
    for v in range(state.vehicle.shape[0]):
        if state.vehicle[v, SIZE]:
            cost, p = best_in_vehicle(problem, state, c, v, best)
            if cost < best:
                best, best_v, best_p = cost, v, p
    return best if best_v >= 0 else IMPOSSIBLE, best_v, best_p


@inlined_kernel
def best_touched(problem, state, scratch, c, vehicles, limit):
    """Find the cheapest place in the vehicles this iteration has touched: those have room.

    Returns
    -------
    (cost, vehicle, node before)
        Cost `IMPOSSIBLE` where there is none below `limit`.
    """
    best, best_v, best_p = limit, -1, 0
    for i in range(vehicles):
        v = scratch.journal_vehicle[i, 0]
        if 0 < state.vehicle[v, SIZE] <= LONG_ROUTE:
            cost, p = best_in_vehicle(problem, state, c, v, best)
            if cost < best:
                best, best_v, best_p = cost, v, p
    return best, best_v, best_p


@lean_kernel
def best_new_trip(problem, state, scratch, c, limit):
    """Find the cheapest new trip for stop c: an empty vehicle of each type, or a reload of a running one.

    Returns
    -------
    (cost, vehicle, node before, depot)
        Depot -1 where the vehicle loads at its start.
    """
    best, best_v, best_p, best_depot = limit, -1, 0, -1
    for kind in range(problem.kind.shape[0]):
        if not problem.allowed[kind, c] or not fits_empty(problem, c, kind):
            continue
        first = problem.kind[kind, FIRST_VEHICLE]
        end = first + problem.kind[kind, COUNT]
        while scratch.hint[kind] < end and state.vehicle[scratch.hint[kind], SIZE]:
            scratch.hint[kind] += 1
        empty = scratch.hint[kind]
        home = problem.kind[kind, HOME_DEPOT]
        if home >= 0:
            if empty < end and (problem.stop[c, DEPOTS] >> home) & 1:
                cost = insertion_cost(problem, state, c, empty, ROUTE_END, ROUTE_END, NO_DEPOT, best)
                if cost < best:
                    best, best_v, best_p, best_depot = cost, empty, 0, -1
            continue
        depots = problem.stop[c, DEPOTS] & problem.kind[kind, KIND_DEPOTS]
        for depot in range(problem.depot.shape[0]):
            if not (depots >> depot) & 1:
                continue
            if empty < end:
                cost = insertion_cost(problem, state, c, empty, ROUTE_END, ROUTE_END, depot, best)
                if cost < best:
                    best, best_v, best_p, best_depot = cost, empty, 0, depot
            for v in range(first, end):
                if state.vehicle[v, SIZE]:
                    cost, p = best_reload(problem, state, c, v, depot, best)
                    if cost < best:
                        best, best_v, best_p, best_depot = cost, v, p, depot
    return best if best_v >= 0 else IMPOSSIBLE, best_v, best_p, best_depot


@lean_kernel
def best_reload(problem, state, c, v, depot, limit):
    """Return (cost, node before) of the cheapest extra trip of vehicle v for stop c from this depot."""
    marker = state.vehicle[v, MARKER]
    end = marker + state.vehicle[v, NUM_MARKERS]
    spare = False
    for m in range(marker, end):
        spare = spare or state.node[m, SLOT] < 0
    if not spare:
        return IMPOSSIBLE, 0
    last = state.vehicle[v, LAST]
    best, best_p = insertion_cost(problem, state, c, v, last, ROUTE_END, depot, limit), last
    for m in range(marker, end):
        if state.node[m, SLOT] >= 0:
            p = state.node[m, PREV]
            cost = insertion_cost(problem, state, c, v, p, m, depot, min(best, limit))
            if cost < best:
                best, best_p = cost, p
    return best, best_p


@inlined_kernel
def insert(problem, state, c, v, p, depot):
    """Put stop c into vehicle v behind p, behind a new reload at `depot` where that is not negative."""
    if depot >= 0:
        marker = state.vehicle[v, MARKER]
        while state.node[marker, SLOT] >= 0:
            marker += 1
        state.node[marker, DEPOT] = depot
        state.node[marker, PLACE] = problem.depot[depot, 0]
        link(problem, state, v, p, marker)
        link(problem, state, v, marker, c)
        refresh(problem, state, v)
    else:
        attach(problem, state, v, p, c)
        settle(problem, state, v)


FAR_FIRST = 0.0  # draw of `sort_absent` for this order: the one that builds the best first solution


@inlined_kernel
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
            key = -float(problem.demand[c, 0])
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


@lean_kernel
def recreate(problem, state, scratch, num_absent, rows, vehicles, delta, width, threshold):
    """Insert the first `num_absent` absent stops, each at its cheapest place; what fits nowhere stays out.

    Stops early once the cost has risen above `threshold`. `delta` is the change of cost so far in this iteration.

    Returns
    -------
    (rows, vehicles, delta)
        Journal sizes; the change of cost with prizes of stops gained and lost.
    """
    for i in range(num_absent):
        if delta > threshold:
            return rows, vehicles, delta
        c = scratch.absent[i]
        banked = state.bank[c, 1] >= 0
        limit = problem.stop[c, PRIZE]
        cost, v, p = best_touched(problem, state, scratch, c, vehicles, limit)
        near_cost, near_v, near_p = best_near(problem, state, scratch, c, width, cost)
        if near_v >= 0:
            cost, v, p = near_cost, near_v, near_p
        trip_cost, trip_v, trip_p, depot = best_new_trip(problem, state, scratch, c, min(limit, cost))
        if trip_cost < cost:
            cost, v, p = trip_cost, trip_v, trip_p
        else:
            depot = -1
        if v < 0 and (not banked or uniform(state.rng) < 0.1):
            cost, v, p = best_anywhere(problem, state, c, limit)
        if v < 0:
            if not banked:
                delta += limit
            continue
        rows, vehicles = journal_route(state, scratch, v, rows, vehicles)
        before = state.vehicle[v, COST]
        insert(problem, state, c, v, p, depot)
        delta += state.vehicle[v, COST] - before
        if banked:
            delta -= limit
    return rows, vehicles, delta
