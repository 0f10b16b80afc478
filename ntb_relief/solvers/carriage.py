"""Who is brought how much of what they were given when vehicles are scarce: the fleet's hours shared out fairly.

A linear program over allotments (all goods of one priority level from one site to one posko): each takes, of each group
of vehicles that can carry it, its part of full loads times the hours of a round trip, and the groups have so many hours.
Level by level the smallest brought share is made as large as the hours allow; allotments that nothing can lift further
keep it, and the others are lifted on (leximin, in steps that matter).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ..model.operation import Operation
    from ..plan.operation_plan import Flow
    from .hauls import Haul

FLEET_USE: Final = 0.75
"""Part of the fleet's hours that is shared out.

Measured on the demo: routes with stops on the way, trips that end before the shift does and loads that are not quite
full bring about this much of what hours and full loads promise. With more, the promise is broken for the farthest first.
"""
SAME_SHARE: Final = 0.02
"""Shares that differ by less are alike: it ends the lifting where only crumbs are left."""
MOST_ROUNDS: Final = 5
_SLACK: Final = 1e-7  # floors found by one solve may be missed by a hair in the next

Allotment = tuple[str, str, int]
"""Site id, posko id, priority level."""


def share_carriage(
    operation: Operation, flows: Sequence[Flow], *, hauls: Mapping[tuple[str, str], Sequence[Haul]]
) -> dict[Allotment, float]:
    """Return the share of every allotment that the fleet can bring when its hours are shared out fairly, 0 to 1.

    Parameters
    ----------
    operation : Operation
    flows : sequence of Flow
        The allocation.
    hauls : mapping of (site id, posko id) to sequence of Haul
        Vehicles of the roads that can carry the goods on their first leg; pairs without any are not limited here.
    """
    goods = _allotments(operation, flows)
    program = _Program(operation, goods, hauls)
    shares = np.zeros(len(goods))
    for level in sorted({level for _, _, level in goods}):
        members = np.array([key[2] == level for key in goods])
        _lift(program, shares, members)
        if (members & program.has_haul).any() and not shares[members].any():
            break  # no hours are left, not for any of this level: nor are they for the next
    shares[shares < SAME_SHARE] = 0.0
    shares[shares > 1 - SAME_SHARE] = 1.0
    return {key: float(share) if hauls.get(key[:2]) else 1.0 for key, share in zip(goods, shares, strict=True)}


def _allotments(operation: Operation, flows: Sequence[Flow]) -> dict[Allotment, tuple[float, float]]:
    """Return kilograms and litres of every allotment."""
    level = {(need.posko_id, need.item_id): need.level for need in operation.needs}
    items = {item.id: item for item in operation.items}
    goods: dict[Allotment, tuple[float, float]] = {}
    for flow in flows:
        key, item = (flow.site_id, flow.posko_id, level[flow.posko_id, flow.item_id]), items[flow.item_id]
        kg, litres = goods.get(key, (0.0, 0.0))
        goods[key] = (kg + flow.quantity * item.mass_kg, litres + flow.quantity * item.volume_l)
    return dict(sorted(goods.items()))


def _lift(program: _Program, shares: NDArray[np.float64], members: NDArray[np.bool_]) -> None:
    """Lift the shares of one level in place, with those of the earlier levels kept."""
    open_to_more = members & program.has_haul
    for _ in range(MOST_ROUNDS):
        if not open_to_more.any():
            return
        share = program.largest_share(shares, open_to_more)
        if share is None:
            return
        shares[open_to_more] = share
        if share > 1 - SAME_SHARE:
            return
        gains = program.gains(shares, open_to_more)
        if gains is None or not (stuck := open_to_more & (gains < SAME_SHARE / 2)).any():
            return
        open_to_more &= ~stuck


@dataclass(slots=True, init=False)
class _Program:
    """The linear program: a column a haul of an allotment, the share of the allotment it carries."""

    has_haul: NDArray[np.bool_]
    _allotment: NDArray[np.int64]
    _rows: Any
    _limits: NDArray[np.float64]

    def __init__(
        self, operation: Operation, goods: Mapping[Allotment, tuple[float, float]], hauls: Mapping[tuple[str, str], Sequence[Haul]]
    ) -> None:
        from scipy.sparse import csr_array, vstack

        number: dict[str, int] = {}
        seconds: list[float] = []
        allotment, group, spent = [], [], []
        for row, ((site, posko, level), (kg, litres)) in enumerate(goods.items()):
            for haul in hauls.get((site, posko), ()):
                day_s = min(haul.group.kind.shift_s, operation.horizon_s - haul.group.available_s)
                if haul.approach_s + haul.trip_s > day_s or not haul.is_worth_it(level, kg, litres):
                    continue
                if haul.group.id not in number:
                    number[haul.group.id] = len(number)
                    seconds.append(FLEET_USE * len(haul.group.vehicles) * day_s)
                allotment.append(row)
                group.append(number[haul.group.id])
                spent.append(haul.seconds(kg, litres) * day_s / (day_s - haul.approach_s))
        self._allotment = np.array(allotment, np.int64)
        columns = np.arange(len(allotment))
        hours = csr_array((np.array(spent) / 3600, (group, columns)), shape=(len(number), len(columns)))
        once = csr_array((np.ones(len(columns)), (self._allotment, columns)), shape=(len(goods), len(columns)))
        self.has_haul = np.isin(np.arange(len(goods)), self._allotment)
        self._rows = vstack([hours, once, -once])
        self._limits = np.concatenate([np.array(seconds) / 3600, np.ones(len(goods))])

    def largest_share(self, floors: NDArray[np.float64], members: NDArray[np.bool_]) -> float | None:
        """Return the largest share that all members can have beside the floors of the others."""
        rows = np.flatnonzero(members)
        extra = self._solve(np.where(members, 0.0, floors), rows, np.zeros_like(rows), most=1.0)
        return None if extra is None else float(extra[0])

    def gains(self, floors: NDArray[np.float64], members: NDArray[np.bool_]) -> NDArray[np.float64] | None:
        """Return how much more than its floor each member gets where all of them together get most, up to `SAME_SHARE` each."""
        rows = np.flatnonzero(members)
        extra = self._solve(floors, rows, np.arange(len(rows)), most=SAME_SHARE)
        if extra is None:
            return None
        gains = np.zeros(len(floors))
        gains[rows] = extra
        return gains

    def _solve(
        self, floors: NDArray[np.float64], rows: NDArray[np.int64], lifts: NDArray[np.int64], *, most: float
    ) -> NDArray[np.float64] | None:
        """Return the lifts, up to `most` each, whose sum is largest; each row gets its lift on top of its floor."""
        from scipy.optimize import linprog
        from scipy.sparse import csr_array, hstack, vstack

        num_columns, num_lifts = len(self._allotment), int(lifts[-1]) + 1
        lifted = csr_array((np.ones(len(rows)), (rows, lifts)), shape=(len(floors), num_lifts))
        matrix = hstack([self._rows, vstack([csr_array((len(self._limits), num_lifts)), lifted])])
        cost = np.concatenate([np.zeros(num_columns), -np.ones(num_lifts)])
        bounds = np.zeros((num_columns + num_lifts, 2))
        bounds[:num_columns, 1], bounds[num_columns:, 1] = 1.0, most
        limits = np.concatenate([self._limits, _SLACK - floors])
        answer = linprog(cost, A_ub=matrix.tocsr(), b_ub=limits, bounds=bounds, method="highs")
        return answer.x[num_columns:] if answer.success else None
