from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.kernels.graph import build_csr, build_hierarchy, customise, detours, far, find_bridges
from ntb_relief.kernels.graph.bridges import ABOVE, BELOW, NOTHING
from tests.oracles.graph import reached_from, shortest_labels


@st.composite
def plain_graphs(draw):
    """Undirected graphs without parallel edges: trees, rings, islands."""
    num_nodes = draw(st.integers(1, 10))
    node = st.integers(0, num_nodes - 1)
    pairs = draw(st.sets(st.tuples(node, node).filter(lambda pair: pair[0] < pair[1]), max_size=14))
    return num_nodes, sorted(pairs)


def both_ways(num_nodes, pairs):
    one, other = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    return build_csr(num_nodes, np.concatenate([one, other]), np.concatenate([other, one]), np.zeros(2 * len(pairs), dtype=np.int32))


@pytest.mark.tiny
@settings(deadline=None, max_examples=200)
@given(plain_graphs(), st.data())
def test_bridges_are_the_edges_without_which_a_side_is_not_reached(case, data):
    """Taking each edge away in turn shows the same bridges, the same lost side and the same people as one search."""
    num_nodes, pairs = case
    people = np.array(data.draw(st.lists(st.integers(0, 5), min_size=num_nodes, max_size=num_nodes)), dtype=np.float64)
    origins = data.draw(st.sets(st.integers(0, num_nodes - 1), max_size=3))
    graph = both_ways(num_nodes, pairs)
    is_origin = np.isin(np.arange(num_nodes), list(origins))
    found = find_bridges(graph.indptr, graph.head, load=people, is_origin=is_origin)
    served = reached_from(num_nodes, pairs, starts=origins)
    bridges = {tuple(sorted((node, int(found.parent[node])))): node for node in range(num_nodes) if found.is_bridge[node]}
    for pair in pairs:
        rest = [other for other in pairs if other != pair]
        assert (pair in bridges) == (pair[1] not in reached_from(num_nodes, rest, starts={pair[0]}))
        if pair not in bridges:
            continue
        node = bridges[pair]
        lost = served - reached_from(num_nodes, rest, starts=origins)
        first = found.turn[node]
        subtree = set(found.node[first : first + found.size[node]].tolist())
        assert subtree == reached_from(num_nodes, rest, starts={node})
        assert found.lost_load[node] == sum(people[one] for one in lost)
        assert found.lost[node] == (NOTHING if not lost else BELOW if lost == subtree else ABOVE)
    assert not (found.is_bridge & (found.parent < 0)).any()


@pytest.mark.tiny
@settings(deadline=None, max_examples=150)
@given(st.integers(1, 9), st.data())
def test_detours_are_the_ways_without_the_link(num_nodes, data):
    """Both ways between the ends of each link, with its arcs left out, as by Bellman-Ford; the metric stays as it was."""
    node = st.integers(0, num_nodes - 1)
    arcs = data.draw(st.lists(st.tuples(node, node, st.integers(0, 4), st.just(0)), max_size=24))
    links = data.draw(st.lists(st.sets(st.integers(0, max(0, len(arcs) - 1)), max_size=min(10, len(arcs))), max_size=5))
    ends = [data.draw(st.tuples(node, node)) for _ in links]
    asked = [data.draw(st.booleans()) for _ in links]
    columns = np.array(arcs, dtype=np.int64).reshape(-1, 4).T
    graph = build_csr(num_nodes, *columns[:2].astype(np.int32), np.arange(len(arcs), dtype=np.int32))
    hierarchy = build_hierarchy(graph)
    for dtype in (np.int32, np.int64):
        metric = customise(hierarchy, columns[2][graph.edge].astype(dtype))
        before = metric.copy()
        found = detours(
            hierarchy,
            metric,
            ends=np.array(ends, dtype=np.int64).reshape(-1, 2),
            indptr=np.cumsum([0, *map(len, links)], dtype=np.int64),
            arcs=np.array([np.flatnonzero(graph.edge == arc)[0] for link in links for arc in sorted(link)], dtype=np.int64),
            is_asked=np.array(asked, dtype=np.bool_),
        )
        for old, new in zip(before, metric, strict=True):
            assert (old == new).all()
        for row, link in enumerate(links):
            rest = [arc for number, arc in enumerate(arcs) if number not in link]
            for way in range(2):
                label = shortest_labels(num_nodes, rest, source=ends[row][way])[ends[row][1 - way]]
                assert found[row, way] == (-1 if label is None or not asked[row] else label[0])


def test_many_links_go_in_batches():
    """Three thousand links of a ring: without one, the way is all the others."""
    size = 3000
    tail = np.arange(size, dtype=np.int32)
    head = np.roll(tail, -1)
    graph = build_csr(size, np.concatenate([tail, head]), np.concatenate([head, tail]), np.concatenate([tail, tail]))
    metric = customise(build_hierarchy(graph), np.ones(2 * size, dtype=np.int32))
    assert far(np.int32) > size
    order = np.argsort(graph.edge, kind="stable")
    found = detours(
        build_hierarchy(graph),
        metric,
        ends=np.stack([tail, head], axis=1).astype(np.int64),
        indptr=np.arange(0, 2 * size + 1, 2),
        arcs=order,
        is_asked=np.ones(size, dtype=np.bool_),
    )
    assert (found == size - 1).all()
