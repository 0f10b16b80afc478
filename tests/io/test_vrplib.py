"""Reading routing problems of the literature into the model."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntb_relief.errors import SchemaError
from ntb_relief.io import vrplib
from ntb_relief.io.vrplib import read_vrplib
from ntb_relief.io.vrplib.text import MAX_LOCATIONS

TINY = Path(__file__).resolve().parents[1] / "instances" / "routing"


@pytest.mark.parametrize(
    "rounding, units, length",
    [("nearest", 1, 5), ("tenths_down", 10, 53), ("thousandths", 1000, 5385), ("none", 1000, 5385)],
)
def test_lengths_become_whole_numbers_as_asked(rounding: str, units: int, length: int):
    """From client 3 at (-3, 4) to client 4 at (-8, 6) it is sqrt(29) = 5.38516."""
    problem = read_vrplib(TINY / "cvrp_x/tiny-n7-k3.vrp", rounding=rounding)
    assert problem.cost_scale == units
    assert problem.matrices["file"].distance_m[3, 4] == length
    assert problem.vehicle_types[0].cost_per_m * units == 1


def test_exact_lengths_are_rounded_up_where_time_matters_and_whole_ones_are_not():
    """Rounding down would let a vehicle arrive before it can."""
    lengths = read_vrplib(TINY / "vrptw_solomon/TINY.txt").matrices["file"].distance_m
    assert lengths[3, 4] == 5386
    assert lengths[0, 1] == 5000


def test_without_a_number_of_vehicles_there_is_one_for_every_client():
    (kind,) = read_vrplib(TINY / "cvrp_x/tiny-n7-k3.vrp").vehicle_types
    assert (kind.id, kind.count, kind.capacity, kind.max_trips, kind.max_duration_s) == ("v1", 6, (9,), 1, None)


def test_a_depot_window_is_the_shift_of_its_vehicles():
    problem = read_vrplib(TINY / "vrptw_gh1000_dimacs/tiny-windows.vrp")
    assert problem.vehicle_types[0].shift_s == (0, 1000)
    assert problem.stops[0].window_s == (400, 500)
    assert [stop.service_s for stop in problem.stops] == [20] * 6


def test_a_prize_makes_a_stop_optional_and_no_prize_does_not():
    problem = read_vrplib(TINY / "pcvrptw/tiny-prizes.vrp")
    assert [stop.prize for stop in problem.stops] == [None, 9, 8, 30, 5, 12]


def test_vehicles_start_at_their_depot_and_load_only_there():
    first, second = read_vrplib(TINY / "mdvrptw/tiny-depots.vrp").vehicle_types
    assert (first.id, first.count, first.start_id, first.end_id, first.depots) == ("v1", 2, "0", "0", {"0"})
    assert (second.id, second.count, second.start_id, second.end_id, second.depots) == ("v3", 2, "1", "1", {"1"})
    assert first.max_duration_s == 34_000


def test_access_and_costs_come_with_the_vehicles():
    stops = read_vrplib(TINY / "site_dependent_vrptw/tiny-access.vrp").stops
    assert [stop.vehicle_types for stop in stops] == [{"v1"}, None, {"v1"}, {"v3"}, None, {"v1"}]
    small, large = read_vrplib(TINY / "hfvrp_pessoa/tiny-fleet.vrp").vehicle_types
    assert (small.count, small.fixed_cost, small.cost_per_m * 1000) == (3, 500, 70)
    assert (large.count, large.fixed_cost, large.cost_per_m * 1000) == (2, 1200, 90)


def test_reloading_without_release_times_is_several_trips(tmp_path: Path):
    text = (TINY / "mtvrptwr/tiny-trips.vrp").read_text()
    start, end = text.index("RELEASE_TIME"), text.index("VEHICLES_RELOAD")
    path = tmp_path / "t.vrp"
    path.write_text(text[:start] + text[end:])
    (kind,) = read_vrplib(path).vehicle_types
    assert (kind.count, kind.max_trips, kind.depots) == (2, 7, {"0"})
    path.write_text(text[:start] + "VEHICLES_MAX_RELOADS_SECTION\n1 2\n2 2\n" + text[end:])
    (kind,) = read_vrplib(path).vehicle_types
    assert kind.max_trips == 3


def test_demand_of_several_kinds_becomes_several_dimensions(tmp_path: Path):
    head = "NAME : t\nTYPE : CVRP\nDIMENSION : 2\nVEHICLES : 1\n"
    body = "NODE_COORD_SECTION\n1 0 0\n2 3 4\nDEMAND_SECTION\n1 0 0\n2 4 70\nCAPACITY_SECTION\n1 9 100\n"
    path = tmp_path / "t.vrp"
    path.write_text(head + body)
    problem = read_vrplib(path)
    assert problem.stops[0].demand == (4, 70)
    assert problem.vehicle_types[0].capacity == (9, 100)
    assert len(problem.dimensions) == 2


@pytest.mark.parametrize(
    "change, words",
    [
        (("DIMENSION : 7", f"DIMENSION : {MAX_LOCATIONS + 1}"), "DIMENSION: is"),
        (("DIMENSION : 7", "DIMENSION : 8"), "DEMAND: has 7 lines"),
        (("2 4\n", "2 -4\n"), "DEMAND: holds -4"),
        (("2 3 4\n", "2 3 nan\n"), "NODE_COORD: holds nan"),
        (("2 3 4\n", "2 3\n"), "NODE_COORD"),
        (("CAPACITY : 9", "CAPACITY : 9.5"), "CAPACITY: is 9.5"),
        (("CAPACITY : 9", "VEHICLES : 2\nCAPACITY : 9\nVEHICLES_DEPOT_SECTION\n1 1\n2 2"), "vehicle 2: uses a depot"),
        (("CAPACITY : 9", "CAPACITY : 9\nVEHICLES_DEPOT_SECTION\n1 1"), "VEHICLES: is None"),
        (("CAPACITY : 9", "VEHICLES : 9999999999\nCAPACITY : 9\nVEHICLES_DEPOT_SECTION\n1 1"), "VEHICLES: is 9999999999"),
        (("CAPACITY : 9", "CAPACITY : 9\nEDGE_WEIGHT_FORMAT : UPPER_ROW\nEDGE_WEIGHT_SECTION\n1 2 3"), "EDGE_WEIGHT: has 3 numbers"),
        (("CAPACITY : 9", "CAPACITY : 9\nPRIZE_SECTION\n1 0\n2 1.5\n3 1\n4 1\n5 1\n6 1\n7 1"), "location 2 has 1.5"),
        (("TYPE : CVRP", "TYPE CVRP"), "line 3"),
    ],
)
def test_what_is_wrong_is_told_with_file_place_and_value(tmp_path: Path, change: tuple[str, str], words: str):
    text = (TINY / "cvrp_x/tiny-n7-k3.vrp").read_text()
    assert change[0] in text
    path = tmp_path / "wrong.vrp"
    path.write_text(text.replace(*change, 1))
    with pytest.raises(SchemaError) as caught:
        read_vrplib(path)
    assert words in str(caught.value)
    assert "wrong.vrp" in str(caught.value)


def test_a_file_that_is_too_large_is_not_even_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(vrplib, "MAX_BYTES", 100)
    with pytest.raises(SchemaError, match="give a file of at most 100"):
        read_vrplib(TINY / "cvrp_x/tiny-n7-k3.vrp")
