"""The table of siting: jobs by class, records side by side, and what a run that failed says."""

from __future__ import annotations

import pytest

from benchmarks.cli import main
from benchmarks.errors import InstanceError
from benchmarks.locate.table import CLASSES, SETS, Job, find_jobs, run_apart, to_markdown

from .test_locate import GRAPH, MCLP, UFL


@pytest.fixture
def folder(tmp_path):
    for name, text in (
        ("pmed/pmed2.txt", GRAPH),
        ("pmed/pmed4.txt", GRAPH + "\n"),
        ("ufl_uflib/ga.opt", "1 16\n"),
        ("mclp/Bronx.txt", MCLP),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "ufl_uflib/ga").write_text(UFL)
    (tmp_path / "pmed/optima.csv").write_text("name,n,p,pmedian,pcenter\npmed2,4,2,3,2\n")
    (tmp_path / "mclp/optima.csv").write_text("name,p,radius,bkv\nBronx,1,200,11\nBronx,2,200,18\nother,1,1,1\n")
    return tmp_path


def test_jobs_come_class_by_class_with_what_their_tables_ask(folder):
    jobs = find_jobs(folder)
    told = [(job.kind.label, job.path.name, job.p, job.radius) for job in jobs]
    assert told == [
        ("pmed pmedian", "pmed2.txt", None, None),
        ("pmed pmedian", "pmed4.txt", None, None),
        ("pmed pcenter", "pmed2.txt", None, None),
        ("pmed pcenter", "pmed4.txt", None, None),
        ("ufl_uflib ufl", "ga", None, None),
        ("mclp mclp", "Bronx.txt", 1, 200),
        ("mclp mclp", "Bronx.txt", 2, 200),
    ]
    assert [job.path.name for job in find_jobs(folder, sets=["pmed"], most=1)] == ["pmed4.txt", "pmed4.txt"]
    with pytest.raises(InstanceError, match="holds no folder"):
        find_jobs(folder, sets=["lrp/prins"])
    assert len(SETS) == len({kind.folder for kind in CLASSES})


def test_the_command_runs_solvers_side_by_side(folder, capsys):
    asked = ["table", "siting", "--instances", str(folder), "--set", "ufl_uflib", "--seconds", "1", "--jsonl", str(folder / "runs.jsonl")]
    assert main([*asked, "--solvers", "highs", "kmedoids"]) == 0
    text = capsys.readouterr().out
    assert "| ufl_uflib ufl | 1 | 0.000 | cannot express |" in text
    assert "| ufl_uflib ufl | 1 | 0.000, 1 proven | cannot express |" in text
    assert len((folder / "runs.jsonl").read_text().splitlines()) == 2
    assert main(["table", "siting", "--files", str(folder / "ufl_uflib/ga")]) == 2
    assert "does not say which problem" in capsys.readouterr().err


def test_a_run_that_fails_says_why(tmp_path):
    kind = CLASSES[0]
    run = run_apart(Job(kind, tmp_path / "absent"), solver="highs", seconds=1, seed=1, threads=1)
    assert not run["feasible"]
    assert "cannot be read" in run["reason"]


def _run(solver, instance, objective, **more):
    base = {
        "solver": solver,
        "instance": instance,
        "label": "c",
        "objective": objective,
        "feasible": True,
        "unit": "cost",
        "status": "TIME_LIMIT",
    }
    return base | {"gap_to_best_known_pct": None, "gap_to_bound_pct": None, "seconds": 1.0, "build_seconds": 0.5} | more


def test_means_are_told_with_how_many_runs_they_stand_for():
    runs = [
        _run("a", "x", 100.0, gap_to_best_known_pct=0.5, gap_to_bound_pct=1.0),
        _run("a", "y", 200.0, gap_to_bound_pct=0.0, status="OPTIMAL"),
        _run("b", "x", None, feasible=False),
        _run("b", "y", 202.0),
        {"solver": "c", "instance": "x", "label": "c", "objective": None, "feasible": False, "reason": "not installed"},
    ]
    text = to_markdown(runs, solvers=["a", "b", "c", "d"])
    gaps, bounds, seconds = (part for part in text.split("\n\n") if part.startswith("|"))
    assert gaps.splitlines()[-1] == "| c | 2 | 0.250 | 1.000 (1 of 2) | not installed | not run |"
    assert bounds.splitlines()[-1] == "| c | 2 | 0.500, 1 proven | no bound | not installed | not run |"
    assert seconds.splitlines()[-1] == "| c | 2 | 1.50 | 1.50 | not installed | not run |"


def test_more_covered_weight_is_better():
    runs = [_run("a", "x", 90.0, unit="weight"), _run("b", "x", 100.0, unit="weight")]
    assert "| c | 1 | 10.000 | 0.000 |" in to_markdown(runs, solvers=["a", "b"])
