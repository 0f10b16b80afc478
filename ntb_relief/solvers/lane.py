"""One thread of the search: where it begins, goes on, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ..kernels.rng import seed_state
from ..kernels.routing.arrays import (
    BEST,
    COST,
    CURRENT,
    IMPOSSIBLE,
    NUM_BANK,
    NUM_USED,
    PRIZE,
    SIZE,
    TIMED,
    BestCopy,
)
from ..kernels.routing.recreate import ANY_ORDER, FAR_FIRST
from ..kernels.routing.schedule import refresh
from ..kernels.routing.search import keep_best, search

if TYPE_CHECKING:
    from ..kernels.routing.arrays import RoutingArrays, RoutingState, Scratch
    from ..model.instance import Instance
    from ..plan.result import Step
    from .tuning import Tuning

SEARCH_ONLY: Final = -1.0
"""In place of an order of the stops to build from."""
TIGHT_FILL: Final = 0.9
"""Above it loads decide how many routes there are, and a start with few, full routes is best."""
STOPS_AT_START: Final = 5
"""Stops in a route at the start otherwise: routes close more easily than they open."""


@dataclass(slots=True)
class Lane:
    """One thread's solution, scratch memory and best solution.

    Above the temperature `free_below` it searches with the arrays `while_hot`, where there are any, in place of the instance's.
    """

    state: RoutingState
    scratch: Scratch
    best: BestCopy
    while_hot: RoutingArrays | None = None
    free_below: float = 0.0

    @classmethod
    def begin(cls, instance: Instance, seed: int, width: int, start: BestCopy | None) -> Lane:
        """Return the lane at a given solution, or at one that it builds."""
        return cls.start(instance, seed, width) if start is None else cls.at(instance, seed, width, start)

    @classmethod
    def start(cls, instance: Instance, seed: int, width: int) -> Lane:
        """Return the lane at a first solution, of many short routes where time and not loads decides how many there must be."""
        lane = cls.built(instance, seed, width)
        seeds = len(instance.problem.stops) // STOPS_AT_START
        if instance.arrays.flags[TIMED] and lane.fill(instance) < TIGHT_FILL and seeds > lane.best.total[NUM_USED]:
            return cls.built(instance, seed, width, draw=ANY_ORDER, seeds=seeds)
        return lane

    @classmethod
    def built(
        cls,
        instance: Instance,
        seed: int,
        width: int,
        *,
        arrays: RoutingArrays | None = None,
        draw: float = FAR_FIRST,
        seeds: int = 0,
    ) -> Lane:
        """Return the lane at a solution built from nothing, with other arrays than the instance's where these are given."""
        state = instance.new_state(seed_state(seed))
        lane = cls(state, instance.new_scratch(), instance.new_best(state))
        lane.build(arrays or instance.arrays, width, draw=draw, seeds=seeds)
        return lane

    @classmethod
    def at(cls, instance: Instance, seed: int, width: int, start: BestCopy) -> Lane:
        """Return the lane at a given solution; where that leaves out what must be served, all is inserted. Its best is the better."""
        state = instance.new_state(seed_state(seed))
        state.total[BEST] = IMPOSSIBLE
        lane = cls(state, instance.new_scratch(), instance.new_best(state))
        lane.adopt(instance, start)
        banked = state.bank[: state.total[NUM_BANK], 0]
        if (instance.arrays.stop[banked, PRIZE] >= instance.required_prize).any():
            given, lane.best = lane.best, instance.new_best(state)
            lane.build(instance.arrays, width)
            lane.best = min(given, lane.best, key=lambda best: int(best.total[BEST]))
            state.total[BEST] = lane.best.total[BEST]
        return lane

    def build(self, arrays: RoutingArrays, width: int, *, draw: float = FAR_FIRST, seeds: int = 0) -> None:
        """Insert all unserved stops in the order `draw`, the first `seeds` into trips of their own; that is the best then."""
        search(arrays, self.state, self.scratch, self.best, 0, 1.0, 1.0, 0.0, 1, width, draw, seeds)

    @property
    def mean_stop_cost(self) -> float:
        """Mean routing cost of a served stop of the best solution, at least 1."""
        served = int(self.best.vehicle[:, SIZE].sum())
        return max(1.0, float(np.sum(self.best.vehicle[:, COST])) / max(1, served))

    def fill(self, instance: Instance) -> float:
        """Return the load of all stops over the capacity of the used vehicles, in the dimension where it is highest."""
        used = instance.vehicle_kind[self.best.vehicle[:, SIZE] > 0]
        room = instance.arrays.capacity[used].sum(axis=0)
        return float((instance.demand.sum(axis=0) / np.maximum(room, 1)).max())

    def run(self, instance: Instance, tuning: Tuning, step: Step) -> None:
        """Search for one step."""
        is_hot = self.while_hot is not None and step.temperature_from > self.free_below
        search(
            self.while_hot if is_hot else instance.arrays,
            self.state,
            self.scratch,
            self.best,
            step.iterations,
            step.temperature_from,
            step.temperature_to,
            tuning.mean_removed,
            tuning.longest_string,
            tuning.width,
            SEARCH_ONLY,
            0,
        )

    def adopt(self, instance: Instance, best: BestCopy) -> None:
        """Go on from another lane's best solution."""
        for name in ("node", "vehicle", "bank", "demand"):
            getattr(self.state, name)[:] = getattr(best, name)
        for total in (CURRENT, NUM_BANK, NUM_USED):
            self.state.total[total] = best.total[total]
        self.scratch.hint[:] = instance.new_scratch().hint
        for row in range(len(self.state.vehicle)):
            refresh(instance.arrays, self.state, row)
        if self.state.total[CURRENT] < self.best.total[BEST]:
            keep_best(self.state, self.best)
