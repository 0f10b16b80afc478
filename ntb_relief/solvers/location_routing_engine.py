"""The routing engine on one set of sites, and the packing it may start from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .stop import MaxIterations
from .trajectory import run_trajectories
from .tuning import Tuning

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..kernels.routing.arrays import BestCopy
    from ..kernels.siting.knapsack import Sites
    from ..plan.result import Status
    from .location_routing_estimate import Choice
    from .location_routing_fleet import Encoding, Routes
    from .stop import Slice

_PACKING_STEPS = 3


class Engine:
    """One burst: after `run`, `routes` holds them, or None where some stops stayed out, and `iterations` how many it took.

    Parameters
    ----------
    encoding : Encoding
    choice : tuple of int
    is_pooled : bool
    seed, lanes : int
    tell : callable
        Called with the spent fraction of the burst.
    """

    def __init__(
        self, encoding: Encoding, choice: Choice, *, is_pooled: bool, seed: int, lanes: int, tell: Callable[[float], None]
    ) -> None:
        self.encoding, self.choice, self.is_pooled, self.seed, self.lanes, self.tell = encoding, choice, is_pooled, seed, lanes, tell
        self.start: BestCopy | None = None
        self.routes: Routes | None = None
        self.iterations = 0

    def start_packed(self, sites: Sites, stop: Slice) -> int:
        """Route each site by itself over stops that fit it, as a start for `run`; return the iterations, 0 where no packing is found."""
        owner = find_packing(sites, self.choice, seed=self.seed)
        if owner is not None:
            self._drive(stop, owner=owner)
        return self.iterations

    def run(self, stop: Slice) -> Status:
        """Search until `stop`, return how it ended."""
        return self._drive(stop, owner=None)

    def _drive(self, stop: Slice, *, owner: Sequence[int] | None) -> Status:
        from ..model.instance import encode

        problem = self.encoding.problem
        instance = encode(self.encoding.state(self.choice, is_pooled=self.is_pooled, owner=owner))

        def tell(seconds: float, iterations: int, cost: int, fraction: float) -> None:  # noqa: ARG001 - the words of the search
            self.tell(fraction)

        # Pooled vehicles look timed to the engine, but loads decide: the hot start of timed problems was measured to be worse.
        tuning = Tuning() if self.is_pooled else Tuning.for_instance(instance)
        outcome = run_trajectories(
            instance, stop=stop, seed=self.seed, threads=self.lanes, tuning=tuning, tell=tell, start=None if owner else self.start
        )
        driven, unserved = instance.decode(outcome.best)
        self.iterations, self.start = outcome.iterations, None if unserved else outcome.best
        site = {name: row for row, name in enumerate(problem.site_ids)}
        stop_row = {name: row for row, name in enumerate(problem.stop_ids)}
        trips = [trip for _, _, trips in driven for trip in trips if trip[1]]
        self.routes = None if unserved else [(site[depot], tuple(stop_row[name] for name in stops)) for depot, stops in trips]
        return outcome.status


def find_packing(sites: Sites, choice: Choice, *, seed: int) -> list[int] | None:
    """Return a site of the choice for each stop so that all fit, cheap by the estimate; None where none is found.

    A regret heuristic, and where that fails the search of single-source location with all sites of the choice open.

    Parameters
    ----------
    sites : Sites
    choice : tuple of int
    seed : int
    """
    from ..kernels.siting.assign import improve_assignment, start_assignment
    from .siting_capacitated import CapacitatedSearch
    from .siting_clock import Clock

    m, n = sites.cost.shape
    owner, room, mode = np.zeros(n, np.int32), np.zeros(m), np.full(m, -1, np.int8)
    mode[list(choice)] = 1
    start_assignment(sites, (mode > 0).astype(np.int8), np.zeros(m), owner, room)
    improve_assignment(sites, (mode > 0).astype(np.int8), owner, room)
    if (owner >= 0).all():
        return [int(row) for row in owner]
    found = CapacitatedSearch(sites, mode=mode, is_single=True, seed=seed).run(Clock(MaxIterations(_PACKING_STEPS), None))
    if found.shares is None or not math.isfinite(found.cost):
        return None
    return [int(row) for row in found.shares.argmax(axis=0)]
