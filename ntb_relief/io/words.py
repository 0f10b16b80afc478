"""Amounts and dates in Indonesian words, as papers want them."""

from __future__ import annotations

from typing import Final

_DIGITS: Final = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
_SCALES: Final = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (1000, "ribu"), (100, "ratus"), (10, "puluh"))
_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_MAX: Final = 10**15
_TEEN_END: Final = 20


def terbilang(number: int) -> str:
    """Return a whole number in Indonesian words.

    Parameters
    ----------
    number : int
        Below 10^15 in size.

    Raises
    ------
    ValueError
        Beyond that.

    Examples
    --------
    >>> terbilang(0), terbilang(11), terbilang(15), terbilang(100), terbilang(1000)
    ('nol', 'sebelas', 'lima belas', 'seratus', 'seribu')
    >>> terbilang(1250), terbilang(21_000_117)
    ('seribu dua ratus lima puluh', 'dua puluh satu juta seratus tujuh belas')
    """
    if abs(number) >= _MAX:
        message = f"{number} is too large to be spelt; give less than 10^15"
        raise ValueError(message)
    if number < 0:
        return f"minus {terbilang(-number)}"
    if number < len(_DIGITS):
        return _DIGITS[number]
    if number < _TEEN_END:
        return f"{_DIGITS[number - 10]} belas"
    size, name = next(scale for scale in _SCALES if number >= scale[0])
    many, rest = divmod(number, size)
    # "satu" shrinks to "se-" before ratus and ribu, and only there.
    head = f"se{name}" if many == 1 and name in {"ratus", "ribu"} else f"{terbilang(many)} {name}"
    return f"{head} {terbilang(rest)}" if rest else head


def roman_month(month: int) -> str:
    """Return a month as numbers of letters write it.

    Examples
    --------
    >>> roman_month(8)
    'VIII'
    """
    return _ROMAN[month - 1]
