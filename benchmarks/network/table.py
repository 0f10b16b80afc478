"""``python -m benchmarks table network``: every task by every engine that has it, against the bars, as Markdown."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..errors import CannotExpressError, NotInstalledError
from ..markdown import rows_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping

Run = dict[str, Any]
_ROOT: Final = Path(__file__).resolve().parents[2]
_MIDDLE: Final = 50_000
_LARGE: Final = 300_000
GROWTH: Final = (10_000, 50_000, 100_000, 300_000, 1_000_000)
"""Nodes of the growth table."""
STOPS: Final = 1000
"""Sources, and as many targets, unless the command says otherwise."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the table.

    Parameters
    ----------
    label : str
    task : str
    nodes : int
    figure : str
        Field of the record that counts, milliseconds.
    most_ms : float or None
        The bar for our own engine; None where it hangs on another figure.
    times : float or None
        Or: at most so many times the ``ms`` of the same run.
    peers : tuple of (str, float or None)
        Engines measured beside ours, and how many times faster than each ours should be.
    """

    label: str
    task: str
    nodes: int
    figure: str = "ms"
    most_ms: float | None = None
    times: float | None = None
    peers: tuple[tuple[str, float | None], ...] = ()


_PEERS: Final = (("routingkit", 5.0), ("osrm", 15.0), ("scipy", None), ("pandana", None))
_LESS: Final = (("routingkit", None),)
BARS: Final = (
    Bar("table, durations", "table", _MIDDLE, most_ms=15, peers=_PEERS),
    Bar("table, durations", "table", _LARGE, most_ms=60, peers=_PEERS[:2]),
    Bar("table, time and distance", "table", _MIDDLE, "duration_and_distance_ms", times=2.5),
    Bar("table, time and distance", "table", _LARGE, "duration_and_distance_ms", times=2.5),
    Bar("one closure", "closure", _MIDDLE, most_ms=0.05, peers=_LESS),
    Bar("100 closures", "closure", _MIDDLE, "hundred_ms", most_ms=5),
    Bar("all roads weighed", "closure", _MIDDLE, "all_ms", most_ms=15),
    Bar("32 scenarios together, each", "scenarios", _MIDDLE, most_ms=1),
    Bar("sailing-aware table", "ferry", _MIDDLE, most_ms=40),
    Bar("criticality of all links", "criticality", _MIDDLE, most_ms=5000),
    Bar("order and build", "build", _LARGE, most_ms=5000, peers=_LESS),
    Bar("load a PBF", "pbf", _LARGE, most_ms=20_000),
    Bar("NTB: all desa x all desa, warm", "desa", 1000, most_ms=100),
)


def print_network_table(options: argparse.Namespace, *, solvers: Iterable[str]) -> None:
    """Run what the bars need, each run in a process of its own, and print two tables; progress goes to standard error."""
    wanted = set(solvers)
    shrink = options.nodes
    asked: dict[tuple[str, str, int], None] = {}
    for bar in BARS:
        nodes = bar.nodes if shrink is None else min(bar.nodes, shrink)
        for solver in ("ntb", *(name for name, _ in bar.peers)):
            if solver in wanted:
                asked[bar.task, solver, nodes] = None
    growth = [size for size in GROWTH if shrink is None or size <= shrink] if options.growth else []
    for size in growth:
        if "ntb" in wanted:
            asked["table", "ntb", size] = None
    runs: dict[tuple[str, str, int], Run] = {}
    for number, (task, solver, nodes) in enumerate(asked, start=1):
        run = run_apart(task, solver=solver, nodes=nodes, stops=options.stops, seed=options.seeds[0], threads=options.threads)
        runs[task, solver, nodes] = run
        print(f"[{number}/{len(asked)}] {task} {nodes} {solver}: {run.get('ms', run.get('reason'))}", file=sys.stderr)
        if options.jsonl is not None:
            with options.jsonl.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(run, ensure_ascii=False) + "\n")
    print(f"{options.stops} x {options.stops} stops, {options.threads} thread(s), seed {options.seeds[0]}; milliseconds\n")
    print(to_markdown(runs, most_nodes=shrink))
    if growth:
        print("\nGrowth of ours\n")
        print(growth_markdown(runs, sizes=growth))


def run_apart(task: str, *, solver: str, nodes: int, stops: int, seed: int, threads: int) -> Run:
    """Run ``benchmarks network`` in a process of its own and return its record, or what kept it from one as ``reason``."""
    command = [sys.executable, "-m", "benchmarks", "network", "--task", task, "--solver", solver, "--nodes", str(nodes)]
    command += ["--stops", str(stops), "--seed", str(seed), "--threads", str(threads)]
    try:
        done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=1800, check=False)  # noqa: S603 - our own module
    except subprocess.TimeoutExpired:
        return {"task": task, "solver": solver, "nodes": nodes, "reason": "stopped after 30 minutes"}
    if done.returncode == 0:
        record: Run = json.loads(done.stdout.splitlines()[-1])
        return record | {"task": task, "nodes": nodes}
    told = {CannotExpressError.exit_code: "no such task", NotInstalledError.exit_code: "not installed"}
    last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    return {"task": task, "solver": solver, "nodes": nodes, "reason": told.get(done.returncode, last)}


def to_markdown(runs: Mapping[tuple[str, str, int], Run], *, most_nodes: int | None = None) -> str:
    """Return the table of bars: ours, the bar, whether it is met, and the peers with how many times slower they are."""
    peers = list(dict.fromkeys(name for bar in BARS for name, _ in bar.peers))
    lines = []
    for bar in BARS:
        nodes = bar.nodes if most_nodes is None else min(bar.nodes, most_nodes)
        ours = runs.get((bar.task, "ntb", nodes), {})
        value = ours.get(bar.figure)
        verdict = _verdict(bar, ours, runs, nodes)
        cells = [_peer(runs.get((bar.task, name, nodes)), value) if name in dict(bar.peers) else "" for name in peers]
        exact = {True: "yes", False: "NO", None: ""}[ours.get("exact")]
        lines.append([bar.label, f"{nodes:,}", _number(value, ours), _bar_text(bar), verdict, exact, *cells])
    return rows_of(["task", "nodes", "ntb", "bar", "met", "exact", *peers], lines)


def growth_markdown(runs: Mapping[tuple[str, str, int], Run], *, sizes: Iterable[int]) -> str:
    """Return build time and the table's time a cell by size."""
    lines = []
    for size in sizes:
        run = runs.get(("table", "ntb", size), {})
        build = run.get("build_seconds")
        per_node = "" if build is None else f"{1e6 * build / size:.1f}"
        cell = run.get("us_per_cell")
        lines.append(
            [
                f"{size:,}",
                _number(build, run),
                per_node,
                _number(run.get("ms"), run),
                "" if cell is None else f"{1000 * cell:.1f}",
                "" if cell is None else f"{1e6 * cell / size:.2f}",
                _number(run.get("peak_mb"), run),
            ]
        )
    return rows_of(["nodes", "build s", "build us a node", "table ms", "ns a cell", "ns a cell per 1,000 nodes", "peak MB"], lines)


