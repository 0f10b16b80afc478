"""Polygons from files: floods, landslides and official boundaries, always handed on as longitude and latitude."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..errors import CrsError, Issue, IssueLog, SchemaError

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_BYTES: Final = 500_000_000
_MOST_ROWS: Final = 200_000
_POLYGONS: Final = ("Polygon", "MultiPolygon")


def read_areas(path: str | Path, *, id_column: str | None = None) -> dict[str, Any]:
    """Read the polygons of a spatial file: GeoJSON, GeoPackage, shapefile or what else GDAL knows.

    Parameters
    ----------
    path : str or Path
        A file on this machine.
    id_column : str, optional
        Column that names each polygon, e.g. ``ADM3_PCODE``; None numbers them from 1.

    Returns
    -------
    dict of str to shapely Polygon or MultiPolygon
        EPSG:4326, in the order of the file; a file that declares another coordinate system is reprojected.

    Raises
    ------
    SchemaError
        Where the file is missing, too large, no spatial file, without features, or without the column.
    CrsError
        Where it declares no coordinate system, or coordinates that are no degrees although it says so.
    InputError
        With every feature that is no polygon, crosses itself, or bears no id or one that another bears.
    """
    file = Path(path)
    frame = _read(file)
    if id_column is not None and id_column not in frame.columns:
        columns = ", ".join(str(name) for name in frame.columns if name != frame.geometry.name)
        raise SchemaError([Issue(f"file '{file.name}'", f"has no column '{id_column}'", f"use one of {columns}")])
    names = [str(row) for row in range(1, len(frame) + 1)] if id_column is None else [str(value) for value in frame[id_column]]
    log = IssueLog()
    areas: dict[str, Any] = {}
    for row, (name, shape) in enumerate(zip(names, frame.geometry, strict=True), start=1):
        where = f"file '{file.name}' feature {row}"
        if _told(log, where, shape) and name in areas:
            log.add(where, f"bears the id '{name}' of another", "give every polygon its own")
        areas[name] = shape
    log.raise_if_any()
    return areas


def area_of(source: Any) -> Any:  # noqa: ANN401 - shapely ships no types
    """Return one polygon of a shapely geometry, a GeoJSON dict (geometry, feature or collection) or a file; see `read_areas`."""
    import shapely

    if isinstance(source, (str, os.PathLike)):
        return shapely.union_all(list(read_areas(Path(source)).values()))
    if not isinstance(source, dict):
        return source
    shapes = [_shape(one) for one in _geometries(source)]
    log = IssueLog()
    for number, shape in enumerate(shapes, start=1):
        _told(log, f"GeoJSON geometry {number}", shape)
    log.raise_if_any()
    return shapely.union_all(shapes)


def _geometries(source: Mapping[str, Any]) -> list[Any]:
    if source.get("type") == "FeatureCollection":
        return [geometry for feature in source.get("features") or [] for geometry in _geometries(feature)]
    return [source.get("geometry")] if source.get("type") == "Feature" else [source]


def _shape(geometry: Any) -> Any:  # noqa: ANN401
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    try:
        return shape(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        told = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise SchemaError([Issue("GeoJSON", f"holds no geometry: {told}", "give a Polygon, a Feature or a FeatureCollection")]) from error


def _told(log: IssueLog, where: str, shape: Any) -> bool:  # noqa: ANN401
    """Add what is wrong with a polygon to the log and tell whether it is sound."""
    import shapely

    if shape is None or shape.is_empty:
        log.add(where, "is empty", "leave it out, or give it corners")
    elif shape.geom_type not in _POLYGONS:
        log.add(where, f"is a {shape.geom_type}", "give polygons")
    elif not shape.is_valid:
        log.add(where, f"is not valid: {shapely.is_valid_reason(shape)}", "mend it, e.g. with shapely.make_valid")
    else:
        return True
    return False


def _read(file: Path) -> Any:  # noqa: ANN401 - geopandas ships no types
    import geopandas
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    where = f"file '{file.name}'"
    if not file.is_file():
        raise SchemaError([Issue(where, f"is not there: {file}", "check folder and spelling")])
    if file.stat().st_size > _MOST_BYTES:
        raise SchemaError([Issue(where, f"has {file.stat().st_size:,} bytes", f"cut it to {_MOST_BYTES:,} or fewer")])
    try:
        frame = geopandas.read_file(file, engine="pyogrio", rows=_MOST_ROWS + 1)
    except (DataSourceError, DataLayerError, FeatureError, ValueError, TypeError, UnicodeError) as error:
        told = (str(error).splitlines() or [""])[0].replace(str(file), file.name)[:160]
        raise SchemaError([Issue(where, f"cannot be read: {told}", "give a GeoJSON, GeoPackage or shapefile")]) from error
    if not isinstance(frame, geopandas.GeoDataFrame) or frame.empty:
        raise SchemaError([Issue(where, "holds no polygons", "give a file with at least one feature with a geometry")])
    if len(frame) > _MOST_ROWS:
        raise SchemaError([Issue(where, f"has more than {_MOST_ROWS:,} features", "cut it to the area you need")])
    return _in_degrees(frame, where)


def _in_degrees(frame: Any, where: str) -> Any:  # noqa: ANN401
    if frame.crs is None:
        raise CrsError([Issue(where, "declares no coordinate system", "save it with one, e.g. EPSG:4326")])
    is_geographic = frame.crs.is_geographic
    west, south, east, north = frame.total_bounds
    if is_geographic and not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - NaN is refused too
        what = f"says degrees, but x is {west:g} to {east:g} and y is {south:g} to {north:g}"
        raise CrsError([Issue(where, what, "declare its true coordinate system, or swap lon and lat")])
    return frame if frame.crs.to_epsg() == 4326 else frame.to_crs(4326)  # noqa: PLR2004 - EPSG code
