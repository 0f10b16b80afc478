"""The question of where to stand: demand points, candidate sites and what it costs to serve each from each."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import IssueLog
from .site_checks import TOLD, check_ids, opening_costs, read_numbers, site_modes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .facility_location_goals import Goal

NO_SITE: Final = -1
"""Entry of `FacilityLocationProblem.nearest` where a demand point has fewer sites."""

_BLIND: Final = {"SetCover", "BackupCover", "MaxBackupCover", "FairCover", "PLeximin", "PGini"}
"""Goals that do not look at capacities."""


@dataclass(frozen=True, slots=True, eq=False)
class FacilityLocationProblem:
    """Demand points to be served from sites that are to be chosen.

    Parameters
    ----------
    demand_ids, site_ids : tuple of str
        Lengths N and M; each id once.
    cost : float array, shape (N, M) or (N, K)
        Cost, distance or time from demand point (row) to site (column), of one unit of weight; infinity where there is
        no way. With `nearest`, column k belongs to the site ``nearest[row, k]``.
    nearest : int array, shape (N, K), optional
        Columns of the sites that `cost` tells of, so that a large matrix need not be dense; `NO_SITE` fills short rows.
        No other site can serve the demand point.
    weight : float array, shape (N,), optional
        Importance of each demand point, e.g. persons; 1 where left out.
    demand : float array, shape (N,), optional
        What each demand point takes of a site's capacity.
    capacity : float array, shape (M,), optional
        Of each site; ``None`` means no limit. Needs `demand`.
    fixed_cost : float array, shape (M,), optional
        Of opening each site; 0 where left out.
    existing : frozenset of str
        Sites that are open already: they stay open and their fixed cost is not counted.
    forced, forbidden : frozenset of str
        Sites that must be opened, and that may not.
    is_single_source : bool
        Whether each demand point is served by one site; otherwise capacities may split it.
    group : tuple of str, optional
        Group of each demand point, e.g. its kabupaten, for goals that compare groups.
    upstream : FacilityLocationProblem, optional
        The echelon above, for `PMedian` and `FixedCharge`: its demand points are the sites of this one, its sites the
        sources they get all goods from, its costs those of bringing one unit of weight. `FixedCharge` also counts the fixed
        costs of the sources.

    Raises
    ------
    InputError
        With every wrong shape, type, number and id found, and every demand point no allowed site reaches.

    Notes
    -----
    Arrays are copied to float64 (int32 for `nearest`) and made read-only. Those of float64 that are read-only already and own
    their memory are shared: a cost matrix of gigabytes is held once, also by the problems `replace` makes of this one.
    """

    demand_ids: tuple[str, ...]
    site_ids: tuple[str, ...]
    cost: NDArray[np.float64] = field(repr=False)
    nearest: NDArray[np.int32] | None = field(default=None, repr=False)
    weight: NDArray[np.float64] | None = field(default=None, repr=False)
    demand: NDArray[np.float64] | None = field(default=None, repr=False)
    capacity: NDArray[np.float64] | None = field(default=None, repr=False)
    fixed_cost: NDArray[np.float64] | None = field(default=None, repr=False)
    existing: frozenset[str] = frozenset()
    forced: frozenset[str] = frozenset()
    forbidden: frozenset[str] = frozenset()
    is_single_source: bool = False
    group: tuple[str, ...] | None = None
    upstream: FacilityLocationProblem | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        log = IssueLog()
        check_ids(log, self, question="facility location problem", groups={"demand point": self.demand_ids, "site": self.site_ids})
        n, m = len(self.demand_ids), len(self.site_ids)
        arrays = {"cost": _read_cost(log, self, shape=(n, m))}
        for name, size in (("weight", n), ("demand", n), ("capacity", m), ("fixed_cost", m)):
            if getattr(self, name) is not None:
                arrays[name] = _read_array(log, name, getattr(self, name), shape=(size,))
        if self.group is not None and len(self.group) != n:
            log.add("facility location problem, group", f"has length {len(self.group)}", f"give one a demand point: {n}")
        if self.nearest is not None:
            arrays["nearest"] = _read_nearest(log, self, shape=arrays["cost"].shape)
        log.raise_if_any()
        _check_numbers(log, self, arrays)
        _check_capacity(log, self, arrays)
        log.raise_if_any()
        for name, array in arrays.items():
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        _check_reach(log, self)
        _check_upstream(log, self)
        log.raise_if_any()

    def replace(self, **changes: Any) -> FacilityLocationProblem:  # noqa: ANN401 - the fields have their own types
        """Return a copy with some fields changed, checked anew."""
        return replace(self, **changes)

    @property
    def weights(self) -> NDArray[np.float64]:
        """Weight of each demand point, ones where none were given."""
        return np.ones(len(self.demand_ids)) if self.weight is None else self.weight

    @property
    def opening_costs(self) -> NDArray[np.float64]:
        """Fixed cost of each site, 0 for existing ones."""
        return opening_costs(self)

    @property
    def site_modes(self) -> NDArray[np.int8]:
        """1 for each site that must be open, -1 for each that may not, else 0."""
        return site_modes(self)


def check_goal(problem: FacilityLocationProblem, goal: Goal) -> None:
    """Check that a goal fits the problem.

    Raises
    ------
    InputError
        Where `p` is above the sites that may be opened or below those that must, a budget pays for too little or meets no
        fixed costs, more sites are to cover than there are, or the goal does not look at capacities.
    """
    log = IssueLog()
    p, budget, times = (getattr(goal, name, None) for name in ("p", "budget", "times"))
    modes = problem.site_modes
    allowed, required = int((modes >= 0).sum()), int((modes > 0).sum())
    where, name = f"goal {type(goal).__name__}", type(goal).__name__
    if p is not None and p > allowed:
        log.add(where, f"p is {p}", f"give {allowed} or less: so many candidate sites may be opened")
    if p is not None and p < required:
        log.add(where, f"p is {p}", f"give {required} or more: so many sites exist or are forced")
    if times is not None and times > allowed:
        log.add(where, f"times is {times}", f"give {allowed} or less: so many candidate sites may be opened")
    if name == "FairCover" and problem.group is None:
        log.add(where, "the problem has no groups", "give the group of each demand point, e.g. its kabupaten")
    if budget is not None:
        _check_budget(log, problem, where, budget)
    if problem.upstream is not None and name not in {"PMedian", "FixedCharge"}:
        log.add(where, "does not look at an upstream echelon", "leave upstream out, or use PMedian or FixedCharge")
    if problem.capacity is not None and name in _BLIND:
        log.add(where, "does not look at capacities", "leave capacity out, or use PMedian, PCenter, MaxCover or FixedCharge")
    elif problem.capacity is not None and budget is not None and name != "PCenter":
        log.add(where, "does not look at a budget and capacities at once", "give a p, or leave capacity out")
    log.raise_if_any()


def _check_budget(log: IssueLog, problem: FacilityLocationProblem, where: str, budget: float) -> None:
    if problem.fixed_cost is None:
        log.add(where, f"budget is {budget!r} and no site has a fixed cost", "give the fixed_cost of the sites, or a p")
        return
    costs, modes = problem.opening_costs, problem.site_modes
    required = float(costs[modes > 0].sum())
    least = required if (modes > 0).any() else float(costs[modes >= 0].min(initial=math.inf))
    if budget < least * (1 - 1e-12):
        what = "the forced sites cost" if required else "the cheapest site costs"
        log.add(where, f"budget is {budget:g}, {what} {least:g}", f"give {least:g} or more, or leave sites out of forced")


def _read_array(log: IssueLog, name: str, value: object, *, shape: tuple[int, ...]) -> NDArray[Any]:
    turned = "rows are demand points, columns sites"
    return read_numbers(log, f"facility location problem, {name}", value, shape=shape, turned=turned)


def _read_cost(log: IssueLog, problem: FacilityLocationProblem, *, shape: tuple[int, int]) -> NDArray[Any]:
    if problem.nearest is not None:
        cost = np.asarray(problem.cost)
        shape = (shape[0], cost.shape[1] if cost.ndim == 2 else shape[1])  # noqa: PLR2004 - a matrix
    return _read_array(log, "cost", problem.cost, shape=shape)


def _read_nearest(log: IssueLog, problem: FacilityLocationProblem, *, shape: tuple[int, ...]) -> NDArray[Any]:
    nearest = np.array(problem.nearest)
    where = "facility location problem, nearest"
    if nearest.shape != shape or nearest.dtype.kind not in "iu":
        log.add(where, f"has shape {nearest.shape} and dtype {nearest.dtype}", f"give whole numbers in the shape of cost, {shape}")
        return np.full(shape, NO_SITE, np.int32)
    outside = (nearest < NO_SITE) | (nearest >= len(problem.site_ids))
    for row, col in np.argwhere(outside)[:TOLD]:
        log.add(
            f"nearest of demand point '{problem.demand_ids[row]}'",
            f"names column {nearest[row, col]}",
            "give columns of site_ids, or NO_SITE",
        )
    if not outside.any():
        ordered = np.sort(nearest, axis=1)
        for row in np.flatnonzero(((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)).any(axis=1))[:TOLD]:
            log.add(f"nearest of demand point '{problem.demand_ids[row]}'", "names a site twice", "give each site once")
    return nearest.astype(np.int32)


def _check_numbers(log: IssueLog, problem: FacilityLocationProblem, arrays: dict[str, NDArray[Any]]) -> None:
    cost = arrays["cost"]
    columns = arrays.get("nearest")
    wrong = cost >= 0
    np.logical_not(wrong, out=wrong)
    if columns is not None:
        wrong &= columns >= 0
    bad = np.argwhere(wrong)
    for row, col in bad[:TOLD]:
        site = problem.site_ids[col if columns is None else columns[row, col]]
        where = f"cost from demand point '{problem.demand_ids[row]}' to site '{site}'"
        log.add(where, f"is {cost[row, col]}", "give a number >= 0, or infinity where there is no way")
    if len(bad) > TOLD:
        log.add("facility location problem, cost", f"{len(bad) - TOLD} more entries are negative or NaN", "mend them likewise")
    for name, kind, ids in (
        ("weight", "demand point", problem.demand_ids),
        ("demand", "demand point", problem.demand_ids),
        ("capacity", "site", problem.site_ids),
        ("fixed_cost", "site", problem.site_ids),
    ):
        if name in arrays:
            for row in np.flatnonzero(~(np.isfinite(arrays[name]) & (arrays[name] >= 0)))[:TOLD]:
                log.add(f"{name} of {kind} '{ids[row]}'", f"is {arrays[name][row]}", "give a number >= 0")


def _check_capacity(log: IssueLog, problem: FacilityLocationProblem, arrays: dict[str, NDArray[Any]]) -> None:
    if "capacity" not in arrays or log.issues:
        return
    if "demand" not in arrays:
        log.add("facility location problem, capacity", "is given without demand", "give the demand of each demand point as well")
        return
    demand, capacity = arrays["demand"], arrays["capacity"][problem.site_modes >= 0]
    if capacity.sum() < demand.sum() * (1 - 1e-12):
        where = "facility location problem, capacity"
        log.add(
            where, f"of all allowed sites is {capacity.sum():g}, demand is {demand.sum():g}", "add sites or capacity, or lower the demand"
        )
    if problem.is_single_source and len(capacity):
        for row in np.flatnonzero(demand > capacity.max())[:TOLD]:
            where = f"demand of demand point '{problem.demand_ids[row]}'"
            log.add(
                where, f"is {demand[row]:g}, the largest site holds {capacity.max():g}", "split the demand point, or allow several sources"
            )


def reached_points(problem: FacilityLocationProblem, cost: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which demand points an allowed site reaches at costs in the form of those of the problem, shape (N,)."""
    allowed = problem.site_modes >= 0
    reached = np.isfinite(cost)
    reached &= allowed if problem.nearest is None else (problem.nearest >= 0) & allowed[problem.nearest]
    return np.asarray(reached.any(axis=1), np.bool_)


def _check_upstream(log: IssueLog, problem: FacilityLocationProblem) -> None:
    upstream, where = problem.upstream, "facility location problem, upstream"
    if upstream is None:
        return
    if upstream.demand_ids != problem.site_ids:
        log.add(where, "has other demand points than this problem has sites", "give the site_ids as its demand_ids, in their order")
    unread = ("nearest", "weight", "demand", "capacity", "group", "upstream")
    for name in (name for name in unread if getattr(upstream, name) is not None):
        log.add(f"{where}, {name}", "is given and not looked at", "leave it out: only costs, fixed costs and the sets of sites count")


def _check_reach(log: IssueLog, problem: FacilityLocationProblem) -> None:
    reached = reached_points(problem, problem.cost)
    for row in np.flatnonzero(~reached)[:TOLD]:
        log.add(
            f"demand point '{problem.demand_ids[row]}'",
            "is reached by no allowed site",
            "add a site or a way to it, or leave the point out",
        )
