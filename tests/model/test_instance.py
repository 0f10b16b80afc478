"""From a routing problem to arrays: what does not fit is refused, what is rounded is told, ids come back."""

from __future__ import annotations

import warnings
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntb_relief.errors import InputError, ReliefWarning
from ntb_relief.kernels.routing import arrays as col
from ntb_relief.model.instance import MAX_DEPOTS, encode, home_depot, service_s
from ntb_relief.model.routing import Depot, RoutingProblem, Stop, VehicleType
from ntb_relief.model.travel import UNREACHABLE, TravelMatrix

PLACES = ("d", "a", "b", "c")
METRES = np.array([[0, 10, 20, 30], [10, 0, 12, 25], [20, 12, 0, 11], [30, 25, 11, 0]])
TRUCK = VehicleType("truck", 2, (10,), "road", "d", "d")


def make_problem(**changes) -> RoutingProblem:
    parts = {
        "depots": (Depot("depot", "d"),),
        "stops": tuple(Stop(f"s{place}", place, (3,)) for place in "abc"),
        "vehicle_types": (TRUCK,),
        "matrices": {"road": TravelMatrix("road", PLACES, METRES, METRES)},
    }
    return RoutingProblem(**(parts | changes))


def with_metres(row, column, value) -> RoutingProblem:
    metres = METRES.copy()
    metres[row, column] = value
    return make_problem(matrices={"road": TravelMatrix("road", PLACES, metres, metres)})


@given(st.integers(0, 500), st.integers(0, 1000), st.integers(0, 5000))
def test_service_is_rounded_up(service, demand, thousandths):
    """Seconds for the load are rounded up from the rate as written: 0.1 s for each of 30 units are 3 s."""
    kind = replace(TRUCK, service_s_per_unit=thousandths / 1000)
    exact = Fraction(thousandths * demand, 1000)
    assert service_s(Stop("s", "a", (demand,), service_s=service), kind) == service - (-exact // 1)


def test_a_vehicle_loads_at_home_where_its_start_is_a_depot_and_it_has_one_trip():
    """With more trips, another start, a depot it may not use, or a choice of depots it drives to a depot first."""
    problem = make_problem(depots=(Depot("x", "c"), Depot("y", "d")))
    assert home_depot(problem, TRUCK) == 1
    assert home_depot(problem, replace(TRUCK, max_trips=2)) == -1
    assert home_depot(problem, replace(TRUCK, start_id="a")) == -1
    assert home_depot(problem, replace(TRUCK, depots=frozenset({"x"}))) == -1
    assert home_depot(make_problem(depots=(Depot("x", "d"), Depot("y", "d"))), TRUCK) == -1


def test_sizes_the_engine_cannot_hold_are_refused():
    """Too many depots and a big number in place of -1 are told together."""
    problem = with_metres(1, 2, col.FAR).replace(depots=tuple(Depot(f"d{i}", "d") for i in range(MAX_DEPOTS + 1)))
    with pytest.raises(InputError) as caught:
        encode(problem)
    told = [str(issue) for issue in caught.value.issues]
    assert told[0] == f"routing problem: {MAX_DEPOTS + 1} depots; give at most {MAX_DEPOTS}"
    assert any("distance_m reaches 536870912; stay below 536870912; mark pairs without path with -1" in text for text in told)


def test_a_place_is_no_way_from_itself():
    """A diagonal that is not 0 is a matrix of something else."""
    with pytest.raises(InputError, match="distance_m from a place to itself is not 0; put 0 on the diagonal"):
        encode(with_metres(1, 1, 5))


def test_costs_that_overflow_are_refused():
    """Prizes and costs beyond 64 bits ask for a smaller scale."""
    with pytest.raises(InputError, match="overflow 64-bit integers; use a smaller cost_scale or smaller prizes"):
        encode(make_problem(stops=(Stop("s", "a", (1,), prize=1 << 61), Stop("t", "b", (1,), prize=1 << 61))))


def test_coarse_rounding_is_told():
    """A cost of 0.014 a metre becomes 0.01 at a scale of 100, 29 % off: a warning; at 1,000 it is exact."""
    kind = replace(TRUCK, cost_per_m=0.014)
    with pytest.warns(ReliefWarning, match="cost_per_m 0.014 is rounded to 0.01; raise cost_scale"):
        encode(make_problem(vehicle_types=(kind,), cost_scale=100))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encode(make_problem(vehicle_types=(kind,), cost_scale=1000))


def test_arrays_cannot_be_written():
    """Kernels read the problem; they never change it."""
    arrays = encode(make_problem()).arrays
    assert all(not array.flags.writeable for array in arrays)


def test_unreachable_pairs_are_far():
    """-1 becomes the one number that no route can hold."""
    assert encode(with_metres(1, 2, UNREACHABLE)).arrays.metres[0, 1, 2] == col.FAR


def test_neighbours_are_nearest_first():
    """From b: c at 11, then a at 12; row 0 is no stop."""
    near = encode(make_problem()).arrays.near
    assert near[2].tolist() == [3, 1]
    assert near[0].tolist() == [0, 0]


def test_stops_no_vehicle_can_have_together_are_not_near():
    """Stops of unlike vehicle types or depots are no neighbours, however close."""
    by_type = make_problem(
        stops=(Stop("s", "a", (1,), vehicle_types=frozenset({"truck"})), Stop("t", "b", (1,), vehicle_types=frozenset({"boat"}))),
        vehicle_types=(TRUCK, replace(TRUCK, id="boat")),
    )
    assert not encode(by_type).arrays.near.any()
    by_depot = make_problem(
        depots=(Depot("x", "d"), Depot("y", "c")),
        stops=(Stop("s", "a", (1,), depots=frozenset({"x"})), Stop("t", "b", (1,), depots=frozenset({"y"}))),
        vehicle_types=(replace(TRUCK, max_trips=2),),
    )
    assert not encode(by_depot).arrays.near.any()


def test_time_plays_no_part_where_nothing_depends_on_it():
    """Without windows, shifts, limits or costs of time the duration table is left out; each of them brings it back."""
    assert encode(make_problem()).arrays.seconds.shape == (1, 1, 1)
    for timed in (
        make_problem(stops=(Stop("s", "a", (1,), window_s=(0, 50)),)),
        make_problem(depots=(Depot("depot", "d", close_s=50),)),
        make_problem(vehicle_types=(replace(TRUCK, shift_s=(5, None)),)),
        make_problem(vehicle_types=(replace(TRUCK, max_duration_s=50),)),
        make_problem(vehicle_types=(replace(TRUCK, cost_per_s=1),)),
    ):
        assert encode(timed).arrays.seconds.shape == (1, 4, 4)


def test_leaving_a_required_stop_out_costs_more_than_any_plan():
    """The prize of a required stop is above all arcs and all optional prizes together."""
    problem = make_problem(stops=(Stop("s", "a", (1,)), Stop("t", "b", (1,), prize=100_000)))
    instance = encode(problem)
    assert instance.required_prize > 100_000 + 2 * 30 * 3
    assert instance.arrays.stop[1, col.PRIZE] == instance.required_prize
    assert instance.arrays.stop[2, col.PRIZE] == 100_000
