"""The order in which a hierarchy removes nodes: thin roads first, then nested dissection.

Dead ends and the nodes along a road cost nothing to remove, so they go first, in rounds of nodes that do not touch. What is
left is cut in two again and again by a minimum cut between the first and the last quarter of its nodes along four compass
directions (inertial flow: Schild and Sommer 2015; flow: Dinic 1970); the nodes at the cut go last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from .._jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .csr import Csr

    Ints = NDArray[np.int64]
    Nodes = NDArray[np.int32]
    Flags = NDArray[np.int8]

_ROUNDS: Final = 40
_BUDGET: Final = 150_000
"""Nodes looked at in one call: some 100 ms."""


class _Cells(NamedTuple):
    """Work arrays of the dissection, all overwritten; N nodes, A arcs.

    Parameters
    ----------
    rows : int32 array, shape (4, N)
        Nodes along each direction; a cell is the same range in all four.
    cell : int32 array, shape (N,)
        First place of the node's cell, -1 once its place is final.
    low, high : int32 array, shape (N + 2,)
        Stack of ranges to cut.
    role, side, best : int8 array, shape (N,)
    level, queue, spare : int32 array, shape (N,)
    arc : int64 array, shape (N,)
    path : int32 array, shape (N,)
    flow : int8 array, shape (A,)
    """

    rows: Nodes
    cell: Nodes
    low: Nodes
    high: Nodes
    role: Flags
    side: Flags
    best: Flags
    level: Nodes
    queue: Nodes
    spare: Nodes
    arc: Ints
    path: Nodes
    flow: Flags


def elimination_order(graph: Csr, positions: NDArray[np.float64] | None = None) -> Nodes:
    """Return the nodes in the order of their removal.

    Parameters
    ----------
    graph : Csr
        One-way arcs, parallel arcs and loops are welcome.
    positions : float64 array, shape (N, 2), optional
        Where the nodes lie, in any plane unit; None takes their numbers, which is as good as the numbering is local.

    Returns
    -------
    order : int32 array, shape (N,)
    """
    num_nodes = graph.indptr.size - 1
    indptr, head = _neighbours(num_nodes, graph.tail, graph.head)
    is_left = np.ones(num_nodes, np.bool_)
    removed = []
    for _ in range(_ROUNDS):
        picked, indptr, head = _thin(indptr, head, is_left)
        removed.append(picked)
        if picked.size * 500 < num_nodes:
            break
    core = np.flatnonzero(is_left).astype(np.int32)
    if core.size:
        places = np.arange(num_nodes * 2, dtype=np.float64).reshape(num_nodes, 2) if positions is None else positions
        core = core[_along_a_curve(places[core])]  # neighbours near each other in memory: a third off the time of 300,000 nodes
        number = np.full(num_nodes, -1, np.int32)
        number[core] = np.arange(core.size, dtype=np.int32)
        tail = np.repeat(number, np.diff(indptr))
        removed.append(core[_dissect_all(*_neighbours(core.size, tail, number[head]), places[core])])
    return np.concatenate(removed).astype(np.int32)


def _along_a_curve(positions: NDArray[np.float64]) -> Ints:
    """Return the rows of points along a Z-order curve (Morton 1966) through their ranks in x and in y."""
    key = np.zeros(len(positions), np.int64)
    for axis in range(2):
        place = np.empty(len(positions), np.int64)
        place[np.argsort(positions[:, axis], kind="stable")] = np.arange(len(positions))
        for bit in range(31):
            key |= (place >> bit & 1) << (2 * bit + axis)
    return np.argsort(key, kind="stable")


def _neighbours(num_nodes: int, tail: Nodes, head: Nodes) -> tuple[Ints, Nodes]:
    """Return each node's neighbours once, ascending, without itself."""
    keep = tail != head
    one, other = tail[keep].astype(np.int64), head[keep].astype(np.int64)
    keys = np.concatenate([one * num_nodes + other, other * num_nodes + one])
    keys.sort()
    keys = keys[np.diff(keys, prepend=-1) > 0]  # ten times as quick as `np.unique`, which goes by hashes
    indptr = np.zeros(num_nodes + 1, np.int64)
    np.cumsum(np.bincount(keys // max(1, num_nodes), minlength=num_nodes), out=indptr[1:])
    return indptr, (keys % max(1, num_nodes)).astype(np.int32)


def _dissect_all(indptr: Ints, head: Nodes, positions: NDArray[np.float64]) -> Nodes:
    size = indptr.size - 1
    x, y = positions.T
    rows = np.stack([np.argsort(along, kind="stable") for along in (x, y, x + y, x - y)]).astype(np.int32)
    nodes = [np.zeros(size + 2, np.int32) for _ in range(6)]
    flags = [np.zeros(size, np.int8) for _ in range(3)]
    cells = _Cells(
        rows=rows,
        cell=np.zeros(size, np.int32),
        low=nodes[0],
        high=nodes[1],
        role=flags[0],
        side=flags[1],
        best=flags[2],
        level=nodes[2],
        queue=nodes[3],
        spare=nodes[4],
        arc=np.zeros(size, np.int64),
        path=nodes[5],
        flow=np.zeros(head.size, np.int8),
    )
    back = np.empty(head.size, np.int64)
    # Arcs stand by tail, then head; sorted by head, then tail, the k-th is the other way of the k-th.
    back[np.argsort(head, kind="stable")] = np.arange(head.size)
    cells.high[0] = size
    waiting = 1
    while waiting:
        waiting = _dissect(indptr, head, back, cells, waiting, _BUDGET)
    order: Nodes = rows[0].copy()
    return order


@kernel
def _thin(indptr: Ints, head: Nodes, is_left: NDArray[np.bool_]) -> tuple[Nodes, Ints, Nodes]:
    """Remove nodes of at most two neighbours, no two of them neighbours; O(N + A). Clears their `is_left`.

    Returns the removed and the smaller graph, in which the two neighbours of a removed node are joined.
    """
    num_nodes = indptr.size - 1
    picked = np.zeros(num_nodes, np.bool_)
    blocked = np.zeros(num_nodes, np.bool_)
    removed = np.empty(num_nodes, np.int32)
    count = 0
    for node in range(num_nodes):
        if is_left[node] and not blocked[node] and indptr[node + 1] - indptr[node] <= 2:
            picked[node] = True
            is_left[node] = False
            removed[count] = node
            count += 1
            for arc in range(indptr[node], indptr[node + 1]):
                blocked[head[arc]] = True
    new_indptr = np.zeros(num_nodes + 1, np.int64)
    new_head = np.empty(head.size, np.int32)
    mark = np.full(num_nodes, -1, np.int32)
    size = 0
    for node in range(num_nodes):
        if is_left[node]:
            for arc in range(indptr[node], indptr[node + 1]):
                other = head[arc]
                if picked[other]:
                    first, last = indptr[other], indptr[other + 1] - 1
                    other = head[last] if head[first] == node else head[first]
                if other != node and mark[other] != node:
                    mark[other] = node
                    new_head[size] = other
                    size += 1
        new_indptr[node + 1] = size
    return removed[:count].copy(), new_indptr, new_head[:size].copy()


@kernel
def _dissect(indptr: Ints, head: Nodes, back: Ints, cells: _Cells, waiting: int, budget: int) -> int:
    """Cut the cells on the stack until none waits or `budget` nodes were looked at; returns how many wait.

    `back` is the arc of the other way. Writes `cells`; in the end a node's place in `rows[0]` is its turn.
    """
    rows, cell, side, best, spare = cells.rows, cells.cell, cells.side, cells.best, cells.spare
    while waiting > 0 and budget > 0:
        waiting -= 1
        low, high = cells.low[waiting], cells.high[waiting]
        size = high - low
        if size < 2:
            continue
        budget -= size
        least, balance = size * size, 0
        for direction in range(4):
            flow = _cut(indptr, head, back, cells, direction, low, high, least)
            if flow > least:
                continue
            inside = 0
            for place in range(low, high):
                inside += side[rows[0, place]]
            evenness = min(inside, size - inside)
            if flow < least or evenness > balance:
                least, balance = flow, evenness
                for place in range(low, high):
                    best[rows[0, place]] = side[rows[0, place]]
        # The nodes at the cut, on the side that has fewer of them.
        ends = np.zeros(2, np.int64)
        for place in range(low, high):
            node = rows[0, place]
            for arc in range(indptr[node], indptr[node + 1]):
                if cell[head[arc]] == low and best[head[arc]] != best[node]:
                    ends[best[node]] += 1
                    break
        chosen = 1 if ends[1] < ends[0] else 0
        num_first, num_last = 0, 0
        for place in range(low, high):
            node = rows[0, place]
            side[node] = best[node]
            if best[node] == chosen:
                for arc in range(indptr[node], indptr[node + 1]):
                    if cell[head[arc]] == low and best[head[arc]] != chosen:
                        side[node] = 2
                        break
            num_first += side[node] == 0
            num_last += side[node] == 2
        middle, last = low + num_first, high - num_last
        for direction in range(4):
            one, two, three = low, middle, last
            for place in range(low, high):
                node = rows[direction, place]
                if side[node] == 0:
                    spare[one] = node
                    one += 1
                elif side[node] == 1:
                    spare[two] = node
                    two += 1
                else:
                    spare[three] = node
                    three += 1
            for place in range(low, high):
                rows[direction, place] = spare[place]
        for place in range(middle, last):
            cell[rows[0, place]] = middle
        for place in range(last, high):
            cell[rows[0, place]] = -1
        cells.low[waiting], cells.high[waiting] = low, middle
        cells.low[waiting + 1], cells.high[waiting + 1] = middle, last
        waiting += 2
    return waiting


@kernel
def _cut(indptr: Ints, head: Nodes, back: Ints, cells: _Cells, direction: int, low: int, high: int, most: int) -> int:
    """Return the least number of edges that part the first from the last quarter of a cell, or more than `most`.

    Sets `side` of its nodes to 1 before the cut and 0 behind it (left undone where the answer exceeds `most`).
    """
    rows, cell, level, queue, flow, arc_at = cells.rows, cells.cell, cells.level, cells.queue, cells.flow, cells.arc
    role, path, side = cells.role, cells.path, cells.side
    quarter = max(1, (high - low) // 4)
    for place in range(low, high):
        node = rows[direction, place]
        role[node] = 1 if place < low + quarter else (2 if place >= high - quarter else 0)
        for arc in range(indptr[node], indptr[node + 1]):
            flow[arc] = 0
    total = 0
    while True:
        # Levels from the sources to that of the first sink.
        for place in range(low, high):
            level[rows[0, place]] = -1
        end = 0
        for place in range(low, low + quarter):
            node = rows[direction, place]
            level[node] = 0
            queue[end] = node
            end += 1
        begin = 0
        is_open = False
        last_level = high - low
        while begin < end and level[queue[begin]] < last_level:
            node = queue[begin]
            begin += 1
            for arc in range(indptr[node], indptr[node + 1]):
                other = head[arc]
                if flow[arc] < 1 and cell[other] == low and level[other] < 0:
                    level[other] = level[node] + 1
                    queue[end] = other
                    end += 1
                    if role[other] == 2:
                        is_open = True
                        last_level = level[other]
        if not is_open:
            break
        for step in range(end):
            arc_at[queue[step]] = indptr[queue[step]]
        # Push one unit along every path of rising levels.
        for place in range(low, low + quarter):
            source = rows[direction, place]
            depth = 0
            node = source
            while True:
                if role[node] == 2:
                    for step in range(depth):
                        flow[path[step]] += 1
                        flow[back[path[step]]] -= 1
                    total += 1
                    node = source
                    depth = 0
                    continue
                found = False
                while arc_at[node] < indptr[node + 1]:
                    arc = arc_at[node]
                    other = head[arc]
                    if flow[arc] < 1 and cell[other] == low and level[other] == level[node] + 1:
                        found = True
                        break
                    arc_at[node] += 1
                if found:
                    path[depth] = arc
                    depth += 1
                    node = other
                elif depth == 0:
                    break
                else:
                    depth -= 1
                    node = head[back[path[depth]]]
                    arc_at[node] += 1
        if total > most:
            return total
    for place in range(low, high):
        node = rows[0, place]
        side[node] = 1 if level[node] >= 0 else 0
    return total
