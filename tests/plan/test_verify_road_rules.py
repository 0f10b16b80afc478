"""The judge knows signs and the rules of ferries: forbidden turns, cancelled departures, vehicles a ferry does not take."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from ntb_relief.model.crossings import Cancellation
from ntb_relief.model.turns import Turn
from ntb_relief.plan.operation_plan import Drive
from ntb_relief.plan.verify import verify
from tests.factories import make_operation, make_plan
from tests.plan.broken.tools import with_crossing


def a_turn(plan):
    """Return the first turn that some vehicle takes: edge, node, edge."""
    drives = [action for schedule in plan.schedules for action in schedule.actions if isinstance(action, Drive)]
    turns = (turn for drive in drives for turn in zip(pairwise(drive.path.edges), drive.path.nodes[1:-1], strict=True))
    (one, other), via = next(turns)
    return one, via, other


@pytest.mark.parametrize("kind", ["no_left_turn", "only_u_turn"])
def test_a_forbidden_turn_is_found(kind):
    """A sign against a turn that the plan takes, or for another one, breaks "access"; without signs nothing is broken."""
    operation, plan = make_operation(), make_plan()
    one, via, other = a_turn(plan)
    sign = Turn(one, via, other if kind.startswith("no_") else one, kind)
    found = verify(operation.replace(roads=replace(operation.roads, turns=(sign,))), plan)
    assert {violation.rule for violation in found} == {"access"}
    assert all("where a sign forbids it" in violation.what for violation in found)


def test_a_cancelled_departure_is_found():
    """All day nothing sails: every sailing of the plan is named; a cancellation of the day before breaks nothing."""
    start = make_operation().start
    today = Cancellation(start, start + timedelta(days=1), "ombak")
    found = verify(with_crossing(cancelled=(today,)), make_plan())
    assert {violation.rule for violation in found} == {"sailing"}
    assert all("is cancelled" in violation.what for violation in found)
    yesterday = Cancellation(start - timedelta(days=1), start)
    assert verify(with_crossing(cancelled=(yesterday,)), make_plan()) == []


def test_a_ferry_that_does_not_take_the_vehicle_is_found():
    found = verify(with_crossing(profiles=("motorbike",)), make_plan())
    assert {violation.rule for violation in found} == {"access"}
    assert verify(with_crossing(profiles=("light_truck", "4wd")), make_plan()) == []
