"""Earliest arrivals by the real timetable: when is who leaves now, or at any hour, there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import IssueLog
from ..model.travel import UNREACHABLE
from .graph import edge_seconds, ferry_crossings
from .sailings import seconds_of_day
from .tables import shortest_land_s

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from ..kernels.graph import LandTables, Timetable
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
    moment can reach; sailings are never full.

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
    from ..kernels.graph import earliest_arrivals

    log = IssueLog()
    for departure in departures_s:
        if departure < 0:
            log.add("departures_s", f"{departure} is before the start", "give seconds after it, 0 or later")
    log.raise_if_any()
    network.profile(profile)
    midnight_s = seconds_of_day(start)
    nodes, place_node = np.unique(np.array(network.index.rows(places.values()), dtype=np.int64), return_inverse=True)
    ports, timetable = _timetable(network, profile)
    both = np.concatenate([nodes, ports])
    land = _land_tables(shortest_land_s(network, profile=profile, sources=both, targets=both), nodes.size)
    tables = np.empty((len(departures_s), place_node.size, place_node.size), dtype=np.int64)
    for number, departure in enumerate(departures_s):
        arrival = earliest_arrivals(land, timetable, depart_s=midnight_s + departure)
        arrival[arrival != UNREACHABLE] -= midnight_s
        tables[number] = arrival[np.ix_(place_node, place_node)]
    return ArrivalTables(profile, tuple(places), tuple(departures_s), tables)


def _land_tables(table: Ints, num_nodes: int) -> LandTables:
    from ..kernels.graph import LandTables

    here, there = slice(None, num_nodes), slice(num_nodes, None)
    return LandTables(*(np.ascontiguousarray(table[cells]) for cells in ((here, here), (here, there), (there, there), (there, here))))


def _timetable(network: RoadNetwork, profile: str) -> tuple[Ints, Timetable]:
    """Return the rows of the ports and the lines between them, both ways, that are open to a profile."""
    from ..kernels.graph import Timetable

    seconds = edge_seconds(network, network.profile(profile))
    crossings = [crossing for edge, crossing in ferry_crossings(network).items() if seconds[edge] != UNREACHABLE]
    ends = network.index.rows(node for crossing in crossings for node in (crossing.from_node, crossing.to_node))
    ports, port = np.unique(np.array(ends, dtype=np.int64), return_inverse=True)
    lines = [crossing for crossing in crossings for _ in range(2)]
    clocks = [np.array(crossing.departures_s, dtype=np.int64) for crossing in lines]
    turned = port.reshape(-1, 2)[:, ::-1].reshape(-1)
    return ports, Timetable(
        from_port=port.astype(np.int64),
        to_port=turned.astype(np.int64),
        boarding_s=np.array([crossing.boarding_s for crossing in lines], dtype=np.int64),
        sailing_s=np.array([crossing.duration_s for crossing in lines], dtype=np.int64),
        indptr=np.cumsum([0, *(clock.size for clock in clocks)], dtype=np.int64),
        departure_s=np.concatenate([np.empty(0, np.int64), *clocks]),
    )
