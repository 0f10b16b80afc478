"""How long the library takes to load the generated network from an ``.osm.pbf`` file, and whether it is the same network."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from .graph import make_graph
from .pbf import write_pbf
from .record import Measured, middle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ntb_relief.geo.network import RoadNetwork

    from .graph import RoadGraph

_REPEATS: Final = 3
_SOURCES: Final = 5
_OFF_SHARE: Final = 1e-3
_OFF_M: Final = 20.0


def measure_pbf(graph: RoadGraph, *, seed: int) -> Measured:
    """Write the file, load it three times, and compare distances from a few nodes with those of the graph.

    The reference runs on the uncontracted graph with lengths on the ellipsoid, one-way roads kept and the ferry left out; edges
    of the loaded network are rounded to whole metres, so distances may differ by 0.1 % and 20 m.
    """
    from ntb_relief.geo.network import RoadNetwork

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "islands.osm.pbf"
        write_pbf(make_graph(60, seed=1), file)
        begin = time.perf_counter()
        RoadNetwork.from_osm(file)  # imports
        compile_seconds = time.perf_counter() - begin
        begin = time.perf_counter()
        write_pbf(graph, file)
        write_seconds = time.perf_counter() - begin
        spent = []
        for _ in range(_REPEATS):
            begin = time.perf_counter()
            network = RoadNetwork.from_osm(file)
            spent.append((time.perf_counter() - begin) * 1000)
        size_mb = file.stat().st_size / 2**20
        begin = time.perf_counter()
        network.save(Path(folder) / "islands")
        save_ms = (time.perf_counter() - begin) * 1000
        begin = time.perf_counter()
        RoadNetwork.open(Path(folder) / "islands")
        open_ms = (time.perf_counter() - begin) * 1000
    detail = {
        "slowest_ms": round(max(spent), 1),
        "file_mb": round(size_mb, 2),
        "write_ms": round(write_seconds * 1000, 1),
        "nodes": len(network.table.node_ids),
        "edges": len(network.table.kind),
        "save_ms": round(save_ms, 1),
        "open_ms": round(open_ms, 1),
    }
    is_same = _is_same(graph, network, seed=seed)
    return Measured(middle(spent), is_same, "distances by road", 0.0, compile_seconds, sum(spent) / 1000, repeats=_REPEATS, detail=detail)


def _is_same(graph: RoadGraph, network: RoadNetwork, *, seed: int) -> bool:
    from pyproj import Geod
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    tail, head, edge = graph.arcs()
    on_land = graph.speed_class[edge] < graph.speed_class.max()
    tail, head = tail[on_land], head[on_land]
    _, _, metres = Geod(ellps="WGS84").inv(graph.lon[tail], graph.lat[tail], graph.lon[head], graph.lat[head])
    rows = np.array([int(name.removeprefix("osm:")) - 1 for name in network.table.node_ids])
    sources = np.random.default_rng(seed).choice(rows.size, min(_SOURCES, rows.size), replace=False)
    roads = csr_array((metres, (tail, head)), shape=(graph.num_nodes, graph.num_nodes))
    expected = dijkstra(roads, indices=rows[sources])[:, rows]
    found = _metres_by_road(network, sources)
    is_way = np.isfinite(expected)
    off = np.abs(np.where(found < 0, np.inf, found)[is_way] - expected[is_way])
    return bool((is_way == (found >= 0)).all() and (off <= _OFF_SHARE * expected[is_way] + _OFF_M).all())


def _metres_by_road(network: RoadNetwork, sources: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the seconds at 1 m/s on every road, one-way for all, shape (S, N); -1 where there is none."""
    from ntb_relief.geo.network import RoadNetwork
    from ntb_relief.geo.tables import shortest_sums
    from ntb_relief.model.travel import Profile

    walker = Profile("walker", min_access=0, kinds=("road",), speed_kph=dict.fromkeys(network.table.road_class, 3.6))
    walked = RoadNetwork.from_table(network.table, crossings=network.crossings, profiles={"walker": walker})
    every = np.arange(len(network.table.node_ids))
    seconds, _, _ = shortest_sums(walked, profile="walker", sources=sources, targets=every)
    return seconds
