"""Stops on edges: where they are, what they cost, and what a network cut there says of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError, UnknownReferenceError
from ntb_relief.geo.graph import ferry_crossings
from ntb_relief.geo.lines import path_line
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.paths import shortest_path
from ntb_relief.geo.roads import _along, straight_details
from ntb_relief.geo.sailings import longest_crossing_s
from ntb_relief.geo.sphere import great_circle_m
from ntb_relief.geo.stop_sums import place_sums
from ntb_relief.geo.stops import EdgeStop, snap_to_edges, split_at_stops
from ntb_relief.geo.ways import edge_ways
from tests.geo.networks import PROFILES, make_table, networks
from tests.geo.osm_files import write_osm
from tests.oracles.graph import shortest_labels

profiles = st.sampled_from(sorted(PROFILES))


def stop_at(network, edge, share):
    table = network.table
    ends = [(table.node_lon[node], table.node_lat[node]) for node in (table.edge_from[edge], table.edge_to[edge])]
    lon, lat = (float(ends[0][axis] + share * (ends[1][axis] - ends[0][axis])) for axis in range(2))
    return EdgeStop(edge, share, lon, lat, 0)


def one_way(network, flags):
    flags = np.array((flags * len(network.table.kind))[: len(network.table.kind)], dtype=np.bool_)
    table = replace(network.table, one_way=flags)
    return RoadNetwork.from_table(table, crossings=network.crossings, profiles=network.profiles)


def arcs_with_stops(network, profile, stops):
    """Return the arcs of a plain graph in which each stop is a node: whole edges, their pieces at each stop, and between two stops."""
    table, size = network.table, len(network.table.node_ids)
    there, back = edge_ways(network, profile)
    ferries = ferry_crossings(network)
    arcs = []
    for edge in range(len(table.kind)):
        ends, length = (int(table.edge_from[edge]), int(table.edge_to[edge])), int(table.length_m[edge])
        on_edge = [(size + row, stop.share) for row, stop in enumerate(stops) if stop.edge == edge]
        points = [(ends[0], 0.0), (ends[1], 1.0), *on_edge]
        arcs += [(one, other, 0, 0) for one, at in points for other, then in points if one != other and at == then]
        for whole, is_back in ((int(there[edge]), False), (int(back[edge]), True)):
            if whole < 0:
                continue
            if edge in ferries:
                whole = longest_crossing_s(ferries[edge])  # noqa: PLW2901 - a ferry takes its own time
            for one, at in points:
                for other, then in points:
                    if at < then:
                        cost = round(then * whole) - round(at * whole), round(then * length) - round(at * length)
                        arcs.append((other, one, *cost) if is_back else (one, other, *cost))
    return arcs


@settings(deadline=None, max_examples=150)
@given(networks(), profiles, st.lists(st.booleans(), min_size=1, max_size=5), st.data())
def test_tables_between_stops_are_those_of_a_graph_with_stops_in_it(network, profile, flags, data):
    """Both ends, the same edge forwards and backwards, one-way roads, closed roads, loops and parallel edges: all as by Bellman-Ford."""
    if not network.table.kind:
        return
    network = one_way(network, flags)
    kerbs = [edge for edge, kind in enumerate(network.table.kind) if kind != "ferry"]
    drawn = st.tuples(st.sampled_from(kerbs), st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0])) if kerbs else st.nothing()
    stops = [stop_at(network, *one) for one in data.draw(st.lists(drawn, max_size=4) if kerbs else st.just([]))]
    places = {node: node for node in network.table.node_ids} | {f"stop {row}": stop for row, stop in enumerate(stops)}
    seconds, metres, toll = place_sums(network, profile=profile, sources=places, targets=places)
    size, arcs = len(places), arcs_with_stops(network, profile, stops)
    for source in range(size):
        for target, label in enumerate(shortest_labels(size, arcs, source=source)):
            told = int(seconds[source, target]), int(metres[source, target])
            assert told == (label or (-1, -1))
    assert ((toll < 0) == (seconds < 0)).all()
    assert travel_matrix(network, places=places, profile=profile).duration_s.tolist() == seconds.tolist()


@settings(deadline=None, max_examples=60)
@given(networks(), profiles, st.lists(st.booleans(), min_size=1, max_size=3), st.data())
def test_a_network_cut_at_stops_says_the_same_to_the_second_a_piece(network, profile, flags, data):
    """Lengths are equal to the metre; seconds differ by the rounding of the pieces, and closed edges stay closed."""
    network = one_way(network, flags)
    roads = [edge for edge, kind in enumerate(network.table.kind) if kind == "road"]
    if not roads:
        return
    spots = st.tuples(st.sampled_from(roads), st.floats(0.1, 0.9))
    stops = {
        f"s{row}": stop_at(network, edge, share)
        for row, (edge, share) in enumerate(data.draw(st.lists(spots, min_size=1, max_size=3, unique=True)))
    }
    cut = split_at_stops(network, stops)
    assert int(cut.table.length_m.sum()) == int(network.table.length_m.sum())
    places = {node: node for node in network.table.node_ids}
    by_sums = travel_matrix(network, places=places | stops, profile=profile)
    by_cut = travel_matrix(cut, places=places | {name: name for name in stops}, profile=profile)
    assert ((by_sums.duration_s < 0) == (by_cut.duration_s < 0)).all()
    assert np.abs(by_sums.duration_s - by_cut.duration_s).max() <= len(stops) + 3


def test_two_stops_at_one_spot_are_together_whatever_the_road():
    """On a one-way road that is closed, by the sums and on the network cut there."""
    table = replace(make_table(2, [(0, 1, "road", "trunk", 6, 1000)]), one_way=np.array([True]))
    network = RoadNetwork.from_table(table, crossings=[], profiles=PROFILES).without([("n0", "n1")])
    stops = {name: stop_at(network, 0, 0.3) for name in "ab"}
    assert travel_matrix(network, places=stops, profile="truck").duration_s.tolist() == [[0, 0], [0, 0]]
    cut = split_at_stops(network, stops)
    assert travel_matrix(cut, places={name: name for name in stops}, profile="truck").duration_s.tolist() == [[0, 0], [0, 0]]
    assert cut.num_closed == 2


def test_the_nearest_edge_is_not_always_that_of_the_nearest_node():
    """A stop beside the middle of a long road goes to that road, though the end of another is nearer than its ends."""
    table = make_table(4, [(0, 3, "road", "trunk", 6, 3300), (1, 2, "road", "local", 6, 1100)])
    table = replace(table, node_lat=np.array([-8.5, -8.494, -8.494, -8.5]))
    network = RoadNetwork.from_table(table, crossings=[], profiles=PROFILES)
    stops = snap_to_edges(network, {"posko": (116.015, -8.499)})
    assert network.snap(lon=116.015, lat=-8.499).node_id in {"n1", "n2"}
    assert stops["posko"].edge == 0
    assert stops["posko"].share == pytest.approx(0.5)
    assert stops["posko"].distance_m == round(float(great_circle_m(lon=116.015, lat=-8.499, to_lon=116.015, to_lat=-8.5)))


@settings(deadline=None)
@given(networks(), st.lists(st.tuples(st.floats(115.98, 116.1), st.floats(-8.52, -8.48)), min_size=1, max_size=4))
def test_no_edge_is_nearer_than_the_one_chosen(network, points):
    """Against every point of every road and boat line, a hundred to an edge."""
    kerbs = [edge for edge, kind in enumerate(network.table.kind) if kind in {"road", "boat"}]
    asked = {str(row): point for row, point in enumerate(points)}
    if not kerbs:
        with pytest.raises(InputError, match="has no way to any road"):
            snap_to_edges(network, asked)
        return
    told = snap_to_edges(network, asked)
    for name, (lon, lat) in asked.items():
        spots = [stop_at(network, edge, share) for edge in kerbs for share in np.linspace(0, 1, 101).tolist()]
        nearest = great_circle_m(lon=lon, lat=lat, to_lon=[x.lon for x in spots], to_lat=[x.lat for x in spots]).min()
        assert told[name].distance_m <= nearest + 1
        assert great_circle_m(lon=lon, lat=lat, to_lon=told[name].lon, to_lat=told[name].lat) == pytest.approx(
            told[name].distance_m, abs=0.51
        )


def test_only_edges_the_profile_may_use_are_chosen_and_closed_ones_count():
    """A truck is sent past the trail, and stays on its road when that is closed."""
    table = make_table(4, [(0, 1, "road", "local", 6, 1100), (2, 3, "road", "local", 2, 1100)])
    table = replace(table, node_lat=np.array([-8.5, -8.5, -8.51, -8.51]), node_lon=np.array([116.0, 116.01, 116.0, 116.01]))
    network = RoadNetwork.from_table(table, crossings=[], profiles=PROFILES)
    point = {"posko": (116.005, -8.509)}
    assert snap_to_edges(network, point)["posko"].edge == 1
    assert snap_to_edges(network, point, profile="truck")["posko"].edge == 0
    assert snap_to_edges(network.without([("n0", "n1")]), point, profile="truck")["posko"].edge == 0


def test_stops_at_sea_and_swapped_ones_are_told_with_what_to_do():
    """Forty kilometres from any road is refused with the distance; lon and lat the wrong way round get the fix; both name the stop."""
    network = RoadNetwork.from_ntb()
    with pytest.raises(InputError, match=r"stop 'kapal' at lon=116, lat=-9[.]4: is 61 km from any road '4wd' can use") as error:
        snap_to_edges(network, {"kapal": (116.0, -9.4), "posko": (116.1, -8.58), "pulau": (120.5, -8.5)}, profile="4wd")
    assert [issue.where.split("'")[1] for issue in error.value.issues] == ["kapal", "pulau"]
    with pytest.raises(InputError, match="swap lon and lat"):
        snap_to_edges(network, {"posko": (-8.58, 116.1)})
    with pytest.raises(InputError, match="give degrees"):
        snap_to_edges(network, {"posko": (float("nan"), -8.0)})
    with pytest.raises(UnknownReferenceError, match="profile 'truk'"):
        snap_to_edges(network, {}, profile="truk")


def test_stops_of_another_network_are_refused():
    """An edge beyond the table, and a stop that takes a node's name."""
    network = RoadNetwork.from_ntb()
    strange = EdgeStop(10**6, 0.5, 116.0, -8.5, 0)
    with pytest.raises(InputError, match="lies on edge 1000000, which is none"):
        place_sums(network, profile="4wd", sources={"x": strange}, targets={})
    with pytest.raises(InputError, match="bears the id of a node") as error:
        split_at_stops(network, {"kec:52.71.05": EdgeStop(0, 0.5, 116.0, -8.5, 0), "x": strange})
    assert len(error.value.issues) == 2


