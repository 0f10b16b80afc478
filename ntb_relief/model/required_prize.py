"""What leaving out a stop that must be served costs inside the engine: more than any plan that serves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import InputError, IssueLog
from ..kernels.routing import arrays as col

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .routing import RoutingProblem


def required_prize(
    problem: RoutingProblem,
    metres: NDArray[np.int32],
    seconds: NDArray[np.int32] | None,
    kinds: NDArray[np.int64],
    stops: NDArray[np.int64],
    toll: NDArray[np.int64],
    service: NDArray[np.int64],
) -> int:
    """Return a prize above the cost of any plan, so that serving a required stop always pays.

    The tables are those of `RoutingArrays`; `seconds` is None where time plays no part.

    Raises
    ------
    InputError
        Where it would be too large to add up.
    """
    arcs = 2 * (len(problem.stops) + 1)
    longest = int(metres[metres < col.FAR].max(initial=0))
    slowest = 0 if seconds is None else int(seconds[seconds < col.FAR].max(initial=0))
    waits = max((max(x.window_s[1] or 0, x.release_s) for x in problem.stops), default=0)
    dearest = int(kinds[:, col.FIXED].max(initial=0)) + longest * int(kinds[:, col.PER_M].max(initial=0))
    dearest += (slowest + waits) * int(kinds[:, col.PER_S].max(initial=0)) + int(toll.max(initial=0))
    slopes = stops[:, [col.ARRIVAL, *range(col.NUM_STOP_COLUMNS + 1, stops.shape[1], 2)]].cumsum(axis=1)
    dearest += _latest_arrival(problem, service, slowest) * int(slopes.max(initial=0))
    optional = sum((stop.prize or 0) * problem.cost_scale for stop in problem.stops)
    required = sum(stop.prize is None for stop in problem.stops)
    ceiling = (1 << 62) - optional
    # The wish is far above real costs; the largest prize that cannot overflow still decides.
    prize = min(1 + arcs * dearest + optional, ceiling // max(1, required))
    if ceiling <= arcs * dearest or prize <= (optional + dearest if required else 0):
        log = IssueLog()
        log.add("routing problem", "costs and prizes overflow 64-bit integers", "use a smaller cost_scale or smaller prizes")
        raise InputError(log.issues)
    return prize


def _latest_arrival(problem: RoutingProblem, service: NDArray[np.int64], slowest_s: int) -> int:
    """Return a time after every arrival of a vehicle that waits for all that opens and then serves all stops."""
    kinds, stops = problem.vehicle_types, problem.stops
    opens = [*(x.shift_s[0] for x in kinds), *(x.open_s for x in problem.depots), *(max(x.window_s[0], x.release_s) for x in stops)]
    busy = int(service.max(axis=0, initial=0).sum())
    loading = len(stops) * max((kind.loading_s for kind in kinds), default=0)
    return max(opens, default=0) + 2 * (len(stops) + 1) * slowest_s + busy + loading
