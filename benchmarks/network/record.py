"""What a task measured, and its one line of JSON."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from ..record import peak_mb

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Measured:
    """Outcome of one task.

    Parameters
    ----------
    ms : float
        Median time of the task.
    is_exact : bool or None
        Whether every number checked equals the reference's; None where the reference was not asked.
    checked : str
        What was compared, for ``violations`` when it differs.
    build_seconds, compile_seconds, seconds : float
        Before the task: order, hierarchy and weights; kernels; all measured repeats together.
    cells : int, optional
        Of the table, for time a cell.
    repeats : int
    detail : dict
        Further figures by name, milliseconds unless the name says otherwise.
    """

    ms: float
    is_exact: bool | None
    checked: str
    build_seconds: float
    compile_seconds: float
    seconds: float
    cells: int | None = None
    repeats: int = 1
    detail: dict[str, float] = field(default_factory=dict)


def timed(task: Callable[[], object], *, repeats: int) -> list[float]:
    """Run a task so many times and return the milliseconds of each."""
    spent = []
    for _ in range(repeats):
        begin = time.perf_counter()
        task()
        spent.append((time.perf_counter() - begin) * 1000)
    return spent


def middle(spent: list[float]) -> float:
    """Return the median, to the microsecond."""
    return round(median(spent), 3)


def to_record(measured: Measured, *, solver: str, task: str, num_nodes: int, num_stops: int, seed: int, threads: int) -> dict[str, object]:
    """Return the fields of the contract, with ``ms``, ``us_per_cell``, ``exact`` and the further figures."""
    is_exact = None if measured.is_exact is None else bool(measured.is_exact)  # numpy's bool is neither False nor JSON
    is_wrong = is_exact is False
    return {
        "solver": solver,
        "instance": f"islands-n{num_nodes}-k{num_stops}-s{seed}",
        "family": f"network-{task}",
        "status": "NO_SOLUTION" if is_wrong else "OPTIMAL",
        "objective": measured.ms,
        "unit": "ms",
        "bound": None,
        "gap_to_bound_pct": None,
        "best_known": None,
        "gap_to_best_known_pct": None,
        "feasible": not is_wrong,
        "violations": [f"differs from the reference: {measured.checked}"] if is_wrong else [],
        "seconds": round(measured.seconds, 4),
        "compile_seconds": round(measured.compile_seconds, 3),
        "build_seconds": round(measured.build_seconds, 3),
        "iterations": measured.repeats,
        "seed": seed,
        "threads": threads,
        "peak_mb": peak_mb(),
        "ms": measured.ms,
        "us_per_cell": None if measured.cells is None else round(1000 * measured.ms / max(1, measured.cells), 5),
        "exact": is_exact,
        **measured.detail,
    }
