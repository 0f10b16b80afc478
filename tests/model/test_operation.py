"""The whole question: what it refuses, and that it refuses it at once."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from ntb_relief.errors import InputError, UnknownReferenceError
from ntb_relief.model.fleet import Vehicle
from ntb_relief.model.needs import Need, Supply
from ntb_relief.model.operation import Closure, Operation
from tests.factories import make_operation


@pytest.fixture(scope="module")
def operation() -> Operation:
    return make_operation()


def issues_of(operation, error=InputError, **changes):
    with pytest.raises(error) as caught:
        operation.replace(**changes)
    assert type(caught.value) is error
    return [str(issue) for issue in caught.value.issues]


def test_people_are_those_of_all_poskos(operation):
    """The sum of the poskos' people."""
    assert operation.num_people == 1750
    assert operation.replace(poskos=(), needs=()).num_people == 0


def test_replace_checks_anew(operation):
    """A copy with one field changed is as well checked as the first; the first is left alone."""
    assert operation.replace(horizon_s=3600).horizon_s == 3600
    assert operation.horizon_s == 86_400
    assert issues_of(operation, horizon_s=0) == ["operation: horizon_s is 0; give a number above 0"]


def test_the_start_needs_an_offset(operation):
    """A time without an offset could be WIB or WITA."""
    assert issues_of(operation, start=datetime(2018, 8, 12, 6)) == [  # noqa: DTZ001 - this is the mistake
        "operation: start 2018-08-12T06:00:00 has no UTC offset; add +08:00 (WITA)"
    ]


@pytest.mark.parametrize(
    "name, where",
    [
        ("items", "item 'rice'"),
        ("poskos", "posko or site 'gangga'"),
        ("sites", "posko or site 'GUDANG-MTR'"),
        ("fleet_types", "vehicle type 'light_truck'"),
        ("vehicles", "vehicle 'DR 8001 A'"),
        ("needs", "need 'gangga / rice'"),
        ("supplies", "supply 'GUDANG-MTR / rice / BPBD NTB'"),
        ("crossings", "crossing 'kayangan-pototano'"),
    ],
)
def test_nothing_is_given_twice(operation, name, where):
    """A second row of the same id is named with what to do about it."""
    rows = getattr(operation, name)
    assert issues_of(operation, **{name: (*rows, rows[0])}) == [f"{where}: is given 2 times; give each once, or add the quantities up"]


def test_a_posko_is_no_site(operation):
    """The two kinds of places share one space of ids, since plans name places by id alone."""
    site = replace(operation.sites[1], id="gangga")
    assert issues_of(operation, sites=(operation.sites[0], site, operation.sites[2])) == [
        "posko or site 'gangga': is given 2 times; give each once, or add the quantities up"
    ]


def test_one_item_of_two_owners_at_one_site_is_no_double(operation):
    """Stock of another owner in the same warehouse is a supply of its own."""
    more = Supply("GUDANG-MTR", "rice", 10, "Bulog")
    assert len(operation.replace(supplies=(*operation.supplies, more)).supplies) == 4


@pytest.mark.parametrize("quantity", [-1, 1.5, math.nan, math.inf])
def test_quantities_are_whole_and_not_negative(operation, quantity):
    """Needs, stock and people in parts or below zero are refused, and so is an unknown number."""
    need = Need("gangga", "rice", quantity, 1)
    supply = Supply("GUDANG-KSB", "rice", quantity, "PMI")
    posko = replace(operation.poskos[0], households=quantity)
    assert issues_of(operation, needs=(need,)) == [
        f"need 'gangga / rice': quantity {quantity}, level 1; give whole units >= 0 and level 1, 2, 3 ..."
    ]
    assert issues_of(operation, supplies=(supply,)) == [f"supply 'GUDANG-KSB / rice': quantity is {quantity}; give whole units >= 0"]
    assert issues_of(operation, poskos=(posko, *operation.poskos[1:])) == [
        f"posko 'gangga': people 1000, households {quantity}; give whole counts >= 0"
    ]


def test_levels_start_at_one(operation):
    """Level 0 is no level."""
    assert issues_of(operation, needs=(Need("gangga", "rice", 5, 0),)) == [
        "need 'gangga / rice': quantity 5, level 0; give whole units >= 0 and level 1, 2, 3 ..."
    ]


