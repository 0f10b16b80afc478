from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import geopandas
import numpy as np
import osmium
import pytest
import shapely

from ntb_relief.errors import CrsError, InputError, MissingExtraError, SchemaError
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.paths import schedule_path, shortest_path, shortest_paths
from ntb_relief.units import WITA
from tests.geo.osm_files import line_nodes, real_extract, write_osm

SIGN = [("way", 1, "from"), ("way", 2, "from"), ("node", 3, "via"), ("way", 3, "to")]
PRIMARY = {"highway": "primary", "name": "Jalan Raya"}


def load(tmp_path, **content):
    options = {name: content.pop(name) for name in ("area", "name", "profiles") if name in content}
    return RoadNetwork.from_osm(write_osm(tmp_path / "tiny.osm.pbf", **content), **options)


def links(network):
    """Return every edge as (from, to, one-way, length in m), whole numbers for nodes."""
    table = network.table
    ids = [int(name.removeprefix("osm:")) for name in table.node_ids]
    columns = (table.edge_from.tolist(), table.edge_to.tolist(), table.one_way.tolist(), table.length_m.tolist())
    return sorted((ids[one], ids[other], way, metres) for one, other, way, metres in zip(*columns, strict=True))


# --- chains ------------------------------------------------------------------------------------------------


def test_bends_are_joined_and_their_line_is_kept(tmp_path):
    """Five nodes in a row are one edge as long as its four pieces, three bends kept in driving order."""
    network = load(tmp_path, nodes=line_nodes(5), ways=[(1, [1, 2, 3, 4, 5], PRIMARY)])
    ((one, other, one_way, metres),) = links(network)
    assert ({one, other}, one_way) == ({1, 5}, False)
    assert metres == pytest.approx(4 * 110.13, abs=1)  # 0.001 degrees at 8.5 S on WGS84
    line = network.details.line(network.table, 0)
    assert line[:, 0].tolist() == sorted(line[:, 0].tolist(), reverse=one == 5)
    assert len(line) == 5


def test_ways_are_joined_where_only_two_alike_meet(tmp_path):
    """Two ways of one street are one edge whichever way they are drawn; another name, surface or bridge starts a new one."""
    nodes = line_nodes(9)
    ways = [
        (1, [1, 2, 3], PRIMARY),
        (2, [5, 4, 3], PRIMARY),
        (3, [5, 6], PRIMARY | {"bridge": "yes", "maxweight": "8"}),
        (4, [6, 7], PRIMARY),
        (5, [7, 8], PRIMARY | {"surface": "gravel"}),
        (6, [8, 9], {"highway": "primary", "name": "Jalan Lain", "surface": "gravel"}),
    ]
    network = load(tmp_path, nodes=nodes, ways=ways)
    assert [sorted(link[:2]) for link in links(network)] == [[1, 5], [5, 6], [6, 7], [7, 8], [8, 9]]
    table = network.table
    (bridge,) = np.flatnonzero(table.bridge)
    assert table.max_weight_kg[bridge] == 8000
    assert np.isinf(np.delete(table.max_weight_kg, bridge)).all()
    assert sorted(table.surface) == ["", "", "", "gravel", "gravel"]
    assert set(table.road_name) == {"Jalan Raya", "Jalan Lain"}


def test_junctions_cut_ways_in_the_middle(tmp_path):
    """A side road at the third node makes two edges of the main road."""
    nodes = line_nodes(5) | {9: (116.002, -8.51)}
    network = load(tmp_path, nodes=nodes, ways=[(1, [1, 2, 3, 4, 5], PRIMARY), (2, [3, 9], PRIMARY)])
    assert [sorted(link[:2]) for link in links(network)] == [[1, 3], [3, 5], [3, 9]]


def test_a_ring_and_a_loop_are_whole(tmp_path):
    """A closed way that meets nothing stays one loop; one that a road meets is a loop at that node."""
    nodes = {1: (116.0, -8.5), 2: (116.001, -8.5), 3: (116.0, -8.501), 11: (116.1, -8.5), 12: (116.101, -8.5), 13: (116.1, -8.501)}
    nodes |= {14: (116.2, -8.5)}
    network = load(tmp_path, nodes=nodes, ways=[(1, [1, 2, 3, 1], PRIMARY), (2, [11, 12, 13, 11], PRIMARY), (3, [12, 14], PRIMARY)])
    assert [link[:2] for link in links(network) if link[0] == link[1]] == [(1, 1), (12, 12)]
    assert len(links(network)) == 3


