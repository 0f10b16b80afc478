"""Where best known costs come from, and where there are none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.best_known import find_best_known
from benchmarks.families import FAMILIES
from tests.benchmarks.tiny import FILES, SHARED

if TYPE_CHECKING:
    from pathlib import Path


def test_the_common_table_comes_first_and_knows_families_apart(tmp_path: Path):
    (tmp_path / "bks.csv").write_text("family,instance,best_known_cost\nsdvrp,a,7\ncvrp_x,a,8\n")
    (tmp_path / "sdvrp" / "small").mkdir(parents=True)
    (tmp_path / "sdvrp" / "BKS_dimacs2022.csv").write_text("instance,best_of_dimacs_teams,other\na,9,1\nb,10,2\n")
    assert find_best_known(tmp_path / "sdvrp/small/a.sd", family="sdvrp") == 7
    assert find_best_known(tmp_path / "cvrp_x/a.vrp", family="cvrp_x") == 8
    assert find_best_known(tmp_path / "sdvrp/small/b.sd", family="sdvrp") == 10
    assert find_best_known(tmp_path / "sdvrp/small/c.sd", family="sdvrp") is None
    assert find_best_known(tmp_path / "cvrp_x/c.vrp", family="cvrp_x") is None


@pytest.mark.parametrize("family", ["vrptw_solomon", "pdptw_lilim"])
def test_values_for_the_fewest_vehicles_are_not_taken_for_the_shortest_distance(tmp_path: Path, family: str):
    """Fewer vehicles often drive further: such a value would make a gap below zero."""
    values = {"a": {"best_known_cost": 12}, "b": {"best_known_cost": 12}, "b_distance": {"best_known_cost": 11}}
    (tmp_path / "BKS_of_somebody.json").write_text(json.dumps(values))
    assert find_best_known(tmp_path / "a.txt", family=family) is None
    assert find_best_known(tmp_path / "b.txt", family=family) == 11


def test_every_tiny_file_has_a_best_known_cost():
    assert {family: path.stem for family, path in FILES.items() if find_best_known(path, family=family) is None} == {}


@pytest.mark.skipif(not SHARED.exists(), reason="the instances of the literature are not here")
def test_every_file_of_the_literature_has_a_best_known_cost_but_pairs():
    """Those of the pairs are for the fewest vehicles."""
    unknown = set()
    for name, family in FAMILIES.items():
        for path in (SHARED / name).rglob("*"):
            if path.suffix in family.suffixes and find_best_known(path, family=name) is None:
                unknown.add(name)
    assert unknown == {"pdptw_lilim"}
