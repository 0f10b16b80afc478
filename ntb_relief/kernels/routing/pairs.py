"""Where a transfer could go: its two stops in one trip, the second behind the first (Savelsbergh & Sol 1995).

For every place of the first stop the route behind it is walked once, with the triple of what is driven so far; every
place of the second stop is then judged in O(1). The walk ends where the goods no longer fit or the vehicle is late.
"""

from __future__ import annotations

from .._jit import inlined_kernel, inner_kernel
from ..rng import next_bits
from .arrays import (
    ARC_M,
    ARC_S,
    ARRIVALS,
    BWD_L,
    CLOSE,
    COUNT,
    DEPOT,
    DEPOTS,
    END,
    END_ARC_M,
    FAR,
    FIRST,
    FIRST_VEHICLE,
    FIXED,
    FWD_D,
    FWD_E,
    FWD_L,
    HEAD,
    HOME_DEPOT,
    IMPOSSIBLE,
    KIND,
    KIND_DEPOTS,
    LAST,
    LOADING,
    LOOKS,
    MAX_DISTANCE,
    MAX_DURATION,
    METRES,
    NEXT,
    NO_DEPOT,
    OPEN,
    PARTNER,
    PER_M,
    PER_S,
    PLACE,
    PROFILE,
    ROUTE_END,
    SECONDS,
    SIZE,
    SLOT,
    STAMP,
    START,
    TIMED,
    WAITED,
    ZERO,
)
from .fleet import find_empty
from .insertion import arrivals_with, seconds_to_end
from .places import BLINK, fits_empty, has_spare_marker, trip_depot
from .schedule import activity, arc, fare, release_of, start_times


@inlined_kernel
def follow(triple, travel, opens, closes, service):
    """Return the triple (D, E, L) of a route with one more activity, `travel` away."""
    duration, earliest, latest = triple
    return duration + travel + service, max(earliest + travel, opens) + service, min(latest, closes - travel - duration)


@inlined_kernel
def can_carry_on(problem, state, c, v, x):
    """Tell whether vehicle v has room for what c takes on along the arc into node x, or to the route's end where that is 0."""
    arc_row, dims, kind = x or state.node.shape[0] + v, state.room.shape[1], state.vehicle[v, KIND]
    for d in range(dims):
        if state.load[arc_row, 2 * dims + d] + problem.pickup[c, d] > problem.capacity[kind, d]:
            return False
    return True


