"""Ferry lines: rules that are none are told, lanes hold vehicles, cancelled hours are those of the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ntb_relief.errors import InputError
from ntb_relief.model.crossings import Cancellation, Crossing
from ntb_relief.units import WITA

SIX = datetime(2018, 8, 12, 6, tzinfo=WITA)
FERRY = Crossing("f", "a", "b", departures_s=(0, 3600), duration_s=60, boarding_s=0, slots=9, fare_idr=0)


@pytest.mark.parametrize(
    "changes, told",
    [
        ({"departures_s": (3600, 0)}, "are not ascending; list each departure once, in order"),
        ({"departures_s": (0, 0)}, "are not ascending"),
        ({"departures_s": ()}, "are not ascending"),
        ({"departures_s": (0, 86_400)}, "leave the day; give seconds from 0 to 86399"),
        ({"departures_s": ("06:30",)}, "are not whole seconds; give seconds after midnight WITA"),
        ({"duration_s": -1}, "a negative time or fare"),
        ({"slots": 0}, "no vehicle slot"),
        ({"lane_m": 0}, "lane_m is 0"),
        ({"max_wave_m": float("nan")}, "max_wave_m is nan"),
    ],
)
def test_a_rule_that_is_none_is_told(changes, told):
    with pytest.raises(InputError, match=told):
        replace(FERRY, **changes)


def test_departures_of_numpy_are_whole_seconds_too():
    assert replace(FERRY, departures_s=tuple(np.array([60, 120]))).departures_s == (60, 120)


def test_lanes_tell_how_many_vehicles_go_on_board():
    """By their length and the gap between them; without lanes the slots count."""
    assert replace(FERRY, lane_m=170).num_vehicles(7.7) == 20
    assert replace(FERRY, lane_m=170).num_vehicles(12.0) == 13
    assert FERRY.num_vehicles(7.7) == 9
    with pytest.raises(InputError, match="length_m: is 0"):
        FERRY.num_vehicles(0)


def test_cancelled_hours_begin_and_end_by_the_clock():
    """From the first second on, up to just before the last, in any offset; without an end for ever."""
    ferry = replace(FERRY, cancelled=(Cancellation(SIX, SIX + timedelta(hours=2)), Cancellation(SIX + timedelta(days=3))))
    hours = [-1, 0, 1, 2, 71, 72, 9999]
    told = [ferry.is_cancelled((SIX + timedelta(hours=hour)).astimezone(UTC)) for hour in hours]
    assert told == [False, True, True, False, False, True, True]
    with pytest.raises(InputError, match="has no UTC offset"):
        Cancellation(datetime(2018, 8, 12))  # noqa: DTZ001
    with pytest.raises(InputError, match="give an end after the start"):
        Cancellation(SIX, SIX)


def test_who_may_board():
    assert FERRY.takes("heavy_truck")
    assert replace(FERRY, profiles=("motorbike",)).takes("motorbike")
    assert not replace(FERRY, profiles=("motorbike",)).takes("heavy_truck")
