"""Plans heed what a ferry does not do: cancelled hours, vehicles it refuses; and signs on the road. The judge agrees."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from ntb_relief.model.crossings import Cancellation
from ntb_relief.model.turns import Turn
from ntb_relief.plan.operation_plan import Drive
from ntb_relief.plan.verify import verify
from ntb_relief.solvers.operation import solve_operation
from ntb_relief.solvers.stop import MaxIterations
from tests.factories import make_operation

PLAIN = make_operation()


def plan_of(operation):
    plan = solve_operation(operation, stop=MaxIterations(30), rng=1).plan
    assert verify(operation, plan) == []
    return plan


def drives_of(plan):
    return [action for schedule in plan.schedules for action in schedule.actions if isinstance(action, Drive)]


def departures(plan):
    return {use.departure_s for drive in drives_of(plan) for use in drive.sailings}


@pytest.mark.parametrize("rules", [{"cancelled": (Cancellation(PLAIN.start),)}, {"profiles": ("4wd",)}])
def test_no_truck_takes_a_ferry_that_does_not_take_it(rules):
    """The truck that takes the ferry otherwise stays on its island, and what it would have brought is told short."""
    assert departures(plan_of(PLAIN))
    plan = plan_of(PLAIN.replace(crossings=(replace(PLAIN.crossings[0], **rules),)))
    assert departures(plan) == set()
    assert sum(x.quantity for x in plan.shortfalls) > sum(x.quantity for x in plan_of(PLAIN).shortfalls)


def test_no_drive_turns_where_a_sign_forbids_it():
    """Each turn that a plan takes, forbidden in turn: the next plan drives around or leaves the posko out, never through."""
    taken = {
        (one, via, other)
        for drive in drives_of(plan_of(PLAIN))
        for (one, other), via in zip(pairwise(drive.path.edges), drive.path.nodes[1:-1], strict=True)
    }
    assert taken
    for one, via, other in sorted(taken)[:3]:
        roads = replace(PLAIN.roads, turns=(Turn(one, via, other, "no_straight_on"),))
        plan_of(PLAIN.replace(roads=roads))
