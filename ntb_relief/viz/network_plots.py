"""Pictures of a network by matplotlib: by class, after a disruption, by travel time. Each returns its axes; none shows or saves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..data import read_outline
from ..geo.disruption import network_changes
from ..geo.lines import edge_shapes
from ..geo.service_areas import APPROXIMATE, service_areas
from ..geo.sphere import METRES_PER_DEGREE
from ..units import format_number
from . import network_style as style
from .charts import new_axes
from .network_layers import area_bounds, area_names, hours_text, network_bounds, overlaps_ntb, thanks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ..geo.access_map import KecamatanAccess
    from ..geo.isochrones import Isochrone
    from ..geo.network import RoadNetwork
    from ..geo.province import Province

_SEA: Final = "#e8f0f4"
_LAND: Final = "#fbf9f4"
_LINE_SCALE: Final = 0.62
"""Widths of the style are pixels of a page; those of a figure are points of a smaller picture."""


def plot_network(network: RoadNetwork, *, ax: Axes | None = None) -> Axes:
    """Draw a network by road class, with its crossings; closed edges red.

    Parameters
    ----------
    network : RoadNetwork
    ax : matplotlib Axes, optional
        Where to draw; a figure of its own by default.
    """
    ax = _canvas(network, ax)
    kinds, kind_names, classes, class_names = network.index.codes
    is_road = kinds == (kind_names.index("road") if "road" in kind_names else -1)
    for name, look in style.road_styles(network).items():
        _draw(ax, network, np.flatnonzero(is_road & (classes == class_names.index(name))), look, label=look.name)
    _draw_crossings(ax, network)
    _draw(ax, network, np.flatnonzero(np.isinf(network.table.slow_factor)), style.CLOSED, label=style.CLOSED.name)
    return _finish(ax, network, title=f"Jaringan {network.table.name}: jalan menurut kelas dan penyeberangan")


def plot_disruption(
    before: RoadNetwork,
    after: RoadNetwork,
    *,
    province: Province,
    access: Sequence[KecamatanAccess] = (),
    areas: Mapping[str, Any] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what changed between two networks, the share of people still reached by kecamatan, and the desa cut off.

    Parameters
    ----------
    before, after : RoadNetwork
        A network and a disrupted copy of it.
    province : Province
    access : sequence of KecamatanAccess, optional
        From `access_changes` of the same two networks.
    areas : mapping of str to shapely polygon, optional
        Area of each kecamatan by code; None draws approximate service areas, and says so.
    ax : matplotlib Axes, optional

    Raises
    ------
    InputError
        Where the two are not copies of one network.
    """
    changes = network_changes(before, after)
    ax = _canvas(after, ax)
    if access:
        _draw_access(ax, access, service_areas(province, level="kecamatan") if areas is None else areas)
    kinds, kind_names = after.index.codes[:2]
    _draw(ax, after, np.flatnonzero(kinds == (kind_names.index("road") if "road" in kind_names else -1)), style.PALE_ROAD, label="")
    _draw_crossings(ax, after)
    for look in dict.fromkeys(style.CHANGE_STYLES.values()):
        edges = [one.edge for one in changes if style.CHANGE_STYLES[one.what] is look]
        small = [edge for edge in edges if style.change_style(after, edge, "closed") is not style.CLOSED]
        _draw(ax, after, np.array(small, dtype=np.int64), look, label="", thin=0.55)
        _draw(ax, after, np.array(sorted(set(edges) - set(small)), dtype=np.int64), look, label="")
        if edges:
            _legend_line(ax, look, f"{look.name} ({format_number(len(edges))} ruas)")
    lost = [province.desa[code] for row in access for code in row.isolated]
    if lost:
        people = sum(one.population or 0 for one in lost)
        sizes = [12 + 60 * (one.population or 0) / max(1, *(other.population or 0 for other in lost)) for one in lost]
        label = f"desa terisolasi ({len(lost)}, {format_number(people)} jiwa)"
        spots = [one.lon for one in lost], [one.lat for one in lost]
        ax.scatter(*spots, s=sizes, c=style.ISOLATED, edgecolors="#333", linewidths=0.5, zorder=6, label=label)  # type: ignore[arg-type]
    note = APPROXIMATE if access and areas is None else ""
    return _finish(ax, after, title="Gangguan jaringan dan keterisolasian", note=note)