def _verdict(bar: Bar, ours: Run, runs: Mapping[tuple[str, str, int], Run], nodes: int) -> str:
    value = ours.get(bar.figure)
    if value is None:
        return ""
    if nodes < bar.nodes:
        return "(smaller)"
    is_met = bar.most_ms is None or value <= bar.most_ms
    is_met &= bar.times is None or value <= bar.times * ours["ms"]
    is_met &= ours.get("exact") is not False
    for name, faster in bar.peers:
        peer = runs.get((bar.task, name, nodes), {}).get("ms")
        is_met &= faster is None or peer is None or peer >= faster * value
    return "yes" if is_met else "NO"


def _bar_text(bar: Bar) -> str:
    parts = [] if bar.most_ms is None else [f"<= {bar.most_ms:,g}"]
    parts += [] if bar.times is None else [f"<= {bar.times:g} x durations"]
    parts += [f"{faster:g} x {name}" for name, faster in bar.peers if faster is not None]
    return ", ".join(parts)


def _peer(run: Run | None, ours: float | None) -> str:
    if run is None:
        return ""
    if run.get("ms") is None:
        return str(run.get("reason", ""))
    return _number(run["ms"], run) + (f" ({run['ms'] / ours:.1f} x)" if ours else "")


def _number(value: float | None, run: Run) -> str:
    if value is None:
        return str(run.get("reason", ""))
    return f"{value:,.3f}" if value < 1 else f"{value:,.1f}" if value < 100 else f"{value:,.0f}"  # noqa: PLR2004 - three digits
