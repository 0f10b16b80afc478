from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import CrsError, InputError
from ntb_relief.geo.footprint import links_in_area
from ntb_relief.geo.network import RoadNetwork
from tests.geo.networks import networks

MATARAM = shapely.box(116.08, -8.60, 116.13, -8.55)


@settings(deadline=None)
@given(networks(), st.tuples(*[st.floats(0, 0.1)] * 2), st.floats(0.001, 0.05), st.sets(st.sampled_from(["road", "ferry"])))
def test_links_are_those_whose_line_meets_the_area(network, corner, size, kinds):
    """Edge by edge the same, each link once, and closing them closes all they hold."""
    kinds = {kind for kind in kinds if kind in network.table.kind}
    west, south = 116.0 + corner[0] - size / 2, -8.5 - size / 2
    area = shapely.box(west, south, west + size, south + size)
    told = links_in_area(network, area, kinds=kinds)
    table = network.table
    expected = []
    for edge, (one, other) in enumerate(zip(table.edge_from.tolist(), table.edge_to.tolist(), strict=True)):
        line = shapely.LineString([(table.node_lon[node], table.node_lat[node]) for node in (one, other)])
        link = (table.node_ids[one], table.node_ids[other])
        if table.kind[edge] in kinds and area.intersects(line) and set(link) not in [set(known) for known in expected]:
            expected.append(link)
    assert list(told) == expected
    assert network.without(told).num_closed >= len(told)


def test_a_hole_spares_what_stands_in_it():
    """A ring around the town holds the roads that lead out, not those within."""
    network = RoadNetwork.from_ntb()
    inner = MATARAM.buffer(-0.01)
    ring = links_in_area(network, MATARAM.difference(inner))
    whole = links_in_area(network, MATARAM)
    assert 0 < len(ring) < len(whole)
    assert set(ring) < set(whole)
    assert links_in_area(network, shapely.box(100, -8.6, 100.1, -8.5)) == ()


@pytest.mark.parametrize(
    "area, error, told",
    [
        (shapely.Point(116.1, -8.5), InputError, "is a Point"),
        ([(116, -8)], InputError, "is a list"),
        (shapely.Polygon(), InputError, "is empty"),
        (shapely.Polygon([(116, -8), (117, -9), (117, -8), (116, -9)]), InputError, "Self-intersection"),
        (shapely.box(400_000, 9_050_000, 401_000, 9_051_000), CrsError, "reproject it to EPSG:4326"),
        (shapely.box(-8.6, 116.08, -8.55, 116.13), CrsError, "swap lon and lat"),
    ],
)
def test_areas_that_cannot_be_meant_are_refused(area, error, told):
    """No polygon, nothing in it, a crossing of itself, metres, and swapped axes each get one clear error."""
    with pytest.raises(error, match=told) as raised:
        links_in_area(RoadNetwork.from_ntb(), area)
    assert len(raised.value.issues) == 1


def test_swapped_degrees_that_could_be_a_place_are_told_too():
    """On a network near the equator and Greenwich both axes are in range, and still only one of them is meant."""
    from dataclasses import replace

    import numpy as np

    from tests.geo.networks import PROFILES, make_table

    table = make_table(2, [(0, 1, "road", "trunk", 6, 1000)])
    network = RoadNetwork.from_table(
        replace(table, node_lon=np.array([10.0, 10.1]), node_lat=np.array([50.0, 50.0])), crossings=[], profiles=PROFILES
    )
    with pytest.raises(CrsError, match="swap lon and lat"):
        links_in_area(network, shapely.box(49.9, 9.9, 50.1, 10.2))
    assert links_in_area(network, shapely.box(9.9, 49.9, 10.2, 50.1)) == (("n0", "n1"),)


def test_kinds_that_do_not_occur_are_told():
    """A misspelt kind would silently close nothing."""
    with pytest.raises(InputError, match="does not occur"):
        links_in_area(RoadNetwork.from_ntb(), MATARAM, kinds=["roads"])
