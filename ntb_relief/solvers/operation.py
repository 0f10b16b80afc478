"""The main job: needs and stock in; allocation, routes of trucks and boats, and reasons for the rest out."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from .._version import __version__
from ..errors import SolverError
from ..geo.access import reachable
from ..geo.disruption import network_today
from ..model.allocation import AllocationProblem
from ..model.travel import UNREACHABLE
from ..plan.explain import Reach, explain_shortfalls
from ..plan.operation_plan import Cause, OperationPlan, Unload
from ..plan.result import Result, Status
from ..plan.verify import verify
from .allocation import solve_allocation
from .progress import Progress
from .routing import solve_routing
from .shipments import make_shipments
from .stop import part_of
from .timeline import Timeline
from .waves import Job, group_fleet, pose_wave
from .ways import find_travel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..model.fleet import FleetType
    from ..model.operation import Operation
    from ..plan.allocation_plan import AllocationPlan
    from ..plan.operation_plan import CargoLine, VehicleSchedule
    from ..plan.route_plan import RoutePlan
    from .progress import OnProgress
    from .stop import StopCriterion
    from .waves import FleetGroup
    from .ways import Travel

TRUCK_SHARE: Final = 0.9  # of the search; the boats' problem is far smaller


def solve_operation(
    operation: Operation,
    *,
    stop: StopCriterion,
    rng: int = 0,
    threads: int = 1,
    on_progress: OnProgress | None = None,
) -> Result[OperationPlan]:
    """Plan one operation: who gets what, and which vehicle brings it by which road at which hour.

    Stock is shared out exactly and fairly (`solve_allocation`), over what the fleet can reach today. The goods are then
    split into shipments and routed: first by the vehicles of the roads, then by boats with what trucks brought to their
    harbours. Vehicles are filled in order of priority level.

    Parameters
    ----------
    operation : Operation
    stop : StopCriterion
        For the search of routes.
    rng : int
        Seed.
    threads : int
    on_progress : callable, optional
        Called a few times a second.

    Returns
    -------
    Result of OperationPlan
        The objective is the cost of the vehicles in rupiah plus the worth of allocated goods that stay behind; the bound
        holds for the allocation chosen, and is weak where vehicles are scarce. A plan with shortfalls is no failure:
        each has its cause. Ctrl-C returns the best plan so far with status `STOPPED`.

    Raises
    ------
    InputError
        Where a closure names a link that does not exist.
    """
    begin = time.perf_counter()
    tell = on_progress or _say_nothing
    network = network_today(operation)
    tell(Progress("network", 0.0, 0, 0.0, 0.0))
    travel = find_travel(operation, network)
    allocation = solve_allocation(_pose_allocation(operation, travel)).plan_or_raise()
    tell(Progress("allocation", time.perf_counter() - begin, 0, allocation.tonne_km, 1.0))
    crew = _Dispatch(operation, travel, rng=rng, threads=threads, tell=tell)
    crew.dispatch(allocation, stop)
    plan = OperationPlan(
        operation=operation,
        flows=allocation.flows,
        schedules=tuple(crew.schedules),
        shortfalls=explain_shortfalls(operation, flows=allocation.flows, undelivered=crew.undelivered(), reach=_reach(operation, travel)),
        min_share={level: float(share) for level, share in sorted(allocation.min_share.items())},
        notes=operation.notes,
    )
    violations = verify(operation, plan)
    if violations:
        message = f"the operation plan breaks {len(violations)} rules, first: {violations[0]}"
        raise SolverError(message)
    stopped = any(result.status is Status.STOPPED for result in crew.results)
    return Result(
        plan=plan,
        status=Status.STOPPED if stopped else stop.status,
        objective=float(sum(x.cost_idr for x in crew.schedules) + sum(x.job.shipment.worth_idr for x in crew.left)),
        bound=crew.results[0].bound if crew.results else None,
        seconds=time.perf_counter() - begin,
        iterations=crew.iterations,
        seed=rng,
        threads=threads,
        trace=tuple(x for result in crew.results for x in result.trace),
        replay=tuple(x for result in crew.results for x in result.replay),
        version=__version__,
    )


@dataclass(frozen=True, slots=True)
class _Left:
    """A job no vehicle took, and the groups that were asked."""

    job: Job
    groups: Sequence[FleetGroup]


class _Dispatch:
    """Sends trucks, then boats, and keeps what they leave behind."""

    def __init__(self, operation: Operation, travel: Travel, *, rng: int, threads: int, tell: OnProgress) -> None:
        self.operation, self.travel = operation, travel
        self.rng, self.threads, self.tell = rng, threads, tell
        self.trucks, self.boats = group_fleet(operation, afloat=False), group_fleet(operation, afloat=True)
        self.timeline = Timeline(operation, travel)
        self.schedules: list[VehicleSchedule] = []
        self.left: list[_Left] = []
        self.results: list[Result[RoutePlan]] = []

    @property
    def iterations(self) -> int:
        return sum(result.iterations for result in self.results)

    def dispatch(self, allocation: AllocationPlan, stop: StopCriterion) -> None:
        """Route all shipments of an allocation."""
        ways = self.travel.ways
        legs = {
            (flow.site_id, flow.posko_id): (flow.site_id, ways[flow.site_id, flow.posko_id].hub_id or flow.posko_id)
            for flow in allocation.flows
        }
        by_truck = {pair: self._types(self.trucks, leg) for pair, leg in legs.items()}
        types = {pair: by_truck[pair] or self._types(self.boats, leg) for pair, leg in legs.items()}
        shipments = make_shipments(self.operation, allocation.flows, types_by_pair=types)
        by_road, afloat = (
            [Job(x, *legs[x.origin_id, x.posko_id]) for x in shipments if bool(by_truck[x.origin_id, x.posko_id]) is on_road]
            for on_road in (True, False)
        )
        onward = [job for job in by_road if job.place_id != job.shipment.posko_id]
        self._wave("routing", by_road, self.trucks, part_of(stop, TRUCK_SHARE) if afloat or onward else stop)
        landed = [job for job in onward if job.shipment.id in self.timeline.handed_s]
        ready = [replace(job.shipment, ready_s=self.timeline.handed_s[job.shipment.id]) for job in landed]
        second = [Job(x, job.place_id, x.posko_id) for x, job in zip(ready, landed, strict=True)]
        self._wave("boats", [*second, *afloat], self.boats, part_of(stop, 1 - TRUCK_SHARE))

    def undelivered(self) -> list[tuple[CargoLine, Cause]]:
        """Return the goods that stay behind, each with its cause."""
        level = {(need.posko_id, need.item_id): need.level for need in self.operation.needs}
        most_urgent = {
            schedule.vehicle_id: min(
                level[line.posko_id, line.item_id] for action in schedule.actions if isinstance(action, Unload) for line in action.lines
            )
            for schedule in self.schedules
        }
        lost: list[tuple[CargoLine, Cause]] = []
        for left in self.left:
            lines = left.job.shipment.lines
            cause = self._cause(left, min(level[line.posko_id, line.item_id] for line in lines), most_urgent)
            lost += [(line, cause) for line in lines]
        return lost

    def _wave(self, phase: str, jobs: list[Job], groups: Sequence[FleetGroup], stop: StopCriterion) -> None:
        usable = [group for group in groups if any(group.can_serve(self.travel, (job.site_id, job.place_id)) for job in jobs)]
        if not jobs or not usable:
            self.left += [_Left(job, groups) for job in jobs]
            return

        def tell(progress: Progress) -> None:
            self.tell(replace(progress, phase=phase))

        problem = pose_wave(self.operation, self.travel, jobs=jobs, groups=usable)
        result = solve_routing(problem, stop=stop, rng=self.rng, threads=self.threads, on_progress=tell)
        plan = result.plan_or_raise()
        schedules, lost = self.timeline.schedule(plan, jobs=jobs, groups=usable)
        by_id = {job.shipment.id: job for job in jobs}
        self.results.append(result)
        self.schedules += schedules
        self.left += [_Left(job, groups) for job in (*lost, *(by_id[name] for name in plan.unserved))]

    def _types(self, groups: Sequence[FleetGroup], leg: tuple[str, str]) -> list[FleetType]:
        """Return the vehicle types that can bring goods over a leg."""
        return list({group.kind.id: group.kind for group in groups if group.can_serve(self.travel, leg)}.values())

    def _cause(self, left: _Left, level: int, most_urgent: Mapping[str, int]) -> Cause:
        """Test why a job stays behind: whether one more vehicle, with nothing else to do, would bring the goods.

        Parameters
        ----------
        left : _Left
        level : int
            First priority level of its goods.
        most_urgent : mapping of str to int
            First priority level that each used vehicle carries.
        """
        able = [group for group in left.groups if group.is_in_time(self.travel, left.job, horizon_s=self.operation.horizon_s)]
        if not able:
            reached = any(group.can_serve(self.travel, (left.job.site_id, left.job.place_id)) for group in left.groups)
            return Cause.TOO_LATE if reached else Cause.NO_VEHICLE
        taken = any(most_urgent.get(vehicle.id, level) < level for group in able for vehicle in group.vehicles)
        return Cause.LOWER_PRIORITY if taken else Cause.NO_VEHICLE


def _pose_allocation(operation: Operation, travel: Travel) -> AllocationProblem:
    """Return the allocation question: all stock, all needs, and the metres of every way the fleet has."""
    sites, poskos, items = ([x.id for x in group] for group in (operation.sites, operation.poskos, operation.items))
    site_row, posko_row, item_row = ({name: row for row, name in enumerate(names)} for names in (sites, poskos, items))
    supply = np.zeros((len(sites), len(items)), np.int64)
    for stock in operation.supplies:
        supply[site_row[stock.site_id], item_row[stock.item_id]] += stock.quantity
    need, level = (np.zeros((len(poskos), len(items)), np.int64) for _ in range(2))
    for wish in operation.needs:
        cell = posko_row[wish.posko_id], item_row[wish.item_id]
        need[cell], level[cell] = wish.quantity, wish.level
    distance = np.full((len(sites), len(poskos)), UNREACHABLE, np.int64)
    for (site, posko), way in travel.ways.items():
        distance[site_row[site], posko_row[posko]] = way.distance_m
    mass = np.array([item.mass_kg for item in operation.items])
    return AllocationProblem(tuple(sites), tuple(poskos), tuple(items), supply, need, level, mass, distance)


def _reach(operation: Operation, travel: Travel) -> Reach:
    """Return which sites goods can come from, by the fleet and by any vehicle there is."""
    node = {x.id: x.node_id for x in operation.sites}
    stocked = {supply.site_id for supply in operation.supplies if supply.quantity}
    reached = {
        site: frozenset().union(*(reachable(travel.network, from_node=node[site], profile=name) for name in operation.profiles))
        for site in sorted(stocked)
    }
    anyhow = {(site, posko.id) for site, nodes in reached.items() for posko in operation.poskos if posko.node_id in nodes}
    return Reach(frozenset(travel.ways), travel.late, frozenset(anyhow))


def _say_nothing(_progress: Progress) -> None:
    """Report to nobody."""
