"""Goals that add up as prices of a routing problem: whole steps a metre, a second, a vehicle, an arrival and a stop left out."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from ..model.plane import PlaneTravel
from ..model.routing_goals import Arrivals, Deprivation, FixedCosts, FleetSize, Prizes, Tolls, TotalCost, TotalDistance, TotalDuration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..model.routing import RoutingProblem
    from ..model.routing_goals import SumLevel
    from ..plan.route_plan import RoutePlan

_MOST_DECIMALS: Final = 6
_DIGITS: Final = 6
"""Of the smallest price, where no decimals make all prices whole."""
_NEAR: Final = 1e-9


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices in whole steps.

    Parameters
    ----------
    fixed, per_m, per_s : tuple of int
        By vehicle type.
    toll : int
        Of each toll of 1.
    slopes : tuple of tuple of int
        By stop, a second of each piece of its arrival costs.
    prizes : tuple of int
        By stop, 0 where it is required.
    unit : float
        What a step is worth.
    """

    fixed: tuple[int, ...]
    per_m: tuple[int, ...]
    per_s: tuple[int, ...]
    toll: int
    slopes: tuple[tuple[int, ...], ...]
    prizes: tuple[int, ...]
    unit: float = 1.0

    @property
    def is_flat(self) -> bool:
        """Whether most changes of a route change nothing: only vehicles, tolls and what is left out count."""
        return not (any(self.per_m) or any(self.per_s) or self.counts_arrivals)

    @property
    def counts_arrivals(self) -> bool:
        """Whether it counts when service starts."""
        return any(map(any, self.slopes))

    @property
    def highest(self) -> int:
        """The highest of all prices."""
        slopes = (price for row in self.slopes for price in row)
        return max(self.toll, *self.fixed, *self.per_m, *self.per_s, max(slopes, default=0), max(self.prizes, default=0))

    def over(self, other: PriceList, times: int) -> PriceList:
        """Return these prices `times` over and those of another list on top."""

        def mixed(mine: Iterable[int], theirs: Iterable[int]) -> tuple[int, ...]:
            return tuple(times * first + second for first, second in zip(mine, theirs, strict=True))

        return PriceList(
            mixed(self.fixed, other.fixed),
            mixed(self.per_m, other.per_m),
            mixed(self.per_s, other.per_s),
            times * self.toll + other.toll,
            tuple(mixed(mine, theirs) for mine, theirs in zip(self.slopes, other.slopes, strict=True)),
            mixed(self.prizes, other.prizes),
        )

    def steps_of(self, problem: RoutingProblem, plan: RoutePlan, tolls: int) -> int:
        """Return what a plan comes to, exactly; `tolls` are those of its routes."""
        row = {kind.id: number for number, kind in enumerate(problem.vehicle_types)}
        at = {stop.id: number for number, stop in enumerate(problem.stops)}
        total = self.toll * tolls
        for route in plan.routes:
            kind = row[route.vehicle_type]
            total += self.fixed[kind] + self.per_m[kind] * route.distance_m + self.per_s[kind] * (route.end_s - route.start_s)
            if self.counts_arrivals:
                total += sum(self._arrival(problem, at[v.stop_id], v.start_s) for trip in route.trips for v in trip.visits)
        left = set(plan.unserved)
        lost = {stop.request: prize for stop, prize in zip(problem.stops, self.prizes, strict=True) if stop.id in left}
        return total + sum(lost.values())

    def _arrival(self, problem: RoutingProblem, number: int, start_s: int) -> int:
        begins = [after_s for after_s, _ in problem.stops[number].arrival_pieces]
        reached = [*(min(start_s, after_s) for after_s in begins[1:]), start_s]
        return sum(max(0, end_s - after_s) * slope for after_s, end_s, slope in zip(begins, reached, self.slopes[number], strict=True))


