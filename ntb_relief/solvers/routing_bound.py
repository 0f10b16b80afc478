"""A lower bound on the cost of any plan, cheap and weak: what entering each stop costs, and what must stay out.

A stop is either left out, at its prize, or some vehicle enters it by its cheapest arc. Together the vehicles
carry no more than capacity times the trips their shifts leave room for; the fractional knapsack over each capacity
dimension then says how much prize cannot be collected (Dantzig 1957 bound).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..kernels.routing import arrays as col

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..model.instance import Instance


def lower_bound(instance: Instance) -> float:
    """Return a cost that no plan can be below, in the unit of the objective.

    Parameters
    ----------
    instance : Instance

    Returns
    -------
    float
        0 where nothing better is known. Required stops count with their internal prize.
    """
    arrays, problem = instance.arrays, instance.problem
    if not problem.stops:
        return 0.0
    place = _stop_places(instance)
    enter = _cheapest_entry(instance, place)
    prize = arrays.stop[1:, col.PRIZE].astype(float)
    served = np.minimum(enter, prize)
    leader = arrays.stop[1:, col.LEADER] - 1
    if len(np.unique(leader)) < len(leader):
        # Of a group of alternatives one is entered: the cheapest counts.
        cheapest = np.full(len(leader), np.inf)
        np.minimum.at(cheapest, leader, served)
        return _step_below(float(cheapest[np.unique(leader)].sum())) / problem.cost_scale
    best = float(served.sum())
    for dim in range(arrays.demand.shape[1]):
        room = _room(instance, place, dim)
        best = max(best, _knapsack(prize, served, arrays.demand[1:, dim].astype(float), room))
    hours = _hours(instance, place)
    if hours is not None:
        best = max(best, _knapsack(prize, served, *hours))
    return _step_below(best) / problem.cost_scale


def _step_below(total: float) -> float:
    """Return a whole number that is surely not above the total: float sums may round up by a hair."""
    return float(np.floor(total * (1 - 1e-12)))


def _stop_places(instance: Instance) -> NDArray[np.int64]:
    row = {name: i for i, name in enumerate(instance.problem.place_ids)}
    return np.array([row[stop.place_id] for stop in instance.problem.stops])


def _cheapest_entry(instance: Instance, place: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the least cost of the arc that enters each stop, over all vehicle types that may serve it."""
    arrays = instance.arrays
    best = np.full(len(place), np.inf)
    depots = arrays.depot[:, 0]
    for kind, row in enumerate(arrays.kind):
        metres = arrays.metres[row[col.PROFILE]]
        sources = np.unique(np.concatenate([place, depots, [row[col.START]]]))
        into = metres[np.ix_(sources, place)].astype(float)
        into[sources[:, None] == place[None]] = np.inf
        into[into >= col.FAR] = np.inf
        # Stops at one place can follow each other at no distance.
        shared = np.bincount(place, minlength=metres.shape[0])[place] > 1
        shared |= np.isin(place, np.append(depots, row[col.START]))
        nearest = np.where(shared, 0.0, into.min(axis=0))
        # No way in stays endless, even where metres cost nothing.
        price = np.where(np.isfinite(nearest), np.nan_to_num(nearest, posinf=0.0) * row[col.PER_M], np.inf)
        cost = np.where(arrays.allowed[kind, 1:] > 0, price, np.inf)
        best = np.minimum(best, cost)
    return best


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


def _hours(instance: Instance, place: NDArray[np.int64]) -> tuple[NDArray[np.float64], float] | None:
    """Return the least vehicle seconds every stop takes, and the seconds all vehicles have; None where time is unlimited.

    A trip lasts at least loading, all its services, and the way out to its farthest stop and on to a depot or the end.
    The farthest is at least the mean weighted by load, so each stop takes its service and its share of load and way.
    """
    arrays = instance.arrays
    if not arrays.flags[col.TIMED]:
        return None
    spent, available = np.full(len(place), np.inf), 0.0
    depots = arrays.depot[:, 0]
    for kind, row in enumerate(arrays.kind):
        span = min(float(row[col.LATE] - row[col.EARLY]), float(row[col.MAX_DURATION]))
        if span > col.NEVER / 2 or row[col.END] < 0:
            return None
        seconds = arrays.seconds[row[col.PROFILE]].astype(float)
        out = seconds[np.ix_(depots, place)].min(axis=0)
        back = seconds[np.ix_(place, np.append(depots, row[col.END]))].min(axis=1)
        share = (arrays.demand[1:] / np.maximum(arrays.capacity[kind], 1)).max(axis=1)
        usable = (arrays.allowed[kind, 1:] > 0) & (share <= 1)
        seconds_each = arrays.service[kind, 1:] + share * (row[col.LOADING] + out + back)
        spent = np.where(usable, np.minimum(spent, seconds_each), spent)
        available += float(row[col.COUNT]) * span
    return spent, available


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
