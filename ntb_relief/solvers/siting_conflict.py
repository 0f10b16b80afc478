"""Why no choice of sites will do: the demands on it are halved until none of those left can be spared.

Junker, U. (2004), QuickXplain: preferred explanations and relaxations for over-constrained problems, AAAI. Whether some
demands can be met together is a mixed-integer program without a cost.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from ..model.facility_location import check_goal
from ..model.facility_location_goals import BackupCover, FairCover, MaxBackupCover, MaxCover
from ..plan.site_conflict import SiteConflict
from .siting_capacitated import dense_cost
from .siting_clock import Clock
from .siting_program import Program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..model.facility_location import FacilityLocationProblem
    from ..model.facility_location_goals import Goal
    from .stop import StopCriterion

_ROUNDING: Final = 1e-9


class _Demand(NamedTuple):
    """One demand on a choice of sites: its kind, and the row of the point or column of the site it is about."""

    kind: str
    number: int = -1


def explain_no_sites(problem: FacilityLocationProblem, *, goal: Goal, stop: StopCriterion | None = None) -> SiteConflict | None:
    """Return a few demands of a problem and its goal that contradict each other, or None where all can be met.

    Parameters
    ----------
    problem : FacilityLocationProblem
    goal : Goal
        `MaxCover` and `FairCover` leave out what they cannot reach, so nothing contradicts them.
    stop : StopCriterion, optional
        What it leaves undecided counts as possible: the reason may then be longer than need be, or None.

    Returns
    -------
    SiteConflict or None
        Without any one of its demands the others can be met (another reason may be smaller).

    Raises
    ------
    InputError
        Where the goal does not fit the problem.

    Examples
    --------
    >>> from ntb_relief.model.facility_location import FacilityLocationProblem
    >>> from ntb_relief.model.facility_location_goals import SetCover
    >>> problem = FacilityLocationProblem(("Sape", "Dompu"), ("Bima",), [[40.0], [60.0]])
    >>> print(explain_no_sites(problem, goal=SetCover(50.0)))
    tidak dapat dipenuhi sekaligus: melayani Dompu; jarak paling jauh 50
    """
    check_goal(problem, goal)
    if isinstance(goal, MaxCover | FairCover):
        return None
    judge = _Judge(problem, goal, Clock(stop, None))
    demands = _demands(problem, goal)
    if not judge.contradict(demands):
        return None
    # What stands last is spared first where there is a choice: points or sites.
    turned = sorted(demands, key=lambda demand: demand.kind in {"capacity", "required", "forbidden"})
    reason = min((judge.halve([], order, is_new=False) for order in (demands, turned)), key=len)
    if judge.is_sure or judge.contradict(reason):
        return _tell(problem, goal, reason, is_minimal=judge.is_sure)
    return _tell(problem, goal, demands, is_minimal=False)


def _demands(problem: FacilityLocationProblem, goal: Goal) -> list[_Demand]:
    """Return all demands: those about the whole first, then about sites, then about points."""
    named = ("p", "budget", "radius", "times")
    found = [_Demand(kind) for kind in named if getattr(goal, kind, None) is not None]
    modes = problem.site_modes
    if problem.capacity is not None:
        found += [_Demand("single")] if problem.is_single_source else []
        found += [_Demand("capacity", j) for j in range(len(modes))]
    found += [_Demand("required" if modes[j] > 0 else "forbidden", j) for j in np.flatnonzero(modes).tolist()]
    return found + [_Demand("point", i) for i in range(len(problem.demand_ids))]


class _Judge:
    """Tells whether demands contradict, and finds the fewest that still do.

    Parameters
    ----------
    problem : FacilityLocationProblem
    goal : Goal
    clock : Clock
    """

    def __init__(self, problem: FacilityLocationProblem, goal: Goal, clock: Clock) -> None:
        self.problem, self.goal, self.clock = problem, goal, clock
        self.cost = dense_cost(problem)
        self.is_sure = True

    def halve(self, kept: Sequence[_Demand], open_ones: Sequence[_Demand], *, is_new: bool) -> list[_Demand]:
        """Return the fewest of the open ones that contradict those kept; `is_new` tells whether these have not been judged yet."""
        if is_new and self.contradict(kept):
            return []
        if len(open_ones) == 1:
            return list(open_ones)
        middle = len(open_ones) // 2
        first, second = open_ones[:middle], open_ones[middle:]
        later = self.halve([*kept, *first], second, is_new=True)
        return [*self.halve([*kept, *later], first, is_new=bool(later)), *later]

    def contradict(self, demands: Sequence[_Demand]) -> bool:
        """Tell whether these demands cannot be met together; what is not decided in time counts as possible."""
        of: dict[str, list[int]] = {}
        for kind, index in demands:
            of.setdefault(kind, []).append(index)
        if self.clock.is_over:
            self.is_sure = False
            return False
        answer = self._program(of).solve(self.clock)
        self.clock.step(math.inf)
        if answer.values is None and answer.bound < math.inf:
            self.is_sure = False
        return answer.bound == math.inf

    def _program(self, of: dict[str, list[int]]) -> Program:
        problem, goal = self.problem, self.goal
        mode = np.zeros(len(problem.site_ids), np.int8)
        mode[of.get("required", [])], mode[of.get("forbidden", [])] = 1, -1
        program = Program()
        sites = program.add_sites(0.0, mode)
        program.sum(sites, 1.0, low=0.0, high=float(getattr(goal, "p", 0)) if "p" in of else math.inf)
        if "budget" in of:
            price, budget = problem.opening_costs, float(getattr(goal, "budget", 0.0))
            unit = max(budget, float(price.max(initial=0.0)), 1e-300)
            program.sum(sites, price / unit, high=budget / unit + _ROUNDING)
        points = np.array(of.get("point", []), np.int64)
        near = self.cost[points] <= (getattr(goal, "radius", math.inf) if "radius" in of else np.finfo(float).max)
        row, site = np.nonzero(near)
        need = _need(goal) if "times" in of else 1
        if problem.capacity is None:
            program.limit(len(points), (row, sites[site], 1.0), low=float(need))
        else:
            self._hold(program, sites, points, (row, site), of)
        return program

    def _hold(
        self,
        program: Program,
        sites: NDArray[np.int64],
        points: NDArray[np.int64],
        pairs: tuple[NDArray[np.integer[Any]], NDArray[np.integer[Any]]],
        of: dict[str, list[int]],
    ) -> None:
        """Add the rows of sites that hold only so much."""
        problem, (row, site) = self.problem, pairs
        assert problem.demand is not None  # noqa: S101 - capacities need it
        assert problem.capacity is not None  # noqa: S101 - asked of problems with capacities
        parts = program.add(0.0, size=len(row), whole=float("single" in of))
        program.limit(len(points), (row, parts, 1.0), low=1.0, high=1.0)
        each = np.arange(len(row))
        program.limit(len(row), (each, parts, 1.0), (each, sites[site], -1.0), high=0.0)
        held = np.array(of.get("capacity", []), np.int64)
        number = np.full(len(sites), -1)
        number[held] = np.arange(len(held))
        kept = number[site] >= 0
        unit = max(float(problem.demand.max(initial=0.0)), 1e-300)
        load = (number[site[kept]], parts[kept], problem.demand[points[row[kept]]] / unit)
        program.limit(len(held), load, high=problem.capacity[held] / unit + _ROUNDING)


def _need(goal: Goal) -> int:
    """Return how many sites each point must have in reach."""
    match goal:
        case BackupCover(times=times):
            return times
        case MaxBackupCover(times=times):
            return times - 1
    return 1


def _tell(problem: FacilityLocationProblem, goal: Goal, reason: Sequence[_Demand], *, is_minimal: bool) -> SiteConflict:
    def ids(kind: str, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(names[index] for own, index in sorted(reason) if own == kind)

    kinds = {kind for kind, _ in reason}
    return SiteConflict(
        demand_ids=ids("point", problem.demand_ids),
        radius=getattr(goal, "radius", None) if "radius" in kinds else None,
        times=_need(goal) if "times" in kinds else None,
        p=getattr(goal, "p", None) if "p" in kinds else None,
        budget=getattr(goal, "budget", None) if "budget" in kinds else None,
        required=ids("required", problem.site_ids),
        forbidden=ids("forbidden", problem.site_ids),
        full=ids("capacity", problem.site_ids),
        is_single_source="single" in kinds,
        is_minimal=is_minimal,
    )
