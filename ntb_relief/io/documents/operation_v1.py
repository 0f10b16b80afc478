"""Version 1 of `ntb_relief/operation`: the question, with every fact's source."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field

from ...model.crossings import Cancellation, Crossing
from ...model.fleet import FleetType, Vehicle
from ...model.items import Item, NeedRate
from ...model.needs import Need, Supply
from ...model.operation import Closure, Operation
from ...model.places import Posko, Site
from ...model.travel import Profile
from ...units import WITA
from .base import Count, Document, Fact, Latitude, Longitude, to_document, to_thing
from .roads import Roads, roads_from_document, roads_to_document

SCHEMA: Final = "ntb_relief/operation"
Level = Annotated[int, Field(ge=1, le=1000)]
Amount = Annotated[float, Field(gt=0)]


class ItemPart(Fact):
    """One kind of goods; mass and volume of one unit."""

    id: str
    name: str
    unit: str
    mass_kg: Amount
    volume_l: Amount
    level: Level


class RatePart(Fact):
    """How much of an item people need."""

    item_id: str
    rate: Annotated[float, Field(ge=0)]
    per: Literal["person_day", "person", "household"]


class PoskoPart(Fact):
    """A relief post that receives goods."""

    id: str
    name: str
    lon: Longitude
    lat: Latitude
    node_id: str
    people: Count
    households: Count
    code: str = ""


class SitePart(Fact):
    """A warehouse, vehicle base or harbour."""

    id: str
    name: str
    lon: Longitude
    lat: Latitude
    node_id: str
    code: str = ""


class NeedPart(Fact):
    """One item needed at one posko, whole units."""

    posko_id: str
    item_id: str
    quantity: Count
    level: Level


class SupplyPart(Fact):
    """Stock of one item at one site, with its owner."""

    site_id: str
    item_id: str
    quantity: Count
    owner: str = ""


class FleetTypePart(Fact):
    """A kind of vehicle."""

    id: str
    name: str
    profile: str
    capacity_kg: Amount
    capacity_l: Amount
    fixed_idr: Count
    cost_idr_per_km: Count
    cost_idr_per_h: Count
    loading_s: Count
    unloading_s_per_t: Count
    shift_s: Count


class VehiclePart(Document):
    """One vehicle and its base."""

    id: str
    type_id: str
    base_id: str
    available_s: Count = 0


class ClosurePart(Fact):
    """A link that is cut (slow_factor null or absent) or so many times slower."""

    from_node: str
    to_node: str
    slow_factor: Annotated[float, Field(ge=1)] | None = None
    where: str = ""


class CancellationPart(Document):
    """A time in which a ferry does not leave; without an end until further notice."""

    start: AwareDatetime
    end: AwareDatetime | None = None
    why: str = ""


class CrossingPart(Document):
    """A ferry line with a daily timetable, seconds after midnight WITA."""

    id: str
    from_node: str
    to_node: str
    departures_s: tuple[Count, ...]
    duration_s: Count
    boarding_s: Count
    slots: Count
    fare_idr: Count
    source: str = ""
    confidence: str = ""
    lane_m: Annotated[float, Field(gt=0)] | None = Field(None, description="metres of vehicle lanes on one sailing")
    profiles: tuple[str, ...] | None = Field(None, description="who may board; null means everybody")
    cancelled: tuple[CancellationPart, ...] = ()
    max_wave_m: Annotated[float, Field(gt=0)] | None = Field(None, description="significant wave height above which it stays in port")


class ProfilePart(Document):
    """How one kind of vehicle uses the network."""

    id: str
    min_access: Count
    kinds: tuple[str, ...]
    speed_kph: dict[str, Amount]
    surface_factor: dict[str, Amount] = Field(default_factory=dict, description="multiplies the speed")
    slope_factor: dict[str, Amount] = Field(default_factory=dict, description="multiplies the speed")
    weight_kg: Amount | None = None
    axle_kg: Amount | None = None
    obeys_one_way: bool = True
    source: str = ""
    confidence: str = ""


class OperationBody(Document):
    """The question without the name of its schema, as a plan embeds it."""

    name: str
    start: AwareDatetime = Field(description="moment 0 of all times, ISO 8601 with offset (WITA is +08:00)")
    horizon_s: Count
    notes: tuple[str, ...] = ()
    items: tuple[ItemPart, ...]
    rates: tuple[RatePart, ...] = ()
    poskos: tuple[PoskoPart, ...]
    sites: tuple[SitePart, ...]
    needs: tuple[NeedPart, ...]
    supplies: tuple[SupplyPart, ...]
    fleet_types: tuple[FleetTypePart, ...]
    vehicles: tuple[VehiclePart, ...]
    closures: tuple[ClosurePart, ...] = ()
    crossings: tuple[CrossingPart, ...]
    profiles: tuple[ProfilePart, ...]
    roads: Roads


class OperationDocument(OperationBody):
    """One day's question, whole."""

    schema_: Literal["ntb_relief/operation"] = Field(alias="schema")
    version: Literal[1]


