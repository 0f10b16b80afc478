"""Roads, profiles, crossings and matrices as plain data."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from ntb_relief.errors import InputError
from ntb_relief.model.crossings import Crossing
from ntb_relief.model.travel import UNREACHABLE, Profile, TravelMatrix
from tests.factories import make_crossing, make_profiles, make_roads

TRUCK = Profile("truck", min_access=4, kinds=("road", "ferry"), speed_kph={"trunk": 40.0, "local": 20.0})
BOAT = Profile("boat", min_access=0, kinds=("boat",), speed_kph={"boat": 18.0})


@pytest.mark.parametrize(
    "profile, kind, road_class, access, usable",
    [
        (TRUCK, "road", "trunk", 4, True),
        (TRUCK, "road", "trunk", 3, False),
        (TRUCK, "road", "trail", 6, False),
        (TRUCK, "ferry", "ferry", 0, True),
        (TRUCK, "boat", "boat", 0, False),
        (BOAT, "boat", "boat", 0, True),
        (BOAT, "ferry", "ferry", 0, False),
        (BOAT, "road", "trunk", 6, False),
    ],
)
def test_a_profile_uses_its_roads_only(profile, kind, road_class, access, usable):
    """Access class and road class bind on roads; a ferry takes whatever may board; nothing else is open."""
    assert profile.can_use(kind=kind, road_class=road_class, access=access) is usable


@pytest.mark.parametrize("speed", [0, -5, math.nan, math.inf])
def test_a_speed_is_above_zero(speed):
    """A class is closed by leaving it out, not by a speed of 0."""
    with pytest.raises(InputError, match=f"profile 'truck': speed on 'local' is {speed}"):
        replace(TRUCK, speed_kph={"trunk": 40.0, "local": speed})


def make_matrix(**changes) -> TravelMatrix:
    tables = {"duration_s": np.array([[0, 60], [70, 0]]), "distance_m": np.array([[0, 900], [900, 0]])}
    return TravelMatrix("truck", ("a", "b"), **(tables | changes))


def test_seconds_of_an_edge_follow_length_speed_and_closure():
    """28 km of trunk road at 42 km/h are 2,400 s; three times as slow 7,200 s; closed it cannot be used."""
    roads, truck = make_roads(), make_profiles()["light_truck"]
    assert roads.edge_duration_s(0, truck) == 2400
    slow = roads.slow_factor.copy()
    slow[0], slow[1] = 3, math.inf
    slowed = replace(roads, slow_factor=slow)
    assert slowed.edge_duration_s(0, truck) == 7200
    assert slowed.edge_duration_s(1, truck) == UNREACHABLE


def test_seconds_of_an_edge_by_profile():
    """A class-3 road is closed to the truck and open to the 4WD; the boat line is the boat's; a ferry has no speed."""
    roads, profiles = make_roads(), make_profiles()
    local, boat, ferry = roads.road_class.index("local"), roads.kind.index("boat"), roads.kind.index("ferry")
    assert roads.edge_duration_s(local, profiles["light_truck"]) == UNREACHABLE
    assert roads.edge_duration_s(local, profiles["4wd"]) == 3600
    assert roads.edge_duration_s(boat, profiles["boat"]) == 1000
    assert roads.edge_duration_s(boat, profiles["4wd"]) == UNREACHABLE
    assert roads.edge_duration_s(ferry, profiles["4wd"]) == 0


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"node_lat": np.zeros(3)}, "node_lat has 3 rows for 11 nodes"),
        ({"kind": ("road",)}, "kind has 1 rows for 13 edges"),
        ({"node_ids": ("x",) * 11}, "a node id stands twice"),
        ({"node_lon": np.full(11, np.nan)}, "a node has no coordinates"),
        ({"edge_to": np.full(13, 11, np.int32)}, "an edge ends at node row 11; use rows 0 to 10"),
        ({"edge_from": np.full(13, -1, np.int32)}, "an edge ends at node row -1; use rows 0 to 10"),
        ({"length_m": np.full(13, -1)}, "an edge has a length below 0"),
        ({"slow_factor": np.zeros(13)}, "a slow_factor that is not above 0"),
        ({"slow_factor": np.full(13, np.nan)}, "a slow_factor that is not above 0"),
    ],
)
def test_a_road_table_is_checked(changes, message):
    """Columns of unlike length, dangling edges and numbers no road has are refused."""
    with pytest.raises(InputError, match=f"road table 'hand-made': .*{message}"):
        replace(make_roads(), **changes)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"departures_s": ()}, "are not ascending; list each departure once, in order"),
        ({"departures_s": (7200, 3600)}, "are not ascending"),
        ({"departures_s": (3600, 3600)}, "are not ascending"),
        ({"departures_s": (-60, 3600)}, "leave the day; give seconds from 0 to 86399"),
        ({"departures_s": (3600, 86_400)}, "leave the day"),
        ({"duration_s": -1}, "a negative time or fare, or no vehicle slot; give times and fare >= 0 and slots >= 1"),
        ({"boarding_s": -1}, "a negative time"),
        ({"fare_idr": -1}, "a negative time"),
        ({"slots": 0}, "no vehicle slot"),
    ],
)
def test_a_timetable_is_checked(changes, message):
    """Departures in order within the day, and no negative figure."""
    with pytest.raises(InputError, match=f"crossing 'kayangan-pototano': .*{message}"):
        replace(make_crossing(), **changes)


def test_a_timetable_may_hold_one_departure_at_midnight():
    """The smallest timetable there is."""
    assert isinstance(replace(make_crossing(), departures_s=(0,)), Crossing)


def test_a_matrix_counts_its_places():
    """As many as it has ids."""
    assert make_matrix().num_places == 2
    assert make_matrix(toll_idr=np.zeros((2, 2), int)).toll_idr is not None


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"duration_s": np.zeros((2, 3), int)}, "duration_s has shape (2, 3) for 2 places; give a (2, 2) array"),
        ({"distance_m": np.zeros((2, 2))}, "distance_m has dtype float64; round to whole seconds, metres or rupiah (int64) first"),
        ({"toll_idr": np.zeros((2, 2))}, "toll_idr has dtype float64"),
        ({"duration_s": np.array([[0, -2], [70, 0]])}, "duration_s from 'a' to 'b' is -2; give a value >= 0, or -1 where there is no path"),
        ({"distance_m": np.array([[0, 900], [-1, 0]])}, "duration_s and distance_m are -1 for different pairs"),
    ],
)
def test_a_matrix_is_checked(changes, message):
    """Shape, type, sentinel and agreement of the two tables."""
    with pytest.raises(InputError) as caught:
        make_matrix(**changes)
    assert message in str(caught.value)
    assert all(issue.where == "travel matrix 'truck'" for issue in caught.value.issues)


def test_a_pair_without_a_path_is_marked_in_both_tables():
    """Unreachable is said, never a big number."""
    cut = np.array([[0, UNREACHABLE], [UNREACHABLE, 0]])
    assert make_matrix(duration_s=cut, distance_m=cut).duration_s[0, 1] == UNREACHABLE
