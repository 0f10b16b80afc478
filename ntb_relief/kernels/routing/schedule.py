"""Keeping a route's segments, loads, times and cost up to date, and the links of its list."""

from __future__ import annotations

from .._jit import inlined_kernel, inner_kernel, lean_kernel
from .arrays import (
    ARC_M,
    ARC_S,
    ARRIVAL,
    ARRIVALS,
    BACKHAUL,
    BWD_D,
    BWD_E,
    BWD_L,
    CLOSE,
    COST,
    DEPOT,
    EARLY,
    END,
    END_ARC_M,
    END_ARC_S,
    FAR,
    FIRST,
    FIXED,
    FWD_D,
    FWD_E,
    FWD_L,
    HEAD,
    HOME_DEPOT,
    KIND,
    LAST,
    LATE,
    LINEHAUL_FIRST,
    LOADING,
    MAX_DISTANCE,
    MAX_DURATION,
    METRES,
    NEVER,
    NEXT,
    NUM_STOP_COLUMNS,
    NUM_USED,
    OPEN,
    PER_M,
    PER_S,
    PICKUPS,
    PLACE,
    PREV,
    PROFILE,
    RELEASE,
    RELEASES,
    SECONDS,
    SIZE,
    SLOT,
    START,
    TIMED,
    TOLLS,
    TOO_LATE,
    WAITED,
)


@inlined_kernel
def start_times(problem, kind, release):
    """Return the triple of a vehicle that is ready to leave its start, loaded if it loads there, not before `release`."""
    early, late = problem.kind[kind, EARLY], problem.kind[kind, LATE]
    home = problem.kind[kind, HOME_DEPOT]
    if home < 0:
        return 0, early, late
    loading = problem.kind[kind, LOADING]
    opens, closes = max(early, problem.depot[home, 1], release), problem.depot[home, 2]
    if release > closes:
        return loading, TOO_LATE, closes  # its goods come when the depot has closed: late wherever it goes
    return loading, opens + loading, min(late, closes)


@inlined_kernel
def activity(problem, kind, node, depot, release):
    """Return (opens, closes, service) of a stop, or of loading at a depot where `depot` is not negative."""
    if depot >= 0:
        closes = problem.depot[depot, 2]
        return max(problem.depot[depot, 1], release), closes if release <= closes else -NEVER, problem.kind[kind, LOADING]
    return problem.stop[node, OPEN], problem.stop[node, CLOSE], problem.service[kind, node]


@inlined_kernel
def route_cost(problem, kind, size, metres, seconds, toll):
    """Return the cost of a route; an empty one costs nothing."""
    if size == 0:
        return 0
    return problem.kind[kind, FIXED] + problem.kind[kind, PER_M] * metres + problem.kind[kind, PER_S] * seconds + toll


@inlined_kernel
def join(problem, state, v, p, x):
    """Let x follow p in the list of vehicle v, with the arc between them; 0 is the route's start or end.

    Keeps the route's METRES: the arc that led to x, or to the end, before this call is replaced.
    """
    kind = state.vehicle[v, KIND]
    at = state.node[p, PLACE] if p else problem.kind[kind, START]
    to = state.node[x, PLACE] if x else problem.kind[kind, END]
    metres, seconds = arc(problem, problem.kind[kind, PROFILE], at, to)
    if p:
        state.node[p, NEXT] = x
    else:
        state.vehicle[v, FIRST] = x
    if x:
        state.vehicle[v, METRES] += metres - state.node[x, ARC_M]
        state.node[x, PREV] = p
        state.node[x, ARC_M] = metres
        state.node[x, ARC_S] = seconds
    else:
        state.vehicle[v, METRES] += metres - state.vehicle[v, END_ARC_M]
        state.vehicle[v, LAST] = p
        state.vehicle[v, END_ARC_M] = metres
        state.vehicle[v, END_ARC_S] = seconds


