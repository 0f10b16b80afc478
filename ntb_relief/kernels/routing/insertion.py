"""What it costs to put a stop between two neighbours of a route, and whether that is allowed.  O(1)."""

from __future__ import annotations

from .._jit import inlined_kernel
from .arrays import (
    ARC_M,
    BWD_D,
    BWD_E,
    BWD_L,
    CLOSE,
    END,
    END_ARC_M,
    FAR,
    FIXED,
    FWD_D,
    FWD_E,
    FWD_L,
    IMPOSSIBLE,
    KIND,
    LATE,
    LOADING,
    MAX_DISTANCE,
    MAX_DURATION,
    METRES,
    NEVER,
    OPEN,
    PER_M,
    PER_S,
    PLACE,
    PROFILE,
    SECONDS,
    SIZE,
    START,
    TIMED,
    TOLLS,
)
from .schedule import start_times


@inlined_kernel
def insertion_cost(problem, state, c, v, p, x, depot, limit):
    """Return the added cost of stop c between p and x of vehicle v, or `IMPOSSIBLE` where it cannot go there.

    p or x is 0 at the ends of the route. Where `depot` is not negative the vehicle first loads there, between p
    and c. Costs of `limit` or more are returned as `IMPOSSIBLE`, as are unreachable legs, late arrivals and routes
    that grow too long. The capacity is the caller's to check. Distance alone is compared with `limit` first: a place
    that would shorten the route's time may be missed.
    """
    node, vehicle = state.node, state.vehicle
    kind = vehicle[v, KIND]
    profile = problem.kind[kind, PROFILE]
    here = node[c, PLACE]
    at = node[p, PLACE] if p else problem.kind[kind, START]
    to = node[x, PLACE] if x else problem.kind[kind, END]
    via = problem.depot[depot, 0] if depot >= 0 else at
    into = problem.metres_t[profile, here, via]
    out = problem.metres[profile, here, to] if to >= 0 else 0
    if into >= FAR or out >= FAR:
        return IMPOSSIBLE
    metres = into + out
    if depot >= 0:
        reload = problem.metres[profile, at, via]
        if reload >= FAR:
            return IMPOSSIBLE
        metres += reload
    used = vehicle[v, SIZE] > 0
    if used:
        metres -= node[x, ARC_M] if x else vehicle[v, END_ARC_M]
    delta = problem.kind[kind, PER_M] * metres
    if not used:
        delta += problem.kind[kind, FIXED]
    if problem.flags[TOLLS]:
        table = problem.toll[profile]
        delta += table[via, here] + (table[here, to] if to >= 0 else 0)
        delta += table[at, via] if depot >= 0 else 0
        delta -= table[at, to] if used and to >= 0 else 0
    if delta >= limit or vehicle[v, METRES] + metres > problem.kind[kind, MAX_DISTANCE]:
        return IMPOSSIBLE
    if problem.flags[TIMED]:
        seconds = route_seconds_with(problem, state, c, v, p, x, depot)
        if seconds > problem.kind[kind, MAX_DURATION]:
            return IMPOSSIBLE
        delta += problem.kind[kind, PER_S] * (seconds - vehicle[v, SECONDS])
    return delta if delta < limit else IMPOSSIBLE


@inlined_kernel
def route_seconds_with(problem, state, c, v, p, x, depot):
    """Return the least duration of the route of v with c between p and x, `NEVER` where a time limit breaks."""
    node, times, vehicle = state.node, state.times, state.vehicle
    kind = vehicle[v, KIND]
    profile = problem.kind[kind, PROFILE]
    here = node[c, PLACE]
    at = node[p, PLACE] if p else problem.kind[kind, START]
    to = node[x, PLACE] if x else problem.kind[kind, END]
    if p:
        duration, earliest, latest = times[p, FWD_D], times[p, FWD_E], times[p, FWD_L]
    else:
        duration, earliest, latest = start_times(problem, kind)
    if depot >= 0:
        via = problem.depot[depot, 0]
        travel = problem.seconds[profile, at, via]
        if earliest + travel > problem.depot[depot, 2]:
            return NEVER
        latest = min(latest, problem.depot[depot, 2] - travel - duration)
        loading = problem.kind[kind, LOADING]
        earliest = max(earliest + travel, problem.depot[depot, 1]) + loading
        duration += travel + loading
        at = via
    travel = problem.seconds_t[profile, here, at]
    if earliest + travel > problem.stop[c, CLOSE]:
        return NEVER
    latest = min(latest, problem.stop[c, CLOSE] - travel - duration)
    service = problem.service[kind, c]
    earliest = max(earliest + travel, problem.stop[c, OPEN]) + service
    duration += travel + service
    travel = problem.seconds[profile, here, to] if to >= 0 else 0
    rest_d, rest_e, rest_l = 0, -NEVER, problem.kind[kind, LATE]
    if x:
        rest_d, rest_e, rest_l = times[x, BWD_D], times[x, BWD_E], times[x, BWD_L]
    if earliest + travel > rest_l:
        return NEVER
    latest = min(latest, rest_l - travel - duration)
    return max(duration + travel + rest_d, max(earliest + travel + rest_d, rest_e) - latest)
