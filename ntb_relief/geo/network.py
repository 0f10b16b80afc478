"""The road-and-crossing network planners work on: embedded or their own, with closures and slow roads."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from ..errors import IssueLog, UnknownReferenceError
from .index import Link, NetworkIndex
from .sphere import great_circle_m

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from ..model.crossings import Crossing
    from ..model.travel import Profile, RoadTable
    from .roads import RoadDetails


_INDEXED: Final = (
    *("node_ids", "node_lon", "node_lat", "edge_from", "edge_to"),
    *("kind", "road_class", "length_m", "surface", "slope", "turns"),
)
"""Columns that copies must have in common to share what is derived from them."""


@dataclass(frozen=True, slots=True)
class Snap:
    """The network node nearest to a point.

    Parameters
    ----------
    node_id : str
    distance_m : int
        Great-circle distance from the point, rounded.
    """

    node_id: str
    distance_m: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RoadNetwork:
    """Roads, ferries, boats and who may use them; never changed, only copied.

    Parameters
    ----------
    table : RoadTable
        Nodes and edges; closed and slow edges by `slow_factor`.
    crossings : tuple of Crossing
        Timetable of every ferry edge.
    profiles : mapping of str to Profile
    details : RoadDetails, optional
        Lines and states of the edges.

    Examples
    --------
    >>> network = RoadNetwork.from_ntb()
    >>> network.snap(lon=116.19, lat=-8.34).node_id
    'desa:52.08.02.2001'
    """

    table: RoadTable
    crossings: tuple[Crossing, ...]
    profiles: Mapping[str, Profile]
    details: RoadDetails | None = None
    _cache: dict[str, Any] = field(default_factory=dict, init=False)  # derived on first use: index, graphs

    def __post_init__(self) -> None:
        if self.details is not None and self.details.num_edges != len(self.table.kind):
            object.__setattr__(self, "details", None)

    @classmethod
    def from_ntb(cls, *, profiles: Mapping[str, Profile] | None = None) -> RoadNetwork:
        """Return the embedded network of the province; built once a process.

        Parameters
        ----------
        profiles : mapping of str to Profile, optional
            None means the demo's fleet: heavy_truck, light_truck, 4wd, motorbike, boat. `standard_profiles` has seven, with weights
            and surfaces.
        """
        from .ntb import ntb_network

        network = ntb_network()
        return network if profiles is None else network.replace(profiles=dict(profiles))

    @classmethod
    def from_osm(
        cls,
        path: str | Path,
        *,
        area: Any = None,  # noqa: ANN401 - a polygon, a GeoJSON dict or a path
        name: str | None = None,
        profiles: Mapping[str, Profile] | None = None,
    ) -> RoadNetwork:
        """Return the roads and ferries of an OpenStreetMap extract (``.osm.pbf``); see `geo.osm.read_osm`."""
        from .osm import read_osm

        return read_osm(path, area=area, name=name, profiles=profiles)

    @classmethod
    def from_frame(
        cls,
        source: Any,  # noqa: ANN401 - a path or a GeoDataFrame, which ships no types
        *,
        columns: Mapping[str, str] | Literal["unsdi"] | None = None,
        name: str | None = None,
        crossings: Iterable[Crossing] = (),
        profiles: Mapping[str, Profile] | None = None,
    ) -> RoadNetwork:
        """Return the roads of a GeoPackage, GeoJSON, shapefile or GeoDataFrame of lines; see `geo.frames.read_frame`."""
        from .frames import read_frame

        return read_frame(source, columns=columns, name=name, crossings=crossings, profiles=profiles)

    @classmethod
    def open(cls, folder: str | Path) -> RoadNetwork:
        """Return a network that `save` wrote, bit by bit the same; see `geo.roads_store.open_network`."""
        from .roads_store import open_network

        return open_network(folder)

    def save(self, folder: str | Path) -> None:
        """Write the network into a folder as GeoParquet; see `geo.roads_store.save_network`."""
        from .roads_store import save_network

        save_network(self, folder)

    @classmethod
    def from_table(
        cls,
        table: RoadTable,
        *,
        crossings: Iterable[Crossing],
        profiles: Mapping[str, Profile],
        details: RoadDetails | None = None,
    ) -> RoadNetwork:
        """Return a network over a caller's table.

        Raises
        ------
        InputError
            Where a ferry edge has no crossing or two, or a crossing has no ferry edge.
        """
        network = cls(table=table, crossings=tuple(crossings), profiles=dict(profiles), details=details)
        _check_crossings(network)
        return network

    @property
    def index(self) -> NetworkIndex:
        """Look-ups of nodes and edges; shared by all copies."""
        if "index" not in self._cache:
            self._cache["index"] = NetworkIndex.from_table(self.table)
        index: NetworkIndex = self._cache["index"]
        return index

    def replace(self, **changes: Any) -> RoadNetwork:  # noqa: ANN401 - its fields
        """Return a copy with other fields; one with the same nodes and edges shares look-ups and the hierarchy."""
        changed = replace(self, **changes)
        if all(getattr(self.table, name) is getattr(changed.table, name) for name in _INDEXED):
            changed._cache["index"] = self.index  # noqa: SLF001 - its own class
        return changed

    def without(self, closures: Iterable[Link]) -> RoadNetwork:
        """Return the network with links closed, each given by its two node ids in either order.

        Raises
        ------
        InputError
            One issue for each unknown node and each pair that no edge joins.
        """
        return self._rescaled(dict.fromkeys(closures, math.inf))

    def slowed(self, factors: Mapping[Link, float]) -> RoadNetwork:
        """Return the network with links slower by a factor: 2 is half as fast, on top of what is slow already.

        Raises
        ------
        InputError
            As `without`; also where a factor is not finite and at least 1, or the link is a ferry, which keeps its timetable.
        """
        log = IssueLog()
        for link, edges in zip(factors, self.index.edges(factors), strict=True):
            where = f"link '{link[0]}' - '{link[1]}'"
            if not 1 <= factors[link] < math.inf:
                log.add(where, f"factor is {factors[link]}", "give 1 or more; use `without` to close it")
            if any(self.table.kind[edge] == "ferry" for edge in edges):
                log.add(where, "is a ferry", "change the timetable of its crossing instead")
        log.raise_if_any()
        return self._rescaled(factors)

    def profile(self, profile_id: str) -> Profile:
        """Return a profile; `UnknownReferenceError` where there is none."""
        if profile_id not in self.profiles:
            log = IssueLog()
            log.add(f"profile '{profile_id}'", "is not known", f"use one of {', '.join(self.profiles)}")
            log.raise_if_any(UnknownReferenceError)
        return self.profiles[profile_id]

    def snap(self, *, lon: float, lat: float, max_distance_m: float = 40_000) -> Snap:
        """Return the nearest node that roads, ferries or boats reach, by great circle.

        Closed edges count too: a village that is cut off stays where it is.

        Raises
        ------
        InputError
            Where the point is not on the globe, or farther than `max_distance_m` from every such node.
        """
        log = IssueLog()
        where = f"point lon={lon}, lat={lat}"
        if not (abs(lon) <= 180 and abs(lat) <= 90):  # noqa: PLR2004 - NaN is refused too
            is_swapped = abs(lon) <= 90 and abs(lat) <= 180  # noqa: PLR2004
            log.add(where, "is not on the globe", "swap lon and lat" if is_swapped else "give degrees, EPSG:4326")
            log.raise_if_any()
        rows = self.index.snap_rows
        distance_m = great_circle_m(lon=lon, lat=lat, to_lon=self.table.node_lon[rows], to_lat=self.table.node_lat[rows])
        nearest = int(distance_m.argmin())
        if distance_m[nearest] > max_distance_m:
            what = f"is {distance_m[nearest] / 1000:.0f} km from any road"
            log.add(where, what, f"check it; up to {max_distance_m / 1000:g} km are accepted")
            log.raise_if_any()
        return Snap(self.table.node_ids[int(rows[nearest])], round(float(distance_m[nearest])))

    def _rescaled(self, factors: Mapping[Link, float]) -> RoadNetwork:
        slow_factor = self.table.slow_factor.copy()
        for edges, factor in zip(self.index.edges(factors), factors.values(), strict=True):
            slow_factor[list(edges)] *= factor
        return self.replace(table=replace(self.table, slow_factor=slow_factor))

    @property
    def num_closed(self) -> int:
        """Number of closed edges."""
        return int(np.isinf(self.table.slow_factor).sum())

    def __repr__(self) -> str:
        num_nodes, num_edges = len(self.table.node_ids), len(self.table.kind)
        return f"RoadNetwork('{self.table.name}', {num_nodes} nodes, {num_edges} edges, {self.num_closed} closed)"

    def _repr_html_(self) -> str:
        length_km: dict[str, list[float]] = defaultdict(list)
        for kind, length_m in zip(self.table.kind, self.table.length_m.tolist(), strict=True):
            length_km[kind].append(length_m / 1000)
        rows = "".join(f"<tr><td>{escape(kind)}</td><td>{len(km):,}</td><td>{sum(km):,.0f}</td></tr>" for kind, km in length_km.items())
        counts = f"{len(self.table.node_ids):,} simpul, {len(self.table.kind):,} ruas, {self.num_closed} ditutup"
        head = f"<b>{escape(self.table.name)}</b>: {counts}"
        return f"{head}<table><thead><tr><th>Jenis</th><th>Ruas</th><th>km</th></tr></thead><tbody>{rows}</tbody></table>"


def _check_crossings(network: RoadNetwork) -> None:
    log = IssueLog()
    lines: dict[frozenset[str], list[str]] = defaultdict(list)
    for crossing in network.crossings:
        lines[frozenset((crossing.from_node, crossing.to_node))].append(crossing.id)
    kind = network.table.kind
    ferries = {link for link, edges in network.index.edges_by_link.items() if any(kind[edge] == "ferry" for edge in edges)}
    for ports in sorted(sorted(link) for link in ferries - lines.keys()):
        log.add(f"ferry edge {_quoted(ports)}", "has no crossing", "give its timetable, or leave the edge out")
    for link, ids in ((link, ids) for link, ids in lines.items() if link not in ferries):
        log.add(f"crossing {_quoted(ids)}", f"has no ferry edge between {_quoted(sorted(link))}", "add one to the table")
    for ids in (ids for ids in lines.values() if len(ids) > 1):
        log.add(f"crossings {_quoted(ids)}", "join the same ports", "merge their departures into one timetable")
    log.raise_if_any()


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
