"""The routing question: stops, depots, unlike vehicles and what travel costs."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..errors import IssueLog, UnknownReferenceError
from .arrival_costs import check_pieces
from .checks import check_window, check_windows, is_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .arrival_costs import Pieces
    from .plane import PlaneTravel
    from .travel import TravelMatrix


@dataclass(frozen=True, slots=True)
class Depot:
    """Where vehicles load.

    Parameters
    ----------
    id : str
    place_id : str
        Row of the travel matrices.
    open_s : int
        Loading cannot start before.
    close_s : int or None
        Loading cannot start after.
    """

    id: str
    place_id: str
    open_s: int = 0
    close_s: int | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit that brings goods, takes goods on, or both.

    Parameters
    ----------
    id, place_id : str
    demand : tuple of int
        Brought from the depot; one entry a capacity dimension.
    window_s : (int, int or None)
        Service must start within it.
    service_s : int
        Service time, added to what the vehicle type counts by load.
    prize : int or None
        Cost of leaving the stop out; ``None`` means that it must be served.
    vehicle_types : frozenset of str or None
        Types that may serve it.
    depots : frozenset of str or None
        Depots its goods may come from.
    pickup : tuple of int
        Taken on here and brought to the end of the trip; one entry a capacity dimension, none for nothing.
    release_s : int
        Its goods can be loaded from then on.
    group : str or None
        Of the stops of one group exactly one is served: alternatives. All of them have the same prize.
    taken_from : str or None
        The stop where its goods are taken on: a transfer. Both are served in one trip, that stop first, or neither; its
        `pickup` is this stop's `demand`, and both have the same prize, which is lost once.
    arrival_cost_per_s : float
        Cost of each second until service starts, in the unit of the objective: the urgency of the stop. Where any stop has
        one, every vehicle leaves as early as it can.
    later_arrival_costs : tuple of (after_s, cost_per_s)
        From which second on each further second costs how much instead, in order: a piecewise linear cost of the start, steeper
        and steeper for deprivation, see `arrival_costs`. Slopes may fall too.
    min_drop : int or None
        Several vehicles may share its demand, each visit bringing at least so much; ``None`` for one visit. What is missing
        in the plan is one of the unserved.
    later_windows_s : tuple of (int, int or None)
        Further windows after `window_s`, in order and apart; service starts within one of them.
    """

    id: str
    place_id: str
    demand: tuple[int, ...]
    window_s: tuple[int, int | None] = (0, None)
    service_s: int = 0
    prize: int | None = None
    vehicle_types: frozenset[str] | None = None
    depots: frozenset[str] | None = None
    pickup: tuple[int, ...] = ()
    release_s: int = 0
    group: str | None = None
    taken_from: str | None = None
    arrival_cost_per_s: float = 0
    min_drop: int | None = None
    later_windows_s: tuple[tuple[int, int | None], ...] = ()
    later_arrival_costs: Pieces = ()

    @property
    def windows_s(self) -> tuple[tuple[int, int | None], ...]:
        """All windows, in order."""
        return (self.window_s, *self.later_windows_s)

    @property
    def arrival_pieces(self) -> Pieces:
        """All pieces of what it costs when service starts."""
        return ((0, self.arrival_cost_per_s), *self.later_arrival_costs)

    @property
    def is_backhaul(self) -> bool:
        """Whether goods are taken on and none are brought."""
        return any(self.pickup) and not any(self.demand)

    @property
    def request(self) -> tuple[str, str]:
        """What is served or left out as one, for one prize: a group of alternatives, a transfer, else the stop alone."""
        return ("group", self.group) if self.group is not None else ("stop", self.taken_from or self.id)


