"""The commands as they are typed: one line of JSON, a table, clear errors with their exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks import table
from benchmarks.checker import check
from benchmarks.cli import build_parser, main
from benchmarks.errors import InstanceError
from benchmarks.files import find_files
from benchmarks.instances import read_instance
from benchmarks.markdown import Run, to_markdown
from benchmarks.peers.answer import Answer
from benchmarks.solutions import read_amounts, read_solution
from tests.benchmarks.tiny import FILES, ROOT, TINY

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = [
    *("solver", "instance", "family", "status", "objective", "unit", "bound", "gap_to_bound_pct", "best_known", "gap_to_best_known_pct"),
    *("feasible", "violations", "seconds", "compile_seconds", "build_seconds", "iterations", "seed", "threads", "peak_mb"),
]


def test_route_prints_one_line_with_the_fields_of_the_contract(tmp_path: Path):
    out = tmp_path / "t.sol"
    command = [sys.executable, "-m", "benchmarks", "route", TINY / "mdvrptw/tiny-depots.vrp", "--solver", "pyvrp"]
    command += ["--seconds", "0.2", "--seed", "3", "--solution", out]
    done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    (line,) = done.stdout.splitlines()
    record = json.loads(line)
    assert list(record) == FIELDS
    assert record["solver"] == "pyvrp"
    assert record["family"] == "mdvrptw"
    assert record["objective"] == record["best_known"] == 55.743
    assert record["gap_to_best_known_pct"] == 0
    assert record["bound"] is record["gap_to_bound_pct"] is None
    assert record["feasible"] is True
    assert record["violations"] == []
    assert record["seed"] == 3
    assert record["iterations"] > 0
    assert 0.1 < record["seconds"] < 5
    if sys.platform != "win32":
        assert 20 < record["peak_mb"] < 2000
    verdict = check(read_instance(TINY / "mdvrptw/tiny-depots.vrp"), read_solution(out))
    assert verdict.is_feasible
    assert verdict.cost == record["objective"]


@pytest.mark.slow
@pytest.mark.parametrize("family", sorted(FILES))
def test_our_solver_finds_the_best_of_a_tiny_file(family: str, capsys: pytest.CaptureFixture[str]):
    assert main(["route", str(FILES[family]), "--seconds", "0.3", "--seed", "1"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["solver"] == "ntb"
    assert record["feasible"], record["violations"]
    assert record["objective"] == pytest.approx(record["best_known"], abs=1e-6)
    assert record["compile_seconds"] >= 0
    assert record["bound"] is None or record["bound"] <= record["objective"]
    assert record["seconds"] < 2


@pytest.mark.parametrize("amounts", [None, [[7, 3], [3, 7], [1, 9]]])
def test_split_deliveries_are_written_with_amounts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], amounts: list[list[int]] | None
):
    """Those of the solver, or where it gives none, some that the checker found."""
    answer = Answer([[1, 2], [2, 3], [3, 4]], "TIME_LIMIT", seconds=1, build_seconds=0, amounts=amounts)
    monkeypatch.setattr("benchmarks.route._load", lambda _: lambda *_, **__: answer)
    assert main(["route", str(FILES["sdvrp"]), "--solution", str(tmp_path / "t.sol")]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["feasible"], record["violations"]
    written = read_amounts(tmp_path / "t.sol")
    assert written is not None
    assert amounts is None or written == amounts
    assert check(read_instance(FILES["sdvrp"]), read_solution(tmp_path / "t.sol"), amounts=written).is_feasible


def test_best_known_can_be_given(capsys: pytest.CaptureFixture[str]):
    arguments = ["route", str(TINY / "cvrp_x/tiny-n7-k3.vrp"), "--solver", "vroom", "--seconds", "0.2", "--best-known", "60"]
    assert main(arguments) == 0
    assert json.loads(capsys.readouterr().out)["gap_to_best_known_pct"] == 5


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["absent.vrp", "--solver", "pyvrp"], 2, "cannot be read"),
        ([str(TINY / "bks.csv"), "--solver", "pyvrp"], 2, "CAPACITY"),
        ([str(TINY / "gvrp/tiny-groups.vrp"), "--solver", "hgs"], 3, "cannot express groups"),
        ([str(TINY / "sdvrp/small/tiny-split.sd"), "--solver", "vroom"], 3, "cannot express split deliveries"),
    ],
)
def test_what_cannot_be_done_is_said_on_one_line(arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]):
    assert main(["route", *arguments]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert len(said.err.splitlines()) == 1


def test_a_peer_that_is_not_installed_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr("benchmarks.peers.find_spec", lambda _: None)
    assert main(["route", str(TINY / "cvrp_x/tiny-n7-k3.vrp"), "--solver", "hgs"]) == 4
    assert "pip install 'ntb-relief[bench]'" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--seconds", "0"], ["--seconds", "inf"], ["--seed", "-1"], ["--threads", "0"], ["--solver", "magic"]])
def test_senseless_options_are_refused(option: list[str]):
    with pytest.raises(SystemExit):
        build_parser().parse_args(["route", "x.vrp", *option])


@pytest.mark.slow
def test_table_runs_solvers_side_by_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    runs = tmp_path / "runs.jsonl"
    arguments = ["table", "routing", "--seconds", "0.2", "--instances", str(TINY), "--set", "cvrp_x", "gvrp"]
    assert main([*arguments, "--solvers", "hgs", "pyvrp", "--jsonl", str(runs)]) == 0
    said = capsys.readouterr().out
    assert "| family | files | hgs | pyvrp |" in said
    assert "| cvrp_x | 1 | 0.00 | 0.00 |" in said
    assert "| gvrp | 1 | cannot express | 0.00 |" in said
    assert "| all | 2 | 1 | 2 |" in said
    assert "pyvrp 0.14" in said
    assert [json.loads(line)["solver"] for line in runs.read_text().splitlines()] == ["hgs", "pyvrp", "hgs", "pyvrp"]


def _run(solver: str, objective: float | None, *, instance: str = "a", best: float | None = 100, seed: int = 1) -> Run:
    run: Run = {"solver": solver, "instance": instance, "family": "cvrp_x", "objective": objective, "seed": seed}
    return run | {"feasible": objective is not None, "best_known": best}


def test_gaps_are_means_over_files_and_seeds_and_ties_win_both():
    runs = [
        _run("ntb", 101),
        _run("ntb", 103, seed=2),
        _run("hgs", 102),
        _run("hgs", 102, seed=2),
        _run("ntb", 100, instance="b"),
        _run("hgs", 110, instance="b"),
    ]
    said = to_markdown(runs, solvers=["ntb", "hgs"])
    assert "| cvrp_x | 2 | 1.33 | 4.67 |" in said
    assert "| cvrp_x | 2 | 2 | 1 |" in said


def test_runs_without_an_answer_are_told_and_never_win():
    said = to_markdown(
        [_run("ntb", 101), _run("hgs", None), _run("ntb", None, instance="b"), _run("hgs", None, instance="b")], solvers=["ntb", "hgs"]
    )
    assert "| cvrp_x | 2 | 1.00 (1 of 2 feasible) | none feasible |" in said
    assert "| all | 2 | 1 | 0 |" in said


def test_without_a_best_known_cost_the_best_of_the_runs_is_the_measure():
    said = to_markdown([_run("ntb", 50, best=None), _run("hgs", 55, best=None)], solvers=["ntb", "hgs"])
    assert "| cvrp_x* | 1 | 0.00 | 10.00 |" in said
    assert "\n\\* No best known cost" in said
    assert "No best known" not in to_markdown([_run("ntb", 50)], solvers=["ntb"])


def test_a_run_that_fails_is_counted_in_its_family_wherever_the_file_lies(tmp_path: Path):
    path = tmp_path / "t.vrp"
    path.write_text(FILES["gvrp"].read_text())
    run = table.run_apart(path, solver="hgs", seconds=0.1, seed=1, threads=1)
    assert (run["family"], run["is_expressible"], run["feasible"]) == ("gvrp", False, False)


def test_files_in_folders_of_their_own_and_of_every_ending_are_found(tmp_path: Path):
    for name in ("sdvrp/SET-1/a.txt", "sdvrp/SET-2/b.sd", "sdvrp/SET-3/c.cri", "sdvrp/BKS_dimacs2022.csv", "ccvrp/d.vrp", "ccvrp/e.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert [path.name for path in find_files(tmp_path)] == ["a.txt", "b.sd", "c.cri", "d.vrp"]


def test_files_of_a_family_are_spread_from_small_to_large(tmp_path: Path):
    (tmp_path / "cvrp_x").mkdir()
    for size in range(1, 8):
        (tmp_path / "cvrp_x" / f"n{size}.vrp").write_text("x" * size)
    (tmp_path / "cvrp_x" / "n1.sol").write_text("")
    assert [path.stem for path in find_files(tmp_path)] == [f"n{size}" for size in range(1, 8)]
    assert [path.stem for path in find_files(tmp_path, most=3)] == ["n1", "n4", "n7"]
    assert [path.stem for path in find_files(tmp_path, most=1)] == ["n4"]
    with pytest.raises(InstanceError, match="gvrp holds no instances"):
        find_files(tmp_path, sets=["gvrp"])
    with pytest.raises(InstanceError, match="holds no folder of a family"):
        find_files(tmp_path / "cvrp_x")
