"""Look-ups of a road table that closures do not change: nodes by id, edges by their two ends."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import IssueLog, UnknownReferenceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from ..model.travel import RoadTable

Link = tuple[str, str]
"""The two ends of an edge, in either order."""


@dataclass(frozen=True, slots=True, eq=False)
class NetworkIndex:
    """Nodes and edges of one table.

    Parameters
    ----------
    name : str
        Of the network, for errors.
    node_rows : mapping of str to int
    edges_by_link : mapping of frozenset of str to tuple of int
        Parallel edges stand together; a loop has one end.
    snap_rows : int64 array
        Nodes that roads, ferries or boats reach, closed or not.
    codes : tuple
        Kind of every edge as a number, the kinds' names, and the same of road classes.
    shared : dict
        What is derived from the table on first use and serves all copies of the network: closures leave it right.
    """

    name: str
    node_rows: Mapping[str, int]
    edges_by_link: Mapping[frozenset[str], tuple[int, ...]]
    snap_rows: NDArray[np.int64]
    codes: tuple[NDArray[np.int64], tuple[str, ...], NDArray[np.int64], tuple[str, ...]]
    shared: dict[Any, Any] = field(default_factory=dict)
    _columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def coded(self, column: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Return a column of words (``surface``, ``slope``) as numbers, and the words."""
        codes: dict[str, tuple[NDArray[np.int64], tuple[str, ...]]] = self.shared.setdefault("coded", {})
        if column not in codes:
            codes[column] = _coded(self._columns[column])
        return codes[column]

    @classmethod
    def from_table(cls, table: RoadTable) -> NetworkIndex:
        """Index a table."""
        edges: dict[frozenset[str], list[int]] = defaultdict(list)
        ids, ends = table.node_ids, list(zip(table.edge_from.tolist(), table.edge_to.tolist(), strict=True))
        for edge, (one, other) in enumerate(ends):
            edges[frozenset((ids[one], ids[other]))].append(edge)
        on_surface = {node for kind, pair in zip(table.kind, ends, strict=True) if kind in {"road", "ferry", "boat"} for node in pair}
        return cls(
            name=table.name,
            node_rows={node_id: row for row, node_id in enumerate(ids)},
            edges_by_link={link: tuple(found) for link, found in edges.items()},
            snap_rows=np.array(sorted(on_surface), dtype=np.int64),
            codes=(*_coded(table.kind), *_coded(table.road_class)),
            _columns={"surface": table.surface, "slope": table.slope},
        )

    def rows(self, node_ids: Iterable[str]) -> list[int]:
        """Return the rows of nodes; `UnknownReferenceError` with one issue for each that is unknown."""
        ids = list(node_ids)
        log = IssueLog()
        for node_id in dict.fromkeys(ids):
            self._check_node(log, node_id)
        log.raise_if_any(UnknownReferenceError)
        return [self.node_rows[node_id] for node_id in ids]

    def edges(self, links: Iterable[Link]) -> list[tuple[int, ...]]:
        """Return the edges of each link; `InputError` with one issue for each unknown node or link without an edge."""
        pairs = list(links)
        log = IssueLog()
        for one, other in dict.fromkeys(pairs):
            are_known = [self._check_node(log, node) for node in (one, other)]
            if all(are_known) and frozenset((one, other)) not in self.edges_by_link:
                log.add(f"link '{one}' - '{other}'", f"is not an edge of network '{self.name}'", "give the two ends of one edge")
        log.raise_if_any()
        return [self.edges_by_link[frozenset(pair)] for pair in pairs]

    def _check_node(self, log: IssueLog, node_id: str) -> bool:
        if node_id not in self.node_rows:
            log.add(f"node '{node_id}'", f"is not in network '{self.name}'", "use a node id of its table, or `snap` a point")
        return node_id in self.node_rows


def _coded(names: tuple[str, ...]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names], dtype=np.int64), tuple(numbers)
