"""The *surat jalan* (delivery note): one printable page a vehicle, Indonesian, everything escaped."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from ..plan.operation_plan import Drive, Load, Unload
from ..plan.report import trip_numbers
from ..units import WITA, format_clock, format_date, format_number
from .files import safe_names, write_file
from .words import roman_month, terbilang

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ..plan.operation_plan import CargoLine, OperationPlan, VehicleSchedule
    from ..plan.result import Result

MARK: Final = '<meta name="generator" content="ntb_relief surat jalan">'
"""Stands in every paper, so that those of an earlier plan can be told from a planner's own files."""

_STYLE: Final = """
@page { size: A4; margin: 15mm }
body { font: 10.5pt/1.35 "Liberation Sans", Arial, sans-serif; color: #000; max-width: 180mm; margin: 0 auto; padding: 4mm }
header { text-align: center; border-bottom: 3px double #000; padding-bottom: 2mm }
h1 { font-size: 14pt; letter-spacing: .08em; margin: 5mm 0 0; text-align: center; text-decoration: underline }
h2 { font-size: 11.5pt; margin: 6mm 0 1mm; border-bottom: 1px solid #000 }
h3 { font-size: 10.5pt; margin: 3mm 0 1mm }
p { margin: 1mm 0 } .number { text-align: center; margin-bottom: 4mm }
table { border-collapse: collapse; width: 100% }
.facts td { padding: .4mm 1mm; vertical-align: top } .facts td:first-child { width: 42mm }
.goods th, .goods td { border: 1px solid #000; padding: .8mm 1.5mm; vertical-align: top }
.goods { table-layout: fixed } .goods th { background: #eee } .goods td, .facts td { overflow-wrap: anywhere }
.goods th:nth-child(1) { width: 9mm } .goods th:nth-child(2) { width: 44mm } .goods th:nth-child(3) { width: 42mm }
.goods th:nth-child(4) { width: 18mm } .goods td:nth-child(1) { text-align: center } .goods td:nth-child(3) { text-align: right }
.words { display: block; font-size: 8.5pt; font-style: italic } .total td { font-weight: bold }
section, .goods, .signs { break-inside: avoid } .signs td { width: 33%; text-align: center; padding-top: 6mm }
.line { margin-top: 18mm; border-top: 1px solid #000; display: inline-block; min-width: 45mm }
.got { font-size: 9.5pt; margin: 1.5mm 0 4mm }
""".strip()
_BLANK: Final = "." * 40


def write_papers(result: Result[OperationPlan], folder: Path) -> tuple[Path, ...]:
    """Write one ``<vehicle>.html`` for each vehicle used.

    Parameters
    ----------
    result : Result of OperationPlan
        With a plan.
    folder : Path
        An existing folder; files of the same name are replaced.

    Returns
    -------
    tuple of Path
        The files, in the order of the plan.

    Raises
    ------
    NoPlanError
        Where the result has no plan.
    """
    plan = result.plan_or_raise()
    names = safe_names(schedule.vehicle_id for schedule in plan.schedules)
    files = []
    for number, schedule in enumerate(plan.schedules, 1):
        files.append(folder / f"{names[schedule.vehicle_id]}.html")
        write_file(files[-1], surat_jalan(plan, schedule, number=number))
    return tuple(files)


def surat_jalan(plan: OperationPlan, schedule: VehicleSchedule, *, number: int) -> str:
    """Return the delivery note of one vehicle as an HTML page that needs no network and runs no script.

    Parameters
    ----------
    plan : OperationPlan
    schedule : VehicleSchedule
    number : int
        Running number of the paper.
    """
    names = _Names.of(plan)
    start = plan.operation.start.astimezone(WITA)
    lines = [line for action in schedule.actions if isinstance(action, Unload) for line in action.lines]
    title = f"{number:03d}/SJ/{roman_month(start.month)}/{start.year}"
    body = [
        "<header><b>KLASTER LOGISTIK PENANGGULANGAN BENCANA</b><br>PROVINSI NUSA TENGGARA BARAT</header>",
        f'<h1>SURAT JALAN</h1><p class="number">Nomor: {title}</p>',
        _facts(names, schedule),
        *_trips(names, schedule),
        f"<section><h2>Jumlah seluruhnya</h2><p><b>{_mass(names, lines)}</b></p></section>",
        _signatures(names),
    ]
    head = (
        '<!DOCTYPE html>\n<html lang="id"><head><meta charset="utf-8">'
        + MARK
        + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        + f"<title>{escape(f'Surat jalan {title} {schedule.vehicle_id}')}</title><style>{_STYLE}</style></head><body>"
    )
    return "\n".join([head, *body, "</body></html>", ""])


