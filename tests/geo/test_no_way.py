from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import UnknownReferenceError
from ntb_relief.geo.access import reachable
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.no_way import explain_no_way
from ntb_relief.geo.paths import shortest_path
from ntb_relief.model.turns import Turn
from tests.geo.networks import PROFILES, make_table, networks


@settings(deadline=None)
@given(networks(), st.sampled_from(sorted(PROFILES)), st.data())
def test_what_is_told_is_what_closes_the_way(network, profile, data):
    """None exactly where there is a path; else the told links are closed, and opening just them opens a way."""
    ids, table = network.table.node_ids, network.table
    links = sorted({(ids[a], ids[b]) for a, b in zip(table.edge_from.tolist(), table.edge_to.tolist(), strict=True)})
    closed = data.draw(st.sets(st.sampled_from(links), max_size=5)) if links else set()
    one, other = data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(ids))
    now = network.without(closed)
    why = explain_no_way(now, from_node=one, to_node=other, profile=profile)
    if shortest_path(now, from_node=one, to_node=other, profile=profile) is not None:
        assert why is None
        return
    assert why is not None
    sides = [set(link) for link in closed]
    assert all(set(link) in sides for link in why.closed_links)
    left = [link for link in closed if set(link) not in [set(told) for told in why.closed_links]]
    opened = shortest_path(network.without(left), from_node=one, to_node=other, profile=profile)
    assert (opened is not None) == bool(why.closed_links)
    through = [name for name in PROFILES if other in reachable(now, from_node=one, profile=name)]
    assert list(why.other_profiles) == through
    assert why.is_reached_by_any_mode == (other in reachable(now, from_node=one, profile=None))


def test_a_road_too_bad_for_trucks_is_no_closure():
    """Nothing closed stands between; a motorbike gets through."""
    network = RoadNetwork.from_table(make_table(2, [(0, 1, "road", "trunk", 2, 1000)]), crossings=[], profiles=PROFILES)
    why = explain_no_way(network, from_node="n0", to_node="n1", profile="truck")
    assert why is not None
    assert (why.closed_links, why.other_profiles, why.is_reached_by_any_mode) == ((), ("bike",), True)


def test_signs_alone_may_bar_the_way():
    """The only way turns where it must not: no link is closed, and who walks gets there; the reason is told in Indonesian."""
    table = make_table(3, [(0, 1, "road", "trunk", 6, 1000), (1, 2, "road", "trunk", 6, 1000)])
    table = replace(table, turns=(Turn(0, 1, 1, "no_straight_on"), Turn(0, 1, 0, "no_u_turn")))
    rules = {"truck": PROFILES["truck"], "walker": replace(PROFILES["bike"], id="walker", obeys_one_way=False)}
    network = RoadNetwork.from_table(table, crossings=[], profiles=rules)
    why = explain_no_way(network, from_node="n0", to_node="n2", profile="truck")
    assert why is not None
    assert (why.closed_links, why.is_barred_by_signs, why.other_profiles) == ((), True, ("walker",))
    assert str(why) == "truck tidak sampai dari n0 ke n2: larangan belok menutup semua jalan; yang masih sampai: walker"
    closed = explain_no_way(network.without([("n1", "n2")]), from_node="n1", to_node="n2", profile="truck")
    assert closed is not None
    assert str(closed) == "truck tidak sampai dari n1 ke n2: ruas tertutup n1 - n2; tidak ada cara lain"


def test_unknown_nodes_and_profiles_are_told():
    """As for any path."""
    with pytest.raises(UnknownReferenceError, match="node 'x'"):
        explain_no_way(RoadNetwork.from_ntb(), from_node="x", to_node="kec:52.71.05", profile="4wd")
    with pytest.raises(UnknownReferenceError, match="tank"):
        explain_no_way(RoadNetwork.from_ntb(), from_node="kec:52.71.05", to_node="kec:52.71.05", profile="tank")
