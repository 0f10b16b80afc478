"""Judges the plan of a pre-positioning: stores, stock and every delivery in every scenario, counted anew."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from ...model.prepositioning_risks import CVaR, Expected
from .violation import Findings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...model.prepositioning import PrepositioningProblem
    from ..stock_plan import StockPlan
    from .violation import Violation

    Floats = NDArray[np.float64]

_ROUNDING: Final = 1e-6
_TOLD: Final = 5


def verify_prepositioning(problem: PrepositioningProblem, plan: StockPlan) -> list[Violation]:
    """Return every rule of the pre-positioning that the plan breaks; an empty list means the plan is valid.

    ========= =============================================================================================
    unknown   every site, size, row and point is in the problem
    room      no store holds more than its size, nothing is stored without a store, no stock is below 0
    limit     budget, number of stores and units to be bought are kept
    supply    in each scenario no site or vendor sends more than survives of what it has
    reach     nothing goes where no road is open
    need      no point gets more than it needs
    service   the service level of each item is met in each scenario
    objective it is what stores, stock and deliveries make, as do the expected and the worst cost
    ========= =============================================================================================

    Parameters
    ----------
    problem : PrepositioningProblem
    plan : StockPlan
    """
    findings = Findings()
    _check_stores(findings, problem, plan)
    if not findings.violations:
        _check_limits(findings, problem, plan)
        _check_scenarios(findings, problem, plan)
    return findings.violations


def _check_stores(findings: Findings, problem: PrepositioningProblem, plan: StockPlan) -> None:
    for site, size in plan.sizes.items():
        findings.expect(site in problem.site_ids, "unknown", f"site '{site}'", "is not in the problem")
        findings.expect(size in problem.size_ids, "unknown", f"site '{site}'", f"size '{size}' is not in the problem")
    shape = len(problem.site_ids), len(problem.item_ids)
    findings.expect(plan.stock.shape == shape, "unknown", "stock", f"has shape {plan.stock.shape}, not {shape}")
    sent = plan.deliveries
    ends = (
        ("scenario", sent.scenario, len(problem.scenarios)),
        ("item", sent.item, shape[1]),
        ("row", sent.row, shape[0] + len(problem.vendors)),
        ("point", sent.point, len(problem.point_ids)),
    )
    for name, column, count in ends:
        is_known = len(column) == len(sent.units) and ((column >= 0) & (column < count)).all()
        findings.expect(is_known, "unknown", f"deliveries, {name}", f"are not all from 0 to {count - 1}")
    if findings.violations:
        return
    for row, site in enumerate(problem.site_ids):
        volume = math.fsum((plan.stock[row] * problem.volume_l).tolist())
        room = float(problem.capacity_l[row, problem.size_ids.index(plan.sizes[site])]) if site in plan.sizes else 0.0
        findings.expect(bool((plan.stock[row] >= 0).all()), "room", f"site '{site}'", "stores less than nothing")
        what = f"stores {volume:.6g} l, room is {room:.6g} l"
        findings.expect(volume <= room + _ROUNDING * max(1.0, room), "room", f"site '{site}'", what)


def _check_limits(findings: Findings, problem: PrepositioningProblem, plan: StockPlan) -> None:
    first = _first_cost(problem, plan)
    if problem.budget_idr is not None:
        most = problem.budget_idr
        findings.expect(first <= most + _ROUNDING * max(1.0, most), "limit", "plan", f"costs {first:.6g} before, the budget is {most:.6g}")
    if problem.most_sites is not None:
        count = len(plan.sizes)
        findings.expect(count <= problem.most_sites, "limit", "plan", f"has {count} stores, most is {problem.most_sites}")
    if problem.stock_limit is not None:
        for item, bought, most in zip(problem.item_ids, plan.stock.sum(axis=0).tolist(), problem.stock_limit.tolist(), strict=True):
            fits = bought <= most + _ROUNDING * max(1.0, most)
            findings.expect(fits, "limit", f"item '{item}'", f"{bought:.6g} units are bought, {most:.6g} can be")


def _first_cost(problem: PrepositioningProblem, plan: StockPlan) -> float:
    stores = [problem.cost_idr[problem.site_ids.index(site), problem.size_ids.index(size)].item() for site, size in plan.sizes.items()]
    return math.fsum([*stores, *(plan.stock * problem.purchase_idr).ravel().tolist()])


def _check_scenarios(findings: Findings, problem: PrepositioningProblem, plan: StockPlan) -> None:
    """Replay one scenario after the other; each problem is told for a few of them."""
    sent = plan.deliveries
    findings.expect(bool((sent.units >= 0).all()), "need", "deliveries", "some are below 0")
    place = [problem.site_ids.index(vendor.site_id) for vendor in problem.vendors]
    sold = np.zeros((len(place), len(problem.item_ids)))
    price = np.zeros((len(problem.site_ids) + len(place), len(problem.item_ids)))
    for number, vendor in enumerate(problem.vendors):
        column = problem.item_ids.index(vendor.item_id)
        sold[number, column] = vendor.quantity
        price[len(problem.site_ids) + number, column] = vendor.price_idr
    held = np.concatenate([plan.stock, sold])
    home = np.concatenate([np.arange(len(problem.site_ids)), np.array(place, np.int64)]).astype(np.int64)
    order = np.argsort(sent.scenario, kind="stable")
    ends = np.searchsorted(sent.scenario[order], np.arange(len(problem.scenarios) + 1))
    costs = []
    for number, scenario in enumerate(problem.scenarios):
        rows = order[ends[number] : ends[number + 1]]
        item, row, point, units = sent.item[rows], sent.row[rows], sent.point[rows], sent.units[rows]
        where = f"scenario '{scenario.id}'"
        out, got = np.zeros(held.shape), np.zeros(scenario.need.shape)
        np.add.at(out, (row, item), units)
        np.add.at(got, (point, item), units)
        good = scenario.survival[home][:, None] * held
        distance_m = scenario.distance_m[home[row], point]
        if len(findings.violations) < _TOLD:
            over = int((out > good + _ROUNDING * np.maximum(1.0, good)).sum())
            findings.expect(over == 0, "supply", where, f"{over} stocks send more than survives")
            findings.expect(bool((distance_m >= 0).all()), "reach", where, "a delivery takes a closed road")
            over = int((got > scenario.need + _ROUNDING * np.maximum(1.0, scenario.need)).sum())
            findings.expect(over == 0, "need", where, f"{over} needs get more than they ask")
            _check_service(findings, problem, number, got)
        carried = units * (problem.carry_idr_km[item] * distance_m / 1000.0 + price[row, item])
        missing = np.maximum(scenario.need - got, 0.0) @ problem.penalty_idr
        costs.append(math.fsum([*carried.tolist(), *missing.tolist()]))
    _check_costs(findings, problem, plan, np.array(costs))


def _check_service(findings: Findings, problem: PrepositioningProblem, number: int, got: Floats) -> None:
    scenario = problem.scenarios[number]
    for name, share in problem.service.items():
        item = problem.item_ids.index(name)
        sells = np.array([max(row) > 0 for row in problem.capacity_l.tolist()])
        for vendor in problem.vendors:
            if vendor.item_id == name and vendor.quantity > 0:
                sells[problem.site_ids.index(vendor.site_id)] = True
        ways = scenario.distance_m[sells & (scenario.survival > 0)]
        reached = (ways >= 0).any(axis=0)
        wanted = share * math.fsum(scenario.need[reached, item].tolist())
        served = math.fsum(got[:, item].tolist())
        slack = 10 * _ROUNDING * (1.0 + float(scenario.need[:, item].sum()))
        what = f"{served:.6g} of item '{name}' are served, the service level asks {wanted:.6g}"
        findings.expect(served >= wanted - slack, "service", f"scenario '{scenario.id}'", what)


def _check_costs(findings: Findings, problem: PrepositioningProblem, plan: StockPlan, costs: Floats) -> None:
    probability = np.array([one.probability for one in problem.scenarios])
    first, mean = _first_cost(problem, plan), math.fsum((probability * costs).tolist())
    if isinstance(plan.risk, Expected):
        after = mean
    elif isinstance(plan.risk, CVaR):
        after = plan.risk.weight * _tail_mean(costs, probability, plan.risk.tail) + (1 - plan.risk.weight) * mean
    else:
        after = float(costs.max())
    told = (
        ("objective", plan.objective, first + after),
        ("first cost", plan.costs.first_idr, first),
        ("expected cost", plan.costs.mean_idr, mean),
        ("worst cost", plan.costs.worst_idr, float(costs.max())),
    )
    for name, said, found in told:
        near = abs(said - found) <= _ROUNDING * max(1.0, abs(found))
        findings.expect(near, "objective", f"plan, {name}", f"says {said}, stores and deliveries make {found}")


def _tail_mean(costs: Floats, probability: Floats, tail: float) -> float:
    """Return the least of ``t + E[max(cost - t, 0)] / tail`` (Rockafellar and Uryasev 2000): not the engine's way."""
    return min(float(t + probability @ np.maximum(costs - t, 0.0) / tail) for t in costs)
