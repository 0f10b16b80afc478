"""Every cause of a shortfall: what it names is taken away, and the shortfall with that cause is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ntb_relief.io.scenario import load_event
from ntb_relief.plan.operation_plan import Cause
from ntb_relief.solvers.operation import solve_operation
from ntb_relief.solvers.stop import MaxIterations


@pytest.fixture(scope="module")
def flood():
    """Return the Mataram flood: 49 posko, vehicles enough, stock for a third of the needs."""
    return load_event("mataram-2025")


def causes(operation):
    plan = solve_operation(operation, stop=MaxIterations(2000), rng=1).plan
    return {short.cause for short in plan.shortfalls}


def with_vehicles(operation, number):
    kept = [x for x in operation.vehicles if x.type_id == "light_truck"][:number]
    return operation.replace(vehicles=tuple(kept))


def test_more_stock_ends_what_is_short_for_want_of_stock(flood):
    """Ten times the stock leaves nothing short for want of it."""
    assert Cause.NO_STOCK in causes(flood)
    rich = flood.replace(supplies=tuple(replace(x, quantity=10 * x.quantity) for x in flood.supplies))
    assert Cause.NO_STOCK not in causes(rich)


def test_more_vehicles_end_what_is_short_for_want_of_a_vehicle(flood):
    """One truck is too few for one level of goods; the whole fleet is enough."""
    urgent = flood.replace(needs=tuple(x for x in flood.needs if x.level == 1))
    assert Cause.NO_VEHICLE in causes(with_vehicles(urgent, 1))
    assert causes(urgent) <= {Cause.NO_STOCK}


def test_without_more_urgent_goods_nothing_is_of_lower_priority(flood):
    """One truck takes the urgent goods first; with one level alone there is no lower one."""
    assert Cause.LOWER_PRIORITY in causes(with_vehicles(flood, 1))
    urgent = flood.replace(needs=tuple(x for x in flood.needs if x.level == 1))
    assert Cause.LOWER_PRIORITY not in causes(with_vehicles(urgent, 1))


def test_longer_shifts_end_what_comes_too_late(flood):
    """A shift of one minute reaches nobody in time; the usual one does."""
    hurried = flood.replace(fleet_types=tuple(replace(x, shift_s=60) for x in flood.fleet_types))
    assert causes(hurried) == {Cause.TOO_LATE}
    assert Cause.TOO_LATE not in causes(flood)
