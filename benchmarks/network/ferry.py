"""Tables over ten ferry lines with timetables, checked against time-dependent Dijkstra."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

import numpy as np

from .record import Measured, middle, timed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ntb_relief.kernels.graph import LandTables, Timetable

    from .built import Built
    from .graph import RoadGraph

    Ints = NDArray[np.int64]

_TERMINALS: Final = 8
_LINES: Final = 10
_DAY: Final = 86_400
_SIX: Final = 6 * 3600
_REPEATS: Final = 7
_CHECKED: Final = 5


def measure_ferry(graph: RoadGraph, built: Built, stops: tuple[Ints, Ints], seed: int, threads: int) -> Measured:
    """Measure land tables and timetable together, seconds, who leaves at six; the network's own ferry arc is closed."""
    from ntb_relief.kernels.graph import LandTables, customise, earliest_arrivals, far, many_to_many, perfect, search_graph

    rng = np.random.default_rng(seed)
    ports, timetable = _lines(graph, rng)
    seconds = np.where(graph.speed_class[built.csr.edge] == 3, far(np.int32), (built.duration_ms + 500) // 1000).astype(np.int32)  # noqa: PLR2004
    arcs, weight = built.hierarchy, customise(built.hierarchy, seconds).weight
    searched = search_graph(arcs, weight, perfect(arcs, weight))
    sources, targets = (np.concatenate([nodes, ports]) for nodes in stops)
    num_rows, num_columns = stops[0].size, stops[1].size

    def land() -> LandTables:
        table = many_to_many(arcs, searched, sources=sources, targets=targets, threads=threads).astype(np.int64)
        rows, columns = np.split(table, [num_rows])
        parts = rows[:, :num_columns], rows[:, num_columns:], columns[:, num_columns:], columns[:, :num_columns]
        return LandTables(*(np.ascontiguousarray(part) for part in parts))

    def tables() -> Ints:
        return earliest_arrivals(land(), timetable, depart_s=_SIX)

    found = tables()
    spent = timed(tables, repeats=_REPEATS)
    is_exact = all(
        bool((_moments(built, seconds, ports, timetable, source=int(source))[stops[1]] == row).all())
        for source, row in zip(stops[0][:_CHECKED], found, strict=False)
    )
    known = land()
    spent_overlay = timed(lambda: earliest_arrivals(known, timetable, depart_s=_SIX), repeats=_REPEATS)
    return Measured(
        middle(spent),
        is_exact,
        "arrivals",
        built.build_seconds,
        built.compile_seconds,
        sum(spent) / 1000,
        found.size,
        _REPEATS,
        {"timetable_ms": middle(spent_overlay), "terminals": _TERMINALS, "lines": _LINES},
    )


def _lines(graph: RoadGraph, rng: np.random.Generator) -> tuple[Ints, Timetable]:
    """Return four terminals an island and ten lines between the islands, each both ways, with 1 to 24 sailings a day."""
    from ntb_relief.kernels.graph import Timetable

    half = _TERMINALS // 2
    is_west = graph.lon < graph.lon.mean()
    ports = np.concatenate([rng.choice(np.flatnonzero(side), half, replace=False) for side in (is_west, ~is_west)])
    pairs = np.stack(np.divmod(rng.choice(half * half, _LINES, replace=False), half), axis=1) + np.array([0, half])
    clocks = [np.sort(rng.choice(_DAY, int(rng.integers(1, 25)), replace=False)) for _ in range(_LINES)]
    boarding, sailing = rng.integers(600, 3600, _LINES), rng.integers(1800, 14_400, _LINES)
    return ports, Timetable(
        from_port=pairs.reshape(-1),
        to_port=pairs[:, ::-1].reshape(-1),
        boarding_s=np.repeat(boarding, 2),
        sailing_s=np.repeat(sailing, 2),
        indptr=np.cumsum([0, *(clock.size for clock in clocks for _ in range(2))]),
        departure_s=np.concatenate([clock for clock in clocks for _ in range(2)]),
        gap_indptr=np.zeros(2 * _LINES + 1, np.int64),
        gap_s=np.empty((0, 2), np.int64),
    )


def _moments(built: Built, seconds: NDArray[np.int32], ports: Ints, timetable: Timetable, *, source: int) -> Ints:
    """Return when who leaves a node at six is at every node, by plain time-dependent Dijkstra over roads and lines."""
    from ntb_relief.kernels.graph import far

    indptr, head, roads = built.csr.indptr.tolist(), built.csr.head.tolist(), seconds.tolist()
    closed = far(np.int32)
    lines: dict[int, list[int]] = {}
    for line, port in enumerate(timetable.from_port.tolist()):
        lines.setdefault(int(ports[port]), []).append(line)
    moments = np.full(len(indptr) - 1, -1, np.int64)
    queue = [(_SIX, source)]
    while queue:
        moment, node = heapq.heappop(queue)
        if moments[node] >= 0:
            continue
        moments[node] = moment
        for arc in range(indptr[node], indptr[node + 1]):
            if roads[arc] < closed:
                heapq.heappush(queue, (moment + roads[arc], head[arc]))
        for line in lines.get(node, ()):
            clock = timetable.departure_s[timetable.indptr[line] : timetable.indptr[line + 1]].tolist()
            day, ready = divmod(moment + int(timetable.boarding_s[line]), _DAY)
            place = bisect_left(clock, ready)
            leaves = day * _DAY + clock[place] if place < len(clock) else (day + 1) * _DAY + clock[0]
            heapq.heappush(queue, (leaves + int(timetable.sailing_s[line]), int(ports[timetable.to_port[line]])))
    return moments
