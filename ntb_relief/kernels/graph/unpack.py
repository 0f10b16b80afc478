"""The path behind a cell of a table: climb from both ends, meet, and open the shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._jit import kernel
from .customise import far

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .customise import Metric
    from .elimination import Hierarchy

    Ints = NDArray[np.int64]
    Nodes = NDArray[np.int32]
    Weights = NDArray[Any]


def shortest_arcs(hierarchy: Hierarchy, metric: Metric, *, source: int, target: int) -> Nodes | None:
    """Return the arcs of the graph on a shortest path, in driving order; None where there is no way.

    Parameters
    ----------
    hierarchy : Hierarchy
    metric : Metric
    source, target : int
        Nodes of the graph; no arcs where they are one.
    """
    num_nodes = hierarchy.parent.size
    no_way = far(metric.weight.dtype)
    labels = np.full((2, num_nodes), no_way, metric.weight.dtype)
    rows = np.full((2, num_nodes), -1, np.int32)
    ends = hierarchy.rank[np.array([source, target])]
    stack = np.empty(4 * num_nodes + 2, np.int32)
    waiting = _meet(hierarchy, metric.weight, ends, labels, rows, stack, no_way)
    return _unpack(hierarchy, metric, stack, waiting) if waiting >= 0 else None


@kernel
def _meet(hierarchy: Hierarchy, weight: Weights, ends: Nodes, labels: Weights, rows: Nodes, stack: Nodes, no_way: int) -> int:
    """Write the weight rows of a shortest up-down path to `stack`, the first to drive on top; returns how many, or -1.

    `labels` (2 x N, "no way") and `rows` (2 x N, -1) are overwritten: distance from the source, or to the target, and the row
    that leads there. O(arcs of both ends' ancestors).
    """
    indptr, head, parent = hierarchy.indptr, hierarchy.head, hierarchy.parent
    for way in range(2):
        rank = ends[way]
        labels[way, rank] = 0
        while rank >= 0:
            here = labels[way, rank]
            if here < no_way:
                for arc in range(indptr[rank], indptr[rank + 1]):
                    there = here + weight[2 * arc + way]
                    if there < labels[way, head[arc]]:
                        labels[way, head[arc]] = there
                        rows[way, head[arc]] = 2 * arc + way
            rank = parent[rank]
    best, top = labels[0, 0], -1
    rank = ends[0]
    while rank >= 0:
        if labels[0, rank] < no_way and labels[1, rank] < no_way:
            total = labels[0, rank] + labels[1, rank]
            if total < no_way and (top < 0 or total < best):
                best, top = total, rank
        rank = parent[rank]
    if top < 0:
        return -1
    count = 0
    rank = top
    while rows[1, rank] >= 0:
        stack[count] = rows[1, rank]
        count += 1
        rank = hierarchy.tail[rows[1, rank] >> 1]
    for step in range(count >> 1):
        stack[step], stack[count - 1 - step] = stack[count - 1 - step], stack[step]
    rank = top
    while rows[0, rank] >= 0:
        stack[count] = rows[0, rank]
        count += 1
        rank = hierarchy.tail[rows[0, rank] >> 1]
    return count


@kernel
def _unpack(hierarchy: Hierarchy, metric: Metric, stack: Nodes, waiting: int) -> Nodes:
    """Replace every row on the stack by its arc of the graph, or by the two rows of its lower triangle."""
    tail, head, down_indptr, down_arc = hierarchy.tail, hierarchy.head, hierarchy.down_indptr, hierarchy.down_arc
    row_indptr, row_arc = hierarchy.row_indptr, hierarchy.row_arc
    weight = metric.weight
    path = np.empty(64, np.int32)
    count = 0
    while waiting > 0:
        waiting -= 1
        row = stack[waiting]
        if metric.own[row] == weight[row]:
            slot = row_indptr[row]
            while metric.arc[row_arc[slot]] != weight[row]:
                slot += 1
            if count == path.size:
                longer = np.empty(2 * count, np.int32)
                longer[:count] = path
                path = longer
            path[count] = row_arc[slot]
            count += 1
            continue
        arc, way = row >> 1, row & 1
        one, other = down_indptr[tail[arc]], down_indptr[head[arc]]
        while True:
            leg, leg_two = down_arc[one], down_arc[other]
            if tail[leg] < tail[leg_two]:
                one += 1
            elif tail[leg] > tail[leg_two]:
                other += 1
            elif weight[2 * leg + 1 - way] + weight[2 * leg_two + way] == weight[row]:
                break
            else:
                one += 1
                other += 1
        # Up: from the lower end down to the third rank, then up; down: the same two arcs driven the other way.
        stack[waiting] = 2 * leg_two + way if way == 0 else 2 * leg
        stack[waiting + 1] = 2 * leg + 1 if way == 0 else 2 * leg_two + 1
        waiting += 2
    return path[:count].copy()
