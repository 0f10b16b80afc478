from __future__ import annotations

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError
from ntb_relief.geo import hierarchy, paths, tables
from ntb_relief.geo.graph import edge_seconds, tie_weight
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.paths import shortest_paths
from ntb_relief.geo.province import load_province
from ntb_relief.geo.scenarios import scenario_matrices
from ntb_relief.units import DAY_S
from tests.geo.networks import PROFILES, make_table, networks, starts

profiles = st.sampled_from(sorted(PROFILES))
spans = st.none() | st.integers(0, 2 * DAY_S)


def rows_of(network):
    return np.arange(len(network.table.node_ids), dtype=np.int64)


def links_of(network):
    ids, table = network.table.node_ids, network.table
    return [(ids[one], ids[other]) for one, other in zip(table.edge_from.tolist(), table.edge_to.tolist(), strict=True)]


def both_ways(network, **span):
    rows = rows_of(network)
    slow = tables.by_dijkstra(network, sources=rows, targets=rows, **span)
    return slow, tables.by_hierarchy(network, sources=rows, targets=rows, **span)


@settings(deadline=None)
@given(networks(), profiles, starts, spans, st.data())
def test_the_hierarchy_gives_the_numbers_dijkstra_gives(network, profile, start, latest_s, data):
    """Seconds, metres and fares agree on the network, after closures, after slow roads, and back on the first one."""
    span = {"profile": profile, "start": start, "latest_s": latest_s}
    links = st.sets(st.sampled_from(links_of(network)), max_size=4) if links_of(network) else st.just(set())
    closed = network.without(data.draw(links))
    roads = {link for link in data.draw(links) if not any(network.table.kind[e] == "ferry" for e in network.index.edges([link])[0])}
    slowed = closed.slowed(dict.fromkeys(roads, 1.7))
    for one in (network, closed, slowed, network):
        slow, quick = both_ways(one, **span)
        assert quick is not None
        for mine, other in zip(quick, slow, strict=True):
            assert (mine == other).all()


@settings(deadline=None)
@given(networks(), profiles, st.data())
def test_a_metric_that_was_adjusted_has_the_bits_of_a_full_one(network, profile, data):
    """After closures the shared hierarchy's metric equals that of a network that never had any."""
    if not links_of(network):
        return
    closures = data.draw(st.sets(st.sampled_from(links_of(network)), min_size=1, max_size=4))
    hierarchy.profile_metric(network, profile=profile)
    adjusted = hierarchy.profile_metric(network.without(closures), profile=profile)
    alone = RoadNetwork.from_table(network.without(closures).table, crossings=network.crossings, profiles=network.profiles)
    fresh = hierarchy.profile_metric(alone, profile=profile)
    assert adjusted is not None
    assert fresh is not None
    for one, other in zip(adjusted[0], fresh[0], strict=True):
        assert (one == other).all()


@settings(deadline=None)
@given(networks(), profiles, st.lists(st.floats(1, 50) | st.just(math.inf), min_size=40, max_size=40))
def test_all_edges_at_once_are_timed_as_one_by_one(network, profile, factors):
    """The columns' seconds are those the table itself tells of each edge."""
    table = replace(network.table, slow_factor=np.array(factors[: len(network.table.kind)]))
    network = RoadNetwork.from_table(table, crossings=network.crossings, profiles=network.profiles)
    rules = network.profile(profile)
    expected = [table.edge_duration_s(edge, rules) for edge in range(len(table.kind))]
    assert edge_seconds(network, rules).tolist() == expected


@settings(deadline=None)
@given(networks(), profiles, starts, spans)
def test_paths_of_the_hierarchy_weigh_what_their_cell_says(network, profile, start, latest_s):
    """Edge after edge from source to target, open to the profile, with the metres of the matrix."""
    ids = network.table.node_ids
    span = {"profile": profile, "start": start, "latest_s": latest_s}
    matrix = travel_matrix(network, places={node: node for node in ids}, **span)
    pairs = [(one, other) for one in ids for other in ids]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "_MANY_NODES", 0)
        found = shortest_paths(network, pairs, **span)
    for (one, other), path in zip(pairs, found, strict=True):
        row, column = ids.index(one), ids.index(other)
        if matrix.distance_m[row, column] < 0:
            assert path is None
            continue
        assert path is not None
        assert (path.nodes[0], path.nodes[-1]) == (row, column)
        assert path.distance_m == matrix.distance_m[row, column] == sum(int(network.table.length_m[edge]) for edge in path.edges)
        for before, after, edge in zip(path.nodes[:-1], path.nodes[1:], path.edges, strict=True):
            assert {before, after} == {int(network.table.edge_from[edge]), int(network.table.edge_to[edge])}
            assert network.table.edge_duration_s(edge, PROFILES[profile]) >= 0


@settings(deadline=None, max_examples=30)
@given(networks(), profiles, st.data())
def test_scenarios_together_are_the_matrices_of_each(network, profile, data):
    """Closing links in a stack gives, name by name, what closing them one scenario at a time gives."""
    links = st.sets(st.sampled_from(links_of(network)), max_size=4) if links_of(network) else st.just(set())
    scenarios = {f"s{number}": data.draw(links) for number in range(3)} | {"now": set()}
    places = {node: node for node in network.table.node_ids}
    told = scenario_matrices(network, scenarios=scenarios, places=places, profile=profile)
    assert list(told) == list(scenarios)
    for name, closures in scenarios.items():
        expected = travel_matrix(network.without(closures), places=places, profile=profile)
        assert (told[name].duration_s == expected.duration_s).all()
        assert (told[name].distance_m == expected.distance_m).all()
        assert (told[name].toll_idr == expected.toll_idr).all()


