"""Where a text of a planner is: coordinates, a node, a code, a harbour or a name."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from ...data import read_table
from ...errors import InputError, Issue
from ...geo.network import RoadNetwork
from ...geo.places import search_key
from ...geo.province import load_province

if TYPE_CHECKING:
    from ...geo.areas import Area
    from .cells import Cell, CellReader
    from .headings import Row

# Decimal points with a comma, semicolon or space between; or decimal commas with a semicolon or space.
_PAIR: Final = re.compile(
    r"\(?\s*([-+]?\d{1,3}(?:\.\d+)?)\s*°?\s*(?:[,;]|\s)\s*([-+]?\d{1,3}(?:\.\d+)?)\s*°?\s*\)?"
    r"|\(?\s*([-+]?\d{1,3},\d+)\s*°?\s*(?:;|\s)\s*([-+]?\d{1,3},\d+)\s*°?\s*\)?"
)
_HARBOUR_WORD: Final = re.compile(r"^(?:pelabuhan|dermaga|bandara)\s*[:.]?\s+", re.IGNORECASE)
_BPS_CODE: Final = re.compile(r"(?:ID)?(\d{10})", re.IGNORECASE)
_FAR_M: Final = 5_000


@dataclass(frozen=True, slots=True)
class Spot:
    """A place found: its point, the road node it is reached at, its code where it has one, its name."""

    lon: float
    lat: float
    node_id: str
    code: str
    name: str


@dataclass(slots=True)
class PlaceFinder:
    """Finds places in the embedded province and network; each text is looked up once."""

    reader: CellReader
    _known: dict[str, Spot | None] = field(default_factory=dict)

    def row_spot(self, row: Row) -> Spot | None:
        """Return the place a row gives, in one column or in several (latitude and longitude, desa and kecamatan, code).

        None, with an issue, where it is missing or not clear. A node or code column beside it has the last word.
        """
        node, code = self.reader.text(row["node"]), self.reader.text(row["code"])
        if node and not has_node(node):
            fix = "leave it empty: the nearest node is taken"
            self.reader.log.add(row["node"].where, f"'{node}' is not a node of the road network", fix)
            return None
        spot = self._base_spot(row, node)
        if spot is None:
            return None
        keeps_code = row["place"].is_blank and row["lat"].is_blank
        return Spot(spot.lon, spot.lat, node or spot.node_id, spot.code if keeps_code or not code else code, spot.name)

    def has_place(self, row: Row) -> bool:
        """Tell whether a row says where it is."""
        return not all(row[name].is_blank for name in ("place", "lat", "lon", "desa", "kecamatan", "kabupaten", "code"))

    def find(self, cell: Cell) -> Spot | None:
        """Return the place a cell names; None, with an issue, where it is blank or not clear."""
        text = self.reader.text(cell)
        if not text:
            self.reader.log.add(cell.where, "the place is missing", "write a Kemendagri code, a name such as 'Kec. Gangga', or coordinates")
            return None
        return self._look_up(text, cell=cell)

    def try_find(self, text: str) -> Spot | None:
        """Return the place of a text, or None without an issue."""
        try:
            return _spot_of(text)
        except InputError:
            return None

    def _base_spot(self, row: Row, node: str) -> Spot | None:
        if not row["place"].is_blank:
            return self.find(row["place"])
        if not (row["lat"].is_blank and row["lon"].is_blank):
            return self._point(row, node)
        for name, text in (("desa", _joined(row, "desa", "Desa")), ("kecamatan", _joined(row, "kecamatan", "Kec.")), ("kabupaten", None)):
            cell = row[name]
            if not cell.is_blank:
                return self._look_up(text or self.reader.text(cell), cell=cell)
        if not row["code"].is_blank:
            return self.find(row["code"])
        self.reader.log.add(
            row["place"].where, "the place is missing", "write a Kemendagri code, a name such as 'Kec. Gangga', or coordinates"
        )
        return None

    def _point(self, row: Row, node: str) -> Spot | None:
        lat, lon = (self.reader.number(row[name], minimum=-180) for name in ("lat", "lon"))
        if lat is None or lon is None:
            for name, value in (("lat", lat), ("lon", lon)):
                if value is None and row[name].is_blank:
                    self.reader.log.add(
                        row[name].where, "half of the coordinates is missing", "give latitude and longitude, e.g. -8.35 and 116.16"
                    )
            return None
        text = f"{lat!r}, {lon!r}"
        return Spot(lon, lat, node, "", text) if node else self._look_up(text, cell=row["lat"])

    def _look_up(self, text: str, *, cell: Cell) -> Spot | None:
        key = " ".join(text.split())
        if key not in self._known:
            try:
                self._known[key] = _spot_of(key)
            except InputError as error:
                self.reader.log.issues.extend(Issue(cell.where, issue.what, issue.fix) for issue in error.issues)
                return None  # not kept: the same mistake in another cell is told there too
            if guess := guess_of(key):
                self.reader.notes.add(cell.where, guess)
        return self._known[key]


def _joined(row: Row, name: str, level: str) -> str:
    """Return "Desa Gondang, Gangga, Lombok Utara" from the columns of a row, from one level up."""
    levels = ("desa", "kecamatan", "kabupaten")
    words = [str(row[level_name].value or "").strip() for level_name in levels[levels.index(name) :]]
    first = words[0] if not words[0] or search_key(words[0]).startswith(("desa", "kel", "ds", "kec")) else f"{level} {words[0]}"
    return ", ".join(word for word in (first, *words[1:]) if word)


def guess_of(text: str) -> str:
    """Return what was guessed to understand a place, Indonesian; empty where nothing was."""
    point = _coordinates(text)
    if point is None:
        found = load_province().find(text)
        is_wide = len(found) == 1 and found[0].kind == "kabupaten"
        return f"'{text}' dibaca sebagai pusat {found[0].title}" if is_wide else ""
    lon, lat, is_swapped = point
    if is_swapped:
        return f"'{text}' dibaca terbalik: lintang {lat:g}, bujur {lon:g}"
    if not load_province().is_inside(lon=lon, lat=lat):
        return f"'{text}' di luar garis pantai perkiraan NTB"
    distance_m = RoadNetwork.from_ntb().snap(lon=lon, lat=lat).distance_m
    return f"'{text}' berjarak {distance_m / 1000:.1f} km dari simpul jalan terdekat" if distance_m > _FAR_M else ""


def has_node(node_id: str) -> bool:
    """Tell whether the embedded network has a node."""
    return node_id in RoadNetwork.from_ntb().index.node_rows


def _coordinates(text: str) -> tuple[float, float, bool] | None:
    """Return (lon, lat, whether they stood in the other order) where the text is a pair of numbers."""
    found = _PAIR.fullmatch(text)
    if found is None:
        return None
    first, second = (float(part.replace(",", ".")) for part in found.groups() if part is not None)
    is_swapped = abs(second) <= 90 < abs(first)  # noqa: PLR2004 - no latitude is beyond 90 degrees
    return (first, second, True) if is_swapped else (second, first, False)


def _spot_of(text: str) -> Spot:
    """Return the place of a text; `InputError` with one issue where it is none or several."""
    point = _coordinates(text)
    if point is not None:
        return _spot_at(text, lon=point[0], lat=point[1])
    if has_node(text):
        return Spot(*_point_of(text), text, "", text)
    harbours, key = _harbours(), _harbour_key(text)
    if key in harbours and _HARBOUR_WORD.match(text):
        return harbours[key]
    bps, province = _BPS_CODE.fullmatch(text), load_province()
    if key in harbours and not province.find(text):  # "Bangsal" is no area; "Kayangan" is a kecamatan first
        return harbours[key]
    return _spot_of_area(province.locate(_kemendagri_code(bps[1]) if bps else text))


def _spot_of_area(area: Area) -> Spot:
    node_id = area.node_id or ""  # `locate` refuses an area without a point
    lon, lat = _point_of(node_id) if area.lon is None or area.lat is None else (area.lon, area.lat)
    return Spot(lon, lat, node_id, area.code, load_province().label(area))


def _point_of(node_id: str) -> tuple[float, float]:
    network = RoadNetwork.from_ntb()
    row = network.index.node_rows[node_id]
    return float(network.table.node_lon[row]), float(network.table.node_lat[row])


def _spot_at(text: str, *, lon: float, lat: float) -> Spot:
    if lat > 0:
        issue = Issue(f"place '{text}'", f"latitude {lat:g} is north of the equator", f"write -{lat:g} for south ({lat:g} LS)")
        raise InputError([issue])
    snap = RoadNetwork.from_ntb().snap(lon=lon, lat=lat)
    return Spot(lon, lat, snap.node_id, "", text)


def _kemendagri_code(bps_code: str) -> str:
    return next((row["code"] for row in read_table("desa") if row["bps_code"] == bps_code), bps_code)


@cache
def _harbours() -> dict[str, Spot]:
    """Return ports and airports by the keys of their ids and names."""
    found: dict[str, Spot] = {}
    for row in read_table("ports"):
        spot = Spot(float(row["lon"]), float(row["lat"]), row["node"], row["kecamatan_code"], row["name"])
        for name in (row["port"], row["name"], *re.split(r"[(/,)]", row["name"])):  # "Pelabuhan Bangsal / Pemenang" has two
            word = "Bandara " if row["kind"] == "airport" else ""
            found.setdefault(_harbour_key(word + name.strip()), spot)
    found.pop("", None)
    return found


def _harbour_key(text: str) -> str:
    """Return a name without the word Pelabuhan; Bandara stays, once, so that Bandara Bima is no harbour."""
    bare = search_key(_HARBOUR_WORD.sub("", _HARBOUR_WORD.sub("", text)))
    return f"bandara{bare}" if search_key(text).startswith("bandara") and bare else bare


def people_per_household(*, lon: float, lat: float, code: str) -> tuple[float, str]:
    """Return the persons per household (*KK*) of the kabupaten of a place, and the kabupaten's name.

    Without a code the kabupaten of the nearest desa counts. Source: Dukcapil counts of the embedded tables.
    """
    province = load_province()
    kabupaten = province.kabupaten.get(".".join(code.split(".")[:2]))
    if kabupaten is None:
        # Near enough for picking a neighbour: degrees of longitude are 1 % shorter than of latitude here.
        nearest = min(
            (desa for desa in province.desa.values() if desa.lon is not None and desa.lat is not None),
            key=lambda desa: math.hypot((desa.lon or 0) - lon, (desa.lat or 0) - lat),
        )
        kabupaten = province.kabupaten[".".join(nearest.code.split(".")[:2])]
    return (kabupaten.population or 0) / (kabupaten.households or 1), kabupaten.title
