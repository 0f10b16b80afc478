"""The one line of JSON a run prints: the fields of the contract, in its order."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .checker import Verdict
    from .instances import RoutingInstance
    from .peers.answer import Answer

_TOLD_VIOLATIONS: Final = 20


@dataclass(frozen=True, slots=True)
class Record:
    """One run. Gaps are in per cent and None where their reference is unknown or the answer is not feasible."""

    solver: str
    instance: str
    family: str
    status: str
    objective: float | None
    unit: str
    bound: float | None
    gap_to_bound_pct: float | None
    best_known: float | None
    gap_to_best_known_pct: float | None
    feasible: bool
    violations: list[str]
    seconds: float
    compile_seconds: float
    build_seconds: float
    iterations: int | None
    seed: int
    threads: int
    peak_mb: float | None

    def to_json(self) -> str:
        """Return the record as one line."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False)


def make_record(
    instance: RoutingInstance, answer: Answer, verdict: Verdict, *, solver: str, seed: int, best_known: float | None, read_seconds: float
) -> Record:
    """Join what the solver says of its run with what the judge says of its routes."""
    found = any(answer.routes)
    objective = round(verdict.cost, 6) if found else None
    is_good = found and verdict.is_feasible
    return Record(
        solver=solver,
        instance=instance.name,
        family=instance.family.name,
        status=answer.status,
        objective=objective,
        unit=instance.family.unit,
        bound=answer.bound,
        gap_to_bound_pct=_share(objective, answer.bound, of=objective) if is_good else None,
        best_known=best_known,
        gap_to_best_known_pct=_share(objective, best_known, of=best_known) if is_good else None,
        feasible=is_good,
        violations=_shortened(verdict.violations) if found else ["no routes were found"],
        seconds=round(answer.seconds, 3),
        compile_seconds=round(answer.compile_seconds, 3),
        build_seconds=round(read_seconds + answer.build_seconds, 3),
        iterations=answer.iterations,
        seed=seed,
        threads=answer.threads,
        peak_mb=peak_mb(),
    )


def _shortened(violations: tuple[str, ...]) -> list[str]:
    """Return the first of many, and how many there are."""
    rest = len(violations) - _TOLD_VIOLATIONS
    return [*violations[:_TOLD_VIOLATIONS], *([f"and {rest} more"] if rest > 0 else [])]


def _share(objective: float | None, reference: float | None, *, of: float | None) -> float | None:
    if objective is None or reference is None or not of:
        return None
    return round(100 * (objective - reference) / abs(of), 4)


def peak_mb() -> float | None:
    """Return the largest memory this process has held so far in MB, or None where the system does not tell (Windows)."""
    try:
        resource = importlib.import_module("resource")
    except ImportError:
        return None
    kilo = 1024 if sys.platform == "darwin" else 1  # macOS counts bytes, Linux kilobytes
    return round(float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / kilo / 1024, 1)
