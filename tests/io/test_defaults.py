"""The embedded catalogue fits together and says where it comes from."""

from __future__ import annotations

from ntb_relief.geo.profiles import default_profiles
from ntb_relief.io.defaults import default_fleet_types, default_items, default_rates


def test_every_rate_is_of_a_known_item_and_there_is_one_an_item():
    items = [rate.item_id for rate in default_rates()]
    assert len(items) == len(set(items))
    assert set(items) <= {item.id for item in default_items()}


def test_rice_and_water_need_what_the_decree_says():
    rates = {rate.item_id: rate for rate in default_rates()}
    assert (rates["rice"].rate, rates["rice"].per) == (0.4, "person_day")
    assert (rates["drinking_water"].rate, rates["drinking_water"].per) == (2.5, "person_day")
    assert "Perka BNPB 7/2008" in rates["rice"].provenance.source


def test_every_default_carries_a_source_and_a_confidence():
    for thing in (*default_items(), *default_rates(), *default_fleet_types()):
        assert thing.provenance.source
        assert thing.provenance.confidence


def test_vehicle_types_drive_by_known_profiles_and_are_marked_as_assumed():
    assert {kind.profile for kind in default_fleet_types()} == set(default_profiles())
    assert {kind.provenance.confidence for kind in default_fleet_types()} == {"assumed"}
