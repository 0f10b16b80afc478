"""The judge of site plans finds each broken rule, and nothing in a good plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ntb_relief.model.facility_location import FacilityLocationProblem
from ntb_relief.model.facility_location_goals import (
    BackupCover,
    FairCover,
    FixedCharge,
    MaxBackupCover,
    MaxCover,
    PCenter,
    PGini,
    PLeximin,
    PMedian,
    SetCover,
)
from ntb_relief.plan.site_plan import Assignment, SitePlan
from ntb_relief.plan.verify.sites import verify_sites

PROBLEM = FacilityLocationProblem(
    ("a", "b", "c"),
    ("x", "y", "z"),
    np.array([[1.0, 2, 9], [3, 4, np.inf], [5, 6, 1]]),
    weight=[1, 2, 3],
    demand=[4, 5, 6],
    capacity=[9, 10, 10],
    fixed_cost=[7, 8, 9],
    group=("Bima", "Bima", "Dompu"),
    existing=frozenset("x"),
    forbidden=frozenset("z"),
)
ROWS = (Assignment("a", "x", 1.0), Assignment("b", "x", 3.0), Assignment("c", "y", 6.0))
PLAN = SitePlan(PROBLEM, FixedCharge(), ("x", "y"), ROWS, 1 + 6 + 18 + 8.0)


def test_a_good_plan_has_no_violation_and_shows_itself():
    assert verify_sites(PROBLEM, PLAN) == []
    assert PLAN.load == {"x": 9, "y": 6}
    assert PLAN.served_weight == 6
    assert "x: 2 titik, kebutuhan 9" in PLAN.summary()
    assert PLAN.to_frame()["site_id"].tolist() == ["x", "x", "y"]


@pytest.mark.parametrize(
    "changes, rule",
    [
        ({"sites": ("x", "y", "q")}, "unknown"),
        ({"sites": ("x", "y", "y")}, "unknown"),
        ({"assignments": (*ROWS, Assignment("q", "x", 1.0))}, "unknown"),
        ({"sites": ("y",)}, "open"),
        ({"sites": ("x", "y", "z")}, "open"),
        ({"sites": ("x",)}, "open"),
        ({"goal": PMedian(1)}, "number"),
        ({"goal": PCenter(1)}, "number"),
        ({"assignments": ROWS[:2]}, "served"),
        ({"assignments": (*ROWS[:2], replace(ROWS[2], share=0.5))}, "served"),
        ({"assignments": (replace(ROWS[0], cost=0.5), *ROWS[1:])}, "reach"),
        ({"goal": SetCover(5.0)}, "reach"),
        ({"goal": MaxCover(2, 5.0)}, "reach"),
        ({"goal": PMedian(budget=7.0)}, "budget"),
        ({"goal": FairCover(2, 9.0)}, "objective"),
        ({"goal": PLeximin(2)}, "objective"),
        ({"goal": PGini(2)}, "nearest"),
        ({"goal": PGini(2)}, "objective"),
        ({"goal": BackupCover(5.0)}, "backup"),
        ({"goal": MaxBackupCover(2, 2.0)}, "backup"),
        ({"goal": MaxBackupCover(2, 5.0)}, "objective"),
        ({"assignments": (*ROWS[:2], Assignment("c", "x", 5.0))}, "capacity"),
        ({"objective": 32.0}, "objective"),
    ],
)
def test_each_broken_rule_is_found(changes, rule):
    assert rule in {violation.rule for violation in verify_sites(PROBLEM, replace(PLAN, **changes))}


def test_a_split_demand_point_breaks_a_single_source_problem():
    parts = (*ROWS[:2], Assignment("c", "y", 6.0, 0.5), Assignment("c", "x", 5.0, 0.5))
    broken = verify_sites(PROBLEM.replace(is_single_source=True), replace(PLAN, assignments=parts))
    assert "source" in {violation.rule for violation in broken}
