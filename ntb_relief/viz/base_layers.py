"""What a map shows of the question: coast, roads, crossings, closures, sites, and poskos with their needs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..data import read_outline, read_table
from ..plan.report import area_name
from ..plan.report.words import format_mass, kabupaten_code, kecamatan_code
from ..units import format_number

if TYPE_CHECKING:
    from ..model.operation import Operation
    from ..model.places import Posko, Site
    from ..model.provenance import Provenance

ROAD_NAMES: Final = {
    "trunk": "jalan utama",
    "national": "jalan nasional",
    "provincial": "jalan provinsi",
    "secondary": "jalan sekunder",
    "local": "jalan lokal (perkiraan)",
    "trail": "jalan setapak",
}
_CROSSING_NAMES: Final = {"ferry": "feri", "boat": "jalur perahu", "sea": "jalur laut", "air": "jalur udara"}
_OFF_ROAD_DEG: Final = 0.0005
"""A place farther than this (about 50 m) from its node is joined to it by a line."""

Data = dict[str, Any]


class Points:
    """Numbers the points of a page, so that lines are lists of small numbers."""

    def __init__(self, operation: Operation) -> None:
        self.roads = operation.roads
        self.latlon: list[list[float]] = []
        self._rows: dict[int | str, int] = {}
        places: list[Posko | Site] = [*operation.poskos, *operation.sites]
        self._places = {place.id: place for place in places}

    def node(self, row: int) -> int:
        """Return the number of a node of the road table, given by its row."""
        if row not in self._rows:
            self._rows[row] = self._add(float(self.roads.node_lat[row]), float(self.roads.node_lon[row]))
        return self._rows[row]

    def link(self, place_id: str, row: int) -> list[int]:
        """Return the line from a place to its node; empty where it stands at the node."""
        place = self._places[place_id]
        apart = max(abs(place.lat - float(self.roads.node_lat[row])), abs(place.lon - float(self.roads.node_lon[row])))
        if apart < _OFF_ROAD_DEG:
            return []
        if place_id not in self._rows:
            self._rows[place_id] = self._add(place.lat, place.lon)
        return [self.node(row), self._rows[place_id]]

    def edge(self, edge: int) -> list[int]:
        """Return an edge of the road table as two numbers, the same whichever way it is driven."""
        return sorted((self.node(int(self.roads.edge_from[edge])), self.node(int(self.roads.edge_to[edge]))))

    def _add(self, lat: float, lon: float) -> int:
        self.latlon.append([round(lat, 4), round(lon, 4)])
        return len(self.latlon) - 1


def base_data(operation: Operation, points: Points) -> Data:
    """Return the layers under the plan."""
    return {
        "coast": [[[round(lat, 4), round(lon, 4)] for lon, lat in ring] for ring in read_outline()],
        "areas": [{"name": row["name"], "at": [float(row["lat"]), float(row["lon"])]} for row in read_table("kabupaten") if row["lat"]],
        "roads": _roads(points),
        "crossings": _crossings(operation, points),
        "closures": _closures(operation, points),
        "attribution": _attribution(operation),
    }


def _roads(points: Points) -> list[Data]:
    pairs: dict[str, list[int]] = defaultdict(list)
    for edge, kind in enumerate(points.roads.kind):
        if kind == "road":
            pairs[points.roads.road_class[edge]] += points.edge(edge)
    order = [*ROAD_NAMES, *sorted(pairs.keys() - ROAD_NAMES.keys())]
    return [{"id": name, "name": ROAD_NAMES.get(name, name), "pairs": pairs[name]} for name in order if name in pairs]


def _crossings(operation: Operation, points: Points) -> list[Data]:
    """Return the lines over water or by air that some vehicle of the fleet may take."""
    kinds = {kind for name in {x.profile for x in operation.fleet_types} for kind in operation.profiles[name].kinds}
    lines = {frozenset((x.from_node, x.to_node)): x for x in operation.crossings}
    rows = []
    for edge, kind in enumerate(points.roads.kind):
        if kind == "road" or kind not in kinds:
            continue
        line = lines.get(frozenset(points.roads.node_ids[int(end[edge])] for end in (points.roads.edge_from, points.roads.edge_to)))
        text = f"{_CROSSING_NAMES.get(kind, kind)}, {format_number(float(points.roads.length_m[edge]) / 1000)} km"
        if line is not None:
            text += f", {len(line.departures_s)} kali sehari" + (" (diasumsikan)" if line.confidence == "assumed" else "")
        rows.append({"name": line.id if line is not None else "", "text": text, "pairs": points.edge(edge)})
    return rows


def _closures(operation: Operation, points: Points) -> list[Data]:
    roads = points.roads
    ends: dict[frozenset[str], list[int]] = defaultdict(list)
    for edge in range(len(roads.kind)):
        ends[frozenset((roads.node_ids[int(roads.edge_from[edge])], roads.node_ids[int(roads.edge_to[edge])]))].append(edge)
    rows = []
    for closure in operation.closures:
        edges = ends[frozenset((closure.from_node, closure.to_node))]
        closed = closure.slow_factor is None
        state = "ditutup" if closure.slow_factor is None else f"{format_number(closure.slow_factor, decimals=1)} kali lebih lambat"
        rows.append({"name": closure.where, "text": state, "closed": closed, "pairs": [x for edge in edges for x in points.edge(edge)]})
    blocked = np.flatnonzero(~np.isfinite(roads.slow_factor))
    if blocked.size:
        pairs = [x for edge in blocked for x in points.edge(int(edge))]
        rows.append({"name": "Ditutup dalam jaringan", "text": "ditutup", "closed": True, "pairs": pairs})
    return rows


def _attribution(operation: Operation) -> list[str]:
    """Return whom the reader owes the map to, and how far to trust it."""
    lines = ["garis pantai perkiraan (Natural Earth)"]
    if operation.roads.name == "ntb" or any("OpenStreetMap" in source for source in set(operation.roads.source)):
        lines.insert(0, "\u00a9 OpenStreetMap contributors (ODbL)")
    if operation.roads.name == "ntb":
        lines.append("titik desa: OCHA HDX COD-AB/BPS (CC BY-IGO), GeoNames (CC BY)")
    return lines


def site_data(operation: Operation, stock: dict[str, list[Data]]) -> list[Data]:
    """Return the sites with their kind, the vehicles based there, and rows of stock (by site id)."""
    bases: dict[str, list[str]] = defaultdict(list)
    afloat: set[str] = set()
    profile_of = {kind.id: operation.profiles[kind.profile] for kind in operation.fleet_types}
    for vehicle in operation.vehicles:
        bases[vehicle.base_id].append(vehicle.id)
        if "road" not in profile_of[vehicle.type_id].kinds:
            afloat.add(vehicle.base_id)
    stocked = {supply.site_id for supply in operation.supplies}
    rows = []
    for site in operation.sites:
        kind = "pelabuhan" if site.id in afloat else "gudang" if site.id in stocked else "pangkalan"
        rows.append(place_data(site) | {"kind": kind, "vehicles": bases[site.id], "stock": stock.get(site.id, [])})
    return rows


def place_data(place: Posko | Site) -> Data:
    """Return what poskos and sites have in common."""
    codes = (kecamatan_code(place.code), kabupaten_code(place.code))
    area = ", ".join(area_name(code) for code in codes if code)
    return {"name": place.name, "at": [round(place.lat, 5), round(place.lon, 5)], "area": area, "source": source_text(place.provenance)}


def source_text(provenance: Provenance) -> str:
    """Return where a figure comes from, in one line; empty where it is not known."""
    marks = {"assumed": "diasumsikan", "synthetic": "sintetis", "reported": "dilaporkan", "derived": "dihitung", "user": "isian"}
    parts = (provenance.source, provenance.as_of, marks.get(provenance.confidence, provenance.confidence))
    return "; ".join(part for part in parts if part)


def need_data(operation: Operation) -> list[Data]:
    """Return the poskos with their needs, the heaviest need first, so that small ones are drawn on top."""
    items = {item.id: item for item in operation.items}
    needs: dict[str, list[Data]] = defaultdict(list)
    mass_kg: dict[str, float] = defaultdict(float)
    for need in operation.needs:
        item = items[need.item_id]
        mass_kg[need.posko_id] += need.quantity * item.mass_kg
        if need.quantity:
            needs[need.posko_id].append({"id": item.id, "item": item.name, "unit": item.unit, "level": need.level, "need": need.quantity})
    rows = [
        place_data(posko)
        | {
            "id": posko.id,
            "people": posko.people,
            "households": posko.households,
            "kg": round(mass_kg[posko.id]),
            "mass": format_mass(mass_kg[posko.id]),
            "needs": needs[posko.id],
        }
        for posko in operation.poskos
    ]
    return sorted(rows, key=lambda row: -row["kg"])
