"""The lines of edges on the map: with their bends where the network knows them, straight where not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .roads import edge_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..model.travel import Path
    from .network import RoadNetwork


def edge_shapes(network: RoadNetwork) -> NDArray[np.object_]:
    """Return the line of every edge as a shapely LineString, EPSG:4326; made once for all copies of a network."""
    import shapely

    key = f"edge shapes {id(network.details)}"
    shared = network.index.shared
    if key not in shared:
        points, edge = edge_lines(network.table, network.details)
        # Kept with the details, so that no other can come to bear their id.
        shared[key] = shapely.linestrings(points, indices=edge) if len(edge) else np.empty(0, object), network.details
    found: NDArray[np.object_] = shared[key][0]
    return found


def edge_lonlat(network: RoadNetwork, edge: int) -> list[tuple[float, float]]:
    """Return the points of one edge as (lon, lat), from its first end to its second."""
    shape: Any = edge_shapes(network)[edge]
    return [(float(lon), float(lat)) for lon, lat in shape.coords]


def path_line(network: RoadNetwork, path: Path) -> list[tuple[float, float]]:
    """Return a path as (lon, lat), with the bends of its edges.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork, shortest_path
    >>> network = RoadNetwork.from_ntb()
    >>> path = shortest_path(network, from_node="port:KAYANGAN", to_node="port:POTOTANO", profile="4wd")
    >>> path_line(network, path)
    [(116.675, -8.488), (116.831, -8.523)]
    """
    table = network.table
    line = [(float(table.node_lon[path.nodes[0]]), float(table.node_lat[path.nodes[0]]))]
    for node, edge in zip(path.nodes, path.edges, strict=False):
        points = edge_lonlat(network, edge)
        line += points[1:] if node == int(table.edge_from[edge]) else points[-2::-1]
    return line
