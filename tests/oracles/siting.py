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
