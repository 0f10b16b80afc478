"""The judge of operation plans: a valid plan passes, and each rule is broken alone and found."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, replace
from datetime import UTC

import pytest

from ntb_relief.plan.operation_plan import Cause, Load, Shortfall, Unload
from ntb_relief.plan.verify import Violation, verify
from tests.factories import make_operation, make_plan
from tests.plan.broken import days, goods
from tests.plan.broken.tools import BOAT, TRUCK, cases_of, line_of, with_crossing, with_schedule

CASES = cases_of(days, goods)


def test_valid_plan_breaks_no_rule():
    """The hand-made plan, with a ferry, a boat, transfers and waiting, is found valid."""
    assert verify(make_operation(), make_plan()) == []


def test_empty_plan_with_all_needs_short_is_valid():
    """Doing nothing is a plan, if it says so."""
    operation = make_operation()
    short = tuple(Shortfall(x.posko_id, x.item_id, x.level, x.quantity, Cause.NO_VEHICLE, "") for x in operation.needs)
    plan = replace(make_plan(), flows=(), schedules=(), shortfalls=short, min_share={1: 0.0, 2: 0.0})
    assert verify(operation, plan) == []


def test_smaller_share_may_be_claimed():
    """A smallest share below what the flows give is modest, not wrong."""
    assert verify(make_operation(), replace(make_plan(), min_share={1: 0.0})) == []


def test_sailing_slots_count_each_direction_alone():
    """One vehicle each way on ferries of one slot is no conflict."""
    assert verify(with_crossing(slots=1), make_plan()) == []


def test_transfer_may_load_the_second_it_was_brought():
    """The boat loads exactly when the truck has unloaded."""
    plan = make_plan()
    unload, load = plan.schedules[TRUCK].actions[2], plan.schedules[BOAT].actions[0]
    assert isinstance(unload, Unload)
    assert isinstance(load, Load)
    assert unload.end_s == load.start_s
    assert verify(make_operation(), plan) == []


def test_goods_may_be_left_at_a_transfer_point():
    """What no boat takes on stays at the harbour, as long as it is counted as lacking."""
    plan = make_plan()
    boat = plan.schedules[BOAT]
    short = Shortfall("gili", "blanket", 2, line_of(plan, "gili", "blanket").quantity, Cause.TOO_LATE, "")
    plan = with_schedule(plan, BOAT, replace(boat, actions=boat.actions[:4]))
    assert verify(make_operation(), replace(plan, shortfalls=(*plan.shortfalls, short))) == []


def test_start_may_be_written_in_another_clock():
    """06.00 WITA is 22.00 UTC of the day before; the timetable is WITA all the same."""
    operation = make_operation()
    assert verify(operation.replace(start=operation.start.astimezone(UTC)), make_plan()) == []


@pytest.mark.parametrize("name,rules,case", CASES, ids=[name for name, _, _ in CASES])
def test_broken_plan_breaks_exactly_its_rules(name, rules, case):
    """Each case changes one thing, and the judge names that thing and nothing else."""
    operation, plan = case()
    found = verify(operation, plan)
    assert {violation.rule for violation in found} == rules, [str(violation) for violation in found]
    assert all(violation.where and violation.what for violation in found), name


def test_every_rule_has_a_case_that_breaks_it():
    """The table in the documentation of `verify` lists the rules, and none is without a test."""
    rows = re.findall(r"^    (\w+) +\S", (verify.__doc__ or "").split("========== ==")[1], flags=re.MULTILINE)
    assert set(rows) == {rule for _, rules, _ in CASES for rule in rules}


def test_violation_reads_as_a_line():
    """A violation prints its rule, its place and its numbers, and cannot be changed."""
    violation = verify(*goods.cost_is_two_rupiah_low())[0]
    assert str(violation).startswith("[cost] vehicle 'DR 8001 A': says Rp ")
    with pytest.raises(FrozenInstanceError):
        violation.rule = "none"
    assert violation == Violation(violation.rule, violation.where, violation.what)
