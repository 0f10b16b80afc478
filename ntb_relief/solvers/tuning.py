"""How the search is set: temperatures, sizes of ruins, width of insertions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..kernels.routing.arrays import OPTIONAL, PICKUPS, TIMED

if TYPE_CHECKING:
    from ..model.instance import Instance


@dataclass(frozen=True, slots=True)
class Tuning:
    """Parameters of the search; temperatures are in units of the mean cost of a served stop.

    Where a route has many stops, the hot one is at least `hot_route` mean costs of a route: from the first solution, which is
    poor there, colder searches do not get away. A search that has iterations for it cools down once for every
    `cycle_per_stop` iterations a stop. `mean_removed` and `longest_string` are c-bar and L-max of the paper; `width`
    near stops are tried in an insertion.
    """

    hot: float = 0.3  # for these two see `for_instance`
    hot_route: float = 0.04
    cold: float = 0.01
    mean_removed: float = 10.0
    longest_string: int = 10
    width: int = 40
    cycle_per_stop: int = 10_000

    @classmethod
    def for_instance(cls, instance: Instance) -> Tuning:
        """Return what was measured to be best for problems of this kind.

        Where time limits decide and every stop must be served, or goods go both ways, good solutions lie farther apart: a
        hotter start.
        """
        flags = instance.arrays.flags
        if flags[TIMED]:
            return cls(hot_route=0.0) if flags[OPTIONAL] else cls(hot=1.0, hot_route=0.0)
        if instance.asked.may_split:
            # Parts move at little cost, so the end is colder; a place stands in the lists of near stops for every possible visit.
            return cls(cold=0.001, width=int(cls().width * len(instance.problem.stops) / len(instance.asked.stops)))
        return cls(hot_route=0.1) if flags[PICKUPS] else cls()
