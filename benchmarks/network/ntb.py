"""The embedded network: every desa to every desa, as a user asks for it."""

from __future__ import annotations

import time
from typing import Final

import numpy as np

from .record import Measured, middle, timed

_PROFILE: Final = "4wd"
_REPEATS: Final = 5
_CHECKED: Final = 20


def measure_desa(*, seed: int, threads: int) -> Measured:
    """Measure `travel_matrix` between all desa with a point; rows of some are checked against plain Dijkstra from each."""
    from ntb_relief import RoadNetwork, load_province, travel_matrix
    from ntb_relief.geo.tables import by_dijkstra

    begin = time.perf_counter()
    network = RoadNetwork.from_ntb()
    places = {desa.node_id: desa.node_id for desa in load_province().desa.values() if desa.node_id is not None}
    matrix = travel_matrix(network, places=places, profile=_PROFILE, threads=threads)
    first_seconds = time.perf_counter() - begin
    rows = np.array(network.index.rows(places), dtype=np.int64)
    some = np.random.default_rng(seed).choice(rows.size, min(_CHECKED, rows.size), replace=False)
    seconds, metres, _ = by_dijkstra(network, profile=_PROFILE, sources=rows[some], targets=rows, start=None, latest_s=None)
    is_exact = bool((matrix.duration_s[some] == seconds).all() and (matrix.distance_m[some] == metres).all())
    spent = timed(lambda: travel_matrix(network, places=places, profile=_PROFILE, threads=threads), repeats=_REPEATS)
    detail = {"desa": len(places), "first_call_ms": round(1000 * first_seconds, 1)}
    return Measured(
        middle(spent), is_exact, "durations and distances", 0.0, first_seconds, sum(spent) / 1000, rows.size**2, _REPEATS, detail
    )
