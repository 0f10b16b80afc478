"""The lowest cost of a tiny instance, by trying every route of every set of clients and joining sets."""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement, permutations, product
from typing import TYPE_CHECKING

from benchmarks.checker import check
from benchmarks.checker.routes import price_route, route_faults
from benchmarks.checker.rules import make_rules
from benchmarks.checker.visits import lost_prizes, service_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.instances import FleetType, RoutingInstance


def lowest_cost(instance: RoutingInstance) -> float:
    """Return the cost of the best feasible answer; every route is judged by the checker on its own."""
    if instance.family.can_split:
        return _lowest_split_cost(instance)
    rules = make_rules(instance)
    best: dict[frozenset[int], float] = {frozenset(): 0}
    for kind in instance.fleet:
        prices = {served: price for served, (price, _) in _cheapest_routes(instance, kind).items()}
        for _ in range(kind.count if kind.count is not None else len(instance.clients)):
            found = {} if instance.family.uses_all_vehicles else dict(best)
            for (served, cost), (chosen, price) in product(best.items(), prices.items()):
                if not served & chosen:
                    found[served | chosen] = min(found.get(served | chosen, float("inf")), cost + price)
            best = found
    answers = [([sorted(served)], cost) for served, cost in best.items()]
    costs = [cost + lost_prizes(rules, routes) for routes, cost in answers if not service_faults(instance, routes)]
    return min(costs) / rules.scale / instance.family.cost_divisor


def _lowest_split_cost(instance: RoutingInstance) -> float:
    """Return the lowest cost of up to one route more than the load needs, whichever sets of clients they share."""
    (kind,) = instance.fleet
    routes = [route for _, route in _cheapest_routes(instance, kind).values()]
    most = -(-int(instance.demands.sum()) // kind.capacity[0]) + 1
    verdicts = (check(instance, chosen) for size in range(1, most + 1) for chosen in combinations_with_replacement(routes, size))
    return min(verdict.cost for verdict in verdicts if verdict.is_feasible)


def _cheapest_routes(instance: RoutingInstance, kind: FleetType) -> dict[frozenset[int], tuple[float, list[int]]]:
    """Return the best route of every set of clients that one vehicle of the type can serve."""
    rules = make_rules(instance)
    best: dict[frozenset[int], tuple[float, list[int]]] = {}
    for size in range(1, len(instance.clients) + 1):
        for chosen in combinations(instance.clients, size):
            routes = [route for route in _orders(chosen, kind) if not route_faults(rules, kind, route)]
            if routes:
                best[frozenset(chosen)] = min((price_route(rules, kind, route), route) for route in routes)
    return best


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
