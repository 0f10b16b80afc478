"""An operation written as a workbook reads back equal; what a workbook cannot hold is refused."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import HealthCheck, given, settings

from ntb_relief.errors import InputError
from ntb_relief.io.workbook.read import read_operation
from ntb_relief.io.workbook.write import write_operation
from ntb_relief.model.provenance import Provenance
from tests.factories import make_operation
from tests.io.books import good_sheets, write_book
from tests.io.operations import ntb_operations


@given(ntb_operations())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_every_operation_reads_back_equal(tmp_path, operation):
    path = tmp_path / "operation.xlsx"
    write_operation(operation, path)
    back = read_operation(path)
    assert back.notes[: len(operation.notes)] == operation.notes
    assert back.replace(notes=operation.notes) == operation


def test_an_operation_read_from_a_planners_workbook_survives_the_way_back(tmp_path):
    operation = read_operation(write_book(tmp_path / "needs.xlsx", good_sheets()))
    write_operation(operation, tmp_path / "copy.xlsx")
    assert read_operation(tmp_path / "copy.xlsx") == operation


def test_equal_operations_give_equal_files(tmp_path):
    operation = read_operation(write_book(tmp_path / "needs.xlsx", good_sheets()))
    write_operation(operation, tmp_path / "a.xlsx")
    write_operation(operation, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_formulas_in_names_are_stored_as_texts(tmp_path):
    sheets = good_sheets()
    operation = read_operation(write_book(tmp_path / "needs.xlsx", sheets))
    evil = '=HYPERLINK("http://evil","klik")'
    posko = operation.poskos[0]
    changed = operation.replace(
        name=evil, poskos=(type(posko)(**{**_fields(posko), "name": evil, "provenance": Provenance(evil)}), operation.poskos[1])
    )
    write_operation(changed, tmp_path / "evil.xlsx")
    with zipfile.ZipFile(tmp_path / "evil.xlsx") as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/"))
    assert read_operation(tmp_path / "evil.xlsx").poskos[0].name == evil


def _fields(thing):
    return {name: getattr(thing, name) for name in type(thing).__slots__}


def test_another_road_network_is_refused_as_a_workbook_holds_none(tmp_path):
    with pytest.raises(InputError, match="operation_to_json"):
        write_operation(make_operation(), tmp_path / "x.xlsx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", [" Posko A", "Posko A ", "CONTOH: Posko", "Total", "A\x07B"])
def test_a_name_that_would_not_read_back_is_refused_and_nothing_is_written(tmp_path, name):
    operation = read_operation(write_book(tmp_path / "needs.xlsx", good_sheets()))
    posko = operation.poskos[0]
    poskos = (type(posko)(**{**_fields(posko), "id": name, "name": name}), operation.poskos[1])
    needs = tuple(need for need in operation.needs if need.posko_id != posko.id)
    with pytest.raises(InputError):
        write_operation(operation.replace(poskos=poskos, needs=needs), tmp_path / "x.xlsx")
    assert not (tmp_path / "x.xlsx").exists()