@dataclass(frozen=True, slots=True)
class _Names:
    """Looks up what ids stand for; every text is escaped here, once."""

    plan: OperationPlan
    places: dict[str, str]
    items: dict[str, tuple[str, str, float]]
    owners: dict[tuple[str, str], str]
    poskos: frozenset[str]

    @classmethod
    def of(cls, plan: OperationPlan) -> _Names:
        operation = plan.operation
        owners: dict[tuple[str, str], list[str]] = {}
        for supply in operation.supplies:
            if supply.owner and supply.quantity:
                owners.setdefault((supply.site_id, supply.item_id), []).append(supply.owner)
        return cls(
            plan=plan,
            places={posko.id: escape(posko.name) for posko in operation.poskos} | {site.id: escape(site.name) for site in operation.sites},
            items={item.id: (escape(item.name), escape(item.unit), item.mass_kg) for item in operation.items},
            owners={key: escape(" / ".join(dict.fromkeys(names))) for key, names in owners.items()},
            poskos=frozenset(posko.id for posko in operation.poskos),
        )

    def clock(self, after_s: int) -> str:
        return format_clock(self.plan.operation.start, after_s=after_s)


def _facts(names: _Names, schedule: VehicleSchedule) -> str:
    operation = names.plan.operation
    vehicle = next(vehicle for vehicle in operation.vehicles if vehicle.id == schedule.vehicle_id)
    kind = next(kind for kind in operation.fleet_types if kind.id == vehicle.type_id)
    rows = (
        ("Operasi", escape(operation.name)),
        ("Tanggal", f"{format_date(operation.start)} (semua jam WITA)"),
        ("Kendaraan", f"<b>{escape(vehicle.id)}</b> - {escape(kind.name)}"),
        ("Muatan paling banyak", f"{format_number(kind.capacity_kg)} kg, {format_number(kind.capacity_l)} liter"),
        ("Pangkalan", names.places[vehicle.base_id]),
        ("Mulai - kembali", f"{names.clock(schedule.start_s)} - {names.clock(schedule.end_s)}"),
        ("Jarak tempuh", f"{format_number(schedule.distance_m / 1000, decimals=1)} km"),
        ("Pengemudi / No. HP", _BLANK),
    )
    return '<table class="facts">' + "".join(f"<tr><td>{name}</td><td>: {value}</td></tr>" for name, value in rows) + "</table>"


def _trips(names: _Names, schedule: VehicleSchedule) -> list[str]:
    parts: list[str] = []
    trip, stop = 0, 0
    for number, action in zip(trip_numbers(schedule), schedule.actions, strict=True):
        if number > trip:
            trip, stop = number, 0
            parts.append(f"<h2>Rit {trip}</h2>")
        if isinstance(action, Load):
            span = f"{names.clock(action.start_s)} - {names.clock(action.end_s)}"
            parts.append(f"<p>Muat di <b>{names.places[action.site_id]}</b>, {span}: {_mass(names, action.lines)}</p>")
        elif isinstance(action, Drive):
            for use in action.sailings:
                hours = f"berangkat {names.clock(use.departure_s)}, tiba {names.clock(use.arrive_s)}"
                parts.append(f"<p>Feri {escape(use.crossing_id)}: {hours}</p>")
        else:
            stop += 1
            parts.append(_stop(names, action, label=f"{trip}.{stop}"))
    return parts


def _stop(names: _Names, action: Unload, *, label: str) -> str:
    is_posko = action.place_id in names.poskos
    rows = [_row(names, line, number=number, is_posko=is_posko) for number, line in enumerate(action.lines, 1)]
    kind = "" if is_posko else " (alih muat ke perahu)"
    return (
        f"<section><h3>{label} {names.places[action.place_id]}{kind} - tiba {names.clock(action.start_s)}</h3>"
        '<table class="goods"><tr><th>No</th><th>Nama barang</th><th>Jumlah</th><th>Satuan</th><th>Keterangan</th></tr>'
        + "".join(rows)
        + f'<tr class="total"><td></td><td colspan="4">{_mass(names, action.lines)}</td></tr></table>'
        f'<p class="got">Diterima dalam keadaan baik dan cukup. Nama / tanda tangan / jam: {_BLANK}</p></section>'
    )


def _row(names: _Names, line: CargoLine, *, number: int, is_posko: bool) -> str:
    name, unit, _ = names.items[line.item_id]
    about = [] if is_posko else [f"untuk {names.places[line.posko_id]}"]
    about.append(f"dari {names.places[line.origin_id]}")
    owner = names.owners.get((line.origin_id, line.item_id))
    if owner:
        about.append(f"milik {owner}")
    words = f'{format_number(line.quantity)}<span class="words">{terbilang(line.quantity)}</span>'
    return f"<tr><td>{number}</td><td>{name}</td><td>{words}</td><td>{unit}</td><td>{', '.join(about)}</td></tr>"


def _mass(names: _Names, lines: Iterable[CargoLine]) -> str:
    mass_kg = sum(line.quantity * names.items[line.item_id][2] for line in lines)
    whole, tenth = divmod(round(mass_kg * 10), 10)
    words = terbilang(whole) + (f" koma {terbilang(tenth)}" if tenth else "")
    return f"{format_number(mass_kg, decimals=1)} kg ({words} kilogram)"


def _signatures(names: _Names) -> str:
    date = format_date(names.plan.operation.start)
    cells = "".join(
        f'<td>{above}<br>{title}<br><span class="line">Nama / NIP</span></td>'
        for above, title in ((f"............, {date}", "Yang menyerahkan"), ("&nbsp;", "Pengemudi"), ("&nbsp;", "Mengetahui"))
    )
    return f'<table class="signs"><tr>{cells}</tr></table>'
