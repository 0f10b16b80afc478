"""Bridges of an undirected graph and who is cut off without them, in one depth-first search (Tarjan 1974)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from .._jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Nodes = NDArray[np.int32]

NOTHING: Final = 0
BELOW: Final = 1
ABOVE: Final = 2


class Bridges(NamedTuple):
    """The search's tree; N nodes.

    Parameters
    ----------
    parent : int32 array, shape (N,)
        -1 at the root of each component.
    turn : int32 array, shape (N,)
        When each node was found; the nodes of a subtree stand together.
    node : int32 array, shape (N,)
        By turn.
    size : int32 array, shape (N,)
        Nodes of the subtree.
    is_bridge : bool array, shape (N,)
        Whether the edge to the parent is the only way between its two sides.
    lost : int8 array, shape (N,)
        What has no origin left when that edge closes: `NOTHING`, the subtree (`BELOW`), or the rest of the component (`ABOVE`).
    lost_load : float64 array, shape (N,)
    """

    parent: Nodes
    turn: Nodes
    node: Nodes
    size: Nodes
    is_bridge: NDArray[np.bool_]
    lost: NDArray[np.int8]
    lost_load: NDArray[np.float64]


def find_bridges(indptr: Ints, head: Nodes, *, load: NDArray[np.float64], is_origin: NDArray[np.bool_]) -> Bridges:
    """Search a graph whose arcs stand both ways, parallel ones once; O(N + A).

    Parameters
    ----------
    indptr : int64 array, shape (N + 1,)
    head : int32 array, shape (A,)
    load : float64 array, shape (N,)
        People at each node.
    is_origin : bool array, shape (N,)
        Where help comes from. A component without any has nobody to cut off.
    """
    return Bridges(*_search(indptr, head, load, is_origin))


@kernel
def _search(
    indptr: Ints, head: Nodes, load: NDArray[np.float64], is_origin: NDArray[np.bool_]
) -> tuple[Nodes, Nodes, Nodes, Nodes, NDArray[np.bool_], NDArray[np.int8], NDArray[np.float64]]:
    num_nodes = indptr.size - 1
    parent = np.full(num_nodes, -1, np.int32)
    turn = np.full(num_nodes, -1, np.int32)
    node_of = np.empty(num_nodes, np.int32)
    low = np.empty(num_nodes, np.int32)
    size = np.ones(num_nodes, np.int32)
    is_bridge = np.zeros(num_nodes, np.bool_)
    people = load.copy()
    origins = np.zeros(num_nodes, np.int64)
    at = indptr[:-1].copy()
    lost = np.zeros(num_nodes, np.int8)
    lost_load = np.zeros(num_nodes, np.float64)
    count = 0
    for root in range(num_nodes):
        if turn[root] >= 0:
            continue
        first = count
        node = root
        while node >= 0:
            if turn[node] < 0:
                turn[node] = count
                low[node] = count
                node_of[count] = node
                origins[node] = 1 if is_origin[node] else 0
                count += 1
            if at[node] < indptr[node + 1]:
                other = head[at[node]]
                at[node] += 1
                if turn[other] < 0:
                    parent[other] = node
                    node = other
                elif other != parent[node]:
                    low[node] = min(low[node], turn[other])
            else:
                above = parent[node]
                if above >= 0:
                    is_bridge[node] = low[node] > turn[above]
                    low[above] = min(low[above], low[node])
                    size[above] += size[node]
                    people[above] += people[node]
                    origins[above] += origins[node]
                node = above
        for step in range(first, count):
            node = node_of[step]
            if is_bridge[node] and origins[root] > 0:
                if origins[node] == 0:
                    lost[node] = BELOW
                    lost_load[node] = people[node]
                elif origins[node] == origins[root]:
                    lost[node] = ABOVE
                    lost_load[node] = people[root] - people[node]
    return parent, turn, node_of, size, is_bridge, lost, lost_load
