"""Dominance in covering: sets that contain another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._jit import lean_kernel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .core import Bytes, Floats


@lean_kernel
def drop_supersets(bits: NDArray[np.uint64], cost: Floats, alive: Bytes, locked: Bytes) -> int:
    """Drop each set that contains another one of no larger cost; of equal ones the first stays. Return how many were dropped.

    `bits` (n, words) are the sets, `alive` (n) is written, `locked` (n) sets are never dropped. Quadratic at worst; most
    pairs differ in their first word.
    """
    n, words = bits.shape
    dropped = 0
    for i in range(n):
        if alive[i] == 0 or locked[i]:
            continue
        for k in range(n):
            if k == i or alive[k] == 0 or cost[k] > cost[i]:
                continue
            inside = True
            for w in range(words):
                if bits[k, w] & ~bits[i, w]:
                    inside = False
                    break
            if not inside:
                continue
            same = cost[k] == cost[i]
            for w in range(words):
                if bits[k, w] != bits[i, w]:
                    same = False
                    break
            if not same or k < i or locked[k]:
                alive[i] = 0
                dropped += 1
                break
    return dropped
