"""A planner without ambition: vehicles shuttle from their base while time and goods last. Valid, never good.

It gives the judge and the reports plans of random operations, with reloading, transfers to boats and sailings that
fill up, and shares no code with solvers, road network or judge: times come from `RoadTable.edge_duration_s`.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ntb_relief.model.travel import Path, SailingUse
from ntb_relief.plan.operation_plan import Action, CargoLine, Cause, Drive, Flow, Load, OperationPlan, Shortfall, Unload, VehicleSchedule
from ntb_relief.units import DAY_S, HOUR_S, WITA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ntb_relief.model.crossings import Crossing
    from ntb_relief.model.fleet import FleetType, Vehicle
    from ntb_relief.model.operation import Operation
    from ntb_relief.model.travel import Profile


class _Step(NamedTuple):
    """One edge on the way: where it leads, when one is there, by which ferry."""

    edge: int
    node: int
    arrive_s: int
    sailing: SailingUse | None


class NaiveRoads:
    """Earliest arrivals over the roads of an operation, sailings and their free slots counted."""

    def __init__(self, operation: Operation) -> None:
        table, slow = operation.roads, operation.roads.slow_factor.copy()
        self.row = {name: index for index, name in enumerate(table.node_ids)}
        self.ends = list(zip(table.edge_from.tolist(), table.edge_to.tolist(), strict=True))
        for closure in operation.closures:
            cut = {self.row[closure.from_node], self.row[closure.to_node]}
            for edge, ends in enumerate(self.ends):
                if set(ends) == cut:
                    slow[edge] *= math.inf if closure.slow_factor is None else closure.slow_factor
        self.table = replace(table, slow_factor=slow)
        self.crossings = {frozenset((self.row[x.from_node], self.row[x.to_node])): x for x in operation.crossings}
        self.taken: Counter[tuple[str, int, int]] = Counter()
        start = operation.start.astimezone(WITA)
        self.clock_s = round((start - start.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds())

    def drive(self, origin: tuple[str, int], target: tuple[str, int], *, profile: Profile, start_s: int) -> Drive | None:
        """Return the drive from one (place, node) to another that arrives first, None where there is no way."""
        (from_id, first), (to_id, last) = origin, target
        arrival, steps, queue = {first: start_s}, dict[int, tuple[int, _Step]](), [(start_s, first)]
        while queue:
            now_s, node = heapq.heappop(queue)
            if now_s == arrival[node]:
                for step in self._steps(node, now_s, profile):
                    if step.arrive_s < arrival.get(step.node, math.inf):
                        arrival[step.node], steps[step.node] = step.arrive_s, (node, step)
                        heapq.heappush(queue, (step.arrive_s, step.node))
        if last not in arrival:
            return None
        way, node = list[_Step](), last
        while node != first:
            node, step = steps[node]
            way.insert(0, step)
        edges = tuple(step.edge for step in way)
        path = Path((first, *(step.node for step in way)), edges, int(sum(self.table.length_m[edge] for edge in edges)))
        return Drive(from_id, to_id, start_s, arrival[last], path, tuple(step.sailing for step in way if step.sailing is not None))

    def book(self, drive: Drive) -> None:
        """Take the slots of the drive's sailings."""
        uses = iter(drive.sailings)
        for edge, node in zip(drive.path.edges, drive.path.nodes[:-1], strict=True):
            if self.table.kind[edge] == "ferry":
                use = next(uses)
                self.taken[use.crossing_id, use.departure_s, node] += 1

    def _steps(self, node: int, now_s: int, profile: Profile) -> Iterator[_Step]:
        for edge, ends in enumerate(self.ends):
            seconds = self.table.edge_duration_s(edge, profile, from_node=node)
            if node in ends and seconds >= 0:
                there = ends[1] if ends[0] == node else ends[0]
                if self.table.kind[edge] == "ferry":
                    use = self._board(self.crossings[frozenset(ends)], node, now_s)
                    yield _Step(edge, there, use.arrive_s, use)
                else:
                    yield _Step(edge, there, now_s + seconds, None)

    def _board(self, crossing: Crossing, node: int, now_s: int) -> SailingUse:
        ready_s, day = now_s + crossing.boarding_s, 0
        while True:
            for departure in crossing.departures_s:
                leaves_s = day * DAY_S + departure - self.clock_s
                if leaves_s >= ready_s and self.taken[crossing.id, leaves_s, node] < crossing.slots:
                    return SailingUse(crossing.id, leaves_s, leaves_s + crossing.duration_s)
            day += 1


