"""Joins the thousands of pieces of drawn roads into edges between the nodes where one may choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .osm_file import RawWays

    Ints = NDArray[np.int64]
    Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """Edges; the points of chain ``c`` are rows ``start[c]`` to ``start[c + 1] - 1``.

    Parameters
    ----------
    start : int64 array, shape (E + 1,)
    node_ref : int64 array, shape (Q,)
    lonlat : float64 array, shape (Q, 2)
    facts : int64 array, shape (E,)
        Rows of the ways' `told`.
    first_way, last_way : int64 array, shape (E,)
        Ids of the ways at both ends.
    length_m : float64 array, shape (E,)
        On the ellipsoid.
    ferry_s : float64 array, shape (E,)
        Sailing time, of each way by the share of its length; NaN where not told.
    """

    start: Ints
    node_ref: Ints
    lonlat: Reals
    facts: Ints
    first_way: Ints
    last_way: Ints
    length_m: Reals
    ferry_s: Reals


def join_ways(ways: RawWays) -> Chains:
    """Cut ways where others meet them or a turn is restricted, and join them where only two alike meet end to end."""
    refs, node = np.unique(ways.node_ref, return_inverse=True)
    is_last = np.zeros(node.size, np.bool_)
    is_last[ways.start[1:] - 1] = True
    is_first = np.zeros(node.size, np.bool_)
    is_first[ways.start[:-1]] = True
    degree = np.bincount(node, weights=2.0 - is_first - is_last, minlength=refs.size).astype(np.int64)
    is_junction = degree != 2  # noqa: PLR2004 - a bend has two sides
    is_junction |= np.isin(refs, np.array([turn.via_node for turn in ways.turns], dtype=np.int64))
    way = np.repeat(np.arange(ways.way_id.size), np.diff(ways.start))
    # Pieces: from cut to cut within a way. A cut in the middle ends one piece and begins the next.
    cuts = np.flatnonzero(is_first | is_last | is_junction[node])
    is_piece = ~is_last[cuts[:-1]]
    begin, end = cuts[:-1][is_piece], cuts[1:][is_piece]
    piece_way = way[begin]
    facts = ways.facts[piece_way]
    one_way = np.array([told.one_way for told in ways.told], np.bool_)[facts]
    partner = _partners(node[begin], node[end], is_junction, facts, one_way)
    order, is_turned, first = _walk(partner)
    span = end[order] - begin[order] + 1
    rows, start = _rows(begin[order], end[order], span, is_turned, first)
    metres = _segment_m(ways.lonlat)
    metres[is_last] = 0.0
    along = np.concatenate([[0.0], np.cumsum(metres)])
    piece_m = (along[end] - along[begin])[order]
    way_m = np.add.reduceat(metres, ways.start[:-1])[piece_way[order]]
    seconds = ways.ferry_s[piece_way[order]] * np.divide(piece_m, way_m, out=np.ones_like(piece_m), where=way_m > 0)
    last = np.append(first[1:], order.size) - 1
    return Chains(
        start=start,
        node_ref=ways.node_ref[rows],
        lonlat=ways.lonlat[rows],
        facts=facts[order][first],
        first_way=ways.way_id[piece_way[order][first]],
        last_way=ways.way_id[piece_way[order][last]],
        length_m=np.add.reduceat(piece_m, first),
        ferry_s=np.add.reduceat(seconds, first),
    )


def _partners(begin: Ints, end: Ints, is_junction: NDArray[np.bool_], facts: Ints, one_way: NDArray[np.bool_]) -> Ints:
    """Return for both ends of every piece (2 p begins it, 2 p + 1 ends it) the end it joins, -1 where it joins none."""
    node = np.stack([begin, end], axis=1).reshape(-1)
    loose = np.flatnonzero(~is_junction[node])
    pairs = loose[np.argsort(node[loose], kind="stable")].reshape(-1, 2)  # a bend has two sides, so two ends meet there
    one, other = pairs[:, 0], pairs[:, 1]
    is_alike = facts[one // 2] == facts[other // 2]
    is_alike &= ~one_way[one // 2] | (one % 2 != other % 2)
    partner = np.full(node.size, -1, dtype=np.int64)
    partner[one[is_alike]], partner[other[is_alike]] = other[is_alike], one[is_alike]
    return partner


def _walk(partner: Ints) -> tuple[Ints, NDArray[np.bool_], Ints]:
    """Return pieces in the order of their chains, which of them are turned, and where in that order each chain begins."""
    joins = partner.tolist()
    num_pieces = len(joins) // 2
    is_done = bytearray(num_pieces)
    order: list[int] = []
    turned: list[int] = []
    first: list[int] = []
    # First from pieces that begin a chain, so that one-way chains keep their direction; then the others; what is left are rings.
    begins, ends = (np.flatnonzero(partner[side::2] < 0).tolist() for side in range(2))
    for piece in (*begins, *ends, *range(num_pieces)):
        if is_done[piece]:
            continue
        enter = 2 * piece if joins[2 * piece] < 0 or joins[2 * piece + 1] >= 0 else 2 * piece + 1
        first.append(len(order))
        while enter >= 0 and not is_done[enter // 2]:
            is_done[enter // 2] = 1
            order.append(enter // 2)
            turned.append(enter % 2)
            enter = joins[enter ^ 1]
    return np.array(order, dtype=np.int64), np.array(turned, dtype=np.bool_), np.array(first, dtype=np.int64)


def _rows(begin: Ints, end: Ints, span: Ints, is_turned: NDArray[np.bool_], first: Ints) -> tuple[Ints, Ints]:
    """Return the rows of the points of all chains in driving order, and where each chain begins."""
    skip = np.ones(begin.size, dtype=np.int64)  # the point a piece shares with the one before it
    skip[first] = 0
    size = span - skip
    offset = np.concatenate([[0], np.cumsum(size)])
    step = np.where(is_turned, -1, 1)
    origin = np.where(is_turned, end, begin) + skip * step
    rows = np.repeat(origin, size) + (np.arange(offset[-1]) - np.repeat(offset[:-1], size)) * np.repeat(step, size)
    return rows, np.append(offset[first], offset[-1]).astype(np.int64)


def _segment_m(lonlat: Reals) -> Reals:
    """Return the metres from each point to the next; 0 at the last."""
    from pyproj import Geod

    metres = np.zeros(len(lonlat))
    if len(lonlat) > 1:
        _, _, metres[:-1] = Geod(ellps="WGS84").inv(lonlat[:-1, 0], lonlat[:-1, 1], lonlat[1:, 0], lonlat[1:, 1])
    return metres