def test_a_cut_road_keeps_its_bends(tmp_path):
    """The line of a path from a stop on a bent road is the road's, and the pieces make the whole line."""
    nodes = {1: (116.0, -8.5), 2: (116.001, -8.5), 3: (116.001, -8.499), 4: (116.002, -8.499)}
    path = write_osm(tmp_path / "x.osm.pbf", nodes=nodes, ways=[(1, [1, 2, 3, 4], {"highway": "primary"})])
    network = RoadNetwork.from_osm(path)
    stops = snap_to_edges(network, {"a": (116.0005, -8.5001), "b": (116.0011, -8.4995)})
    cut = split_at_stops(network, stops)
    assert cut.details is not None
    way = shortest_path(cut, from_node="a", to_node="osm:4", profile="4wd")
    line = [(round(lon, 5), round(lat, 5)) for lon, lat in path_line(cut, way)]
    assert line == [(116.0005, -8.5), (116.001, -8.5), (116.001, -8.4995), (116.001, -8.499), (116.002, -8.499)]
    whole = shortest_path(cut, from_node="osm:1", to_node="osm:4", profile="4wd")
    assert {*path_line(network, shortest_path(network, from_node="osm:1", to_node="osm:4", profile="4wd"))} <= {*path_line(cut, whole)}


