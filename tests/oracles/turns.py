"""Slow twin of routing under turn restrictions: Dijkstra over (edge, direction), plain Python, no node is taken apart."""

from __future__ import annotations

import heapq


def forbidden(edges: list[tuple[int, int]], signs: list[tuple[int, int, int, str]]) -> set[tuple[int, int, int]]:
    """Return every (edge, node, edge) that no_ and only_ signs forbid, by the words of the rule."""
    found = set()
    for one, (first, second) in enumerate(edges):
        for via in {first, second}:
            for other, ends in enumerate(edges):
                if via not in ends:
                    continue
                here = [sign for sign in signs if sign[0] == one and sign[1] == via]
                only = [sign[2] for sign in here if sign[3].startswith("only_")]
                if any(sign[2] == other and sign[3].startswith("no_") for sign in here) or (only and other not in only):
                    found.add((one, via, other))
    return found


def turn_labels(
    edges: list[tuple[int, int]],
    ways: list[tuple[tuple[int, int] | None, tuple[int, int] | None]],
    banned: set[tuple[int, int, int]],
    *,
    source: int,
    num_nodes: int,
) -> list[tuple[int, int] | None]:
    """Return the least (seconds, metres) from a node to every node; `ways` of an edge, forth and back, None where closed."""
    leaving: list[list[tuple[int, int, int, int]]] = [[] for _ in range(num_nodes)]  # seconds, metres, edge, way
    for edge, ends in enumerate(edges):
        for way in range(2):
            cost = ways[edge][way]
            if cost is not None:
                leaving[ends[way]].append((*cost, edge, way))
    labels: list[tuple[int, int] | None] = [None] * num_nodes
    labels[source] = (0, 0)
    queue = list(leaving[source])  # at the end of that edge
    heapq.heapify(queue)
    done = set()
    while queue:
        seconds, metres, edge, way = heapq.heappop(queue)
        if (edge, way) in done:
            continue
        done.add((edge, way))
        here = edges[edge][1 - way]
        known = labels[here]
        if known is None or (seconds, metres) < known:
            labels[here] = (seconds, metres)
        for longer, further, other, turned in leaving[here]:
            if (edge, here, other) not in banned:
                heapq.heappush(queue, (seconds + longer, metres + further, other, turned))
    return labels
