"""Which sites a Lagrangian relaxation opens: the cheapest ones, within the limits on their number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._jit import lean_kernel
from .core import FREE, OPEN, ZERO

if TYPE_CHECKING:
    from .core import Bytes, Floats


@lean_kernel
def smallest(values: Floats, size: int, rank: int) -> float:
    """Return the value of this rank (from 0) among the first `size`; reorders them (Hoare's quickselect, linear on average)."""
    left = 0
    right = size - 1
    while left < right:
        pivot = values[(left + right) >> 1]
        i = left
        j = right
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if rank <= j:
            right = j
        elif rank >= i:
            left = i
        else:
            break
    return float(values[rank])


@lean_kernel
def choose(rho: Floats, mode: Bytes, low: int, high: int, chosen: Bytes, buffer: Floats, edges: Floats) -> float:
    """Open the sites of least `rho` and return their sum; infinity where the limits cannot be kept.

    Writes ``chosen`` (m) and ``edges`` (2): what opening one more site, and closing one, gains at most beside its own
    `rho`: a site left out costs ``rho - edges[0]`` more when forced in, a chosen one ``edges[1] - rho`` when forced out.
    """
    total = 0.0
    forced = 0
    free = ZERO
    negative = 0
    top = -1e300
    bottom = 1e300
    for j in range(rho.shape[0]):
        chosen[j] = 0
        if mode[j] == OPEN:
            chosen[j] = 1
            total += rho[j]
            forced += 1
        elif mode[j] == FREE:
            buffer[free] = rho[j]
            free += 1
            if rho[j] < 0.0:
                negative += 1
                top = max(top, rho[j])
            else:
                bottom = min(bottom, rho[j])
    least = max(0, low - forced)
    most = high - forced
    if most < 0 or least > free:
        return 1e300
    count = min(max(negative, least), most, free)
    if count == negative:
        for j in range(rho.shape[0]):
            if mode[j] == FREE and rho[j] < 0.0:
                chosen[j] = 1
                total += rho[j]
    else:
        top = -1e300
        if count > 0:
            top = smallest(buffer, free, count - 1)
        taken = 0
        for j in range(rho.shape[0]):
            if mode[j] == FREE and rho[j] < top:
                chosen[j] = 1
                taken += 1
                total += rho[j]
        for j in range(rho.shape[0]):
            if taken == count:
                break
            if mode[j] == FREE and rho[j] == top:
                chosen[j] = 1
                taken += 1
                total += rho[j]
        bottom = 1e300
        for j in range(rho.shape[0]):
            if mode[j] == FREE and chosen[j] == 0:
                bottom = min(bottom, rho[j])
    if count == most:
        edges[0] = top
        edges[1] = bottom if count == least else min(0.0, bottom)
    elif count == least:
        edges[0] = max(0.0, top) if count > 0 else 0.0
        edges[1] = bottom
    else:
        edges[0] = 0.0
        edges[1] = 0.0
    return total


@lean_kernel
def fix_sites(rho: Floats, chosen: Bytes, edges: Floats, slack: float, mode: Bytes) -> int:
    """Fix every free site whose other choice would cost more than `slack`; write `mode` and return how many were fixed."""
    fixed = 0
    for j in range(rho.shape[0]):
        if mode[j] == FREE:
            if chosen[j] == 0 and rho[j] - edges[0] > slack:
                mode[j] = -1
                fixed += 1
            elif chosen[j] == 1 and edges[1] - rho[j] > slack:
                mode[j] = 1
                fixed += 1
    return fixed
