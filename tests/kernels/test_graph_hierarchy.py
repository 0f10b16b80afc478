from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.kernels.graph import (
    build_csr,
    build_hierarchy,
    customise,
    customise_many,
    elimination_order,
    far,
    many_to_many,
    many_to_many_pairs,
    perfect,
    recustomise,
    search_graph,
    shortest_arcs,
    shortest_tables,
)
from tests.oracles.graph import eliminated_neighbours, shortest_table

SHIFT = 32  # of the duration in a packed weight


@st.composite
def graphs(draw):
    """Small directed graphs with few different weights: many ties, parallel arcs, loops, islands, zero and closed arcs."""
    num_nodes = draw(st.integers(1, 11))
    node = st.integers(0, num_nodes - 1)
    arcs = draw(st.lists(st.tuples(node, node, st.integers(0, 3), st.integers(0, 3), st.booleans()), max_size=36))
    arcs = [(*arc[:4], arc[4] and draw(st.booleans())) for arc in arcs]
    positions = draw(st.none() | st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=num_nodes, max_size=num_nodes))
    return num_nodes, arcs, None if positions is None else np.array(positions, dtype=np.float64)


def encode(case):
    """Return the graph, its hierarchy, and the packed (duration, distance) of every arc, `far` where it is closed."""
    num_nodes, arcs, positions = case
    columns = np.array([arc[:4] for arc in arcs], dtype=np.int64).reshape(-1, 4).T
    ends = columns[:2].astype(np.int32)
    graph = build_csr(num_nodes, ends[0], ends[1], np.arange(len(arcs), dtype=np.int32))
    closed = np.array([arc[4] for arc in arcs], dtype=np.bool_)[graph.edge]
    packed = np.where(closed, far(np.int64), (columns[2] << SHIFT | columns[3])[graph.edge])
    return graph, build_hierarchy(graph, positions), packed


def whole_table(hierarchy, weight, best=None):
    nodes = np.arange(hierarchy.node.size, dtype=np.int64)
    return many_to_many(hierarchy, search_graph(hierarchy, weight, best), sources=nodes, targets=nodes)


def expected_table(num_nodes, arcs):
    labels = shortest_table(num_nodes, [arc[:4] for arc in arcs if not arc[4]])
    return np.array([[-1 if one is None else one[0] << SHIFT | one[1] for one in row] for row in labels], dtype=np.int64)


@pytest.mark.tiny
@settings(deadline=None, max_examples=150)
@given(graphs())
def test_the_arcs_are_those_that_removing_nodes_leaves(case):
    """Every node is removed once, and its upper neighbours are what plain elimination leaves it."""
    num_nodes, arcs, _ = case
    _, hierarchy, _ = encode(case)
    order = hierarchy.node.tolist()
    assert sorted(order) == list(range(num_nodes))
    assert [order[rank] for rank in hierarchy.rank] == list(range(num_nodes))
    left = eliminated_neighbours(num_nodes, [arc[:4] for arc in arcs], order=order)
    for rank in range(num_nodes):
        above = hierarchy.head[hierarchy.indptr[rank] : hierarchy.indptr[rank + 1]].tolist()
        assert above == sorted(int(hierarchy.rank[node]) for node in left[order[rank]])
        assert hierarchy.parent[rank] == (above[0] if above else -1)
        below = hierarchy.down_arc[hierarchy.down_indptr[rank] : hierarchy.down_indptr[rank + 1]]
        assert below.tolist() == np.flatnonzero(hierarchy.head == rank).tolist()


@pytest.mark.tiny
@settings(deadline=None, max_examples=200)
@given(graphs())
def test_tables_equal_the_slow_twin(case):
    """All pairs as by Bellman-Ford, from the plain and from the pruned hierarchy, in 64 bits and in 32."""
    num_nodes, arcs, _ = case
    _, hierarchy, packed = encode(case)
    expected = expected_table(num_nodes, arcs)
    metric = customise(hierarchy, packed)
    assert (whole_table(hierarchy, metric.weight) == expected).all()
    nodes = np.arange(num_nodes, dtype=np.int64)
    halves = many_to_many_pairs(hierarchy, search_graph(hierarchy, metric.weight), sources=nodes, targets=nodes, low_bits=SHIFT)
    assert (halves[0] == np.where(expected < 0, -1, expected >> SHIFT)).all()
    assert (halves[1] == np.where(expected < 0, -1, expected & (2**SHIFT - 1))).all()
    assert (whole_table(hierarchy, metric.weight, perfect(hierarchy, metric.weight)) == expected).all()
    short = np.where(packed == far(np.int64), far(np.int32), packed >> SHIFT).astype(np.int32)
    durations = whole_table(hierarchy, customise(hierarchy, short).weight)
    assert durations.dtype == np.int32
    assert (durations == np.where(expected < 0, -1, expected >> SHIFT)).all()


