from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.kernels.graph import Csr, build_csr, shortest_tables, shortest_tree, warm_up
from tests.oracles.graph import shortest_labels


@st.composite
def graphs(draw):
    """Small directed graphs with few different weights: many ties, parallel arcs, loops, islands, zero weights."""
    num_nodes = draw(st.integers(1, 9))
    node = st.integers(0, num_nodes - 1)
    arcs = draw(st.lists(st.tuples(node, node, st.integers(0, 3), st.integers(0, 3)), max_size=30))
    return num_nodes, arcs


def encode(num_nodes, arcs):
    columns = np.array(arcs, dtype=np.int64).reshape(-1, 4).T
    ends = columns[:2].astype(np.int32)
    graph = build_csr(num_nodes, ends[0], ends[1], np.arange(len(arcs), dtype=np.int32))
    return graph, columns[2][graph.edge], columns[3][graph.edge]


def random_graph(rng, *, num_nodes, num_arcs, top):
    ends = rng.integers(0, num_nodes, size=(num_arcs, 2))
    weights = rng.integers(1, top, size=(num_arcs, 2))
    return [tuple(int(x) for x in row) for row in np.hstack([ends, weights])]


@pytest.mark.tiny
@settings(deadline=None, max_examples=200)
@given(graphs(), st.data())
def test_tree_equals_the_slow_twin(case, data):
    """The tree holds the least (duration, distance) of every node, and its arcs add up to it."""
    num_nodes, arcs = case
    source = data.draw(st.integers(0, num_nodes - 1))
    graph, duration, distance = encode(num_nodes, arcs)
    best_duration, best_distance, arc_into = shortest_tree(graph, duration, distance, source=source)
    expected = [label or (-1, -1) for label in shortest_labels(num_nodes, arcs, source=source)]
    assert list(zip(best_duration.tolist(), best_distance.tolist(), strict=True)) == expected
    for node in range(num_nodes):
        at, total, steps = node, (0, 0), 0
        while arc_into[at] >= 0:
            arc = arc_into[at]
            assert graph.head[arc] == at
            total = (total[0] + duration[arc], total[1] + distance[arc])
            at, steps = graph.tail[arc], steps + 1
            assert steps < num_nodes
        assert expected[node] == (-1, -1) or (at == source and total == expected[node])


@pytest.mark.tiny
@settings(deadline=None, max_examples=100)
@given(graphs(), st.data())
def test_tables_are_the_trees_of_their_sources(case, data):
    """Stopping early at the targets changes nothing."""
    num_nodes, arcs = case
    nodes = st.lists(st.integers(0, num_nodes - 1), max_size=4).map(lambda x: np.array(x, dtype=np.int64))
    sources, targets = data.draw(nodes), data.draw(nodes)
    graph, duration, distance = encode(num_nodes, arcs)
    durations, distances = shortest_tables(graph, duration, distance, sources=sources, targets=targets)
    assert durations.shape == distances.shape == (sources.size, targets.size)
    for row, source in enumerate(sources):
        best_duration, best_distance, _ = shortest_tree(graph, duration, distance, source=int(source))
        assert durations[row].tolist() == best_duration[targets].tolist()
        assert distances[row].tolist() == best_distance[targets].tolist()


@pytest.mark.parametrize("seed", range(6))
def test_durations_equal_scipy(seed):
    """Random graphs of some hundred nodes: the same durations as scipy's Dijkstra, islands included."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    rng = np.random.default_rng(seed)
    num_nodes = int(rng.integers(100, 400))
    arcs = random_graph(rng, num_nodes=num_nodes, num_arcs=num_nodes * 2, top=(5, 50, 10_000)[seed % 3])
    graph, duration, distance = encode(num_nodes, arcs)
    nodes = np.arange(num_nodes, dtype=np.int64)
    durations, _ = shortest_tables(graph, duration, distance, sources=nodes, targets=nodes)
    least: dict[tuple[int, int], int] = {}  # scipy adds parallel arcs up, so only the least may stay
    for tail, head, weight, _ in arcs:
        least[tail, head] = min(weight, least.get((tail, head), weight))
    ends = np.array(list(least)).T
    expected = dijkstra(csr_array((np.array(list(least.values())), (ends[0], ends[1])), shape=(num_nodes, num_nodes)))
    assert (np.where(np.isinf(expected), -1, expected) == durations).all()
    assert (durations == -1).any()


@pytest.mark.tiny
def test_equally_quick_nodes_settle_by_distance():
    """An arc of no duration may still shorten a node that is as near in time, so the heap orders by both weights."""
    graph, duration, distance = encode(3, [(0, 1, 1, 5), (0, 2, 1, 1), (2, 1, 0, 1)])
    best_duration, best_distance, arc_into = shortest_tree(graph, duration, distance, source=0)
    assert (best_duration.tolist(), best_distance.tolist()) == ([0, 1, 1], [0, 2, 1])
    assert graph.tail[arc_into[1]] == 2


def test_big_weights_do_not_overflow():
    """Weights beyond 32 bits add up exactly."""
    big = 2**40
    graph, duration, distance = encode(3, [(0, 1, big, big + 1), (1, 2, big, big)])
    best_duration, best_distance, _ = shortest_tree(graph, duration, distance, source=0)
    assert best_duration.tolist() == [0, big, 2 * big]
    assert best_distance.tolist() == [0, big + 1, 2 * big + 1]


def test_read_only_inputs_are_accepted():
    """Frozen arrays of a shared network go in as they are."""
    graph, duration, distance = encode(2, [(0, 1, 5, 7)])
    for array in (*graph, duration, distance):
        array.setflags(write=False)
    best_duration, _, _ = shortest_tree(Csr(*graph), duration, distance, source=0)
    assert best_duration.tolist() == [0, 5]


def test_warm_up_leaves_nothing_to_compile():
    """After the warm-up a search on other arrays compiles no further version."""
    from ntb_relief.kernels.graph import dijkstra

    warm_up()
    versions = {name: len(getattr(dijkstra, name).signatures) for name in ("_tree", "_tables")}
    graph, duration, distance = encode(4, [(0, 1, 1, 1), (1, 2, 1, 1)])
    shortest_tree(graph, duration, distance, source=1)
    nodes = np.array([0, 3], dtype=np.int64)
    shortest_tables(graph, duration, distance, sources=nodes, targets=nodes)
    assert {name: len(getattr(dijkstra, name).signatures) for name in versions} == versions
