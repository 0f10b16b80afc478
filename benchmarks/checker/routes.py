"""What one route costs and what it breaks, looked at on its own."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from ..families import Goal
from .times import time_faults, trips_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..instances import FleetType
    from .rules import Rules


def price_route(rules: Rules, kind: FleetType, route: Sequence[int]) -> float:
    """Return the cost of a route in units of 1 / scale."""
    legs = _legs(rules, kind, route)
    if rules.instance.family.goal is Goal.ARRIVALS:
        return sum(accumulate(legs[:-1]))  # the way home does not count, nor does service
    unit, fixed = kind.unit_distance_cost, kind.fixed_cost
    return (int(unit) if unit == int(unit) else unit) * sum(legs) + rules.scaled(fixed)


def route_faults(rules: Rules, kind: FleetType, route: Sequence[int]) -> list[str]:
    """List what a route breaks: reloads, access, loads, order, times, length."""
    faults: list[str] = []
    instance = rules.instance
    reloads = [place for place in route if place < instance.num_depots]
    if any(place not in kind.reload_depots for place in reloads):
        faults.append("reloads at a depot where its vehicle may not")
    if kind.max_reloads is not None and len(reloads) > kind.max_reloads:
        faults.append(f"reloads {len(reloads)} times, {kind.max_reloads} are allowed")
    if kind.allowed is not None:
        faults.extend(f"its vehicle may not serve {place}" for place in route if place >= instance.num_depots and place not in kind.allowed)
    for trip in trips_of(rules, route):
        if not instance.family.can_split:  # there the amounts are judged, not the demands
            faults.extend(_load_faults(rules, kind, trip))
        faults.extend(_order_faults(rules, trip))
    faults.extend(time_faults(rules, kind, route))
    length = sum(_legs(rules, kind, route))
    if length > rules.scaled(kind.max_distance) + rules.tolerance:
        faults.append(f"is {length / rules.scale:g} long, {kind.max_distance:g} is allowed")
    return faults


def _legs(rules: Rules, kind: FleetType, route: Sequence[int]) -> list[float]:
    return [rules.distance(a, b) for a, b in pairwise([kind.depot, *route, kind.depot])]


def _load_faults(rules: Rules, kind: FleetType, trip: Sequence[int]) -> list[str]:
    """Follow the load of one trip.

    Deliveries are on board from its start, but for those whose pickup is on the way; pickups stay on board until their
    delivery, or until the end.
    """
    instance = rules.instance
    carried = set(rules.partner.values())
    faults = []
    for dimension, capacity in enumerate(kind.capacity):
        load = sum(int(instance.demands[place, dimension]) for place in trip if place not in carried)
        highest = load
        for place in trip:
            load += int(instance.pickups[place, dimension]) - int(instance.demands[place, dimension])
            highest = max(highest, load)
        if highest > capacity:
            faults.append(f"load {highest} exceeds the capacity {capacity}")
    return faults


def _order_faults(rules: Rules, trip: Sequence[int]) -> list[str]:
    """List backhauls before linehauls, and pairs that are torn apart or turned round."""
    instance = rules.instance
    faults = []
    if instance.has_linehaul_first and trip:
        is_pickup = [bool(instance.pickups[place].any()) for place in trip]
        if is_pickup != sorted(is_pickup):
            faults.append("delivers after a pickup")
        if all(is_pickup):
            faults.append("has pickups alone")
    if rules.partner:
        position = {place: number for number, place in enumerate(trip)}
        for pickup, delivery in rules.partner.items():
            if (pickup in position) != (delivery in position):
                faults.append(f"has one of the pickup {pickup} and its delivery {delivery}, not both")
            elif pickup in position and position[pickup] > position[delivery]:
                faults.append(f"delivers at {delivery} before it picks up at {pickup}")
    return faults
