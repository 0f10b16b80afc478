"""The answer to an allocation: what each site gives to each posko, how fair it is and what fairness costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..units import format_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from fractions import Fraction

    from numpy.typing import NDArray
    from pandas import DataFrame

    from ..model.allocation import AllocationProblem
    from .operation_plan import Flow


@dataclass(frozen=True, slots=True)
class LevelShare:
    """How the needs of one item at one priority level are met.

    Parameters
    ----------
    item_id : str
    level : int
    need, given : int
        Whole units, over all poskos of the level.
    num_needs : int
        Poskos that need the item at this level.
    num_reached : int
        Those of them that a site with stock of the item reaches.
    num_counted : int
        Those of the reached that can get a unit once the levels before have their totals.
    min_share : Fraction or None
        Smallest satisfied share of the reached needs, proven the largest possible; 0 where the levels before use up
        all that reaches one of them, ``None`` where no need is reached.
    floor_share : Fraction or None
        The same over the counted needs: none of them gets less. ``None`` where none counts.
    """

    item_id: str
    level: int
    need: int
    given: int
    num_needs: int
    num_reached: int
    num_counted: int
    min_share: Fraction | None
    floor_share: Fraction | None
    gini: float | None = field(default=None, compare=False)
    gini_bound: float | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Substitute:
    """Goods given from one site to one posko in place of an item.

    Parameters
    ----------
    site_id, item_id, posko_id : str
        The item that is needed.
    serves : int
        Units of the need it serves.
    parts : tuple of (str, int)
        What is given: item and units, of all parts together.
    """

    site_id: str
    item_id: str
    posko_id: str
    serves: int
    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class LotDraw:
    """Units of a lot that go to a posko, for the need of an item."""

    lot_id: str
    site_id: str
    item_id: str
    posko_id: str
    quantity: int
    needed_id: str


@dataclass(frozen=True, slots=True)
class FairnessPoint:
    """One point of the price of fairness: what part of the largest smallest shares is kept, and the tonne-kilometres it takes."""

    kept: float
    tonne_km: float


@dataclass(frozen=True, slots=True)
class AllocationPlan:
    """Who gets what from where, in whole units.

    Parameters
    ----------
    problem : AllocationProblem
        The question it answers.
    flows : tuple of Flow
        Quantities above 0 of what is given as itself, in the order of items, sites and poskos.
    levels : tuple of LevelShare
        One row an item and priority level that has needs.
    tonne_km : float
        Mass times distance of all flows.
    unfair_tonne_km : float
        The least tonne-kilometres that give the same total of each item and level with no smallest share kept.
    substitutes : tuple of Substitute
        What is given in place of other items.
    draws : tuple of LotDraw
        The lots all goods are taken from, where the problem names lots: first expired, first out.
    prices : mapping of (item id, substitution, site id, owner) to sequence of int
        Worth of one more unit at a site in metres, without and with fairness: `start=` solves a like question quickly by them.
    """

    problem: AllocationProblem = field(repr=False, compare=False)
    flows: tuple[Flow, ...]
    levels: tuple[LevelShare, ...]
    tonne_km: float
    unfair_tonne_km: float
    substitutes: tuple[Substitute, ...] = ()
    draws: tuple[LotDraw, ...] = ()
    prices: Mapping[tuple[str, int, str, str], Sequence[int]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def price_of_fairness_tonne_km(self) -> float:
        """Tonne-kilometres driven only to keep the smallest share up; 0 or more."""
        return self.tonne_km - self.unfair_tonne_km

    @property
    def min_share(self) -> dict[int, Fraction]:
        """Smallest satisfied share by priority level, over all items; levels no stock reaches are left out."""
        shares: dict[int, Fraction] = {}
        for row in sorted(self.levels, key=lambda row: row.level):
            if row.min_share is not None:
                shares[row.level] = min(row.min_share, shares.get(row.level, row.min_share))
        return shares

    @property
    def given(self) -> NDArray[np.int64]:
        """Whole units of each need that are served, by the item or its substitutes, shape (P, I)."""
        posko = {name: row for row, name in enumerate(self.problem.posko_ids)}
        item = {name: col for col, name in enumerate(self.problem.item_ids)}
        table = np.zeros(self.problem.need.shape, np.int64)
        for flow in self.flows:
            table[posko[flow.posko_id], item[flow.item_id]] += flow.quantity
        for one in self.substitutes:
            table[posko[one.posko_id], item[one.item_id]] += one.serves
        return table

    @property
    def share(self) -> NDArray[np.float64]:
        """Satisfied share of each need, shape (P, I); NaN where an item is not needed."""
        need = self.problem.need
        table = np.full(need.shape, np.nan)
        np.divide(self.given, need, out=table, where=need > 0)
        return table

    def summary(self) -> str:
        """Return one line an item and level, and the price of fairness, in Indonesian."""
        lines = [_line(row) for row in self.levels]
        lines.extend(_replaced(self.substitutes))
        lines.append(
            f"Angkutan {format_number(self.tonne_km, decimals=1)} ton-km; "
            f"harga pemerataan {format_number(self.price_of_fairness_tonne_km, decimals=1)} ton-km"
        )
        return "\n".join(lines)

    def to_frame(self) -> DataFrame:
        """Return one row a need: posko, item, level, need, given, share."""
        from pandas import DataFrame

        problem = self.problem
        posko, item = np.nonzero(problem.need)
        return DataFrame(
            {
                "posko_id": [problem.posko_ids[row] for row in posko],
                "item_id": [problem.item_ids[col] for col in item],
                "level": problem.level[posko, item],
                "need": problem.need[posko, item],
                "given": self.given[posko, item],
                "share": self.share[posko, item],
            }
        )


def _line(row: LevelShare) -> str:
    text = f"{row.item_id} (prioritas {row.level}): {format_number(row.given)} dari {format_number(row.need)}"
    if row.floor_share is not None:
        text += f", porsi terkecil {format_number(float(row.floor_share) * 100, decimals=1)} %"
    if used_up := row.num_reached - row.num_counted:
        text += f"; {used_up} posko kehabisan stok oleh prioritas di atasnya"
    if out_of_reach := row.num_needs - row.num_reached:
        text += f"; {out_of_reach} posko tidak terjangkau stok"
    return text


def _replaced(substitutes: Iterable[Substitute]) -> Iterator[str]:
    """Return one line for each way an item is replaced, with the units served."""
    served: dict[tuple[str, tuple[str, ...]], int] = {}
    for one in substitutes:
        key = one.item_id, tuple(name for name, _ in one.parts)
        served[key] = served.get(key, 0) + one.serves
    for (item, parts), units in served.items():
        yield f"{item}: {format_number(units)} diganti dengan {' + '.join(parts)}"
