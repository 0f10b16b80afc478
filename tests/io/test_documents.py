"""Documents lose nothing on the way, refuse what they do not know, and version 1 is readable for ever."""

from __future__ import annotations

import json
import math
import pickle
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings

from ntb_relief.errors import InputError, SchemaError, UnknownReferenceError
from ntb_relief.io.documents import base, json_schema, operation_from_json, operation_to_json, plan_from_json, plan_to_json
from ntb_relief.io.scenario import load_event
from ntb_relief.model.crossings import Cancellation
from ntb_relief.model.turns import Turn
from ntb_relief.plan.result import Result, Status, Step
from ntb_relief.units import WITA
from tests.factories import make_operation, make_plan, make_result
from tests.io.operations import ntb_operations
from tests.strategies import operations

EXAMPLES = Path(__file__).parent / "examples"


def assert_same_operation(one, other):
    for field in fields(one):
        if field.name != "roads":
            assert getattr(one, field.name) == getattr(other, field.name), field.name
    for field in fields(one.roads):
        first, second = getattr(one.roads, field.name), getattr(other.roads, field.name)
        if isinstance(first, np.ndarray):
            assert first.dtype == second.dtype
            np.testing.assert_array_equal(first, second)
        else:
            assert first == second


def without_run(text):
    document = json.loads(text)
    document.pop("run")
    return document


# --- nothing is lost ---------------------------------------------------------------------------------------


@given(operations())
@settings(max_examples=30)
def test_an_operation_on_its_own_roads_reads_back_the_same(operation):
    text = operation_to_json(operation)
    back = operation_from_json(text)
    assert_same_operation(operation, back)
    assert operation_to_json(back) == text


@given(ntb_operations())
@settings(max_examples=30)
def test_an_operation_on_the_embedded_roads_names_them_by_their_hash(operation):
    text = operation_to_json(operation)
    back = operation_from_json(text)
    assert back == operation
    assert back.roads is operation.roads
    assert set(json.loads(text)["roads"]) == {"network", "sha256"}


def test_closed_edges_and_offsets_other_than_wita_survive():
    operation = make_operation()
    factor = operation.roads.slow_factor.copy()
    factor[1] = math.inf
    operation = operation.replace(roads=replace(operation.roads, slow_factor=factor), start=operation.start.astimezone(tz=None))
    back = operation_from_json(operation_to_json(operation).encode())
    assert_same_operation(operation, back)
    assert back.start.utcoffset() == operation.start.utcoffset()


def test_what_roads_and_profiles_tell_beyond_class_survives():
    """Directions, names, surfaces and limits; weights and factors of a profile. Columns that tell nothing are not written."""
    operation = make_operation()
    size = len(operation.roads.kind)
    told = {
        "one_way": np.arange(size) == 0,
        "bridge": np.arange(size) == 1,
        "road_name": ("Jl. Pusuk", *[""] * (size - 1)),
        "surface": ("earth", *["paved"] * (size - 1)),
        "slope": ("steep", *[""] * (size - 1)),
        "max_kph": np.array([30.5, *[math.inf] * (size - 1)]),
        "max_weight_kg": np.array([8000.0, *[math.inf] * (size - 1)]),
        "max_axle_kg": np.array([5000.0, *[math.inf] * (size - 1)]),
    }
    truck = replace(
        operation.profiles["light_truck"],
        surface_factor={"earth": 0.5, "": 0.9},
        slope_factor={"steep": 0.6},
        weight_kg=8250.0,
        axle_kg=5500.0,
        obeys_one_way=False,
        source="Dishub",
        confidence="assumed",
    )
    rich = operation.replace(roads=replace(operation.roads, **told), profiles={**operation.profiles, "light_truck": truck})
    text = operation_to_json(rich)
    back = operation_from_json(text)
    assert_same_operation(rich, back)
    assert operation_to_json(back) == text
    jsonschema.validate(json.loads(text), json_schema("operation"))
    assert not set(told) & set(json.loads(operation_to_json(operation))["roads"])
    document = json.loads(text)
    document["roads"]["one_way"].pop()
    document["roads"]["surface"].pop()
    assert [where for where, _ in issues_of(document)] == ["operation.roads.one_way", "operation.roads.surface"]
    document["roads"]["max_kph"][0] = 0
    assert [where for where, _ in issues_of(document)] == ["operation.roads.table.max_kph[0]"]


