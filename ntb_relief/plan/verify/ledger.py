"""Keeps the books of every site by the clock: nothing leaves that was not there at that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..operation_plan import Drive, Load

if TYPE_CHECKING:
    from ..operation_plan import CargoLine, OperationPlan
    from .facts import Facts
    from .violation import Findings

_Entry = tuple[int, int, str, "CargoLine"]
"""(time, 0 in or 1 out, site, goods)."""


def check_ledger(findings: Findings, facts: Facts, plan: OperationPlan) -> None:
    """Note under "stock" and "transfer" where more leaves a site than it holds.

    Goods that are loaded where they come from are taken off the site's own stock. Any others must have been
    unloaded there before, line by line. Goods arrive when unloading ends and leave when loading starts.
    """
    own = dict(facts.supplies)
    waiting: dict[tuple[str, str, str, str], int] = {}
    for time_s, leaves, site_id, line in sorted(_entries(facts, plan), key=lambda entry: entry[:2]):
        change = -line.quantity if leaves else line.quantity
        if line.origin_id == site_id:
            key = site_id, line.item_id
            own[key] = own.get(key, 0) + change
            if own[key] < 0 and leaves:
                findings.add("stock", f"site '{site_id}', {time_s} s", f"{-own[key]} of '{line.item_id}' more leave than are there")
        else:
            transfer = site_id, line.item_id, line.origin_id, line.posko_id
            waiting[transfer] = waiting.get(transfer, 0) + change
            if waiting[transfer] < 0 and leaves:
                goods = f"'{line.item_id}' from '{line.origin_id}' for '{line.posko_id}'"
                findings.add("transfer", f"site '{site_id}', {time_s} s", f"{-waiting[transfer]} of {goods} leave before they arrived")


def _entries(facts: Facts, plan: OperationPlan) -> list[_Entry]:
    entries: list[_Entry] = []
    for schedule in plan.schedules:
        for action in schedule.actions:
            if isinstance(action, Load):
                entries += [(action.start_s, 1, action.site_id, line) for line in action.lines]
            elif not isinstance(action, Drive) and action.place_id in facts.site_ids:
                entries += [(action.end_s, 0, action.place_id, line) for line in action.lines]
    return entries
