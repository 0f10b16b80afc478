"""The table of the network: bars, peers, and what a run that failed says."""

from __future__ import annotations

import json

import pytest

from benchmarks.cli import main
from benchmarks.network.run import run_task
from benchmarks.network.table import BARS, growth_markdown, run_apart, to_markdown


def runs_of(**changes):
    """Return records in which every bar is met, with some fields changed by task."""
    ours = {
        "table": {"ms": 10.0, "duration_and_distance_ms": 20.0, "build_seconds": 0.5, "us_per_cell": 0.01, "peak_mb": 300.0},
        "closure": {"ms": 0.01, "hundred_ms": 1.0, "all_ms": 2.0},
        "scenarios": {"ms": 0.5},
        "ferry": {"ms": 9.0},
        "criticality": {"ms": 90.0},
        "build": {"ms": 900.0},
        "pbf": {"ms": 900.0},
        "desa": {"ms": 30.0},
    }
    runs = {}
    for bar in BARS:
        runs[bar.task, "ntb", bar.nodes] = {"exact": True} | ours[bar.task] | changes.get(bar.task, {})
        for name, faster in bar.peers:
            runs[bar.task, name, bar.nodes] = {"ms": 20 * (faster or 1) * ours[bar.task]["ms"], "exact": None}
    return runs


def rows_of(text):
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]


def test_bars_that_are_met_say_so():
    rows = rows_of(to_markdown(runs_of()))
    assert len(rows) == len(BARS)
    assert {row["met"] for row in rows} == {"yes"}
    assert rows[0]["routingkit"] == "1,000 (100.0 x)"
    assert rows[0]["bar"] == "<= 15, 5 x routingkit, 15 x osrm"
    assert rows[2]["bar"] == "<= 2.5 x durations"


@pytest.mark.parametrize(
    "changes, missed",
    [
        ({"ferry": {"ms": 41.0}}, {"sailing-aware table"}),
        ({"table": {"duration_and_distance_ms": 26.0}}, {"table, time and distance"}),
        ({"scenarios": {"exact": False}}, {"32 scenarios together, each"}),
        ({"closure": {"all_ms": 16.0}}, {"all roads weighed"}),
    ],
)
def test_bars_that_are_missed_say_so(changes, missed):
    """Too slow, too slow beside durations alone, or quick and wrong."""
    rows = rows_of(to_markdown(runs_of(**changes)))
    assert {row["task"] for row in rows if row["met"] == "NO"} == missed


def test_a_peer_too_near_or_missing_is_told():
    """Five times faster is the bar: four is not; an engine that is not installed is no verdict."""
    runs = runs_of()
    runs["table", "routingkit", 50_000] = {"ms": 40.0}
    runs["table", "osrm", 50_000] = {"reason": "not installed"}
    row = rows_of(to_markdown(runs))[0]
    assert (row["met"], row["routingkit"], row["osrm"]) == ("NO", "40.0 (4.0 x)", "not installed")


def test_smaller_networks_get_no_verdict():
    runs = {(task, solver, min(nodes, 500)): run for (task, solver, nodes), run in runs_of().items()}
    rows = rows_of(to_markdown(runs, most_nodes=500))
    assert {row["met"] for row in rows} == {"(smaller)"}
    assert {row["nodes"] for row in rows} == {"500"}


def test_growth_divides_by_size():
    runs = {("table", "ntb", 10_000): {"ms": 4.0, "build_seconds": 0.1, "us_per_cell": 0.004, "peak_mb": 200.0}}
    (row,) = rows_of(growth_markdown(runs, sizes=[10_000]))
    assert (row["build us a node"], row["ns a cell"], row["ns a cell per 1,000 nodes"]) == ("10.0", "4.0", "0.40")


def test_all_desa_are_measured_and_right():
    told = run_task("desa", num_nodes=300, num_stops=1)
    assert told["exact"] is True
    assert told["desa"] == 1150


def test_the_command_runs_apart_and_prints(capsys, tmp_path):
    """One engine on a tiny network: each task's record stands in the file, and the table in the output."""
    path = tmp_path / "runs.jsonl"
    main(["table", "network", "--nodes", "300", "--stops", "20", "--solvers", "scipy", "--jsonl", str(path)])
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(one["task"], one["solver"], one["exact"]) for one in records] == [("table", "scipy", None)]
    assert "20 x 20 stops" in capsys.readouterr().out
    assert run_apart("ferry", solver="scipy", nodes=300, stops=5, seed=1, threads=1)["reason"] == "no such task"
