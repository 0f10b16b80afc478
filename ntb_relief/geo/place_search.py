"""Search that forgives spelling: areas ranked by how close their names are to what was written."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from ..errors import IssueLog
from .crosswalk import crosswalk
from .places import search_key

if TYPE_CHECKING:
    from .areas import Area
    from .province import Province

_SHORT: Final = {
    "klu": "kabupaten lombok utara", "lobar": "kabupaten lombok barat", "loteng": "kabupaten lombok tengah",
    "lotim": "kabupaten lombok timur", "ksb": "kabupaten sumbawa barat", "sumbawabesar": "kecamatan sumbawa",
    "labuhan": "labuhan", "lab": "labuhan", "lb": "labuhan", "lbh": "labuhan", "tj": "tanjung", "tjg": "tanjung",
    "kr": "karang", "gn": "gunung", "ds": "desa", "kel": "kelurahan", "kec": "kecamatan", "kab": "kabupaten",
}  # fmt: skip
"""As papers and messages in NTB shorten names."""
_LEVELS: Final = {"desa": "desa", "kelurahan": "desa", "kecamatan": "kecamatan", "kabupaten": "kabupaten", "kota": "kabupaten"}
_LEAST_SCORE: Final = 0.6
_QUOTES: Final = "'`\u2019"
"""Within names: Hu'u."""
_OTHER_LEVEL: Final = 0.15


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """One area that may be meant.

    Parameters
    ----------
    area : Area
    label : str
        With all levels above.
    score : float
        1 where the spelling fits exactly, down to 0.6.
    """

    area: Area
    label: str
    score: float


def search_places(province: Province, text: str, *, most: int = 6) -> tuple[PlaceMatch, ...]:
    """Return the areas whose names come closest to a text, best first; none where nothing is near.

    Typing errors, missing commas, joined words and the usual short forms (KLU, Lotim, Kec., Lb.) are forgiven. Unlike
    `Province.locate` this never fails, and never decides: look at the score, or let the planner choose.

    Parameters
    ----------
    province : Province
    text : str
        A name with or without its level and what it lies in: ``"obel obel sambalia"``; or a whole Kemendagri code or P-code.
    most : int, optional
        How many, at least 1.

    Raises
    ------
    InputError
        Where `most` is below 1.

    Examples
    --------
    >>> from ntb_relief import load_province
    >>> [match.label for match in search_places(load_province(), "obel obel sambalia", most=1)]
    ['Desa Obel-obel, Kec. Sambelia, Kab. Lombok Timur']
    >>> [match.label for code in ("52.08.01", "id5208") for match in search_places(load_province(), code)]
    ['Kec. Tanjung, Kab. Lombok Utara', 'Kab. Lombok Utara']
    """
    if most < 1:
        log = IssueLog()
        log.add("most", f"is {most}", "give how many, at least 1")
        log.raise_if_any()
    area = _by_code(province, text)
    if area is not None:
        return (PlaceMatch(area, province.label(area), 1.0),)
    words = _words(text)
    level = _LEVELS.get(words[0]) if len(words) > 1 else None
    key = "".join(word for word in words if word not in _LEVELS)
    if not key:
        return ()
    matches = []
    for area in province.places.areas.values():
        score = _score(province, area, key)
        if level is not None and area.kind != level:
            score -= _OTHER_LEVEL
        if score >= _LEAST_SCORE:
            matches.append(PlaceMatch(area, province.label(area), round(score, 3)))
    matches.sort(key=lambda match: (-match.score, len(match.area.code), match.area.code))
    return tuple(matches[:most])


def _by_code(province: Province, text: str) -> Area | None:
    codes = {pcode.upper(): code for code, pcode in crosswalk().items() if pcode is not None}
    word = text.strip().upper()
    return province.places.areas.get(codes.get(word, word))


def _words(text: str) -> list[str]:
    """Return the words without case and signs, short forms written out."""
    bare = "".join(letter if letter.isalnum() or letter in _QUOTES else " " for letter in text)
    words = [search_key(word) for word in bare.split()]
    if "".join(words) in _SHORT:
        return _SHORT["".join(words)].split()
    return [part for word in words if word for part in _SHORT.get(word, word).split()]


def _score(province: Province, area: Area, key: str) -> float:
    """Return how well a key fits the name alone, or followed by the names above it."""
    names = [search_key(area.name), *(search_key(one.name) for one in province.places.ancestors(area))]
    whole = [names[0], "".join(names[:2]), "".join(names), f"{names[0]}{names[-1]}"]
    best = 0.0
    for name in dict.fromkeys(whole):
        matcher = SequenceMatcher(None, name, key, autojunk=False)
        if matcher.real_quick_ratio() > max(best, _LEAST_SCORE) and matcher.quick_ratio() > best:
            best = max(best, matcher.ratio())
    return best
