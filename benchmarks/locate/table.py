"""``python -m benchmarks table siting``: classes x solvers, every run in a process of its own, told as Markdown."""

from __future__ import annotations

import csv
import json
import os
import platform
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

from ..errors import CannotExpressError, InstanceError, NotInstalledError
from ..files import default_folder, spread
from ..markdown import rows_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

Run = dict[str, Any]
_ROOT: Final = Path(__file__).resolve().parents[2]
_PACKAGES: Final = {"ntb": "ntb-relief", "highs": "scipy"}


@dataclass(frozen=True, slots=True)
class SitingClass:
    """One row of the table.

    Parameters
    ----------
    folder : str
        Below the folder of instances.
    problem : str
        What is asked of its files.
    """

    folder: str
    problem: str

    @property
    def label(self) -> str:
        """What the row is called."""
        return f"{self.folder} {self.problem}"


@dataclass(frozen=True, slots=True)
class Job:
    """One file and what is asked of it."""

    kind: SitingClass
    path: Path
    p: int | None = None
    radius: float | None = None


CLASSES: Final = (
    SitingClass("pmed", "pmedian"),
    SitingClass("pmed", "pcenter"),
    SitingClass("tsplib_pmedian", "pmedian"),
    SitingClass("cap_orlib", "cflp"),
    SitingClass("cap_orlib", "sscflp"),
    SitingClass("cap_orlib_big", "cflp"),
    SitingClass("cap_orlib_big", "sscflp"),
    SitingClass("sscflp_holmberg", "sscflp"),
    SitingClass("sscflp_yang", "sscflp"),
    SitingClass("pmedcap", "cpmp"),
    SitingClass("ufl_uflib", "ufl"),
    SitingClass("mclp", "mclp"),
    SitingClass("lrp/prins", "lrp"),
    SitingClass("lrp/tuzun", "lrp"),
)
SETS: Final = tuple(dict.fromkeys(kind.folder for kind in CLASSES))
_ASKED: Final = frozenset({"tsplib_pmedian", "mclp"})
"""Folders whose table of best values says which p and radius are asked."""
_NO_INSTANCE: Final = frozenset({".csv", ".opt", ".bub", ".md"})


def print_siting_table(options: argparse.Namespace, *, solvers: Sequence[str]) -> None:
    """Run everything the options ask for and print the tables; progress goes to standard error."""
    if options.files:
        message = "table siting takes --set and --most: a file does not say which problem is asked of it"
        raise InstanceError(message)
    jobs = find_jobs(options.instances, sets=options.sets, most=options.most)
    runs = [(job, solver, seed) for job in jobs for solver in solvers for seed in options.seeds]
    print(f"{len(runs)} runs of {options.seconds:g} s: up to {len(runs) * options.seconds / 60:.0f} minutes", file=sys.stderr)
    done = []
    for number, (job, solver, seed) in enumerate(runs, start=1):
        run = run_apart(job, solver=solver, seconds=options.seconds, seed=seed, threads=options.threads)
        done.append(run)
        print(f"[{number}/{len(runs)}] {job.kind.label} {job.path.name} {solver}: {run.get('reason', run['objective'])}", file=sys.stderr)
        if options.jsonl is not None:
            with options.jsonl.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(run, ensure_ascii=False) + "\n")
    told = ", ".join(f"{solver} {_version_of(solver)}" for solver in solvers)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    seeds = ", ".join(map(str, options.seeds))
    print(f"{options.seconds:g} s a run, {options.threads} thread(s), seeds {seeds}; {machine}; {told}\n")
    print(to_markdown(done, solvers=solvers))


def find_jobs(folder: Path | None, *, sets: Sequence[str] | None = None, most: int | None = None) -> list[Job]:
    """Return what is asked of which file, class by class, small files first.

    Parameters
    ----------
    folder : Path or None
        Holds one folder a class. None: ``location`` where the environment variable ``NTB_RELIEF_INSTANCES`` or
        ``../shared/instances`` has one.
    sets : sequence of str, optional
        Folders; None means all that are there.
    most : int, optional
        At most so many a class, spread evenly from the smallest to the largest.

    Raises
    ------
    InstanceError
        Where there are none.
    """
    root = folder or default_folder("location")
    jobs = []
    for kind in CLASSES:
        if sets is not None and kind.folder not in sets:
            continue
        home = root / kind.folder
        files = [path for path in home.glob("*") if path.is_file() and path.suffix not in _NO_INSTANCE and path.name != "format.txt"]
        files.sort(key=lambda path: (path.stat().st_size, path.name))
        asked = _asked(kind, home, files) if kind.folder in _ASKED else [Job(kind, path) for path in files]
        jobs += spread(asked, most)
    if not jobs:
        message = f"{root} holds no folder of a class ({', '.join(SETS)})"
        raise InstanceError(message)
    return jobs