def plot_isochrones(network: RoadNetwork, found: Sequence[Isochrone], *, from_nodes: Iterable[str] = (), ax: Axes | None = None) -> Axes:
    """Draw isochrones over the roads, the nearest darkest.

    Parameters
    ----------
    network : RoadNetwork
    found : sequence of Isochrone
        From `isochrones`.
    from_nodes : iterable of str, optional
        The starts, drawn as stars.
    ax : matplotlib Axes, optional
    """
    ax = _canvas(network, ax, area_bounds([one.area for one in found]))
    order = sorted(found, key=lambda one: one.limit_s)
    for row, one in reversed(list(enumerate(order))):
        label = f"sampai {hours_text(one.limit_s)}" + (f": {format_number(one.people)} jiwa" if one.people else "")
        _fill(ax, one.area, style.time_colour(row, len(order)), zorder=2, label=label)
    kinds, kind_names = network.index.codes[:2]
    _draw(ax, network, np.flatnonzero(kinds == (kind_names.index("road") if "road" in kind_names else -1)), style.PALE_ROAD, label="")
    _draw_crossings(ax, network)
    rows = network.index.rows(from_nodes)
    if rows:
        spots = network.table.node_lon[rows], network.table.node_lat[rows]
        ax.scatter(*spots, s=110, marker="*", c="#ffd400", edgecolors="#111", linewidths=0.8, zorder=9, label="titik berangkat")
    return _finish(ax, network, title="Jangkauan menurut waktu tempuh", note="wilayah perkiraan di sepanjang jalan yang dilalui")


def _canvas(network: RoadNetwork, ax: Axes | None, bounds: list[list[float]] | None = None) -> Axes:
    """Return axes with sea and land under a part of the world: the network's own by default."""
    (south, west), (north, east) = network_bounds(network) if bounds is None else bounds
    wide, high = max(east - west, 0.01), max(north - south, 0.01)
    stretch = 1 / math.cos(math.radians((south + north) / 2))
    tall = 8.0 * high * stretch / wide
    drawn = new_axes(width=11, height=min(8.0, max(3.6, tall))) if ax is None else ax
    is_ntb = overlaps_ntb(network)
    drawn.set_facecolor(_SEA if is_ntb else _LAND)
    for ring in read_outline() if is_ntb else ():
        drawn.fill(*zip(*ring, strict=True), facecolor=_LAND, edgecolor="#9db0b8", linewidth=0.5, zorder=1)
    drawn.set_xlim(west - 0.03 * wide, east + 0.03 * wide)
    drawn.set_ylim(south - 0.04 * high, north + 0.04 * high)
    drawn.set_aspect(stretch)
    return drawn


def _draw(ax: Axes, network: RoadNetwork, edges: NDArray[np.int64], look: style.LineStyle, *, label: str, thin: float = 1.0) -> None:
    from matplotlib.collections import LineCollection

    if not edges.size:
        return
    lines = [np.asarray(shape.coords) for shape in edge_shapes(network)[edges]]
    width = look.weight * _LINE_SCALE * thin
    rank = 5 if look in style.CHANGE_STYLES.values() else 3
    ax.add_collection(LineCollection(lines, colors=look.colour, linewidths=width, linestyles=_dash(look, thin), zorder=rank))
    if label:
        _legend_line(ax, look, label)


def _legend_line(ax: Axes, look: style.LineStyle, label: str) -> None:
    ax.plot([], [], color=look.colour, linewidth=max(look.weight * _LINE_SCALE, 1), linestyle=_dash(look, 1), label=label)


def _dash(look: style.LineStyle, thin: float) -> Any:  # noqa: ANN401 - matplotlib takes a name or a tuple
    if look.dash is None:
        return "-"
    return 0, tuple(float(length) * 0.6 / thin for length in look.dash.split())


