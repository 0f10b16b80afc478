"""The workbook a planner starts from."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from ntb_relief.io.defaults import default_fleet_types, default_items, default_rates
from ntb_relief.io.workbook.layout import EXAMPLE_MARK
from ntb_relief.io.workbook.read import inspect_workbook
from ntb_relief.io.workbook.render import HEAD_ROW
from ntb_relief.io.workbook.sheets import SHEETS
from ntb_relief.io.workbook.template import write_template


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "needs.xlsx"
    write_template(path)
    return path


def test_it_has_the_sheets_that_were_promised(template):
    names = load_workbook(template).sheetnames
    assert {"Posko", "Kebutuhan", "Stok", "Armada", "Jalan ditutup", "Barang", "Standar kebutuhan"} <= set(names)
    assert names[0] == "Petunjuk"
    assert len(names) <= 10


def test_every_sheet_has_one_marked_example_with_all_its_columns_and_comments_on_headings(template):
    book = load_workbook(template)
    for sheet in SHEETS:
        if not sheet.in_template:
            continue
        page = book[sheet.name]
        example = [cell.value for cell in page[HEAD_ROW + 1]]
        assert any(str(value).startswith(EXAMPLE_MARK) for value in example), sheet.name
        headings = [cell.value for cell in page[HEAD_ROW] if cell.value]
        wanted = [column.heading for column in sheet.columns if column.in_template]
        assert [heading for heading in headings if heading in wanted] == wanted
        noted = {cell.value for cell in page[HEAD_ROW] if cell.comment}
        assert noted == {column.heading for column in sheet.columns if column.heading in headings and column.note}


def test_lists_to_choose_from_point_at_filled_cells(template):
    book = load_workbook(template)
    formulas = {str(rule.formula1) for sheet in book for rule in sheet.data_validations.dataValidation}
    assert "'Barang'!$B$5:$B$503" in formulas
    assert book["Barang"]["B5"].value == default_items()[0].name
    assert book["Jenis kendaraan"]["B5"].value == default_fleet_types()[0].name


def test_as_it_is_it_lacks_only_what_nobody_can_know(template):
    report = inspect_workbook(template)
    assert [issue.where for issue in report.issues] == ["sheet 'Posko'", "sheet 'Stok'", "sheet 'Armada'", "sheet 'Operasi' cell B6"]
    assert not report.notes


def test_filled_in_it_plans_with_the_defaults_it_shows(template, tmp_path):
    book = load_workbook(template)
    book["Operasi"]["B6"] = "2018-08-12 06:00"
    for name, values in {
        "Posko": [None, "Posko A", "Kec. Gangga", 100],
        "Stok": ["Gudang KLU", "BPBD", "52.08.01", "Beras", 50],
        "Armada": ["Truk", "Truk ringan", 1, "Gudang KLU"],
    }.items():
        for column, value in enumerate(values, 1):
            book[name].cell(row=HEAD_ROW + 2, column=column, value=value)
    path = tmp_path / "filled.xlsx"
    book.save(path)
    operation = inspect_workbook(path).operation
    assert [(item.id, item.mass_kg, item.volume_l) for item in operation.items] == [(x.id, x.mass_kg, x.volume_l) for x in default_items()]
    assert operation.rates == default_rates()
    assert operation.fleet_types == default_fleet_types()
    assert [posko.name for posko in operation.poskos] == ["Posko A"]


def test_the_examples_themselves_are_good_input(template, tmp_path):
    """With the marks taken off, the example rows can be planned: they show how it is done."""
    book = load_workbook(template)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith(EXAMPLE_MARK):
                    cell.value = cell.value.removeprefix(EXAMPLE_MARK).strip()
    operasi = book["Operasi"]
    operasi.delete_rows(6)  # the empty start below its example
    rates = book["Standar kebutuhan"]
    rates.delete_rows(HEAD_ROW + 2, 4)  # the rates that sources disagree on
    path = tmp_path / "examples.xlsx"
    book.save(path)
    report = inspect_workbook(path)
    assert not report.issues
    assert report.operation.poskos[0].people == 1250
    assert "popok" in {item.id for item in report.operation.items}


def test_two_templates_are_the_same_bytes(template, tmp_path):
    write_template(tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == template.read_bytes()
