"""Our own hierarchy, by the functions that `travel_matrix` calls."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from .built import Built, build, build_all
from .criticality import measure_criticality
from .ferry import measure_ferry
from .graph import make_graph
from .ntb import measure_desa
from .pbf_task import measure_pbf
from .record import Measured, middle, timed
from .reference import is_table_right

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .graph import RoadGraph

    Ints = NDArray[np.int64]

_SHIFT: Final = 28  # metres below, milliseconds above
_SCENARIOS: Final = 32
_CLOSED: Final = 100
_REPEATS: Final = 7


def measure(graph: RoadGraph, *, task: str, stops: tuple[Ints, Ints], seed: int, threads: int) -> Measured:
    """Compile the kernels on a tiny network, build this one's hierarchy, and measure the task."""
    if task == "pbf":
        return measure_pbf(graph, seed=seed)
    if task == "desa":
        return measure_desa(seed=seed, threads=threads)
    tasks = {
        "table": _table,
        "closure": _closure,
        "customise": _customise,
        "scenarios": _scenarios,
        "build": _build,
        "ferry": measure_ferry,
        "criticality": measure_criticality,
    }
    begin = time.perf_counter()
    tiny = make_graph(60, seed=1)
    nodes = np.arange(9)
    tasks[task](tiny, build_all(tiny, compile_seconds=0), (nodes, nodes), 1, threads)
    return tasks[task](graph, build_all(graph, compile_seconds=time.perf_counter() - begin), stops, seed, threads)


def _table(graph: RoadGraph, built: Built, stops: tuple[Ints, Ints], _seed: int, threads: int) -> Measured:
    """Measure durations alone, then durations and metres together."""
    from ntb_relief.kernels.graph import customise, many_to_many, many_to_many_pairs, perfect, search_graph

    sources, targets = stops
    arcs, packed = built.hierarchy, built.duration_ms.astype(np.int64) << _SHIFT | graph.length_m[built.csr.edge]

    def searched(weights: NDArray[Any]) -> Any:  # noqa: ANN401 - a tuple of arrays
        weight = customise(arcs, weights).weight
        return search_graph(arcs, weight, perfect(arcs, weight))

    begin = time.perf_counter()
    short = searched(built.duration_ms)
    weigh_seconds = time.perf_counter() - begin
    long = searched(packed)

    def durations() -> NDArray[Any]:
        return many_to_many(arcs, short, sources=sources, targets=targets, threads=threads)

    def both() -> tuple[NDArray[Any], NDArray[Any]]:
        return many_to_many_pairs(arcs, long, sources=sources, targets=targets, low_bits=_SHIFT, threads=threads)

    table = durations()
    is_exact = is_table_right(graph, table, sources=sources, targets=targets) and bool((both()[0] == table).all())
    spent, spent_both = timed(durations, repeats=_REPEATS), timed(both, repeats=_REPEATS)
    detail = {
        "duration_and_distance_ms": middle(spent_both),
        "unreachable": int((table < 0).sum()),
        "weigh_ms": round(1000 * weigh_seconds, 3),
    }
    seconds = (sum(spent) + sum(spent_both)) / 1000
    return Measured(
        middle(spent),
        is_exact,
        "durations",
        built.build_seconds + weigh_seconds,
        built.compile_seconds,
        seconds,
        table.size,
        _REPEATS,
        detail,
    )


def _closure(graph: RoadGraph, built: Built, stops: tuple[Ints, Ints], seed: int, _threads: int) -> Measured:
    """Close and open again one road, then a hundred; every change is checked bit by bit against a full customisation."""
    from ntb_relief.kernels.graph import customise, far, many_to_many, recustomise, search_graph

    rng = np.random.default_rng(seed)
    arcs, fresh = built.hierarchy, customise(built.hierarchy, built.duration_ms)
    metric, is_exact = fresh.copy(), True
    spent: dict[int, list[float]] = {}
    for number, repeats in ((1, 40), (min(_CLOSED, graph.edge_from.size), 10)):
        spent[number] = []
        for turn in range(repeats):
            edges = rng.choice(graph.edge_from.size, number, replace=False)
            changed = built.arcs_of(edges)
            weights = np.full(changed.size, far(np.int32), np.int32)
            begin = time.perf_counter()
            recustomise(arcs, metric, arcs=changed, weights=weights)
            spent[number].append((time.perf_counter() - begin) * 1000)
            if turn < 5:  # noqa: PLR2004 - checks cost more than closures
                now = built.duration_ms.copy()
                now[changed] = weights
                is_exact &= bool((customise(arcs, now).weight == metric.weight).all())
            if turn == 0:
                table = many_to_many(arcs, search_graph(arcs, metric.weight), sources=stops[0], targets=stops[1])
                is_exact &= is_table_right(graph, table, sources=stops[0], targets=stops[1], closed=edges)
            begin = time.perf_counter()
            recustomise(arcs, metric, arcs=changed, weights=built.duration_ms[changed])
            spent[number].append((time.perf_counter() - begin) * 1000)
            is_exact &= bool((metric.weight == fresh.weight).all() and (metric.own == fresh.own).all())
    every = timed(lambda: customise(arcs, built.duration_ms), repeats=_REPEATS)
    one, many = spent.values()
    return Measured(
        middle(one),
        is_exact,
        "weights after closures, or the table on them",
        built.build_seconds,
        built.compile_seconds,
        (sum(one) + sum(many) + sum(every)) / 1000,
        repeats=len(one),
        detail={"hundred_ms": middle(many), "all_ms": middle(every), "longest_one_ms": round(max(one), 3)},
    )


