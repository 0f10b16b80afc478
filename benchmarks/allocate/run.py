"""One generated allocation by one solver, as one line of JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from ..arguments import at_least
from ..record import peak_mb
from . import highs, ours
from .answer import judge
from .instance import make_instance

if TYPE_CHECKING:
    import argparse

_SOLVERS: Final = {"ntb": ours, "highs": highs}
SOLVERS: Final = tuple(_SOLVERS)


def add_allocate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``allocate`` to the others."""
    allocate = commands.add_parser("allocate", help="share out generated scarce stock and print one line of JSON")
    add_options(allocate)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``allocate``."""
    parser.add_argument("--supplies", type=at_least(1), default=100)
    parser.add_argument("--needs", type=at_least(2), default=10_000)
    parser.add_argument("--items", type=at_least(1), default=1)
    parser.add_argument("--seed", type=at_least(0), default=1)
    parser.add_argument("--solver", choices=SOLVERS, default="ntb")


def run_allocate(options: argparse.Namespace) -> None:
    """Measure what the options ask for and print one line of JSON; see `run_allocation`."""
    asked = {"supplies": options.supplies, "needs": options.needs, "items": options.items, "seed": options.seed}
    print(json.dumps(run_allocation(solver=options.solver, **asked), allow_nan=False))


def run_allocation(*, supplies: int, needs: int, items: int, seed: int, solver: str = "ntb") -> dict[str, object]:
    """Measure one instance and return its record: the contract's fields, then the smallest share and times of re-solves.

    Examples
    --------
    >>> run_allocation(supplies=4, needs=30, items=2, seed=1)["feasible"]
    True
    """
    instance = make_instance(supplies=supplies, needs=needs, items=items, seed=seed)
    answer = _SOLVERS[solver].solve(instance, seed=seed)
    judged = judge(instance, answer)
    gap = None if answer.bound is None or not judged.tonne_km else 100 * (judged.tonne_km - answer.bound) / judged.tonne_km
    return {
        "solver": solver,
        "instance": instance.name,
        "family": "allocation",
        "status": answer.status,
        "objective": round(judged.tonne_km, 6),
        "unit": "tonne-km",
        "bound": answer.bound,
        "gap_to_bound_pct": None if gap is None else round(gap, 4),
        "best_known": None,
        "gap_to_best_known_pct": None,
        "feasible": not judged.violations,
        "violations": judged.violations,
        "seconds": round(answer.seconds, 3),
        "compile_seconds": 0.0,
        "build_seconds": round(answer.build_seconds, 3),
        "iterations": items,
        "seed": seed,
        "threads": 1,
        "peak_mb": peak_mb(),
        "min_share": round(judged.min_share, 6),
        "given": judged.given,
        **answer.detail,
    }
