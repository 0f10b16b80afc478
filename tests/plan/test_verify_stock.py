"""The judge of stock plans finds each broken rule, and nothing in a good plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ntb_relief.model.prepositioning import PrepositioningProblem, StockScenario, Vendor
from ntb_relief.model.prepositioning_risks import CVaR, Expected, Robust
from ntb_relief.plan.stock_plan import Deliveries, StockCosts, StockPlan
from ntb_relief.plan.verify.stock import verify_prepositioning

WAY_M = np.array([[1000.0, 2000.0], [3000.0, -1.0]])
PROBLEM = PrepositioningProblem(
    site_ids=("a", "b"),
    size_ids=("small", "large"),
    point_ids=("p", "q"),
    item_ids=("rice",),
    capacity_l=[[10.0, 20.0], [10.0, 30.0]],
    cost_idr=[[5.0, 8.0], [6.0, 9.0]],
    volume_l=[2.0],
    purchase_idr=[3.0],
    penalty_idr=[50.0],
    carry_idr_km=[1.0],
    scenarios=(
        StockScenario("calm", 0.75, np.array([[2.0], [1.0]]), np.ones(2), WAY_M),
        StockScenario("quake", 0.25, np.array([[6.0], [2.0]]), np.array([0.5, 1.0]), WAY_M),
    ),
    vendors=(Vendor("shop", "rice", "b", 3.0, 7.0),),
    service={"rice": 0.5},
    stock_limit=[8.0],
    budget_idr=30.0,
    most_sites=1,
)


def flows(*rows):
    columns = list(zip(*rows, strict=True))
    return Deliveries(*(np.array(column, np.int32) for column in columns[:4]), np.array(columns[4], np.float64))


ROWS = [(0, 0, 0, 0, 2.0), (0, 0, 0, 1, 1.0), (1, 0, 0, 0, 1.5), (1, 0, 2, 0, 3.0), (1, 0, 0, 1, 1.0)]
FIRST, CALM, QUAKE = 8 + 7 * 3.0, 2 * 1 + 1 * 2.0, 1.5 * 1 + 3 * (3 + 7) + 1 * 2 + 2.5 * 50
MEAN = 0.75 * CALM + 0.25 * QUAKE
COSTS = StockCosts(FIRST, MEAN, QUAKE, QUAKE, {"rice": 0.1}, (0.0, 1.0), 2)
PLAN = StockPlan(PROBLEM, Expected(), {"a": "large"}, np.array([[7.0], [0.0]]), flows(*ROWS), FIRST + MEAN, COSTS)


def test_a_good_plan_has_no_violation():
    assert verify_prepositioning(PROBLEM, PLAN) == []


@pytest.mark.parametrize(
    "risk, after", [(Robust(), QUAKE), (CVaR(0.25), QUAKE), (CVaR(0.5), (QUAKE + CALM) / 2), (CVaR(0.5, 0.0), MEAN)], ids=repr
)
def test_the_objective_follows_the_risk(risk, after):
    assert verify_prepositioning(PROBLEM, replace(PLAN, risk=risk, objective=FIRST + after)) == []
    wrong = verify_prepositioning(PROBLEM, replace(PLAN, risk=risk, objective=FIRST + after + 0.01))
    assert [one.rule for one in wrong] == ["objective"]


@pytest.mark.parametrize(
    "changes, rule",
    [
        ({"sizes": {"z": "large"}}, "unknown"),
        ({"sizes": {"a": "huge"}}, "unknown"),
        ({"stock": np.ones((1, 1))}, "unknown"),
        ({"deliveries": flows(*ROWS, (2, 0, 0, 0, 0.0))}, "unknown"),
        ({"deliveries": flows(*ROWS, (0, 0, 3, 0, 0.0))}, "unknown"),
        ({"sizes": {"a": "small"}}, "room"),
        ({"sizes": {"b": "large"}}, "room"),
        ({"stock": np.array([[7.0], [-1.0]])}, "room"),
        ({"sizes": {"a": "large", "b": "small"}}, "limit"),
        ({"stock": np.array([[9.0], [0.0]])}, "limit"),
        ({"deliveries": flows(*ROWS, (1, 0, 0, 0, 1.5))}, "supply"),
        ({"deliveries": flows(*ROWS, (1, 0, 2, 0, 0.5))}, "supply"),
        ({"deliveries": flows(*ROWS, (0, 0, 2, 1, 0.1))}, "reach"),
        ({"deliveries": flows(*ROWS, (0, 0, 0, 0, 1.0))}, "need"),
        ({"deliveries": flows(*ROWS[:3], *ROWS[4:])}, "service"),
        ({"objective": FIRST}, "objective"),
        ({"costs": replace(COSTS, first_idr=1.0)}, "objective"),
        ({"costs": replace(COSTS, mean_idr=1.0)}, "objective"),
        ({"costs": replace(COSTS, worst_idr=1.0)}, "objective"),
    ],
)
def test_each_broken_rule_is_found(changes: dict, rule: str):
    assert rule in {one.rule for one in verify_prepositioning(PROBLEM, replace(PLAN, **changes))}


def test_a_small_budget_is_told():
    wrong = verify_prepositioning(PROBLEM.replace(budget_idr=20.0), PLAN)
    assert [str(one) for one in wrong] == ["[limit] plan: costs 29 before, the budget is 20"]
