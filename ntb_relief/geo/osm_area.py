"""The area a caller cuts a network to, in whatever form it comes: one sound polygon in degrees, or one clear error."""

from __future__ import annotations

from typing import Any, Final

from ..errors import CrsError, InputError, Issue, IssueLog
from .polygons import area_of

_NUM_SIDES: Final = 4
_WGS84: Final = 4326


def read_area(area: Any) -> Any:  # noqa: ANN401 - shapely and geopandas ship no types
    """Return the polygon of a shapely geometry, a GeoDataFrame, a GeoJSON dict, a file, or (west, south, east, north).

    Raises
    ------
    CrsError
        Where coordinates are no degrees, or a frame declares no coordinate system.
    SchemaError
        Where it is none of these forms.
    InputError
        Where it is empty, no polygon, or crosses itself.
    """
    import shapely

    if isinstance(area, (tuple, list)) and len(area) == _NUM_SIDES:
        polygon = _box(area)
    elif hasattr(area, "to_crs"):
        polygon = _of_frame(area)
    else:
        polygon = area_of(area)
    if not isinstance(polygon, shapely.Geometry):
        fix = "give a shapely polygon, a GeoDataFrame, a GeoJSON dict, a path, or (west, south, east, north)"
        raise InputError([Issue("area", f"is a {type(area).__name__}", fix)])
    log = IssueLog()
    if polygon.is_empty or polygon.geom_type not in {"Polygon", "MultiPolygon"}:
        log.add("area", f"is {'empty' if polygon.is_empty else 'a ' + polygon.geom_type}", "give a polygon")
    elif not polygon.is_valid:
        log.add("area", f"is not valid: {shapely.is_valid_reason(polygon)}", "mend it, e.g. with shapely.make_valid")
    log.raise_if_any()
    west, south, east, north = polygon.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - NaN is refused too
        what = f"is not in degrees: x {west:g} to {east:g}, y {south:g} to {north:g}"
        raise CrsError([Issue("area", what, "reproject it to EPSG:4326, or swap lon and lat")])
    return polygon


def _box(sides: Any) -> Any:  # noqa: ANN401
    import shapely

    try:
        west, south, east, north = map(float, sides)
    except (TypeError, ValueError):
        west = south = east = north = 0.0
    if not (west < east and south < north):
        raise InputError([Issue("area", f"is {tuple(sides)}", "give (west, south, east, north) in degrees, west < east, south < north")])
    return shapely.box(west, south, east, north)


def _of_frame(frame: Any) -> Any:  # noqa: ANN401
    import shapely

    if frame.crs is None:
        raise CrsError([Issue("area", "declares no coordinate system", "set it, e.g. frame.set_crs(4326)")])
    shapes = list((frame if frame.crs.to_epsg() == _WGS84 else frame.to_crs(_WGS84)).geometry)
    log = IssueLog()
    for row, shape in enumerate(shapes, start=1):
        if shape is None or not shape.is_valid:
            told = "is empty" if shape is None else f"is not valid: {shapely.is_valid_reason(shape)}"
            log.add(f"area row {row}", told, "mend it, e.g. with shapely.make_valid")
    log.raise_if_any()
    return shapely.union_all(shapes)
