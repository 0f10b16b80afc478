from __future__ import annotations

import json
import math
from dataclasses import replace

import geopandas
import numpy as np
import pytest
import shapely

from ntb_relief.errors import CrsError, InputError, SchemaError
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.unsdi import UNSDI_COLUMNS, network_to_unsdi
from ntb_relief.model.crossings import Crossing
from tests.geo.osm_files import line_nodes, write_osm

A, B, C, D = (116.0, -8.5), (116.01, -8.5), (116.01, -8.51), (116.3, -8.5)


def roads(**columns):
    """Return three lines: A-B with a bend, B-C, B-D."""
    lines = [shapely.LineString([A, (116.005, -8.495), B]), shapely.LineString([B, C]), shapely.LineString([B, D])]
    return geopandas.GeoDataFrame(columns, geometry=lines, crs=4326)


def test_lines_meet_where_they_end():
    """Four nodes, three edges, bends kept, lengths on the ellipsoid; what is not told is assumed."""
    network = RoadNetwork.from_frame(roads())
    table = network.table
    assert (table.name, len(table.node_ids), len(table.kind)) == ("frame", 4, 3)
    assert table.node_ids[table.edge_to[0]] == "116.010000,-8.500000" == table.node_ids[table.edge_from[1]]
    assert table.length_m.tolist() == [1561, 1106, 31930]
    assert network.details.line(table, 0).tolist() == [list(A), [116.005, -8.495], list(B)]
    assert (set(table.kind), set(table.road_class), set(table.access.tolist())) == ({"road"}, {"local"}, {4})


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "shp"])
def test_files_are_read_by_a_map_of_columns(tmp_path, suffix):
    """Names of the agency's own, numbers, flags and words; also in a projected system."""
    frame = roads(
        nama=["Jl. A", None, "Jl. C"],
        kelas=["trunk", "", "trail"],
        arah=["ya", "tidak", ""],
        ton=[8000, 0, None],
        lebar=["x", "y", "z"],
    )
    path = tmp_path / f"jalan.{suffix}"
    (frame if suffix == "geojson" else frame.to_crs(32750)).to_file(path)
    columns = {"road_name": "nama", "road_class": "kelas", "one_way": "arah", "max_weight_kg": "ton"}
    network = RoadNetwork.from_frame(path, columns=columns)
    table = network.table
    assert (table.name, table.road_name, table.road_class) == ("jalan", ("Jl. A", "", "Jl. C"), ("trunk", "local", "trail"))
    assert table.one_way.tolist() == [True, False, False]
    assert table.access.tolist() == [6, 4, 2]
    assert table.max_weight_kg.tolist() == [8000, math.inf, math.inf]
    assert table.length_m.tolist() == [1561, 1106, 31930]


def test_columns_of_our_names_need_no_map():
    """Node ids, kinds and lengths as told, a ferry with its crossing, a closed road by its status."""
    frame = roads(
        from_node=["a", "b", "b"],
        to_node=["b", "c", "d"],
        kind=["road", "road", "ferry"],
        access=[6, 3, 0],
        length_m=[1600, None, 32_000],
        op_status=[1, 3, 0],
        seasonal=[1, 2, 0],
    )
    crossing = Crossing("f", "b", "d", departures_s=(0,), duration_s=60, boarding_s=0, slots=1, fare_idr=5)
    network = RoadNetwork.from_frame(frame, name="peta", crossings=[crossing])
    table = network.table
    assert (table.name, table.node_ids, table.length_m.tolist()) == ("peta", ("a", "b", "c", "d"), [1600, 1106, 32_000])
    assert table.slow_factor.tolist() == [1, math.inf, 1]
    assert network.details.seasonal.tolist() == [1, 2, 0]
    with pytest.raises(InputError, match="has no crossing"):
        RoadNetwork.from_frame(frame)


def test_a_multi_line_is_as_many_roads():
    """Each part is an edge with the attributes of its row; heights do not count."""
    lines = [shapely.MultiLineString([[(*A, 5), (*B, 6)], [(*B, 6), (*C, 7)]])]
    table = RoadNetwork.from_frame(geopandas.GeoDataFrame({"road_name": ["Jl. A"]}, geometry=lines, crs=4326)).table
    assert (table.road_name, len(table.node_ids)) == (("Jl. A", "Jl. A"), 3)


@pytest.mark.parametrize(
    "frame, columns, error, told",
    [
        (roads().set_crs(None, allow_override=True), None, CrsError, "declare no coordinate system"),
        (roads().to_crs(32750).set_crs(4326, allow_override=True), None, CrsError, "say EPSG:4326, but lie at lon 38"),
        (roads().set_geometry([shapely.Point(A)] * 3), None, InputError, "row 1: is a Point; give a LineString"),
        (roads().set_geometry([None] * 3), None, InputError, "row 1: has no line"),
        (roads().iloc[:0], None, SchemaError, "there are none"),
        (roads(), {"road_name": "nama"}, SchemaError, r"column 'nama' \(for road_name\): is not in the source; it has none"),
        (roads(x=[1, 2, 3]), {"lanes": "x"}, SchemaError, "column map 'lanes': is no column of a network"),
        (roads(access=[6, 7, 3]), None, InputError, "row 2 column 'access': is '7'"),
        (roads(one_way=["yes", "perhaps", "no"]), None, InputError, "row 2 column 'one_way': is 'perhaps'"),
        (roads(max_kph=[30, -5, "fast"]), None, InputError, "row 2 column 'max_kph': is '-5'(.|\n)*row 3 column 'max_kph': is 'fast'"),
        (roads(kind=["road", "rail", "road"]), None, InputError, "row 2 column 'kind': is 'rail'; use one of road"),
        (roads(slow_factor=[1, 0, 1]), None, InputError, "row 2 column 'slow_factor'"),
        (roads(length_m=[1, math.inf, 1]), None, InputError, "row 2 column 'length_m'"),
        (42, None, InputError, "is a int; give a GeoDataFrame or a path"),
    ],
)
def test_frames_that_cannot_be_meant_are_refused(frame, columns, error, told):
    """Wrong systems, geometries, columns and values: one clear error, all rows at once."""
    with pytest.raises(error, match=told):
        RoadNetwork.from_frame(frame, columns=columns)


