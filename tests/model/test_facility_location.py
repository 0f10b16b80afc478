"""Every wrong input of a facility-location problem is named with its fix."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ntb_relief.errors import InputError
from ntb_relief.model.facility_location import FacilityLocationProblem
from ntb_relief.model.facility_location_goals import (
    BackupCover,
    FairCover,
    MaxBackupCover,
    MaxCover,
    PCenter,
    PLeximin,
    PMedian,
    SetCover,
)


def _problem(**changes):
    fields = {"demand_ids": ("a", "b", "c"), "site_ids": ("x", "y"), "cost": np.array([[1.0, 2], [3, 4], [5, 6]])}
    return FacilityLocationProblem(**(fields | changes))


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"cost": np.ones((2, 3))}, "transpose it"),
        ({"cost": np.ones((3, 3))}, r"give a \(3, 2\) array"),
        ({"cost": [["far", 1], [1, 1], [1, 1]]}, "not an array of numbers"),
        ({"cost": np.array([[1, 2], [math.nan, 4], [5, 6]])}, "from demand point 'b' to site 'x': is nan"),
        ({"cost": np.array([[1, -2], [3, 4], [5, 6]])}, "to site 'y': is -2"),
        ({"cost": np.array([[1, 2], [math.inf, math.inf], [5, 6]])}, "demand point 'b': is reached by no allowed site"),
        ({"cost": np.array([[1, 2], [3, math.inf], [5, 6]]), "forbidden": frozenset("x")}, "demand point 'b': is reached by no"),
        ({"weight": [1, -1, 1]}, "weight of demand point 'b': is -1"),
        ({"fixed_cost": [1, math.inf]}, "fixed_cost of site 'y': is inf"),
        ({"capacity": [5, 5]}, "give the demand of each demand point"),
        ({"capacity": [5, 5], "demand": [5, 5, 5]}, "of all allowed sites is 10, demand is 15"),
        ({"capacity": [9, 9], "demand": [10, 1, 1], "is_single_source": True}, "the largest site holds 9"),
        ({"group": ("Bima", "Dompu")}, "has length 2; give one a demand point: 3"),
        ({"demand_ids": ("a", "a", "c")}, "'a': is given 2 times"),
        ({"site_ids": ()}, "there are none"),
        ({"existing": frozenset("z")}, "existing site 'z': is not among"),
        ({"forced": frozenset("x"), "forbidden": frozenset("x")}, "must be open and may not"),
        ({"nearest": np.array([[0, 2], [0, 1], [0, 1]])}, "names column 2"),
        ({"nearest": np.array([[0, 0], [0, 1], [0, 1]])}, "names a site twice"),
        ({"nearest": np.array([[0.0, 1], [0, 1], [0, 1]])}, "give whole numbers"),
    ],
)
def test_wrong_input_is_named_with_its_fix(changes, words):
    with pytest.raises(InputError, match=words):
        _problem(**changes)


def test_all_wrong_numbers_are_told_at_once():
    with pytest.raises(InputError) as caught:
        _problem(weight=[-1, 1, math.nan], fixed_cost=[-1, 1])
    assert len(caught.value.issues) == 3


def test_arrays_are_copied_and_read_only():
    cost = np.ones((3, 2))
    problem = _problem(cost=cost)
    cost[0, 0] = 9
    assert problem.cost[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        problem.cost[0, 0] = 2


def test_existing_sites_cost_nothing_to_open():
    problem = _problem(fixed_cost=[7, 8], existing=frozenset("x"), forbidden=frozenset("y"))
    assert problem.opening_costs.tolist() == [0, 8]
    assert problem.site_modes.tolist() == [1, -1]


@pytest.mark.parametrize(
    "make",
    [
        lambda: PMedian(0),
        lambda: PCenter(1.5),
        lambda: SetCover(-1),
        lambda: MaxCover(0, math.nan),
        lambda: PMedian(True),
        PMedian,
        lambda: PMedian(2, budget=5.0),
        lambda: PCenter(budget=-1.0),
        lambda: MaxCover(2),
        lambda: MaxCover(radius=5.0, budget=math.inf),
        lambda: BackupCover(5.0, 0),
        lambda: MaxBackupCover(2, 5.0, 1),
        lambda: BackupCover(5.0, 2.0),
        lambda: FairCover(0, 5.0),
        lambda: PLeximin(None),
    ],
)
def test_senseless_goals_are_refused(make):
    with pytest.raises(InputError, match="give a"):
        make()


def test_a_read_only_table_is_shared_and_one_that_may_change_is_not():
    table = np.arange(6.0).reshape(2, 3).copy()
    copied = FacilityLocationProblem(("a", "b"), ("x", "y", "z"), table)
    table[0, 0] = 9.0
    assert copied.cost[0, 0] == 0.0
    table.flags.writeable = False
    shared = FacilityLocationProblem(("a", "b"), ("x", "y", "z"), table)
    assert shared.cost is table
    assert shared.replace(weight=np.ones(2)).cost is table
    assert FacilityLocationProblem(("a",), ("x", "y", "z"), table[:1]).cost.base is None
