"""How roads, crossings and areas look on every picture of a network: one look, drawn by matplotlib and by the page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..geo.network import RoadNetwork


@dataclass(frozen=True, slots=True)
class LineStyle:
    """Colour, width in pixels, dashes (``"6 5"``; None is a full line) and Indonesian name of a kind of line."""

    colour: str
    weight: float
    dash: str | None
    name: str


CLASS_STYLES: Final = {
    "trunk": LineStyle("#9c1f1f", 2.8, None, "jalan utama"),
    "national": LineStyle("#d95f0e", 2.2, None, "jalan nasional"),
    "provincial": LineStyle("#e6a800", 1.8, None, "jalan provinsi"),
    "secondary": LineStyle("#009E73", 1.5, None, "jalan sekunder"),
    "local": LineStyle("#8a8f94", 0.8, None, "jalan lokal"),
    "track": LineStyle("#8C510A", 0.9, "4 2", "jalan tanah"),
    "trail": LineStyle("#8C510A", 1.4, "2 3", "jalan setapak"),
    "path": LineStyle("#8C510A", 0.9, "2 3", "jalan setapak"),
}
"""By road class; worst and thinnest last, so that what matters is drawn on top. After Okabe & Ito (2008) and ColorBrewer."""
OTHER_ROAD: Final = LineStyle("#8a8f94", 0.8, None, "jalan lain")
CROSSING_STYLES: Final = {
    "ferry": LineStyle("#0072B2", 2.2, "6 4", "feri"),
    "boat": LineStyle("#56B4E9", 1.5, "4 4", "jalur perahu"),
    "sea": LineStyle("#7f9fb5", 1.1, "1 5", "jalur laut"),
    "air": LineStyle("#CC79A7", 1.1, "8 6", "jalur udara"),
}
PALE_ROAD: Final = LineStyle("#a3a8ad", 0.7, None, "jalan")
CLOSED: Final = LineStyle("#e3001b", 3.4, None, "ditutup")
SLOW: Final = LineStyle("#e3001b", 2.4, "3 4", "lambat")
RESTRICTED: Final = LineStyle("#5D3A9B", 2.6, "7 3", "dibatasi")
BETTER: Final = LineStyle("#0072B2", 2.6, None, "dibuka atau lebih cepat")
CHANGE_STYLES: Final = {
    "closed": CLOSED, "slower": SLOW, "restricted": RESTRICTED, "opened": BETTER, "faster": BETTER, "released": BETTER,
}  # fmt: skip
ACCESS_STEPS: Final = (
    (0.0, "#a50026", "0 % jiwa terjangkau"),
    (0.5, "#f46d43", "sampai 50 %"),
    (0.9, "#fee090", "sampai 90 %"),
    (0.9999, "#abd9e9", "di bawah 100 %"),
    (1.0, "#d9e6ec", "100 % terjangkau"),
)
"""Upper end of the share of people reached, colour, label (ColorBrewer RdYlBu)."""
ISOLATED: Final = "#a50026"
TIME_COLOURS: Final = ("#08306b", "#08519c", "#2171b5", "#4292c6", "#6baed6", "#9ecae1", "#c6dbef")
"""Nearest first (ColorBrewer Blues)."""
NO_IMPACT: Final = LineStyle("#3182bd", 1.8, None, "tidak mengisolasi orang, hanya memutar")
IMPACT_STEPS: Final = (
    (1_000, "#fec44f", 2.0, "sampai 1.000 jiwa terisolasi"),
    (10_000, "#fe9929", 2.8, "sampai 10.000"),
    (100_000, "#d95f0e", 3.6, "sampai 100.000"),
    (None, "#8c2d04", 4.6, "lebih dari 100.000"),
)
"""Most people cut off (None: no end), colour, width, label; links that isolate nobody are drawn as `NO_IMPACT`."""


def road_styles(network: RoadNetwork) -> dict[str, LineStyle]:
    """Return the look of every road class of a network, the least important first, as they are drawn over each other."""
    kinds, kind_names, classes, class_names = network.index.codes
    road = kind_names.index("road") if "road" in kind_names else -1
    present = {class_names[number] for number in set(classes[kinds == road].tolist())}
    known = [name for name in CLASS_STYLES if name in present]
    return {**dict.fromkeys(sorted(present - set(known)), OTHER_ROAD), **{name: CLASS_STYLES[name] for name in reversed(known)}}


def change_style(network: RoadNetwork, edge: int, what: str) -> LineStyle:
    """Return the look of an edge that is not as before: small roads thinner, that a hundred of them stay readable."""
    look = CHANGE_STYLES[what]
    is_small = CLASS_STYLES.get(network.table.road_class[edge], OTHER_ROAD).weight <= OTHER_ROAD.weight
    return replace(look, weight=0.55 * look.weight) if is_small else look


def access_step(share: float) -> int:
    """Return the row of a share of people in `ACCESS_STEPS`.

    Examples
    --------
    >>> [access_step(share) for share in (0, 0.3, 0.9, 0.95, 1)]
    [0, 1, 2, 3, 4]
    """
    return next(row for row, (limit, _, _) in enumerate(ACCESS_STEPS) if share <= limit)


def impact_step(people: int) -> int:
    """Return the row of a number of people in `IMPACT_STEPS`.

    Examples
    --------
    >>> [impact_step(people) for people in (1, 1000, 1001, 10**6)]
    [0, 0, 1, 3]
    """
    return next(row for row, (most, _, _, _) in enumerate(IMPACT_STEPS) if most is None or people <= most)


def time_colour(row: int, count: int) -> str:
    """Return the colour of one of several times, the nearest darkest."""
    return TIME_COLOURS[row * (len(TIME_COLOURS) - 1) // max(1, count - 1)] if count > 1 else TIME_COLOURS[1]
