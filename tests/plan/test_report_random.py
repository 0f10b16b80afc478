"""Reports and maps of random plans: every sum agrees with the plan, whatever the plan is like."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings

from ntb_relief.plan.report import (
    deliveries,
    manifest_frame,
    receipt_frame,
    shortfall_frame,
    stock_after,
    stock_by_owner,
    stock_frame,
    summarise,
    visit_frame,
)
from ntb_relief.viz.maps import map_operation, map_plan
from tests.oracles.operation import naive_plan
from tests.strategies import operations
from tests.viz.pages import Page

few = settings(deadline=None, max_examples=25)


@few
@given(operation=operations())
def test_deliveries_shortfalls_and_stock_balance(operation):
    plan = naive_plan(operation)
    total = Counter(deliveries(plan))
    for short in plan.shortfalls:
        total[short.posko_id, short.item_id] += short.quantity
    assert total == Counter({(need.posko_id, need.item_id): need.quantity for need in operation.needs if need.quantity})
    there: Counter[str] = Counter()
    for (_, item_id), quantity in (*stock_after(plan).items(), *deliveries(plan).items()):
        there[item_id] += quantity
    before: Counter[str] = Counter()
    for supply in operation.supplies:
        before[supply.item_id] += supply.quantity
    assert +there == +before
    assert all(0 <= taken <= supply.quantity for supply, taken in stock_by_owner(plan))


@few
@given(operation=operations())
def test_tables_add_up_to_the_plan(operation):
    plan = naive_plan(operation)
    visits, receipts, stock = visit_frame(plan), receipt_frame(plan), stock_frame(plan)
    assert visits["jumlah"].sum() == manifest_frame(plan)["jumlah"].sum()
    assert receipts["diberikan"].sum() == sum(deliveries(plan).values())
    assert receipts["kekurangan"].sum() == shortfall_frame(plan)["jumlah"].sum()
    assert stock["sisa"].sum() == sum(stock_after(plan).values())
    assert visits["kg"].sum() == pytest.approx(manifest_frame(plan)["kg"].sum())


@few
@given(operation=operations())
def test_summary_and_maps_tell_of_every_vehicle_and_posko(operation):
    plan = naive_plan(operation)
    assert summarise(plan).startswith("RENCANA DISTRIBUSI BANTUAN")
    data = Page(map_plan(plan).html).data
    assert {vehicle["id"] for kind in data["types"] for vehicle in kind["vehicles"]} == {x.vehicle_id for x in plan.schedules}
    assert len(data["poskos"]) == len(Page(map_operation(operation).html).data["poskos"]) == len(operation.poskos)
