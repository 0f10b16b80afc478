"""The slow twin of location-routing: every split of the stops into routes, every order, every site for every route."""

from __future__ import annotations

import itertools
import math


def best_location_routing(problem):
    """Return the least cost of any plan, infinity where there is none."""
    m, n = len(problem.site_ids), len(problem.stop_ids)
    modes, opening, room = problem.site_modes.tolist(), problem.opening_costs.tolist(), problem.site_room.tolist()
    travel, demand = problem.travel_cost.tolist(), problem.demand.tolist()

    def tour(site, stops):
        ways = ([site, *(m + stop for stop in order), site] for order in itertools.permutations(stops))
        return min(math.fsum(travel[a][b] for a, b in itertools.pairwise(way)) for way in ways)

    best = math.inf
    for routes in _partitions(list(range(n))):
        loads = [sum(demand[stop] for stop in route) for route in routes]
        if max(loads) > problem.vehicle_capacity:
            continue
        tours = [[tour(site, route) for site in range(m)] for route in routes]
        for sites in itertools.product([site for site in range(m) if modes[site] >= 0], repeat=len(routes)):
            brought = [sum(load for load, site in zip(loads, sites, strict=True) if site == other) for other in range(m)]
            if any(amount > limit for amount, limit in zip(brought, room, strict=True)):
                continue
            opened = set(sites) | {site for site in range(m) if modes[site] > 0}
            cost = math.fsum([*(opening[site] for site in opened), *(tours[route][site] for route, site in enumerate(sites))])
            best = min(best, cost + len(routes) * problem.vehicle_cost)
    return best


def _partitions(items):
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for smaller in _partitions(rest):
        yield [[first], *smaller]
        for place in range(len(smaller)):
            yield [*smaller[:place], [first, *smaller[place]], *smaller[place + 1 :]]
