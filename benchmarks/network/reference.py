"""Scipy's Dijkstra: the oracle of all tasks, and a peer of the table."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import CannotExpressError
from .record import Measured, middle, timed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .graph import RoadGraph

    Ints = NDArray[np.int64]

CHECKED_SOURCES: Final = 25


def matrix(graph: RoadGraph, *, closed: Ints | None = None) -> Any:  # noqa: ANN401 - scipy ships no types
    """Return the durations as scipy reads them, of parallel arcs the least (scipy would add them up), closed edges left out."""
    from scipy.sparse import csr_array

    tail, head, edge = graph.arcs()
    if closed is not None:
        keep = ~np.isin(edge, closed)
        tail, head, edge = tail[keep], head[keep], edge[keep]
    order = np.lexsort((graph.duration_ms[edge], head, tail))
    tail, head, edge = tail[order], head[order], edge[order]
    is_first = np.append(True, (np.diff(tail) != 0) | (np.diff(head) != 0))[: tail.size]
    values = graph.duration_ms[edge[is_first]].astype(np.float64)
    return csr_array((values, (tail[is_first], head[is_first])), shape=(graph.num_nodes, graph.num_nodes))


def durations(graph: Any, *, sources: Ints, targets: Ints) -> Ints:  # noqa: ANN401 - scipy ships no types
    """Return a table in milliseconds, -1 where there is no way; doubles hold the sums exactly."""
    from scipy.sparse.csgraph import dijkstra

    table = np.vstack([dijkstra(graph, indices=source)[targets] for source in sources])
    return np.where(np.isinf(table), -1, table).astype(np.int64)


def is_table_right(graph: RoadGraph, table: NDArray[Any], *, sources: Ints, targets: Ints, closed: Ints | None = None) -> bool:
    """Tell whether the first rows of a table of durations are the oracle's."""
    rows = sources[:CHECKED_SOURCES]
    return bool((durations(matrix(graph, closed=closed), sources=rows, targets=targets) == table[: rows.size]).all())


def measure(graph: RoadGraph, *, task: str, stops: tuple[Ints, Ints], seed: int, threads: int) -> Measured:
    """Measure scipy's table; it has no hierarchy to customise."""
    del seed, threads
    if task != "table":
        message = f"scipy has no {task}: it searches anew each time"
        raise CannotExpressError(message)
    begin = time.perf_counter()
    arcs = matrix(graph)
    build_seconds = time.perf_counter() - begin
    sources, targets = stops
    spent = timed(lambda: durations(arcs, sources=sources, targets=targets), repeats=1)
    return Measured(middle(spent), None, "", build_seconds, 0, sum(spent) / 1000, cells=sources.size * targets.size)
