"""Adds everything up again: what was delivered, what falls short, what was promised, what it costs."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from ...units import HOUR_S
from ..operation_plan import Drive, Unload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..operation_plan import CargoLine, OperationPlan, VehicleSchedule
    from .facts import DeliveryKey, Facts
    from .violation import Findings

_ROUNDING = 1e-9


def check_balance(findings: Findings, facts: Facts, plan: OperationPlan) -> None:
    """Note under "need", "shortfall" and "balance" where deliveries and shortfalls do not make up the needs."""
    delivered: Counter[DeliveryKey] = Counter()
    for line in _deliveries(facts, plan):
        delivered[line.posko_id, line.item_id] += line.quantity
    short: Counter[DeliveryKey] = Counter()
    for index, entry in enumerate(plan.shortfalls):
        short[entry.posko_id, entry.item_id] += entry.quantity
        need = facts.needs.get((entry.posko_id, entry.item_id))
        if need is not None and need.level != entry.level:
            findings.add("shortfall", f"shortfall {index}", f"has level {entry.level}, the need has {need.level}")
    for key in sorted(facts.needs.keys() | delivered.keys() | short.keys()):
        where = f"posko '{key[0]}', item '{key[1]}'"
        needed = facts.needs[key].quantity if key in facts.needs else 0
        if delivered[key] > needed:
            findings.add("need", where, f"gets {delivered[key]}, needs {needed}")
        elif delivered[key] + short[key] != needed:
            findings.add("balance", where, f"gets {delivered[key]} and lacks {short[key]}, needs {needed}")


def check_flows(findings: Findings, facts: Facts, plan: OperationPlan) -> None:
    """Note under "flow" an allocation beyond supply or need, or a delivery beyond the allocation."""
    flows: Counter[tuple[str, str, str]] = Counter()
    given: Counter[tuple[str, str]] = Counter()
    for flow in plan.flows:
        flows[flow.site_id, flow.item_id, flow.posko_id] += flow.quantity
        given[flow.site_id, flow.item_id] += flow.quantity
    for (site_id, item_id), quantity in given.items():
        supply = facts.supplies[site_id, item_id]
        findings.expect(quantity <= supply, "flow", f"site '{site_id}', item '{item_id}'", f"gives {quantity}, has {supply}")
    for key, quantity in _promised(plan).items():
        needed = facts.needs[key].quantity if key in facts.needs else 0
        findings.expect(quantity <= needed, "flow", f"posko '{key[0]}', item '{key[1]}'", f"is given {quantity}, needs {needed}")
    delivered: Counter[tuple[str, str, str]] = Counter()
    for line in _deliveries(facts, plan):
        delivered[line.origin_id, line.item_id, line.posko_id] += line.quantity
    for lane, quantity in delivered.items():
        where = f"site '{lane[0]}', item '{lane[1]}', posko '{lane[2]}'"
        findings.expect(quantity <= flows[lane], "flow", where, f"{quantity} delivered, the allocation gives {flows[lane]}")


def check_shares(findings: Findings, facts: Facts, plan: OperationPlan) -> None:
    """Note under "share" a smallest share that is better than what the flows give.

    The allocation takes the smallest share over the needs that can get anything at all. Which these are hangs on roads
    and stock, so the judge takes it over the needs above 0 that do get something; where a level has needs and none of
    them gets anything, the share is 0. A plan may claim less than that, never more.
    """
    promised = _promised(plan)
    shares: dict[int, list[Fraction]] = {}
    for key, need in facts.needs.items():
        if need.quantity > 0:
            shares.setdefault(need.level, []).append(Fraction(promised[key], need.quantity))
    for level, claimed in plan.min_share.items():
        where = f"level {level}"
        if level not in shares:
            findings.add("share", where, "has no need above 0")
            continue
        found = min((share for share in shares[level] if share > 0), default=Fraction(0))
        findings.expect(claimed <= found + _ROUNDING, "share", where, f"claims at least {claimed:.6g}, the flows give {float(found):.6g}")


def check_cost(findings: Findings, facts: Facts, schedule: VehicleSchedule) -> None:
    """Note under "distance" and "cost" where a schedule's totals are not those of its actions."""
    where = f"vehicle '{schedule.vehicle_id}'"
    drives = [action for action in schedule.actions if isinstance(action, Drive)]
    length_m = sum(drive.path.distance_m for drive in drives)
    findings.expect(schedule.distance_m == length_m, "distance", where, f"says {schedule.distance_m} m, its drives make {length_m} m")
    kind = facts.fleet_type(schedule.vehicle_id)
    if kind is None:
        return
    hours = Fraction(schedule.actions[-1].end_s - schedule.actions[0].start_s, HOUR_S)
    kilometres = Fraction(schedule.distance_m, 1000)
    uses = [use.crossing_id for drive in drives for use in drive.sailings if use.crossing_id in facts.crossings]
    fares = sum(facts.crossings[crossing_id].fare_idr for crossing_id in uses)
    running = Fraction(kind.cost_idr_per_km) * kilometres + Fraction(kind.cost_idr_per_h) * hours
    cost = Fraction(kind.fixed_idr) + running + Fraction(fares)
    # Half a rupiah more or less is the rounding; the millionth leaves room for sums in floating point.
    near = abs(schedule.cost_idr - cost) <= Fraction(1, 2) + Fraction(1, 10**6)
    findings.expect(near, "cost", where, f"says Rp {schedule.cost_idr}, distance, hours and fares make Rp {float(cost):.1f}")


def _promised(plan: OperationPlan) -> Counter[DeliveryKey]:
    promised: Counter[DeliveryKey] = Counter()
    for flow in plan.flows:
        promised[flow.posko_id, flow.item_id] += flow.quantity
    return promised


def _deliveries(facts: Facts, plan: OperationPlan) -> Iterator[CargoLine]:
    """Yield the goods handed over at the posko they are for."""
    for schedule in plan.schedules:
        for action in schedule.actions:
            if isinstance(action, Unload) and action.place_id in facts.posko_ids:
                yield from (line for line in action.lines if line.posko_id == action.place_id)
