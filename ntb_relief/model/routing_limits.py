"""Numbers of a routing problem that 64-bit integers hold with room for sums over whole plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..errors import IssueLog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .routing import RoutingProblem

MAX_SECONDS: Final = 2**40
"""Of windows, shifts, services and loadings: 35,000 years."""
MAX_LOAD: Final = 2**50
MAX_STEPS: Final = 2**53
"""Of a price in steps of `cost_scale`: beyond it floats are no whole numbers."""
MAX_SCALE: Final = 10**9


def check_limits(problem: RoutingProblem) -> None:
    """Refuse numbers that are too large to add up, and seconds that are no whole ones.

    Raises
    ------
    InputError
        Naming every stop, depot and vehicle type with its number.
    """
    log = IssueLog()
    if problem.cost_scale > MAX_SCALE:
        log.add("routing problem", f"cost_scale is {problem.cost_scale}", f"give at most {MAX_SCALE}")
    for where, name, value, most in _numbers(problem):
        if value > most:
            log.add(where, f"{name} is {value:g}" if value < MAX_STEPS else f"{name} is above {MAX_STEPS}", f"give at most {most}")
    for kind in problem.vehicle_types:
        if kind.loading_s % 1:
            log.add(f"vehicle type '{kind.id}'", f"loading_s is {kind.loading_s}", "give whole seconds")
    log.raise_if_any()


def _numbers(problem: RoutingProblem) -> Iterator[tuple[str, str, float, float]]:
    """Yield (where, name, value, most) of every number that may be too large."""
    most_idr = MAX_STEPS / problem.cost_scale
    for stop in problem.stops:
        where = f"stop '{stop.id}'"
        latest = max(time or 0 for window in stop.windows_s for time in window)
        seconds = {"window_s": latest, "service_s": stop.service_s, "release_s": stop.release_s}
        yield from ((where, name, value, MAX_SECONDS) for name, value in seconds.items())
        yield from ((where, "demand or pickup", value, MAX_LOAD) for value in (*stop.demand, *stop.pickup))
        yield where, "arrival_cost_per_s", stop.arrival_cost_per_s, most_idr
        yield from ((where, "cost of later_arrival_costs", per_s, most_idr) for _, per_s in stop.later_arrival_costs)
        yield from ((where, "moment of later_arrival_costs", after_s, MAX_SECONDS) for after_s, _ in stop.later_arrival_costs)
    for depot in problem.depots:
        yield f"depot '{depot.id}'", "opening or closing", max(depot.open_s, depot.close_s or 0), MAX_SECONDS
    for kind in problem.vehicle_types:
        where = f"vehicle type '{kind.id}'"
        heaviest = max((stop.demand[0] + sum(stop.pickup[:1]) for stop in problem.stops), default=0)
        times: dict[str, float] = {
            "shift_s": max(kind.shift_s[0], kind.shift_s[1] or 0),
            "loading_s": kind.loading_s,
            "max_duration_s": kind.max_duration_s or 0,
            "service_s_per_unit by the largest load": kind.service_s_per_unit * heaviest,
        }
        yield from ((where, name, value, MAX_SECONDS) for name, value in times.items())
        yield from ((where, "capacity", value, MAX_LOAD) for value in kind.capacity)
        yield where, "max_distance_m", kind.max_distance_m or 0, MAX_LOAD
        yield from ((where, name, getattr(kind, name), most_idr) for name in ("fixed_cost", "cost_per_m", "cost_per_s"))
