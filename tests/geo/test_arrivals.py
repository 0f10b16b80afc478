from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError, UnknownReferenceError
from ntb_relief.geo import tables
from ntb_relief.geo.arrivals import arrival_tables
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.paths import schedule_path, shortest_path
from ntb_relief.geo.sailings import next_departure_s
from ntb_relief.model.travel import UNREACHABLE
from ntb_relief.units import DAY_S, HOUR_S, WITA
from tests.geo.networks import PROFILES, networks, starts
from tests.oracles.graph import earliest_moments

SIX = datetime(2018, 8, 12, 6, tzinfo=WITA)


def timed_arcs(network, profile, *, start):
    """List what each edge does to a moment, ferries by the sailing that `next_departure_s` finds."""
    table, arcs = network.table, []
    for edge in range(len(table.kind)):
        seconds = table.edge_duration_s(edge, network.profiles[profile])
        if seconds == UNREACHABLE:
            continue
        one, other = int(table.edge_from[edge]), int(table.edge_to[edge])
        if table.kind[edge] == "ferry":
            ports = {table.node_ids[one], table.node_ids[other]}
            (line,) = (line for line in network.crossings if {line.from_node, line.to_node} == ports)

            def arrival(moment, line=line):
                return next_departure_s(line, ready_s=moment + line.boarding_s, start=start) + line.duration_s
        else:

            def arrival(moment, seconds=seconds):
                return moment + seconds

        arcs += [(one, other, arrival), (other, one, arrival)]
    return arcs


@settings(deadline=None)
@given(networks(), st.sampled_from(sorted(PROFILES)), starts, st.lists(st.integers(0, 2 * DAY_S), max_size=3), st.booleans(), st.data())
def test_arrivals_equal_time_dependent_dijkstra(network, profile, start, departures, by_hierarchy, data):
    """At any hour, closed edges or not, over land tables of either kind."""
    ids = network.table.node_ids
    edges = [(ids[a], ids[b]) for a, b in zip(network.table.edge_from.tolist(), network.table.edge_to.tolist(), strict=True)]
    network = network.without(data.draw(st.sets(st.sampled_from(edges), max_size=2)) if edges else [])
    with pytest.MonkeyPatch.context() as patch:
        if by_hierarchy:
            patch.setattr(tables, "_FEW_SEARCHES", 0)
        told = arrival_tables(network, places={node: node for node in ids}, profile=profile, start=start, departures_s=departures)
    arcs = timed_arcs(network, profile, start=start)
    assert told.arrive_s.shape == (len(departures), len(ids), len(ids))
    for number, departure in enumerate(departures):
        for row in range(len(ids)):
            expected = earliest_moments(len(ids), arcs, source=row, depart_s=departure)
            assert told.arrive_s[number, row].tolist() == expected
    expected_s = [[[-1 if at < 0 else at - left for at in row] for row in one] for one, left in zip(told.arrive_s, departures, strict=True)]
    assert told.duration_s.tolist() == expected_s


def test_nobody_arrives_before_the_timetable_or_after_the_longest_wait():
    """Between Mataram and Bima the walk of the quickest path by timetable bounds the arrival, and the matrix the walk."""
    network = RoadNetwork.from_ntb()
    places = {"mataram": "kec:52.71.05", "bima": "kec:52.72.05", "again": "kec:52.71.05"}
    hours = [hour * HOUR_S for hour in range(0, 24, 5)]
    told = arrival_tables(network, places=places, profile="heavy_truck", start=SIX, departures_s=hours)
    matrix = travel_matrix(network, places=places, profile="heavy_truck")
    path = shortest_path(network, from_node="kec:52.71.05", to_node="kec:52.72.05", profile="heavy_truck")
    assert path is not None
    for number, departure in enumerate(hours):
        walked, _ = schedule_path(network, path, profile="heavy_truck", depart_s=departure, start=SIX)
        assert told.arrive_s[number, 0, 1] == walked  # one ferry line only, so the path is the same
        assert told.duration_s[number, 0, 1] <= matrix.duration_s[0, 1]
        assert told.arrive_s[number, 0, 2] == departure
    assert (told.arrive_s[:, 2] == told.arrive_s[:, 0]).all()


def test_the_clock_is_that_of_wita_whatever_the_offset_of_the_start():
    """The same moment told in UTC gives the same arrivals."""
    network = RoadNetwork.from_ntb()
    places = {"west": "port:KAYANGAN", "east": "port:POTOTANO"}
    local = arrival_tables(network, places=places, profile="4wd", start=SIX + timedelta(minutes=7), departures_s=[0, 5000])
    world = arrival_tables(
        network, places=places, profile="4wd", start=(SIX + timedelta(minutes=7)).astimezone(UTC), departures_s=[0, 5000]
    )
    assert (local.arrive_s == world.arrive_s).all()
    assert np.array_equal(local.duration_s, local.arrive_s - np.array([0, 5000])[:, None, None])


def test_a_closed_ferry_and_a_boat_have_no_sailing():
    """Closing the line cuts the islands apart; boats never use it."""
    network = RoadNetwork.from_ntb()
    places = {"west": "port:KAYANGAN", "east": "port:POTOTANO"}
    closed = network.without([("port:KAYANGAN", "port:POTOTANO")])
    assert arrival_tables(closed, places=places, profile="4wd", start=SIX).arrive_s[0, 0, 1] == UNREACHABLE
    assert arrival_tables(network, places=places, profile="boat", start=SIX).arrive_s[0, 0, 1] == UNREACHABLE


def test_wrong_questions_are_told():
    """Departures before the start, a start without offset, unknown nodes and profiles."""
    network = RoadNetwork.from_ntb()
    with pytest.raises(InputError, match="-5 is before the start"):
        arrival_tables(network, places={}, profile="4wd", start=SIX, departures_s=[0, -5])
    with pytest.raises(InputError, match="no UTC offset"):
        arrival_tables(network, places={}, profile="4wd", start=SIX.replace(tzinfo=None))
    with pytest.raises(UnknownReferenceError, match="desa:x"):
        arrival_tables(network, places={"a": "desa:x"}, profile="4wd", start=SIX)
    with pytest.raises(UnknownReferenceError, match="tank"):
        arrival_tables(network, places={}, profile="tank", start=SIX)
