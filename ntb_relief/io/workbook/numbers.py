"""Numbers as people type them in Indonesia: "1.250,5", "1250", "Rp 1.250.000", "120 kg"; never a guess that could be wrong."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX: Final = 1e12
_PLAIN: Final = re.compile(r"\d+", re.ASCII)
_POINTS: Final = re.compile(r"[1-9]\d{0,2}(\.\d{3})+(,\d+)?", re.ASCII)  # 1.250 and 1.250,5
_SPACES: Final = re.compile(r"[1-9]\d{0,2}( \d{3})+(,\d+)?", re.ASCII)  # 1 250,5
_COMMAS: Final = re.compile(r"[1-9]\d{0,2}(,\d{3}){2,}(\.\d+)?|[1-9]\d{0,2},\d{3}\.\d+", re.ASCII)  # 1,250,000 and 1,250.5
_DECIMAL_COMMA: Final = re.compile(r"\d+,\d+", re.ASCII)
_DECIMAL_POINT: Final = re.compile(r"\d+\.\d+", re.ASCII)
_THOUSAND_OR_PART: Final = re.compile(r"[1-9]\d{0,2},\d{3}", re.ASCII)  # 1,250: one thousand or one and a quarter
_WITH_WORD: Final = re.compile(r"(?P<number>[-+]?\d[\d.,\s]*?)\s*(?P<word>[^\d\s.,][^\d]*)")
_CURRENCY: Final = re.compile(r"^(rp|idr)\.?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A number and what had to be guessed to read it, Indonesian; empty where nothing was."""

    value: float
    guess: str = ""


class NumberTextError(ValueError):
    """A text that is not one clear number: what is wrong with it, and the fix."""

    def __init__(self, what: str, fix: str) -> None:
        self.what, self.fix = what, fix
        super().__init__(f"{what}; {fix}")


def parse_number(text: str, *, units: Iterable[str] = (), whole: bool = False) -> Reading:
    """Return the number a text means.

    Parameters
    ----------
    text : str
    units : iterable of str
        Words that may follow the number, as the item's own unit.
    whole : bool
        Whether only whole numbers make sense here, so that "1,250" is not clear.

    Raises
    ------
    NumberTextError
        Where the text is not a number, or could be two.

    Examples
    --------
    >>> parse_number("1.250,5").value, parse_number("1250").value, parse_number("0,4").value, parse_number("-3").value
    (1250.5, 1250.0, 0.4, -3.0)
    >>> parse_number("1.250")
    Reading(value=1250.0, guess="'1.250' dibaca 1250 (titik = ribuan)")
    >>> parse_number("1,2,50")
    Traceback (most recent call last):
    ...
    ntb_relief.io.workbook.numbers.NumberTextError: '1,2,50' is not a number; write 1.250 or 1250
    >>> parse_number("2 dus", units=["lembar"])
    Traceback (most recent call last):
    ...
    ntb_relief.io.workbook.numbers.NumberTextError: '2 dus' is counted in 'dus'; write the number alone, in lembar
    """
    bare = _CURRENCY.sub("", " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split()))
    sign = -1.0 if bare[:1] in {"-", "\u2212"} else 1.0
    digits, guess = _without_unit(bare.lstrip("+-\u2212"), text=text, units=tuple(units))
    value, how = _value(digits, text=text, whole=whole)
    if not math.isfinite(value) or value > _MAX:
        message = f"'{text}' is too large"
        raise NumberTextError(message, f"write a number below {_MAX:.0e}")
    return Reading(sign * value, guess or how)


def _without_unit(digits: str, *, text: str, units: tuple[str, ...]) -> tuple[str, str]:
    found = _WITH_WORD.fullmatch(digits)
    if found is None:
        return digits, ""
    word = found["word"].strip(" .").casefold()
    if word in {unit.casefold() for unit in units}:
        return found["number"].strip(), f"satuan dalam '{text}' dilepas"
    message = f"'{text}' is counted in '{found['word'].strip()}'"
    raise NumberTextError(message, f"write the number alone{f', in {units[0]}' if units else ''}")


def _value(digits: str, *, text: str, whole: bool) -> tuple[float, str]:
    if _PLAIN.fullmatch(digits):
        return float(digits), ""
    if _POINTS.fullmatch(digits) or _SPACES.fullmatch(digits):
        value = float(digits.replace(".", "").replace(" ", "").replace(",", "."))
        is_unsure = digits.count(".") == 1 and "," not in digits
        return value, f"'{text}' dibaca {value:.0f} (titik = ribuan)" if is_unsure else ""
    if _COMMAS.fullmatch(digits):
        value = float(digits.replace(",", ""))
        return value, f"'{text}' dibaca {value:g} (koma = ribuan)"
    if _THOUSAND_OR_PART.fullmatch(digits) and whole:
        message = f"'{text}' can mean {digits.replace(',', '')} or {digits.replace(',', '.')}"
        raise NumberTextError(message, f"write {digits.replace(',', '.')} or {digits.replace(',', '')} for a thousand")
    if _DECIMAL_COMMA.fullmatch(digits):
        return float(digits.replace(",", ".")), f"'{text}' dibaca {digits} (koma = pecahan)" if _THOUSAND_OR_PART.fullmatch(digits) else ""
    if _DECIMAL_POINT.fullmatch(digits):
        return float(digits), ""
    message = f"'{text}' is not a number"
    raise NumberTextError(message, "write 1.250 or 1250")
