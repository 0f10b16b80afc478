from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntb_relief.errors import InputError
from ntb_relief.geo.sailings import longest_crossing_s, next_departure_s, seconds_of_day
from ntb_relief.model.crossings import Crossing
from ntb_relief.units import DAY_S, HOUR_S, WITA
from tests.geo.networks import crossings, starts

SIX = datetime(2018, 8, 12, 6, tzinfo=WITA)


def daytime_ferry(**changes):
    """Hourly from 6 to 18 o'clock, 30 minutes boarding, 105 minutes at sea."""
    fields = {"departures_s": tuple(range(6 * HOUR_S, 18 * HOUR_S + 1, HOUR_S)), "duration_s": 6300, "boarding_s": 1800} | changes
    return Crossing(id="f", from_node="a", to_node="b", slots=20, fare_idr=0, **fields)


@given(crossings(), starts, st.integers(0, 3 * DAY_S))
def test_next_departure_is_the_first_of_all_days(crossing, start, ready_s):
    """Listing the sailings of a week finds the same one."""
    midnight = -seconds_of_day(start)
    week = [midnight + day * DAY_S + departure for day in range(7) for departure in crossing.departures_s]
    assert next_departure_s(crossing, ready_s=ready_s, start=start) == min(moment for moment in week if moment >= ready_s)


def test_clock_is_wita_whatever_the_zone():
    """22:00 UTC is 06:00 WITA; a start without a zone is refused."""
    assert seconds_of_day(datetime(2018, 8, 11, 22, tzinfo=UTC)) == 6 * HOUR_S
    with pytest.raises(InputError, match="no UTC offset"):
        seconds_of_day(datetime(2018, 8, 11, 22))  # noqa: DTZ001 - the mistake under test


def test_longest_wait_is_the_gap_between_sailings():
    """By day the gap is an hour; over a whole day it is the night; the end of the day closes the night out."""
    ferry = daytime_ferry()
    assert longest_crossing_s(ferry, start=SIX, latest_s=8 * HOUR_S) == 1800 + HOUR_S + 6300
    assert longest_crossing_s(ferry) == 1800 + 12 * HOUR_S + 6300
    assert longest_crossing_s(ferry, start=SIX, latest_s=3 * DAY_S) == longest_crossing_s(ferry)
    assert longest_crossing_s(daytime_ferry(departures_s=(0,)), start=SIX, latest_s=DAY_S + HOUR_S) == 18 * HOUR_S + 6300


@given(st.sets(st.integers(0, 300), min_size=1, max_size=5), st.integers(0, 60), st.integers(0, 60), st.integers(0, 400))
def test_longest_crossing_is_just_enough(departures, duration_s, boarding_s, latest_s):
    """Every arrival is across in that time or past the end, and one second less would fail some arrival."""
    ferry = daytime_ferry(departures_s=tuple(sorted(departures)), duration_s=duration_s, boarding_s=boarding_s)
    start = SIX.replace(hour=0)
    needed = 0
    for arrival in range(latest_s + 1):
        across = next_departure_s(ferry, ready_s=arrival + boarding_s, start=start) + duration_s
        needed = max(needed, min(across - arrival, latest_s + 1 - arrival))
    # A vehicle may also come between two whole seconds, so up to one second more is right.
    assert needed <= longest_crossing_s(ferry, start=start, latest_s=latest_s) <= needed + 1


@given(crossings(), starts, st.integers(0, 3 * DAY_S))
def test_no_limit_is_never_shorter(crossing, start, latest_s):
    """The longest wait of a whole day bounds that of any span."""
    assert longest_crossing_s(crossing, start=start, latest_s=latest_s) <= longest_crossing_s(crossing)
