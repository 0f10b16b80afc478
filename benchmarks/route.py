"""One run: read, solve, judge, tell."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from .best_known import find_best_known
from .checker import check, infer_amounts
from .instances import read_instance
from .peers import PEERS, load_peer
from .record import make_record
from .solutions import write_solution

if TYPE_CHECKING:
    from pathlib import Path

    from .peers.answer import Solver
    from .record import Record

SOLVERS: Final = ("ntb", *PEERS)


def run_route(
    path: Path,
    *,
    solver: str,
    seconds: float,
    seed: int,
    threads: int = 1,
    family: str | None = None,
    best_known: float | None = None,
    solution: Path | None = None,
) -> Record:
    """Solve one file and return the record of the run.

    Parameters
    ----------
    path : Path
    solver : str
        One of `SOLVERS`.
    seconds : float
        Search time; reading, matrices and compilation are told apart.
    seed, threads : int
    family : str, optional
        Where neither folder nor header tells it rightly.
    best_known : float, optional
        Instead of the table beside the file.
    solution : Path, optional
        Where to write the routes.

    Raises
    ------
    BenchmarkError
        Where the file cannot be read, or the solver is missing or cannot state the problem.
    """
    solve = _load(solver)
    begin = time.perf_counter()
    instance = read_instance(path, family=family)
    read_seconds = time.perf_counter() - begin
    answer = solve(instance, seconds=seconds, seed=seed, threads=threads)
    verdict = check(instance, answer.routes, amounts=answer.amounts)
    if best_known is None:
        best_known = find_best_known(path, family=instance.family.name)
    record = make_record(
        instance, answer, verdict, solver=solver, seed=seed, best_known=best_known, read_seconds=0 if solver == "ntb" else read_seconds
    )
    if solution is not None:
        amounts = answer.amounts
        if amounts is None and instance.family.can_split and verdict.is_feasible:
            amounts = infer_amounts(instance, answer.routes)
        write_solution(solution, answer.routes, cost=verdict.cost, amounts=amounts)
    return record


def _load(solver: str) -> Solver:
    if solver == "ntb":
        from .ntb import solve

        return solve
    return load_peer(solver)
