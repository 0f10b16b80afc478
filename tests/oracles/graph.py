"""Slow twins of the graph kernels: plain Python, no heap, no arrays."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Arc = tuple[int, int, int, int]  # tail, head, duration, distance
TimedArc = tuple[int, int, "Callable[[int], int]"]  # tail, head, arrival by moment of departure


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


def shortest_table(num_nodes: int, arcs: list[Arc]) -> list[list[tuple[int, int] | None]]:
    """Return the labels between all pairs of nodes."""
    return [shortest_labels(num_nodes, arcs, source=source) for source in range(num_nodes)]


def eliminated_neighbours(num_nodes: int, arcs: list[Arc], *, order: list[int]) -> dict[int, set[int]]:
    """Remove the nodes one by one, joining their neighbours; return the neighbours each had left when it went, itself excluded."""
    near: dict[int, set[int]] = {node: set() for node in range(num_nodes)}
    for tail, head, _, _ in arcs:
        if tail != head:
            near[tail].add(head)
            near[head].add(tail)
    left: dict[int, set[int]] = {}
    for node in order:
        left[node] = near.pop(node)
        for one in left[node]:
            near[one] |= left[node] - {one}
            near[one].discard(node)
    return left


def earliest_moments(num_nodes: int, arcs: list[TimedArc], *, source: int, depart_s: int) -> list[int]:
    """Time-dependent Dijkstra: when one who leaves the source at a moment is at each node; -1 never."""
    leaving: list[list[TimedArc]] = [[] for _ in range(num_nodes)]
    for arc in arcs:
        leaving[arc[0]].append(arc)
    moments = [-1] * num_nodes
    queue = [(depart_s, source)]
    while queue:
        moment, node = heapq.heappop(queue)
        if moments[node] >= 0:
            continue
        moments[node] = moment
        for _, head, arrival in leaving[node]:
            if moments[head] < 0:
                heapq.heappush(queue, (arrival(moment), head))
    return moments


def reached_from(num_nodes: int, pairs: list[tuple[int, int]], *, starts: set[int]) -> set[int]:
    """Return the nodes joined to any of the starts by undirected edges."""
    reached, grew = set(starts), True
    while grew:
        grew = False
        for one, other in pairs:
            if (one in reached) != (other in reached):
                reached |= {one, other}
                grew = True
    assert reached <= set(range(num_nodes))
    return reached
