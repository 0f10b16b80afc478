"""The slow twin of `geo.osm_chains`: cut every way into single steps, then join two at a time until nothing changes."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise


def joined(runs, codes, *, one_way, forced):
    """Return (nodes, code) of every chain.

    Steps join at a node where exactly two steps end, they agree in their code (or are of one way, so that they agree anyway),
    no turn is restricted there, and, on one-way roads, one arrives where the other leaves.
    """
    steps = [([one, other], code) for run, code in zip(runs, codes, strict=True) for one, other in pairwise(run)]
    degree = Counter(node for nodes, _ in steps for node in nodes)
    chains = [(list(nodes), code) for nodes, code in steps]
    while (pair := _pair(chains, degree, one_way, forced)) is not None:
        first, second, nodes = pair
        code = chains[first][1]
        chains = [chain for row, chain in enumerate(chains) if row not in {first, second}]
        chains.append((nodes, code))
    return chains


def _pair(chains, degree, one_way, forced):
    for first, (left, code) in enumerate(chains):
        for second, (right, other) in enumerate(chains):
            if first == second or code != other:
                continue
            turns = [(left, right)] if one_way[code] else [(a, b) for a in (left, left[::-1]) for b in (right, right[::-1])]
            for one, two in turns:
                if one[-1] == two[0] and degree[one[-1]] == 2 and one[-1] not in forced:
                    return first, second, one + two[1:]
    return None
