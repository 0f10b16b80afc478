"""Lagrangian bounds of the uncapacitated core: a deflected subgradient on the rows "each demand point is served once".

Cornuejols, Fisher & Nemhauser (1977), Management Science 23(8); the deflection follows Camerini, Fratta & Maffioli (1975).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._jit import lean_kernel
from .choice import choose

if TYPE_CHECKING:
    from .core import Bytes, Core, Floats

STEP = 0
STALL = 1
BEST = 2
PATIENCE = 3

_DEFLECTION = 0.3
_SHRINK = 0.7
_USAGE = 0.1


class Dual(NamedTuple):
    """Working arrays of an ascent.

    ``price`` (n) multipliers now, ``best`` (n) those of the best bound, ``direction`` (n); ``rho`` (m) reduced costs of
    opening, ``chosen`` (m), ``usage`` (m) share of recent iterations that opened the site, ``buffer`` (m), ``edges`` (2);
    ``knobs`` (4): step factor, iterations since the last gain, best bound, patience.
    """

    price: Floats
    best: Floats
    direction: Floats
    rho: Floats
    chosen: Bytes
    usage: Floats
    buffer: Floats
    edges: Floats
    knobs: Floats


def make_dual(price: Floats, num_sites: int, *, step: float = 1.0, patience: int = 25) -> Dual:
    """Return the arrays of an ascent that begins at these multipliers."""
    n, m = len(price), num_sites
    knobs = np.array([step, 0.0, -1e300, float(patience)])
    floats = [np.zeros(m) for _ in range(3)]
    chosen = np.zeros(m, np.int8)
    return Dual(price.copy(), price.copy(), np.zeros(n), floats[0], chosen, floats[1], floats[2], np.zeros(2), knobs)


@lean_kernel
def reduce_costs(core: Core, price: Floats, rho: Floats) -> float:
    """Write the reduced cost of opening each site and return the sum of the multipliers."""
    total = 0.0
    for j in range(rho.shape[0]):
        rho[j] = core.fixed[j]
    for i in range(price.shape[0]):
        limit = price[i]
        total += limit
        for entry in range(core.row_start[i], core.row_start[i + 1]):
            gain = core.row_cost[entry] - limit
            if gain >= 0.0:
                break
            rho[core.row_site[entry]] += gain
    return total


@lean_kernel
def bound_at(core: Core, mode: Bytes, low: int, high: int, price: Floats, dual: Dual) -> float:
    """Return the bound that multipliers prove; writes ``rho``, ``chosen`` and ``edges`` of `dual`."""
    total = reduce_costs(core, price, dual.rho)
    return total + choose(dual.rho, mode, low, high, dual.chosen, dual.buffer, dual.edges)


@lean_kernel
def ascend(core: Core, mode: Bytes, low: int, high: int, dual: Dual, upper: float, target: float, iterations: int) -> int:
    """Raise the bound by at most so many iterations, until it reaches `target` or the steps vanish; return those done.

    Any multipliers between 0 and the outside costs prove a bound; `upper` only sizes the steps. The best bound is in
    ``knobs[BEST]`` and its multipliers in ``best``.
    """
    n = dual.price.shape[0]
    knobs = dual.knobs
    for done in range(iterations):
        bound = bound_at(core, mode, low, high, dual.price, dual)
        for j in range(dual.usage.shape[0]):
            dual.usage[j] += _USAGE * (dual.chosen[j] - dual.usage[j])
        if bound > knobs[BEST] + 1e-9 * abs(knobs[BEST]):
            knobs[BEST] = bound
            knobs[STALL] = 0.0
            for i in range(n):
                dual.best[i] = dual.price[i]
        else:
            knobs[STALL] += 1.0
            if bound > knobs[BEST]:
                knobs[BEST] = bound
                for i in range(n):
                    dual.best[i] = dual.price[i]
            if knobs[STALL] >= knobs[PATIENCE]:
                knobs[STALL] = 0.0
                knobs[STEP] *= _SHRINK
                for i in range(n):
                    dual.price[i] = dual.best[i]
                    dual.direction[i] = 0.0
                bound = bound_at(core, mode, low, high, dual.price, dual)
        if knobs[BEST] >= target or knobs[STEP] < 1e-5:
            return done + 1
        norm = 0.0
        for i in range(n):
            limit = dual.price[i]
            slope = 1.0
            for entry in range(core.row_start[i], core.row_start[i + 1]):
                if core.row_cost[entry] >= limit:
                    break
                slope -= dual.chosen[core.row_site[entry]]
            way = slope + _DEFLECTION * dual.direction[i]
            if (way > 0.0 and limit >= core.outside[i]) or (way < 0.0 and limit <= 0.0):
                way = 0.0
            dual.direction[i] = way
            norm += way * way
        if norm < 1e-12:
            knobs[STEP] = 0.0
            return done + 1
        length = knobs[STEP] * max(1.005 * upper - bound, 1e-6 * abs(upper)) / norm
        for i in range(n):
            dual.price[i] = min(max(dual.price[i] + length * dual.direction[i], 0.0), core.outside[i])
    return iterations
