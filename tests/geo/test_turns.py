"""Turns that signs forbid: every table and path obeys them, as edge by edge Dijkstra does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError
from ntb_relief.geo.access import reachable
from ntb_relief.geo.alternatives import alternative_paths
from ntb_relief.geo.arrivals import arrival_tables
from ntb_relief.geo.criticality import link_criticality
from ntb_relief.geo.graph import ferry_crossings
from ntb_relief.geo.hierarchy import land_metric
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.nearest import nearest_places
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.paths import _climb_path, shortest_path
from ntb_relief.geo.sailings import longest_crossing_s
from ntb_relief.geo.scenarios import scenario_matrices
from ntb_relief.geo.stops import EdgeStop, split_at_stops
from ntb_relief.geo.tables import by_dijkstra, by_hierarchy
from ntb_relief.geo.ways import edge_ways
from ntb_relief.model.turns import Turn
from ntb_relief.units import WITA
from tests.geo.networks import PROFILES, make_table
from tests.geo.osm_files import real_extract
from tests.oracles.turns import forbidden, turn_labels

SIX = datetime(2018, 8, 12, 6, tzinfo=WITA)
RULES = {"truck": PROFILES["truck"], "walker": replace(PROFILES["truck"], id="walker", obeys_one_way=False)}


@st.composite
def signed_networks(draw):
    """Draw a network of roads, one-ways, loops and parallel edges among them, with any signs at any nodes."""
    num_nodes = draw(st.integers(2, 7))
    node = st.integers(0, num_nodes - 1)
    rows = draw(st.lists(st.tuples(node, node, st.sampled_from([0, 500, 1000, 1700])), min_size=1, max_size=12))
    table = make_table(num_nodes, [(one, other, "road", "trunk", 6, length) for one, other, length in rows])
    meets = [
        (one, via, other)
        for one, ends in enumerate(rows)
        for via in sorted(set(ends[:2]))
        for other, to in enumerate(rows)
        if via in to[:2]
    ]
    kinds = st.sampled_from(["no_left_turn", "no_u_turn", "only_straight_on"])
    signs = draw(st.lists(st.tuples(st.sampled_from(meets), kinds), max_size=6))
    one_way = np.array([draw(st.booleans()) for _ in rows], dtype=np.bool_)
    table = replace(table, one_way=one_way, turns=tuple(Turn(*turn, kind) for turn, kind in signs))
    return RoadNetwork.from_table(table, crossings=[], profiles=RULES)


def costs(network, profile):
    """Return edges and the seconds and metres of their two ways, for the twin; a ferry at its longest."""
    table = network.table
    edges = list(zip(table.edge_from.tolist(), table.edge_to.tolist(), strict=True))
    metres = table.length_m.tolist()
    ways = [
        tuple(None if seconds < 0 else (int(seconds), metres[edge]) for seconds in both)
        for edge, both in enumerate(zip(*edge_ways(network, profile), strict=True))
    ]
    for edge, line in ferry_crossings(network).items():
        if ways[edge][0] is not None:
            ways[edge] = ((longest_crossing_s(line), metres[edge]),) * 2
    return edges, ways


def plain(network, profile):
    """Return edges, costs of their two ways, and banned turns of a profile, for the twin."""
    edges, ways = costs(network, profile)
    signs = [(turn.from_edge, turn.via_node, turn.to_edge, turn.kind) for turn in network.table.turns]
    return edges, ways, forbidden(edges, signs) if profile == "truck" else set()


def expected_tables(network, profile):
    edges, ways, banned = plain(network, profile)
    size = len(network.table.node_ids)
    labels = [turn_labels(edges, ways, banned, source=source, num_nodes=size) for source in range(size)]
    return tuple(np.array([[-1 if label is None else label[of] for label in row] for row in labels], dtype=np.int64) for of in range(2))


def assert_obeys(network, path, *, profile):
    """The path is a walk along open ways without a forbidden turn, as long as its edges."""
    edges, ways, banned = plain(network, profile)
    for edge, (here, there) in zip(path.edges, pairwise(path.nodes), strict=True):
        assert any(edges[edge][way] == here and edges[edge][1 - way] == there and ways[edge][way] for way in range(2))
    for (one, other), via in zip(pairwise(path.edges), path.nodes[1:-1], strict=True):
        assert (one, via, other) not in banned
    assert path.distance_m == int(network.table.length_m[list(path.edges)].sum())


@given(signed_networks(), st.sampled_from(["truck", "walker"]))
@settings(max_examples=150)
def test_tables_obey_the_signs(network, profile):
    """Dijkstra and the hierarchy give the seconds and metres of the twin; who walks heeds no sign; unsigned sums are not longer."""
    rows = np.arange(len(network.table.node_ids))
    span = {"profile": profile, "sources": rows, "targets": rows, "start": None, "latest_s": None}
    expected = expected_tables(network, profile)
    for found in (by_dijkstra(network, **span), by_hierarchy(network, **span)):
        np.testing.assert_array_equal(found[0], expected[0])
        np.testing.assert_array_equal(found[1], expected[1])
    arrivals = arrival_tables(network, places={name: name for name in network.table.node_ids}, profile=profile, start=SIX)
    np.testing.assert_array_equal(arrivals.duration_s[0], expected[0])


@given(signed_networks())
@settings(max_examples=150)
def test_paths_obey_the_signs(network):
    """Searched or read from the hierarchy, a path takes the seconds and metres of its cell and breaks no sign."""
    ids = network.table.node_ids
    seconds, metres = expected_tables(network, "truck")
    metric = land_metric(network, profile="truck")
    for source, one in enumerate(ids):
        reached = reachable(network, from_node=one, profile="truck")
        for target, other in enumerate(ids):
            assert (other in reached) == (seconds[source, target] >= 0)
            searched = shortest_path(network, from_node=one, to_node=other, profile="truck")
            climbed = _climb_path(network, metric, source=source, target=target)
            assert (searched is None) == (climbed is None) == (seconds[source, target] < 0)
            if searched is not None:
                assert searched.distance_m == metres[source, target]
                for path in (searched, climbed):
                    assert_obeys(network, path, profile="truck")
            for way in alternative_paths(network, from_node=one, to_node=other, profile="truck"):
                assert_obeys(network, way.path, profile="truck")


@given(signed_networks(), st.data())
@settings(max_examples=100)
def test_closures_and_scenarios_obey_the_signs(network, data):
    """Closed links, one by one or together, leave what the twin finds on the broken network; nearest places and detours too."""
    table = network.table
    ids = table.node_ids
    links = [(ids[one], ids[other]) for one, other in zip(table.edge_from.tolist(), table.edge_to.tolist(), strict=True)]
    closed = data.draw(st.lists(st.sampled_from(links), max_size=3))
    places = {name: name for name in ids}
    expected, _ = expected_tables(network.without(closed), "truck")
    found = scenario_matrices(network, scenarios={"closed": closed}, places=places, profile="truck")["closed"]
    np.testing.assert_array_equal(found.duration_s, expected)
    np.testing.assert_array_equal(travel_matrix(network.without(closed), places=places, profile="truck").duration_s, expected)
    near = nearest_places(network.without(closed), sources=places, targets=places, profile="truck", most=2)
    for row, name in enumerate(ids):
        others = sorted(int(seconds) for column, seconds in enumerate(expected[row]) if seconds >= 0 and column != row)
        assert [place.duration_s for place in near[name]] == others[:2]
    before = expected_tables(network, "truck")[0]
    for impact in link_criticality(network, people={ids[0]: 1}, origins=[ids[0]], profile="truck", most=None):
        one, other = sorted(ids.index(name) for name in impact.link)
        without = expected_tables(network.without([impact.link]), "truck")[0][one, other]
        if impact.detour_s is not None:
            assert without >= 0
            assert impact.detour_s <= without - min(0, before[one, other])


@given(signed_networks(), st.data())
@settings(max_examples=100)
def test_stops_on_edges_obey_the_signs(network, data):
    """A stop on an edge leaves and is entered as the edge is; the network cut at the stops says the same."""
    table = network.table

    def stop():
        edge = data.draw(st.integers(0, len(table.kind) - 1))
        return EdgeStop(edge, data.draw(st.sampled_from([0.0, 0.5, 1.0])), 116.0, -8.5, 0)

    stops = {name: stop() for name in "ab"}
    places = {**stops, "n0": "n0", "n1": "n1"}
    cut = split_at_stops(network, stops)
    expected, _ = expected_tables(cut, "truck")
    rows = cut.index.rows(places)
    found = travel_matrix(network, places=places, profile="truck").duration_s
    inside = [[i, j] for i, one in enumerate(places.values()) for j, two in enumerate(places.values()) if not _is_at_end(one, two)]
    for i, j in inside:
        wanted = expected[rows[i], rows[j]]
        assert (found[i, j] < 0) == (wanted < 0)
        assert abs(found[i, j] - wanted) <= 4  # seconds of pieces are rounded piece by piece


def _is_at_end(*places):
    """A stop at the very end of an edge stands at the node: it may start and end in any direction there, its piece may not."""
    return any(isinstance(place, EdgeStop) and place.share in {0.0, 1.0} for place in places)


@pytest.mark.parametrize("name", ["Helsinki.osm.pbf", "monaco.osm.pbf"])
@pytest.mark.parametrize("profile", ["light_truck", "on_foot"])
def test_real_extracts_agree_with_the_twin(name, profile):
    """From some nodes to all: seconds and metres of streets, ferries and signs as they are."""
    network = RoadNetwork.from_osm(real_extract(name))
    edges, ways = costs(network, profile)
    banned = network.table.banned_turns() if profile == "light_truck" else set()
    every = np.arange(len(network.table.node_ids))
    span = {"profile": profile, "sources": every[:: every.size // 4], "targets": every, "start": None, "latest_s": None}
    labels = [turn_labels(edges, ways, banned, source=source, num_nodes=every.size) for source in span["sources"].tolist()]
    for found in (by_dijkstra(network, **span), by_hierarchy(network, **span)):
        for of in range(2):
            np.testing.assert_array_equal(found[of], [[-1 if label is None else label[of] for label in row] for row in labels])


def crossroads(**sign):
    """Return a crossroads: from n0 over n1 to n2 (straight) and n3 (left); n3 is also reached the long way by n2."""
    rows = [(0, 1, 1000), (1, 2, 1000), (1, 3, 1000), (2, 3, 5000)]
    table = make_table(4, [(one, other, "road", "trunk", 6, length) for one, other, length in rows])
    table = replace(table, turns=(Turn(0, 1, 2, sign.get("kind", "no_left_turn")),), one_way=np.array([False, True, False, False]))
    return RoadNetwork.from_table(table, crossings=[], profiles=RULES)


def test_no_left_turn_leads_the_long_way_round():
    """200 s become 700 s for the truck; the walker turns left; from the junction itself nothing is forbidden."""
    network = crossroads()
    places = {"from": "n0", "via": "n1", "to": "n3"}
    truck, walker = (travel_matrix(network, places=places, profile=profile).duration_s for profile in RULES)
    assert (truck[0].tolist(), truck[1, 2], walker[0, 2]) == ([0, 100, 700], 100, 200)
    path = shortest_path(network, from_node="n0", to_node="n3", profile="truck")
    assert path.nodes == (0, 1, 2, 3)


def test_only_left_forbids_straight_on_and_turning_round():
    """Straight on is reached by turning round at the next junction, where no sign forbids it: 400 s instead of 200."""
    network = crossroads(kind="only_left_turn")
    assert network.table.banned_turns() == {(0, 1, 0), (0, 1, 1)}
    truck = travel_matrix(network, places={"from": "n0", "straight": "n2"}, profile="truck").duration_s
    assert truck[0, 1] == 400


@pytest.mark.parametrize("turn", [Turn(0, 3, 1, "no_left_turn"), Turn(0, 1, 9, "no_left_turn"), Turn(-1, 1, 2, "no_u_turn")])
def test_a_turn_that_is_none_is_refused(turn):
    with pytest.raises(InputError, match="is none; give two edges of the table and the node where they meet"):
        replace(crossroads().table, turns=(turn,))
