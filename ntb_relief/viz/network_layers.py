"""What a page shows of a network, layer by layer: roads by class, crossings, changes, access, isochrones, impacts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..data import read_outline, read_table
from ..geo.lines import edge_shapes
from ..geo.special_lines import special_lines
from ..units import format_number
from . import network_style as style

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..geo.access_map import KecamatanAccess
    from ..geo.criticality import LinkImpact
    from ..geo.disruption import EdgeChange
    from ..geo.isochrones import Isochrone
    from ..geo.network import RoadNetwork
    from ..geo.province import Province

Data = dict[str, Any]
_SIMPLER_DEG: Final = 0.00005
"""Bends nearer than this (5 m) to the line are left out: a page must stay light."""
_AREA_SIMPLER_DEG: Final = 0.0005
_LARGEST_RADIUS: Final = 11


class NetworkPoints:
    """Numbers the points of a page, so that lines are lists of small numbers."""

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network
        self.latlon: list[list[float]] = []
        self._rows: dict[tuple[float, float], int] = {}

    def pairs(self, edges: Iterable[int]) -> list[int]:
        """Return the segments of edges as pairs of numbers, one after another."""
        import shapely

        rows = np.fromiter(edges, dtype=np.int64)
        shapes = shapely.simplify(edge_shapes(self.network)[rows], _SIMPLER_DEG) if rows.size else []
        found: list[int] = []
        for shape in shapes:
            numbers = [self._number(lat, lon) for lon, lat in shape.coords]
            for one, other in pairwise(numbers):
                found += (one, other)
        return found

    def _number(self, lat: float, lon: float) -> int:
        key = round(lat, 5), round(lon, 5)
        if key not in self._rows:
            self._rows[key] = len(self.latlon)
            self.latlon.append(list(key))
        return self._rows[key]


def page_base(network: RoadNetwork) -> Data:
    """Return what every network page has under its layers: the coast and names of the province, and whom to thank."""
    is_ntb = overlaps_ntb(network)
    coast = [[[round(lat, 4), round(lon, 4)] for lon, lat in ring] for ring in read_outline()] if is_ntb else []
    areas = [{"name": name, "at": [lat, lon]} for name, lon, lat in area_names()]
    return {
        "coast": coast,
        "areas": areas if is_ntb else [],
        "attribution": thanks(network),
        "bounds": network_bounds(network),
        "roads": [], "crossings": [], "closures": [], "sites": [], "poskos": [], "scale": [], "unknown": "#bdbdbd",
    }  # fmt: skip


def thanks(network: RoadNetwork) -> list[str]:
    """Return whom a picture of a network names as its sources."""
    roads = ["\u00a9 OpenStreetMap contributors (ODbL)"] if any("OpenStreetMap" in source for source in set(network.table.source)) else []
    return [*roads, *(["garis pantai perkiraan (Natural Earth)"] if overlaps_ntb(network) else [])]


def area_names() -> list[tuple[str, float, float]]:
    """Return name, lon and lat of every kabupaten and kota, a kota named so where a kabupaten bears its name too."""
    rows = [row for row in read_table("kabupaten") if row["lat"]]
    names = [row["name"] for row in rows]
    told = (f"Kota {row['name']}" if row["type"] == "kota" and names.count(row["name"]) > 1 else row["name"] for row in rows)
    return [(name, float(row["lon"]), float(row["lat"])) for name, row in zip(told, rows, strict=True)]


def class_layers(points: NetworkPoints, *, shown: bool = True) -> list[Data]:
    """Return one layer for each road class, the least important first."""
    network = points.network
    kinds, kind_names, classes, class_names = network.index.codes
    is_road = kinds == (kind_names.index("road") if "road" in kind_names else -1)
    layers = []
    for name, look in style.road_styles(network).items():
        edges = np.flatnonzero(is_road & (classes == class_names.index(name)))
        km = float(network.table.length_m[edges].sum()) / 1000
        told = look.name if look is not style.OTHER_ROAD else f"{look.name} ({name})"
        layers.append(_lines(f"{told}: {format_number(km)} km", [_line(points, edges, look)], look, shown=shown))
    return layers


def pale_roads(points: NetworkPoints) -> Data:
    """Return all roads as one quiet layer."""
    kinds, kind_names = points.network.index.codes[:2]
    edges = np.flatnonzero(kinds == (kind_names.index("road") if "road" in kind_names else -1))
    return _lines("jalan", [_line(points, edges, style.PALE_ROAD)], style.PALE_ROAD)


def crossing_layers(points: NetworkPoints) -> list[Data]:
    """Return ferries, boats, sea and air lines, each with what is known and assumed of it."""
    network = points.network
    named = {frozenset(line.link): line for line in special_lines()}
    ferries = {frozenset((one.from_node, one.to_node)): one for one in network.crossings}
    table, layers = network.table, []
    for kind, look in style.CROSSING_STYLES.items():
        items = []
        for edge in (edge for edge, of in enumerate(table.kind) if of == kind):
            link = frozenset(table.node_ids[int(ends[edge])] for ends in (table.edge_from, table.edge_to))
            text = f"{look.name}, {format_number(float(table.length_m[edge]) / 1000)} km"
            name = ""
            if link in ferries:
                name, times = ferries[link].id, len(ferries[link].departures_s)
                text += f", {times} kali sehari" + (" (diasumsikan)" if ferries[link].confidence == "assumed" else "")
            elif link in named:
                name = named[link].name
                text += f", {format_number(named[link].capacity_kg)} kg sekali jalan (diasumsikan)"
            items.append(_line(points, [edge], look) | {"name": name, "text": text})
        if items:
            layers.append(_lines(f"{look.name} ({len(items)})", items, look, shown=kind in {"ferry", "boat"}))
    return layers


def change_layer(points: NetworkPoints, changes: Sequence[EdgeChange], names: Mapping[int, str]) -> Data:
    """Return the edges that are not as before, by what became of them."""
    items = [
        _line(points, [one.edge], style.change_style(points.network, one.edge, one.what))
        | {"name": names.get(one.edge, ""), "text": style.CHANGE_STYLES[one.what].name}
        for one in changes
    ]
    looks = dict.fromkeys(style.CHANGE_STYLES[one.what] for one in changes)
    legend = [{"colour": look.colour, "weight": look.weight, "dash": look.dash, "label": look.name} for look in looks]
    return {"kind": "lines", "name": f"perubahan ({format_number(len(changes))} ruas)", "shown": True, "legend": legend, "items": items}


def access_layer(rows: Iterable[KecamatanAccess], areas: Mapping[str, Any], *, name: str) -> Data:
    """Return the kecamatan by the share of their people who are reached after."""
    items = [
        {
            "rings": _rings(areas[row.code]),
            "colour": style.ACCESS_STEPS[style.access_step(row.share_after)][1],
            "name": f"Kec. {row.name}:",
            "text": f"{format_number(row.reached_after)} dari {format_number(row.people)} jiwa terjangkau"
            + (f", {format_number(row.people_isolated)} baru terisolasi" if row.people_isolated else ""),
        }
        for row in rows
        if row.code in areas
    ]
    legend = [{"colour": colour, "label": label} for _, colour, label in style.ACCESS_STEPS]
    return {"kind": "areas", "name": name, "shown": True, "legend": legend, "items": items}


def isolated_layer(rows: Iterable[KecamatanAccess], province: Province) -> Data:
    """Return the desa that were reached before and are not after, circles by their people."""
    desa = [province.desa[code] for row in rows for code in row.isolated]
    most = max((one.population or 0 for one in desa), default=1)
    items = [
        {
            "at": [one.lat, one.lon],
            "radius": round(3 + (_LARGEST_RADIUS - 3) * ((one.population or 0) / most) ** 0.5, 1),
            "colour": style.ISOLATED,
            "name": one.title,
            "text": f"{format_number(one.population or 0)} jiwa terisolasi",
        }
        for one in sorted(desa, key=lambda one: -(one.population or 0))
    ]
    legend = [{"colour": style.ISOLATED, "radius": 5, "label": "desa terisolasi"}]
    return {"kind": "circles", "name": f"desa terisolasi ({format_number(len(items))})", "shown": True, "legend": legend, "items": items}


def isochrone_layer(found: Sequence[Isochrone]) -> Data:
    """Return the areas within each time, the farthest lowest."""
    order = sorted(found, key=lambda one: one.limit_s)
    items, legend = [], []
    for row, one in enumerate(order):
        colour = style.time_colour(row, len(order))
        people = f", {format_number(one.people)} jiwa" if one.people else ""
        label = f"sampai {hours_text(one.limit_s)}{people}"
        shape = {"rings": _rings(one.area), "colour": colour, "opacity": 0.8, "line": "#5b84b1", "name": "", "text": label}
        items.append(shape)
        legend.append({"colour": colour, "label": label})
    return {"kind": "areas", "name": "waktu tempuh (perkiraan)", "shown": True, "legend": legend, "items": items[::-1]}


def impact_layer(points: NetworkPoints, impacts: Sequence[LinkImpact], names: Mapping[tuple[str, str], str]) -> Data:
    """Return links by whom their loss isolates, the gravest on top."""
    items = []
    for one in reversed(impacts):
        edges = points.network.index.edges_by_link[frozenset(one.link)]
        detour = "tanpa jalan lain" if one.detour_s is None else f"memutar {format_number(one.detour_s / 60)} menit"
        _, colour, weight, _ = style.IMPACT_STEPS[style.impact_step(one.people_cut_off)]
        look = style.LineStyle(colour, weight, None, "") if one.people_cut_off else style.NO_IMPACT
        text = f"{format_number(one.people_cut_off)} jiwa terisolasi, {detour}"
        items.append(_line(points, edges, look) | {"name": names.get(one.link, ""), "text": text})
    legend = [{"colour": colour, "weight": weight, "label": label} for _, colour, weight, label in style.IMPACT_STEPS]
    if any(not one.people_cut_off for one in impacts):
        legend.append({"colour": style.NO_IMPACT.colour, "weight": style.NO_IMPACT.weight, "label": style.NO_IMPACT.name})
    return {"kind": "lines", "name": f"ruas kritis ({format_number(len(items))})", "shown": True, "legend": legend, "items": items}


def place_layer(points: NetworkPoints, nodes: Iterable[str], name: str) -> Data:
    """Return nodes as dark dots: warehouses, starts."""
    table, rows = points.network.table, points.network.index.rows(nodes)
    items = [
        {
            "at": [float(table.node_lat[row]), float(table.node_lon[row])],
            "radius": 5,
            "colour": "#111",
            "name": name,
            "text": table.node_ids[row],
        }
        for row in rows
    ]
    legend = [{"colour": "#111", "radius": 5, "label": name}]
    return {"kind": "circles", "name": f"{name} ({len(items)})", "shown": True, "legend": legend, "items": items}


def area_bounds(areas: Sequence[Any]) -> list[list[float]] | None:
    """Return south-west and north-east of areas as (lat, lon); None where all are empty."""
    boxes = [area.bounds for area in areas if not area.is_empty]
    if not boxes:
        return None
    west, south, east, north = (pick(side) for pick, side in zip((min, min, max, max), zip(*boxes, strict=True), strict=True))
    return [[south, west], [north, east]]


def hours_text(seconds: int) -> str:
    """Return ``"30 menit"`` or ``"2,5 jam"``."""
    hours = seconds / 3600
    return f"{format_number(seconds / 60)} menit" if hours < 1 else f"{format_number(hours, decimals=0 if hours == int(hours) else 1)} jam"


def _line(points: NetworkPoints, edges: Iterable[int], look: style.LineStyle) -> Data:
    return {"pairs": points.pairs(edges), "colour": look.colour, "weight": look.weight, "dash": look.dash}


def _lines(name: str, items: list[Data], look: style.LineStyle, *, shown: bool = True) -> Data:
    legend = [{"colour": look.colour, "weight": look.weight, "dash": look.dash, "label": name}]
    return {"kind": "lines", "name": name, "shown": shown, "legend": legend, "items": items}


def _rings(area: Any) -> list[list[list[list[float]]]]:  # noqa: ANN401 - shapely ships no types
    """Return polygons, each its rings as (lat, lon), a little simpler."""
    import shapely

    simple = shapely.simplify(area, _AREA_SIMPLER_DEG)
    parts = [part for part in shapely.get_parts(simple) if part.geom_type == "Polygon" and not part.is_empty]
    return [[[[round(y, 4), round(x, 4)] for x, y in ring.coords] for ring in (part.exterior, *part.interiors)] for part in parts]


def overlaps_ntb(network: RoadNetwork) -> bool:
    """Tell whether a network lies in the province, whose coast and names are then drawn."""
    if not network.table.node_lon.size:
        return False
    (west, south), (east, north) = (end(read_outline()) for end in (_low, _high))
    lon, lat = network.table.node_lon, network.table.node_lat
    return bool(lon.max() >= west and lon.min() <= east and lat.max() >= south and lat.min() <= north)


def _low(rings: Iterable[Iterable[tuple[float, float]]]) -> tuple[float, float]:
    points = [point for ring in rings for point in ring]
    return min(point[0] for point in points), min(point[1] for point in points)


def _high(rings: Iterable[Iterable[tuple[float, float]]]) -> tuple[float, float]:
    points = [point for ring in rings for point in ring]
    return max(point[0] for point in points), max(point[1] for point in points)


def network_bounds(network: RoadNetwork) -> list[list[float]]:
    """Return south-west and north-east of a network as (lat, lon); the province where it has no nodes."""
    lon, lat = network.table.node_lon, network.table.node_lat
    if not lon.size:
        return [[-9.2, 115.7], [-8.0, 119.4]]
    return [[float(lat.min()), float(lon.min())], [float(lat.max()), float(lon.max())]]
