"""The readers of the benchmarks, and the package's own beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.errors import InstanceError
from benchmarks.instances import read_instance
from benchmarks.peers.scaled import scale_instance
from ntb_relief.errors import InputError
from ntb_relief.io.vrplib import read_vrplib
from tests.benchmarks.tiny import FILES, TINY

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "NAME : t\nTYPE : CVRP\nDIMENSION : 3\nCAPACITY : 9\n"
DEMANDS = "DEMAND_SECTION\n1 0\n2 4\n3 5\nDEPOT_SECTION\n1\n-1\nEOF\n"
POINTS = "NODE_COORD_SECTION\n1 0 0\n2 3 4\n3 6 8\n"


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str, name: str = "t.vrp") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_file_of_every_kind_is_read_whole():
    instance = read_instance(TINY / "site_dependent_vrptw/tiny-access.vrp")
    assert instance.name == "tiny-access"
    assert instance.family.name == "site_dependent_vrptw"
    assert [kind.numbers for kind in instance.fleet] == [(0, 1), (2,)]
    assert [kind.capacity for kind in instance.fleet] == [(12,), (8,)]
    assert [sorted(kind.allowed or ()) for kind in instance.fleet] == [[1, 2, 3, 5, 6], [2, 4, 5]]
    assert instance.fleet[0].max_duration == 45
    assert instance.windows[1].tolist() == [0, 60]
    assert instance.service.tolist() == [0, 1, 1, 1, 1, 1, 1]


def test_equal_vehicles_are_grouped_and_keep_their_numbers():
    fleet = read_instance(TINY / "hfvrp_pessoa/tiny-fleet.vrp").fleet
    assert [(kind.count, kind.numbers, kind.fixed_cost, kind.unit_distance_cost) for kind in fleet] == [
        (3, (0, 1, 2), 500, 70),
        (2, (3, 4), 1200, 90),
    ]


def test_depots_come_first_and_vehicles_know_theirs():
    instance = read_instance(TINY / "mdvrptw/tiny-depots.vrp")
    assert instance.num_depots == 2
    assert instance.clients == range(2, 8)
    assert [(kind.numbers, kind.depot) for kind in instance.fleet] == [((0, 1), 0), ((2, 3), 1)]


@pytest.mark.parametrize(
    "form, weights",
    [
        ("FULL_MATRIX", "0 5 10\n5 0 5\n10 5 0\n"),
        ("LOWER_ROW", "5\n10 5\n"),
        ("LOWER_DIAG_ROW", "0\n5 0\n10 5 0\n"),
        ("UPPER_ROW", "5 10\n5\n"),
    ],
)
def test_explicit_lengths_are_read_in_every_form(written, form: str, weights: str):
    text = f"{HEAD}EDGE_WEIGHT_TYPE : EXPLICIT\nEDGE_WEIGHT_FORMAT : {form}\nEDGE_WEIGHT_SECTION\n{weights}{DEMANDS}"
    path = written(text)
    expected = [[0, 5, 10], [5, 0, 5], [10, 5, 0]]
    assert read_instance(path).matrix.tolist() == expected
    assert read_vrplib(path).matrices["file"].distance_m.tolist() == expected


@pytest.mark.parametrize(
    "text, words",
    [
        (HEAD.replace("DIMENSION : 3\n", "DIMENSION : many\n") + POINTS + DEMANDS, "DIMENSION"),
        (HEAD.replace("CAPACITY : 9\n", "") + POINTS + DEMANDS, "CAPACITY"),
        (HEAD + DEMANDS, "places|coordinates"),
        (HEAD + POINTS + "TELEPORT_SECTION\n1 2\n" + DEMANDS, "TELEPORT"),
        (HEAD + POINTS + DEMANDS.replace("3 5", "3 five"), "DEMAND"),
        (HEAD + POINTS + DEMANDS.replace("3 5\n", ""), "DEMAND"),
        (HEAD + POINTS.replace("3 6 8", "4 6 8") + DEMANDS, "NODE_COORD"),
        (HEAD + POINTS + DEMANDS.replace("SECTION\n1\n-1", "SECTION\n2\n-1"), "depots|DEPOT"),
        ("1 2 3\n" + HEAD + POINTS + DEMANDS, "section"),
        (HEAD + "EDGE_WEIGHT_TYPE : GEO\n" + POINTS + DEMANDS, "GEO"),
        ("TINY\n\nVEHICLE\n 1 0 0 0 0 0 0\n", "capacity|CAPACITY"),
        ("", "capacity|CAPACITY"),
    ],
)
def test_what_cannot_be_read_is_refused_by_both_readers(written, text: str, words: str):
    path = written(text)
    with pytest.raises(InstanceError, match=words):
        read_instance(path)
    with pytest.raises(InputError, match=words):
        read_vrplib(path)


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path):
    binary = tmp_path / "b.vrp"
    binary.write_bytes(b"\xff\xfe\x00DIMENSION")
    for path in (binary, tmp_path / "absent.vrp", tmp_path):
        with pytest.raises(InstanceError):
            read_instance(path)
        with pytest.raises(InputError):
            read_vrplib(path)


def test_the_family_comes_from_the_user_then_the_folder_then_the_header(tmp_path: Path):
    text = (TINY / "cvrp_x/tiny-n7-k3.vrp").read_text()
    (tmp_path / "cvrp_ags" / "large").mkdir(parents=True)
    (tmp_path / "ccvrp").mkdir()
    for folder in (".", "cvrp_ags", "cvrp_ags/large", "ccvrp"):
        (tmp_path / folder / "t.vrp").write_text(text)
    assert read_instance(tmp_path / "t.vrp").family.name == "cvrp_x"
    assert read_instance(tmp_path / "cvrp_ags/t.vrp").family.name == "cvrp_ags"
    assert read_instance(tmp_path / "cvrp_ags/large/t.vrp").family.name == "cvrp_ags"
    assert read_instance(tmp_path / "ccvrp/t.vrp").family.name == "ccvrp"
    assert read_instance(tmp_path / "t.vrp", family="cvrp_ags").family.name == "cvrp_ags"
    with pytest.raises(InstanceError, match="is not known"):
        read_instance(tmp_path / "t.vrp", family="magic")
    with pytest.raises(InstanceError, match="written as VRPLIB, files of sdvrp are the text of split deliveries"):
        read_instance(tmp_path / "t.vrp", family="sdvrp")


@pytest.mark.parametrize("name", ["pdptw_lilim", "mdvrp_cordeau", "sdvrp", "vrptw_solomon"])
def test_texts_without_a_header_are_told_apart_by_their_first_line(tmp_path: Path, name: str):
    path = tmp_path / "t.txt"
    path.write_text(FILES[name].read_text().replace("\n", "\r\n"), newline="")
    assert read_instance(path).family.name == name


def test_pairs_are_read_with_both_loads():
    instance = read_instance(FILES["pdptw_lilim"])
    assert instance.pairs == ((1, 2), (3, 4), (5, 6))
    assert instance.pickups[:, 0].tolist() == [0, 6, 0, 5, 0, 4, 0]
    assert instance.demands[:, 0].tolist() == [0, 0, 6, 0, 5, 0, 4]
    assert instance.windows[2].tolist() == [10, 60]
    assert instance.service.tolist() == [0, 2, 2, 2, 2, 2, 2]
    assert (instance.fleet[0].count, instance.fleet[0].capacity) == (3, (10,))


def test_depots_that_stand_last_come_first_and_have_their_own_vehicles():
    instance = read_instance(FILES["mdvrp_cordeau"])
    assert instance.coords[:3].tolist() == [[0, 0], [20, 0], [3, 4]]
    assert instance.demands[:, 0].tolist() == [0, 0, 4, 3, 4, 3, 4, 2]
    assert instance.service.tolist() == [0, 0, 1, 1, 1, 1, 1, 1]
    assert [(kind.numbers, kind.depot, kind.capacity, kind.max_duration) for kind in instance.fleet] == [
        ((0, 1), 0, (9,), 30),
        ((2, 3), 1, (8,), 34),
    ]


def test_cordeau_without_limits_and_with_windows(written):
    """Nought is no limit; types 4 and 6 end each row with opening and closing."""
    instance = read_instance(written("6 2 2 1\n0 0\n1 3 4 1 5 1 1 1 10 20\n2 6 8 1 6 1 1 1 5 30\n3 0 0 0 0 0 0 0 90\n"))
    assert instance.fleet[0].max_duration is None
    assert instance.fleet[0].capacity == (11,)
    assert instance.windows.tolist() == [[0, 90], [10, 20], [5, 30]]


def test_split_deliveries_have_no_limit_on_vehicles():
    instance = read_instance(FILES["sdvrp"])
    assert instance.demands[:, 0].tolist() == [0, 7, 6, 8, 9]
    assert instance.coords[3].tolist() == [-40, 30]
    assert (instance.num_vehicles, instance.fleet[0].capacity) == (None, (10,))


def test_the_number_of_routes_stands_in_the_table_or_is_the_fewest_that_carry_everything(tmp_path: Path):
    assert read_instance(FILES["ccvrp"]).num_vehicles == 2
    text = FILES["ccvrp"].read_text().replace("CAPACITY : 10", "CAPACITY : 7\nSERVICE_TIME : 3")
    (tmp_path / "t.vrp").write_text(text)
    alone = read_instance(tmp_path / "t.vrp", family="ccvrp")
    assert alone.num_vehicles == 3
    assert not alone.service.any()


LI_LIM = "3 10 1\n0 0 0 0 0 90 0 0 0\n1 3 4 6 0 40 2 0 2\n2 6 8 -6 10 60 2 1 0\n"
CORDEAU = "2 1 2 1\n30 9\n1 3 4 0 5 1 1 1\n2 6 8 0 4 1 1 1\n3 0 0 0 0 0 0\n"


@pytest.mark.parametrize(
    "text, words",
    [
        (LI_LIM.replace("40 2 0 2", "40 2 0 3"), "location 1 and its partner 3"),
        (LI_LIM.replace("60 2 1 0", "60 2 0 0"), "location 1 and its partner 2"),
        (LI_LIM.replace("-6", "-5"), "location 1 and its partner 2"),
        (LI_LIM.replace("40 2 0 2", "40 2 2 2"), "location 1 and its partner"),
        (LI_LIM.replace("3 10 1", "3 10 2"), "speed"),
        (LI_LIM.replace("60 2 1 0", "60 2 1"), "nine a row"),
        (LI_LIM.replace("-6", "many"), "is not numbers"),
        (CORDEAU.replace("2 1 2 1", "1 1 2 1"), "not a type of 0, 2, 4, 6"),
        (CORDEAU.replace("2 1 2 1", "2 1 3 1"), "not rows of 3 customers"),
        (CORDEAU.replace("5 1 1 1", "5 2 1 1"), "several visits"),
        (CORDEAU.replace("5 1 1 1", "5 1 0 1"), "some depots only"),
        ("2 10\n3 4\n0 0\n1 1\n", "8 numbers|needs|need 10"),
        ("2 10\n3 0\n0 0\n1 1\n2 2\n", "not a whole number above 0"),
        ("2 10\n3 1.5\n0 0\n1 1\n2 2\n", "not a whole number above 0"),
    ],
)
def test_broken_texts_are_refused_with_what_is_wrong(written, text: str, words: str):
    with pytest.raises(InstanceError, match=words):
        read_instance(written(text, "t.txt"))


# A cumulative file reads as the capacitated problem it is written as; the benchmark makes it cumulative.
@pytest.mark.parametrize("family", sorted(set(FILES) - {"ccvrp"}))
def test_both_readers_see_the_same_problem(family: str):
    """They share no line of code: lengths, loads, windows, prizes and fleet agree in whole units."""
    path = FILES[family]
    instance = read_instance(path)
    problem = read_vrplib(path)
    scaled = scale_instance(instance)
    lengths = problem.matrices["file"].distance_m
    units = problem.cost_scale
    assert np.abs(lengths / units - scaled.matrix / scaled.scale).max() <= 1 / scaled.scale
    if units == scaled.scale:
        assert np.array_equal(lengths, scaled.matrix)
    for stop in problem.stops:
        client = int(stop.id)
        assert list(stop.demand) == instance.demands[client].tolist()
        assert list(stop.pickup or (0,) * len(stop.demand)) == instance.pickups[client].tolist()
        assert stop.release_s == round(float(instance.releases[client]) * units)
        assert (stop.group is not None) == any(client in group for group in instance.groups)
        assert stop.window_s[0] == round(float(instance.windows[client, 0]) * units)
        assert (stop.window_s[1] is None) == np.isinf(instance.windows[client, 1])
        assert stop.service_s == round(float(instance.service[client]) * units)
        assert stop.prize == (int(instance.prizes[client]) if instance.optional(client) else None)
        served_by = {kind.id for kind in problem.vehicle_types} if stop.vehicle_types is None else stop.vehicle_types
        assert served_by == {
            f"v{kind.numbers[0] + 1}" if kind.numbers else "v1" for kind in instance.fleet if not kind.allowed or client in kind.allowed
        }
    # Splits take more vehicles than clients: a best plan has fewer visits than clients and full loads together.
    most_visits = len(instance.clients) + instance.family.can_split * -(-int(instance.demands.sum()) // instance.fleet[0].capacity[0])
    assert [kind.count for kind in problem.vehicle_types] == [kind.count or most_visits for kind in instance.fleet]
    assert [kind.capacity for kind in problem.vehicle_types] == [kind.capacity for kind in instance.fleet]
    assert [kind.start_id for kind in problem.vehicle_types] == [str(kind.depot) for kind in instance.fleet]
