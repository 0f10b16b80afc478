"""Counts of past events, shared out to desa: what a demo or an exercise plans for.

Reports count people by kabupaten or kecamatan. Below that nothing is known, so the counts are shared out by
population and every posko says that it is synthetic. Totals that disagree are told, never mended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from ..data import read_table
from ..errors import IssueLog, UnknownReferenceError
from ..model.places import Posko
from ..model.provenance import Provenance
from ..units import WITA
from .event_notes import write_notes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..data import Row
    from .areas import Desa
    from .province import Province


@dataclass(frozen=True, slots=True)
class EventInfo:
    """An event whose counts ship with the package.

    Parameters
    ----------
    event : str
        Name it is asked by, e.g. ``"lombok-2018"``.
    title : str
    metric : str
        What is counted: ``displaced``, ``affected`` (people) or ``households_affected``.
    level : str
        Areas the reports count by: ``kabupaten`` or ``kecamatan``.
    as_of : str
        Date of the counts taken where none is asked for, ISO 8601.
    dates : tuple of str
        All dates with counts by area, ascending.
    start : datetime
        Start of the operation planned on the counts of `as_of`, WITA.
    """

    event: str
    title: str
    metric: str
    level: str
    as_of: str
    dates: tuple[str, ...]
    start: datetime


@dataclass(frozen=True, slots=True)
class ReportedCount:
    """One figure of a report.

    Parameters
    ----------
    code, name : str
        Kemendagri code and name of the area.
    value : int
    unit : str
        ``people`` or ``households``.
    source, as_of, confidence : str
    """

    code: str
    name: str
    value: int
    unit: str
    source: str
    as_of: str
    confidence: str


@dataclass(frozen=True, slots=True)
class EventNeeds:
    """People to be served at one date of an event.

    Parameters
    ----------
    event : str
    start : datetime
        Start of the operation, WITA: the morning after the counts.
    as_of : str
        Date of the counts, ISO 8601.
    poskos : tuple of Posko
        One a desa; people and households are synthetic below the reported level, and add up to it exactly.
    notes : tuple of str
        Sources, shares, conflicts and gaps, Indonesian.
    reported : tuple of ReportedCount
        The figures shared out, as reported.
    """

    event: str
    start: datetime
    as_of: str
    poskos: tuple[Posko, ...]
    notes: tuple[str, ...]
    reported: tuple[ReportedCount, ...]


def list_events() -> tuple[EventInfo, ...]:
    """Return the events whose counts ship with the package.

    Examples
    --------
    >>> [(info.event, info.dates) for info in list_events()][0]
    ('lombok-2018', ('2018-08-11', '2018-08-13', '2018-08-23'))
    """
    return tuple(
        EventInfo(
            event=row["event"],
            title=row["title"],
            metric=row["metric"],
            level=row["level"],
            as_of=row["as_of"],
            dates=tuple(sorted({one["as_of"] for one in _counts(row["event_id"]) if _is_part(one, row)})),
            start=datetime.fromisoformat(row["start_wita"]).replace(tzinfo=WITA),
        )
        for row in read_table("events")
    )


def event_poskos(province: Province, event: str, *, as_of: str | None = None) -> EventNeeds:
    """Return the people of an event's date, one posko a desa.

    Parameters
    ----------
    province : Province
    event : str
        A name of `list_events`.
    as_of : str, optional
        Date of the counts, ISO 8601; by default the event's own.

    Returns
    -------
    EventNeeds
        Whole people, shared out by population with the largest remainders, so that every reported area adds up
        exactly. Households follow from the area's own people per household; where households were reported, people
        follow from the total of people reported beside them. Desa without a known point or population get no share
        and are named in the notes.

    Raises
    ------
    UnknownReferenceError
        Where the event or the date is not known; lists those that are.
    """
    info, row = _find(event, as_of)
    as_of = as_of or info.as_of
    counts = _counts(row["event_id"])
    parts = [one for one in counts if _is_part(one, row) and one["as_of"] == as_of]
    values = [int(one["value"]) for one in parts]
    by_household = row["metric"] == "households_affected"
    households = values if by_household else [_households(province, one) for one in parts]
    people = _people(parts, counts) if by_household else values
    poskos = [
        posko
        for one, num_people, num_households in zip(parts, people, households, strict=True)
        for posko in _share_over_desa(province, one, people=num_people, households=num_households)
    ]
    return EventNeeds(
        event=event,
        start=info.start + (date.fromisoformat(as_of) - date.fromisoformat(info.as_of)),
        as_of=as_of,
        poskos=tuple(poskos),
        notes=write_notes(province, event=row, as_of=as_of, parts=parts, counts=counts, num_people=sum(people)),
        reported=tuple(_reported(province, one) for one in parts),
    )


def _find(event: str, as_of: str | None) -> tuple[EventInfo, Row]:
    log = IssueLog()
    known = {info.event: info for info in list_events()}
    if event not in known:
        log.add("event", f"'{event}' is not known", f"use one of {', '.join(known)}")
    elif as_of is not None and as_of not in known[event].dates:
        log.add(f"event '{event}'", f"there are no counts of '{as_of}'", f"use one of {', '.join(known[event].dates)}")
    log.raise_if_any(UnknownReferenceError)
    return known[event], next(row for row in read_table("events") if row["event"] == event)


def _counts(event_id: str) -> tuple[Row, ...]:
    return tuple(row for row in read_table("events_impact") if row["event_id"] == event_id)


def _is_part(count: Row, event: Row) -> bool:
    """Tell whether a count is one of those shared out; totals stand at a level above."""
    return (count["metric"], count["level"]) == (event["metric"], event["level"])


def _counted_desa(province: Province, code: str) -> list[Desa]:
    return [desa for desa in province.desa_of(code) if desa.population and desa.node_id]


def _households(province: Province, count: Row) -> int:
    """Return the households of a count of people, by the area's own people per household, rounded to whole ones."""
    desa = _counted_desa(province, count["code"])
    people, households = sum(one.population or 0 for one in desa), sum(one.households or 0 for one in desa)
    return (2 * int(count["value"]) * households + people) // (2 * people)


