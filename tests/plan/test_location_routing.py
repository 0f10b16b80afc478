"""The judge of location-routing plans finds each broken rule, and plans tell themselves."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from ntb_relief.model.location_routing import LocationRoutingProblem
from ntb_relief.plan.location_routing_plan import LocationRoutingPlan, SiteRoute
from ntb_relief.plan.verify import verify_location_routing

PROBLEM = LocationRoutingProblem.from_coordinates(
    [[0, 0], [10, 0], [20, 0]],
    [[1, 0], [2, 0], [11, 0]],
    site_ids=("a", "b", "c"),
    stop_ids=("x", "y", "z"),
    demand=[2, 3, 4],
    vehicle_capacity=5,
    vehicle_cost=1.0,
    capacity=[5, 4, 9],
    fixed_cost=[10, 20, 30],
    forbidden=frozenset("c"),
)
GOOD = LocationRoutingPlan(
    PROBLEM,
    ("a", "b"),
    (SiteRoute("a", ("x", "y"), 5, 4.0), SiteRoute("b", ("z",), 4, 2.0)),
    site_cost=30.0,
    vehicle_cost=2.0,
    travel_cost=6.0,
)


def _routes(*rows):
    return {"routes": tuple(SiteRoute(*row) for row in rows)}


A, B = ("a", ("x", "y"), 5, 4.0), ("b", ("z",), 4, 2.0)
BROKEN = [
    ({"sites": ("a", "b", "q")}, "unknown", "site 'q'"),
    ({"sites": ("a", "b", "b")}, "unknown", "twice"),
    (_routes(A, ("b", ("w",), 4, 2.0)), "unknown", "'w'"),
    ({"sites": ("a",)}, "open", "closed"),
    ({"sites": ("a", "b", "c")}, "open", "forbidden"),
    (_routes(A), "served", "'z': is visited 0 times"),
    (_routes(A, B, B), "served", "2 times"),
    (_routes(A, B, ("b", (), 0, 0.0)), "served", "no stop"),
    (_routes(("a", ("x", "y", "z"), 9, 22.0)), "vehicle", "holds 5"),
    (_routes(("a", ("x", "y"), 4, 4.0), B), "vehicle", "says 4"),
    (_routes(("a", ("x",), 2, 2.0), ("b", ("y",), 3, 16.0), B), "capacity", "brings 7, holds 4"),
    (_routes(("a", ("x", "y"), 5, 5.0), B), "reach", "says 5.0"),
    ({"site_cost": 10.0}, "cost", "site_cost"),
    ({"vehicle_cost": 1.0}, "cost", "vehicle_cost"),
    ({"travel_cost": 5.0}, "cost", "travel_cost"),
]


def test_a_good_plan_breaks_no_rule():
    assert verify_location_routing(PROBLEM, GOOD) == []
    assert GOOD.cost == 38


@pytest.mark.parametrize("changes, rule, words", BROKEN)
def test_each_broken_rule_is_found(changes, rule, words):
    found = verify_location_routing(PROBLEM, dataclasses.replace(GOOD, **changes))
    assert any(row.rule == rule and words in str(row) for row in found), found


def test_a_missing_way_and_a_closed_existing_site_are_found():
    travel = PROBLEM.travel_cost.copy()
    travel[3, 4] = np.inf
    assert any("no way" in row.what for row in verify_location_routing(PROBLEM.replace(travel_cost=travel), GOOD))
    must = PROBLEM.replace(forbidden=frozenset(), existing=frozenset("c"))
    assert [row.rule for row in verify_location_routing(must, GOOD)] == ["open"]
    opened = dataclasses.replace(GOOD, sites=("a", "b", "c"))
    assert verify_location_routing(must, opened) == []


def test_a_plan_tells_itself():
    assert GOOD.load == {"a": 5, "b": 4}
    assert GOOD.summary().splitlines() == [
        "2 lokasi dibuka, 2 rute; biaya 38,0 (lokasi 30,0, kendaraan 2,0, perjalanan 6,0)",
        "a: 1 rute, 2 titik, muatan 5",
        "b: 1 rute, 1 titik, muatan 4",
    ]
    frame = GOOD.to_frame()
    assert frame.values.tolist() == [["a", 1, 1, "x", 2], ["a", 1, 2, "y", 3], ["b", 2, 1, "z", 4]]
