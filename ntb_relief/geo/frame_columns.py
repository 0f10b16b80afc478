"""Reads the columns of a caller's roads into ours: types, codes and defaults, every wrong value told with its row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import IssueLog, SchemaError
from .unsdi import ROAD_CLASS, SURFACE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DEFAULTS: Final[Mapping[str, str]] = {"kind": "road", "road_class": "local", "confidence": "", "source": ""}
ACCESS_BY_CLASS: Final[Mapping[str, int]] = {"trunk": 6, "national": 6, "provincial": 5, "secondary": 5, "local": 4, "trail": 2}
"""Access of a road whose source does not tell it (assumed)."""
_KINDS: Final = ("road", "ferry", "boat", "sea", "air")
_WORDS: Final = ("kind", "road_class", "road_name", "surface", "slope", "confidence", "source", "from_node", "to_node")
_FLAGS: Final = ("one_way", "bridge")
_CODES: Final[Mapping[str, int]] = {"access": 6, "op_status": 4, "seasonal": 2, "security": 5}
_LIMITS: Final = ("max_kph", "max_weight_kg", "max_axle_kg")
_NUMBERS: Final = (*_LIMITS, "length_m", "slow_factor")
OURS: Final = (*_WORDS, *_FLAGS, *_CODES, *_NUMBERS)
"""Columns a source may have."""
_TRUE: Final = frozenset({"1", "true", "yes", "y", "t", "ya", "ft"})
_FALSE: Final = frozenset({"", "0", "2", "false", "no", "n", "f", "tidak", "b"})
_MOST_TOLD: Final = 100


def read_columns(frame: Any, columns: Mapping[str, str] | None, *, is_unsdi: bool) -> dict[str, Any]:  # noqa: ANN401
    """Return our columns of a frame, as tuples of words or arrays of numbers.

    Raises
    ------
    SchemaError
        Where a mapped column is not ours, or not in the frame.
    InputError
        With the first hundred values that their column cannot have.
    """
    names = _names(frame, columns, is_lenient=is_unsdi or columns is None)
    log = IssueLog()
    found: dict[str, Any] = {}
    for ours, theirs in names.items():
        cells = frame[theirs].tolist()
        if is_unsdi and ours in {"road_class", "surface"}:
            found[ours] = tuple(_read(log, theirs, cells, _coded(ROAD_CLASS if ours == "road_class" else SURFACE)))
        elif ours in _WORDS:
            found[ours] = tuple(_text(cell) or DEFAULTS.get(ours, "") for cell in cells)
        elif ours in _FLAGS:
            found[ours] = np.array(_read(log, theirs, cells, _flag), dtype=np.bool_)
        elif ours in _CODES:
            found[ours] = np.array(_read(log, theirs, cells, _within(_CODES[ours])), dtype=np.int8)
        else:
            found[ours] = np.array(_read(log, theirs, cells, _NUMBER_READERS[ours]), dtype=np.float64)
    for row, kind in enumerate(found.get("kind", ())):
        if kind not in _KINDS:
            log.add(f"roads row {row + 1} column '{names['kind']}'", f"is '{kind}'", f"use one of {', '.join(_KINDS)}")
    del log.issues[_MOST_TOLD:]
    log.raise_if_any()
    if is_unsdi:
        _scale(found)
    _fill_access(found, len(frame))
    return found


def _names(frame: Any, columns: Mapping[str, str] | None, *, is_lenient: bool) -> dict[str, str]:  # noqa: ANN401
    """Return the frame's column of each of ours."""
    there = [str(name) for name in frame.columns if name != frame.geometry.name]
    wanted = (
        {name: name for name in OURS} if columns is None else {name: name for name in ("from_node", "to_node", "one_way") if is_lenient}
    )
    wanted |= columns or {}
    log = IssueLog()
    for ours, theirs in wanted.items():
        if ours not in OURS:
            log.add(f"column map '{ours}'", "is no column of a network", f"use some of {', '.join(OURS)}")
        elif theirs not in there and not is_lenient:
            log.add(f"column '{theirs}' (for {ours})", "is not in the source", f"it has {', '.join(there) or 'none'}")
    log.raise_if_any(SchemaError)
    if len({"from_node", "to_node"} & {ours for ours, theirs in wanted.items() if theirs in there}) == 1:
        wanted = {ours: theirs for ours, theirs in wanted.items() if ours not in {"from_node", "to_node"}}
    return {ours: theirs for ours, theirs in wanted.items() if theirs in there}


def _read(log: IssueLog, column: str, cells: list[Any], reader: Callable[[Any], Any]) -> list[Any]:
    values = []
    for row, cell in enumerate(cells, start=1):
        value = reader(cell)
        if value is None and len(log.issues) < _MOST_TOLD:
            log.add(f"roads row {row} column '{column}'", f"is '{cell}'", "give a value the column may have, or leave it empty")
        values.append(0 if value is None else value)
    return values


def _text(cell: Any) -> str:  # noqa: ANN401
    is_missing = cell is None or (isinstance(cell, float) and math.isnan(cell)) or str(cell) == "<NA>"
    return "" if is_missing else str(cell).strip()


def _flag(cell: Any) -> bool | None:  # noqa: ANN401
    word = _text(cell).lower().removesuffix(".0")
    return True if word in _TRUE else False if word in _FALSE else None


def _float(cell: Any) -> float:  # noqa: ANN401
    """Return the number of a cell, NaN where it is empty, -1 where it is none."""
    word = _text(cell)
    try:
        return float(word) if word else math.nan
    except ValueError:
        return -1.0


def _within(most: int) -> Callable[[Any], int | None]:
    def read(cell: Any) -> int | None:  # noqa: ANN401
        number = 0.0 if math.isnan(value := _float(cell)) else value
        return int(number) if 0 <= number <= most and number.is_integer() else None

    return read


def _coded(names: Mapping[int, str]) -> Callable[[Any], str | None]:
    read = _within(max(names))
    return lambda cell: None if (code := read(cell)) is None else names[code]


def _limit(cell: Any) -> float | None:  # noqa: ANN401
    """Return a limit; none where the cell is empty or 0."""
    number = _float(cell)
    return math.inf if math.isnan(number) or number == 0 else number if number > 0 else None


def _length(cell: Any) -> float | None:  # noqa: ANN401
    number = _float(cell)
    return number if math.isnan(number) or 0 <= number < math.inf else None


def _factor(cell: Any) -> float | None:  # noqa: ANN401
    number = 1.0 if math.isnan(value := _float(cell)) else value
    return number if number > 0 else None


_NUMBER_READERS: Final = {**dict.fromkeys(_LIMITS, _limit), "length_m": _length, "slow_factor": _factor}


def _scale(found: dict[str, Any]) -> None:
    """Turn tonnes and kilometres of UNSDI-T into kilograms and metres."""
    for name in ("max_weight_kg", "max_axle_kg", "length_m"):
        if name in found:
            found[name] = found[name] * 1000.0


def _fill_access(found: dict[str, Any], size: int) -> None:
    """Give roads without an access class the one their road class suggests; crossings keep 0."""
    kinds, classes = (found.get(name, (DEFAULTS[name],) * size) for name in ("kind", "road_class"))
    assumed = [ACCESS_BY_CLASS.get(name, 4) if kind == "road" else 0 for kind, name in zip(kinds, classes, strict=True)]
    told = found.get("access", np.zeros(size, dtype=np.int8))
    found["access"] = np.where(told > 0, told, np.array(assumed, dtype=np.int8)).astype(np.int8)