@inlined_kernel
def forget(state, node):
    """Mark a node as in no route and no trip, so that no look-up takes it for a served neighbour."""
    state.node[node, SLOT] = -1
    state.node[node, HEAD] = state.room.shape[0] - 1
    state.node[node, ARC_M] = 0


@inlined_kernel
def unlink(problem, state, node):
    """Take a node out of its route and join its neighbours; loads, times and cost are left to the caller."""
    v = state.node[node, SLOT]
    state.vehicle[v, METRES] -= state.node[node, ARC_M]
    join(problem, state, v, state.node[node, PREV], state.node[node, NEXT])
    forget(state, node)


@inlined_kernel
def link(problem, state, v, p, node):
    """Put a node into the route of vehicle v behind p (0: at its start); loads, times and cost are left to the caller."""
    x = state.node[p, NEXT] if p else state.vehicle[v, FIRST]
    join(problem, state, v, p, node)
    join(problem, state, v, node, x)
    state.node[node, SLOT] = v


@inlined_kernel
def detach(problem, state, c):
    """Take stop c out of its trip, with its load; times and cost are left to `settle`."""
    v, head = state.node[c, SLOT], state.node[c, HEAD]
    state.vehicle[v, SIZE] -= 1
    state.total[NUM_USED] -= state.vehicle[v, SIZE] == 0
    for d in range(state.room.shape[1]):
        state.room[head, d] += state.demand[c, d]
    unlink(problem, state, c)


@inlined_kernel
def attach(problem, state, v, p, c):
    """Put stop c into the trip of vehicle v that p belongs to, behind p; times and cost are left to `settle`."""
    head = state.node[p, HEAD] if p else state.node.shape[0] + v
    link(problem, state, v, p, c)
    state.node[c, HEAD] = head
    state.total[NUM_USED] += state.vehicle[v, SIZE] == 0
    state.vehicle[v, SIZE] += 1
    for d in range(state.room.shape[1]):
        state.room[head, d] -= state.demand[c, d]


@inlined_kernel
def arc(problem, profile, at, to):
    """Return (metres, seconds) from one place to another; nothing on the way to an open end (-1)."""
    if to < 0:
        return 0, 0
    seconds = problem.seconds[profile, at, to] if problem.flags[TIMED] else 0
    return problem.metres[profile, at, to], seconds


@inner_kernel
def drop_empty_trips(state, problem, v):
    """Take out the reload markers of vehicle v that no stop follows."""
    node = state.vehicle[v, FIRST]
    while node:
        x = state.node[node, NEXT]
        if state.node[node, DEPOT] >= 0 and (x == 0 or state.node[x, DEPOT] >= 0):
            unlink(problem, state, node)
        node = x


@inlined_kernel
def is_broken(problem, state, v):
    """Tell whether a route that lost stops breaks a limit.

    It may where the triangle rule does not hold, or where only stops that take goods on are left of a trip.
    """
    if problem.flags[LINEHAUL_FIRST]:
        is_first, x = True, state.vehicle[v, FIRST]
        while x:
            is_depot = state.node[x, DEPOT] >= 0
            if is_first and not is_depot and problem.stop[x, BACKHAUL]:
                return True
            is_first, x = is_depot, state.node[x, NEXT]
    kind, metres = state.vehicle[v, KIND], state.vehicle[v, METRES]
    return metres >= FAR or metres > problem.kind[kind, MAX_DISTANCE] or state.vehicle[v, SECONDS] > problem.kind[kind, MAX_DURATION]


