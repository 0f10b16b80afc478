"""What a cell means, by its type and its text."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from ntb_relief.io.workbook.cells import BadValue, Cell, CellReader
from ntb_relief.units import WITA

START = datetime(2018, 8, 12, 6, tzinfo=WITA)


def cell(value):
    return Cell("Stok", "D14", value)


@pytest.mark.parametrize(
    "value, words",
    [
        (datetime.fromisoformat("2018-08-12"), "is a date or time, not a number"),
        (time(7, 30), "is a date or time, not a number"),
        (True, "is true or false"),
        (-5, "is below 0"),
        ("-5", "is below 0"),
        (float("nan"), "too large"),
        (1e300, "too large"),
        ("1,2,50", "is not a number"),
        (BadValue("holds the error #REF!", "mend it"), "#REF!"),
    ],
)
def test_a_cell_that_is_no_number_is_told_with_its_address_and_a_fix(value, words):
    reader = CellReader()
    assert reader.number(cell(value)) is None
    (issue,) = reader.log.issues
    assert issue.where == "sheet 'Stok' cell D14"
    assert words in issue.what
    assert issue.fix
    assert reader.is_refused(cell(value), None)


@pytest.mark.parametrize("value", [None, "", "  ", "-", "\u2013", "nihil"])
def test_nothing_and_a_dash_are_blank_and_no_issue(value):
    reader = CellReader()
    assert reader.number(cell(value)) is None
    assert not reader.log.issues
    assert not reader.is_refused(cell(value), None)


def test_a_part_of_a_unit_is_rounded_up_in_a_need_and_down_in_a_stock_with_a_note():
    reader = CellReader()
    assert reader.quantity(cell("1.250,5"), units=("kg",), is_need=True) == 1251
    assert reader.quantity(cell(1250.5), units=("kg",), is_need=False) == 1250
    assert len(reader.notes.lines()) == 2
    assert not reader.log.issues


def test_people_must_be_whole():
    reader = CellReader()
    assert reader.whole(cell(12.5)) is None
    assert reader.whole(cell(12.0)) == 12
    assert "not a whole number" in reader.log.issues[0].what


@pytest.mark.parametrize(
    "value",
    [
        datetime.fromisoformat("2018-08-12 06:00"),
        "2018-08-12 06:00",
        "2018-08-12T06:00",
        "2018-08-12T06:00+08:00",
        "2018-08-11T22:00+00:00",
        "12/08/2018 06.00",
        "12-8-2018 pukul 06.00",
        "12 Agustus 2018 06.00 WITA",
        "12 Agu 2018, 06:00",
    ],
)
def test_a_moment_is_read_in_every_usual_spelling(value):
    reader = CellReader()
    assert reader.moment(cell(value)) == START
    assert not reader.log.issues


@pytest.mark.parametrize("value", ["besok pagi", "31/02/2018 06.00", "12 Foo 2018", "06.00", 43324])
def test_what_is_no_moment_is_refused(value):
    reader = CellReader()
    assert reader.moment(cell(value)) is None
    assert "not a date" in reader.log.issues[0].what


@pytest.mark.parametrize(
    "value, seconds",
    [
        ("07.30", 5400),
        ("07:30:30", 5430),
        ("pukul 07.30 WITA", 5400),
        ("06.00 (+1)", 86_400),
        (time(7, 30), 5400),
        (timedelta(hours=7, minutes=30), 5400),
        ("2018-08-13 06:00", 86_400),
        (datetime.fromisoformat("2018-08-12 08:00"), 7200),
        ("05.00", 0),
        (None, None),
    ],
)
def test_when_a_vehicle_is_ready_counts_from_the_start(value, seconds):
    reader = CellReader()
    assert reader.seconds_after(cell(value), start=START) == seconds
    assert not reader.log.issues


def test_a_clock_before_the_start_is_noted():
    reader = CellReader()
    reader.seconds_after(cell("05.00"), start=START)
    assert "sebelum mulai" in reader.notes.lines()[0]


def test_ids_typed_as_numbers_stay_as_they_are_seen():
    reader = CellReader()
    assert [reader.text(cell(value)) for value in (7, 7.0, 52.08, " 007 ", None)] == ["7", "7", "52.08", "007", ""]


def test_yes_and_no_are_read_and_anything_else_refused():
    reader = CellReader()
    assert [reader.is_yes(cell(value)) for value in ("Ya", "tidak", True, None)] == [True, False, True, None]
    assert reader.is_yes(cell("mungkin")) is None
    assert len(reader.log.issues) == 1


def test_guesses_of_one_kind_share_a_line():
    reader = CellReader()
    for ref in ("D4", "D5", "D6"):
        reader.number(Cell("Stok", ref, "1.250"))
    assert reader.notes.lines() == ("sheet 'Stok' cell D4: '1.250' dibaca 1250 (titik = ribuan) (dan 2 lagi yang serupa)",)
