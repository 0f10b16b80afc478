"""RoutingKit's customizable contraction hierarchy (C++), by the wheel ``pyroutingkit``."""

from __future__ import annotations

import time
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import CannotExpressError, NotInstalledError
from .record import Measured, middle, timed
from .reference import is_table_right

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .graph import RoadGraph

    Ints = NDArray[np.int64]

_REPEATS: Final = 5


def measure(graph: RoadGraph, *, task: str, stops: tuple[Ints, Ints], seed: int, threads: int) -> Measured:
    """Measure a table, closures, a customisation or the build."""
    try:
        pyroutingkit = import_module("pyroutingkit")
    except ImportError as error:
        message = "pyroutingkit is not installed: pip install pyroutingkit"
        raise NotInstalledError(message) from error
    if task not in {"table", "closure", "customise", "build"}:
        message = f"pyroutingkit has no {task}"
        raise CannotExpressError(message)
    tail, head, edge = graph.arcs()
    weights = graph.duration_ms[edge].astype(np.uint32)

    def build() -> Any:  # noqa: ANN401 - its classes ship no types
        topology = pyroutingkit.CCHTopology()
        place = graph.lat.astype(np.float32), graph.lon.astype(np.float32)
        topology.build(tail.astype(np.uint32), head.astype(np.uint32), *place, graph.num_nodes)
        return topology

    begin = time.perf_counter()
    topology = build()
    metric = pyroutingkit.CCHMetric(topology)
    metric.customize(weights, threads)
    build_seconds = time.perf_counter() - begin
    sources, targets = (nodes.astype(np.uint32) for nodes in stops)

    def table() -> Any:  # noqa: ANN401
        return metric.distances_many_to_many(sources, targets)

    found = np.asarray(table()).reshape(sources.size, targets.size).astype(np.int64)
    found[found >= pyroutingkit.INF_WEIGHT] = -1
    is_exact = is_table_right(graph, found, sources=stops[0], targets=stops[1])
    detail: dict[str, float] = {}
    if task == "table":
        spent = timed(table, repeats=_REPEATS)
    elif task == "customise":
        spent = timed(lambda: metric.customize(weights, threads), repeats=_REPEATS)
    elif task == "build":
        spent = timed(build, repeats=1)
    else:
        rng = np.random.default_rng(seed)
        spent = _close(metric, weights, edge, rng, number=1, closed=pyroutingkit.INF_WEIGHT)
        detail["hundred_ms"] = middle(_close(metric, weights, edge, rng, number=100, closed=pyroutingkit.INF_WEIGHT))
    cells = found.size if task == "table" else None
    return Measured(middle(spent), is_exact, "durations", build_seconds, 0, sum(spent) / 1000, cells, len(spent), detail)


def _close(metric: Any, weights: NDArray[np.uint32], edge: Ints, rng: np.random.Generator, *, number: int, closed: int) -> list[float]:  # noqa: ANN401
    """Close and open edges; return the milliseconds of each change."""
    spent = []
    for _ in range(10):
        arcs = np.flatnonzero(np.isin(edge, rng.choice(int(edge.max()) + 1, number, replace=False))).astype(np.uint32)
        for values in (np.full(arcs.size, closed, np.uint32), weights[arcs]):
            spent += timed(lambda arcs=arcs, values=values: metric.update_weights(arcs, values), repeats=1)  # type: ignore[misc]
    return spent
