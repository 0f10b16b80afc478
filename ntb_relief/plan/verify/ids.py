"""Whether everything a plan names is in the operation; the replay then passes over what is not."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..operation_plan import Drive, Load

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ..operation_plan import Action, CargoLine, OperationPlan
    from .facts import Facts
    from .violation import Findings

_Use = tuple[str, str, str]
"""(where, what kind of thing, its id)."""


def check_ids(findings: Findings, facts: Facts, plan: OperationPlan) -> None:
    """Note under "unknown" every id the operation does not have, and under "vehicle" each vehicle used twice."""
    known: dict[str, Collection[str]] = {
        "vehicle": facts.vehicles.keys(),
        "site": facts.site_ids,
        "posko": facts.posko_ids,
        "place": facts.place_row.keys(),
        "item": facts.items.keys(),
        "crossing": facts.crossings.keys(),
    }
    for where, kind, name in _uses(plan):
        findings.expect(name in known[kind], "unknown", where, f"{kind} '{name}' is not in the operation")
    for vehicle_id, count in Counter(schedule.vehicle_id for schedule in plan.schedules).items():
        findings.expect(count == 1, "vehicle", f"vehicle '{vehicle_id}'", f"has {count} schedules")


def _uses(plan: OperationPlan) -> Iterator[_Use]:
    for index, flow in enumerate(plan.flows):
        where = f"flow {index}"
        yield from ((where, "site", flow.site_id), (where, "item", flow.item_id), (where, "posko", flow.posko_id))
    for index, short in enumerate(plan.shortfalls):
        where = f"shortfall {index}"
        yield from ((where, "posko", short.posko_id), (where, "item", short.item_id))
    for schedule in plan.schedules:
        where = f"vehicle '{schedule.vehicle_id}'"
        yield where, "vehicle", schedule.vehicle_id
        for index, action in enumerate(schedule.actions):
            yield from _action_uses(action, f"{where}, action {index}")


def _action_uses(action: Action, where: str) -> Iterator[_Use]:
    if isinstance(action, Drive):
        yield from ((where, "place", action.from_id), (where, "place", action.to_id))
        yield from ((where, "crossing", use.crossing_id) for use in action.sailings)
    elif isinstance(action, Load):
        yield where, "site", action.site_id
        yield from _line_uses(action.lines, where)
    else:
        yield where, "place", action.place_id
        yield from _line_uses(action.lines, where)


def _line_uses(lines: tuple[CargoLine, ...], where: str) -> Iterator[_Use]:
    for line in lines:
        yield from ((where, "item", line.item_id), (where, "site", line.origin_id), (where, "posko", line.posko_id))
