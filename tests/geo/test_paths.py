from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.paths import path_lonlat, schedule_path, shortest_path, shortest_paths
from ntb_relief.model.travel import Path, SailingUse
from ntb_relief.units import DAY_S, HOUR_S, WITA
from tests.geo.networks import PROFILES, networks, starts

SIX = datetime(2018, 8, 12, 6, tzinfo=WITA)


@pytest.mark.tiny
@settings(deadline=None)
@given(networks(), st.sampled_from(sorted(PROFILES)), starts, st.none() | st.integers(0, 2 * DAY_S))
def test_paths_are_those_of_the_matrix(network, profile, start, latest_s):
    """Each path joins its ends edge by edge, and its metres and fares are the matrix's; no path where it says -1."""
    ids = network.table.node_ids
    span = {"profile": profile, "start": start, "latest_s": latest_s}
    matrix = travel_matrix(network, places={x: x for x in ids}, **span)
    pairs = [(one, other) for one in ids for other in ids]
    for (one, other), path in zip(pairs, shortest_paths(network, pairs, **span), strict=True):
        row, column = ids.index(one), ids.index(other)
        if path is None:
            assert matrix.distance_m[row, column] == -1
            continue
        table = network.table
        assert (path.nodes[0], path.nodes[-1], len(path.nodes)) == (row, column, len(path.edges) + 1)
        for edge, ends in zip(path.edges, zip(path.nodes, path.nodes[1:], strict=False), strict=True):
            assert {int(table.edge_from[edge]), int(table.edge_to[edge])} == set(ends)
        assert path.distance_m == matrix.distance_m[row, column] == sum(int(table.length_m[edge]) for edge in path.edges)
        _, sailings = schedule_path(network, path, profile=profile, depart_s=0, start=start)
        fares = {crossing.id: crossing.fare_idr for crossing in network.crossings}
        assert matrix.toll_idr[row, column] == sum(fares[sailing.crossing_id] for sailing in sailings)


@settings(deadline=None)
@given(networks(), starts, st.integers(0, 2 * DAY_S), st.data())
def test_a_leg_planned_to_end_in_time_is_never_late(network, start, latest_s, data):
    """Walking the path by the timetable takes no longer than the matrix says, whatever the hour of departure."""
    ids = network.table.node_ids
    one, other = data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(ids))
    span = {"profile": "truck", "start": start, "latest_s": latest_s}
    path = shortest_path(network, from_node=one, to_node=other, **span)
    if path is None:
        return
    planned_s = int(travel_matrix(network, places={"a": one, "b": other}, **span).duration_s[0, 1]) if one != other else 0
    depart_s = data.draw(st.integers(0, max(0, latest_s - planned_s)))
    arrive_s, sailings = schedule_path(network, path, profile="truck", depart_s=depart_s, start=start)
    assert depart_s + planned_s > latest_s or arrive_s <= depart_s + planned_s
    later_s, _ = schedule_path(network, path, profile="truck", depart_s=depart_s + 60, start=start)
    assert later_s >= arrive_s  # who leaves later is never earlier
    assert all(depart_s <= sailing.departure_s <= sailing.arrive_s <= arrive_s for sailing in sailings)


def test_the_truck_to_bima_takes_its_sailing():
    """A truck that leaves Mataram at six boards at Kayangan and takes the first ferry with half an hour to board."""
    network = RoadNetwork.from_ntb()
    path = shortest_path(network, from_node="kec:52.71.05", to_node="kec:52.72.05", profile="heavy_truck", start=SIX, latest_s=DAY_S)
    assert path is not None
    arrive_s, sailings = schedule_path(network, path, profile="heavy_truck", depart_s=0, start=SIX)
    assert sailings == (SailingUse("kayangan-pototano", departure_s=3 * HOUR_S, arrive_s=3 * HOUR_S + 105 * 60),)
    assert 11 * HOUR_S < arrive_s < 13 * HOUR_S
    assert 350_000 < path.distance_m < 400_000
    line = path_lonlat(network.table, path)
    assert len(line) == len(path.nodes)
    assert line[0] == pytest.approx((116.1062, -8.5766))
    assert all(115.8 < lon < 119.2 and -9.2 < lat < -8.0 for lon, lat in line)


def test_a_place_is_zero_from_itself_and_islands_have_no_road():
    """No edges to oneself; None, not an empty path, where there is no way."""
    network = RoadNetwork.from_ntb()
    gili, gondang = "desa:52.08.05.2003", "desa:52.08.02.2001"
    paths = shortest_paths(network, [(gondang, gondang), (gondang, gili)], profile="4wd")
    assert paths == (Path(nodes=(network.index.node_rows[gondang],), edges=(), distance_m=0), None)


def test_a_path_over_a_closed_edge_is_refused():
    """A path found before a closure cannot be driven after it."""
    network = RoadNetwork.from_ntb()
    ports = {"from_node": "port:KAYANGAN", "to_node": "port:POTOTANO"}
    path = shortest_path(network, **ports, profile="light_truck")
    assert path is not None
    closed = network.without([("port:POTOTANO", "port:KAYANGAN")])
    with pytest.raises(InputError, match="closed to profile 'light_truck'"):
        schedule_path(closed, path, profile="light_truck", depart_s=0, start=SIX)
    assert shortest_path(closed, **ports, profile="light_truck") is None
