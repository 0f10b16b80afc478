"""Cutting a large routing problem into blocks of neighbouring routes, each a problem of its own.

The cost of a plan is the sum of what its routes cost and of the prizes of what it leaves out, so routes may be searched in
groups: each group with the stops it serves, all depots, and vehicles that no other group has. What is served or left out as one
(alternatives, both ends of a transfer) stays in one block.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from ..model.plane import PlaneTravel
from ..model.routing import Depot, RoutingProblem, Stop, VehicleType
from ..model.travel import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from .warm_start import Driven

    Floats = NDArray[np.float64]

_LANDMARKS: Final = 6
_SPARE_SHARE: Final = 5
"""A block gets one unused vehicle for so many used ones, and a few more."""
_SPARE: Final = 4

_SEPARABLE: Final[dict[type, frozenset[str]]] = {
    Stop: frozenset(
        (
            *("id", "place_id", "demand", "window_s", "service_s", "prize", "vehicle_types", "depots", "pickup", "release_s", "group"),
            *("taken_from", "arrival_cost_per_s", "later_arrival_costs"),
        )
    ),
    Depot: frozenset(("id", "place_id", "open_s", "close_s")),
    VehicleType: frozenset(
        (
            *("id", "count", "capacity", "profile", "start_id", "end_id", "depots", "max_trips", "fixed_cost", "cost_per_m", "cost_per_s"),
            *("loading_s", "service_s_per_unit", "shift_s", "max_duration_s", "max_distance_m", "max_stops"),
        )
    ),
    RoutingProblem: frozenset(
        ("depots", "stops", "vehicle_types", "matrices", "dimensions", "cost_scale", "linehaul_first", "leaves_at_once")
    ),
}
"""Fields that touch one route at a time; a problem that uses any other is searched as a whole."""


def is_separable(problem: RoutingProblem) -> bool:
    """Tell whether routes of the problem can be searched in groups: not where stops may be split between routes."""
    for things in ((problem,), problem.depots, problem.stops, problem.vehicle_types):
        for field in fields(things[0]) if things else ():
            if field.name not in _SEPARABLE[type(things[0])] and any(getattr(x, field.name) != field.default for x in things):
                return False
    return True


def split(points: Floats, weights: Floats, parts: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return a part from 0 for each point: parts of like weight, cut in two again and again in a random frame (k-d tree).

    Parameters
    ----------
    points : float64 array, shape (m, d)
    weights : float64 array, shape (m,)
    parts : int
    rng : numpy Generator
    """
    frame, _ = np.linalg.qr(rng.normal(size=(points.shape[1], points.shape[1])))
    turned = points @ frame
    part = np.zeros(len(points), np.int64)

    def cut(rows: NDArray[np.int64], first: int, count: int) -> None:
        part[rows] = first
        if count == 1 or len(rows) <= 1:
            return
        left = count // 2 if rng.random() < 0.5 else count - count // 2  # noqa: PLR2004 - heads or tails
        order = rows[np.argsort(turned[rows, int(np.ptp(turned[rows], axis=0).argmax())], kind="stable")]
        filled = np.cumsum(weights[order])
        at = int(np.clip(np.searchsorted(filled, filled[-1] * left / count), 1, len(rows) - 1))
        cut(order[:at], first, left)
        cut(order[at:], first + left, count - left)

    cut(np.arange(len(points)), 0, parts)
    return part