def _customise(graph: RoadGraph, built: Built, stops: tuple[Ints, Ints], _seed: int, _threads: int) -> Measured:
    """Weigh the whole hierarchy, and find its perfect weights."""
    from ntb_relief.kernels.graph import customise, many_to_many, perfect, search_graph

    arcs = built.hierarchy
    weight = customise(arcs, built.duration_ms).weight
    spent = timed(lambda: customise(arcs, built.duration_ms), repeats=_REPEATS)
    spent_perfect = timed(lambda: perfect(arcs, weight), repeats=_REPEATS)
    table = many_to_many(arcs, search_graph(arcs, weight), sources=stops[0], targets=stops[1])
    is_exact = is_table_right(graph, table, sources=stops[0], targets=stops[1])
    seconds = (sum(spent) + sum(spent_perfect)) / 1000
    detail = {"perfect_ms": middle(spent_perfect), "hierarchy_arcs": int(arcs.head.size)}
    return Measured(
        middle(spent), is_exact, "durations", built.build_seconds, built.compile_seconds, seconds, repeats=_REPEATS, detail=detail
    )


def _scenarios(graph: RoadGraph, built: Built, stops: tuple[Ints, Ints], seed: int, _threads: int) -> Measured:
    """Weigh 32 scenarios of a hundred closures each together; ``ms`` is the time of one of them."""
    from ntb_relief.kernels.graph import customise, customise_many, far, many_to_many, search_graph

    rng = np.random.default_rng(seed)
    arcs = built.hierarchy
    closed = [rng.choice(graph.edge_from.size, min(_CLOSED, graph.edge_from.size), replace=False) for _ in range(_SCENARIOS)]
    stack = np.repeat(built.duration_ms[:, None], _SCENARIOS, axis=1)
    for lane, edges in enumerate(closed):
        stack[built.arcs_of(edges), lane] = far(np.int32)
    weights = customise_many(arcs, stack)
    is_exact = all(bool((weights[:, lane] == customise(arcs, stack[:, lane].copy()).weight).all()) for lane in range(_SCENARIOS))
    table = many_to_many(arcs, search_graph(arcs, weights[:, 0].copy()), sources=stops[0], targets=stops[1])
    is_exact &= is_table_right(graph, table, sources=stops[0], targets=stops[1], closed=closed[0])
    spent = timed(lambda: customise_many(arcs, stack), repeats=_REPEATS)
    return Measured(
        round(middle(spent) / _SCENARIOS, 3),
        is_exact,
        "weights of a scenario",
        built.build_seconds,
        built.compile_seconds,
        sum(spent) / 1000,
        repeats=_REPEATS,
        detail={"together_ms": middle(spent), "scenarios": _SCENARIOS},
    )


def _build(graph: RoadGraph, built: Built, stops: tuple[Ints, Ints], _seed: int, _threads: int) -> Measured:
    """Order and build once more, warm, and check the hierarchy by a table."""
    from ntb_relief.kernels.graph import customise, many_to_many, search_graph

    spent = timed(lambda: build(graph), repeats=3)
    weight = customise(built.hierarchy, built.duration_ms).weight
    table = many_to_many(built.hierarchy, search_graph(built.hierarchy, weight), sources=stops[0], targets=stops[1])
    return Measured(
        middle(spent),
        is_table_right(graph, table, sources=stops[0], targets=stops[1]),
        "durations",
        built.build_seconds,
        built.compile_seconds,
        sum(spent) / 1000,
        repeats=len(spent),
        detail={"hierarchy_arcs": int(built.hierarchy.head.size)},
    )
