"""A lower bound from the assignment problem: every node is left for exactly one next node (Dell'Amico, Maffioli & Värbrand 1995).

A plan in the graph of `Arcs` gives every node that is served one leg in and one leg out, and the depot as many of both as it
has trips. So it is an assignment of rows to columns: nodes to nodes by the leg between them, a node to itself at its loss
where it is left out, one row and one column of the depot for each trip, and those of trips that are not made to each other
for nothing. The cheapest assignment (which may close cycles that miss the depot) costs no more than any plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from .routing_bound_arcs import Arcs

_MOST_ROWS: Final = 2600


def assignment_bound(arcs: Arcs) -> float:
    """Return the cost of the cheapest assignment; 0 where the table is missing or too large."""
    if arcs.between is None:
        return 0.0
    size, trips = arcs.num_nodes, arcs.most_trips
    if not size or size + trips > _MOST_ROWS:
        return 0.0
    from scipy.optimize import linear_sum_assignment

    far = arcs.ceiling
    table = np.full((size + trips, size + trips), far)
    table[:size, :size] = np.minimum(arcs.between, far)
    np.fill_diagonal(table[:size, :size], np.minimum(arcs.drop, far))
    table[size:, :size] = np.minimum(arcs.out, far)
    table[:size, size:] = np.minimum(arcs.back, far)[:, None]
    # The fewest trips are made; a row and a column of each further one may stay idle.
    idle = np.arange(size + arcs.fewest_trips, size + trips)
    table[idle[:, None], idle] = 0.0
    rows, columns = linear_sum_assignment(table)
    return float(table[rows, columns].sum())
