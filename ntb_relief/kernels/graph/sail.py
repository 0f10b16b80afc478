"""Earliest arrivals where land tables meet a timetable: labels over the few ports, whatever the size of the land.

A line is one direction of a daily ferry, less the departures that are cancelled. Whoever comes earlier to a quay never
leaves it later (waiting is allowed), so labels are set once, least first (Dijkstra 1959 on time-dependent arcs: Dreyfus 1969).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from .._jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_DAY_S: Final = 86_400
NEVER_S: Final = 2**62 - 1
"""End of a gap after which nothing sails any more."""
_NEVER: Final = NEVER_S
_CELLS: Final = 4_000_000
"""Cells times ports in one call: some milliseconds."""


class Timetable(NamedTuple):
    """Lines between ports, the same every day; L lines.

    Parameters
    ----------
    from_port, to_port : int64 array, shape (L,)
    boarding_s, sailing_s : int64 array, shape (L,)
        From the quay's gate to departure, and from departure to the other shore.
    indptr : int64 array, shape (L + 1,)
    departure_s : int64 array
        Of each line, ascending, seconds after midnight within one day; at least one.
    gap_indptr : int64 array, shape (L + 1,)
    gap_s : int64 array, shape (G, 2)
        Of each line, ascending and apart: departures from the first to before the second, seconds after the midnight that
        `depart_s` counts from, are cancelled.
    """

    from_port: Ints
    to_port: Ints
    boarding_s: Ints
    sailing_s: Ints
    indptr: Ints
    departure_s: Ints
    gap_indptr: Ints
    gap_s: Ints


class LandTables(NamedTuple):
    """Seconds without a ferry, -1 where there is no way; S sources, T targets, P ports.

    Parameters
    ----------
    direct : int64 array, shape (S, T)
    to_ports : int64 array, shape (S, P)
    between_ports : int64 array, shape (P, P)
    from_ports : int64 array, shape (P, T)
    """

    direct: Ints
    to_ports: Ints
    between_ports: Ints
    from_ports: Ints


def earliest_arrivals(land: LandTables, timetable: Timetable, *, depart_s: int) -> Ints:
    """Return when who leaves a source at a moment is at a target; O(S (T P + P^2 + L log departures)).

    Parameters
    ----------
    land : LandTables
    timetable : Timetable
    depart_s : int
        Seconds after some midnight, 0 or later.

    Returns
    -------
    int64 array, shape (S, T)
        Seconds after the same midnight; -1 where there is no way.
    """
    arrival = np.empty(land.direct.shape, np.int64)
    rows = max(1, _CELLS // max(1, land.from_ports.size))
    for first in range(0, len(arrival), rows):
        part = LandTables(land.direct[first : first + rows], land.to_ports[first : first + rows], land.between_ports, land.from_ports)
        _arrive(part, timetable, depart_s, arrival[first : first + rows])
    return arrival


@kernel
def _departure(timetable: Timetable, line: int, ready: int) -> int:
    """Return the first departure of the daily timetable at or after a moment."""
    day, clock = ready // _DAY_S, ready % _DAY_S
    first, last = timetable.indptr[line], timetable.indptr[line + 1]
    end = last
    while first < last:
        half = (first + last) >> 1
        if timetable.departure_s[half] < clock:
            first = half + 1
        else:
            last = half
    if first == end:
        first = timetable.indptr[line]
        day += 1
    return int(day * _DAY_S + timetable.departure_s[first])


@kernel
def _ashore(timetable: Timetable, line: int, at_quay: int) -> int:
    """Return when the first ferry one can still board is across, `_NEVER` where all that follow are cancelled."""
    departure = _departure(timetable, line, at_quay + timetable.boarding_s[line])
    for gap in range(timetable.gap_indptr[line], timetable.gap_indptr[line + 1]):
        if departure < timetable.gap_s[gap, 0]:
            break
        if departure < timetable.gap_s[gap, 1]:
            if timetable.gap_s[gap, 1] >= _NEVER:
                return _NEVER
            departure = _departure(timetable, line, timetable.gap_s[gap, 1])
    return int(departure + timetable.sailing_s[line])


@kernel
def _arrive(land: LandTables, timetable: Timetable, depart_s: int, arrival: Ints) -> None:
    """Fill `arrival`, row by row."""
    num_ports = land.between_ports.shape[0]
    label = np.empty(num_ports, np.int64)  # when one stands at a port
    ashore = np.empty(num_ports, np.int64)  # when one leaves a ferry there
    is_set = np.empty(num_ports, np.bool_)
    for source in range(arrival.shape[0]):
        for port in range(num_ports):
            way = land.to_ports[source, port]
            label[port] = depart_s + way if way >= 0 else _NEVER
            ashore[port] = _NEVER
            is_set[port] = False
        for _ in range(num_ports):
            port = -1
            for other in range(num_ports):
                if not is_set[other] and label[other] < _NEVER and (port < 0 or label[other] < label[port]):
                    port = other
            if port < 0:
                break
            is_set[port] = True
            for line in range(timetable.from_port.size):
                if timetable.from_port[line] == port:
                    shore = timetable.to_port[line]
                    moment = _ashore(timetable, line, label[port])
                    if moment < ashore[shore]:
                        ashore[shore] = moment
                        for other in range(num_ports):
                            way = land.between_ports[shore, other]
                            if way >= 0 and moment + way < label[other]:
                                label[other] = moment + way
        row, direct = arrival[source], land.direct[source]
        for target in range(row.size):
            row[target] = depart_s + direct[target] if direct[target] >= 0 else _NEVER
        for port in range(num_ports):
            moment, ways = ashore[port], land.from_ports[port]
            if moment < _NEVER:
                for target in range(row.size):
                    row[target] = min(row[target], moment + ways[target] if ways[target] >= 0 else _NEVER)
        for target in range(row.size):
            if row[target] == _NEVER:
                row[target] = -1
