"""What any plan pays for its legs, as one graph: the ground on which the bounds of `routing_bound` stand.

Nodes are the stops, alternatives of one another as one node, and one depot into which every depot, start and end of every
vehicle is merged. A plan is then a set of cycles through the depot, its trips; each node lies on one of them or is left out
at its loss. A leg costs the least over all vehicle types that may drive it with this load and within these hours, so
what the graph charges is never above what the plan pays:

* per metre, per second of driving and of service at its end, toll: all are part of the cost of the route. A route may last
  longer than that, never shorter. The price of a second counts from loading on, as the first leg of a trip does here.
* a route pays its fixed cost once and has at most `max_trips` trips: the first leg of each trip carries its share.
* a route's cost is rounded to 1 / cost_scale; where prices are no multiples of that it may be rounded down by half of it,
  which the first leg of each trip gives back.
* a transfer loses its prize once for two stops: half of it each.

* what a stop's arrival costs where service starts there as soon as it can at all: it is paid on the leg that enters it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ..kernels.routing import arrays as col
from ..model.arrival_costs import cost_at
from .routing_bound_starts import from_depot, soonest_starts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..model.instance import Instance

    Floats = NDArray[np.float64]

MOST_NODES: Final = 2500
"""Above it the table of all legs takes too long."""
_MOST_CELLS: Final = 12_000_000
"""Of all tables of legs together: above it ways over several stops are not looked at."""
_HALF: Final = 0.5
_WHOLE: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """The graph; costs in steps of `cost_scale`, ``inf`` where no vehicle may go.

    Parameters
    ----------
    between : float64 array (n, n) or None
        Row: from, column: to; ``inf`` on the diagonal. None above `MOST_NODES`.
    out, back : float64 array (n,)
        From the depot to the first node of a trip; from its last node to the depot.
    drop : float64 array (n,)
        What is lost where the node is left out; a required stop counts with its internal prize.
    enter : float64 array (n,)
        The cheapest leg into the node, from wherever.
    per_load : float64 array (n, dimensions)
        What a trip that visits the node pays at least, over the capacity of its vehicle; 0 where it is not known.
    node : int64 array (stops,)
        Node of each stop.
    fewest_trips : int
        No plan that serves all required stops has fewer, for their loads.
    most_trips : int
        No plan has more.
    """

    between: Floats | None
    out: Floats
    back: Floats
    drop: Floats
    enter: Floats
    per_load: Floats
    node: NDArray[np.int64]
    fewest_trips: int
    most_trips: int

    @property
    def ceiling(self) -> float:
        """Return a number above every leg that stands for no way: a capped cost is still no more than what a plan pays."""
        tables = [self.out, self.back, self.enter, *([] if self.between is None else [self.between])]
        longest = max(float(table.max(where=np.isfinite(table), initial=1.0)) for table in tables)
        return 1000.0 * longest

    @property
    def num_nodes(self) -> int:
        """Stops, alternatives as one."""
        return len(self.out)

    def by_node(self, values: Floats) -> Floats:
        """Return the least value of the stops of each node."""
        return _least(values, self.node, self.num_nodes)


def arcs_of(instance: Instance) -> Arcs:
    """Return the graph of a problem with stops."""
    problem = instance.problem
    node, drop = _nodes(instance)
    row = {name: i for i, name in enumerate(problem.place_ids)}
    place = np.array([row[stop.place_id] for stop in problem.stops])
    num_stops, groups = len(place), _alike(instance)
    has_table = num_stops <= MOST_NODES
    between = np.full((num_stops, num_stops), np.inf) if has_table else None
    out, back, enter = (np.full(num_stops, np.inf) for _ in range(3))
    per_load = np.full((num_stops, instance.demand.shape[1]), np.inf)
    for kinds in groups:
        price = _Prices(instance, kinds, place)
        first, last = price.first_legs(), price.last_legs()
        out = np.minimum(out, (first + price.shares()[:, None]).min(axis=0))
        back = np.minimum(back, last)
        legs = price.legs() if has_table else None
        if legs is None or between is None:
            enter = np.minimum(enter, price.least_entries())
        else:
            np.minimum(between, legs, out=between)
        if legs is None or len(groups) * num_stops**2 > _MOST_CELLS:
            per_load[:] = 0.0
        else:
            way = from_depot(legs, first.min(axis=0)) + from_depot(legs.T, last)
            per_load = np.minimum(per_load, price.per_load(way))
    if problem.counts_arrivals:
        waits = _waits(instance)
        out, enter = out + waits, enter + waits
        between = None if between is None else between + waits
    enter = np.minimum(enter if between is None else between.min(axis=0, initial=np.inf), out)
    if between is not None:
        between = _merged(between, node, len(drop))
        np.fill_diagonal(between, np.inf)
    fewest, most = _trips(instance, node, drop)
    out, back, enter = (_least(values, node, len(drop)) for values in (out, back, enter))
    return Arcs(between, out, back, drop, enter, per_load, node, fewest, most)


def _waits(instance: Instance) -> Floats:
    """Return what the arrival at each stop costs at least, in whole steps."""
    problem = instance.problem
    few = len(problem.place_ids) <= MOST_NODES
    starts = soonest_starts(problem) if few else np.array([float(stop.window_s[0]) for stop in problem.stops])
    costs = [
        cost_at(stop.arrival_pieces, int(start_s)) if np.isfinite(start_s) else 0.0
        for stop, start_s in zip(problem.stops, starts, strict=True)
    ]
    waits: Floats = np.floor(np.array(costs) * problem.cost_scale * (1 - _WHOLE))
    return waits


def _least(values: Floats, node: NDArray[np.int64], num_nodes: int) -> Floats:
    least = np.full(num_nodes, np.inf)
    np.minimum.at(least, node, values)
    return least


def _nodes(instance: Instance) -> tuple[NDArray[np.int64], Floats]:
    """Return the node of each stop and the loss of each node."""
    arrays = instance.arrays
    partner = arrays.stop[1:, col.PARTNER]
    # Both ends of a transfer share a leader too, but each is visited.
    leader = np.where(partner > 0, np.arange(1, len(partner) + 1), arrays.stop[1:, col.LEADER])
    leaders, node = np.unique(leader, return_inverse=True)
    prize = arrays.stop[leaders, col.PRIZE].astype(float)
    return node.astype(np.int64), np.where(partner[leaders - 1] > 0, np.floor(prize / 2), prize)


def _merged(between: Floats, node: NDArray[np.int64], num_nodes: int) -> Floats:
    if num_nodes == len(node):
        return between
    rows = np.full((num_nodes, len(node)), np.inf)
    np.minimum.at(rows, node, between)
    merged = np.full((num_nodes, num_nodes), np.inf)
    np.minimum.at(merged.T, node, rows.T)
    return merged


def _alike(instance: Instance) -> list[list[int]]:
    """Return the vehicle types in groups that pay alike for legs."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, kind in enumerate(instance.problem.vehicle_types):
        groups.setdefault((kind.profile, kind.cost_per_m, kind.cost_per_s), []).append(number)
    return list(groups.values())


