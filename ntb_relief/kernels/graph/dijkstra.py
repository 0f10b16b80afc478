"""Dijkstra on a CSR graph with two weights: least duration, and of those least distance (Dijkstra 1959; 4-ary heap).

All kernels break the last ties alike (the arc found first stays), so trees and tables agree arc by arc.
Weights are int64 >= 0; `UNREACHED` marks a node without a path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from .._jit import inlined_kernel, kernel
from .csr import Csr, build_csr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Nodes = NDArray[np.int32]
    Flags = NDArray[np.bool_]

UNREACHED: Final = -1
_UNSEEN: Final = -1
_SETTLED: Final = -2


def shortest_tree(graph: Csr, duration: Ints, distance: Ints, *, source: int) -> tuple[Ints, Ints, Ints]:
    """Return duration, distance and the arc into each node, from one source.

    Parameters
    ----------
    graph : Csr
    duration, distance : int64 array, shape (A,)
        Weights of the arcs, in the order of the graph.
    source : int

    Returns
    -------
    duration, distance, arc_into : int64 array, shape (N,)
        `UNREACHED` where there is no path; `arc_into` is -1 there and at the source.
    """
    return _tree(graph.indptr, graph.head, duration, distance, source)


def shortest_tables(graph: Csr, duration: Ints, distance: Ints, *, sources: Ints, targets: Ints) -> tuple[Ints, Ints]:
    """Return duration and distance from every source to every target; O(S (N + A) log N).

    Parameters
    ----------
    graph : Csr
    duration, distance : int64 array, shape (A,)
        Weights of the arcs.
    sources, targets : int64 array, shape (S,) and (T,)
        Nodes; a node may stand there twice.

    Returns
    -------
    duration, distance : int64 array, shape (S, T)
        `UNREACHED` where there is no path, in both alike.
    """
    return _tables(graph.indptr, graph.head, duration, distance, sources, targets)


def warm_up() -> None:
    """Compile the kernels, or load them from the cache."""
    ends = np.array([0, 1], dtype=np.int32)
    graph = build_csr(2, ends, ends[::-1].copy(), ends)
    weight = np.ones(2, dtype=np.int64)
    nodes = np.arange(2, dtype=np.int64)
    shortest_tree(graph, weight, weight, source=0)
    shortest_tables(graph, weight, weight, sources=nodes, targets=nodes)


@kernel
def _is_before(a: int, b: int, duration: Ints, distance: Ints) -> bool:
    return bool(duration[a] < duration[b] or (duration[a] == duration[b] and distance[a] < distance[b]))


@kernel
def _sift_up(heap: Ints, place: Ints, slot: int, duration: Ints, distance: Ints) -> None:
    """Move the node at `slot` towards the root; writes `heap` and `place`. O(log N)."""
    node = heap[slot]
    while slot > 0:
        parent = (slot - 1) >> 2
        above = heap[parent]
        if not _is_before(node, above, duration, distance):
            break
        heap[slot] = above
        place[above] = slot
        slot = parent
    heap[slot] = node
    place[node] = slot


@kernel
def _sift_down(heap: Ints, size: int, place: Ints, duration: Ints, distance: Ints) -> None:
    """Move the node at the root away from it; writes `heap` and `place`. O(4 log N)."""
    node = heap[0]
    slot = 0
    while True:
        first = 4 * slot + 1
        if first >= size:
            break
        least = first
        for child in range(first + 1, min(first + 4, size)):
            if _is_before(heap[child], heap[least], duration, distance):
                least = child
        below = heap[least]
        if not _is_before(below, node, duration, distance):
            break
        heap[slot] = below
        place[below] = slot
        slot = least
    heap[slot] = node
    place[node] = slot


@inlined_kernel
def _relax(
    indptr: Ints, head: Nodes, arc_duration: Ints, arc_distance: Ints, node: int, duration: Ints, distance: Ints, arc_into: Ints,
    heap: Ints, place: Ints, size: int,
) -> int:  # fmt: skip
    """Better the labels of the heads of a settled node's arcs and return the new size of the heap; writes the last six."""
    for arc in range(indptr[node], indptr[node + 1]):
        other = head[arc]
        if place[other] == _SETTLED:
            continue
        new_duration = duration[node] + arc_duration[arc]
        new_distance = distance[node] + arc_distance[arc]
        if place[other] == _UNSEEN:
            heap[size] = other
            place[other] = size
            size += 1
        elif new_duration > duration[other] or (new_duration == duration[other] and new_distance >= distance[other]):
            continue
        duration[other] = new_duration
        distance[other] = new_distance
        arc_into[other] = arc
        _sift_up(heap, place, place[other], duration, distance)
    return size


@kernel
def _search(
    indptr: Ints, head: Nodes, arc_duration: Ints, arc_distance: Ints, source: int, is_target: Flags, num_targets: int,
    duration: Ints, distance: Ints, arc_into: Ints, heap: Ints, place: Ints,
) -> None:  # fmt: skip
    """Search from `source` until `num_targets` marked nodes are settled, or all (0); O((N + A) log N).

    Overwrites the last five (int64, N): labels, the arc by which a node is reached, the heap, and each node's
    slot in it. Labels of nodes that are not settled are upper bounds.
    """
    duration[:] = UNREACHED
    distance[:] = UNREACHED
    arc_into[:] = -1
    place[:] = _UNSEEN
    duration[source] = 0
    distance[source] = 0
    heap[0] = source
    place[source] = 0
    size = 1
    while size > 0:
        node = heap[0]
        place[node] = _SETTLED
        if is_target[node]:
            num_targets -= 1
            if num_targets == 0:
                return
        size -= 1
        if size > 0:
            heap[0] = heap[size]
            _sift_down(heap, size, place, duration, distance)
        size = _relax(indptr, head, arc_duration, arc_distance, node, duration, distance, arc_into, heap, place, size)


@kernel
def _tree(indptr: Ints, head: Nodes, arc_duration: Ints, arc_distance: Ints, source: int) -> tuple[Ints, Ints, Ints]:
    num_nodes = indptr.size - 1
    duration = np.empty(num_nodes, np.int64)
    distance = np.empty(num_nodes, np.int64)
    arc_into = np.empty(num_nodes, np.int64)
    heap = np.empty(num_nodes, np.int64)
    place = np.empty(num_nodes, np.int64)
    is_target = np.zeros(num_nodes, np.bool_)
    _search(indptr, head, arc_duration, arc_distance, source, is_target, 0, duration, distance, arc_into, heap, place)
    return duration, distance, arc_into


@kernel
def _tables(indptr: Ints, head: Nodes, arc_duration: Ints, arc_distance: Ints, sources: Ints, targets: Ints) -> tuple[Ints, Ints]:
    num_nodes = indptr.size - 1
    durations = np.empty((sources.size, targets.size), np.int64)
    distances = np.empty((sources.size, targets.size), np.int64)
    duration = np.empty(num_nodes, np.int64)
    distance = np.empty(num_nodes, np.int64)
    arc_into = np.empty(num_nodes, np.int64)
    heap = np.empty(num_nodes, np.int64)
    place = np.empty(num_nodes, np.int64)
    is_target = np.zeros(num_nodes, np.bool_)
    num_targets = 0
    for target in targets:
        if not is_target[target]:
            is_target[target] = True
            num_targets += 1
    for row in range(sources.size):
        _search(indptr, head, arc_duration, arc_distance, sources[row], is_target, num_targets, duration, distance, arc_into, heap, place)
        for column in range(targets.size):
            durations[row, column] = duration[targets[column]]
            distances[row, column] = distance[targets[column]]
    return durations, distances
