"""From routes to what every vehicle does at which hour: real paths, real sailings, whole loads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from ..geo.paths import schedule_path, shortest_paths
from ..plan.operation_plan import Drive, Load, Unload, VehicleSchedule
from .fleet_groups import unloading_s
from .shipments import merge_lines, weigh

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..model.operation import Operation
    from ..model.travel import Path
    from ..plan.operation_plan import Action, CargoLine
    from ..plan.route_plan import Route, RoutePlan
    from .fleet_groups import FleetGroup
    from .waves import Job
    from .ways import Travel


@dataclass(slots=True)
class Timeline:
    """Turns routes into schedules and keeps count of the vehicles on every sailing.

    Parameters
    ----------
    operation : Operation
    travel : Travel

    Attributes
    ----------
    handed_s : dict of str to int
        When each shipment was handed over on its last leg.
    """

    operation: Operation
    travel: Travel
    handed_s: dict[str, int] = field(default_factory=dict)
    _aboard: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    _paths: dict[tuple[str, str, str], Path] = field(default_factory=dict)

    def schedule(self, plan: RoutePlan, *, jobs: Sequence[Job], groups: Sequence[FleetGroup]) -> tuple[list[VehicleSchedule], list[Job]]:
        """Return the schedules, and the jobs at the end of routes that full ferries keep from coming back in time."""
        by_id, group_of = {job.shipment.id: job for job in jobs}, {group.id: group for group in groups}
        self._find_paths(plan, by_id, group_of)
        schedules, lost = [], []
        for route in sorted(plan.routes, key=lambda route: (route.start_s, route.vehicle_type, route.vehicle)):
            shorter: Route | None = route
            while shorter is not None:
                schedule, handed_s = self._schedule_route(shorter, by_id, group_of[route.vehicle_type])
                if self._is_in_time(schedule, group_of[route.vehicle_type]):
                    schedules.append(schedule)
                    self.handed_s.update(handed_s)
                    self._aboard.update(self._sailings_of(schedule))
                    break
                lost.append(by_id[shorter.stop_ids[-1]])
                shorter = _without_last(shorter)
        return schedules, lost

    def join(self, first: VehicleSchedule, second: VehicleSchedule) -> VehicleSchedule:
        """Return the day of a vehicle that goes out again after it came back."""
        return self._price(first.vehicle_id, (*first.actions, *second.actions))

    def _is_in_time(self, schedule: VehicleSchedule, group: FleetGroup) -> bool:
        latest_s = self.operation.horizon_s if group.until_s is None else min(group.until_s, self.operation.horizon_s)
        return schedule.end_s <= latest_s and schedule.end_s - schedule.start_s <= group.kind.shift_s

    def _schedule_route(self, route: Route, jobs: Mapping[str, Job], group: FleetGroup) -> tuple[VehicleSchedule, dict[str, int]]:
        actions: list[Action] = []
        handed_s: dict[str, int] = {}
        clock, here = route.start_s, group.base_id
        for trip in route.trips:
            trip_jobs = [jobs[visit.stop_id] for visit in trip.visits]
            clock, here = self._drive(actions, clock, here, trip_jobs[0].site_id, group)
            # Loading waits for goods that boats or trucks have yet to bring, never for the slower clock of the plan.
            begin = max(clock, trip.loading_start_s) if any(job.shipment.ready_s for job in trip_jobs) else clock
            clock = begin + group.kind.loading_s
            actions.append(Load(here, begin, clock, _lines(trip_jobs)))
            for place, visits in groupby(trip_jobs, key=lambda job: job.place_id):
                place_jobs = list(visits)
                lines = _lines(place_jobs)
                clock, here = self._drive(actions, clock, here, place, group)
                begin, clock = clock, clock + unloading_s(group.kind, weigh(self.operation, lines)[0])
                actions.append(Unload(place, begin, clock, lines))
                handed_s.update((job.shipment.id, clock) for job in place_jobs)
        self._drive(actions, clock, here, group.base_id, group)
        return self._price(group.vehicles[route.vehicle].id, actions), handed_s

    def _drive(self, actions: list[Action], clock: int, here: str, there: str, group: FleetGroup) -> tuple[int, str]:
        if here == there:
            return clock, here
        path = self._paths[group.kind.profile, here, there]
        arrive, sailings = schedule_path(
            self.travel.network, path, profile=group.kind.profile, depart_s=clock, start=self.operation.start, is_full=self._is_full
        )
        actions.append(Drive(here, there, clock, arrive, path, sailings))
        return arrive, there

    def _is_full(self, crossing_id: str, quay: str, departure_s: int) -> bool:
        crossing = next(x for x in self.operation.crossings if x.id == crossing_id)
        return self._aboard[crossing_id, quay, departure_s] >= crossing.slots

    def _price(self, vehicle_id: str, actions: Sequence[Action]) -> VehicleSchedule:
        drives = [action for action in actions if isinstance(action, Drive)]
        metres = sum(drive.path.distance_m for drive in drives)
        fares = {x.id: x.fare_idr for x in self.operation.crossings}
        fare = sum(fares[sailing.crossing_id] for drive in drives for sailing in drive.sailings)
        hours = (actions[-1].end_s - actions[0].start_s) / 3600
        type_id = next(x.type_id for x in self.operation.vehicles if x.id == vehicle_id)
        kind = next(x for x in self.operation.fleet_types if x.id == type_id)
        cost = round(kind.fixed_idr + kind.cost_idr_per_km * metres / 1000 + kind.cost_idr_per_h * hours) + fare
        return VehicleSchedule(vehicle_id, tuple(actions), metres, cost)

    def _sailings_of(self, schedule: VehicleSchedule) -> list[tuple[str, str, int]]:
        table = self.travel.network.table
        quays = []
        for drive in schedule.actions:
            if isinstance(drive, Drive) and drive.sailings:
                ferries = [node for node, edge in zip(drive.path.nodes, drive.path.edges, strict=False) if table.kind[edge] == "ferry"]
                quays += [(x.crossing_id, table.node_ids[node], x.departure_s) for node, x in zip(ferries, drive.sailings, strict=True)]
        return quays

    def _find_paths(self, plan: RoutePlan, jobs: Mapping[str, Job], groups: Mapping[str, FleetGroup]) -> None:
        """Look up the path of every leg, one search a start and profile."""
        node = {x.id: x.node_id for x in self.operation.sites} | {x.id: x.node_id for x in self.operation.poskos}
        legs: dict[str, set[tuple[str, str]]] = {}
        for route in plan.routes:
            group = groups[route.vehicle_type]
            stops = [group.base_id]
            for trip in route.trips:
                trip_jobs = [jobs[visit.stop_id] for visit in trip.visits]
                stops += [trip_jobs[0].site_id, *(job.place_id for job in trip_jobs)]
            # A route that is cut short goes home from any of its places.
            home = ((stop, group.base_id) for stop in stops)
            legs.setdefault(group.kind.profile, set()).update((*pairwise(stops), *home))
        for profile, pairs in legs.items():
            wanted = sorted((a, b) for a, b in pairs if a != b and (profile, a, b) not in self._paths)
            found = shortest_paths(
                self.travel.network,
                [(node[a], node[b]) for a, b in wanted],
                profile=profile,
                start=self.operation.start,
                latest_s=self.operation.horizon_s,
            )
            self._paths.update({(profile, a, b): path for (a, b), path in zip(wanted, found, strict=True) if path is not None})


def _lines(jobs: Sequence[Job]) -> tuple[CargoLine, ...]:
    return merge_lines(line for job in jobs for line in job.shipment.lines)


def _without_last(route: Route) -> Route | None:
    """Return a route without its last stop, None where it has no other; times stay those of the plan."""
    *before, last = route.trips
    trips = (*before, replace(last, visits=last.visits[:-1])) if len(last.visits) > 1 else tuple(before)
    return replace(route, trips=trips) if trips else None
