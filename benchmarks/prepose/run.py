"""One generated pre-positioning by one solver, as one line of JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from ..arguments import at_least, positive
from ..record import peak_mb
from . import highs, ours
from .answer import judge
from .instance import make_instance

if TYPE_CHECKING:
    import argparse

_SOLVERS: Final = {"ntb": ours, "highs": highs}
SOLVERS: Final = tuple(_SOLVERS)


def add_prepose(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``prepose`` to the others."""
    prepose = commands.add_parser("prepose", help="choose stores and stock for generated scenarios and print one line of JSON")
    prepose.add_argument("--sites", type=at_least(1), default=30)
    prepose.add_argument("--needs", type=at_least(1), default=30)
    prepose.add_argument("--items", type=at_least(1), default=3)
    prepose.add_argument("--scenarios", type=at_least(1), default=200)
    prepose.add_argument("--seed", type=at_least(0), default=1)
    prepose.add_argument("--seconds", type=positive, default=60.0, help="search time, compilation and building left out")
    prepose.add_argument("--gap", type=positive, default=0.01, help="relative gap at which the search ends")
    prepose.add_argument("--threads", type=at_least(1), default=1)
    prepose.add_argument("--solver", choices=SOLVERS, default="ntb")


def run_prepose(options: argparse.Namespace) -> None:
    """Measure what the options ask for and print one line of JSON; see `run_prepositioning`."""
    asked = {name: getattr(options, name) for name in ("sites", "needs", "items", "scenarios", "seed")}
    record = run_prepositioning(solver=options.solver, seconds=options.seconds, gap=options.gap, threads=options.threads, **asked)
    print(json.dumps(record, allow_nan=False))


def run_prepositioning(
    *,
    sites: int,
    needs: int,
    items: int,
    scenarios: int,
    seed: int,
    solver: str = "ntb",
    seconds: float = 60.0,
    gap: float = 0.01,
    threads: int = 1,
) -> dict[str, object]:
    """Measure one instance and return its record: the contract's fields, then unmet share and number of stores.

    Examples
    --------
    >>> run_prepositioning(sites=4, needs=5, items=2, scenarios=6, seed=1)["feasible"]
    True
    """
    instance = make_instance(sites=sites, needs=needs, items=items, scenarios=scenarios, seed=seed)
    answer = _SOLVERS[solver].solve(instance, seconds=seconds, gap=gap, threads=threads)
    judged = judge(instance, answer)
    apart = None if answer.bound is None or not judged.cost else 100 * (judged.cost - answer.bound) / judged.cost
    return {
        "solver": solver,
        "instance": instance.name,
        "family": "prepositioning",
        "status": answer.status,
        "objective": round(judged.cost, 6),
        "unit": "unit-km",
        "bound": answer.bound,
        "gap_to_bound_pct": None if apart is None else round(apart, 4),
        "best_known": None,
        "gap_to_best_known_pct": None,
        "feasible": not judged.violations,
        "violations": judged.violations,
        "seconds": round(answer.seconds, 3),
        "compile_seconds": 0.0,
        "build_seconds": round(answer.build_seconds, 3),
        "iterations": answer.iterations,
        "seed": seed,
        "threads": threads if solver == "ntb" else 1,
        "peak_mb": peak_mb(),
        "unmet_share": round(judged.unmet_share, 6),
        "stores": judged.stores,
        **answer.detail,
    }
