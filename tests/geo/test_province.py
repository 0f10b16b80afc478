from __future__ import annotations

import pickle

import pytest

from ntb_relief.errors import UnknownReferenceError
from ntb_relief.geo.province import load_province

PROVINCE = load_province()


def issue_of(text, **where):
    with pytest.raises(UnknownReferenceError) as error:
        PROVINCE.locate(text, **where)
    (issue,) = error.value.issues
    return issue


def test_the_province_is_whole():
    """10, 117 and 1,166 areas, each inside its parent, every point inside the province."""
    assert [len(level) for level in (PROVINCE.kabupaten, PROVINCE.kecamatan, PROVINCE.desa)] == [10, 117, 1166]
    for area in (*PROVINCE.kecamatan.values(), *PROVINCE.desa.values()):
        parent = PROVINCE.parent(area.code)
        assert parent is not None
        assert area in PROVINCE.desa_of(parent.code) or area.kind == "kecamatan"
    assert all(PROVINCE.parent(code) is None for code in PROVINCE.kabupaten)
    placed = [area for area in PROVINCE.places.areas.values() if area.lon is not None]
    assert len(placed) == 10 + 117 + 1150
    assert all(PROVINCE.is_inside(lon=area.lon, lat=area.lat) for area in placed)


def test_desa_without_point_are_known_and_not_placed():
    """16 desa have no point, hence no node; one more has no count."""
    unplaced = [desa for desa in PROVINCE.desa.values() if desa.lon is None]
    assert len(unplaced) == 16
    assert all(desa.lat is None and desa.node_id is None and desa.population is None for desa in unplaced)
    assert [desa.code for desa in PROVINCE.desa.values() if desa.population is None and desa.lon is not None] == ["52.71.04.1004"]


@pytest.mark.parametrize(
    "text, label",
    [
        ("52.08.02", "Kec. Gangga, Kab. Lombok Utara"),
        (" 52.08 ", "Kab. Lombok Utara"),
        ("Kec. Gangga", "Kec. Gangga, Kab. Lombok Utara"),
        ("KECAMATAN  gangga", "Kec. Gangga, Kab. Lombok Utara"),
        ("Gangga, Lombok Utara", "Kec. Gangga, Kab. Lombok Utara"),
        ("Kab. Lombok Utara", "Kab. Lombok Utara"),
        ("lombok-utara, NTB", "Kab. Lombok Utara"),
        ("Kota Bima", "Kota Bima"),
        ("Kab.Bima", "Kab. Bima"),
        ("Kabupaten Bima", "Kab. Bima"),
        ("Desa Gondang, Kec. Gangga", "Desa Gondang, Kec. Gangga, Kab. Lombok Utara"),
        ("ds gondang kec gangga kab lombok utara", "Desa Gondang, Kec. Gangga, Kab. Lombok Utara"),
        ("Kel. Mataram Barat", "Kel. Mataram Barat, Kec. Selaparang, Kota Mataram"),
        ("bug bug", "Desa Bug-Bug, Kec. Lingsar, Kab. Lombok Barat"),
        ("Kota Raja", "Desa Kota Raja, Kec. Sikur, Kab. Lombok Timur"),
        ("Kec. Huu", "Kec. Hu'u, Kab. Dompu"),
        ("Kec. Gánggà", "Kec. Gangga, Kab. Lombok Utara"),
    ],
)
def test_places_are_found_as_people_write_them(text, label):
    """Codes, levels in any spelling, qualifiers; case, accents, spaces and hyphens do not count."""
    area = PROVINCE.locate(text)
    assert PROVINCE.label(area) == label
    assert area.node_id is not None


def test_every_label_leads_back_to_its_area():
    """What the library prints can be pasted back into a sheet."""
    for area in PROVINCE.places.areas.values():
        assert PROVINCE.find(area.code) == (area,)
        assert PROVINCE.find(PROVINCE.label(area)) == (area,)