class _Prices:
    """Legs of vehicle types that pay alike; where they differ else, what any of them may do counts."""

    def __init__(self, instance: Instance, kinds: list[int], place: NDArray[np.int64]) -> None:
        self.instance, self.kinds, self.place = instance, kinds, place
        arrays = instance.arrays
        kind = instance.problem.vehicle_types[kinds[0]]
        scale = instance.problem.cost_scale
        self.per_m, self.per_s = kind.cost_per_m * scale, kind.cost_per_s * scale
        self.profile = int(arrays.kind[kinds[0], col.PROFILE])
        fits = (self.instance.demand[None, 1:] <= arrays.capacity[kinds][:, None]).all(axis=2)
        self.allowed = ((arrays.allowed[kinds, 1:] > 0) & fits).any(axis=0)
        self.service = arrays.service[kinds, 1:].min(axis=0).astype(float)
        self.is_timed = bool(arrays.flags[col.TIMED])

    def cost(self, here: NDArray[np.int64], there: NDArray[np.int64]) -> Floats:
        """Return the price of driving between places; ``inf`` where there is no path."""
        arrays, cell = self.instance.arrays, np.ix_(here, there)
        metres = arrays.metres[self.profile][cell]
        price: Floats = metres.astype(float) * self.per_m
        if self.per_s:
            price += self.per_s * arrays.seconds[self.profile][cell]
        if arrays.toll.shape[1]:
            price += arrays.toll[self.profile][cell]
        price[metres >= col.FAR] = np.inf
        return price

    def legs(self) -> Floats:
        """Return the price of every leg between stops, with service at its end."""
        arrays = self.instance.arrays
        table = self.cost(self.place, self.place)
        table += self.per_s * self.service
        table[~self.allowed] = np.inf
        table[:, ~self.allowed] = np.inf
        for dim in range(self.instance.demand.shape[1]):
            load, room = self.instance.demand[1:, dim], arrays.capacity[self.kinds, dim].max()
            if 2 * load.max(initial=0) > room:
                table[load[:, None] + load > room] = np.inf
        if self.is_timed and (arrays.stop[1:, col.CLOSE] < col.NEVER).any():
            seconds = arrays.seconds[self.profile][np.ix_(self.place, self.place)]
            soonest = arrays.stop[1:, col.OPEN] + self.service
            table[soonest[:, None] + seconds > arrays.stop[1:, col.CLOSE]] = np.inf
        np.fill_diagonal(table, np.inf)
        return table

    def first_legs(self) -> Floats:
        """Return for each type the price of each stop as the first of a trip, loading with it."""
        arrays, problem = self.instance.arrays, self.instance.problem
        rows = np.full((len(self.kinds), len(self.place)), np.inf)
        legs = self.cost(arrays.depot[:, 0], self.place) + self.per_s * self.service
        bits = 1 << np.arange(len(arrays.depot))
        fits = (arrays.stop[1:, col.DEPOTS] & bits[:, None]) > 0
        for row, number in zip(rows, self.kinds, strict=True):
            kind = arrays.kind[number]
            usable = (bits & kind[col.KIND_DEPOTS]) > 0
            if kind[col.HOME_DEPOT] >= 0:
                usable = np.arange(len(bits)) == kind[col.HOME_DEPOT]
            prices = np.where(fits & usable[:, None], legs, np.inf).min(axis=0, initial=np.inf)
            fits_alone = (arrays.allowed[number, 1:] > 0) & (self.instance.demand[1:] <= arrays.capacity[number]).all(axis=1)
            row[:] = np.where(fits_alone & self._in_time(number), prices + self.per_s * problem.vehicle_types[number].loading_s, np.inf)
        return rows

    def _in_time(self, number: int) -> NDArray[np.bool_]:
        """Tell which stops a vehicle can reach in time as the first of a trip, from whichever depot is the soonest."""
        arrays = self.instance.arrays
        if not self.is_timed:
            return np.ones(len(self.place), bool)
        row, depot = arrays.kind[number], arrays.depot
        leaves = np.maximum(row[col.EARLY], depot[:, 1]) + row[col.LOADING]
        arrives = (leaves[:, None] + arrays.seconds[self.profile][np.ix_(depot[:, 0], self.place)]).min(axis=0)
        in_time: NDArray[np.bool_] = arrives <= np.minimum(arrays.stop[1:, col.CLOSE], row[col.LATE])
        return in_time

    def shares(self) -> Floats:
        """Return for each type what a trip carries of the fixed cost of its route."""
        kinds, scale = self.instance.problem.vehicle_types, self.instance.problem.cost_scale
        is_home = self.instance.arrays.kind[self.kinds, col.HOME_DEPOT] >= 0
        trips = np.where(is_home, 1, [kinds[number].max_trips for number in self.kinds])
        fixed = np.array([kinds[number].fixed_cost * scale for number in self.kinds])
        shares: Floats = fixed / trips - [self._rounded_off(number) for number in self.kinds]
        return shares

    def per_load(self, way: Floats) -> Floats:
        """Return what a trip that visits each stop pays at least, over the capacity, where `way` is out and back."""
        arrays = self.instance.arrays
        best = np.full((len(self.place), arrays.capacity.shape[1]), np.inf)
        for number, share in zip(self.kinds, self.shares().tolist(), strict=True):
            trip = np.where(arrays.allowed[number, 1:] > 0, np.maximum(way + share, 0.0), np.inf)
            best = np.minimum(best, trip[:, None] / np.maximum(arrays.capacity[number], 1))
        return best

    def _rounded_off(self, number: int) -> float:
        """Return by how much rounding may lower the cost of a route."""
        kind, scale = self.instance.problem.vehicle_types[number], self.instance.problem.cost_scale
        prices = (kind.fixed_cost * scale, self.per_m, self.per_s)
        return 0.0 if all(abs(price - round(price)) <= _WHOLE * max(1.0, price) for price in prices) else _HALF

    def last_legs(self) -> Floats:
        """Return the price from each stop to where a trip may end."""
        arrays, problem = self.instance.arrays, self.instance.problem
        best = np.full(len(self.place), np.inf)
        ends: set[int] = set()
        for number in self.kinds:
            row = arrays.kind[number]
            if row[col.END] < 0:
                best[arrays.allowed[number, 1:] > 0] = 0.0
            else:
                ends.add(int(row[col.END]))
            if row[col.HOME_DEPOT] < 0 and problem.vehicle_types[number].max_trips > 1:
                ends.update(arrays.depot[:, 0].tolist())
        if ends:
            prices = self.cost(self.place, np.array(sorted(ends))).min(axis=1)
            best = np.minimum(best, np.where(self.allowed, prices, np.inf))
        return best

    def least_entries(self) -> Floats:
        """Return the price of the cheapest leg from another stop into each, a block of stops at a time."""
        best = np.full(len(self.place), np.inf)
        sources = np.flatnonzero(self.allowed)
        for start in range(0, len(self.place), 256):
            block = np.arange(start, min(start + 256, len(self.place)))
            price = self.cost(self.place[sources], self.place[block])
            price[sources[:, None] == block] = np.inf
            best[block] = price.min(axis=0, initial=np.inf)
        return np.where(self.allowed, best + self.per_s * self.service, np.inf)


