from __future__ import annotations

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest

from ntb_relief.errors import InputError, UnknownReferenceError
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.paths import shortest_path
from ntb_relief.model.crossings import Crossing
from ntb_relief.model.travel import Profile
from tests.geo.networks import PROFILES, make_table

FERRY = Crossing("f", "n1", "n2", departures_s=(0,), duration_s=60, boarding_s=0, slots=1, fare_idr=5)
ROWS = [(0, 1, "road", "trunk", 6, 1000), (0, 1, "road", "local", 4, 3000), (1, 2, "ferry", "ferry", 0, 2000), (2, 3, "boat", "boat", 0, 9)]


def small():
    return RoadNetwork.from_table(make_table(4, ROWS), crossings=[FERRY], profiles=PROFILES)


def seconds(network, *, profile="truck"):
    return int(travel_matrix(network, places={"a": "n0", "b": "n1"}, profile=profile).duration_s[0, 1])


def test_profiles_use_what_is_open_to_them():
    """Trucks take the quicker of two roads and no boat link, boats nothing else."""
    network = small()
    assert seconds(network) == 100
    assert seconds(network, profile="boat") == -1
    assert shortest_path(network, from_node="n2", to_node="n3", profile="truck") is None
    assert shortest_path(network, from_node="n3", to_node="n2", profile="boat") is not None


def test_closing_a_link_closes_all_its_edges_and_leaves_the_network_alone():
    """Either order of the ends closes the link in the copy; the network it came from is as before."""
    network = small()
    closed = network.without([("n1", "n0")])
    assert (seconds(network), seconds(closed), seconds(network.without([]))) == (100, -1, 100)
    assert closed.without([("n1", "n0")]).table.slow_factor.tolist() == [math.inf, math.inf, 1, 1]


def test_slow_links_multiply_and_change_the_way():
    """Half as fast twice is a quarter; a closed link stays closed."""
    network = small()
    assert seconds(network.slowed({("n0", "n1"): 2.0})) == 200
    assert seconds(network.slowed({("n0", "n1"): 2.0}).slowed({("n1", "n0"): 2})) == 400
    assert seconds(network.without([("n0", "n1")]).slowed({("n0", "n1"): 2.0})) == -1


def test_wrong_closures_are_all_told_at_once():
    """Unknown nodes and pairs without an edge are each one issue."""
    with pytest.raises(InputError) as error:
        small().without([("n0", "x"), ("n0", "n3"), ("n0", "n1"), ("y", "n1")])
    assert [issue.where for issue in error.value.issues] == ["node 'x'", "link 'n0' - 'n3'", "node 'y'"]


@pytest.mark.parametrize("factor", [0.5, 0, -1, math.inf, math.nan])
def test_a_slow_factor_must_slow(factor):
    """Factors under 1, infinite or not a number are refused."""
    with pytest.raises(InputError, match="give 1 or more"):
        small().slowed({("n0", "n1"): factor})


def test_a_ferry_is_not_slowed():
    """A crossing keeps its timetable, so a factor on it would be silently lost."""
    with pytest.raises(InputError, match="timetable of its crossing"):
        small().slowed({("n1", "n2"): 2.0})


def test_every_ferry_edge_has_its_timetable():
    """Missing, double and dangling crossings are told together."""
    table = make_table(4, [*ROWS, (0, 3, "ferry", "ferry", 0, 10)])
    lines = [FERRY, replace(FERRY, id="g"), replace(FERRY, id="h", from_node="n0")]
    with pytest.raises(InputError) as error:
        RoadNetwork.from_table(table, crossings=lines, profiles=PROFILES)
    assert [issue.where for issue in error.value.issues] == ["ferry edge 'n0', 'n3'", "crossing 'h'", "crossings 'f', 'g'"]


