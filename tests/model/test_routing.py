"""The routing question: what it refuses."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from ntb_relief.errors import InputError, UnknownReferenceError
from ntb_relief.model.routing import Depot, RoutingProblem, Stop, VehicleType
from ntb_relief.model.travel import TravelMatrix

MATRIX = TravelMatrix("road", ("d", "a", "b"), 60 * (1 - np.eye(3, dtype=int)), 900 * (1 - np.eye(3, dtype=int)))
DEPOT = Depot("depot", "d")
STOP = Stop("s1", "a", (3,))
TRUCK = VehicleType("truck", 2, (10,), "road", "d", "d")


def make_problem(**changes) -> RoutingProblem:
    parts = {"depots": (DEPOT,), "stops": (STOP, Stop("s2", "b", (4,))), "vehicle_types": (TRUCK,), "matrices": {"road": MATRIX}}
    return RoutingProblem(**(parts | changes))


def issues_of(error=InputError, **changes):
    with pytest.raises(error) as caught:
        make_problem(**changes)
    assert type(caught.value) is error
    return [str(issue) for issue in caught.value.issues]


def test_vehicles_are_counted_over_their_types():
    """Two trucks and three vans are five vehicles; the places are those of the matrices."""
    problem = make_problem(vehicle_types=(TRUCK, replace(TRUCK, id="van", count=3)))
    assert problem.num_vehicles == 5
    assert problem.place_ids == ("d", "a", "b")
    assert problem.replace(stops=()).stops == ()


@pytest.mark.parametrize(
    "changes, issue",
    [
        ({"matrices": {}}, "routing problem: there is no travel matrix; give one per profile"),
        ({"vehicle_types": ()}, "routing problem: there are 0 vehicles; give at least one vehicle type with count >= 1"),
        (
            {"vehicle_types": (replace(TRUCK, count=0),)},
            "routing problem: there are 0 vehicles; give at least one vehicle type with count >= 1",
        ),
        ({"depots": ()}, "routing problem: there is no depot; give at least one depot"),
        ({"cost_scale": 0}, "routing problem: cost_scale is 0; give a whole number >= 1"),
        ({"cost_scale": 0.5}, "routing problem: cost_scale is 0.5; give a whole number >= 1"),
        ({"stops": (STOP, STOP)}, "stop 's1': is given 2 times; give every one its own id"),
        ({"depots": (DEPOT, DEPOT)}, "depot 'depot': is given 2 times; give every one its own id"),
        ({"vehicle_types": (TRUCK, TRUCK)}, "vehicle type 'truck': is given 2 times; give every one its own id"),
        (
            {"matrices": {"road": MATRIX, "boat": replace(MATRIX, place_ids=("d", "b", "a"))}},
            "travel matrix 'boat': has other places than the first matrix; make all matrices over the same places",
        ),
    ],
)
def test_the_parts_fit_together(changes, issue):
    """Empty, doubled and unlike parts are named."""
    assert issues_of(**changes) == [issue]


@pytest.mark.parametrize(
    "giver, receiver, issue",
    [
        ({}, {"taken_from": "x"}, "stop 's2': its goods are taken on at 'x', which is no other stop; name a stop of the problem"),
        ({}, {"taken_from": "s2"}, "stop 's2': its goods are taken on at 's2', which is no other stop; name a stop of the problem"),
        (
            {"demand": (1,)},
            {},
            "stop 's2': it or 's1' does more than hand over or receive this transfer; make what is more stops of their own",
        ),
        ({"pickup": (5,)}, {}, "stop 's2': demand (4,) is not the pickup (5,) of 's1'; make them equal"),
        ({"prize": 3}, {"prize": 4}, "stop 's2': prize 4 is not the prize 3 of 's1'; make them equal"),
        (
            {"release_s": 3},
            {},
            "stop 's2': a transfer has no group and no release time, and no order of bringing first; leave these out",
        ),
    ],
)
def test_both_ends_of_a_transfer_belong_together(giver, receiver, issue):
    """Each is named with what to do."""
    stops = (Stop("s1", "a", (0,), pickup=(4,)), Stop("s2", "b", (4,), taken_from="s1"))
    assert make_problem(stops=stops).stops == stops
    assert issues_of(stops=(replace(stops[0], **giver), replace(stops[1], **receiver))) == [issue]


def test_two_stops_cannot_take_the_same_goods():
    """Both would empty the vehicle once."""
    giver, receiver = Stop("s1", "a", (0,), pickup=(4,)), Stop("s2", "b", (4,), taken_from="s1")
    issues = issues_of(stops=(giver, receiver, replace(receiver, id="s3")))
    assert set(issues) == {"stop 's1': 2 stops take their goods from it; make it one stop for each of them"}


@pytest.mark.parametrize(
    "changes, issue",
    [
        ({"demand": (1, 2)}, "stop 's1': demand is (1, 2); give 1 whole numbers >= 0 (load)"),
        ({"demand": (-1,)}, "stop 's1': demand is (-1,); give 1 whole numbers >= 0 (load)"),
        ({"arrival_cost_per_s": -1}, "stop 's1': arrival_cost_per_s is -1; give a finite number >= 0"),
        ({"later_arrival_costs": ((60, -2),)}, "stop 's1': later_arrival_costs is -2; give a finite number >= 0"),
        (
            {"later_arrival_costs": ((0, 2),)},
            "stop 's1': later_arrival_costs begin at [0]; give whole seconds above 0, each after the one before",
        ),
        (
            {"later_arrival_costs": ((60, 2), (60, 3))},
            "stop 's1': later_arrival_costs begin at [60, 60]; give whole seconds above 0, each after the one before",
        ),
        (
            {"later_arrival_costs": ((1.5, 2),)},
            "stop 's1': later_arrival_costs begin at [1.5]; give whole seconds above 0, each after the one before",
        ),
        ({"demand": (1.5,)}, "stop 's1': demand is (1.5,); give 1 whole numbers >= 0 (load)"),
        ({"demand": (math.nan,)}, "stop 's1': demand is (nan,); give 1 whole numbers >= 0 (load)"),
        ({"service_s": -1}, "stop 's1': service_s -1, prize None; give whole numbers >= 0"),
        ({"service_s": 0.5}, "stop 's1': service_s 0.5, prize None; give whole numbers >= 0"),
        ({"prize": -1}, "stop 's1': service_s 0, prize -1; give whole numbers >= 0"),
        ({"prize": math.inf}, "stop 's1': service_s 0, prize inf; give whole numbers >= 0"),
    ],
)
def test_numbers_of_a_stop(changes, issue):
    """Whole, not negative, one demand a dimension."""
    assert issues_of(stops=(replace(STOP, **changes),)) == [issue]


@pytest.mark.parametrize("window", [(50, 20), (-1, None), (0, math.nan), (0.5, None), (math.nan, 9)])
def test_windows_of_a_stop(window):
    """A window opens at 0 or later and closes no earlier than it opens, in whole seconds."""
    what = f"time window {window} opens before 0, closes before it opens or is not whole"
    assert issues_of(stops=(replace(STOP, window_s=window),)) == [f"stop 's1': {what}; give 0 <= open <= close in whole seconds"]


@pytest.mark.parametrize(
    "changes, told",
    [
        ({"capacity": (1, 2)}, "capacity is (1, 2); give 1 whole numbers >= 0 (load)"),
        ({"capacity": (-1,)}, "capacity is (-1,); give 1 whole numbers >= 0 (load)"),
        ({"capacity": (0.5,)}, "capacity is (0.5,); give 1 whole numbers >= 0 (load)"),
        ({"count": 1.5}, "count 1.5, max_trips 1; give count >= 0 and max_trips >= 1, whole"),
        ({"max_trips": 0}, "count 2, max_trips 0; give count >= 0 and max_trips >= 1, whole"),
        ({"fixed_cost": -1}, "fixed_cost is -1; give a finite number >= 0"),
        ({"cost_per_m": math.inf}, "cost_per_m is inf; give a finite number >= 0"),
        ({"cost_per_s": math.nan}, "cost_per_s is nan; give a finite number >= 0"),
        ({"loading_s": -1}, "loading_s is -1; give a finite number >= 0"),
        ({"service_s_per_unit": -0.1}, "service_s_per_unit is -0.1; give a finite number >= 0"),
        ({"max_duration_s": -1}, "max_duration_s is -1; give a whole number >= 0, or None for no limit"),
        ({"max_distance_m": math.nan}, "max_distance_m is nan; give a whole number >= 0, or None for no limit"),
        (
            {"shift_s": (10, 5)},
            "time window (10, 5) opens before 0, closes before it opens or is not whole; give 0 <= open <= close in whole seconds",
        ),
    ],
)
def test_numbers_of_a_vehicle_type(changes, told):
    """Capacity, counts, costs, limits and shift."""
    assert issues_of(vehicle_types=(TRUCK, replace(TRUCK, id="van", **changes))) == [f"vehicle type 'van': {told}"]


def test_hours_of_a_depot():
    """A depot that closes before it opens is refused."""
    (issue,) = issues_of(depots=(replace(DEPOT, open_s=100, close_s=99),))
    assert issue.startswith("depot 'depot': time window (100, 99) opens before 0, closes before it opens")


def test_a_window_may_be_one_second_wide():
    """Open and close may be the same."""
    assert make_problem(stops=(replace(STOP, window_s=(50, 50)),)).stops[0].window_s == (50, 50)


@pytest.mark.parametrize(
    "changes, issue",
    [
        ({"stops": (replace(STOP, place_id="?"),)}, "stop 's1': place '?' is not known; use one of the 3 places of the problem"),
        ({"stops": (replace(STOP, depots=frozenset("?")),)}, "stop 's1': depot '?' is not known; use one of the 1 depots of the problem"),
        (
            {"stops": (replace(STOP, vehicle_types=frozenset("?")),)},
            "stop 's1': vehicle type '?' is not known; use one of the 1 vehicle types of the problem",
        ),
        ({"depots": (replace(DEPOT, place_id="?"),)}, "depot 'depot': place '?' is not known; use one of the 3 places of the problem"),
        (
            {"vehicle_types": (replace(TRUCK, start_id="?"),)},
            "vehicle type 'truck': place '?' is not known; use one of the 3 places of the problem",
        ),
        (
            {"vehicle_types": (replace(TRUCK, end_id="?"),)},
            "vehicle type 'truck': place '?' is not known; use one of the 3 places of the problem",
        ),
        (
            {"vehicle_types": (replace(TRUCK, depots=frozenset("?")),)},
            "vehicle type 'truck': depot '?' is not known; use one of the 1 depots of the problem",
        ),
        (
            {"vehicle_types": (replace(TRUCK, profile="?"),)},
            "vehicle type 'truck': profile '?' is not known; use one of the 1 profiles of the problem",
        ),
    ],
)
def test_dangling_ids_are_named(changes, issue):
    """Places, depots, types and profiles that are not there."""
    assert issues_of(UnknownReferenceError, **changes) == [issue]


def test_everything_is_told_at_once():
    """Wrong numbers of several parts come in one error."""
    found = issues_of(
        stops=(replace(STOP, demand=(-1,)), Stop("s2", "b", (math.nan,))), vehicle_types=(replace(TRUCK, fixed_cost=-1),), cost_scale=0
    )
    assert [text.partition(":")[0] for text in found] == ["routing problem", "stop 's1'", "stop 's2'", "vehicle type 'truck'"]


def test_no_end_and_no_limits():
    """None is no limit: an open route, no window's end, no longest day, an obligatory stop of any depot and type."""
    open_type = replace(TRUCK, end_id=None)
    assert make_problem(vehicle_types=(open_type,)).vehicle_types[0].end_id is None
