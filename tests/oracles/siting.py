"""Slow twin of the siting engine: every set of sites is tried, assignments by a linear or mixed program."""

from __future__ import annotations

import math
from itertools import combinations, product

import numpy as np
from scipy.optimize import linprog

from ntb_relief.model.facility_location_goals import FixedCharge, MaxCover, PCenter, PMedian, SetCover


def dense_cost(problem):
    if problem.nearest is None:
        return problem.cost
    cost = np.full((len(problem.demand_ids), len(problem.site_ids)), math.inf)
    for row, (names, values) in enumerate(zip(problem.nearest, problem.cost, strict=True)):
        for name, value in zip(names, values, strict=True):
            if name >= 0:
                cost[row, name] = value
    return cost


def best_cost(problem, goal):
    """Return the least objective over all sets of sites, infinity where none will do."""
    modes = problem.site_modes
    must = [j for j in range(len(modes)) if modes[j] > 0]
    may = [j for j in range(len(modes)) if modes[j] == 0]
    best = math.inf
    for size in range(len(may) + 1):
        for extra in combinations(may, size):
            if chosen := sorted([*must, *extra]):
                best = min(best, set_cost(problem, goal, chosen))
    return best


def set_cost(problem, goal, chosen):
    cost, weight, opening = dense_cost(problem)[:, chosen], problem.weights, problem.opening_costs
    near = cost.min(axis=1)
    number = len(chosen)
    is_reached = bool(np.isfinite(near).all())
    match goal:
        case MaxCover(p, radius):
            return float(weight[near > radius].sum()) if number == p else math.inf
        case PCenter(p):
            return float(near.max()) if number <= p and is_reached else math.inf
        case SetCover(radius):
            price = float(opening[chosen].sum()) if opening.any() else float(number)
            return price if near.max() <= radius else math.inf
    if not is_reached or (isinstance(goal, PMedian) and number != goal.p):
        return math.inf
    fixed = float(opening[chosen].sum()) if isinstance(goal, FixedCharge) else 0.0
    service = (
        float((weight * near).sum())
        if problem.capacity is None
        else _serve(problem, np.where(np.isfinite(cost), cost, 0) * weight[:, None] + np.where(np.isfinite(cost), 0, math.inf), chosen)
    )
    return fixed + service


def _serve(problem, cost, chosen):
    demand, room = problem.demand, problem.capacity[chosen]
    n, k = cost.shape
    if problem.is_single_source:
        best = math.inf
        for owner in product(range(k), repeat=n):
            load = np.bincount(owner, weights=demand, minlength=k)
            if (load <= room + 1e-9).all():
                best = min(best, sum(cost[i, owner[i]] for i in range(n)))
        return best
    once, held = np.zeros((n, n * k)), np.zeros((k, n * k))
    for i, j in product(range(n), range(k)):
        once[i, i * k + j] = 1
        held[j, i * k + j] = demand[i]
    finite = np.where(np.isfinite(cost), cost, 0).ravel()
    limits = [(0, 1 if math.isfinite(value) else 0) for value in cost.ravel()]
    answer = linprog(finite, A_ub=held, b_ub=room, A_eq=once, b_eq=np.ones(n), bounds=limits)
    return float(answer.fun) if answer.status == 0 else math.inf


def core_cost(core, chosen):
    """Return the cost of open sites in an uncapacitated core, by its lists alone."""
    total = sum(fixed for fixed, is_open in zip(core.fixed, chosen, strict=True) if is_open)
    for i, outside in enumerate(core.outside):
        entries = range(core.row_start[i], core.row_start[i + 1])
        total += min([outside, *(core.row_cost[e] for e in entries if chosen[core.row_site[e]])])
    return float(total)


def allowed_sets(mode, low, high):
    """Return every set of sites that modes and limits allow, as lists of 0 and 1."""
    sets = product((0, 1), repeat=len(mode))
    return [s for s in sets if low <= sum(s) <= high and all(x if m > 0 else not x or m == 0 for x, m in zip(s, mode, strict=True))]


def relaxed_cost(core, price, chosen):
    """Return what open sites cost where each demand point pays its price and takes every site that is cheaper."""
    total = float(price.sum()) + sum(core.fixed[j] for j in range(len(chosen)) if chosen[j])
    for i, limit in enumerate(price):
        for e in range(core.row_start[i], core.row_start[i + 1]):
            if chosen[core.row_site[e]]:
                total += min(0.0, core.row_cost[e] - limit)
    return float(total)


def lost_weight(cover, chosen):
    """Return the weight of the demand points that no open site covers."""
    lost = 0.0
    for i, weight in enumerate(cover.weight):
        names = cover.point_site[cover.point_start[i] : cover.point_start[i + 1]]
        lost += 0.0 if any(chosen[j] for j in names) else weight
    return float(lost)


def minimal_sets(sets, cost, locked):
    """Tell which sets contain no other one of no larger cost, the first of equal ones counting as the smaller."""
    alive = [True] * len(sets)
    for i in range(len(sets)):
        for k in range(len(sets)):
            inside = k != i and alive[k] and cost[k] <= cost[i] and sets[k] <= sets[i]
            is_same = inside and cost[k] == cost[i] and sets[k] == sets[i]
            if inside and not locked[i] and (not is_same or k < i or locked[k]):
                alive[i] = False
    return alive


def knapsack(gain, demand, capacity):
    """Return the least sum of gains of whole items that fit."""
    best = 0.0
    for taken in product((0, 1), repeat=len(gain)):
        if np.dot(taken, demand) <= capacity:
            best = min(best, float(np.dot(taken, gain)))
    return best


def assignment_cost(sites, chosen, owner, fine):
    """Return fixed costs, service costs and fines for loads above the capacities."""
    load = np.bincount(owner, weights=sites.demand, minlength=len(chosen))
    fines = fine * np.maximum(load - sites.capacity, 0.0)[np.flatnonzero(chosen)].sum()
    return float(sites.fixed[np.flatnonzero(chosen)].sum() + sites.cost[owner, np.arange(len(owner))].sum() + fines)
