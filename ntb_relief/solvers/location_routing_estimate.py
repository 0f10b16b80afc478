"""What routes from a set of sites may cost, before any is driven: an estimate that ranks sets, and a weak bound.

A route that brings at most Q over stops i costs at least the way to the farthest of them and back, and so at least the
mean of these ways weighted by load: each stop takes demand / Q of its way out and back (Haimovich & Rinnooy Kan 1985,
Math. Oper. Res. 10(4)). Summed over stops that is a facility-location problem.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from ..model.location_routing import LocationRoutingProblem
    from .stop import StopCriterion

Choice = tuple[int, ...]
"""Rows of the open sites, ascending."""
_ALL_AT_MOST: Final = 1024
"""So many sets of sites are looked at one by one."""
_MOST_LOOKS: Final = 3000
"""Sets a local search over estimates looks at."""


class Estimate:
    """Ranks sets of sites by the radial cost of serving all stops from them.

    Parameters
    ----------
    problem : LocationRoutingProblem
    """

    def __init__(self, problem: LocationRoutingProblem) -> None:
        from ..kernels.siting.knapsack import Sites
        from ..model.instance import MAX_DEPOTS

        self.problem = problem
        m = len(problem.site_ids)
        self.mode, self.room, self.opening = problem.site_modes, problem.site_room, problem.opening_costs
        self.total = int(problem.demand.sum())
        share = problem.demand / problem.vehicle_capacity
        round_trip = _least_round_trips(problem)
        with np.errstate(invalid="ignore"):
            radial = np.where(np.isfinite(round_trip), round_trip * share[:, None], math.inf)
        self.radial: NDArray[np.float64] = radial
        self.vehicles = share * problem.vehicle_cost
        self.sites = Sites(
            cost=np.ascontiguousarray(radial.T),
            demand=problem.demand.astype(np.float64),
            capacity=self.room.astype(np.float64),
            fixed=self.opening,
            low_high=np.array([1, m], np.int64),
            whole=np.zeros(1, np.int64),
        )
        self.most = MAX_DEPOTS
        self._service: dict[Choice, float] = {}

    def is_enough(self, choice: Choice) -> bool:
        """Tell whether the sites of a choice hold all demand and are not more than the engine takes."""
        return 0 < len(choice) <= self.most and int(self.room[list(choice)].sum()) >= self.total

    def quick_service(self, choice: Choice) -> float:
        """Return the radial cost of all stops from their nearest sites, whatever these hold: never above `service`."""
        return float(self.radial[:, list(choice)].min(axis=1).sum() + self.vehicles.sum())

    def service(self, choice: Choice) -> float:
        """Return the least radial cost of all stops from these sites, split over sites where capacities ask for it."""
        if choice not in self._service:
            self._service[choice] = self._served(choice)
        return self._service[choice]

    def cost(self, choice: Choice, limit: float = math.inf) -> float:
        """Return the estimate with the cost of sites and vehicles; infinity where it is seen at once not to be below a limit."""
        opening = float(self.opening[list(choice)].sum())
        if opening + self.quick_service(choice) >= limit:
            return math.inf
        return opening + self.service(choice)

    def _served(self, choice: Choice) -> float:
        from .siting_highs import transport

        columns = list(choice)
        nearest = self.radial[:, columns].argmin(axis=1)
        cost = self.quick_service(choice)
        load = np.bincount(nearest, weights=self.problem.demand, minlength=len(columns))
        if not math.isfinite(cost) or (load <= self.room[columns]).all():
            return cost
        is_open = np.zeros(len(self.room), bool)
        is_open[columns] = True
        shares = transport(self.sites, is_open)
        if shares is None:
            return math.inf
        return float((np.where(shares > 0, self.sites.cost, 0.0) * shares).sum() + self.vehicles.sum())

    def neighbours(self, choice: Choice) -> Iterator[Choice]:
        """Yield the sets one site more, one less, or one exchanged away, that hold all demand."""
        inside = set(choice)
        free = [j for j in range(len(self.mode)) if self.mode[j] == 0]
        added = [j for j in free if j not in inside]
        dropped = [j for j in free if j in inside]
        for take in (None, *added):
            for leave in (None, *dropped):
                changed = tuple(sorted((inside | ({take} if take is not None else set())) - ({leave} if leave is not None else set())))
                if changed != choice and self.is_enough(changed):
                    yield changed

    def candidates(self, start: Choice | None = None) -> list[Choice]:
        """Return sets of sites worth a look, the best by estimate first: all where they are few, else those a local search met.

        Parameters
        ----------
        start : tuple of int, optional
            Where the local search begins; None takes sites one by one.
        """
        free = [j for j in range(len(self.mode)) if self.mode[j] == 0]
        must = [j for j in range(len(self.mode)) if self.mode[j] > 0]
        if 2 ** len(free) <= _ALL_AT_MOST:
            every = (tuple(sorted([*must, *(j for bit, j in enumerate(free) if (key >> bit) & 1)])) for key in range(2 ** len(free)))
            return self.ranked(choice for choice in every if self.is_enough(choice))
        self._descend(start if start is not None and self.is_enough(start) else self._gathered(must, free))
        return self.ranked(self._service)

    def ranked(self, choices: Iterable[Choice]) -> list[Choice]:
        """Return the choices by estimate, without those that reach not all stops."""
        costs = {choice: self.cost(choice) for choice in choices}
        return sorted((choice for choice, cost in costs.items() if math.isfinite(cost)), key=lambda choice: (costs[choice], choice))

    def _gathered(self, must: list[int], free: list[int]) -> Choice:
        """Return the sites that must be open and, until all is held and reached, those that hold most for what they cost."""
        order = sorted(free, key=lambda j: (self.opening[j] / max(1, int(self.room[j])), j))
        chosen = list(must)
        while order and not (chosen and self.is_enough(tuple(chosen)) and math.isfinite(self.quick_service(tuple(chosen)))):
            chosen.append(order.pop(0))
        return tuple(sorted(chosen))

    def _descend(self, choice: Choice) -> None:
        """Add, drop and exchange sites to the nearest local optimum of the estimate."""
        best, looks = self.cost(choice), 0
        is_better = True
        while is_better and looks < _MOST_LOOKS:
            is_better = False
            for other in self.neighbours(choice):
                looks += 1
                cost = self.cost(other, best)
                if cost < best:
                    best, choice, is_better = cost, other, True
                    break


def radial_bound(estimate: Estimate, *, stop: StopCriterion, seed: int) -> tuple[float, Choice | None]:
    """Return a cost that no plan can be below, and the sites it was found with.

    Facility location with radial costs, and the fewest vehicles. Weak: nothing is counted for the ways between stops.

    Parameters
    ----------
    estimate : Estimate
    stop : StopCriterion
        Of the facility-location solve.
    seed : int
    """
    from ..model.facility_location import FacilityLocationProblem
    from ..model.facility_location_goals import FixedCharge
    from .facility_location import solve_facility_location

    problem = estimate.problem
    fewest = -(-estimate.total // problem.vehicle_capacity)
    question = FacilityLocationProblem(
        problem.stop_ids,
        problem.site_ids,
        estimate.radial,
        demand=None if problem.capacity is None else problem.demand.astype(np.float64),
        capacity=None if problem.capacity is None else problem.capacity.astype(np.float64),
        fixed_cost=problem.fixed_cost,
        existing=problem.existing,
        forced=problem.forced,
        forbidden=problem.forbidden,
    )
    found = solve_facility_location(question, goal=FixedCharge(), stop=stop, rng=seed)
    opened = set() if found.plan is None else set(found.plan.sites)
    choice = tuple(row for row, name in enumerate(problem.site_ids) if name in opened)
    # A hair below: the sums of the two problems are rounded in different orders.
    return max(0.0, (found.bound or 0.0) * (1 - 1e-9)) + max(1, fewest) * problem.vehicle_cost, choice or None


def _least_round_trips(problem: LocationRoutingProblem) -> NDArray[np.float64]:
    """Return the least way from each site to each stop and back, over other stops where that is shorter; shape (N, M)."""
    m = len(problem.site_ids)
    between = problem.travel_cost[m:, m:]
    out = _closed(problem.travel_cost[:m, m:], between)
    back = _closed(problem.travel_cost[m:, :m].T, between.T)
    return np.ascontiguousarray((out + back).T)


def _closed(start: NDArray[np.float64], between: NDArray[np.float64]) -> NDArray[np.float64]:
    best = start.copy()
    while True:
        before = best.copy()
        for k in range(len(between)):
            np.minimum(best, best[:, k : k + 1] + between[k], out=best)
        if np.array_equal(before, best):
            return best
