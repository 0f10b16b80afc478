"""Maps of a network on one page that opens without any network: by class, after a disruption, by travel time, by importance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..geo.disruption import network_changes
from ..geo.rankings import link_name
from ..geo.service_areas import APPROXIMATE, service_areas
from ..units import format_number
from . import network_layers as layers
from . import network_style as style
from .page import NETWORK_SCRIPTS, ReliefMap, render_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..geo.access_map import KecamatanAccess
    from ..geo.criticality import LinkImpact
    from ..geo.isochrones import Isochrone
    from ..geo.network import RoadNetwork
    from ..geo.province import Province

_MOST_ROWS: Final = 40


def map_network(network: RoadNetwork, *, title: str = "Jaringan jalan dan penyeberangan") -> ReliefMap:
    """Return the map of a network by road class, with its crossings and closures.

    Parameters
    ----------
    network : RoadNetwork
    title : str, optional

    Returns
    -------
    ReliefMap
        One HTML page that opens with no network.
    """
    points = layers.NetworkPoints(network)
    table = network.table
    facts = [
        ["Simpul", format_number(len(table.node_ids)), ""],
        ["Ruas", format_number(len(table.kind)), f"{format_number(network.num_closed)} ditutup"],
        ["Jalan", format_number(sum(_road_m(network)) / 1000), "km"],
        ["Feri", format_number(len(network.crossings)), "lintasan"],
    ]
    drawn = [*layers.class_layers(points), *layers.crossing_layers(points)]
    closed = [edge for edge, factor in enumerate(table.slow_factor.tolist()) if factor == float("inf")]
    if closed:
        look = style.CLOSED
        item = {"pairs": points.pairs(closed), "colour": look.colour, "weight": look.weight, "text": look.name}
        legend = [{"colour": look.colour, "weight": look.weight, "label": look.name}]
        drawn.append({"kind": "lines", "name": f"ditutup ({len(closed)} ruas)", "shown": True, "legend": legend, "items": [item]})
    return _page(points, drawn, title=title, subtitle=table.name, facts=facts)


def map_disruption(
    before: RoadNetwork,
    after: RoadNetwork,
    *,
    province: Province,
    access: Sequence[KecamatanAccess] = (),
    areas: Mapping[str, Any] | None = None,
    warehouses: Iterable[str] = (),
    title: str = "Gangguan jaringan dan keterisolasian",
) -> ReliefMap:
    """Return the map of what changed between two networks and of whom it isolates.

    Parameters
    ----------
    before, after : RoadNetwork
        A network and a disrupted copy of it.
    province : Province
    access : sequence of KecamatanAccess, optional
        From `access_changes` of the same two networks; colours the kecamatan and draws the isolated desa.
    areas : mapping of str to shapely polygon, optional
        Area of each kecamatan by code, EPSG:4326; None draws approximate service areas, and says so.
    warehouses : iterable of str, optional
        Node ids, drawn as dots.
    title : str, optional

    Raises
    ------
    InputError
        Where the two are not copies of one network.
    """
    changes = network_changes(before, after)
    points = layers.NetworkPoints(after)
    names = {one.edge: link_name(province, after, one.link) for one in changes[: 10 * _MOST_ROWS]}
    shapes = service_areas(province, level="kecamatan") if areas is None and access else areas or {}
    told = "jiwa terjangkau sesudah gangguan, per kecamatan" + (" (wilayah perkiraan)" if areas is None else "")
    drawn = [layers.access_layer(access, shapes, name=told)] if access else []
    drawn += [layers.pale_roads(points), *layers.crossing_layers(points), layers.change_layer(points, changes, names)]
    drawn += [layers.isolated_layer(access, province)] if access else []
    stores = list(warehouses)
    drawn += [layers.place_layer(points, stores, "gudang")] if stores else []
    lost = [row for row in access if row.people_isolated]
    facts = [
        ["Ruas berubah", format_number(len(changes)), f"{format_number(sum(one.what == 'closed' for one in changes))} ditutup"],
        ["Jiwa terisolasi", format_number(sum(row.people_isolated for row in lost)), f"di {len(lost)} kecamatan"],
        ["Desa terisolasi", format_number(sum(len(row.isolated) for row in lost)), ""],
    ]
    rows = [[f"Kec. {row.name}", row.people_isolated, len(row.isolated)] for row in sorted(lost, key=lambda row: -row.people_isolated)]
    tables = [{"title": "Kecamatan terisolasi", "head": ["Kecamatan", "Jiwa", "Desa"], "rows": rows[:_MOST_ROWS]}] if rows else []
    notes = [APPROXIMATE] if access and areas is None else []
    return _page(points, drawn, title=title, subtitle=after.table.name, facts=facts, tables=tables, notes=notes)


def map_isochrones(
    network: RoadNetwork, found: Sequence[Isochrone], *, from_nodes: Iterable[str] = (), title: str = "Jangkauan menurut waktu tempuh"
) -> ReliefMap:
    """Return the map of isochrones over the roads.

    Parameters
    ----------
    network : RoadNetwork
    found : sequence of Isochrone
        From `isochrones`.
    from_nodes : iterable of str, optional
        The starts, drawn as dots.
    title : str, optional
    """
    points, starts = layers.NetworkPoints(network), list(from_nodes)
    drawn = [layers.isochrone_layer(found), layers.pale_roads(points), *layers.crossing_layers(points)]
    drawn += [layers.place_layer(points, starts, "titik berangkat")] if starts else []
    facts = [[f"Sampai {layers.hours_text(one.limit_s)}", format_number(one.people), "jiwa"] for one in found]
    notes = ["wilayah perkiraan: pita di sepanjang jalan yang dilalui; penyeberangan tidak digambar sebagai wilayah"]
    bounds = layers.area_bounds([one.area for one in found])
    return _page(points, drawn, title=title, subtitle=network.table.name, facts=facts, notes=notes, bounds=bounds)


def map_criticality(network: RoadNetwork, impacts: Sequence[LinkImpact], *, province: Province, title: str = "Ruas kritis") -> ReliefMap:
    """Return the map of the links whose loss isolates most people, with their ranking.

    Parameters
    ----------
    network : RoadNetwork
    impacts : sequence of LinkImpact
        From `link_criticality`, in its order.
    province : Province
    title : str, optional
    """
    points = layers.NetworkPoints(network)
    names = {one.link: link_name(province, network, one.link) for one in impacts[: 10 * _MOST_ROWS]}
    drawn = [layers.pale_roads(points), *layers.crossing_layers(points), layers.impact_layer(points, impacts, names)]
    rows = [
        [str(rank), names[one.link], one.people_cut_off, "-" if one.detour_s is None else str(round(one.detour_s / 60))]
        for rank, one in enumerate(impacts[:_MOST_ROWS], start=1)
    ]
    tables = [{"title": "Peringkat", "head": ["", "Ruas", "Jiwa", "Menit"], "rows": rows}]
    facts = [
        ["Ruas diperingkat", format_number(len(impacts)), ""],
        ["Mengisolasi orang", format_number(sum(one.people_cut_off > 0 for one in impacts)), "ruas"],
    ]
    return _page(points, drawn, title=title, subtitle=network.table.name, facts=facts, tables=tables)


def _road_m(network: RoadNetwork) -> list[int]:
    return [int(length) for length, kind in zip(network.table.length_m.tolist(), network.table.kind, strict=True) if kind == "road"]


def _page(
    points: layers.NetworkPoints,
    drawn: list[layers.Data],
    *,
    title: str,
    subtitle: str,
    facts: list[list[str]],
    tables: Sequence[layers.Data] = (),
    notes: Sequence[str] = (),
    bounds: list[list[float]] | None = None,
) -> ReliefMap:
    told = {"title": title, "subtitle": subtitle, "facts": facts, "tables": list(tables), "notes": list(notes)}
    data = layers.page_base(points.network) | told | {"layers": drawn} | ({} if bounds is None else {"bounds": bounds})
    return render_page(data | {"points": points.latlon}, title=title, scripts=NETWORK_SCRIPTS)
