"""Places as planners write them."""

from __future__ import annotations

import pytest

from ntb_relief.geo.network import RoadNetwork
from ntb_relief.io.workbook.cells import Cell, CellReader
from ntb_relief.io.workbook.headings import Row
from ntb_relief.io.workbook.places import PlaceFinder, people_per_household


def find(text):
    reader = CellReader()
    return PlaceFinder(reader).find(Cell("Posko", "C4", text)), reader


@pytest.mark.parametrize(
    "text, node",
    [
        ("52.08.02", "kec:52.08.02"),
        ("Kec. Gangga", "kec:52.08.02"),
        ("kecamatan  GANGGA", "kec:52.08.02"),
        ("Desa Gondang, Kec. Gangga", "desa:52.08.02.2001"),
        ("52.08.02.2001", "desa:52.08.02.2001"),
        ("5201020014", "desa:52.01.01.1001"),
        ("ID5201020014", "desa:52.01.01.1001"),
        ("Pelabuhan Bangsal", "port:BANGSAL"),
        ("dermaga pemenang", "port:BANGSAL"),
        ("Bangsal", "port:BANGSAL"),
        ("Pelabuhan Bima", "port:BIMA"),
        ("Bandara Bima", "port:BMU"),
        ("Tanjung Luar", "desa:52.03.01.2001"),
        ("Pelabuhan Tanjung Luar", "port:TANJUNGLUAR"),
        ("port:KAYANGAN", "port:KAYANGAN"),
        ("-8.3414, 116.1861", "desa:52.08.02.2001"),
        ("-8,3414; 116,1861", "desa:52.08.02.2001"),
        ("(-8.3414 116.1861)", "desa:52.08.02.2001"),
    ],
)
def test_a_place_is_found_by_code_name_harbour_or_coordinates(text, node):
    spot, reader = find(text)
    assert not reader.log.issues
    assert spot.node_id == node
    assert node in RoadNetwork.from_ntb().table.node_ids


@pytest.mark.parametrize("text", ["Kayangan", "KAYANGAN", "Bima", "Labuhan Haji", "Lembar"])
def test_a_name_of_several_places_lists_them_and_is_never_taken_for_a_harbour(text):
    spot, reader = find(text)
    assert spot is None
    (issue,) = reader.log.issues
    assert issue.where == "sheet 'Posko' cell C4"
    assert "names 2 places" in issue.what
    assert "(52." in issue.what


def test_a_misspelt_place_proposes_the_right_one():
    _, reader = find("Kec. Gangg")
    assert "Kec. Gangga, Kab. Lombok Utara (52.08.02)" in reader.log.issues[0].fix


@pytest.mark.parametrize(
    "text, words",
    [
        ("8.35, 116.16", "north of the equator"),
        ("-20, 116", "km from any road"),
        ("Atlantis", "not a place"),
        ("52.99", "not a place"),
        (None, "missing"),
    ],
)
def test_a_place_that_cannot_be_is_an_issue(text, words):
    spot, reader = find(text)
    assert spot is None
    assert words in reader.log.issues[0].what


def test_swapped_coordinates_are_read_and_noted():
    spot, reader = find("116.1861, -8.3414")
    assert (spot.lon, spot.lat) == (116.1861, -8.3414)
    assert "terbalik" in reader.notes.lines()[0]


def test_a_point_outside_the_province_or_far_from_a_road_is_noted():
    assert "di luar" in find("-8.65, 115.9")[1].notes.lines()[0]
    assert "km dari simpul" in find("-8.90, 118.0")[1].notes.lines()[0]


def test_a_kabupaten_as_a_place_is_noted_as_its_seat():
    assert "pusat Kab. Lombok Utara" in find("52.08")[1].notes.lines()[0]


def row(**values):
    return Row(
        "Posko", 4, {field: Cell("Posko", f"{letter}4", value) for letter, (field, value) in zip("ABCDEFGH", values.items(), strict=False)}
    )


@pytest.mark.parametrize(
    "values",
    [
        {"desa": "Gondang", "kecamatan": "Gangga", "kabupaten": "Lombok Utara"},
        {"desa": "Desa Gondang", "kecamatan": "Kec. Gangga"},
        {"code": "52.08.02.2001"},
        {"lat": -8.3414, "lon": 116.1861},
        {"lat": "-8,3414", "lon": "116,1861"},
    ],
)
def test_a_place_may_stand_in_several_columns(values):
    reader = CellReader()
    assert PlaceFinder(reader).row_spot(row(**values)).node_id == "desa:52.08.02.2001"
    assert not reader.log.issues


def test_half_of_the_coordinates_is_an_issue():
    reader = CellReader()
    assert PlaceFinder(reader).row_spot(row(lat=-8.3, lon=None)) is None
    assert reader.log.issues[0].where == "sheet 'Posko' cell B4"


def test_a_node_and_a_code_beside_coordinates_have_the_last_word():
    reader = CellReader()
    spot = PlaceFinder(reader).row_spot(row(lat=-8.3414, lon=116.1861, node="kec:52.08.02", code="52.08.02"))
    assert (spot.node_id, spot.code, spot.lon) == ("kec:52.08.02", "52.08.02", 116.1861)
    assert PlaceFinder(reader).row_spot(row(place="52.08.02", node="nowhere")) is None
    assert "not a node" in reader.log.issues[0].what


def test_the_same_mistake_is_told_in_every_cell():
    reader = CellReader()
    finder = PlaceFinder(reader)
    for ref in ("C4", "C5"):
        finder.find(Cell("Posko", ref, "Atlantis"))
    assert [issue.where for issue in reader.log.issues] == ["sheet 'Posko' cell C4", "sheet 'Posko' cell C5"]


def test_persons_per_household_are_the_kabupatens_own():
    by_code = people_per_household(lon=0, lat=0, code="52.08.02")
    by_point = people_per_household(lon=116.1861, lat=-8.3414, code="")
    assert by_code == by_point
    assert by_code[1] == "Kab. Lombok Utara"
    assert by_code[0] == pytest.approx(268186 / 87985)
