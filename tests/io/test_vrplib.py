"""Reading routing problems of the literature into the model."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntb_relief.errors import SchemaError
from ntb_relief.io import vrplib
from ntb_relief.io.vrplib import parse_table, read_vrplib
from ntb_relief.io.vrplib.problem import build_problem
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


CORDEAU = """2 2 3 2
9 4
0 0
1 3 4 1 2 1 2 1 2
2 6 8 1.5 3 1 2 1 2
3 -3 4 0 4 1 2 1 2
4 0 0 0 0 0 0
5 20 0 0 0 0 0
"""
LI_LIM = """3 10 1
0 0 0 0 0 90 0 0 0
1 3 4 6 0 40 2 0 2
2 6 8 -6 10 60 2 1 0
"""
SPLIT = "2 10\n7 12\n0 0\n3 4 6 8\n"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "wrong.txt"
    path.write_text(text)
    return path


def test_cordeau_has_vehicles_durations_and_loads_by_depot(tmp_path: Path):
    """Zero is no limit; a depot's line among the locations says where it lies."""
    problem = read_vrplib(written(tmp_path, CORDEAU))
    first, second = problem.vehicle_types
    assert (first.id, first.count, first.start_id, first.depots, first.max_duration_s, first.capacity) == ("v1", 2, "0", {"0"}, 9000, (4,))
    assert (second.id, second.count, second.end_id, second.max_duration_s, second.capacity) == ("v3", 2, "1", None, (9,))
    assert [stop.id for stop in problem.stops] == ["2", "3", "4"]
    assert [stop.demand for stop in problem.stops] == [(2,), (3,), (4,)]
    assert [stop.service_s for stop in problem.stops] == [1000, 1500, 0]
    assert problem.matrices["file"].distance_m[1, 0] == 20_000
    assert problem.matrices["file"].distance_m[0, 3] == 10_000
    assert problem.cost_scale == 1000


def test_cordeau_with_windows_opens_stops_and_depots(tmp_path: Path):
    text = "6 1 1 1\n0 10\n1 3 4 2 5 1 1 1 10 50\n2 0 0 0 0 0 0 0 90\n"
    problem = read_vrplib(written(tmp_path, text))
    assert problem.stops[0].window_s == (10_000, 50_000)
    assert problem.vehicle_types[0].shift_s == (0, 90_000)


def test_li_and_lim_pairs_become_transfers(tmp_path: Path):
    giver, receiver = read_vrplib(written(tmp_path, LI_LIM)).stops
    assert (giver.id, giver.pickup, giver.demand, giver.taken_from) == ("1", (6,), (0,), None)
    assert (receiver.id, receiver.pickup, receiver.demand, receiver.taken_from) == ("2", (), (6,), "1")
    assert receiver.window_s == (10_000, 60_000)


def test_a_text_of_split_deliveries_is_told_apart():
    table = parse_table(SPLIT, name="t")
    assert (table.can_split, table.kind, table.vehicles.count) == (True, "SDVRP", None)
    assert table.demand[:, 0].tolist() == [0, 7, 12]
    assert table.vehicles.capacity.tolist() == [[10]]
    problem = build_problem(table, rounding=None)
    assert [(stop.demand, stop.min_drop) for stop in problem.stops] == [((7,), 1), ((12,), 1)]
    assert problem.vehicle_types[0].count == 4  # a best plan has fewer visits than clients and full loads together
    assert table.xy is not None
    assert table.xy.tolist() == [[0, 0], [3, 4], [6, 8]]


def test_solomon_without_its_words_is_still_read():
    """Its first line is then as that of split deliveries."""
    table = parse_table("3 10\n0 0 0 0 0 90 0\n1 3 4 6 0 40 2\n", name="t")
    assert (table.kind, table.can_split, table.vehicles.count) == ("SOLOMON", False, 3)