@dataclass(frozen=True, slots=True)
class VehicleType:
    """Vehicles that are alike.

    Parameters
    ----------
    id : str
    count : int
        How many there are.
    capacity : tuple of int
        One entry a capacity dimension.
    profile : str
        Travel matrix it drives by.
    start_id, end_id : str or None
        Places where it starts and ends; ``None`` ends the route at the last stop (open route).
        ``start_id`` is required.
    depots : frozenset of str or None
        Depots it may load at.
    max_trips : int
        Trips (loadings) a day.
    fixed_cost, cost_per_m, cost_per_s : float
        In the unit of the objective.
    loading_s : int
        Seconds to load before each trip.
    service_s_per_unit : float
        Seconds of service per unit of the first capacity dimension.
    shift_s : (int, int or None)
        Earliest start and latest end.
    max_duration_s, max_distance_m : int or None
        Of a route.
    max_stops : int or None
        Of a trip; not where stops may be split or transfer goods.
    """

    id: str
    count: int
    capacity: tuple[int, ...]
    profile: str
    start_id: str
    end_id: str | None = None
    depots: frozenset[str] | None = None
    max_trips: int = 1
    fixed_cost: float = 0
    cost_per_m: float = 1
    cost_per_s: float = 0
    loading_s: int = 0
    service_s_per_unit: float = 0
    shift_s: tuple[int, int | None] = (0, None)
    max_duration_s: int | None = None
    max_distance_m: int | None = None
    max_stops: int | None = None


@dataclass(frozen=True, slots=True)
class RoutingProblem:
    """Stops to serve with vehicles that load at depots; lowest cost plus prizes of what is left out.

    Parameters
    ----------
    depots, stops, vehicle_types : tuple
    matrices : mapping of str to TravelMatrix or PlaneTravel
        By profile; all with the same places.
    dimensions : tuple of str
        Names of the capacity dimensions.
    cost_scale : int
        Costs are rounded to 1 / cost_scale.
    linehaul_first : bool
        Within a trip all goods are brought before any are taken on, and no trip only takes goods on (VRP with
        backhauls; Toth & Vigo 2014, chapter 9).
    leaves_at_once : bool
        Every vehicle leaves as early as it can, as it does where arrivals cost.

    Raises
    ------
    InputError
        With every wrong reference, number and shape found.
    """

    depots: tuple[Depot, ...]
    stops: tuple[Stop, ...]
    vehicle_types: tuple[VehicleType, ...]
    matrices: Mapping[str, TravelMatrix | PlaneTravel] = field(repr=False)
    dimensions: tuple[str, ...] = ("load",)
    cost_scale: int = 1
    linehaul_first: bool = False
    leaves_at_once: bool = False

    def __post_init__(self) -> None:
        log = IssueLog()
        _check_shapes(log, self)
        _check_numbers(log, self)
        _check_vehicle_types(log, self)
        log.raise_if_any()
        _check_references(log, self)
        log.raise_if_any(UnknownReferenceError)

    def replace(self, **changes: Any) -> RoutingProblem:  # noqa: ANN401 - the fields have their own types
        """Return a copy with some fields changed, checked anew."""
        return replace(self, **changes)

    @property
    def may_split(self) -> bool:
        """Whether several vehicles may share what some stop needs."""
        return any(stop.min_drop is not None for stop in self.stops)

    @property
    def has_several_windows(self) -> bool:
        """Whether some stop has more than one time window."""
        return any(stop.later_windows_s for stop in self.stops)

    @property
    def counts_arrivals(self) -> bool:
        """Whether it costs when service starts."""
        return any(per_s > 0 for stop in self.stops for _, per_s in stop.arrival_pieces)

    @property
    def starts_early(self) -> bool:
        """Whether vehicles leave as early as they can."""
        return self.leaves_at_once or self.counts_arrivals

    def lost_prizes(self, unserved: Iterable[str]) -> int:
        """Return the prizes of stops that are left out: one for all of a group and for both ends of a transfer."""
        left = set(unserved)
        return sum({stop.request: stop.prize or 0 for stop in self.stops if stop.id in left}.values())

    @property
    def num_vehicles(self) -> int:
        """Vehicles of all types."""
        return sum(kind.count for kind in self.vehicle_types)

    @property
    def place_ids(self) -> tuple[str, ...]:
        """Places of the matrices, in the order of their rows."""
        return next(iter(self.matrices.values())).place_ids


