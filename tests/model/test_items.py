"""Items and need rates."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntb_relief.errors import InputError
from ntb_relief.model.items import PER, Item, NeedRate


def test_every_wrong_number_of_an_item_is_told_at_once():
    """Weight, volume and level are named with their value and the fix, in one error."""
    with pytest.raises(InputError) as caught:
        Item("rice", "Beras", "kg", mass_kg=math.nan, volume_l=-1, level=0)
    assert [str(issue) for issue in caught.value.issues] == [
        "item 'rice': mass_kg is nan; give the weight and volume of one unit, above 0",
        "item 'rice': volume_l is -1; give the weight and volume of one unit, above 0",
        "item 'rice': priority level is 0; use 1 (life-saving), 2, 3 ...",
    ]
    assert str(caught.value).startswith("3 problems in the input:\n- item 'rice': mass_kg is nan")


@pytest.mark.parametrize("mass_kg", [0, -0.5, math.inf, math.nan])
def test_an_item_weighs_something(mass_kg):
    """No weight of 0, below 0, infinite or unknown."""
    with pytest.raises(InputError, match="mass_kg is"):
        Item("rice", "Beras", "kg", mass_kg=mass_kg, volume_l=1, level=1)


@pytest.mark.parametrize("rate, per, quantity", [(0.4, "person_day", 243), (0.5, "person", 101), (1, "household", 57)])
def test_a_rate_counts_what_it_says(rate, per, quantity):
    """202 people in 57 households over 3 days."""
    assert NeedRate("x", rate, per).quantity(people=202, households=57, days=3) == quantity


@given(st.integers(0, 3000), st.integers(0, 1000), st.integers(1, 14), st.integers(0, 10_000), st.sampled_from(PER))
def test_quantities_are_rounded_up_from_the_decimal_rate(people, households, days, hundredths, per):
    """The rate is the decimal number as written, so 0.1 x 30 is 3 and not 4."""
    base = {"person_day": people * days, "person": people, "household": households}[per]
    rate = NeedRate("x", hundredths / 100, per)
    assert rate.quantity(people=people, households=households, days=days) == -(-hundredths * base // 100)


@pytest.mark.parametrize("rate", [-1, math.nan, math.inf])
def test_a_rate_is_a_number(rate):
    """Negative, unknown and infinite rates are refused."""
    with pytest.raises(InputError, match="need rate of 'rice': rate is"):
        NeedRate("rice", rate, "person")


def test_a_rate_has_a_known_base():
    """The error lists the bases there are."""
    with pytest.raises(InputError, match="'family' is not a base; use one of person_day, person, household"):
        NeedRate("rice", 1, "family")
