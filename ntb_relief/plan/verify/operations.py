"""Judges the plan of an operation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..operation_plan import Drive, OperationPlan
from .cargo import check_cargo
from .facts import facts_of
from .form import has_form
from .hours import check_hours
from .ids import check_ids
from .ledger import check_ledger
from .roads import check_drive, check_slots
from .totals import check_balance, check_cost, check_flows, check_shares
from .violation import Findings

if TYPE_CHECKING:
    from ...model.operation import Operation
    from .facts import Facts
    from .roads import SailingCount
    from .violation import Violation


def verify(operation: Operation, plan: OperationPlan) -> list[Violation]:
    """Return every rule of the operation that the plan breaks; an empty list means the plan is valid.

    ========== ==========================================================================================
    form       every field has its type, every number is finite; checked first, nothing else if broken
    quantity   goods are counted in whole units above 0
    unknown    every id is in the operation
    vehicle    a vehicle has one schedule
    empty      a schedule does something, a loading or unloading moves something
    base       a vehicle starts and ends at its base
    available  it does not start before it can be used
    shift      from its first action to its last it works no longer than its shift
    horizon    everything ends within the horizon
    order      actions follow each other in time, from 0 on
    place      actions happen where the vehicle is
    loading    every loading takes at least the type's loading time
    unloading  every unloading takes at least its tonnes times the type's seconds per tonne
    path       a drive is a connected walk between the nodes of its two places
    access     every edge and ferry is open to the profile: kind, road and access class; no forbidden turn
    closed     no edge is closed
    distance   kilometres are those of the edges
    duration   a drive ends exactly when roads (seconds rounded per edge) and sailings end it
    sailing    every ferry edge has one sailing of its crossing, not cancelled, boarded in time
    slots      no sailing takes more vehicles one way than it has room for
    weight     kilograms on board never exceed the capacity
    volume     litres on board never exceed the capacity
    cargo      what is unloaded was on board, and nothing is left at the end
    handover   a posko gets only goods that are for it
    stock      no site gives more of its own stock than it holds, at any moment
    transfer   goods of another site are loaded only after they were brought, line by line
    need       no posko gets more than it needs
    balance    deliveries and shortfalls make up each need exactly
    shortfall  a shortfall has the level of its need
    flow       the allocation stays within supplies and needs, deliveries within the allocation
    share      no smallest share is claimed that the allocation does not give
    cost       rupiah are fixed cost, kilometres, hours and fares
    ========== ==========================================================================================

    Parameters
    ----------
    operation : Operation
        The question. ``plan.operation`` is not looked at.
    plan : OperationPlan
        Any answer, however broken; nothing in it raises.
    """
    findings = Findings()
    if has_form(findings, plan, kind=OperationPlan):
        _replay(findings, facts_of(operation), plan)
    return findings.violations


def _replay(findings: Findings, facts: Facts, plan: OperationPlan) -> None:
    check_ids(findings, facts, plan)
    aboard: SailingCount = Counter()
    for schedule in plan.schedules:
        where = f"vehicle '{schedule.vehicle_id}'"
        if not schedule.actions:
            findings.add("empty", where, "does nothing")
            continue
        check_hours(findings, facts, schedule)
        check_cargo(findings, facts, schedule)
        check_cost(findings, facts, schedule)
        kind = facts.fleet_type(schedule.vehicle_id)
        profile = None if kind is None else facts.operation.profiles[kind.profile]
        for index, action in enumerate(schedule.actions):
            if isinstance(action, Drive):
                check_drive(findings, facts, action, profile=profile, aboard=aboard, where=f"{where}, action {index}")
    check_slots(findings, facts, aboard)
    check_ledger(findings, facts, plan)
    check_balance(findings, facts, plan)
    check_flows(findings, facts, plan)
    check_shares(findings, facts, plan)
