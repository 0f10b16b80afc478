"""The pre-positioning benchmark: its instances, its judge, and both solvers on a small one."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from benchmarks.cli import main
from benchmarks.prepose import ours
from benchmarks.prepose.answer import judge
from benchmarks.prepose.instance import make_instance
from benchmarks.prepose.run import SOLVERS, run_prepositioning

SMALL = {"sites": 5, "needs": 6, "items": 2, "scenarios": 8}


def test_both_solvers_agree():
    told = {solver: run_prepositioning(**SMALL, seed=3, solver=solver, gap=1e-6) for solver in SOLVERS}
    assert all(one["feasible"] for one in told.values())
    assert told["ntb"]["objective"] == pytest.approx(told["highs"]["objective"], rel=1e-5)
    assert told["ntb"]["status"] == "OPTIMAL"
    assert 0 <= told["ntb"]["gap_to_bound_pct"] <= 2e-4


def test_the_judge_sees_what_is_wrong():
    """Stock used twice, needs overfilled, rooms too small and negative flows are told, whatever the solver claims."""
    instance = make_instance(**SMALL, seed=1)
    good = ours.solve(instance, seconds=20, gap=0.01, threads=1)
    assert judge(instance, good).violations == []
    more = judge(instance, dataclasses.replace(good, units=good.units * 3)).violations
    assert [" ".join(one.split()[1:]) for one in more] == ["stocks send more than survives", "needs get more than they ask"]
    fewer = judge(instance, dataclasses.replace(good, size=np.full(5, -1))).violations
    assert fewer == [f"{(good.stock.sum(axis=1) > 0).sum()} stores hold more than their room"]
    assert any("below 0" in one for one in judge(instance, dataclasses.replace(good, units=-good.units)).violations)
    assert judge(instance, dataclasses.replace(good, units=good.units / 2)).cost > judge(instance, good).cost


def test_a_seed_repeats_an_instance():
    one, same, other = (make_instance(**SMALL, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.distance_m, same.distance_m)
    assert not np.array_equal(one.distance_m, other.distance_m)
    assert one.probability.sum() == pytest.approx(1)


def test_the_command_prints_one_line_of_json(capsys: pytest.CaptureFixture[str]):
    arguments = [f"--{name}={value}" for name, value in SMALL.items()]
    assert main(["prepose", *arguments, "--seed=2", "--gap=0.05", "--threads=2"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert told["instance"] == "square-a5-b6-i2-n8-s2"
    assert told["feasible"]
    assert told["gap_to_bound_pct"] <= 5.0001
