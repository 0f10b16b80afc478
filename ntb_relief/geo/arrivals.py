"""Earliest arrivals by the real timetable: when is who leaves now, or at any hour, there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import IssueLog
from ..model.travel import UNREACHABLE
from .crossing_rules import cancelled_spans
from .graph import edge_seconds, ferry_crossings
from .sailings import seconds_of_day
from .tables import shortest_land_s

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from ..kernels.graph import Timetable
    from .network import RoadNetwork

    Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class ArrivalTables:
    """When vehicles of one profile arrive, by hour of departure.

    Parameters
    ----------
    profile : str
    place_ids : tuple of str, length L
    departures_s : tuple of int, length H
        Seconds after the start.
    arrive_s : int64 array, shape (H, L, L)
        Departure, from, to: seconds after the start; `UNREACHABLE` (-1) where there is no way.
    """

    profile: str
    place_ids: tuple[str, ...]
    departures_s: tuple[int, ...]
    arrive_s: NDArray[np.int64]

    @property
    def duration_s(self) -> NDArray[np.int64]:
        """Seconds on the way, waiting at quays included; `UNREACHABLE` where there is none."""
        left = np.array(self.departures_s, dtype=np.int64)[:, None, None]
        return np.where(self.arrive_s == UNREACHABLE, UNREACHABLE, self.arrive_s - left)


def arrival_tables(
    network: RoadNetwork, *, places: Mapping[str, str], profile: str, start: datetime, departures_s: Sequence[int] = (0,)
) -> ArrivalTables:
    """Return the earliest arrival between all places for each hour of departure, ferries by their timetable.

    Unlike `travel_matrix`, whose ferries always take their longest wait, this is what a vehicle that leaves at that very
    moment can reach; sailings are never full, and those that are cancelled do not leave.

    Parameters
    ----------
    network : RoadNetwork
    places : mapping of str to str
        Place id to node id; places may share a node.
    profile : str
    start : datetime
        With UTC offset.
    departures_s : sequence of int, optional
        Seconds after `start`, 0 or later.

    Raises
    ------
    UnknownReferenceError
        With every node that is not in the network, or for an unknown profile.
    InputError
        Where `start` has no UTC offset, or a departure lies before it.

    Examples
    --------
    >>> from datetime import datetime
    >>> from ntb_relief import RoadNetwork
    >>> from ntb_relief.units import WITA
    >>> ports = {"west": "port:KAYANGAN", "east": "port:POTOTANO"}
    >>> six = datetime(2018, 8, 12, 6, tzinfo=WITA)
    >>> tables = arrival_tables(RoadNetwork.from_ntb(), places=ports, profile="4wd", start=six, departures_s=[0, 1800, 1801])
    >>> [int(seconds) // 60 for seconds in tables.arrive_s[:, 0, 1]]  # half an hour to board, then every hour
    [165, 165, 225]
    """
    log = IssueLog()
    for departure in departures_s:
        if departure < 0:
            log.add("departures_s", f"{departure} is before the start", "give seconds after it, 0 or later")
    log.raise_if_any()
    network.profile(profile)
    nodes, place_node = np.unique(np.array(network.index.rows(places.values()), dtype=np.int64), return_inverse=True)
    span: dict[str, Any] = {"profile": profile, "start": start, "departures_s": departures_s}
    tables = arrivals_between(network, sources=nodes, targets=nodes, **span)
    every = np.arange(len(departures_s))
    return ArrivalTables(profile, tuple(places), tuple(departures_s), tables[np.ix_(every, place_node, place_node)])


def arrivals_between(
    network: RoadNetwork, *, profile: str, sources: Ints, targets: Ints, start: datetime, departures_s: Sequence[int]
) -> Ints:
    """Return when who leaves a source row at each departure is at a target row, shape (H, S, T), seconds after the start."""
    from ..kernels.graph import LandTables, earliest_arrivals

    midnight_s = seconds_of_day(start)
    ports, timetable = _timetable(network, profile, start=start)
    both = np.concatenate([sources, ports]), np.concatenate([targets, ports])
    table = shortest_land_s(network, profile=profile, sources=both[0], targets=both[1])
    upper, left = slice(None, sources.size), slice(None, targets.size)
    lower, right = slice(sources.size, None), slice(targets.size, None)
    cells = ((upper, left), (upper, right), (lower, right), (lower, left))
    land = LandTables(*(np.ascontiguousarray(table[cell]) for cell in cells))
    tables = np.empty((len(departures_s), sources.size, targets.size), dtype=np.int64)
    for number, departure in enumerate(departures_s):
        arrival = earliest_arrivals(land, timetable, depart_s=midnight_s + departure)
        arrival[arrival != UNREACHABLE] -= midnight_s
        tables[number] = arrival
    return tables


def _timetable(network: RoadNetwork, profile: str, *, start: datetime) -> tuple[Ints, Timetable]:
    """Return the rows of the ports and the lines between them, both ways, that are open to a profile."""
    from ..kernels.graph import Timetable
    from ..kernels.graph.sail import NEVER_S

    seconds = edge_seconds(network, network.profile(profile))
    crossings = [crossing for edge, crossing in ferry_crossings(network).items() if seconds[edge] != UNREACHABLE]
    ends = network.index.rows(node for crossing in crossings for node in (crossing.from_node, crossing.to_node))
    ports, port = np.unique(np.array(ends, dtype=np.int64), return_inverse=True)
    lines = [crossing for crossing in crossings for _ in range(2)]
    clocks = [np.array(crossing.departures_s, dtype=np.int64) for crossing in lines]
    midnight_s = seconds_of_day(start)
    gaps = [
        [(math.ceil(begin) + midnight_s, NEVER_S if end == math.inf else math.ceil(end) + midnight_s) for begin, end in spans]
        for spans in (cancelled_spans(crossing, start=start) for crossing in lines)
    ]
    turned = port.reshape(-1, 2)[:, ::-1].reshape(-1)
    return ports, Timetable(
        from_port=port.astype(np.int64),
        to_port=turned.astype(np.int64),
        boarding_s=np.array([crossing.boarding_s for crossing in lines], dtype=np.int64),
        sailing_s=np.array([crossing.duration_s for crossing in lines], dtype=np.int64),
        indptr=np.cumsum([0, *(clock.size for clock in clocks)], dtype=np.int64),
        departure_s=np.concatenate([np.empty(0, np.int64), *clocks]),
        gap_indptr=np.cumsum([0, *(len(spans) for spans in gaps)], dtype=np.int64),
        gap_s=np.array([span for spans in gaps for span in spans], dtype=np.int64).reshape(-1, 2),
    )
