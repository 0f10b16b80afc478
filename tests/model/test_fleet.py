"""Vehicle types."""

from __future__ import annotations

import math

import pytest

from ntb_relief.errors import InputError
from ntb_relief.model.fleet import FleetType


def make_type(**changes) -> FleetType:
    numbers = {
        "capacity_kg": 4500,
        "capacity_l": 16_000,
        "fixed_idr": 250_000,
        "cost_idr_per_km": 3500,
        "cost_idr_per_h": 35_000,
        "loading_s": 1800,
        "unloading_s_per_t": 720,
        "shift_s": 36_000,
    }
    return FleetType("truck", "Truk", "light_truck", **(numbers | changes))


@pytest.mark.parametrize("name", ["capacity_kg", "capacity_l", "shift_s"])
@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf])
def test_capacity_and_shift_are_above_zero(name, value):
    """A vehicle that carries nothing or may not leave is an error of the input."""
    with pytest.raises(InputError, match=f"vehicle type 'truck': {name} is {value}; give a number above 0"):
        make_type(**{name: value})


@pytest.mark.parametrize("name", ["fixed_idr", "cost_idr_per_km", "cost_idr_per_h", "loading_s", "unloading_s_per_t"])
@pytest.mark.parametrize("value", [-1, math.nan, math.inf])
def test_costs_and_handling_are_not_negative(name, value):
    """0 is a cost; less, unknown or endless is not."""
    assert getattr(make_type(**{name: 0}), name) == 0
    with pytest.raises(InputError, match=f"vehicle type 'truck': {name} is {value}; give a number >= 0"):
        make_type(**{name: value})


def test_all_is_told_at_once():
    """Two wrong numbers make two issues in one error."""
    with pytest.raises(InputError) as caught:
        make_type(capacity_kg=-5, fixed_idr=-1)
    assert len(caught.value.issues) == 2
