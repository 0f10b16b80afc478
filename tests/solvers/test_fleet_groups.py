"""Groups of the fleet, what is left of it after a wave, and what its trips cost."""

from __future__ import annotations

import pytest

from ntb_relief.geo.disruption import network_today
from ntb_relief.plan.operation_plan import Load, VehicleSchedule
from ntb_relief.solvers.fleet_groups import group_fleet, rest_of_fleet
from ntb_relief.solvers.hauls import Hauls
from ntb_relief.solvers.ways import find_travel
from ntb_relief.units import DAY_S, HOUR_S
from tests.factories import make_operation


def test_vehicles_that_came_back_have_the_rest_of_their_shift():
    """A truck back after 7 h 50 of its 15 h goes on from hour 8 to 15 at no fixed cost; idle ones stay as they were."""
    trucks = group_fleet(make_operation(), afloat=False)
    done = VehicleSchedule("DR 8001 A", (Load("GUDANG-MTR", 0, 28_200, ()),), 0, 0)
    rest = {x.vehicles[0].id: x for x in rest_of_fleet(trucks, {"DR 8001 A": done}, horizon_s=DAY_S)}
    again = rest.pop("DR 8001 A")
    assert (again.available_s, again.until_s, again.kind.shift_s, again.kind.fixed_idr) == (8 * HOUR_S, 15 * HOUR_S, 7 * HOUR_S, 0)
    assert sorted(rest) == ["DR 8002 A", "DR 8004 A", "EA 8003 B"]
    assert all(group in trucks for group in rest.values())


def test_vehicles_without_time_stay_home():
    """Who comes back at the end of the shift does not go out again."""
    trucks = group_fleet(make_operation(), afloat=False)
    done = VehicleSchedule("DR 8001 A", (Load("GUDANG-MTR", 0, 15 * HOUR_S, ()),), 0, 0)
    assert "DR 8001 A" not in {x.vehicles[0].id for x in rest_of_fleet(trucks, {"DR 8001 A": done}, horizon_s=DAY_S)}


def test_a_haul_counts_loading_both_ways_and_the_price_of_kilometres_and_hours():
    """Mataram to Gangga and back by light truck: 28 km of trunk road at 42 km/h and 16 km of national road at 38, twice."""
    operation = make_operation()
    hauls = Hauls(find_travel(operation, network_today(operation)))
    group = next(x for x in group_fleet(operation, afloat=False) if x.id == "light_truck@GUDANG-MTR+0")
    (haul,) = hauls.over(("GUDANG-MTR", "gangga"), [group])
    hours = 0.5 + 2 * (28 / 42 + 16 / 38)
    assert haul.trip_s == pytest.approx(hours * HOUR_S, abs=4)
    assert haul.approach_s == 0
    assert haul.trip_idr == pytest.approx(88 * 3500 + hours * 35_000 + 250_000 * hours / 15, rel=1e-3)
    assert haul.price_idr(2250, 100) == pytest.approx(haul.trip_idr / 2 + 35_000 * 2.25 * 720 / HOUR_S)
    assert haul.load_share(450, 8000) == 0.5


def test_roads_that_do_not_lead_there_make_no_haul():
    """A light truck cannot reach Sembalun while its good road is cut; the pickup can."""
    operation = make_operation()
    hauls = Hauls(find_travel(operation, network_today(operation)))
    kinds = {haul.group.kind.id for haul in hauls.over(("GUDANG-MTR", "sembalun"), group_fleet(operation, afloat=False))}
    assert kinds == {"pickup_4wd"}
