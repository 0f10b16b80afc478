"""Who gets what when there is not enough: fair first, then most, then nearest; exact, in whole units.

Items share nothing but what stands in for another, so each is solved by itself, parts of substitutes first. What poskos can get
of one item is the flow out of a network, and such amounts form a polymatroid (Edmonds 1970): a fair start can always be
filled up to the largest total, and what the first levels leave for the next depends on how much they get, not on who of
them gets it. Smallest share, total and kilometres can therefore be settled one after another, and only the last step
chooses the flows.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from .._version import __version__
from ..plan.allocation_plan import AllocationPlan, FairnessPoint, LevelShare, Substitute
from ..plan.operation_plan import Flow
from ..plan.result import Result, Status
from .allocation_goals import LeastGini, Leximin, MaxMin
from .allocation_lots import draw_lots
from .allocation_network import Network
from .allocation_rows import Ledger
from .allocation_shares import fair_floors, gini, least_gini, least_uneven, smallest_share, whole_units
from .progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from ..model.allocation import AllocationProblem
    from .allocation_goals import AllocationGoal
    from .allocation_rows import Rows
    from .progress import OnProgress

_MAX_MIN: Final = MaxMin()
_EVEN: Final = 1e-12  # Gini indices are sums of floats


@dataclass(frozen=True, slots=True)
class _ItemAnswer:
    """One item: its used links (row, posko) with units, its levels, and unit-metres by mass with and without fairness."""

    rows: Rows
    links: NDArray[np.int64]
    units: NDArray[np.int64]
    levels: tuple[LevelShare, ...]
    unit_metres: dict[float, int]
    unfair_unit_metres: dict[float, int]
    prices: tuple[NDArray[np.int64], ...]


@dataclass(frozen=True, slots=True)
class _Settled:
    """One level of an item before its flows are chosen."""

    row: LevelShare
    counted: NDArray[np.bool_]
    all_counted: bool


def solve_allocation(
    problem: AllocationProblem,
    *,
    goal: AllocationGoal = _MAX_MIN,
    start: AllocationPlan | None = None,
    on_progress: OnProgress | None = None,
) -> Result[AllocationPlan]:
    """Share out scarce stock: level by level the largest smallest share, then the largest total; last the fewest tonne-kilometres.

    Parameters
    ----------
    problem : AllocationProblem
    goal : MaxMin, Leximin, Proportional or LeastGini
        What is fair. All give the same totals.
    start : AllocationPlan, optional
        The plan of a question much like this one, which makes this one quick to solve; the answer is as good without it.
    on_progress : callable, optional
        Called after each item, with the tonne-kilometres so far.

    Returns
    -------
    Result of AllocationPlan
        ``OPTIMAL``; `objective` and `bound` are the tonne-kilometres of the flows, the fewest there are for amounts as fair.
        ``GAP_REACHED`` where `LeastGini` is not proven: see `LevelShare.gini_bound`.

    Notes
    -----
    For each item the levels are served in ascending order. At each, in this order:

    1. The smallest satisfied share (units given / units needed) is as large as whole units allow. It is kept for every
       need that can get a unit at all: a site with stock of the item reaches the posko, and the earlier levels can
       have their totals without all of that stock. The others get nothing in any such answer, and a promise of 0 to
       all would let the rest fare as unevenly as the kilometres like.
    2. The total given is as large as possible while the totals and smallest shares of the earlier levels stay.

    Once all levels are settled, the flows with the fewest tonne-kilometres are taken: kilometres decide who among
    equals is served and from where, and never that anybody of any level gets less. Stock is given to any posko that a
    vehicle can reach; vehicles and hours are not looked at here.

    With `Leximin`, `Proportional` and `LeastGini` step 1 settles all amounts, at their largest total, and kilometres decide
    only from where. Where owners have ranks or an item has substitutes, the better rank and the item itself are used up
    first, before kilometres count; kilometres of substitutes count by units of the need. Ties between equally good flows
    are broken in the same way each time.

    Beyond 200,000 links the networks hold a part of the links only, and answers are proven against the others.
    """
    begin = time.perf_counter()
    answers: dict[int, _ItemAnswer] = {}
    ledger = Ledger(problem)
    for item in problem.solving_order:
        answers[item] = _solve_item(problem, item, ledger=ledger, goal=goal, start=start)
        if on_progress is not None:
            so_far = _tonne_km(answer.unit_metres for answer in answers.values())
            on_progress(Progress("allocation", time.perf_counter() - begin, len(answers), so_far, len(answers) / len(problem.item_ids)))
    plan = _plan(problem, [answers[item] for item in range(len(answers))])
    is_proven = all(row.gini is None or (row.gini_bound is not None and row.gini <= row.gini_bound + _EVEN) for row in plan.levels)
    return Result(
        plan=plan,
        status=Status.OPTIMAL if is_proven or not isinstance(goal, LeastGini) else Status.GAP_REACHED,
        objective=plan.tonne_km,
        bound=plan.tonne_km,
        seconds=time.perf_counter() - begin,
        iterations=len(answers),
        seed=0,
        version=__version__,
    )


def price_of_fairness(problem: AllocationProblem, *, kept: Sequence[float] = (0.0, 0.25, 0.5, 0.75, 1.0)) -> tuple[FairnessPoint, ...]:
    """Return the tonne-kilometres it takes to keep more and more of the largest smallest shares.

    Parameters
    ----------
    problem : AllocationProblem
    kept : sequence of float
        Parts of the largest smallest share of each item and level, 0 to 1.

    Returns
    -------
    tuple of FairnessPoint
        All of them give the same totals: what fairness costs is kilometres, never goods.

    Raises
    ------
    InputError
        Where a part is not between 0 and 1.
    """
    points, plan = [], None
    for part in kept:
        plan = solve_allocation(problem, goal=MaxMin(kept=part), start=plan).plan_or_raise()
        points.append(FairnessPoint(part, plan.tonne_km))
    return tuple(points)


def _solve_item(
    problem: AllocationProblem, item: int, *, ledger: Ledger, goal: AllocationGoal, start: AllocationPlan | None
) -> _ItemAnswer:
    rows, need = ledger.rows(item), problem.need[:, item]
    network = Network(rows, need=need, known=_known_prices(problem, item, rows=rows, start=start))
    settled, floors, caps = _settle_levels(problem, item, network=network, goal=goal)
    answer = _cheapest(problem, item, network=network, floors=floors, caps=caps, settled=settled)
    used = np.bincount(answer.links[:, 0], weights=answer.units, minlength=len(rows.sources))
    for row in np.flatnonzero(used):
        ledger.take(rows.sources[row], int(used[row]), item=item)
    return answer


def _settle_levels(
    problem: AllocationProblem, item: int, *, network: Network, goal: AllocationGoal
) -> tuple[list[_Settled], NDArray[np.int64], NDArray[np.int64]]:
    """Return the levels of one item and the least and most units of each posko."""
    need, level = problem.need[:, item], problem.level[:, item]
    before, floors, caps = np.zeros_like(need), np.zeros_like(need), need.copy()
    settled: list[_Settled] = []
    has_link = network.has_link
    total = network.most(before)
    for now in np.unique(level[need > 0]):
        members = (need > 0) & (level == now)
        reached = members & has_link
        counted = members & network.can_give_more()
        floor_share, floors[counted] = fair_floors(network, need=need, before=before, members=counted)
        bound = None
        if isinstance(goal, MaxMin):
            if goal.kept < 1 and floor_share is not None:
                floors[counted] = whole_units(floor_share * Fraction(goal.kept).limit_denominator(10**6), need[counted])
        elif counted.any():
            floors[counted] = caps[counted] = _even_units(goal, network, need=need, before=before, members=counted)
            caps[members & ~counted] = 0
            if isinstance(goal, LeastGini):
                bound = least_gini(network, need=need, before=before, members=counted)
        given = network.most(np.where(level <= now, need, 0)) - total
        total, before = total + given, network.amounts()
        row = LevelShare(
            item_id=problem.item_ids[item],
            level=int(now),
            need=int(need[members].sum()),
            given=given,
            num_needs=int(members.sum()),
            num_reached=int(reached.sum()),
            num_counted=int(counted.sum()),
            min_share=None,
            floor_share=None,
            gini_bound=bound,
        )
        settled.append(_Settled(row, counted, all_counted=not (reached & ~counted).any()))
    return settled, floors, caps


def _even_units(
    goal: AllocationGoal, network: Network, *, need: NDArray[np.int64], before: NDArray[np.int64], members: NDArray[np.bool_]
) -> NDArray[np.int64]:
    def units(*, is_rounded: bool) -> NDArray[np.int64]:
        return least_uneven(network, need=need, before=before, members=members, is_rounded=is_rounded)

    if isinstance(goal, LeastGini):
        return min((units(is_rounded=is_rounded) for is_rounded in (True, False)), key=lambda one: gini(one, need=need[members]) or 0.0)
    return units(is_rounded=not isinstance(goal, Leximin))


def _cheapest(
    problem: AllocationProblem,
    item: int,
    *,
    network: Network,
    floors: NDArray[np.int64],
    caps: NDArray[np.int64],
    settled: Sequence[_Settled],
) -> _ItemAnswer:
    """Choose the flows of one item, with the floors and, as the price to compare with, without them."""
    rows, need = network.rows, problem.need[:, item]
    order = [one.row.level for one in settled]
    fair, unfair = ({}, {})
    units = np.zeros(0, np.int64)
    prices: list[NDArray[np.int64]] = []
    if len(network.links):
        # A posko without need has no level; it stands in any group, with a cap of 0.
        groups = np.clip(np.searchsorted(order, problem.level[:, item]), 0, len(order) - 1)
        totals = np.array([one.row.given for one in settled], np.int64)
        is_free = not floors.any() and (caps == need).all()
        if not is_free:
            units, price = network.cheapest(floors=np.zeros_like(need), caps=need, groups=groups, totals=totals)
            prices.append(price)
            unfair = _unit_metres(problem, network, units)
        units, price = network.cheapest(floors=floors, caps=caps, groups=groups, totals=totals)
        prices.append(price)
        fair = _unit_metres(problem, network, units)
        unfair = fair if is_free else unfair
    got = np.bincount(network.links[:, 1], weights=units, minlength=len(need)).astype(np.int64)
    levels = tuple(_told(one, got=got[one.counted], need=need[one.counted]) for one in settled)
    used = units > 0
    return _ItemAnswer(rows, network.links[used], units[used], levels, fair, unfair, tuple(prices))


def _told(one: _Settled, *, got: NDArray[np.int64], need: NDArray[np.int64]) -> LevelShare:
    floor_share = smallest_share(got, need=need)
    min_share = floor_share if one.all_counted else Fraction(0)
    return replace(one.row, floor_share=floor_share, min_share=min_share, gini=gini(got, need=need))


def _known_prices(problem: AllocationProblem, item: int, *, rows: Rows, start: AllocationPlan | None) -> list[NDArray[np.int64]]:
    """Return the prices of an earlier plan, where it has any of this item."""
    keys = list(_price_keys(problem, item, rows))
    found = [start.prices[key] for key in keys if key in start.prices] if start is not None else []
    if not found or start is None:
        return []
    none = (0,) * len(found[0])
    return [np.array(column, np.int64) for column in zip(*(start.prices.get(key, none) for key in keys), strict=True)]


def _price_keys(problem: AllocationProblem, item: int, rows: Rows) -> Iterator[tuple[str, int, str, str]]:
    return ((problem.item_ids[item], number, problem.site_ids[site], owner) for number, site, owner in rows.sources)


def _unit_metres(problem: AllocationProblem, network: Network, units: NDArray[np.int64]) -> dict[float, int]:
    """Return units times metres by the mass of what serves a unit, exactly."""
    used = units > 0
    row, posko = network.links[used].T
    site, mass = network.rows.site[row], network.rows.mass_kg[row]
    return {
        float(one): sum(
            a * b for a, b in zip(units[used][mass == one].tolist(), problem.distance_m[site, posko][mass == one].tolist(), strict=True)
        )
        for one in np.unique(mass)
    }


def _tonne_km(parts: Iterable[Mapping[float, int]]) -> float:
    return math.fsum(mass * metres for part in parts for mass, metres in part.items()) / 1e6


def _plan(problem: AllocationProblem, answers: Sequence[_ItemAnswer]) -> AllocationPlan:
    ways = Ledger(problem).ways
    flows: list[tuple[int, int, int, int]] = []
    substitutes: list[Substitute] = []
    wanted: list[tuple[tuple[int, int, int, int], tuple[str, str, str, str, int, str]]] = []
    for item, answer in enumerate(answers):
        name = problem.item_ids[item]
        takes = dict(ways(name))
        for (row, posko), units in zip(answer.links.tolist(), answer.units.tolist(), strict=True):
            number, site, owner = answer.rows.sources[row]
            parts = tuple((part, each * units) for part, each in takes[number].items())
            place, goes_to = problem.site_ids[site], problem.posko_ids[posko]
            if number:
                substitutes.append(Substitute(place, name, goes_to, units, parts))
            else:
                flows.append((item, site, posko, units))
            if problem.lots:
                turn = number, int(problem.level[posko, item]), int(problem.distance_m[site, posko]), posko
                wanted.extend((turn, (place, owner, part, goes_to, quantity, name)) for part, quantity in parts)
    return AllocationPlan(
        problem=problem,
        flows=_by_owner_joined(problem, flows),
        levels=tuple(row for answer in answers for row in answer.levels),
        tonne_km=_tonne_km(answer.unit_metres for answer in answers),
        unfair_tonne_km=_tonne_km(answer.unfair_unit_metres for answer in answers),
        substitutes=tuple(substitutes),
        draws=draw_lots(problem, (goods for _, goods in sorted(wanted))),
        prices={
            key: price
            for item, answer in enumerate(answers)
            for key, *price in zip(_price_keys(problem, item, answer.rows), *(one.tolist() for one in answer.prices), strict=True)
        },
    )


def _by_owner_joined(problem: AllocationProblem, flows: Iterable[tuple[int, int, int, int]]) -> tuple[Flow, ...]:
    """Return flows in the order of items, sites and poskos, those of several owners of a site as one."""
    joined: dict[tuple[int, int, int], int] = {}
    for item, site, posko, units in flows:
        joined[item, site, posko] = joined.get((item, site, posko), 0) + units
    return tuple(
        Flow(problem.site_ids[site], problem.item_ids[item], problem.posko_ids[posko], units)
        for (item, site, posko), units in sorted(joined.items())
    )