def _check_shapes(log: IssueLog, problem: RoutingProblem) -> None:
    if not problem.matrices:
        log.add("routing problem", "there is no travel matrix", "give one per profile")
        return
    if not problem.num_vehicles:
        log.add("routing problem", "there are 0 vehicles", "give at least one vehicle type with count >= 1")
    if not problem.depots:
        log.add("routing problem", "there is no depot", "give at least one depot")
    for name, matrix in problem.matrices.items():
        if matrix.place_ids != problem.place_ids:
            log.add(f"travel matrix '{name}'", "has other places than the first matrix", "make all matrices over the same places")
    groups: dict[str, Iterable[str]] = {
        "stop": (x.id for x in problem.stops),
        "depot": (x.id for x in problem.depots),
        "vehicle type": (x.id for x in problem.vehicle_types),
    }
    for kind, ids in groups.items():
        for name, count in Counter(ids).items():
            if count > 1:
                log.add(f"{kind} '{name}'", f"is given {count} times", "give every one its own id")


def _check_numbers(log: IssueLog, problem: RoutingProblem) -> None:
    if not is_whole(problem.cost_scale - 1):
        log.add("routing problem", f"cost_scale is {problem.cost_scale}", "give a whole number >= 1")
    _check_stops(log, problem)
    _check_groups(log, problem)
    _check_transfers(log, problem)
    _check_splits(log, problem)
    for depot in problem.depots:
        check_window(log, where=f"depot '{depot.id}'", window=(depot.open_s, depot.close_s))


def _check_stops(log: IssueLog, problem: RoutingProblem) -> None:
    size = len(problem.dimensions)
    for stop in problem.stops:
        where = f"stop '{stop.id}'"
        if len(stop.demand) != size or not all(map(is_whole, stop.demand)):
            log.add(where, f"demand is {stop.demand}", f"give {size} whole numbers >= 0 ({', '.join(problem.dimensions)})")
        if stop.pickup and (len(stop.pickup) != size or not all(map(is_whole, stop.pickup))):
            log.add(where, f"pickup is {stop.pickup}", f"give {size} whole numbers >= 0 ({', '.join(problem.dimensions)}), or none")
        if problem.linehaul_first and any(stop.pickup) and any(stop.demand):
            log.add(where, "brings goods and takes goods on, where all is brought first", "make it two stops")
        check_windows(log, where=where, windows=stop.windows_s)
        if not is_whole(stop.release_s):
            log.add(where, f"release_s is {stop.release_s}", "give a whole number >= 0")
        if not (is_whole(stop.service_s) and is_whole(stop.prize or 0)):
            log.add(where, f"service_s {stop.service_s}, prize {stop.prize}", "give whole numbers >= 0")
        check_pieces(log, where=where, pieces=stop.arrival_pieces)


def _check_groups(log: IssueLog, problem: RoutingProblem) -> None:
    prizes: dict[str, set[int | None]] = {}
    for stop in problem.stops:
        if stop.group is not None:
            prizes.setdefault(stop.group, set()).add(stop.prize)
    for name, values in prizes.items():
        if len(values) > 1:
            log.add(f"group '{name}'", f"has the prizes {sorted(values, key=str)}", "give all stops of a group the same prize")


def _check_transfers(log: IssueLog, problem: RoutingProblem) -> None:
    stops = {stop.id: stop for stop in problem.stops}
    receivers = Counter(stop.taken_from for stop in problem.stops if stop.taken_from is not None)
    for stop in problem.stops:
        if stop.taken_from is None:
            continue
        where, source = f"stop '{stop.id}'", stops.get(stop.taken_from)
        if source is None or source is stop:
            log.add(where, f"its goods are taken on at '{stop.taken_from}', which is no other stop", "name a stop of the problem")
            continue
        if receivers[source.id] > 1:
            log.add(f"stop '{source.id}'", f"{receivers[source.id]} stops take their goods from it", "make it one stop for each of them")
        if source.taken_from is not None or any(source.demand) or any(stop.pickup):
            log.add(where, f"it or '{source.id}' does more than hand over or receive this transfer", "make what is more stops of their own")
        elif tuple(source.pickup) != tuple(stop.demand):
            log.add(where, f"demand {stop.demand} is not the pickup {source.pickup} of '{source.id}'", "make them equal")
        if source.later_windows_s or stop.later_windows_s:
            log.add(where, f"it or '{source.id}' has several windows, which an end of a transfer has not", "give one window")
        if source.prize != stop.prize:
            log.add(where, f"prize {stop.prize} is not the prize {source.prize} of '{source.id}'", "make them equal")
        if problem.linehaul_first or any(x.group is not None or x.release_s for x in (source, stop)):
            log.add(where, "a transfer has no group and no release time, and no order of bringing first", "leave these out")


