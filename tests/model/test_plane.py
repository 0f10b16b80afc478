"""Travel along straight lines: single legs and blocks agree with one another and with the conventions of files."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError
from ntb_relief.model.plane import PlaneTravel
from ntb_relief.model.travel import TravelMatrix

POINT = st.tuples(st.integers(-50, 50), st.integers(-50, 50))


@settings(deadline=None, derandomize=True)
@given(
    points=st.lists(POINT, min_size=1, max_size=40),
    units=st.sampled_from([1, 10, 1000]),
    rounding=st.sampled_from(["nearest", "down", "up"]),
)
def test_legs_and_blocks_are_the_rounded_lengths(points, units, rounding):
    """Beside the plain formula, for every pair and for a part of the places in another order."""
    travel = PlaneTravel("plane", tuple(map(str, range(len(points)))), np.array(points, float), units=units, rounding=rounding)
    whole = {"nearest": lambda d: float(np.rint(d)), "down": lambda d: math.floor(d + 1e-6), "up": lambda d: math.ceil(d - 1e-6)}[rounding]
    rows = list(range(len(points)))[::-2]
    block = travel.block(rows)
    assert block.place_ids == tuple(map(str, rows))
    assert block.duration_s is block.distance_m
    for i, here in enumerate(rows):
        for j, there in enumerate(rows):
            length = whole(math.sqrt((points[here][0] - points[there][0]) ** 2 + (points[here][1] - points[there][1]) ** 2) * units)
            assert travel.leg(here, there) == (length, length, 0)
            assert block.distance_m[i, j] == length == travel.distance_m[here, there] == travel.duration_s[here, there]
    assert travel.num_places == len(points)
    assert travel.toll_idr is None


def test_a_matrix_gives_legs_and_blocks_too():
    """With its tolls, and one array for both where it has one."""
    table = np.arange(9, dtype=np.int64).reshape(3, 3)
    matrix = TravelMatrix("truck", ("a", "b", "c"), duration_s=table, distance_m=table, toll_idr=table * 10)
    assert matrix.leg(1, 2) == (5, 5, 50)
    block = matrix.block([2, 0])
    assert block.place_ids == ("c", "a")
    assert block.duration_s is block.distance_m
    assert block.distance_m.tolist() == [[8, 6], [2, 0]]
    assert block.toll_idr.tolist() == [[80, 60], [20, 0]]


@pytest.mark.parametrize("xy,units,told", [([[0, 0]], 1, "shape"), ([[0, 0], [1, math.nan]], 1, "'b'"), ([[0, 0], [1, 1]], 0, "units")])
def test_wrong_points_are_refused(xy, units, told):
    """The place or the number that is wrong is named."""
    with pytest.raises(InputError, match=told):
        PlaneTravel("plane", ("a", "b"), np.array(xy, float), units=units)
