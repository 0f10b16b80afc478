"""pandana's contraction hierarchy (C++), which answers pairs, not tables; from the wheel ``pandana``."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import CannotExpressError, NotInstalledError
from .record import Measured, middle, timed
from .reference import is_table_right

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from .graph import RoadGraph

    Ints = NDArray[np.int64]

_REPEATS: Final = 3
_NO_WAY: Final = 4_294_967.0
"""It returns 2^32 - 1 thousandths where there is no way."""


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep its progress bar, which C++ writes, out of our one line of JSON."""
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def measure(graph: RoadGraph, *, task: str, stops: tuple[Ints, Ints], seed: int, threads: int) -> Measured:
    """Measure a table, pair by pair, or the build; it cannot change a weight."""
    del seed, threads  # as many threads as OMP_NUM_THREADS tells, set by who runs it
    try:
        pandana = import_module("pandana")
    except ImportError as error:
        message = "pandana is not installed: pip install pandana"
        raise NotInstalledError(message) from error
    if task not in {"table", "build"}:
        message = f"pandana has no {task}"
        raise CannotExpressError(message)
    import pandas as pd

    tail, head, edge = graph.arcs()
    seconds = pd.DataFrame({"s": (graph.duration_ms[edge] + 0.25) / 1000.0})  # it cuts thousandths off, so these come out whole

    def build() -> Any:  # noqa: ANN401 - it ships no types
        place = pd.Series(graph.lon), pd.Series(graph.lat)
        return pandana.Network(*place, pd.Series(tail.astype(np.int64)), pd.Series(head.astype(np.int64)), seconds, twoway=False)

    begin = time.perf_counter()
    with _quiet():
        network = build()
    build_seconds = time.perf_counter() - begin
    if task == "build":
        return Measured(round(build_seconds * 1000, 3), None, "", build_seconds, 0, build_seconds)
    sources, targets = stops
    pairs = np.repeat(sources, targets.size), np.tile(targets, sources.size)

    def table() -> NDArray[np.float64]:
        return np.asarray(network.shortest_path_lengths(*pairs)).reshape(sources.size, targets.size)

    told = table()
    found = np.where(told >= _NO_WAY, -1, np.rint(1000 * told)).astype(np.int64)
    is_exact = is_table_right(graph, found, sources=sources, targets=targets)
    spent = timed(table, repeats=_REPEATS)
    return Measured(middle(spent), is_exact, "durations", build_seconds, 0, sum(spent) / 1000, found.size, _REPEATS)