def test_rules_of_ferries_and_signs_survive():
    """Lanes, who boards, cancelled hours with and without end, waves, and turns; what is not told stays out of the text."""
    operation = make_operation()
    plain = operation_to_json(operation)
    assert not any(word in plain for word in ("lane_m", "cancelled", "max_wave_m", "turns"))
    start = operation.start
    spans = (Cancellation(start, start + timedelta(hours=2), "ombak"), Cancellation(start + timedelta(days=1)))
    line = replace(operation.crossings[0], lane_m=170.0, profiles=("4wd", "light_truck"), cancelled=spans, max_wave_m=2.5)
    via = int(operation.roads.edge_to[0])
    signed = replace(operation.roads, turns=(Turn(0, via, 0, "no_u_turn"),))
    told = operation.replace(crossings=(line, *operation.crossings[1:]), roads=signed)
    assert_same_operation(told, operation_from_json(operation_to_json(told)))


def test_a_start_in_wita_comes_back_in_the_librarys_own_clock():
    back = operation_from_json(operation_to_json(make_operation()))
    assert back.start.tzinfo is WITA
    assert pickle.loads(pickle.dumps(back)).start == back.start  # noqa: S301 - made here


def test_a_plan_holds_its_operation_and_reads_back_the_same():
    result = make_result()
    result = replace(result, bound=result.objective / 2, replay=(Step(10, 5.0, 0.5), Step(20, 0.5, 0.1, exchanged=True)))
    text = plan_to_json(result)
    back = plan_from_json(text)
    assert_same_operation(result.plan.operation, back.plan.operation)
    operation = result.plan.operation
    assert replace(back, plan=replace(back.plan, operation=operation)) == result
    assert without_run(plan_to_json(back)) == without_run(text)
    assert without_run(text)["gap"] == 0.5


def test_a_result_without_a_plan_is_a_document_too():
    result = Result(None, Status.NO_SOLUTION, math.inf, None, seconds=1.0, iterations=0, seed=3)
    assert plan_from_json(plan_to_json(result)) == result


def test_two_runs_differ_in_the_run_block_only():
    result = make_result()
    other = replace(result, seconds=9.9, version="9.9.9", trace=result.trace[:1])
    one, two = plan_to_json(result), plan_to_json(other)
    assert without_run(one) == without_run(two)
    assert json.loads(one)["run"] != json.loads(two)["run"]


def test_times_are_iso_with_an_offset_and_texts_are_readable():
    operation = make_operation(name="Posko Désa \u201cA\u201d <script>")
    text = operation_to_json(operation)
    assert '"start": "2018-08-12T06:00:00+08:00"' in text
    assert "Posko Désa" in text


def test_a_whole_event_is_written_and_read_in_seconds():
    operation = load_event("lombok-2018")
    text = operation_to_json(operation)
    assert len(text) < 4 * 2**20
    assert operation_from_json(text) == operation


# --- version 1, for ever -----------------------------------------------------------------------------------


def test_the_stored_operation_of_version_1_is_read_and_written_as_it_stands():
    text = (EXAMPLES / "operation-1.json").read_text(encoding="utf-8")
    operation = operation_from_json(text)
    assert operation.name == "Operasi contoh"
    assert operation.num_people == 1750
    assert operation_to_json(operation) == text


def test_the_stored_plan_of_version_1_is_read_and_written_as_it_stands():
    text = (EXAMPLES / "plan-1.json").read_text(encoding="utf-8")
    result = plan_from_json(text)
    assert result.status is Status.TIME_LIMIT
    assert [schedule.vehicle_id for schedule in result.plan.schedules] == ["DR 8001 A", "DR 8002 A", "EA 8003 B", "Perahu 1"]
    assert result.plan.schedules[2].actions[1].sailings[0].crossing_id == "kayangan-pototano"
    assert without_run(plan_to_json(result)) == without_run(text)


@pytest.mark.parametrize("kind", ["operation", "plan"])
def test_the_stored_examples_fit_the_published_schema(kind):
    schema = json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads((EXAMPLES / f"{kind}-1.json").read_text(encoding="utf-8")), schema)


def test_the_published_schema_refuses_what_reading_refuses():
    document = json.loads((EXAMPLES / "operation-1.json").read_text(encoding="utf-8"))
    document["needs"][0]["colour"] = "red"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json_schema("operation"))


# --- refusals ----------------------------------------------------------------------------------------------


@pytest.fixture
def document():
    return json.loads(operation_to_json(make_operation()))


def issues_of(document):
    with pytest.raises(SchemaError) as error:
        operation_from_json(json.dumps(document))
    assert all(issue.fix for issue in error.value.issues)
    return [(issue.where, issue.what) for issue in error.value.issues]


def test_unknown_fields_are_refused_with_their_path(document):
    document["colour"] = "red"
    document["needs"][3]["size"] = 5
    assert issues_of(document) == [
        ("operation.needs[3].size", "is not a field of this version"),
        ("operation.colour", "is not a field of this version"),
    ]


