from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.profiles import standard_profiles
from ntb_relief.geo.quality import network_quality
from tests.geo.networks import make_table


def network_of(rows, num_nodes, **columns):
    table = replace(make_table(num_nodes, rows), **columns)
    return RoadNetwork.from_table(table, crossings=[], profiles=standard_profiles())


def road(one, other, length_m=1101, road_class="local"):
    return (one, other, "road", road_class, 6, length_m)


def test_parts_are_told_largest_first():
    """A chain of three nodes, a pair, and a lone node; a closed road joins nothing."""
    rows = [road(0, 1), road(1, 2), road(3, 4), road(2, 3)]
    network = network_of(rows, 6, slow_factor=np.array([1, 1, 1, np.inf]))
    parts = network_quality(network).components
    assert [(part.node_id, part.num_nodes) for part in parts] == [("n0", 3), ("n3", 2), ("n5", 1)]
    assert [round(part.road_km, 3) for part in parts] == [3.303, 1.101, 0]  # the closed road counts where it begins


def test_dangling_ends_and_near_misses():
    """Two loose ends five metres apart in different parts are one near miss; those of one part are none."""
    lon = np.array([116.0, 116.01, 116.010045, 116.02])
    network = network_of([road(0, 1), road(2, 3)], 4, node_lon=lon)
    quality = network_quality(network)
    assert quality.num_dangling == 4
    assert [(one.node_id, one.other_node, round(one.gap_m)) for one in quality.near_misses] == [("n1", "n2", 5)]
    assert not network_quality(network, near_m=4).near_misses
    joined = network_of([road(0, 1), road(2, 3), road(0, 3, 2202)], 4, node_lon=lon)
    assert (network_quality(joined).num_dangling, network_quality(joined).near_misses) == (2, ())


def test_classes_without_a_speed_are_counted():
    """A class no profile knows is closed to all, and said to be."""
    quality = network_quality(network_of([road(0, 1), road(1, 2, road_class="motorway"), road(0, 1, road_class="motorway")], 3))
    assert quality.no_speed == {"motorway": 2}
    assert (quality.num_no_limit, quality.num_no_surface, quality.num_no_name) == (3, 3, 3)
    told = network_of([road(0, 1)], 2, max_kph=np.array([30.0]), surface=("paved",), road_name=("Jl. A",))
    assert (network_quality(told).num_no_limit, network_quality(told).num_no_surface, network_quality(told).num_no_name) == (0, 0, 0)


@pytest.mark.parametrize("length_m, is_odd", [(1101, False), (1050, False), (1000, True), (5400, False), (5600, True), (0, True)])
def test_odd_lengths(length_m, is_odd):
    """Nodes 1,100 m apart: shorter than the straight line, or over five times it, is odd."""
    quality = network_quality(network_of([road(0, 1, length_m)], 2))
    assert bool(quality.odd_lengths) is is_odd


def test_loops_and_short_bends_are_not_odd():
    network = network_of([road(0, 0, 900), road(1, 2, 400)], 3, node_lon=np.array([116.0, 116.01, 116.0101]))
    assert network_quality(network).odd_lengths == ()


def test_the_report_is_a_table_and_a_text():
    """Every line of the one is in the other."""
    quality = network_quality(network_of([road(0, 1), road(2, 3)], 4))
    frame = quality.to_frame()
    assert frame.loc[frame["hal"] == "bagian terpisah", "nilai"].tolist() == [2]
    assert all(f"- {what}: " in str(quality) for what in frame["hal"])
