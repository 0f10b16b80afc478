"""Numbers too large for a plan are told as bad input, not met as an overflow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ntb_relief.errors import InputError
from ntb_relief.model.routing import Depot, RoutingProblem, Stop, VehicleType
from ntb_relief.model.routing_limits import check_limits
from ntb_relief.model.travel import TravelMatrix
from ntb_relief.solvers.routing import solve_routing
from ntb_relief.solvers.stop import MaxIterations

LENGTHS = 60 * (1 - np.eye(2, dtype=int))
STOP = Stop("s1", "a", (3,))
TRUCK = VehicleType("truck", 2, (10,), "road", "d", "d")


def make_problem(**changes) -> RoutingProblem:
    matrices = {"road": TravelMatrix("road", ("d", "a"), LENGTHS, LENGTHS)}
    parts = {"depots": (Depot("depot", "d"),), "stops": (STOP,), "vehicle_types": (TRUCK,), "matrices": matrices}
    return RoutingProblem(**(parts | changes))


@pytest.mark.parametrize(
    "changes, issue",
    [
        ({"demand": (2**70,)}, "stop 's1': demand or pickup is above"),
        ({"pickup": (2**51,)}, "stop 's1': demand or pickup is 2.2518e+15; give at most 1125899906842624"),
        ({"window_s": (0, 2**70)}, "stop 's1': window_s is above"),
        ({"window_s": (2**41, None)}, "stop 's1': window_s is 2.19902e+12; give at most 1099511627776"),
        ({"service_s": 2**70}, "stop 's1': service_s is above"),
        ({"release_s": 2**70}, "stop 's1': release_s is above"),
        ({"arrival_cost_per_s": 1e300}, "stop 's1': arrival_cost_per_s is above"),
        ({"later_arrival_costs": ((60, 1e300),)}, "stop 's1': cost of later_arrival_costs is above"),
        ({"later_arrival_costs": ((2**41, 1),)}, "stop 's1': moment of later_arrival_costs is 2.19902e+12; give at most"),
    ],
)
def test_a_stop_with_too_large_a_number_is_named(changes, issue):
    problem = make_problem(stops=(replace(STOP, **changes),))
    with pytest.raises(InputError) as caught:
        solve_routing(problem, stop=MaxIterations(10))
    assert str(caught.value.issues[0]).startswith(issue)


@pytest.mark.parametrize(
    "changes, issue",
    [
        ({"capacity": (2**70,)}, "vehicle type 'truck': capacity is above"),
        ({"shift_s": (0, 2**70)}, "vehicle type 'truck': shift_s is above"),
        ({"loading_s": 2**70}, "vehicle type 'truck': loading_s is above"),
        ({"loading_s": 0.5}, "vehicle type 'truck': loading_s is 0.5; give whole seconds"),
        ({"max_duration_s": 2**70}, "vehicle type 'truck': max_duration_s is above"),
        ({"max_distance_m": 2**70}, "vehicle type 'truck': max_distance_m is above"),
        ({"fixed_cost": 1e300}, "vehicle type 'truck': fixed_cost is above"),
        ({"cost_per_m": 2.0**60}, "vehicle type 'truck': cost_per_m is above"),
        ({"cost_per_s": 2.0**60}, "vehicle type 'truck': cost_per_s is above"),
        ({"service_s_per_unit": 1e15}, "vehicle type 'truck': service_s_per_unit by the largest load is 3e+15"),
    ],
)
def test_a_vehicle_type_with_too_large_a_number_is_named(changes, issue):
    problem = make_problem(vehicle_types=(replace(TRUCK, **changes),))
    with pytest.raises(InputError) as caught:
        solve_routing(problem, stop=MaxIterations(10))
    assert str(caught.value.issues[0]).startswith(issue)


def test_a_depot_and_a_scale_are_named_with_all_others():
    problem = make_problem(depots=(Depot("depot", "d", 0, 2**70),), stops=(replace(STOP, service_s=2**70),), cost_scale=10**10)
    with pytest.raises(InputError) as caught:
        check_limits(problem)
    assert [issue.where for issue in caught.value.issues] == ["routing problem", "stop 's1'", "depot 'depot'"]


def test_the_largest_numbers_are_planned():
    """At the limits nothing overflows."""
    stop = replace(STOP, demand=(2**50,), window_s=(2**40, 2**40))
    problem = make_problem(stops=(stop,), vehicle_types=(replace(TRUCK, capacity=(2**50,), shift_s=(0, 2**40)),))
    result = solve_routing(problem, stop=MaxIterations(10))
    assert result.plan.unserved == ("s1",)
    check_limits(problem)
