"""The extensive form that a planner would write for HiGHS: all scenarios in one mixed-integer program."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import BenchmarkError
from .answer import Answer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .instance import PreposeInstance

    Floats = NDArray[np.float64]


def solve(instance: PreposeInstance, *, seconds: float, gap: float, threads: int) -> Answer:  # noqa: ARG001 - scipy gives HiGHS one thread
    """Measure one instance: columns are sizes, stock, then the open ways and the unmet needs of each scenario and item."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    begin = time.perf_counter()
    sites, sizes = instance.room.shape
    items = len(instance.volume)
    first = sites * (sizes + items)
    scenario, item, site, point = _ways(instance)
    unmet = np.nonzero(np.moveaxis(instance.need, 2, 1) > 0)  # scenario, item, point
    carried = instance.probability[scenario] * instance.carry_km[item] * instance.distance_m[scenario, site, point] / 1000.0
    cost = np.concatenate(
        [
            instance.store_cost.ravel(),
            np.tile(instance.purchase, sites),
            carried,
            instance.probability[unmet[0]] * instance.penalty[unmet[1]],
        ]
    )
    matrix, limits = _rows(instance, (scenario, item, site, point), unmet, width=len(cost))
    high = np.concatenate([np.ones(sites * sizes), np.full(len(cost) - sites * sizes, np.inf)])
    build_seconds = time.perf_counter() - begin
    begin = time.perf_counter()
    found = milp(
        cost,
        integrality=np.arange(len(cost)) < sites * sizes,
        bounds=Bounds(0, high),
        constraints=LinearConstraint(matrix, ub=limits),
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )
    spent = time.perf_counter() - begin
    if found.x is None:
        message = f"HiGHS found no plan in {seconds:g} s: {found.message}"
        raise BenchmarkError(message)
    opened, stock = np.rint(found.x[: sites * sizes]).reshape(sites, sizes), found.x[sites * sizes : first].reshape(sites, items)
    units = np.maximum(found.x[first : first + len(site)], 0.0)
    used = np.flatnonzero(units > 0)
    size = np.where(opened.sum(axis=1) > 0, opened.argmax(axis=1), -1)
    status = {0: "OPTIMAL" if gap == 0 else "GAP_REACHED", 1: "TIME_LIMIT"}.get(found.status, "NO_SOLUTION")
    columns = scenario[used], item[used], site[used], point[used], units[used]
    return Answer(status, size, np.maximum(stock, 0.0), *columns, spent, build_seconds, bound=float(found.mip_dual_bound))


def _ways(instance: PreposeInstance) -> tuple[NDArray[np.int64], ...]:
    """Return scenario, item, site and point of each way that is open and leads to a need."""
    is_used = (instance.distance_m >= 0)[:, None] & (np.moveaxis(instance.need, 2, 1) > 0)[:, :, None, :]
    return np.nonzero(is_used)


def _rows(
    instance: PreposeInstance, ways: tuple[NDArray[np.int64], ...], unmet: tuple[NDArray[np.int64], ...], *, width: int
) -> tuple[Any, Floats]:
    """Return rows, each at most its limit: one size, room, purchase; supply of a scenario, item and site; need of a point."""
    from scipy.sparse import csr_array

    scenario, item, site, point = ways
    sites, sizes = instance.room.shape
    count, points, items = instance.need.shape
    first = sites * (sizes + items)
    size_at = np.arange(sites * sizes)
    stock_at = sites * sizes + np.arange(sites * items)
    way_at, unmet_at = first + np.arange(len(site)), first + len(site) + np.arange(len(unmet[0]))
    base = 2 * sites + items
    supply = base + np.arange(count * items * sites)
    need = base + len(supply)
    stock_item, stock_site = np.tile(np.arange(items), sites), np.repeat(np.arange(sites), items)
    triples = [
        (size_at // sizes, size_at, np.ones(len(size_at))),
        (sites + size_at // sizes, size_at, -instance.room.ravel()),
        (sites + stock_site, stock_at, np.tile(instance.volume, sites)),
        (2 * sites + stock_item, stock_at, np.ones(len(stock_at))),
        (base + (scenario * items + item) * sites + site, way_at, np.ones(len(way_at))),
        (
            supply,
            sites * sizes + np.tile(np.arange(sites), count * items) * items + np.tile(np.repeat(np.arange(items), sites), count),
            -np.repeat(instance.survival[:, None, :], items, axis=1).ravel(),
        ),
        (need + (scenario * items + item) * points + point, way_at, -np.ones(len(way_at))),
        (need + (unmet[0] * items + unmet[1]) * points + unmet[2], unmet_at, -np.ones(len(unmet_at))),
    ]
    row, column, value = (np.concatenate(part) for part in zip(*triples, strict=True))
    limits = np.concatenate(
        [np.ones(sites), np.zeros(sites), instance.stock_limit, np.zeros(len(supply)), -np.moveaxis(instance.need, 2, 1).ravel()]
    )
    return csr_array((value, (row, column)), shape=(len(limits), width)), limits
