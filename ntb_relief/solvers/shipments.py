"""From flows to shipments: pieces that a vehicle can carry, first what the fleet can bring to all alike, each with its worth."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ..plan.operation_plan import CargoLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..model.fleet import FleetType
    from ..model.items import Item
    from ..model.operation import Operation
    from ..plan.operation_plan import Flow
    from .carriage import Allotment
    from .hauls import Haul

WORTH: Final = {1: 2048.0, 2: 64.0}
"""How many times the cost of bringing them by full loads goods are worth to the router, by priority level.

The worth follows the cost of the leg, so that a far village is not passed over for being far: hours spent there gain as
much as hours spent anywhere. Steps between levels are larger than `FIRST_TO_LAST`, so that every unit of a level is
worth more than any of the next. It is also what a trip must carry to pay: a thousandth of a load of life-saving goods,
a hundredth of level 2. ASSUMED: no figures of planners are known; only order and steps matter while vehicles are scarce.
"""
LOWEST_WORTH: Final = 8.0
"""The same for level 3 and after: an eighth of a load pays for a trip."""
FIRST_TO_LAST: Final = 4.0
"""How much more the first goods of an allotment are worth than its last, so that what cannot be brought is shared too."""
BIG_SHARE: Final = 0.25
PIECES_A_LOAD: Final = 2


@dataclass(frozen=True, slots=True)
class Shipment:
    """Goods of one site and one priority level for one posko that travel together.

    Parameters
    ----------
    id : str
    origin_id, posko_id : str
    level : int
    lines : tuple of CargoLine
    kg, litres : float
    worth_idr : int
        What leaving it behind costs the router.
    in_share : bool
        Whether it is part of what the fleet can bring to all alike (`share_carriage`).
    ready_s : int
        When it can be loaded at the earliest.
    """

    id: str
    origin_id: str
    posko_id: str
    level: int
    lines: tuple[CargoLine, ...]
    kg: float
    litres: float
    worth_idr: int
    in_share: bool = True
    ready_s: int = 0


def make_shipments(
    operation: Operation,
    flows: Sequence[Flow],
    *,
    hauls: Mapping[tuple[str, str], Sequence[Sequence[Haul]]],
    carried: Mapping[Allotment, float],
) -> list[Shipment]:
    """Split the flows of every site, posko and level into shipments.

    The fair share of the fleet comes first, what is beyond it after. Each part is cut into pieces that hold its items in
    the same proportion: whatever arrives is a whole ration, not the water of all and the rice of none. A piece takes at
    most half a load of the smallest vehicle type that still counts as large (a quarter of the largest that goes there),
    so that any of the large types can carry it and two fill the smaller one; pairs with small vehicles alone, or with
    boats on the second leg, get small shipments (after the a-priori splitting of Chen et al. 2017).

    Parameters
    ----------
    operation : Operation
    flows : sequence of Flow
    hauls : mapping of (site id, posko id) to sequence of sequence of Haul
        For each leg on the way, the vehicles of the fleet that can carry the goods over it.
    carried : mapping of (site id, posko id, level) to float
        The share of each that the fleet can bring to all alike.
    """
    items = {item.id: item for item in operation.items}
    level = {(need.posko_id, need.item_id): need.level for need in operation.needs}
    allotments: dict[Allotment, dict[str, int]] = {}
    for flow in flows:
        goods = allotments.setdefault((flow.site_id, flow.posko_id, level[flow.posko_id, flow.item_id]), {})
        goods[flow.item_id] = goods.get(flow.item_id, 0) + flow.quantity
    shipments: list[Shipment] = []
    for (site, posko, now), goods in sorted(allotments.items()):
        legs = hauls[site, posko]
        limits = _piece_limits([[haul.group.kind for haul in leg] for leg in legs])
        inside = {name: round(quantity * carried[site, posko, now]) for name, quantity in sorted(goods.items())}
        beyond = {name: quantity - inside[name] for name, quantity in sorted(goods.items())}
        pieces = [(piece, part is inside) for part in (inside, beyond) for piece in _cut(items, part, limits=limits)]
        loads = [max(_weigh(items, piece)[axis] / limits[axis] for axis in (0, 1)) for piece, _ in pieces]
        done = 0.0
        for number, ((piece, in_share), load) in enumerate(zip(pieces, loads, strict=True)):
            kg, litres = _weigh(items, piece)
            price_idr = sum(min(haul.price_idr(kg, litres) for haul in leg) for leg in legs)
            worth = price_idr * WORTH.get(now, LOWEST_WORTH) * FIRST_TO_LAST ** (1 - (done + load / 2) / sum(loads))
            done += load
            lines = tuple(CargoLine(name, quantity, site, posko) for name, quantity in piece.items())
            shipments.append(Shipment(f"{site}>{posko}#{now}.{number}", site, posko, now, lines, kg, litres, round(worth), in_share))
    return shipments


def split_shipment(operation: Operation, shipment: Shipment, *, limits: tuple[float, float]) -> list[Shipment]:
    """Return a shipment in pieces within limits of kilograms and litres, each with its part of the worth.

    Parameters
    ----------
    operation : Operation
    shipment : Shipment
    limits : (float, float)
        What one vehicle carries; a single unit may be larger.
    """
    items = {item.id: item for item in operation.items}
    pieces = _cut(items, {line.item_id: line.quantity for line in shipment.lines}, limits=limits)
    weights = [_weigh(items, piece) for piece in pieces]
    loads = [max(kg / limits[0], litres / limits[1]) for kg, litres in weights]
    parts: list[Shipment] = []
    done, paid = 0.0, 0
    for number, (piece, (kg, litres), load) in enumerate(zip(pieces, weights, loads, strict=True)):
        done += load
        worth = round(shipment.worth_idr * done / sum(loads)) - paid  # running totals: the parts add up to the whole
        paid += worth
        lines = tuple(CargoLine(name, quantity, shipment.origin_id, shipment.posko_id) for name, quantity in piece.items())
        parts.append(replace(shipment, id=f"{shipment.id}.{number}", lines=lines, kg=kg, litres=litres, worth_idr=worth))
    return parts


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


def _piece_limits(legs: Sequence[Sequence[FleetType]]) -> tuple[float, float]:
    """Return the most kilograms and litres of a piece: what a truck takes to the harbour a boat must be able to take on."""
    smallest = []
    for types in legs:
        largest = max(types, key=lambda kind: kind.capacity_kg)
        large = [kind for kind in types if kind.capacity_kg >= BIG_SHARE * largest.capacity_kg]
        smallest.append(min(large, key=lambda kind: kind.capacity_kg))
    return min(kind.capacity_kg for kind in smallest) / PIECES_A_LOAD, min(kind.capacity_l for kind in smallest) / PIECES_A_LOAD


def _cut(items: Mapping[str, Item], goods: Mapping[str, int], *, limits: tuple[float, float]) -> list[dict[str, int]]:
    """Cut goods into pieces within the limits that hold the items in proportion; one unit may be larger than the limit."""
    left = {name: quantity for name, quantity in goods.items() if quantity}
    pieces: list[dict[str, int]] = []
    while left:
        kg, litres = _weigh(items, left)
        num_pieces = max(1, math.ceil(max(kg / limits[0], litres / limits[1]) - 1e-9))
        room_kg, room_l = limits
        piece: dict[str, int] = {}
        for name, quantity in left.items():
            item = items[name]
            fits = min(-(-quantity // num_pieces), math.floor(room_kg / item.mass_kg + 1e-9), math.floor(room_l / item.volume_l + 1e-9))
            if fits > 0:
                piece[name] = fits
                room_kg -= fits * item.mass_kg
                room_l -= fits * item.volume_l
        if not piece:
            piece = {next(iter(left)): 1}
        pieces.append(piece)
        left = {name: rest for name, quantity in left.items() if (rest := quantity - piece.get(name, 0))}
    return pieces


def _weigh(items: Mapping[str, Item], goods: Mapping[str, int]) -> tuple[float, float]:
    kg = sum(quantity * items[name].mass_kg for name, quantity in goods.items())
    return kg, sum(quantity * items[name].volume_l for name, quantity in goods.items())
