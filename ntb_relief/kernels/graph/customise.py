"""Weights of a hierarchy's arcs: all at once, after a few changes, for many scenarios together, and perfect ones.

An arc between ranks x < z weighs the least of its own arcs of the graph and of every detour over a rank y < x that both
ends see (Dibbelt, Strasser and Wagner 2016). Whole numbers, so the same weights give the same bits, whatever the way
there. Weights are int32 or int64, below `far` of their type, which stands for "no way"; sums that reach it stay there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from .._jit import kernel

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from .elimination import Hierarchy

    Ints = NDArray[np.int64]
    Nodes = NDArray[np.int32]
    Weights = NDArray[Any]

_FAR: Final = {np.dtype(np.int32): 2**30 - 1, np.dtype(np.int64): 2**62 - 1}


class Metric(NamedTuple):
    """Weights of a hierarchy, all int32 or all int64; A arcs of the graph, M of the hierarchy.

    Parameters
    ----------
    arc : array, shape (A,)
        Of the graph's arcs; `far` for one that is closed.
    own : array, shape (2 M,)
        Of each weight row the least of its own arcs.
    weight : array, shape (2 M,)
        With detours below; see `Hierarchy` for the rows.
    """

    arc: Weights
    own: Weights
    weight: Weights

    def copy(self) -> Metric:
        """Return a metric that can be changed without this one."""
        return Metric(self.arc.copy(), self.own.copy(), self.weight.copy())


def far(dtype: DTypeLike) -> int:
    """Return what stands for "no way" in weights of a type; two of them still fit the type."""
    return _FAR[np.dtype(dtype)]


def customise(hierarchy: Hierarchy, arc_weight: Weights) -> Metric:
    """Return the metric of arc weights; O(triangles of the hierarchy).

    Parameters
    ----------
    hierarchy : Hierarchy
    arc_weight : int32 or int64 array, shape (A,)
        From 0 to `far`, which closes the arc.
    """
    own = _own(hierarchy.row, arc_weight, 2 * hierarchy.head.size, far(arc_weight.dtype))
    weight = own.copy()
    _relax(hierarchy.indptr, hierarchy.tail, hierarchy.head, hierarchy.down_indptr, hierarchy.down_arc, weight)
    return Metric(arc_weight.copy(), own, weight)


def recustomise(hierarchy: Hierarchy, metric: Metric, *, arcs: Ints, weights: Weights) -> int:
    """Change the weights of a few arcs of a metric, in place, to the very bits of a full customisation.

    Parameters
    ----------
    hierarchy : Hierarchy
    metric : Metric
        Overwritten.
    arcs : int64 array, shape (K,)
    weights : array of the metric's type, shape (K,)

    Returns
    -------
    int
        How many arcs of the hierarchy were looked at.
    """
    return _update(hierarchy, metric, arcs, weights, far(metric.arc.dtype))


def customise_many(hierarchy: Hierarchy, arc_weights: Weights) -> Weights:
    """Return the `weight` of many scenarios, customised together.

    Parameters
    ----------
    hierarchy : Hierarchy
    arc_weights : int32 or int64 array, shape (A, K)
        One column a scenario.

    Returns
    -------
    array, shape (2 M, K)
        Column ``k`` equals ``customise(hierarchy, arc_weights[:, k]).weight``.
    """
    weight = np.full((2 * hierarchy.head.size, arc_weights.shape[1]), far(arc_weights.dtype), arc_weights.dtype)
    _own_lanes(hierarchy.row, arc_weights, weight)
    _relax_lanes(hierarchy.indptr, hierarchy.tail, hierarchy.head, hierarchy.down_indptr, hierarchy.down_arc, weight)
    return weight


def perfect(hierarchy: Hierarchy, weight: Weights) -> Weights:
    """Return the true shortest distance between the ends of every arc, by weight row, shape (2 M,).

    An arc whose `weight` is larger lies on no shortest path, so searches may leave it out.
    """
    best = weight.copy()
    _relax_down(hierarchy.indptr, hierarchy.head, best)
    return best


@kernel
def _own(row: Nodes, arc_weight: Weights, num_rows: int, no_way: int) -> Weights:
    own = np.full(num_rows, no_way, arc_weight.dtype)
    for arc in range(row.size):
        at = row[arc]
        if at >= 0 and arc_weight[arc] < own[at]:
            own[at] = arc_weight[arc]
    return own


@kernel
def _relax(indptr: Ints, tail: Nodes, head: Nodes, down_indptr: Ints, down_arc: Nodes, weight: Weights) -> None:
    """Lower every weight by its lower triangles, ranks ascending; writes `weight`."""
    num_nodes = indptr.size - 1
    arc_to = np.empty(num_nodes, np.int32)
    for rank in range(num_nodes):
        for arc in range(indptr[rank], indptr[rank + 1]):
            arc_to[head[arc]] = arc
        for slot in range(down_indptr[rank], down_indptr[rank + 1]):
            below = down_arc[slot]
            up, down = weight[2 * below], weight[2 * below + 1]
            for side in range(below + 1, indptr[tail[below] + 1]):
                arc = 2 * arc_to[head[side]]
                weight[arc] = min(weight[arc], down + weight[2 * side])
                weight[arc + 1] = min(weight[arc + 1], up + weight[2 * side + 1])


@kernel
def _own_lanes(row: Nodes, arc_weight: Weights, own: Weights) -> None:
    lanes = own.shape[1]
    for arc in range(row.size):
        if row[arc] >= 0:
            new, old = arc_weight[arc], own[row[arc]]
            for lane in range(lanes):
                old[lane] = min(old[lane], new[lane])


@kernel
def _relax_lanes(indptr: Ints, tail: Nodes, head: Nodes, down_indptr: Ints, down_arc: Nodes, weight: Weights) -> None:
    """As `_relax`, for a row of weights an arc; rows are views, so that the loops over lanes become vector code."""
    num_nodes = indptr.size - 1
    lanes = weight.shape[1]
    narrow = weight.dtype.type  # numba adds int32 in 64 bits, which halves the lanes of a register
    arc_to = np.empty(num_nodes, np.int32)
    for rank in range(num_nodes):
        for arc in range(indptr[rank], indptr[rank + 1]):
            arc_to[head[arc]] = arc
        for slot in range(down_indptr[rank], down_indptr[rank + 1]):
            below = down_arc[slot]
            up, down = weight[2 * below], weight[2 * below + 1]
            for side in range(below + 1, indptr[tail[below] + 1]):
                arc = 2 * arc_to[head[side]]
                best, leg = weight[arc], weight[2 * side]
                for lane in range(lanes):
                    best[lane] = min(best[lane], narrow(down[lane] + leg[lane]))
                best, leg = weight[arc + 1], weight[2 * side + 1]
                for lane in range(lanes):
                    best[lane] = min(best[lane], narrow(up[lane] + leg[lane]))


@kernel
def _relax_down(indptr: Ints, head: Nodes, best: Weights) -> None:
    """Lower every weight by the triangles over higher ranks, ranks descending; writes `best`."""
    num_nodes = indptr.size - 1
    arc_to = np.full(num_nodes, -1, np.int32)
    for rank in range(num_nodes - 1, -1, -1):
        for arc in range(indptr[rank], indptr[rank + 1]):
            arc_to[head[arc]] = arc
        for near in range(indptr[rank], indptr[rank + 1]):
            for side in range(indptr[head[near]], indptr[head[near] + 1]):
                if arc_to[head[side]] >= 0:
                    one, other, leg = 2 * near, 2 * arc_to[head[side]], 2 * side
                    best[other] = min(best[other], best[one] + best[leg])
                    best[other + 1] = min(best[other + 1], best[one + 1] + best[leg + 1])
                    best[one] = min(best[one], best[other] + best[leg + 1])
                    best[one + 1] = min(best[one + 1], best[other + 1] + best[leg])
        for arc in range(indptr[rank], indptr[rank + 1]):
            arc_to[head[arc]] = -1


@kernel
def _push(heap: Nodes, size: int, arc: int) -> int:
    """Add an arc to a binary heap of the least; returns its new size."""
    slot = size
    while slot > 0 and heap[(slot - 1) >> 1] > arc:
        heap[slot] = heap[(slot - 1) >> 1]
        slot = (slot - 1) >> 1
    heap[slot] = arc
    return size + 1


@kernel
def _pop(heap: Nodes, size: int) -> int:
    """Take the least off a heap whose last place, `size`, has just been given up."""
    least, moved = heap[0], heap[size]
    slot = 0
    while 2 * slot + 1 < size:
        child = 2 * slot + 1
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if moved <= heap[child]:
            break
        heap[slot] = heap[child]
        slot = child
    heap[slot] = moved
    return int(least)


@kernel
def _update(hierarchy: Hierarchy, metric: Metric, arcs: Ints, weights: Weights, no_way: int) -> int:
    num_arcs = hierarchy.head.size
    return change_arcs(hierarchy, metric, arcs, weights, no_way, np.empty(num_arcs, np.int32), np.zeros(num_arcs, np.bool_))


@kernel
def change_arcs(
    hierarchy: Hierarchy, metric: Metric, arcs: Ints, weights: Weights, no_way: int, heap: Nodes, waits: NDArray[np.bool_]
) -> int:
    """Carry changed arcs upwards in order of their number; writes `metric`, returns the arcs looked at.

    An arc is computed anew from all its triangles; the arcs above it follow where its old weight was what made theirs or
    its new one undercuts them. Overwrites `heap` (M); `waits` (M) is False throughout before and after.
    """
    indptr, tail, head = hierarchy.indptr, hierarchy.tail, hierarchy.head
    down_indptr, down_arc = hierarchy.down_indptr, hierarchy.down_arc
    row_indptr, row_arc = hierarchy.row_indptr, hierarchy.row_arc
    arc_weight, own, weight = metric.arc, metric.own, metric.weight
    size = 0
    for number in range(arcs.size):
        arc_weight[arcs[number]] = weights[number]
    for number in range(arcs.size):
        at = hierarchy.row[arcs[number]]
        if at >= 0:
            least = arc_weight[arcs[number]]
            for slot in range(row_indptr[at], row_indptr[at + 1]):
                least = min(least, arc_weight[row_arc[slot]])
            if least != own[at]:
                own[at] = min(least, no_way)
                if not waits[at >> 1]:
                    waits[at >> 1] = True
                    size = _push(heap, size, at >> 1)
    looked = 0
    while size > 0:
        size -= 1
        arc = _pop(heap, size)
        waits[arc] = False
        looked += 1
        low, high = tail[arc], head[arc]
        old_up, old_down = weight[2 * arc], weight[2 * arc + 1]
        up, down = own[2 * arc], own[2 * arc + 1]
        one, one_end = down_indptr[low], down_indptr[low + 1]
        other, other_end = down_indptr[high], down_indptr[high + 1]
        while one < one_end and other < other_end:
            leg, leg_two = down_arc[one], down_arc[other]
            if tail[leg] < tail[leg_two]:
                one += 1
            elif tail[leg] > tail[leg_two]:
                other += 1
            else:
                up = min(up, weight[2 * leg + 1] + weight[2 * leg_two])
                down = min(down, weight[2 * leg] + weight[2 * leg_two + 1])
                one += 1
                other += 1
        if up == old_up and down == old_down:
            continue
        weight[2 * arc], weight[2 * arc + 1] = up, down
        for side in range(indptr[low], indptr[low + 1]):
            if side == arc:
                continue
            # The third arc of the triangle, between the two upper ends.
            bottom, top = min(high, head[side]), max(high, head[side])
            first, last = indptr[bottom], indptr[bottom + 1]
            while first < last:
                middle = (first + last) >> 1
                if head[middle] < top:
                    first = middle + 1
                else:
                    last = middle
            if waits[first]:
                continue
            third_up, third_down = weight[2 * first], weight[2 * first + 1]
            side_up, side_down = weight[2 * side], weight[2 * side + 1]
            if bottom == high:
                was_up, was_down, is_up, is_down = old_down + side_up, old_up + side_down, down + side_up, up + side_down
            else:
                was_up, was_down, is_up, is_down = side_down + old_up, side_up + old_down, side_down + up, side_up + down
            made_up = was_up == third_up and third_up < no_way
            made_down = was_down == third_down and third_down < no_way
            if made_up or made_down or is_up < third_up or is_down < third_down:
                waits[first] = True
                size = _push(heap, size, first)
    return looked