def test_nodes_that_the_extract_lacks_break_a_way(tmp_path):
    """A way whose middle was cut off is two roads, not a straight line across the gap."""
    nodes = line_nodes(6)
    del nodes[3]
    network = load(tmp_path, nodes=nodes, ways=[(1, [1, 2, 3, 4, 5, 6], PRIMARY)])
    assert [sorted(link[:2]) for link in links(network)] == [[1, 2], [4, 6]]


# --- directions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tags, expected",
    [
        ({}, [(1, 3, False)]),
        ({"oneway": "yes"}, [(1, 3, True)]),
        ({"oneway": "-1"}, [(3, 1, True)]),
        ({"junction": "roundabout"}, [(1, 3, True)]),
        ({"junction": "roundabout", "oneway": "no"}, [(1, 3, False)]),
        ({"highway": "motorway"}, [(1, 3, True)]),
        ({"highway": "motorway", "oneway": "no"}, [(1, 3, False)]),
        ({"oneway": "reversible"}, [(1, 3, False)]),
    ],
)
def test_one_way_roads(tmp_path, tags, expected):
    """Signs, roundabouts and motorways give the direction; -1 turns it round."""
    network = load(tmp_path, nodes=line_nodes(3), ways=[(1, [1, 2, 3], PRIMARY | tags)])
    found = [(min(one, other), max(one, other), way) if not way else (one, other, way) for one, other, way, _ in links(network)]
    assert found == expected


def test_one_way_streets_join_only_in_one_direction(tmp_path):
    """Head to tail they are one edge, drawn with or against the traffic; head to head they stay two."""
    nodes = line_nodes(9)
    there, back = PRIMARY | {"oneway": "yes"}, PRIMARY | {"oneway": "-1"}
    network = load(tmp_path, nodes=nodes, ways=[(1, [3, 4, 5], there), (2, [3, 2, 1], back), (3, [7, 6, 5], there)])
    assert [link[:3] for link in links(network)] == [(1, 5, True), (7, 5, True)]


def test_the_way_round_a_roundabout_is_the_long_one_back(tmp_path):
    """Out by a quarter of the ring, back by the other three; who walks takes the quarter both times."""
    ring = {1: (116.0, -8.5), 2: (116.001, -8.501), 3: (116.0, -8.502), 4: (115.999, -8.501)}
    arms = {11: (116.0, -8.49), 12: (116.011, -8.501)}
    ways = [(1, [1, 2, 3, 4, 1], {"highway": "primary", "junction": "roundabout"}), (2, [11, 1], PRIMARY), (3, [2, 12], PRIMARY)]
    network = load(tmp_path, nodes=ring | arms, ways=ways)
    places = {"north": "osm:11", "east": "osm:12"}
    drive = travel_matrix(network, places=places, profile="light_truck")
    walk = travel_matrix(network, places=places, profile="on_foot")
    quarter = walk.distance_m[0, 1]
    assert drive.distance_m[0, 1] == quarter == walk.distance_m[1, 0]
    assert drive.distance_m[1, 0] - quarter == pytest.approx(2 * 156, abs=3)  # the ring has four sides of 156 m


# --- what tags say -----------------------------------------------------------------------------------------


def test_ferries_sail_by_their_duration_on_an_assumed_timetable(tmp_path):
    """A vehicle ferry has a crossing with its told duration; one for walkers is a boat line; both join the roads."""
    nodes = line_nodes(4, step=0.05) | {9: (116.05, -8.4)}
    ways = [
        (1, [1, 2], PRIMARY),
        (2, [2, 3], {"route": "ferry", "duration": "01:30", "name": "Feri"}),
        (3, [3, 4], PRIMARY),
        (4, [2, 9], {"route": "ferry", "motor_vehicle": "no"}),
    ]
    network = load(tmp_path, nodes=nodes, ways=ways)
    (crossing,) = network.crossings
    assert {crossing.from_node, crossing.to_node} == {"osm:2", "osm:3"}
    assert (crossing.duration_s, crossing.confidence) == (5400, "assumed")
    assert "assumed" in crossing.source
    assert sorted(network.table.kind) == ["boat", "ferry", "road", "road"]
    from datetime import datetime

    start = datetime(2018, 8, 12, 7, tzinfo=WITA)
    path = shortest_path(network, from_node="osm:1", to_node="osm:4", profile="light_truck", start=start)
    arrive_s, (sailing,) = schedule_path(network, path, profile="light_truck", depart_s=0, start=start)
    assert sailing.departure_s == 3600  # 08:00
    assert arrive_s > 3600 + 5400


