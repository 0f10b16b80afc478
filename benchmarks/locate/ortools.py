"""OR-Tools' CP-SAT on the textbook formulation, with whole costs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import CannotExpressError
from .answer import LocateAnswer
from .instance import CAPACITATED, SINGLE_SOURCE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .instance import LocateInstance

_MOST_PAIRS = 1_000_000
"""Its models are built pair by pair in Python."""
_SCALE = 1000


def solve(instance: LocateInstance, *, seconds: float, seed: int, threads: int) -> LocateAnswer:
    """Solve with CP-SAT; costs that are not whole are rounded to thousandths, and its bound is told less that rounding."""
    from ortools.sat.python import cp_model

    if instance.problem == "lrp":
        message = f"ortools cannot state {instance.name}: CP-SAT is asked for no routes here"
        raise CannotExpressError(message)
    pairs = int((instance.cost <= (instance.radius or 0.0)).sum() if instance.problem in {"mclp", "setcover"} else instance.cost.size)
    if pairs > _MOST_PAIRS:
        message = f"ortools cannot state {instance.name}: {pairs} pairs are too many"
        raise CannotExpressError(message)
    begin = time.perf_counter()
    model = cp_model.CpModel()
    build = _Model(instance, model)
    goal = build.state()
    if instance.is_maximised:
        model.maximize(goal)
    else:
        model.minimize(goal)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.random_seed = seed
    solver.parameters.num_workers = threads
    built = time.perf_counter()
    status = solver.solve(model)
    spent = time.perf_counter() - built
    if status == cp_model.INFEASIBLE:
        return LocateAnswer([], [], "INFEASIBLE", None, spent, built - begin)
    slack = 0.0 if build.scale == 1 else 0.5 * build.roundings / build.scale
    bound = solver.best_objective_bound / build.scale + (slack if instance.is_maximised else -slack)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return LocateAnswer([], [], "NO_SOLUTION", bound, spent, built - begin)
    sites = [row for row, variable in enumerate(build.opened) if solver.value(variable)]
    shares = [(point, site, solver.value(part) / whole) for point, site, part, whole in build.parts if solver.value(part)]
    told = "OPTIMAL" if status == cp_model.OPTIMAL and build.scale == 1 else "TIME_LIMIT" if spent >= seconds else "GAP_REACHED"
    return LocateAnswer(sites, shares, told, bound, spent, built - begin)


class _Model:
    """Variables and rows of one instance.

    Parameters
    ----------
    instance : LocateInstance
    model : CpModel
    """

    def __init__(self, instance: LocateInstance, model: Any) -> None:  # noqa: ANN401 - ortools ships no types
        self.instance, self.model = instance, model
        n, m = instance.cost.shape
        self.opened = [model.new_bool_var("") for _ in range(m)]
        self.parts: list[tuple[int, int, Any, int]] = []
        # Amounts of divided demand are whole; a unit of it costs its part of the whole.
        self.is_divided = instance.problem in CAPACITATED - SINGLE_SOURCE
        is_cover = instance.problem in {"mclp", "setcover"}
        numbers = [
            instance.cost[np.isfinite(instance.cost) & (not is_cover)],
            *(x for x in (instance.fixed, instance.weight) if x is not None),
        ]
        is_whole = all((x == np.rint(x)).all() for x in numbers) and not self.is_divided
        self.scale = 1 if is_whole else _SCALE
        units = float(instance.demand.sum()) if self.is_divided and instance.demand is not None else n
        self.roundings = m + units

    def state(self) -> Any:  # noqa: ANN401 - ortools ships no types
        """Add all rows; return what is to be minimised or maximised."""
        instance, model = self.instance, self.model
        if instance.p is not None:
            model.add(sum(self.opened) == instance.p)
        if instance.problem in {"mclp", "setcover"}:
            return self._cover()
        cost = self._serve()
        fixed = instance.fixed if instance.problem in {"ufl", "cflp", "sscflp"} else None
        opening = [] if fixed is None else [round(float(value) * self.scale) * y for value, y in zip(fixed, self.opened, strict=True)]
        return cost if instance.problem == "pcenter" else sum(cost) + sum(opening)

    def _serve(self) -> Any:  # noqa: ANN401 - the same
        instance, model = self.instance, self.model
        n, m = instance.cost.shape
        demand = np.ones(n, np.int64) if instance.demand is None else _whole(instance.demand)
        rows: list[list[Any]] = [[] for _ in range(n)]
        loads: list[list[Any]] = [[] for _ in range(m)]
        costs = []
        radius = model.new_int_var(0, round(float(instance.cost[np.isfinite(instance.cost)].max()) * self.scale), "")
        for point, site in np.argwhere(np.isfinite(instance.cost)).tolist():
            whole = int(demand[point]) if self.is_divided else 1
            part = model.new_int_var(0, whole, "") if self.is_divided else model.new_bool_var("")
            model.add(part <= whole * self.opened[site])
            price = round(float(instance.cost[point, site]) * self.scale / max(1, whole))
            costs.append(price * part)
            if instance.problem == "pcenter":
                model.add(radius >= price * part)
            rows[point].append(part)
            loads[site].append(part if self.is_divided else int(demand[point]) * part)
            self.parts.append((point, site, part, max(1, whole)))
        for point, row in enumerate(rows):
            model.add(sum(row) == (int(demand[point]) if self.is_divided else 1))
        if instance.problem in CAPACITATED and instance.capacity is not None:
            for site, load in enumerate(loads):
                model.add(sum(load) <= int(instance.capacity[site]) * self.opened[site])
        return radius if instance.problem == "pcenter" else costs

    def _cover(self) -> Any:  # noqa: ANN401 - the same
        instance, model = self.instance, self.model
        within = instance.cost <= (instance.radius or 0.0)
        if instance.problem == "setcover":
            for row in within:
                model.add_at_least_one(self.opened[site] for site in np.flatnonzero(row).tolist())
            costs = instance.fixed if instance.fixed is not None and instance.fixed.any() else np.ones(within.shape[1])
            return sum(round(float(value) * self.scale) * y for value, y in zip(costs, self.opened, strict=True))
        weight = np.ones(len(within)) if instance.weight is None else instance.weight
        covered = []
        for row in within:
            is_covered = model.new_bool_var("")
            model.add(is_covered <= sum(self.opened[site] for site in np.flatnonzero(row).tolist()))
            covered.append(is_covered)
        return sum(round(float(value) * self.scale) * x for value, x in zip(weight, covered, strict=True))


def _whole(demand: NDArray[np.float64]) -> NDArray[np.int64]:
    if (demand != np.rint(demand)).any():
        message = "CP-SAT needs whole demands"
        raise CannotExpressError(message)
    return demand.astype(np.int64)