@lean_kernel
def refresh(problem, state, v):
    """Recompute heads, loads, times, length and cost of vehicle v from its list.  O(length of the route).

    Writes `node` (HEAD), `times`, `room`, `vehicle`, `total` (NUM_USED).
    """
    node, room, vehicle = state.node, state.room, state.vehicle
    dims = room.shape[1]
    kind = vehicle[v, KIND]
    head = node.shape[0] + v
    for d in range(dims):
        room[head, d] = problem.capacity[kind, d]
    metres, size = 0, 0
    x = vehicle[v, FIRST]
    while x:
        if node[x, DEPOT] >= 0:
            head = x
            for d in range(dims):
                room[head, d] = problem.capacity[kind, d]
        else:
            size += 1
            for d in range(dims):
                room[head, d] -= state.demand[x, d]
        node[x, HEAD] = head
        metres += node[x, ARC_M]
        x = node[x, NEXT]
    state.total[NUM_USED] += min(1, size) - min(1, vehicle[v, SIZE])
    vehicle[v, SIZE] = size
    vehicle[v, METRES] = metres + vehicle[v, END_ARC_M]
    settle(problem, state, v)


@inlined_kernel
def settle(problem, state, v):
    """Recompute times and cost of vehicle v; its list, loads and length stand.

    O(1) without time and tolls, else O(length of the route). Writes `times`, `vehicle`.
    """
    vehicle = state.vehicle
    kind, size = vehicle[v, KIND], vehicle[v, SIZE]
    if size == 0:
        # An unused vehicle drives nothing, not even from its start to its end.
        vehicle[v, METRES], vehicle[v, END_ARC_M], vehicle[v, END_ARC_S] = 0, 0, 0
    if problem.flags[PICKUPS]:
        refresh_loads(problem, state, v)
    if problem.flags[RELEASES]:
        refresh_releases(problem, state, v)
    vehicle[v, SECONDS] = refresh_times(problem, state.node, state.times, state.release, vehicle, v) if problem.flags[TIMED] else 0
    toll = route_toll(problem, state.node, vehicle, v) if problem.flags[TOLLS] else 0
    vehicle[v, COST] = route_cost(problem, kind, size, vehicle[v, METRES], vehicle[v, SECONDS], toll)
    if problem.flags[ARRIVALS]:
        vehicle[v, WAITED] = route_arrivals(problem, state, v)
        vehicle[v, COST] += vehicle[v, WAITED]


@inner_kernel
def refresh_loads(problem, state, v):
    """Recompute, at every arc of vehicle v, the largest load of the trip up to it and from it on, and the load itself.

    Row x of `load` is of the arc into node x; that of the arc to the route's end is row `num_nodes + v`. The first R
    columns hold the largest load from the start of the trip, the next R that up to its end, the last R the load. With them
    a stop can be put anywhere in O(1): what it brings loads all arcs before, what it takes on all arcs behind.
    """
    node, load, dims = state.node, state.load, state.room.shape[1]
    last = node.shape[0] + v
    for d in range(dims):
        head, x = last, state.vehicle[v, FIRST]
        carried = problem.capacity[state.vehicle[v, KIND], d] - state.room[head, d]
        most = carried
        while x:
            load[x, d], load[x, 2 * dims + d] = most, carried
            if node[x, DEPOT] >= 0:
                carried = problem.capacity[state.vehicle[v, KIND], d] - state.room[x, d]
                most = carried
            else:
                carried += problem.pickup[x, d] - state.demand[x, d]
                most = max(most, carried)
            x = node[x, NEXT]
        load[last, d], load[last, 2 * dims + d] = most, carried
        x, most = state.vehicle[v, LAST], carried
        load[last, dims + d] = carried
        while x:
            if node[x, DEPOT] >= 0:
                # The trip before ended with all it took on: what the arc into this marker carries.
                carried, most = 0, 0
                p = node[x, PREV]
                while p and node[p, DEPOT] < 0:
                    carried += problem.pickup[p, d]
                    p = node[p, PREV]
                most = carried
            else:
                carried += state.demand[x, d] - problem.pickup[x, d]
                most = max(most, carried)
            load[x, dims + d] = most
            x = node[x, PREV]


@inner_kernel
def refresh_releases(problem, state, v):
    """Recompute the latest release of each trip of vehicle v."""
    head = state.node.shape[0] + v
    state.release[head] = 0
    x = state.vehicle[v, FIRST]
    while x:
        if state.node[x, DEPOT] >= 0:
            head = x
            state.release[head] = 0
        else:
            state.release[head] = max(state.release[head], problem.stop[x, RELEASE])
        x = state.node[x, NEXT]


