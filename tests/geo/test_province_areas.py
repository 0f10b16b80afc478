"""Areas by code and by place: the crosswalk, service areas, the spatial join, and search that forgives spelling."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from ntb_relief.data import read_outline, read_table
from ntb_relief.errors import CrsError, InputError, UnknownReferenceError
from ntb_relief.geo.crosswalk import crosswalk, from_pcode, to_pcode
from ntb_relief.geo.place_search import search_places
from ntb_relief.geo.polygons import read_areas
from ntb_relief.geo.province import load_province
from ntb_relief.geo.service_areas import areas_at, service_areas

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "ntb" / "reference"


def test_codes_go_to_pcodes_and_back():
    """Every area that has a P-code comes back from it; 39 desa and Kec. Lenek have none, and say so."""
    told = crosswalk()
    assert len(told) == 1 + 10 + 117 + 1166
    missing = [code for code, pcode in told.items() if pcode is None]
    assert len(missing) == 40
    assert [code for code in missing if len(code) < 9] == ["52.03.21"]
    assert all(from_pcode(pcode) == code for code, pcode in told.items() if pcode is not None)
    assert len({pcode for pcode in told.values() if pcode is not None}) == len(told) - 40
    lengths = {"52": 4, "52.08": 6, "52.08.02": 9, "52.01.01.1001": 12}
    assert {code: len(to_pcode(code)) for code in lengths} == lengths
    desa = {row["code"]: row["bps_code"] for row in read_table("desa")}
    for code, pcode in told.items():
        if pcode is not None and code in desa:
            assert pcode == f"ID{desa[code]}"
            assert pcode.startswith(str(told[code.rpartition(".")[0]] or ""))
    assert from_pcode(" id5208 ") == from_pcode("5208") == "52.08"


@pytest.mark.parametrize(
    "call, told",
    [
        (lambda: to_pcode("52.03.21"), "has no BPS code"),
        (lambda: to_pcode("5208"), "write it with dots"),
        (lambda: from_pcode("ID9999"), "is not a P-code of NTB"),
    ],
)
def test_unknown_codes_are_told(call, told):
    """An area without a P-code is another thing than a code that is none."""
    with pytest.raises(UnknownReferenceError, match=told):
        call()


def test_service_areas_cover_the_outline_once():
    """At each level: together the outline, no overlap, and every desa's point in its own."""
    province = load_province()
    land = shapely.union_all([shapely.Polygon(ring) for ring in read_outline()])
    for level, count in (("desa", 1150), ("kecamatan", 117), ("kabupaten", 10)):
        areas = service_areas(province, level=level)
        assert len(areas) == count
        assert all(area.is_valid and not area.is_empty for area in areas.values())
        assert sum(area.area for area in areas.values()) == pytest.approx(land.area, rel=1e-6)
        assert shapely.union_all(list(areas.values())).symmetric_difference(land).area < 1e-6 * land.area
    desa = service_areas(province)
    points = {one.code: (one.lon, one.lat) for one in province.desa.values() if one.lon is not None}
    assert areas_at(desa, points) == {code: code for code in points}


def test_each_spot_goes_to_the_nearest_desa():
    """Against distances to all points, for random spots on land."""
    province = load_province()
    desa = [one for one in province.desa.values() if one.lon is not None]
    lonlat = np.array([(one.lon, one.lat) for one in desa], dtype=float)
    scale = np.array([np.cos(np.radians(lonlat[:, 1].mean())), 1.0])
    rng = np.random.default_rng(7)
    spots = {str(row): (float(lon), float(lat)) for row, (lon, lat) in enumerate(rng.uniform([115.8, -9.1], [119.3, -8.1], (300, 2)))}
    told = areas_at(service_areas(province), spots)
    assert sum(code is not None for code in told.values()) > 50
    for name, code in told.items():
        if code is not None:
            assert desa[int(np.hypot(*((lonlat - spots[name]) * scale).T).argmin())].code == code


def test_wrong_levels_and_spots_are_told():
    """A level that is none, and a point that is no lon and lat."""
    with pytest.raises(InputError, match="level: is 'dusun'; use one of desa, kecamatan, kabupaten"):
        service_areas(load_province(), level="dusun")
    with pytest.raises(CrsError, match="point 'x' at lon=400000"):
        areas_at({}, {"x": (400000, 9e6)})
    assert areas_at({}, {"x": (116.0, -8.0)}) == {"x": None}
    twice = {"first": shapely.box(116, -9, 117, -8), "second": shapely.box(116, -9, 117, -8)}
    assert areas_at(twice, {"in": (116.5, -8.5), "edge": (116, -8.5), "out": (115, -8.5)}) == {"in": "first", "edge": "first", "out": None}


@pytest.mark.skipif(not REFERENCE.exists(), reason="official boundaries are not part of the project")
def test_official_boundaries_are_read_and_joined():
    """117 kecamatan from a file; nine in ten desa points lie in the kecamatan of their code."""
    areas = read_areas(REFERENCE / "kecamatan.geojson", id_column="code")
    assert len(areas) == 117
    points = {one.code: (one.lon, one.lat) for one in load_province().desa.values() if one.lon is not None}
    found = areas_at(areas, points)
    assert sum(found[code] == code.rpartition(".")[0] for code in points) > 0.9 * len(points)


@pytest.mark.parametrize(
    "text, code",
    [
        ("Sembaluun", "52.03.15"),
        ("kec. bayann", "52.08.04"),
        ("Kec Gunung Sari", "52.01.09"),
        ("KLU", "52.08"),
        ("Lotim", "52.03"),
        ("loteng", "52.02"),
        ("lombok utra", "52.08"),
        ("Matram", "52.71"),
        ("Sumbawa Besar", "52.04.08"),
        ("obel obel sambalia", "52.03.10.2001"),
        ("gondang gangga", "52.08.02.2001"),
        ("Lb. Haji", "52.03.17"),
        ("HUU", "52.05.03"),
    ],
)
def test_misspelt_places_are_found_first(text, code):
    """Typing errors, short forms, joined and missing words."""
    found = search_places(load_province(), text)
    assert found[0].area.code == code
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)
    assert len(found) <= 6


def test_every_name_finds_itself():
    """Each desa by its full label comes first with a score of 1; nonsense finds nothing."""
    province = load_province()
    for desa in list(province.desa.values())[::97]:
        best = search_places(province, province.label(desa), most=1)[0]
        assert (best.area, best.score) == (desa, 1.0)
    assert search_places(province, "xyzzy") == ()
    assert search_places(province, " ,; ") == ()
    with pytest.raises(InputError, match="most: is 0"):
        search_places(province, "Bayan", most=0)
