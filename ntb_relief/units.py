"""Names of the quantities, and the only conversions and formats of the library.

All quantities are seconds, metres, kilograms, litres, rupiah and persons; clock times are WITA (UTC+8).
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import NewType

Seconds = NewType("Seconds", int)
Metres = NewType("Metres", int)
Kilograms = NewType("Kilograms", float)
Litres = NewType("Litres", float)
Rupiah = NewType("Rupiah", int)

WITA = timezone(timedelta(hours=8), "WITA")
DAY_S = 86_400
HOUR_S = 3_600
MINUTE_S = 60


def to_clock(start: datetime, *, after_s: float) -> datetime:
    """Return the WITA time `after_s` seconds after `start`."""
    return start.astimezone(WITA) + timedelta(seconds=after_s)


def format_clock(start: datetime, *, after_s: float) -> str:
    """Return a clock time as planners write it, with the day where it is not the first one.

    Examples
    --------
    >>> start = datetime(2018, 8, 12, 6, tzinfo=WITA)
    >>> format_clock(start, after_s=5400)
    '07.30'
    >>> format_clock(start, after_s=90000)
    '07.00 (+1)'
    """
    moment = to_clock(start, after_s=after_s)
    days = (moment.date() - start.astimezone(WITA).date()).days
    return f"{moment:%H.%M}" + (f" (+{days})" if days else "")


_MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember")
_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


def format_date(moment: datetime) -> str:
    """Return the WITA date in Indonesian, with the day of the week.

    Examples
    --------
    >>> format_date(datetime(2018, 8, 12, 6, tzinfo=WITA))
    'Minggu, 12 Agustus 2018'
    """
    local = moment.astimezone(WITA)
    return f"{_DAYS[local.weekday()]}, {local.day} {_MONTHS[local.month - 1]} {local.year}"


def format_duration(seconds: float) -> str:
    """Return hours and minutes in Indonesian.

    Examples
    --------
    >>> format_duration(5_400)
    '1 jam 30 mnt'
    """
    minutes = round(seconds / MINUTE_S)
    hours, rest = divmod(minutes, 60)
    return f"{hours} jam {rest:02d} mnt" if hours else f"{rest} mnt"


def format_number(value: float, *, decimals: int = 0) -> str:
    """Return a number with decimal comma and thousand point, as written in Indonesia.

    Examples
    --------
    >>> format_number(1234567.5, decimals=1)
    '1.234.567,5'
    """
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,"))


def format_rupiah(value: float) -> str:
    """Return an amount of money.

    Examples
    --------
    >>> format_rupiah(1250000)
    'Rp1.250.000'
    """
    return f"Rp{format_number(value)}"
