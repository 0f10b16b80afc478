"""Tables from many sources to many targets over a hierarchy.

The part of the hierarchy that leads down to the targets is cut out once; then 64 sources at a time climb to their
ancestors and sweep down through it together (restricted PHAST: Delling, Goldberg and Werneck 2011). A row of the work array
holds one rank for all sources of the block, so that the inner loops are vector code.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from .._jit import kernel
from .customise import far

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from .elimination import Hierarchy

    Ints = NDArray[np.int64]
    Nodes = NDArray[np.int32]
    Weights = NDArray[Any]

_LANES: Final = 64


class SearchGraph(NamedTuple):
    """Arcs of a hierarchy that searches need, each way by its lower end.

    Parameters
    ----------
    parent : int32 array, shape (N,)
    up_indptr, down_indptr : int64 array, shape (N + 1,)
    up_head, down_head : int32 array
        Higher ends.
    up_weight, down_weight : array
    """

    parent: Nodes
    up_indptr: Ints
    up_head: Nodes
    up_weight: Weights
    down_indptr: Ints
    down_head: Nodes
    down_weight: Weights


def search_graph(hierarchy: Hierarchy, weight: Weights, best: Weights | None = None) -> SearchGraph:
    """Return the arcs that are open; only those on shortest paths where these are known.

    Parameters
    ----------
    hierarchy : Hierarchy
    weight : array, shape (2 M,)
        Of a `Metric`, or one column of `customise_many` (as an array of its own).
    best : array, shape (2 M,), optional
        From `perfect`: worth its while for many tables, or where the hierarchy is dense.
    """
    best = weight if best is None else best
    no_way = far(weight.dtype)
    up = _kept(hierarchy.indptr, hierarchy.head, weight, best, 0, no_way)
    down = _kept(hierarchy.indptr, hierarchy.head, weight, best, 1, no_way)
    return SearchGraph(hierarchy.parent, *up, *down)


def many_to_many(hierarchy: Hierarchy, graph: SearchGraph, *, sources: Ints, targets: Ints, threads: int = 1) -> Weights:
    """Return the least weight from every source to every target.

    Parameters
    ----------
    hierarchy : Hierarchy
    graph : SearchGraph
    sources, targets : int64 array, shape (S,) and (T,)
        Nodes of the graph; a node may stand there twice.
    threads : int
        Blocks of 64 sources run side by side.

    Returns
    -------
    array of the weights' type, shape (S, T)
        -1 where there is no way (or none below `far` of the type).
    """
    table = np.empty((sources.size, targets.size), graph.up_weight.dtype)
    block_of = _sweeper(hierarchy, graph, sources, targets)

    def fill(first: int) -> None:
        block = block_of()
        for row in range(first * _LANES, sources.size, threads * _LANES):
            block(row, table[row : row + _LANES])

    _run(fill, threads)
    return table


def many_to_many_pairs(
    hierarchy: Hierarchy, graph: SearchGraph, *, sources: Ints, targets: Ints, low_bits: int, threads: int = 1
) -> tuple[Ints, Ints]:
    """Return the table of `many_to_many` in two parts, where a weight holds two sums.

    Parameters
    ----------
    hierarchy, graph, sources, targets, threads
        As for `many_to_many`; weights are int64.
    low_bits : int
        Bits of the second part; sums of both parts stay within their bits.

    Returns
    -------
    high, low : int64 array, shape (S, T)
        -1 in both where there is no way.
    """
    high, low = np.empty((2, sources.size, targets.size), np.int64)  # one piece: two cost 3 ms more to map, at 8 MB each
    block_of = _sweeper(hierarchy, graph, sources, targets)

    def fill(first: int) -> None:
        block = block_of()
        buffer = np.empty((_LANES, targets.size), np.int64)  # stays in the cache, unlike a table
        for row in range(first * _LANES, sources.size, threads * _LANES):
            part = buffer[: min(_LANES, sources.size - row)]
            block(row, part)
            _split(part, low_bits, high[row : row + _LANES], low[row : row + _LANES])

    _run(fill, threads)
    return high, low


def _sweeper(hierarchy: Hierarchy, graph: SearchGraph, sources: Ints, targets: Ints) -> Callable[[], Callable[[int, Weights], None]]:
    """Cut out what leads to the targets; return what makes, for a thread of its own, the function that fills a block of rows."""
    no_way = far(graph.up_weight.dtype)
    starts, ends = hierarchy.rank[sources], hierarchy.rank[targets]
    place, indptr, head, weight = _restrict(graph.down_indptr, graph.down_head, graph.down_weight, ends)

    def make() -> Callable[[int, Weights], None]:
        labels = np.empty((indptr.size - 1, _LANES), weight.dtype)
        climb = np.full(place.size, no_way, weight.dtype)

        def block(row: int, table: Weights) -> None:
            _sweep(graph, place, indptr, head, weight, starts[row : row + _LANES], ends, labels, climb, no_way, table)

        return block

    return make


def _run(fill: Callable[[int], None], threads: int) -> None:
    if threads == 1:
        fill(0)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(fill, range(threads)))


@kernel
def _split(packed: Ints, low_bits: int, high: Ints, low: Ints) -> None:
    mask = (1 << low_bits) - 1
    for row in range(packed.shape[0]):
        for column in range(packed.shape[1]):
            value = packed[row, column]
            high[row, column] = value >> low_bits  # -1 shifted is -1
            low[row, column] = value & mask if value >= 0 else -1


@kernel
def _kept(indptr: Ints, head: Nodes, weight: Weights, best: Weights, way: int, no_way: int) -> tuple[Ints, Nodes, Weights]:
    """Return the arcs of one way (0 up, 1 down) that are as short as their ends are near; O(N + M)."""
    num_nodes = indptr.size - 1
    kept_indptr = np.zeros(num_nodes + 1, np.int64)
    kept_head = np.empty(head.size, np.int32)
    kept_weight = np.empty(head.size, weight.dtype)
    count = 0
    for rank in range(num_nodes):
        for arc in range(indptr[rank], indptr[rank + 1]):
            value = weight[2 * arc + way]
            kept_head[count] = head[arc]
            kept_weight[count] = value
            if value < no_way and value == best[2 * arc + way]:
                count += 1
        kept_indptr[rank + 1] = count
    return kept_indptr, kept_head[:count].copy(), kept_weight[:count].copy()


@kernel
def _restrict(indptr: Ints, head: Nodes, weight: Weights, targets: Nodes) -> tuple[Nodes, Ints, Nodes, Weights]:
    """Cut out what leads down to the targets: the place of each rank in it (or -1) and its arcs, high ranks first."""
    num_nodes = indptr.size - 1
    place = np.full(num_nodes, -1, np.int32)
    stack = np.empty(num_nodes, np.int32)
    waiting, size, num_arcs = 0, 0, 0
    for target in targets:
        if place[target] < 0:
            place[target] = 0
            stack[waiting] = target
            waiting += 1
        while waiting > 0:
            waiting -= 1
            rank = stack[waiting]
            size += 1
            num_arcs += indptr[rank + 1] - indptr[rank]
            for arc in range(indptr[rank], indptr[rank + 1]):
                if place[head[arc]] < 0:
                    place[head[arc]] = 0
                    stack[waiting] = head[arc]
                    waiting += 1
    new_indptr = np.zeros(size + 1, np.int64)
    new_head = np.empty(num_arcs, np.int32)
    new_weight = np.empty(num_arcs, weight.dtype)
    size, num_arcs = 0, 0
    for rank in range(num_nodes - 1, -1, -1):
        if place[rank] >= 0:
            place[rank] = size
            for arc in range(indptr[rank], indptr[rank + 1]):
                new_head[num_arcs] = place[head[arc]]
                new_weight[num_arcs] = weight[arc]
                num_arcs += 1
            size += 1
            new_indptr[size] = num_arcs
    return place, new_indptr, new_head, new_weight


@kernel
def _sweep(
    graph: SearchGraph, place: Nodes, indptr: Ints, head: Nodes, weight: Weights, sources: Nodes, targets: Nodes, labels: Weights,
    climb: Weights, no_way: int, table: Weights,
) -> None:  # fmt: skip
    """Fill the rows of a block of sources; O(ancestors' arcs of the sources + lanes x cut-out arcs).

    Overwrites `labels` (places x lanes) and `table`; `climb` (N) holds "no way" before and after.
    """
    parent, up_indptr, up_head, up_weight = graph.parent, graph.up_indptr, graph.up_head, graph.up_weight
    lanes = labels.shape[1]
    narrow = labels.dtype.type  # numba adds int32 in 64 bits, which halves the lanes of a register
    labels[:] = no_way
    for lane in range(sources.size):
        rank = sources[lane]
        climb[rank] = 0
        while rank >= 0:
            here = climb[rank]
            climb[rank] = no_way
            if here < no_way:
                if place[rank] >= 0:
                    labels[place[rank], lane] = here
                for arc in range(up_indptr[rank], up_indptr[rank + 1]):
                    climb[up_head[arc]] = min(climb[up_head[arc]], here + up_weight[arc])
            rank = parent[rank]
    for row in range(indptr.size - 1):
        best = labels[row]
        arc, end = indptr[row], indptr[row + 1]
        while arc + 3 < end:
            one, two, three, four = labels[head[arc]], labels[head[arc + 1]], labels[head[arc + 2]], labels[head[arc + 3]]
            w1, w2, w3, w4 = weight[arc], weight[arc + 1], weight[arc + 2], weight[arc + 3]
            for lane in range(lanes):
                low = min(narrow(one[lane] + w1), narrow(two[lane] + w2))
                high = min(narrow(three[lane] + w3), narrow(four[lane] + w4))
                best[lane] = min(best[lane], low, high)
            arc += 4
        while arc < end:
            one, w1 = labels[head[arc]], weight[arc]
            for lane in range(lanes):
                best[lane] = min(best[lane], narrow(one[lane] + w1))
            arc += 1
    for column in range(targets.size):
        best = labels[place[targets[column]]]
        for lane in range(sources.size):
            table[lane, column] = best[lane] if best[lane] < no_way else -1
