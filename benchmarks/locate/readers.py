"""Reads the location files of the literature, each in the convention its best known values hold for."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import InstanceError
from .instance import CAPACITATED, NEEDS_P, NEEDS_RADIUS, LocateInstance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_EARTH_M: Final = 6_378_100.0
_MOST_CELLS: Final = 200_000_000
"""Larger matrices do not fit beside the lists solvers make of them."""


@dataclass(frozen=True, slots=True)
class _Content:
    cost: Floats
    p: int | None = None
    weight: Floats | None = None
    demand: Floats | None = None
    capacity: Floats | None = None
    fixed: Floats | None = None
    travel: Floats | None = None
    vehicle_capacity: float = 0.0
    vehicle_cost: float = 0.0


def read_location(path: Path, *, problem: str, p: int | None = None, radius: float | None = None) -> LocateInstance:
    """Read a file and ask a problem of it.

    Parameters
    ----------
    path : Path
        The form is told by the content: a graph, TSPLIB, coordinates with demands, UflLib, or sites with capacities.
    problem : str
    p, radius : optional
        Where the file does not state them, or instead of what it states.

    Raises
    ------
    InstanceError
        Where the file cannot be read or does not hold what the problem needs.

    Notes
    -----
    Location-routing files look like others: the problem tells that form.
    """
    try:
        text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8", errors="replace")
        content = _read_lrp(text) if problem == "lrp" else _reader(text, path)(text)
    except (OSError, EOFError) as error:
        message = f"{path} cannot be read: {error}"
        raise InstanceError(message) from error
    except (ValueError, IndexError) as error:
        message = f"{path} is not a location file this benchmark reads: {error}"
        raise InstanceError(message) from error
    content.cost.flags.writeable = False
    instance = LocateInstance(
        name=path.name.removesuffix(".gz").removesuffix(".txt").removesuffix(".tsp").removesuffix(".dat"),
        family=path.resolve().parent.name,
        path=path,
        problem=problem,
        cost=content.cost,
        p=content.p if p is None else p,
        radius=radius,
        weight=content.weight,
        demand=content.demand,
        capacity=content.capacity,
        fixed=content.fixed,
        travel=content.travel,
        vehicle_capacity=content.vehicle_capacity,
        vehicle_cost=content.vehicle_cost,
    )
    _check(instance)
    if problem in CAPACITATED or problem == "lrp":
        return instance
    # The capacities of a file do not bind where the problem knows none.
    return replace(instance, capacity=None, demand=None)


def _check(instance: LocateInstance) -> None:
    problem, missing = instance.problem, None
    if problem in NEEDS_P and instance.p is None:
        missing = "p; give --p"
    elif problem in NEEDS_RADIUS and instance.radius is None:
        missing = "radius; give --radius"
    elif problem in CAPACITATED and instance.capacity is None:
        missing = "capacities"
    elif problem in {"ufl", "cflp", "sscflp"} and instance.fixed is None:
        missing = "fixed costs"
    if missing:
        message = f"{instance.path}: {problem} needs {missing}"
        raise InstanceError(message)


def _reader(text: str, path: Path) -> Callable[[str], _Content]:
    head = text[:2000]
    if "NODE_COORD_SECTION" in text:
        return _read_mclp if "DEMAND_SECTION" in text else _read_tsplib
    if head.lstrip().startswith("FILE:"):
        return _read_ufl
    first = [len(line.split()) for line in text.splitlines()[:3]]
    if first[:2] == [2, 3] and path.name.startswith("pmedcap"):
        return _read_pmedcap
    if first[0] == 3:  # noqa: PLR2004 - nodes, edges, p
        return _read_graph
    return _read_capacitated


def _read_graph(text: str) -> _Content:
    """OR-Library p-median: of duplicate edges the last counts; distances are shortest paths."""
    values = np.array(text.split(), np.int64)
    n, m, p = values[:3].tolist()
    edges = values[3 : 3 + 3 * m].reshape(m, 3)
    cost = np.full((n, n), np.inf)
    np.fill_diagonal(cost, 0.0)
    for a, b, length in edges.tolist():
        cost[a - 1, b - 1] = cost[b - 1, a - 1] = length
    for k in range(n):
        np.minimum(cost, cost[:, k : k + 1] + cost[k], out=cost)
    return _Content(cost, p)


def _read_tsplib(text: str) -> _Content:
    return _Content(_floor_distances(_section(text, "NODE_COORD_SECTION", columns=3)[:, 1:]))


def _read_mclp(text: str) -> _Content:
    """Latitude and longitude in degrees; great circles in metres."""
    lat, lon = np.radians(_section(text, "NODE_COORD_SECTION", columns=2)).T
    weight = _section(text, "DEMAND_SECTION", columns=1)[:, 0]
    part = np.sin(np.subtract.outer(lat, lat) / 2) ** 2
    part += np.multiply.outer(np.cos(lat), np.cos(lat)) * np.sin(np.subtract.outer(lon, lon) / 2) ** 2
    return _Content(2 * _EARTH_M * np.arcsin(np.sqrt(np.clip(part, 0.0, 1.0))), weight=weight)


def _read_pmedcap(text: str) -> _Content:
    values = np.array(text.split(), np.float64)
    n, p, capacity = int(values[2]), int(values[3]), values[4]
    rows = values[5 : 5 + 4 * n].reshape(n, 4)
    return _Content(_floor_distances(rows[:, 1:3]), p, demand=rows[:, 3].copy(), capacity=np.full(n, capacity))


def _read_ufl(text: str) -> _Content:
    values = np.array(text.split("\n", 1)[1].split(), np.float64)
    m, n = int(values[0]), int(values[1])
    rows = values[3 : 3 + m * (n + 2)].reshape(m, n + 2)
    return _Content(np.ascontiguousarray(rows[:, 2:].T), fixed=rows[:, 1].copy())


def _read_capacitated(text: str) -> _Content:
    """Sites by clients, costs of whole demands: not OR-Library's own layout."""
    values = np.array(text.split(), np.float64)
    m, n = int(values[0]), int(values[1])
    if len(values) != 2 + 2 * m + n + m * n:
        message = f"{len(values)} numbers, {m} sites and {n} clients make {2 + 2 * m + n + m * n}"
        raise ValueError(message)
    sites = values[2 : 2 + 2 * m].reshape(m, 2)
    demand = values[2 + 2 * m : 2 + 2 * m + n]
    cost = np.ascontiguousarray(values[2 + 2 * m + n :].reshape(m, n).T)
    return _Content(cost, demand=demand.copy(), capacity=sites[:, 0].copy(), fixed=sites[:, 1].copy())


