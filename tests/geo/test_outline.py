from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.data import read_outline
from ntb_relief.geo.outline import distance_to_land_m


@settings(deadline=None, max_examples=60)
@given(st.floats(115.7, 119.3), st.floats(-9.2, -8.0))
def test_distance_to_land_equals_shapely(lon, lat):
    """The distance off the coast is shapely's, on a plane with the same scale."""
    from shapely import Point, Polygon, affinity, union_all

    from ntb_relief.geo.sphere import great_circle_m

    metres = [great_circle_m(lon=lon, lat=lat, to_lon=lon + 0.01 * x, to_lat=lat + 0.01 * y) * 100 for x, y in ((1, 0), (0, 1))]
    land = union_all([Polygon(ring) for ring in read_outline()])
    plane = affinity.scale(land, xfact=float(metres[0]), yfact=float(metres[1]), origin=(lon, lat))
    assert distance_to_land_m(lon=lon, lat=lat) == pytest.approx(plane.distance(Point(lon, lat)), rel=1e-4, abs=1)
