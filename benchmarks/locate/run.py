"""``python -m benchmarks locate``: one location file by one solver."""

from __future__ import annotations

import json
import math
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..arguments import count, positive
from ..errors import NotInstalledError
from ..record import peak_mb
from .best_known import find_best_known
from .checker import check_location
from .instance import PROBLEMS
from .readers import read_location

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from .answer import LocateAnswer

SOLVERS: Final = {"ntb": "ours", "spopt": "spopt", "highs": "highs", "kmedoids": "kmedoids", "ortools": "ortools"}
"""Modules of this room by the name of their solver."""
_PACKAGES: Final = {"ntb": "ntb_relief", "highs": "scipy"}
_TOLD: Final = 20


def add_locate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``locate`` to the others."""
    locate = commands.add_parser("locate", help="solve one facility-location file and print one line of JSON")
    locate.add_argument("file", type=Path)
    locate.add_argument("--problem", choices=PROBLEMS, required=True)
    locate.add_argument("--p", type=count, help="sites to open, where the file does not say or instead of what it says")
    locate.add_argument("--radius", type=positive, help="covering radius in the unit of the costs")
    locate.add_argument("--seconds", type=positive, default=10.0)
    locate.add_argument("--seed", type=int, default=1)
    locate.add_argument("--threads", type=count, default=1)
    locate.add_argument("--solver", choices=[*SOLVERS], default="ntb")


def run_locate(options: argparse.Namespace) -> None:
    """Solve what the options name and print one line of JSON; see `run_location`."""
    asked = {name: getattr(options, name) for name in ("problem", "p", "radius", "seconds", "seed", "threads", "solver")}
    print(json.dumps(run_location(options.file, **asked), allow_nan=False))


def run_location(
    path: Path,
    *,
    problem: str,
    seconds: float,
    seed: int = 1,
    p: int | None = None,
    radius: float | None = None,
    threads: int = 1,
    solver: str = "ntb",
) -> dict[str, object]:
    """Solve one file and return the record of the run: the fields of the contract and ``sites``.

    Raises
    ------
    BenchmarkError
        Where the file cannot be read, or the solver cannot state the problem.
    """
    solve = _load(solver)
    begin = time.perf_counter()
    instance = read_location(path, problem=problem, p=p, radius=radius)
    read_seconds = time.perf_counter() - begin
    answer = solve(instance, seconds=seconds, seed=seed, threads=threads)
    verdict = check_location(instance, answer)
    found = bool(answer.sites) and math.isfinite(verdict.objective)
    objective = round(verdict.objective, 6) if found else None
    best = find_best_known(instance)
    sign = -1 if instance.is_maximised else 1
    is_good = found and not verdict.violations
    return {
        "solver": solver,
        "instance": instance.name if instance.p is None else f"{instance.name}-p{instance.p}",
        "family": instance.family,
        "status": answer.status,
        "objective": objective,
        "unit": "weight" if instance.is_maximised else "cost",
        "bound": None if answer.bound is None or not math.isfinite(answer.bound) else round(answer.bound, 6),
        "gap_to_bound_pct": _share(objective, answer.bound, of=objective, sign=sign) if is_good else None,
        "best_known": best,
        "gap_to_best_known_pct": _share(objective, best, of=best, sign=sign) if is_good else None,
        "feasible": is_good,
        "violations": list(verdict.violations[:_TOLD]) if answer.sites else ["no sites were found"],
        "seconds": round(answer.seconds, 3),
        "compile_seconds": round(answer.compile_seconds, 3),
        "build_seconds": round(read_seconds + answer.build_seconds, 3),
        "iterations": answer.iterations,
        "seed": seed,
        "threads": threads,
        "peak_mb": peak_mb(),
        "sites": answer.sites,
    }


def _load(solver: str) -> Callable[..., LocateAnswer]:
    """Return the solve function of a solver; those that are an extra may be missing."""
    if solver not in SOLVERS:
        message = f"{solver} is not among {', '.join(SOLVERS)}"
        raise NotInstalledError(message)
    if find_spec(_PACKAGES.get(solver, solver)) is None:
        message = f"{solver} is not installed; pip install 'ntb-relief[bench]'"
        raise NotInstalledError(message)
    solve: Callable[..., LocateAnswer] = import_module(f".{SOLVERS[solver]}", __package__).solve
    return solve


def _share(objective: float | None, reference: float | None, *, of: float | None, sign: int) -> float | None:
    if objective is None or reference is None or not of or not math.isfinite(reference):
        return None
    return round(sign * 100 * (objective - reference) / abs(of), 6)