@pytest.mark.parametrize("duration, seconds", [("01:30", 5400), ("90", 5400), ("PT1H30M", 5400), ("0:45:30", 2730)])
def test_durations_are_read_in_every_form(tmp_path, duration, seconds):
    network = load(tmp_path, nodes=line_nodes(2), ways=[(1, [1, 2], {"route": "ferry", "duration": duration})])
    assert network.crossings[0].duration_s == seconds


def test_a_ferry_of_several_ways_and_a_round_trip(tmp_path):
    """Parts of a line share one crossing whose times add up; a tour that ends where it began is no crossing."""
    nodes = line_nodes(5, step=0.01)
    ferry = {"route": "ferry", "name": "Feri"}
    parts = [(1, [1, 2, 3], ferry | {"duration": "20"}), (2, [3, 4], ferry | {"duration": "10"}), (3, [4, 5, 4], ferry)]
    network = load(tmp_path, nodes=nodes, ways=parts)
    assert [(sorted((x.from_node, x.to_node)), x.duration_s) for x in network.crossings] == [(["osm:1", "osm:4"], 1800)]


@pytest.mark.parametrize("tags", [{}, {"duration": "soon"}, {"duration": "0"}])
def test_a_ferry_without_a_time_sails_at_15_kph(tmp_path, tags):
    network = load(tmp_path, nodes=line_nodes(2, step=0.01), ways=[(1, [1, 2], {"route": "ferry"} | tags)])
    assert network.crossings[0].duration_s == pytest.approx(264, abs=1)  # 1,101 m
    assert "15 km/h" in network.crossings[0].source


@pytest.mark.parametrize("kind", ["no_left_turn", "only_straight_on"])
def test_turn_restrictions_are_kept(tmp_path, kind):
    """They name the two edges at their node, which no chain swallows; those over unknown ways are left out."""
    nodes = line_nodes(5)
    ways = [(1, [1, 2, 3], PRIMARY), (2, [3, 4, 5], PRIMARY)]
    network = load(tmp_path, nodes=nodes, ways=ways, turns=[(1, 3, 2, kind), (1, 3, 77, kind)])
    (turn,) = network.table.turns
    assert (network.table.node_ids[turn.via_node], turn.kind) == ("osm:3", kind)
    ends = [
        {network.table.node_ids[node] for node in (network.table.edge_from[edge], network.table.edge_to[edge])}
        for edge in (turn.from_edge, turn.to_edge)
    ]
    assert ends == [{"osm:1", "osm:3"}, {"osm:3", "osm:5"}]


def test_turning_round_on_a_way_that_goes_on(tmp_path):
    """no_u_turn names one way twice, in the middle of it: nobody turns round there from either side."""
    ways = [(1, [1, 2, 3], PRIMARY), (2, [2, 4], PRIMARY)]
    table = load(tmp_path, nodes=line_nodes(4), ways=ways, turns=[(1, 2, 1, "no_u_turn"), (1, 2, 2, "no_left_turn")]).table
    assert [turn.from_edge == turn.to_edge for turn in table.turns] == [True, True]
    assert len({turn.from_edge for turn in table.turns}) == 2


def test_signs_over_several_ways_and_exceptions(tmp_path):
    """no_entry counts for each way that leads in; a sign that excepts motor vehicles binds none of ours."""
    path, writer_path = tmp_path / "signs.osm.pbf", tmp_path / "plain.osm"
    ways = [(1, [1, 3], PRIMARY), (2, [2, 3], PRIMARY), (3, [3, 4], PRIMARY)]
    write_osm(writer_path, nodes=line_nodes(4), ways=ways, form="osm")
    members = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in SIGN)
    sign = f'<relation id="1" version="1">{members}<tag k="type" v="restriction"/><tag k="restriction" v="no_entry"/>'
    excepted = sign.replace('id="1" version', 'id="2" version') + '<tag k="except" v="psv;hgv"/></relation>'
    text = writer_path.read_text(encoding="utf-8").replace("</osm>", f"{sign}</relation>{excepted}</osm>")
    writer_path.write_text(text, encoding="utf-8")
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(writer_path)):
            writer.add(thing)
    table = RoadNetwork.from_osm(path).table
    ways_in = {table.node_ids[table.edge_from[turn.from_edge]] for turn in table.turns}
    assert (len(table.turns), ways_in) == (2, {"osm:1", "osm:2"})


