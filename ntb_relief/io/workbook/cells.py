"""What a cell means: numbers, dates, clock times, yes and no; what is not clear becomes an issue with sheet and cell."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from ...errors import IssueLog
from ...units import DAY_S, HOUR_S, MINUTE_S, WITA
from .notes import Notes
from .numbers import NumberTextError, parse_number

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX: Final = 1e12
_SHOWN: Final = 60
_NOTHING: Final = frozenset({"", "-", "\u2013", "\u2014", "n/a", "na", "nihil", "kosong"})
_YES: Final = frozenset({"ya", "y", "yes", "true", "benar", "1"})
_NO: Final = frozenset({"tidak", "tdk", "t", "no", "n", "false", "salah", "0"})
_CLOCK: Final = re.compile(r"(?:pukul |jam )?(\d{1,2})[.:](\d{2})(?:[.:](\d{2}))?(?: wita)?(?: ?\(\+(\d{1,2})\))?", re.IGNORECASE)
_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/-](\d{1,2})[/-](\d{4})|(\d{1,2}) ([a-z]+)\.? (\d{4})", re.IGNORECASE)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")


@dataclass(frozen=True, slots=True)
class BadValue:
    """A cell whose content cannot be used: an Excel error, or a formula that was never calculated."""

    what: str
    fix: str


CellValue = str | int | float | bool | datetime | date | time | timedelta | BadValue | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell with its address."""

    sheet: str
    ref: str
    value: CellValue

    @property
    def where(self) -> str:
        """Sheet and cell, as issues name them."""
        return f"sheet '{self.sheet}' {'cell' if self.has_column else 'row'} {self.ref}"

    @property
    def has_column(self) -> bool:
        """Whether the sheet has a column for it; otherwise `ref` is the row alone."""
        return self.ref[:1].isalpha()

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written here."""
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())

    @property
    def shown(self) -> str:
        """The value as an issue quotes it."""
        text = " ".join(str(self.value).split())
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


@dataclass(slots=True)
class CellReader:
    """Reads cells; a blank or refused cell gives None, and a refused one an issue."""

    log: IssueLog = field(default_factory=IssueLog)
    notes: Notes = field(default_factory=Notes)

    def text(self, cell: Cell) -> str:
        """Return the text of a cell, spaces trimmed; a number as it would be typed, a date as ISO; empty where blank."""
        value = cell.value
        if isinstance(value, BadValue):
            self.log.add(cell.where, value.what, value.fix)
            return ""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "ya" if value else "tidak"
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        if isinstance(value, datetime):
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
        return str(value).strip()

    def number(self, cell: Cell, *, units: Iterable[str] = (), whole: bool = False, minimum: float = 0) -> float | None:
        """Return a number of at least `minimum`."""
        try:
            number = self._number_of(cell, units=units, whole=whole)
            if number is not None:
                _check_number(number, shown=cell.shown, whole=whole, minimum=minimum)
        except NumberTextError as error:
            self.log.add(cell.where, error.what, error.fix)
            return None
        return number

    def whole(self, cell: Cell, *, units: Iterable[str] = (), minimum: int = 0) -> int | None:
        """Return a whole number of at least `minimum`."""
        number = self.number(cell, units=units, whole=True, minimum=minimum)
        return None if number is None else int(number)

    def quantity(self, cell: Cell, *, units: Iterable[str], is_need: bool) -> int | None:
        """Return whole units of an item: a part of a unit counts as one in a need and as none in a stock, with a note."""
        number = self.number(cell, units=units)
        if number is None or number.is_integer():
            return None if number is None else int(number)
        rounded = math.ceil(number) if is_need else math.floor(number)
        way = "ke atas" if is_need else "ke bawah"
        self.notes.add(cell.where, f"'{cell.shown}' dibulatkan {way} menjadi {rounded}", kind=f"{cell.sheet} {way}")
        return rounded

    def is_yes(self, cell: Cell) -> bool | None:
        """Return a yes or a no."""
        word = self.text(cell).casefold()
        if not word:
            return None
        if word not in _YES | _NO:
            self.log.add(cell.where, f"'{cell.shown}' is neither yes nor no", "write ya or tidak")
            return None
        return word in _YES

    def moment(self, cell: Cell) -> datetime | None:
        """Return a date and clock time, WITA where the text does not say otherwise."""
        value = cell.value
        if isinstance(value, datetime):
            return value.replace(tzinfo=WITA)
        found = _moment_of(value.strip()) if isinstance(value, str) else None
        if isinstance(value, BadValue):
            self.log.add(cell.where, value.what, value.fix)
        elif found is None and not cell.is_blank:
            self.log.add(cell.where, f"'{cell.shown}' is not a date with a clock time", "write e.g. 2018-08-12 06:00")
        return found

    def seconds_after(self, cell: Cell, *, start: datetime) -> int | None:
        """Return the seconds from `start` to a clock time ("07.30", "06.00 (+1)") or a moment; earlier than `start` counts as 0."""
        value = cell.value
        clock = _clock_seconds(value)
        if clock is not None:
            midnight = start.astimezone(WITA).replace(hour=0, minute=0, second=0, microsecond=0)
            moment: datetime | None = midnight + timedelta(seconds=clock)
        else:
            moment = self.moment(cell)
        if moment is None:
            return None
        seconds = (moment - start).total_seconds()
        if seconds < 0:
            self.notes.add(cell.where, f"'{cell.shown}' sebelum mulai operasi, dianggap siap sejak awal", kind=f"{cell.sheet} siap")
        return max(0, round(seconds))

    def is_refused(self, cell: Cell, value: object) -> bool:
        """Tell whether a number was read as None because it is not one, not because nothing or a dash is written."""
        is_dash = isinstance(cell.value, str) and cell.value.strip().casefold() in _NOTHING
        return value is None and not cell.is_blank and not is_dash

    def require(self, cell: Cell, what: str, fix: str) -> bool:
        """Tell whether a cell is filled; note an issue where it is not."""
        if cell.is_blank:
            self.log.add(cell.where, f"{what} is missing", fix)
        return not cell.is_blank

    def _number_of(self, cell: Cell, *, units: Iterable[str], whole: bool) -> float | None:
        value = cell.value
        if isinstance(value, str):
            if value.strip().casefold() in _NOTHING:
                return None
            reading = parse_number(value, units=units, whole=whole)
            if reading.guess:
                self.notes.add(cell.where, reading.guess, kind=f"{cell.sheet} {reading.guess.split()[-1]}")
            return reading.value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        if value is None:
            return None
        raise _not_a_number(cell)


def _check_number(number: float, *, shown: str, whole: bool, minimum: float) -> None:
    if not math.isfinite(number) or abs(number) > _MAX:
        message = f"'{shown}' is too large"
        raise NumberTextError(message, f"write a number below {_MAX:.0e}")
    if number < minimum:
        message = f"'{shown}' is below {minimum:g}"
        raise NumberTextError(message, f"write {minimum:g} or more")
    if whole and not number.is_integer():
        message = f"'{shown}' is not a whole number"
        raise NumberTextError(message, "write it without a fraction")


def _not_a_number(cell: Cell) -> NumberTextError:
    value = cell.value
    if isinstance(value, BadValue):
        return NumberTextError(value.what, value.fix)
    if isinstance(value, bool):
        return NumberTextError(f"'{cell.shown}' is true or false, not a number", "write a number")
    return NumberTextError(f"'{cell.shown}' is a date or time, not a number", "format the cell as a number and type it again")


def _clock_seconds(value: CellValue) -> int | None:
    """Return the seconds after the midnight of the first day, or None where it is not a bare clock time."""
    if isinstance(value, time):
        return value.hour * HOUR_S + value.minute * MINUTE_S + value.second
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    hours, minutes, seconds, days = (int(part or 0) for part in found.groups())
    is_clock = hours < 24 and minutes < 60 and seconds < 60  # noqa: PLR2004 - a clock
    return days * DAY_S + hours * HOUR_S + minutes * MINUTE_S + seconds if is_clock else None


def _moment_of(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _spoken_moment(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=WITA)


def _spoken_moment(text: str) -> datetime | None:
    """Return "12/08/2018 06.00" or "12 Agustus 2018 pukul 06.00" as a moment; day before month, as in Indonesia."""
    found = _DATE.match(text)
    if found is None:
        return None
    iso, slashed, spoken = found.groups()[0:3], found.groups()[3:6], found.groups()[6:9]
    clock = _clock_seconds(text[found.end() :].strip(" ,")) if text[found.end() :].strip(" ,") else 0
    if spoken[0]:
        month = next((number for number, name in enumerate(_MONTHS, 1) if spoken[1].casefold().startswith(name)), 0)
        year_month_day = (int(spoken[2]), month, int(spoken[0]))
    else:
        year_month_day = (int(iso[0]), int(iso[1]), int(iso[2])) if iso[0] else (int(slashed[2]), int(slashed[1]), int(slashed[0]))
    try:
        return None if clock is None else datetime(*year_month_day, tzinfo=WITA) + timedelta(seconds=clock)
    except ValueError:
        return None
