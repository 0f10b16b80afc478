"""Travel matrices: duration, distance and fares of one profile between places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.travel import TravelMatrix
from .stop_sums import place_sums
from .stops import EdgeStop
from .tables import shortest_sums

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .network import RoadNetwork


def travel_matrix(
    network: RoadNetwork,
    *,
    places: Mapping[str, str | EdgeStop],
    profile: str,
    start: datetime | None = None,
    latest_s: int | None = None,
    threads: int = 1,
) -> TravelMatrix:
    """Return the matrix of the quickest paths, of equally quick ones the shortest, of equally long ones the cheapest.

    A ferry counts boarding, the longest wait and the sailing (see `longest_crossing_s`), so a leg planned with the
    matrix to end by `latest_s` never ends later than planned; `schedule_path` tells the sailing it really takes.

    Parameters
    ----------
    network : RoadNetwork
    places : mapping of str to (str or EdgeStop)
        Place id to node id, or to a point on an edge as `snap_to_edges` finds it; places may share a node.
    profile : str
    start : datetime, optional
        Moment 0, with UTC offset; None with any `latest_s` means the longest wait of a whole day.
    latest_s : int, optional
        Seconds after `start` by which all is over; None means no limit.
    threads : int, optional
        Of large matrices, each thread does a part of the rows; the numbers are the same.

    Returns
    -------
    TravelMatrix
        `UNREACHABLE` where the profile has no path; `toll_idr` adds the fares along the chosen path.

    Raises
    ------
    UnknownReferenceError
        With every node that is not in the network, or for an unknown profile.
    InputError
        For a start without UTC offset, an end before it, or no thread.
    """
    network.profile(profile)
    if any(isinstance(place, EdgeStop) for place in places.values()):
        span: dict[str, Any] = {"profile": profile, "start": start, "latest_s": latest_s, "threads": threads}
        return TravelMatrix(profile, tuple(places), *place_sums(network, sources=places, targets=places, **span))
    rows = np.array(network.index.rows(place for place in places.values() if isinstance(place, str)), dtype=np.int64)
    nodes, place_node = np.unique(rows, return_inverse=True)
    tables = shortest_sums(network, profile=profile, sources=nodes, targets=nodes, start=start, latest_s=latest_s, threads=threads)
    return TravelMatrix(profile, tuple(places), *(table[np.ix_(place_node, place_node)] for table in tables))