def test_what_is_no_road_is_left_out(tmp_path):
    """Buildings, squares, works and private roads are not there."""
    nodes = line_nodes(12)
    ways = [
        (1, [1, 2], PRIMARY),
        (2, [3, 4], {"highway": "construction"}),
        (3, [5, 6], {"highway": "service", "access": "private"}),
        (4, [7, 8, 9, 7], {"highway": "pedestrian", "area": "yes"}),
        (5, [10, 11], {"building": "yes"}),
        (6, [11, 12], {"route": "bus"}),
    ]
    assert [sorted(link[:2]) for link in links(load(tmp_path, nodes=nodes, ways=ways))] == [[1, 2]]


# --- areas -------------------------------------------------------------------------------------------------


def test_an_area_keeps_the_ways_that_touch_it(tmp_path):
    """In every form an area comes in, one of two roads is kept; a projected frame is brought to degrees."""
    content = {"nodes": line_nodes(3) | line_nodes(3, lon=117.0, first=11), "ways": [(1, [1, 2, 3], PRIMARY), (2, [11, 12, 13], PRIMARY)]}
    box = shapely.box(115.9, -8.6, 116.1, -8.4)
    frame = geopandas.GeoDataFrame(geometry=[box], crs=4326)
    (tmp_path / "area.geojson").write_text(frame.to_json(), encoding="utf-8")
    areas = [box, box.__geo_interface__, tmp_path / "area.geojson", (115.9, -8.6, 116.1, -8.4), frame, frame.to_crs(32750)]
    for area in areas:
        assert [sorted(link[:2]) for link in links(load(tmp_path, **content, area=area))] == [[1, 3]]
    assert len(links(load(tmp_path, **content))) == 2
    assert load(tmp_path, **content, name="kota").table.name == "kota"


@pytest.mark.parametrize(
    "area, error, told",
    [
        (shapely.box(100, 0, 101, 1), InputError, "holds none of the 1 ways of 'tiny.osm.pbf'; the file covers lon 116.000 to 116.002"),
        (shapely.box(-8.6, 115.9, -8.4, 116.1), CrsError, "not in degrees.*swap lon and lat"),
        (shapely.box(4e5, 9e6, 5e5, 9.1e6), CrsError, "reproject it to EPSG:4326"),
        (shapely.Polygon([(115, -9), (117, -8), (117, -9), (115, -8)]), InputError, "Self-intersection"),
        (shapely.Point(116, -8.5), InputError, "is a Point; give a polygon"),
        (shapely.Polygon(), InputError, "is empty"),
        ((117, -9, 115, -8), InputError, "west < east"),
        (("a", 1, 2, 3), InputError, "west < east"),
        (42, InputError, "is a int; give a shapely polygon"),
        (geopandas.GeoDataFrame(geometry=[shapely.box(115, -9, 117, -8)]), CrsError, "declares no coordinate system"),
    ],
)
def test_areas_that_cannot_be_meant_are_refused(tmp_path, area, error, told):
    """Nowhere, projected, swapped, crossing itself, no polygon: one clear error each."""
    with pytest.raises(error, match=told):
        load(tmp_path, nodes=line_nodes(3), ways=[(1, [1, 2, 3], PRIMARY)], area=area)


# --- files that are not what they say ----------------------------------------------------------------------


def grid(path, *, size=20, form="pbf"):
    nodes = {1 + row * size + col: (116 + col / 100, -8.5 - row / 100) for row in range(size) for col in range(size)}
    ways = [(1 + row, [1 + row * size + col for col in range(size)], PRIMARY | {"ref": str(row)}) for row in range(size)]
    return write_osm(path, nodes=nodes, ways=ways, form=form)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_told(tmp_path, share):
    """Wherever a download broke off."""
    whole = grid(tmp_path / "whole.osm.pbf").read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(SchemaError, match=r"file 'cut\.osm\.pbf'"):
        RoadNetwork.from_osm(cut)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", b"<osm version='0.6'></osm>", bytes(range(256)) * 9])
def test_another_file_is_no_extract(tmp_path, content):
    other = tmp_path / "x.osm.pbf"
    other.write_bytes(content)
    with pytest.raises(SchemaError, match=r"is no \.osm\.pbf file"):
        RoadNetwork.from_osm(other)
    with pytest.raises(SchemaError, match="is not there"):
        RoadNetwork.from_osm(tmp_path / "nowhere.osm.pbf")
    with pytest.raises(SchemaError, match="is not there"):
        RoadNetwork.from_osm(tmp_path)


