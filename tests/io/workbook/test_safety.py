"""Files from anywhere: each harmful or broken one gives one clear issue, and quickly."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from ntb_relief.errors import SchemaError
from ntb_relief.io.workbook import grid, safety
from ntb_relief.io.workbook.grid import read_grids
from tests.io.books import good_sheets, write_book


@pytest.fixture
def book(tmp_path):
    return write_book(tmp_path / "needs.xlsx", good_sheets())


def refused(path) -> str:
    started = time.monotonic()
    with pytest.raises(SchemaError) as error:
        read_grids(path)
    assert time.monotonic() - started < 5
    (issue,) = error.value.issues
    assert issue.where == f"file '{path.name}'"
    assert issue.fix
    return issue.what


def repacked(path, name, content, *, method=zipfile.ZIP_DEFLATED):
    """Return a copy of a workbook with one part replaced or added."""
    target = path.with_name("copy.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", method) as archive:
        for member in source.namelist():
            if member != name:
                archive.writestr(member, source.read(member))
        archive.writestr(name, content)
    return target


def test_a_good_workbook_is_read(book):
    assert [sheet.name for sheet in read_grids(book)] == list(good_sheets())


def test_a_missing_file_is_told(tmp_path):
    assert "cannot be read" in refused(tmp_path / "none.xlsx")


def test_a_folder_is_told(tmp_path):
    assert "cannot be read" in refused(tmp_path)


def test_an_empty_file_is_told(tmp_path):
    file = tmp_path / "empty.xlsx"
    file.touch()
    assert "empty" in refused(file)


@pytest.mark.parametrize("content", [b"Nama;Jiwa\nA;5\n", b"%PDF-1.7", b"<html>", b"\x00" * 100])
def test_another_kind_of_file_is_told(tmp_path, content):
    file = tmp_path / "other.xlsx"
    file.write_bytes(content)
    assert "not an Excel workbook" in refused(file)


def test_an_encrypted_workbook_is_told(book, tmp_path):
    from msoffcrypto.format.ooxml import OOXMLFile

    file = tmp_path / "secret.xlsx"
    with book.open("rb") as plain, file.open("wb") as secret:
        OOXMLFile(plain).encrypt("rahasia", secret)
    assert refused(file) == "is encrypted"


def test_an_old_xls_is_told(tmp_path):
    file = tmp_path / "old.xlsx"
    file.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600)
    assert "old .xls" in refused(file)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.95, 0.999])
def test_a_workbook_cut_off_anywhere_is_told(book, tmp_path, share):
    file = tmp_path / "cut.xlsx"
    data = book.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    assert "cut off or damaged" in refused(file)


def test_a_damaged_part_is_told(book, tmp_path):
    file = tmp_path / "bad.xlsx"
    data = bytearray(book.read_bytes())
    with zipfile.ZipFile(book) as archive:
        start = archive.getinfo("xl/worksheets/sheet2.xml").header_offset + 80
    data[start : start + 40] = b"\xff" * 40
    file.write_bytes(data)
    assert "damaged" in refused(file) or "never hold" in refused(file)


def test_a_zip_that_is_no_workbook_is_told(tmp_path):
    file = tmp_path / "sheet.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<a/>")
    assert "not an .xlsx workbook" in refused(file)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(book):
    assert "unpacks to" in refused(repacked(book, "xl/worksheets/sheet2.xml", b" " * (60 * 2**20)))


def test_a_bomb_of_entities_is_refused(book):
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + "x" * 1000 + '"><!ENTITY c "' + "&b;" * 1000 + '">]><a>&c;</a>'
    assert "document type" in refused(repacked(book, "xl/sharedStrings.xml", bomb))
    assert "document type" in refused(repacked(book, "xl/sharedStrings.xml", bomb.replace("1.0", "1.0").encode("utf-16")))


def test_a_file_outside_asked_for_by_an_entity_is_never_read(book):
    page = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si><t>&x;</t></si></sst>'
    assert "document type" in refused(repacked(book, "xl/sharedStrings.xml", page))


def test_deep_nesting_is_refused(book):
    assert "nested too deeply" in refused(repacked(book, "xl/styles.xml", "<a>" * 100_000 + "</a>" * 100_000))


def test_xml_that_is_not_well_formed_is_refused(book):
    assert "not well-formed" in refused(repacked(book, "xl/workbook.xml", "<workbook><sheets>"))


def test_nonsense_inside_a_well_formed_workbook_is_told(book):
    assert "damaged" in refused(repacked(book, "[Content_Types].xml", "<other/>"))
    assert "holds no sheets" in refused(repacked(book, "xl/workbook.xml", "<other/>"))


def test_too_many_parts_are_refused(book):
    file = book.with_name("many.xlsx")
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(safety.MAX_MEMBERS + 1):
            archive.writestr(f"xl/{number}.xml", "<a/>")
    assert "parts" in refused(file)


def test_too_large_a_file_is_refused_unread(book, monkeypatch):
    monkeypatch.setattr(safety, "MAX_FILE_MB", 0)
    assert "MB" in refused(book)


def test_too_many_rows_and_columns_are_told_by_sheet(tmp_path, monkeypatch):
    monkeypatch.setattr(grid, "MAX_ROWS", 10)
    monkeypatch.setattr(grid, "MAX_COLUMNS", 5)
    sheets = good_sheets(Posko=[["Nama"]] + [["A"]] * 12, Stok=[["x"] * 9])
    with pytest.raises(SchemaError) as error:
        read_grids(write_book(tmp_path / "wide.xlsx", sheets))
    assert [(issue.where, issue.what) for issue in error.value.issues] == [
        ("sheet 'Posko'", "has more than 10 rows"),
        ("sheet 'Stok'", "has more than 5 columns"),
    ]


def test_a_cell_in_the_last_corner_of_a_sheet_costs_neither_time_nor_memory(book):
    page = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    started = time.monotonic()
    grids = read_grids(repacked(book, "xl/worksheets/sheet2.xml", page))
    assert time.monotonic() - started < 5
    assert grids[1].rows == ()


def test_member_names_that_climb_out_are_never_written(book, tmp_path):
    file = repacked(book, "../../evil.xml", "<a/>")
    read_grids(file)
    assert not list(tmp_path.parent.glob("evil.xml"))


def test_the_order_of_an_in_memory_copy_does_not_matter(book, tmp_path):
    """A workbook whose parts are stored and not packed is read as well."""
    packed = io.BytesIO(book.read_bytes())
    file = tmp_path / "stored.xlsx"
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in source.namelist():
            archive.writestr(name, source.read(name))
    assert read_grids(file) == read_grids(book)
