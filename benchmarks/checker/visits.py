"""Who is served, how often, and by how many vehicles: what only all routes together show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..instances import RoutingInstance
    from .rules import Rules


def fleet_faults(instance: RoutingInstance, routes: Sequence[Sequence[int]]) -> list[str]:
    """List vehicles beyond the fleet, and idle ones where all must drive."""
    used, limit = sum(1 for route in routes if route), instance.num_vehicles
    if limit is None or used == limit or (used < limit and not instance.family.uses_all_vehicles):
        return []
    return [f"{used} vehicles are used, there are {limit}" if used > limit else f"{used} vehicles are used, {limit} must be"]


def service_faults(instance: RoutingInstance, routes: Sequence[Sequence[int]]) -> list[str]:
    """List clients served twice, clients left out that must be served, and groups not served exactly once."""
    times = dict.fromkeys(instance.clients, 0)
    for route in routes:
        for place in route:
            if place in times:
                times[place] += 1
    faults = [] if instance.family.can_split else [f"client {client} is served {n} times" for client, n in times.items() if n > 1]
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


def lost_prizes(rules: Rules, routes: Sequence[Sequence[int]]) -> float:
    """Return the prizes of all clients no route comes to, in units of 1 / scale."""
    if rules.instance.prizes is None:
        return 0
    served = {place for route in routes for place in route}
    prizes: list[float] = rules.instance.prizes.tolist()
    return sum(rules.scaled(prizes[client]) for client in rules.instance.clients if client not in served)
