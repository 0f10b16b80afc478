"""What a map and a survey know of the edges beyond what a plan needs: lines and state; one row an edge."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..errors import IssueLog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ..model.travel import RoadTable


@dataclass(frozen=True, slots=True, eq=False)
class RoadDetails:
    """Columns beside a `RoadTable`, one row an edge.

    Parameters
    ----------
    shape_start : int64 array, shape (E + 1,)
        Rows ``shape_start[e]`` to ``shape_start[e + 1] - 1`` of `shape_lonlat` are the bends of edge ``e``, its ends not among them.
    shape_lonlat : float64 array, shape (P, 2)
        Degrees, from `edge_from` to `edge_to`.
    osm_way : int64 array, shape (E,)
        Way an edge begins with; 0 where it is of no OpenStreetMap way.
    op_status, seasonal, security : int8 array, shape (E,)
        UNSDI-T codes: ``OpStatus`` (1 open, 2 restricted, 3 closed, 4 abandoned), ``IsSeasonal`` (1 yes, 2 no), ``Sec``
        (1 low risk to 5 critical); 0 where not told.
    """

    shape_start: NDArray[np.int64]
    shape_lonlat: NDArray[np.float64]
    osm_way: NDArray[np.int64]
    op_status: NDArray[np.int8]
    seasonal: NDArray[np.int8]
    security: NDArray[np.int8]

    def __post_init__(self) -> None:
        log = IssueLog()
        size = self.num_edges
        for name in ("osm_way", "op_status", "seasonal", "security"):
            if len(getattr(self, name)) != size:
                log.add("road details", f"{name} has {len(getattr(self, name))} rows for {size} edges", "give one value an edge")
        steps = np.diff(self.shape_start)
        if size < 0 or self.shape_start[0] != 0 or (steps < 0).any() or self.shape_start[-1] != len(self.shape_lonlat):
            log.add("road details", "shape_start does not cut shape_lonlat into edges", "give ascending rows from 0 to its length")
        elif self.shape_lonlat.shape != (len(self.shape_lonlat), 2) or not np.isfinite(self.shape_lonlat).all():
            log.add("road details", "a bend has no coordinates", "give lon and lat in degrees")
        log.raise_if_any()

    @property
    def num_edges(self) -> int:
        """Number of edges."""
        return len(self.shape_start) - 1

    def line(self, table: RoadTable, edge: int) -> NDArray[np.float64]:
        """Return an edge with its ends and bends as (lon, lat), shape (K, 2)."""
        ends = [[(table.node_lon[node], table.node_lat[node])] for node in (table.edge_from[edge], table.edge_to[edge])]
        return np.concatenate([ends[0], self.shape_lonlat[self.shape_start[edge] : self.shape_start[edge + 1]], ends[1]])

    def cut(self, table: RoadTable, kept: NDArray[np.int64], shares: Mapping[int, Sequence[float]]) -> RoadDetails:
        """Return the details of edges cut in pieces.

        Parameters
        ----------
        table : RoadTable
            The table of these edges, before it is cut.
        kept : int64 array
            The edge of every piece, ascending.
        shares : mapping of int to sequence of float
            For every edge that is cut, how far along its line, from 0 to 1, ascending.
        """
        count = np.diff(self.shape_start)[kept]
        is_kept = np.ones(len(self.shape_lonlat), np.bool_)
        for edge, cuts in shares.items():
            at = _along(self.line(table, edge))[1:-1]
            pieces = np.array([(at > after) & (at < before) for after, before in pairwise([-np.inf, *cuts, np.inf])])
            first = int(np.searchsorted(kept, edge))
            count[first : first + len(pieces)] = pieces.sum(axis=1)
            is_kept[self.shape_start[edge] : self.shape_start[edge + 1]] = pieces.any(axis=0)  # a bend that is a stop goes
        start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        codes = {name: getattr(self, name)[kept] for name in ("osm_way", "op_status", "seasonal", "security")}
        return RoadDetails(start, self.shape_lonlat[is_kept], **codes)


def _along(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far along a line each of its points lies, 0 to 1, on a plane about its middle."""
    scale = np.array([np.cos(np.radians(line[:, 1].mean())), 1.0])
    metres = np.concatenate([[0.0], np.cumsum(np.hypot(*(np.diff(line, axis=0) * scale).T))])
    return metres / metres[-1] if metres[-1] > 0 else np.zeros(len(line))


def straight_details(num_edges: int) -> RoadDetails:
    """Return the details of edges of which nothing is known: straight, without codes."""
    none = np.zeros(num_edges, dtype=np.int8)
    return RoadDetails(np.zeros(num_edges + 1, np.int64), np.empty((0, 2)), np.zeros(num_edges, np.int64), none, none, none)


def edge_lines(table: RoadTable, details: RoadDetails | None) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the points of all edges one after another, shape (Q, 2), and the edge of each, ends and bends."""
    size = len(table.kind)
    told = straight_details(size) if details is None else details
    count = np.diff(told.shape_start) + 2
    edge = np.repeat(np.arange(size), count)
    first = np.cumsum(count) - count
    points = np.empty((int(count.sum()), 2))
    is_bend = np.ones(len(points), np.bool_)
    for rows, node in ((first, table.edge_from), (first + count - 1, table.edge_to)):
        points[rows, 0], points[rows, 1] = table.node_lon[node], table.node_lat[node]
        is_bend[rows] = False
    points[is_bend] = told.shape_lonlat
    return points, edge
