"""Which closed road to open first: the order in which one crew gives most people their way back soonest."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import IssueLog
from ..model.travel import UNREACHABLE
from .coverage import check_people
from .graph import edge_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from .index import Link
    from .network import RoadNetwork

_MOST_EXACT: Final = 14
"""Links up to which every subset is looked at: 16,384 of them, within about a second."""


@dataclass(frozen=True, slots=True)
class RestorationStep:
    """One link opened.

    Parameters
    ----------
    link : (str, str)
    done_s : int
        Seconds after work began.
    people_reconnected : int
        Who is reached from then on and was not before.
    """

    link: Link
    done_s: int
    people_reconnected: int


@dataclass(frozen=True, slots=True)
class RestorationOrder:
    """The links in the order of their opening.

    Parameters
    ----------
    steps : tuple of RestorationStep
    waiting_person_s : int
        Persons times seconds without a way, over all who some link brings back.
    is_optimal : bool
        Whether no other order waits less; False where there were too many links to look at every subset.
    people_beyond : int
        Who no origin reaches even when all these links are open.
    """

    steps: tuple[RestorationStep, ...]
    waiting_person_s: int
    is_optimal: bool
    people_beyond: int


@dataclass(frozen=True, slots=True, eq=False)
class _Islands:
    """What is joined without the closed links, as nodes of a small graph whose edges are those links.

    Parameters
    ----------
    people : list of int
        Of each island that any link touches, and of the one all origins form.
    ends : list of (int, int)
        Islands that each link joins.
    repair_s : list of int
    home : int
        The island of the origins.
    """

    people: list[int]
    ends: list[tuple[int, int]]
    repair_s: list[int]
    home: int

    def reached(self, opened: Iterable[int]) -> frozenset[int]:
        """Return the islands joined to home by opened links."""
        found, links, grew = {self.home}, [self.ends[link] for link in opened], True
        while grew:
            grew = False
            for one, other in links:
                if (one in found) != (other in found):
                    found |= {one, other}
                    grew = True
        return frozenset(found)


def restoration_order(
    network: RoadNetwork, *, repair_s: Mapping[Link, int], people: Mapping[str, int], origins: Iterable[str], profile: str
) -> RestorationOrder:
    """Return the order of opening closed links, one after the other, in which people wait least.

    Up to 14 links the order is optimal (dynamic programming over sets of opened links: Held and Karp 1962). Beyond, the way
    through closed links that reconnects most people for each hour of work is opened first, again and again.

    Parameters
    ----------
    network : RoadNetwork
    repair_s : mapping of (str, str) to int
        Seconds of work for each closed link that may be opened, above 0.
    people : mapping of str to int
        Persons by node id.
    origins : iterable of str
        Nodes from which help comes; people are back when any of them reaches theirs.
    profile : str
        Who must get through; links it could not use even when open bring nobody back.

    Raises
    ------
    UnknownReferenceError
        With every unknown node, or for an unknown profile.
    InputError
        For every pair that no edge joins, link that is open, time that is not above 0, or negative number of people.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork
    >>> ferry = ("port:KAYANGAN", "port:POTOTANO")
    >>> network = RoadNetwork.from_ntb().without([ferry])
    >>> plan = restoration_order(network, repair_s={ferry: 3600}, people={"kec:52.72.05": 9}, origins=["kec:52.71.05"], profile="4wd")
    >>> plan.steps[0].people_reconnected, plan.waiting_person_s
    (9, 32400)
    """
    check_people(people)
    links = list(repair_s)
    _check(network, repair_s)
    network.profile(profile)
    starts = network.index.rows(origins)
    islands, beyond = _islands(network, repair_s, people, starts, profile=profile)
    is_optimal = len(links) <= _MOST_EXACT
    order = _best_order(islands) if is_optimal else _greedy_order(islands)
    steps, waiting, clock, reached = [], 0, 0, islands.reached(())
    back = sum(islands.people[island] for island in islands.reached(order))
    for number, link in enumerate(order, start=1):
        waiting += islands.repair_s[link] * (back - sum(islands.people[island] for island in reached))
        clock += islands.repair_s[link]
        now = islands.reached(order[:number])
        steps.append(RestorationStep(links[link], clock, sum(islands.people[island] for island in now - reached)))
        reached = now
    return RestorationOrder(tuple(steps), waiting, is_optimal, beyond + sum(islands.people) - back)


def _check(network: RoadNetwork, repair_s: Mapping[Link, int]) -> None:
    log = IssueLog()
    for link, edges in zip(repair_s, network.index.edges(repair_s), strict=True):
        where = f"link '{link[0]}' - '{link[1]}'"
        if np.isfinite(network.table.slow_factor[list(edges)]).all():
            log.add(where, "is open", "leave it out, or close it with `without` first")
        if repair_s[link] <= 0:
            log.add(where, f"takes {repair_s[link]} s to open", "give seconds above 0")
        if link != link[::-1] and link[::-1] in repair_s and link > link[::-1]:
            log.add(where, "stands twice", "give it once, in either order of its ends")
    log.raise_if_any()


def _islands(
    network: RoadNetwork, repair_s: Mapping[Link, int], people: Mapping[str, int], starts: Sequence[int], *, profile: str
) -> tuple[_Islands, int]:
    """Return the islands that links touch, and how many people live on others without an origin."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    table, rules = network.table, network.profile(profile)
    seconds = edge_seconds(network, rules)
    edges = np.flatnonzero(seconds != UNREACHABLE)
    size = len(table.node_ids)
    joined = csr_array((np.ones(edges.size), (table.edge_from[edges], table.edge_to[edges])), shape=(size, size))
    island: NDArray[np.int64] = connected_components(joined, directed=False)[1].astype(np.int64)
    number = dict.fromkeys(island[starts].tolist(), 0)  # all islands with an origin are one: home
    opened = network.replace(table=replace(table, slow_factor=np.where(np.isfinite(table.slow_factor), table.slow_factor, 1.0)))
    could_use = edge_seconds(opened, rules) != UNREACHABLE
    ends, count = [], 1
    for edges_of in network.index.edges(repair_s):
        pair = [0, 0]  # a link the profile can never use joins home to itself: it brings nobody back
        if could_use[list(edges_of)].any():
            for side, node in enumerate((table.edge_from[edges_of[0]], table.edge_to[edges_of[0]])):
                if island[node] not in number:
                    number[int(island[node])] = count
                    count += 1
                pair[side] = number[int(island[node])]
        ends.append((pair[0], pair[1]))
    counts, beyond = [0] * count, 0
    for node, row in zip(people, network.index.rows(people), strict=True):
        if int(island[row]) in number:
            counts[number[int(island[row])]] += people[node]
        else:
            beyond += people[node]
    return _Islands(counts, ends, list(repair_s.values()), home=0), beyond


