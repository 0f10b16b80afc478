"""From flows to shipments: pieces that a vehicle can carry, the life-saving goods first, each with its worth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..plan.operation_plan import CargoLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..model.fleet import FleetType
    from ..model.operation import Operation
    from ..plan.operation_plan import Flow

WORTH_IDR: Final = {1: 100_000_000, 2: 3_000_000}
"""What one person's whole need of one item is worth to the router, by priority level.

Thirty times between levels, and even a village's lowest far above the cost of a truck trip: vehicles are filled in order of
priority, and cost decides only between plans that deliver the same.
"""
LOWEST_WORTH_IDR: Final = 100_000
FIRST_TO_LAST: Final = 16.0
"""How much more the first unit a posko gets is worth than its last one; stays below the step between levels."""
BIG_SHARE: Final = 0.25
PIECES_A_LOAD: Final = 2


@dataclass(frozen=True, slots=True)
class Shipment:
    """Goods of one site for one posko that travel together.

    Parameters
    ----------
    id : str
    origin_id, posko_id : str
    lines : tuple of CargoLine
    kg, litres : float
    worth_idr : int
        What leaving it behind costs the router.
    ready_s : int
        When it can be loaded at the earliest.
    """

    id: str
    origin_id: str
    posko_id: str
    lines: tuple[CargoLine, ...]
    kg: float
    litres: float
    worth_idr: int
    ready_s: int = 0


def make_shipments(
    operation: Operation, flows: Sequence[Flow], *, types_by_pair: Mapping[tuple[str, str], Sequence[FleetType]]
) -> list[Shipment]:
    """Split the flows of every site and posko into shipments.

    A shipment takes at most half a load of the smallest vehicle type that still counts as large (a quarter of the
    largest that goes there), so that any of the large types can carry it and two fill the smaller one; pairs with small
    vehicles alone get small shipments (after the a-priori splitting of Chen et al. 2017).

    Parameters
    ----------
    operation : Operation
    flows : sequence of Flow
    types_by_pair : mapping of (site id, posko id) to sequence of FleetType
        Types in the fleet that can carry the goods on their first leg.
    """
    level = {(need.posko_id, need.item_id): need.level for need in operation.needs}
    by_pair: dict[tuple[str, str], list[Flow]] = {}
    for flow in flows:
        by_pair.setdefault((flow.site_id, flow.posko_id), []).append(flow)
    worth = _Worth(operation, flows)
    shipments: list[Shipment] = []
    for (site, posko), group in sorted(by_pair.items()):
        group.sort(key=lambda flow: (level[flow.posko_id, flow.item_id], flow.item_id))
        limit_kg, limit_l = _piece_limits(types_by_pair[site, posko])
        for number, lines in enumerate(_fill(operation, group, limit_kg=limit_kg, limit_l=limit_l)):
            kg, litres = weigh(operation, lines)
            shipments.append(Shipment(f"{site}>{posko}#{number}", site, posko, lines, kg, litres, worth.take(lines)))
    return shipments


def weigh(operation: Operation, lines: Iterable[CargoLine]) -> tuple[float, float]:
    """Return the kilograms and litres of some cargo."""
    items = {item.id: item for item in operation.items}
    cargo = [(line.quantity, items[line.item_id]) for line in lines]
    return sum(n * item.mass_kg for n, item in cargo), sum(n * item.volume_l for n, item in cargo)


def merge_lines(lines: Iterable[CargoLine]) -> tuple[CargoLine, ...]:
    """Return the lines with equal goods added up, in order of posko, item and origin."""
    total: dict[tuple[str, str, str], int] = {}
    for line in lines:
        key = (line.posko_id, line.item_id, line.origin_id)
        total[key] = total.get(key, 0) + line.quantity
    return tuple(CargoLine(item, quantity, origin, posko) for (posko, item, origin), quantity in sorted(total.items()))


def _piece_limits(types: Sequence[FleetType]) -> tuple[float, float]:
    largest = max(types, key=lambda kind: kind.capacity_kg)
    large = [kind for kind in types if kind.capacity_kg >= BIG_SHARE * largest.capacity_kg]
    smallest = min(large, key=lambda kind: kind.capacity_kg)
    return smallest.capacity_kg / PIECES_A_LOAD, smallest.capacity_l / PIECES_A_LOAD


def _fill(operation: Operation, flows: Sequence[Flow], *, limit_kg: float, limit_l: float) -> list[tuple[CargoLine, ...]]:
    """Fill pieces one after the other, in the order of the flows; one unit may be larger than the limit."""
    items = {item.id: item for item in operation.items}
    pieces: list[list[CargoLine]] = [[]]
    left_kg, left_l = limit_kg, limit_l
    for flow in flows:
        item, rest = items[flow.item_id], flow.quantity
        while rest:
            fits = min(rest, math.floor(left_kg / item.mass_kg + 1e-9), math.floor(left_l / item.volume_l + 1e-9))
            if fits < 1 and not pieces[-1]:
                fits = 1
            if fits < 1:
                pieces.append([])
                left_kg, left_l = limit_kg, limit_l
                continue
            pieces[-1].append(CargoLine(flow.item_id, fits, flow.site_id, flow.posko_id))
            left_kg -= fits * item.mass_kg
            left_l -= fits * item.volume_l
            rest -= fits
    return [tuple(lines) for lines in pieces if lines]


class _Worth:
    """Prices shipments: what comes first to a posko is worth far more than its last, so that scarce vehicles are shared."""

    def __init__(self, operation: Operation, flows: Sequence[Flow]) -> None:
        self._people = {posko.id: max(1, posko.people) for posko in operation.poskos}
        self._need = {(need.posko_id, need.item_id): need for need in operation.needs}
        self._given: dict[tuple[str, str], int] = {}
        for flow in flows:
            self._given[flow.posko_id, flow.item_id] = self._given.get((flow.posko_id, flow.item_id), 0) + flow.quantity
        self._taken: dict[tuple[str, str], int] = {}

    def take(self, lines: Iterable[CargoLine]) -> int:
        """Return the worth of the next shipment of a posko."""
        worth = 0.0
        for line in lines:
            key = (line.posko_id, line.item_id)
            need, before = self._need[key], self._taken.get(key, 0)
            self._taken[key] = before + line.quantity
            middle = (before + line.quantity / 2) / self._given[key]
            people = self._people[line.posko_id] * line.quantity / need.quantity
            worth += WORTH_IDR.get(need.level, LOWEST_WORTH_IDR) * people * FIRST_TO_LAST ** (1 - middle)
        return round(worth)
