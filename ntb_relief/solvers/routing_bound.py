"""A lower bound on the cost of any plan, cheap and often weak: the best of what single legs, trees and assignments say.

The knapsack bound: a stop is either left out, at its prize, or some vehicle enters it by its cheapest leg. Together the
vehicles carry no more than capacity times the trips their shifts leave room for; the fractional knapsack over each capacity
dimension then says how much prize cannot be collected (Dantzig 1957). `routing_bound_tree` and `routing_bound_assignment`
look at how legs hang together; loads count there only in the number of trips.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..kernels.routing import arrays as col
from .routing_bound_arcs import MOST_NODES, arcs_of
from .routing_bound_assignment import assignment_bound
from .routing_bound_starts import from_depot
from .routing_bound_tree import tree_bound

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..model.instance import Instance
    from .routing_bound_arcs import Arcs


def lower_bound(instance: Instance) -> float:
    """Return a cost that no plan which serves all required stops can be below, in the unit of the objective.

    Parameters
    ----------
    instance : Instance

    Returns
    -------
    float
        0 where nothing better is known. Required stops count with their internal prize.
    """
    problem = instance.problem
    if not problem.stops:
        return 0.0
    arcs = arcs_of(instance)
    if instance.asked.may_split:
        # The others count a leg into every stop once; what is split is entered more often, but only its shares of trips add up.
        shares = [float(np.minimum(share, arcs.drop).sum()) for share in _shares_of_trips(instance, arcs)]
        return _step_above(max(shares, default=0.0)) / problem.cost_scale
    best = max(_legs_bound(instance, arcs), tree_bound(arcs), assignment_bound(arcs))
    return _step_above(best) / problem.cost_scale


def is_hopeless(instance: Instance) -> bool:
    """Tell whether some required stop can be entered by no vehicle: too large, no way, or too late; False proves nothing."""
    arcs = arcs_of(instance)
    required = np.zeros(arcs.num_nodes, bool)
    required[arcs.node] = [stop.prize is None for stop in instance.problem.stops]
    return bool((required & ~np.isfinite(arcs.enter)).any())


def _step_above(total: float) -> float:
    """Return the least whole number that is surely not above every cost from the total on: costs are whole steps.

    Float sums may be too high by a hair.
    """
    return float(np.ceil(total * (1 - 1e-9) - 1e-6))


def _legs_bound(instance: Instance, arcs: Arcs) -> float:
    """Return the best of the knapsack bounds.

    A trip of a vehicle of capacity Q pays at least the way out to any of its stops and back. The loads q of its stops
    sum up to Q at most, so it pays at least the sum of q / Q times these ways (Haimovich & Rinnooy Kan 1985): each stop served
    stands for its share, which may say more than its cheapest leg.
    """
    row = {name: i for i, name in enumerate(instance.problem.place_ids)}
    place = np.array([row[stop.place_id] for stop in instance.problem.stops])
    rooms = [(arcs.by_node(instance.demand[1:, dim].astype(float)), _room(instance, place, dim)) for dim in range(instance.demand.shape[1])]
    rooms += [(arcs.by_node(spent), available) for spent, available in _hours(instance, place)]
    best = 0.0
    for served in (arcs.enter, *_shares_of_trips(instance, arcs)):
        least = np.minimum(served, arcs.drop)
        best = max([best, float(least.sum()), *(_knapsack(arcs.drop, least, weight, room) for weight, room in rooms)])
    return best


def _shares_of_trips(instance: Instance, arcs: Arcs) -> list[NDArray[np.float64]]:
    """Return each node's share of its trip by what is brought and by what is taken on, a row a dimension."""
    arrays = instance.arrays
    loads = [instance.demand[1:]]
    if len(arrays.pickup) > 1:
        loads.append(np.where(arrays.stop[1:, col.PARTNER, None] > 0, 0, arrays.pickup[1:]))
    rows = []
    for load in loads:
        for dim in np.flatnonzero(load.any(axis=0)):
            share = np.zeros(len(load))
            np.multiply(load[:, dim], arcs.per_load[:, dim], out=share, where=load[:, dim] > 0)
            rows.append(arcs.by_node(share))
    return rows


