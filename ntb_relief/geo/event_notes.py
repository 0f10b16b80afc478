"""What a planner must know of an event's counts, in Indonesian: sources, shares, conflicts, gaps."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from ..units import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..data import Row
    from .province import Province

_MONTHS: Final = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_METRICS: Final = {"displaced": "jiwa mengungsi", "affected": "jiwa terdampak", "households_affected": "KK terdampak"}
_LEVELS: Final = {"kabupaten": "kabupaten/kota", "kecamatan": "kecamatan"}
_WARNINGS: Final = {
    # the note of the events table, in the planner's language
    "bima-2016": (
        'Angka "mengungsi" hari itu hampir sama dengan angka terdampak, jadi bukan hitungan pengungsi di posko: '
        "keesokan harinya tercatat 6.030 orang di 19 titik. Yang dipakai angka terdampak."
    ),
}
_SUMS: Final = re.compile(r"\btotal \d|\bparts add to\b|^sum ")
"""Clauses of a source's note that only state totals; these are compared and told in figures."""


def write_notes(
    province: Province, *, event: Row, as_of: str, parts: Sequence[Row], counts: Sequence[Row], num_people: int
) -> tuple[str, ...]:
    """Return the notes of one date.

    Parameters
    ----------
    province : Province
    event : dict
        Row of the table ``events``.
    as_of : str
        Date of the counts.
    parts : sequence of dict
        Rows of ``events_impact`` that are shared out.
    counts : sequence of dict
        All rows of the event.
    num_people : int
        People shared out.
    """
    metric, level = event["metric"], event["level"]
    names = ", ".join(f"{province.area(one['code']).title} {format_number(int(one['value']))}" for one in parts)
    sources = "; ".join(dict.fromkeys(one["source"] for one in parts))
    total = sum(int(one["value"]) for one in parts)
    notes = [
        f"Laporan {_date(as_of)} per {_LEVELS[level]}: {names}; jumlah {format_number(total)} {_METRICS[metric]}. Sumber: {sources}.",
        _share_note(metric, level=level, total=total, num_people=num_people),
    ]
    if event["event"] in _WARNINGS:
        notes.append(f"PERINGATAN: {_WARNINGS[event['event']]}")
    notes += _conflict_notes(event, as_of=as_of, total=total, counts=counts)
    notes += _elsewhere_notes(province, event=event, as_of=as_of, parts=parts, counts=counts)
    notes += _gap_notes(province, parts)
    return tuple(notes)


def _share_note(metric: str, *, level: str, total: int, num_people: int) -> str:
    note = (
        f"SINTETIS di bawah tingkat {_LEVELS[level]}: angka dibagi ke desa/kelurahan menurut jumlah penduduk; tidak ada laporan per desa."
    )
    if metric == "households_affected":
        people, households, ratio = format_number(num_people), format_number(total), format_number(num_people / total, decimals=2)
        return f"{note} Jiwa dihitung dari KK dengan angka laporan hari itu: {people} jiwa / {households} KK = {ratio}."
    return f"{note} KK dihitung dari jiwa per KK wilayah itu sendiri."


def _conflict_notes(event: Row, *, as_of: str, total: int, counts: Sequence[Row]) -> Iterator[str]:
    """Tell where a total is stated that the parts do not add up to."""
    for row in _wholes(event["metric"], event=event, counts=counts):
        stated = int(row["value"])
        if row["as_of"] == as_of and stated != total:
            yield (
                f"Jumlah tidak cocok: bagian-bagiannya {format_number(total)}, laporan menyebut {format_number(stated)} "
                f"(selisih {format_number(abs(stated - total))}). Yang dipakai jumlah bagian."
            )


def _elsewhere_notes(province: Province, *, event: Row, as_of: str, parts: Sequence[Row], counts: Sequence[Row]) -> Iterator[str]:
    """Tell the counts of other dates and of other measures, areas counted only then, and what the sources remark."""
    used = {event["metric"], "affected"} if event["metric"] == "households_affected" else {event["metric"]}
    for metric, words in _METRICS.items():
        dates = {row["as_of"] for row in counts if row["metric"] == metric} - ({as_of} if metric in used else set())
        if dates:
            totals = "; ".join(f"{_date(day)} {_total_text(metric, day=day, event=event, counts=counts)}" for day in sorted(dates))
            yield f"Angka lain kejadian ini ({words}): {totals}."
    here = {one["code"] for one in parts}
    for row in counts:
        if (row["metric"], row["level"]) == (event["metric"], event["level"]) and row["code"] not in here:
            yield (
                f"{province.area(row['code']).title} tidak ada dalam laporan tanggal ini "
                f"({format_number(int(row['value']))} pada {_date(row['as_of'])}); tidak direncanakan."
            )
    remarks = [f'{province.area(one["code"]).title}: "{text}"' for one in parts for text in _remarks(one["note"])]
    if remarks:
        yield f"Catatan sumber: {'; '.join(remarks)}."


def _total_text(metric: str, *, day: str, event: Row, counts: Sequence[Row]) -> str:
    parts = [int(row["value"]) for row in counts if (row["metric"], row["level"], row["as_of"]) == (metric, event["level"], day)]
    wholes = [int(row["value"]) for row in _wholes(metric, event=event, counts=counts) if row["as_of"] == day]
    if not parts:
        return f"{format_number(wholes[0])} (hanya jumlah seluruhnya)"
    stated = f" (laporan menyebut {format_number(wholes[0])})" if wholes and wholes[0] != sum(parts) else ""
    return f"{format_number(sum(parts))}{stated}"


def _gap_notes(province: Province, parts: Sequence[Row]) -> Iterator[str]:
    """Name the desa that get no share."""
    for one in parts:
        desa = province.desa_of(one["code"])
        new = [area.title for area in desa if area.node_id is None]
        uncounted = [area.title for area in desa if area.node_id is not None and not area.population]
        title = province.area(one["code"]).title
        if new:
            yield f"{title}: {len(new)} desa baru tanpa titik dan jumlah penduduk, warganya terhitung di desa induk: {', '.join(new)}."
        if uncounted:
            yield f"{title}: tanpa jumlah penduduk, jadi tanpa bagian: {', '.join(uncounted)}."


def _wholes(metric: str, *, event: Row, counts: Sequence[Row]) -> list[Row]:
    """Return the rows of a metric that stand above the level shared out: totals as stated."""
    return [row for row in counts if row["metric"] == metric and row["level"] != event["level"]]


def _remarks(note: str) -> list[str]:
    return [clause for clause in (part.strip() for part in note.split(";")) if clause and not _SUMS.search(clause)]


def _date(text: str) -> str:
    """Return an ISO date in words: ``"11 Agustus 2018"``."""
    day = date.fromisoformat(text)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
