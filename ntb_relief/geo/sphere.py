"""Great circles on the mean sphere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS_M: Final = 6_371_008.8
"""Mean radius (IUGG)."""
METRES_PER_DEGREE: Final = EARTH_RADIUS_M * np.pi / 180.0


def great_circle_m(*, lon: float, lat: float, to_lon: ArrayLike, to_lat: ArrayLike) -> NDArray[np.float64]:
    """Return the haversine distances from one point (degrees) to many, in metres.

    Examples
    --------
    >>> float(great_circle_m(lon=116.0, lat=-8.0, to_lon=[116.0], to_lat=[-9.0])[0].round())
    111195.0
    """
    lon_1, lat_1, lon_2, lat_2 = (np.radians(np.asarray(x, dtype=np.float64)) for x in (lon, lat, to_lon, to_lat))
    half_chord = np.sin((lat_2 - lat_1) / 2) ** 2 + np.cos(lat_1) * np.cos(lat_2) * np.sin((lon_2 - lon_1) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half_chord)))
