"""Goals one after another: each level is searched for among the plans that are as good by the levels before.

Sums are held by prices: with B above what the best plan known comes to by the next level, a plan of least B times this level
plus the next is no worse than it by this level, and then better by the next (lexicographic scalarisation; Isermann 1982,
OR Spektrum 4). So in a proof each level is exact; where B would not fit into 64 bits it is smaller, and nothing is proved.
The last arrival and the longest route are held by limits of the problem, see `routing_worst`, and found by bisection. Plans
are compared by their values, required stops left out first, so that none is ever given up for a worse one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..model.routing_goals import LongestRoute, SumLevel, TotalDistance, TotalDuration, WorstLevel
from ..plan.result import LevelValue, Sample, Status
from ..plan.timetable import Timetable
from .routing_bound import lower_bound
from .routing_bound_arcs import MOST_NODES
from .routing_incumbent import Incumbent
from .routing_prices import most_steps, prices_of, with_prices
from .routing_relay import Relay
from .routing_search import Aim, judged
from .routing_worst import held_to, least_worst, start_within
from .warm_start import completed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..model.routing import RoutingProblem
    from ..model.routing_goals import Level
    from ..plan.result import Step
    from ..plan.route_plan import RoutePlan
    from .routing_prices import PriceList
    from .routing_search import Found
    from .stop import StopCriterion

_OPENING: Final = 0.15
"""Share of a level for a first plan, where what follows needs one."""
_PROBE: Final = 0.25
"""Share of what is left of a level for one question of a bisection."""
_ROOM: Final = 2.0**60
"""What any plan comes to stays below it."""
_EXACT: Final = 2**52
"""Above it floats, in which plans are priced, are no whole numbers."""


@dataclass(frozen=True, slots=True)
class LevelsFound:
    """The plan of least values, and what they are level by level."""

    plan: RoutePlan
    status: Status
    levels: tuple[LevelValue, ...]
    seconds: float
    iterations: int
    trace: tuple[Sample, ...]
    replay: tuple[Step, ...]


def solve_levels(
    problem: RoutingProblem,
    levels: Sequence[Level],
    *,
    stop: StopCriterion,
    seed: int,
    threads: int,
    tell: Callable[[float, int, float, float], None],
    replay: Sequence[Step] | None = None,
    warm_start: RoutePlan | None = None,
) -> LevelsFound:
    """Search level by level; each gets an even share of what is left of the run.

    Parameters
    ----------
    problem : RoutingProblem
    levels : sequence of Level
    stop : StopCriterion
    seed, threads : int
    tell : callable
        Called with (seconds, iterations, value of the first level, fraction).
    replay : sequence of Step, optional
    warm_start : RoutePlan, optional
    """
    relay = Relay(stop, len(levels), seed=seed, threads=threads, replay=replay)
    descent = _Descent(problem, levels, relay, tell)
    if warm_start is not None:
        descent.best.consider(completed(descent.priced(descent.guide(0)), warm_start))
    values = []
    for number, level in enumerate(levels):
        relay.enter(number)
        values.append(descent.sum_level(number) if isinstance(level, SumLevel) else descent.worst_level(number, level))
    plan = judged(problem, Timetable(problem).priced(descent.best.known))
    status = stop.status
    if relay.is_stopped:
        status = Status.STOPPED
    elif descent.is_infeasible:
        status = Status.INFEASIBLE
    elif not descent.best.left_out and all(value.is_proved for value in values):
        status = Status.OPTIMAL
    return LevelsFound(plan, status, tuple(values), relay.seconds, relay.iterations, tuple(descent.trace), tuple(relay.steps))


class _Descent:
    """What the levels before ask of the next, and the best plan so far."""

    def __init__(
        self, problem: RoutingProblem, levels: Sequence[Level], relay: Relay, tell: Callable[[float, int, float, float], None]
    ) -> None:
        self.levels, self.relay, self.tell = levels, relay, tell
        self.best = Incumbent(problem, levels)
        self.leaves_at_once = any(prices is not None and prices.counts_arrivals for prices in self.best.prices)
        self.limited = problem
        """The problem, with the limits of the worst goals met so far."""
        self.held: PriceList | None = None
        """Prices of the sums met so far, the first far above the next."""
        self.is_exact = True
        """Whether no plan can be better by these prices and worse by the levels."""
        self.is_infeasible = False
        self.trace: list[Sample] = []

    def priced(self, prices: PriceList, limited: RoutingProblem | None = None) -> RoutingProblem:
        """Return the problem with its limits and these prices."""
        return with_prices(self.limited if limited is None else limited, prices, leaves_at_once=self.leaves_at_once)

    def guide(self, number: int) -> PriceList:
        """Return prices that lead a search from a level on: the next that tell most routes apart, else seconds."""
        following = [prices for prices in self.best.prices[number:] if prices is not None and not prices.is_flat]
        return following[0] if following else prices_of(self.limited, SumLevel(((TotalDuration(), 1.0),)))

    def sum_level(self, number: int) -> LevelValue:
        """Search for the least sum."""
        prices, best = self.best.prices[number], self.best
        assert prices is not None  # noqa: S101 - it is a level of sums
        is_proved, bound = False, None
        if self.relay.goes_on or best.plan is None:
            combined, times, is_exact = self._over(self.held, prices)
            found = self._search(combined, share=_OPENING if prices.is_flat else 1.0, level=number)
            is_proved = found.is_proved and is_exact
            if found.bound is not None and is_exact:
                # By prices that hold other levels a bound counts what they come to.
                least = found.bound - (0 if self.held is None else times * best.steps(self.held))
                bound = max(0.0, least)
            if not is_proved and prices.is_flat and self.relay.goes_on:
                self._search(self._over(combined, self.guide(number))[0], share=1.0, level=number)
        value = best.value(number)
        is_proved |= value == 0 and not best.left_out
        self.held, _, is_exact = self._over(self.held, prices)
        self.is_exact &= is_exact
        if is_proved:
            return self._told(number, value, value)
        return self._told(number, value, None if best.left_out or bound is None else min(value, bound))

    def _over(self, held: PriceList | None, prices: PriceList) -> tuple[PriceList, int, bool]:
        """Return prices by which `held` come first and then `prices`, how many times over they are, and whether that is exact."""
        if held is None:
            return prices, 1, True
        wanted = self.best.steps(prices) + 1
        room = (_ROOM - most_steps(self.limited, prices)) / max(1.0, most_steps(self.limited, held))
        most = min((_EXACT - prices.highest) // max(1, held.highest), (_EXACT - wanted) // max(1, self.best.steps(held)))
        times = max(1, min(wanted, int(room), most))
        return held.over(prices, times), times, self.is_exact and times == wanted

    def worst_level(self, number: int, level: WorstLevel) -> LevelValue:
        """Search for the least worst by bisection between what cannot be and what is."""
        best, goal, relay = self.best, level.goal, self.relay
        if best.plan is None:
            self._search(self.guide(number), share=_OPENING, level=number)
        prices = self.guide(number) if self.held is None else self.held
        proved = -1 if best.left_out else self._least(level) - 1
        refused = proved
        while relay.goes_on and best.value(number) - proved > 1:
            highest = best.value(number)
            is_last = highest - refused <= 1
            most = highest - 1 if is_last else (refused + highest) // 2
            limited = held_to(self.limited, goal, most)
            start = start_within(self.priced(prices, limited), goal, most, best.known)
            aim = Aim(left_out=best.left_out, cost=None if self.held is None else best.steps(prices))
            share = 1.0 if is_last else _PROBE
            found = self._search(prices, share=share, level=number, limited=limited, start=start, aim=aim)
            if best.value(number) <= most:
                continue
            refused = most
            if found.is_proved and self.is_exact:
                proved = most
            if is_last:
                break
        value = best.value(number)
        self.limited = held_to(self.limited, goal, value)
        is_proved = value - proved <= 1
        return self._told(number, value, value if is_proved else (None if best.left_out or proved < 0 else proved + 1))

    def _least(self, level: WorstLevel) -> int:
        """Return what no plan that serves all required stops can be below."""
        from ..model.instance import encode

        goal, problem = level.goal, self.limited
        least = least_worst(problem, goal)
        if not isinstance(goal, LongestRoute) or len(problem.stops) > MOST_NODES:
            return least
        # All routes together, over as many as there can be.
        prices = prices_of(problem, SumLevel(((TotalDuration() if goal.measure == "duration" else TotalDistance(), 1.0),)))
        total = lower_bound(encode(self.priced(prices)))
        return max(least, -int(-total // min(problem.num_vehicles, max(1, len(problem.stops)))))

    def _search(
        self,
        prices: PriceList,
        *,
        share: float,
        level: int,
        limited: RoutingProblem | None = None,
        start: RoutePlan | None = None,
        aim: Aim | None = None,
    ) -> Found:
        """Run one search from the best plan, or from what is left of it under limits of a probe."""
        best, problem = self.best, self.priced(prices, limited)
        if limited is None and best.plan is not None:
            start = completed(problem, best.plan)
        if aim is None:
            own = best.prices[level]
            is_held = self.held is not None and own is not None and best.plan is not None
            # As hot as the level itself asks for: by prices that are held nothing is to be given away.
            aim = Aim(warmth=_share(best.steps(own), best.steps(prices)) if is_held and own is not None else 1.0)

        def told(seconds: float, iterations: int, cost: int, fraction: float) -> None:
            self.tell(seconds, iterations, cost * prices.unit if best.plan is None else self._in_units(0, best.value(0)), fraction)

        found = self.relay.search(problem, warm=start, aim=aim, share=share, tell=told)
        best.consider(found.plan)
        self.is_infeasible |= (
            found.status is Status.INFEASIBLE
            and limited is None
            and not any(isinstance(before, WorstLevel) for before in self.levels[:level])
        )
        self.trace.append(Sample(self.relay.seconds, self.relay.iterations, self._in_units(0, best.value(0))))
        return found

    def _in_units(self, number: int, steps: float) -> float:
        prices = self.best.prices[number]
        return float(steps) if prices is None else steps * prices.unit

    def _told(self, number: int, value: int, bound: float | None) -> LevelValue:
        in_units = self._in_units(number, value)
        told = None if bound is None else in_units if bound == value else self._in_units(number, bound)
        return LevelValue(self.levels[number].name, in_units, told)


def _share(part: int, whole: int) -> float:
    return max(1, part) / max(1, part, whole)