def _trips(instance: Instance, node: NDArray[np.int64], drop: Floats) -> tuple[int, int]:
    """Return the least and the largest number of trips."""
    arrays, problem = instance.arrays, instance.problem
    one_trip = arrays.kind[:, col.HOME_DEPOT] >= 0
    each = np.array([1 if home else kind.max_trips for home, kind in zip(one_trip, problem.vehicle_types, strict=True)])
    trips = arrays.kind[:, col.COUNT] * np.minimum(each, len(node))
    most = int(min(trips.sum(), len(drop)))
    required = np.array([stop.prize is None for stop in problem.stops])
    loads = [instance.demand[1:]]
    if len(arrays.pickup) > 1:
        transfers = arrays.stop[1:, col.PARTNER] > 0
        loads.append(np.where(transfers[:, None], 0, arrays.pickup[1:]))
    fewest = int(required.any())
    for load in loads:
        for dim in range(load.shape[1]):
            least = np.full(len(drop), np.iinfo(np.int64).max)
            np.minimum.at(least, node, load[:, dim])
            needed = np.zeros(len(drop), bool)
            needed[node] = required
            order = np.argsort(-arrays.capacity[:, dim], kind="stable")
            fewest = max(fewest, _fewest(int(least[needed].sum()), arrays.capacity[order, dim], trips[order]))
    return min(fewest, most), most


def _fewest(load: int, rooms: NDArray[np.int64], trips: NDArray[np.int64]) -> int:
    """Return how many trips carry a load, the largest vehicles first."""
    used = 0
    for room, most in zip(rooms.tolist(), trips.tolist(), strict=True):
        if load <= 0:
            break
        taken = min(most, -(-load // room)) if room > 0 else 0
        used, load = used + taken, load - taken * room
    return used
