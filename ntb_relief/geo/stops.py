"""Stops beside the road: the nearest point of an edge instead of the nearest junction."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import IssueLog
from ..model.travel import UNREACHABLE
from ..model.turns import Turn
from .graph import edge_seconds
from .lines import edge_shapes
from .sphere import METRES_PER_DEGREE, great_circle_m

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..model.travel import RoadTable
    from .network import RoadNetwork

_SURFACE: Final = ("road", "boat")
"""Edges that a vehicle can stop on; at a ferry, at sea or in the air there is no kerb."""


@dataclass(frozen=True, slots=True)
class EdgeStop:
    """A point on an edge.

    Parameters
    ----------
    edge : int
        Row of the edge in the road table.
    share : float
        How far along it, from 0 at ``edge_from`` to 1 at ``edge_to``.
    lon, lat : float
        That point, degrees.
    distance_m : int
        From the point asked for to it, by great circle: the part without a road, which no table counts.
    """

    edge: int
    share: float
    lon: float
    lat: float
    distance_m: int


def snap_to_edges(
    network: RoadNetwork, points: Mapping[str, tuple[float, float]], *, profile: str | None = None, max_distance_m: float = 20_000
) -> dict[str, EdgeStop]:
    """Return the nearest point on an edge for each stop.

    Closed edges count too: a village that is cut off stays where it is.

    Parameters
    ----------
    network : RoadNetwork
    points : mapping of str to (float, float)
        Stop id to lon and lat, degrees EPSG:4326.
    profile : str, optional
        Only edges it could use were they open; None means any road or boat line.
    max_distance_m : float, optional
        Farthest an edge may be.

    Raises
    ------
    UnknownReferenceError
        For an unknown profile.
    InputError
        With every point that is not on the globe, or farther than `max_distance_m` from every such edge: a stop at sea.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork
    >>> stop = snap_to_edges(RoadNetwork.from_ntb(), {"posko": (116.19, -8.34)}, profile="4wd")["posko"]
    >>> 0 <= stop.share <= 1, stop.distance_m < 1000
    (True, True)
    """
    import shapely

    _check_globe(points)
    edges, tree = _tree(network, profile)
    lonlat = np.array(list(points.values()), dtype=np.float64).reshape(-1, 2)
    found: dict[str, EdgeStop] = {}
    log = IssueLog()
    if edges.size:
        nearest = tree.query_nearest(shapely.points(lonlat * _scale(network)), all_matches=False)[1]
    for row, name in enumerate(points):
        lon, lat = lonlat[row].tolist()
        stop = _project(network, int(edges[nearest[row]]), lon, lat) if edges.size else None
        if stop is not None and stop.distance_m <= max_distance_m:
            found[name] = stop
            continue
        who = "any road" if profile is None else f"any road '{profile}' can use"
        what = f"has no way to {who}" if stop is None else f"is {stop.distance_m / 1000:.0f} km from {who}"
        log.add(f"stop '{name}' at lon={lon:g}, lat={lat:g}", what, f"check it; up to {max_distance_m / 1000:g} km are accepted")
    log.raise_if_any()
    return found


def split_at_stops(network: RoadNetwork, stops: Mapping[str, EdgeStop]) -> RoadNetwork:
    """Return the network with stops as nodes of its own, named as they are, on edges cut in two there.

    Paths, alternatives, isochrones and nearest tables then start and end at the stop itself. Lengths of the pieces are whole
    metres that add up to the edge's. Bends, signs and closures of an edge stay on its pieces; stops at one spot stay joined.

    Raises
    ------
    InputError
        Where a stop bears the id of a node, or lies on no edge of the table.
    """
    table = network.table
    log = IssueLog()
    for name, stop in stops.items():
        if name in network.index.node_rows:
            log.add(f"stop '{name}'", "bears the id of a node", "give it a name of its own")
        if not 0 <= stop.edge < len(table.kind):
            log.add(f"stop '{name}'", f"lies on edge {stop.edge}, which is none of the network", "snap it on this network")
    log.raise_if_any()
    on_edge: dict[int, list[tuple[float, int]]] = {}
    for number, stop in enumerate(stops.values()):
        on_edge.setdefault(stop.edge, []).append((stop.share, len(table.node_ids) + number))
    pieces = np.ones(len(table.kind), dtype=np.int64)
    for edge, cuts in on_edge.items():
        pieces[edge] += len(cuts)
    kept = np.repeat(np.arange(pieces.size), pieces)
    first = np.cumsum(pieces) - pieces
    tails, heads, lengths = table.edge_from[kept], table.edge_to[kept], table.length_m[kept]
    is_spot = np.zeros(kept.size, dtype=np.bool_)  # between two stops at one place
    for edge, unsorted in on_edge.items():
        cuts = sorted(unsorted)
        these = slice(int(first[edge]), int(first[edge] + pieces[edge]))
        nodes = [node for _, node in cuts]
        tails[these], heads[these] = [tails[these][0], *nodes], [*nodes, heads[these][0]]
        length = int(table.length_m[edge])
        lengths[these] = np.diff([0, *(round(share * length) for share, _ in cuts), length])
        is_spot[these] = [False, *(one[0] == other[0] for one, other in pairwise(cuts)), False]
    changes: dict[str, Any] = {
        column.name: _take(getattr(table, column.name), kept)
        for column in fields(table)
        if column.name not in {"name", "turns"} and not column.name.startswith("node_")
    }
    changes |= {
        "node_ids": (*table.node_ids, *stops),
        "node_lon": np.append(table.node_lon, [stop.lon for stop in stops.values()]),
        "node_lat": np.append(table.node_lat, [stop.lat for stop in stops.values()]),
        "edge_from": tails,
        "edge_to": heads,
        "length_m": lengths,
        "one_way": table.one_way[kept] & ~is_spot,
        "slow_factor": np.where(is_spot, 1.0, table.slow_factor[kept]),
        "turns": _turns_of_pieces(table, heads, first, first + pieces - 1),
    }
    shares = {edge: sorted(share for share, _ in cuts) for edge, cuts in on_edge.items()}
    details = None if network.details is None else network.details.cut(table, kept, shares)
    return network.replace(table=replace(table, **changes), details=details)


def _turns_of_pieces(table: RoadTable, heads: NDArray[np.int32], first: NDArray[np.int64], last: NDArray[np.int64]) -> tuple[Turn, ...]:
    """Return the turns between the pieces that meet at their nodes; `first` and `last` piece of every edge.

    Where there are signs, nobody turns round at a stop on the way elsewhere: a stop must not be a way around a sign.
    """

    def pieces(edge: int, via: int) -> list[int]:
        near = [int(first[edge])] if table.edge_from[edge] == via else []
        return near + ([int(last[edge])] if table.edge_to[edge] == via else [])

    kept = [
        Turn(one, turn.via_node, other, turn.kind)
        for turn in table.turns
        for one in pieces(turn.from_edge, turn.via_node)
        for other in pieces(turn.to_edge, turn.via_node)
    ]
    if table.turns:
        cut = np.flatnonzero(last > first).tolist()
        kept += [
            Turn(piece, node, piece, "no_u_turn") for edge in cut for piece, node in _stops_on(heads, int(first[edge]), int(last[edge]))
        ]
    return tuple(kept)


def _stops_on(heads: NDArray[np.int32], first: int, last: int) -> list[tuple[int, int]]:
    """Return the pieces of an edge with the stops at their ends."""
    return [(piece + side, int(heads[piece])) for piece in range(first, last) for side in range(2)]


def on_nodes(network: RoadNetwork, places: Mapping[str, str | EdgeStop]) -> tuple[RoadNetwork, dict[str, str]]:
    """Return the network with every place that is a point on an edge as a node, and the node of each place."""
    stops = {f"stop:{name}": place for name, place in places.items() if isinstance(place, EdgeStop)}
    nodes = {name: f"stop:{name}" if isinstance(place, EdgeStop) else place for name, place in places.items()}
    return (split_at_stops(network, stops) if stops else network), nodes


def _take(column: Any, rows: NDArray[np.int64]) -> Any:  # noqa: ANN401 - a column of any type
    return column[rows] if isinstance(column, np.ndarray) else tuple(column[row] for row in rows.tolist())


def _check_globe(points: Mapping[str, tuple[float, float]]) -> None:
    log = IssueLog()
    for name, point in points.items():
        told: tuple[object, ...] = tuple(point)
        if len(told) != 2 or not all(isinstance(value, Real) for value in told):  # noqa: PLR2004 - lon and lat
            log.add(f"stop '{name}'", f"is {point!r}", "give lon and lat as two numbers, degrees EPSG:4326")
            continue
        lon, lat = point
        if not (abs(lon) <= 180 and abs(lat) <= 90):  # noqa: PLR2004 - NaN is refused too
            is_swapped = abs(lon) <= 90 and abs(lat) <= 180  # noqa: PLR2004
            fix = "swap lon and lat" if is_swapped else "give degrees, EPSG:4326"
            log.add(f"stop '{name}' at lon={lon:g}, lat={lat:g}", "is not on the globe", fix)
    log.raise_if_any()


def _tree(network: RoadNetwork, profile: str | None) -> tuple[NDArray[np.int64], Any]:
    """Return the edges one may stop on and a search tree over their lines in metres; kept for all copies."""
    import shapely

    kinds, names = network.index.codes[:2]
    may_stop = np.array([name in _SURFACE for name in names], np.bool_)[kinds]
    if profile is not None:
        opened = network.replace(table=replace(network.table, slow_factor=np.ones(kinds.size)))
        may_stop &= edge_seconds(opened, network.profile(profile)) != UNREACHABLE
    edges = np.flatnonzero(may_stop)
    # Restrictions change who may use an edge, so a tree is kept by its edges.
    trees: dict[tuple[bytes, int], Any] = network.index.shared.setdefault("stop trees", {})
    key = may_stop.tobytes(), id(network.details)
    if key not in trees:
        scale = _scale(network)
        trees[key] = shapely.STRtree(shapely.transform(edge_shapes(network)[edges], lambda degrees: degrees * scale))
    return edges, trees[key]


def _scale(network: RoadNetwork) -> NDArray[np.float64]:
    """Return metres a degree of longitude and latitude, on a plane about the network's middle."""
    middle = float(np.mean(network.table.node_lat)) if network.table.node_lat.size else 0.0
    return METRES_PER_DEGREE * np.array([math.cos(math.radians(middle)), 1.0])


def _project(network: RoadNetwork, edge: int, lon: float, lat: float) -> EdgeStop:
    import shapely

    scale = _scale(network)
    line = shapely.transform(edge_shapes(network)[edge], lambda degrees: degrees * scale)
    share = float(shapely.line_locate_point(line, shapely.Point(lon * scale[0], lat * scale[1]), normalized=True))
    share = share if math.isfinite(share) else 0.0  # a loop of no length
    at = shapely.line_interpolate_point(line, share, normalized=True)
    at_lon, at_lat = float(at.x / scale[0]), float(at.y / scale[1])
    off_m = great_circle_m(lon=lon, lat=lat, to_lon=at_lon, to_lat=at_lat)
    return EdgeStop(edge, min(1.0, max(0.0, share)), at_lon, at_lat, round(float(off_m)))
