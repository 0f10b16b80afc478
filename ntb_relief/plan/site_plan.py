"""The answer to a facility-location problem: which sites are opened and who is served by which."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..units import format_number

if TYPE_CHECKING:
    from pandas import DataFrame

    from ..model.facility_location import FacilityLocationProblem
    from ..model.facility_location_goals import Goal


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one site serves of one demand point.

    Parameters
    ----------
    demand_id, site_id : str
    cost : float
        Of one unit of weight, as the problem gives it.
    share : float
        Of the demand point, above 0 and at most 1.
    source_id : str or None
        Where the site gets it from, where the problem has an upstream echelon; its cost is then part of `cost`.
    """

    demand_id: str
    site_id: str
    cost: float
    share: float = 1.0
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class SitePlan:
    """Open sites and assignments.

    Parameters
    ----------
    problem : FacilityLocationProblem
        The question it answers.
    goal : Goal
        What it is judged by.
    sites : tuple of str
        Open sites, in the order of the problem.
    assignments : tuple of Assignment
        In the order of the demand points. For `MaxCover` and `FairCover` only the covered points have one.
    objective : float
        In the unit of the goal, lower is better: for `PCenter` and `PLeximin` the largest cost, for `SetCover` and
        `BackupCover` the fixed costs or the number of sites, for `MaxCover` the weight that is not covered, for
        `MaxBackupCover` that without backup, for `FairCover` the largest uncovered share of a group, for `PGini` the
        coefficient.
    sources : tuple of str
        Open sources of the upstream echelon, where the problem has one.
    """

    problem: FacilityLocationProblem = field(repr=False, compare=False)
    goal: Goal
    sites: tuple[str, ...]
    assignments: tuple[Assignment, ...] = field(repr=False)
    objective: float
    sources: tuple[str, ...] = ()

    @property
    def served_weight(self) -> float:
        """Weight of the assigned demand points."""
        weight = dict(zip(self.problem.demand_ids, self.problem.weights.tolist(), strict=True))
        return float(sum(weight[row.demand_id] * row.share for row in self.assignments))

    @property
    def load(self) -> dict[str, float]:
        """Demand each open site serves, or the number of demand points where the problem has no demand."""
        demand = self.problem.demand
        amount = dict(
            zip(self.problem.demand_ids, [1.0] * len(self.problem.demand_ids) if demand is None else demand.tolist(), strict=True)
        )
        load = dict.fromkeys(self.sites, 0.0)
        for row in self.assignments:
            load[row.site_id] += amount[row.demand_id] * row.share
        return load

    def summary(self) -> str:
        """Return the open sites with what they serve, one line each, in Indonesian."""
        lines = [f"{len(self.sites)} lokasi dibuka; nilai tujuan {format_number(self.objective, decimals=2)}"]
        if self.sources:
            lines.append(f"sumber: {', '.join(self.sources)}")
        count = dict.fromkeys(self.sites, 0)
        for row in self.assignments:
            count[row.site_id] += 1
        for name, load in self.load.items():
            amount = "" if self.problem.demand is None else f", kebutuhan {format_number(load, decimals=1)}"
            lines.append(f"{name}: {format_number(count[name])} titik{amount}")
        return "\n".join(lines)

    def to_frame(self) -> DataFrame:
        """Return one row an assignment: demand point, site, cost, share, and the source where there are two echelons."""
        from pandas import DataFrame

        columns = ("demand_id", "site_id", "cost", "share", *(("source_id",) if self.sources else ()))
        return DataFrame([[getattr(row, name) for name in columns] for row in self.assignments], columns=list(columns))
