"""One-way roads, surfaces, slopes, speed limits and weights: every way to a table agrees with `RoadTable.edge_duration_s`."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntb_relief.geo.criticality import link_criticality
from ntb_relief.geo.hierarchy import land_metric
from ntb_relief.geo.isochrones import isochrones
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.paths import schedule_path, shortest_path
from ntb_relief.geo.scenarios import scenario_matrices
from ntb_relief.geo.tables import by_dijkstra, by_hierarchy, shortest_land_s
from ntb_relief.geo.ways import edge_ways
from ntb_relief.model.travel import UNREACHABLE, Profile
from tests.geo.networks import PROFILES, make_table, networks, starts

TRUCK = replace(
    PROFILES["truck"],
    min_access=1,
    surface_factor={"earth": 0.5, "gravel": 0.75},
    slope_factor={"steep": 0.5},
    weight_kg=8000,
    axle_kg=5000,
)
RULES = PROFILES | {"truck": TRUCK, "walker": replace(TRUCK, id="walker", obeys_one_way=False, weight_kg=None, axle_kg=None)}


@st.composite
def told_networks(draw):
    """Draw a network whose roads have directions, surfaces, slopes and limits."""
    network = draw(networks())
    size = len(network.table.kind)

    def column(values):
        return [draw(st.sampled_from(values)) for _ in range(size)]

    table = replace(
        network.table,
        one_way=np.array(column([True, False]), dtype=np.bool_),
        surface=tuple(column(["", "paved", "earth", "gravel"])),
        slope=tuple(column(["", "steep", "flat"])),
        max_kph=np.array(column([math.inf, 5.0, 60.0]), dtype=np.float64),
        max_weight_kg=np.array(column([math.inf, 8000.0, 7999.0]), dtype=np.float64),
        max_axle_kg=np.array(column([math.inf, 5000.0, 4999.0]), dtype=np.float64),
    )
    return RoadNetwork.from_table(table, crossings=network.crossings, profiles=RULES)


def plain_land_s(network, rules):
    """Return the seconds between all nodes without ferries by Floyd and Warshall over `edge_duration_s`."""
    table = network.table
    size = len(table.node_ids)
    far = 10**12
    seconds = np.full((size, size), far, dtype=np.int64)
    np.fill_diagonal(seconds, 0)
    for edge, kind in enumerate(table.kind):
        ends = int(table.edge_from[edge]), int(table.edge_to[edge])
        for one, other in (ends, ends[::-1]):
            spent = table.edge_duration_s(edge, rules, from_node=one)
            if kind != "ferry" and spent != UNREACHABLE:
                seconds[one, other] = min(seconds[one, other], spent)
    for via in range(size):
        seconds = np.minimum(seconds, seconds[:, via, None] + seconds[None, via, :])
    return np.where(seconds >= far, UNREACHABLE, seconds)


@given(told_networks(), st.sampled_from(["truck", "walker", "bike"]))
def test_land_tables_are_those_of_the_plain_rules(network, profile):
    """By Dijkstra and by the hierarchy: direction, surface, slope, speed limit and weight count as they do for one edge."""
    expected = plain_land_s(network, RULES[profile])
    every = np.arange(len(network.table.node_ids))
    np.testing.assert_array_equal(shortest_land_s(network, profile=profile, sources=every, targets=every), expected)
    from ntb_relief.geo.hierarchy import network_hierarchy
    from ntb_relief.kernels.graph import many_to_many, search_graph

    arcs = network_hierarchy(network).arcs
    metric = land_metric(network, profile=profile)
    np.testing.assert_array_equal(many_to_many(arcs, search_graph(arcs, metric.weight), sources=every, targets=every), expected)


@given(told_networks(), st.sampled_from(["truck", "walker"]), starts)
def test_the_hierarchy_and_dijkstra_agree_on_one_way_roads(network, profile, start):
    """All three tables cell by cell, ferries and all; and the ways of edges are the plain ones."""
    every = np.arange(len(network.table.node_ids))
    span = {"profile": profile, "sources": every, "targets": every, "start": start, "latest_s": 86_400}
    for one, other in zip(by_dijkstra(network, **span), by_hierarchy(network, **span), strict=True):
        np.testing.assert_array_equal(one, other)
    table, rules = network.table, RULES[profile]
    is_link = table.edge_from != table.edge_to  # a loop is entered at the same node either way
    for node, ways in zip((table.edge_from, table.edge_to), edge_ways(network, profile), strict=True):
        plain = [table.edge_duration_s(edge, rules, from_node=int(node[edge])) for edge in range(len(table.kind))]
        assert ways[is_link].tolist() == np.array(plain, dtype=np.int64)[is_link].tolist()


@given(told_networks(), starts, st.data())
def test_scenarios_close_one_way_roads_as_closures_do(network, start, data):
    """Customised together or one by one, the matrices are the same."""
    ids = network.table.node_ids
    ends = zip(network.table.edge_from.tolist(), network.table.edge_to.tolist(), strict=True)
    links = [(ids[one], ids[other]) for one, other in ends]
    closed = data.draw(st.lists(st.sampled_from(links), max_size=3)) if links else []
    places = {name: name for name in ids}
    asked = {"places": places, "profile": "truck", "start": start}
    found = scenario_matrices(network, scenarios={"closed": closed}, **asked)["closed"]
    np.testing.assert_array_equal(found.duration_s, travel_matrix(network.without(closed), **asked).duration_s)


def one_way_pair():
    """Return a triangle whose side a-b is one-way from a to b, the way back by c is longer."""
    rows = [(0, 1, "road", "trunk", 6, 1000), (1, 2, "road", "trunk", 6, 2000), (2, 0, "road", "trunk", 6, 2000)]
    table = replace(make_table(3, rows), one_way=np.array([True, False, False]))
    return RoadNetwork.from_table(table, crossings=[], profiles=PROFILES)


def test_the_way_back_goes_round():
    """100 s there and 400 s back; paths and their walk agree, and against the arrow is told."""
    network = one_way_pair()
    matrix = travel_matrix(network, places={"a": "n0", "b": "n1"}, profile="truck")
    assert matrix.duration_s.tolist() == [[0, 100], [400, 0]]
    path = shortest_path(network, from_node="n1", to_node="n0", profile="truck")
    assert path.nodes == (1, 2, 0)
    from datetime import datetime

    from ntb_relief.errors import InputError
    from ntb_relief.units import WITA

    start = datetime(2018, 8, 12, tzinfo=WITA)
    assert schedule_path(network, path, profile="truck", depart_s=0, start=start) == (400, ())
    wrong = replace(path, nodes=(1, 0), edges=(0,), distance_m=1000)
    with pytest.raises(InputError, match="closed to profile 'truck'"):
        schedule_path(network, wrong, profile="truck", depart_s=0, start=start)


def test_isochrones_drive_with_the_arrow_only():
    """From b within 100 s nobody is at a, and no part of the street is driven backwards."""
    network = one_way_pair()
    (ring,) = isochrones(network, from_nodes=["n1"], profile="truck", limits_s=[100], band_m=1.0)
    assert ring.nodes == ("n1",)
    (there,) = isochrones(network, from_nodes=["n0"], profile="truck", limits_s=[100], band_m=1.0)
    assert set(there.nodes) == {"n0", "n1"}
    assert there.area.bounds[0] < ring.area.bounds[0]


def test_a_one_way_link_still_joins():
    """Criticality counts a one-way street as a link: where it is all there is, its loss cuts off."""
    rows = [(0, 1, "road", "trunk", 6, 1000)]
    table = replace(make_table(2, rows), one_way=np.array([True]))
    network = RoadNetwork.from_table(table, crossings=[], profiles=PROFILES)
    (worst,) = link_criticality(network, people={"n1": 9}, origins=["n0"], profile="truck")
    assert worst.people_cut_off == 9


@pytest.mark.parametrize(
    "column, value, seconds",
    [
        ("surface", "earth", 200),
        ("surface", "gravel", 133),
        ("surface", "marble", 100),
        ("slope", "steep", 200),
        ("max_kph", 18.0, 200),
        ("max_weight_kg", 8000.0, 100),
        ("max_weight_kg", 7999.0, UNREACHABLE),
        ("max_axle_kg", 4999.0, UNREACHABLE),
    ],
)
def test_what_a_road_is_like_sets_its_seconds(column, value, seconds):
    """1 km at 36 km/h takes 100 s; earth and steep halve the speed, a limit caps it, a weak bridge closes."""
    table = make_table(2, [(0, 1, "road", "trunk", 6, 1000)])
    entry = (value,) if isinstance(value, str) else np.array([value])
    changed = replace(table, **{column: entry})
    assert changed.edge_duration_s(0, TRUCK) == seconds
    network = RoadNetwork.from_table(changed, crossings=[], profiles=RULES)
    assert travel_matrix(network, places={"a": "n0", "b": "n1"}, profile="truck").duration_s[0, 1] == seconds


@pytest.mark.parametrize(
    "changes, told",
    [
        ({"surface_factor": {"earth": 0}}, "surface_factor of 'earth' is 0"),
        ({"slope_factor": {"steep": math.nan}}, "slope_factor of 'steep' is nan"),
        ({"weight_kg": 0}, "weight_kg is 0"),
        ({"axle_kg": math.inf}, "axle_kg is inf"),
    ],
)
def test_profiles_refuse_what_no_vehicle_has(changes, told):
    from ntb_relief.errors import InputError

    with pytest.raises(InputError, match=told):
        replace(TRUCK, **changes)


@pytest.mark.parametrize("column", ["max_kph", "max_weight_kg", "max_axle_kg"])
def test_limits_of_a_table_are_above_zero(column):
    from ntb_relief.errors import InputError

    with pytest.raises(InputError, match=f"{column} that is not above 0"):
        replace(make_table(2, [(0, 1, "road", "trunk", 6, 1000)]), **{column: np.array([0.0])})
    with pytest.raises(InputError, match=f"{column} has 2 rows for 1 edges"):
        replace(make_table(2, [(0, 1, "road", "trunk", 6, 1000)]), **{column: np.ones(2)})


def test_columns_left_out_say_nothing_of_every_edge():
    """Two-way, no name, no limit: as tables were before they had these columns."""
    table = make_table(2, [(0, 1, "road", "trunk", 6, 1000), (1, 0, "road", "trunk", 6, 1000)])
    assert (table.one_way.tolist(), table.road_name, table.max_kph.tolist()) == ([False, False], ("", ""), [math.inf, math.inf])
    assert isinstance(PROFILES["truck"], Profile)