@pytest.mark.tiny
@settings(deadline=None, max_examples=150)
@given(graphs(), st.data())
def test_changes_leave_the_bits_of_a_full_customisation(case, data):
    """Closing, slowing and opening a few arcs at a time gives every weight a full customisation gives, and back again."""
    _, hierarchy, packed = encode(case)
    metric = customise(hierarchy, packed)
    now = packed.copy()
    for _ in range(3):
        chosen = data.draw(st.lists(st.integers(0, max(0, packed.size - 1)), max_size=min(4, packed.size), unique=True))
        arcs = np.array(chosen, dtype=np.int64)
        values = data.draw(st.lists(st.sampled_from([far(np.int64), 0, 1 << SHIFT, 5 << SHIFT]), min_size=arcs.size, max_size=arcs.size))
        now[arcs] = values
        recustomise(hierarchy, metric, arcs=arcs, weights=np.array(values, dtype=np.int64))
        for one, other in zip(metric, customise(hierarchy, now), strict=True):
            assert (one == other).all()
    every = np.arange(packed.size, dtype=np.int64)
    recustomise(hierarchy, metric, arcs=every, weights=packed)
    for one, other in zip(metric, customise(hierarchy, packed), strict=True):
        assert (one == other).all()


@pytest.mark.tiny
@settings(deadline=None, max_examples=60)
@given(graphs(), st.data())
def test_scenarios_together_equal_each_alone(case, data):
    """Every column of a stack is the metric of its weights."""
    _, hierarchy, packed = encode(case)
    closures = data.draw(st.lists(st.sets(st.integers(0, max(0, packed.size - 1))), min_size=1, max_size=4))
    stack = np.repeat(packed[:, None], len(closures), axis=1)
    for lane, closed in enumerate(closures):
        stack[[arc for arc in closed if arc < packed.size], lane] = far(np.int64)
    weights = customise_many(hierarchy, stack)
    for lane in range(len(closures)):
        assert (weights[:, lane] == customise(hierarchy, stack[:, lane].copy()).weight).all()


@pytest.mark.tiny
@settings(deadline=None, max_examples=150)
@given(graphs())
def test_paths_are_driven_arc_by_arc_and_weigh_their_cell(case):
    """A path starts at its source, each arc where the last one ended, ends at its target, and sums to the table."""
    num_nodes, arcs, _ = case
    graph, hierarchy, packed = encode(case)
    metric = customise(hierarchy, packed)
    expected = expected_table(num_nodes, arcs)
    for source in range(num_nodes):
        for target in range(num_nodes):
            path = shortest_arcs(hierarchy, metric, source=source, target=target)
            if expected[source, target] < 0:
                assert path is None
                continue
            assert path is not None
            assert packed[path].sum() == expected[source, target]
            stations = [source, *graph.head[path].tolist()]
            assert stations[-1] == target
            assert graph.tail[path].tolist() == stations[:-1]


@pytest.mark.tiny
@given(st.integers(0, 8))
def test_orders_hold_every_node_once_even_of_cliques(num_nodes):
    """Graphs that nothing parts, and no nodes at all, are ordered too."""
    ends = np.array([(one, other) for one in range(num_nodes) for other in range(num_nodes)], dtype=np.int32).reshape(-1, 2).T
    graph = build_csr(num_nodes, ends[0], ends[1], np.arange(ends.shape[1], dtype=np.int32))
    assert sorted(elimination_order(graph, np.zeros((num_nodes, 2)))) == list(range(num_nodes))