def test_ambiguous_names_are_listed():
    """Bima is a kabupaten and a kota; both are told with their codes, and where the text stood."""
    issue = issue_of("Bima", where="sheet 'Posko' cell B4")
    assert issue.where == "sheet 'Posko' cell B4"
    assert "'Bima' names 2 places: Kab. Bima (52.06); Kota Bima (52.72)" in issue.what
    assert len(PROVINCE.find("Mekar Sari")) == 4  # three so, one "Mekarsari"
    assert len(PROVINCE.find("Mekar Sari, Lombok Tengah")) == 1


@pytest.mark.parametrize(
    "text, meant",
    [("Ganga", "Kec. Gangga"), ("Kec. Kayngan", "Kec. Kayangan"), ("Desa Gondang, Bayan", "Desa Gondang"), ("52.08.99", "52.08.0")],
)
def test_misspelt_places_get_the_closest_spellings(text, meant):
    """The error names what may have been meant."""
    issue = issue_of(text)
    assert "is not a place in NTB" in issue.what
    assert meant in issue.fix
    assert PROVINCE.suggest(text)


def test_suggestions_inside_the_qualifier_come_first():
    """Of several villages with nearly the name, the one in the kecamatan that was written leads."""
    for code in ("52.01.09", "52.02.05", "52.03.16"):
        first, *others = PROVINCE.suggest(f"Mekar Sri, {PROVINCE.area(code).title}")
        assert (first.name, first.parent_code) == ("Mekar Sari", code)
        assert others


def test_a_level_in_the_text_holds_for_the_suggestions():
    """Who writes "Kec." is not offered a desa."""
    assert {area.kind for area in PROVINCE.suggest("Kec. Ganga")} == {"kecamatan"}


@pytest.mark.parametrize("text", ["", "   ", ",", "Kecamatan", "<script>", "日本", "1.250,5"])
def test_no_place_at_all_says_what_to_write(text):
    """Empty and foreign texts get the three accepted forms."""
    assert "Kemendagri code" in issue_of(text).fix


def test_a_desa_without_point_points_to_its_kecamatan():
    """It is found, and the error proposes the kecamatan or coordinates."""
    issue = issue_of("Desa Prako")
    assert "Desa Prako, Kec. Janapria, Kab. Lombok Tengah (52.02.07.2013) has no known point" in issue.what
    assert "Kec. Janapria, Kab. Lombok Tengah (52.02.07) or give coordinates" in issue.fix


def test_inside_is_the_land_and_five_kilometres():
    """Lombok and the Gilis are in, Bali, the open sea and swapped coordinates are not."""
    assert PROVINCE.is_inside(lon=116.42, lat=-8.41)
    assert PROVINCE.is_inside(lon=116.06, lat=-8.35)
    assert PROVINCE.is_inside(lon=116.07 - 0.02, lat=-8.58)
    assert not PROVINCE.is_inside(lon=115.55, lat=-8.70)
    assert not PROVINCE.is_inside(lon=116.65, lat=-8.70)
    assert not PROVINCE.is_inside(lon=-8.41, lat=116.42)
    assert not PROVINCE.is_inside(lon=float("nan"), lat=-8.4)


def test_unknown_codes_are_refused():
    """Neither area, parent nor desa_of invents an area."""
    for ask in (PROVINCE.area, PROVINCE.parent, PROVINCE.desa_of):
        with pytest.raises(UnknownReferenceError, match="with dots"):
            ask("5208")


def test_the_province_survives_pickling_and_shows_in_notebooks():
    """It travels to another process and displays as a table."""
    twin = pickle.loads(pickle.dumps(PROVINCE))  # noqa: S301 - our own bytes
    assert twin.desa == PROVINCE.desa
    assert "Kota Mataram" in PROVINCE._repr_html_()
    assert repr(PROVINCE) == "Province(10 kabupaten and kota, 117 kecamatan, 1166 desa and kelurahan)"
    assert load_province() is PROVINCE
