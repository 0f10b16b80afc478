"""The question of where vehicles start from: candidate sites, stops, one vehicle type and what driving costs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import IssueLog
from .checks import is_whole
from .site_checks import TOLD, check_ids, opening_costs, read_numbers, site_modes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, eq=False)
class LocationRoutingProblem:
    """Sites to open and routes from them to all stops, at the lowest cost of sites, vehicles and driving together.

    Each route starts and ends at one open site, and each stop is on one route.

    Parameters
    ----------
    site_ids, stop_ids : tuple of str
        Lengths M and N; each id once.
    travel_cost : float array, shape (M + N, M + N)
        Cost of driving from row to column in the unit of the objective, the sites first, then the stops; infinity where
        there is no way.
    demand : int array, shape (N,)
        What each stop takes of a vehicle and of its site, in whole units.
    vehicle_capacity : int
        Of each vehicle, in the unit of the demand.
    vehicle_cost : float
        Of each vehicle used.
    capacity : int array, shape (M,), optional
        What all routes of a site may bring; ``None`` means no limit.
    fixed_cost : float array, shape (M,), optional
        Of opening each site; 0 where left out.
    existing : frozenset of str
        Sites that are open already: they stay open and their fixed cost is not counted.
    forced, forbidden : frozenset of str
        Sites that must be opened, and that may not.

    Raises
    ------
    InputError
        With every wrong shape, type, number and id found, every demand no vehicle or site holds, and every stop no
        allowed site reaches and is reached from.

    Notes
    -----
    Arrays are copied (int64 for demand and capacity, else float64) and made read-only.
    """

    site_ids: tuple[str, ...]
    stop_ids: tuple[str, ...]
    travel_cost: NDArray[np.float64] = field(repr=False)
    demand: NDArray[np.int64] = field(repr=False)
    vehicle_capacity: int
    vehicle_cost: float = 0.0
    capacity: NDArray[np.int64] | None = field(default=None, repr=False)
    fixed_cost: NDArray[np.float64] | None = field(default=None, repr=False)
    existing: frozenset[str] = frozenset()
    forced: frozenset[str] = frozenset()
    forbidden: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        log = IssueLog()
        check_ids(log, self, question="location-routing problem", groups={"site": self.site_ids, "stop": self.stop_ids})
        m, n = len(self.site_ids), len(self.stop_ids)
        shapes: dict[str, tuple[int, ...]] = {"travel_cost": (m + n, m + n), "demand": (n,), "capacity": (m,), "fixed_cost": (m,)}
        arrays = {name: _read(log, name, getattr(self, name), shape) for name, shape in shapes.items() if getattr(self, name) is not None}
        log.raise_if_any()
        _check_numbers(log, self, arrays)
        log.raise_if_any()
        for name, array in arrays.items():
            kept = array.astype(np.int64) if name in {"demand", "capacity"} else array
            kept.flags.writeable = False
            object.__setattr__(self, name, kept)
        object.__setattr__(self, "vehicle_capacity", int(self.vehicle_capacity))
        _check_loads(log, self)
        _check_reach(log, self)
        log.raise_if_any()

    @classmethod
    def from_coordinates(cls, site_xy: ArrayLike, stop_xy: ArrayLike, **fields: Any) -> LocationRoutingProblem:  # noqa: ANN401 - the fields have their own types
        """Return a problem whose travel costs are straight lines in a plane.

        Parameters
        ----------
        site_xy, stop_xy : float array, shape (M, 2) and (N, 2)
            In one unit, e.g. metres of a map projection; degrees are no plane coordinates.
        **fields
            All other fields of the problem but `travel_cost`.

        Raises
        ------
        InputError
            As the class; also where a coordinate is not a finite number.

        Examples
        --------
        >>> problem = LocationRoutingProblem.from_coordinates(
        ...     [[0, 0]], [[3, 4]], site_ids=("posko",), stop_ids=("desa",), demand=[1], vehicle_capacity=2
        ... )
        >>> problem.travel_cost.tolist()
        [[0.0, 5.0], [5.0, 0.0]]
        """
        log = IssueLog()
        points = []
        for name, value, ids in (("site_xy", site_xy, fields.get("site_ids", ())), ("stop_xy", stop_xy, fields.get("stop_ids", ()))):
            array = _read(log, name, value, (len(ids), 2))
            for row in np.flatnonzero(~np.isfinite(array).all(axis=1))[:TOLD]:
                log.add(f"{name} of '{ids[row]}'", f"is {array[row].tolist()}", "give two finite numbers")
            points.append(array)
        log.raise_if_any()
        x, y = np.concatenate(points).T
        return cls(travel_cost=np.hypot(np.subtract.outer(x, x), np.subtract.outer(y, y)), **fields)

    def replace(self, **changes: Any) -> LocationRoutingProblem:  # noqa: ANN401 - the fields have their own types
        """Return a copy with some fields changed, checked anew."""
        return replace(self, **changes)

    @property
    def opening_costs(self) -> NDArray[np.float64]:
        """Fixed cost of each site, 0 for existing ones."""
        return opening_costs(self)

    @property
    def site_modes(self) -> NDArray[np.int8]:
        """1 for each site that must be open, -1 for each that may not, else 0."""
        return site_modes(self)

    @property
    def site_room(self) -> NDArray[np.int64]:
        """What all routes of each site may bring, the demand of all stops where there is no limit."""
        total = int(self.demand.sum())
        return np.full(len(self.site_ids), total, np.int64) if self.capacity is None else np.minimum(self.capacity, total)


def _read(log: IssueLog, name: str, value: object, shape: tuple[int, ...]) -> NDArray[np.float64]:
    layout = ": sites first, then stops, as rows and as columns" if name == "travel_cost" else ""
    return read_numbers(log, f"location-routing problem, {name}", value, shape=shape, layout=layout)


def _check_numbers(log: IssueLog, problem: LocationRoutingProblem, arrays: dict[str, NDArray[np.float64]]) -> None:
    names = (*problem.site_ids, *problem.stop_ids)
    travel = arrays["travel_cost"]
    bad = np.argwhere(np.isnan(travel) | (travel < 0))
    for row, col in bad[:TOLD]:
        log.add(f"travel_cost from '{names[row]}' to '{names[col]}'", f"is {travel[row, col]}", "give a number >= 0, or infinity")
    if len(bad) > TOLD:
        log.add("location-routing problem, travel_cost", f"{len(bad) - TOLD} more entries are negative or NaN", "mend them likewise")
    for row in np.flatnonzero(np.diagonal(travel) != 0)[:TOLD]:
        log.add(f"travel_cost from '{names[row]}' to itself", f"is {travel[row, row]}", "put 0 on the diagonal")
    for name, kind, ids, whole in (
        ("demand", "stop", problem.stop_ids, True),
        ("capacity", "site", problem.site_ids, True),
        ("fixed_cost", "site", problem.site_ids, False),
    ):
        if name in arrays:
            values = arrays[name]
            good = np.isfinite(values) & (values >= 0) & (not whole or values == np.rint(values))
            for row in np.flatnonzero(~good)[:TOLD]:
                log.add(f"{name} of {kind} '{ids[row]}'", f"is {values[row]}", f"give a {'whole ' if whole else ''}number >= 0")
    if not is_whole(problem.vehicle_capacity - 1):
        log.add("location-routing problem, vehicle_capacity", f"is {problem.vehicle_capacity}", "give a whole number >= 1")
    if not 0 <= problem.vehicle_cost < np.inf:
        log.add("location-routing problem, vehicle_cost", f"is {problem.vehicle_cost}", "give a finite number >= 0")


def _check_loads(log: IssueLog, problem: LocationRoutingProblem) -> None:
    room, allowed = problem.site_room, problem.site_modes >= 0
    largest = min(problem.vehicle_capacity, int(room[allowed].max(initial=0)))
    for row in np.flatnonzero(problem.demand > largest)[:TOLD]:
        what = f"is {problem.demand[row]}, a vehicle of the largest allowed site brings {largest}"
        log.add(f"demand of stop '{problem.stop_ids[row]}'", what, "split the stop, or give larger vehicles or sites")
    total = int(problem.demand.sum())
    if room[allowed].sum() < total:
        what = f"of all allowed sites is {room[allowed].sum()}, demand is {total}"
        log.add("location-routing problem, capacity", what, "add sites or capacity, or lower the demand")


def _check_reach(log: IssueLog, problem: LocationRoutingProblem) -> None:
    m, allowed = len(problem.site_ids), np.flatnonzero(problem.site_modes >= 0).tolist()
    ways = np.isfinite(problem.travel_cost)
    for row, name in enumerate(problem.stop_ids):
        is_reached = [_is_joined(ways, site, m + row, sites=m) and _is_joined(ways.T, site, m + row, sites=m) for site in allowed]
        if not any(is_reached):
            log.add(f"stop '{name}'", "lies on no way from an allowed site and back to it", "add a site or a way, or leave it out")
            if len(log.issues) >= TOLD:
                return


def _is_joined(ways: NDArray[np.bool_], source: int, target: int, *, sites: int) -> bool:
    """Tell whether there is a way over stops alone: routes do not pass other sites."""
    if ways[source, target]:
        return True
    seen = ways[source, sites:].copy()
    while True:
        grown = seen | ways[sites:, sites:][seen].any(axis=0)
        if (grown == seen).all():
            return bool(seen[target - sites])
        seen = grown
