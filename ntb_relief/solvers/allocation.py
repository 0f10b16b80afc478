"""Who gets what when there is not enough: fair first, then most, then nearest; exact, in whole units.

Items share nothing, so each is solved by itself. What poskos can get of one item is the flow out of a network, and
such amounts form a polymatroid (Edmonds 1970): a fair start can always be filled up to the largest total, and what the
first levels leave for the next depends on how much they get, not on who of them gets it. Smallest share, total and
kilometres can therefore be settled one after another, and only the last step chooses the flows.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from .._version import __version__
from ..plan.allocation_plan import AllocationPlan, LevelShare
from ..plan.operation_plan import Flow
from ..plan.result import Result, Status
from .ortools_flow import MaxFlow, cheapest_flow
from .progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from ..model.allocation import AllocationProblem
    from .progress import OnProgress


@dataclass(frozen=True, slots=True)
class _ItemAnswer:
    """One item: units over each link (site, posko), its levels, and units times metres with and without fairness."""

    links: NDArray[np.int64]
    units: NDArray[np.int64]
    levels: tuple[LevelShare, ...]
    unit_metres: int
    unfair_unit_metres: int


def solve_allocation(problem: AllocationProblem, *, on_progress: OnProgress | None = None) -> Result[AllocationPlan]:
    """Share out scarce stock: level by level the largest smallest share, then the largest total; last the fewest tonne-kilometres.

    Parameters
    ----------
    problem : AllocationProblem
    on_progress : callable, optional
        Called after each item, with the tonne-kilometres so far.

    Returns
    -------
    Result of AllocationPlan
        Always ``OPTIMAL``; `objective` and `bound` are the tonne-kilometres of the flows.

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

    The smallest share is found by Newton's method on smallest cuts: each cut shows poskos that together cannot have
    what they are promised, and the largest share these can have is tried next. Ties between equally good flows are
    broken in the same way each time.
    """
    begin = time.perf_counter()
    answers: list[_ItemAnswer] = []
    tonne_km = 0.0
    for item in range(len(problem.item_ids)):
        answers.append(_solve_item(problem, item))
        tonne_km = _tonne_km(problem, [answer.unit_metres for answer in answers])
        if on_progress is not None:
            fraction = len(answers) / len(problem.item_ids)
            on_progress(Progress("allocation", time.perf_counter() - begin, len(answers), tonne_km, fraction))
    plan = AllocationPlan(
        problem=problem,
        flows=tuple(flow for item, answer in enumerate(answers) for flow in _flows(problem, item, answer)),
        levels=tuple(row for answer in answers for row in answer.levels),
        tonne_km=tonne_km,
        unfair_tonne_km=_tonne_km(problem, [answer.unfair_unit_metres for answer in answers]),
    )
    return Result(
        plan=plan,
        status=Status.OPTIMAL,
        objective=tonne_km,
        bound=tonne_km,
        seconds=time.perf_counter() - begin,
        iterations=len(answers),
        seed=0,
        version=__version__,
    )


def _solve_item(problem: AllocationProblem, item: int) -> _ItemAnswer:
    supply, need, level = problem.supply[:, item], problem.need[:, item], problem.level[:, item]
    links = np.argwhere((problem.distance_m >= 0) & (supply > 0)[:, None] & (need > 0)[None, :])
    network = MaxFlow(supply, links=links, num_poskos=len(need))
    has_link = np.isin(np.arange(len(need)), links[:, 1])
    before, floors = np.zeros_like(need), np.zeros_like(need)
    rows: list[LevelShare] = []
    total = network.solve(before)
    for now in np.unique(level[need > 0]):
        members = (need > 0) & (level == now)
        reached = members & has_link
        counted = members & network.can_give_more()[1]
        floor_share, floors[counted] = _fair_floors(network, supply=supply, need=need, before=before, members=counted)
        given = network.solve(np.where(level <= now, need, 0)) - total
        total, before = total + given, network.amounts()
        rows.append(
            LevelShare(
                item_id=problem.item_ids[item],
                level=int(now),
                need=int(need[members].sum()),
                given=given,
                num_needs=int(members.sum()),
                num_reached=int(reached.sum()),
                num_counted=int(counted.sum()),
                min_share=Fraction(0) if (reached & ~counted).any() else floor_share,
                floor_share=floor_share,
            )
        )
    return _cheapest(problem, item, links=links, floors=floors, rows=tuple(rows))


def _fair_floors(
    network: MaxFlow,
    *,
    supply: NDArray[np.int64],
    need: NDArray[np.int64],
    before: NDArray[np.int64],
    members: NDArray[np.bool_],
) -> tuple[Fraction | None, NDArray[np.int64]]:
    """Return the largest smallest share of the members beside the amounts given before, and the units it takes them."""
    if not members.any():
        return None, need[members]
    share, caps = Fraction(1), np.where(members, need, before)
    while network.solve(caps) < int(caps.sum()):
        free_sites, free_poskos = network.can_give_more()
        tight = members & ~free_poskos
        room = int(supply[~free_sites].sum()) - int(before[~free_poskos & ~members].sum())
        share = _largest_share(need[tight], room=room)
        caps[members] = _units(share, need[members])
    return share, caps[members]


def _largest_share(need: NDArray[np.int64], *, room: int) -> Fraction:
    """Return the largest share that poskos can have of their needs, rounded up to whole units, within `room` units together.

    Examples
    --------
    >>> _largest_share(np.array([10, 10, 3]), room=12)
    Fraction(1, 2)
    """
    # Shares are k / need, and two of them differ by more than 1 / 2**bits: the step that bisection ends in holds one.
    largest = int(need.max())
    bits = 2 * largest.bit_length()
    exact = need if bits + largest.bit_length() < 62 else need.astype(object)  # noqa: PLR2004 - room in 64 bits
    low, high = 0, 2**bits
    while high - low > 1:
        middle = (low + high) // 2
        if int((-(-exact * middle >> bits)).sum()) <= room:
            low = middle
        else:
            high = middle
    units = -(-exact * low >> bits)
    return min(Fraction(int(part), int(whole)) for part, whole in zip(units, need, strict=True))


def _units(share: Fraction, need: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the fewest whole units that are at least `share` of each need."""
    exact = need.astype(object)  # Python integers: the product may not fit 64 bits
    return (-(-exact * share.numerator // share.denominator)).astype(np.int64)


def _cheapest(
    problem: AllocationProblem, item: int, *, links: NDArray[np.int64], floors: NDArray[np.int64], rows: tuple[LevelShare, ...]
) -> _ItemAnswer:
    """Choose the flows of one item, with the floors and, as the price to compare with, without them."""
    if not len(links):
        return _ItemAnswer(links, np.zeros(0, np.int64), rows, 0, 0)
    need, metres = problem.need[:, item], problem.distance_m[links[:, 0], links[:, 1]]
    order = [row.level for row in rows]
    # A posko without need has no level; it stands in any group, with a cap of 0.
    groups = np.clip(np.searchsorted(order, problem.level[:, item]), 0, len(order) - 1)
    totals = np.array([row.given for row in rows], np.int64)

    def solve(least: NDArray[np.int64]) -> NDArray[np.int64]:
        return cheapest_flow(problem.supply[:, item], links=links, costs=metres, floors=least, caps=need, groups=groups, totals=totals)

    fair = solve(floors)
    unfair = solve(np.zeros_like(floors)) if floors.any() else fair
    return _ItemAnswer(links, fair, rows, _dot(fair, metres), _dot(unfair, metres))


def _dot(units: NDArray[np.int64], metres: NDArray[np.int64]) -> int:
    return sum(int(a) * int(b) for a, b in zip(units[units > 0], metres[units > 0], strict=True))


def _tonne_km(problem: AllocationProblem, unit_metres: Iterable[int]) -> float:
    return math.fsum(float(mass) * metres for mass, metres in zip(problem.mass_kg, unit_metres, strict=False)) / 1e6


def _flows(problem: AllocationProblem, item: int, answer: _ItemAnswer) -> Iterator[Flow]:
    for (site, posko), units in zip(answer.links, answer.units, strict=True):
        if units > 0:
            yield Flow(problem.site_ids[site], problem.item_ids[item], problem.posko_ids[posko], int(units))
