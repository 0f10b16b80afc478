"""Replays the day of one vehicle: places and times follow each other, within its hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..operation_plan import Drive, Load

if TYPE_CHECKING:
    from ...model.fleet import FleetType, Vehicle
    from ..operation_plan import Action, Unload, VehicleSchedule
    from .facts import Facts
    from .violation import Findings

_ROUNDING = 1e-6


def begin_place(action: Action) -> str:
    """Return where an action begins."""
    if isinstance(action, Drive):
        return action.from_id
    return action.site_id if isinstance(action, Load) else action.place_id


def end_place(action: Action) -> str:
    """Return where an action leaves the vehicle."""
    return action.to_id if isinstance(action, Drive) else begin_place(action)


def check_hours(findings: Findings, facts: Facts, schedule: VehicleSchedule) -> None:
    """Note under "order", "place", "base", "available", "shift", "horizon", "loading" and "unloading" what does not fit."""
    where = f"vehicle '{schedule.vehicle_id}'"
    _check_sequence(findings, schedule.actions, where=where)
    last_s = max(action.end_s for action in schedule.actions)
    horizon_s = facts.operation.horizon_s
    findings.expect(last_s <= horizon_s, "horizon", where, f"is busy until {last_s} s, the horizon is {horizon_s} s")
    vehicle, kind = facts.vehicles.get(schedule.vehicle_id), facts.fleet_type(schedule.vehicle_id)
    if vehicle is None or kind is None:
        return
    _check_day(findings, schedule.actions, vehicle=vehicle, kind=kind, where=where)
    for index, action in enumerate(schedule.actions):
        _check_handling(findings, facts, action, kind=kind, where=f"{where}, action {index}")


def _check_sequence(findings: Findings, actions: tuple[Action, ...], *, where: str) -> None:
    clock_s, place_id = 0, begin_place(actions[0])
    for index, action in enumerate(actions):
        at = f"{where}, action {index}"
        findings.expect(clock_s <= action.start_s, "order", at, f"starts at {action.start_s} s, before {clock_s} s")
        findings.expect(action.start_s <= action.end_s, "order", at, f"ends at {action.end_s} s, before its start at {action.start_s} s")
        here = begin_place(action)
        findings.expect(here == place_id, "place", at, f"happens at '{here}', the vehicle is at '{place_id}'")
        clock_s, place_id = action.end_s, end_place(action)


def _check_day(findings: Findings, actions: tuple[Action, ...], *, vehicle: Vehicle, kind: FleetType, where: str) -> None:
    first, last = actions[0], actions[-1]
    for place_id, verb in ((begin_place(first), "starts"), (end_place(last), "ends")):
        findings.expect(place_id == vehicle.base_id, "base", where, f"{verb} at '{place_id}', its base is '{vehicle.base_id}'")
    start_s, free_s = first.start_s, vehicle.available_s
    findings.expect(start_s >= free_s, "available", where, f"starts at {start_s} s, it can be used from {free_s} s")
    away_s = last.end_s - first.start_s
    findings.expect(away_s <= kind.shift_s, "shift", where, f"works for {away_s} s, its shift is {kind.shift_s} s")


def _check_handling(findings: Findings, facts: Facts, action: Action, *, kind: FleetType, where: str) -> None:
    if isinstance(action, Drive):
        return
    taken_s = action.end_s - action.start_s
    if isinstance(action, Load):
        findings.expect(taken_s >= kind.loading_s, "loading", where, f"takes {taken_s} s, loading takes {kind.loading_s} s")
        return
    needed_s = kind.unloading_s_per_t * _tonnes(facts, action)
    findings.expect(taken_s >= needed_s - _ROUNDING, "unloading", where, f"takes {taken_s} s, unloading takes {needed_s:.1f} s")


def _tonnes(facts: Facts, action: Unload) -> float:
    return sum(line.quantity * facts.items[line.item_id].mass_kg for line in action.lines if line.item_id in facts.items) / 1000
