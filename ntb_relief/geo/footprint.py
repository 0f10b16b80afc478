"""The links a flood, a landslide or a cordon lies on: from a polygon to what `without` and `slowed` take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import CrsError, InputError, Issue
from .lines import edge_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from .index import Link
    from .network import RoadNetwork

_WHERE: Final = "area"


def links_in_area(network: RoadNetwork, area: Any, *, kinds: Iterable[str] = ("road",)) -> tuple[Link, ...]:  # noqa: ANN401 - shapely ships no types
    """Return the links that touch a polygon, in the order of the table.

    Parameters
    ----------
    network : RoadNetwork
    area : shapely Polygon or MultiPolygon
        EPSG:4326, x is lon and y is lat.
    kinds : iterable of str, optional
        Edge kinds to look at.

    Returns
    -------
    tuple of (str, str)
        Each link once, its ends as in the table; none where the area lies off the network.

    Raises
    ------
    CrsError
        Where coordinates are no degrees, or lie on the network only when lon and lat are swapped.
    InputError
        Where the area is no polygon, empty, crosses itself, or a kind does not occur in the network.

    Examples
    --------
    >>> from shapely import Point
    >>> from ntb_relief import RoadNetwork
    >>> network = RoadNetwork.from_ntb()
    >>> flooded = links_in_area(network, Point(116.1062, -8.5766).buffer(0.005))
    >>> network.without(flooded).num_closed >= len(flooded) > 0
    True
    """
    table = network.table
    links: dict[frozenset[str], Link] = {}
    for edge in edges_in_area(network, area, kinds=kinds).tolist():
        one, other = table.node_ids[table.edge_from[edge]], table.node_ids[table.edge_to[edge]]
        links.setdefault(frozenset((one, other)), (one, other))
    return tuple(links.values())


def edges_in_area(network: RoadNetwork, area: Any, *, kinds: Iterable[str] = ("road",)) -> NDArray[np.int64]:  # noqa: ANN401
    """Return the rows of the edges that touch a polygon, ascending; as `links_in_area`, but parallel edges stand alone."""
    import shapely

    chosen = set(kinds)
    names = network.index.codes[1]
    unknown = sorted(chosen - set(names))
    if unknown:
        issues = [Issue(f"kind '{kind}'", "does not occur in the network", f"use some of {', '.join(names)}") for kind in unknown]
        raise InputError(issues)
    _check(network, area)
    edges = np.flatnonzero(np.array([name in chosen for name in names], np.bool_)[network.index.codes[0]])
    shapely.prepare(area)
    return np.asarray(edges[shapely.intersects(area, edge_shapes(network)[edges])])


def _check(network: RoadNetwork, area: Any) -> None:  # noqa: ANN401
    import shapely

    kind = getattr(area, "geom_type", type(area).__name__)
    if kind not in {"Polygon", "MultiPolygon"}:
        raise InputError([Issue(_WHERE, f"is a {kind}", "give a shapely Polygon or MultiPolygon")])
    if area.is_empty:
        raise InputError([Issue(_WHERE, "is empty", "give a polygon with corners")])
    west, south, east, north = area.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - NaN is refused too
        # A swapped area can leave the range of latitudes too: NTB lies at 116 degrees east.
        raise _crs_error(network, area.bounds, "has coordinates that are no degrees")
    if not area.is_valid:
        raise InputError([Issue(_WHERE, f"is not valid: {shapely.is_valid_reason(area)}", "mend it, e.g. with shapely.make_valid")])
    if not _overlaps(network, area.bounds) and _overlaps(network, (south, west, north, east)):
        raise _crs_error(network, area.bounds, "lies off the network")


def _crs_error(network: RoadNetwork, bounds: tuple[float, float, float, float], what: str) -> CrsError:
    west, south, east, north = bounds
    is_swapped = _overlaps(network, (south, west, north, east))
    fix = "swap lon and lat: x is lon" if is_swapped else "reproject it to EPSG:4326 first"
    return CrsError([Issue(_WHERE, f"{what}: x {west:g} to {east:g}, y {south:g} to {north:g}", fix)])


def _overlaps(network: RoadNetwork, bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bounds
    lon, lat = network.table.node_lon, network.table.node_lat
    return bool(lon.size and west <= lon.max() and east >= lon.min() and south <= lat.max() and north >= lat.min())
