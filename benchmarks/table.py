"""Solvers side by side: every run in a process of its own, one after the other, told as Markdown."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .errors import BenchmarkError, CannotExpressError
from .families import family_of_folder
from .files import find_files
from .instances import read_instance
from .markdown import to_markdown
from .peers import PEERS

if TYPE_CHECKING:
    import argparse

    from .markdown import Run

_ROOT: Final = Path(__file__).resolve().parents[1]


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
    return {
        "solver": solver,
        "instance": path.stem,
        "family": _family_name(path),
        "objective": None,
        "feasible": False,
        "seed": seed,
        "reason": reason,
    }


def _family_name(path: Path) -> str:
    """Return the family a run of the file would be counted in."""
    try:
        return read_instance(path).family.name
    except BenchmarkError:
        return family_of_folder(path) or path.resolve().parent.name


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
