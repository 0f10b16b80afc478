"""Random numbers beside Marsaglia's xorshift in whole numbers of Python."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntb_relief.kernels.rng import below, next_bits, seed_state, uniform
from tests.oracles.rng import splitmix, xorshift

pytestmark = pytest.mark.tiny

STATES = st.integers(1, 2**64 - 1)
SEEDS = st.integers(-(2**63), 2**70)


@given(STATES)
def test_bits_are_those_of_the_plain_generator(start):
    """Twenty steps from any state that is not zero."""
    state = np.array([start], np.uint64)
    for _ in range(20):
        start = xorshift(start)
        assert int(next_bits(state)) == int(state[0]) == start


@given(STATES)
def test_a_fraction_is_the_upper_53_bits_and_below_one(start):
    """Also where all bits are set."""
    state = np.array([start], np.uint64)
    fraction = uniform(state)
    assert fraction == (xorshift(start) >> 11) / 2**53
    assert 0 <= fraction < 1


@given(STATES, st.integers(1, 2**31))
def test_a_draw_is_below_its_limit(start, limit):
    """Whole numbers from 0 to one less than the limit, in proportion to the fraction."""
    drawn = below(np.array([start], np.uint64), limit)
    assert 0 <= drawn < limit
    assert drawn == int((xorshift(start) >> 11) / 2**53 * limit)


def test_a_draw_reaches_every_number():
    """A thousand draws below 10 leave none out, and none is much rarer than another."""
    state = seed_state(1)
    counts = np.bincount([below(state, 10) for _ in range(1000)], minlength=10)
    assert counts.size == 10
    assert counts.min() > 60
    assert counts.max() < 140


@given(SEEDS)
def test_a_seed_gives_a_state_that_is_not_zero(seed):
    """The generator would stand still at zero; equal seeds give equal states."""
    state = seed_state(seed)
    assert (state.shape, state.dtype) == ((1,), np.uint64)
    assert int(state[0]) == (splitmix(seed) or 1)


def test_near_seeds_give_unlike_states():
    """Thousand seeds in a row give thousand states that differ in about half their bits."""
    states = [int(seed_state(seed)[0]) for seed in range(1000)]
    assert len(set(states)) == 1000
    flipped = [(here ^ there).bit_count() for here, there in pairwise(states)]
    assert 30 < np.mean(flipped) < 34
    assert min(flipped) > 12
