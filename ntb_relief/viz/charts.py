"""Charts of a plan. Each returns its axes on a figure of its own (or draws on given axes); none shows or saves it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from ..plan.operation_plan import Drive, Load, Unload
from ..plan.report import deliveries
from ..plan.report.words import area_name, format_percent, kabupaten_code
from ..units import HOUR_S, format_clock, format_date
from .palette import ACTION_COLOURS, TYPE_COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..plan.operation_plan import OperationPlan, VehicleSchedule

_ACTION_NAMES: Final = {"load": "muat", "drive": "jalan", "ferry": "di feri", "unload": "bongkar", "wait": "menunggu"}
_ROW_INCHES: Final = 0.22
_MOST_TICKS: Final = 14
_ALL: Final = "Semua"


def plot_timeline(plan: OperationPlan, *, ax: Axes | None = None) -> Axes:
    """Draw what every vehicle does at which hour: loading, driving, on a ferry, unloading, waiting.

    Parameters
    ----------
    plan : OperationPlan
    ax : matplotlib Axes, optional
        Where to draw; a figure of its own by default.

    Returns
    -------
    Axes
        Its figure is ``ax.figure``.
    """
    operation = plan.operation
    kinds = {kind.id: (-kind.capacity_kg, kind.name) for kind in operation.fleet_types}
    kind_of = {vehicle.id: kinds[vehicle.type_id] for vehicle in operation.vehicles}
    schedules = sorted(plan.schedules, key=lambda x: (*kind_of[x.vehicle_id], x.start_s))
    ax = new_axes(width=11, height=1.4 + _ROW_INCHES * max(len(schedules), 4)) if ax is None else ax
    for name, spans in _spans(schedules).items():
        rows, lefts, widths = [x[0] for x in spans], [x[1] / HOUR_S for x in spans], [x[2] / HOUR_S for x in spans]
        ax.barh(rows, widths, left=lefts, height=0.75, color=ACTION_COLOURS[name], label=_ACTION_NAMES[name], linewidth=0)
    ax.set_yticks(range(len(schedules)), [_vehicle_label(x.vehicle_id, kind_of[x.vehicle_id][1]) for x in schedules], fontsize=8)
    ax.set_ylim(len(schedules) - 0.4, -0.6)
    _clock_axis(ax, plan, end_s=max((x.end_s for x in schedules), default=HOUR_S))
    ax.set_title(f"{_plain(operation.name)}: kegiatan kendaraan", fontsize=11, loc="left")
    if schedules:
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=8, frameon=False)
    return ax


def _vehicle_label(vehicle_id: str, kind: str) -> str:
    """Return the vehicle with its type, which many ids name already."""
    return _plain(vehicle_id if kind in vehicle_id else f"{vehicle_id} ({kind})")


def _spans(schedules: list[VehicleSchedule]) -> dict[str, list[tuple[int, int, int]]]:
    """Return (row, start, length) by what is done; sailings lie on top of the drives they are part of."""
    spans: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for row, schedule in enumerate(schedules):
        now_s = schedule.start_s
        for action in schedule.actions:
            if action.start_s > now_s:
                spans["wait"].append((row, now_s, action.start_s - now_s))
            name = {Load: "load", Drive: "drive", Unload: "unload"}[type(action)]
            spans[name].append((row, action.start_s, action.end_s - action.start_s))
            if isinstance(action, Drive):
                spans["ferry"] += [(row, use.departure_s, use.arrive_s - use.departure_s) for use in action.sailings]
            now_s = action.end_s
    return {name: spans[name] for name in _ACTION_NAMES if spans[name]}


def _clock_axis(ax: Axes, plan: OperationPlan, *, end_s: int) -> None:
    """Mark whole hours as WITA clock times."""
    start = plan.operation.start
    hours = -(-end_s // HOUR_S)
    step = -(-hours // _MOST_TICKS)
    ticks = range(0, hours + 1, max(step, 1))
    ax.set_xticks(ticks, [format_clock(start, after_s=tick * HOUR_S) for tick in ticks], fontsize=8)
    ax.set_xlim(0, max(hours, 1))
    ax.set_xlabel(f"WITA, mulai {format_date(start)}", fontsize=9)
    ax.grid(axis="x", color="#dddddd", linewidth=0.6)
    ax.set_axisbelow(True)


def plot_shares(plan: OperationPlan, *, ax: Axes | None = None) -> Axes:
    """Draw the share of the needed weight that is handed over, by kabupaten and priority level.

    Parameters
    ----------
    plan : OperationPlan
    ax : matplotlib Axes, optional
        Where to draw; a figure of its own by default.

    Returns
    -------
    Axes
        Its figure is ``ax.figure``.
    """
    shares = _shares(plan)
    areas = list(dict.fromkeys(area for area, _ in shares))
    levels = sorted({level for _, level in shares})
    ax = new_axes(width=8, height=1.6 + 0.2 * max(len(areas) * (len(levels) + 1), 6)) if ax is None else ax
    height = 0.8 / max(len(levels), 1)
    for order, level in enumerate(levels):
        rows = [row - 0.4 + (order + 0.5) * height for row, area in enumerate(areas) if (area, level) in shares]
        values = [shares[area, level] for area in areas if (area, level) in shares]
        bars = ax.barh(rows, values, height=height * 0.9, color=TYPE_COLOURS[order % len(TYPE_COLOURS)], label=f"Prioritas {level}")
        ax.bar_label(bars, [format_percent(value) for value in values], padding=3, fontsize=8)
    ax.set_yticks(range(len(areas)), [_plain(area) for area in areas], fontsize=9)
    ax.set_ylim(len(areas) - 0.4, -0.6)
    ticks = (0, 0.25, 0.5, 0.75, 1)
    ax.set_xticks(ticks, [format_percent(tick) for tick in ticks], fontsize=8)
    ax.set_xlim(0, 1.1)
    ax.set_xlabel("bagian kebutuhan (berat) yang diantar", fontsize=9)
    ax.set_title(_plain(plan.operation.name), fontsize=11, loc="left")
    if levels:
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=8, frameon=False)
    return ax


def _shares(plan: OperationPlan) -> dict[tuple[str, int], float]:
    """Return the share of the needed weight by (area, level): all areas first, then by kabupaten code."""
    mass_kg, given = {item.id: item.mass_kg for item in plan.operation.items}, deliveries(plan)
    home = {posko.id: kabupaten_code(posko.code) for posko in plan.operation.poskos}
    needed_kg: dict[tuple[str, int], float] = defaultdict(float)
    given_kg: dict[tuple[str, int], float] = defaultdict(float)
    for need in sorted(plan.operation.needs, key=lambda x: home[x.posko_id]):
        area = area_name(home[need.posko_id]) or "(tanpa kode wilayah)"
        for key in ((_ALL, need.level), (area, need.level)):
            needed_kg[key] += need.quantity * mass_kg[need.item_id]
            given_kg[key] += given.get((need.posko_id, need.item_id), 0) * mass_kg[need.item_id]
    keys = sorted((key for key in needed_kg if needed_kg[key]), key=lambda key: key[0] != _ALL)
    return {key: given_kg[key] / needed_kg[key] for key in keys}


def new_axes(*, width: float, height: float) -> Axes:
    """Return axes on a figure that no global state holds, drawn by Agg."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes: Any = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return axes  # type: ignore[no-any-return]


def _plain(text: str) -> str:
    """Keep matplotlib from reading a user's dollar signs as mathematics."""
    return text.replace("$", r"\$")
