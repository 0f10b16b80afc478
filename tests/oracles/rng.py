"""Slow twins of the random numbers of the kernels, in Python's whole numbers."""

from __future__ import annotations

WORD = 2**64


def xorshift(x: int) -> int:
    """Return the state that follows (Marsaglia 2003, shifts 13, 7, 17)."""
    x ^= (x << 13) % WORD
    x ^= x >> 7
    return x ^ (x << 17) % WORD


def splitmix(seed: int) -> int:
    """Return the first number of splitmix64 from a seed (Steele, Lea and Flood 2014)."""
    z = (seed + 0x9E3779B97F4A7C15) % WORD
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % WORD
    return z ^ (z >> 31)