@inlined_kernel
def release_of(problem, release, head):
    """Return the latest release in the trip with this head, 0 where there are none."""
    return release[head] if problem.flags[RELEASES] else 0


@inlined_kernel
def refresh_times(problem, node, times, release, vehicle, v):
    """Recompute the prefix and suffix triples of vehicle v; return the least duration of its route, `NEVER` if it is late."""
    kind = vehicle[v, KIND]
    duration, earliest, latest = start_times(problem, kind, release_of(problem, release, node.shape[0] + v))
    is_late = False
    x = vehicle[v, FIRST]
    while x:
        opens, closes, service = activity(problem, kind, x, node[x, DEPOT], release_of(problem, release, x))
        travel = node[x, ARC_S]
        is_late |= earliest + travel > closes
        latest = min(latest, closes - travel - duration)
        duration += travel + service
        earliest = max(earliest + travel, opens) + service
        times[x, FWD_D], times[x, FWD_E], times[x, FWD_L] = duration, earliest, latest
        x = node[x, NEXT]
    late = problem.kind[kind, LATE]
    travel = vehicle[v, END_ARC_S] if vehicle[v, FIRST] else 0
    latest = min(latest, late - travel - duration)
    is_late |= earliest + travel > late
    # Where arrivals cost the vehicle leaves as early as it can, else so that it waits least.
    leaves = problem.kind[kind, EARLY] if problem.flags[ARRIVALS] else latest
    total = NEVER if is_late else max(duration + travel, earliest + travel - leaves)
    duration, earliest, latest = 0, -NEVER, late
    x = vehicle[v, LAST]
    while x:
        opens, closes, service = activity(problem, kind, x, node[x, DEPOT], release_of(problem, release, x))
        # The node, then the way to what follows it, then the suffix from there on.
        earliest = max(opens + service + travel + duration, earliest)
        latest = min(closes, latest - travel - service)
        duration += service + travel
        times[x, BWD_D], times[x, BWD_E], times[x, BWD_L] = duration, earliest, latest
        travel = node[x, ARC_S]
        x = node[x, PREV]
    return total if vehicle[v, FIRST] else 0


@inlined_kernel
def arrival_cost(problem, node, begins):
    """Return what it costs that service starts at `begins`; nothing at node 0."""
    cost = problem.stop[node, ARRIVAL] * begins
    for after in range(NUM_STOP_COLUMNS, problem.stop.shape[1], 2):
        cost += problem.stop[node, after + 1] * max(0, begins - problem.stop[node, after])
    return cost


@inner_kernel
def route_arrivals(problem, state, v):
    """Return what the arrivals of vehicle v cost; its times stand."""
    kind, cost = state.vehicle[v, KIND], 0
    x = state.vehicle[v, FIRST]
    while x:
        if state.node[x, DEPOT] < 0:
            cost += arrival_cost(problem, x, state.times[x, FWD_E] - problem.service[kind, x])
        x = state.node[x, NEXT]
    return cost


@inlined_kernel
def fare(problem, profile, at, to):
    """Return the toll from one place to another; nothing on the way to an open end (-1)."""
    return problem.toll[profile, at, to] if problem.flags[TOLLS] and to >= 0 else 0


@inner_kernel
def route_toll(problem, node, vehicle, v):
    """Return the fares along the route of vehicle v."""
    kind = vehicle[v, KIND]
    table = problem.toll[problem.kind[kind, PROFILE]]
    at, toll = problem.kind[kind, START], 0
    x = vehicle[v, FIRST]
    while x:
        toll += table[at, node[x, PLACE]]
        at = node[x, PLACE]
        x = node[x, NEXT]
    end = problem.kind[kind, END]
    return toll + (table[at, end] if end >= 0 else 0)
