"""From a routing problem to the arrays the engine works on, and back to ids. All rounding happens here, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import IssueLog
from ..kernels.routing import arrays as col
from .arrival_costs import slope_rows
from .neighbours import nearest_stops
from .parts import parts_of
from .plane import PlaneTravel
from .required_prize import required_prize
from .rounding import scaled
from .stop_counts import with_stop_counts
from .travel import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from .routing import RoutingProblem, Stop, VehicleType

MAX_DEPOTS: Final = 62
NEAREST_KEPT: Final = 100

TripIds = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """A routing problem as arrays, with what leads back to its ids.

    Parameters
    ----------
    problem : RoutingProblem
        With a stop for every possible visit.
    arrays : RoutingArrays
    demand : int64 array, shape (n + 1, R)
        What each stop, or part of one, is brought at first.
    vehicle_kind : int64 array, shape (V,)
        Type of each vehicle row.
    num_markers : int64 array, shape (V,)
        Reload markers of each vehicle row.
    required_prize : int
        Scaled cost of leaving a required stop out: more than any plan that serves it.
    asked : RoutingProblem
        The problem as it was asked.
    whole : int64 array, shape (n,)
        Which stop of it each stop here is, or is a part of.
    """

    problem: RoutingProblem
    arrays: col.RoutingArrays
    demand: NDArray[np.int64]
    vehicle_kind: NDArray[np.int64]
    num_markers: NDArray[np.int64]
    required_prize: int
    asked: RoutingProblem
    whole: NDArray[np.int64]

    @property
    def num_nodes(self) -> int:
        """Route end, stops and markers."""
        return len(self.problem.stops) + 1 + int(self.num_markers.sum())

    def new_state(self, rng: NDArray[np.uint64]) -> col.RoutingState:
        """Return a state with all vehicles empty and all stops unserved."""
        num_stops, num_vehicles = len(self.problem.stops), len(self.vehicle_kind)
        node = np.zeros((self.num_nodes, col.NUM_NODE_COLUMNS), np.int64)
        node[:, col.SLOT] = node[:, col.DEPOT] = -1
        place_row = {name: row for row, name in enumerate(self.problem.place_ids)}
        node[1 : num_stops + 1, col.PLACE] = [place_row[stop.place_id] for stop in self.problem.stops]
        vehicle = np.zeros((num_vehicles, col.NUM_VEHICLE_COLUMNS), np.int64)
        vehicle[:, col.KIND] = self.vehicle_kind
        vehicle[:, col.NUM_MARKERS] = self.num_markers
        vehicle[:, col.MARKER] = num_stops + 1 + np.cumsum(self.num_markers) - self.num_markers
        leaders = np.unique(self.arrays.stop[1:, col.LEADER])
        in_use = (self.arrays.stop[leaders, col.NEXT_PART] == 0) | (self.demand[leaders, 0] > 0)
        leaders = leaders[in_use]
        bank = np.full((num_stops + 1, 3), -1, np.int64)
        bank[: len(leaders), 0] = leaders
        bank[:, 2] = self.demand[:, 0]
        bank[leaders, 1] = np.arange(len(leaders))
        total = np.zeros(col.NUM_TOTALS, np.int64)
        total[col.NUM_BANK], total[col.CURRENT] = len(leaders), self.arrays.stop[leaders, col.PRIZE].sum()
        flags, heads, dims = self.arrays.flags, self.num_nodes + num_vehicles, self.demand.shape[1]
        times = np.zeros((self.num_nodes if flags[col.TIMED] else 1, 6), np.int64)
        load = np.zeros((heads if flags[col.PICKUPS] else 1, 3 * dims), np.int64)
        release = np.zeros(heads if flags[col.RELEASES] else 1, np.int64)
        room = np.full((heads + 1, dims), -1, np.int64)
        room[self.num_nodes : -1] = self.arrays.capacity[self.vehicle_kind]
        node[:, col.HEAD] = len(room) - 1
        return col.RoutingState(node, times, vehicle, self.demand.copy(), room, load, release, bank, total, rng)

    def new_best(self, state: col.RoutingState) -> col.BestCopy:
        """Return memory for the best solution, with that of `state` in it."""
        return col.BestCopy(state.node.copy(), state.vehicle.copy(), state.bank.copy(), state.demand.copy(), state.total.copy())

    def new_scratch(self) -> col.Scratch:
        """Return working memory for one search."""
        num_stops, num_vehicles = len(self.problem.stops), len(self.vehicle_kind)
        return col.Scratch(
            absent=np.zeros(num_stops + 1, np.int64),
            key=np.zeros(num_stops + 1),
            mark=np.zeros((num_vehicles, 3), np.int64),
            journal=np.zeros((self.num_nodes, 4 + self.asked.may_split), np.int64),
            journal_vehicle=np.zeros((num_vehicles, 4), np.int64),
            nearby=np.zeros(self.arrays.near.shape[1] + 1, np.int64),
            hint=self.arrays.kind[:, col.FIRST_VEHICLE].copy(),
            part=np.zeros((col.MOST_PARTS, col.NUM_PART_COLUMNS), np.int64),
        )

    def decode(self, best: col.BestCopy) -> tuple[list[tuple[int, int, list[TripIds]]], list[str]]:
        """Return the routes of a solution as (type row, number in type, trips) and the unserved stops."""
        problem = self.asked
        routes: list[tuple[int, int, list[TripIds]]] = []
        for row, kind in enumerate(self.vehicle_kind):
            if not best.vehicle[row, col.SIZE]:
                continue
            home = int(self.arrays.kind[kind, col.HOME_DEPOT])
            trips: list[tuple[int, list[str]]] = [(home, [])] if home >= 0 else []
            for node in _nodes(best, row):
                depot = int(best.node[node, col.DEPOT])
                if depot >= 0:
                    trips.append((depot, []))
                else:
                    trips[-1][1].append(problem.stops[self.whole[node - 1]].id)
            number = row - int(self.arrays.kind[kind, col.FIRST_VEHICLE])
            routes.append((int(kind), number, [(problem.depots[depot].id, tuple(stops)) for depot, stops in trips]))
        banked = best.bank[: best.total[col.NUM_BANK], 0]
        unserved = np.unique(self.whole[np.isin(self.arrays.stop[1:, col.LEADER], banked)])
        return routes, [problem.stops[row].id for row in unserved]

    def windows(self, best: col.BestCopy) -> list[list[tuple[int, int | None]]]:
        """Return the window in which each visit of each route of a solution falls, in the order of `decode`."""
        return [[self.problem.stops[node - 1].window_s for node in nodes] for nodes in _visits(best)]

    def brought(self, best: col.BestCopy) -> list[list[int]]:
        """Return what each visit of each route of a solution brings, in the order of `decode`."""
        return [[int(best.demand[node, 0]) for node in nodes] for nodes in _visits(best)]


def encode(problem: RoutingProblem, *, visits: Mapping[str, int] | None = None) -> Instance:
    """Turn a problem into arrays; `visits` says how many a stop that may be split can have at least.

    Raises
    ------
    InputError
        Where numbers do not fit the engine or nothing could ever serve a required stop's demand.
    """
    log = IssueLog()
    _check_sizes(log, problem)
    log.raise_if_any()
    # Coordinates become tables here, once.
    tables = {name: travel.block(range(travel.num_places)) for name, travel in problem.matrices.items() if isinstance(travel, PlaneTravel)}
    asked = problem.replace(matrices={**problem.matrices, **tables}) if tables else problem
    parts = parts_of(asked, visits=visits)
    problem = parts.problem
    kinds = problem.vehicle_types
    counts = [min(kind.count, max(1, len(problem.stops))) for kind in kinds]
    metres, seconds, toll = _tables(problem)
    kind_rows = _kind_rows(problem, counts)
    vehicle_kind = np.repeat(np.arange(len(kinds)), counts)
    markers = np.array(
        [0 if kind_rows[k, col.HOME_DEPOT] >= 0 else min(kinds[k].max_trips, max(1, len(problem.stops))) for k in vehicle_kind], np.int64
    )
    stop_rows = _stop_rows(problem)
    stop_rows[1:, col.NEXT_PART] = parts.ring
    timed = int(_is_timed(problem))
    allowed, service = _kind_by_stop(problem)
    ceiling = required_prize(problem, metres, seconds if timed else None, kind_rows, stop_rows, toll, service)
    stop_rows[1:, col.PRIZE] = [ceiling if stop.prize is None else stop.prize * problem.cost_scale for stop in problem.stops]
    if not timed:
        seconds = np.zeros((len(metres), 1, 1), np.int32)
    demand = np.zeros((len(problem.stops) + 1, len(problem.dimensions)), np.int64)
    demand[1:] = np.array([stop.demand for stop in problem.stops], np.int64).reshape(len(problem.stops), -1)
    drops = np.array([row for row, stop in enumerate(problem.stops, start=1) if stop.taken_from is not None], np.int64)
    sources = stop_rows[drops, col.PARTNER]
    allowed[:, sources] &= allowed[:, drops]
    allowed[:, drops] = allowed[:, sources]
    allowed[_never_loads(problem, kind_rows)] = 0
    swaps = _interchangeable(kind_rows, service)
    depot_places = [problem.place_ids.index(depot.place_id) for depot in problem.depots]
    has_pickups = len(drops) > 0 or any(any(stop.pickup) for stop in problem.stops)
    pickup = np.zeros((len(problem.stops) + 1 if has_pickups else 1, demand.shape[1]), np.int64)
    if has_pickups:
        pickup[1:] = [stop.pickup or (0,) * demand.shape[1] for stop in problem.stops]
        # What a transfer brings does not come from the depot: it leaves the load that was taken on.
        pickup[drops] = -demand[drops]
        demand[drops] = 0
        swaps[:] = 0  # loads up to and from each arc are kept for the vehicle that drives
    demand, pickup, capacity = with_stop_counts(kinds, demand, pickup, np.array([kind.capacity for kind in kinds], np.int64))
    depots = [
        (place, x.open_s, col.NEVER if x.close_s is None else x.close_s) for place, x in zip(depot_places, problem.depots, strict=True)
    ]
    arrays = col.RoutingArrays(
        metres=metres,
        metres_t=_transposed(metres),
        seconds=seconds,
        seconds_t=_transposed(seconds),
        toll=toll,
        stop=stop_rows,
        pickup=pickup,
        service=service,
        allowed=allowed,
        kind=kind_rows,
        capacity=capacity,
        swaps=swaps,
        depot=np.array(depots, np.int64),
        near=nearest_stops(problem, stop_rows, allowed, keep=NEAREST_KEPT * len(problem.stops) // max(1, len(asked.stops))),
        flags=_flags(asked, stop_rows, timed=timed, tolls=toll.shape[1] > 0, pickups=has_pickups, swaps=bool(swaps.any())),
    )
    for array in arrays:
        array.setflags(write=False)
    demand.setflags(write=False)
    return Instance(problem, arrays, demand, vehicle_kind.astype(np.int64), markers, ceiling, asked, parts.whole)


def _visits(best: col.BestCopy) -> Iterator[list[int]]:
    """Yield the nodes of the stops of each used vehicle, in the order of visiting."""
    for row in np.flatnonzero(best.vehicle[:, col.SIZE]).tolist():
        yield [node for node in _nodes(best, row) if best.node[node, col.DEPOT] < 0]


def _nodes(best: col.BestCopy, vehicle: int) -> Iterator[int]:
    """Yield the nodes of a route from its first to its last."""
    node = int(best.vehicle[vehicle, col.FIRST])
    while node:
        yield node
        node = int(best.node[node, col.NEXT])


def service_s(stop: Stop, kind: VehicleType) -> int:
    """Return the service seconds of a stop for a vehicle type, rounded up."""
    load = (stop.demand[0] + (stop.pickup[0] if stop.pickup else 0)) * kind.service_s_per_unit
    return stop.service_s + int(-(-round(load * 1000) // 1000))


def home_depot(problem: RoutingProblem, kind: VehicleType) -> int:
    """Return the depot row a type loads at before it leaves its start, -1 where it drives to a depot first."""
    at_start = [row for row, x in enumerate(problem.depots) if x.place_id == kind.start_id and (kind.depots is None or x.id in kind.depots)]
    return at_start[0] if kind.max_trips == 1 and len(at_start) == 1 else -1


def _is_timed(problem: RoutingProblem) -> bool:
    clocks = [
        *(x.window_s for x in problem.stops),
        *((x.open_s, x.close_s) for x in problem.depots),
        *(x.shift_s for x in problem.vehicle_types),
    ]
    limited = any(x.max_duration_s is not None or x.cost_per_s > 0 for x in problem.vehicle_types)
    limited |= problem.starts_early or any(stop.release_s > 0 for stop in problem.stops)
    return limited or any(opens > 0 or closes is not None for opens, closes in clocks)


def _flags(
    problem: RoutingProblem, stop_rows: NDArray[np.int64], *, timed: int, tolls: bool, pickups: bool, swaps: bool
) -> NDArray[np.int64]:
    flags = np.zeros(col.NUM_FLAGS, np.int64)
    flags[col.TIMED], flags[col.TOLLS], flags[col.PICKUPS], flags[col.SWAPS] = timed, tolls, pickups, swaps
    flags[col.OPTIONAL] = any(stop.prize is not None for stop in problem.stops)
    flags[col.MANY_DEPOTS] = len(problem.depots) > 1
    flags[col.ARRIVALS] = problem.starts_early
    flags[col.PAIRS] = bool((stop_rows[:, col.PARTNER] > 0).any())
    flags[col.LINEHAUL_FIRST] = problem.linehaul_first
    flags[col.RELEASES] = any(stop.release_s > 0 for stop in problem.stops)
    flags[col.NUM_REQUESTS] = len(np.unique(stop_rows[1 : len(problem.stops) + 1, col.LEADER]))
    flags[col.LARGEST_LOAD] = max(kind.capacity[0] for kind in problem.vehicle_types) if problem.may_split else 0
    return flags


def _check_sizes(log: IssueLog, problem: RoutingProblem) -> None:
    if len(problem.depots) > MAX_DEPOTS:
        log.add("routing problem", f"{len(problem.depots)} depots", f"give at most {MAX_DEPOTS}")
    for name, matrix in problem.matrices.items():
        for what, table in (("duration_s", matrix.duration_s), ("distance_m", matrix.distance_m)):
            if table.size and int(table.max()) >= col.FAR:
                log.add(
                    f"travel matrix '{name}'",
                    f"{what} reaches {int(table.max())}",
                    f"stay below {col.FAR}; mark pairs without path with {UNREACHABLE}",
                )
            if np.any(np.diagonal(table) != 0):
                log.add(f"travel matrix '{name}'", f"{what} from a place to itself is not 0", "put 0 on the diagonal")


def _tables(problem: RoutingProblem) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    matrices = list(problem.matrices.values())
    far = [np.where(m.distance_m == UNREACHABLE, col.FAR, m.distance_m).astype(np.int32) for m in matrices]
    late = (
        far
        if all(m.duration_s is m.distance_m for m in matrices)
        else [np.where(m.duration_s == UNREACHABLE, col.FAR, m.duration_s).astype(np.int32) for m in matrices]
    )
    metres = np.ascontiguousarray(np.stack(far))
    seconds = metres if late is far else np.ascontiguousarray(np.stack(late))
    if all(m.toll_idr is None or not m.toll_idr.any() for m in matrices):
        return metres, seconds, np.zeros((len(matrices), 0, 0), np.int64)
    fares = [np.zeros_like(m.distance_m) if m.toll_idr is None else np.maximum(m.toll_idr, 0) for m in matrices]
    return metres, seconds, np.stack(fares).astype(np.int64) * problem.cost_scale


def _transposed(tables: NDArray[np.int32]) -> NDArray[np.int32]:
    flipped = tables.transpose(0, 2, 1)
    # A symmetric table is its own transpose: one copy keeps the cache warm.
    return tables if np.array_equal(flipped, tables) else np.ascontiguousarray(flipped)


def _kind_rows(problem: RoutingProblem, counts: list[int]) -> NDArray[np.int64]:
    profiles = {name: row for row, name in enumerate(problem.matrices)}
    places = {name: row for row, name in enumerate(problem.place_ids)}
    rows = np.zeros((len(problem.vehicle_types), col.NUM_KIND_COLUMNS), np.int64)
    first = 0
    for row, kind, count in zip(rows, problem.vehicle_types, counts, strict=True):
        row[col.PROFILE] = profiles[kind.profile]
        row[col.START] = places[kind.start_id]
        row[col.END] = -1 if kind.end_id is None else places[kind.end_id]
        for column, name in ((col.FIXED, "fixed_cost"), (col.PER_M, "cost_per_m"), (col.PER_S, "cost_per_s")):
            row[column] = scaled(getattr(kind, name), problem.cost_scale, f"vehicle type '{kind.id}': {name}")
        row[col.LOADING] = kind.loading_s
        row[col.EARLY] = kind.shift_s[0]
        row[col.LATE] = col.NEVER if kind.shift_s[1] is None else kind.shift_s[1]
        row[col.MAX_DURATION] = col.NEVER - 1 if kind.max_duration_s is None else kind.max_duration_s
        row[col.MAX_DISTANCE] = col.NEVER if kind.max_distance_m is None else kind.max_distance_m
        row[col.HOME_DEPOT] = home_depot(problem, kind)
        row[col.KIND_DEPOTS] = sum(1 << i for i, depot in enumerate(problem.depots) if kind.depots is None or depot.id in kind.depots)
        row[col.FIRST_VEHICLE] = first
        row[col.COUNT] = count
        first += count
    return rows


def _stop_rows(problem: RoutingProblem) -> NDArray[np.int64]:
    slopes = slope_rows([stop.arrival_pieces for stop in problem.stops], lambda row, per_s: _arrival(problem, row, per_s))
    rows = np.zeros((len(problem.stops) + 1, col.NUM_STOP_COLUMNS - 1 + slopes.shape[1]), np.int64)
    rows[1:, col.ARRIVAL], rows[1:, col.NUM_STOP_COLUMNS :] = slopes[:, 0], slopes[:, 1:]
    groups: dict[str, list[int]] = {}
    depot_bit = {depot.id: 1 << i for i, depot in enumerate(problem.depots)}
    every = sum(depot_bit.values())
    for number, (row, stop) in enumerate(zip(rows[1:], problem.stops, strict=True), start=1):
        row[col.LEADER] = row[col.NEXT_MEMBER] = number
        if stop.group is not None:
            groups.setdefault(stop.group, []).append(number)
        row[col.RELEASE], row[col.BACKHAUL] = stop.release_s, stop.is_backhaul
        opens, closes = stop.window_s
        row[col.OPEN] = opens
        row[col.CLOSE] = col.NEVER if closes is None else closes
        row[col.DEPOTS] = every if stop.depots is None else sum(depot_bit[name] for name in stop.depots)
        row[col.MIN_DROP] = stop.min_drop or 0
    number_of = {stop.id: number for number, stop in enumerate(problem.stops, start=1)}
    for number, stop in enumerate(problem.stops, start=1):
        if stop.taken_from is not None:
            source = number_of[stop.taken_from]
            rows[number, col.LEADER] = rows[number, col.PARTNER] = source
            rows[source, col.PARTNER] = number
            rows[[source, number], col.DEPOTS] = rows[source, col.DEPOTS] & rows[number, col.DEPOTS]
    for members in groups.values():
        rows[members, col.LEADER] = members[0]
        rows[members, col.NEXT_MEMBER] = [*members[1:], members[0]]
    return rows


def _kind_by_stop(problem: RoutingProblem) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    shape = (len(problem.vehicle_types), len(problem.stops) + 1)
    allowed, service = np.zeros(shape, np.uint8), np.zeros(shape, np.int64)
    for k, kind in enumerate(problem.vehicle_types):
        allowed[k, 1:] = [stop.vehicle_types is None or kind.id in stop.vehicle_types for stop in problem.stops]
        service[k, 1:] = [service_s(stop, kind) for stop in problem.stops]
    return allowed, service


def _interchangeable(kinds: NDArray[np.int64], service: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Tell which types differ in load, length and price only, and so can take over each other's routes."""
    alike = [col.PROFILE, col.START, col.END, col.LOADING, col.EARLY, col.LATE, col.MAX_DURATION, col.HOME_DEPOT]
    same = (kinds[:, None, alike] == kinds[None, :, alike]).all(axis=2) & (service[:, None] == service[None]).all(axis=2)
    one_trip = kinds[:, col.HOME_DEPOT] >= 0
    swaps: NDArray[np.bool_] = same & one_trip[:, None] & ~np.eye(len(kinds), dtype=bool)
    return swaps.astype(np.uint8)


def _never_loads(problem: RoutingProblem, kinds: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which vehicle types start at a depot that is closed when their shift begins, and never opens again."""
    closes = np.array([col.NEVER if depot.close_s is None else depot.close_s for depot in problem.depots])
    opens = np.array([depot.open_s for depot in problem.depots])
    home = kinds[:, col.HOME_DEPOT]
    closed: NDArray[np.bool_] = np.maximum(kinds[:, col.EARLY], opens[home]) > closes[home]
    return closed & (home >= 0)


def _arrival(problem: RoutingProblem, row: int, per_s: float) -> int:
    return scaled(per_s, problem.cost_scale, f"stop '{problem.stops[row].id}': arrival_cost_per_s")
