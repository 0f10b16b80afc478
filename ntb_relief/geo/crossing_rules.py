"""Ferries that stay in port: for an hour, for a sea state, until further notice."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from ..errors import IssueLog, UnknownReferenceError
from ..model.crossings import Cancellation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ..model.crossings import Crossing
    from .network import RoadNetwork


def crossing_of(network: RoadNetwork, crossing_id: str) -> Crossing:
    """Return a crossing by its id; `UnknownReferenceError` where there is none."""
    found = {crossing.id: crossing for crossing in network.crossings}
    if crossing_id not in found:
        log = IssueLog()
        log.add(f"crossing '{crossing_id}'", "is not in the network", f"use one of {', '.join(found)}" if found else "it has no ferries")
        log.raise_if_any(UnknownReferenceError)
    return found[crossing_id]


def with_crossings(network: RoadNetwork, lines: Iterable[Crossing]) -> RoadNetwork:
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
    return network.replace(crossings=tuple(known.values()))


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
    return with_crossings(network, [replace(crossing, cancelled=(*crossing.cancelled, Cancellation(start, end, why)))])


def with_waves(network: RoadNetwork, height_m: float, *, start: datetime, end: datetime | None = None) -> RoadNetwork:
    """Return the network in a sea state: every ferry whose limit is below the wave height stays in port for the time.

    Sailings before and after are kept; `Disruption.in_waves` closes ferries and small boats together, for `disrupted` at a moment.

    Raises
    ------
    InputError
        Where the height is below 0 or none, for a time without UTC offset, or an end that is not after the start.
    """
    check_waves(height_m)
    stopped = [x.id for x in network.crossings if x.max_wave_m is not None and height_m > x.max_wave_m]
    for crossing_id in stopped:
        network = cancel_sailings(network, crossing_id, start=start, end=end, why=f"gelombang {height_m:g} m")
    return network


def check_waves(height_m: float) -> None:
    """Raise `InputError` where a significant wave height is none."""
    log = IssueLog()
    if not 0 <= height_m < math.inf:
        log.add("height_m", f"is {height_m}", "give the significant wave height in metres")
    log.raise_if_any()


def cancelled_spans(crossing: Crossing, *, start: datetime) -> list[tuple[float, float]]:
    """Return the spans in which a crossing does not leave, seconds after `start`, ascending and apart."""
    spans = sorted(
        ((one.start - start).total_seconds(), math.inf if one.end is None else (one.end - start).total_seconds())
        for one in crossing.cancelled
    )
    joined: list[tuple[float, float]] = []
    for begin, end in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((begin, end))
    return joined
