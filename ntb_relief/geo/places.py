"""Place search: from what a planner writes to one area, or to the candidates."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..errors import IssueLog, UnknownReferenceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .areas import Area

_CODE: Final = re.compile(r"\d\d(?:\.\d+)+")
_LEVELS: Final = {
    "kabupaten": "kabupaten", "kab": "kabupaten", "kota": "kabupaten", "kecamatan": "kecamatan", "kec": "kecamatan",
    "desa": "desa", "ds": "desa", "kelurahan": "desa", "kel": "desa",
}  # fmt: skip
_LEVEL_WORD: Final = re.compile(rf"({'|'.join(_LEVELS)})(?:\.\s*|\s+)(.+)", re.IGNORECASE)
_SEPARATOR: Final = re.compile(r"[,;/]|\s+(?=(?:kecamatan|kec|kabupaten|kab)\b)", re.IGNORECASE)
_PROVINCE_KEYS: Final = {"ntb", "nusatenggarabarat", "provinsintb", "provinsinusatenggarabarat"}
_NUM_SHOWN: Final = 6
_CUTOFF: Final = 0.72


def search_key(text: str) -> str:
    """Return a text without case, accents, spaces and punctuation.

    Examples
    --------
    >>> search_key("Bug-Bug"), search_key("Hu'u")
    ('bugbug', 'huu')
    """
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PlaceIndex:
    """All areas by code and by the key of their name.

    Parameters
    ----------
    areas : mapping of str to Area
    by_key : mapping of str to tuple of Area
    """

    areas: Mapping[str, Area]
    by_key: Mapping[str, tuple[Area, ...]]

    @classmethod
    def from_areas(cls, areas: Iterable[Area]) -> PlaceIndex:
        """Index areas of all levels."""
        by_code = {area.code: area for area in areas}
        by_key: dict[str, list[Area]] = defaultdict(list)
        for area in by_code.values():
            by_key[search_key(area.name)].append(area)
        return cls(areas=by_code, by_key={key: tuple(found) for key, found in by_key.items()})

    def ancestors(self, area: Area) -> tuple[Area, ...]:
        """Return the areas above, nearest first."""
        parent = self.areas.get(area.parent_code)
        return () if parent is None else (parent, *self.ancestors(parent))

    def label(self, area: Area) -> str:
        """Return the name with all levels above."""
        return ", ".join(one.title for one in (area, *self.ancestors(area)))

    def find(self, text: str) -> tuple[Area, ...]:
        """Return every area the text names exactly."""
        if _CODE.fullmatch(text.strip()):
            area = self.areas.get(text.strip())
            return () if area is None else (area,)
        name, *qualifiers = _split(text)
        return tuple(area for area in self._named(name) if self._lies_in(area, qualifiers))

    def suggest(self, text: str) -> tuple[Area, ...]:
        """Return the areas with the closest spellings, best first; those inside the qualifiers before the others."""
        if _CODE.fullmatch(text.strip()):
            close = difflib.get_close_matches(text.strip(), self.areas, n=_NUM_SHOWN, cutoff=_CUTOFF)
            return tuple(self.areas[code] for code in close)
        name, *qualifiers = _split(text)
        level, bare = _level_of(name)
        keys = difflib.get_close_matches(search_key(bare), self.by_key, n=_NUM_SHOWN, cutoff=_CUTOFF)
        areas = [area for key in keys for area in self.by_key[key] if level in {None, area.kind}]
        return tuple(sorted(areas, key=lambda area: not self._lies_in(area, qualifiers))[:_NUM_SHOWN])

    def locate(self, text: str, *, where: str | None = None) -> Area:
        """Return the one area with a point that the text names; `UnknownReferenceError` with one issue otherwise."""
        log = IssueLog()
        place = where or f"place '{text}'"
        found = self.find(text)
        if len(found) > 1:
            shown = "; ".join(self._entry(area) for area in found[:_NUM_SHOWN])
            more = f" and {len(found) - _NUM_SHOWN} more" if len(found) > _NUM_SHOWN else ""
            fix = "write the code, or the level and what it lies in (Desa ..., Kec. ...)"
            log.add(place, f"'{text}' names {len(found)} places: {shown}{more}", fix)
        elif not found:
            close = "; ".join(self._entry(area) for area in self.suggest(text))
            fix = f"did you mean {close}?" if close else "write a Kemendagri code, a name such as 'Kec. Gangga', or coordinates"
            log.add(place, f"'{text}' is not a place in NTB", fix)
        elif found[0].node_id is None:
            (parent, *_) = self.ancestors(found[0])
            log.add(place, f"{self._entry(found[0])} has no known point", f"use {self._entry(parent)} or give coordinates")
        log.raise_if_any(UnknownReferenceError)
        return found[0]

    def _entry(self, area: Area) -> str:
        return f"{self.label(area)} ({area.code})"

    def _named(self, name: str) -> tuple[Area, ...]:
        """Areas of a name, read both as it stands ("Kota Raja" is a desa) and as level and name ("Kota Bima")."""
        level, bare = _level_of(name)
        whole = self.by_key.get(search_key(name), ())
        if level is None:
            return whole
        inside = (area for area in self.by_key.get(search_key(bare), ()) if area.kind == level)
        if level == "kabupaten":  # the word itself tells Kota Bima from Kab. Bima
            is_kota = name.casefold().startswith("kota")
            inside = (area for area in inside if area.title.startswith("Kota") == is_kota)
        return (*whole, *inside)

    def _lies_in(self, area: Area, qualifiers: list[str]) -> bool:
        above = self.ancestors(area)
        return all(search_key(text) in _PROVINCE_KEYS or any(one in above for one in self._named(text)) for text in qualifiers)


def _split(text: str) -> list[str]:
    """Cut "Desa Gondang Kec. Gangga, Lombok Utara" into its three parts."""
    return [part.strip() for part in _SEPARATOR.split(text) if part.strip()] or [""]


def _level_of(name: str) -> tuple[str | None, str]:
    """Return the level a text states, or None, and the name without it."""
    match = _LEVEL_WORD.fullmatch(name)
    return (None, name) if match is None else (_LEVELS[match[1].casefold()], match[2])
