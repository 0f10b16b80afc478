"""The generated network as an OpenStreetMap file, one way a road."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from ..errors import NotInstalledError

if TYPE_CHECKING:
    from pathlib import Path

    from .graph import RoadGraph

_HIGHWAYS: Final = ("residential", "tertiary", "primary")


def write_pbf(graph: RoadGraph, path: Path) -> None:
    """Write nodes, roads and the ferry by pyosmium; node ids are rows + 1, and ``ms`` and ``metres`` are tags of each way."""
    try:
        osmium = import_module("osmium")
        mutable = import_module("osmium.osm.mutable")
    except ImportError as error:
        message = "osmium is not installed: pip install osmium"
        raise NotInstalledError(message) from error
    writer = osmium.SimpleWriter(str(path), overwrite=True)
    try:
        for row, place in enumerate(zip(graph.lon.tolist(), graph.lat.tolist(), strict=True), start=1):
            writer.add_node(mutable.Node(id=row, version=1, location=place))
        columns = (graph.edge_from, graph.edge_to, graph.duration_ms, graph.length_m, graph.is_one_way, graph.speed_class)
        for number, (one, other, ms, metres, is_one_way, speed) in enumerate(zip(*(x.tolist() for x in columns), strict=True), start=1):
            kind = {"route": "ferry", "duration": "01:30"} if speed == len(_HIGHWAYS) else {"highway": _HIGHWAYS[speed]}
            tags = {**kind, "ms": str(ms), "metres": str(metres), **({"oneway": "yes"} if is_one_way else {})}
            writer.add_way(mutable.Way(id=number, version=1, nodes=[one + 1, other + 1], tags=tags))
    finally:
        writer.close()
