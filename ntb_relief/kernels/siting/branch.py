"""Branch and bound of the uncapacitated core on Lagrangian bounds: depth first, sites fixed by reduced costs at each node."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._jit import lean_kernel
from .ascent import BEST, STALL, STEP, ascend, bound_at
from .core import FREE, NONE, OPEN, SHUT, ZERO

if TYPE_CHECKING:
    from .ascent import Dual
    from .core import Bytes, Core, Floats, Ints, Longs

DEPTH = 0
TRAIL = 1
FRESH = 2
NODES = 3

MORE = 0
DONE = 1
TOO_DEEP = 2


class Tree(NamedTuple):
    """A depth-first tree.

    ``mode`` (m): sites as fixed at the current node; ``site``, ``turn``, ``mark`` (D): branching site of each level, which
    of its two sides is open, and the trail's length before; ``trail`` (m): sites fixed, oldest first; ``price`` (D, n):
    multipliers of each level; ``bound`` (D): bound of each level's node; ``upper`` (1) and ``best`` (m): best solution;
    ``tally`` (4): depth, trail length, whether the current node waits to be looked at, nodes.
    """

    mode: Bytes
    site: Ints
    turn: Bytes
    mark: Longs
    trail: Ints
    price: Floats
    bound: Floats
    upper: Floats
    best: Bytes
    tally: Longs


def make_tree(mode: Bytes, price: Floats, *, bound: float, upper: float, best: Bytes, depth: int) -> Tree:
    """Return a tree that holds its root only."""
    m = len(mode)
    prices = np.zeros((depth + 1, len(price)))
    prices[0] = price
    bounds = np.zeros(depth + 1)
    bounds[0] = bound
    tally = np.array([0, 0, 1, 0], np.int64)
    levels = np.zeros(depth + 1, np.int32), np.zeros(depth + 1, np.int8), np.zeros(depth + 1, np.int64)
    return Tree(mode.copy(), *levels, np.zeros(m, np.int32), prices, bounds, np.array([upper]), best.copy(), tally)


def open_bound(tree: Tree) -> float:
    """Return the smallest bound of the nodes still to be looked at; infinity where none is left."""
    depth = int(tree.tally[DEPTH])
    waiting = [tree.bound[level] for level in range(depth) if tree.turn[level] == 0]
    if tree.tally[FRESH]:
        waiting.append(tree.bound[depth])
    return float(min(waiting, default=np.inf))


@lean_kernel
def set_cost(core: Core, chosen: Bytes) -> float:
    """Return the cost of a set of open sites."""
    total = 0.0
    for j in range(chosen.shape[0]):
        if chosen[j]:
            total += core.fixed[j]
    for i in range(core.outside.shape[0]):
        cost = core.outside[i]
        for entry in range(core.row_start[i], core.row_start[i + 1]):
            if core.row_cost[entry] >= cost:
                break
            if chosen[core.row_site[entry]]:
                cost = core.row_cost[entry]
                break
        total += cost
    return total


@lean_kernel
def _undo(tree: Tree, size: int) -> None:
    while tree.tally[TRAIL] > size:
        tree.tally[TRAIL] -= 1
        tree.mode[tree.trail[tree.tally[TRAIL]]] = FREE


@lean_kernel
def _fix(tree: Tree, j: int, value: int) -> None:
    tree.mode[j] = value
    tree.trail[tree.tally[TRAIL]] = j
    tree.tally[TRAIL] += 1


@lean_kernel
def _look(core: Core, low: int, high: int, dual: Dual, tree: Tree, margin: float, iterations: int) -> int:
    """Bound the current node; return the site to branch on, or -1 where the node is done."""
    level = tree.tally[DEPTH]
    n = dual.price.shape[0]
    m = tree.mode.shape[0]
    for i in range(n):
        dual.price[i] = tree.price[level, i]
        dual.best[i] = tree.price[level, i]
        dual.direction[i] = 0.0
    dual.knobs[STEP] = 0.8
    dual.knobs[STALL] = 0.0
    dual.knobs[BEST] = -1e300
    for _ in range(4):
        target = tree.upper[0] - margin
        ascend(core, tree.mode, low, high, dual, tree.upper[0], target, iterations)
        bound = bound_at(core, tree.mode, low, high, dual.best, dual)
        tree.bound[level] = max(tree.bound[level], bound)
        if bound >= target:
            return -1
        cost = set_cost(core, dual.chosen)
        if cost < tree.upper[0]:
            tree.upper[0] = cost
            for j in range(m):
                tree.best[j] = dual.chosen[j]
            if bound >= cost - margin:
                return -1
        slack = tree.upper[0] - margin - bound
        fixed = 0
        free = 0
        for j in range(m):
            if tree.mode[j] == FREE:
                if dual.chosen[j] == 0 and dual.rho[j] - dual.edges[0] > slack:
                    _fix(tree, j, SHUT)
                    fixed += 1
                elif dual.chosen[j] == 1 and dual.edges[1] - dual.rho[j] > slack:
                    _fix(tree, j, OPEN)
                    fixed += 1
                else:
                    free += 1
        if free == 0:
            # One set is left; its cost is known.
            count = 0
            for j in range(m):
                dual.chosen[j] = 1 if tree.mode[j] == OPEN else 0
                count += dual.chosen[j]
            cost = set_cost(core, dual.chosen)
            if low <= count <= high and cost < tree.upper[0]:
                tree.upper[0] = cost
                for j in range(m):
                    tree.best[j] = dual.chosen[j]
            return -1
        if 5 * fixed < free:
            break
        dual.knobs[STEP] = max(dual.knobs[STEP], 0.3)
        for i in range(n):
            dual.price[i] = dual.best[i]
    for i in range(n):
        tree.price[level, i] = dual.best[i]
    pick = -1
    score = -1.0
    for j in range(m):
        if tree.mode[j] == FREE:
            value = min(dual.usage[j], 1.0 - dual.usage[j]) + 1e-3 * dual.usage[j]
            if value > score:
                score = value
                pick = j
    return pick


@lean_kernel
def branch(core: Core, low: int, high: int, dual: Dual, tree: Tree, margin: float, iterations: int, nodes: int) -> int:
    """Look at so many nodes; return `MORE`, `DONE` or `TOO_DEEP`.

    `margin` is what a solution must be better by to be worth finding, a little less than the grain of the costs.
    """
    n = dual.price.shape[0]
    for _ in range(nodes):
        level = tree.tally[DEPTH]
        pick = NONE
        if tree.tally[FRESH]:
            tree.tally[NODES] += 1
            pick = _look(core, low, high, dual, tree, margin, iterations)
            tree.tally[FRESH] = 0
        if pick >= 0:
            if level + 1 >= tree.bound.shape[0]:
                tree.tally[FRESH] = 1
                return TOO_DEEP
            tree.site[level] = pick
            tree.turn[level] = 0
            tree.mark[level] = tree.tally[TRAIL]
            _fix(tree, pick, OPEN)
        else:
            while True:
                level -= 1
                if level < 0:
                    tree.tally[DEPTH] = 0
                    return DONE
                _undo(tree, tree.mark[level])
                if tree.turn[level] == 0 and tree.bound[level] < tree.upper[0] - margin:
                    break
            tree.turn[level] = 1
            _fix(tree, ZERO + tree.site[level], SHUT)
        tree.tally[DEPTH] = level + 1
        tree.tally[FRESH] = 1
        tree.bound[level + 1] = tree.bound[level]
        for i in range(n):
            tree.price[level + 1, i] = tree.price[level, i]
    return MORE
