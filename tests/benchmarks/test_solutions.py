"""Routes on paper: the .sol form, and which vehicle drives which route."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.errors import InstanceError
from benchmarks.instances import read_instance
from benchmarks.solutions import number_routes, read_amounts, read_solution, write_solution

TINY = Path(__file__).resolve().parents[1] / "instances" / "routing"


@given(routes=st.lists(st.lists(st.integers(0, 99), max_size=5), max_size=6))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, routes: list[list[int]]):
    path = tmp_path_factory.mktemp("sol") / "t.sol"
    write_solution(path, routes, cost=12.5)
    assert read_solution(path) == routes
    assert read_amounts(path) is None
    assert path.read_text(encoding="utf-8").endswith("Cost: 12.5\n")
    assert [file.name for file in path.parent.iterdir()] == ["t.sol"]


def test_a_route_left_out_is_an_empty_route(tmp_path: Path):
    path = tmp_path / "t.sol"
    path.write_text("Route #3: 4 5\nroute 1: 2\nCost 7\n", encoding="utf-8")
    assert read_solution(path) == [[2], [], [4, 5]]


def test_amounts_of_split_deliveries_stand_below_their_routes(tmp_path: Path):
    path = tmp_path / "t.sol"
    write_solution(path, [[1, 2], [], [2]], cost=7, amounts=[[4, 1], [], [3]])
    assert path.read_text(encoding="utf-8").splitlines()[:3] == ["Route #1: 1 2", "Amounts #1: 4 1", "Route #2:"]
    assert read_solution(path) == [[1, 2], [], [2]]
    assert read_amounts(path) == [[4, 1], [], [3]]


@pytest.mark.parametrize("text", ["Route #1: 2\nRoute #1: 3\n", "Route #0: 2\n", "Route #1: 2\nAmounts #1: 2\nAmounts #1: 2\n"])
def test_a_route_given_twice_or_numbered_zero_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "t.sol"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InstanceError):
        read_solution(path)


def test_routes_take_vehicles_of_their_type():
    instance = read_instance(TINY / "hfvrp_pessoa/tiny-fleet.vrp")
    assert number_routes(instance, [(1, [2, 1]), (0, [3]), (0, []), (1, [4])]) == [[3], [], [], [2, 1], [4]]


def test_a_type_that_has_run_out_takes_numbers_the_checker_refuses():
    instance = read_instance(TINY / "hfvrp_pessoa/tiny-fleet.vrp")
    assert number_routes(instance, [(1, [1]), (1, [2]), (1, [3])])[5:] == [[3]]


def test_vehicles_that_are_all_alike_need_no_empty_routes():
    instance = read_instance(TINY / "cvrp_x/tiny-n7-k3.vrp")
    assert number_routes(instance, [(0, [1]), (0, []), (0, [2])]) == [[1], [2]]
