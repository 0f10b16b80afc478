"""Polygons from files: read in degrees, or refused with one clear error; whatever the bytes, the interpreter lives."""

from __future__ import annotations

import json

import geopandas
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ntb_relief.errors import CrsError, InputError, SchemaError
from ntb_relief.geo.polygons import read_areas

BOX = shapely.box(116.1, -8.6, 116.2, -8.5)


def write(path, shapes, *, crs="EPSG:4326", **columns):
    frame = geopandas.GeoDataFrame(columns or {"id": range(len(shapes))}, geometry=shapes, crs=crs)
    frame.to_file(path)
    return path


@pytest.mark.parametrize("name", ["areas.geojson", "areas.gpkg", "areas.shp"])
def test_areas_come_in_degrees_by_their_ids_whatever_the_format(tmp_path, name):
    """Also from metres of UTM zone 50S, which the file declares."""
    other = shapely.box(117, -8.6, 117.1, -8.5)
    path = write(tmp_path / name, [BOX, other], PCODE=["ID5201", "ID5207"])
    areas = read_areas(path, id_column="PCODE")
    assert list(areas) == ["ID5201", "ID5207"]
    assert areas["ID5201"].symmetric_difference(BOX).area < 1e-9
    assert list(read_areas(path)) == ["1", "2"]
    if not name.endswith("geojson"):
        metres = geopandas.GeoSeries([BOX], crs="EPSG:4326").to_crs("EPSG:32750")
        moved = read_areas(write(tmp_path / f"utm-{name}", list(metres), crs="EPSG:32750"))
        assert moved["1"].symmetric_difference(BOX).area < 1e-6


def test_files_that_cannot_be_meant_get_one_clear_error_each(tmp_path):
    """Missing, no spatial file, no such column, metres said to be degrees, no coordinate system, points, bow ties, ids twice."""
    broken = tmp_path / "broken.geojson"
    broken.write_bytes(b"\x00\xff not a map")
    good = write(tmp_path / "good.geojson", [BOX, BOX], name=["a", "a"])
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        adrift = write(tmp_path / "n.gpkg", [BOX], crs=None)
    bow = shapely.Polygon([(116, -8), (117, -9), (117, -8), (116, -9)])
    cases = [
        (tmp_path / "none.geojson", None, SchemaError, "is not there"),
        (broken, None, SchemaError, "'broken.geojson': cannot be read"),
        (good, "kode", SchemaError, "has no column 'kode'; use one of name"),
        (good, "name", InputError, "feature 2: bears the id 'a' of another"),
        (write(tmp_path / "m.gpkg", [shapely.box(4e5, 9e6, 4.1e5, 9.1e6)]), None, CrsError, "says degrees, but x is 400000"),
        (adrift, None, CrsError, "declares no coordinate system"),
        (write(tmp_path / "p.geojson", [shapely.Point(116, -8)]), None, InputError, "feature 1: is a Point; give polygons"),
        (write(tmp_path / "x.geojson", [bow]), None, InputError, "is not valid: Self-intersection"),
    ]
    for path, column, error, told in cases:
        with pytest.raises(error, match=told) as raised:
            read_areas(path, id_column=column)
        assert len(raised.value.issues) == 1
        assert str(tmp_path) not in str(raised.value) or "is not there" in str(raised.value)


VALID = json.dumps(
    {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"a": 1}, "geometry": shapely.geometry.mapping(BOX)}]}
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.binary(max_size=200), st.integers(0, len(VALID)).map(lambda end: VALID[:end].encode())),
    st.sampled_from(["geojson", "gpkg", "shp"]),
)
def test_any_bytes_are_read_or_refused(tmp_path, content, suffix):
    """Random and cut files give areas or an input error, never another one."""
    path = tmp_path / f"any.{suffix}"
    path.write_bytes(content)
    try:
        areas = read_areas(path)
    except InputError:
        return
    assert all(area.is_valid for area in areas.values())
