"""The whole question of one operation: who needs what, what stands where, what drives on which roads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..errors import IssueLog, UnknownReferenceError
from ..units import DAY_S
from .checks import is_lonlat, is_whole
from .provenance import UNKNOWN, Provenance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from .crossings import Crossing
    from .fleet import FleetType, Vehicle
    from .items import Item, NeedRate
    from .needs import Need, Supply
    from .places import Posko, Site
    from .travel import Profile, RoadTable


@dataclass(frozen=True, slots=True)
class Closure:
    """A road link or crossing that is cut or slow.

    Parameters
    ----------
    from_node, to_node : str
        Ends of the link in the road table.
    slow_factor : float or None
        How many times slower; ``None`` means closed.
    where : str
        The place in the planner's words.
    provenance : Provenance
    """

    from_node: str
    to_node: str
    slow_factor: float | None = None
    where: str = ""
    provenance: Provenance = UNKNOWN


@dataclass(frozen=True, slots=True)
class Operation:
    """One day's question, whole and checked.

    Parameters
    ----------
    name : str
    start : datetime
        Moment 0 of all times; must carry a UTC offset (WITA is +08:00).
    items, rates, poskos, sites, needs, supplies, fleet_types, vehicles, closures : tuple
    roads : RoadTable
        The network before `closures`.
    crossings : tuple of Crossing
    profiles : mapping of str to Profile
    horizon_s : int
        Everything must be delivered within this time.
    notes : tuple of str
        What a reader must know of the input (conflicting counts, synthetic shares, assumptions), Indonesian.

    Raises
    ------
    UnknownReferenceError, InputError
        With every dangling id, duplicate id and negative quantity found.
    """

    name: str
    start: datetime
    items: tuple[Item, ...]
    poskos: tuple[Posko, ...]
    sites: tuple[Site, ...]
    needs: tuple[Need, ...]
    supplies: tuple[Supply, ...]
    fleet_types: tuple[FleetType, ...]
    vehicles: tuple[Vehicle, ...]
    roads: RoadTable = field(repr=False)
    crossings: tuple[Crossing, ...] = field(repr=False)
    profiles: Mapping[str, Profile] = field(repr=False)
    rates: tuple[NeedRate, ...] = ()
    closures: tuple[Closure, ...] = ()
    horizon_s: int = DAY_S
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        log = IssueLog()
        if self.start.tzinfo is None:
            log.add("operation", f"start {self.start.isoformat()} has no UTC offset", "add +08:00 (WITA)")
        if self.horizon_s <= 0:
            log.add("operation", f"horizon_s is {self.horizon_s}", "give a number above 0")
        _check_unique(log, self)
        _check_places(log, self)
        _check_quantities(log, self)
        log.raise_if_any()
        _check_references(log, self)
        log.raise_if_any(UnknownReferenceError)

    def replace(self, **changes: Any) -> Operation:  # noqa: ANN401 - the fields have their own types
        """Return a copy with some fields changed, checked anew."""
        return replace(self, **changes)

    @property
    def num_people(self) -> int:
        """Persons at all poskos."""
        return sum(posko.people for posko in self.poskos)


def _check_unique(log: IssueLog, operation: Operation) -> None:
    groups: dict[str, Iterable[str]] = {
        "item": (x.id for x in operation.items),
        "posko or site": [*(x.id for x in operation.poskos), *(x.id for x in operation.sites)],
        "vehicle type": (x.id for x in operation.fleet_types),
        "vehicle": (x.id for x in operation.vehicles),
        "need": (f"{x.posko_id} / {x.item_id}" for x in operation.needs),
        "supply": (f"{x.site_id} / {x.item_id} / {x.owner}" for x in operation.supplies),
        "crossing": (x.id for x in operation.crossings),
    }
    for kind, ids in groups.items():
        for name, count in Counter(ids).items():
            if count > 1:
                log.add(f"{kind} '{name}'", f"is given {count} times", "give each once, or add the quantities up")


def _check_places(log: IssueLog, operation: Operation) -> None:
    for posko in operation.poskos:
        if not (is_whole(posko.people) and is_whole(posko.households)):
            log.add(f"posko '{posko.id}'", f"people {posko.people}, households {posko.households}", "give whole counts >= 0")
    places: list[Posko | Site] = [*operation.poskos, *operation.sites]
    for place in places:
        if not is_lonlat(place.lon, place.lat):
            log.add(f"place '{place.id}'", f"lon {place.lon}, lat {place.lat}", "give degrees: lon -180 to 180, lat -90 to 90")


def _check_quantities(log: IssueLog, operation: Operation) -> None:
    for need in operation.needs:
        if not (is_whole(need.quantity) and is_whole(need.level - 1)):
            where = f"need '{need.posko_id} / {need.item_id}'"
            log.add(where, f"quantity {need.quantity}, level {need.level}", "give whole units >= 0 and level 1, 2, 3 ...")
    for supply in operation.supplies:
        if not is_whole(supply.quantity):
            log.add(f"supply '{supply.site_id} / {supply.item_id}'", f"quantity is {supply.quantity}", "give whole units >= 0")
    for vehicle in operation.vehicles:
        if not is_whole(vehicle.available_s):
            log.add(f"vehicle '{vehicle.id}'", f"available_s is {vehicle.available_s}", "give whole seconds >= 0 after the start")
    for closure in operation.closures:
        if closure.slow_factor is not None and not closure.slow_factor >= 1:
            log.add(f"closure '{closure.where}'", f"slow_factor is {closure.slow_factor}", "give 1 or more, or none for a closed road")


def _check_references(log: IssueLog, operation: Operation) -> None:
    known = {
        "item": {x.id for x in operation.items},
        "posko": {x.id for x in operation.poskos},
        "site": {x.id for x in operation.sites},
        "vehicle type": {x.id for x in operation.fleet_types},
        "profile": set(operation.profiles),
        "network node": set(operation.roads.node_ids),
    }
    uses = [
        *((f"posko '{x.id}'", "network node", x.node_id) for x in operation.poskos),
        *((f"site '{x.id}'", "network node", x.node_id) for x in operation.sites),
        *((f"need '{x.posko_id} / {x.item_id}'", "posko", x.posko_id) for x in operation.needs),
        *((f"need '{x.posko_id} / {x.item_id}'", "item", x.item_id) for x in operation.needs),
        *((f"supply '{x.site_id} / {x.item_id}'", "site", x.site_id) for x in operation.supplies),
        *((f"supply '{x.site_id} / {x.item_id}'", "item", x.item_id) for x in operation.supplies),
        *((f"need rate of '{x.item_id}'", "item", x.item_id) for x in operation.rates),
        *((f"vehicle type '{x.id}'", "profile", x.profile) for x in operation.fleet_types),
        *((f"vehicle '{x.id}'", "vehicle type", x.type_id) for x in operation.vehicles),
        *((f"vehicle '{x.id}'", "site", x.base_id) for x in operation.vehicles),
        *((f"closure '{x.where}'", "network node", node) for x in operation.closures for node in (x.from_node, x.to_node)),
        *((f"crossing '{x.id}'", "network node", node) for x in operation.crossings for node in (x.from_node, x.to_node)),
    ]
    for where, kind, name in uses:
        if name not in known[kind]:
            log.add(where, f"{kind} '{name}' is not known", f"use one of the {len(known[kind])} {kind}s of the operation")
