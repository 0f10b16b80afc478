"""How good a network is before one plans on it: parts that hang apart, loose ends, missing speeds, odd lengths."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from .sphere import EARTH_RADIUS_M, great_circle_m

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from .network import RoadNetwork

    Ints = NDArray[np.int64]

_SHORTEST: Final = 0.95
_LONGEST: Final = 5.0
_NO_ODDS_M: Final = 500.0
_ROUNDING_M: Final = 1.5
_NUM_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the network that no open edge, ferries and boats among them, joins to the rest.

    Parameters
    ----------
    node_id : str
        One of its nodes.
    num_nodes, num_edges : int
    road_km : float
    """

    node_id: str
    num_nodes: int
    num_edges: int
    road_km: float


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A loose end that almost meets another part: often a road drawn one metre short.

    Parameters
    ----------
    node_id, other_node : str
    gap_m : float
    """

    node_id: str
    other_node: str
    gap_m: float


@dataclass(frozen=True, slots=True)
class NetworkQuality:
    """What `network_quality` found.

    Parameters
    ----------
    name : str
    num_nodes, num_edges : int
    components : tuple of Component
        Largest first, by nodes.
    num_dangling : int
        Nodes with one road and nothing else: dead ends, true or not.
    near_misses : tuple of NearMiss
        Dangling ends of one component close to a node of another, closest first.
    no_speed : mapping of str to int
        Roads whose class no profile has a speed for, by class: closed to all.
    num_no_limit : int
        Roads without a speed limit of their own: their class decides alone.
    num_no_surface, num_no_name : int
    odd_lengths : tuple of (int, str)
        Edge rows and what is odd: shorter than the straight line, five times longer, or 0.
    num_turns : int
        Turns that signs forbid or prescribe.
    """

    name: str
    num_nodes: int
    num_edges: int
    components: tuple[Component, ...]
    num_dangling: int
    near_misses: tuple[NearMiss, ...]
    no_speed: Mapping[str, int]
    num_no_limit: int
    num_no_surface: int
    num_no_name: int
    odd_lengths: tuple[tuple[int, str], ...]
    num_turns: int

    def to_frame(self) -> Any:  # noqa: ANN401 - pandas ships no types
        """Return the figures as a DataFrame in Indonesian: hal, nilai, keterangan."""
        import pandas as pd

        return pd.DataFrame(self._rows(), columns=["hal", "nilai", "keterangan"])

    def __str__(self) -> str:
        return "\n".join([f"Mutu jaringan '{self.name}'", *(f"- {what}: {value} {more}".rstrip() for what, value, more in self._rows())])

    def _rows(self) -> list[tuple[str, object, str]]:
        largest = [f"{part.num_nodes} simpul, {part.road_km:.0f} km" for part in self.components[:_NUM_SHOWN]]
        closest = [f"{one.node_id} - {one.other_node}: {one.gap_m:.1f} m" for one in self.near_misses[:_NUM_SHOWN]]
        return [
            ("simpul", self.num_nodes, ""),
            ("ruas", self.num_edges, ""),
            ("bagian terpisah", len(self.components), "; ".join(largest)),
            ("ujung buntu", self.num_dangling, ""),
            ("ujung hampir bertemu", len(self.near_misses), "; ".join(closest)),
            ("ruas tanpa kecepatan", sum(self.no_speed.values()), "; ".join(f"{name}: {count}" for name, count in self.no_speed.items())),
            ("ruas tanpa batas kecepatan", self.num_no_limit, "kelas jalan yang menentukan"),
            ("ruas tanpa jenis permukaan", self.num_no_surface, ""),
            ("ruas tanpa nama", self.num_no_name, ""),
            ("panjang janggal", len(self.odd_lengths), "; ".join(f"ruas {edge}: {what}" for edge, what in self.odd_lengths[:_NUM_SHOWN])),
            ("larangan belok", self.num_turns, ""),
        ]


def network_quality(network: RoadNetwork, *, near_m: float = 20.0) -> NetworkQuality:
    """Return what a planner should know of a network before trusting it.

    Parameters
    ----------
    network : RoadNetwork
    near_m : float, optional
        Gap up to which a loose end counts as a near miss.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork
    >>> found = network_quality(RoadNetwork.from_ntb())
    >>> len(found.components), found.components[0].num_nodes
    (1, 1652)
    """
    table = network.table
    is_road = np.array([kind == "road" for kind in table.kind], np.bool_)
    part = _parts(network)
    dangling = _dangling(network, is_road)
    return NetworkQuality(
        name=table.name,
        num_nodes=len(table.node_ids),
        num_edges=len(table.kind),
        components=_components(network, part, is_road),
        num_dangling=int(dangling.size),
        near_misses=_near_misses(network, dangling, part, near_m=near_m),
        no_speed=_no_speed(network, is_road),
        num_no_limit=int((is_road & np.isinf(table.max_kph)).sum()),
        num_no_surface=sum(not surface for surface, road in zip(table.surface, is_road.tolist(), strict=True) if road),
        num_no_name=sum(not name for name, road in zip(table.road_name, is_road.tolist(), strict=True) if road),
        odd_lengths=_odd_lengths(network),
        num_turns=len(table.turns),
    )


def _parts(network: RoadNetwork) -> Ints:
    """Return the number of the component of each node."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    table, size = network.table, len(network.table.node_ids)
    edges = np.flatnonzero(np.isfinite(table.slow_factor))
    joined = csr_array((np.ones(edges.size), (table.edge_from[edges], table.edge_to[edges])), shape=(size, size))
    part: Ints = connected_components(joined, directed=False)[1].astype(np.int64)
    return part


