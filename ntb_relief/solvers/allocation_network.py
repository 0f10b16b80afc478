"""The flow network of one item at any size: few links first, and no answer before all the others are proven useless.

A thousand poskos and ten sites hold few links, and all of them stand in the network. Where there are more than
`MOST_LINKS`, each posko is joined to its nearest rows only; a smallest cut or the prices of the rows then show which missing
links could make the answer better. They are added, and when there is none the answer holds for all links.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from .allocation_prices import row_prices
from .ortools_flow import MaxFlow, cheapest_flow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .allocation_rows import Rows

MOST_LINKS: Final = 200_000
"""Up to so many links all stand in the network from the start."""
_NEAR: Final = 12
"""Rows a posko is joined to at first."""
_NEAR_PRICED: Final = 2.0
"""With prices of an earlier answer so many links a posko are enough on average: one for most, several where prices tie."""
_ADDED: Final = 6
"""Most links a posko gets at once when some are found missing."""
_FAR: Final = np.iinfo(np.int64).max // 4


class Network:
    """Rows, poskos and the links between.

    Parameters
    ----------
    rows : Rows
    need : int64 array, shape (P,)
        Units; poskos without need have no link.
    known : sequence of int64 array, shape (R,)
        Prices of the rows in answers to questions much like this one.
    """

    def __init__(self, rows: Rows, *, need: NDArray[np.int64], known: Sequence[NDArray[np.int64]] = ()) -> None:
        self.rows, self._num_poskos = rows, len(need)
        self._usable: NDArray[np.bool_] = np.asarray((rows.cost >= 0) & (rows.supply > 0)[:, None] & (need > 0)[None, :])
        self._has_all = int(np.count_nonzero(self._usable)) <= MOST_LINKS
        self.links = np.argwhere(self._usable) if self._has_all else self._near_links(known)
        self._flow = self._join()

    @property
    def has_link(self) -> NDArray[np.bool_]:
        """Which poskos any row with stock reaches."""
        return np.asarray(self._usable.any(axis=0), np.bool_)

    def most(self, caps: NDArray[np.int64]) -> int:
        """Return the largest total with at most `caps` units at each posko."""
        while True:
            total = self._flow.solve(caps)
            if self._has_all:
                return total
            free_rows, free_poskos = self._flow.can_give_more()
            missing = self._usable & free_rows[:, None] & ~free_poskos[None, :]
            if not missing.any():
                return total
            self._add(missing, self.rows.cost)

    def amounts(self) -> NDArray[np.int64]:
        """Return what each posko gets in the last `most`."""
        return self._flow.amounts()

    def can_give_more(self) -> NDArray[np.bool_]:
        """Tell of each posko whether one more unit could come to it after the last `most`, whatever its cap."""
        return self._flow.can_give_more()[1]

    def room(self) -> int:
        """Return what all rows behind the smallest cut of the last `most` can give."""
        return self._flow.room()

    def cheapest(
        self, *, floors: NDArray[np.int64], caps: NDArray[np.int64], groups: NDArray[np.int64], totals: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the cheapest units over `links` with the totals of the groups, and prices of the rows; `links` may grow."""
        rows = self.rows
        while True:
            links = self.links
            costs = rows.cost[links[:, 0], links[:, 1]]
            asked = {"floors": floors, "caps": caps, "groups": groups}
            units = cheapest_flow(rows.supply, links=links, costs=costs, totals=totals, pools=rows.pools, **asked)
            if self._has_all:
                return units, np.zeros(len(rows.supply), np.int64)
            prices, worth = row_prices(rows, links=links, units=units, num_groups=len(totals), **asked)
            gain = rows.cost + prices[:, None] - worth[None, :]
            missing = self._usable & (gain < 0)
            if not missing.any():
                return units, prices
            self._add(missing, gain)

    def _near_links(self, known: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
        """Return the links of each posko's nearest rows and, so that no row is left out, of each row's nearest poskos."""
        cost = np.where(self._usable, self.rows.cost, _FAR)
        chosen = np.zeros(cost.shape, np.bool_)
        for prices in known:
            priced = cost + prices[:, None]
            above = priced - priced.min(axis=0)
            most = min(above.size - 1, int(_NEAR_PRICED * above.shape[1]))
            chosen |= above <= np.partition(above, most, axis=None)[most]
        if not known:
            near = min(_NEAR, len(cost))
            np.put_along_axis(chosen, np.argpartition(cost, near - 1, axis=0)[:near], values=True, axis=0)
            share = min(cost.shape[1], -(-near * cost.shape[1] // (2 * len(cost))))
            np.put_along_axis(chosen, np.argpartition(cost, share - 1, axis=1)[:, :share], values=True, axis=1)
        return np.argwhere((chosen & self._usable).T)[:, ::-1]

    def _add(self, missing: NDArray[np.bool_], cost: NDArray[np.int64]) -> None:
        """Add the best missing links of each posko."""
        poskos = np.flatnonzero(missing.any(axis=0))
        worst = np.where(missing[:, poskos], cost[:, poskos], _FAR)
        count = min(_ADDED, len(worst))
        best = np.argpartition(worst, count - 1, axis=0)[:count]
        keep = np.take_along_axis(missing[:, poskos], best, axis=0)
        rank, column = np.nonzero(keep)
        self.links = np.concatenate([self.links, np.stack([best[rank, column], poskos[column]], axis=1)])
        self._flow = self._join()

    def _join(self) -> MaxFlow:
        return MaxFlow(self.rows.supply, links=self.links, num_poskos=self._num_poskos, pools=self.rows.pools)
