"""Where a stop could go: the cheapest place beside near stops, in whole routes, in other vehicles or in a new trip.

Places are overlooked now and then (blinks; Christiaens & Vanden Berghe 2020, section 5.3).
"""

from __future__ import annotations

import numpy as np

from .._jit import inlined_kernel, inner_kernel
from ..rng import next_bits
from .arrays import (
    ARC_M,
    BWD_L,
    CLOSE,
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
    ONE,
    OPEN,
    PER_M,
    PICKUPS,
    PLACE,
    PREV,
    PROFILE,
    ROUTE_END,
    SIZE,
    SLOT,
    STAMP,
    START,
    TIMED,
    ZERO,
)
from .fleet import cheapest_change, find_empty
from .insertion import insertion_cost

BLINK = np.uint64(127)  # a place is overlooked when these random bits are all 0: 1 in 128, beta of the paper

RELOAD_EVERYWHERE = np.uint64(7)  # reloads of all running vehicles are tried when these random bits are all 0
LONG_ROUTE = 60  # routes up to this many stops are searched whole once they are touched


@inlined_kernel
def fits(state, c, head):
    """Tell whether the trip with this head has room for stop c."""
    for d in range(state.room.shape[1]):
        if state.room[head, d] < state.demand[c, d]:
            return False
    return True


@inlined_kernel
def fits_empty(problem, state, c, kind):
    """Tell whether an empty vehicle of this type can carry stop c."""
    for d in range(problem.capacity.shape[1]):
        if state.demand[c, d] > problem.capacity[kind, d]:
            return False
        if problem.flags[PICKUPS] and problem.pickup[c, d] > problem.capacity[kind, d]:
            return False
    return True


@inlined_kernel
def has_spare_marker(state, v):
    """Tell whether vehicle v may load once more."""
    spare = False
    for m in range(state.vehicle[v, MARKER], state.vehicle[v, MARKER] + state.vehicle[v, NUM_MARKERS]):
        spare = spare or state.node[m, SLOT] < 0
    return spare


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
    many_depots, demand, here = problem.flags[MANY_DEPOTS], state.demand[c, 0], node[c, PLACE]
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
        if not fits(state, c, head):
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
def best_in_vehicle(problem, state, c, v, limit, handed_over):
    """Find the cheapest place in the running trips of vehicle v: (cost, node before).  O(length of the route).

    Where `handed_over` is not 0 another vehicle takes the route over, so that neither room nor access of this one count.
    """
    node, vehicle = state.node, state.vehicle
    kind = vehicle[v, KIND]
    best, best_p = limit, -1
    if not problem.allowed[kind, c] and not handed_over:
        return IMPOSSIBLE, best_p
    profile, per_m, end = problem.kind[kind, PROFILE], problem.kind[kind, PER_M], problem.kind[kind, END]
    here, depots = node[c, PLACE], problem.stop[c, DEPOTS]
    into, out = problem.metres_t[profile, here], problem.metres[profile, here]
    timed, opens, closes = problem.flags[TIMED], problem.stop[c, OPEN], problem.stop[c, CLOSE]
    p, x, head = ROUTE_END, vehicle[v, FIRST], node.shape[0] + v
    metres_in = into[problem.kind[kind, START]]
    depot = trip_depot(problem, state, head)
    usable = depot >= 0 and (depots >> depot) & 1 and (handed_over or fits(state, c, head))
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
            usable = (depots >> node[x, DEPOT]) & 1 and (handed_over or fits(state, c, x))
        metres_in = into[node[x, PLACE]]
        p, x = x, node[x, NEXT]
    return best if best_p >= 0 else IMPOSSIBLE, best_p


@inner_kernel
def best_anywhere(problem, state, c, limit):
    """Find the cheapest place in any running trip, as `best_near` does.  O(number of stops)."""
    best, best_v, best_p = limit, -1, 0
    for v in range(state.vehicle.shape[0]):
        if state.vehicle[v, SIZE]:
            cost, p = best_in_vehicle(problem, state, c, v, best, ZERO)
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
            cost, p = best_in_vehicle(problem, state, c, v, best, ZERO)
            if cost < best:
                best, best_v, best_p = cost, v, p
    return best, best_v, best_p


