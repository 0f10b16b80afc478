"""The generated road network of the contract: two islands, towns, one-way streets and a ferry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Reals = NDArray[np.float64]

_SPEED_KPH: Final = (25.0, 45.0, 60.0)
_DETOUR: Final = 1.2
_FERRY_MS: Final = 90 * 60 * 1000
_LAT: Final = -8.6
_M_PER_DEGREE: Final = 111_195.0


@dataclass(frozen=True, slots=True, eq=False)
class RoadGraph:
    """Roads as edges between nodes; a one-way edge leads from `edge_from` to `edge_to`.

    Parameters
    ----------
    lon, lat : float64 array, shape (N,)
    edge_from, edge_to : int64 array, shape (E,)
    duration_ms, length_m : int64 array, shape (E,)
    is_one_way : bool array, shape (E,)
    speed_class : int64 array, shape (E,)
        0 slow, 1, 2 fast; 3 the ferry.
    """

    lon: Reals
    lat: Reals
    edge_from: Ints
    edge_to: Ints
    duration_ms: Ints
    length_m: Ints
    is_one_way: NDArray[np.bool_]
    speed_class: Ints

    @property
    def num_nodes(self) -> int:
        """Number of nodes."""
        return int(self.lon.size)

    def arcs(self) -> tuple[Ints, Ints, Ints]:
        """Return tail, head and edge of every arc: all edges forward, then those of two ways backward."""
        back = np.flatnonzero(~self.is_one_way)
        edges = np.arange(self.edge_from.size)
        tail = np.concatenate([self.edge_from, self.edge_to[back]])
        head = np.concatenate([self.edge_to, self.edge_from[back]])
        return tail, head, np.concatenate([edges, back])


def make_graph(num_nodes: int, *, seed: int) -> RoadGraph:
    """Return the network of a size and seed.

    Points lie on two ellipses, three in towns for each one strewn evenly; Delaunay gives the candidates, the minimum
    spanning tree and the shortest ``0.3 N`` others become roads. Every tenth road is one-way, taken from those outside the
    tree so that each place keeps a way in and out. The longest third of the roads is fast, the shortest slow.

    Examples
    --------
    >>> graph = make_graph(1000, seed=1)
    >>> graph.num_nodes, graph.edge_from.size, int(graph.is_one_way.sum())  # tree and extra roads of two islands, and the ferry
    (1000, 1299, 129)
    >>> bool((graph.lon == make_graph(1000, seed=1).lon).all())
    True
    """
    rng = np.random.default_rng(seed)
    west = _island(rng, num_nodes * 11 // 20, lon=116.3, radius=(0.40, 0.38))
    east = _island(rng, num_nodes - num_nodes * 11 // 20, lon=118.0, radius=(0.95, 0.33))
    lonlat = np.vstack([west, east])
    xy = lonlat * _M_PER_DEGREE * np.array([np.cos(np.radians(_LAT)), 1.0])
    parts = [_roads(xy[: len(west)]), _roads(xy[len(west) :])]
    edges = np.vstack([parts[0][0], parts[1][0] + len(west)])
    is_extra = np.concatenate([parts[0][1], parts[1][1]])
    metres = _DETOUR * np.hypot(*(xy[edges[:, 0]] - xy[edges[:, 1]]).T)
    rank = np.empty(len(edges), np.int64)
    rank[np.argsort(metres, kind="stable")] = np.arange(len(edges))
    speed_class = 3 * rank // len(edges)
    ms = np.maximum(1, np.rint(metres * 3600 / np.array(_SPEED_KPH)[speed_class])).astype(np.int64)
    is_one_way = np.zeros(len(edges) + 1, np.bool_)
    extra = np.flatnonzero(is_extra)
    is_one_way[rng.choice(extra, size=min(extra.size, len(edges) // 10), replace=False)] = True
    turned = rng.random(len(edges)) < 0.5  # noqa: PLR2004 - a fair coin: half of the one-way roads lead the other way
    edges[turned] = edges[turned][:, ::-1]
    ports = np.array([[int(xy[: len(west), 0].argmax()), len(west) + int(xy[len(west) :, 0].argmin())]])
    edges = np.vstack([edges, ports])
    ferry_m = np.hypot(*(xy[ports[:, 0]] - xy[ports[:, 1]]).T)
    return RoadGraph(
        lon=lonlat[:, 0],
        lat=lonlat[:, 1],
        edge_from=edges[:, 0],
        edge_to=edges[:, 1],
        duration_ms=np.append(ms, _FERRY_MS),
        length_m=np.rint(np.concatenate([metres, ferry_m])).astype(np.int64),
        is_one_way=is_one_way,
        speed_class=np.append(speed_class, 3),
    )


def _island(rng: np.random.Generator, num_points: int, *, lon: float, radius: tuple[float, float]) -> Reals:
    """Return different points of one ellipse as (lon, lat) in degrees, rounded to 1 cm."""
    towns = _in_disc(rng, max(3, num_points // 1000), reach=0.85)
    points = np.empty((0, 2))
    while len(points) < num_points:
        size = num_points - len(points)
        around = towns[rng.integers(0, len(towns), size)] + rng.normal(0, 0.05, (size, 2))
        even = _in_disc(rng, size, reach=1.0)
        found = np.where((rng.random(size) < 0.75)[:, None], around, even)  # noqa: PLR2004 - three in towns, one elsewhere
        found = np.round(np.array([lon, _LAT]) + found * np.array(radius), 7)
        points = np.unique(np.vstack([points, found[np.hypot(*((found - [lon, _LAT]) / radius).T) <= 1]]), axis=0)
    return np.asarray(rng.permutation(points)[:num_points])


def _in_disc(rng: np.random.Generator, size: int, *, reach: float) -> Reals:
    angle, distance = rng.uniform(0, 2 * np.pi, size), reach * np.sqrt(rng.random(size))
    return np.stack([distance * np.cos(angle), distance * np.sin(angle)], axis=1)


def _roads(xy: Reals) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the roads of one island, the nearer row of each first, and which lie outside the spanning tree."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import minimum_spanning_tree
    from scipy.spatial import Delaunay

    corners = Delaunay(xy).simplices.astype(np.int64)
    pairs = np.sort(np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]), axis=1)
    pairs = np.unique(pairs, axis=0)
    length = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    tree = minimum_spanning_tree(csr_array((length, (pairs[:, 0], pairs[:, 1])), shape=(len(xy), len(xy)))).tocoo()
    keys = pairs[:, 0] * len(xy) + pairs[:, 1]
    in_tree = np.isin(keys, tree.row.astype(np.int64) * len(xy) + tree.col)
    others = np.flatnonzero(~in_tree)
    extra = others[np.argsort(length[others], kind="stable")[: int(0.3 * len(xy))]]
    chosen = np.sort(np.concatenate([np.flatnonzero(in_tree), extra]))
    return pairs[chosen], ~in_tree[chosen]
