"""The allocation benchmark: its instances, its judge, and both solvers on a small one."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from benchmarks.allocate import ours
from benchmarks.allocate.answer import judge
from benchmarks.allocate.instance import make_instance
from benchmarks.allocate.run import SOLVERS, run_allocation


def test_both_solvers_agree_as_far_as_whole_units_allow():
    """The linear program may break units: its smallest share is the larger, by less than a unit of the smallest need."""
    told = {solver: run_allocation(supplies=5, needs=60, items=2, seed=3, solver=solver) for solver in SOLVERS}
    assert all(one["feasible"] for one in told.values())
    assert told["ntb"]["given"] == pytest.approx(told["highs"]["given"])
    assert 0 <= told["highs"]["min_share"] - told["ntb"]["min_share"] < 0.1
    assert told["ntb"]["objective"] == pytest.approx(told["highs"]["objective"], rel=0.02)
    assert told["ntb"]["status"] == "OPTIMAL"
    assert "resolve_need_differs" not in told["ntb"]


def test_the_judge_sees_what_is_wrong():
    """Stock used twice, needs overfilled and negative flows are told, whatever the solver claims."""
    instance = make_instance(supplies=3, needs=20, items=1, seed=1)
    good = ours.solve(instance, seed=1)
    assert judge(instance, good).violations == []
    assert judge(instance, dataclasses.replace(good, units=good.units * 3)).violations == [
        "3 stocks give more than they hold",
        "20 needs get more than they ask",
    ]
    assert judge(instance, dataclasses.replace(good, units=-good.units)).violations == ["a flow is negative"]


def test_a_seed_repeats_an_instance():
    """The same seed, the same square; another seed, another."""
    one, same, other = (make_instance(supplies=3, needs=20, items=2, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.distance_m, same.distance_m)
    assert not np.array_equal(one.distance_m, other.distance_m)
