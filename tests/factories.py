"""A tiny operation and a valid plan for it, made by hand: shared by the tests of all floors.

Two islands. On the first a warehouse (Mataram), a harbour (Bangsal) whose boat serves a gili, a town (Gangga) every
truck reaches, a hill village (Sembalun) left to 4WD since its good road is cut, and a hamlet (Dusun) at the end of a
footpath no vehicle here can use. On the second a warehouse (Taliwang) whose truck crosses by ferry.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from datetime import datetime

import numpy as np

from ntb_relief.model.crossings import Crossing
from ntb_relief.model.fleet import FleetType, Vehicle
from ntb_relief.model.items import Item, NeedRate
from ntb_relief.model.needs import Need, Supply
from ntb_relief.model.operation import Closure, Operation
from ntb_relief.model.places import Posko, Site
from ntb_relief.model.provenance import Provenance
from ntb_relief.model.travel import Path, Profile, RoadTable, SailingUse
from ntb_relief.plan.operation_plan import (
    Action,
    CargoLine,
    Cause,
    Drive,
    Flow,
    Load,
    OperationPlan,
    Shortfall,
    Unload,
    VehicleSchedule,
)
from ntb_relief.plan.result import Result, Sample, Status
from ntb_relief.units import DAY_S, HOUR_S, MINUTE_S, WITA

START = datetime(2018, 8, 12, 6, tzinfo=WITA)
ASSUMED = Provenance("tests/factories.py", "2018-08-11", "assumed")

_NODES = {
    "n:mataram": (116.12, -8.58),
    "n:pemenang": (116.10, -8.40),
    "n:bangsal": (116.085, -8.397),
    "n:gili": (116.083, -8.357),
    "n:gangga": (116.20, -8.33),
    "n:bayan": (116.42, -8.24),
    "n:sembalun": (116.52, -8.36),
    "n:kayangan": (116.66, -8.48),
    "n:pototano": (116.81, -8.53),
    "n:taliwang": (116.853, -8.745),
    "n:dusun": (116.22, -8.36),
}
# from, to, kind, road class, access, metres; rows 0 and 1 are parallel roads between the same towns
_EDGES = (
    ("n:mataram", "n:pemenang", "road", "trunk", 6, 28_000),
    ("n:mataram", "n:pemenang", "road", "provincial", 5, 34_000),
    ("n:pemenang", "n:bangsal", "road", "secondary", 5, 2_000),
    ("n:bangsal", "n:gili", "boat", "boat", 0, 5_000),
    ("n:pemenang", "n:gangga", "road", "national", 6, 16_000),
    ("n:gangga", "n:bayan", "road", "national", 6, 30_000),
    ("n:bayan", "n:sembalun", "road", "local", 3, 25_000),
    ("n:bayan", "n:kayangan", "road", "provincial", 5, 40_000),
    ("n:kayangan", "n:pototano", "ferry", "ferry", 0, 20_000),
    ("n:pototano", "n:taliwang", "road", "national", 6, 30_000),
    ("n:mataram", "n:kayangan", "road", "trunk", 6, 72_000),
    ("n:sembalun", "n:kayangan", "road", "provincial", 4, 38_000),
    ("n:gangga", "n:dusun", "road", "trail", 2, 7_000),
)


def make_roads() -> RoadTable:
    """Return the hand-made network: 11 nodes, 13 edges, one ferry, one boat line."""
    row = {name: index for index, name in enumerate(_NODES)}
    size = len(_EDGES)
    return RoadTable(
        name="hand-made",
        node_ids=tuple(_NODES),
        node_lon=np.array([lon for lon, _ in _NODES.values()]),
        node_lat=np.array([lat for _, lat in _NODES.values()]),
        edge_from=np.array([row[edge[0]] for edge in _EDGES], dtype=np.int32),
        edge_to=np.array([row[edge[1]] for edge in _EDGES], dtype=np.int32),
        kind=tuple(edge[2] for edge in _EDGES),
        road_class=tuple(edge[3] for edge in _EDGES),
        access=np.array([edge[4] for edge in _EDGES], dtype=np.int8),
        length_m=np.array([edge[5] for edge in _EDGES], dtype=np.int64),
        slow_factor=np.ones(size),
        confidence=("assumed",) * size,
        source=("tests/factories.py",) * size,
    )


def make_profiles() -> dict[str, Profile]:
    """Return the three profiles of the tiny fleet."""
    land = ("road", "ferry")
    truck = {"trunk": 42.0, "national": 38.0, "provincial": 34.0, "secondary": 30.0, "local": 22.0}
    pickup = {"trunk": 48.0, "national": 44.0, "provincial": 40.0, "secondary": 34.0, "local": 25.0}
    return {
        "light_truck": Profile("light_truck", min_access=4, kinds=land, speed_kph=truck),
        "4wd": Profile("4wd", min_access=3, kinds=land, speed_kph=pickup),
        "boat": Profile("boat", min_access=0, kinds=("boat",), speed_kph={"boat": 18.0}),
    }


def make_crossing() -> Crossing:
    """Return the hourly ferry between the two islands."""
    return Crossing(
        id="kayangan-pototano",
        from_node="n:kayangan",
        to_node="n:pototano",
        departures_s=tuple(hour * HOUR_S for hour in range(24)),
        duration_s=105 * MINUTE_S,
        boarding_s=30 * MINUTE_S,
        slots=20,
        fare_idr=700_000,
        source="tests/factories.py",
        confidence="assumed",
    )


def _fleet_types() -> tuple[FleetType, ...]:
    return (
        FleetType("light_truck", "Truk ringan", "light_truck", 4500, 16_000, 250_000, 3500, 35_000, 1800, 720, 15 * HOUR_S, ASSUMED),
        FleetType("pickup_4wd", "Pikap 4x4", "4wd", 1000, 3000, 150_000, 2500, 30_000, 900, 720, 12 * HOUR_S, ASSUMED),
        FleetType("boat", "Perahu", "boat", 1500, 6000, 300_000, 8000, 50_000, 1800, 1200, 10 * HOUR_S, ASSUMED),
    )


def _places() -> tuple[tuple[Posko, ...], tuple[Site, ...]]:
    def posko(key: str, name: str, people: int, households: int, code: str) -> Posko:
        lon, lat = _NODES[f"n:{key}"]
        return Posko(key, name, lon=lon, lat=lat, node_id=f"n:{key}", people=people, households=households, code=code, provenance=ASSUMED)

    def site(key: str, name: str, node: str, code: str) -> Site:
        lon, lat = _NODES[node]
        return Site(key, name, lon=lon, lat=lat, node_id=node, code=code, provenance=ASSUMED)

    poskos = (
        posko("gangga", "Posko Gangga", 1000, 270, "52.08.02"),
        posko("sembalun", "Posko Sembalun", 400, 110, "52.03.15"),
        posko("gili", "Posko Gili Air", 300, 80, "52.08.05.2003"),
        posko("dusun", "Posko Dusun Atas", 50, 14, "52.08.02"),
    )
    sites = (
        site("GUDANG-MTR", "Gudang BPBD Mataram", "n:mataram", "52.71.02"),
        site("GUDANG-KSB", "Gudang PMI Taliwang", "n:taliwang", "52.07.02"),
        site("BANGSAL", "Pelabuhan Bangsal", "n:bangsal", "52.08.05"),
    )
    return poskos, sites


def make_operation(**changes: object) -> Operation:
    """Return the tiny operation; keyword arguments replace fields of it."""
    poskos, sites = _places()
    rates = (
        NeedRate("rice", 0.4, "person_day", ASSUMED),
        NeedRate("drinking_water", 2.5, "person_day", ASSUMED),
        NeedRate("blanket", 0.5, "person", ASSUMED),
    )
    items = (
        Item("rice", "Beras", "kg", 1.0, 1.33, 1, ASSUMED),
        Item("drinking_water", "Air minum", "liter", 1.05, 1.1, 1, ASSUMED),
        Item("blanket", "Selimut", "lembar", 0.68, 1.53, 2, ASSUMED),
    )
    needs = tuple(
        Need(posko.id, item.id, rate.quantity(people=posko.people, households=posko.households, days=1), item.level, ASSUMED)
        for posko in poskos
        for item, rate in zip(items, rates, strict=True)
    )
    operation = Operation(
        name="Operasi contoh",
        start=START,
        items=items,
        poskos=poskos,
        sites=sites,
        needs=needs,
        supplies=(
            Supply("GUDANG-MTR", "rice", 600, "BPBD NTB", ASSUMED),
            Supply("GUDANG-MTR", "drinking_water", 3000, "BPBD NTB", ASSUMED),
            Supply("GUDANG-KSB", "blanket", 400, "PMI", ASSUMED),
        ),
        fleet_types=_fleet_types(),
        vehicles=(
            Vehicle("DR 8001 A", "light_truck", "GUDANG-MTR"),
            Vehicle("DR 8002 A", "pickup_4wd", "GUDANG-MTR"),
            Vehicle("EA 8003 B", "light_truck", "GUDANG-KSB"),
            Vehicle("Perahu 1", "boat", "BANGSAL"),
            Vehicle("DR 8004 A", "light_truck", "GUDANG-MTR", available_s=4 * HOUR_S),
        ),
        roads=make_roads(),
        crossings=(make_crossing(),),
        profiles=make_profiles(),
        rates=rates,
        closures=(
            Closure("n:gangga", "n:bayan", 2.0, "Jalan Gangga-Bayan retak, jalan pelan", ASSUMED),
            Closure("n:sembalun", "n:kayangan", None, "Longsor di jalan Sembalun", ASSUMED),
        ),
        horizon_s=DAY_S,
        notes=("Stok dan armada diasumsikan (assumed).",),
    )
    return operation.replace(**changes) if changes else operation


def _effective_roads(operation: Operation) -> RoadTable:
    """Return the road table with the closures of the operation on it."""
    roads, factor = operation.roads, operation.roads.slow_factor.copy()
    for closure in operation.closures:
        ends = {closure.from_node, closure.to_node}
        for edge in range(len(roads.kind)):
            if {roads.node_ids[roads.edge_from[edge]], roads.node_ids[roads.edge_to[edge]]} == ends:
                factor[edge] *= math.inf if closure.slow_factor is None else closure.slow_factor
    return replace(roads, slow_factor=factor)


class ScheduleBuilder:
    """Writes the schedule of one vehicle action by action; times follow the roads, sailings and handling rates."""

    def __init__(self, operation: Operation, vehicle_id: str, *, start_s: int = 0) -> None:
        self.operation, self.roads = operation, _effective_roads(operation)
        self.vehicle = next(x for x in operation.vehicles if x.id == vehicle_id)
        self.kind = next(x for x in operation.fleet_types if x.id == self.vehicle.type_id)
        self.places = {x.id: x for x in (*operation.poskos, *operation.sites)}
        self.mass_kg = {x.id: x.mass_kg for x in operation.items}
        self.now_s, self.place_id = start_s, self.vehicle.base_id
        self.actions: list[Action] = []

    def load(self, *lines: CargoLine, wait_until_s: int = 0) -> ScheduleBuilder:
        start_s = max(self.now_s, wait_until_s)
        self.now_s = start_s + self.kind.loading_s
        self.actions.append(Load(self.place_id, start_s, self.now_s, lines))
        return self

    def unload(self, *lines: CargoLine) -> ScheduleBuilder:
        tonnes = sum(line.quantity * self.mass_kg[line.item_id] for line in lines) / 1000
        start_s = self.now_s
        self.now_s += math.ceil(self.kind.unloading_s_per_t * tonnes)
        self.actions.append(Unload(self.place_id, start_s, self.now_s, lines))
        return self

    def drive(self, to_id: str, *via: str) -> ScheduleBuilder:
        """Drive over the named nodes to a place, by the fastest edge between each pair."""
        profile = self.operation.profiles[self.kind.profile]
        names = [self.places[self.place_id].node_id, *via, self.places[to_id].node_id]
        row = {name: index for index, name in enumerate(self.roads.node_ids)}
        start_s, sailings, edges = self.now_s, [], []
        for here, there in itertools.pairwise(names):
            ends = {row[here], row[there]}
            candidates = [e for e in range(len(self.roads.kind)) if {int(self.roads.edge_from[e]), int(self.roads.edge_to[e])} == ends]
            edge = min(
                (e for e in candidates if self.roads.edge_duration_s(e, profile) >= 0), key=lambda e: self.roads.edge_duration_s(e, profile)
            )
            edges.append(edge)
            if self.roads.kind[edge] == "ferry":
                sailings.append(self._sail({here, there}))
                self.now_s = sailings[-1].arrive_s
            else:
                self.now_s += self.roads.edge_duration_s(edge, profile)
        path = Path(tuple(row[name] for name in names), tuple(edges), int(sum(self.roads.length_m[e] for e in edges)))
        self.actions.append(Drive(self.place_id, to_id, start_s, self.now_s, path, tuple(sailings)))
        self.place_id = to_id
        return self

    def _sail(self, ends: set[str]) -> SailingUse:
        line = next(x for x in self.operation.crossings if {x.from_node, x.to_node} == ends)
        midnight = self.operation.start.astimezone(WITA).replace(hour=0, minute=0, second=0, microsecond=0)
        offset_s = round((self.operation.start - midnight).total_seconds())
        departures = (day * DAY_S + clock - offset_s for day in range(9) for clock in line.departures_s)
        departure_s = next(x for x in departures if x >= self.now_s + line.boarding_s)
        return SailingUse(line.id, departure_s, departure_s + line.duration_s)

    def finish(self) -> VehicleSchedule:
        drives = [x for x in self.actions if isinstance(x, Drive)]
        distance_m = sum(x.path.distance_m for x in drives)
        fares = {x.id: x.fare_idr for x in self.operation.crossings}
        tolls = sum(fares[use.crossing_id] for x in drives for use in x.sailings)
        hours = (self.actions[-1].end_s - self.actions[0].start_s) / HOUR_S
        cost = round(self.kind.fixed_idr + self.kind.cost_idr_per_km * distance_m / 1000 + self.kind.cost_idr_per_h * hours) + tolls
        return VehicleSchedule(self.vehicle.id, tuple(self.actions), distance_m, cost)


def _flows() -> tuple[Flow, ...]:
    """The fair allocation: the largest smallest share, in whole units, with all stock given out."""
    given = {
        ("GUDANG-MTR", "rice"): {"gangga": 353, "sembalun": 141, "gili": 106},
        ("GUDANG-MTR", "drinking_water"): {"gangga": 1764, "sembalun": 706, "gili": 530},
        ("GUDANG-KSB", "blanket"): {"gangga": 235, "sembalun": 94, "gili": 71},
    }
    return tuple(Flow(site, item, posko, quantity) for (site, item), row in given.items() for posko, quantity in row.items())


def _schedules(operation: Operation) -> tuple[VehicleSchedule, ...]:
    line = {(flow.posko_id, flow.item_id): CargoLine(flow.item_id, flow.quantity, flow.site_id, flow.posko_id) for flow in _flows()}
    food = {posko: (line[posko, "rice"], line[posko, "drinking_water"]) for posko in ("gangga", "sembalun", "gili")}
    warm = {posko: line[posko, "blanket"] for posko in ("gangga", "gili")}

    truck = ScheduleBuilder(operation, "DR 8001 A").load(*food["gili"], *food["gangga"])
    truck.drive("BANGSAL", "n:pemenang").unload(*food["gili"])
    truck_at_harbour_s = truck.now_s
    truck.drive("gangga", "n:pemenang").unload(*food["gangga"]).drive("GUDANG-MTR", "n:pemenang")

    pickup = ScheduleBuilder(operation, "DR 8002 A").load(*food["sembalun"])
    pickup.drive("sembalun", "n:pemenang", "n:gangga", "n:bayan").unload(*food["sembalun"])
    pickup.drive("GUDANG-MTR", "n:bayan", "n:kayangan")

    ferry = ScheduleBuilder(operation, "EA 8003 B").load(*warm.values())
    ferry.drive("gangga", "n:pototano", "n:kayangan", "n:bayan").unload(warm["gangga"])
    ferry.drive("BANGSAL", "n:pemenang").unload(warm["gili"])
    ferry_at_harbour_s = ferry.now_s
    ferry.drive("GUDANG-KSB", "n:pemenang", "n:mataram", "n:kayangan", "n:pototano")

    boat = ScheduleBuilder(operation, "Perahu 1", start_s=truck_at_harbour_s).load(*food["gili"])
    boat.drive("gili").unload(*food["gili"]).drive("BANGSAL")
    boat.load(warm["gili"], wait_until_s=ferry_at_harbour_s).drive("gili").unload(warm["gili"]).drive("BANGSAL")
    return tuple(x.finish() for x in (truck, pickup, ferry, boat))


def _shortfalls() -> tuple[Shortfall, ...]:
    no_stock = "stok beras habis", "stok air minum habis", "stok selimut habis"
    rows = [
        ("gangga", 47, 736, 265),
        ("sembalun", 19, 294, 106),
        ("gili", 14, 220, 79),
    ]
    items, levels = ("rice", "drinking_water", "blanket"), (1, 1, 2)
    short = [
        Shortfall(posko, item, level, quantity, Cause.NO_STOCK, detail)
        for posko, *quantities in rows
        for item, level, quantity, detail in zip(items, levels, quantities, no_stock, strict=True)
    ]
    short.append(Shortfall("sembalun", "blanket", 2, 94, Cause.NO_VEHICLE, "tidak ada pikap 4x4 di Gudang PMI Taliwang"))
    short += [
        Shortfall("dusun", item, level, quantity, Cause.NO_ACCESS, "hanya jalan setapak; tidak ada motor trail")
        for item, level, quantity in zip(items, levels, (20, 125, 25), strict=True)
    ]
    return tuple(short)


def make_plan(operation: Operation | None = None) -> OperationPlan:
    """Return a valid hand-made plan of the tiny operation (or of a copy of it that keeps its places, goods and fleet)."""
    operation = make_operation() if operation is None else operation
    return OperationPlan(
        operation=operation,
        flows=_flows(),
        schedules=_schedules(operation),
        shortfalls=_shortfalls(),
        min_share={1: 1764 / 2500, 2: 235 / 500},
        notes=("Posko Dusun Atas tidak terjangkau kendaraan.",),
    )


def make_result(plan: OperationPlan | None = None) -> Result[OperationPlan]:
    """Return the plan in a result, as a solve that ran into its time limit gives it."""
    plan = make_plan() if plan is None else plan
    cost = float(sum(x.cost_idr for x in plan.schedules))
    trace = (Sample(0.1, 10, cost * 1.2), Sample(1.0, 200, cost))
    return Result(plan, Status.TIME_LIMIT, cost, None, seconds=2.0, iterations=400, seed=1, trace=trace, version="0.1.0")
