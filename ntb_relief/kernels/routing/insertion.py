"""What it costs to put a stop between two neighbours of a route, and whether that is allowed.  O(1)."""

from __future__ import annotations

from .._jit import inlined_kernel, inner_kernel
from .arrays import (
    ARC_M,
    ARC_S,
    ARRIVALS,
    BACKHAUL,
    BWD_D,
    BWD_E,
    BWD_L,
    CLOSE,
    DEPOT,
    EARLY,
    END,
    END_ARC_M,
    FAR,
    FIRST,
    FIXED,
    FWD_D,
    FWD_E,
    FWD_L,
    HEAD,
    IMPOSSIBLE,
    KIND,
    LATE,
    LINEHAUL_FIRST,
    LOADING,
    MAX_DISTANCE,
    MAX_DURATION,
    METRES,
    NEVER,
    NEXT,
    NO_STOP,
    OPEN,
    PER_M,
    PER_S,
    PICKUPS,
    PLACE,
    PREV,
    PROFILE,
    RELEASE,
    RELEASES,
    ROUTE_END,
    SECONDS,
    SIZE,
    START,
    TIMED,
    TOLLS,
    TOO_LATE,
    WAITED,
    ZERO,
)
from .schedule import activity, arc, arrival_cost, release_of, start_times


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
    if problem.flags[PICKUPS] and depot < 0 and not load_fits(problem, state, c, v, x):
        return IMPOSSIBLE
    if problem.flags[LINEHAUL_FIRST] and not is_in_order(problem, node, c, p, x, depot):
        return IMPOSSIBLE
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
    if problem.flags[ARRIVALS] and delta < limit:
        delta += arrivals_with(problem, state, c, v, p, depot, NO_STOP, NO_STOP) - vehicle[v, WAITED]
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
    release = problem.stop[c, RELEASE] if problem.flags[RELEASES] else 0
    head = node[p, HEAD] if p else node.shape[0] + v
    if problem.flags[RELEASES] and depot < 0 and release > state.release[head]:
        duration, earliest, latest = prefix_released(problem, state, v, head, p, release)
    elif p:
        duration, earliest, latest = times[p, FWD_D], times[p, FWD_E], times[p, FWD_L]
    else:
        duration, earliest, latest = start_times(problem, kind, release_of(problem, state.release, head))
    if depot >= 0:
        via = problem.depot[depot, 0]
        travel = problem.seconds[profile, at, via]
        if max(earliest + travel, release) > problem.depot[depot, 2]:
            return NEVER
        latest = min(latest, problem.depot[depot, 2] - travel - duration)
        loading = problem.kind[kind, LOADING]
        earliest = max(earliest + travel, problem.depot[depot, 1], release) + loading
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
    return seconds_to_end(problem, state, kind, x, duration, earliest, latest, travel)


@inlined_kernel
def seconds_to_end(problem, state, kind, x, duration, earliest, latest, travel):
    """Return the least duration of a route that begins with this triple and goes on to x, `travel` away; `NEVER` if it is late."""
    rest_d, rest_e, rest_l = 0, -NEVER, problem.kind[kind, LATE]
    if x:
        rest_d, rest_e, rest_l = state.times[x, BWD_D], state.times[x, BWD_E], state.times[x, BWD_L]
    if earliest + travel > rest_l:
        return NEVER
    latest = problem.kind[kind, EARLY] if problem.flags[ARRIVALS] else min(latest, rest_l - travel - duration)
    return max(duration + travel + rest_d, max(earliest + travel + rest_d, rest_e) - latest)