@pytest.mark.parametrize("point", [("116,2", -8.5), (116.2, None), (116.2,), (116.2, -8.5, 3.0)])
def test_a_stop_that_is_no_pair_of_numbers_is_told(point):
    with pytest.raises(InputError, match="give lon and lat as two numbers"):
        snap_to_edges(RoadNetwork.from_ntb(), {"posko": point, "other": (116.2, -8.5)})


bends = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6)


@given(st.lists(bends, min_size=1, max_size=4), st.data())
@settings(max_examples=60)
def test_pieces_follow_the_line_they_were_cut_from(lines, data):
    """Piece after piece, the bends of every edge stand in their order, each once, but those at the very stops."""
    table = make_table(2, [(0, 1, "road", "trunk", 6, 1000)] * len(lines))
    shape = np.array([(116.0 + x / 1000, -8.5 + y / 1000) for line in lines for x, y in line]).reshape(-1, 2)
    start = np.cumsum([0, *map(len, lines)])
    details = replace(straight_details(len(lines)), shape_start=start, shape_lonlat=shape)
    shares = {
        edge: sorted(data.draw(st.lists(st.floats(0, 1), min_size=1, max_size=3)))
        for edge in data.draw(st.sets(st.integers(0, len(lines) - 1)))
    }
    kept = np.array([edge for edge in range(len(lines)) for _ in range(1 + len(shares.get(edge, ())))])
    cut = details.cut(table, kept, shares)
    for edge in range(len(lines)):
        pieces = np.flatnonzero(kept == edge)
        found = cut.shape_lonlat[cut.shape_start[pieces[0]] : cut.shape_start[pieces[-1] + 1]]
        at = _along(details.line(table, edge))[1:-1]
        own = shape[start[edge] : start[edge + 1]]
        np.testing.assert_array_equal(found, own[~np.isin(at, shares.get(edge, []))])
        where = np.concatenate([np.full(cut.shape_start[piece + 1] - cut.shape_start[piece], row) for row, piece in enumerate(pieces)])
        np.testing.assert_array_equal(where, np.searchsorted(shares.get(edge, []), at[~np.isin(at, shares.get(edge, []))]))
