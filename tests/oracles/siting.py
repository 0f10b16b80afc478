"""Slow twin of the siting engine: every set of sites is tried, assignments by a linear or mixed program."""

from __future__ import annotations

import math
from itertools import combinations, product
from types import SimpleNamespace

import numpy as np
from scipy.optimize import linprog

from ntb_relief.model.facility_location_goals import (
    BackupCover,
    FairCover,
    FixedCharge,
    MaxBackupCover,
    MaxCover,
    PCenter,
    PGini,
    PLeximin,
    SetCover,
)


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
    """Return the least objective over all sets of sites, and of sources where there are two echelons; infinity where none will do."""
    if problem.upstream is None:
        return min((set_cost(problem, goal, dense_cost(problem), chosen) for chosen in sets_of(problem)), default=math.inf)
    best = math.inf
    for sources in sets_of(problem.upstream):
        spent = float(problem.upstream.opening_costs[sources].sum()) if isinstance(goal, FixedCharge) else 0.0
        cost = dense_cost(problem) + problem.upstream.cost[:, sources].min(axis=1)
        best = min([best, *(spent + set_cost(problem, goal, cost, chosen) for chosen in sets_of(problem))])
    return best


def sets_of(problem):
    """Return every set of open sites that the problem allows."""
    modes = problem.site_modes
    must = [j for j in range(len(modes)) if modes[j] > 0]
    may = [j for j in range(len(modes)) if modes[j] == 0]
    extras = (extra for size in range(len(may) + 1) for extra in combinations(may, size))
    return [sorted([*must, *extra]) for extra in extras if must or extra]


def set_cost(problem, goal, dense, chosen):
    cost, weight, opening = dense[:, chosen], problem.weights, problem.opening_costs
    spent = float(opening[chosen].sum())
    if not _is_within_limits(goal, len(chosen), spent):
        return math.inf
    price = spent if opening.any() else float(len(chosen))
    hits = (cost <= getattr(goal, "radius", 0.0)).sum(axis=1)
    if problem.capacity is not None and isinstance(goal, MaxCover | PCenter):
        return _held(problem, goal, cost, chosen)
    match goal:
        case MaxCover():
            value = float(weight[hits < 1].sum())
        case MaxBackupCover(times=times):
            value = float(weight[hits < times].sum()) if hits.min() >= times - 1 else math.inf
        case BackupCover() | SetCover():
            value = price if hits.min() >= getattr(goal, "times", 1) else math.inf
        case FairCover():
            value = max(uncovered_shares(problem, hits), default=0.0)
        case PGini():
            value = gini(cost.min(axis=1), weight)
        case PCenter() | PLeximin():
            value = float(cost.min(axis=1).max())
        case _:
            fixed = spent if isinstance(goal, FixedCharge) else 0.0
            value = fixed + _service(problem, cost, weight, chosen)
    return value


def _held(problem, goal, cost, chosen):
    """Return the weight left uncovered, or the largest cost, where sites hold only so much."""
    if isinstance(goal, MaxCover):
        outside = np.where(cost <= goal.radius, 0.0, math.inf)
        return _serve(problem, np.column_stack([outside, problem.weights]), [*chosen, len(problem.site_ids)])
    radii = np.unique(cost[np.isfinite(cost)])
    fits = (radius for radius in radii if math.isfinite(_serve(problem, np.where(cost <= radius, 0.0, math.inf), chosen)))
    return next(fits, math.inf)


def uncovered_shares(problem, hits):
    """Return of each group with weight the share that no site covers, largest first."""
    whole, missed = {}, {}
    for group, weight, count in zip(problem.group, problem.weights, hits, strict=True):
        whole[group] = whole.get(group, 0) + weight
        missed[group] = missed.get(group, 0) + (weight if count == 0 else 0)
    return sorted((missed[group] / whole[group] for group in whole if whole[group] > 0), reverse=True)


