"""The arrays the routing kernels work on: few and wide, so that a call costs little and a node is one cache line.

Nodes: 0 is the end of every route, 1..n the stops, then reload markers (max_trips of them for every vehicle that
may load more than once). A *segment* is one trip: its head is a marker, or `num_nodes + v` where vehicle v loads at
its start. Times are concatenable triples (D, E, L): duration without waiting, earliest completion, latest start
(Vidal et al. 2014, section 4.3); a segment started at t <= L is completed at max(t + D, E).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FAR: Final = 1 << 29
"""Distance or duration of a pair without path: above every limit, and 2**30 of them do not overflow int64."""
NEVER: Final = 1 << 50
"""A time that never comes."""
TOO_LATE: Final = np.int64(1 << 51)
"""A time behind every limit, also behind one of `NEVER`."""
IMPOSSIBLE: Final = 1 << 62
"""The cost of an insertion that is not allowed: above every prize."""

# Arguments of kernels are typed numbers: for a literal numba would compile the callee, and all it calls, once more.
ZERO: Final = np.int64(0)
ONE: Final = np.int64(1)
ROUTE_END: Final = ZERO
"""The node before the first and behind the last of a route."""
NO_STOP: Final = ZERO
NO_DEPOT: Final = np.int64(-1)
"""No reload on the way."""

# Columns of `RoutingArrays.stop`.
OPEN: Final = 0
CLOSE: Final = 1
PRIZE: Final = 2
DEPOTS: Final = 3
RELEASE: Final = 4
LEADER: Final = 5  # stands in the bank for a group of alternatives or a transfer: its first stop; else the stop itself
NEXT_MEMBER: Final = 6  # the group as a ring
BACKHAUL: Final = 7
PARTNER: Final = 8  # the other stop of a transfer, 0 without one; the leader takes on what the partner receives
ARRIVAL: Final = 9  # cost of each second until service starts, at first
NEXT_PART: Final = 10  # the nodes of a stop that may be split, as a ring; 0 where it may not
MIN_DROP: Final = 11  # the least that a visit brings of it
NUM_STOP_COLUMNS: Final = 12
# Behind them pairs, as many as any stop has: from which second on the start of service costs more, and by how much a second.

# Columns of `RoutingArrays.kind` (one row a vehicle type).
PROFILE: Final = 0
START: Final = 1
END: Final = 2
FIXED: Final = 3
PER_M: Final = 4
PER_S: Final = 5
LOADING: Final = 6
EARLY: Final = 7
LATE: Final = 8
MAX_DURATION: Final = 9
MAX_DISTANCE: Final = 10
HOME_DEPOT: Final = 11
KIND_DEPOTS: Final = 12
FIRST_VEHICLE: Final = 13
COUNT: Final = 14
NUM_KIND_COLUMNS: Final = 15

# Columns of `RoutingState.node`.
NEXT: Final = 0
PREV: Final = 1
SLOT: Final = 2
HEAD: Final = 3
PLACE: Final = 4
ARC_M: Final = 5
ARC_S: Final = 6
DEPOT: Final = 7
NUM_NODE_COLUMNS: Final = 8

# Columns of `RoutingState.times`: prefix up to and with the node, suffix from the node on.
FWD_D: Final = 0
FWD_E: Final = 1
FWD_L: Final = 2
BWD_D: Final = 3
BWD_E: Final = 4
BWD_L: Final = 5

# Columns of `RoutingState.vehicle`.
FIRST: Final = 0
LAST: Final = 1
SIZE: Final = 2
KIND: Final = 3
END_ARC_M: Final = 4
END_ARC_S: Final = 5
METRES: Final = 6
SECONDS: Final = 7
COST: Final = 8
MARKER: Final = 9
NUM_MARKERS: Final = 10
WAITED: Final = 11  # what the arrivals of its route cost
NUM_VEHICLE_COLUMNS: Final = 12

# Entries of `RoutingState.total`.
CURRENT: Final = 0
BEST: Final = 1
NUM_BANK: Final = 2
ACCEPTED: Final = 3
STAMP: Final = 4
NUM_USED: Final = 5
LOOKS: Final = 6  # searches for the place of a transfer
NUM_TOTALS: Final = 7

# Columns of `Scratch.part`.
PART_VEHICLE: Final = 0
PART_BEHIND: Final = 1
PART_ROOM: Final = 2
PART_COST: Final = 3
PART_GROWS: Final = 4  # the visit of the same stop that brings this part too, 0 for a new one
PART_AMOUNT: Final = 5
NUM_PART_COLUMNS: Final = 6
MOST_PARTS: Final = 24

# Entries of `RoutingArrays.flags`: features that cost time only where they are used.
TIMED: Final = 0
TOLLS: Final = 1
OPTIONAL: Final = 2
MANY_DEPOTS: Final = 3
SWAPS: Final = 4
PICKUPS: Final = 5
LINEHAUL_FIRST: Final = 6
RELEASES: Final = 7
NUM_REQUESTS: Final = 8  # no feature, but how many stops, groups of alternatives and transfers there are
PAIRS: Final = 9
ARRIVALS: Final = 10
LARGEST_LOAD: Final = 11  # no feature: the largest capacity where stops may be split, else 0
NUM_FLAGS: Final = 12


class RoutingArrays(NamedTuple):
    """A routing problem as arrays; read-only. L places, n stops, T vehicle types, P profiles, R dimensions.

    The transposed tables serve look-ups *into* a place from a row that is already in the cache.
    """

    metres: NDArray[np.int32]  # (P, L, L)
    metres_t: NDArray[np.int32]  # (P, L, L)
    seconds: NDArray[np.int32]  # (P, L, L); (P, 1, 1) where time plays no part
    seconds_t: NDArray[np.int32]
    toll: NDArray[np.int64]  # (P, L, L) or (P, 0, 0)
    stop: NDArray[np.int64]  # (n + 1, NUM_STOP_COLUMNS and pairs)
    pickup: NDArray[np.int64]  # (n + 1, R): taken on, negative where a transfer is received; one row where nothing is
    service: NDArray[np.int64]  # (T, n + 1)
    allowed: NDArray[np.uint8]  # (T, n + 1)
    kind: NDArray[np.int64]  # (T, NUM_KIND_COLUMNS)
    capacity: NDArray[np.int64]  # (T, R)
    swaps: NDArray[np.uint8]  # (T, T): whether vehicles of two types can take over each other's routes
    depot: NDArray[np.int64]  # (number of depots, 3): place, open, close
    near: NDArray[np.int32]  # (n + 1, K)
    flags: NDArray[np.int64]  # (NUM_FLAGS,), see TIMED and what follows


class RoutingState(NamedTuple):
    """One solution and what is kept up with it; written by the kernels."""

    node: NDArray[np.int64]  # (num_nodes, NUM_NODE_COLUMNS)
    times: NDArray[np.int64]  # (num_nodes, 6) or (1, 6)
    vehicle: NDArray[np.int64]  # (V, NUM_VEHICLE_COLUMNS)
    demand: NDArray[np.int64]  # (n + 1, R): brought from the depot; it changes where a stop may be split, see `split`
    room: NDArray[np.int64]  # (num_nodes + V + 1, R): free capacity by segment head; -1 in the last row, of no trip
    load: NDArray[np.int64]  # (num_nodes + V, 3 R), one row without pickups: see `refresh_loads`
    release: NDArray[np.int64]  # (num_nodes + V,), one entry without releases: latest release of a trip, by its head
    bank: NDArray[np.int64]  # (n + 1, 3): the unserved stops; where each stop stands in that list, -1 if served; its demand then
    total: NDArray[np.int64]  # (NUM_TOTALS,)
    rng: NDArray[np.uint64]  # (1,)


class Scratch(NamedTuple):
    """Working memory of one search, so that kernels allocate nothing."""

    absent: NDArray[np.int64]  # (n + 1,)
    key: NDArray[np.float64]  # (n + 1,)
    mark: NDArray[np.int64]  # (V, 3): stamp of journal entry, stamp of ruin, last look for the place of a transfer
    journal: NDArray[np.int64]  # (num_nodes, 4): node, ARC_M, ARC_S, DEPOT; a fifth, the demand, where stops may be split
    journal_vehicle: NDArray[np.int64]  # (V, 4): vehicle, end of its rows, END_ARC_M, END_ARC_S
    nearby: NDArray[np.int64]  # (K + 1,): near stops whose trip has room
    hint: NDArray[np.int64]  # (T,): no vehicle of the type below this one is empty
    part: NDArray[np.int64]  # (MOST_PARTS, NUM_PART_COLUMNS): where parts of a stop could go


class BestCopy(NamedTuple):
    """The best solution met so far."""

    node: NDArray[np.int64]
    vehicle: NDArray[np.int64]
    bank: NDArray[np.int64]
    demand: NDArray[np.int64]
    total: NDArray[np.int64]