class _Job(NamedTuple):
    """Goods at a base from a moment on, and the place a vehicle would bring them to."""

    line: CargoLine
    place_id: str
    ready_s: int


class _Planner:
    def __init__(self, operation: Operation) -> None:
        self.operation, self.roads = operation, NaiveRoads(operation)
        self.items = {x.id: x for x in operation.items}
        self.kinds = {x.id: x for x in operation.fleet_types}
        self.node = {x.id: self.roads.row[x.node_id] for x in (*operation.poskos, *operation.sites)}
        self.stock: Counter[tuple[str, str]] = Counter()
        for supply in operation.supplies:
            self.stock[supply.site_id, supply.item_id] += supply.quantity
        self.lacking = Counter({(x.posko_id, x.item_id): x.quantity for x in operation.needs})
        self.on_order = self.lacking.copy()
        self.waiting: dict[str, list[tuple[int, CargoLine]]] = {x.id: [] for x in operation.sites}
        self.flows: Counter[tuple[str, str, str]] = Counter()

    def shuttle(self, vehicle: Vehicle) -> VehicleSchedule | None:
        """Return the day of one vehicle: round trips for one or two jobs until nothing more fits."""
        kind, actions = self.kinds[vehicle.type_id], list[Action]()
        while True:
            jobs = list(self._jobs(vehicle, kind))
            pairs = [[jobs[0], job] for job in jobs[1:] if job.line.item_id != jobs[0].line.item_id]
            trips = (self._trip(vehicle, kind, choice, actions) for choice in (*pairs, *([job] for job in jobs)))
            trip = next((trip for trip in trips if trip), None)
            if trip is None:
                return self._schedule(vehicle, kind, actions) if actions else None
            actions += trip

    def _jobs(self, vehicle: Vehicle, kind: FleetType) -> Iterator[_Job]:
        base = vehicle.base_id
        for ready_s, line in self.waiting[base]:
            quantity = min(line.quantity, self._room(kind, line.item_id))
            yield _Job(replace(line, quantity=quantity), line.posko_id, ready_s)
        for (posko_id, item_id), lacking in self.on_order.items():
            quantity = min(lacking, self.stock[base, item_id], self._room(kind, item_id))
            if quantity > 0:
                yield _Job(CargoLine(item_id, quantity, base, posko_id), self._destination(vehicle, kind, posko_id), 0)

    def _room(self, kind: FleetType, item_id: str) -> int:
        item = self.items[item_id]
        return int(min(kind.capacity_kg / item.mass_kg, kind.capacity_l / item.volume_l))

    def _destination(self, vehicle: Vehicle, kind: FleetType, posko_id: str) -> str:
        """Return the posko, or the harbour of a boat where this vehicle cannot reach the posko itself."""
        if self._drive(kind, vehicle.base_id, posko_id, 0) is not None:
            return posko_id
        boats = [x for x in self.operation.vehicles if self.kinds[x.type_id].profile == "boat" and x.base_id != vehicle.base_id]
        return next((x.base_id for x in boats if self._drive(self.kinds[x.type_id], x.base_id, posko_id, 0) is not None), posko_id)

    def _drive(self, kind: FleetType, from_id: str, to_id: str, start_s: int) -> Drive | None:
        profile = self.operation.profiles[kind.profile]
        return self.roads.drive((from_id, self.node[from_id]), (to_id, self.node[to_id]), profile=profile, start_s=start_s)

    def _trip(self, vehicle: Vehicle, kind: FleetType, jobs: list[_Job], before: list[Action]) -> list[Action]:
        """Return the actions of a round trip with its goods and sailings booked; nothing where it does not fit."""
        now_s = before[-1].end_s if before else vehicle.available_s
        lines = [job.line for job in jobs]
        mass_kg, volume_l = self._mass_kg(lines), sum(self.items[line.item_id].volume_l * line.quantity for line in lines)
        if min(line.quantity for line in lines) < 1 or mass_kg > kind.capacity_kg or volume_l > kind.capacity_l:
            return []
        trip = self._round_trip(vehicle, kind, jobs, max(now_s, *(job.ready_s for job in jobs)))
        first_s = (before or trip)[0].start_s if trip else 0
        if not trip or trip[-1].end_s > min(self.operation.horizon_s, first_s + kind.shift_s):
            return []
        for action in trip:
            if isinstance(action, Drive):
                self.roads.book(action)
            elif isinstance(action, Unload):
                self._hand_over(action, vehicle.base_id)
        return trip

    def _round_trip(self, vehicle: Vehicle, kind: FleetType, jobs: list[_Job], start_s: int) -> list[Action]:
        now_s, place_id = start_s + kind.loading_s, vehicle.base_id
        trip: list[Action] = [Load(place_id, start_s, now_s, tuple(job.line for job in jobs))]
        for job in (*jobs, None):
            target = vehicle.base_id if job is None else job.place_id
            drive = self._drive(kind, place_id, target, now_s)
            if drive is None:
                return []
            if target != place_id:
                trip.append(drive)
                now_s, place_id = drive.end_s, target
            if job is not None:
                end_s = now_s + math.ceil(kind.unloading_s_per_t * self._mass_kg([job.line]) / 1000)
                trip.append(Unload(place_id, now_s, end_s, (job.line,)))
                now_s = end_s
        return trip

    def _mass_kg(self, lines: list[CargoLine]) -> float:
        return sum(self.items[line.item_id].mass_kg * line.quantity for line in lines)

    def _hand_over(self, action: Unload, base_id: str) -> None:
        """Write one unloading into the books of stock, harbours and needs."""
        (line,) = action.lines
        key = line.posko_id, line.item_id
        if line.origin_id == base_id:
            self.stock[base_id, line.item_id] -= line.quantity
            self.on_order[key] -= line.quantity
            self.flows[line.origin_id, line.item_id, line.posko_id] += line.quantity
        else:
            self._take_waiting(base_id, line)
        if action.place_id == line.posko_id:
            self.lacking[key] -= line.quantity
        else:
            self.waiting[action.place_id].append((action.end_s, line))

    def _take_waiting(self, base_id: str, line: CargoLine) -> None:
        lies = self.waiting[base_id]
        place = next(index for index, (_, there) in enumerate(lies) if replace(there, quantity=line.quantity) == line)
        ready_s, there = lies.pop(place)
        if there.quantity > line.quantity:
            lies.insert(place, (ready_s, replace(there, quantity=there.quantity - line.quantity)))

    def _schedule(self, vehicle: Vehicle, kind: FleetType, actions: list[Action]) -> VehicleSchedule:
        drives = [action for action in actions if isinstance(action, Drive)]
        distance_m = sum(drive.path.distance_m for drive in drives)
        fares = {x.id: x.fare_idr for x in self.operation.crossings}
        hours = (actions[-1].end_s - actions[0].start_s) / HOUR_S
        cost = round(kind.fixed_idr + kind.cost_idr_per_km * distance_m / 1000 + kind.cost_idr_per_h * hours)
        tolls = sum(fares[use.crossing_id] for drive in drives for use in drive.sailings)
        return VehicleSchedule(vehicle.id, tuple(actions), distance_m, cost + tolls)


