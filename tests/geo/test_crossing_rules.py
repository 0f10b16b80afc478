"""Ferries with rules: lanes, who may board, cancelled hours and waves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError, UnknownReferenceError
from ntb_relief.geo.arrivals import arrival_tables
from ntb_relief.geo.crossing_rules import cancel_sailings, crossing_of, with_crossings, with_waves
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.paths import schedule_path, shortest_path
from ntb_relief.geo.sailings import NO_SAILING_S, longest_crossing_s, next_departure_s
from ntb_relief.geo.special_lines import small_craft_stopped, special_lines, with_air
from ntb_relief.model.crossings import Cancellation, Crossing
from ntb_relief.units import DAY_S, HOUR_S, WITA
from tests.geo.networks import PROFILES, crossings, make_table, starts

FERRY = "kayangan-pototano"
SIX = datetime(2018, 8, 12, 6, tzinfo=WITA)
spans = st.lists(st.tuples(st.integers(-DAY_S, 3 * DAY_S), st.integers(1, DAY_S) | st.none()), max_size=3)


def cancelled(line, start, told):
    """Return a line without the departures of some spans, seconds after `start`; no length means until further notice."""
    return replace(
        line,
        cancelled=tuple(
            Cancellation(start + timedelta(seconds=begin), None if length is None else start + timedelta(seconds=begin + length))
            for begin, length in told
        ),
    )


def sailings(line, start, told, *, days=6):
    """Return every departure of the next days that is not cancelled, seconds after `start`; plain loops."""
    midnight = start.replace(hour=0, minute=0, second=0)
    found = []
    for day in range(-1, days):
        for clock in line.departures_s:
            moment = int((midnight + timedelta(days=day, seconds=clock) - start).total_seconds())
            if not any(begin <= moment and (length is None or moment < begin + length) for begin, length in told):
                found.append(moment)
    return sorted(found)


@settings(deadline=None, max_examples=200)
@given(crossings(), starts, spans, st.integers(0, DAY_S))
def test_the_next_departure_is_the_first_that_is_not_cancelled(line, start, told, ready_s):
    """As by a list of all that sail; where none does any more, a wait beyond any horizon."""
    found = next_departure_s(cancelled(line, start, told), ready_s=ready_s, start=start)
    later = [moment for moment in sailings(line, start, told) if moment >= ready_s]
    if later and later[0] < 5 * DAY_S:
        assert found == later[0]
    else:
        assert found >= ready_s + NO_SAILING_S or found >= 4 * DAY_S


@settings(deadline=None, max_examples=100)
@given(crossings(), starts, spans, st.integers(0, 2 * DAY_S), st.data())
def test_the_longest_crossing_covers_every_cancelled_wait(line, start, told, latest_s, data):
    """Whoever comes to the quay at any moment, and is planned to be across by the end, is across in time."""
    ferry = cancelled(line, start, told)
    longest = longest_crossing_s(ferry, start=start, latest_s=latest_s)
    arrival = data.draw(st.integers(0, latest_s))
    across = next_departure_s(ferry, ready_s=arrival + ferry.boarding_s, start=start) + ferry.duration_s
    assert across <= arrival + longest or arrival + longest > latest_s
    without_end = longest_crossing_s(ferry, start=start)
    assert across <= arrival + without_end


@settings(deadline=None, max_examples=80)
@given(crossings(), starts, spans, st.lists(st.integers(0, DAY_S), min_size=1, max_size=3))
def test_arrival_tables_heed_cancellations(line, start, told, departures):
    """The kernel's arrivals are those of the list of sailings; where none sails any more there is no way."""
    table = make_table(2, [(0, 1, "ferry", "ferry", 0, 4000)])
    network = RoadNetwork.from_table(table, crossings=[cancelled(line, start, told)], profiles=PROFILES)
    tables = arrival_tables(network, places={"a": "n0", "b": "n1"}, profile="truck", start=start, departures_s=departures)
    all_sailings = sailings(line, start, told)
    for row, departure in enumerate(departures):
        later = [moment for moment in all_sailings if moment >= departure + line.boarding_s]
        never = any(length is None for _, length in told)
        if later:
            assert tables.arrive_s[row, 0, 1] == later[0] + line.duration_s
        elif never:
            assert tables.arrive_s[row, 0, 1] == -1


def test_a_cancelled_afternoon_is_waited_out():
    """At twelve nothing sails until six: the plan waits, the schedule takes the first ferry after, and by then the old one."""
    network = cancel_sailings(RoadNetwork.from_ntb(), FERRY, start=SIX + timedelta(hours=6), end=SIX + timedelta(hours=12), why="ombak")
    ports = {"from_node": "port:KAYANGAN", "to_node": "port:POTOTANO", "profile": "4wd"}
    path = shortest_path(network, **ports)
    assert path is not None
    noon, sailing = schedule_path(network, path, profile="4wd", depart_s=6 * HOUR_S, start=SIX)
    assert sailing[0].departure_s == 12 * HOUR_S
    assert noon == 12 * HOUR_S + 105 * 60
    morning, _ = schedule_path(network, path, profile="4wd", depart_s=0, start=SIX)
    assert morning == HOUR_S + 105 * 60
    again = cancel_sailings(network, FERRY, start=SIX, end=SIX + timedelta(hours=3))
    ferry = crossing_of(again, FERRY)
    assert len(ferry.cancelled) == 2
    assert schedule_path(again, path, profile="4wd", depart_s=0, start=SIX)[1][0].departure_s == 3 * HOUR_S


