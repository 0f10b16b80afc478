"""Solvers side by side: every run in a process of its own, one after the other, told as Markdown."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections import defaultdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

from .errors import CannotExpressError, InstanceError
from .families import FAMILIES
from .peers import PEERS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

_ROOT: Final = Path(__file__).resolve().parents[1]
_SUFFIXES: Final = {".vrp", ".txt"}
Run = dict[str, Any]


def print_table(options: argparse.Namespace) -> None:
    """Run everything the options ask for and print the tables; progress goes to standard error."""
    files = list(options.files or find_files(options.instances, sets=options.sets, most=options.most))
    jobs = [(path, solver, seed) for path in files for solver in options.solvers for seed in options.seeds]
    longest = len(jobs) * options.seconds / 60
    print(f"{len(jobs)} runs of {options.seconds:g} s: up to {longest:.0f} minutes", file=sys.stderr)
    runs = []
    for number, (path, solver, seed) in enumerate(jobs, start=1):
        run = run_apart(path, solver=solver, seconds=options.seconds, seed=seed, threads=options.threads)
        runs.append(run)
        print(f"[{number}/{len(jobs)}] {run['instance']} {solver}: {run['objective']} {run.get('reason', '')}", file=sys.stderr)
        if options.jsonl is not None:
            with options.jsonl.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(run, ensure_ascii=False) + "\n")
    print(_heading(options))
    print(to_markdown(runs, solvers=options.solvers))


def find_files(folder: Path | None, *, sets: Sequence[str] | None = None, most: int | None = None) -> list[Path]:
    """Return the instances of families, small ones first.

    Parameters
    ----------
    folder : Path or None
        Holds one folder a family. None: ``routing`` in the folder named by the environment variable
        ``NTB_RELIEF_INSTANCES``, else in ``../shared/instances``, else the project's own tiny ones.
    sets : sequence of str, optional
        Families; None means all that are there.
    most : int, optional
        At most so many a family, spread evenly from the smallest to the largest.

    Raises
    ------
    InstanceError
        Where there are none.
    """
    root = folder or _default_folder()
    found = []
    for family in sets or FAMILIES:
        files = sorted(
            (path for path in (root / family).glob("*") if path.suffix in _SUFFIXES), key=lambda path: (path.stat().st_size, path.name)
        )
        if not files and sets:
            message = f"{root / family} holds no instances"
            raise InstanceError(message)
        found.extend(_spread(files, most))
    if not found:
        message = f"{root} holds no folder of a family ({', '.join(FAMILIES)})"
        raise InstanceError(message)
    return found


def _default_folder() -> Path:
    named = os.environ.get("NTB_RELIEF_INSTANCES")
    choices = [Path(named)] if named else [_ROOT.parent / "shared" / "instances", _ROOT / "tests" / "instances"]
    return next((choice / "routing" for choice in choices if (choice / "routing").is_dir()), choices[-1] / "routing")


def _spread(files: list[Path], most: int | None) -> list[Path]:
    if most is None or len(files) <= most:
        return files
    if most == 1:
        return [files[len(files) // 2]]
    return [files[round(step * (len(files) - 1) / (most - 1))] for step in range(most)]


def run_apart(path: Path, *, solver: str, seconds: float, seed: int, threads: int) -> Run:
    """Run ``benchmarks route`` in a process of its own, so that memory and crashes are its own, and return its record.

    A run that could not be done comes back without objective, with the ``reason``.
    """
    command = [sys.executable, "-m", "benchmarks", "route", str(path.resolve()), "--solver", solver]
    command += ["--seconds", str(seconds), "--seed", str(seed), "--threads", str(threads)]
    # Some solvers look at the clock rarely: they are waited for, within reason.
    patience = 20 * seconds + 600
    try:
        done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=patience, check=False)  # noqa: S603 - our own module
    except subprocess.TimeoutExpired:
        return _failed(path, solver, seed, f"stopped after {patience:.0f} s")
    if done.returncode == 0:
        record: Run = json.loads(done.stdout.splitlines()[-1])
        return record
    reason = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit code {done.returncode}"
    failed = _failed(path, solver, seed, reason)
    failed["is_expressible"] = done.returncode != CannotExpressError.exit_code
    return failed


def _failed(path: Path, solver: str, seed: int, reason: str) -> Run:
    family = path.resolve().parent.name
    return {"solver": solver, "instance": path.stem, "family": family, "objective": None, "feasible": False, "seed": seed, "reason": reason}


def to_markdown(runs: Sequence[Run], *, solvers: Sequence[str]) -> str:
    """Return two tables: mean gap and wins, by family and solver.

    The gap is to the best known cost; where none is known, to the best cost of these runs (marked ``*``). A win is the
    lowest mean cost on a file, all seeds feasible; solvers that tie win both.
    """
    reference = _references(runs)
    families = list(dict.fromkeys(run["family"] for run in runs))
    gaps: dict[tuple[str, str], list[float]] = defaultdict(list)
    asked: dict[tuple[str, str], int] = defaultdict(int)
    for run in runs:
        cell = run["family"], run["solver"]
        asked[cell] += bool(run.get("is_expressible", True))
        if run["feasible"]:
            gaps[cell].append(100 * (run["objective"] / reference[run["family"], run["instance"]] - 1))
    wins = _wins(runs)
    unknown = {run["family"] for run in runs if run.get("best_known") is None and run["feasible"]}
    files = {family: len({run["instance"] for run in runs if run["family"] == family}) for family in families}
    names = [family + ("*" if family in unknown else "") for family in families]

    def mean_gap(family: str, solver: str) -> str:
        cell = family, solver
        if not asked[cell]:
            return "cannot express"
        text = f"{fmean(gaps[cell]):.2f}" if gaps[cell] else "none feasible"
        return text if len(gaps[cell]) == asked[cell] or not gaps[cell] else f"{text} ({len(gaps[cell])} of {asked[cell]} feasible)"

    heads = ["family", "files", *solvers]
    gap_rows = [
        [name, str(files[family]), *(mean_gap(family, solver) for solver in solvers)] for name, family in zip(names, families, strict=True)
    ]
    win_rows = [[family, str(files[family]), *(str(wins[family, solver]) for solver in solvers)] for family in families]
    win_rows.append(["all", str(sum(files.values())), *(str(sum(wins[family, solver] for family in families)) for solver in solvers)])
    return "\n".join(["Mean gap, %", "", *_rows(heads, gap_rows), "", "Wins", "", *_rows(heads, win_rows)])


def _references(runs: Iterable[Run]) -> dict[tuple[str, str], float]:
    known: dict[tuple[str, str], float] = {}
    best: dict[tuple[str, str], float] = {}
    for run in runs:
        key = run["family"], run["instance"]
        if run.get("best_known") is not None:
            known[key] = run["best_known"]
        if run["feasible"]:
            best[key] = min(best.get(key, float("inf")), run["objective"])
    return best | known


def _wins(runs: Sequence[Run]) -> dict[tuple[str, str], int]:
    costs: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        costs[run["family"], run["instance"]][run["solver"]].append(run["objective"] if run["feasible"] else float("inf"))
    wins: dict[tuple[str, str], int] = defaultdict(int)
    for (family, _), by_solver in costs.items():
        means = {solver: fmean(values) for solver, values in by_solver.items()}
        lowest = min(means.values())
        for solver, mean in means.items():
            wins[family, solver] += lowest < float("inf") and mean <= lowest * (1 + 1e-9)
    return wins


def _rows(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(row) + " |" for row in (heads, *rows)]
    return [lines[0], "|" + "---|" * len(heads), *lines[1:]]


def _version_of(solver: str) -> str:
    if solver == "ntb":
        from ntb_relief import __version__

        return __version__
    try:
        return version({"vroom": "pyvroom"}.get(solver, PEERS[solver]))
    except PackageNotFoundError:
        return "(not installed)"


def _heading(options: argparse.Namespace) -> str:
    told = [f"{solver} {_version_of(solver)}" for solver in options.solvers]
    seeds = ", ".join(map(str, options.seeds))
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{options.seconds:g} s a run, {options.threads} thread(s), seeds {seeds}; {machine}; {', '.join(told)}\n"
