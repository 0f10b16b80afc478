"""Slow twins of the graph kernels: plain Python, no heap, no arrays."""

from __future__ import annotations

Arc = tuple[int, int, int, int]  # tail, head, duration, distance


def shortest_labels(num_nodes: int, arcs: list[Arc], *, source: int) -> list[tuple[int, int] | None]:
    """Bellman-Ford on (duration, distance) pairs, least first; None where there is no path."""
    labels: list[tuple[int, int] | None] = [None] * num_nodes
    labels[source] = (0, 0)
    changed = True
    while changed:
        changed = False
        for tail, head, duration, distance in arcs:
            here, there = labels[tail], labels[head]
            if here is None:
                continue
            label = (here[0] + duration, here[1] + distance)
            if there is None or label < there:
                labels[head] = label
                changed = True
    return labels
