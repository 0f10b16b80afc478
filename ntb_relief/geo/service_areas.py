"""Areas around places, and which area a point lies in.

Service areas are **approximate**: each is what lies nearest to one desa's point, cut at the coarse outline. They are no official
boundaries; those are read from a file with `read_areas`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..data import read_outline
from ..errors import CrsError, IssueLog
from .sphere import METRES_PER_DEGREE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .province import Province

APPROXIMATE: Final = "wilayah layanan perkiraan (Voronoi dari titik desa), bukan batas resmi"
"""What every picture and file of service areas must say."""
_LEVELS: Final = ("desa", "kecamatan", "kabupaten")
_SIMPLER_DEG: Final = 1e-9


def service_areas(province: Province, *, level: str = "desa") -> dict[str, Any]:
    """Return the approximate area of every desa with a point, or of the kecamatan or kabupaten they add up to.

    Parameters
    ----------
    province : Province
    level : str, optional
        ``desa``, ``kecamatan`` or ``kabupaten``.

    Returns
    -------
    dict of str to shapely Polygon or MultiPolygon
        By Kemendagri code, EPSG:4326; they cover the outline and do not overlap. Label them with `APPROXIMATE`.

    Raises
    ------
    InputError
        For another level.

    Examples
    --------
    >>> from ntb_relief import load_province
    >>> len(service_areas(load_province(), level="kabupaten"))
    10
    """
    import shapely

    if level not in _LEVELS:
        log = IssueLog()
        log.add("level", f"is '{level}'", f"use one of {', '.join(_LEVELS)}")
        log.raise_if_any()
    desa = [one for one in province.desa.values() if one.lon is not None]
    lonlat = np.array([(one.lon, one.lat) for one in desa], dtype=np.float64)
    spots, spot_of = np.unique(lonlat, axis=0, return_inverse=True)
    cells = _cells(spots)
    owners: dict[int, str] = {}  # of two desa at one spot the first has the cell
    for one, spot in zip(desa, spot_of.tolist(), strict=True):
        owners.setdefault(spot, one.code)
    parts: dict[str, list[Any]] = {}
    for spot, code in sorted(owners.items(), key=lambda item: item[1]):
        parts.setdefault(_above(code, level), []).append(cells[spot])
    return {code: _polygonal(shapely.union_all(shapes)) for code, shapes in parts.items()}


def areas_at(areas: Mapping[str, Any], points: Mapping[str, tuple[float, float]]) -> dict[str, str | None]:
    """Return the area each point lies in or on the edge of; None where it lies in none, the first where it lies in several.

    Parameters
    ----------
    areas : mapping of str to shapely polygon
        EPSG:4326, as `read_areas` and `service_areas` give them.
    points : mapping of str to (float, float)
        Lon and lat, degrees.

    Raises
    ------
    CrsError
        With every point that is no lon and lat.

    Examples
    --------
    >>> from ntb_relief import load_province
    >>> areas_at(service_areas(load_province(), level="kabupaten"), {"Bayan": (116.43, -8.27), "laut": (115.0, -9.9)})
    {'Bayan': '52.08', 'laut': None}
    """
    import shapely

    log = IssueLog()
    for name, (lon, lat) in points.items():
        if not (abs(lon) <= 180 and abs(lat) <= 90):  # noqa: PLR2004 - NaN is refused too
            log.add(f"point '{name}' at lon={lon:g}, lat={lat:g}", "is not on the globe", "give degrees, EPSG:4326, lon first")
    log.raise_if_any(CrsError)
    codes = list(areas)
    tree = shapely.STRtree(list(areas.values()))
    spots = shapely.points(np.array(list(points.values()), dtype=np.float64).reshape(-1, 2))
    rows, hits = tree.query(spots, predicate="intersects")
    first: dict[int, int] = {}
    for row, hit in zip(rows.tolist(), hits.tolist(), strict=True):
        first[row] = min(hit, first.get(row, hit))
    return {name: codes[first[row]] if row in first else None for row, name in enumerate(points)}


def _cells(spots: np.ndarray[Any, np.dtype[np.float64]]) -> list[Any]:
    """Return the Voronoi cell of every spot on a plane about the middle latitude, cut at the outline."""
    import shapely

    scale = METRES_PER_DEGREE * np.array([math.cos(math.radians(float(spots[:, 1].mean()))), 1.0])
    land = shapely.union_all([shapely.Polygon(ring) for ring in read_outline()])
    rows = shapely.points(spots * scale)
    reach = shapely.transform(land, lambda degrees: degrees * scale)
    drawn = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(list(rows)), extend_to=reach))
    # Their order is GEOS's own: each holds its spot.
    cell, spot = shapely.STRtree(rows).query(drawn, predicate="contains")
    cells: list[Any] = [shapely.Polygon()] * len(spots)
    for one, owner in zip(cell.tolist(), spot.tolist(), strict=True):
        cells[owner] = shapely.intersection(shapely.transform(drawn[one], lambda metres: metres / scale), land)
    return cells


def _polygonal(shape: Any) -> Any:  # noqa: ANN401 - shapely ships no types
    """Leave out the points and lines that cutting can leave."""
    import shapely

    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > _SIMPLER_DEG**2]
    return shapely.union_all(parts)


def _above(code: str, level: str) -> str:
    for _ in range(_LEVELS.index(level)):
        code = code.rpartition(".")[0]
    return code
