"""The linear programs a planner would write for HiGHS: the largest smallest share, then the fewest tonne-kilometres."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import BenchmarkError
from .answer import Answer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .instance import AllocationInstance


def solve(instance: AllocationInstance, *, seed: int) -> Answer:  # noqa: ARG001 - the program has no chance in it
    """Measure one instance; units may be broken, so shares can be a little larger than in whole units."""
    parts, seconds, build_seconds = [], 0.0, 0.0
    for item in range(instance.need.shape[1]):
        begin = time.perf_counter()
        rows = _rows(*instance.distance_m.shape)
        limits = np.concatenate([instance.supply[:, item], instance.need[:, item]]).astype(np.float64)
        build_seconds += time.perf_counter() - begin
        begin = time.perf_counter()
        units = _cheapest(instance, rows, limits, need=instance.need[:, item])
        seconds += time.perf_counter() - begin
        site, posko = np.divmod(np.flatnonzero(units > 0), instance.distance_m.shape[1])
        parts.append((np.full(len(site), item), site, posko, units[units > 0]))
    item_column, site_column, posko_column, flows = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Answer("OPTIMAL", item_column, site_column, posko_column, flows, seconds, build_seconds)


def _rows(supplies: int, needs: int) -> Any:  # noqa: ANN401 - scipy has no types
    from scipy.sparse import csr_array, vstack

    links = np.arange(supplies * needs)
    ones = np.ones(len(links))
    return vstack([csr_array((ones, (links // needs, links))), csr_array((ones, (links % needs, links)))]).tocsr()


def _cheapest(instance: AllocationInstance, rows: Any, limits: NDArray[np.float64], *, need: NDArray[np.int64]) -> NDArray[np.float64]:  # noqa: ANN401
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack, vstack

    supplies, needs = instance.distance_m.shape
    links = supplies * needs
    got = rows[supplies:]
    column = csr_array(np.concatenate([np.zeros(supplies + needs), need])[:, None])
    shared = linprog(
        np.concatenate([np.zeros(links), [-1.0]]),
        A_ub=hstack([vstack([rows, -got]), column]).tocsr(),
        b_ub=np.concatenate([limits, np.zeros(needs)]),
        bounds=np.array([(0, np.inf)] * links + [(0, 1)]),
        method="highs",
    )
    if not shared.success:
        message = f"HiGHS found no largest share: {shared.message}"
        raise BenchmarkError(message)
    share, total = float(shared.x[-1]) * (1 - 1e-9), min(limits[:supplies].sum(), limits[supplies:].sum())
    cheapest = linprog(
        instance.distance_m.ravel() / 1e6,
        A_ub=vstack([rows, -got]).tocsr(),
        b_ub=np.concatenate([limits, -share * need]),
        A_eq=csr_array(np.ones((1, links))),
        b_eq=[total],
        method="highs",
    )
    if not cheapest.success:
        message = f"HiGHS found no cheapest flow: {cheapest.message}"
        raise BenchmarkError(message)
    return np.asarray(cheapest.x, np.float64)
