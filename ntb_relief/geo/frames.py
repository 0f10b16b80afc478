"""Builds a network from lines with attributes: GeoPackage, GeoJSON, shapefile or GeoDataFrame, by a map of column names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from ..errors import CrsError, InputError, Issue, IssueLog, SchemaError
from .frame_columns import DEFAULTS, read_columns
from .network import RoadNetwork
from .profiles import standard_profiles
from .roads import RoadDetails
from .unsdi import CLOSED, UNSDI_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from ..model.crossings import Crossing
    from ..model.travel import Profile

    Ints = NDArray[np.int64]

_WGS84: Final = 4326
_MOST_ROWS: Final = 5_000_000
_DECIMALS: Final = 6
"""Of degrees, 0.1 m: line ends that agree so far are one node."""


def read_frame(
    source: Any,  # noqa: ANN401 - geopandas ships no types
    *,
    columns: Mapping[str, str] | Literal["unsdi"] | None = None,
    name: str | None = None,
    crossings: Iterable[Crossing] = (),
    profiles: Mapping[str, Profile] | None = None,
) -> RoadNetwork:
    """Return the network of lines; they meet where they end, so cut them at junctions first.

    Parameters
    ----------
    source : GeoDataFrame, str or Path
        Lines in any coordinate system that they declare; the network is in EPSG:4326.
    columns : mapping of str to str, or "unsdi", optional
        Our column to the source's: kind, road_class, access, length_m, one_way, bridge, road_name, surface, slope, max_kph,
        max_weight_kg, max_axle_kg, slow_factor, op_status, seasonal, security, confidence, source, from_node, to_node. None means
        columns of our names where there are such; ``"unsdi"`` the fields and codes of UNSDI-T. What is missing is assumed: a
        local road, two-way, open, without limits, of the access class its road class suggests, as long as its line.
    name : str, optional
        Of the network; None means the file's, or "frame".
    crossings : iterable of Crossing, optional
        Timetables of edges of kind ``ferry``; node ids as ``from_node`` and ``to_node`` tell them, or ``"lon,lat"`` to 6 decimals.
    profiles : mapping of str to Profile, optional
        None means `standard_profiles`.

    Raises
    ------
    SchemaError
        Where the file is missing or no spatial file, or a mapped column is not there.
    CrsError
        Where it declares no coordinate system, or says degrees and has others.
    InputError
        With every row that is no line or holds a value that its column cannot have; also as `RoadNetwork.from_table`.
    """
    frame = _in_degrees(_lines(source))
    wanted = UNSDI_COLUMNS if columns == "unsdi" else columns
    values = read_columns(frame, wanted, is_unsdi=columns == "unsdi")
    points, count, rows = _points(frame)
    table, details = _network(points, count, {key: _take(column, rows) for key, column in values.items()}, name=_name(source, name))
    rules = standard_profiles() if profiles is None else profiles
    return RoadNetwork.from_table(table, crossings=crossings, profiles=rules, details=details)


def _name(source: Any, name: str | None) -> str:  # noqa: ANN401
    return name if name is not None else Path(source).stem if isinstance(source, (str, os.PathLike)) else "frame"


def _lines(source: Any) -> Any:  # noqa: ANN401
    import geopandas
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    if isinstance(source, geopandas.GeoDataFrame):
        return source
    if not isinstance(source, (str, os.PathLike)):
        raise InputError([Issue("source", f"is a {type(source).__name__}", "give a GeoDataFrame or a path")])
    file = Path(source)
    where = f"file '{file.name}'"
    if not file.is_file():
        raise SchemaError([Issue(where, f"is not there: {file}", "check folder and spelling")])
    try:
        frame = geopandas.read_file(file, engine="pyogrio", rows=_MOST_ROWS + 1)
    except (DataSourceError, DataLayerError, FeatureError, ValueError, TypeError, UnicodeError) as error:
        told = (str(error).splitlines() or [""])[0].replace(str(file), file.name)[:160]
        raise SchemaError([Issue(where, f"cannot be read: {told}", "give a GeoJSON, GeoPackage or shapefile")]) from error
    if not isinstance(frame, geopandas.GeoDataFrame) or len(frame) > _MOST_ROWS:
        what = "holds no lines" if len(frame) <= _MOST_ROWS else f"has more than {_MOST_ROWS:,} lines"
        raise SchemaError([Issue(where, what, "give the roads of the province as lines")])
    return frame


def _in_degrees(frame: Any) -> Any:  # noqa: ANN401
    if frame.empty:
        raise SchemaError([Issue("roads", "there are none", "give at least one line")])
    if frame.crs is None:
        raise CrsError([Issue("roads", "declare no coordinate system", "set it, e.g. frame.set_crs(4326), or save the file with one")])
    degrees = frame if frame.crs.to_epsg() == _WGS84 else frame.to_crs(_WGS84)
    west, south, east, north = degrees.total_bounds
    has_lines = not np.isnan(west)  # else each row is told for itself
    if has_lines and not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - the globe
        what = f"say {frame.crs.to_string()}, but lie at lon {west:g} to {east:g}, lat {south:g} to {north:g}"
        raise CrsError([Issue("roads", what, "declare their true coordinate system, or swap lon and lat")])
    return degrees


def _points(frame: Any) -> tuple[NDArray[np.float64], Ints, Ints]:  # noqa: ANN401
    """Return the points of all lines, how many each has, and the row each is of; parts of a MultiLineString are lines each."""
    import shapely

    shapes = np.asarray(frame.geometry.values, dtype=object)
    log = IssueLog()
    is_line = np.isin(shapely.get_type_id(shapes), (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING))
    for row in np.flatnonzero(~(is_line & ~shapely.is_empty(shapes))).tolist()[:100]:
        told = "has no line" if shapes[row] is None or shapes[row].is_empty else f"is a {shapes[row].geom_type}"
        log.add(f"roads row {row + 1}", told, "give a LineString, or leave the row out")
    log.raise_if_any()
    parts, rows = shapely.get_parts(shapely.force_2d(shapes), return_index=True)
    points, line = shapely.get_coordinates(parts, return_index=True)
    return points, np.bincount(line, minlength=len(parts)).astype(np.int64), rows.astype(np.int64)


def _take(column: Any, rows: Ints) -> Any:  # noqa: ANN401
    return tuple(column[row] for row in rows.tolist()) if isinstance(column, tuple) else column[rows]


def _network(points: NDArray[np.float64], count: Ints, values: dict[str, Any], *, name: str) -> tuple[Any, RoadDetails]:
    from pyproj import Geod

    from ..model.travel import RoadTable

    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    first, last = start[:-1], start[1:] - 1
    _, _, step_m = Geod(ellps="WGS84").inv(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])
    step_m[last[:-1]] = 0.0
    line_m = np.add.reduceat(np.append(step_m, 0.0), first)
    node_ids, at_node, ends = _nodes(points, first, last, values.pop("from_node", None), values.pop("to_node", None))
    told_m = values.pop("length_m", np.full(count.size, np.nan))
    codes = {key: values.pop(key, np.zeros(count.size, np.int8)) for key in ("op_status", "seasonal", "security")}
    is_shut = np.isin(codes["op_status"], CLOSED)
    slow_factor = np.where(is_shut, np.inf, values.pop("slow_factor", np.ones(count.size)))
    table = RoadTable(
        name=name,
        node_ids=node_ids,
        node_lon=at_node[:, 0].copy(),
        node_lat=at_node[:, 1].copy(),
        edge_from=ends[:, 0].astype(np.int32),
        edge_to=ends[:, 1].astype(np.int32),
        length_m=np.rint(np.where(np.isnan(told_m), line_m, told_m)).astype(np.int64),
        slow_factor=slow_factor,
        **{key: values.get(key, (default,) * count.size) for key, default in DEFAULTS.items()},
        **{key: column for key, column in values.items() if key not in DEFAULTS},
    )
    is_bend = np.ones(len(points), np.bool_)
    is_bend[first] = is_bend[last] = False
    shape_start = np.concatenate([[0], np.cumsum(count - 2)]).astype(np.int64)
    return table, RoadDetails(shape_start, points[is_bend], np.zeros(count.size, np.int64), **codes)


def _nodes(
    points: NDArray[np.float64], first: Ints, last: Ints, from_node: tuple[str, ...] | None, to_node: tuple[str, ...] | None
) -> tuple[tuple[str, ...], NDArray[np.float64], Ints]:
    """Return ids and places of the nodes, and both ends of every line: by the ids told, else by place."""
    ends = np.stack([points[first], points[last]], axis=1).reshape(-1, 2)
    if from_node is None or to_node is None:
        at_node, end = np.unique(np.round(ends, _DECIMALS), axis=0, return_inverse=True)
        ids = tuple(f"{lon:.{_DECIMALS}f},{lat:.{_DECIMALS}f}" for lon, lat in at_node.tolist())
        return ids, at_node, end.reshape(-1, 2).astype(np.int64)
    names = [name for pair in zip(from_node, to_node, strict=True) for name in pair]
    rows = {name: row for row, name in enumerate(dict.fromkeys(names))}
    end = np.array([rows[name] for name in names], dtype=np.int64)
    at_node = np.empty((len(rows), 2))
    at_node[end[::-1]] = ends[::-1]  # where lines disagree by a hair, the first one counts
    return tuple(rows), at_node, end.reshape(-1, 2)
