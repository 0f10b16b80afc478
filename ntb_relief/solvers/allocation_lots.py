"""Which lots the goods are taken from: of what an owner holds at a site, the lot that expires first goes first."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ..plan.allocation_plan import LotDraw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..model.allocation import AllocationProblem, StockLot


def draw_lots(problem: AllocationProblem, wanted: Iterable[tuple[str, str, str, str, int, str]]) -> tuple[LotDraw, ...]:
    """Return the lots behind goods that go out, in the order they are wanted.

    Parameters
    ----------
    problem : AllocationProblem
        With lots.
    wanted : iterable of (site id, owner, item id, posko id, units, id of the item it is needed for)
        The first get what expires first: give them in the order in which goods arrive.
    """
    shelves: dict[tuple[str, str, str], list[StockLot]] = defaultdict(list)
    usable = (lot for lot in problem.lots if lot.expires_day is None or lot.expires_day >= problem.handout_day)
    for lot in sorted(usable, key=lambda lot: (lot.expires_day is None, lot.expires_day or 0, lot.id)):
        shelves[lot.site_id, lot.owner, lot.item_id].append(lot)
    taken: dict[str, int] = defaultdict(int)
    return tuple(
        draw
        for site, owner, item, posko, units, needed in wanted
        for draw in _draws(shelves[site, owner, item], taken, posko=posko, units=units, needed=needed)
    )


def _draws(shelf: list[StockLot], taken: dict[str, int], *, posko: str, units: int, needed: str) -> Iterator[LotDraw]:
    for lot in shelf:
        part = min(units, lot.quantity - taken[lot.id])
        if part > 0:
            taken[lot.id] += part
            units -= part
            yield LotDraw(lot.id, lot.site_id, lot.item_id, posko, part, needed)
