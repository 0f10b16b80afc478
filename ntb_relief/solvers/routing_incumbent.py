"""The best plan that is known, by levels of goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.routing_goals import SumLevel
from ..plan.timetable import Timetable
from .routing_prices import prices_of
from .routing_search import required_out
from .routing_worst import worst_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..model.routing import RoutingProblem
    from ..model.routing_goals import Level
    from ..plan.route_plan import RoutePlan
    from .routing_prices import PriceList


class Incumbent:
    """Keeps of all plans the first by required stops left out, then by the levels in turn; whole numbers are compared."""

    def __init__(self, problem: RoutingProblem, levels: Sequence[Level]) -> None:
        self.problem, self.levels = problem, levels
        self.prices = [prices_of(problem, level) if isinstance(level, SumLevel) else None for level in levels]
        self.times = Timetable(problem)
        self.key: tuple[int, ...] | None = None
        self.plan: RoutePlan | None = None

    def consider(self, plan: RoutePlan) -> None:
        """Take the plan where it is better."""
        key = (len(required_out(self.problem, plan)), *(self._value(number, plan) for number in range(len(self.levels))))
        if self.key is None or key < self.key:
            self.key, self.plan = key, plan

    def _value(self, number: int, plan: RoutePlan) -> int:
        level, prices = self.levels[number], self.prices[number]
        if isinstance(level, SumLevel):
            assert prices is not None  # noqa: S101 - every such level has some
            return self.steps(prices, plan)
        return worst_of(level.goal, plan)

    def steps(self, prices: PriceList, plan: RoutePlan | None = None) -> int:
        """Return what a plan, or the best, comes to by some prices."""
        plan = self.known if plan is None else plan
        return prices.steps_of(self.problem, plan, sum(map(self.times.toll, plan.routes)) if prices.toll else 0)

    @property
    def known(self) -> RoutePlan:
        """The best plan; there must be one."""
        assert self.plan is not None  # noqa: S101 - the first search has found one
        return self.plan

    @property
    def left_out(self) -> int:
        """Required stops, alternatives and transfers that it leaves out."""
        return self.key[0] if self.key is not None else 0

    def value(self, number: int) -> int:
        """Return what it comes to by a level, in steps."""
        return self.key[1 + number] if self.key is not None else 0
