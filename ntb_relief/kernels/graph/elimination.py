"""The hierarchy's arcs: which shortcuts removing the nodes one after the other leaves, whatever the weights.

Symbolic elimination as of sparse matrices (George and Liu 1981; Dibbelt, Strasser and Wagner 2016, "Customizable
contraction hierarchies"): each node, when removed, joins its neighbours that stay. A node's *rank* is its turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._jit import kernel
from .order import elimination_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .csr import Csr

    Ints = NDArray[np.int64]
    Nodes = NDArray[np.int32]


class Hierarchy(NamedTuple):
    """Arcs from each rank to the higher ranks; N nodes, A arcs of the graph, M arcs of the hierarchy.

    Arc ``m`` has two weights: *up* in row ``2 m`` of a weight array, *down* (from the higher rank to the lower) in ``2 m + 1``.

    Parameters
    ----------
    rank : int32 array, shape (N,)
        Of each node; ends of arcs below are ranks.
    node : int32 array, shape (N,)
        Of each rank.
    parent : int32 array, shape (N,)
        Least upper neighbour, -1 at a root; all upper neighbours of a rank are its ancestors.
    indptr : int64 array, shape (N + 1,)
    tail, head : int32 array, shape (M,)
        Sorted by tail, then head; ``tail < head``.
    down_indptr : int64 array, shape (N + 1,)
    down_arc : int32 array, shape (M,)
        Arcs that end at a rank, by rising tail.
    row : int32 array, shape (A,)
        Weight row of each arc of the graph; -1 for a loop.
    row_indptr : int64 array, shape (2 M + 1,)
    row_arc : int32 array, shape (at most A,)
        Arcs of the graph by weight row.
    """

    rank: Nodes
    node: Nodes
    parent: Nodes
    indptr: Ints
    tail: Nodes
    head: Nodes
    down_indptr: Ints
    down_arc: Nodes
    row: Nodes
    row_indptr: Ints
    row_arc: Nodes


def build_hierarchy(graph: Csr, positions: NDArray[np.float64] | None = None) -> Hierarchy:
    """Order the nodes and remove them one by one; near-linear in the size of a road network.

    Parameters
    ----------
    graph : Csr
    positions : float64 array, shape (N, 2), optional
        As for `elimination_order`.
    """
    num_nodes = graph.indptr.size - 1
    node = elimination_order(graph, positions)
    rank = _inverse(node)
    indptr, other = _by_low_end(num_nodes, rank[graph.tail], rank[graph.head])
    # Renumbered so that each subtree is a range of ranks: the same arcs, nearer to each other in memory.
    node = node[_postorder(_elimination_tree(indptr, other))]
    rank = _inverse(node)
    indptr, other = _by_low_end(num_nodes, rank[graph.tail], rank[graph.head])
    parent, indptr, tail, head, down_indptr, down_arc = _eliminate(indptr, other)
    row = _rows(rank[graph.tail], rank[graph.head], indptr, head)
    placed = np.flatnonzero(row >= 0)
    row_indptr = np.zeros(2 * head.size + 1, np.int64)
    np.cumsum(np.bincount(row[placed], minlength=2 * head.size), out=row_indptr[1:])
    row_arc = placed[np.argsort(row[placed], kind="stable")].astype(np.int32)
    return Hierarchy(rank, node, parent, indptr, tail, head, down_indptr, down_arc, row, row_indptr, row_arc)


def _inverse(order: Nodes) -> Nodes:
    rank = np.empty(order.size, np.int32)
    rank[order] = np.arange(order.size, dtype=np.int32)
    return rank


def _by_low_end(num_nodes: int, tail: Nodes, head: Nodes) -> tuple[Ints, Nodes]:
    """Return the higher end of every arc, by its lower end; loops are left out, parallel arcs stay."""
    keep = tail != head
    low, high = np.minimum(tail[keep], head[keep]), np.maximum(tail[keep], head[keep])
    indptr = np.zeros(num_nodes + 1, np.int64)
    np.cumsum(np.bincount(low, minlength=num_nodes), out=indptr[1:])
    return indptr, high[np.argsort(low, kind="stable")]


@kernel
def _elimination_tree(indptr: Ints, other: Nodes) -> Nodes:
    """Return each rank's parent (Liu 1990, by merging the lowest neighbour upwards); O(arcs of the tree's paths)."""
    num_nodes = indptr.size - 1
    # Arcs by their higher end.
    begin = np.zeros(num_nodes + 1, np.int64)
    for high in other:
        begin[high + 1] += 1
    for rank in range(num_nodes):
        begin[rank + 1] += begin[rank]
    at = begin[:-1].copy()
    low = np.empty(other.size, np.int32)
    for rank in range(num_nodes):
        for arc in range(indptr[rank], indptr[rank + 1]):
            low[at[other[arc]]] = rank
            at[other[arc]] += 1
    parent = np.full(num_nodes, -1, np.int32)
    top = np.full(num_nodes, -1, np.int32)  # a short cut towards the root
    for rank in range(num_nodes):
        for arc in range(begin[rank], begin[rank + 1]):
            below = low[arc]
            while below != -1 and below < rank:
                above = top[below]
                top[below] = rank
                if above == -1:
                    parent[below] = rank
                below = above
    return parent


@kernel
def _postorder(parent: Nodes) -> Nodes:
    """Return the ranks so that every subtree stands together, its root last; O(N)."""
    num_nodes = parent.size
    child = np.full(num_nodes + 1, -1, np.int32)
    sibling = np.full(num_nodes + 1, -1, np.int32)
    for rank in range(num_nodes - 1, -1, -1):
        above = parent[rank] if parent[rank] >= 0 else num_nodes
        sibling[rank] = child[above]
        child[above] = rank
    order = np.empty(num_nodes, np.int32)
    count = 0
    at = child[num_nodes]
    while at != -1:
        while child[at] != -1:
            at = child[at]
        order[count] = at
        count += 1
        while sibling[at] == -1 and parent[at] != -1:
            at = parent[at]
            order[count] = at
            count += 1
        at = sibling[at]
    return order


@kernel
def _eliminate(indptr: Ints, other: Nodes) -> tuple[Nodes, Ints, Nodes, Nodes, Ints, Nodes]:
    """Remove the ranks in turn; returns parent, indptr, tail, head, down_indptr and down_arc of `Hierarchy`.

    A rank's upper neighbours are its own and those of its children in the tree. O(N + A + M of the children).
    """
    num_nodes = indptr.size - 1
    parent = np.full(num_nodes, -1, np.int32)
    child = np.full(num_nodes, -1, np.int32)
    sibling = np.full(num_nodes, -1, np.int32)
    mark = np.full(num_nodes, -1, np.int32)
    begin = np.zeros(num_nodes + 1, np.int64)
    above = np.empty(4 * other.size + num_nodes + 16, np.int32)
    count = 0
    for rank in range(num_nodes):
        mark[rank] = rank
        least = num_nodes
        if above.size < count + num_nodes:
            longer = np.empty(2 * above.size + num_nodes, np.int32)
            longer[:count] = above[:count]
            above = longer
        for arc in range(indptr[rank], indptr[rank + 1]):
            high = other[arc]
            if mark[high] != rank:
                mark[high] = rank
                above[count] = high
                count += 1
                least = min(least, high)
        below = child[rank]
        while below != -1:
            for arc in range(begin[below], begin[below + 1]):
                high = above[arc]
                if mark[high] != rank:
                    mark[high] = rank
                    above[count] = high
                    count += 1
                    least = min(least, high)
            below = sibling[below]
        begin[rank + 1] = count
        if least < num_nodes:
            parent[rank] = least
            sibling[rank] = child[least]
            child[least] = rank
    # Sorting by turning the lists around twice.
    down_indptr = np.zeros(num_nodes + 1, np.int64)
    for arc in range(count):
        down_indptr[above[arc] + 1] += 1
    for rank in range(num_nodes):
        down_indptr[rank + 1] += down_indptr[rank]
    at = down_indptr[:-1].copy()
    low = np.empty(count, np.int32)
    for rank in range(num_nodes):
        for arc in range(begin[rank], begin[rank + 1]):
            low[at[above[arc]]] = rank
            at[above[arc]] += 1
    at = begin[:-1].copy()
    tail = np.empty(count, np.int32)
    head = np.empty(count, np.int32)
    down_arc = np.empty(count, np.int32)
    for rank in range(num_nodes):
        for slot in range(down_indptr[rank], down_indptr[rank + 1]):
            arc = at[low[slot]]
            at[low[slot]] += 1
            tail[arc] = low[slot]
            head[arc] = rank
            down_arc[slot] = arc
    return parent, begin, tail, head, down_indptr, down_arc


@kernel
def _rows(tail: Nodes, head: Nodes, indptr: Ints, above: Nodes) -> Nodes:
    """Return the weight row of every arc of the graph, ends given as ranks; O(A log degree)."""
    row = np.full(tail.size, -1, np.int32)
    for arc in range(tail.size):
        one, other = min(tail[arc], head[arc]), max(tail[arc], head[arc])
        if one != other:
            low, high = indptr[one], indptr[one + 1]
            while low < high:
                middle = (low + high) >> 1
                if above[middle] < other:
                    low = middle + 1
                else:
                    high = middle
            row[arc] = 2 * low + (0 if tail[arc] == one else 1)
    return row
