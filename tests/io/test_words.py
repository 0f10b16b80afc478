"""Amounts in Indonesian words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntb_relief.io.words import roman_month, terbilang

_UNITS = {"nol": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9}
_BIG = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}


def _value(words: str) -> int:
    """Read the words back, by another way than they were made."""
    words = (
        words.replace("sepuluh", "satu puluh")
        .replace("sebelas", "satu belas")
        .replace("seratus", "satu ratus")
        .replace("seribu", "satu ribu")
    )
    total = group = digit = 0
    for word in words.split():
        if word in _UNITS:
            digit = _UNITS[word]
        elif word == "belas":
            group, digit = group + 10 + digit, 0
        elif word == "puluh":
            group, digit = group + 10 * digit, 0
        elif word == "ratus":
            group, digit = group + 100 * digit, 0
        else:
            total, group, digit = total + (group + digit) * _BIG[word], 0, 0
    return total + group + digit


@given(st.integers(0, 10**15 - 1) | st.integers(0, 2500))
def test_the_words_of_a_number_read_back_as_it(number):
    assert _value(terbilang(number)) == number


@pytest.mark.parametrize(
    "number, words",
    [
        (10, "sepuluh"),
        (111, "seratus sebelas"),
        (1_100, "seribu seratus"),
        (2_000, "dua ribu"),
        (101_000, "seratus satu ribu"),
        (1_000_000, "satu juta"),
        (-7, "minus tujuh"),
    ],
)
def test_numbers_are_spelt_as_on_papers(number, words):
    assert terbilang(number) == words


def test_a_number_too_large_is_refused():
    with pytest.raises(ValueError, match="too large"):
        terbilang(10**15)


def test_months_are_numbered_in_roman():
    assert [roman_month(month) for month in (1, 4, 9, 12)] == ["I", "IV", "IX", "XII"]
