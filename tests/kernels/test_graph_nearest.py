from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ntb_relief.kernels.graph import build_csr
from ntb_relief.kernels.graph.nearest import nearest_targets
from tests.oracles.graph import shortest_labels


@st.composite
def cases(draw):
    """Draw a directed graph with loops, parallel arcs and ties, counts of targets and sources."""
    num_nodes = draw(st.integers(1, 7))
    node = st.integers(0, num_nodes - 1)
    arcs = draw(st.lists(st.tuples(node, node, st.integers(0, 3), st.integers(0, 3)), max_size=15))
    counts = draw(st.lists(st.integers(0, 2), min_size=num_nodes, max_size=num_nodes))
    return num_nodes, arcs, counts, draw(st.lists(node, max_size=5)), draw(st.integers(1, 6))


@given(cases())
def test_targets_are_settled_nearest_first_until_there_are_enough(case):
    """Durations and ties are Bellman-Ford's; nodes come whole; the search stops with the node that makes enough, and forgets itself."""
    num_nodes, arcs, counts, sources, most = case
    columns = [np.array([arc[side] for arc in arcs], dtype=np.int64) for side in range(4)]
    rows = np.arange(len(arcs), dtype=np.int32)
    graph = build_csr(num_nodes, columns[0].astype(np.int32), columns[1].astype(np.int32), rows)
    weights = columns[2][graph.edge], columns[3][graph.edge]
    indptr, node, duration, tie = nearest_targets(
        graph, *weights, sources=np.array(sources, dtype=np.int64), target_count=np.array(counts, dtype=np.int64), most=most
    )
    assert indptr.tolist()[0] == 0
    assert indptr.size == len(sources) + 1
    for row, source in enumerate(sources):
        labels = shortest_labels(num_nodes, arcs, source=source)
        found = node[indptr[row] : indptr[row + 1]].tolist()
        told = list(zip(duration[indptr[row] : indptr[row + 1]].tolist(), tie[indptr[row] : indptr[row + 1]].tolist(), strict=True))
        assert told == [labels[one] for one in found]
        assert told == sorted(told)
        assert len(set(found)) == len(found)
        assert all(counts[one] for one in found)
        reached = [one for one in range(num_nodes) if counts[one] and labels[one] is not None]
        total = sum(counts[one] for one in found)
        assert total >= most or sorted(found) == reached
        assert total - (counts[found[-1]] if found else 0) < most
        assert all(labels[one] >= told[-1] for one in set(reached) - set(found))