def gini(value, weight):
    """Return the Gini coefficient by all pairs."""
    if not np.isfinite(value).all():
        return math.inf
    total = float((weight * value).sum()) * float(weight.sum())
    pairs = sum(wi * wj * abs(a - b) for a, wi in zip(value, weight, strict=True) for b, wj in zip(value, weight, strict=True))
    return pairs / (2 * total) if total else 0.0


def best_order(problem, goal):
    """Return the lexicographically least row of largest costs or uncovered shares over all sets of sites."""
    cost, modes = dense_cost(problem), problem.site_modes
    sets = [
        chosen
        for chosen in combinations(range(len(modes)), goal.p)
        if all(modes[j] >= 0 for j in chosen) and all(j in chosen for j in np.flatnonzero(modes > 0))
    ]
    return min(order_of(problem, goal, cost[:, chosen]) for chosen in sets)


def order_of(problem, goal, cost):
    if isinstance(goal, FairCover):
        return [round(share, 9) for share in uncovered_shares(problem, (cost <= goal.radius).sum(axis=1))]
    return sorted(cost.min(axis=1).tolist(), reverse=True)


def _service(problem, cost, weight, chosen):
    """Return the cost of serving all from these sites, infinity where they cannot."""
    if not np.isfinite(cost).any(axis=1).all():
        return math.inf
    finite = np.where(np.isfinite(cost), cost, 0) * weight[:, None] + np.where(np.isfinite(cost), 0, math.inf)
    return float(finite.min(axis=1).sum()) if problem.capacity is None else _serve(problem, finite, chosen)


def _is_within_limits(goal, number, spent):
    p, budget = getattr(goal, "p", None), getattr(goal, "budget", None)
    least = 0 if isinstance(goal, PCenter) else p
    return (p is None or least <= number <= p) and (budget is None or spent <= budget)


def _serve(problem, cost, chosen):
    demand, room = problem.demand, np.append(problem.capacity, problem.demand.sum())[chosen]
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


def fill_budget(core, mode, price, worth, left, chosen):
    """Return the sites after greedy openings within a budget, every saving counted anew."""
    chosen = [bool(x) for x in chosen]
    while True:
        before, best, pick = unfixed_cost(core, chosen), 0.0, -1
        for j in range(len(chosen)):
            if not chosen[j] and mode[j] == 0 and price[j] <= left:
                chosen[j] = True
                saved = (before - unfixed_cost(core, chosen)) * worth[j]
                chosen[j] = False
                if saved > best:
                    best, pick = saved, j
        if pick < 0:
            return chosen
        chosen[pick] = True
        left -= price[pick]


def unfixed_cost(core, chosen):
    return core_cost(core._replace(fixed=core.fixed * 0), chosen)


def can_meet(problem, reason):
    """Tell whether some sites meet all demands of a reason, by trying every set."""
    names, cost = problem.site_ids, dense_cost(problem)
    rows = [problem.demand_ids.index(name) for name in reason.demand_ids]
    near = cost[rows] <= (np.finfo(float).max if reason.radius is None else reason.radius)
    for size in range(len(names) + 1):
        for chosen in combinations(range(len(names)), size):
            opened = {names[j] for j in chosen}
            if not opened >= set(reason.required) or opened & set(reason.forbidden):
                continue
            if reason.p is not None and size > reason.p:
                continue
            if reason.budget is not None and problem.opening_costs[list(chosen)].sum() > reason.budget:
                continue
            if _reaches(problem, reason, near, rows, list(chosen)):
                return True
    return False


def _reaches(problem, reason, near, rows, chosen):
    if not rows:
        return True
    if problem.capacity is None:
        return bool((near[:, chosen].sum(axis=1) >= (reason.times or 1)).all())
    total = problem.demand.sum()
    room = np.array([problem.capacity[j] if problem.site_ids[j] in reason.full else total for j in range(len(problem.site_ids))])
    part = SimpleNamespace(demand=problem.demand[rows], capacity=room, is_single_source=reason.is_single_source)
    cost = np.where(near[:, chosen], 0.0, math.inf)
    return bool(chosen) and math.isfinite(_serve(part, cost, chosen))
