from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError, UnknownReferenceError
from ntb_relief.geo.alternatives import alternative_paths
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.ways import edge_ways
from tests.geo.networks import PROFILES, make_table, networks


def is_driven(network, profile, path):
    there, back = edge_ways(network, profile)
    table = network.table
    for one, other, edge in zip(path.nodes[:-1], path.nodes[1:], path.edges, strict=True):
        ends = int(table.edge_from[edge]), int(table.edge_to[edge])
        if (one, other) == ends and there[edge] >= 0:
            continue
        if (other, one) != ends or back[edge] < 0:
            return False
    return path.distance_m == sum(int(table.length_m[edge]) for edge in path.edges)


@settings(deadline=None, max_examples=150)
@given(networks(), st.sampled_from(sorted(PROFILES)), st.lists(st.booleans(), min_size=1, max_size=4), st.data())
def test_ways_are_real_distinct_and_not_much_longer(network, profile, flags, data):
    """The quickest first and as quick as the matrix says; every way drivable, without a circle, within the factor and the share."""
    flags = np.array((flags * len(network.table.kind))[: len(network.table.kind)], dtype=np.bool_)
    network = RoadNetwork.from_table(replace(network.table, one_way=flags), crossings=network.crossings, profiles=network.profiles)
    one, other = (data.draw(st.sampled_from(network.table.node_ids)) for _ in range(2))
    limits = {"most": data.draw(st.integers(1, 4)), "longest": data.draw(st.sampled_from([1.0, 1.4, 3.0])), "most_shared": 0.5}
    ways = alternative_paths(network, from_node=one, to_node=other, profile=profile, **limits)
    least = int(travel_matrix(network, places={"a": one, "b": other}, profile=profile).duration_s[0, 1])
    if least < 0:
        assert ways == ()
        return
    assert 1 <= len(ways) <= limits["most"]
    assert ways[0].duration_s == least
    assert [way.duration_s for way in ways] == sorted(way.duration_s for way in ways)
    for way in ways:
        assert is_driven(network, profile, way.path)
        assert len(set(way.path.nodes)) == len(way.path.nodes)
        assert least <= way.duration_s <= limits["longest"] * least
        assert (network.table.node_ids[way.path.nodes[0]], network.table.node_ids[way.path.nodes[-1]]) == (one, other)
    assert len({way.path.edges for way in ways}) == len(ways)
    assert sum(way.shared > 0.5 for way in ways) == 0


def test_three_roads_between_two_towns_are_three_ways():
    """Each of its own, the quickest first; two are asked for and come; one that takes too long does not."""
    roads = [(0, 1, 1000), (1, 5, 1000), (0, 2, 1100), (2, 5, 1100), (0, 3, 1200), (3, 5, 1200), (0, 4, 9000), (4, 5, 9000)]
    table = make_table(6, [(a, b, "road", "trunk", 6, length) for a, b, length in roads])
    network = RoadNetwork.from_table(table, crossings=[], profiles=PROFILES)
    ask = {"from_node": "n0", "to_node": "n5", "profile": "truck"}
    assert [way.path.nodes for way in alternative_paths(network, **ask, most=9)] == [(0, 1, 5), (0, 2, 5), (0, 3, 5)]
    assert [way.path.nodes for way in alternative_paths(network, **ask, most=2)] == [(0, 1, 5), (0, 2, 5)]
    assert [way.shared for way in alternative_paths(network, **ask)] == [0, 0, 0]
    assert len(alternative_paths(network, **ask, longest=1.15)) == 2


def test_wrong_questions_are_told_at_once():
    """Three limits out of range are three issues; unknown nodes and profiles are named."""
    network = RoadNetwork.from_ntb()
    ask = {"from_node": "kec:52.71.05", "to_node": "kec:52.08.02", "profile": "4wd"}
    with pytest.raises(InputError) as error:
        alternative_paths(network, **ask, most=0, longest=0.5, most_shared=1.0)
    assert [issue.where for issue in error.value.issues] == ["most", "longest", "most_shared"]
    with pytest.raises(UnknownReferenceError, match="node 'x'"):
        alternative_paths(network, **(ask | {"to_node": "x"}))
    with pytest.raises(UnknownReferenceError, match="profile 'x'"):
        alternative_paths(network, **(ask | {"profile": "x"}))