def _check_splits(log: IssueLog, problem: RoutingProblem) -> None:
    if not problem.may_split:
        return
    for stop in problem.stops:
        where = f"stop '{stop.id}'"
        if stop.min_drop is not None and not is_whole(stop.min_drop - 1):
            log.add(where, f"min_drop is {stop.min_drop}", "give a whole number >= 1, or None for one visit")
        if stop.min_drop is not None and stop.later_windows_s:
            log.add(where, "has several windows and may be split", "leave one of these out")
        if stop.min_drop is not None and (stop.prize is not None or stop.group is not None):
            log.add(where, "may be split and has a prize or a group", "leave one of these out")
        if any(stop.pickup) or stop.taken_from is not None:
            log.add(where, "takes goods on in a problem where stops may be split", "leave all min_drop out, or all pickups")
    if len(problem.dimensions) > 1:
        log.add("routing problem", f"{len(problem.dimensions)} dimensions and stops that may be split", "split with one dimension only")
    for kind in problem.vehicle_types:
        if kind.service_s_per_unit:
            log.add(f"vehicle type '{kind.id}'", "serves by load in a problem where stops may be split", "give service_s_per_unit 0")


def _check_vehicle_types(log: IssueLog, problem: RoutingProblem) -> None:
    size = len(problem.dimensions)
    for kind in problem.vehicle_types:
        where = f"vehicle type '{kind.id}'"
        if len(kind.capacity) != size or not all(map(is_whole, kind.capacity)):
            log.add(where, f"capacity is {kind.capacity}", f"give {size} whole numbers >= 0 ({', '.join(problem.dimensions)})")
        if not (is_whole(kind.count) and is_whole(kind.max_trips - 1)):
            log.add(where, f"count {kind.count}, max_trips {kind.max_trips}", "give count >= 0 and max_trips >= 1, whole")
        if kind.max_stops is not None and any(stop.min_drop is not None or stop.taken_from is not None for stop in problem.stops):
            log.add(where, f"max_stops is {kind.max_stops} where stops may be split or transfer goods", "leave max_stops out")
        for name in ("max_duration_s", "max_distance_m", "max_stops"):
            value = getattr(kind, name)
            if value is not None and not is_whole(value):
                log.add(where, f"{name} is {value}", "give a whole number >= 0, or None for no limit")
        for name in ("fixed_cost", "cost_per_m", "cost_per_s", "loading_s", "service_s_per_unit"):
            value = getattr(kind, name)
            if not (math.isfinite(value) and value >= 0):
                log.add(where, f"{name} is {value}", "give a finite number >= 0")
        check_window(log, where=where, window=kind.shift_s)


def _check_references(log: IssueLog, problem: RoutingProblem) -> None:
    places, depots = set(problem.place_ids), {x.id for x in problem.depots}
    kinds, profiles = {x.id for x in problem.vehicle_types}, set(problem.matrices)
    uses: list[tuple[str, str, set[str], Iterable[str]]] = []
    for stop in problem.stops:
        where = f"stop '{stop.id}'"
        uses += [(where, "place", places, [stop.place_id]), (where, "depot", depots, stop.depots or ())]
        uses.append((where, "vehicle type", kinds, stop.vehicle_types or ()))
    uses += [(f"depot '{x.id}'", "place", places, [x.place_id]) for x in problem.depots]
    for kind in problem.vehicle_types:
        where = f"vehicle type '{kind.id}'"
        ends = [kind.start_id] if kind.end_id is None else [kind.start_id, kind.end_id]
        uses += [(where, "place", places, ends), (where, "depot", depots, kind.depots or ()), (where, "profile", profiles, [kind.profile])]
    for where, what, known, names in uses:
        for name in names:
            if name not in known:
                log.add(where, f"{what} '{name}' is not known", f"use one of the {len(known)} {what}s of the problem")