@inner_kernel
def best_drop(problem, state, c, v, p, depot, limit):
    """Find the cheapest place of the second stop of transfer c, if the first comes behind node p of vehicle v.

    Where `depot` is not negative the vehicle first loads there, behind its last stop p.

    Returns
    -------
    (cost, node before the second stop)
        Added cost of both; (`IMPOSSIBLE`, -1) where there is no place below `limit`.
    """
    node, vehicle = state.node, state.vehicle
    kind, drop = vehicle[v, KIND], problem.stop[c, PARTNER]
    profile, per_m, timed = problem.kind[kind, PROFILE], problem.kind[kind, PER_M], problem.flags[TIMED]
    here, there = node[c, PLACE], node[drop, PLACE]
    y = node[p, NEXT] if p else vehicle[v, FIRST]
    if depot < 0 and not can_carry_on(problem, state, c, v, y):
        return IMPOSSIBLE, -1
    used = vehicle[v, SIZE] > 0
    at = node[p, PLACE] if p else problem.kind[kind, START]
    to = node[y, PLACE] if y else problem.kind[kind, END]
    metres, money = 0, 0
    if used:
        metres -= node[y, ARC_M] if y else vehicle[v, END_ARC_M]
        money -= fare(problem, profile, at, to)
    else:
        money += problem.kind[kind, FIXED]
    head = node[p, HEAD] if p else node.shape[0] + v
    if timed and p:
        triple = state.times[p, FWD_D], state.times[p, FWD_E], state.times[p, FWD_L]
    else:
        triple = start_times(problem, kind, release_of(problem, state.release, head))
    if depot >= 0:
        via = problem.depot[depot, 0]
        leg_m, leg_s = arc(problem, profile, at, via)
        if leg_m >= FAR or (timed and triple[1] + leg_s > problem.depot[depot, 2]):
            return IMPOSSIBLE, -1
        triple = follow(triple, leg_s, problem.depot[depot, 1], problem.depot[depot, 2], problem.kind[kind, LOADING])
        metres, money, at = metres + leg_m, money + fare(problem, profile, at, via), via
    leg_m, leg_s = arc(problem, profile, at, here)
    if leg_m >= FAR or (timed and triple[1] + leg_s > problem.stop[c, CLOSE]):
        return IMPOSSIBLE, -1
    triple = follow(triple, leg_s, problem.stop[c, OPEN], problem.stop[c, CLOSE], problem.service[kind, c])
    metres, money = metres + leg_m, money + fare(problem, profile, at, here)
    best, best_b = limit, -1
    b = c
    at = here
    while True:
        # The second stop between b and y: the way over it instead of the arc between them, which is in place but behind c.
        into_m, into_s = arc(problem, profile, at, there)
        out_m, out_s = arc(problem, profile, there, to)
        extra, tolls = metres + into_m + out_m, money + fare(problem, profile, at, there) + fare(problem, profile, there, to)
        if b != c:
            extra -= node[y, ARC_M] if y else vehicle[v, END_ARC_M]
            tolls -= fare(problem, profile, at, to)
        cost = per_m * extra + tolls
        is_open = into_m < FAR and out_m < FAR and vehicle[v, METRES] + extra <= problem.kind[kind, MAX_DISTANCE]
        if is_open and cost < best and (not timed or triple[1] + into_s <= problem.stop[drop, CLOSE]):
            if timed:
                duration, earliest, latest = follow(
                    triple, into_s, problem.stop[drop, OPEN], problem.stop[drop, CLOSE], problem.service[kind, drop]
                )
                seconds = seconds_to_end(problem, state, kind, y, duration, earliest, latest, out_s)
                cost += problem.kind[kind, PER_S] * (seconds - vehicle[v, SECONDS])
                is_open = seconds <= problem.kind[kind, MAX_DURATION]
            if is_open and cost < best and problem.flags[ARRIVALS]:
                cost += arrivals_with(problem, state, c, v, p, depot, drop, b) - vehicle[v, WAITED]
            if is_open and cost < best:
                best, best_b = cost, b
        if y == 0 or node[y, DEPOT] >= 0:
            break
        if b == c:
            leg_m, leg_s = arc(problem, profile, here, to)
            if leg_m >= FAR:
                break
            metres, money = metres + leg_m, money + fare(problem, profile, here, to)
        else:
            leg_s = node[y, ARC_S]
        if per_m * metres + money >= best:
            break
        opens, closes, service = activity(problem, kind, y, NO_DEPOT, ZERO)
        if timed and triple[1] + leg_s > closes:
            break
        triple = follow(triple, leg_s, opens, closes, service)
        b, at, y = y, to, node[y, NEXT]
        if not can_carry_on(problem, state, c, v, y):
            break
        to = node[y, PLACE] if y else problem.kind[kind, END]
    return best if best_b >= 0 else IMPOSSIBLE, best_b


@inner_kernel
def best_pair_in_vehicle(problem, state, c, v, limit):
    """Find the cheapest places of transfer c in the trips of vehicle v: (cost, node before each stop).

    O(length of the route) for each place of the first stop that alone costs less than the limit.
    """
    node, vehicle = state.node, state.vehicle
    kind = vehicle[v, KIND]
    best, best_p, best_b = limit, -1, -1
    if not problem.allowed[kind, c]:
        return IMPOSSIBLE, best_p, best_b
    profile, per_m = problem.kind[kind, PROFILE], problem.kind[kind, PER_M]
    here, depots, timed = node[c, PLACE], problem.stop[c, DEPOTS], problem.flags[TIMED]
    p, x = ROUTE_END, vehicle[v, FIRST]
    at, depot = problem.kind[kind, START], trip_depot(problem, state, node.shape[0] + v)
    while True:
        to = node[x, PLACE] if x else problem.kind[kind, END]
        detour = arc(problem, profile, at, here)[0] + arc(problem, profile, here, to)[0]
        detour -= node[x, ARC_M] if x else vehicle[v, END_ARC_M]
        if depot >= 0 and (depots >> depot) & 1 and per_m * detour < best and next_bits(state.rng) & BLINK:
            if not timed or x == 0 or state.times[x, BWD_L] >= problem.stop[c, OPEN]:
                cost, b = best_drop(problem, state, c, v, p, NO_DEPOT, best)
                if cost < best:
                    best, best_p, best_b = cost, p, b
        if x == 0 or (timed and state.times[x, FWD_E] > problem.stop[c, CLOSE]):
            break
        if node[x, DEPOT] >= 0:
            depot = node[x, DEPOT]
        p, at, x = x, to, node[x, NEXT]
    return best if best_p >= 0 else IMPOSSIBLE, best_p, best_b