def test_waves_keep_ferries_and_small_boats_ashore():
    """The assumed limits: 2.5 m for the ferry, 1.25 m for boats; a ferry without a limit sails on."""
    network = RoadNetwork.from_ntb()
    assert not crossing_of(with_waves(network, 2.4, start=SIX), FERRY).cancelled
    rough = with_waves(network, 3.0, start=SIX, end=SIX + timedelta(days=1))
    assert [one.why for one in crossing_of(rough, FERRY).cancelled] == ["gelombang 3 m"]
    unknown = with_crossings(network, [replace(crossing_of(network, FERRY), max_wave_m=None)])
    assert not crossing_of(with_waves(unknown, 9.0, start=SIX), FERRY).cancelled
    boats = small_craft_stopped(2.0)
    assert network.without(boats).num_closed == len(boats) == 10


def test_only_allowed_profiles_board():
    """A ferry for bikes is closed to trucks in every table, and a plain crossing takes everybody."""
    table = make_table(2, [(0, 1, "ferry", "ferry", 0, 4000)])
    line = Crossing("f", "n0", "n1", departures_s=(0,), duration_s=60, boarding_s=0, slots=3, fare_idr=0)
    network = RoadNetwork.from_table(table, crossings=[line], profiles=PROFILES)
    few = with_crossings(network, [replace(line, profiles=("bike",))])
    places = {"a": "n0", "b": "n1"}
    for profile, plain, ruled in (("truck", True, False), ("bike", True, True)):
        for one, is_open in ((network, plain), (few, ruled)):
            assert (travel_matrix(one, places=places, profile=profile).duration_s[0, 1] >= 0) == is_open
            arrivals = arrival_tables(one, places=places, profile=profile, start=SIX)
            assert (arrivals.arrive_s[0, 0, 1] >= 0) == is_open


def test_the_embedded_ferry_has_assumed_rules():
    ferry = crossing_of(RoadNetwork.from_ntb(), FERRY)
    assert (ferry.lane_m, ferry.profiles, ferry.max_wave_m, ferry.confidence) == (170, None, 2.5, "assumed")


def test_wrong_rules_are_told():
    """Other ports, unknown ids."""
    network = RoadNetwork.from_ntb()
    crossing = crossing_of(network, FERRY)
    with pytest.raises(InputError, match="keep the ports it had"):
        with_crossings(network, [replace(crossing, to_node="port:BADAS")])
    with pytest.raises(UnknownReferenceError, match=f"use one of {FERRY}"):
        cancel_sailings(network, "lembar-padangbai", start=SIX)


def test_other_sailings_leave_roads_and_hierarchy():
    """A ferry that stays in port is another timetable, not another network: lines, signs and look-ups are shared."""
    network = RoadNetwork.from_ntb()
    rough = with_waves(network, 3.0, start=SIX)
    assert rough.index is network.index
    assert rough.details is network.details
    dear = with_crossings(network, [replace(crossing_of(network, FERRY), fare_idr=1)])
    places = {"a": "port:KAYANGAN", "b": "port:POTOTANO"}
    fares = [int(travel_matrix(one, places=places, profile="4wd").toll_idr[0, 1]) for one in (network, dear, network)]
    assert fares == [700_000, 1, 700_000]


def test_boats_and_flights_are_named_and_lie_in_the_network():
    """Every line is an edge of its kind; the islands of the issue are there, all assumed; aircraft fly between the airports."""
    network = RoadNetwork.from_ntb()
    lines = special_lines()
    for line in lines:
        (edges,) = network.index.edges([line.link])
        assert [network.table.kind[edge] for edge in edges] == [line.kind]
    told = " ".join(line.name for line in lines)
    assert all(name in told for name in ("Gili Air", "Gili Meno", "Gili Trawangan", "Moyo", "Medang", "Maringkik", "Bajo Pulau"))
    assert {line.confidence for line in lines} == {"assumed"}
    assert sum(line.kind == "air" for line in lines) == 3
    assert {frozenset(line.link) for line in lines if line.kind == "boat"} == {
        frozenset(network.table.node_ids[int(end[edge])] for end in (network.table.edge_from, network.table.edge_to))
        for edge in np.flatnonzero(np.array(network.table.kind) == "boat")
    }
    flights = travel_matrix(with_air(network), places={"a": "port:LOP", "b": "port:SWQ", "c": "port:BMU"}, profile="air")
    assert (flights.duration_s >= 0).all()
