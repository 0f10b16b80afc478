"""What routes are judged by, in place of the costs of the problem: goals, weighed against each other or one after another.

Sums over routes and stops can be weighed within a level; `LastArrival` and `LongestRoute` are the worst of all and stand alone in
theirs. Of the measures of how evenly work is shared only the longest route never gets better by making routes longer
(Matl, Hartl & Vidal 2018, Transportation Science 52(2)); the range is told by `RouteValues` and is no goal.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from ..errors import IssueLog

if TYPE_CHECKING:
    from .routing import RoutingProblem


@dataclass(frozen=True, slots=True)
class TotalCost:
    """The costs of the problem as they are: of routes and arrivals, tolls, prizes of what is left out."""


@dataclass(frozen=True, slots=True)
class TotalDistance:
    """Metres of all routes."""


@dataclass(frozen=True, slots=True)
class TotalDuration:
    """Seconds of all routes, from when a vehicle leaves its start until it is at its end."""


@dataclass(frozen=True, slots=True)
class FixedCosts:
    """Fixed costs of the vehicles used."""


@dataclass(frozen=True, slots=True)
class FleetSize:
    """Vehicles used."""


@dataclass(frozen=True, slots=True)
class Tolls:
    """Tolls and fares of all routes."""


@dataclass(frozen=True, slots=True)
class Prizes:
    """Prizes of the optional stops that are left out."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Sum over all visits of the second at which service starts (latency, the cumulative VRP; Ngueveu, Prins & Wolfler Calvo 2010)."""


@dataclass(frozen=True, slots=True)
class Deprivation:
    """What the arrivals cost by the `arrival_cost_per_s` and `later_arrival_costs` of the stops."""


@dataclass(frozen=True, slots=True)
class LastArrival:
    """The latest start of service (Campbell, Vandenbussche & Hermann 2008, Transportation Science 42(2))."""


@dataclass(frozen=True, slots=True)
class LongestRoute:
    """The longest route: the balance of work between the vehicles used.

    Parameters
    ----------
    measure : {"duration", "distance"}
        By seconds or by metres.
    """

    measure: Literal["duration", "distance"] = "duration"


SumGoal = TotalCost | TotalDistance | TotalDuration | FixedCosts | FleetSize | Tolls | Prizes | Arrivals | Deprivation
WorstGoal = LastArrival | LongestRoute
Goal = SumGoal | WorstGoal
Goals = Sequence[Goal | Mapping[SumGoal, float]]
"""Levels, the first counts most: a goal, or several with the weight of each."""


@dataclass(frozen=True, slots=True)
class SumLevel:
    """A level of goals that add up over routes and stops, each with its weight."""

    weights: tuple[tuple[SumGoal, float], ...]

    @property
    def name(self) -> str:
        """The goals and their weights."""
        return " + ".join(type(goal).__name__ if weight == 1 else f"{weight:g} {type(goal).__name__}" for goal, weight in self.weights)

    def weight(self, *kinds: type[SumGoal]) -> float:
        """Return the weight of some goals together."""
        return sum(weight for goal, weight in self.weights if isinstance(goal, kinds))


@dataclass(frozen=True, slots=True)
class WorstLevel:
    """A level of one goal that is the worst over routes or visits."""

    goal: WorstGoal

    @property
    def name(self) -> str:
        """The goal."""
        return "LastArrival" if isinstance(self.goal, LastArrival) else f"LongestRoute by {self.goal.measure}"


Level = SumLevel | WorstLevel


def levels_of(problem: RoutingProblem, goals: Goals) -> tuple[Level, ...]:
    """Return the levels of goals.

    Raises
    ------
    InputError
        With all that is no goal, no weight, or says nothing about this problem.
    """
    log = IssueLog()
    given: object = goals
    if not isinstance(given, Sequence) or not given:
        log.add("goals", f"{goals!r} is no sequence of levels", "give a list: a goal a level, or a dict of goals with their weights")
        log.raise_if_any()
    levels = [_level(log, f"level {number} of the goals", one) for number, one in enumerate(goals, start=1)]
    log.raise_if_any()
    made = tuple(level for level in levels if level is not None)
    sums = [level for level in made if isinstance(level, SumLevel)]
    if any(stop.prize for stop in problem.stops) and not any(level.weight(Prizes, TotalCost) for level in sums):
        log.add(
            "goals", "no goal counts the prizes of optional stops, so none would be served", "add Prizes() or TotalCost(), or require all"
        )
    if not problem.counts_arrivals and any(level.weight(Deprivation) for level in sums):
        log.add("goals", "Deprivation is a goal and no stop has a cost of its arrival", "give arrival_cost_per_s, or plan for Arrivals()")
    log.raise_if_any()
    return made


def _level(log: IssueLog, where: str, given: object) -> Level | None:
    if isinstance(given, WorstGoal):
        if isinstance(given, LongestRoute) and given.measure not in get_args(Literal["duration", "distance"]):
            log.add(where, f"the measure of LongestRoute is {given.measure!r}", "give 'duration' or 'distance'")
        return WorstLevel(given)
    if isinstance(given, SumGoal):
        return SumLevel(((given, 1.0),))
    if not isinstance(given, Mapping) or not given:
        log.add(where, f"{given!r} is no goal", "give a goal as TotalDistance(), or a dict of goals with their weights")
        return None
    for goal, weight in given.items():
        if isinstance(goal, WorstGoal):
            log.add(where, f"{type(goal).__name__} is weighed against others", "give it a level of its own")
        elif not isinstance(goal, SumGoal):
            log.add(where, f"{goal!r} is no goal", "give a goal as TotalDistance()")
        elif isinstance(weight, bool) or not isinstance(weight, int | float) or not (math.isfinite(weight) and weight > 0):
            log.add(where, f"the weight of {type(goal).__name__} is {weight!r}", "give a finite number above 0")
    return SumLevel(tuple(given.items()))