def _components(network: RoadNetwork, part: Ints, is_road: NDArray[np.bool_]) -> tuple[Component, ...]:
    table = network.table
    _, first, nodes = np.unique(part, return_index=True, return_counts=True)
    edges = np.bincount(part[table.edge_from], minlength=nodes.size)
    metres = np.bincount(part[table.edge_from], weights=np.where(is_road, table.length_m, 0), minlength=nodes.size)
    return tuple(
        Component(table.node_ids[int(first[row])], int(nodes[row]), int(edges[row]), float(metres[row]) / 1000.0)
        for row in np.lexsort((first, -nodes)).tolist()
    )


def _dangling(network: RoadNetwork, is_road: NDArray[np.bool_]) -> Ints:
    table, size = network.table, len(network.table.node_ids)
    ends = np.concatenate([table.edge_from, table.edge_to])
    degree = np.bincount(ends, minlength=size)
    on_road = np.bincount(ends[np.tile(is_road, 2)], minlength=size)
    return np.flatnonzero((degree == 1) & (on_road == 1))


def _near_misses(network: RoadNetwork, dangling: Ints, part: Ints, *, near_m: float) -> tuple[NearMiss, ...]:
    from scipy.spatial import KDTree

    table = network.table
    xyz = _on_sphere(network)
    found: dict[tuple[int, int], NearMiss] = {}
    for node, others in zip(dangling.tolist(), KDTree(xyz).query_ball_point(xyz[dangling], near_m), strict=True):
        apart = [other for other in others if part[other] != part[node]]
        if apart:
            gaps = great_circle_m(
                lon=table.node_lon[node], lat=table.node_lat[node], to_lon=table.node_lon[apart], to_lat=table.node_lat[apart]
            )
            nearest = int(gaps.argmin())
            other = apart[nearest]
            found.setdefault(
                (min(node, other), max(node, other)), NearMiss(table.node_ids[node], table.node_ids[other], float(gaps[nearest]))
            )
    return tuple(sorted(found.values(), key=lambda one: (one.gap_m, one.node_id)))


def _on_sphere(network: RoadNetwork) -> NDArray[np.float64]:
    """Return the nodes in metres from the middle of the earth, shape (N, 3)."""
    lon, lat = np.radians(network.table.node_lon), np.radians(network.table.node_lat)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1) * EARTH_RADIUS_M


def _no_speed(network: RoadNetwork, is_road: NDArray[np.bool_]) -> Mapping[str, int]:
    known = {name for profile in network.profiles.values() if "road" in profile.kinds for name in profile.speed_kph}
    classes = Counter(name for name, road in zip(network.table.road_class, is_road.tolist(), strict=True) if road)
    return {name: count for name, count in classes.most_common() if name not in known}


def _odd_lengths(network: RoadNetwork) -> tuple[tuple[int, str], ...]:
    table = network.table
    one, other = table.edge_from, table.edge_to
    xyz = _on_sphere(network)
    straight_m = np.sqrt(((xyz[one] - xyz[other]) ** 2).sum(axis=1))  # the chord: 1 m less than the arc at 60 km
    length_m = table.length_m.astype(np.float64)
    # The sphere is up to 0.6 % off the ellipsoid, and sources round places to 3 or 4 decimals.
    is_short = length_m < straight_m * _SHORTEST - _ROUNDING_M
    is_long = (length_m > _LONGEST * straight_m) & (length_m > _NO_ODDS_M) & (one != other)
    is_nothing = (length_m == 0) & (straight_m > _ROUNDING_M)
    odd = np.flatnonzero(is_short | is_long | is_nothing)
    return tuple((edge, f"{length_m[edge]:.0f} m, garis lurus {straight_m[edge]:.0f} m") for edge in odd.tolist())