@pytest.mark.parametrize(
    "changes,told",
    [
        ({"edge_to": np.array([4], dtype=np.int32)}, "node row 4"),
        ({"edge_from": np.array([-1], dtype=np.int32)}, "node row -1"),
        ({"kind": ()}, "kind has 0 rows for 1 edges"),
        ({"node_lat": np.zeros(1)}, "node_lat has 1 rows for 2 nodes"),
        ({"node_lon": np.array([116.0, np.nan])}, "no coordinates"),
        ({"node_ids": ("n0", "n0")}, "stands twice"),
        ({"length_m": np.array([-5])}, "length below 0"),
        ({"slow_factor": np.array([np.nan])}, "not above 0"),
    ],
)
def test_broken_tables_never_reach_a_kernel(changes, told):
    """Columns of unlike length, dangling edges and impossible numbers are refused."""
    with pytest.raises(InputError, match=told):
        replace(make_table(2, [(0, 1, "road", "trunk", 6, 1000)]), **changes)


@pytest.mark.parametrize("speed", [0, -5, math.inf, math.nan])
def test_speeds_are_above_zero(speed):
    """A road class is closed by leaving it out, not by speed 0."""
    with pytest.raises(InputError, match="leave the class out"):
        Profile("truck", min_access=4, kinds=("road",), speed_kph={"trunk": speed})


def test_snap_finds_the_nearest_node_that_a_vehicle_reaches():
    """Points snap to villages, island villages to their boat landing, never to an airport."""
    network = RoadNetwork.from_ntb()
    assert network.snap(lon=116.1861, lat=-8.3414).distance_m == 0
    assert network.snap(lon=116.53, lat=-8.815).node_id == "desa:52.03.01.2015"  # Pulau Maringkik: boats only
    airport = network.snap(lon=116.2767, lat=-8.7573)
    assert airport.node_id == "port:LOP"  # it has an access road
    closed = network.without(list(links_of(network, "desa:52.08.02.2001")))
    assert closed.snap(lon=116.1861, lat=-8.3414).node_id == "desa:52.08.02.2001"


def links_of(network, node_id):
    table = network.table
    row = network.index.node_rows[node_id]
    ends = zip(table.edge_from.tolist(), table.edge_to.tolist(), strict=True)
    return [(table.node_ids[one], table.node_ids[other]) for one, other in ends if row in {one, other}]


@pytest.mark.parametrize(
    "lon, lat, told",
    [(-8.34, 116.18, "swap lon and lat"), (500, 0, "give degrees"), (math.nan, -8, "give degrees"), (114.0, -8.3, "km from any road")],
)
def test_points_that_cannot_be_meant_are_refused(lon, lat, told):
    """Swapped, impossible and far coordinates are told, not snapped."""
    with pytest.raises(InputError, match=told):
        RoadNetwork.from_ntb().snap(lon=lon, lat=lat)


def test_the_snap_limit_is_the_callers():
    """A closer limit refuses a point on the flank of Rinjani."""
    network = RoadNetwork.from_ntb()
    with pytest.raises(InputError, match="up to 1 km"):
        network.snap(lon=116.45, lat=-8.41, max_distance_m=1000)


def test_unknown_profile_is_told_with_the_known_ones():
    """The error lists what may be written."""
    with pytest.raises(UnknownReferenceError, match="truck, bike, boat"):
        small().profile("helicopter")


def test_networks_survive_pickling_and_show_in_notebooks():
    """A network travels to another process, caches and all, and its name is shown as text."""
    network = small()
    seconds(network)
    twin = pickle.loads(pickle.dumps(network.without([("n0", "n1")])))  # noqa: S301 - our own bytes
    assert (seconds(twin), twin.crossings) == (-1, network.crossings)
    named = RoadNetwork(replace(network.table, name="<script>"), network.crossings, network.profiles)
    assert "&lt;script&gt;" in named._repr_html_()
    assert "<script>" not in named._repr_html_()
    assert repr(network.without([("n0", "n1")])) == "RoadNetwork('test', 4 nodes, 4 edges, 2 closed)"


def test_the_embedded_network_is_read_once():
    """All callers share it; copies share its look-ups."""
    network = RoadNetwork.from_ntb()
    assert RoadNetwork.from_ntb() is network
    assert network.without([]).index is network.index
    assert list(network.profiles) == ["heavy_truck", "light_truck", "4wd", "motorbike", "boat"]
    assert network.profiles["4wd"].min_access == 3
    (crossing,) = network.crossings
    assert (len(crossing.departures_s), crossing.confidence) == (24, "assumed")
