"""The embedded events are whole operations, and their assumptions say so."""

from __future__ import annotations

from collections import Counter

import pytest

from ntb_relief.data import read_table
from ntb_relief.errors import UnknownReferenceError
from ntb_relief.io.scenario import load_event
from ntb_relief.io.workbook.grid import read_grids
from ntb_relief.io.workbook.reach import unreached_poskos
from tools.make_scenarios import FOLDER, SCENARIOS, scenario_bytes

EVENTS = [row["event"] for row in read_table("events")]


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_has_the_scenario_its_tool_writes(event, tmp_path):
    fresh = tmp_path / f"{event}.xlsx"
    fresh.write_bytes(scenario_bytes(event))
    assert read_grids(FOLDER / f"{event}.xlsx") == read_grids(fresh), "run python -m tools.make_scenarios"


@pytest.mark.parametrize("event", EVENTS)
def test_stock_is_a_third_to_a_half_of_one_days_need_and_all_of_it_assumed(event):
    operation = load_event(event)
    mass_kg = {item.id: item.mass_kg for item in operation.items}
    need = sum(need.quantity * mass_kg[need.item_id] for need in operation.needs)
    stock = sum(supply.quantity * mass_kg[supply.item_id] for supply in operation.supplies)
    assert need / 3 <= stock <= need / 2
    assert {supply.provenance.confidence for supply in operation.supplies} == {"assumed"}
    assert {site.provenance.confidence for site in operation.sites} == {"assumed"}
    assert len({supply.owner for supply in operation.supplies}) >= 3
    assert any("ASUMSI" in note for note in operation.notes)


@pytest.mark.parametrize("event", EVENTS)
def test_the_fleet_is_a_few_dozen_vehicles_at_sites_that_are_named(event):
    operation = load_event(event)
    assert 20 <= len(operation.vehicles) <= 70
    used = {vehicle.base_id for vehicle in operation.vehicles} | {supply.site_id for supply in operation.supplies}
    assert used == {site.id for site in operation.sites}
    known = {row["warehouse"] for row in read_table("warehouses")} | {harbour.id for harbour in SCENARIOS[event].harbours}
    assert used <= known


def test_lombok_2018_counts_the_people_the_reports_count():
    people = Counter()
    for posko in load_event("lombok-2018").poskos:
        people[posko.code[:5]] += posko.people
    assert people == {"52.08": 198_846, "52.01": 91_372, "52.03": 76_506, "52.71": 20_343}


def test_other_dates_move_the_counts_and_the_start():
    first, second = load_event("lombok-2018"), load_event("lombok-2018", as_of="2018-08-13")
    assert second.num_people == 352_736
    assert (second.start - first.start).days == 2
    assert first.supplies == second.supplies


def test_part_of_the_stock_stands_across_the_strait_and_boats_stand_at_harbours():
    operation = load_event("lombok-2018")
    assert {"BPBD-KSB", "BULOG-SBW"} <= {supply.site_id for supply in operation.supplies}
    boats = {vehicle.base_id for vehicle in operation.vehicles if vehicle.type_id == "boat"}
    assert boats == {"BANGSAL", "TANJUNGLUAR", "SEKOTONG"}


@pytest.mark.parametrize("event", EVENTS)
def test_every_posko_is_reached_by_something_in_the_fleet(event):
    assert unreached_poskos(load_event(event)) == ()


def test_a_posko_is_missed_where_the_fleet_lacks_what_reaches_it():
    operation = load_event("lombok-2018")
    without_boats = operation.replace(vehicles=tuple(vehicle for vehicle in operation.vehicles if vehicle.type_id != "boat"))
    missed = {posko.code for posko in unreached_poskos(without_boats)}
    assert {"52.08.05.2003", "52.03.01.2015", "52.01.07.2007"} <= missed
    assert len(missed) < 10


def test_unknown_events_and_dates_list_those_that_are_known():
    with pytest.raises(UnknownReferenceError, match="lombok-2018"):
        load_event("palu-2018")
    with pytest.raises(UnknownReferenceError, match="2018-08-23"):
        load_event("lombok-2018", as_of="2018-08-12")
