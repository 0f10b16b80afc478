"""The tree of a transportation problem, and the pivots that mend it (dual network simplex with bounded arcs).

Nodes are numbered rows first, then points, then the root, which takes what is not used. Every other node has a parent; the
arc between them carries its flow from row to point. Arcs outside the tree carry nothing, or as much as their limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._jit import kernel
from .core import NONE, ZERO

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Flags = NDArray[np.bool_]

UNPLANTED = -2
"""Parent of the root of a tree that has not been planted yet."""


@kernel
def plant_tree(cost: Floats, limit: Floats, need: Floats, points: Ints, taken: Flags, tree: Ints) -> None:
    """Write the tree in which nothing in store has a worth: each point takes from its cheapest rows and hangs on the last of them."""
    num_rows = cost.shape[1]
    root = tree.shape[0] - 1
    tree[:] = root
    for p in points:
        taken[p, :] = False
        wanted, best = need[p], num_rows - 1
        while wanted > 0:
            best = num_rows - 1
            for r in range(num_rows - 1):
                if not taken[p, r] and limit[p, r] > 0 and cost[p, r] < cost[p, best]:
                    best = r
            taken[p, best] = True
            wanted -= limit[p, best]
        tree[num_rows + p] = best
    tree[root] = NONE


@kernel
def link_tree(points: Ints, num_rows: int, tree: Ints, first: Ints, after: Ints, before: Ints, order: Ints) -> None:
    """Write the children of each node as linked lists, and an order in which parents come first."""
    root = tree.shape[0] - 1
    for r in range(num_rows):
        first[r] = NONE
    for p in points:
        first[num_rows + p] = NONE
    first[root] = NONE
    for r in range(num_rows):
        _hang(r, ZERO + tree[r], first, after, before)
    for p in points:
        _hang(num_rows + p, ZERO + tree[num_rows + p], first, after, before)
    order[0] = root
    _walk(first, after, order)


@kernel
def _hang(node: int, under: int, first: Ints, after: Ints, before: Ints) -> None:
    after[node] = first[under]
    before[node] = NONE
    if first[under] >= 0:
        before[first[under]] = node
    first[under] = node


@kernel
def _unhang(node: int, under: int, first: Ints, after: Ints, before: Ints) -> None:
    if before[node] >= 0:
        after[before[node]] = after[node]
    else:
        first[under] = after[node]
    if after[node] >= 0:
        before[after[node]] = before[node]


@kernel
def _walk(first: Ints, after: Ints, order: Ints) -> int:
    """Write the nodes below ``order[0]``, parents first; return how many there are."""
    count = 1
    place = 0
    while place < count:
        node = first[order[place]]
        while node >= 0:
            order[count] = node
            count += 1
            node = after[node]
        place += 1
    return count


@kernel
def price_nodes(cost: Floats, order: Ints, tree: Ints, potential: Floats) -> None:
    """Write the potentials of a tree."""
    num_rows = cost.shape[1]
    root = tree.shape[0] - 1
    potential[root] = 0.0
    for place in range(1, order.shape[0]):
        node = order[place]
        above = tree[node]
        if node >= num_rows:
            potential[node] = potential[above] + cost[node - num_rows, above]
        else:
            potential[node] = potential[above] - (0.0 if above == root else cost[above - num_rows, node])


@kernel
def bound_arcs(cost: Floats, limit: Floats, points: Ints, num_sites: int, tree: Ints, potential: Floats, upper: Flags, full: Ints) -> None:
    """Write which arcs outside the tree are used to their limit: those that would pay."""
    num_rows = cost.shape[1]
    full[0, 0] = 0
    for p in points:
        node = num_rows + p
        for r in range(num_rows):
            upper[p, r] = False
            if r < num_sites and 0 < limit[p, r] < np.inf and cost[p, r] + potential[r] < potential[node]:
                if tree[r] != node and tree[node] != r:
                    _keep_full(ZERO + p, r, upper, full)


@kernel
def fill_arcs(limit: Floats, full: Ints, points: Ints, held: Floats, need: Floats, tree: Ints, order: Ints, flow: Floats) -> None:
    """Write the flow between each node and its parent, from row to point."""
    num_rows = held.shape[0]
    root = tree.shape[0] - 1
    for r in range(num_rows):
        flow[r] = held[r]
    for p in points:
        flow[num_rows + p] = need[p]
    for k in range(full[0, 0]):
        p, r = full[k + 1, 0], full[k + 1, 1]
        flow[num_rows + p] -= limit[p, r]
        flow[r] -= limit[p, r]
    for place in range(num_rows + points.shape[0], 0, -1):
        node = order[place]
        if tree[node] != root:
            flow[tree[node]] -= flow[node]


@kernel
def worst_arc(limit: Floats, points: Ints, tree: Ints, flow: Floats, least: float) -> int:
    """Return the node whose arc is farthest outside its limits, -1 where none is."""
    num_rows = limit.shape[1]
    root = tree.shape[0] - 1
    leaving, worst = -1, least
    for r in range(num_rows):
        over = -flow[r]
        if tree[r] != root:
            over = max(over, flow[r] - limit[tree[r] - num_rows, r])
        if over > worst:
            leaving, worst = r, over
    for p in points:
        node = num_rows + p
        over = max(-flow[node], flow[node] - limit[p, tree[node]])
        if over > worst:
            leaving, worst = node, over
    return leaving


@kernel
def pivot(
    cost: Floats,
    limit: Floats,
    upper: Flags,
    full: Ints,
    rows: Ints,
    points: Ints,
    tree: Ints,
    first: Ints,
    after: Ints,
    before: Ints,
    order: Ints,
    flow: Floats,
    potential: Floats,
    inside: Longs,
    stamp: int,
    leaving: int,
) -> bool:
    """Take the arc above ``leaving`` out of the tree and put the cheapest one that mends it in; False where there is none."""
    num_rows = cost.shape[1]
    root = tree.shape[0] - 1
    order[0] = leaving
    count = _walk(first, after, order)
    for place in range(count):
        inside[order[place]] = stamp
    is_row, is_low = leaving < num_rows, flow[leaving] < 0
    units = -flow[leaving]
    limit_p, limit_r = NONE, NONE
    if not is_low:
        p, r = (tree[leaving] - num_rows, leaving) if is_row else (leaving - num_rows, tree[leaving])
        units = flow[leaving] - limit[p, r]
        upper[p, r] = True
        if limit[p, r] > 0:
            limit_p, limit_r = ZERO + p, ZERO + r
    is_pull = is_row == is_low  # the part below needs more than it gets; otherwise it must get rid of some
    least, inner, outer, is_upper = np.inf, NONE, NONE, False
    num_inside = 0
    for place in range(count):
        node = order[place]
        if node < num_rows:
            rows[num_inside] = node
            num_inside += 1
            if not is_pull and potential[node] < least:
                least, inner, outer = potential[node], node, root
        elif is_pull:
            p = node - num_rows
            for r in range(num_rows):
                reduced = cost[p, r] + potential[r] - potential[node]
                if reduced < least and inside[r] != stamp and not upper[p, r] and limit[p, r] > 0:
                    least, inner, outer = reduced, node, r
    if not is_pull and num_inside > 0:
        for p in points:
            node = num_rows + p
            if inside[node] == stamp:
                continue
            for place in range(num_inside):
                r = rows[place]
                reduced = cost[p, r] + potential[r] - potential[node]
                if reduced < least and not upper[p, r] and limit[p, r] > 0:
                    least, inner, outer = reduced, r, node
    at = 0
    for k in range(full[0, 0]):
        p, r = full[k + 1, 0], full[k + 1, 1]
        node = num_rows + p
        row_in, point_in = inside[r] == stamp, inside[node] == stamp
        if row_in != point_in and row_in == is_pull:
            reduced = potential[node] - cost[p, r] - potential[r]
            if reduced < least:
                least, inner, outer = reduced, r if is_pull else node, node if is_pull else r
                is_upper, at = True, k + 1
    if inner < 0:
        return False
    if not is_low and limit_p >= 0:
        _keep_full(limit_p, limit_r, upper, full)
    shift = max(least, 0.0) if is_pull else -max(least, 0.0)
    for place in range(count):
        potential[order[place]] += shift
    carried_in = units
    if is_upper:
        p, r = (inner - num_rows, outer) if inner >= num_rows else (outer - num_rows, inner)
        carried_in = limit[p, r] - units
        upper[p, r] = False
        full[at] = full[full[0, 0]]
        full[0, 0] -= 1
    gained = units if is_pull else -units
    _pass_up(inner, gained, num_rows, tree, flow)
    _pass_up(outer, -gained, num_rows, tree, flow)
    # Turn the way from the inner end up to the arc that leaves.
    node, above, carried = inner, ZERO + tree[inner], flow[inner]
    _unhang(node, above, first, after, before)
    tree[inner], flow[inner] = outer, carried_in
    _hang(inner, outer, first, after, before)
    while node != leaving:
        following, next_carried = ZERO + tree[above], flow[above]
        _unhang(above, following, first, after, before)
        tree[above], flow[above] = node, carried
        _hang(above, node, first, after, before)
        node, above, carried = above, following, next_carried
    return True


@kernel
def _keep_full(p: int, r: int, upper: Flags, full: Ints) -> None:
    """Note an arc that is used to its limit; the first entry of the list is its length."""
    upper[p, r] = True
    full[0, 0] += 1
    full[full[0, 0], 0], full[full[0, 0], 1] = p, r


@kernel
def _pass_up(node: int, gained: float, num_rows: int, tree: Ints, flow: Floats) -> None:
    """Add units gained at a node to the flows on its way to the root."""
    root = tree.shape[0] - 1
    while node != root:
        flow[node] += gained if node < num_rows else -gained
        node = tree[node]
