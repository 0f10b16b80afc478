"""The command ``locate``: every form of file, an honest judge, one line of JSON."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from benchmarks.cli import main
from benchmarks.errors import InstanceError
from benchmarks.locate.answer import LocateAnswer
from benchmarks.locate.checker import check_location
from benchmarks.locate.readers import read_location
from benchmarks.locate.run import run_location

GRAPH = "4 4 2\n1 2 9\n2 3 2\n3 4 3\n1 2 1\n"
SITES = "2 3\n10 5\n8 4\n3 4 5\n1 2 3\n4 5\n6\n"
MCLP = "NAME : t\nTYPE : MCLP\nDIMENSION : 3\nNODE_COORD_SECTION\n0 0\n0 0.001\n0 1\nDEMAND_SECTION\n5\n6\n7\nEOF\n"
TSP = "NAME: t\nNODE_COORD_SECTION\n1 0 0\n2 3.9 0\n3 1e1 0\nEOF\n"
UFL = "FILE: t\n2 3 0\n1 10 1 2 3\n2 20 4 5 6\n"
CPMP = " 1 9\n 4 2 7\n1 0 0 3\n2 3 4 4\n3 9 0 3\n4 9 4 4\n"
FIELDS = [
    *("solver", "instance", "family", "status", "objective", "unit", "bound", "gap_to_bound_pct", "best_known", "gap_to_best_known_pct"),
    *("feasible", "violations", "seconds", "compile_seconds", "build_seconds", "iterations", "seed", "threads", "peak_mb", "sites"),
]


def _file(tmp_path, text, name="t"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_of_duplicate_edges_the_last_counts_and_distances_are_shortest_paths(tmp_path):
    instance = read_location(_file(tmp_path, GRAPH), problem="pmedian")
    assert instance.p == 2
    assert instance.cost[0].tolist() == [0, 1, 3, 6]


def test_sites_with_capacities_are_read_site_by_client(tmp_path):
    instance = read_location(_file(tmp_path, SITES), problem="cflp")
    assert instance.cost.tolist() == [[1, 4], [2, 5], [3, 6]]
    assert instance.capacity.tolist() == [10, 8]
    assert instance.fixed.tolist() == [5, 4]
    assert instance.demand.tolist() == [3, 4, 5]


def test_coordinates_are_rounded_down_or_run_over_the_globe(tmp_path):
    assert read_location(_file(tmp_path, TSP), problem="pmedian", p=1).cost[0].tolist() == [0, 3, 10]
    globe = read_location(_file(tmp_path, MCLP), problem="mclp", p=1, radius=200.0)
    assert globe.cost[0, 1] == pytest.approx(math.radians(0.001) * 6_378_100)
    assert globe.weight.tolist() == [5, 6, 7]


def test_what_a_file_lacks_is_said(tmp_path):
    for text, problem, words in (
        (TSP, "pmedian", "--p"),
        (GRAPH, "mclp", "--radius"),
        (GRAPH, "cflp", "capacities"),
        ("1 2\n3", "cflp", "numbers"),
    ):
        with pytest.raises(InstanceError, match=words):
            read_location(_file(tmp_path, text), problem=problem)
    with pytest.raises(InstanceError, match="cannot be read"):
        read_location(tmp_path / "absent", problem="ufl")


CASES = [
    (GRAPH, "pmedian", {}, 3.0),
    (GRAPH, "pcenter", {}, 2.0),
    (GRAPH, "setcover", {"radius": 2.0}, 2.0),
    (MCLP, "mclp", {"p": 1, "radius": 200.0}, 11.0),
    (UFL, "ufl", {}, 16.0),
    (SITES, "cflp", {}, 5 + 4 + 1 + 2 + 3 + 3 * 2 / 5),
    (SITES, "sscflp", {}, 5 + 4 + 1 + 2 + 6.0),
    (CPMP, "cpmp", {}, 9.0),
]


@pytest.mark.parametrize("solver", ["ntb", "highs"])
@pytest.mark.parametrize("text, problem, asked, best", CASES)
def test_both_solvers_find_the_best_of_each_tiny_file(tmp_path, text, problem, asked, best, solver):
    path = _file(tmp_path, text, "pmedcap1" if problem == "cpmp" else "t")
    record = run_location(path, problem=problem, seconds=5, solver=solver, **asked)
    assert list(record) == FIELDS
    assert record["feasible"], record["violations"]
    assert record["status"] == "OPTIMAL"
    assert record["objective"] == pytest.approx(best)
    assert record["gap_to_bound_pct"] == pytest.approx(0, abs=1e-6)


def test_best_known_values_are_found_beside_the_file(tmp_path, capsys):
    (tmp_path / "optima.csv").write_text("name,n,p,pmedian,pcenter\nt,4,2,3,2\n")
    path = _file(tmp_path, GRAPH, "t.txt")
    assert main(["locate", str(path), "--problem", "pcenter", "--seconds", "2"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["best_known"], record["gap_to_best_known_pct"]) == (2, 0)
    (tmp_path / "optima.csv").write_text("name,n,p,optimum_or_best_known,proven\nt,4,1,9,1\nt,4,2,4,1\n")
    assert run_location(path, problem="pmedian", seconds=2)["gap_to_best_known_pct"] == -25
    assert run_location(path, problem="pcenter", seconds=2)["best_known"] is None


def test_the_judge_finds_what_is_wrong(tmp_path):
    instance = read_location(_file(tmp_path, SITES), problem="sscflp")
    good = [(0, 0, 1.0), (1, 0, 1.0), (2, 1, 1.0)]

    def judge(sites, shares):
        return check_location(instance, LocateAnswer(sites, shares, "OPTIMAL", None, 0.0, 0.0))

    assert judge([0, 1], good) == check_location(instance, LocateAnswer([1, 0], good, "TIME_LIMIT", 1.0, 1.0, 1.0))
    assert judge([0, 1], good).objective == 18
    assert not judge([0, 1], good).violations
    for sites, shares, words in (
        ([0], good, "not open"),
        ([0, 1], good[:2], "served to 0"),
        ([0, 1], [(i, 0, 1.0) for i in range(3)], "holds 10"),
        ([0, 1], [*good[:2], (2, 0, 0.5), (2, 1, 0.5)], "2 sites"),
        ([0, 7], good, "does not exist"),
        ([], [], "no site"),
    ):
        assert any(words in wrong for wrong in judge(sites, shares).violations), words
    median = read_location(_file(tmp_path, GRAPH), problem="pmedian")
    assert "p is 2" in check_location(median, LocateAnswer([0], [], "OPTIMAL", None, 0.0, 0.0)).violations[0]
    assert np.isnan(check_location(median, LocateAnswer([0], [], "OPTIMAL", None, 0.0, 0.0)).objective)
