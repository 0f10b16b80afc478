from __future__ import annotations

import pytest

from ntb_relief.errors import UnknownReferenceError
from ntb_relief.geo.access import access_report, reachable
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.province import load_province


def test_reach_from_mataram_is_the_known_one():
    """By road and ferry: 887 desa by heavy truck, 1,075 by light truck, 1,142 by 4WD and motorbike, 1,150 by all modes."""
    rows = access_report(load_province(), RoadNetwork.from_ntb())
    assert sum(row.num_desa for row in rows) == 1166
    assert sum(row.num_with_point for row in rows) == 1150
    total = {profile: sum(row.reached[profile] for row in rows) for profile in rows[0].reached}
    assert total == {"heavy_truck": 887, "light_truck": 1075, "4wd": 1142, "motorbike": 1142, "boat": 0}
    assert sum(row.reached_any for row in rows) == 1150
    (north,) = (row for row in rows if row.code == "52.08")
    assert (north.name, north.num_desa, north.reached_any) == ("Kab. Lombok Utara", 43, 43)
    assert [north.reached[profile] for profile in ("heavy_truck", "light_truck", "4wd")] == [25, 37, 42]


def test_without_the_ferry_trucks_stay_on_lombok():
    """Closing Kayangan - Poto Tano leaves the other island to sea and air, which are open still."""
    network = RoadNetwork.from_ntb().without([("port:KAYANGAN", "port:POTOTANO")])
    rows = {row.code: row for row in access_report(load_province(), network)}
    assert rows["52.72"].reached["heavy_truck"] == 0
    assert rows["52.72"].reached_any == 41
    assert rows["52.08"].reached["heavy_truck"] == 25


def test_boats_reach_the_gilis_from_bangsal():
    """The boat profile goes from harbour to island and not up the road."""
    nodes = reachable(RoadNetwork.from_ntb(), from_node="port:BANGSAL", profile="boat")
    assert "desa:52.08.05.2003" in nodes
    assert "kec:52.71.05" not in nodes


def test_closed_links_count_for_no_mode():
    """An island whose one boat line is closed is reached by nothing."""
    network, island = RoadNetwork.from_ntb(), "desa:52.03.01.2015"
    mode = {"from_node": "kec:52.71.05", "profile": None}
    assert island in reachable(network, **mode)
    assert island not in reachable(network.without([(island, "port:TANJUNGLUAR")]), **mode)


def test_unknown_places_are_refused():
    """Neither an unknown node nor an unknown code is counted as reaching nothing."""
    with pytest.raises(UnknownReferenceError):
        reachable(RoadNetwork.from_ntb(), from_node="x", profile="4wd")
    with pytest.raises(UnknownReferenceError):
        access_report(load_province(), RoadNetwork.from_ntb(), from_code="52.99")