def _draw_crossings(ax: Axes, network: RoadNetwork) -> None:
    kinds, kind_names = network.index.codes[:2]
    for kind in ("ferry", "boat"):
        if kind in kind_names:
            look = style.CROSSING_STYLES[kind]
            _draw(ax, network, np.flatnonzero(kinds == kind_names.index(kind)), look, label=look.name)


def _draw_access(ax: Axes, access: Iterable[KecamatanAccess], areas: Mapping[str, Any]) -> None:
    used = set()
    for row in access:
        if row.code in areas:
            step = style.access_step(row.share_after)
            used.add(step)
            _fill(ax, areas[row.code], style.ACCESS_STEPS[step][1], zorder=2, label="", edge="#7d8a91")
    for step in sorted(used):
        ax.fill([], [], facecolor=style.ACCESS_STEPS[step][1], alpha=0.6, edgecolor="#7d8a91", label=style.ACCESS_STEPS[step][2])


def _fill(ax: Axes, area: Any, colour: str, *, zorder: int, label: str, edge: str = "none") -> None:  # noqa: ANN401 - shapely ships no types
    import shapely
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    for part in shapely.get_parts(area):
        rings = [np.asarray(ring.coords) for ring in (part.exterior, *part.interiors)]
        codes = [code for ring in rings for code in (Path.MOVETO, *[Path.LINETO] * (len(ring) - 2), Path.CLOSEPOLY)]
        path = Path(np.concatenate(rings), codes)
        ax.add_patch(PathPatch(path, facecolor=colour, edgecolor=edge, linewidth=0.4, alpha=0.6 if edge != "none" else 0.85, zorder=zorder))
    if label:
        ax.fill([], [], facecolor=colour, alpha=0.85, label=label)


def _finish(ax: Axes, network: RoadNetwork, *, title: str, note: str = "") -> Axes:
    west, east = ax.get_xlim()
    south, north = ax.get_ylim()
    named: list[tuple[float, float]] = []
    for name, lon, at in area_names():
        lat = at
        if west < lon < east and south < lat < north:
            while any(abs(lon - x) < 0.1 * (east - west) and abs(lat - y) < 0.04 * (north - south) for x, y in named):
                lat -= 0.02 * (north - south)
            named.append((lon, lat))
            text = ax.text(lon, lat, name.upper(), fontsize=6.5, color="#3d474d", ha="center", va="center", zorder=8, weight="bold")
            text.set_path_effects(_halo())
    ax.set_xticks([])
    ax.set_yticks([])
    for side in ax.spines.values():
        side.set_visible(False)
    _draw_scale(ax)
    ax.set_title(title, fontsize=11, loc="left")
    told = "; ".join([*thanks(network), *([note] if note else [])])
    ax.text(0, -0.01, told, transform=ax.transAxes, fontsize=6.5, color="#5c666c", va="top")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=7.5, frameon=False)
    return ax


def _draw_scale(ax: Axes) -> None:
    """Draw a bar of a round length, at most a fifth of the picture, in its lower left corner."""
    west, east = ax.get_xlim()
    south, north = ax.get_ylim()
    degree_m = METRES_PER_DEGREE * math.cos(math.radians((south + north) / 2))
    room_m = (east - west) * degree_m / 5
    step = 10.0 ** math.floor(math.log10(room_m))
    metres = max(part * step for part in (1, 2, 5) if part * step <= room_m)
    lon, lat = west + 0.02 * (east - west), south + 0.04 * (north - south)
    ax.plot([lon, lon + metres / degree_m], [lat, lat], color="#222", linewidth=2, solid_capstyle="butt", zorder=8)
    told = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"  # noqa: PLR2004 - a kilometre
    label = ax.text(lon, lat + 0.012 * (north - south), told, fontsize=7, color="#222", va="bottom", zorder=8)
    label.set_path_effects(_halo())


def _halo() -> list[Any]:
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=1.6, foreground="white")]
