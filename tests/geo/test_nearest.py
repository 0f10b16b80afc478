from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError, UnknownReferenceError
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.nearest import nearest_places
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.stops import snap_to_edges
from tests.geo.networks import PROFILES, networks


@settings(deadline=None, max_examples=150)
@given(networks(), st.sampled_from(sorted(PROFILES)), st.integers(1, 5), st.data())
def test_the_nearest_are_the_least_of_the_whole_table(network, profile, most, data):
    """As many as there are, nearest first, with the numbers of the table; of ties any may be told, so the numbers are compared."""
    nodes = st.sampled_from(network.table.node_ids)
    targets = {f"t{row}": node for row, node in enumerate(data.draw(st.lists(nodes, max_size=6)))}
    sources = {f"s{row}": node for row, node in enumerate(data.draw(st.lists(nodes, max_size=3)))}
    both = data.draw(st.sampled_from([{}, targets]))
    matrix = travel_matrix(network, places={**targets, **sources}, profile=profile)
    ids = matrix.place_ids
    told = nearest_places(network, sources={**sources, **both}, targets=targets, profile=profile, most=most)
    assert list(told) == [*sources, *both]
    for source, near in told.items():
        row = ids.index(source)
        cells = {
            name: (int(matrix.duration_s[row, ids.index(name)]), int(matrix.distance_m[row, ids.index(name)]))
            for name in targets
            if name != source and matrix.duration_s[row, ids.index(name)] >= 0
        }
        assert [(one.duration_s, one.distance_m) for one in near] == sorted(cells.values())[:most]
        assert len({one.target for one in near}) == len(near)
        for one in near:
            assert cells[one.target] == (one.duration_s, one.distance_m)
            assert one.toll_idr == matrix.toll_idr[row, ids.index(one.target)]


def test_stops_on_edges_find_each_other():
    """Three poskos along one road: each finds its neighbour, nearer than any junction."""
    network = RoadNetwork.from_ntb()
    stops = snap_to_edges(network, {"a": (116.29, -8.7133), "b": (116.2905, -8.7134), "c": (116.2915, -8.7136)}, profile="4wd")
    near = nearest_places(network, sources=stops, targets=stops, profile="4wd", most=1)
    assert {source: found[0].target for source, found in near.items()} == {"a": "b", "b": "a", "c": "b"}


def test_wrong_questions_are_told():
    """None wanted, and an unknown node."""
    network = RoadNetwork.from_ntb()
    with pytest.raises(InputError, match="most: is 0"):
        nearest_places(network, sources={}, targets={}, profile="4wd", most=0)
    with pytest.raises(UnknownReferenceError, match="node 'x'"):
        nearest_places(network, sources={"x": "x"}, targets={}, profile="4wd", most=1)
    assert nearest_places(network, sources={"a": "kec:52.71.05"}, targets={}, profile="4wd", most=1) == {"a": ()}
