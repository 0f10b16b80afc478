"""Roads that break: what is closed, slow or restricted where, from when to when, and what that changes."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import IssueLog, ReliefWarning
from .footprint import edges_in_area
from .network import RoadNetwork
from .polygons import area_of
from .road_facts import bridge_edges, edges_of_road

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ..model.operation import Operation
    from .index import Link

_MOST_ACCESS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Disruption:
    """Edges that are closed, slow or restricted for a time.

    The constructors `on_links`, `on_road`, `in_area`, `on_bridges`, `of_crossing` and `in_waves` find the edges; each takes the
    fields below `edges` as keywords.

    Parameters
    ----------
    edges : tuple of int
        Rows of the road table.
    where : str
        The place in the planner's words.
    slow_factor : float, optional
        How many times slower, 1 or more.
    max_access : int, optional
        Highest UNSDI-T class that still gets through: 5 heavy truck, 4 light truck, 3 4WD, 2 motorbike, 1 on foot.
    max_weight_kg : float, optional
        What the road or bridge still bears. With none of these three the edges are closed.
    start, end : datetime, optional
        From when, and until just before when, with UTC offset; None means since ever, and until further notice.
    source : str, optional
        Who reported it.

    Raises
    ------
    InputError
        For a factor below 1, a class outside 1 to 5, a time without UTC offset, an end that is not after the start.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork
    >>> network = RoadNetwork.from_ntb()
    >>> storm = Disruption.of_crossing(network, "kayangan-pototano", where="gelombang tinggi")
    >>> [(one.what, one.link) for one in network_changes(network, disrupted(network, [storm]))]
    [('closed', ('port:KAYANGAN', 'port:POTOTANO'))]
    """

    edges: tuple[int, ...]
    where: str = ""
    slow_factor: float | None = None
    max_access: int | None = None
    max_weight_kg: float | None = None
    start: datetime | None = None
    end: datetime | None = None
    source: str = ""

    def __post_init__(self) -> None:
        log = IssueLog()
        name = f"disruption '{self.where}'" if self.where else "disruption"
        if self.slow_factor is not None and not 1 <= self.slow_factor < math.inf:
            log.add(name, f"slow_factor is {self.slow_factor}", "give 1 or more; leave it out to close the road")
        if self.max_access is not None and not 1 <= self.max_access < _MOST_ACCESS:
            log.add(name, f"max_access is {self.max_access}", "give a class from 1 (on foot) to 5 (heavy truck)")
        if self.max_weight_kg is not None and not 0 < self.max_weight_kg < math.inf:
            log.add(name, f"max_weight_kg is {self.max_weight_kg}", "give kilograms above 0; leave it out to close the road")
        naive = [moment for moment in (self.start, self.end) if moment is not None and moment.tzinfo is None]
        for moment in naive:
            log.add(name, f"{moment.isoformat()} has no UTC offset", "add +08:00 (WITA)")
        if self.start is not None and self.end is not None and not naive and self.end <= self.start:
            log.add(name, f"ends {self.end.isoformat()}, not after it starts {self.start.isoformat()}", "give an end after the start")
        log.raise_if_any()

    @classmethod
    def on_links(cls, network: RoadNetwork, links: Iterable[Link], **told: Any) -> Disruption:  # noqa: ANN401 - the fields above
        """Return the disruption of links, each given by its two node ids; `InputError` for a pair that no edge joins."""
        return cls(edges=tuple(sorted({edge for edges in network.index.edges(links) for edge in edges})), **told)

    @classmethod
    def on_road(cls, network: RoadNetwork, name: str, **told: Any) -> Disruption:  # noqa: ANN401
        """Return the disruption of a whole road by its name; `UnknownReferenceError` with the closest names where none has it."""
        return cls(edges=tuple(edges_of_road(network, name).tolist()), **{"where": name, **told})

    @classmethod
    def in_area(cls, network: RoadNetwork, area: Any, *, kinds: Iterable[str] = ("road",), **told: Any) -> Disruption:  # noqa: ANN401
        """Return the disruption of what touches a flood, a landslide or a cordon.

        Parameters
        ----------
        network : RoadNetwork
        area : shapely geometry, GeoJSON dict, str or Path
            Polygons in EPSG:4326; a file (GeoJSON, GeoPackage, ...) may be in any coordinate system that it declares.
        kinds : iterable of str, optional
            Edge kinds that are hit.
        **told
            Fields of the disruption.

        Raises
        ------
        CrsError, InputError
            As `links_in_area` and `read_areas`.

        Warns
        -----
        ReliefWarning
            Where it touches nothing: the disruption then changes nothing.
        """
        edges = edges_in_area(network, area_of(area), kinds=kinds)
        if not edges.size:
            warnings.warn(f"area {told.get('where', '')!r} touches no edge of network '{network.table.name}'", ReliefWarning, stacklevel=2)
        return cls(edges=tuple(edges.tolist()), **told)

    @classmethod
    def on_bridges(cls, network: RoadNetwork, area: Any = None, **told: Any) -> Disruption:  # noqa: ANN401
        """Return the disruption of the bridges that touch an area (as for `in_area`), or of all where none is given.

        Raises
        ------
        InputError
            Where the table does not tell bridges, or none lies there: take the link by its ends instead.
        """
        bridges = set(bridge_edges(network).tolist())
        log = IssueLog()
        if not bridges:
            fix = "choose the bridge by the ends of its link"
            log.add("bridges", f"are not told by the table of network '{network.table.name}'", fix)
            log.raise_if_any()
        found = bridges if area is None else bridges & set(edges_in_area(network, area_of(area)).tolist())
        if not found:
            log.add("bridges", "none lies in the area", "draw it larger, or choose the bridge by the ends of its link")
        log.raise_if_any()
        return cls(edges=tuple(sorted(found)), **told)

    @classmethod
    def of_crossing(cls, network: RoadNetwork, crossing_id: str, **told: Any) -> Disruption:  # noqa: ANN401
        """Return the disruption of a ferry line by the id of its crossing; `UnknownReferenceError` where there is none."""
        from .crossing_rules import crossing_of

        crossing = crossing_of(network, crossing_id)
        edges = network.index.edges_by_link[frozenset((crossing.from_node, crossing.to_node))]
        return cls(edges=tuple(edge for edge in edges if network.table.kind[edge] == "ferry"), **{"where": crossing_id, **told})

    @classmethod
    def in_waves(cls, network: RoadNetwork, height_m: float, **told: Any) -> Disruption:  # noqa: ANN401
        """Return the closure of every ferry and embedded boat line whose (assumed) limit is below a significant wave height.

        Examples
        --------
        >>> from ntb_relief import RoadNetwork
        >>> network = RoadNetwork.from_ntb()
        >>> [len(Disruption.in_waves(network, metres).edges) for metres in (1.0, 2.0, 3.0)]
        [0, 10, 11]
        """
        from .crossing_rules import check_waves
        from .special_lines import small_craft_stopped

        check_waves(height_m)
        stopped = [x for x in network.crossings if x.max_wave_m is not None and height_m > x.max_wave_m]
        links = [(x.from_node, x.to_node) for x in stopped] + list(small_craft_stopped(height_m))
        by_link, kind = network.index.edges_by_link, network.table.kind
        edges = {edge for link in links for edge in by_link.get(frozenset(link), ()) if kind[edge] in {"ferry", "boat"}}
        return cls(edges=tuple(sorted(edges)), **{"where": f"gelombang {height_m:g} m", **told})

    @property
    def effect(self) -> str:
        """``closed``, ``slow``, ``restricted`` or ``slow and restricted``."""
        is_restricted = self.max_access is not None or self.max_weight_kg is not None
        parts = [name for name, is_so in (("slow", self.slow_factor is not None), ("restricted", is_restricted)) if is_so]
        return " and ".join(parts) or "closed"

    def is_active(self, at: datetime | None) -> bool:
        """Tell whether it holds at a moment with UTC offset; None asks whether it holds at any time, which is yes."""
        if at is None:
            return True
        if at.tzinfo is None:
            log = IssueLog()
            log.add("at", f"{at.isoformat()} has no UTC offset", "add +08:00 (WITA)")
            log.raise_if_any()
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)

    def links(self, network: RoadNetwork) -> tuple[Link, ...]:
        """Return the two nodes of each edge, each pair once."""
        table = network.table
        pairs = ((table.node_ids[table.edge_from[edge]], table.node_ids[table.edge_to[edge]]) for edge in self.edges)
        return tuple({frozenset(pair): pair for pair in pairs}.values())


@dataclass(frozen=True, slots=True)
class EdgeChange:
    """One edge that is not as before.

    Parameters
    ----------
    edge : int
        Row of the road table.
    link : (str, str)
        Its nodes.
    what : str
        ``closed``, ``opened``, ``slower``, ``faster``, ``restricted`` or ``released``: the first of these that holds.
    slow_factor, access, max_weight_kg : (float, float), (int, int), (float, float)
        Before and after; a factor of infinity is closed, a weight of infinity no limit.
    """

    edge: int
    link: Link
    what: str
    slow_factor: tuple[float, float]
    access: tuple[int, int]
    max_weight_kg: tuple[float, float]


def disrupted(network: RoadNetwork, disruptions: Iterable[Disruption], *, at: datetime | None = None) -> RoadNetwork:
    """Return the network with disruptions applied; those of one edge add up: closed wins, factors multiply, the lowest limit holds.

    Parameters
    ----------
    network : RoadNetwork
    disruptions : iterable of Disruption
    at : datetime, optional
        Only those that hold at this moment, with UTC offset; None means all of them.

    Raises
    ------
    InputError
        For an edge that is not in the table, a slow or restricted ferry (change its timetable instead), an `at` without offset.
    """
    table = network.table
    factor, access, weight_kg = table.slow_factor.copy(), table.access.copy(), table.max_weight_kg.copy()
    log = IssueLog()
    for one in disruptions:
        beyond = [edge for edge in one.edges if not 0 <= edge < factor.size]
        if beyond:
            log.add(f"disruption '{one.where}'", f"names edge {beyond[0]}, which is none of the network", "find its edges on this network")
            continue
        if not one.is_active(at):
            continue
        rows = np.unique(np.array(one.edges, dtype=np.int64))
        if one.effect != "closed" and any(table.kind[row] == "ferry" for row in rows.tolist()):
            log.add(f"disruption '{one.where}'", f"makes a ferry {one.effect}", "close it, or change the timetable of its crossing")
        if one.effect == "closed":
            factor[rows] = np.inf
        if one.slow_factor is not None:
            factor[rows] *= one.slow_factor
        if one.max_access is not None:
            access[rows] = np.minimum(access[rows], one.max_access)
        if one.max_weight_kg is not None:
            weight_kg[rows] = np.minimum(weight_kg[rows], one.max_weight_kg)
    log.raise_if_any()
    return network.replace(table=replace(table, slow_factor=factor, access=access, max_weight_kg=weight_kg))


def change_moments(disruptions: Iterable[Disruption], *, after: datetime, before: datetime) -> tuple[datetime, ...]:
    """Return the moments between two others at which some disruption starts or ends: when to plan again."""
    times = {moment for one in disruptions for moment in (one.start, one.end) if moment is not None and after < moment < before}
    return tuple(sorted(times))


def network_changes(before: RoadNetwork, after: RoadNetwork) -> tuple[EdgeChange, ...]:
    """List the edges that are not as before, in the order of the table.

    Raises
    ------
    InputError
        Where the two are not copies of one network.
    """
    one, other = before.table, after.table
    if (
        one.node_ids != other.node_ids
        or not np.array_equal(one.edge_from, other.edge_from)
        or not np.array_equal(one.edge_to, other.edge_to)
    ):
        log = IssueLog()
        log.add("networks", "do not have the same edges", "compare a network with a disrupted copy of it")
        log.raise_if_any()
    differs = (one.slow_factor != other.slow_factor) | (one.access != other.access) | (one.max_weight_kg != other.max_weight_kg)
    rows = np.flatnonzero(differs)
    return tuple(_change(before, after, row) for row in rows.tolist())


def _change(before: RoadNetwork, after: RoadNetwork, row: int) -> EdgeChange:
    factor = float(before.table.slow_factor[row]), float(after.table.slow_factor[row])
    access = int(before.table.access[row]), int(after.table.access[row])
    weight_kg = float(before.table.max_weight_kg[row]), float(after.table.max_weight_kg[row])
    if math.inf in factor and factor[0] != factor[1]:
        what = "closed" if factor[1] == math.inf else "opened"
    elif factor[0] != factor[1]:
        what = "slower" if factor[1] > factor[0] else "faster"
    else:
        what = "restricted" if access[1] < access[0] or weight_kg[1] < weight_kg[0] else "released"
    table = before.table
    return EdgeChange(row, (table.node_ids[table.edge_from[row]], table.node_ids[table.edge_to[row]]), what, factor, access, weight_kg)


def network_today(operation: Operation) -> RoadNetwork:
    """Return the roads of an operation with closed links shut and slow links slowed.

    Factors of one link multiply. A slow ferry keeps its timetable, which is its speed.

    Raises
    ------
    InputError
        With every closure between nodes that no edge joins.
    """
    network = RoadNetwork.from_table(operation.roads, crossings=operation.crossings, profiles=operation.profiles)
    closed = [(x.from_node, x.to_node) for x in operation.closures if x.slow_factor is None]
    network = network.without(closed)
    ferries = {frozenset((x.from_node, x.to_node)) for x in operation.crossings}
    factors: dict[tuple[str, str], float] = {}
    for closure in operation.closures:
        first, second = sorted((closure.from_node, closure.to_node))
        if closure.slow_factor is not None and frozenset((first, second)) not in ferries:
            factors[first, second] = factors.get((first, second), 1.0) * closure.slow_factor
    return network.slowed(factors)
