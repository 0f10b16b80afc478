"""Peers of facility location: exact on tiny files, plain about what they cannot state and where they are missing."""

from __future__ import annotations

import importlib.util
import math

import numpy as np
import pytest

from benchmarks.errors import CannotExpressError, NotInstalledError
from benchmarks.locate import run as room
from benchmarks.locate.run import SOLVERS, run_location

from .test_locate import CASES, CPMP, GRAPH, SITES, UFL

KNOWN = {
    "spopt": {"pmedian", "pcenter", "setcover", "mclp"},
    "kmedoids": {"pmedian"},
    "ortools": {"pmedian", "pcenter", "setcover", "mclp", "ufl", "cflp", "sscflp", "cpmp"},
}
# spopt and its solver warn of things of their own.
pytestmark = pytest.mark.filterwarnings("ignore")


def _file(tmp_path, text, name="t"):
    path = tmp_path / name
    path.write_text(text)
    return path


@pytest.mark.parametrize("solver", [*KNOWN])
@pytest.mark.parametrize("text, problem, asked, best", CASES)
def test_each_peer_finds_the_best_of_what_it_knows_and_refuses_the_rest(tmp_path, text, problem, asked, best, solver):
    pytest.importorskip(solver)
    path = _file(tmp_path, text, "pmedcap1" if problem == "cpmp" else "t")
    if problem not in KNOWN[solver]:
        with pytest.raises(CannotExpressError):
            run_location(path, problem=problem, seconds=1, solver=solver, **asked)
        return
    record = run_location(path, problem=problem, seconds=1, solver=solver, **asked)
    assert record["feasible"], record["violations"]
    assert record["objective"] == pytest.approx(best)
    if solver == "kmedoids":
        assert (record["status"], record["bound"]) == ("TIME_LIMIT", None)
        assert record["iterations"] > 1
    elif problem != "cflp":
        assert record["status"] == "OPTIMAL"
        assert record["gap_to_bound_pct"] == pytest.approx(0, abs=1e-6)


def test_costs_that_are_not_whole_are_not_called_optimal_by_ortools(tmp_path):
    path = _file(tmp_path, "2 3\n10 5.5\n8 4\n3 4 5\n1 2 3.25\n4 5\n6\n")
    record = run_location(path, problem="sscflp", seconds=5, solver="ortools")
    assert record["status"] == "GAP_REACHED"
    assert record["objective"] == pytest.approx(5.5 + 4 + 1 + 2 + 6)
    assert record["bound"] <= record["objective"] < record["bound"] + 0.01


def test_a_missing_package_is_told_with_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "find_spec", lambda name: None if name == "spopt" else importlib.util.find_spec(name))
    with pytest.raises(NotInstalledError, match=r"spopt is not installed; pip install 'ntb-relief\[bench\]'"):
        run_location(_file(tmp_path, GRAPH), problem="pmedian", seconds=1, solver="spopt")
    with pytest.raises(NotInstalledError, match="gurobi is not among ntb, spopt"):
        run_location(_file(tmp_path, GRAPH), problem="pmedian", seconds=1, solver="gurobi")
    assert set(KNOWN) < set(SOLVERS)


def test_spopt_stopped_by_its_limit_is_not_called_optimal(tmp_path):
    pytest.importorskip("spopt")
    rng = np.random.default_rng(0)
    n = 60
    points = rng.integers(0, 1000, (n, 2))
    rows = "".join(f"{i + 1} {x} {y}\n" for i, (x, y) in enumerate(points.tolist()))
    path = _file(tmp_path, f"NAME: t\nNODE_COORD_SECTION\n{rows}EOF\n")
    record = run_location(path, problem="pcenter", p=7, seconds=0.01, solver="spopt")
    assert record["status"] in {"TIME_LIMIT", "NO_SOLUTION"}
    assert record["bound"] is None


def test_spopt_and_kmedoids_refuse_what_their_models_lack(tmp_path):
    pytest.importorskip("spopt")
    pytest.importorskip("kmedoids")
    split = _file(tmp_path, "3 1 1\n1 2 5\n")
    for solver in ("spopt", "kmedoids"):
        with pytest.raises(CannotExpressError):
            run_location(split, problem="pmedian", seconds=1, solver=solver)
    with pytest.raises(CannotExpressError, match="costs of sites"):
        run_location(_file(tmp_path, UFL), problem="setcover", radius=math.inf, seconds=1, solver="spopt")
    with pytest.raises(CannotExpressError, match="square"):
        run_location(_file(tmp_path, SITES), problem="pmedian", p=1, seconds=1, solver="kmedoids")
    assert CPMP
