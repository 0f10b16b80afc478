"""The nearest few targets of every source, without the whole table: searches that stop early (Dijkstra 1959)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from .._jit import kernel
from .dijkstra import _sift_down, _sift_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .csr import Csr

    Ints = NDArray[np.int64]
    Nodes = NDArray[np.int32]

_UNSEEN: Final = -1
_SETTLED: Final = -2
_SOURCES: Final = 256
"""Sources in one call: some 50 ms where the nearest targets are a hundred nodes away."""


def nearest_targets(
    graph: Csr, duration: Ints, tie: Ints, *, sources: Ints, target_count: Ints, most: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the nodes settled from each source until so many targets stand at them, targets only.

    Parameters
    ----------
    graph : Csr
    duration, tie : int64 array, shape (A,)
        Weights of the arcs; of equal durations the least tie counts.
    sources : int64 array, shape (S,)
    target_count : int64 array, shape (N,)
        Targets at each node.
    most : int
        Targets wanted for each source.

    Returns
    -------
    indptr : int64 array, shape (S + 1,)
    node, duration, tie : int64 array
        By source, nearest first. A node with more targets than are still wanted stands there whole.
    """
    num_nodes = graph.indptr.size - 1
    labels = np.full(num_nodes, -1, np.int64), np.full(num_nodes, -1, np.int64)
    heap, place, seen = np.empty(num_nodes, np.int64), np.full(num_nodes, _UNSEEN, np.int64), np.empty(num_nodes, np.int64)
    counts, parts = [np.zeros(1, np.int64)], []
    room = min(most, int((target_count > 0).sum()))
    for first in range(0, sources.size, _SOURCES):
        block = sources[first : first + _SOURCES]
        found = np.empty((3, block.size, room), np.int64)
        count = np.zeros(block.size, np.int64)
        if room:
            _search_block(graph.indptr, graph.head, duration, tie, block, target_count, most, *labels, heap, place, seen, found, count)
        is_found = np.arange(room)[None, :] < count[:, None]
        parts.append(found[:, is_found])
        counts.append(count)
    node, reached, ties = np.concatenate(parts, axis=1) if parts else np.empty((3, 0), np.int64)
    return np.cumsum(np.concatenate(counts)), node, reached, ties


@kernel
def _search_block(
    indptr: Ints, head: Nodes, arc_duration: Ints, arc_tie: Ints, sources: Ints, target_count: Ints, most: int,
    duration: Ints, tie: Ints, heap: Ints, place: Ints, seen: Ints, found: Ints, count: Ints,
) -> None:  # fmt: skip
    """Fill `found` (3, S, K) and `count` (S,). `place` is all unseen before and after; O((settled + their arcs) log settled) a source."""
    for row in range(sources.size):
        source = sources[row]
        duration[source] = 0
        tie[source] = 0
        heap[0] = source
        place[source] = 0
        seen[0] = source
        num_seen, size, wanted = 1, 1, most
        while size > 0 and wanted > 0:
            node = heap[0]
            place[node] = _SETTLED
            size -= 1
            if size > 0:
                heap[0] = heap[size]
                _sift_down(heap, size, place, duration, tie)
            if target_count[node] > 0:
                slot = count[row]
                found[0, row, slot] = node
                found[1, row, slot] = duration[node]
                found[2, row, slot] = tie[node]
                count[row] = slot + 1
                wanted -= target_count[node]
            for arc in range(indptr[node], indptr[node + 1]):
                other = head[arc]
                if place[other] == _SETTLED:
                    continue
                new_duration = duration[node] + arc_duration[arc]
                new_tie = tie[node] + arc_tie[arc]
                if place[other] == _UNSEEN:
                    heap[size] = other
                    place[other] = size
                    size += 1
                    seen[num_seen] = other
                    num_seen += 1
                elif new_duration > duration[other] or (new_duration == duration[other] and new_tie >= tie[other]):
                    continue
                duration[other] = new_duration
                tie[other] = new_tie
                _sift_up(heap, place, place[other], duration, tie)
        for step in range(num_seen):
            place[seen[step]] = _UNSEEN
