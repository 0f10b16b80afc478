"""`solve_prepositioning` on a generated instance."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from ntb_relief.model.prepositioning import PrepositioningProblem, StockScenario
from ntb_relief.solvers.prepositioning import solve_prepositioning
from ntb_relief.solvers.stop import MaxRuntime

from .answer import Answer
from .instance import SIZES, make_instance

if TYPE_CHECKING:
    from .instance import PreposeInstance


def solve(instance: PreposeInstance, *, seconds: float, gap: float, threads: int) -> Answer:
    """Measure one instance."""
    solve_prepositioning(_pose(make_instance(sites=3, needs=4, items=2, scenarios=4, seed=0)), threads=threads)  # compiles, loads
    begin = time.perf_counter()
    problem = _pose(instance)
    build_seconds = time.perf_counter() - begin
    cpu = time.process_time()
    result = solve_prepositioning(problem, gap=gap, stop=MaxRuntime(seconds), threads=threads)
    cpu = time.process_time() - cpu
    plan = result.plan_or_raise()
    sent = plan.deliveries
    size = np.array([SIZES.index(plan.sizes[site]) if site in plan.sizes else -1 for site in problem.site_ids])
    scenario, item, site, point = (column.astype(np.int64) for column in (sent.scenario, sent.item, sent.row, sent.point))
    return Answer(
        status=result.status.name,
        size=size,
        stock=plan.stock,
        scenario=scenario,
        item=item,
        site=site,
        point=point,
        units=sent.units,
        seconds=result.seconds,
        build_seconds=build_seconds,
        bound=result.bound,
        iterations=result.iterations,
        detail={"cpu_seconds": round(cpu, 3)},
    )


def _pose(instance: PreposeInstance) -> PrepositioningProblem:
    def ids(letter: str, count: int) -> tuple[str, ...]:
        return tuple(f"{letter}{number}" for number in range(count))

    count, points, items = instance.need.shape
    parts = zip(instance.probability.tolist(), instance.need, instance.survival, instance.distance_m, strict=True)
    return PrepositioningProblem(
        site_ids=ids("s", len(instance.room)),
        size_ids=SIZES,
        point_ids=ids("p", points),
        item_ids=ids("i", items),
        capacity_l=instance.room,
        cost_idr=instance.store_cost,
        volume_l=instance.volume,
        purchase_idr=instance.purchase,
        penalty_idr=instance.penalty,
        carry_idr_km=instance.carry_km,
        stock_limit=instance.stock_limit,
        scenarios=tuple(StockScenario(name, *part) for name, part in zip(ids("w", count), parts, strict=True)),
    )
