"""Columns are found in any order and spelling, under titles, above tags."""

from __future__ import annotations

import pytest

from ntb_relief.io.workbook.cells import CellReader
from ntb_relief.io.workbook.grid import Grid
from ntb_relief.io.workbook.headings import column_name, read_rows
from ntb_relief.io.workbook.sheets import POSKO, SHEETS, STOCK


def read(rows, sheet=POSKO):
    reader = CellReader()
    grid = Grid(sheet.name, tuple(tuple(row) for row in rows))
    found = [{field: cell.value for field, cell in row.cells.items() if cell.value is not None} for row in read_rows(grid, sheet, reader)]
    return found, reader


def test_columns_come_in_any_order_with_synonyms_and_any_case():
    found, reader = read([["JUMLAH  JIWA", "kk", "Lokasi", "nama posko"], [10, 3, "52.08.01", "A"]])
    assert found == [{"people": 10, "households": 3, "place": "52.08.01", "name": "A"}]
    assert not reader.log.issues


def test_titles_above_and_blank_rows_between_are_tolerated():
    rows = [["DAFTAR POSKO", None], ["Kabupaten Lombok Utara"], [], ["No", "Nama", "Tempat", "Jiwa"], [], [1, "A", "52.08.01", 5]]
    found, reader = read(rows)
    assert found == [{"name": "A", "place": "52.08.01", "people": 5}]
    assert not reader.log.issues
    assert not reader.notes.lines()


def test_a_second_row_of_headings_under_a_merged_one_is_joined():
    found, reader = read([["Nama", "Tempat", "Terdampak", None], [None, None, "Jiwa", "KK"], ["A", "52.08.01", 10, 3]])
    assert found == [{"name": "A", "place": "52.08.01", "people": 10, "households": 3}]
    assert not reader.notes.lines()


def test_a_row_of_hxl_tags_is_skipped_and_names_columns_whose_headings_are_not_known():
    rows = [
        ["Nama", "Org terdampak", "Breitengrad", "L"],
        ["#loc +name", "#affected+idps", "#geo+lat", "#geo +lon"],
        ["A", 10, -8.3, 116.1],
    ]
    found, reader = read(rows)
    assert found == [{"name": "A", "people": 10, "lat": -8.3, "lon": 116.1}]
    assert not reader.notes.lines()


def test_tags_with_more_attributes_do_not_stand_for_the_plain_ones():
    found, _ = read([["Nama", "Jiwa", "Perempuan"], ["#loc+name", "#affected+idps", "#affected+idps+f"], ["A", 10, 4]])
    assert found == [{"name": "A", "people": 10}]


def test_examples_and_totals_are_left_out():
    rows = [["Nama", "Tempat", "Jiwa"], ["CONTOH: Posko", "x", 1], ["A", "52.08.01", 5], [" contoh: lain", "y", 2], ["TOTAL", None, 5]]
    found, reader = read(rows)
    assert [row["name"] for row in found] == ["A"]
    assert "baris jumlah" in reader.notes.lines()[0]


def test_a_column_that_is_not_known_is_noted_once_and_skipped():
    _, reader = read([["Nama", "Tempat", "Warna"], ["A", "52.08.01", "merah"], ["B", "52.08.01", "biru"]])
    assert reader.notes.lines() == ("sheet 'Posko' column C: kolom 'Warna' tidak dikenal dan dilewati",)


def test_a_column_twice_is_an_issue_with_its_letters():
    _, reader = read([["Gudang", "Barang", "Jumlah", "Qty"], ["G", "Beras", 1, 2]], STOCK)
    assert {issue.where for issue in reader.log.issues} == {"sheet 'Stok' column C", "sheet 'Stok' column D"}


def test_a_missing_column_is_named():
    _, reader = read([["Gudang", "Barang"], ["G", "Beras"]], STOCK)
    (issue,) = reader.log.issues
    assert issue.what == "column 'Jumlah' is missing"


def test_a_sheet_without_headings_says_which_are_wanted():
    found, reader = read([["A", 1], ["B", 2]])
    assert not found
    assert "write the headings in one row: Nama" in reader.log.issues[0].fix


def test_cells_carry_the_address_of_the_sheet():
    reader = CellReader()
    grid = Grid("Posko", ((), ("x", "Nama", "Tempat"), (None, "A", "52.08.01")))
    (row,) = read_rows(grid, POSKO, reader)
    assert row["place"].where == "sheet 'Posko' cell C3"
    assert row["people"].where == "sheet 'Posko' row 3"


def test_no_two_columns_of_a_sheet_share_a_heading_or_a_synonym():
    from ntb_relief.io.workbook.headings import heading_key

    for sheet in SHEETS:
        keys = [heading_key(name) for column in sheet.columns for name in {column.heading, *column.synonyms}]
        assert len(keys) == len(set(keys)), sheet.name
        tags = [tag for column in sheet.columns for tag in column.tags]
        assert len(tags) == len(set(tags)), sheet.name


@pytest.mark.parametrize("number, name", [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_lettered_as_in_spreadsheets(number, name):
    assert column_name(number) == name
