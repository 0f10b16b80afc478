"""What bringing goods over a leg takes, in hours and rupiah, by each group of vehicles: the yardstick of shares and worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..model.travel import UNREACHABLE
from ..units import HOUR_S

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .fleet_groups import FleetGroup
    from .ways import Travel

MOST_IDR_PER_KG: Final = {1: None, 2: 5000}
"""Most that carrying one kilogram may cost with full loads, rupiah, by priority level; ``None`` is no limit.

ASSUMED, without a source: about what a parcel service asks, so that nobody rides a day for some blankets. Life-saving
goods have no limit.
"""
LOWEST_MOST_IDR_PER_KG: Final = 2500
"""The same for level 3 and after. ASSUMED."""


@dataclass(frozen=True, slots=True)
class Haul:
    """Round trips of one group over one leg: load at the site, drive to the place, come back for the next load.

    Parameters
    ----------
    group : FleetGroup
    trip_s : int
        Loading, the way out and the way back, without unloading.
    approach_s : int
        What the way between base and leg adds to a day, once.
    trip_idr : float
        Kilometres, hours, fares and the trip's part of the fixed cost of a day.
    """

    group: FleetGroup
    trip_s: int
    approach_s: int
    trip_idr: float

    def load_share(self, kg: float, litres: float) -> float:
        """Return which part of a load some goods fill, by weight or by volume, whichever is more."""
        return max(kg / self.group.kind.capacity_kg, litres / self.group.kind.capacity_l)

    def seconds(self, kg: float, litres: float) -> float:
        """Return the vehicle seconds some goods take when every trip is full."""
        return self.load_share(kg, litres) * self.trip_s + self.group.kind.unloading_s_per_t * kg / 1000

    def price_idr(self, kg: float, litres: float) -> float:
        """Return what bringing some goods costs when every trip is full, rupiah."""
        unloading_h = self.group.kind.unloading_s_per_t * kg / 1000 / HOUR_S
        return self.load_share(kg, litres) * self.trip_idr + self.group.kind.cost_idr_per_h * unloading_h

    def is_worth_it(self, level: int, kg: float, litres: float) -> bool:
        """Tell whether goods of a priority level may be carried at this price (`MOST_IDR_PER_KG`)."""
        most = MOST_IDR_PER_KG.get(level, LOWEST_MOST_IDR_PER_KG)
        return most is None or self.price_idr(kg, litres) <= most * kg


class Hauls:
    """The hauls of an operation, each worked out once.

    Parameters
    ----------
    travel : Travel
    """

    def __init__(self, travel: Travel) -> None:
        self._travel = travel
        self._known: dict[tuple[str, tuple[str, str]], Haul | None] = {}

    def over(self, leg: tuple[str, str], groups: Iterable[FleetGroup]) -> tuple[Haul, ...]:
        """Return the hauls of those groups whose roads lead over a leg (site id, place id)."""
        return tuple(haul for group in groups if (haul := self._find(leg, group)) is not None)

    def _find(self, leg: tuple[str, str], group: FleetGroup) -> Haul | None:
        key = group.id, leg
        if key not in self._known:
            self._known[key] = _haul(self._travel, leg, group) if group.can_serve(self._travel, leg) else None
        return self._known[key]


def _haul(travel: Travel, leg: tuple[str, str], group: FleetGroup) -> Haul:
    kind, (site, place), base = group.kind, leg, group.base_id
    name = kind.profile
    homeward = [(place, site)]
    if travel.duration_s(name, place, site) == UNREACHABLE:
        homeward = [(place, base), (base, site)]
    drives = [leg, *homeward]
    trip_s = kind.loading_s + sum(travel.duration_s(name, a, b) for a, b in drives)
    back_s = sum(travel.duration_s(name, a, b) for a, b in homeward)
    approach_s = travel.duration_s(name, base, site) + max(0, travel.duration_s(name, place, base) - back_s)
    driving_idr = sum(kind.cost_idr_per_km * travel.distance_m(name, a, b) / 1000 + travel.toll_idr(name, a, b) for a, b in drives)
    fixed_idr = kind.fixed_idr * min(1.0, trip_s / kind.shift_s)
    return Haul(group, trip_s, approach_s, driving_idr + fixed_idr + kind.cost_idr_per_h * trip_s / HOUR_S)
