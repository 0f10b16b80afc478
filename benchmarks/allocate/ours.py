"""`solve_allocation`, timed cold, after one change, and for lexicographic max-min."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from ntb_relief.model.allocation import AllocationProblem
from ntb_relief.solvers.allocation import solve_allocation
from ntb_relief.solvers.allocation_goals import Leximin

from .answer import Answer
from .instance import changed

if TYPE_CHECKING:
    from .instance import AllocationInstance


def solve(instance: AllocationInstance, *, seed: int) -> Answer:
    """Measure one instance."""
    solve_allocation(_pose(_tiny(instance)))  # loads OR-Tools, which is not the search
    begin = time.perf_counter()
    problem = _pose(instance)
    build_seconds = time.perf_counter() - begin
    result = solve_allocation(problem)
    plan = result.plan_or_raise()
    detail = {"unfair_tonne_km": plan.unfair_tonne_km, "price_of_fairness_tonne_km": plan.price_of_fairness_tonne_km}
    for name, other in zip(("need", "stock"), changed(instance, seed=seed), strict=True):
        asked = _pose(other)
        again = solve_allocation(asked, start=plan)
        detail[f"resolve_{name}_seconds"] = round(again.seconds, 3)
        if abs(again.objective - solve_allocation(asked).objective) > 1e-9 * again.objective:
            detail[f"resolve_{name}_differs"] = 1.0
    detail["leximin_seconds"] = round(solve_allocation(problem, goal=Leximin()).seconds, 3)
    place = [{name: row for row, name in enumerate(ids)} for ids in (problem.item_ids, problem.site_ids, problem.posko_ids)]
    flows = np.array([(place[0][x.item_id], place[1][x.site_id], place[2][x.posko_id], x.quantity) for x in plan.flows], np.int64)
    item, site, posko, units = flows.reshape(-1, 4).T
    return Answer(
        result.status.name, item, site, posko, units.astype(np.float64), result.seconds, build_seconds, bound=result.bound, detail=detail
    )


def _pose(instance: AllocationInstance) -> AllocationProblem:
    (supplies, needs), items = instance.distance_m.shape, instance.need.shape[1]
    ids = [tuple(f"{kind}{row}" for row in range(count)) for kind, count in (("site", supplies), ("posko", needs), ("item", items))]
    return AllocationProblem(
        site_ids=ids[0],
        posko_ids=ids[1],
        item_ids=ids[2],
        supply=instance.supply,
        need=instance.need,
        level=np.ones_like(instance.need),
        mass_kg=np.ones(items),
        distance_m=instance.distance_m,
    )


def _tiny(instance: AllocationInstance) -> AllocationInstance:
    return type(instance)("tiny", instance.supply[:1], instance.need[:2], instance.distance_m[:1, :2])
