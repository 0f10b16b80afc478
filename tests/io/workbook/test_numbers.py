"""Numbers as they are typed in Indonesia."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntb_relief.io.workbook.numbers import NumberTextError, parse_number
from ntb_relief.units import format_number


@pytest.mark.parametrize(
    "text, value",
    [
        ("1250", 1250),
        ("1.250", 1250),
        ("1.250,5", 1250.5),
        ("1.250.000", 1_250_000),
        ("1 250", 1250),
        ("1\u00a0250,75", 1250.75),
        ("1,250,000", 1_250_000),
        ("1,250.5", 1250.5),
        ("0,4", 0.4),
        ("0.4", 0.4),
        ("2,5", 2.5),
        ("0.125", 0.125),
        ("12345.678", 12345.678),
        ("Rp 1.250.000", 1_250_000),
        ("Rp1.250", 1250),
        ("-3", -3),
        ("+7", 7),
        (" 12 ", 12),
    ],
)
def test_a_clear_number_is_read(text, value):
    assert parse_number(text).value == value


@pytest.mark.parametrize(
    "text", ["1,2,50", "1.2.50", "1..5", "dua puluh", "1e5", "nan", "inf", "12-13", "50%", "", "1.250.50", "1250.000,0,1", "0x10", "١٢"]
)
def test_what_is_no_number_is_refused_with_a_fix(text):
    with pytest.raises(NumberTextError) as error:
        parse_number(text)
    assert error.value.fix


def test_the_example_of_the_contract_is_told_word_for_word():
    with pytest.raises(NumberTextError, match=r"^'1,2,50' is not a number; write 1\.250 or 1250$"):
        parse_number("1,2,50")


def test_a_whole_number_with_one_comma_group_can_be_two_numbers_and_is_refused():
    with pytest.raises(NumberTextError, match=r"can mean 1250 or 1\.250"):
        parse_number("1,250", whole=True)
    assert parse_number("1,250").value == 1.25


def test_another_unit_is_refused_and_the_own_unit_is_taken_off():
    with pytest.raises(NumberTextError, match="counted in 'dus'"):
        parse_number("2 dus", units=["lembar"])
    assert parse_number("120 Kg", units=["kg"]).value == 120
    assert parse_number("120 kg", units=["kg"]).guess


@pytest.mark.parametrize("text", ["1.250", "1,250,000", "120 kg"])
def test_a_reading_that_needed_a_guess_says_so(text):
    assert text in parse_number(text, units=["kg"]).guess


@given(st.integers(0, 10**11), st.integers(0, 3))
def test_numbers_as_the_package_prints_them_read_back(whole, decimals):
    value = whole / 10**decimals
    assert parse_number(format_number(value, decimals=decimals)).value == pytest.approx(value, rel=1e-12)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_and_nothing_else(text):
    try:
        assert abs(parse_number(text).value) <= 1e12
    except NumberTextError as error:
        assert error.what  # noqa: PT017 - either outcome is right, and nothing else may happen
