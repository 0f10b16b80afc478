"""Sends the vehicles out in waves: trucks with the fair shares, trucks with the rest, boats with what trucks brought."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ..plan.operation_plan import Cause, Unload
from ..plan.result import Status
from .carriage import share_carriage
from .fleet_groups import group_fleet, rest_of_fleet
from .hauls import Hauls
from .routing import solve_routing
from .routing_bound import lower_bound
from .shipments import make_shipments
from .stop import part_of
from .timeline import Timeline
from .waves import Job, allowed_groups, cut_for_idle, pose_wave

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..model.operation import Operation
    from ..plan.allocation_plan import AllocationPlan
    from ..plan.operation_plan import CargoLine, VehicleSchedule
    from ..plan.result import Result, Step
    from ..plan.route_plan import RoutePlan
    from .fleet_groups import FleetGroup
    from .progress import OnProgress, Progress
    from .shipments import Shipment
    from .stop import StopCriterion
    from .ways import Travel

BOAT_SHARE: Final = 0.05  # of the search; the boats' problem is far smaller
REST_SHARE: Final = 0.07  # for what the fair shares leave of the fleet


@dataclass(frozen=True, slots=True)
class _Left:
    """A job no vehicle took, and the groups that could have been asked."""

    job: Job
    groups: Sequence[FleetGroup]


class Dispatch:
    """Sends trucks, then boats, and keeps what they leave behind.

    Parameters
    ----------
    operation : Operation
    travel : Travel
    rng, threads : int
    tell : callable
        Told the progress of every search.
    replay : sequence of Step or None
        Steps of an earlier run, repeated exactly.

    Attributes
    ----------
    schedules : dict of str to VehicleSchedule
        By vehicle id.
    left : list
        Jobs no vehicle took.
    results : list of Result of RoutePlan
        One a wave.
    bound : float or None
        No plan of the road vehicles with these shipments costs less, ferries waited for as long as the matrices say.
    """

    def __init__(
        self, operation: Operation, travel: Travel, *, rng: int, threads: int, tell: OnProgress, replay: Sequence[Step] | None = None
    ) -> None:
        self.operation, self.travel = operation, travel
        self.rng, self.threads, self.tell = rng, threads, tell
        self.trucks, self.boats = group_fleet(operation, afloat=False), group_fleet(operation, afloat=True)
        self.hauls = Hauls(travel)
        self.timeline = Timeline(operation, travel)
        self.schedules: dict[str, VehicleSchedule] = {}
        self.left: list[_Left] = []
        self.results: list[Result[RoutePlan]] = []
        self.bound: float | None = None
        self._steps = replay

    @property
    def iterations(self) -> int:
        """Iterations of all waves."""
        return sum(result.iterations for result in self.results)

    @property
    def is_stopped(self) -> bool:
        """Whether a search was cancelled."""
        return any(result.status is Status.STOPPED for result in self.results)

    @property
    def replay(self) -> tuple[Step, ...]:
        """The steps of all waves, each with the number of its wave."""
        return tuple(replace(step, wave=wave) for wave, result in enumerate(self.results) for step in result.replay)

    def dispatch(self, allocation: AllocationPlan, stop: StopCriterion) -> None:
        """Route all shipments of an allocation."""
        by_road, afloat = self._jobs(allocation)
        shared = [job for job in by_road if job.shipment.in_share]
        beyond = [job for job in by_road if not job.shipment.in_share]
        boat_share = BOAT_SHARE if afloat or any(job.place_id != job.shipment.posko_id for job in by_road) else 0.0
        first = shared or beyond
        beyond = beyond if shared else []
        rest_share = REST_SHARE if beyond or self._has_small(by_road) else 0.0
        missed = self._wave("routing", first, self.trucks, _share(stop, 1 - rest_share - boat_share))
        self.bound = self.results[0].bound if self.results else None
        left = [*missed, *beyond]
        pieces = cut_for_idle(self.operation, self.hauls, jobs=left, groups=self._idle())
        if beyond or pieces:
            rest = rest_of_fleet(self.trucks, self.schedules, horizon_s=self.operation.horizon_s)
            missed = self._wave("rest", _replaced(left, pieces), rest, _share(stop, rest_share))
            by_road = _replaced(by_road, pieces)
            self.bound = self._bound(by_road)
        self.left += [_Left(job, self.trucks) for job in missed]
        handed_s = self.timeline.handed_s
        landed = [job for job in by_road if job.place_id != job.shipment.posko_id and job.shipment.id in handed_s]
        onward = [Job(replace(x.shipment, ready_s=handed_s[x.shipment.id]), x.place_id, x.shipment.posko_id) for x in landed]
        missed = self._wave("boats", [*onward, *afloat], self.boats, _share(stop, boat_share))
        self.left += [_Left(job, self.boats) for job in missed]

    def undelivered(self) -> list[tuple[CargoLine, Cause]]:
        """Return the goods that stay behind, each with its cause."""
        level = {(need.posko_id, need.item_id): need.level for need in self.operation.needs}
        most_urgent = {
            schedule.vehicle_id: min(
                level[line.posko_id, line.item_id] for action in schedule.actions if isinstance(action, Unload) for line in action.lines
            )
            for schedule in self.schedules.values()
        }
        return [(line, cause) for left in self.left for cause in [self._cause(left, most_urgent)] for line in left.job.shipment.lines]

    def _jobs(self, allocation: AllocationPlan) -> tuple[list[Job], list[Job]]:
        """Return the jobs that begin on the road, and those that boats carry from where they lie."""
        ways = self.travel.ways
        pairs = sorted({(flow.site_id, flow.posko_id) for flow in allocation.flows})
        first = {(site, posko): (site, ways[site, posko].hub_id or posko) for site, posko in pairs}
        second = {pair: (way.hub_id, pair[1]) for pair in pairs if (way := ways[pair]).hub_id is not None}
        by_road = {pair: self.hauls.over(leg, self.trucks) for pair, leg in first.items()}
        legs = {pair: [by_road[pair] or self.hauls.over(leg, self.boats)] for pair, leg in first.items()}
        for pair, leg in second.items():
            if on_water := self.hauls.over(leg, self.boats):
                legs[pair].append(on_water)
        carried = share_carriage(self.operation, allocation.flows, hauls=by_road)
        shipments = make_shipments(self.operation, allocation.flows, hauls=legs, carried=carried)

        def jobs(chosen: Iterable[Shipment]) -> list[Job]:
            return [Job(x, *first[x.origin_id, x.posko_id]) for x in chosen]

        return (
            jobs(x for x in shipments if by_road[x.origin_id, x.posko_id]),
            jobs(x for x in shipments if not by_road[x.origin_id, x.posko_id]),
        )

    def _wave(self, phase: str, jobs: Sequence[Job], groups: Sequence[FleetGroup], stop: StopCriterion) -> list[Job]:
        """Route some jobs with some groups; return the jobs that stay behind."""
        allowed = allowed_groups(self.hauls, jobs=jobs, groups=groups)
        able = [job for job in jobs if allowed[job.shipment.id]]
        used = frozenset[str]().union(*allowed.values())
        missed = [job for job in jobs if not allowed[job.shipment.id]]
        if not able:
            return missed
        usable = [group for group in groups if group.id in used]
        problem = pose_wave(self.operation, self.travel, jobs=able, groups=usable, allowed=allowed)

        def tell(progress: Progress) -> None:
            self.tell(replace(progress, phase=phase))

        result = solve_routing(problem, stop=stop, rng=self.rng, threads=self.threads, on_progress=tell, replay=self._wave_steps())
        plan = result.plan_or_raise()
        schedules, lost = self.timeline.schedule(plan, jobs=able, groups=usable)
        self.results.append(result)
        for schedule in schedules:
            before = self.schedules.get(schedule.vehicle_id)
            self.schedules[schedule.vehicle_id] = schedule if before is None else self.timeline.join(before, schedule)
        by_id = {job.shipment.id: job for job in able}
        return [*missed, *lost, *(by_id[name] for name in plan.unserved)]

    def _wave_steps(self) -> list[Step] | None:
        """Return the steps the next wave repeats: those of its own part, or none at all once a search was cancelled."""
        if self._steps is not None:
            return [step for step in self._steps if step.wave == len(self.results)]
        return [] if self.is_stopped else None

    def _has_small(self, jobs: Iterable[Job]) -> bool:
        """Tell whether some vehicles are too small for some goods."""
        most = (min(group.kind.capacity_kg for group in self.trucks), min(group.kind.capacity_l for group in self.trucks))
        return any(job.shipment.kg > most[0] or job.shipment.litres > most[1] for job in jobs)

    def _idle(self) -> tuple[FleetGroup, ...]:
        """Return the groups of trucks with the vehicles that have not been out."""
        idle = ((group, tuple(x for x in group.vehicles if x.id not in self.schedules)) for group in self.trucks)
        return tuple(replace(group, vehicles=vehicles) for group, vehicles in idle if vehicles)

    def _bound(self, jobs: Sequence[Job]) -> float | None:
        """Return the bound on routing all jobs by road, fair shares and what is beyond them, cut as they were sent."""
        from ..model.instance import encode

        allowed = allowed_groups(self.hauls, jobs=jobs, groups=self.trucks)
        able = [job for job in jobs if allowed[job.shipment.id]]
        return lower_bound(encode(pose_wave(self.operation, self.travel, jobs=able, groups=self.trucks, allowed=allowed))) if able else None

    def _cause(self, left: _Left, most_urgent: Mapping[str, int]) -> Cause:
        """Test why a job stays behind: whether one more vehicle, with nothing else to do, would bring the goods.

        Where the price per kilogram is above the limit of their level for every vehicle, or one that could bring them
        stands idle and they are worth less than a trip, it is the cost.

        Parameters
        ----------
        left : _Left
        most_urgent : mapping of str to int
            First priority level that each used vehicle carries.
        """
        leg, goods, horizon_s = left.job.leg, left.job.shipment, self.operation.horizon_s
        able = [x for x in left.groups if x.is_in_time(self.travel, leg, kg=goods.kg, ready_s=goods.ready_s, horizon_s=horizon_s)]
        if not able:
            reached = any(group.can_serve(self.travel, leg) for group in left.groups)
            return Cause.TOO_LATE if reached else Cause.NO_VEHICLE
        worthy = [haul for haul in self.hauls.over(leg, able) if haul.is_worth_it(goods.level, goods.kg, goods.litres)]
        vehicles = [vehicle.id for haul in worthy for vehicle in haul.group.vehicles]
        is_idle = any(name not in self.schedules for name in vehicles)
        if not worthy or (is_idle and goods.worth_idr < min(haul.trip_idr for haul in worthy)):
            return Cause.TOO_COSTLY
        taken = any(most_urgent.get(name, goods.level) < goods.level for name in vehicles)
        return Cause.LOWER_PRIORITY if taken else Cause.NO_VEHICLE


def _replaced(jobs: Iterable[Job], pieces: Mapping[str, Sequence[Job]]) -> list[Job]:
    """Return jobs with those that were cut replaced by their pieces."""
    return [part for job in jobs for part in pieces.get(job.shipment.id, (job,))]


def _share(stop: StopCriterion, share: float) -> StopCriterion:
    """Return a part of the limit; the whole where there is nothing to share."""
    return part_of(stop, share) if 0 < share < 1 else stop
