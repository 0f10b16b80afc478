"""Maps of where to stand: open sites, who is served by which, and, before the event, what is stored where for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import IssueLog, UnknownReferenceError
from ..units import format_number, format_rupiah
from . import network_layers as layers
from .page import NETWORK_SCRIPTS, render_page
from .palette import FULL, SHARE_COLOURS, TYPE_COLOURS, share_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from ..geo.network import RoadNetwork
    from ..plan.site_plan import SitePlan
    from ..plan.stock_plan import StockPlan
    from .page import ReliefMap

    Data = dict[str, Any]
    Floats = NDArray[np.float64]

_POINT_RADII: Final = (2.0, 9.0)
_SITE_RADII: Final = (6.0, 14.0)
_SITE_COLOUR: Final = "#111"
_LINE_COLOUR: Final = "#999"
_STRAIGHT: Final = "garis lurus menunjukkan siapa dilayani dari mana, bukan jalannya"
_MOST_ROWS: Final = 40


def map_sites(
    plan: SitePlan,
    network: RoadNetwork,
    *,
    sites: Mapping[str, str],
    points: Mapping[str, str],
    names: Mapping[str, str] | None = None,
    title: str = "Lokasi terpilih dan yang dilayani",
) -> ReliefMap:
    """Return the map of a choice of sites: demand points by weight, each in the colour of the site that serves it.

    Parameters
    ----------
    plan : SitePlan
        From `solve_facility_location`.
    network : RoadNetwork
    sites, points : mapping of str to str
        Node of each open site and of each demand point, by id.
    names : mapping of str to str, optional
        What ids are called on the page; an id without a name stands for itself.
    title : str, optional

    Returns
    -------
    ReliefMap
        One HTML page that opens with no network.

    Raises
    ------
    UnknownReferenceError
        For open sites, demand points or nodes that are not there.
    """
    problem, called = plan.problem, names or {}
    draw = _Drawing(network, called)
    site_at, point_at = draw.places(sites, plan.sites, "site"), draw.places(points, problem.demand_ids, "point")
    weight = dict(zip(problem.demand_ids, problem.weights.tolist(), strict=True))
    colour = {name: TYPE_COLOURS[row % len(TYPE_COLOURS)] for row, name in enumerate(plan.sites)}
    lines: dict[str, list[tuple[tuple[float, float], tuple[float, float]]]] = {name: [] for name in plan.sites}
    served, count = dict.fromkeys(plan.sites, 0.0), dict.fromkeys(plan.sites, 0)
    first: dict[str, str] = {}
    for row in plan.assignments:
        lines[row.site_id].append((site_at[row.site_id], point_at[row.demand_id]))
        served[row.site_id] += weight[row.demand_id] * row.share
        count[row.site_id] += 1
        first.setdefault(row.demand_id, row.site_id)
    told = [(name, weight[name], colour[first[name]] if name in first else "#fff", _served_by(draw, first.get(name))) for name in point_at]
    stands = [(name, served[name], [["Titik", count[name]], ["Bobot", served[name]]]) for name in plan.sites]
    drawn = [
        draw.line_layer([(colour[name], lines[name], draw.name(name)) for name in plan.sites]),
        draw.circles("titik permintaan", told, point_at, _POINT_RADII, unit="", legend=[{"colour": "#0072B2", "label": "warna lokasinya"}]),
        draw.site_layer(stands, site_at),
    ]
    facts = [
        ["Lokasi dibuka", format_number(len(plan.sites)), ""],
        ["Titik dilayani", format_number(len(first)), f"dari {format_number(len(point_at))}"],
        ["Nilai tujuan", format_number(plan.objective), ""],
    ]
    rows = [[draw.name(name), count[name], served[name]] for name in sorted(plan.sites, key=lambda name: -served[name])]
    tables = [{"title": "Lokasi", "head": ["Lokasi", "Titik", "Bobot"], "rows": rows[:_MOST_ROWS]}]
    return draw.page(drawn, title=title, facts=facts, tables=tables, notes=[_STRAIGHT])


def map_stock(
    plan: StockPlan,
    network: RoadNetwork,
    *,
    sites: Mapping[str, str],
    points: Mapping[str, str],
    names: Mapping[str, str] | None = None,
    title: str = "Prapenempatan stok",
) -> ReliefMap:
    """Return the map of what is stored where: points by expected need and served share, joined to the site that sends them most.

    Parameters
    ----------
    plan : StockPlan
        From `solve_prepositioning`.
    network : RoadNetwork
    sites, points : mapping of str to str
        Node of each site and point of the problem, by id.
    names : mapping of str to str, optional
        What ids of sites, points, sizes and items are called on the page.
    title : str, optional

    Returns
    -------
    ReliefMap
        One HTML page that opens with no network.

    Raises
    ------
    UnknownReferenceError
        For sites with a store, points or nodes that are not there.
    """
    problem = plan.problem
    draw = _Drawing(network, names or {})
    site_at, point_at = draw.places(sites, tuple(plan.sizes), "site"), draw.places(points, problem.point_ids, "point")
    need, sent = _expected(plan)
    column = {name: row for row, name in enumerate(problem.site_ids)}
    given, best = sent.sum(axis=0), sent[: len(column)].argmax(axis=0)
    told, lines = [], []
    for row, name in enumerate(problem.point_ids):
        if need[row] <= 0:
            continue
        share = min(1.0, float(given[row] / need[row]) + 1e-9)
        rank = share_class(share)
        colour = FULL[0] if rank == len(SHARE_COLOURS) else SHARE_COLOURS[rank][1]
        told.append((name, float(need[row]), colour, f"terpenuhi {format_number(100 * share, decimals=1)} %"))
        site = problem.site_ids[best[row]]
        if sent[best[row], row] > 0 and site in site_at:
            lines.append((site_at[site], point_at[name]))
    volume = plan.stock @ problem.volume_l
    stands = [(name, float(volume[column[name]]), _stock_rows(plan, draw, name)) for name in plan.sizes]
    legend = [{"colour": colour, "radius": 5, "label": label} for _, colour, label in SHARE_COLOURS]
    legend.append({"colour": FULL[0], "radius": 5, "label": FULL[1]})
    drawn = [
        draw.line_layer([(_LINE_COLOUR, lines, "pengirim utama")]),
        draw.circles("kebutuhan harapan (liter)", told, point_at, _POINT_RADII, unit="l", legend=legend),
        draw.site_layer(stands, site_at),
    ]
    facts = [
        ["Gudang", format_number(len(plan.sizes)), ""],
        ["Stok", format_number(float(volume.sum()) / 1000), "m3"],
        ["Biaya awal", format_rupiah(plan.costs.first_idr), ""],
        ["Biaya harapan sesudahnya", format_rupiah(plan.costs.mean_idr), ""],
    ]
    rows = [[draw.name(name), draw.name(plan.sizes[name]), float(volume[column[name]]) / 1000] for name in plan.sizes]
    tables = [{"title": "Gudang", "head": ["Lokasi", "Ukuran", "m3"], "rows": rows[:_MOST_ROWS]}]
    notes = [_STRAIGHT, f"dari {format_number(len(problem.scenarios))} skenario; angka harapan, bukan ramalan"]
    return draw.page(drawn, title=title, facts=facts, tables=tables, notes=notes)


def _served_by(draw: _Drawing, site: str | None) -> str:
    return "tidak dilayani" if site is None else f"dilayani {draw.name(site)}"


def _stock_rows(plan: StockPlan, draw: _Drawing, site: str) -> list[list[str | float]]:
    stock = plan.stock[plan.problem.site_ids.index(site)].tolist()
    rows: list[list[str | float]] = [["Ukuran", draw.name(plan.sizes[site])]]
    return rows + [[draw.name(item), units] for item, units in zip(plan.problem.item_ids, stock, strict=True)]


def _expected(plan: StockPlan) -> tuple[Floats, Floats]:
    """Return litres needed by point, and sent from each row to each point, both in the mean of the scenarios."""
    problem, sent = plan.problem, plan.deliveries
    probability = np.array([one.probability for one in problem.scenarios])
    need = np.zeros(len(problem.point_ids))
    for weight, one in zip(probability.tolist(), problem.scenarios, strict=True):
        need += weight * (one.need @ problem.volume_l)
    flow = np.zeros((len(problem.site_ids) + len(problem.vendors), len(problem.point_ids)))
    np.add.at(flow, (sent.row, sent.point), sent.units * problem.volume_l[sent.item] * probability[sent.scenario])
    return need, flow


class _Drawing:
    """The layers of one page."""

    def __init__(self, network: RoadNetwork, names: Mapping[str, str]) -> None:
        self._points, self._names = layers.NetworkPoints(network), names
        self._roads = layers.pale_roads(self._points)

    def name(self, place: str) -> str:
        return self._names.get(place, place)

    def places(self, nodes: Mapping[str, str], wanted: Iterable[str], kind: str) -> dict[str, tuple[float, float]]:
        """Return latitude and longitude by id."""
        wanted, log = tuple(wanted), IssueLog()
        lost = [name for name in wanted if name not in nodes]
        if lost:
            log.add(f"{kind} '{lost[0]}'", f"has no node, as have {len(lost) - 1} others", f"give the node of every {kind}")
        log.raise_if_any(UnknownReferenceError)
        table = self._points.network.table
        rows = self._points.network.index.rows(nodes[name] for name in wanted)
        return {name: (float(table.node_lat[row]), float(table.node_lon[row])) for name, row in zip(wanted, rows, strict=True)}

    def line_layer(self, groups: Sequence[tuple[str, Sequence[tuple[tuple[float, float], tuple[float, float]]], str]]) -> Data:
        items = []
        for colour, lines, name in groups:
            pairs: list[int] = []
            for ends in lines:
                for lat, lon in ends:
                    pairs.append(len(self._points.latlon))
                    self._points.latlon.append([round(lat, 4), round(lon, 4)])
            items.append({"pairs": pairs, "colour": colour, "weight": 1.0, "dash": None, "name": name})
        legend = [{"colour": _LINE_COLOUR, "weight": 1.0, "label": "penugasan"}]
        return {"kind": "lines", "name": "penugasan", "shown": True, "legend": legend, "items": items}

    def circles(
        self,
        name: str,
        told: Sequence[tuple[str, float, str, str]],
        at: Mapping[str, tuple[float, float]],
        radii: tuple[float, float],
        *,
        unit: str,
        legend: list[Data],
    ) -> Data:
        """Return circles whose area grows with an amount, large ones below small ones."""
        most = max((amount for _, amount, _, _ in told), default=1.0) or 1.0
        items = [
            {
                "at": [round(x, 4) for x in at[place]],
                "radius": round(radii[0] + (radii[1] - radii[0]) * (amount / most) ** 0.5, 1),
                "colour": colour,
                "name": self.name(place),
                "text": f"{format_number(amount)}{f' {unit}' if unit else ''}, {text}",
            }
            for place, amount, colour, text in sorted(told, key=lambda one: -one[1])
        ]
        return {"kind": "circles", "name": f"{name} ({format_number(len(items))})", "shown": True, "legend": legend, "items": items}

    def site_layer(self, stands: Sequence[tuple[str, float, list[list[Any]]]], at: Mapping[str, tuple[float, float]]) -> Data:
        layer = self.circles(
            "lokasi dibuka",
            [(name, amount, _SITE_COLOUR, "lokasi dibuka") for name, amount, _ in stands],
            at,
            _SITE_RADII,
            unit="",
            legend=[{"colour": _SITE_COLOUR, "radius": 6, "label": "lokasi dibuka"}],
        )
        rows = {self.name(name): told for name, _, told in stands}
        layer["items"] = [item | {"rows": rows[item["name"]]} for item in layer["items"]]
        return layer

    def page(self, drawn: list[Data], *, title: str, facts: list[list[str]], tables: list[Data], notes: list[str]) -> ReliefMap:
        network = self._points.network
        told = {"title": title, "subtitle": network.table.name, "facts": facts, "tables": tables, "notes": notes}
        base = layers.page_base(network) | told | {"layers": [self._roads, *drawn], "points": self._points.latlon}
        return render_page(base, title=title, scripts=NETWORK_SCRIPTS)
