"""Replays what is on board of one vehicle: never too heavy, never too full, handed over where it belongs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..operation_plan import Drive, Load

if TYPE_CHECKING:
    from ...model.fleet import FleetType
    from ..operation_plan import Unload, VehicleSchedule
    from .facts import Facts
    from .violation import Findings

LineKey = tuple[str, str, str]
"""(item, origin, posko)."""

_ROUNDING = 1e-6


def check_cargo(findings: Findings, facts: Facts, schedule: VehicleSchedule) -> None:
    """Note under "weight", "volume", "cargo", "handover" and "empty" what does not fit."""
    where = f"vehicle '{schedule.vehicle_id}'"
    kind = facts.fleet_type(schedule.vehicle_id)
    board: Counter[LineKey] = Counter()
    for index, action in enumerate(schedule.actions):
        at = f"{where}, action {index}"
        if isinstance(action, Drive):
            continue
        findings.expect(action.lines, "empty", at, "moves no goods")
        if isinstance(action, Load):
            for line in action.lines:
                board[line.item_id, line.origin_id, line.posko_id] += line.quantity
            if kind is not None:
                _check_capacity(findings, facts, board, kind=kind, where=at)
        else:
            _hand_over(findings, facts, board, action, where=at)
    for (item_id, origin_id, posko_id), quantity in board.items():
        if quantity:
            findings.add("cargo", where, f"comes home with {quantity} of '{item_id}' from '{origin_id}' for '{posko_id}'")


def _check_capacity(findings: Findings, facts: Facts, board: Counter[LineKey], *, kind: FleetType, where: str) -> None:
    """Check the load after each loading: until the next one it can only become less."""
    known = [(facts.items[item_id], quantity) for (item_id, _, _), quantity in board.items() if item_id in facts.items]
    mass_kg = sum(item.mass_kg * quantity for item, quantity in known)
    volume_l = sum(item.volume_l * quantity for item, quantity in known)
    for rule, unit, load, room in (("weight", "kg", mass_kg, kind.capacity_kg), ("volume", "l", volume_l, kind.capacity_l)):
        findings.expect(load <= room + _ROUNDING, rule, where, f"carries {load:.1f} {unit}, the vehicle takes {room:.1f} {unit}")


def _hand_over(findings: Findings, facts: Facts, board: Counter[LineKey], action: Unload, *, where: str) -> None:
    for line in action.lines:
        key = line.item_id, line.origin_id, line.posko_id
        if line.quantity > board[key]:
            goods = f"'{line.item_id}' from '{line.origin_id}' for '{line.posko_id}'"
            findings.add("cargo", where, f"unloads {line.quantity} of {goods}, {board[key]} on board")
        board[key] = max(board[key] - line.quantity, 0)
        if action.place_id in facts.posko_ids and line.posko_id != action.place_id:
            findings.add("handover", where, f"hands '{line.item_id}' for '{line.posko_id}' over at '{action.place_id}'")
