"""Pre-positioning as one mixed-integer program over all scenarios (the extensive form), and transportation as a linear program."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from ntb_relief.model.prepositioning_risks import CVaR, Expected, Robust


class Program:
    """Rows and columns of a program, one after the other."""

    def __init__(self):
        self.cost, self.low, self.high, self.whole = [], [], [], []
        self.rows = []

    def column(self, cost=0.0, low=0.0, high=np.inf, *, is_whole=False):
        self.cost.append(cost)
        self.low.append(low)
        self.high.append(high)
        self.whole.append(int(is_whole))
        return len(self.cost) - 1

    def at_most(self, terms, limit):
        self.rows.append((terms, limit))

    def solve(self):
        matrix = np.zeros((len(self.rows), len(self.cost)))
        for number, (terms, _) in enumerate(self.rows):
            for column, value in terms:
                matrix[number, column] += value
        limits = np.array([limit for _, limit in self.rows])
        return milp(
            np.array(self.cost),
            integrality=np.array(self.whole),
            bounds=Bounds(np.array(self.low), np.array(self.high)),
            constraints=LinearConstraint(matrix, ub=limits),
            options={"mip_rel_gap": 1e-9},
        )


def extensive_form(problem, risk=None):
    """Return the least objective, None where nothing is feasible."""
    risk = risk or Expected()
    program = Program()
    sites, items = range(len(problem.site_ids)), range(len(problem.item_ids))
    opened = [[program.column(cost, high=1.0, is_whole=True) for cost in row] for row in problem.cost_idr.tolist()]
    stock = [[program.column(problem.purchase_idr[i]) for i in items] for _ in sites]
    for s in sites:
        program.at_most([(column, 1.0) for column in opened[s]], 1.0)
        room = [(column, -room) for column, room in zip(opened[s], problem.capacity_l[s].tolist(), strict=True)]
        program.at_most([(stock[s][i], problem.volume_l[i]) for i in items] + room, 0.0)
    first = [(c, program.cost[c]) for part in (*opened, *stock) for c in part]
    if problem.budget_idr is not None:
        program.at_most(first, problem.budget_idr)
    if problem.most_sites is not None:
        program.at_most([(c, 1.0) for row in opened for c in row], problem.most_sites)
    if problem.stock_limit is not None:
        for i in items:
            program.at_most([(stock[s][i], 1.0) for s in sites], problem.stock_limit[i])
    after = [_scenario(program, problem, scenario, stock) for scenario in problem.scenarios]
    probability = [scenario.probability for scenario in problem.scenarios]
    _weigh(program, after, probability, risk)
    found = program.solve()
    return None if found.status == 2 else float(found.fun)


def _scenario(program, problem, scenario, stock):
    """Add one scenario; return the terms of its cost."""
    terms = []
    sites, points = range(len(problem.site_ids)), range(len(problem.point_ids))
    place = {name: row for row, name in enumerate(problem.site_ids)}
    sells = {name: (problem.capacity_l[row] > 0).any() for name, row in place.items()}
    for i, item in enumerate(problem.item_ids):
        into = [[] for _ in points]
        rows = [(s, None) for s in sites] + [(place[v.site_id], v) for v in problem.vendors if v.item_id == item]
        reached = set()
        for s, vendor in rows:
            out = []
            for p in points:
                if scenario.distance_m[s, p] >= 0:
                    price = problem.carry_idr_km[i] * scenario.distance_m[s, p] / 1000 + (vendor.price_idr if vendor else 0.0)
                    column = program.column()
                    terms.append((column, price))
                    out.append((column, 1.0))
                    into[p].append((column, -1.0))
                    has_any = sells[problem.site_ids[s]] if vendor is None else vendor.quantity > 0
                    if has_any and scenario.survival[s] > 0:
                        reached.add(p)
            if vendor is None:
                program.at_most([*out, (stock[s][i], -scenario.survival[s])], 0.0)
            else:
                program.at_most(out, vendor.quantity * scenario.survival[s])
        unmet = [program.column() for _ in points]
        for p in points:
            program.at_most([*into[p], (unmet[p], -1.0)], -scenario.need[p, i])
            terms.append((unmet[p], problem.penalty_idr[i]))
        share = problem.service.get(item, 0.0)
        if share > 0:
            total = scenario.need[:, i].sum()
            program.at_most([(c, 1.0) for c in unmet], total - share * sum(scenario.need[p, i] for p in reached))
    return terms


def _weigh(program, after, probability, risk):
    def mean(weight):
        for terms, chance in zip(after, probability, strict=True):
            for column, value in terms:
                program.cost[column] += weight * chance * value

    if isinstance(risk, Expected):
        mean(1.0)
    elif isinstance(risk, Robust):
        worst = program.column(1.0)
        for terms in after:
            program.at_most([*terms, (worst, -1.0)], 0.0)
    else:
        assert isinstance(risk, CVaR)
        mean(1.0 - risk.weight)
        threshold = program.column(risk.weight)
        for terms, chance in zip(after, probability, strict=True):
            above = program.column(risk.weight * chance / risk.tail)
            program.at_most([*terms, (threshold, -1.0), (above, -1.0)], 0.0)


def transport(cost, limit, held, need, *, allowed, penalty, breach_price):
    """Return the least cost of one scenario and item; `cost` and `limit` are rows by points, closed ways infinite."""
    rows, points = cost.shape
    unmet = np.concatenate([np.full(points, penalty), np.full(points, breach_price)])
    matrix = np.zeros((rows + points + 1, rows * points + 2 * points))
    for r in range(rows):
        matrix[r, r * points : (r + 1) * points] = 1
    for p in range(points):
        matrix[rows + p, p::points] = -1
    matrix[-1, rows * points : (rows + 1) * points] = 1
    high = np.concatenate([np.where(np.isfinite(cost), limit, 0.0).ravel(), np.full(2 * points, np.inf)])
    found = linprog(
        np.concatenate([np.where(np.isfinite(cost), cost, 0.0).ravel(), unmet]),
        A_ub=matrix,
        b_ub=np.concatenate([held, -need, [allowed]]),
        bounds=np.stack([np.zeros(len(high)), high], axis=1),
    )
    assert found.success
    return float(found.fun)
