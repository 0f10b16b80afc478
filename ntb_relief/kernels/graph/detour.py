"""The way around each link: close it, ask, open it again, thousands of links a second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from .._jit import kernel
from .customise import change_arcs, far

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .customise import Metric
    from .elimination import Hierarchy

    Ints = NDArray[np.int64]
    Nodes = NDArray[np.int32]
    Flags = NDArray[np.bool_]
    Weights = NDArray[Any]

_LINKS: Final = 2000
"""Links in one call: some 50 ms at 50,000 nodes."""


def detours(
    hierarchy: Hierarchy, metric: Metric, *, ends: Ints, indptr: Ints, arcs: Ints, is_asked: Flags, into: Ints | None = None
) -> Weights:
    """Return the least weights between the ends of each link without that link; about 20 us a link at 50,000 nodes.

    Parameters
    ----------
    hierarchy : Hierarchy
    metric : Metric
        Left as it is.
    ends : int64 array, shape (L, 2)
        Nodes of each link.
    indptr : int64 array, shape (L + 1,)
    arcs : int64 array
        The graph's arcs that close with a link, by link.
    is_asked : bool array, shape (L,)
        Links to look at, e.g. no bridges.
    into : int64 array, shape (L, 2), optional
        Where ways to the nodes of each link end; None means at these nodes.

    Returns
    -------
    array of the metric's type, shape (L, 2)
        There and back; -1 where there is no way, or where the link was not asked for.
    """
    own = metric.copy()
    no_way = far(metric.weight.dtype)
    found = np.full((len(ends), 2), -1, metric.weight.dtype)
    ranks, ranks_into = hierarchy.rank[ends], hierarchy.rank[ends if into is None else into]
    labels = np.full((2, hierarchy.parent.size), no_way, metric.weight.dtype)
    heap, waits = np.empty(hierarchy.head.size, np.int32), np.zeros(hierarchy.head.size, np.bool_)
    for first in range(0, len(ends), _LINKS):
        last = min(first + _LINKS, len(ends))
        _go_around(hierarchy, own, ranks, ranks_into, indptr, arcs, is_asked, first, last, no_way, labels, heap, waits, found)
    return found


@kernel
def _way(hierarchy: Hierarchy, weight: Weights, source: int, target: int, labels: Weights, no_way: int) -> int:
    """Return the least weight between two ranks, or `no_way`; `labels` (2 x N) holds that before and after."""
    indptr, head, parent = hierarchy.indptr, hierarchy.head, hierarchy.parent
    labels[0, source] = 0
    labels[1, target] = 0
    for way in range(2):
        rank = source if way == 0 else target
        while rank >= 0:
            here = labels[way, rank]
            if here < no_way:
                for arc in range(indptr[rank], indptr[rank + 1]):
                    above = head[arc]
                    labels[way, above] = min(labels[way, above], here + weight[2 * arc + way])
            rank = parent[rank]
    best = no_way
    rank = source
    while rank >= 0:
        total = labels[0, rank] + labels[1, rank]
        if total < best:
            best = total
        labels[0, rank] = no_way
        rank = parent[rank]
    rank = target
    while rank >= 0:
        labels[1, rank] = no_way
        rank = parent[rank]
    return int(best)


@kernel
def _go_around(
    hierarchy: Hierarchy, metric: Metric, ranks: Nodes, into: Nodes, indptr: Ints, arcs: Ints, is_asked: Flags, first: int, last: int,
    no_way: int, labels: Weights, heap: Nodes, waits: Flags, found: Weights,
) -> None:  # fmt: skip
    """Fill the rows `first` to `last` of `found`; the metric is the same before and after."""
    closed = np.empty(8, metric.arc.dtype)
    before = np.empty(8, metric.arc.dtype)
    for link in range(first, last):
        if not is_asked[link]:
            continue
        these = arcs[indptr[link] : indptr[link + 1]]
        if these.size > closed.size:
            closed = np.empty(2 * these.size, metric.arc.dtype)
            before = np.empty(2 * these.size, metric.arc.dtype)
        for number in range(these.size):
            closed[number] = no_way
            before[number] = metric.arc[these[number]]
        change_arcs(hierarchy, metric, these, closed, no_way, heap, waits)
        for way in range(2):
            best = _way(hierarchy, metric.weight, ranks[link, way], into[link, 1 - way], labels, no_way)
            found[link, way] = best if best < no_way else -1
        change_arcs(hierarchy, metric, these, before, no_way, heap, waits)
