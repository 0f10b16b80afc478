"""How the graphs of a network meet at its nodes: plainly, but where signs forbid a turn a node is taken apart.

A node with a forbidden turn becomes several: the node itself, which all other roads lead into and where paths begin; one way in for
each edge that may not be left everywhere; one way out for each edge that may not be entered from everywhere; and a common way out
to all others, where paths end. Links without length join what may follow each other, so that every edge stays one arc each way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..kernels.graph import Csr
    from ..model.travel import RoadTable
    from .network import RoadNetwork

    Ints = NDArray[np.int64]

Kind = TypeVar("Kind", np.int64, np.bool_)
FORTH, BACK = 0, 1
_NO_EDGE: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Junctions:
    """Graph nodes, the first N of them the N nodes of the table, M in all.

    Parameters
    ----------
    base : int64 array, shape (M,)
        The table's node behind each graph node.
    end : int64 array, shape (M,)
        Where paths to a table's node end; every other graph node stands for itself.
    tail, head : int64 array, shape (2, E)
        Graph nodes where each edge is entered and left, driven forth and back.
    link_tail, link_head : int64 array, shape (K,)
    is_banned : bool array, shape (K,)
        Links that only those may take whom no sign binds.
    """

    base: Ints
    end: Ints
    tail: Ints
    head: Ints
    link_tail: Ints
    link_head: Ints
    is_banned: NDArray[np.bool_]

    def link_rows(self, links: Ints) -> Ints:
        """Return what stands in `Csr.edge` for links: below 0."""
        return np.asarray(_NO_EDGE - links)

    def is_forbidden(self, graph: Csr) -> NDArray[np.bool_]:
        """Tell for every arc of a graph whether it is a banned link."""
        found = graph.edge < 0
        found[found] = self.is_banned[_NO_EDGE - graph.edge[found]]
        return np.asarray(found)


def junctions(network: RoadNetwork) -> Junctions:
    """Return how a network's edges meet; made once for all its copies."""
    shared = network.index.shared
    if "junctions" not in shared:
        shared["junctions"] = _take_apart(network.table)
    found: Junctions = shared["junctions"]
    return found


def by_arc(graph: Csr, column: NDArray[Kind]) -> NDArray[Kind]:
    """Return the values of edges, shape (E, ...), by arc; 0 or False on links."""
    if not len(column):
        return column
    values = column[np.maximum(graph.edge, 0)]
    values[graph.edge < 0] = 0
    return values


def _take_apart(table: RoadTable) -> Junctions:
    ends = np.stack([table.edge_from, table.edge_to]).astype(np.int64)
    every = np.arange(len(table.node_ids), dtype=np.int64)
    banned = table.banned_turns()
    base = every.tolist()

    def more(node: int) -> int:
        base.append(node)
        return len(base) - 1

    vias = sorted({via for _, via, _ in banned})
    common = {via: more(via) for via in vias}
    ways_in = {pair: more(pair[0]) for pair in sorted({(via, edge) for edge, via, _ in banned})}
    ways_out = {pair: more(pair[0]) for pair in sorted({(via, edge) for _, via, edge in banned})}
    end = np.arange(len(base), dtype=np.int64)
    end[vias] = [common[via] for via in vias]
    tail, head = end[ends], ends[::-1].copy()
    for (via, edge), node in ways_out.items():
        tail[ends[:, edge] == via, edge] = node
    for (via, edge), node in ways_in.items():
        head[ends[::-1, edge] == via, edge] = node
    links = [(via, node, False) for via, node in common.items()]
    links += [(via, node, False) for (via, _), node in ways_out.items()]
    links += [(node, common[via], False) for (via, _), node in ways_in.items()]
    out_of: dict[int, list[tuple[int, int]]] = {}
    for (via, edge), node in ways_out.items():
        out_of.setdefault(via, []).append((edge, node))
    links += [(node, out, (one, via, other) in banned) for (via, one), node in ways_in.items() for other, out in out_of[via]]
    columns = np.array(links, dtype=np.int64).reshape(-1, 3).T
    return Junctions(np.array(base, dtype=np.int64), end, tail, head, columns[0], columns[1], columns[2].astype(np.bool_))