def _best_order(islands: _Islands) -> list[int]:
    """Return the order of least waiting, by the least waiting of every set of opened links; O(2^K K)."""
    size = len(islands.ends)
    out = [sum(islands.people)] * (1 << size)
    for opened in range(1 << size):
        reached = islands.reached(link for link in range(size) if opened >> link & 1)
        out[opened] -= sum(islands.people[island] for island in reached)
    least, last = [0] * (1 << size), [0] * (1 << size)
    for opened in range(1, 1 << size):
        waits = [
            (least[opened ^ (1 << link)] + islands.repair_s[link] * out[opened ^ (1 << link)], link)
            for link in range(size)
            if opened >> link & 1
        ]
        least[opened], last[opened] = min(waits)
    order, opened = [], (1 << size) - 1
    while opened:
        order.append(last[opened])
        opened ^= 1 << last[opened]
    return order[::-1]


def _greedy_order(islands: _Islands) -> list[int]:
    """Return an order by people a second of work, a whole way through closed links at a time."""
    left = set(range(len(islands.ends)))
    order: list[int] = []
    while left:
        way = _best_way(islands, islands.reached(order), left)
        if not way:  # what is left brings nobody back: the quickest first
            order += sorted(left, key=lambda link: (islands.repair_s[link], link))
            break
        order += way
        left -= set(way)
    return order


def _best_way(islands: _Islands, reached: frozenset[int], left: set[int]) -> list[int]:
    """Return the links of the quickest way to an island with the most people a second, none where there are no people."""
    ways: dict[int, list[int]] = {}
    queue: list[tuple[int, int, list[int]]] = [(0, island, []) for island in sorted(reached)]
    best: tuple[float, list[int]] = (0.0, [])
    while queue:
        spent, island, way = heapq.heappop(queue)
        if island in ways:
            continue
        ways[island] = way
        if way:
            gained = sum(islands.people[one] for one in islands.reached([*way, *_opened(islands, left)]) - reached)
            if gained / spent > best[0]:
                best = gained / spent, way
        for link in left:
            if island in islands.ends[link]:
                one, other = islands.ends[link]
                heapq.heappush(queue, (spent + islands.repair_s[link], other if one == island else one, [*way, link]))
    return best[1]


def _opened(islands: _Islands, left: set[int]) -> list[int]:
    return [link for link in range(len(islands.ends)) if link not in left]
