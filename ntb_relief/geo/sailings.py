"""Daily ferry timetables: the next sailing, and the longest a crossing can take."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from ..errors import IssueLog
from ..units import DAY_S, HOUR_S, MINUTE_S, WITA
from .crossing_rules import cancelled_spans

if TYPE_CHECKING:
    from datetime import datetime

    from ..model.crossings import Crossing

NO_SAILING_S: Final = 30 * DAY_S
"""Waited for a ferry that is cancelled until further notice: beyond any horizon."""


def seconds_of_day(start: datetime) -> int:
    """Return the seconds from midnight WITA to `start`; `InputError` where it has no UTC offset."""
    check_span(start=start, latest_s=None)
    clock = start.astimezone(WITA)
    return clock.hour * HOUR_S + clock.minute * MINUTE_S + clock.second


def check_span(*, start: datetime | None, latest_s: int | None) -> None:
    """Raise `InputError` where a start has no UTC offset or an end lies before it."""
    log = IssueLog()
    if start is not None and start.tzinfo is None:
        log.add("start", f"{start.isoformat()} has no UTC offset", "add +08:00 (WITA)")
    if latest_s is not None and latest_s < 0:
        log.add("latest_s", f"is {latest_s}", "give seconds after the start, 0 or more, or None for no limit")
    log.raise_if_any()


def next_departure_s(crossing: Crossing, *, ready_s: int, start: datetime) -> int:
    """Return the first departure at or after `ready_s`, in seconds after `start`.

    Parameters
    ----------
    crossing : Crossing
    ready_s : int
        When the vehicle stands at the quay and boarding time is over, seconds after `start`.
    start : datetime
        With UTC offset.
    """
    for begin, end in (*cancelled_spans(crossing, start=start), (math.inf, math.inf)):
        departure_s = _in_timetable(crossing, ready_s=ready_s, start=start)
        if departure_s < begin:
            return departure_s
        if end == math.inf:
            return ready_s + NO_SAILING_S
        ready_s = max(ready_s, math.ceil(end))
    raise AssertionError  # the last span begins never, so every departure is before it


def _in_timetable(crossing: Crossing, *, ready_s: int, start: datetime) -> int:
    day, clock = divmod(seconds_of_day(start) + ready_s, DAY_S)
    of_day = next((departure for departure in crossing.departures_s if departure >= clock), crossing.departures_s[0] + DAY_S)
    return day * DAY_S + of_day - seconds_of_day(start)


def longest_crossing_s(crossing: Crossing, *, start: datetime | None = None, latest_s: int | None = None) -> int:
    """Return the seconds that are enough for a crossing: boarding, longest wait and sailing.

    A vehicle may come to the quay at any moment from `start` to `latest_s` after it. The answer ``c`` is the least with
    which no crossing that is planned to end by `latest_s` ends later than planned: for every arrival ``t``, either the
    ferry it gets is across by ``t + c``, or ``t + c`` is past `latest_s` and the plan does not use it.

    Parameters
    ----------
    crossing : Crossing
    start : datetime, optional
        With UTC offset; None means any moment of any day.
    latest_s : int, optional
        End of the operation; None means no limit, so the longest gap of the whole day counts, and that around any cancellation
        still to come.
    """
    if start is None or latest_s is None:
        departures = crossing.departures_s
        gaps = [after - before for before, after in pairwise((*departures, departures[0] + DAY_S))]
        longest = max(gaps)
        for begin, end in [] if start is None else cancelled_spans(crossing, start=start):
            if end > 0 and start is not None:  # from the last departure before it to the first after, over any others that follow
                first = math.floor(begin)
                gaps.append(longest + next_departure_s(crossing, ready_s=first, start=start) - first)
        return crossing.boarding_s + max(gaps) + crossing.duration_s
    longest, arrival = 0, 0
    departure = next_departure_s(crossing, ready_s=crossing.boarding_s, start=start)
    while arrival <= latest_s:
        longest = max(longest, min(departure + crossing.duration_s - arrival, latest_s + 1 - arrival))
        # The next slowest arrival comes a moment too late for this sailing.
        arrival = departure - crossing.boarding_s
        departure = next_departure_s(crossing, ready_s=departure + 1, start=start)
    return longest