class Cutter:
    """Knows where the stops of a problem lie, and makes the problems of blocks."""

    def __init__(self, problem: RoutingProblem) -> None:
        self.problem = problem
        self.stops = {stop.id: number for number, stop in enumerate(problem.stops)}
        self.place = {name: row for row, name in enumerate(problem.place_ids)}
        self.at = np.array([self.place[stop.place_id] for stop in problem.stops])
        self.point = _points(problem, self.at)[self.at]
        ends = [name for kind in problem.vehicle_types for name in (kind.start_id, kind.end_id) if name is not None]
        self.fixed_places = list(dict.fromkeys(self.place[name] for name in (*(depot.place_id for depot in problem.depots), *ends)))
        leader: dict[tuple[str, str], int] = {}
        together = [leader.setdefault(stop.request, number) for number, stop in enumerate(problem.stops)]
        self.together = np.array(together)
        """The first stop of what is served or left out as one, by stop."""

    def cells(self, parts: int, rng: np.random.Generator) -> list[NDArray[np.int64]]:
        """Return the stops in parts of neighbours."""
        part = split(self.point, np.ones(len(self.point)), parts, rng)[self.together]
        return [rows for number in range(parts) if len(rows := np.flatnonzero(part == number))]

    def blocks(self, driven: Sequence[Driven], parts: int, rng: np.random.Generator) -> list[tuple[list[Driven], NDArray[np.int64]]]:
        """Return the routes in parts of neighbours by their barycentres, each part with the stops it has to look after."""
        routes = [np.array([self.stops[name] for name in route.stop_ids]) for route in driven]
        centre = np.array([self.point[rows].mean(axis=0) for rows in routes])
        part_of_route = split(centre, np.array([float(len(rows)) for rows in routes]), parts, rng)
        owner = np.full(len(self.point), -1)
        for rows, number in zip(routes, part_of_route.tolist(), strict=True):
            owner[self.together[rows]] = number
        for lost in np.flatnonzero((owner < 0) & (self.together == np.arange(len(owner)))).tolist():
            owner[lost] = part_of_route[np.square(centre - self.point[lost]).sum(axis=1).argmin()]
        owner = owner[self.together]
        return [
            ([route for route, of in zip(driven, part_of_route.tolist(), strict=True) if of == number], rows)
            for number in range(parts)
            if len(rows := np.flatnonzero(owner == number))
        ]

    def vehicles(self, used: NDArray[np.int64], wished: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """Return how many vehicles of each type each block has: those it uses and, as far as there are any, those it wishes.

        Parameters
        ----------
        used, wished : int64 array, shape (blocks, types)
        rng : numpy Generator
            Draws who gets what is short.
        """
        counts = used.copy()
        for kind, vehicle_type in enumerate(self.problem.vehicle_types):
            spare, wish = vehicle_type.count - int(used[:, kind].sum()), wished[:, kind]
            if wish.sum() <= spare:
                counts[:, kind] += wish
                continue
            share = np.minimum(wish, spare // len(wish))
            left = spare - int(share.sum())
            for block in rng.permutation(len(wish)).tolist():
                more = min(left, int(wish[block] - share[block]), -(-left // 2))
                share[block] += more
                left -= more
            counts[:, kind] += share
        return counts

    def wished(self, used: NDArray[np.int64], num_unserved: Sequence[int]) -> NDArray[np.int64]:
        """Return how many unused vehicles of each type help each block, where so many stops are unserved in it."""
        wished: NDArray[np.int64] = used // _SPARE_SHARE + _SPARE + np.array(num_unserved)[:, None]
        return wished

    def sub_problem(self, rows: NDArray[np.int64], counts: Iterable[int]) -> RoutingProblem:
        """Return the problem of some of the stops, with so many vehicles of each type."""
        problem = self.problem
        places = list(dict.fromkeys([*self.fixed_places, *self.at[rows].tolist()]))
        return problem.replace(
            stops=tuple(problem.stops[row] for row in rows.tolist()),
            vehicle_types=tuple(replace(kind, count=int(count)) for kind, count in zip(problem.vehicle_types, counts, strict=True)),
            matrices={name: travel.block(places) for name, travel in problem.matrices.items()},
        )


def _points(problem: RoutingProblem, at: NDArray[np.int64]) -> Floats:
    """Return coordinates of the places: their own, or how far each is from a few places that are far from one another."""
    travel = next(iter(problem.matrices.values()))
    if isinstance(travel, PlaneTravel):
        return travel.xy
    metres = travel.distance_m
    known = metres[at][:, at].max(initial=0)
    columns: list[Floats] = []
    place = int(at[0])
    nearest = np.full(len(metres), np.inf)
    for _ in range(_LANDMARKS):
        away = np.minimum(*(np.where(x == UNREACHABLE, known, x).astype(float) for x in (metres[place], metres[:, place])))
        columns.append(away)
        nearest = np.minimum(nearest, away)
        place = int(at[nearest[at].argmax()])
    return np.stack(columns, axis=1)