def _profile(profile: Profile) -> ProfilePart:
    tables = {name: dict(getattr(profile, name)) for name in ("speed_kph", "surface_factor", "slope_factor")}
    return to_document(ProfilePart, profile, **tables)


def _crossing_part(crossing: Crossing) -> CrossingPart:
    return to_document(CrossingPart, crossing, cancelled=tuple(to_document(CancellationPart, one) for one in crossing.cancelled))


def _crossing(part: CrossingPart) -> Crossing:
    spans = tuple(Cancellation(_moment(one.start), None if one.end is None else _moment(one.end), one.why) for one in part.cancelled)
    return to_thing(Crossing, part, cancelled=spans)


def operation_to_body(operation: Operation) -> OperationBody:
    """Return the operation as a document part."""
    return OperationBody(
        name=operation.name,
        start=operation.start,
        horizon_s=operation.horizon_s,
        notes=operation.notes,
        items=tuple(to_document(ItemPart, x) for x in operation.items),
        rates=tuple(to_document(RatePart, x) for x in operation.rates),
        poskos=tuple(to_document(PoskoPart, x) for x in operation.poskos),
        sites=tuple(to_document(SitePart, x) for x in operation.sites),
        needs=tuple(to_document(NeedPart, x) for x in operation.needs),
        supplies=tuple(to_document(SupplyPart, x) for x in operation.supplies),
        fleet_types=tuple(to_document(FleetTypePart, x) for x in operation.fleet_types),
        vehicles=tuple(to_document(VehiclePart, x) for x in operation.vehicles),
        closures=tuple(to_document(ClosurePart, x) for x in operation.closures),
        crossings=tuple(map(_crossing_part, operation.crossings)),
        profiles=tuple(map(_profile, operation.profiles.values())),
        roads=roads_to_document(operation.roads),
    )


def operation_from_body(body: OperationBody, *, name: str) -> Operation:
    """Return the operation of a document part.

    Raises
    ------
    SchemaError, InputError
        Where the road table is not whole, or the operation's own checks find something.
    """
    return Operation(
        name=body.name,
        start=_moment(body.start),
        horizon_s=body.horizon_s,
        notes=body.notes,
        items=tuple(to_thing(Item, x) for x in body.items),
        rates=tuple(to_thing(NeedRate, x) for x in body.rates),
        poskos=tuple(to_thing(Posko, x) for x in body.poskos),
        sites=tuple(to_thing(Site, x) for x in body.sites),
        needs=tuple(to_thing(Need, x) for x in body.needs),
        supplies=tuple(to_thing(Supply, x) for x in body.supplies),
        fleet_types=tuple(to_thing(FleetType, x) for x in body.fleet_types),
        vehicles=tuple(to_thing(Vehicle, x) for x in body.vehicles),
        closures=tuple(to_thing(Closure, x) for x in body.closures),
        crossings=tuple(map(_crossing, body.crossings)),
        profiles={x.id: to_thing(Profile, x) for x in body.profiles},
        roads=roads_from_document(body.roads, name=f"{name}.roads"),
    )


def _moment(moment: datetime) -> datetime:
    # pydantic's own timezone class would otherwise travel into plans and their pickles.
    plain = datetime.fromisoformat(moment.isoformat())
    return plain.astimezone(WITA) if plain.utcoffset() == WITA.utcoffset(None) else plain
