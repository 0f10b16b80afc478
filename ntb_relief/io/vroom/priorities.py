"""Priorities as prizes and back: VROOM serves the highest sum of priorities, then the most tasks, then at the lowest cost.

With n tasks a prize of ``step x (priority x (n + 1) + 1)`` a task, where `step` is above the cost of any plan, orders plans
in just that way: n tasks do not outweigh one step of the sum of priorities, nor any cost one task. A shipment is two tasks.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ...model.routing import RoutingProblem

MOST: Final = 100


def prize_step(problem: RoutingProblem) -> int:
    """Return a whole number above the cost of the routes of any plan in which each vehicle makes one trip."""
    dearest = fixed = 0.0
    for kind in problem.vehicle_types:
        matrix = problem.matrices[kind.profile]
        toll = 0 if matrix.toll_idr is None else int(matrix.toll_idr.max(initial=0))
        dearest = max(dearest, kind.cost_per_m * int(matrix.distance_m.max(initial=0)) + toll)
        fixed = max(fixed, kind.fixed_cost)
    # At most one vehicle a stop; each drives one leg more than it has stops. Rounding of costs adds less than 1 a vehicle.
    return 1 + math.ceil(len(problem.stops) * (fixed + 2 * dearest + 1))


def prize_of(priority: int, *, num_tasks: int, step: int, tasks: int = 1) -> int:
    """Return the prize that stands for a priority, of one task or a shipment of two."""
    return tasks * step * (priority * (num_tasks + 1) + 1)


def priorities_of(problem: RoutingProblem) -> dict[str, int] | None:
    """Return the priority of every stop: 0 where all must be served; None where prizes are no such priorities."""
    if all(stop.prize is None for stop in problem.stops):
        return {stop.id: 0 for stop in problem.stops}
    step, num_tasks = prize_step(problem), len(problem.stops)
    shipped = {stop.id for stop in problem.stops if stop.taken_from} | {stop.taken_from for stop in problem.stops}
    levels: dict[str, int] = {}
    for stop in problem.stops:
        tasks = 2 if stop.id in shipped else 1
        level, rest = divmod((stop.prize or 0) // (tasks * step) - 1, num_tasks + 1)
        is_level = rest == 0 and 0 <= level <= MOST and stop.prize == prize_of(level, num_tasks=num_tasks, step=step, tasks=tasks)
        if not is_level:
            return None
        levels[stop.id] = level
    return levels
