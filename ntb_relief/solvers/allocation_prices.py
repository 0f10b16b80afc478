"""Prices that prove a cheapest flow: what a unit is worth at each row and posko (Bellman-Ford on the residual network)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import SolverError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .allocation_rows import Rows

    Ints = NDArray[np.int64]


def row_prices(
    rows: Rows, *, links: Ints, units: Ints, floors: Ints, caps: Ints, groups: Ints, num_groups: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the price of each row and the worth at each posko, so that no link of the network is cheaper than the difference.

    Parameters
    ----------
    rows : Rows
    links : int64 array, shape (L, 2)
        Of the network the flow is cheapest in.
    units : int64 array, shape (L,)
        The flow.
    floors, caps, groups : int64 array, shape (P,)
    num_groups : int

    Returns
    -------
    (int64 array, shape (R,), int64 array, shape (P,))
        A link that is not in the network can make the flow cheaper only where its cost plus the price of its row is below
        the worth at its posko.

    Raises
    ------
    SolverError
        Where the flow is not cheapest: a round trip of goods would save cost.
    """
    order = np.argsort(links[:, 1], kind="stable")
    tail, head = links[order, 0], links[order, 1]
    cost = rows.cost[tail, head]
    poskos, first = np.unique(head, return_index=True)
    used = units[order] > 0
    used_tail, used_head, used_cost = tail[used], head[used], cost[used]
    got = np.bincount(links[:, 1], weights=units, minlength=len(caps)).astype(np.int64)
    up, down = np.flatnonzero(got < caps), np.flatnonzero(got > floors)
    feed = _Feed.of(rows, np.bincount(links[:, 0], weights=units, minlength=len(rows.supply)).astype(np.int64))
    row, posko = np.zeros(len(rows.supply), np.int64), np.zeros(len(caps), np.int64)
    for _ in range(len(row) + len(feed.caps) + num_groups + 3):
        before = row.copy(), posko.copy()
        if len(first):
            posko[poskos] = np.minimum(posko[poskos], np.minimum.reduceat(row[tail] + cost, first))
        end = np.zeros(num_groups, np.int64)
        np.minimum.at(end, groups[up], posko[up])
        posko[down] = np.minimum(posko[down], end[groups[down]])
        np.minimum.at(row, used_tail, posko[used_head] - used_cost)
        feed.settle(row)
        if (row == before[0]).all() and (posko == before[1]).all():
            return row, posko
    message = "a cheapest flow is not cheapest: the prices of its rows fall without end"
    raise SolverError(message)


class _Feed:
    """The source, the pools and which of their arcs to rows could carry more or less."""

    def __init__(self, pool: Ints, caps: Ints, *, more: NDArray[np.bool_], less: NDArray[np.bool_], given: Ints) -> None:
        self.pool, self.caps, self.more, self.less, self.given = pool, caps, more, less, given

    @classmethod
    def of(cls, rows: Rows, used: Ints) -> _Feed:
        """Return the feed of rows that give `used` units each."""
        if rows.pools is None:  # one pool without limit is the source itself
            pool, caps = np.zeros(len(used), np.int64), np.array([np.iinfo(np.int64).max])
        else:
            pool, caps = rows.pools.of_site, rows.pools.caps
        given = np.bincount(pool, weights=used, minlength=len(caps)).astype(np.int64)
        return cls(pool, caps, more=used < rows.supply, less=used > 0, given=given)

    def settle(self, row: Ints) -> None:
        """Lower the labels of rows in place by the arcs through their pools and the source."""
        pool = np.zeros(len(self.caps), np.int64)
        np.minimum.at(pool, self.pool[self.less], row[self.less])
        source = min(0, int(pool[self.given > 0].min(initial=0)))
        pool[self.given < self.caps] = np.minimum(pool[self.given < self.caps], source)
        row[self.more] = np.minimum(row[self.more], pool[self.pool[self.more]])