@inner_kernel
def best_pair_trip(problem, state, scratch, c, limit):
    """Find the cheapest new trip for transfer c: an empty vehicle of each type, or a reload behind a running one's last stop.

    Returns
    -------
    (cost, vehicle, node before, depot)
        The second stop comes right behind the first.
    """
    best, best_v, best_p, best_depot = limit, -1, ZERO, -1
    for kind in range(problem.kind.shape[0]):
        if not problem.allowed[kind, c] or not fits_empty(problem, state, c, kind):
            continue
        empty, home = find_empty(problem, state, scratch, kind), problem.kind[kind, HOME_DEPOT]
        if home >= 0:
            if empty >= 0 and (problem.stop[c, DEPOTS] >> home) & 1:
                cost, _ = best_drop(problem, state, c, empty, ROUTE_END, NO_DEPOT, best)
                if cost < best:
                    best, best_v, best_p, best_depot = cost, empty, ZERO, -1
            continue
        first = problem.kind[kind, FIRST_VEHICLE]
        for depot in range(problem.depot.shape[0]):
            if not (problem.stop[c, DEPOTS] & problem.kind[kind, KIND_DEPOTS]) >> depot & 1:
                continue
            for v in range(first, first + problem.kind[kind, COUNT]):
                if v != empty and not (state.vehicle[v, SIZE] and has_spare_marker(state, v)):
                    continue
                cost, _ = best_drop(problem, state, c, v, state.vehicle[v, LAST], depot, best)
                if cost < best:
                    best, best_v, best_p, best_depot = cost, v, state.vehicle[v, LAST], depot
    return best if best_v >= 0 else IMPOSSIBLE, best_v, best_p, best_depot


@inner_kernel
def find_pair(problem, state, scratch, c, opens_trip, vehicles, width, limit):
    """Find the cheapest places of transfer c below `limit`, as `find_place` does for one stop.

    Looks at the routes this iteration has touched, those of the `width` stops nearest to either end, and new trips;
    at all routes where these take it nowhere.

    Returns
    -------
    (cost, vehicle, node before, depot, node before the second stop)
        Vehicle -1 where there is none.
    """
    best, best_v, best_p, best_b = limit, -1, ZERO, -1
    state.total[LOOKS] += 1
    look, stamp = state.total[LOOKS], state.total[STAMP]
    for i in range(vehicles):
        v = scratch.journal_vehicle[i, 0]
        if state.vehicle[v, SIZE]:
            cost, p, b = best_pair_in_vehicle(problem, state, c, v, best)
            if cost < best:
                best, best_v, best_p, best_b = cost, v, p, b
    for k in range(2 * min(width, problem.near.shape[1])):
        j = problem.near[c if k % 2 == 0 else problem.stop[c, PARTNER], k // 2]
        v = state.node[j, SLOT]
        if j == 0 or v < 0 or scratch.mark[v, 2] == look or scratch.mark[v, 0] == stamp:
            continue
        scratch.mark[v, 2] = look
        cost, p, b = best_pair_in_vehicle(problem, state, c, v, best)
        if cost < best:
            best, best_v, best_p, best_b = cost, v, p, b
    trip_cost, v, p, depot = best_pair_trip(problem, state, scratch, c, limit if opens_trip else best)
    if v >= 0:
        return trip_cost, v, p, depot, c
    if best_v < 0:
        for v in range(state.vehicle.shape[0]):
            if state.vehicle[v, SIZE]:
                cost, p, b = best_pair_in_vehicle(problem, state, c, v, best)
                if cost < best:
                    best, best_v, best_p, best_b = cost, v, p, b
    return best, best_v, best_p, -1, best_b
