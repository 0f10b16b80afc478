"""What the tags of an OpenStreetMap way say to a driver. Classes and access are assumed where no tag tells them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

HIGHWAYS: Final[Mapping[str, tuple[str, int]]] = {
    "motorway": ("trunk", 6),
    "trunk": ("trunk", 6),
    "primary": ("national", 6),
    "secondary": ("provincial", 5),
    "tertiary": ("secondary", 5),
    "unclassified": ("local", 4),
    "residential": ("local", 4),
    "living_street": ("local", 4),
    "service": ("local", 4),
    "road": ("local", 4),
    "track": ("local", 3),
    "path": ("trail", 2),
    "bridleway": ("trail", 2),
    "cycleway": ("trail", 2),
    "pedestrian": ("trail", 1),
    "footway": ("trail", 1),
    "steps": ("trail", 1),
}
"""Road class and UNSDI-T access by the value of ``highway``, its links alike (assumed)."""
_SURFACES: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("paved", "asphalt", "concrete", "concrete:plates", "concrete:lanes", "paving_stones", "sett", "chipseal", "metal"), "paved"
    ),
    **dict.fromkeys(("compacted", "fine_gravel", "gravel", "pebblestone", "unhewn_cobblestone", "cobblestone", "wood", "rock"), "gravel"),
    **dict.fromkeys(("unpaved", "ground", "dirt", "earth", "mud", "sand", "grass", "clay", "dirt/sand", "woodchips"), "earth"),
}
_TRACKS: Final[Mapping[str, tuple[str, int]]] = {
    "grade1": ("paved", 4),
    "grade2": ("gravel", 4),
    "grade3": ("earth", 3),
    "grade4": ("earth", 3),
    "grade5": ("earth", 2),
}
_SMOOTHNESS: Final[Mapping[str, int]] = {"bad": 5, "very_bad": 4, "horrible": 3, "very_horrible": 2, "impassable": 1}
_NO: Final = frozenset({"no", "private"})
_YES: Final = frozenset({"yes", "designated", "permissive", "official", "destination", "delivery", "agricultural", "forestry", "customers"})
_READ: Final = frozenset({
    "highway", "route", "oneway", "junction", "maxspeed", "surface", "tracktype", "smoothness", "bridge", "access", "vehicle",
    "motor_vehicle", "motorcar", "motorcycle", "hgv", "foot", "goods", "maxweight", "maxaxleload", "duration", "name", "ref",
    "seasonal", "incline", "area", "oneway:motor_vehicle",
})  # fmt: skip
_ROUNDABOUTS: Final = frozenset({"roundabout", "circular"})
_MPH_KPH: Final = 1.609344
_SHORT_TON_KG: Final = 907.18474
_POUND_KG: Final = 0.45359237
_HILLY_PCT: Final = 5.0
_STEEP_PCT: Final = 10.0
_NUMBER: Final = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*([a-zA-Z/]*)\s*$")
_ISO: Final = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$")


class WayFacts(NamedTuple):
    """What is the same along a way; ways that agree in all of it are joined where nothing else meets them.

    Parameters
    ----------
    kind, road_class : str
    access : int
    one_way : bool
    bridge : bool
    road_name, surface, slope : str
    max_kph, max_weight_kg, max_axle_kg : float
    seasonal : int
        UNSDI-T ``IsSeasonal``.
    """

    kind: str
    road_class: str
    access: int
    one_way: bool
    bridge: bool
    road_name: str
    surface: str
    slope: str
    max_kph: float
    max_weight_kg: float
    max_axle_kg: float
    seasonal: int


class TagReader:
    """Reads tags, each combination once."""

    def __init__(self) -> None:
        self._known: dict[tuple[tuple[str, str], ...], tuple[WayFacts, bool, float] | None] = {}

    def read(self, tags: Mapping[str, str]) -> tuple[WayFacts, bool, float] | None:
        """Return the facts of a way, whether it is driven against its drawing, and a ferry's seconds (NaN where not told).

        None where nobody may use it, or it is no road and no ferry.
        """
        key = tuple((name, value) for name, value in tags.items() if name in _READ)
        if key not in self._known:
            self._known[key] = _read(dict(key))
        return self._known[key]


def _read(tags: dict[str, str]) -> tuple[WayFacts, bool, float] | None:
    if tags.get("route") == "ferry" and "highway" not in tags:
        return _ferry(tags)
    road = HIGHWAYS.get(tags.get("highway", "").removesuffix("_link"))
    if road is None or tags.get("area") == "yes":
        return None
    road_class, access = road
    tracktype = _TRACKS.get(tags.get("tracktype", ""))
    surface = _SURFACES.get(tags.get("surface", ""), "")
    if tracktype is not None and tags["highway"] == "track":
        surface, access = surface or tracktype[0], tracktype[1]
    elif surface == "earth":
        access = min(access, 4)
    access = _permitted(tags, min(access, _SMOOTHNESS.get(tags.get("smoothness", ""), access)))
    if not access:
        return None
    one_way, is_turned = _direction(tags)
    facts = WayFacts(
        kind="road",
        road_class=road_class,
        access=access,
        one_way=one_way,
        bridge=tags.get("bridge", "no") != "no",
        road_name=tags.get("name") or tags.get("ref", ""),
        surface=surface,
        slope=_slope(tags.get("incline", "")),
        max_kph=_speed(tags.get("maxspeed", "")),
        max_weight_kg=_mass(tags.get("maxweight", "")),
        max_axle_kg=_mass(tags.get("maxaxleload", "")),
        seasonal={"": 0, "no": 2}.get(tags.get("seasonal", ""), 1),
    )
    return facts, is_turned, math.nan


def _ferry(tags: dict[str, str]) -> tuple[WayFacts, bool, float] | None:
    """Return a vehicle ferry, or a boat line where vehicles are refused."""
    carries = [tags[name] for name in ("motor_vehicle", "motorcar", "hgv", "vehicle") if name in tags]
    is_for_all = not any(value in _NO for value in carries[:1])
    if tags.get("access") in _NO and not any(value in _YES for value in carries):
        return None
    kind = "ferry" if is_for_all else "boat"
    name = tags.get("name") or tags.get("ref", "")
    facts = WayFacts(kind, kind, 0, False, False, name, "", "", math.inf, math.inf, math.inf, 0)  # noqa: FBT003 - one_way, bridge
    return facts, False, _seconds(tags.get("duration", ""))


def _permitted(tags: dict[str, str], access: int) -> int:
    """Return the highest access class that signs leave, 0 where they leave none; the more specific tag overrides."""
    every = tags.get("access", "")
    vehicle = tags.get("vehicle", every)
    motor = tags.get("motor_vehicle", vehicle)
    foot = tags.get("foot", every)
    motorcycle, motorcar = tags.get("motorcycle", motor), tags.get("motorcar", motor)
    heavy = tags.get("hgv", tags.get("goods", motorcar))
    if access >= 4 and heavy in _NO and motorcar not in _NO:  # noqa: PLR2004 - trucks are class 4 and above
        access = 3
    if access >= 3 and motorcar in _NO:  # noqa: PLR2004 - four wheels
        access = 3 if heavy in _YES else 2
    if access >= 2 and motorcycle in _NO and motorcar in _NO:  # noqa: PLR2004 - motors
        access = 1
    is_path = tags["highway"] in {"cycleway", "footway", "pedestrian"}
    if is_path and motorcycle in _YES:
        access = 2
    return 0 if access == 1 and foot in _NO else access


def _direction(tags: dict[str, str]) -> tuple[bool, bool]:
    """Return whether a way is one-way, and whether against its drawing."""
    told = tags.get("oneway:motor_vehicle", tags.get("oneway", ""))
    if told in {"-1", "reverse"}:
        return True, True
    if told in {"yes", "true", "1"}:
        return True, False
    is_implied = tags.get("junction") in _ROUNDABOUTS or tags["highway"] in {"motorway", "motorway_link"}
    return is_implied and told not in {"no", "false", "0", "reversible", "alternating"}, False


def _speed(text: str) -> float:
    """Return km/h; inf where the text is none."""
    found = _NUMBER.match(text)
    if found is None or found[2].lower() not in {"", "kmh", "km/h", "kph", "mph"}:
        return 6.0 if text == "walk" else math.inf
    return (float(found[1].replace(",", ".")) * (_MPH_KPH if found[2].lower() == "mph" else 1.0)) or math.inf


def _mass(text: str) -> float:
    """Return kilograms of a text in tonnes, or in the unit it names; inf where it is none."""
    found = _NUMBER.match(text)
    units = {"": 1000.0, "t": 1000.0, "ton": 1000.0, "kg": 1.0, "st": _SHORT_TON_KG, "lbs": _POUND_KG}
    if found is None or found[2].lower() not in units:
        return math.inf
    return (float(found[1].replace(",", ".")) * units[found[2].lower()]) or math.inf


def _slope(text: str) -> str:
    """Return the slope zone of an incline in per cent or degrees; empty where it is only up or down."""
    found = re.match(r"-?\s*(\d+(?:\.\d+)?)\s*([%°]?)\s*$", text)
    if found is None:
        return ""
    steepness = float(found[1])
    steepness = math.tan(math.radians(min(steepness, 89.0))) * 100 if found[2] == "°" else steepness
    return "steep" if steepness >= _STEEP_PCT else "hilly" if steepness >= _HILLY_PCT else "flat"


def _seconds(text: str) -> float:
    """Return the seconds of ``hh:mm``, ``hh:mm:ss``, minutes or ``PT1H30M``; NaN where the text is none of them."""
    if re.fullmatch(r"\d{1,3}(:\d{1,2}){0,2}", text):
        parts = [int(part) for part in text.split(":")]
        hours, minutes, seconds = (0, parts[0], 0) if len(parts) == 1 else (*parts, 0)[:3]
        return float(hours * 3600 + minutes * 60 + seconds) or math.nan
    found = _ISO.match(text)
    if found is None:
        return math.nan
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(((days * 24 + hours) * 60 + minutes) * 60 + seconds) or math.nan
