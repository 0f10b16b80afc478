"""Codes of one area in two systems: Kemendagri's, with dots, and the P-codes of HDX, which are BPS codes behind ``ID``."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from typing import TYPE_CHECKING, Final

from ..data import read_table
from ..errors import IssueLog, UnknownReferenceError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX: Final = "ID"
_PROVINCE: Final = "52"
_DESA_DIGITS: Final = {"kabupaten": 4, "kecamatan": 7, "desa": 10}


def to_pcode(code: str) -> str:
    """Return the P-code of a Kemendagri code.

    Kecamatan and kabupaten take the BPS code that most of their desa share: the two systems split the province alike,
    but number it differently.

    Raises
    ------
    UnknownReferenceError
        For a code that is not of NTB, or an area that has no BPS code of its own (39 desa, and Kec. Lenek).

    Examples
    --------
    >>> to_pcode("52.01.01.1001"), to_pcode("52.08.02"), to_pcode("52.08"), to_pcode("52")
    ('ID5201020014', 'ID5208030', 'ID5208', 'ID52')
    """
    found = _pcodes().get(code)
    if found is None:
        log = IssueLog()
        what = "has no BPS code, so no P-code" if code in _known() else "is not a Kemendagri code of NTB"
        log.add(f"code '{code}'", what, "write it with dots, e.g. 52.08.02; join new areas by what they were split off")
        log.raise_if_any(UnknownReferenceError)
    return _pcodes()[code]


def from_pcode(pcode: str) -> str:
    """Return the Kemendagri code of a P-code, written with or without ``ID``.

    Raises
    ------
    UnknownReferenceError
        For a P-code that no area of NTB has.

    Examples
    --------
    >>> from_pcode("ID5201020014"), from_pcode("5208030"), from_pcode("id5208")
    ('52.01.01.1001', '52.08.02', '52.08')
    """
    digits = str(pcode).strip().upper().removeprefix(_PREFIX)
    found = _codes().get(digits)
    if found is None:
        log = IssueLog()
        log.add(f"P-code '{pcode}'", "is not a P-code of NTB (BPS 2020)", "write it as ID52, ID5208, ID5208030 or ID5208030001")
        log.raise_if_any(UnknownReferenceError)
    return _codes()[digits]


def crosswalk() -> Mapping[str, str | None]:
    """Return the P-code of every area of NTB by its Kemendagri code; None where it has none."""
    return {code: _pcodes().get(code) for code in sorted(_known())}


@cache
def _known() -> frozenset[str]:
    return frozenset({_PROVINCE, *(row["code"] for name in ("kabupaten", "kecamatan", "desa") for row in read_table(name))})


@cache
def _pcodes() -> Mapping[str, str]:
    found = {_PROVINCE: f"{_PREFIX}{_PROVINCE}"}
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in read_table("desa"):
        bps = row["bps_code"]
        if bps:
            found[row["code"]] = f"{_PREFIX}{bps}"
            votes[row["kecamatan_code"]][bps[: _DESA_DIGITS["kecamatan"]]] += 1
            votes[row["kecamatan_code"].rpartition(".")[0]][bps[: _DESA_DIGITS["kabupaten"]]] += 1
    taken: set[str] = set()
    # The most certain first: Lenek (52.03.21) was split off Aikmel after BPS numbered its desa, and must not take Aikmel's code.
    for code, counts in sorted(votes.items(), key=lambda item: (-max(item[1].values()), item[0])):
        bps = counts.most_common(1)[0][0]
        if bps not in taken:
            taken.add(bps)
            found[code] = f"{_PREFIX}{bps}"
    return found


@cache
def _codes() -> Mapping[str, str]:
    return {pcode.removeprefix(_PREFIX): code for code, pcode in _pcodes().items()}
