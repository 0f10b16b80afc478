"""The judge: prices routes and lists what they break, in slow plain Python.

It shares no code with any solver, nor with what builds their matrices: distances are computed here, leg by leg, in the
convention of the family, with whole numbers wherever the convention has them (so costs and times are exact).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from .families import Rounding

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .instances import FleetType, RoutingInstance

_TOLERANCE: Final = 1e-6
"""Slack of times and lengths in the families that do not round."""

Event = tuple[int, float, float, float]
"""Place, opening, closing and service time of one thing a vehicle does."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge found.

    Parameters
    ----------
    cost : float
        In the unit of the family; of the routes as they are, even where they break something.
    violations : tuple of str
    """

    cost: float
    violations: tuple[str, ...]

    @property
    def is_feasible(self) -> bool:
        """Whether nothing is broken."""
        return not self.violations


@dataclass(frozen=True, slots=True)
class _Rules:
    """An instance in the judge's own terms: plain lists in units of 1 / scale."""

    instance: RoutingInstance
    scale: int
    tolerance: float
    distance: Callable[[int, int], float]
    opens: list[float]
    closes: list[float]
    service: list[float]
    releases: list[float]

    def scaled(self, value: float | None) -> float:
        """Return a limit in the judge's unit; None is no limit."""
        return math.inf if value is None else _scale(value, self.scale)


def check(instance: RoutingInstance, routes: Sequence[Sequence[int]]) -> Verdict:
    """Price `routes` and list everything they break.

    Parameters
    ----------
    instance : RoutingInstance
    routes : sequence of sequence of int
        Entry k is driven by vehicle k where vehicles differ. Locations from 0, end depots left out; a depot inside a
        route is a reload there.
    """
    rules = _rules(instance)
    broken: list[str] = []
    cost: float = 0
    for number, route in enumerate(routes):
        if not route:
            continue
        kind = _vehicle_of(instance, number)
        if kind is None:
            broken.append(f"route {number + 1}: there is no vehicle {number + 1}")
            kind = instance.fleet[-1]
        stray = [place for place in route if not 0 <= place < instance.num_locations]
        if stray:
            broken.append(f"route {number + 1}: location {stray[0]} does not exist")
            continue
        cost += _price(rules, kind, route)
        broken.extend(f"route {number + 1}: {text}" for text in _route_faults(rules, kind, route))
    broken.extend(_fleet_faults(instance, routes))
    broken.extend(_service_faults(instance, routes))
    cost += _lost_prizes(rules, routes)
    return Verdict(cost / rules.scale / instance.family.cost_divisor, tuple(broken))


def _rules(instance: RoutingInstance) -> _Rules:
    rounding = instance.family.rounding
    scale = rounding.value or 1
    return _Rules(
        instance=instance,
        scale=scale,
        tolerance=_TOLERANCE if rounding is Rounding.NONE else 0,
        distance=_distance_of(instance),
        opens=[_scale(x, scale) for x in instance.windows[:, 0].tolist()],
        closes=[_scale(x, scale) for x in instance.windows[:, 1].tolist()],
        service=[_scale(x, scale) for x in instance.service.tolist()],
        releases=[_scale(x, scale) for x in instance.releases.tolist()],
    )


def _scale(value: float, scale: int) -> float:
    """Return `value` in units of 1 / scale: a whole number where the family rounds."""
    if math.isinf(value) or scale == 1:
        return int(value) if math.isfinite(value) and value == int(value) else value
    return math.floor(value * scale + 0.5)


def _distance_of(instance: RoutingInstance) -> Callable[[int, int], float]:
    rounding = instance.family.rounding
    if instance.matrix is not None:
        matrix = instance.matrix
        scale = rounding.value or 1
        return lambda a, b: int(matrix[a, b]) * scale
    assert instance.coords is not None  # noqa: S101 - the readers refuse a file with neither
    places: list[list[float]] = instance.coords.tolist()

    def length(a: int, b: int) -> float:
        return math.sqrt((places[a][0] - places[b][0]) ** 2 + (places[a][1] - places[b][1]) ** 2)

    if rounding is Rounding.NONE:
        return length
    if rounding is Rounding.TENTHS_DOWN:
        return lambda a, b: math.floor(10 * length(a, b) + 1e-9)
    return lambda a, b: math.floor(rounding.value * length(a, b) + 0.5)


def _vehicle_of(instance: RoutingInstance, number: int) -> FleetType | None:
    """Return the type of vehicle `number`; where all are alike the number says nothing."""
    if len(instance.fleet) == 1:
        return instance.fleet[0]
    return next((kind for kind in instance.fleet if number in kind.numbers), None)


def _price(rules: _Rules, kind: FleetType, route: Sequence[int]) -> float:
    path = [kind.depot, *route, kind.depot]
    legs = [rules.distance(a, b) for a, b in pairwise(path)]
    unit, fixed = kind.unit_distance_cost, kind.fixed_cost
    return (int(unit) if unit == int(unit) else unit) * sum(legs) + rules.scaled(fixed)


def _trips(rules: _Rules, route: Sequence[int]) -> list[list[int]]:
    """Cut a route at its reloads."""
    trips: list[list[int]] = [[]]
    for place in route:
        if place < rules.instance.num_depots:
            trips.append([])
        else:
            trips[-1].append(place)
    return trips


