from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntb_relief.errors import InputError
from ntb_relief.geo.changes import LegChange, matrix_changes
from ntb_relief.model.travel import TravelMatrix


def matrix(rows, ids="abc"):
    table = np.array(rows, dtype=np.int64)
    return TravelMatrix("truck", tuple(ids), duration_s=table, distance_m=table)


cells = st.lists(st.lists(st.integers(-1, 4), min_size=3, max_size=3), min_size=3, max_size=3)


@given(cells, cells)
def test_every_leg_that_changed_is_told_once_in_order(one, other):
    """Lost legs, then delays from long to short (gains last), then legs possible again; legs alike are not told."""
    told = matrix_changes(matrix(one), matrix(other))
    values = {(leg.from_place, leg.to_place): (leg.before_s, leg.after_s) for leg in told}
    expected = {
        (a, b): tuple(None if rows[i][j] < 0 else rows[i][j] for rows in (one, other))
        for i, a in enumerate("abc")
        for j, b in enumerate("abc")
        if one[i][j] != other[i][j]
    }
    assert values == expected
    assert len(told) == len(expected)
    keys = [(0, 0) if leg.after_s is None else (2, 0) if leg.before_s is None else (1, leg.before_s - leg.after_s) for leg in told]
    assert keys == sorted(keys)


def test_matrices_of_other_places_are_not_compared():
    """Rows would be told under wrong names."""
    with pytest.raises(InputError, match="same `places`"):
        matrix_changes(matrix([[0]], "a"), matrix([[0]], "b"))
    assert matrix_changes(matrix([[0, 1], [1, 0]], "ab"), matrix([[0, 7], [1, 0]], "ab")) == (LegChange("a", "b", 1, 7),)
