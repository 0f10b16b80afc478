"""Location-routing problems: bad input is named with its fix, arrays are copied and locked."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ntb_relief.errors import InputError
from ntb_relief.model.location_routing import LocationRoutingProblem


def _fields(**changes):
    travel = np.array([[0, 9, 1, 2], [9, 0, 3, 4], [1, 3, 0, 5], [2, 4, 5, 0]], float)
    fields = {
        "site_ids": ("a", "b"),
        "stop_ids": ("x", "y"),
        "travel_cost": travel,
        "demand": np.array([2, 3]),
        "vehicle_capacity": 4,
        "capacity": np.array([5, 3]),
        "fixed_cost": np.array([1.5, 2]),
    }
    return fields | changes


def _changed(name, place, value):
    array = _fields()[name].astype(float)
    array[place] = value
    return {name: array}


BAD = [
    ({"site_ids": ("a", "a")}, "site 'a': is given 2 times"),
    ({"stop_ids": ()}, "stops: there are none"),
    ({"forced": frozenset("q")}, "forced site 'q': is not among"),
    ({"existing": frozenset("a"), "forbidden": frozenset("a")}, "site 'a': must be open and may not"),
    ({"travel_cost": np.zeros((2, 4))}, r"travel_cost: has shape \(2, 4\)"),
    ({"travel_cost": "far"}, "travel_cost: is not an array"),
    (_changed("travel_cost", (0, 2), math.nan), "travel_cost from 'a' to 'x': is nan"),
    (_changed("travel_cost", (3, 1), -1), "travel_cost from 'y' to 'b': is -1.0"),
    (_changed("travel_cost", (2, 2), 1), "travel_cost from 'x' to itself: is 1.0; put 0"),
    (_changed("demand", 1, 2.5), "demand of stop 'y': is 2.5; give a whole number"),
    (_changed("demand", 1, math.nan), "demand of stop 'y': is nan"),
    (_changed("demand", 1, 5), "demand of stop 'y': is 5, a vehicle of the largest allowed site brings 4; split"),
    (_changed("capacity", 0, -5), "capacity of site 'a': is -5"),
    (_changed("capacity", 0, 1), "capacity: of all allowed sites is 4, demand is 5; add sites"),
    ({"capacity": np.array([5, 5]), "forbidden": frozenset("ab")}, "of all allowed sites is 0"),
    (_changed("fixed_cost", 0, math.inf), "fixed_cost of site 'a': is inf"),
    ({"vehicle_capacity": 0}, "vehicle_capacity: is 0"),
    ({"vehicle_cost": -1.0}, "vehicle_cost: is -1.0"),
    (_changed("travel_cost", (slice(0, 3), 3), math.inf), "stop 'y': lies on no way"),
]


@pytest.mark.parametrize("changes, words", BAD)
def test_bad_input_is_named_with_its_fix(changes, words):
    with pytest.raises(InputError, match=words):
        LocationRoutingProblem(**_fields(**changes))


def test_all_issues_come_at_once():
    with pytest.raises(InputError) as caught:
        LocationRoutingProblem(**_fields(vehicle_capacity=0, vehicle_cost=math.nan, demand=np.array([-1, 3])))
    assert len(caught.value.issues) == 3


def test_a_stop_may_be_reached_over_another_but_not_over_a_site():
    travel = _fields()["travel_cost"]
    travel[0, 3] = travel[3, 0] = travel[1, 3] = travel[3, 1] = math.inf
    assert LocationRoutingProblem(**_fields(travel_cost=travel)).travel_cost[0, 3] == math.inf
    travel[2, 3] = math.inf
    travel[0, 3] = 1
    travel[3, 2] = math.inf
    travel[3, 1] = 1  # in by site a, out by site b: no route does that
    travel[0, 1] = travel[1, 0] = 1
    with pytest.raises(InputError, match="stop 'y'"):
        LocationRoutingProblem(**_fields(travel_cost=travel))


def test_arrays_are_copied_and_locked():
    travel = _fields()["travel_cost"]
    problem = LocationRoutingProblem(**_fields(travel_cost=travel))
    travel[0, 1] = 0
    assert problem.travel_cost[0, 1] == 9
    with pytest.raises(ValueError, match="read-only"):
        problem.demand[0] = 1
    assert (problem.demand.dtype, problem.capacity.dtype) == (np.int64, np.int64)


def test_existing_sites_cost_nothing_and_rooms_end_at_the_demand():
    problem = LocationRoutingProblem(**_fields(existing=frozenset("a"), forbidden=frozenset("b"), capacity=np.array([9, 3])))
    assert problem.opening_costs.tolist() == [0, 2]
    assert problem.site_modes.tolist() == [1, -1]
    assert problem.site_room.tolist() == [5, 3]
    assert problem.replace(capacity=None).site_room.tolist() == [5, 5]


def test_coordinates_are_checked_before_they_are_used():
    fields = {name: value for name, value in _fields().items() if name != "travel_cost"}
    problem = LocationRoutingProblem.from_coordinates([[0, 0], [3, 4]], [[0, 1], [6, 8]], **fields)
    assert problem.travel_cost[1].tolist() == [5, 0, math.hypot(3, 3), 5]
    with pytest.raises(InputError, match="site_xy of 'b': is"):
        LocationRoutingProblem.from_coordinates([[0, 0], [3, math.nan]], [[0, 1], [6, 8]], **fields)
    with pytest.raises(InputError, match="stop_xy: has shape"):
        LocationRoutingProblem.from_coordinates([[0, 0], [3, 4]], [[0, 1]], **fields)
