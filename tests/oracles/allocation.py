"""Slow twin of `solve_allocation`: every way to give, one rule after the other.

It knows nothing of flows, cuts or the theory the solver stands on: all tables of whole units that stock and needs
allow are written down, and each rule strikes out those it does not like best.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ntb_relief.model.allocation import AllocationProblem

Row = tuple[int, ...]
Table = tuple[Row, ...]  # one row a site, one column a posko


@dataclass(frozen=True)
class Expected:
    """What the best answer of one item must show: by level its smallest share, its floor and its total; then unit-metres."""

    min_share: dict[int, Fraction | None]
    floor_share: dict[int, Fraction | None]
    given: dict[int, int]
    unit_metres: int
    unfair_unit_metres: int


def brute_force(problem: AllocationProblem, *, item: int) -> Expected:
    """Return the best by full enumeration; only for a handful of units."""
    need = [int(x) for x in problem.need[:, item]]
    level = [int(x) for x in problem.level[:, item]]
    poskos = range(len(need))
    stocked = [s for s in range(len(problem.site_ids)) if problem.supply[s, item] > 0]
    tables = list(_all_tables(problem, item))
    evenless = tables  # the same choice with the rule of the smallest share left out
    min_share: dict[int, Fraction | None] = {}
    floor_share: dict[int, Fraction | None] = {}
    given: dict[int, int] = {}
    for now in sorted({level[p] for p in poskos if need[p] > 0}):
        members = [p for p in poskos if need[p] > 0 and level[p] == now]
        reached = [p for p in members if any(problem.distance_m[s, p] >= 0 for s in stocked)]
        counted = [p for p in members if any(_gets(table, p) for table in tables)]
        floor_share[now] = max((_smallest(table, need, counted) for table in tables), default=None) if counted else None
        tables = [table for table in tables if not counted or _smallest(table, need, counted) == floor_share[now]]
        given[now] = max(_total(table, members) for table in tables)
        tables = [table for table in tables if _total(table, members) == given[now]]
        evenless = [table for table in evenless if _total(table, members) == given[now]]
        min_share[now] = max(_smallest(table, need, reached) for table in tables) if reached else None
    metres = np.maximum(problem.distance_m, 0)
    return Expected(
        min_share=min_share,
        floor_share=floor_share,
        given=given,
        unit_metres=min(int((np.array(table) * metres).sum()) for table in tables),
        unfair_unit_metres=min(int((np.array(table) * metres).sum()) for table in evenless),
    )


def _all_tables(problem: AllocationProblem, item: int) -> Iterator[Table]:
    need = problem.need[:, item]
    choices = []
    for site in range(len(problem.site_ids)):
        stock = int(problem.supply[site, item])
        tops = [min(stock, int(need[p])) if problem.distance_m[site, p] >= 0 else 0 for p in range(len(need))]
        choices.append([row for row in itertools.product(*(range(top + 1) for top in tops)) if sum(row) <= stock])
    for table in itertools.product(*choices):
        if all(_gets(table, p) <= need[p] for p in range(len(need))):
            yield table


def _gets(table: Table, posko: int) -> int:
    return sum(row[posko] for row in table)


def _total(table: Table, poskos: list[int]) -> int:
    return sum(_gets(table, posko) for posko in poskos)


def _smallest(table: Table, need: list[int], poskos: list[int]) -> Fraction:
    return min(Fraction(_gets(table, posko), need[posko]) for posko in poskos)


def brute_force_share(need: list[int], *, room: int) -> Fraction:
    """Return the largest share k / need that all needs can have, rounded up to whole units, within `room` units."""
    shares = {Fraction(k, whole) for whole in need for k in range(whole + 1)}
    return max(share for share in shares if sum(math.ceil(share * whole) for whole in need) <= room)