@pytest.mark.parametrize("seed", range(6))
def test_bigger_graphs_equal_dijkstra(seed):
    """Random geometric graphs of some hundred nodes: tables of odd shapes, edits and threads, against our own Dijkstra."""
    rng = np.random.default_rng(seed)
    num_nodes = int(rng.integers(150, 500))
    positions = rng.random((num_nodes, 2))
    tail = rng.integers(0, num_nodes, int(num_nodes * 2.2))
    gap = np.hypot(*(positions[tail][:, None] - positions[None]).transpose(2, 0, 1))
    head = np.argsort(gap, axis=1)[np.arange(tail.size), rng.integers(0, 8, tail.size)]
    graph = build_csr(num_nodes, tail.astype(np.int32), head.astype(np.int32), np.arange(tail.size, dtype=np.int32))
    duration = rng.integers(0, (4, 60, 100_000)[seed % 3], tail.size)
    distance = rng.integers(0, 50, tail.size)
    hierarchy = build_hierarchy(graph, positions)
    metric = customise(hierarchy, duration << SHIFT | distance)
    for _ in range(4):
        arcs = rng.choice(tail.size, size=int(rng.integers(1, 30)), replace=False).astype(np.int64)
        is_closed = rng.random(arcs.size) < 0.5
        duration[arcs] = np.where(is_closed, 2**28, rng.integers(0, 9, arcs.size))
        weights = np.where(is_closed, far(np.int64), duration[arcs] << SHIFT | distance[arcs])
        recustomise(hierarchy, metric, arcs=arcs, weights=weights)
        sources, targets = rng.integers(0, num_nodes, 130), rng.integers(0, num_nodes, 71)
        table = many_to_many(hierarchy, search_graph(hierarchy, metric.weight), sources=sources, targets=targets)
        open_arcs = np.flatnonzero(metric.arc < far(np.int64))
        part = build_csr(num_nodes, graph.tail[open_arcs], graph.head[open_arcs], open_arcs.astype(np.int32))
        seconds, metres = shortest_tables(part, duration[part.edge], distance[part.edge], sources=sources, targets=targets)
        assert (table == np.where(seconds < 0, -1, seconds << SHIFT | metres)).all()
        assert (table == -1).any()
        best = perfect(hierarchy, metric.weight)
        pruned = many_to_many(hierarchy, search_graph(hierarchy, metric.weight, best), sources=sources, targets=targets, threads=2)
        assert (pruned == table).all()
        ways = {"sources": sources, "targets": targets, "low_bits": SHIFT, "threads": 2}
        assert (many_to_many_pairs(hierarchy, search_graph(hierarchy, best), **ways)[0] == seconds).all()
        assert (best <= metric.weight).all()
        assert (whole_table(hierarchy, best)[np.ix_(sources, targets)] == table).all()


def test_durations_equal_scipy():
    """The same table as scipy's Dijkstra, which adds parallel arcs up, so only the least of them goes in."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    rng = np.random.default_rng(4)
    tail, head = rng.integers(0, 300, (2, 700)).astype(np.int32)
    graph = build_csr(300, tail, head, np.arange(700, dtype=np.int32))
    weight = rng.integers(1, 1000, 700).astype(np.int32)
    least: dict[tuple[int, int], int] = {}
    for one, other, value in zip(graph.tail.tolist(), graph.head.tolist(), weight.tolist(), strict=True):
        least[one, other] = min(value, least.get((one, other), value))
    ends = np.array(list(least)).T
    expected = dijkstra(csr_array((np.array(list(least.values())), (ends[0], ends[1])), shape=(300, 300)))
    hierarchy = build_hierarchy(graph)
    assert (whole_table(hierarchy, customise(hierarchy, weight).weight) == np.where(np.isinf(expected), -1, expected)).all()


def test_ways_longer_than_the_type_are_no_ways():
    """A sum that reaches `far` stays there instead of running over; one below it is exact."""
    half = far(np.int32) // 2
    ends = np.array([0, 1, 2], dtype=np.int32)
    graph = build_csr(4, ends, ends + np.int32(1), ends)
    hierarchy = build_hierarchy(graph)
    table = whole_table(hierarchy, customise(hierarchy, np.full(3, half, dtype=np.int32)).weight)
    assert table[0].tolist() == [0, half, 2 * half, -1]


def test_the_sweep_is_vector_code():
    """The inner loops over 64 sources use the widest registers the machine has; without them a table is five times slower."""
    import platform

    if platform.machine() not in {"x86_64", "AMD64"}:
        pytest.skip("registers are named so on x86 only")
    import numba

    from ntb_relief.kernels.graph import table

    if not hasattr(table._sweep, "py_func"):
        pytest.skip("the compiler is off")
    sweep = numba.njit(table._sweep.py_func)  # afresh: code from the cache cannot be read
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "_sweep", sweep)
        graph = build_csr(2, np.array([0], dtype=np.int32), np.array([1], dtype=np.int32), np.array([0], dtype=np.int32))
        hierarchy = build_hierarchy(graph)
        whole_table(hierarchy, customise(hierarchy, np.array([1], dtype=np.int32)).weight)
    code = "".join(sweep.inspect_asm().values())
    assert "vpminsd" in code
    assert "ymm" in code or "zmm" in code