def _people(parts: Sequence[Row], counts: Sequence[Row]) -> list[int]:
    """Return the people of counts of households, by the total of people reported beside them."""
    same_day = (row for row in counts if (row["metric"], row["as_of"]) == ("affected", parts[0]["as_of"]))
    total = next(row for row in same_day if all(one["code"].startswith(f"{row['code']}.") for one in parts))
    return share_out(int(total["value"]), weights=[int(one["value"]) for one in parts])


def share_out(total: int, *, weights: Sequence[int]) -> list[int]:
    """Split a total into whole parts by weight: rounded down, the rest to the largest remainders, the first of equals.

    Examples
    --------
    >>> share_out(10, weights=[1, 1, 4])
    [2, 2, 6]
    """
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
    for i in remainders[: total - sum(parts)]:
        parts[i] += 1
    return parts


def _share_over_desa(province: Province, count: Row, *, people: int, households: int) -> list[Posko]:
    desa = _counted_desa(province, count["code"])
    weights = [one.population or 0 for one in desa]
    parts = zip(desa, share_out(people, weights=weights), share_out(households, weights=weights), strict=True)
    provenance = Provenance(f"{count['source']}, dibagi ke desa menurut jumlah penduduk", count["as_of"], "synthetic")
    return [
        Posko(
            id=one.code,
            name=f"{one.title}, {province.kecamatan[one.parent_code].title}",
            lon=one.lon,
            lat=one.lat,
            node_id=one.node_id,
            people=num_people,
            households=num_households,
            code=one.code,
            provenance=provenance,
        )
        for one, num_people, num_households in parts
        if num_people and one.lon is not None and one.lat is not None and one.node_id is not None
    ]


def _reported(province: Province, count: Row) -> ReportedCount:
    return ReportedCount(
        code=count["code"],
        name=province.area(count["code"]).title,
        value=int(count["value"]),
        unit=count["unit"],
        source=count["source"],
        as_of=count["as_of"],
        confidence=count["confidence"],
    )