@pytest.mark.parametrize(
    "text, words",
    [
        (CORDEAU.replace("2 2 3 2", "1 2 3 2"), "type: is 1: visits on several days"),
        (CORDEAU.replace("2 2 3 2", "3 2 3 2"), "type: is 3: vehicles that may not serve"),
        (CORDEAU.replace("2 2 3 2", "9 2 3 2"), "type: is 9"),
        (CORDEAU.replace("2 2 3 2", "2 2 9 2"), "numbered from 1 to 9"),
        (CORDEAU.replace("2 2 3 2", "2 0 3 2"), "number of vehicles: is 0"),
        (CORDEAU.replace("2 2 3 2", "2 999999 3 2"), "number of vehicles: is 999999"),
        (CORDEAU.replace("2 2 3 2", "2 2 3 0"), "number of depots: is 0"),
        (CORDEAU.replace("2 2 3 2", "2 2 999999 2"), "number of customers: is 999999"),
        (CORDEAU.replace("9 4\n", "9\n"), "depots: are not told by 2 lines"),
        (CORDEAU.replace("9 4\n", "-9 4\n"), "depot 1: has the longest duration -9"),
        (CORDEAU.replace("9 4\n", "9 4.5\n"), "capacity at depot 1: is 4.5"),
        (CORDEAU.replace("1 2 1 2 1 2", "1 2.5 1 2 1 2"), "demand of location 1: is 2.5"),
        (CORDEAU.replace("1 2 1 2 1 2", "1 2 2 2 1 2"), "customer 1: asks for 2 visits"),
        (CORDEAU.replace("1 2 1 2 1 2", "1 2 1 1 1"), "customer 1: may be served from 1 of 2 depots"),
        (CORDEAU.replace("1 2 1 2 1 2", "1 2 1 2 1"), "customer 1: has 8 numbers"),
        (CORDEAU.replace("1 2 1 2 1 2", "-1 2 1 2 1 2"), "customer 1: has service -1"),
        (CORDEAU.replace("5 20 0 0 0 0 0\n", ""), "depots: have 1 whole lines"),
        (CORDEAU.replace("4 0 0 0 0 0 0", "4 0 0"), "depots: have 2 whole lines"),
        (CORDEAU.replace("20", "far"), "line 8: '5 far"),
        (CORDEAU.replace("20", "nan"), "line 8: '5 nan"),
        (LI_LIM.replace("3 10 1", "3 10 2"), "speed: is 2"),
        (LI_LIM.replace("3 10 1", "0 10 1"), "number of vehicles: is 0"),
        (LI_LIM.replace("3 10 1", "3 1.5 1"), "capacity: is 1.5"),
        (LI_LIM.replace("1 3 4", "7 3 4"), "location 1: does not have 9 numbers"),
        (LI_LIM.replace(" 1 0\n", " 1\n"), "location 2: does not have 9 numbers"),
        ("3 10 1\n", "locations: are 0"),
        (LI_LIM.replace("-6", "-5"), "location 1: has load 6, pickup 0 and delivery 2"),
        (LI_LIM.replace("-6", "-6.5"), "load that is not whole"),
        (LI_LIM.replace("40 2 0 2", "40 2 0 9"), "location 1: has load 6, pickup 0 and delivery 9"),
        (LI_LIM.replace("40 2 0 2", "40 2 0 1.5"), "location 1: has load 6, pickup 0 and delivery 1.5"),
        (LI_LIM.replace("40 2 0 2", "40 2 2 2"), "location 1: has load 6, pickup 2 and delivery 2"),
        (SPLIT.replace("7 12", "7 0"), "demand of client 2: is 0"),
        (SPLIT.replace("7 12", "7"), "numbers: are 9"),
        (SPLIT.replace("2 10", "2 0"), "capacity: is 0"),
        (SPLIT.replace("2 10", "9 10"), "numbers: are 10"),
        ("2 10", "numbers: are 2"),
        ("", "no line with number and capacity"),
    ],
)
def test_what_is_wrong_in_a_text_of_numbers_is_told_with_file_place_and_value(tmp_path: Path, text: str, words: str):
    with pytest.raises(SchemaError) as caught:
        read_vrplib(written(tmp_path, text))
    assert words in str(caught.value)
    assert "wrong.txt" in str(caught.value)
