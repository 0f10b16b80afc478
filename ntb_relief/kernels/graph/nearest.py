"""The nearest few targets of every source, without the whole table: searches that stop early (Dijkstra 1959)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from .._jit import kernel
from .dijkstra import _SETTLED, _UNSEEN, _relax, _sift_down

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .csr import Csr

    Ints = NDArray[np.int64]
    Nodes = NDArray[np.int32]

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
    arc_into, heap, settled = (np.empty(num_nodes, np.int64) for _ in range(3))
    place = np.full(num_nodes, _UNSEEN, np.int64)
    counts, parts = [np.zeros(1, np.int64)], []
    room = min(most, int((target_count > 0).sum()))
    for first in range(0, sources.size, _SOURCES):
        block = sources[first : first + _SOURCES]
        found = np.empty((3, block.size, room), np.int64)
        count = np.zeros(block.size, np.int64)
        if room:
            scratch = *labels, arc_into, heap, place, settled
            _search_block(graph.indptr, graph.head, duration, tie, block, target_count, most, *scratch, found, count)
        is_found = np.arange(room)[None, :] < count[:, None]
        parts.append(found[:, is_found])
        counts.append(count)
    node, reached, ties = np.concatenate(parts, axis=1) if parts else np.empty((3, 0), np.int64)
    return np.cumsum(np.concatenate(counts)), node, reached, ties


@kernel
def _search_block(
    indptr: Ints, head: Nodes, arc_duration: Ints, arc_tie: Ints, sources: Ints, target_count: Ints, most: int,
    duration: Ints, tie: Ints, arc_into: Ints, heap: Ints, place: Ints, settled: Ints, found: Ints, count: Ints,
) -> None:  # fmt: skip
    """Fill `found` (3, S, K) and `count` (S,). `place` is all unseen before and after; O((settled + their arcs) log settled) a source."""
    for row in range(sources.size):
        source = sources[row]
        duration[source] = 0
        tie[source] = 0
        heap[0] = source
        place[source] = 0
        num_settled, size, wanted = 0, 1, most
        while size > 0 and wanted > 0:
            node = heap[0]
            place[node] = _SETTLED
            settled[num_settled] = node
            num_settled += 1
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
            size = _relax(indptr, head, arc_duration, arc_tie, node, duration, tie, arc_into, heap, place, size)
        for step in range(num_settled):
            place[settled[step]] = _UNSEEN
        for slot in range(size):
            place[heap[slot]] = _UNSEEN
