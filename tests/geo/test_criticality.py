from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError, UnknownReferenceError
from ntb_relief.geo.access import reachable
from ntb_relief.geo.criticality import LinkImpact, link_criticality
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.province import load_province
from tests.geo.networks import PROFILES, make_table, networks


def seconds_between(network, one, other, profile):
    return int(travel_matrix(network, places={"a": one, "b": other}, profile=profile).duration_s[0, 1])


@settings(deadline=None, max_examples=60)
@given(networks(), st.sampled_from(sorted(PROFILES)), st.data())
def test_impacts_equal_closing_each_link(network, profile, data):
    """Who is cut off, and the longer way, are what `without` and `travel_matrix` show link by link; none is left out."""
    ids = network.table.node_ids
    people = data.draw(st.dictionaries(st.sampled_from(ids), st.integers(0, 9)))
    origins = data.draw(st.sets(st.sampled_from(ids), max_size=2))
    told = link_criticality(network, people=people, origins=sorted(origins), profile=profile, most=None)
    served = set().union(*(reachable(network, from_node=node, profile=profile) for node in origins))
    rules = network.profiles[profile]
    used = {
        frozenset((ids[one], ids[other]))
        for edge, (one, other) in enumerate(zip(network.table.edge_from.tolist(), network.table.edge_to.tolist(), strict=True))
        if one != other and network.table.edge_duration_s(edge, rules) >= 0
    }
    assert {frozenset(impact.link) for impact in told} == used
    assert len(told) == len(used)
    for impact in told:
        closed = network.without([impact.link])
        lost = served - set().union(*(reachable(closed, from_node=node, profile=profile) for node in origins))
        assert set(impact.nodes_cut_off) == lost
        assert impact.people_cut_off == sum(people.get(node, 0) for node in lost)
        after = seconds_between(closed, *impact.link, profile)
        assert impact.detour_s == (None if after < 0 else after - seconds_between(network, *impact.link, profile))
    keys = [(-one.people_cut_off, one.detour_s is not None, -(one.detour_s or 0)) for one in told]
    assert keys == sorted(keys)


def test_the_ferry_is_among_the_links_that_matter_most():
    """With help from Mataram only, losing the ferry cuts off every desa of the east that a truck reaches."""
    network = RoadNetwork.from_ntb()
    province = load_province()
    people = {one.node_id: 1 for one in province.desa.values() if one.node_id is not None}
    told = link_criticality(network, people=people, origins=["kec:52.71.05"], profile="4wd")
    assert len(told) == 50
    (ferry,) = (impact for impact in told if set(impact.link) == {"port:KAYANGAN", "port:POTOTANO"})
    before = reachable(network, from_node="kec:52.71.05", profile="4wd")
    after = reachable(network.without([ferry.link]), from_node="kec:52.71.05", profile="4wd")
    assert ferry.detour_s is None
    assert set(ferry.nodes_cut_off) == before - after
    assert ferry.people_cut_off == len((before - after) & people.keys()) > 400
    assert told[0].people_cut_off - ferry.people_cut_off in range(3)  # the road to the quay cuts off the port's own desa too
    helped = link_criticality(network, people=people, origins=["kec:52.71.05", "kec:52.72.05"], profile="4wd", most=3)
    assert all(set(one.link) != {"port:KAYANGAN", "port:POTOTANO"} for one in helped)


def test_parallel_roads_close_together():
    """A link of two roads is no bridge while a third way stands, and one when it does not."""
    rows = [(0, 1, "road", "trunk", 6, 1000), (0, 1, "road", "local", 6, 500)]
    pair = RoadNetwork.from_table(make_table(3, rows), crossings=[], profiles=PROFILES)
    told = link_criticality(pair, people={"n1": 7}, origins=["n0"], profile="truck")
    assert told == (LinkImpact(("n0", "n1"), 7, ("n1",), None),)
    ring = [*rows, (1, 2, "road", "trunk", 6, 1000), (2, 0, "road", "trunk", 6, 1000)]
    told = link_criticality(
        RoadNetwork.from_table(make_table(3, ring), crossings=[], profiles=PROFILES), people={}, origins=["n0"], profile="truck", most=1
    )
    assert told == (LinkImpact(("n0", "n1"), 0, (), 100),)


def test_wrong_questions_are_told():
    """Negative people, unknown nodes and profiles, and sums that do not fit."""
    network = RoadNetwork.from_ntb()
    with pytest.raises(InputError, match="give 0 or more"):
        link_criticality(network, people={"kec:52.71.05": -1}, origins=[], profile="4wd")
    with pytest.raises(UnknownReferenceError, match="desa:x"):
        link_criticality(network, people={"desa:x": 1}, origins=[], profile="4wd")
    with pytest.raises(UnknownReferenceError, match="tank"):
        link_criticality(network, people={}, origins=[], profile="tank")
    table = make_table(2, [(0, 1, "road", "trunk", 6, 2**40)])
    slow = RoadNetwork.from_table(replace(table, slow_factor=np.array([3e4])), crossings=[], profiles=PROFILES)
    with pytest.raises(InputError, match="62 bits"):
        link_criticality(slow, people={}, origins=[], profile="truck")
