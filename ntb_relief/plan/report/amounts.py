"""What a plan adds up to, in plain dictionaries: who received, when help came, what is left where."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from ..operation_plan import Load, Unload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...model.needs import Need, Supply
    from ..operation_plan import CargoLine, OperationPlan, VehicleSchedule


def handed_over(plan: OperationPlan) -> Iterator[tuple[VehicleSchedule, Unload, CargoLine]]:
    """Yield every line unloaded at a posko; what is put down at a transfer point is not there yet."""
    poskos = {posko.id for posko in plan.operation.poskos}
    for schedule in plan.schedules:
        for action in schedule.actions:
            if isinstance(action, Unload) and action.place_id in poskos:
                for line in action.lines:
                    yield schedule, action, line


def deliveries(plan: OperationPlan) -> dict[tuple[str, str], int]:
    """Return the units handed over by (posko id, item id); pairs that receive nothing are left out."""
    totals: Counter[tuple[str, str]] = Counter()
    for _, action, line in handed_over(plan):
        totals[action.place_id, line.item_id] += line.quantity
    return dict(totals)


def first_arrivals(plan: OperationPlan) -> dict[str, int]:
    """Return the seconds after the start at which the first goods reach a posko, by posko id."""
    arrivals: dict[str, int] = {}
    for _, action, _ in handed_over(plan):
        arrivals[action.place_id] = min(action.start_s, arrivals.get(action.place_id, action.start_s))
    return arrivals


def needs_by_posko(plan: OperationPlan) -> dict[str, list[Need]]:
    """Return the needs above 0 by posko id, as they are listed in the operation."""
    needs: dict[str, list[Need]] = defaultdict(list)
    for need in plan.operation.needs:
        if need.quantity > 0:
            needs[need.posko_id].append(need)
    return dict(needs)


def satisfied_share(plan: OperationPlan) -> dict[str, float]:
    """Return the share of the needed mass that is handed over, by posko id; poskos without needs are left out."""
    mass_kg = {item.id: item.mass_kg for item in plan.operation.items}
    given = deliveries(plan)
    shares = {}
    for posko_id, needs in needs_by_posko(plan).items():
        needed_kg = sum(need.quantity * mass_kg[need.item_id] for need in needs)
        shares[posko_id] = sum(given.get((posko_id, need.item_id), 0) * mass_kg[need.item_id] for need in needs) / needed_kg
    return shares


def served_people(plan: OperationPlan) -> dict[str, int]:
    """Return the people at each posko that is handed anything over, 0 at the others, by posko id."""
    reached = first_arrivals(plan)
    return {posko.id: posko.people if posko.id in reached else 0 for posko in plan.operation.poskos}


def covered_people(plan: OperationPlan) -> dict[str, int]:
    """Return how many people of each posko the goods of its most urgent level are enough for, by posko id.

    The scarcest item of that level decides: 0.7 of the water and 0.9 of the rice are enough for 0.7 of the people.
    """
    given, needs = deliveries(plan), needs_by_posko(plan)
    covered = {}
    for posko in plan.operation.poskos:
        level = min((need.level for need in needs.get(posko.id, ())), default=0)
        urgent = [need for need in needs.get(posko.id, ()) if need.level == level]
        share = min((Fraction(given.get((posko.id, need.item_id), 0), need.quantity) for need in urgent), default=Fraction(1))
        covered[posko.id] = floor(share * posko.people)
    return covered


def stock_after(plan: OperationPlan) -> dict[tuple[str, str], int]:
    """Return the units left by (site id, item id): own stock not loaded, and goods put down at a transfer point and not taken on."""
    sites = {site.id for site in plan.operation.sites}
    left: Counter[tuple[str, str]] = Counter()
    for supply in plan.operation.supplies:
        left[supply.site_id, supply.item_id] += supply.quantity
    for schedule in plan.schedules:
        for action in schedule.actions:
            if isinstance(action, Load):
                for line in action.lines:
                    left[action.site_id, line.item_id] -= line.quantity
            elif isinstance(action, Unload) and action.place_id in sites:
                for line in action.lines:
                    left[action.place_id, line.item_id] += line.quantity
    return dict(left)


def transfers(plan: OperationPlan) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the units put down and taken on again at transfer points, by (site id, item id)."""
    sites = {site.id for site in plan.operation.sites}
    came: Counter[tuple[str, str]] = Counter()
    went: Counter[tuple[str, str]] = Counter()
    for schedule in plan.schedules:
        for action in schedule.actions:
            if isinstance(action, Load):
                for line in action.lines:
                    if line.origin_id != action.site_id:
                        went[action.site_id, line.item_id] += line.quantity
            elif isinstance(action, Unload) and action.place_id in sites:
                for line in action.lines:
                    came[action.place_id, line.item_id] += line.quantity
    return {key: (came[key], went[key]) for key in sorted(came.keys() | went.keys())}


def stock_by_owner(plan: OperationPlan) -> list[tuple[Supply, int]]:
    """Return each supply with the units of it the plan takes.

    Where several owners hold an item at one site, the one listed first gives first.
    """
    taken: Counter[tuple[str, str]] = Counter()
    for schedule in plan.schedules:
        for action in schedule.actions:
            if isinstance(action, Load):
                for line in action.lines:
                    if line.origin_id == action.site_id:
                        taken[action.site_id, line.item_id] += line.quantity
    rows = []
    for supply in plan.operation.supplies:
        part = min(supply.quantity, taken[supply.site_id, supply.item_id])
        taken[supply.site_id, supply.item_id] -= part
        rows.append((supply, part))
    return rows


def trip_numbers(schedule: VehicleSchedule) -> tuple[int, ...]:
    """Return the number of the trip each action belongs to, from 1.

    A trip begins with the first loading after an unloading, so loading at two sites in a row is one trip; the drive to the
    first loading belongs to trip 1, the drive back to the trip before it.
    """
    numbers, trip, emptying = [], 0, True
    for action in schedule.actions:
        if isinstance(action, Load) and emptying:
            trip, emptying = trip + 1, False
        elif isinstance(action, Unload):
            emptying = True
        numbers.append(max(trip, 1))
    return tuple(numbers)