@inner_kernel
def best_change(problem, state, scratch, c, vehicles, limit):
    """Find the touched vehicle whose route and stop c are driven at the least added cost by a vehicle of another type.

    Returns
    -------
    (cost, vehicle, node before, vehicle that takes over)
        Vehicle -1 where there is none below `limit`.
    """
    best, best_v, best_p, best_w = limit, -1, 0, -1
    for i in range(vehicles):
        v = scratch.journal_vehicle[i, 0]
        if not 0 < state.vehicle[v, SIZE] <= LONG_ROUTE:
            continue
        if fits(state, c, state.node.shape[0] + v) and problem.allowed[state.vehicle[v, KIND], c]:
            continue
        change, w = cheapest_change(problem, state, scratch, v, c, best)
        if w >= 0:
            cost, p = best_in_vehicle(problem, state, c, v, best - change, ONE)
            if cost < best - change:
                best, best_v, best_p, best_w = cost + change, v, p, w
    return best, best_v, best_p, best_w


@inlined_kernel
def best_new_trip(problem, state, scratch, c, everywhere, limit):
    """Find the cheapest new trip for stop c: an empty vehicle of each type, or a reload of a running one.

    Of the running vehicles those are tried that this iteration has touched, all of them where `everywhere` is not 0 and in
    one call of eight: there are many, and few of them would be taken.

    Returns
    -------
    (cost, vehicle, node before, depot)
        Depot -1 where the vehicle loads at its start.
    """
    best, best_v, best_p, best_depot = limit, -1, 0, -1
    for kind in range(problem.kind.shape[0]):
        if not problem.allowed[kind, c] or not fits_empty(problem, state, c, kind):
            continue
        first = problem.kind[kind, FIRST_VEHICLE]
        end = first + problem.kind[kind, COUNT]
        empty = find_empty(problem, state, scratch, kind)
        home = problem.kind[kind, HOME_DEPOT]
        if home >= 0:
            if empty >= 0 and (problem.stop[c, DEPOTS] >> home) & 1:
                cost = insertion_cost(problem, state, c, empty, ROUTE_END, ROUTE_END, NO_DEPOT, best)
                if cost < best:
                    best, best_v, best_p, best_depot = cost, empty, 0, -1
            continue
        depots = problem.stop[c, DEPOTS] & problem.kind[kind, KIND_DEPOTS]
        all_running = everywhere or not next_bits(state.rng) & RELOAD_EVERYWHERE
        for depot in range(problem.depot.shape[0]):
            if not (depots >> depot) & 1:
                continue
            if empty >= 0:
                cost = insertion_cost(problem, state, c, empty, ROUTE_END, ROUTE_END, depot, best)
                if cost < best:
                    best, best_v, best_p, best_depot = cost, empty, 0, depot
            for v in range(first, end):
                if state.vehicle[v, SIZE] and (all_running or scratch.mark[v, 0] == state.total[STAMP]):
                    cost, p = best_reload(problem, state, c, v, depot, best)
                    if cost < best:
                        best, best_v, best_p, best_depot = cost, v, p, depot
    return best if best_v >= 0 else IMPOSSIBLE, best_v, best_p, best_depot


@inner_kernel
def best_reload(problem, state, c, v, depot, limit):
    """Return (cost, node before) of the cheapest extra trip of vehicle v for stop c from this depot."""
    if not has_spare_marker(state, v):
        return IMPOSSIBLE, 0
    marker, last = state.vehicle[v, MARKER], state.vehicle[v, LAST]
    best, best_p = insertion_cost(problem, state, c, v, last, ROUTE_END, depot, limit), last
    for m in range(marker, marker + state.vehicle[v, NUM_MARKERS]):
        if state.node[m, SLOT] >= 0:
            p = state.node[m, PREV]
            cost = insertion_cost(problem, state, c, v, p, m, depot, min(best, limit))
            if cost < best:
                best, best_p = cost, p
    return best, best_p
