"""When a vehicle is where: lateness, releases and the duration of a route."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..instances import FleetType
    from .rules import Rules

Event = tuple[int, float, float, float]
"""Place, opening, closing and service time of one thing a vehicle does."""


def trips_of(rules: Rules, route: Sequence[int]) -> list[list[int]]:
    """Cut a route at its reloads."""
    trips: list[list[int]] = [[]]
    for place in route:
        if place < rules.instance.num_depots:
            trips.append([])
        else:
            trips[-1].append(place)
    return trips


def time_faults(rules: Rules, kind: FleetType, route: Sequence[int]) -> list[str]:
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


def _events(rules: Rules, kind: FleetType, route: Sequence[int]) -> list[Event]:
    """Return what the vehicle does in order; a trip leaves after its latest release."""
    ready = [max((rules.releases[place] for place in trip), default=0) for trip in trips_of(rules, route)]
    events: list[Event] = [(kind.depot, max(rules.opens[kind.depot], ready[0]), rules.closes[kind.depot], 0)]
    trip = 0
    for place in route:
        if place < rules.instance.num_depots:
            trip += 1
            events.append((place, max(rules.opens[place], ready[trip]), rules.closes[place], 0))
        else:
            events.append((place, rules.opens[place], rules.closes[place], rules.service[place]))
    return [*events, (kind.depot, rules.opens[kind.depot], rules.closes[kind.depot], 0)]


def _shortest_duration(rules: Rules, events: list[Event]) -> float:
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
