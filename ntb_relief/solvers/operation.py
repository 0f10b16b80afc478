"""The main job: needs and stock in; allocation, routes of trucks and boats, and reasons for the rest out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from .._version import __version__
from ..errors import SolverError
from ..geo.access import reachable
from ..geo.disruption import network_today
from ..model.allocation import AllocationProblem
from ..model.travel import UNREACHABLE
from ..plan.explain import Reach, explain_shortfalls
from ..plan.operation_plan import Cause, OperationPlan
from ..plan.result import Result, Status
from ..plan.verify import verify
from ..units import format_number
from .allocation import solve_allocation
from .dispatch import Dispatch
from .hauls import LOWEST_MOST_IDR_PER_KG, MOST_IDR_PER_KG
from .progress import Progress
from .ways import find_travel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..model.operation import Operation
    from ..plan.operation_plan import Shortfall
    from ..plan.result import Step
    from .progress import OnProgress
    from .stop import StopCriterion
    from .ways import Travel


def solve_operation(
    operation: Operation,
    *,
    stop: StopCriterion,
    rng: int = 0,
    threads: int = 1,
    on_progress: OnProgress | None = None,
    replay: Sequence[Step] | None = None,
) -> Result[OperationPlan]:
    """Plan one operation: who gets what, and which vehicle brings it by which road at which hour.

    Stock is shared out exactly and fairly (`solve_allocation`), over what the fleet can reach today. Where vehicles are
    scarce their hours are shared out too (`share_carriage`): level by level, all get the same share of what they were
    given, as far as the hours reach. The goods of these shares are routed first; then what is left of the hours takes
    what it can of the rest, and boats carry on what trucks brought to their harbours.

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
    replay : sequence of Step, optional
        `Result.replay` of an earlier run with the same operation, seed and threads: repeats all its searches exactly;
        `stop` then only names the status.

    Returns
    -------
    Result of OperationPlan
        The objective is the cost of the vehicles in rupiah plus the worth of allocated goods that stay behind; the bound
        holds for the allocation chosen with all its shipments, those beyond the fair shares too, and is weak where
        vehicles are scarce. A plan with shortfalls is no failure: each has its cause. Ctrl-C returns the best plan so
        far with status `STOPPED`: searches still to come only build their first plan.

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
    crew = Dispatch(operation, travel, rng=rng, threads=threads, tell=tell, replay=replay)
    crew.dispatch(allocation, stop)
    shortfalls = explain_shortfalls(operation, flows=allocation.flows, undelivered=crew.undelivered(), reach=_reach(operation, travel))
    plan = OperationPlan(
        operation=operation,
        flows=allocation.flows,
        schedules=tuple(crew.schedules.values()),
        shortfalls=shortfalls,
        min_share={level: float(share) for level, share in sorted(allocation.min_share.items())},
        notes=(*operation.notes, *_price_note(shortfalls)),
    )
    violations = verify(operation, plan)
    if violations:
        message = f"the operation plan breaks {len(violations)} rules, first: {violations[0]}"
        raise SolverError(message)
    return Result(
        plan=plan,
        status=Status.STOPPED if crew.is_stopped else stop.status,
        objective=float(sum(x.cost_idr for x in crew.schedules.values()) + sum(x.job.shipment.worth_idr for x in crew.left)),
        bound=crew.bound,
        seconds=time.perf_counter() - begin,
        iterations=crew.iterations,
        seed=rng,
        threads=threads,
        trace=tuple(x for result in crew.results for x in result.trace),
        replay=crew.replay,
        version=__version__,
    )


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


def _price_note(shortfalls: Iterable[Shortfall]) -> tuple[str, ...]:
    """Return the rule by which goods stay behind as too costly to carry, where some do."""
    if all(short.cause is not Cause.TOO_COSTLY for short in shortfalls):
        return ()
    limits = [f"prioritas {level} Rp{format_number(most)}" for level, most in sorted(MOST_IDR_PER_KG.items()) if most is not None]
    limits.append(f"sesudahnya Rp{format_number(LOWEST_MOST_IDR_PER_KG)}")
    rule = f"Batas biaya angkut per kg adalah ASUMSI (assumed): {', '.join(limits)}; prioritas 1 tanpa batas."
    return (f"{rule} Muatan prioritas lain yang terlalu kecil untuk satu perjalanan juga ditinggal.",)


def _say_nothing(_progress: Progress) -> None:
    """Report to nobody."""
