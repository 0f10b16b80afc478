"""Who is within how many hours of the nearest warehouse, and what changes when roads close."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import IssueLog
from ..model.travel import UNREACHABLE
from .tables import shortest_sums

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from .network import RoadNetwork


@dataclass(frozen=True, slots=True)
class Coverage:
    """Reach of a set of warehouses by one profile.

    Parameters
    ----------
    profile : str
    people : mapping of str to int
        Persons by node id, as asked.
    duration_s : mapping of str to int
        From the nearest warehouse to each of these nodes; `UNREACHABLE` (-1) where there is no way.
    nearest : mapping of str to (str or None)
        That warehouse; of equally near ones the first given.
    """

    profile: str
    people: Mapping[str, int]
    duration_s: Mapping[str, int]
    nearest: Mapping[str, str | None]

    def people_within(self, limit_s: int | None) -> int:
        """Return the persons reached within a time; None means whenever."""
        return sum(number for node, number in self.people.items() if self._is_within(node, limit_s))

    def nodes_beyond(self, limit_s: int | None) -> tuple[str, ...]:
        """Return the nodes not reached within a time, most people first; None means not at all."""
        beyond = [node for node in self.people if not self._is_within(node, limit_s)]
        return tuple(sorted(beyond, key=lambda node: (-self.people[node], node)))

    def lost_in(self, later: Coverage, *, limit_s: int | None = None) -> tuple[str, ...]:
        """Return the nodes reached within a time here and not in a later coverage, most people first."""
        return tuple(node for node in later.nodes_beyond(limit_s) if node in self.people and self._is_within(node, limit_s))

    def _is_within(self, node: str, limit_s: int | None) -> bool:
        seconds = self.duration_s[node]
        return seconds != UNREACHABLE and (limit_s is None or seconds <= limit_s)


def coverage(
    network: RoadNetwork,
    *,
    people: Mapping[str, int],
    warehouses: Iterable[str],
    profile: str,
    start: datetime | None = None,
    latest_s: int | None = None,
) -> Coverage:
    """Return how long it takes from the nearest warehouse to each node with people.

    Parameters
    ----------
    network : RoadNetwork
    people : mapping of str to int
        Persons by node id.
    warehouses : iterable of str
        Node ids.
    profile : str
    start, latest_s
        As for `travel_matrix`: ferries count their longest wait.

    Raises
    ------
    UnknownReferenceError
        With every node that is not in the network, or for an unknown profile.
    InputError
        Where a number of people is below 0, or no warehouse is given.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork
    >>> reach = coverage(RoadNetwork.from_ntb(), people={"kec:52.72.05": 9, "kec:52.71.05": 4}, warehouses=["kec:52.71.05"], profile="4wd")
    >>> [reach.people_within(hours * 3600) for hours in (0, 6, 24)]
    [4, 4, 13]
    """
    check_people(people)
    network.profile(profile)
    stores = list(dict.fromkeys(warehouses))
    if not stores:
        log = IssueLog()
        log.add("warehouses", "are none", "give the node of at least one")
        log.raise_if_any()
    rows = np.array(network.index.rows([*stores, *people]), dtype=np.int64)
    sources, targets = rows[: len(stores)], rows[len(stores) :]
    seconds, _, _ = shortest_sums(network, profile=profile, sources=sources, targets=targets, start=start, latest_s=latest_s)
    nearest, duration_s = nearest_source(seconds)
    return Coverage(
        profile=profile,
        people=dict(people),
        duration_s=dict(zip(people, duration_s.tolist(), strict=True)),
        nearest={
            node: stores[store] if took != UNREACHABLE else None
            for node, store, took in zip(people, nearest.tolist(), duration_s.tolist(), strict=True)
        },
    )


def check_people(people: Mapping[str, int]) -> None:
    """Raise `InputError` with every negative number of people."""
    log = IssueLog()
    for node, number in people.items():
        if number < 0:
            log.add(f"people at '{node}'", f"is {number}", "give 0 or more")
    log.raise_if_any()


def nearest_source(seconds: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the row of the nearest source and its seconds for each column of a table; `UNREACHABLE` where none reaches it."""
    far = np.iinfo(np.int64).max
    known: Sequence[int] | NDArray[np.int64] = np.where(seconds == UNREACHABLE, far, seconds)
    nearest = np.argmin(known, axis=0)
    least = np.min(known, axis=0)
    return nearest, np.where(least == far, UNREACHABLE, least)