def naive_plan(operation: Operation) -> OperationPlan:
    """Return a valid plan; boats drive last, when trucks have brought what they can to the harbours."""
    planner = _Planner(operation)
    by_land = sorted(operation.vehicles, key=lambda x: planner.kinds[x.type_id].profile == "boat")
    schedules = [planner.shuttle(vehicle) for vehicle in by_land]
    flows = tuple(Flow(site, item, posko, quantity) for (site, item, posko), quantity in planner.flows.items())
    given: Counter[tuple[str, str]] = Counter()
    for flow in flows:
        given[flow.posko_id, flow.item_id] += flow.quantity
    shares: dict[int, list[Fraction]] = {}
    for need in operation.needs:
        if need.quantity:
            shares.setdefault(need.level, []).append(Fraction(given[need.posko_id, need.item_id], need.quantity))
    return OperationPlan(
        operation=operation,
        flows=flows,
        schedules=tuple(schedule for schedule in schedules if schedule is not None),
        shortfalls=tuple(
            Shortfall(need.posko_id, need.item_id, need.level, lacking, Cause.NO_VEHICLE, "tidak terangkut")
            for need in operation.needs
            if (lacking := planner.lacking[need.posko_id, need.item_id])
        ),
        min_share={level: float(min(found)) for level, found in shares.items()},
    )
