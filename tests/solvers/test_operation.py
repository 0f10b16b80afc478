"""The main job on random operations and on the real province."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from ntb_relief.io.documents import plan_to_json
from ntb_relief.io.scenario import load_event
from ntb_relief.model.fleet import Vehicle
from ntb_relief.model.items import Item
from ntb_relief.model.needs import Need, Supply
from ntb_relief.model.operation import Closure
from ntb_relief.plan.operation_plan import Cause
from ntb_relief.plan.report import deliveries
from ntb_relief.plan.result import Status
from ntb_relief.plan.verify import verify
from ntb_relief.solvers.operation import solve_operation
from ntb_relief.solvers.stop import MaxIterations, MaxRuntime
from tests.factories import make_operation
from tests.strategies import operations

CALM = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@CALM
@given(operation=operations())
def test_every_plan_of_a_random_operation_passes_the_judge(operation):
    """Whatever the roads, stocks and fleets, the plan is valid."""
    result = solve_operation(operation, stop=MaxIterations(100), rng=1)
    assert verify(operation, result.plan) == []


def test_a_village_that_is_cut_off_is_short_for_want_of_access():
    """Closing every link of a desa leaves it unserved with that cause; opening them serves it."""
    operation = load_event("mataram-2025")
    posko = operation.poskos[0]
    table = operation.roads
    row = table.node_ids.index(posko.node_id)
    links = {(table.node_ids[a], table.node_ids[b]) for a, b in zip(table.edge_from, table.edge_to, strict=True) if row in {int(a), int(b)}}
    cut = operation.replace(closures=tuple(Closure(a, b, where="uji") for a, b in sorted(links)))
    causes = {short.cause for short in solve_operation(cut, stop=MaxIterations(500), rng=1).plan.shortfalls if short.posko_id == posko.id}
    assert causes == {Cause.NO_ACCESS}
    served = solve_operation(operation, stop=MaxIterations(500), rng=1).plan
    assert any(flow.posko_id == posko.id for flow in served.flows)


@pytest.fixture(scope="module")
def scarce():
    """Return the Mataram flood with three light trucks: they take the fair shares, then what they can of the rest."""
    flood = load_event("mataram-2025")
    trucks = [x for x in flood.vehicles if x.type_id == "light_truck"]
    return flood.replace(vehicles=tuple(trucks[:3]))


def make_far_and_near(*, trucks):
    """Return a town near the warehouse and one four times as far, with equal needs of food and of tents, and some trucks."""
    base = make_operation()
    poskos = tuple(replace(base.poskos[0], id=name, name=name, node_id=node, people=2000) for name, node in TOWNS.items())
    items = (Item("rice", "Beras", "kg", 1.0, 1.33, 1), Item("tarpaulin", "Terpal", "lembar", 4.2, 11.2, 2))
    needs = tuple(Need(posko, item.id, 40_000 if item.level == 1 else 5_000, item.level) for posko in TOWNS for item in items)
    return base.replace(
        items=items,
        rates=(),
        poskos=poskos,
        needs=needs,
        supplies=(Supply("GUDANG-MTR", "rice", 80_000), Supply("GUDANG-MTR", "tarpaulin", 10_000)),
        vehicles=tuple(Vehicle(f"T{number}", "light_truck", "GUDANG-MTR") for number in range(trucks)),
        closures=(),
    )


TOWNS = {"near": "n:pemenang", "far": "n:bayan"}


def test_scarce_vehicles_bring_the_far_as_much_as_the_near():
    """Five trucks cannot bring it all: both towns get about the same share of food, and food goes before tents."""
    plan = solve_operation(make_far_and_near(trucks=5), stop=MaxIterations(5000), rng=1).plan
    brought = Counter(deliveries(plan))
    near, far = (brought[name, "rice"] / 40_000 for name in TOWNS)
    assert 0.2 < far < 1
    assert abs(near - far) < 0.2
    assert brought["near", "tarpaulin"] * 4.2 < 0.1 * brought["near", "rice"]


def test_with_vehicles_enough_all_that_is_given_is_brought():
    """Forty trucks bring every kilogram of both towns."""
    plan = solve_operation(make_far_and_near(trucks=40), stop=MaxIterations(5000), rng=1).plan
    assert plan.shortfalls == ()


def test_goods_that_cost_too_much_to_carry_stay_behind_unless_they_save_lives():
    """At Rp1,000,000 a kilometre no tent is carried and the plan says why; rice is carried all the same."""
    operation = make_far_and_near(trucks=40)
    dear = operation.replace(fleet_types=tuple(replace(x, cost_idr_per_km=1_000_000) for x in operation.fleet_types))
    plan = solve_operation(dear, stop=MaxIterations(5000), rng=1).plan
    assert {(short.item_id, short.cause) for short in plan.shortfalls} == {("tarpaulin", Cause.TOO_COSTLY)}
    assert any("Rp5.000" in note for note in plan.notes)
    assert {item for _, item in deliveries(plan)} == {"rice"}


def test_stock_is_not_given_over_a_way_that_leaves_no_time_to_unload():
    """Where the day ends before half a load is off the truck, nothing is promised and the cause is time."""
    operation = make_far_and_near(trucks=3)
    slow = operation.replace(fleet_types=tuple(replace(x, unloading_s_per_t=36_000) for x in operation.fleet_types))
    plan = solve_operation(slow, stop=MaxIterations(500), rng=1).plan
    assert plan.flows == ()
    assert {short.cause for short in plan.shortfalls} == {Cause.TOO_LATE}
    few = slow.replace(needs=tuple(replace(x, quantity=10) for x in slow.needs))
    assert solve_operation(few, stop=MaxIterations(500), rng=1).plan.shortfalls == ()


def test_vehicles_smaller_than_a_shipment_do_not_stand_by_while_goods_are_left():
    """One truck cannot bring it all; its shipments are twice too large for a pickup, which carries some all the same."""
    operation = make_far_and_near(trucks=1)
    small = Vehicle("P0", "pickup_4wd", "GUDANG-MTR")
    kinds = [replace(x, id="pickup_4wd", capacity_kg=1000.0, capacity_l=3000.0) for x in operation.fleet_types if x.id == "light_truck"]
    kept = tuple(x for x in operation.fleet_types if x.id != "pickup_4wd")
    mixed = operation.replace(fleet_types=(*kept, *kinds), vehicles=(*operation.vehicles, small))
    result = solve_operation(mixed, stop=MaxIterations(3000), rng=1)
    assert {schedule.vehicle_id for schedule in result.plan.schedules} == {"T0", "P0"}
    assert verify(mixed, result.plan) == []
    assert result.bound <= result.objective


def test_what_the_fair_shares_leave_of_the_fleet_is_used(scarce):
    """The second outing of a vehicle follows the first; the plan passes the judge."""
    result = solve_operation(scarce, stop=MaxIterations(2000), rng=1)
    assert verify(scarce, result.plan) == []
    assert {step.wave for step in result.replay} == {0, 1}


def test_a_recorded_run_is_repeated_to_the_byte(scarce):
    """The clock decides a run once; its steps give the same plan again, however long the machine takes."""
    first = solve_operation(scarce, stop=MaxRuntime(0.4), rng=3)
    again = solve_operation(scarce, stop=MaxIterations(1), rng=3, replay=first.replay)
    assert again.replay == first.replay
    assert (again.objective, again.bound, again.iterations) == (first.objective, first.bound, first.iterations)
    timeless = [replace(x, seconds=0.0, trace=(), status=Status.TIME_LIMIT) for x in (first, again)]
    one, other = (json.loads(plan_to_json(x)) for x in timeless)
    assert one.pop("run").keys() == other.pop("run").keys()
    assert json.dumps(one) == json.dumps(other)


def test_a_cancelled_search_returns_its_plan_at_once(scarce):
    """Ctrl-C while trucks are searched: no later wave searches, and the plan so far is valid."""
    begin, searched = time.perf_counter(), []

    def cancel(progress):
        if progress.iterations:
            searched.append(progress.phase)
            raise KeyboardInterrupt

    result = solve_operation(scarce, stop=MaxRuntime(60), rng=1, on_progress=cancel)
    assert time.perf_counter() - begin < 30
    assert result.status is Status.STOPPED
    assert {step.wave for step in result.replay} <= {0}
    assert searched == ["routing"]
    assert verify(scarce, result.plan) == []
    assert result.plan.schedules