def _route_faults(rules: _Rules, kind: FleetType, route: Sequence[int]) -> list[str]:
    faults: list[str] = []
    instance = rules.instance
    reloads = [place for place in route if place < instance.num_depots]
    if any(place not in kind.reload_depots for place in reloads):
        faults.append("reloads at a depot where its vehicle may not")
    if kind.max_reloads is not None and len(reloads) > kind.max_reloads:
        faults.append(f"reloads {len(reloads)} times, {kind.max_reloads} are allowed")
    if kind.allowed is not None:
        faults.extend(f"its vehicle may not serve {place}" for place in route if place >= instance.num_depots and place not in kind.allowed)
    for trip in _trips(rules, route):
        faults.extend(_load_faults(instance, kind, trip))
    faults.extend(_time_faults(rules, kind, route))
    path = [kind.depot, *route, kind.depot]
    length = sum(rules.distance(a, b) for a, b in pairwise(path))
    if length > rules.scaled(kind.max_distance) + rules.tolerance:
        faults.append(f"is {length / rules.scale:g} long, {kind.max_distance:g} is allowed")
    return faults


def _load_faults(instance: RoutingInstance, kind: FleetType, trip: Sequence[int]) -> list[str]:
    """Follow the load of one trip: all deliveries are on board at its start, pickups stay until its end."""
    faults = []
    for dimension, capacity in enumerate(kind.capacity):
        load = sum(int(instance.demands[place, dimension]) for place in trip)
        highest = load
        for place in trip:
            load += int(instance.pickups[place, dimension]) - int(instance.demands[place, dimension])
            highest = max(highest, load)
        if highest > capacity:
            faults.append(f"load {highest} exceeds the capacity {capacity}")
    if instance.has_linehaul_first and trip:
        is_pickup = [bool(instance.pickups[place].any()) for place in trip]
        if is_pickup != sorted(is_pickup):
            faults.append("delivers after a pickup")
        if all(is_pickup):
            faults.append("has pickups alone")
    return faults


def _time_faults(rules: _Rules, kind: FleetType, route: Sequence[int]) -> list[str]:
    """Drive the route twice: as early as possible for lateness, as late as possible for its shortest duration."""
    events = _events(rules, kind, route)
    faults = []
    time = events[0][1]
    before = events[0][0]
    for place, opens, closes, service in events:
        time = max(time + rules.distance(before, place), opens)
        if time > closes + rules.tolerance:
            faults.append(f"reaches {place} at {time / rules.scale:g}, it closes at {closes / rules.scale:g}")
            break
        time += service
        before = place
    if not faults and kind.max_duration is not None:
        shortest = _shortest_duration(rules, events)
        if shortest > rules.scaled(kind.max_duration) + rules.tolerance:
            faults.append(f"takes {shortest / rules.scale:g}, {kind.max_duration:g} is allowed")
    return faults


def _events(rules: _Rules, kind: FleetType, route: Sequence[int]) -> list[Event]:
    """Return what the vehicle does in order; a trip leaves after its latest release."""
    ready = [max((rules.releases[place] for place in trip), default=0) for trip in _trips(rules, route)]
    events: list[Event] = [(kind.depot, max(rules.opens[kind.depot], ready[0]), rules.closes[kind.depot], 0)]
    trip = 0
    for place in route:
        if place < rules.instance.num_depots:
            trip += 1
            events.append((place, max(rules.opens[place], ready[trip]), rules.closes[place], 0))
        else:
            events.append((place, rules.opens[place], rules.closes[place], rules.service[place]))
    return [*events, (kind.depot, rules.opens[kind.depot], rules.closes[kind.depot], 0)]


def _shortest_duration(rules: _Rules, events: list[Event]) -> float:
    """Return the shortest time between start and end.

    The later the start, the less waiting: so the latest start that is still on time everywhere is the best.
    """
    latest = math.inf
    after = events[-1][0]
    for place, _, closes, service in reversed(events):
        latest = min(closes, latest - rules.distance(place, after) - service)
        after = place
    start = latest if math.isfinite(latest) else max(opens for _, opens, _, _ in events)
    time, before = start, events[0][0]
    for place, opens, _, service in events:
        time = max(time + rules.distance(before, place), opens) + service
        before = place
    return time - start


def _fleet_faults(instance: RoutingInstance, routes: Sequence[Sequence[int]]) -> list[str]:
    used, limit = sum(1 for route in routes if route), instance.num_vehicles
    return [] if limit is None or used <= limit else [f"{used} vehicles are used, there are {limit}"]


def _service_faults(instance: RoutingInstance, routes: Sequence[Sequence[int]]) -> list[str]:
    """List clients served twice, clients left out that must be served, and groups not served exactly once."""
    times = dict.fromkeys(instance.clients, 0)
    for route in routes:
        for place in route:
            if place in times:
                times[place] += 1
    faults = [f"client {client} is served {count} times" for client, count in times.items() if count > 1]
    grouped = {client for group in instance.groups for client in group}
    faults.extend(
        f"client {client} is not served"
        for client, count in times.items()
        if count == 0 and client not in grouped and not instance.optional(client)
    )
    for number, group in enumerate(instance.groups):
        served = sum(times[client] for client in group)
        if served != 1:
            faults.append(f"group {number + 1} is served {served} times")
    return faults


def _lost_prizes(rules: _Rules, routes: Sequence[Sequence[int]]) -> float:
    if rules.instance.prizes is None:
        return 0
    served = {place for route in routes for place in route}
    prizes: list[float] = rules.instance.prizes.tolist()
    return sum(rules.scaled(prizes[client]) for client in rules.instance.clients if client not in served)
