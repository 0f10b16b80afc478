"""Ferry lines: when they sail, what they take, whom they take and when they stay in port."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, Final

from ..errors import IssueLog
from ..units import DAY_S

if TYPE_CHECKING:
    from datetime import datetime

_GAP_M: Final = 0.8
"""Between two vehicles on a lane: they are lashed and people must pass (assumed)."""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A time in which a ferry does not leave.

    Parameters
    ----------
    start, end : datetime or None
        Departures from `start` to just before `end` are cancelled, with UTC offset; no end means until further notice.
    why : str

    Raises
    ------
    InputError
        For a time without UTC offset, or an end that is not after the start.
    """

    start: datetime
    end: datetime | None = None
    why: str = ""

    def __post_init__(self) -> None:
        log = IssueLog()
        naive = [moment for moment in (self.start, self.end) if moment is not None and moment.tzinfo is None]
        for moment in naive:
            log.add("cancellation", f"{moment.isoformat()} has no UTC offset", "add +08:00 (WITA)")
        if self.end is not None and not naive and self.end <= self.start:
            log.add("cancellation", f"ends {self.end.isoformat()}, not after {self.start.isoformat()}", "give an end after the start")
        log.raise_if_any()

    def covers(self, moment: datetime) -> bool:
        """Tell whether a departure at a moment with UTC offset is cancelled."""
        return self.start <= moment and (self.end is None or moment < self.end)


@dataclass(frozen=True, slots=True)
class Crossing:
    """A ferry line with a daily timetable, the same in both directions.

    Parameters
    ----------
    id : str
    from_node, to_node : str
        Network nodes of the two ports; the edge between them has kind ``ferry``.
    departures_s : tuple of int
        Departures in seconds after midnight WITA, ascending, every day.
    duration_s, boarding_s : int
        Sailing time; time before departure at which a vehicle must be at the quay.
    slots : int
        Vehicles one sailing takes; what plans count.
    fare_idr : int
        Price a vehicle.
    source, confidence : str
        Where the figures come from and how far to trust them.
    lane_m : float, optional
        Metres of vehicle lanes on one sailing; None where only `slots` is known. See `num_vehicles`.
    profiles : tuple of str, optional
        Who may board; None means everybody.
    cancelled : tuple of Cancellation, optional
    max_wave_m : float, optional
        Significant wave height above which it stays in port; None where no limit is known.

    Raises
    ------
    InputError
        For departures out of order or outside the day, negative times or fares, no slot, metres that are not above 0.
    """

    id: str
    from_node: str
    to_node: str
    departures_s: tuple[int, ...]
    duration_s: int
    boarding_s: int
    slots: int
    fare_idr: int
    source: str = ""
    confidence: str = ""
    lane_m: float | None = None
    profiles: tuple[str, ...] | None = None
    cancelled: tuple[Cancellation, ...] = ()
    max_wave_m: float | None = None

    def __post_init__(self) -> None:
        log = IssueLog()
        where = f"crossing '{self.id}'"
        if not all(isinstance(departure, Integral) for departure in self.departures_s):
            log.add(where, f"departures {self.departures_s} are not whole seconds", "give seconds after midnight WITA: 6.30 is 23400")
            log.raise_if_any()
        if not self.departures_s or list(self.departures_s) != sorted(set(self.departures_s)):
            log.add(where, f"departures {self.departures_s} are not ascending", "list each departure once, in order")
        elif not 0 <= self.departures_s[0] <= self.departures_s[-1] < DAY_S:
            log.add(where, f"departures {self.departures_s} leave the day", f"give seconds from 0 to {DAY_S - 1}")
        if min(self.duration_s, self.boarding_s, self.fare_idr) < 0 or self.slots < 1:
            log.add(where, "a negative time or fare, or no vehicle slot", "give times and fare >= 0 and slots >= 1")
        for name, value in (("lane_m", self.lane_m), ("max_wave_m", self.max_wave_m)):
            if value is not None and not 0 < value < math.inf:
                log.add(where, f"{name} is {value}", "give metres above 0, or leave it out")
        log.raise_if_any()

    def takes(self, profile: str) -> bool:
        """Tell whether a profile may board."""
        return self.profiles is None or profile in self.profiles

    def is_cancelled(self, departure: datetime) -> bool:
        """Tell whether the departure at a moment with UTC offset does not take place."""
        return any(one.covers(departure) for one in self.cancelled)

    def num_vehicles(self, length_m: float) -> int:
        """Return how many vehicles of a length one sailing takes by its lanes, 0.8 m apart (assumed); `slots` where no lanes are known.

        Examples
        --------
        >>> ports = {"from_node": "a", "to_node": "b"}
        >>> ferry = Crossing("f", **ports, departures_s=(0,), duration_s=1, boarding_s=0, slots=20, fare_idr=0, lane_m=170)
        >>> ferry.num_vehicles(7.7), ferry.num_vehicles(4.2)
        (20, 34)
        """
        log = IssueLog()
        if not length_m > 0:
            log.add("length_m", f"is {length_m}", "give metres above 0")
        log.raise_if_any()
        return self.slots if self.lane_m is None else int(self.lane_m // (length_m + _GAP_M))