def test_an_extract_without_roads_is_told(tmp_path):
    path = write_osm(tmp_path / "sea.osm.pbf", nodes=line_nodes(3), ways=[(1, [1, 2], {"natural": "coastline"})])
    with pytest.raises(SchemaError, match="holds no roads and no ferries"):
        RoadNetwork.from_osm(path)


def test_damaged_bytes_never_end_the_interpreter(tmp_path):
    """Sixty files with bytes changed, in another process: each loads or raises this library's error."""
    whole = grid(tmp_path / "whole.osm.pbf").read_bytes()
    rng = random.Random(7)
    for number in range(60):
        damaged = bytearray(whole)
        for _ in range(rng.choice([1, 3, 20])):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        (tmp_path / f"damaged{number}.osm.pbf").write_bytes(damaged)
    code = (
        "import sys, pathlib\nfrom ntb_relief import InputError, RoadNetwork\n"
        "for path in pathlib.Path(sys.argv[1]).glob('damaged*'):\n"
        "    try:\n        RoadNetwork.from_osm(path)\n    except InputError as error:\n        assert len(error.issues) == 1\n"
        "print('alive')"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr[-2000:]


def test_texts_that_are_no_utf8_are_told(tmp_path):
    """A name in another encoding inside sound compression."""
    path = grid(tmp_path / "x.osm.pbf", size=3, form="pbf,pbf_compression=none")
    raw = path.read_bytes()
    assert b"Jalan Raya" in raw
    path.write_bytes(raw.replace(b"Jalan Raya", b"Jalan \xff\xfe\xfd\xfc"))
    with pytest.raises(SchemaError, match="is damaged or cut off: 'utf-8' codec"):
        RoadNetwork.from_osm(path)


def test_without_osmium_the_extra_is_named(tmp_path, monkeypatch):
    path = grid(tmp_path / "x.osm.pbf", size=3)
    monkeypatch.setitem(sys.modules, "osmium", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'ntb-relief\[osm\]'"):
        RoadNetwork.from_osm(path)


# --- real extracts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, num_nodes, one_way, km",
    [
        ("Helsinki.osm.pbf", (2000, 3000), 560, (90, 120)),
        ("test.osm.pbf", (450, 600), 74, (60, 140)),
        ("monaco.osm.pbf", (3000, 4200), 1240, (450, 550)),
    ],
)
def test_real_extracts_load(name, num_nodes, one_way, km):
    """Most nodes are bends, one part holds nearly all, and a truck gets from one end of it to the other and back."""
    network = RoadNetwork.from_osm(real_extract(name))
    from ntb_relief.geo.quality import network_quality

    quality = network_quality(network)
    assert num_nodes[0] < quality.num_nodes < num_nodes[1]
    assert network.table.one_way.sum() == one_way
    assert quality.components[0].num_nodes > 0.6 * quality.num_nodes
    assert km[0] < sum(part.road_km for part in quality.components) < km[1]


@pytest.mark.parametrize("name, signs", [("Helsinki.osm.pbf", 42), ("monaco.osm.pbf", 27)])
def test_paths_in_real_extracts_obey_their_signs(name, signs):
    """No path breaks a sign; without signs some would; a path is as long as its cell says, and never quicker than without."""
    network = RoadNetwork.from_osm(real_extract(name))
    table = network.table
    banned = table.banned_turns()
    assert len(table.turns) == signs
    free = network.replace(table=replace(table, turns=()))
    rows = np.random.default_rng(0).integers(0, len(table.node_ids), 60)
    names = [table.node_ids[row] for row in dict.fromkeys(rows.tolist())]
    places, broken = dict(zip(names, names, strict=True)), [0, 0]
    bound, unbound = (travel_matrix(one, places=places, profile="light_truck") for one in (network, free))
    assert (bound.duration_s >= unbound.duration_s)[bound.duration_s >= 0].all()
    for number, one in enumerate((network, free)):
        paths = shortest_paths(one, [(first, second) for first in names for second in names], profile="light_truck")
        for cell, path in zip((bound, unbound)[number].distance_m.ravel().tolist(), paths, strict=True):
            assert cell == (-1 if path is None else path.distance_m)
            turns = [] if path is None else zip(pairwise(path.edges), path.nodes[1:-1], strict=True)
            broken[number] += any((before, via, after) in banned for (before, after), via in turns)
    assert broken[0] == 0 < broken[1]
