"""Paths as lines and as roads, with bends and names where the network has them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError, UnknownReferenceError
from ntb_relief.geo.footprint import edges_in_area
from ntb_relief.geo.itinerary import path_steps
from ntb_relief.geo.lines import edge_lonlat, path_line
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.paths import shortest_path
from ntb_relief.geo.roads import straight_details
from ntb_relief.geo.stops import snap_to_edges
from tests.geo.networks import PROFILES, make_table, networks


def bent_network():
    """Two streets in a row; the first makes a bend to the north, the second leads from n2 back to n1."""
    table = make_table(3, [(0, 1, "road", "trunk", 6, 3000), (2, 1, "road", "trunk", 6, 1000)])
    table = replace(table, road_name=("Jalan Pariwisata", "Jalan Pariwisata"))
    details = replace(straight_details(2), shape_start=np.array([0, 1, 1]), shape_lonlat=np.array([[116.005, -8.49]]))
    return RoadNetwork.from_table(table, crossings=[], profiles=PROFILES, details=details)


@settings(deadline=None)
@given(networks(), st.sampled_from(sorted(PROFILES)), st.data())
def test_steps_add_up_to_the_path_and_join(network, profile, data):
    """Metres are the path's, each step begins where the last ended, and no two in a row are one road."""
    one, other = (data.draw(st.sampled_from(network.table.node_ids)) for _ in range(2))
    path = shortest_path(network, from_node=one, to_node=other, profile=profile)
    if path is None:
        return
    steps = path_steps(network, path, profile=profile)
    assert sum(step.distance_m for step in steps) == path.distance_m
    assert [step.from_node for step in steps][:1] == [one][: len(steps)]
    assert [step.to_node for step in steps][-1:] == [other][: len(steps)]
    for before, after in pairwise(steps):
        assert before.to_node == after.from_node
        assert before.lonlat[-1] == after.lonlat[0]
        assert (before.name, before.kind, before.road_class) != (after.name, after.kind, after.road_class)
    assert path_line(network, path)[0] == pytest.approx((network.table.node_lon[path.nodes[0]], network.table.node_lat[path.nodes[0]]))


def test_lines_have_their_bends_either_way():
    """A path there passes the bend, one back passes it in reverse; both edges are one street of that name."""
    network = bent_network()
    there = shortest_path(network, from_node="n0", to_node="n2", profile="truck")
    back = shortest_path(network, from_node="n2", to_node="n0", profile="truck")
    assert there is not None
    assert back is not None
    line = [(116.0, -8.5), (116.005, -8.49), (116.01, -8.5), (116.02, -8.5)]
    assert np.allclose(path_line(network, there), line)
    assert np.allclose(path_line(network, back), line[::-1])
    (step,) = path_steps(network, there, profile="truck")
    assert (step.name, step.distance_m, step.from_node, step.to_node) == ("Jalan Pariwisata", 4000, "n0", "n2")
    assert np.allclose(step.lonlat, line)
    assert np.allclose(edge_lonlat(network, 1), [(116.02, -8.5), (116.01, -8.5)])


def test_bends_count_for_floods_and_stops():
    """A flood at the bend hits the road, one on the straight line between its ends does not; a stop snaps to the bend."""
    import shapely

    network = bent_network()
    assert edges_in_area(network, shapely.Point(116.005, -8.49).buffer(0.001)).tolist() == [0]
    assert edges_in_area(network, shapely.Point(116.005, -8.5).buffer(0.001)).tolist() == []
    stop = snap_to_edges(network, {"a": (116.005, -8.489)})["a"]
    assert (stop.edge, stop.share) == (0, pytest.approx(0.5))
    assert (stop.lon, stop.lat) == pytest.approx((116.005, -8.49))


def test_a_path_of_another_day_is_refused():
    """Its road has been closed since; and an unknown profile is told."""
    network = bent_network()
    path = shortest_path(network, from_node="n0", to_node="n2", profile="truck")
    assert path is not None
    with pytest.raises(InputError, match="path edge 0: is closed to profile 'truck'"):
        path_steps(network.without([("n0", "n1")]), path, profile="truck")
    with pytest.raises(UnknownReferenceError, match="profile 'x'"):
        path_steps(network, path, profile="x")