def _read_lrp(text: str) -> _Content:
    """Location-routing: cost ceil(100 d) where the last number is 0, else d."""
    values = np.array(text.split(), np.float64)
    n, m = int(values[0]), int(values[1])
    sizes = (2, 2 * m, 2 * n, 1, m, n, m, 1, 1)
    if n < 1 or m < 1 or len(values) != sum(sizes) or values[-1] not in {0, 1}:
        message = f"{len(values)} numbers, {m} depots and {n} customers make {sum(sizes)}, the last 0 or 1"
        raise ValueError(message)
    _, sites, clients, vehicle, capacity, demand, fixed, route, code = np.split(values, np.cumsum(sizes)[:-1])
    points = np.concatenate([sites, clients]).reshape(-1, 2)
    travel = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    if code[0] == 0:
        # A hair below: a distance that is whole in hundredths must not be rounded up by its last bit.
        travel = np.ceil(100 * travel - 1e-9) + 0.0
    return _Content(
        np.ascontiguousarray(travel[m:, :m]),
        demand=demand,
        capacity=capacity,
        fixed=fixed,
        travel=travel,
        vehicle_capacity=float(vehicle[0]),
        vehicle_cost=float(route[0]),
    )


def _section(text: str, name: str, *, columns: int) -> Floats:
    rows = []
    for line in text.split(name, 1)[1].splitlines()[1:]:
        words = line.split()
        if not words:
            continue
        if words[0][0].isalpha():
            break
        rows.append([float(word) for word in words[:columns]])
    return np.array(rows, np.float64).reshape(-1, columns)


def _floor_distances(points: Floats) -> Floats:
    n = len(points)
    if n * n > _MOST_CELLS:
        message = f"{n} points make a matrix of more than {_MOST_CELLS} cells"
        raise InstanceError(message)
    cost = np.empty((n, n))
    for row in range(n):
        cost[row] = np.floor(np.hypot(*(points - points[row]).T) + 1e-9)
    return cost
