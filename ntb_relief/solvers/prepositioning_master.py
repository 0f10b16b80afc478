"""The first stage: sizes and stock under the cuts so far, as a linear program kept warm and as a mixed-integer program for HiGHS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import SolverError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..model.prepositioning import PrepositioningProblem

    Floats = NDArray[np.float64]

_NODES: Final = 20_000
"""Branching nodes of a solve that iterations, not seconds, limit."""


_IDLE: Final = 0.05
"""Slack of a cut, in tenths of the cost of serving nobody, from which the mixed-integer program does without it."""


@dataclass(frozen=True, slots=True)
class FirstStage:
    """An answer of the master.

    Parameters
    ----------
    opened : float64 array, shape (S, K)
        Part of each size that is opened; 0 or 1 in an answer of the mixed-integer program.
    stock : float64 array, shape (S, I)
        Units.
    value : float
        Its objective.
    bound : float
        No first stage can have less.
    """

    opened: Floats
    stock: Floats
    value: float
    bound: float

    @property
    def share(self) -> Floats:
        """Part of each site that is open."""
        share: Floats = np.minimum(self.opened.sum(axis=1), 1.0)
        return share

    def between(self, other: FirstStage, part: float) -> FirstStage:
        """Return the point that lies by ``part`` towards another."""
        opened = self.opened + part * (other.opened - self.opened)
        return FirstStage(opened, self.stock + part * (other.stock - self.stock), np.inf, -np.inf)


class Master:
    """Variables: sizes, stock in parts of the largest room, and one cost after the event for each group of cuts."""

    def __init__(self, problem: PrepositioningProblem, *, num_groups: int, scale: float) -> None:
        from ortools.linear_solver import pywraplp

        sites, sizes, items = *problem.capacity_l.shape, len(problem.item_ids)
        self._shape, self._scale = (sites, sizes, items), scale
        room = max(float(problem.capacity_l.max(initial=0.0)), 1e-9)
        self._units = room / problem.volume_l
        self.first = np.concatenate([problem.cost_idr.ravel(), np.tile(problem.purchase_idr, sites)])
        money = np.concatenate([problem.cost_idr.ravel(), np.tile(problem.purchase_idr * self._units, sites)])
        self._num_sizes, self._num_first = sites * sizes, len(money)
        self._cost = np.concatenate([money / scale, np.ones(num_groups)])
        self._high = np.concatenate([np.ones(self._num_sizes), np.full(len(self._cost) - self._num_sizes, np.inf)])
        self._rows: list[tuple[NDArray[np.int64], Floats]] = []
        self._limits: list[float] = []
        self._lp = pywraplp.Solver.CreateSolver("GLOP")
        self._columns = [self._lp.NumVar(0.0, float(high), "") for high in self._high]
        for column, cost in zip(self._columns, self._cost.tolist(), strict=True):
            self._lp.Objective().SetCoefficient(column, cost)
        self._lp.Objective().SetMinimization()
        size_at, stock_at = (
            np.arange(self._num_sizes).reshape(sites, sizes),
            self._num_sizes + np.arange(sites * items).reshape(sites, items),
        )
        for site in range(sites):
            ends = np.concatenate([stock_at[site], size_at[site]])
            self._add(ends, np.concatenate([np.ones(items), -problem.capacity_l[site] / room]), 0.0)
            self._add(size_at[site], np.ones(sizes), 1.0)
        if problem.stock_limit is not None:
            for item in range(items):
                self._add(stock_at[:, item], np.ones(sites), float(problem.stock_limit[item] / self._units[item]))
        if problem.most_sites is not None:
            self._add(size_at.ravel(), np.ones(self._num_sizes), float(problem.most_sites))
        if problem.budget_idr is not None:
            self._add(np.arange(self._num_first), money / scale, problem.budget_idr / scale)
        self._num_fixed = self._settled = len(self._rows)
        self._kept = list(range(self._num_fixed))
        self._whole_high = self._high
        self._seen: tuple[Floats, Floats, float] | None = None

    def add(self, group: int | None, *, constant: float, slope: Floats, link: Floats) -> None:
        """Add the cut ``cost of the group >= constant - slope x stock - link x share``; without a group, of 0.

        Slopes (S, I) and links (S,) are in the unit of the costs, or of whatever a cut without a group counts.
        """
        _, sizes, _ = self._shape
        row = np.concatenate([np.repeat(link, sizes), (slope * self._units).ravel()])
        norm = self._scale if group is not None else max(float(np.abs(row).max(initial=0.0)), abs(constant), 1e-300)
        at = np.flatnonzero(np.abs(row) > 1e-12 * norm)  # dust, whose most is taken off below
        # No column is above 1: sizes are parts, stock is in parts of the largest room.
        lost = float(np.abs(row).sum() - np.abs(row[at]).sum())
        values = -row[at] / norm
        if group is not None:
            at, values = np.append(at, self._num_first + group), np.append(values, -1.0)
        self._add(at, values, (lost - constant) / norm)

    def _add(self, at: NDArray[np.int64], values: Floats, limit: float) -> None:
        self._rows.append((at, values))
        self._limits.append(limit)
        row = self._lp.Constraint(-self._lp.infinity(), limit)
        for column, value in zip(at.tolist(), values.tolist(), strict=True):
            row.SetCoefficient(self._columns[column], value)

    def relaxed(self, fixed: Floats | None = None) -> FirstStage | None:
        """Solve with parts of sizes allowed, or with the sizes fixed; None where nothing is feasible."""
        for column in range(self._num_sizes):
            low, high = (0.0, 1.0) if fixed is None else (float(fixed.flat[column]),) * 2
            self._columns[column].SetBounds(low, high)
        if self._lp.Solve() != self._lp.OPTIMAL:
            return self._again(fixed)
        value = self._lp.Objective().Value()
        x = np.array([column.solution_value() for column in self._columns])
        if fixed is None:
            self._seen = x, np.array([column.reduced_cost() for column in self._columns[: self._num_sizes]]), value
        return self._read(x, value * self._scale, value * self._scale)

    def _again(self, fixed: Floats | None) -> FirstStage | None:
        """Solve by HiGHS what GLOP gave up on or found infeasible."""
        from scipy.optimize import linprog

        low, high = np.zeros(len(self._cost)), self._high.copy()
        if fixed is not None:
            low[: self._num_sizes] = high[: self._num_sizes] = fixed.ravel()
        found = linprog(self._cost, A_ub=self._matrix(), b_ub=self._limits, bounds=np.stack([low, high], axis=1), method="highs")
        if found.status == 2:  # noqa: PLR2004 - scipy's code for infeasible
            return None
        if not found.success:
            message = f"neither GLOP nor HiGHS solved a master program: {found.message}"
            raise SolverError(message)
        return self._read(found.x, found.fun * self._scale, found.fun * self._scale)

    def settle(self) -> None:
        """Forget for `whole` the cuts that are idle at the last relaxed answer."""
        if self._seen is None:
            return
        slack = np.array(self._limits) - self._matrix() @ self._seen[0]
        self._kept = [row for row in range(len(self._rows)) if row < self._num_fixed or slack[row] < _IDLE]
        self._settled = len(self._rows)

    def fix(self, cutoff: float) -> None:
        """Close for `whole` the sizes that, by the reduced costs of the last relaxed answer, no plan below a cost opens."""
        if self._seen is None:
            return
        _, reduced, value = self._seen
        self._whole_high = self._high.copy()
        self._whole_high[: self._num_sizes][reduced > cutoff / self._scale - value] = 0.0

    def whole(self, *, gap: float, seconds: float | None, cutoff: float) -> FirstStage | None:
        """Solve with whole sizes; None where none is below a cost, a value of infinity where none was found in time."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        rows = [*self._kept, *range(self._settled, len(self._rows))]
        limits = [LinearConstraint(self._matrix()[rows], ub=np.array(self._limits)[rows])]
        if np.isfinite(cutoff):
            limits.append(LinearConstraint(self._cost[None], ub=cutoff / self._scale))

        limit = {"node_limit": _NODES} if seconds is None else {"time_limit": max(0.05, seconds)}
        found = milp(
            self._cost,
            integrality=np.arange(len(self._cost)) < self._num_sizes,
            bounds=Bounds(0, self._whole_high),
            constraints=limits,
            options={"mip_rel_gap": gap, **limit},
        )
        if found.status == 2:  # noqa: PLR2004 - scipy's code for infeasible
            return None
        bound = -np.inf if found.mip_dual_bound is None else found.mip_dual_bound * self._scale
        if found.x is None:
            return self._read(np.zeros(len(self._cost)), np.inf, bound)
        answer = self._read(found.x, found.fun * self._scale, bound)
        return FirstStage(np.round(answer.opened), answer.stock, answer.value, answer.bound)

    def _matrix(self) -> Any:  # noqa: ANN401 - scipy has no types
        from scipy.sparse import csr_array

        lengths = [len(at) for at, _ in self._rows]
        column, value = (np.concatenate(part) for part in zip(*self._rows, strict=True))
        return csr_array((value, (np.repeat(np.arange(len(lengths)), lengths), column)), shape=(len(lengths), len(self._cost)))

    def _read(self, x: Floats, value: float, bound: float) -> FirstStage:
        sites, sizes, items = self._shape
        opened = np.clip(x[: self._num_sizes], 0, 1).reshape(sites, sizes)
        stock = np.maximum(x[self._num_sizes : self._num_first], 0).reshape(sites, items) * self._units
        return FirstStage(opened, stock, float(value), float(bound))
