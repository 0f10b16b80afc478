"""Profiles as a table a planner edits: one row a figure, each with its source and how far to trust it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from ..errors import IssueLog, SchemaError
from ..model.travel import Profile

if TYPE_CHECKING:
    from collections.abc import Mapping

_BY_NAME: Final = ("speed_kph", "surface_factor", "slope_factor")
_SINGLE: Final = ("min_access", "kinds", "weight_kg", "axle_kg", "obeys_one_way")
_COLUMNS: Final = ("profile", "of", "name", "value", "source", "confidence")
_YES: Final = {"yes": True, "true": True, "no": False, "false": False}


def profiles_to_frame(profiles: Mapping[str, Profile]) -> Any:  # noqa: ANN401 - pandas ships no types
    """Return profiles as a DataFrame of one row a figure.

    Returns
    -------
    DataFrame
        Columns profile, of (``speed_kph``, ``weight_kg``, ...), name (road class or surface, else empty), value, source, confidence.

    Examples
    --------
    >>> from ntb_relief.geo.profiles import standard_profiles
    >>> frame = profiles_to_frame(standard_profiles())
    >>> profiles_from_frame(frame) == standard_profiles()
    True
    """
    import pandas as pd

    rows: list[tuple[object, ...]] = []
    for profile in profiles.values():
        told = (profile.source, profile.confidence)
        rows += [(profile.id, of, "", _text(getattr(profile, of)), *told) for of in _SINGLE]
        rows += [(profile.id, of, name, value, *told) for of in _BY_NAME for name, value in getattr(profile, of).items()]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def profiles_from_frame(frame: Any) -> dict[str, Profile]:  # noqa: ANN401
    """Return the profiles of a table as `profiles_to_frame` makes it, also after Excel or CSV.

    Raises
    ------
    InputError
        With every missing column, unknown word in column ``of``, and value that is not a number, with its row.
    """
    log = IssueLog()
    missing = [name for name in _COLUMNS[:4] if name not in frame.columns]
    if missing:
        log.add("table of profiles", f"lacks the columns {', '.join(missing)}", f"use {', '.join(_COLUMNS)}")
        log.raise_if_any(SchemaError)
    parts: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(frame.to_dict("records"), start=1):
        where = f"table of profiles row {number}"
        of, name = _word(row["of"]), _word(row["name"])
        part = parts.setdefault(_word(row["profile"]), {"kinds": ("road", "ferry"), "min_access": 0, "speed_kph": {}})
        part |= {key: _word(row[key]) for key in ("source", "confidence") if key in row}
        value = _value(of, row["value"])
        if of not in (*_BY_NAME, *_SINGLE):
            log.add(where, f"of is '{of}'", f"use one of {', '.join((*_BY_NAME, *_SINGLE))}")
        elif isinstance(value, float) and math.isnan(value):
            log.add(where, f"value of '{of}' is '{row['value']}'", "give yes or no" if of == "obeys_one_way" else "give a number")
        elif of in _BY_NAME:
            part.setdefault(of, {})[name] = value
        else:
            part[of] = value
    log.raise_if_any()
    return {name: Profile(id=name, **part) for name, part in parts.items()}


def _text(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(value) if isinstance(value, tuple) else "" if value is None else value


def _word(value: object) -> str:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value).strip()


def _value(of: str, value: object) -> Any:  # noqa: ANN401
    """Return the value as its field has it; NaN where it is none."""
    word = _word(value)
    if of == "kinds":
        return tuple(word.split())
    if of == "obeys_one_way":
        return _YES.get(word.lower(), math.nan)
    if of in {"weight_kg", "axle_kg"} and not word:
        return None
    try:
        number = float(word)
    except ValueError:
        return math.nan
    if of == "min_access":
        return int(number) if number.is_integer() else math.nan
    return number
