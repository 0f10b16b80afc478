"""Split deliveries: whether the amounts the routes bring add up, or, where none are given, whether any do."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..instances import RoutingInstance


def split_faults(instance: RoutingInstance, routes: Sequence[Sequence[int]], amounts: Sequence[Sequence[int]] | None) -> list[str]:
    """List what is wrong with the amounts, or that there are none that fit.

    Every visit brings something, a route comes to a client once, and no route brings more than its vehicle holds.
    """
    twice = [
        f"route {number}: comes to {place} twice"
        for number, route in enumerate(routes, start=1)
        for place in sorted({place for place in route if route.count(place) > 1})
    ]
    if twice:
        return twice
    if amounts is None:
        return (
            [] if infer_amounts(instance, routes) is not None else ["no amounts fit these routes: some demand stays or some visit is idle"]
        )
    if [len(route) for route in routes] != [len(row) for row in amounts]:
        return ["there is not one amount for every visit"]
    capacity = instance.fleet[0].capacity[0]
    faults = []
    brought = dict.fromkeys(instance.clients, 0)
    for number, (route, row) in enumerate(zip(routes, amounts, strict=True), start=1):
        for place, amount in zip(route, row, strict=True):
            brought[place] = brought.get(place, 0) + amount
            if amount < 1:
                faults.append(f"route {number}: brings {amount} to {place}")
        if sum(row) > capacity:
            faults.append(f"route {number}: load {sum(row)} exceeds the capacity {capacity}")
    needs = {client: int(instance.demands[client, 0]) for client in instance.clients}
    faults.extend(f"client {client} gets {brought[client]} of {need}" for client, need in needs.items() if brought[client] != need)
    return faults


def infer_amounts(instance: RoutingInstance, routes: Sequence[Sequence[int]]) -> list[list[int]] | None:
    """Return whole amounts, at least 1 a visit, that serve every client in full, or None where there are none.

    Each visit is given 1; what is left of the demands must flow from the clients through their visits into what is left
    of the vehicles. A maximum flow decides.

    References
    ----------
    Ford and Fulkerson (1956), Maximal flow through a network; by scipy's Dinic.
    """
    import numpy as np
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow

    rest = {client: int(instance.demands[client, 0]) for client in instance.clients}
    for route in routes:
        for place in route:
            rest[place] = rest.get(place, 0) - 1
    room = [instance.fleet[0].capacity[0] - len(route) for route in routes]
    if min(rest.values()) < 0 or min(room, default=0) < 0:
        return None
    source, sink, node = 0, 1, count(2)
    client_node = {client: next(node) for client in rest}
    route_node = [next(node) for _ in routes]
    arcs = [(source, client_node[client], left) for client, left in rest.items()]
    arcs += [(route_node[k], sink, left) for k, left in enumerate(room)]
    arcs += [(client_node[place], route_node[k], rest[place]) for k, route in enumerate(routes) for place in route]
    tails, heads, limits = np.array(arcs, dtype=np.int32).T
    size = next(node)
    flow = maximum_flow(csr_array((limits, (tails, heads)), shape=(size, size)), source, sink)
    if flow.flow_value < sum(rest.values()):
        return None
    through = flow.flow.tocsr()
    return [[1 + int(through[client_node[place], route_node[k]]) for place in route] for k, route in enumerate(routes)]