@pytest.mark.parametrize(
    "name, content",
    [
        ("x.geojson", b"no json"),
        ("x.gpkg", b"SQLite format 3\x00 cut off"),
        ("x.shp", b"\x00\x00\x27\x0a"),
        ("x.geojson", b""),
        ("x.csv", b"a,b\n1,2\n"),
        ("x.geojson", json.dumps({"type": "FeatureCollection", "features": []}).encode()),
    ],
)
def test_files_that_are_not_what_they_say_are_told(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SchemaError):
        RoadNetwork.from_frame(tmp_path / name)
    with pytest.raises(SchemaError, match="is not there"):
        RoadNetwork.from_frame(tmp_path / "nowhere.gpkg")


# --- UNSDI-T -----------------------------------------------------------------------------------------------


def test_a_survey_in_unsdi_t_is_read_by_its_codes(tmp_path):
    """CurntPrac, OpStatus, loads in tonnes, season, security and kilometres, as the codebook has them."""
    frame = roads(
        ONme=["Jl. A", "Jl. B", None],
        FClass=[1, 6, 0],
        CurntPrac=[5, 2, 0],
        OpStatus=[1, 3, 2],
        IsSeasonal=[2, 1, 0],
        Sec=[1, 5, 0],
        SrfTpe=[1, 3, 0],
        SpeedLimit=[60, 0, None],
        TotLoadMT=[20, 0, 3.5],
        AxleLoadMT=[10, None, 2],
        IsElevated=[1, 2, 0],
        Length_KM=[1.6, 1.2, None],
    )
    frame.to_file(tmp_path / "survey.gpkg")
    network = RoadNetwork.from_frame(tmp_path / "survey.gpkg", columns="unsdi")
    table, details = network.table, network.details
    assert table.road_class == ("trunk", "trail", "local")
    assert table.access.tolist() == [5, 2, 4]
    assert table.slow_factor.tolist() == [1, math.inf, 1]
    assert (details.op_status.tolist(), details.seasonal.tolist(), details.security.tolist()) == ([1, 3, 2], [2, 1, 0], [1, 5, 0])
    assert table.surface == ("paved", "earth", "")
    assert table.max_kph.tolist() == [60, math.inf, math.inf]
    assert table.max_weight_kg.tolist() == [20_000, math.inf, 3500]
    assert table.max_axle_kg.tolist() == [10_000, math.inf, 2000]
    assert table.bridge.tolist() == [True, False, False]
    assert table.length_m.tolist() == [1600, 1200, 31930]


def test_unsdi_t_out_and_in_is_the_same_network(tmp_path):
    """An OpenStreetMap network written for a logistics cluster and read back: same edges, same columns."""
    ways = [
        (1, [1, 2, 3], {"highway": "primary", "name": "Jalan Raya", "oneway": "yes", "maxspeed": "50"}),
        (2, [3, 4], {"highway": "track", "surface": "ground", "seasonal": "yes"}),
        (3, [3, 5], {"highway": "secondary", "bridge": "yes", "maxweight": "8", "maxaxleload": "5"}),
    ]
    first = RoadNetwork.from_osm(write_osm(tmp_path / "x.osm.pbf", nodes=line_nodes(5), ways=ways))
    network_to_unsdi(first).to_file(tmp_path / "x.gpkg")
    back = RoadNetwork.from_frame(tmp_path / "x.gpkg", columns="unsdi")
    one, other = first.table, back.table
    for name in ("road_name", "road_class", "surface", "source", "confidence", "kind"):
        assert getattr(one, name) == getattr(other, name)
    for name in ("access", "one_way", "bridge", "length_m", "max_kph", "max_weight_kg", "max_axle_kg", "slow_factor"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert back.details.seasonal.tolist() == first.details.seasonal.tolist() == [0, 1, 0]
    for edge in range(3):
        np.testing.assert_array_equal(first.details.line(one, edge), back.details.line(other, edge))


def test_a_closed_road_is_written_as_closed():
    """Whatever the survey said: closed today is 3, opened again is 1, abandoned and still shut stays 4."""
    frame = roads(OpStatus=[1, 4, 3])
    network = RoadNetwork.from_frame(frame, columns="unsdi")
    table = replace(network.table, slow_factor=np.array([math.inf, math.inf, 1.0]))
    assert network_to_unsdi(replace(network, table=table))["OpStatus"].tolist() == [3, 4, 1]
    embedded = network_to_unsdi(RoadNetwork.from_ntb())
    assert set(UNSDI_COLUMNS.values()) <= set(embedded.columns)
    assert len(embedded) == sum(kind == "road" for kind in RoadNetwork.from_ntb().table.kind)
