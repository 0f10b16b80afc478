"""The fleet's hours shared out: hand cases, and the smallest share against a formula."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.model.fleet import FleetType, Vehicle
from ntb_relief.model.items import Item
from ntb_relief.model.needs import Need
from ntb_relief.model.places import Posko
from ntb_relief.plan.operation_plan import Flow
from ntb_relief.solvers.carriage import FLEET_USE, share_carriage
from ntb_relief.solvers.fleet_groups import FleetGroup
from ntb_relief.solvers.hauls import Haul
from ntb_relief.units import DAY_S, HOUR_S
from tests.factories import make_operation

ITEMS = (Item("food", "Pangan", "kg", 1.0, 1.0, 1), Item("tent", "Tenda", "kg", 1.0, 1.0, 2))


def ask(kg, *, level=1):
    """Return an operation without vehicles and the flows that give each posko so many kilograms."""
    item = ITEMS[level - 1].id
    poskos = tuple(Posko(f"p{i}", f"P{i}", lon=116.2, lat=-8.33, node_id="n:gangga", people=100, households=30) for i in range(len(kg)))
    needs = tuple(Need(posko.id, item, quantity, level) for posko, quantity in zip(poskos, kg, strict=True))
    operation = make_operation(items=ITEMS, rates=(), poskos=poskos, needs=needs, supplies=(), vehicles=(), horizon_s=DAY_S)
    return operation, [Flow("GUDANG-MTR", item, need.posko_id, need.quantity) for need in needs]


def group(name, *, number=1, capacity_kg=1000.0, shift_h=10):
    kind = FleetType(name, name, "light_truck", capacity_kg, 10 * capacity_kg, 0, 1000, 0, 0, 0, shift_h * HOUR_S)
    return FleetGroup(name, kind, "GUDANG-MTR", 0, tuple(Vehicle(f"{name}{i}", name, "GUDANG-MTR") for i in range(number)))


def haul(truck, *, hours, approach_h=0, trip_idr=0.0):
    return Haul(truck, round(hours * HOUR_S), approach_h * HOUR_S, trip_idr)


def shares(operation, flows, hauls):
    found = share_carriage(operation, flows, hauls={("GUDANG-MTR", posko): way for posko, way in hauls.items()})
    return {(posko, level): share for (_, posko, level), share in found.items()}


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    rows=st.lists(st.tuples(st.integers(500, 20_000), st.floats(0.5, 8)), min_size=1, max_size=5),
    number=st.integers(1, 3),
)
def test_one_fleet_brings_all_the_same_share(rows, number):
    """With one group, the share is its hours over the hours that everything takes, for the near and the far alike."""
    operation, flows = ask([kg for kg, _ in rows])
    truck = group("truck", number=number)
    found = shares(operation, flows, {f"p{i}": [haul(truck, hours=hours)] for i, (_, hours) in enumerate(rows)})
    wanted = sum(kg / 1000 * round(hours * HOUR_S) / HOUR_S for kg, hours in rows)
    share = min(1.0, FLEET_USE * number * 10 / wanted)
    assert list(found.values()) == pytest.approx([share if 0.02 < share < 0.98 else round(share)] * len(rows), abs=1e-4)


def test_the_approach_to_a_leg_costs_hours_of_the_day():
    """Five of ten hours are lost on the way to the warehouse: half of the rest is brought."""
    operation, flows = ask([5000])
    near = shares(operation, flows, {"p0": [haul(group("truck"), hours=2)]})
    far = shares(operation, flows, {"p0": [haul(group("truck"), hours=2, approach_h=5)]})
    assert far["p0", 1] == pytest.approx(near["p0", 1] / 2, abs=1e-4)


def test_who_hangs_on_a_scarce_vehicle_holds_nobody_down():
    """The hamlet that one motorbike serves gets what the motorbike can bring; the towns are lifted on with the truck's hours."""
    operation, flows = ask([10_000, 10_000, 10_000])
    truck, motorbike = group("truck"), group("motorbike", capacity_kg=50.0)
    found = shares(operation, flows, {"p0": [haul(truck, hours=1)], "p1": [haul(truck, hours=1)], "p2": [haul(motorbike, hours=0.2)]})
    assert found["p2", 1] == pytest.approx(FLEET_USE * 10 / 0.2 * 50 / 10_000, abs=1e-4)
    assert found["p0", 1] == found["p1", 1] == pytest.approx(FLEET_USE * 10 / 20, abs=1e-4)


def test_life_saving_goods_take_all_hours_before_the_next_level():
    """While level 1 is not whole, level 2 gets no share; once it is, the hours left go to level 2."""
    operation, urgent = ask([20_000])
    _, later = ask([20_000], level=2)
    operation = operation.replace(needs=(*operation.needs, Need("p0", "tent", 20_000, 2)))
    few, many = ({"p0": [haul(group("truck", number=number), hours=1)]} for number in (2, 4))
    assert shares(operation, [*urgent, *later], few) == {("p0", 1): pytest.approx(0.75, abs=1e-4), ("p0", 2): 0.0}
    assert shares(operation, [*urgent, *later], many) == {("p0", 1): 1.0, ("p0", 2): pytest.approx(0.5, abs=1e-4)}


def test_what_boats_alone_carry_is_not_limited_by_trucks():
    operation, flows = ask([1000])
    assert shares(operation, flows, {"p0": []}) == {("p0", 1): 1.0}


def test_without_goods_there_is_nothing_to_share():
    operation, _ = ask([1000])
    assert share_carriage(operation, [], hauls={}) == {}


def test_a_price_above_the_limit_gives_no_share_to_level_2():
    """A motorbike at Rp10,000 a kilogram brings food, and no tents."""
    for level, share in ((1, 1.0), (2, 0.0)):
        operation, flows = ask([50], level=level)
        ways = {"p0": [haul(group("motorbike", capacity_kg=50.0), hours=1, trip_idr=500_000.0)]}
        assert shares(operation, flows, ways) == {("p0", level): share}
