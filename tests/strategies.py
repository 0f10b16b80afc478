"""Random tiny questions for Hypothesis: routing problems and whole operations, made for no particular solver."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from hypothesis import strategies as st

from ntb_relief.model.crossings import Crossing
from ntb_relief.model.fleet import FleetType, Vehicle
from ntb_relief.model.items import Item
from ntb_relief.model.needs import Need, Supply
from ntb_relief.model.operation import Closure, Operation
from ntb_relief.model.places import Posko, Site
from ntb_relief.model.routing import Depot, RoutingProblem, Stop, VehicleType
from ntb_relief.model.travel import UNREACHABLE, Profile, RoadTable, TravelMatrix
from ntb_relief.units import DAY_S, HOUR_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hypothesis.strategies import DrawFn, SearchStrategy

Value = TypeVar("Value")

# --- routing problems ---------------------------------------------------------------------------------------


@st.composite
def travel_matrices(draw: DrawFn, *, profile: str, place_ids: tuple[str, ...]) -> TravelMatrix:
    """Draw a matrix without symmetry or triangle rule, with a few pairs without path and now and then tolls."""
    size = len(place_ids)
    cells = st.lists(st.integers(1, 60), min_size=size * size, max_size=size * size)
    duration_s = np.array(draw(cells), dtype=np.int64).reshape(size, size)
    distance_m = np.array(draw(cells), dtype=np.int64).reshape(size, size)
    toll_idr = np.array(draw(cells), dtype=np.int64).reshape(size, size) if draw(st.booleans()) else None
    for here, there in draw(st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=2)):
        duration_s[here, there] = distance_m[here, there] = UNREACHABLE
    for table in (duration_s, distance_m, toll_idr):
        if table is not None:
            np.fill_diagonal(table, 0)
    return TravelMatrix(profile, place_ids, duration_s, distance_m, toll_idr)


@st.composite
def routing_problems(draw: DrawFn, *, max_stops: int = 5, max_vehicles: int = 3) -> RoutingProblem:
    """Draw a routing problem that may use all there is: trips, depots, windows, prizes, access, limits, open ends.

    At most six stops and three vehicles, so that `tests.oracles.routing` can count it out.
    """
    num_stops = draw(st.integers(1, max_stops))
    place_ids = tuple(f"place {index}" for index in range(num_stops + draw(st.integers(1, 2))))
    dimensions = draw(st.sampled_from([("kg",), ("kg", "l")]))
    depots = tuple(_depot(draw, index, place_ids) for index in range(draw(st.integers(1, 2))))
    num_kinds = draw(st.integers(1, min(2, max_vehicles)))
    counts = [1 + draw(st.integers(0, max_vehicles // num_kinds - 1)) for _ in range(num_kinds)]
    profiles = draw(st.sampled_from([("truck",), ("truck", "boat")]))
    linehaul_first = draw(st.integers(0, 4)) == 0
    kind_ids, depot_ids = [f"type {index}" for index in range(num_kinds)], [x.id for x in depots]
    stops = _in_transfers(
        draw,
        _in_groups(
            draw,
            [
                _give(draw, _stop(draw, index, place_ids, dimensions, kind_ids, depot_ids), linehaul_first=linehaul_first)
                for index in range(num_stops)
            ],
        ),
        linehaul_first=linehaul_first,
    )
    transfers = any(stop.taken_from is not None for stop in stops)
    return RoutingProblem(
        depots=depots,
        stops=stops,
        vehicle_types=tuple(
            replace(kind, max_stops=None if transfers else _seldom(draw, st.integers(1, 3)))
            for kind in (
                _vehicle_type(draw, kind_id, count, place_ids, profiles, dimensions, depot_ids)
                for kind_id, count in zip(kind_ids, counts, strict=True)
            )
        ),
        matrices={profile: draw(travel_matrices(profile=profile, place_ids=place_ids)) for profile in profiles},
        dimensions=dimensions,
        cost_scale=draw(st.sampled_from([1, 10, 1000])),
        linehaul_first=linehaul_first,
    )


def _give(draw: DrawFn, stop: Stop, *, linehaul_first: bool) -> Stop:
    """Let the stop give goods, instead of or beside what it is brought, now and then; and wait for its goods."""
    nothing = (0,) * len(stop.demand)
    pickup = tuple(draw(st.integers(0, 6)) for _ in stop.demand) if draw(st.integers(0, 3)) == 0 else nothing
    demand = nothing if any(pickup) and (linehaul_first or draw(st.booleans())) else stop.demand
    urgency = _seldom(draw, st.integers(0, 2)) or 0
    moments = sorted(draw(st.sets(st.integers(1, 90), max_size=2))) if urgency else []
    later = tuple((after_s, draw(st.sampled_from([0, 1, 2.5, 7]))) for after_s in moments)
    stop = replace(stop, arrival_cost_per_s=urgency, later_arrival_costs=later)
    return replace(stop, demand=demand, pickup=pickup, release_s=_seldom(draw, st.integers(0, 60)) or 0)


def _in_groups(draw: DrawFn, stops: list[Stop]) -> tuple[Stop, ...]:
    """Make the first two or three stops alternatives of one another now and then."""
    if len(stops) < 2 or draw(st.integers(0, 3)):
        return tuple(stops)
    size = draw(st.integers(2, min(3, len(stops))))
    return (*(replace(stop, group="either", prize=stops[0].prize) for stop in stops[:size]), *stops[size:])


def _in_transfers(draw: DrawFn, stops: tuple[Stop, ...], *, linehaul_first: bool) -> tuple[Stop, ...]:
    """Let the last two stops, and the two before them, give goods to one another now and then."""
    made = list(stops)
    for last in range(len(stops) - 1, 0, -2):
        giver, receiver = stops[last - 1], stops[last]
        if not (linehaul_first or giver.group or receiver.group or draw(st.integers(0, 2))):
            load, nothing = tuple(draw(st.integers(0, 6)) for _ in giver.demand), (0,) * len(giver.demand)
            made[last - 1] = replace(giver, demand=nothing, pickup=load, release_s=0)
            made[last] = replace(receiver, demand=load, pickup=(), release_s=0, prize=giver.prize, taken_from=giver.id)
    return tuple(made)


def _seldom(draw: DrawFn, limit: SearchStrategy[Value]) -> Value | None:
    """Draw a limit one time in four: with more of them hardly anything could be served."""
    return draw(limit) if draw(st.integers(0, 3)) == 3 else None


def _window(draw: DrawFn, *, longest_s: int) -> tuple[int, int | None]:
    """Draw a window, None where it never closes."""
    if draw(st.integers(0, 2)) < 2:
        return 0, None
    opens = draw(st.integers(0, longest_s // 2))
    return opens, opens + draw(st.integers(0, longest_s))


def _some_of(draw: DrawFn, names: Sequence[str]) -> frozenset[str] | None:
    return _seldom(draw, st.frozensets(st.sampled_from(names), min_size=1))


def _depot(draw: DrawFn, index: int, place_ids: Sequence[str]) -> Depot:
    opens, closes = _window(draw, longest_s=300)
    return Depot(f"depot {index}", draw(st.sampled_from(place_ids)), opens, closes)


def _stop(
    draw: DrawFn, index: int, place_ids: Sequence[str], dimensions: Sequence[str], kind_ids: Sequence[str], depot_ids: Sequence[str]
) -> Stop:
    return Stop(
        id=f"stop {index}",
        place_id=draw(st.sampled_from(place_ids)),
        demand=tuple(draw(st.integers(0, 6)) for _ in dimensions),
        window_s=_window(draw, longest_s=300),
        service_s=draw(st.integers(0, 10)),
        prize=draw(st.none() | st.integers(0, 250)),
        vehicle_types=_some_of(draw, kind_ids),
        depots=_some_of(draw, depot_ids),
    )


def _vehicle_type(
    draw: DrawFn,
    kind_id: str,
    count: int,
    place_ids: Sequence[str],
    profiles: Sequence[str],
    dimensions: Sequence[str],
    depot_ids: Sequence[str],
) -> VehicleType:
    return VehicleType(
        id=kind_id,
        count=count,
        capacity=tuple(draw(st.integers(3, 15)) for _ in dimensions),
        profile=draw(st.sampled_from(profiles)),
        start_id=draw(st.sampled_from(place_ids)),
        end_id=draw(st.none() | st.sampled_from(place_ids)),
        depots=_some_of(draw, depot_ids),
        max_trips=draw(st.integers(1, 3)),
        fixed_cost=draw(st.sampled_from([0, 25])),
        cost_per_m=draw(st.sampled_from([0, 1, 1.5])),
        cost_per_s=draw(st.sampled_from([0, 1, 0.25])),
        loading_s=draw(st.integers(0, 10)),
        service_s_per_unit=draw(st.sampled_from([0, 0.5, 2])),
        shift_s=_window(draw, longest_s=600),
        max_duration_s=_seldom(draw, st.integers(50, 500)),
        max_distance_m=_seldom(draw, st.integers(50, 500)),
    )


# --- operations ---------------------------------------------------------------------------------------------

_TRUCK_SPEED = {"trunk": 42.0, "provincial": 34.0, "local": 20.0}
_PROFILES = {
    "truck": Profile("truck", min_access=5, kinds=("road", "ferry"), speed_kph=_TRUCK_SPEED),
    "4wd": Profile("4wd", min_access=3, kinds=("road", "ferry"), speed_kph={**_TRUCK_SPEED, "trail": 9.0}),
    "boat": Profile("boat", min_access=0, kinds=("boat",), speed_kph={"boat": 18.0}),
}
_EdgeRow = tuple[int, int, str, str, int, int, float]


@st.composite
def operations(draw: DrawFn) -> Operation:
    """Draw a tiny operation: a main island of hand-made roads, now and then a second one by ferry and a gili by boat.

    Some roads are too poor for trucks, some closed, some slow; stock and vehicles are short or plenty.
    """
    main = draw(st.integers(2, 5))
    far = draw(st.integers(0, 3))
    has_gili = draw(st.booleans())
    rows = _roads(draw, range(main)) + _roads(draw, range(main, main + far))
    crossings: tuple[Crossing, ...] = ()
    if far:
        quay, other = draw(st.integers(0, main - 1)), draw(st.integers(main, main + far - 1))
        rows.append((quay, other, "ferry", "ferry", 0, draw(st.integers(5_000, 25_000)), 1.0))
        crossings = (_crossing(draw, quay, other),)
    harbour = draw(st.integers(0, main - 1))
    if has_gili:
        rows.append((harbour, main + far, "boat", "boat", 0, draw(st.integers(1_000, 9_000)), 1.0))
    roads = _table(rows, num_nodes=main + far + has_gili)
    roads = replace(roads, one_way=np.array([draw(st.integers(0, 5)) == 5 for _ in rows], dtype=np.bool_))
    sites = [_site(index, draw(st.integers(0, main + far - 1))) for index in range(draw(st.integers(1, 2)))]
    if has_gili:
        sites.append(_site(len(sites), harbour))
    # One posko at the far end, so that ferries and boats have something to do.
    nodes = [len(roads.node_ids) - 1, *draw(st.lists(st.integers(0, len(roads.node_ids) - 1), max_size=3))]
    poskos = tuple(_posko(index, node) for index, node in enumerate(nodes))
    items = tuple(_item(draw, index) for index in range(draw(st.integers(1, 2))))
    return Operation(
        name="random",
        start=draw(_starts()),
        items=items,
        poskos=poskos,
        sites=tuple(sites),
        needs=tuple(Need(posko.id, item.id, draw(st.integers(0, 80)), item.level) for posko in poskos for item in items),
        supplies=tuple(
            Supply(site.id, item.id, draw(st.integers(0, 150)), owner)
            for site in sites
            for item in items
            for owner in draw(st.sampled_from([("BPBD",), ("BPBD", "PMI"), ()]))
        ),
        fleet_types=tuple(_fleet_type(draw, profile) for profile in _PROFILES),
        vehicles=_vehicles(draw, sites, has_gili=has_gili),
        roads=roads,
        crossings=crossings,
        profiles=_PROFILES,
        closures=_closures(draw, roads),
        horizon_s=draw(st.sampled_from([12, 24, 48])) * HOUR_S,
    )


def _starts() -> SearchStrategy[datetime]:
    """Draw a start on a whole second, written in one of the clocks users write in."""
    clocks = st.sampled_from([timezone(timedelta(hours=hours)) for hours in (7, 8, 0)])
    return st.builds(
        lambda clock, second: datetime(2018, 8, 12, tzinfo=clock) + timedelta(seconds=second), clocks, st.integers(0, DAY_S - 1)
    )


def _roads(draw: DrawFn, nodes: range) -> list[_EdgeRow]:
    """Draw a tree over the nodes and a few roads more, some beside another."""
    pairs = [(nodes[draw(st.integers(0, index - 1))], nodes[index]) for index in range(1, len(nodes))]
    if len(nodes) > 1:
        pairs += draw(st.lists(st.tuples(st.sampled_from(nodes), st.sampled_from(nodes)), max_size=3))
    rows: list[_EdgeRow] = []
    for here, there in pairs:
        road_class, access = draw(
            st.sampled_from([("trunk", 6), ("provincial", 5), ("local", 5), ("local", 4), ("local", 3), ("trail", 2)])
        )
        slow = draw(st.sampled_from([1.0, 1.0, 1.0, 1.0, 1.7, math.inf]))
        rows.append((here, there, "road", road_class, access, draw(st.integers(0, 40_000)), slow))
    return rows


def _table(rows: Sequence[_EdgeRow], *, num_nodes: int) -> RoadTable:
    columns = list(zip(*rows, strict=True)) or [()] * 7
    size = len(rows)
    return RoadTable(
        name="random",
        node_ids=tuple(f"node {index}" for index in range(num_nodes)),
        node_lon=116.0 + np.arange(num_nodes) / 10,
        node_lat=np.full(num_nodes, -8.5),
        edge_from=np.array(columns[0], dtype=np.int32),
        edge_to=np.array(columns[1], dtype=np.int32),
        kind=tuple(columns[2]),
        road_class=tuple(columns[3]),
        access=np.array(columns[4], dtype=np.int8),
        length_m=np.array(columns[5], dtype=np.int64),
        slow_factor=np.array(columns[6], dtype=np.float64),
        confidence=("synthetic",) * size,
        source=("tests/strategies.py",) * size,
    )


def _crossing(draw: DrawFn, quay: int, other: int) -> Crossing:
    departures = draw(st.lists(st.integers(0, 95), min_size=1, max_size=24, unique=True))
    return Crossing(
        id="crossing",
        from_node=f"node {quay}",
        to_node=f"node {other}",
        departures_s=tuple(sorted(900 * quarter for quarter in departures)),
        duration_s=draw(st.integers(0, 2 * HOUR_S)),
        boarding_s=draw(st.sampled_from([0, 600, 1800])),
        slots=draw(st.integers(1, 2)),
        fare_idr=draw(st.sampled_from([0, 700_000])),
    )


def _site(index: int, node: int) -> Site:
    return Site(f"site {index}", f"Gudang {index}", lon=116.0, lat=-8.5, node_id=f"node {node}")


def _posko(index: int, node: int) -> Posko:
    return Posko(f"posko {index}", f"Posko {index}", lon=116.0, lat=-8.5, node_id=f"node {node}", people=100, households=25)


def _item(draw: DrawFn, index: int) -> Item:
    mass_kg, volume_l = draw(st.sampled_from([(1.0, 1.33), (4.2, 11.2), (0.68, 1.53), (55.0, 281.75)]))
    return Item(f"item {index}", f"Barang {index}", "unit", mass_kg, volume_l, level=draw(st.integers(1, 2)))


def _fleet_type(draw: DrawFn, profile: str) -> FleetType:
    return FleetType(
        id=f"{profile} type",
        name=profile,
        profile=profile,
        capacity_kg=draw(st.sampled_from([100.0, 1000.0, 20_000.0])),
        capacity_l=draw(st.sampled_from([300.0, 3000.0, 40_000.0])),
        fixed_idr=draw(st.sampled_from([0, 250_000])),
        cost_idr_per_km=draw(st.integers(0, 9_999)),
        cost_idr_per_h=draw(st.integers(0, 99_999)),
        loading_s=draw(st.sampled_from([0, 1800])),
        unloading_s_per_t=draw(st.sampled_from([0, 720])),
        shift_s=draw(st.sampled_from([4, 10, 24])) * HOUR_S,
    )


def _vehicles(draw: DrawFn, sites: Sequence[Site], *, has_gili: bool) -> tuple[Vehicle, ...]:
    """Draw vehicles at any site, and one or two boats at the harbour."""
    fleet = [(draw(st.sampled_from(["4wd", "truck"])), draw(st.sampled_from(sites))) for _ in range(draw(st.integers(1, 3)))]
    fleet += [("boat", sites[-1])] * (draw(st.integers(1, 2)) if has_gili else 0)
    free_s = st.sampled_from([0, 0, 3 * HOUR_S])
    return tuple(Vehicle(f"vehicle {index}", f"{profile} type", base.id, draw(free_s)) for index, (profile, base) in enumerate(fleet))


def _closures(draw: DrawFn, roads: RoadTable) -> tuple[Closure, ...]:
    """Draw up to two links, from either end, that are closed or slow; a ferry keeps its timetable or stays in port."""
    if not roads.kind:
        return ()
    closures = []
    for edge in draw(st.lists(st.integers(0, len(roads.kind) - 1), max_size=2)):
        ends = roads.node_ids[roads.edge_from[edge]], roads.node_ids[roads.edge_to[edge]]
        here, there = ends[:: draw(st.sampled_from([1, -1]))]
        slow_factor = None if roads.kind[edge] == "ferry" else draw(st.sampled_from([None, 1.5, 3.0]))
        closures.append(Closure(here, there, slow_factor))
    return tuple(closures)


# --- broken answers -----------------------------------------------------------------------------------------

_JUNK = st.sampled_from([None, "", "<script>", True, -1, 10**5000, 2.5, math.nan, math.inf, [], (), {}, b"x", np.int64(7)])


@st.composite
def corrupted(draw: DrawFn, plan: Any, *, names: Sequence[str]) -> Any:
    """Draw the plan with one to three places of it changed: other numbers, other ids of `names`, parts lost or doubled, junk."""
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(list(_places(plan))))
        plan = put(plan, place, _changed(draw, _get(plan, place), names))
    return plan


_Place = tuple[str | int, ...]


def _places(value: Any, place: _Place = ()) -> Iterator[_Place]:
    """Yield the way to every part of a plan, its parts' parts and so on; the operation in it is left alone."""
    if is_dataclass(value):
        parts = [(item.name, getattr(value, item.name)) for item in fields(value) if item.name != "operation"]
    elif isinstance(value, tuple):
        parts = list(enumerate(value))
    else:
        parts = list(value.items()) if isinstance(value, dict) else []
    for name, part in parts:
        yield (*place, name)
        yield from _places(part, (*place, name))


