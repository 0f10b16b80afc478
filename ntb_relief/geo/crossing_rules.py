"""What a ferry takes, whom it takes and when it does not sail: lane metres, profiles, cancellations, weather."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from ..data import read_table
from ..errors import IssueLog, UnknownReferenceError
from ..model.travel import Crossing
from .network import RoadNetwork

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FerryLine(Crossing):
    """A crossing with the rules that a plain timetable does not hold; it serves wherever a `Crossing` does.

    Matrices and paths of `geo` heed `profiles` and `cancelled` (the latter where a start is given); `slots` stays what plans count.

    Parameters
    ----------
    lane_m : float, optional
        Metres of vehicle lanes on one sailing; None where only `slots` is known.
    profiles : tuple of str, optional
        Who may board; None means everybody.
    cancelled : tuple of Cancellation
    max_wave_m : float, optional
        Significant wave height above which it stays in port; None where no limit is known.
    """

    lane_m: float | None = None
    profiles: tuple[str, ...] | None = None
    cancelled: tuple[Cancellation, ...] = ()
    max_wave_m: float | None = None

    def __post_init__(self) -> None:
        Crossing.__post_init__(self)
        log = IssueLog()
        for name, value in (("lane_m", self.lane_m), ("max_wave_m", self.max_wave_m)):
            if value is not None and not 0 < value < float("inf"):
                log.add(f"crossing '{self.id}'", f"{name} is {value}", "give metres above 0, or leave it out")
        log.raise_if_any()

    def num_vehicles(self, length_m: float) -> int:
        """Return how many vehicles of a length one sailing takes by its lanes, `slots` where these are not known.

        Examples
        --------
        >>> ports = {"from_node": "a", "to_node": "b"}
        >>> ferry = FerryLine(id="f", **ports, departures_s=(0,), duration_s=1, boarding_s=0, slots=20, fare_idr=0, lane_m=170)
        >>> ferry.num_vehicles(7.7), ferry.num_vehicles(4.2)
        (20, 34)
        """
        log = IssueLog()
        if not length_m > 0:
            log.add("length_m", f"is {length_m}", "give metres above 0")
        log.raise_if_any()
        return self.slots if self.lane_m is None else int(self.lane_m // (length_m + _GAP_M))

    def to_crossing(self) -> Crossing:
        """Return the plain crossing, as documents hold it."""
        return Crossing(**{column.name: getattr(self, column.name) for column in fields(Crossing)})


def ferry_line(crossing: Crossing, **rules: Any) -> FerryLine:  # noqa: ANN401 - the fields of `FerryLine`
    """Return a crossing with rules; those it has already stay where they are not named.

    Parameters
    ----------
    crossing : Crossing
    **rules
        ``lane_m``, ``profiles``, ``cancelled``, ``max_wave_m`` and any field of `Crossing`.
    """
    known = {column.name: getattr(crossing, column.name) for column in fields(crossing)}
    return FerryLine(**{**known, **rules})


def crossing_of(network: RoadNetwork, crossing_id: str) -> Crossing:
    """Return a crossing by its id; `UnknownReferenceError` where there is none."""
    found = {crossing.id: crossing for crossing in network.crossings}
    if crossing_id not in found:
        log = IssueLog()
        log.add(f"crossing '{crossing_id}'", "is not in the network", f"use one of {', '.join(found)}" if found else "it has no ferries")
        log.raise_if_any(UnknownReferenceError)
    return found[crossing_id]


def with_ferry_lines(network: RoadNetwork, lines: Iterable[Crossing]) -> RoadNetwork:
    """Return the network with some crossings replaced by others of the same id.

    Raises
    ------
    UnknownReferenceError
        For a line whose id no crossing of the network bears.
    InputError
        For a line between other ports than before.
    """
    known = {crossing.id: crossing for crossing in network.crossings}
    log = IssueLog()
    for line in lines:
        before = crossing_of(network, line.id)
        if {before.from_node, before.to_node} != {line.from_node, line.to_node}:
            log.add(f"crossing '{line.id}'", f"joins '{line.from_node}' and '{line.to_node}'", "keep the ports it had")
        known[line.id] = line
    log.raise_if_any()
    return RoadNetwork.from_table(network.table, crossings=known.values(), profiles=network.profiles)


def with_default_rules(network: RoadNetwork) -> RoadNetwork:
    """Return the network with the **assumed** rules of the embedded ferries, for those it has (table ``ferry_rules``)."""
    ids = {crossing.id for crossing in network.crossings}
    return with_ferry_lines(network, (ferry_line(crossing_of(network, name), **rules) for name, rules in _rules().items() if name in ids))


def cancel_sailings(network: RoadNetwork, crossing_id: str, *, start: datetime, end: datetime | None = None, why: str = "") -> RoadNetwork:
    """Return the network in which a ferry does not leave for a time; other cancellations stay.

    Raises
    ------
    UnknownReferenceError
        For an unknown crossing.
    InputError
        For a time without UTC offset, or an end that is not after the start.
    """
    crossing = crossing_of(network, crossing_id)
    known = crossing.cancelled if isinstance(crossing, FerryLine) else ()
    return with_ferry_lines(network, [ferry_line(crossing, cancelled=(*known, Cancellation(start, end, why)))])


def with_waves(network: RoadNetwork, height_m: float, *, start: datetime, end: datetime | None = None) -> RoadNetwork:
    """Return the network in a sea state: every ferry whose limit is below the wave height stays in port for the time."""
    stopped = [x.id for x in network.crossings if isinstance(x, FerryLine) and x.max_wave_m is not None and height_m > x.max_wave_m]
    for crossing_id in stopped:
        network = cancel_sailings(network, crossing_id, start=start, end=end, why=f"gelombang {height_m:g} m")
    return network


@cache
def _rules() -> Mapping[str, dict[str, Any]]:
    return {
        row["crossing"]: {
            "lane_m": float(row["lane_m"]),
            "profiles": tuple(row["profiles"].split()) or None,
            "max_wave_m": float(row["max_wave_m"]),
        }
        for row in read_table("ferry_rules")
    }


def takes(crossing: Crossing, profile: str) -> bool:
    """Tell whether a profile may board a crossing; a plain one takes everybody."""
    return not isinstance(crossing, FerryLine) or crossing.profiles is None or profile in crossing.profiles


def cancelled_spans(crossing: Crossing, *, start: datetime) -> list[tuple[float, float]]:
    """Return the spans in which a crossing does not leave, seconds after `start`, ascending and apart."""
    if not isinstance(crossing, FerryLine):
        return []
    spans = sorted(
        ((one.start - start).total_seconds(), float("inf") if one.end is None else (one.end - start).total_seconds())
        for one in crossing.cancelled
    )
    joined: list[tuple[float, float]] = []
    for begin, end in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((begin, end))
    return joined