@inner_kernel
def arrivals_with(problem, state, c, v, p, depot, drop, before_drop):
    """Return what the arrivals of vehicle v cost with stop c behind p, and a stop `drop` behind `before_drop`.

    Where `depot` is not negative the vehicle loads there between p and c. `drop` is `NO_STOP` where c alone comes in; the
    route must keep its limits. O(length of the route): without waiting the cost of a shift would be O(1), with it it is not.
    """
    node, kind = state.node, state.vehicle[v, KIND]
    profile, release = problem.kind[kind, PROFILE], problem.stop[c, RELEASE]
    head = node.shape[0] + v
    inside = node[p, HEAD] if p else head
    later = release if depot < 0 else ZERO  # the trip that c joins may have to wait for c's goods
    _, clock, _ = start_times(problem, kind, max(release_of(problem, state.release, head), later if inside == head else ZERO))
    cost, at, here, behind = 0, problem.kind[kind, START], ROUTE_END, state.vehicle[v, FIRST]
    pending, pending_drop, loads = True, drop != NO_STOP, depot >= 0
    while True:
        # What comes next: a loading, c, the drop, or the next node of the route as it is.
        if pending and here == p and loads:
            place, opens, service, stop = (
                problem.depot[depot, 0],
                max(problem.depot[depot, 1], release),
                problem.kind[kind, LOADING],
                NO_STOP,
            )
            loads = False
        elif pending and here == p:
            place, opens, service, stop = node[c, PLACE], problem.stop[c, OPEN], problem.service[kind, c], c
            pending, here = False, c
        elif pending_drop and not pending and here == before_drop:
            place, opens, service, stop = node[drop, PLACE], problem.stop[drop, OPEN], problem.service[kind, drop], drop
            pending_drop = False
        elif behind:
            here, behind = behind, node[behind, NEXT]
            place = node[here, PLACE]
            waits = max(release_of(problem, state.release, here), later if here == inside else ZERO)
            opens, _, service = activity(problem, kind, here, node[here, DEPOT], waits)
            stop = here if node[here, DEPOT] < 0 else NO_STOP
        else:
            return cost
        _, seconds = arc(problem, profile, at, place)
        begins = max(clock + seconds, opens)
        cost += arrival_cost(problem, stop, begins)
        clock, at = begins + service, place


@inner_kernel
def prefix_released(problem, state, v, head, p, release):
    """Return the triple up to and with node p of vehicle v, if the trip with this head is loaded after `release` only.

    O(length of the trip).
    """
    node, times, kind = state.node, state.times, state.vehicle[v, KIND]
    x = state.vehicle[v, FIRST]
    if head < node.shape[0]:
        before = node[head, PREV]
        x = head
        if before:
            duration, earliest, latest = times[before, FWD_D], times[before, FWD_E], times[before, FWD_L]
        else:
            duration, earliest, latest = start_times(problem, kind, ZERO)
    else:
        duration, earliest, latest = start_times(problem, kind, release)
        if p == 0:
            return duration, earliest, latest
    while True:
        opens, closes, service = activity(problem, kind, x, node[x, DEPOT], release)
        travel = node[x, ARC_S]
        if earliest + travel > closes:
            # No start is early enough: every later check fails.
            return duration, TOO_LATE, latest
        latest = min(latest, closes - travel - duration)
        duration += travel + service
        earliest = max(earliest + travel, opens) + service
        if x == p:
            return duration, earliest, latest
        x = node[x, NEXT]


@inlined_kernel
def load_fits(problem, state, c, v, x):
    """Tell whether a trip of vehicle v has room for what stop c brings before it and takes on behind it, in front of x."""
    arc = x or state.node.shape[0] + v
    kind, dims = state.vehicle[v, KIND], state.room.shape[1]
    for d in range(dims):
        most = problem.capacity[kind, d]
        if state.load[arc, d] + state.demand[c, d] > most or state.load[arc, dims + d] + problem.pickup[c, d] > most:
            return False
    return True


@inlined_kernel
def is_in_order(problem, node, c, p, x, depot):
    """Tell whether stop c between p and x keeps all that is brought before all that is taken on."""
    starts_trip = depot >= 0 or p == 0 or node[p, DEPOT] >= 0
    if problem.stop[c, BACKHAUL]:
        return not starts_trip and (x == 0 or node[x, DEPOT] >= 0 or problem.stop[x, BACKHAUL] > 0)
    return starts_trip or not problem.stop[p, BACKHAUL]