def prices_of(problem: RoutingProblem, level: SumLevel) -> PriceList:
    """Return the prices of a level, in the coarsest steps in which they are whole; finer ones where no six decimals are enough."""
    cost = level.weight(TotalCost)
    fixed, fleet = cost + level.weight(FixedCosts), level.weight(FleetSize)
    metres, seconds = level.weight(TotalDistance), level.weight(TotalDuration)
    urgency, arrival = cost + level.weight(Deprivation), level.weight(Arrivals)
    toll, prize = cost + level.weight(Tolls), cost + level.weight(Prizes)
    kinds = problem.vehicle_types
    wished = [
        [fixed * kind.fixed_cost + fleet for kind in kinds],
        [cost * kind.cost_per_m + metres for kind in kinds],
        [cost * kind.cost_per_s + seconds for kind in kinds],
        [toll],
        [prize * (stop.prize or 0) for stop in problem.stops],
        *([urgency * per_s + arrival for _, per_s in stop.arrival_pieces] for stop in problem.stops),
    ]
    scale = _scale([price for row in wished for price in row])
    steps = [tuple(round(price * scale) for price in row) for row in wished]
    common = math.gcd(*(price for row in steps for price in row)) or 1
    fixed_steps, metre_steps, second_steps, (toll_step,), prize_steps, *slopes = [tuple(price // common for price in row) for row in steps]
    return PriceList(fixed_steps, metre_steps, second_steps, toll_step, tuple(slopes), prize_steps, common / scale)


def _scale(prices: list[float]) -> int:
    """Return the least power of ten that makes all prices whole, or that leaves the smallest of them some digits."""
    for decimals in range(_MOST_DECIMALS + 1):
        scale: int = 10**decimals
        if all(abs(price * scale - round(price * scale)) <= _NEAR * max(1.0, price * scale) for price in prices):
            return scale
    least = min(price for price in prices if price > 0)
    return int(10.0 ** max(_MOST_DECIMALS, math.ceil(_DIGITS - math.log10(least))))


def with_prices(problem: RoutingProblem, prices: PriceList, *, leaves_at_once: bool) -> RoutingProblem:
    """Return the problem with these prices for its costs, in steps."""
    stops = tuple(
        replace(
            stop,
            arrival_cost_per_s=slopes[0],
            later_arrival_costs=tuple((after_s, slope) for (after_s, _), slope in zip(stop.later_arrival_costs, slopes[1:], strict=True)),
            prize=None if stop.prize is None else prize,
        )
        for stop, slopes, prize in zip(problem.stops, prices.slopes, prices.prizes, strict=True)
    )
    kinds = tuple(
        replace(kind, fixed_cost=fixed, cost_per_m=per_m, cost_per_s=per_s)
        for kind, fixed, per_m, per_s in zip(problem.vehicle_types, prices.fixed, prices.per_m, prices.per_s, strict=True)
    )
    matrices = {
        name: travel
        if isinstance(travel, PlaneTravel) or travel.toll_idr is None
        else replace(travel, toll_idr=np.maximum(travel.toll_idr, 0) * prices.toll)
        for name, travel in problem.matrices.items()
    }
    return problem.replace(stops=stops, vehicle_types=kinds, matrices=matrices, cost_scale=1, leaves_at_once=leaves_at_once)


def most_steps(problem: RoutingProblem, prices: PriceList) -> float:
    """Return more steps than any plan of the problem comes to: what overflows 64 bits has no place in the engine."""
    longest = slowest = dearest = 0.0
    for travel in problem.matrices.values():
        if isinstance(travel, PlaneTravel):
            reach = float(np.hypot(*np.ptp(travel.xy, axis=0))) * travel.units + 1
            longest, slowest = max(longest, reach), max(slowest, reach)
        else:
            longest, slowest = max(longest, float(travel.distance_m.max(initial=0))), max(slowest, float(travel.duration_s.max(initial=0)))
            dearest = dearest if travel.toll_idr is None else max(dearest, float(travel.toll_idr.max(initial=0)))
    stops, kinds = problem.stops, problem.vehicle_types
    arcs = 2.0 * (len(stops) + 1)
    opens = [0, *(x.shift_s[0] for x in kinds), *(x.open_s for x in problem.depots), *(max(x.windows_s[-1][0], x.release_s) for x in stops)]
    heaviest = max((stop.demand[0] + sum(stop.pickup[:1]) for stop in stops), default=0)
    works = max((stop.service_s for stop in stops), default=0) + heaviest * max(kind.service_s_per_unit for kind in kinds)
    latest = max(opens) + arcs * (slowest + works + max(kind.loading_s for kind in kinds))
    steepest = max((slope for row in prices.slopes for slope in row), default=0)
    a_leg = max(prices.fixed) + longest * max(prices.per_m) + latest * max(*prices.per_s, steepest) + dearest * prices.toll
    return arcs * a_leg + sum(prices.prizes)
