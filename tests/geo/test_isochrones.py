from __future__ import annotations

import math
from itertools import pairwise

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError, UnknownReferenceError
from ntb_relief.geo.isochrones import isochrones
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.sphere import METRES_PER_DEGREE
from tests.geo.networks import PROFILES, make_table, networks


@settings(deadline=None, max_examples=60)
@given(networks(), st.sampled_from(sorted(PROFILES)), st.lists(st.integers(0, 4000), min_size=1, max_size=3), st.data())
def test_reached_nodes_are_those_of_the_matrix(network, profile, limits, data):
    """Within each time the nodes the matrix says, the people there, and an area over every one of them that grows with time."""
    ids = list(network.table.node_ids)
    starts = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=3))
    people = data.draw(st.dictionaries(st.sampled_from(ids), st.integers(0, 9)))
    limits = sorted(limits)
    found = isochrones(network, from_nodes=starts, profile=profile, limits_s=limits, people=people, band_m=50)
    matrix = travel_matrix(network, places={node: node for node in ids}, profile=profile)
    for limit, told in zip(limits, found, strict=True):
        ways = [[int(matrix.duration_s[ids.index(store), column]) for store in starts] for column in range(len(ids))]
        reached = [node for node, took in zip(ids, ways, strict=True) if any(0 <= way <= limit for way in took)]
        assert list(told.nodes) == reached
        assert told.people == sum(people.get(node, 0) for node in reached)
        for row, node in enumerate(ids):
            point = shapely.Point(network.table.node_lon[row], network.table.node_lat[row])
            assert node not in told.nodes or told.area.covers(point)
    for smaller, larger in pairwise(found):
        assert smaller.area.difference(larger.area).area < 1e-12


def test_time_runs_out_in_the_middle_of_a_road():
    """A road of 100 s and about 1.1 km, 50 s from its end: the area ends half-way, with half a disc beyond, 40 m to each side."""
    network = RoadNetwork.from_table(make_table(2, [(0, 1, "road", "trunk", 6, 1000)]), crossings=[], profiles=PROFILES)
    (half,) = isochrones(network, from_nodes=["n0"], profile="truck", limits_s=[50], band_m=40)
    across = METRES_PER_DEGREE * math.cos(math.radians(8.5))
    west, south, east, north = half.area.bounds
    assert (116.0 - west) * across == pytest.approx(40, abs=0.1)
    assert (east - 116.0) * across == pytest.approx(0.005 * across + 40, abs=0.1)
    assert (north - south) * METRES_PER_DEGREE == pytest.approx(80, abs=0.1)
    assert half.nodes == ("n0",)
    assert half.area.geom_type == "Polygon"


def test_boats_leave_no_band_on_the_sea():
    """Both landings are reached, the water between them is not land to live on."""
    network = RoadNetwork.from_table(make_table(2, [(0, 1, "boat", "boat", 0, 3000)]), crossings=[], profiles=PROFILES)
    (found,) = isochrones(network, from_nodes=["n0"], profile="boat", limits_s=[7200], band_m=40)
    assert found.nodes == ("n0", "n1")
    assert found.area.geom_type == "MultiPolygon"
    assert not found.area.covers(shapely.Point(116.005, -8.5))


def test_wrong_questions_are_told_at_once():
    """No start, a negative time and no band are three issues; unknown nodes and profiles are told too."""
    network = RoadNetwork.from_ntb()
    with pytest.raises(InputError) as error:
        isochrones(network, from_nodes=[], profile="4wd", limits_s=[-1], band_m=0)
    assert [issue.where for issue in error.value.issues] == ["from_nodes", "limits_s", "band_m"]
    with pytest.raises(InputError, match="give 0 or more"):
        isochrones(network, from_nodes=["kec:52.71.05"], profile="4wd", limits_s=[1], people={"kec:52.71.05": -1})
    with pytest.raises(UnknownReferenceError, match="desa:x"):
        isochrones(network, from_nodes=["desa:x"], profile="4wd", limits_s=[1])
    with pytest.raises(UnknownReferenceError, match="tank"):
        isochrones(network, from_nodes=["kec:52.71.05"], profile="tank", limits_s=[1])
