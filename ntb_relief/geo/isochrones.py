"""How far a vehicle gets within a time: areas along the roads it can drive, and who lives there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import IssueLog
from ..model.travel import UNREACHABLE
from .coverage import check_people, nearest_source
from .lines import edge_shapes
from .sphere import METRES_PER_DEGREE
from .tables import shortest_sums
from .ways import edge_ways

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from .network import RoadNetwork

    Ints = NDArray[np.int64]
    Reals = NDArray[np.float64]
    Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Isochrone:
    """What is within one time of the nearest start.

    Parameters
    ----------
    limit_s : int
    nodes : tuple of str
        Reached nodes, in the order of the table.
    people : int
        Persons at them.
    area : shapely geometry
        EPSG:4326, lon and lat; approximate: a band along the roads driven, to the metre where time runs out on them, and a disc
        around reached nodes. Ferries, boats and aircraft draw no band.
    """

    limit_s: int
    nodes: tuple[str, ...]
    people: int
    area: Any


def isochrones(
    network: RoadNetwork,
    *,
    from_nodes: Iterable[str],
    profile: str,
    limits_s: Sequence[int],
    people: Mapping[str, int] | None = None,
    band_m: float = 1000,
    start: datetime | None = None,
    latest_s: int | None = None,
) -> tuple[Isochrone, ...]:
    """Return one isochrone for each time, from the nearest of some nodes.

    Parameters
    ----------
    network : RoadNetwork
    from_nodes : iterable of str
        Where vehicles start; at least one.
    profile : str
    limits_s : sequence of int
        Seconds, 0 or more.
    people : mapping of str to int, optional
        Persons by node id.
    band_m : float, optional
        How far to each side of a road counts as reached.
    start, latest_s
        As for `travel_matrix`: ferries count their longest wait.

    Raises
    ------
    UnknownReferenceError
        With every node that is not in the network, or for an unknown profile.
    InputError
        Where no start is given, a limit or a number of people is below 0, or the band has no width.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork
    >>> one, two = isochrones(RoadNetwork.from_ntb(), from_nodes=["kec:52.71.05"], profile="4wd", limits_s=[1800, 3600])
    >>> len(one.nodes) < len(two.nodes), one.area.area < two.area.area
    (True, True)
    """
    import shapely

    starts = list(dict.fromkeys(from_nodes))
    _check(starts, limits_s=limits_s, band_m=band_m)
    living = dict(people or {})
    check_people(living)
    network.profile(profile)
    rows = np.array(network.index.rows([*starts, *living]), dtype=np.int64)
    every = np.arange(len(network.table.node_ids), dtype=np.int64)
    seconds, _, _ = shortest_sums(network, profile=profile, sources=rows[: len(starts)], targets=every, start=start, latest_s=latest_s)
    _, arrival_s = nearest_source(seconds)
    roads = np.flatnonzero(np.array([kind == "road" for kind in network.index.codes[1]], np.bool_)[network.index.codes[0]])
    ways, scale = edge_ways(network, profile), _plane(network)
    lines = shapely.transform(edge_shapes(network)[roads], lambda degrees: degrees * scale)
    at_ends = arrival_s[network.table.edge_from[roads]], arrival_s[network.table.edge_to[roads]]
    ids = network.table.node_ids
    found = []
    for limit in limits_s:
        is_reached = (arrival_s != UNREACHABLE) & (arrival_s <= limit)
        driven = _driven(lines, roads, ways, at_ends, limit=limit)
        area = _area(network, np.flatnonzero(is_reached), driven, scale, band_m=band_m)
        number = sum(count for count, row in zip(living.values(), rows[len(starts) :], strict=True) if is_reached[row])
        found.append(Isochrone(limit, tuple(ids[row] for row in np.flatnonzero(is_reached)), number, area))
    return tuple(found)


def _check(starts: Sequence[str], *, limits_s: Sequence[int], band_m: float) -> None:
    log = IssueLog()
    if not starts:
        log.add("from_nodes", "are none", "give the node of at least one start")
    for limit in limits_s:
        if limit < 0:
            log.add("limits_s", f"{limit} is below 0", "give seconds, 0 or more")
    if not 0 < band_m < math.inf:
        log.add("band_m", f"is {band_m}", "give metres above 0")
    log.raise_if_any()


def _driven(lines: Shapes, roads: Ints, ways: tuple[Ints, Ints], arrival_s: tuple[Ints, Ints], *, limit: int) -> list[Any]:
    """Return the driven part of each road's line, from each end it is open from: whole, or to where time runs out."""
    from shapely.ops import substring

    parts: list[Any] = []
    for way, (starts, way_s) in enumerate(zip(arrival_s, ways, strict=True)):
        drive_s = way_s[roads]
        goes = (drive_s != UNREACHABLE) & (starts != UNREACHABLE) & (starts <= limit)
        share = np.ones(roads.size)
        np.divide(limit - starts, drive_s, out=share, where=goes & (drive_s > 0))
        parts += list(lines[goes & (share >= 1)])
        for row in np.flatnonzero(goes & (share < 1)).tolist():
            ends = (0.0, share[row]) if way == 0 else (1.0 - share[row], 1.0)
            parts.append(substring(lines[row], *ends, normalized=True))
    return parts


def _area(network: RoadNetwork, nodes: Ints, driven: list[Any], scale: Reals, *, band_m: float) -> Any:  # noqa: ANN401 - shapely ships no types
    """Join bands along lines, which are in metres, and discs around nodes."""
    import shapely

    table = network.table
    points = np.stack([table.node_lon[nodes], table.node_lat[nodes]], axis=1) * scale
    shapes = [*driven, *shapely.points(points)]
    joined = shapely.union_all(shapely.buffer(np.array(shapes, dtype=object), band_m, quad_segs=4)) if shapes else shapely.Polygon()
    return shapely.transform(joined, lambda metres: metres / scale)


def _plane(network: RoadNetwork) -> Reals:
    """Return metres a degree on a plane about the network's middle (errs by 0.5 % within NTB)."""
    middle = float(np.mean(network.table.node_lat))
    return METRES_PER_DEGREE * np.array([math.cos(math.radians(middle)), 1.0])
