"""Stops that several vehicles may serve, or at several times, as the engine sees them: one stop a possible visit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from .routing import RoutingProblem, Stop

SPARE_PARTS: Final = 3
"""Visits beyond the fewest that a stop may be split into."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """A problem with a stop for every possible visit.

    Parameters
    ----------
    problem : RoutingProblem
        Its first stops are those that were asked for; the demands of the parts of one add up to what it needs, and its
        windows are alternatives.
    whole : int64 array, shape (number of parts,)
        Which stop each part belongs to.
    """

    problem: RoutingProblem
    whole: NDArray[np.int64]

    @property
    def ring(self) -> NDArray[np.int64]:
        """The next part of the same stop by part, counted from 1; 0 where a stop may not be split."""
        following = np.zeros(len(self.whole), np.int64)
        last: dict[int, int] = {}
        for row, (stop, whole) in enumerate(zip(self.problem.stops, self.whole.tolist(), strict=True)):
            if stop.min_drop is not None:
                # Those asked for stand first, each in the row of its own number.
                following[row] = whole + 1
                following[last.get(whole, row)] = row + 1
                last[whole] = row
        return following


def parts_of(problem: RoutingProblem, *, visits: Mapping[str, int] | None = None) -> Parts:
    """Return the problem with parts: itself where every stop has one window and may not be split.

    A stop larger than every vehicle begins in full loads. `visits` says of how many parts a stop has at least.
    """
    if not problem.may_split and not problem.has_several_windows:
        return Parts(problem, np.arange(len(problem.stops)))
    largest = max(kind.capacity[0] for kind in problem.vehicle_types)
    # No id or group that a user gave ends like those made here.
    stops, whole, spare = list(problem.stops), list(range(len(problem.stops))), 0
    for number, stop in enumerate(problem.stops):
        group = f"{stop.id}\0" if stop.group is None else stop.group
        for window in stop.later_windows_s:
            spare += 1
            stops[number] = replace(stop, group=group, later_windows_s=())
            stops.append(replace(stop, id=f"{stop.id}\0{spare}", window_s=window, group=group, later_windows_s=()))
            whole.append(number)
        if stop.min_drop is None:
            continue
        first, *others = _loads(stop, largest)
        others += [0] * ((visits or {}).get(stop.id, 0) - 1 - len(others))
        stops[number] = replace(stop, demand=(first,))
        for load in others:
            spare += 1
            stops.append(replace(stop, id=f"{stop.id}\0{spare}", demand=(load,)))
            whole.append(number)
    return Parts(problem.replace(stops=tuple(stops)), np.array(whole))


def _loads(stop: Stop, largest: int) -> list[int]:
    """Return what each part brings at first."""
    need, least = stop.demand[0], stop.min_drop or 1
    most = max(1, need // least)
    fewest = min(most, -(-need // largest)) if largest else 1
    loads = [need // fewest + (row < need % fewest) for row in range(fewest)]
    return loads + [0] * (min(most, fewest + SPARE_PARTS) - fewest)
