"""Travel tables from some places to others, for several profiles, with the reason behind every empty cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import IssueLog, UnknownReferenceError
from ..model.travel import UNREACHABLE
from .arrivals import arrivals_between
from .no_way import explain_no_way
from .stop_sums import place_sums
from .stops import on_nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from .network import RoadNetwork
    from .no_way import NoWay
    from .stops import EdgeStop


@dataclass(frozen=True, slots=True, eq=False)
class TravelTable:
    """Durations, distances and fares of one profile from sources to targets.

    Parameters
    ----------
    profile : str
    source_ids, target_ids : tuple of str, length S and T
    duration_s, distance_m, toll_idr : int64 array, shape (S, T)
        `UNREACHABLE` (-1) where there is no way, in all three alike.
    """

    profile: str
    source_ids: tuple[str, ...]
    target_ids: tuple[str, ...]
    duration_s: NDArray[np.int64]
    distance_m: NDArray[np.int64]
    toll_idr: NDArray[np.int64]
    _network: RoadNetwork = field(repr=False)
    _nodes: Mapping[str, tuple[str, ...]] = field(repr=False)  # of every place: a node, or the two ends of its edge

    def unreachable(self) -> tuple[tuple[str, str], ...]:
        """Return the (source, target) pairs without a way, in the order of the table."""
        rows, columns = np.nonzero(self.duration_s == UNREACHABLE)
        return tuple((self.source_ids[row], self.target_ids[column]) for row, column in zip(rows.tolist(), columns.tolist(), strict=True))

    def to_frame(self) -> Any:  # noqa: ANN401 - pandas ships no types
        """Return one row a pair as a DataFrame: source, target, hours, km, toll_idr; missing where there is no way."""
        import pandas as pd

        columns = {"hours": self.duration_s / 3600, "km": self.distance_m / 1000, "toll_idr": self.toll_idr.astype(np.float64)}
        is_lost = self.duration_s == UNREACHABLE
        pairs = pd.MultiIndex.from_product([self.source_ids, self.target_ids], names=["source", "target"])
        told = {name: np.where(is_lost, np.nan, column).ravel() for name, column in columns.items()}
        return pd.DataFrame(told, index=pairs).reset_index()

    def why(self, source: str, target: str) -> NoWay | None:
        """Return why there is no way from a source to a target; None where there is one.

        A point on an edge is explained from that end of its edge that says more: the one with closed links to name.

        Raises
        ------
        UnknownReferenceError
            For a place that is not in the table.
        """
        log = IssueLog()
        for place, ids, side in ((source, self.source_ids, "source"), (target, self.target_ids, "target")):
            if place not in ids:
                log.add(f"place '{place}'", f"is no {side} of the table", "use an id you gave")
        log.raise_if_any(UnknownReferenceError)
        if self.duration_s[self.source_ids.index(source), self.target_ids.index(target)] != UNREACHABLE:
            return None
        ends = ((one, other) for one in self._nodes[source] for other in self._nodes[target])
        found = [explain_no_way(self._network, from_node=one, to_node=other, profile=self.profile) for one, other in ends]
        return max((why for why in found if why is not None), key=lambda why: len(why.closed_links), default=None)


def travel_tables(
    network: RoadNetwork,
    *,
    sources: Mapping[str, str | EdgeStop],
    targets: Mapping[str, str | EdgeStop],
    profiles: Iterable[str],
    departure: datetime | None = None,
    start: datetime | None = None,
    latest_s: int | None = None,
    threads: int = 1,
) -> dict[str, TravelTable]:
    """Return a table for each profile from every source to every target.

    Parameters
    ----------
    network : RoadNetwork
    sources, targets : mapping of str to (str or EdgeStop)
        Place id to node id, or to a point on an edge as `snap_to_edges` finds it. An id in both means the same place.
    profiles : iterable of str
    departure : datetime, optional
        With UTC offset: durations are those of who leaves then, ferries by their clock, instead of with the longest wait.
        Distances and fares stay those of the way with the longest waits, which another ferry may beat at that hour.
    start, latest_s, threads
        As for `travel_matrix`.

    Raises
    ------
    UnknownReferenceError
        With every node that is not in the network, or for an unknown profile.
    InputError
        Where one id stands for a source and for another place as target, or `departure` has no UTC offset.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork
    >>> stores, posko = {"mataram": "kec:52.71.05"}, {"bima": "kec:52.72.05", "gili": "port:GILIAIR"}
    >>> tables = travel_tables(RoadNetwork.from_ntb(), sources=stores, targets=posko, profiles=["4wd", "light_truck"])
    >>> tables["4wd"].unreachable(), tables["4wd"].why("mataram", "gili").is_reached_by_any_mode
    ((('mataram', 'gili'),), True)
    """
    log = IssueLog()
    for name in sources.keys() & targets.keys():
        if sources[name] != targets[name]:
            log.add(f"place '{name}'", "is one place as source and another as target", "give them two ids")
    log.raise_if_any()
    ids = network.table.node_ids
    tables = {}
    for profile in profiles:
        span: dict[str, Any] = {"profile": profile, "start": start, "latest_s": latest_s, "threads": threads}
        network.profile(profile)
        sums = place_sums(network, sources=sources, targets=targets, **span)
        if departure is not None:
            sums = (_by_the_clock(network, sources, targets, profile=profile, departure=departure), *sums[1:])
        nodes = {name: _nodes(network, ids, place) for name, place in {**sources, **targets}.items()}
        tables[profile] = TravelTable(profile, tuple(sources), tuple(targets), *sums, network, nodes)
    return tables


def _by_the_clock(
    network: RoadNetwork,
    sources: Mapping[str, str | EdgeStop],
    targets: Mapping[str, str | EdgeStop],
    *,
    profile: str,
    departure: datetime,
) -> NDArray[np.int64]:
    """Return the seconds of who leaves at a moment; points on edges are nodes of a network cut there."""
    cut, nodes = on_nodes(network, {**sources, **targets})
    leave, reach = (np.array(cut.index.rows(nodes[name] for name in names), dtype=np.int64) for names in (sources, targets))
    return np.asarray(arrivals_between(cut, profile=profile, sources=leave, targets=reach, start=departure, departures_s=[0])[0])


def _nodes(network: RoadNetwork, ids: tuple[str, ...], place: str | EdgeStop) -> tuple[str, ...]:
    if isinstance(place, str):
        return (place,)
    table = network.table
    return ids[table.edge_from[place.edge]], ids[table.edge_to[place.edge]]
