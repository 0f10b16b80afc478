"""The sheet 'Operasi': name, start, horizon, and what notes the operation carries."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ...units import DAY_S, WITA
from .headings import heading_key

if TYPE_CHECKING:
    from .cells import Cell, CellReader
    from .headings import Row

NAME: Final = "Nama operasi"
START: Final = "Mulai (WITA)"
HORIZON: Final = "Jangka waktu (hari)"
FROM_RATES: Final = "Kebutuhan dari standar"
NEED_DAYS: Final = "Kebutuhan untuk (hari)"
NOTE: Final = "Catatan"

_FIELDS: Final = {
    "namaoperasi": NAME, "nama": NAME, "operasi": NAME,
    "mulaiwita": START, "mulai": START, "waktumulai": START,
    "jangkawaktuhari": HORIZON, "jangkawaktu": HORIZON, "horizonhari": HORIZON, "horizon": HORIZON, "haripelaksanaan": HORIZON,
    "kebutuhandaristandar": FROM_RATES,
    "kebutuhanuntukhari": NEED_DAYS, "harikebutuhan": NEED_DAYS, "kebutuhanuntuk": NEED_DAYS,
    "catatan": NOTE,
}  # fmt: skip
_NO_START: Final = datetime(2000, 1, 1, tzinfo=WITA)  # stands in while the other sheets are checked
_MAX_DAYS: Final = 60


@dataclass(slots=True)
class Settings:
    """What the sheet says.

    Parameters
    ----------
    name : str
    start : datetime
    horizon_s : int
    uses_rates : bool
        Whether needs that are not listed follow from people and rates.
    need_days : int
        Days the rates per person and day count for.
    notes : tuple of str
    """

    name: str
    start: datetime
    horizon_s: int
    uses_rates: bool
    need_days: int
    notes: tuple[str, ...]


def read_settings(rows: tuple[Row, ...], reader: CellReader, *, name: str, start: datetime | None) -> Settings:
    """Return the settings; only the start has no default.

    Parameters
    ----------
    name : str
        Of the operation, where the sheet gives none or a start is given.
    start : datetime or None
        In place of the sheet's.
    """
    cells: dict[str, Cell] = {}
    notes = []
    for row in rows:
        key = _FIELDS.get(heading_key(reader.text(row["key"])))
        if key is None:
            reader.log.add(row["key"].where, f"'{row['key'].shown}' is not a setting", f"use {', '.join(dict.fromkeys(_FIELDS.values()))}")
        elif key == NOTE:
            notes.append(reader.text(row["value"]))
        elif key in cells:
            reader.log.add(row["key"].where, f"'{key}' is set twice", "keep one row")
        else:
            cells[key] = row["value"]
    days = _days(cells.get(HORIZON), reader)
    need_days = reader.whole(cells[NEED_DAYS], units=("hari",), minimum=1) if NEED_DAYS in cells else None
    uses_rates = reader.is_yes(cells[FROM_RATES]) if FROM_RATES in cells else None
    return Settings(
        name=(reader.text(cells[NAME]) if NAME in cells and start is None else "") or name,
        start=start or _start(cells.get(START), reader),
        horizon_s=round(days * DAY_S),
        uses_rates=uses_rates is not False,
        need_days=need_days or math.ceil(days),
        notes=tuple(note for note in notes if note),
    )


def _start(cell: Cell | None, reader: CellReader) -> datetime:
    if cell is None or cell.is_blank:
        where = cell.where if cell else "sheet 'Operasi'"
        reader.log.add(where, f"'{START}' is missing", "write the date and time the operation begins, e.g. 2018-08-12 06:00")
        return _NO_START
    return reader.moment(cell) or _NO_START


def _days(cell: Cell | None, reader: CellReader) -> float:
    days = reader.number(cell, units=("hari",)) if cell else None
    if days is not None and cell is not None and (round(days * DAY_S) < 1 or days > _MAX_DAYS):
        reader.log.add(cell.where, f"'{cell.shown}' days", f"write more than 0 and at most {_MAX_DAYS}")
        return 1
    return 1 if days is None else days