def _asked(kind: SitingClass, home: Path, files: Iterable[Path]) -> list[Job]:
    table = home / "optima.csv"
    if not table.is_file():
        return []
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [
        Job(kind, path, int(row["p"]), float(row["radius"]) if row.get("radius") else None)
        for path in files
        for row in rows
        if row["name"] == path.stem
    ]


def run_apart(job: Job, *, solver: str, seconds: float, seed: int, threads: int) -> Run:
    """Run ``benchmarks locate`` in a process of its own and return its record; without objective, with the ``reason``, where it failed."""
    command = [sys.executable, "-m", "benchmarks", "locate", str(job.path.resolve()), "--problem", job.kind.problem, "--solver", solver]
    command += ["--seconds", str(seconds), "--seed", str(seed), "--threads", str(threads)]
    command += [] if job.p is None else ["--p", str(job.p)]
    command += [] if job.radius is None else ["--radius", str(job.radius)]
    failed: Run = {"solver": solver, "instance": job.path.stem, "label": job.kind.label, "objective": None, "feasible": False, "seed": seed}
    # Some solvers look at the clock rarely: they are waited for, within reason.
    patience = 20 * seconds + 600
    try:
        done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=patience, check=False)  # noqa: S603 - our own module
    except subprocess.TimeoutExpired:
        return failed | {"reason": f"stopped after {patience:.0f} s"}
    if done.returncode == 0:
        record: Run = json.loads(done.stdout.splitlines()[-1])
        return record | {"label": job.kind.label}
    told = {CannotExpressError.exit_code: "cannot express", NotInstalledError.exit_code: "not installed"}
    last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    return failed | {"reason": "too large" if "too many" in last else told.get(done.returncode, last)}


def to_markdown(runs: Sequence[Run], *, solvers: Sequence[str]) -> str:
    """Return three tables by class and solver: mean gap to the best known value, mean gap to the own bound, mean seconds.

    Where no best value is known, the best of these runs stands for it.
    """
    best: dict[tuple[str, str], float] = {}
    for run in runs:
        if run["feasible"]:
            key, value = (run["label"], run["instance"]), _sign(run) * run["objective"]
            best[key] = min(best.get(key, value), value)
    cells: dict[tuple[str, str], list[Run]] = defaultdict(list)
    files: dict[str, set[str]] = defaultdict(set)
    for run in runs:
        cells[run["label"], run["solver"]].append(run)
        if "reason" not in run:
            files[run["label"]].add(run["instance"])
    labels = list(dict.fromkeys(run["label"] for run in runs))

    def gap(run: Run) -> float:
        known = run.get("gap_to_best_known_pct")
        reference = best[run["label"], run["instance"]]
        value = _sign(run) * run["objective"]
        return float(known) if known is not None else 100 * (value - reference) / abs(reference) if reference else 0.0

    def means(group: Sequence[Run]) -> str:
        good = [gap(run) for run in group if run["feasible"]]
        return _told(group, f"{fmean(good):.3f}" if good else "none feasible", len(good))

    def bounds(group: Sequence[Run]) -> str:
        good = [run["gap_to_bound_pct"] for run in group if run["feasible"] and run["gap_to_bound_pct"] is not None]
        proven = sum(run["feasible"] and run["status"] == "OPTIMAL" for run in group)
        return _told(group, f"{fmean(good):.3f}, {proven} proven" if good else "no bound", len(good))

    def seconds(group: Sequence[Run]) -> str:
        spent = [run["seconds"] + run["build_seconds"] for run in group if "reason" not in run]
        return _told(group, f"{fmean(spent):.2f}" if spent else "", len(spent))

    tables = []
    for title, tell in (
        ("Mean gap to the best known value, %", means),
        ("Mean gap to the own bound, %, and how many are proven", bounds),
        ("Mean seconds, building included", seconds),
    ):
        rows = [[label, str(len(files[label])), *(tell(cells[label, solver]) for solver in solvers)] for label in labels]
        tables.append(f"{title}\n\n{rows_of(['class', 'files', *solvers], rows)}")
    return "\n\n".join(tables)


def _told(group: Sequence[Run], text: str, count: int) -> str:
    """Return the text with how many runs it stands for, or why there are none."""
    reasons = {run["reason"] for run in group if "reason" in run}
    if not group or sum("reason" in run for run in group) == len(group):
        return ", ".join(sorted(reasons)) or "not run"
    return text if count == len(group) or not count else f"{text} ({count} of {len(group)})"


def _sign(run: Run) -> int:
    return -1 if run.get("unit") == "weight" else 1


def _version_of(solver: str) -> str:
    try:
        return version(_PACKAGES.get(solver, solver))
    except PackageNotFoundError:
        return "(not installed)"
