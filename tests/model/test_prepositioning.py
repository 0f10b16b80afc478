"""Pre-positioning problems refuse what cannot be planned, all reasons at once, and cannot be changed."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from ntb_relief import InputError
from ntb_relief.model.prepositioning import PrepositioningProblem, StockScenario, Vendor
from ntb_relief.model.prepositioning_risks import CVaR, Expected, Robust

GOOD = {
    "site_ids": ("a", "b"),
    "size_ids": ("small",),
    "point_ids": ("p", "q", "r"),
    "item_ids": ("rice", "tent"),
    "capacity_l": [[10.0], [20.0]],
    "cost_idr": [[5.0], [6.0]],
    "volume_l": [1.0, 2.0],
    "purchase_idr": [3.0, 4.0],
    "penalty_idr": [30.0, 40.0],
    "carry_idr_km": [0.1, 0.2],
    "scenarios": (StockScenario("w", 1.0, np.ones((3, 2)), np.ones(2), np.ones((2, 3))),),
}


def problem(**changes):
    return PrepositioningProblem(**(GOOD | changes))


def scenario(**changes):
    return GOOD["scenarios"][0].replace(**changes)


def test_a_good_problem_is_kept_as_it_is():
    one = problem()
    assert one.capacity_l.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        one.capacity_l[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        one.scenarios[0].need[0, 0] = 1
    assert pickle.loads(pickle.dumps(one)).site_ids == one.site_ids  # noqa: S301 - written by this test


def test_what_the_caller_does_to_arrays_afterwards_changes_nothing():
    need = np.ones((3, 2))
    one = problem(scenarios=(scenario(need=need),))
    need[:] = 9
    assert one.scenarios[0].need.max() == 1


@pytest.mark.parametrize(
    "changes, where, what",
    [
        ({"capacity_l": [[10.0, 20.0]]}, "capacity_l", "has shape (1, 2)"),
        ({"cost_idr": [[np.nan], [1.0]]}, "cost_idr", "first nan at (0, 0)"),
        ({"cost_idr": [["x"], ["y"]]}, "cost_idr", "is no table of numbers"),
        ({"purchase_idr": [-1.0, 1.0]}, "purchase_idr", "1 wrong numbers"),
        ({"volume_l": [0.0, 1.0]}, "volume_l", "has a 0"),
        ({"site_ids": ("a", "a")}, "site 'a'", "2 times"),
        ({"item_ids": ()}, "pre-positioning problem", "has no item"),
        ({"scenarios": ()}, "scenarios", "there are none"),
        ({"scenarios": (scenario(probability=0.9),)}, "scenarios", "add up to 0.9"),
        ({"scenarios": (scenario(probability=1.5),)}, "scenario 'w'", "probability is 1.5"),
        ({"scenarios": (scenario(probability=float("nan")),)}, "scenario 'w'", "probability is nan"),
        ({"scenarios": (scenario(probability=0.5), scenario(probability=0.5))}, "scenario 'w'", "2 times"),
        ({"scenarios": (scenario(need=-np.ones((3, 2))),)}, "scenario 'w', need", "6 wrong numbers"),
        ({"scenarios": (scenario(survival=np.array([0.5, 1.1])),)}, "scenario 'w', survival", "first 1.1"),
        ({"scenarios": (scenario(distance_m=np.full((2, 3), -2.0)),)}, "scenario 'w', distance_m", "first -2.0"),
        ({"scenarios": (scenario(distance_m=np.ones((3, 2))),)}, "scenario 'w', distance_m", "has shape (3, 2)"),
        ({"vendors": (Vendor("v", "soap", "z", -1, 1),)}, "vendor 'v'", "site 'z'"),
        ({"vendors": (Vendor("v", "rice", "a", float("inf"), 1),)}, "vendor 'v'", "quantity inf"),
        ({"service": {"rice": 1.2}}, "service of 'rice'", "is 1.2"),
        ({"service": {"soap": 0.2}}, "service of 'soap'", "not known"),
        ({"budget_idr": float("nan")}, "budget_idr", "is nan"),
        ({"most_sites": -1}, "most_sites", "is -1"),
        ({"most_sites": 1.5}, "most_sites", "is 1.5"),
        ({"stock_limit": [1.0]}, "stock_limit", "has shape (1,)"),
    ],
)
def test_each_mistake_is_named(changes: dict, where: str, what: str):
    with pytest.raises(InputError) as caught:
        problem(**changes)
    assert any(where in issue.where and what in issue.what for issue in caught.value.issues), caught.value


def test_a_transposed_matrix_is_told_as_such():
    with pytest.raises(InputError, match="transpose it"):
        problem(scenarios=(scenario(distance_m=np.ones((3, 2))),))


def test_all_mistakes_come_at_once():
    with pytest.raises(InputError) as caught:
        problem(budget_idr=-1, most_sites=-1, purchase_idr=[-1, 1], scenarios=(scenario(probability=0.5, survival=np.array([2, 1])),))
    places = [issue.where for issue in caught.value.issues]
    assert {"budget_idr", "most_sites", "scenarios", "scenario 'w', survival"} <= set(places)
    assert len(places) == 5


def test_risks_weigh_the_scenarios_that_count():
    costs, chance = np.array([1.0, 9.0, 5.0]), np.array([0.5, 0.2, 0.3])
    assert Expected().weights(costs, chance).tolist() == [0.5, 0.2, 0.3]
    assert Robust().weights(costs, chance).tolist() == [0, 1, 0]
    assert CVaR(0.4).weights(costs, chance) == pytest.approx([0, 0.5, 0.5])
    assert CVaR(0.4, weight=0.5).weights(costs, chance) == pytest.approx([0.25, 0.35, 0.4])
    assert CVaR(1.0).weights(costs, chance) == pytest.approx(chance)


@pytest.mark.parametrize("tail, weight", [(0.0, 1.0), (1.1, 1.0), (0.1, -0.1), (float("nan"), 1.0)])
def test_a_tail_must_be_a_part(tail: float, weight: float):
    with pytest.raises(InputError, match="CVaR"):
        CVaR(tail, weight)
