"""The lowest cost of a tiny instance, by trying every route of every set of clients and joining sets."""

from __future__ import annotations

from itertools import combinations, permutations, product
from typing import TYPE_CHECKING

from benchmarks import checker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.instances import FleetType, RoutingInstance


def lowest_cost(instance: RoutingInstance) -> float:
    """Return the cost of the best feasible answer; every route is judged by the checker on its own."""
    rules = checker._rules(instance)
    best: dict[frozenset[int], float] = {frozenset(): 0}
    for kind in instance.fleet:
        prices = _cheapest_routes(instance, kind)
        for _ in range(kind.count if kind.count is not None else len(instance.clients)):
            found = dict(best)
            for (served, cost), (chosen, price) in product(best.items(), prices.items()):
                if not served & chosen:
                    found[served | chosen] = min(found.get(served | chosen, float("inf")), cost + price)
            best = found
    answers = [([sorted(served)], cost) for served, cost in best.items()]
    costs = [cost + checker._lost_prizes(rules, routes) for routes, cost in answers if not checker._service_faults(instance, routes)]
    return min(costs) / rules.scale / instance.family.cost_divisor


def _cheapest_routes(instance: RoutingInstance, kind: FleetType) -> dict[frozenset[int], float]:
    """Return the lowest cost of every set of clients that one vehicle of the type can serve."""
    rules = checker._rules(instance)
    prices: dict[frozenset[int], float] = {}
    for size in range(1, len(instance.clients) + 1):
        for chosen in combinations(instance.clients, size):
            routes = [route for route in _orders(chosen, kind) if not checker._route_faults(rules, kind, route)]
            if routes:
                prices[frozenset(chosen)] = min(checker._price(rules, kind, route) for route in routes)
    return prices


def _orders(chosen: tuple[int, ...], kind: FleetType) -> Iterator[list[int]]:
    """Return every order of the clients, with a reload or none at every gap where the vehicle may reload."""
    for order in permutations(chosen):
        if not kind.reload_depots:
            yield list(order)
            continue
        for reloads in product([False, True], repeat=len(order) - 1):
            route = [order[0]]
            for client, reload in zip(order[1:], reloads, strict=True):
                route += [kind.reload_depots[0], client] if reload else [client]
            yield route
