"""Random numbers for kernels: one xorshift state a thread (Marsaglia 2003), repeatable from a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ._jit import lean_kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray


def seed_state(seed: int) -> NDArray[np.uint64]:
    """Return a generator state, shape (1,), never zero; near seeds give unlike states (splitmix64)."""
    mask = (1 << 64) - 1
    mixed = (seed + 0x9E3779B97F4A7C15) & mask
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & mask
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
    return np.array([(mixed ^ (mixed >> 31)) or 1], dtype=np.uint64)


@lean_kernel
def next_bits(state):
    """Advance the state, shape (1,) uint64, and return 64 random bits."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return x


@lean_kernel
def uniform(state):
    """Return a float64 in [0, 1)."""
    return (next_bits(state) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@lean_kernel
def below(state, n):
    """Return an int64 in [0, n)."""
    return np.int64(uniform(state) * n)
