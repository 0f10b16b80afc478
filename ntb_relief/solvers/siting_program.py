"""Mixed-integer programs about sites, solved by HiGHS through scipy within the limits of a clock."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .siting_clock import Clock

_NODES: Final = 20_000
"""Branching nodes of a solve that iterations, not seconds, limit."""
_INFEASIBLE: Final = 2
"""scipy's code."""


@dataclass(frozen=True, slots=True)
class ProgramAnswer:
    """Values of the variables or None, and a bound on the cost, infinite where nothing is feasible."""

    values: NDArray[np.float64] | None
    bound: float


@dataclass(slots=True)
class Program:
    """Variables and rows, added block by block; least cost is sought."""

    _cost: list[NDArray[np.float64]] = field(default_factory=list)
    _low: list[NDArray[np.float64]] = field(default_factory=list)
    _high: list[NDArray[np.float64]] = field(default_factory=list)
    _whole: list[NDArray[np.float64]] = field(default_factory=list)
    _entries: list[tuple[NDArray[Any], NDArray[Any], NDArray[np.float64]]] = field(default_factory=list)
    _limits: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = field(default_factory=list)
    num_columns: int = 0
    num_rows: int = 0

    def add_sites(self, cost: ArrayLike, mode: NDArray[np.int8]) -> NDArray[np.int64]:
        """Return the columns of binary variables, one a site, that keep to the modes: 1 open, -1 shut, 0 free."""
        return self.add(cost, size=len(mode), low=(mode > 0).astype(np.float64), high=(mode >= 0).astype(np.float64), whole=1.0)

    def add(self, cost: ArrayLike, *, size: int, low: ArrayLike = 0.0, high: ArrayLike = 1.0, whole: ArrayLike = 0.0) -> NDArray[np.int64]:
        """Return the columns of new variables; scalars count for all of them."""
        for part, value in ((self._cost, cost), (self._low, low), (self._high, high), (self._whole, whole)):
            part.append(np.broadcast_to(np.asarray(value, np.float64), (size,)))
        self.num_columns += size
        return np.arange(self.num_columns - size, self.num_columns)

    def limit(
        self,
        size: int,
        *entries: tuple[NDArray[np.integer[Any]], NDArray[np.integer[Any]], ArrayLike],
        low: ArrayLike = -math.inf,
        high: ArrayLike = math.inf,
    ) -> None:
        """Add `size` rows, each a sum between `low` and `high`; entries are (row from 0, column, value)."""
        for row, column, value in entries:
            self._entries.append((row + self.num_rows, column, np.broadcast_to(np.asarray(value, np.float64), row.shape)))
        self._limits.append((np.broadcast_to(np.asarray(low, np.float64), (size,)), np.broadcast_to(np.asarray(high, np.float64), (size,))))
        self.num_rows += size

    def sum(self, columns: NDArray[np.int64], value: ArrayLike, *, low: float = -math.inf, high: float = math.inf) -> None:
        """Add one row: the weighted sum of these columns between `low` and `high`."""
        self.limit(1, (np.zeros(len(columns), np.int64), columns, value), low=low, high=high)

    def keep_budget(self, sites: NDArray[np.int64], price: NDArray[np.float64], budget: float) -> None:
        """Add the rows that open at least one site and spend no more than the budget."""
        self.sum(sites, 1.0, low=1.0)
        unit = max(budget, float(price.max(initial=0.0)), 1e-300)
        self.sum(sites, price / unit, high=budget / unit)

    def solve(self, clock: Clock) -> ProgramAnswer:
        """Solve until proven or the clock ends it."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        row, column, value = (np.concatenate(parts) for parts in zip(*self._entries, strict=True))
        matrix = csr_array((value, (row, column)), (self.num_rows, self.num_columns))
        low, high = (np.concatenate(parts) for parts in zip(*self._limits, strict=True))
        options: dict[str, float] = {"mip_rel_gap": 1e-9}
        if clock.stop is not None and clock.stop.is_repeatable:
            options["node_limit"] = _NODES
        elif (seconds := clock.seconds_left) is not None:
            options["time_limit"] = max(0.05, seconds)
        answer = milp(
            np.concatenate(self._cost),
            integrality=np.concatenate(self._whole),
            bounds=Bounds(np.concatenate(self._low), np.concatenate(self._high)),
            constraints=LinearConstraint(matrix, low, high),
            options=options,
        )
        if answer.status == _INFEASIBLE:
            return ProgramAnswer(None, math.inf)
        bound = -math.inf if answer.mip_dual_bound is None else float(answer.mip_dual_bound)
        return ProgramAnswer(None if answer.x is None else np.asarray(answer.x, np.float64), bound)