@pytest.mark.parametrize("lon, lat", [(-8.6, 116.1), (math.nan, -8.6), (116.1, math.inf)])
def test_places_have_coordinates(operation, lon, lat):
    """Swapped, unknown and endless coordinates are refused, of poskos and sites alike."""
    posko, site = replace(operation.poskos[0], lon=lon, lat=lat), replace(operation.sites[0], lon=lon, lat=lat)
    assert issues_of(operation, poskos=(posko, *operation.poskos[1:]), sites=(site, *operation.sites[1:])) == [
        f"place 'gangga': lon {lon}, lat {lat}; give degrees: lon -180 to 180, lat -90 to 90",
        f"place 'GUDANG-MTR': lon {lon}, lat {lat}; give degrees: lon -180 to 180, lat -90 to 90",
    ]


@pytest.mark.parametrize("available_s", [-60, math.nan])
def test_vehicles_are_available_after_the_start(operation, available_s):
    """A vehicle before moment 0 is a mistake of the clock."""
    assert issues_of(operation, vehicles=(Vehicle("DR 1", "boat", "BANGSAL", available_s),)) == [
        f"vehicle 'DR 1': available_s is {available_s}; give whole seconds >= 0 after the start"
    ]


@pytest.mark.parametrize("slow_factor", [0.5, 0, -1, math.nan])
def test_a_closure_never_makes_a_road_faster(operation, slow_factor):
    """Factors below 1, and unknown ones, are refused; no factor at all is a closed road."""
    closure = Closure("n:mataram", "n:pemenang", slow_factor, "Jalan Pusuk")
    assert issues_of(operation, closures=(closure,)) == [
        f"closure 'Jalan Pusuk': slow_factor is {slow_factor}; give 1 or more, or none for a closed road"
    ]
    assert operation.replace(closures=(replace(closure, slow_factor=None),)).closures[0].slow_factor is None


@pytest.mark.parametrize(
    "name, field, issue",
    [
        ("poskos", "node_id", "posko 'gangga': network node '?' is not known; use one of the 11 network nodes of the operation"),
        ("sites", "node_id", "site 'GUDANG-MTR': network node '?' is not known; use one of the 11 network nodes of the operation"),
        ("needs", "posko_id", "need '? / rice': posko '?' is not known; use one of the 4 poskos of the operation"),
        ("needs", "item_id", "need 'gangga / ?': item '?' is not known; use one of the 3 items of the operation"),
        ("supplies", "site_id", "supply '? / rice': site '?' is not known; use one of the 3 sites of the operation"),
        ("supplies", "item_id", "supply 'GUDANG-MTR / ?': item '?' is not known; use one of the 3 items of the operation"),
        ("rates", "item_id", "need rate of '?': item '?' is not known; use one of the 3 items of the operation"),
        ("fleet_types", "profile", "vehicle type 'light_truck': profile '?' is not known; use one of the 3 profiles of the operation"),
        ("vehicles", "type_id", "vehicle 'DR 8001 A': vehicle type '?' is not known; use one of the 3 vehicle types of the operation"),
        ("vehicles", "base_id", "vehicle 'DR 8001 A': site '?' is not known; use one of the 3 sites of the operation"),
        ("closures", "to_node", "closure 'Jalan retak': network node '?' is not known; use one of the 11 network nodes of the operation"),
        ("crossings", "from_node", "crossing 'selat': network node '?' is not known; use one of the 11 network nodes of the operation"),
    ],
)
def test_dangling_ids_are_named(operation, name, field, issue):
    """An id that points to nothing is told with the thing that holds it."""
    rows = {
        "closures": (Closure("n:gangga", "n:bayan", None, "Jalan retak"),),
        "crossings": (replace(operation.crossings[0], id="selat"),),
    }.get(name) or getattr(operation, name)
    changed = (replace(rows[0], **{field: "?"}), *rows[1:])
    assert issues_of(operation, UnknownReferenceError, **{name: changed}) == [issue]


def test_all_dangling_ids_are_told_at_once(operation):
    """Rows of several tables come in one error."""
    found = issues_of(
        operation,
        UnknownReferenceError,
        needs=(Need("gangaa", "rice", 5, 1), Need("gangga", "rcie", 5, 1)),
        vehicles=(Vehicle("DR 1", "truk", "BANGSAL"),),
    )
    assert [text.partition(":")[0] for text in found] == ["need 'gangaa / rice'", "need 'gangga / rcie'", "vehicle 'DR 1'"]


def test_numpy_whole_numbers_are_whole(operation):
    """Counts that come from an array need no conversion."""
    assert operation.replace(needs=(Need("gangga", "rice", np.int64(5), 1),)).needs[0].quantity == 5
