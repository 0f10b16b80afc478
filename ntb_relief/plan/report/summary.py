"""The plan on one screen, in Indonesian."""

from __future__ import annotations

from collections import Counter
from statistics import median
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from ...units import HOUR_S, format_clock, format_date, format_number, format_rupiah
from ..operation_plan import Cause
from .amounts import covered_people, first_arrivals, served_people
from .tally import Goods, by_cause, by_kabupaten, by_level, by_vehicle_type, least_shares, num_sailings
from .words import CAUSE_NAMES, format_goods, format_mass, format_percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...model.provenance import Provenance
    from ..operation_plan import OperationPlan

_WIDTH: Final = 96
_TOP_ITEMS: Final = 6
_UNSURE: Final = {"assumed": "diasumsikan (assumed)", "synthetic": "sintetis (synthetic)"}


def summarise(plan: OperationPlan) -> str:
    """Return the plan on one screen, in Indonesian: served and needed, fleet, arrivals, what is missing and why, notes.

    Parameters
    ----------
    plan : OperationPlan

    Returns
    -------
    str
        Lines of at most 96 characters, save where a name of the input is longer.
    """
    parts = (_head(plan), _served(plan), _evenness(plan), _areas(plan), _fleet(plan), _arrivals(plan), _missing(plan), _notes(plan))
    return "\n".join(line for part in parts for line in part)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return rows as aligned text: the first column to the left, the others to the right."""
    grid = [head, *rows]
    widths = [max(len(row[column]) for row in grid) for column in range(len(head))]
    return ["  ".join((row[0].ljust(widths[0]), *(x.rjust(w) for x, w in zip(row[1:], widths[1:], strict=True)))).rstrip() for row in grid]


def _head(plan: OperationPlan) -> list[str]:
    operation = plan.operation
    hours = format_number(operation.horizon_s / HOUR_S)
    start = f"{format_date(operation.start)}, {format_clock(operation.start, after_s=0)} WITA"
    return [f"RENCANA DISTRIBUSI BANTUAN - {operation.name}", f"Mulai {start}; jangka {hours} jam", ""]


def _served(plan: OperationPlan) -> list[str]:
    people, levels = plan.operation.num_people, by_level(plan)
    goods = Goods("Semua barang", sum(x.needed_kg for x in levels.values()), sum(x.given_kg for x in levels.values()))
    reached, covered = sum(served_people(plan).values()), sum(covered_people(plan).values())
    head = ("", "dibutuhkan", "diantar", "bagian", "jatah terkecil*")
    rows = [
        ("Jiwa di posko yang menerima barang", format_number(people), format_number(reached), _of(reached, people), ""),
        ("Jiwa yang cukup barang paling mendesak", format_number(people), format_number(covered), _of(covered, people), ""),
        (goods.name, format_mass(goods.needed_kg), format_mass(goods.given_kg), format_percent(goods.share), ""),
    ]
    for level, group in levels.items():
        least = format_percent(plan.min_share[level]) if level in plan.min_share else "-"
        rows.append((f"  {group.name}", format_mass(group.needed_kg), format_mass(group.given_kg), format_percent(group.share), least))
    return [*table(head, rows), "* bagian terkecil yang disisihkan dari stok; yang terangkut kendaraan ada di bawah", ""]


def _evenness(plan: OperationPlan) -> list[str]:
    """Say how evenly arrives what was given: the kabupaten and the posko that are worst off at each level."""
    rows = [
        (
            f"  Prioritas {level}",
            f"{format_percent(least.area_share)} ({least.area})",
            format_percent(least.posko_share),
            f"{format_number(least.empty_poskos)} / {format_number(least.poskos)}",
        )
        for level, least in least_shares(plan).items()
    ]
    head = ("Bagian terkecil yang diantar", "kabupaten/kota", "posko diberi stok", "tanpa kiriman")
    return [*table(head, rows), *_left_behind(plan), ""] if rows else []


def _left_behind(plan: OperationPlan) -> list[str]:
    """Say which levels stay at the warehouse whole, though they were given stock, because vehicles serve more urgent goods."""
    behind = {short.level for short in plan.shortfalls if short.cause is Cause.LOWER_PRIORITY}
    levels = by_level(plan)
    unbrought = [level for level in sorted(behind) if not levels[level].given_kg]
    if not unbrought:
        return []
    names = " dan ".join(str(level) for level in unbrought)
    text = f"Prioritas {names}: tidak ada yang diantar dalam jangka ini; jatahnya tetap di gudang. Jam kendaraan dipakai lebih dahulu untuk"
    text += f" prioritas {min(levels)}"
    urgent = [short for short in plan.shortfalls if short.level < unbrought[0] and short.cause is Cause.NO_VEHICLE]
    if urgent:
        mass_kg = {item.id: item.mass_kg for item in plan.operation.items}
        lost = format_mass(sum(short.quantity * mass_kg[short.item_id] for short in urgent))
        text += f", dan itu pun masih kurang: {lost} barang yang lebih mendesak tidak terangkut"
    return _bullet(f"{text}.")


def _of(part: int, whole: int) -> str:
    return format_percent(part / whole if whole else 1.0)


def _areas(plan: OperationPlan) -> list[str]:
    rows = [
        (
            group.name,
            f"{format_number(group.served_poskos)} / {format_number(group.poskos)}",
            f"{format_number(group.served_people)} / {format_number(group.people)}",
            f"{format_mass(group.given_kg)} / {format_mass(group.needed_kg)}",
            format_percent(group.share),
        )
        for group in by_kabupaten(plan).values()
    ]
    return [*table(("Kabupaten/kota (terlayani / semua)", "posko", "jiwa", "barang", "bagian"), rows), ""]


def _fleet(plan: OperationPlan) -> list[str]:
    uses = by_vehicle_type(plan).values()
    rows = [
        (
            use.name,
            f"{use.used} / {use.vehicles}",
            format_number(use.trips),
            format_number(use.distance_m / 1000),
            format_number(use.hours, decimals=1),
            format_rupiah(use.cost_idr),
        )
        for use in uses
    ]
    total = (
        "Jumlah",
        f"{sum(x.used for x in uses)} / {sum(x.vehicles for x in uses)}",
        format_number(sum(x.trips for x in uses)),
        format_number(sum(x.distance_m for x in uses) / 1000),
        format_number(sum(x.hours for x in uses), decimals=1),
        format_rupiah(sum(x.cost_idr for x in uses)),
    )
    return [*table(("Kendaraan (dipakai / ada)", "unit", "rit", "km", "jam", "biaya"), [*rows, total]), ""]


def _arrivals(plan: OperationPlan) -> list[str]:
    start, arrivals = plan.operation.start, first_arrivals(plan)
    if not arrivals:
        return ["Tidak ada barang yang diantar.", ""]
    names = {posko.id: posko.name for posko in plan.operation.poskos}
    last = max(arrivals, key=lambda posko_id: arrivals[posko_id])
    middle, worst = (format_clock(start, after_s=x) for x in (median(arrivals.values()), arrivals[last]))
    lines = _bullet(f"Barang pertama tiba di posko: median {middle} WITA, paling lambat {worst} WITA ({names[last]})")
    if sailings := num_sailings(plan):
        lines.append(f"- Penyeberangan feri: {sailings} kali")
    return [*lines, ""]


def _missing(plan: OperationPlan) -> list[str]:
    causes, items = by_cause(plan), {item.id: item for item in plan.operation.items}
    if not causes:
        return ["Semua kebutuhan terpenuhi.", ""]
    people = {posko.id: posko.people for posko in plan.operation.poskos}
    rows = [
        (
            CAUSE_NAMES[cause],
            format_number(len(group.posko_ids)),
            format_number(sum(people[x] for x in group.posko_ids)),
            format_mass(group.mass_kg),
        )
        for cause, group in causes.items()
    ]
    total: Counter[str] = Counter()
    for group in causes.values():
        total.update(group.by_item)
    urgent = sorted(total, key=lambda x: (items[x].level, -total[x] * items[x].mass_kg))
    lines = []
    for item_id in urgent[:_TOP_ITEMS]:
        parts = [
            f"{CAUSE_NAMES[cause]} {format_mass(group.by_item[item_id] * items[item_id].mass_kg)}"
            for cause, group in causes.items()
            if group.by_item[item_id]
        ]
        lines += _bullet(f"{items[item_id].name} kurang {format_goods(items[item_id], total[item_id])}: {', '.join(parts)}")
    if len(urgent) > _TOP_ITEMS:
        lines.append(f"- dan {len(urgent) - _TOP_ITEMS} barang lain (lihat tabel kekurangan)")
    return [*table(("Belum terpenuhi karena", "posko", "jiwa", "barang"), rows), *lines, ""]


def _notes(plan: OperationPlan) -> list[str]:
    operation = plan.operation
    notes = dict.fromkeys((*operation.notes, *plan.notes, *_unsure(plan)))
    return ["Catatan", *(line for note in notes for line in _bullet(note))] if notes else []


def _unsure(plan: OperationPlan) -> list[str]:
    """Say which inputs are assumed or synthetic, by their own provenance."""
    operation = plan.operation
    groups: dict[str, Iterable[Provenance]] = {
        "jiwa posko": (x.provenance for x in operation.poskos),
        "stok": (x.provenance for x in operation.supplies),
        "jenis kendaraan": (x.provenance for x in operation.fleet_types),
        "standar kebutuhan": (x.provenance for x in operation.rates),
    }
    lines = []
    for name, sources in groups.items():
        marks = [source.confidence for source in sources]
        for mark, words in _UNSURE.items():
            if count := marks.count(mark):
                lines.append(f"{name}: {format_number(count)} dari {format_number(len(marks))} {words}")
    crossings = [x.id for x in operation.crossings if x.confidence in _UNSURE]
    if crossings:
        lines.append(f"jadwal feri {', '.join(crossings)}: {_UNSURE['assumed']}")
    return lines


def _bullet(text: str) -> list[str]:
    return wrap(" ".join(text.split()), _WIDTH, initial_indent="- ", subsequent_indent="  ")
