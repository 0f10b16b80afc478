"""Location-routing files: read in both conventions, judged by routes, solved by our solver."""

from __future__ import annotations

import math

import pytest

from benchmarks.errors import CannotExpressError, InstanceError
from benchmarks.locate.answer import LocateAnswer
from benchmarks.locate.checker import check_location
from benchmarks.locate.readers import read_location
from benchmarks.locate.run import run_location

LRP = "3\r\n2\r\n0\t0\t\r\n10 0\n3 4\n0 1\n10 1.001\n\n5\n\n4\n9\n\n2 2 3\n\n7\n6\n\n2\n\n{code}\n"


def _read(tmp_path, code):
    path = tmp_path / "coord.dat"
    path.write_text(LRP.format(code=code))
    return read_location(path, problem="lrp")


def test_costs_are_hundredths_rounded_up_or_plain(tmp_path):
    whole, real = _read(tmp_path, 0), _read(tmp_path, 1)
    assert whole.travel[0].tolist() == [0, 1000, 500, 100, 1005]
    assert whole.travel[1, 4] == 101 == whole.travel[4, 1]
    assert real.travel[1, 4] == pytest.approx(1.001)
    assert real.cost[:, 0].tolist() == [5, 1, math.hypot(10, 1.001)]
    assert (real.vehicle_capacity, real.vehicle_cost, real.name) == (5, 2, "coord")
    assert real.capacity.tolist() == [4, 9]
    assert real.demand.tolist() == [2, 2, 3]
    assert real.fixed.tolist() == [7, 6]


@pytest.mark.parametrize("text", ["3 2 1 1", "0 0 1 1 1", LRP.format(code=7), "words"])
def test_broken_files_are_named(tmp_path, text):
    path = tmp_path / "bad.dat"
    path.write_text(text)
    with pytest.raises(InstanceError, match=r"bad\.dat is not a location file"):
        read_location(path, problem="lrp")


GOOD = [(0, [0, 1]), (1, [2])]
WRONG = [
    ([0, 1], [(0, [0, 1])], "client 2 is visited 0 times"),
    ([0, 1], [*GOOD, (1, [1])], "client 1 is visited 2 times"),
    ([0, 1], [(0, [0]), (1, [1, 2, 0])], "a vehicle holds 5"),
    ([0, 1], [(0, [0]), (0, [1, 2])], "site 0 brings 7, holds 4"),
    ([0], GOOD, "a closed site"),
    ([0, 1], [*GOOD, (1, [])], "no client"),
    ([0, 1], [(0, [0, 1]), (1, [5])], "an unknown one"),
    ([], [], "no site is open"),
]


def _judge(instance, sites, routes):
    return check_location(instance, LocateAnswer(sites, [], "TIME_LIMIT", None, 0.0, 0.0, routes=routes))


def test_the_judge_adds_up_sites_vehicles_and_ways(tmp_path):
    verdict = _judge(_read(tmp_path, 1), [0, 1], GOOD)
    assert not verdict.violations
    assert verdict.objective == pytest.approx(7 + 6 + 2 * 2 + 5 + math.hypot(3, 3) + 1 + 2 * 1.001)


@pytest.mark.parametrize("sites, routes, words", WRONG)
def test_the_judge_finds_what_is_wrong_with_routes(tmp_path, sites, routes, words):
    assert any(words in wrong for wrong in _judge(_read(tmp_path, 1), sites, routes).violations)


def test_our_solver_finds_the_best_of_a_tiny_file(tmp_path):
    path = tmp_path / "coord.dat"
    path.write_text(LRP.format(code=0))
    (tmp_path / "bks.csv").write_text("set,instance,bks\nt,coord.dat,1200\n")
    record = run_location(path, problem="lrp", seconds=2)
    # One site with both others on one route is closed by its capacity; site 1 alone takes two routes.
    assert record["feasible"], record["violations"]
    assert (record["status"], record["best_known"], record["unit"]) == ("OPTIMAL", 1200, "cost")
    assert record["objective"] == 7 + 6 + 2 * 2 + 500 + 425 + 100 + 2 * 101
    assert record["gap_to_best_known_pct"] == pytest.approx(100 * (record["objective"] / 1200 - 1))
    assert record["sites"] == [0, 1]


@pytest.mark.parametrize("solver", ["highs", "ortools"])
def test_peers_that_know_no_routes_say_so(tmp_path, solver):
    path = tmp_path / "coord.dat"
    path.write_text(LRP.format(code=0))
    with pytest.raises(CannotExpressError, match="routes"):
        run_location(path, problem="lrp", seconds=1, solver=solver)