def _get(value: Any, place: _Place) -> Any:
    for name in place:
        value = getattr(value, name) if isinstance(name, str) else value[name]
    return value


def put(value: Any, place: _Place, new: Any) -> Any:
    """Return a frozen value with the part at the end of the way replaced."""
    if not place:
        return new
    name, *rest = place
    if isinstance(name, str):
        return replace(value, **{name: put(getattr(value, name), tuple(rest), new)})
    if isinstance(value, dict):
        return {**value, name: put(value[name], tuple(rest), new)}
    return (*value[:name], put(value[name], tuple(rest), new), *value[name + 1 :])


def _changed(draw: DrawFn, value: Any, names: Sequence[str]) -> Any:
    if draw(st.integers(0, 5)) == 0:
        return draw(_JUNK)
    if isinstance(value, str):
        return draw(st.sampled_from([*names, "nowhere"]))
    if type(value) is int:
        return draw(st.sampled_from([value - 1, value + 1, -value, 0]) | st.integers(-(2**63), 2**63))
    if isinstance(value, float):
        return draw(st.floats())
    if isinstance(value, tuple) and value:
        cut = draw(st.integers(0, len(value) - 1))
        return draw(st.sampled_from([value[:cut], value[cut:], value[::-1], value + value[cut:], (*value[:cut], *value[cut + 1 :])]))
    return draw(_JUNK)