def _room(instance: Instance, place: NDArray[np.int64], dim: int) -> float:
    """Return how much all vehicles can carry in all their trips; each trip takes loading and the nearest stop."""
    arrays = instance.arrays
    room = 0.0
    for kind, row in enumerate(arrays.kind):
        usable = place[arrays.allowed[kind, 1:] > 0]
        if not usable.size:
            continue
        trips = instance.problem.vehicle_types[kind].max_trips if row[col.HOME_DEPOT] < 0 else 1
        span = min(float(row[col.LATE] - row[col.EARLY]), float(row[col.MAX_DURATION]))
        if arrays.flags[col.TIMED] and span < col.NEVER / 2:
            seconds = arrays.seconds[row[col.PROFILE]]
            out = int(seconds[np.ix_(arrays.depot[:, 0], usable)].min())
            back = int(seconds[np.ix_(usable, arrays.depot[:, 0])].min())
            # The last trip need not come back to a depot.
            trips = min(trips, int((span + back) // max(1, row[col.LOADING] + out + back)))
        room += float(row[col.COUNT]) * trips * float(arrays.capacity[kind, dim])
    return room


def _hours(instance: Instance, place: NDArray[np.int64]) -> list[tuple[NDArray[np.float64], float]]:
    """Return the least vehicle seconds every stop takes and the seconds all vehicles have; nothing where time is unlimited.

    A trip lasts at least loading, all its services, and the quickest way, over any stops, to its farthest stop and on to a depot
    or the end. The farthest is at least the mean weighted by load in any one dimension, so each stop takes its service and
    its share of load and way: a row a dimension.
    """
    arrays = instance.arrays
    kinds = arrays.kind
    spans = np.minimum(kinds[:, col.LATE] - kinds[:, col.EARLY], kinds[:, col.MAX_DURATION])
    if not arrays.flags[col.TIMED] or len(place) > MOST_NODES or (spans > col.NEVER // 2).any() or (kinds[:, col.END] < 0).any():
        return []
    spent = np.full((instance.demand.shape[1], len(place)), np.inf)
    ways: dict[tuple[int, int], NDArray[np.float64]] = {}
    for number, row in enumerate(kinds):
        key = int(row[col.PROFILE]), int(row[col.END])
        if key not in ways:
            seconds = arrays.seconds[key[0]].astype(float)
            out = seconds[np.ix_(arrays.depot[:, 0], place)].min(axis=0)
            back = seconds[np.ix_(place, np.append(arrays.depot[:, 0], key[1]))].min(axis=1)
            between = seconds[np.ix_(place, place)]
            ways[key] = from_depot(between, out) + from_depot(between.T, back)
        share = instance.demand[1:] / np.maximum(arrays.capacity[number], 1)
        usable = (arrays.allowed[number, 1:] > 0) & (share <= 1).all(axis=1)
        taken = arrays.service[number, 1:] + share.T * (row[col.LOADING] + ways[key])
        spent = np.where(usable, np.minimum(spent, taken), spent)
    available = float((kinds[:, col.COUNT] * spans).sum())
    return [(row, available) for row in spent]


def _knapsack(prize: NDArray[np.float64], served: NDArray[np.float64], weight: NDArray[np.float64], room: float) -> float:
    """Return the least of sum(prize of those out) + sum(cost of those in) with the weight in at most `room`."""
    # A stop of endless weight is served by nobody: its prize is lost.
    carried = np.isfinite(weight)
    gain, weight = (prize - served)[carried], weight[carried]
    order = np.argsort(-gain / np.maximum(weight, 1e-9), kind="stable")
    filled = np.cumsum(weight[order])
    before = np.concatenate([[0.0], filled[:-1]])
    taken = np.clip((room - before) / np.maximum(weight[order], 1e-9), 0.0, 1.0)
    return float(prize.sum() - (gain[order] * taken).sum())