@pytest.mark.parametrize(
    "path, value, where",
    [
        (("needs", 0, "quantity"), "12", "operation.needs[0].quantity"),
        (("needs", 0, "quantity"), 1.5, "operation.needs[0].quantity"),
        (("needs", 0, "quantity"), True, "operation.needs[0].quantity"),
        (("needs", 0, "quantity"), -1, "operation.needs[0].quantity"),
        (("needs", 0, "quantity"), 2**60, "operation.needs[0].quantity"),
        (("items", 0, "mass_kg"), 0, "operation.items[0].mass_kg"),
        (("items", 0, "mass_kg"), float("nan"), "operation.items[0].mass_kg"),
        (("poskos", 1, "lat"), 116.2, "operation.poskos[1].lat"),
        (("rates", 0, "per"), "week", "operation.rates[0].per"),
        (("start",), "2018-08-12T06:00:00", "operation.start"),
        (("start",), 1534024800, "operation.start"),
        (("version",), 2, "operation.version"),
        (("schema",), "ntb_relief/plan", "operation.schema"),
        (("roads", "slow_factor", 0), 0, "operation.roads.table.slow_factor[0]"),
        (("poskos",), {}, "operation.poskos"),
    ],
)
def test_a_wrong_value_is_told_with_path_value_and_fix(document, path, value, where):
    *steps, last = path
    part = document
    for step in steps:
        part = part[step]
    part[last] = value
    ((found, what),) = issues_of(document)
    assert found == where
    assert repr(value)[:20].split("(")[0] in what or isinstance(value, float)


def test_a_missing_field_is_named(document):
    del document["vehicles"][0]["base_id"]
    assert issues_of(document) == [("operation.vehicles[0].base_id", "is missing")]


def test_all_problems_come_at_once_up_to_a_hundred(document):
    document["needs"] = [{}] * 300
    issues = issues_of(document)
    assert len(issues) == 101
    assert issues[-1][1] == "1100 more problems"


def test_dangling_ids_are_told_as_for_an_operation_built_in_python(document):
    document["vehicles"][0]["base_id"] = "nowhere"
    with pytest.raises(UnknownReferenceError, match="nowhere"):
        operation_from_json(json.dumps(document))


def test_road_columns_that_do_not_fit_together_are_refused(document):
    document["roads"]["length_m"].pop()
    document["roads"]["edge_to"][0] = 999
    assert [where for where, _ in issues_of(document)] == ["operation.roads.length_m", "operation.roads.edge_to"]


def test_a_document_of_another_network_version_is_refused_and_not_misread():
    document = json.loads(operation_to_json(load_event("mataram-2025")))
    document["roads"]["sha256"] = "0" * 64
    ((where, what),) = issues_of(document)
    assert where == "operation.roads.sha256"
    assert "0000" in what


@pytest.mark.parametrize(
    "text", ["", "{", "null", "[]", "3", '{"schema": "ntb_relief/operation"', "{" * 10_000, '{"a":' * 10_000, "\x00", b"\xff\xfe\xfa"]
)
def test_what_is_no_document_is_one_clear_error(text):
    with pytest.raises(SchemaError):
        operation_from_json(text)


def test_a_document_cut_off_anywhere_is_refused():
    text = operation_to_json(make_operation())
    for share in (0.1, 0.5, 0.9, 0.999):
        with pytest.raises(SchemaError):
            operation_from_json(text[: int(len(text) * share)])


def test_too_large_a_document_is_refused_unread(monkeypatch):
    monkeypatch.setattr(base, "MAX_BYTES", 100)
    with pytest.raises(SchemaError, match="at most 100"):
        operation_from_json(operation_to_json(make_operation()))


def test_a_plan_with_an_unknown_action_is_refused_with_its_path():
    document = json.loads(plan_to_json(make_result()))
    document["plan"]["schedules"][0]["actions"][1]["action"] = "fly"
    with pytest.raises(SchemaError) as error:
        plan_from_json(json.dumps(document))
    assert error.value.issues[0].where == "plan.plan.schedules[0].actions[1]"


def test_a_name_that_no_document_can_hold_is_refused_on_writing():
    with pytest.raises(SchemaError, match="half of a surrogate pair"):
        operation_to_json(make_operation(name="half a pair \ud800"))


def test_wrong_operations_in_a_plan_are_input_errors():
    document = json.loads(plan_to_json(make_result(make_plan())))
    document["plan"]["operation"]["horizon_s"] = 0
    with pytest.raises(InputError, match="horizon_s is 0"):
        plan_from_json(json.dumps(document))
