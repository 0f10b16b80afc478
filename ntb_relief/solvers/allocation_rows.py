"""Whose stock can be given for an item: rows of the flow network, and the ledger of what is left in them.

A row is what one owner holds at one site, as the item itself or as the parts that stand for it. Owners who release only so
much are pools of rows. Ranks of owners, and the item before its substitutes, weigh more than all metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..model.allocation import MAX_QUANTITY, ReleaseRule
from ..model.travel import UNREACHABLE
from .ortools_flow import Pools

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ..model.allocation import AllocationProblem

Source = tuple[int, int, str]
"""0 for the item itself or the number of its substitution from 1; row of the site; owner."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Stock that can serve one item.

    Parameters
    ----------
    sources : tuple of Source
    site : int64 array, shape (R,)
    supply : int64 array, shape (R,)
        In units of the need.
    cost : int64 array, shape (R, P)
        Of a unit, -1 where it cannot go: metres, with ranks on top.
    mass_kg : float64 array, shape (R,)
        Goods that serve one unit of the need.
    pools : Pools or None
    """

    sources: tuple[Source, ...]
    site: NDArray[np.int64]
    supply: NDArray[np.int64]
    cost: NDArray[np.int64]
    mass_kg: NDArray[np.float64]
    pools: Pools | None


class Ledger:
    """What is left at each site of each owner while items are served one after another."""

    def __init__(self, problem: AllocationProblem) -> None:
        self._problem = problem
        self._rules = {(rule.owner, rule.item_id): rule for rule in problem.rules}
        self._left: dict[str, dict[tuple[int, str], int]] = {name: {} for name in problem.item_ids}
        self._released: dict[tuple[str, str], int] = {}
        site = {name: row for row, name in enumerate(problem.site_ids)}
        for lot in problem.lots:
            if lot.expires_day is None or lot.expires_day >= problem.handout_day:
                stock, key = self._left[lot.item_id], (site[lot.site_id], lot.owner)
                stock[key] = stock.get(key, 0) + lot.quantity
        if not problem.lots:
            for row, col in np.argwhere(problem.supply > 0):
                self._left[problem.item_ids[col]][int(row), ""] = int(problem.supply[row, col])

    def rows(self, item: int) -> Rows:
        """Return the rows that can serve an item now."""
        problem, name = self._problem, self._problem.item_ids[item]
        ways = self.ways(name)
        if not problem.lots and len(ways) == 1:  # one row a site: the cost is the distance itself, never copied
            sites = np.arange(len(problem.site_ids))
            sources = tuple((0, int(site), "") for site in sites)
            return Rows(sources, sites, problem.supply[:, item], problem.distance_m, np.full(len(sites), problem.mass_kg[item]), None)
        found = [(number, site, owner, units) for number, parts in ways for (site, owner), units in self._packs(parts).items() if units]
        sources = tuple(row[:3] for row in found)
        parts_of = dict(ways)
        masses = dict(zip(problem.item_ids, problem.mass_kg.tolist(), strict=True))
        return Rows(
            sources=sources,
            site=np.array([site for _, site, _ in sources], np.int64),
            supply=np.array([row[3] for row in found], np.int64),
            cost=self._costs(sources, parts_of),
            mass_kg=np.array([sum(masses[part] * units for part, units in parts_of[number].items()) for number, _, _ in sources]),
            pools=self._pools(sources, parts_of),
        )

    def ways(self, name: str) -> list[tuple[int, Mapping[str, int]]]:
        """Return the ways to serve an item by number, each with the units of other items it takes."""
        others = [one.parts for one in self._problem.substitutions if one.item_id == name]
        return list(enumerate([{name: 1}, *others]))

    def take(self, source: Source, units: int, *, item: int) -> None:
        """Book goods out."""
        number, site, owner = source
        for part, each in self.ways(self._problem.item_ids[item])[number][1].items():
            self._left[part][site, owner] -= units * each
            self._released[owner, part] = self._released.get((owner, part), 0) + units * each

    def _rule(self, owner: str, part: str) -> ReleaseRule:
        return self._rules.get((owner, part)) or self._rules.get((owner, None)) or ReleaseRule(owner)

    def _packs(self, parts: Mapping[str, int]) -> dict[tuple[int, str], int]:
        places = sorted(set.intersection(*(set(self._left[part]) for part in parts)))
        return {place: min(self._left[part][place] // each for part, each in parts.items()) for place in places}

    def _costs(self, sources: Sequence[Source], parts_of: Mapping[int, Mapping[str, int]]) -> NDArray[np.int64]:
        problem = self._problem
        cost = problem.distance_m[[site for _, site, _ in sources]].reshape(len(sources), len(problem.posko_ids)).copy()
        for row, (number, _, owner) in enumerate(sources):
            for part in parts_of[number]:
                allowed = self._rule(owner, part).posko_ids
                if allowed is not None:
                    cost[row, [name not in allowed for name in problem.posko_ids]] = UNREACHABLE
        standing = [(number, max(self._rule(owner, part).rank for part in parts_of[number])) for number, _, owner in sources]
        place = {one: step for step, one in enumerate(sorted(set(standing)))}
        # Goods change places along a circle, which visits each row once: two links a row are all the metres it can save.
        weight = 2 * (min(cost.shape) + 1) * int(cost.max(initial=0)) + 1
        ranked = np.array([place[one] * weight for one in standing], np.int64)[:, None]
        return np.where(cost >= 0, cost + ranked, UNREACHABLE)

    def _pools(self, sources: Sequence[Source], parts_of: Mapping[int, Mapping[str, int]]) -> Pools | None:
        keys = {key: pool for pool, key in enumerate(dict.fromkeys((number, owner) for number, _, owner in sources))}
        caps = []
        for number, owner in keys:
            limits = [
                max(0, most - self._released.get((owner, part), 0)) // each
                for part, each in parts_of[number].items()
                if (most := self._rule(owner, part).most) is not None
            ]
            caps.append(min(limits, default=MAX_QUANTITY))
        if all(cap == MAX_QUANTITY for cap in caps):
            return None
        return Pools(np.array([keys[number, owner] for number, _, owner in sources], np.int64), np.array(caps, np.int64))
