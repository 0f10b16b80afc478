"""Shipments: nothing lost, whole rations, room for the vehicles that go there, and a worth that keeps the order of levels."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.model.fleet import FleetType, Vehicle
from ntb_relief.model.items import Item
from ntb_relief.model.needs import Need
from ntb_relief.plan.operation_plan import Flow
from ntb_relief.solvers.fleet_groups import FleetGroup
from ntb_relief.solvers.hauls import Haul
from ntb_relief.solvers.shipments import make_shipments, split_shipment
from tests.factories import make_operation

ITEMS = (
    Item("rice", "Beras", "kg", 1.0, 1.33, 1),
    Item("water", "Air", "liter", 1.05, 1.1, 1),
    Item("tent", "Tenda", "unit", 55.0, 281.75, 2),
    Item("blanket", "Selimut", "lembar", 0.68, 1.53, 2),
)
LEVEL = {item.id: item.level for item in ITEMS}
PAIR = "GUDANG-MTR", "gangga"


def haul(*, capacity_kg=4500.0, capacity_l=16_000.0, trip_idr=500_000.0):
    kind = FleetType("t", "T", "light_truck", capacity_kg, capacity_l, 0, 0, 0, 0, 0, 36_000)
    return Haul(FleetGroup("t", kind, "GUDANG-MTR", 0, (Vehicle("1", "t", "GUDANG-MTR"),)), 7200, 0, trip_idr)


def ship(quantities, *, carried=1.0, ways=None, onward=()):
    needs = tuple(Need("gangga", name, quantity, LEVEL[name]) for name, quantity in quantities.items())
    operation = make_operation(items=ITEMS, rates=(), needs=needs, supplies=())
    flows = [Flow("GUDANG-MTR", name, "gangga", quantity) for name, quantity in quantities.items()]
    shares = {(*PAIR, level): carried for level in (1, 2)}
    return make_shipments(operation, flows, hauls={PAIR: [ways or [haul()], *onward]}, carried=shares)


goods = st.fixed_dictionaries({item.id: st.integers(1, 20_000 if item.level == 1 else 200) for item in ITEMS})


@settings(max_examples=50, deadline=None, derandomize=True)
@given(quantities=goods, carried=st.floats(0, 1), capacity_kg=st.sampled_from([60.0, 1000.0, 10_000.0]))
def test_shipments_hold_all_goods_once_and_fit_half_a_load(quantities, carried, capacity_kg):
    """Cutting loses nothing; only a single unit may be larger than half a load; each has one level and its own name."""
    shipments = ship(quantities, carried=carried, ways=[haul(capacity_kg=capacity_kg, capacity_l=3 * capacity_kg)])
    total, inside = Counter(), Counter()
    for shipment in shipments:
        for line in shipment.lines:
            total[line.item_id] += line.quantity
            inside[line.item_id] += line.quantity * shipment.in_share
            assert LEVEL[line.item_id] == shipment.level
        units = sum(line.quantity for line in shipment.lines)
        assert units == 1 or (shipment.kg <= capacity_kg / 2 + 1e-6 and shipment.litres <= 1.5 * capacity_kg + 1e-6)
    assert total == quantities
    assert inside == Counter({name: round(carried * quantity) for name, quantity in quantities.items()}) or carried == 0
    assert len({shipment.id for shipment in shipments}) == len(shipments)


def test_every_shipment_is_a_whole_ration():
    """Rice and water come one to five in each: nobody gets all the water and no rice."""
    shipments = ship({"rice": 2000, "water": 10_000})
    assert len(shipments) > 2
    for shipment in shipments:
        amount = {line.item_id: line.quantity for line in shipment.lines}
        assert amount["water"] == pytest.approx(5 * amount["rice"], abs=6)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(quantities=goods)
def test_by_weight_or_volume_each_level_is_worth_more_than_the_next(quantities):
    """The least worthy load of food beats the worthiest load of the next level."""
    per_load = {1: [], 2: []}
    for x in ship(quantities):
        per_load[x.level].append(x.worth_idr / max(x.kg / 4500, x.litres / 16_000))
    assert min(per_load[1]) > max(per_load[2])


def test_the_worth_follows_the_cost_of_the_leg():
    """Where a trip costs three times as much, the goods are worth three times as much: far is not passed over."""
    near, far = (ship({"rice": 2000}, ways=[haul(trip_idr=price)]) for price in (200_000.0, 600_000.0))
    assert [x.worth_idr for x in far] == pytest.approx([3 * x.worth_idr for x in near], rel=1e-6)


def test_what_comes_first_is_worth_more_than_what_comes_last():
    worth = [x.worth_idr / x.kg for x in ship({"rice": 20_000}, carried=0.5)]
    assert worth == sorted(worth, reverse=True)
    assert worth[0] > 3 * worth[-1]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(quantities=goods, limit_kg=st.sampled_from([60.0, 1000.0]))
def test_a_shipment_cut_again_loses_neither_goods_nor_worth(quantities, limit_kg):
    """Its pieces fit the smaller vehicle (or are one unit), keep level and way, and are worth together what it was."""
    operation = make_operation(items=ITEMS, rates=(), needs=(), supplies=())
    for whole in ship(quantities):
        parts = split_shipment(operation, whole, limits=(limit_kg, 3 * limit_kg))
        total = Counter()
        for part in parts:
            total.update({line.item_id: line.quantity for line in part.lines})
            units = sum(line.quantity for line in part.lines)
            assert units == 1 or (part.kg <= limit_kg + 1e-6 and part.litres <= 3 * limit_kg + 1e-6)
            assert (part.origin_id, part.posko_id, part.level) == (whole.origin_id, whole.posko_id, whole.level)
        assert total == {line.item_id: line.quantity for line in whole.lines}
        assert sum(part.worth_idr for part in parts) == whole.worth_idr
        assert len({part.id for part in parts}) == len(parts)


def test_what_a_truck_takes_to_a_harbour_fits_the_boat():
    """Half a truckload is more than a boat carries; goods that change there come in pieces of half a boat."""
    boat = haul(capacity_kg=1500.0, capacity_l=6000.0)
    assert max(x.kg for x in ship({"rice": 4000}, ways=[haul()])) > 1500
    assert max(x.kg for x in ship({"rice": 4000}, ways=[haul()], onward=[[boat]])) <= 750
