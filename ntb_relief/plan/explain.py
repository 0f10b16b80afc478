"""Why a need is not met: every missing unit has one cause, and removing that cause would serve it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..units import format_number
from .operation_plan import Cause, Shortfall

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..model.needs import Need
    from ..model.operation import Operation
    from .operation_plan import CargoLine, Flow


@dataclass(frozen=True, slots=True)
class Reach:
    """Which sites goods can come from.

    Parameters
    ----------
    by_fleet : set of (site id, posko id)
        Pairs that the vehicles of the operation can serve within their shifts.
    late : set of (site id, posko id)
        Pairs they could serve, but not within any shift.
    by_any : set of (site id, posko id)
        Pairs that some known profile could serve, were there a vehicle for it.
    """

    by_fleet: frozenset[tuple[str, str]]
    late: frozenset[tuple[str, str]]
    by_any: frozenset[tuple[str, str]]


def explain_shortfalls(
    operation: Operation,
    *,
    flows: Sequence[Flow],
    undelivered: Iterable[tuple[CargoLine, Cause]],
    reach: Reach,
) -> tuple[Shortfall, ...]:
    """Return every part of every need that is not served, with its cause.

    Parameters
    ----------
    operation : Operation
    flows : sequence of Flow
        The allocation.
    undelivered : iterable of (CargoLine, Cause)
        Allocated goods that no vehicle brings, and why.
    reach : Reach

    Notes
    -----
    What the allocation does not give is short for want of stock where the stock that can get there is used up; for lower
    priority where needs of an earlier level took that stock; too late where every way is longer than a shift; for want
    of a vehicle where only a kind of vehicle that the fleet lacks could bring it; and for want of access where nothing
    could.
    """
    given = Counter[tuple[str, str]]()
    for flow in flows:
        given[flow.posko_id, flow.item_id] += flow.quantity
    lost: dict[tuple[str, str], Counter[Cause]] = {}
    for line, cause in undelivered:
        lost.setdefault((line.posko_id, line.item_id), Counter())[cause] += line.quantity
    judge = _Judge(operation, flows, reach)
    shortfalls = []
    for need in operation.needs:
        parts = Counter(lost.get((need.posko_id, need.item_id), Counter()))
        ungiven = need.quantity - given[need.posko_id, need.item_id]
        if ungiven:
            parts[judge.cause(need)] += ungiven
        shortfalls += [
            Shortfall(need.posko_id, need.item_id, need.level, parts[cause], cause, judge.words(need, parts[cause], cause))
            for cause in Cause
            if parts[cause]
        ]
    return tuple(shortfalls)


class _Judge:
    """Tells the cause of a need's share that the allocation left out."""

    def __init__(self, operation: Operation, flows: Sequence[Flow], reach: Reach) -> None:
        self._reach = reach
        self._posko = {x.id: x for x in operation.poskos}
        self._item = {x.id: x for x in operation.items}
        self._stocked: dict[str, set[str]] = {}
        for supply in operation.supplies:
            if supply.quantity:
                self._stocked.setdefault(supply.item_id, set()).add(supply.site_id)
        level = {(x.posko_id, x.item_id): x.level for x in operation.needs}
        self._first_level: dict[tuple[str, str], int] = {}
        for flow in flows:
            key = (flow.site_id, flow.item_id)
            self._first_level[key] = min(level[flow.posko_id, flow.item_id], self._first_level.get(key, 1 << 30))

    def cause(self, need: Need) -> Cause:
        sites = self._stocked.get(need.item_id, set())
        reached = [site for site in sites if (site, need.posko_id) in self._reach.by_fleet]
        if reached:
            earlier = any(self._first_level.get((site, need.item_id), need.level) < need.level for site in reached)
            return Cause.LOWER_PRIORITY if earlier else Cause.NO_STOCK
        if not sites:
            return Cause.NO_STOCK
        if any((site, need.posko_id) in self._reach.late for site in sites):
            return Cause.TOO_LATE
        if any((site, need.posko_id) in self._reach.by_any for site in sites):
            return Cause.NO_VEHICLE
        return Cause.NO_ACCESS

    def words(self, need: Need, quantity: int, cause: Cause) -> str:
        item = self._item[need.item_id]
        missing = f"{item.name} kurang {format_number(quantity)} {item.unit} di {self._posko[need.posko_id].name}"
        return f"{missing}: {_WHY[cause]}"


_WHY: Mapping[Cause, str] = {
    Cause.NO_STOCK: "stok yang dapat dikirim ke sana sudah habis dibagi",
    Cause.NO_ACCESS: "tidak ada jalan atau penyeberangan yang dapat dilalui",
    Cause.NO_VEHICLE: "kendaraan yang dapat ke sana tidak cukup",
    Cause.TOO_LATE: "tidak sempat kembali dalam jam kerja atau batas waktu",
    Cause.LOWER_PRIORITY: "kendaraan atau stok dipakai untuk kebutuhan yang lebih utama",
    Cause.TOO_COSTLY: "biaya angkut terlalu besar untuk prioritas dan jumlahnya",
}
