"""A lower bound from spanning trees: Held & Karp's 1-trees carried over to trips (Held & Karp 1971; Fisher 1994, K-trees).

Take a plan in the graph of `Arcs` and, of each of its T trips, the last leg away, the one back to the depot. What is left
is a tree that spans the depot and all nodes that are served; a node that is left out hangs on the depot by an edge that costs
its loss. So the plan pays at least

    the cheapest spanning tree + the T cheapest last legs,

each leg at the cheaper of its two directions. Every node served has two legs and the tree has T first legs: prices
pi on these rules (Lagrange multipliers of either sign) make the tree avoid crowded nodes and keep the sum below every plan:

    L(pi, lambda) = tree(c_ij + pi_i + pi_j, out_i + pi_i + lambda or loss_i + 2 pi_i) + least over T of
                    sum of T cheapest (back_i + pi_i - lambda) - 2 sum(pi),   fewest <= T <= most.

For the plan's own tree and T the multipliers cancel, hence L <= its cost for all of them; subgradient steps raise L. The
legs back of T trips begin at T different nodes, for every node lies on one trip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .routing_bound_arcs import Arcs

    Floats = NDArray[np.float64]

_WORK: Final = 45_000_000
"""Cells of the table of legs looked at."""
_MOST_ROUNDS: Final = 150
_FEWEST_ROUNDS: Final = 2
_PATIENCE: Final = 6


class _Graph(NamedTuple):
    """The graph without directions and without infinities."""

    between: Floats
    out: Floats
    back: Floats
    drop: Floats
    fewest_trips: int
    most_trips: int


class _Relaxed(NamedTuple):
    """The cheapest tree with legs back under some multipliers."""

    value: float
    excess: Floats
    """Legs of each node beyond two."""
    first_beyond: float
    """First legs beyond one a trip."""


def tree_bound(arcs: Arcs) -> float:
    """Return the best value found in a number of steps that depends on the size alone; 0 where the table of legs is missing."""
    if arcs.between is None or not arcs.num_nodes:
        return 0.0
    far = arcs.ceiling
    graph = _Graph(
        between=np.minimum(np.minimum(arcs.between, arcs.between.T), far),
        out=np.minimum(arcs.out, far),
        back=np.minimum(arcs.back, far),
        drop=np.minimum(arcs.drop, far),
        fewest_trips=arcs.fewest_trips,
        most_trips=arcs.most_trips,
    )
    rounds = int(np.clip(_WORK // arcs.num_nodes**2, _FEWEST_ROUNDS, _MOST_ROUNDS))
    price, first_price = np.zeros(arcs.num_nodes), 0.0
    best, step, stale = -np.inf, 1.0, 0
    best_price, best_first = price, first_price
    for _ in range(rounds):
        found = _relax(graph, price=price, first_price=first_price)
        if found.value > best:
            best, best_price, best_first, stale = found.value, price, first_price, 0
        else:
            stale += 1
            if stale >= _PATIENCE:
                step, stale, price, first_price = step / 2, 0, best_price, best_first
        norm = float(found.excess @ found.excess) + found.first_beyond**2
        if norm == 0:
            break  # the tree is a plan of the graph: nothing is above it
        # No plan is known here: a quarter above the best bound stands for its cost in Polyak's rule.
        length = step * (1.25 * max(best, 1.0) - min(found.value, best)) / norm
        price = price + length * found.excess
        first_price += length * found.first_beyond
    return max(0.0, best)


def _relax(graph: _Graph, *, price: Floats, first_price: float) -> _Relaxed:
    first, loss = graph.out + price + first_price, graph.drop + 2 * price
    is_left = loss <= first
    tree, degree, on_depot = _spanning_tree(graph.between, np.where(is_left, loss, first), price)
    left = on_depot & is_left
    degree[left] += 1  # left out it is as content as with two legs
    legs_back = graph.back + price - first_price
    order = np.argsort(legs_back, kind="stable")[: graph.most_trips]
    # Trips above the fewest pay only where they lower the sum.
    trips = max(graph.fewest_trips, int(np.searchsorted(legs_back[order], 0.0)))
    chosen = order[:trips]
    degree[chosen] += 1
    value = tree + float(legs_back[chosen].sum()) - 2 * float(price.sum())
    return _Relaxed(value, degree - 2.0, float((on_depot & ~is_left).sum() - len(chosen)))


def _spanning_tree(between: Floats, depot: Floats, price: Floats) -> tuple[float, Floats, NDArray[np.bool_]]:
    """Return (length, degree of each node, which hang on the depot) of the shortest tree (Prim 1957, a row at a time)."""
    num = len(depot)
    degree, on_depot = np.zeros(num), np.zeros(num, bool)
    parent, is_open = np.full(num, -1), np.ones(num, bool)
    key, total = depot.copy(), 0.0
    for _ in range(num):
        node = int(key.argmin())
        total += float(key[node])
        degree[node] += 1
        if parent[node] < 0:
            on_depot[node] = True
        else:
            degree[parent[node]] += 1
        is_open[node] = False
        key[node] = np.inf
        offer = between[node] + price + price[node]
        closer = (offer < key) & is_open
        key[closer] = offer[closer]
        parent[closer] = node
    return total, degree, on_depot