def test_more_scenarios_than_go_together_keep_their_names():
    """Forty scenarios make two batches; each closes its own road of a line of forty-one."""
    line = make_table(41, [(row, row + 1, "road", "trunk", 6, 100) for row in range(40)])
    network = RoadNetwork.from_table(line, crossings=[], profiles=PROFILES)
    scenarios = {f"{row}": [(f"n{row}", f"n{row + 1}")] for row in range(40)}
    told = scenario_matrices(network, scenarios=scenarios, places={node: node for node in line.node_ids}, profile="truck")
    for row in range(40):
        assert (told[f"{row}"].duration_s[0] >= 0).sum() == row + 1


def test_wrong_links_of_all_scenarios_are_told_at_once():
    """As `without` tells them."""
    network = RoadNetwork.from_ntb()
    with pytest.raises(InputError) as error:
        scenario_matrices(network, scenarios={"a": [("x", "y")], "b": [("kec:52.71.05", "z")]}, places={}, profile="4wd")
    assert [issue.where for issue in error.value.issues] == ["node 'x'", "node 'y'", "node 'z'"]


def huge():
    """Return a line that a factor makes so slow that its sums do not fit beside the metres."""
    table = make_table(3, [(0, 1, "road", "trunk", 6, 2**40), (1, 2, "road", "trunk", 6, 1)])
    return RoadNetwork.from_table(replace(table, slow_factor=np.array([3e4, 1.0])), crossings=[], profiles=PROFILES)


def test_weights_that_do_not_fit_are_left_to_dijkstra():
    """The hierarchy declines; matrices, paths and scenarios are answered all the same."""
    network = huge()
    slow, quick = both_ways(network, profile="truck", start=None, latest_s=None)
    assert quick is None
    seconds = slow[0][0, 2]
    assert seconds > 2**50
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "_FEW_SEARCHES", 0)
        patch.setattr(paths, "_MANY_NODES", 0)
        matrix = travel_matrix(network, places={"a": "n0", "c": "n2"}, profile="truck")
        (path,) = shortest_paths(network, [("n0", "n2")], profile="truck")
    assert matrix.duration_s[0, 1] == seconds
    assert path is not None
    assert path.edges == (0, 1)
    told = scenario_matrices(network, scenarios={"now": [], "cut": [("n1", "n2")]}, places={"a": "n0", "c": "n2"}, profile="truck")
    assert (told["now"].duration_s[0, 1], told["cut"].duration_s[0, 1]) == (seconds, -1)


def test_lengths_that_cannot_be_added_are_refused():
    """Metres beyond 62 bits in sum are told, not wrapped around."""
    table = make_table(3, [(0, 1, "road", "trunk", 6, 2**61), (1, 2, "road", "trunk", 6, 2**61)])
    network = RoadNetwork.from_table(table, crossings=[], profiles=PROFILES)
    with pytest.raises(InputError, match="62 bits"):
        travel_matrix(network, places={"a": "n0", "c": "n2"}, profile="truck")


def test_threads_give_the_same_matrix():
    """Three threads share the rows of all desa and change no number."""
    places = {one.code: one.node_id for one in load_province().desa.values() if one.node_id is not None}
    one, three = (travel_matrix(RoadNetwork.from_ntb(), places=places, profile="4wd", threads=threads) for threads in (1, 3))
    assert (one.duration_s == three.duration_s).all()
    assert (one.distance_m == three.distance_m).all()
    assert (one.toll_idr == three.toll_idr).all()


def test_fares_keep_their_rupiah():
    """Fares of no round unit come out of a sum as they went in."""
    network = RoadNetwork.from_ntb()
    layout, _ = tie_weight(network)
    assert layout.fare_unit == 700_000
    metres, fare = layout.split(layout.join(np.array([5, 7]), np.array([700_000, 0])).sum(keepdims=True))
    assert (metres.tolist(), fare.tolist()) == ([12], [700_000])


def test_all_desa_agree_both_ways_and_survive_pickling():
    """The province's own network, with a road closed and hundreds of pairs cut off, and a copy sent to another process."""
    network = RoadNetwork.from_ntb()
    nodes = sorted({one.node_id for one in load_province().desa.values() if one.node_id is not None})[::9]
    rows = np.array(network.index.rows(nodes), dtype=np.int64)
    closed = network.without([("port:KAYANGAN", "port:POTOTANO")])
    for one in (network, closed, pickle.loads(pickle.dumps(closed))):  # noqa: S301 - our own bytes
        span = {"profile": "heavy_truck", "sources": rows, "targets": rows, "start": None, "latest_s": None}
        slow, quick = tables.by_dijkstra(one, **span), tables.by_hierarchy(one, **span)
        assert quick is not None
        for mine, other in zip(quick, slow, strict=True):
            assert (mine == other).all()
    assert (quick[0] == -1).sum() > 1000
