"""Turns that signs forbid."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that a sign restricts; it binds the profiles that obey one-way roads.

    Parameters
    ----------
    from_edge, to_edge : int
        Rows of the road table.
    via_node : int
        Row of the node between them.
    kind : str
        As OpenStreetMap has it: ``no_left_turn`` forbids the turn; ``only_straight_on`` forbids all others from the first edge,
        turning round too.
    """

    from_edge: int
    via_node: int
    to_edge: int
    kind: str


def banned_turns(turns: Iterable[Turn], *, edge_from: Rows, edge_to: Rows) -> frozenset[tuple[int, int, int]]:
    """Return every (edge, node, edge) that the signs forbid.

    Parameters
    ----------
    turns : iterable of Turn
    edge_from, edge_to : int32 array, shape (E,)
        Ends of the edges of the road table.
    """
    signs = tuple(turns)
    banned = {(one.from_edge, one.via_node, one.to_edge) for one in signs if not one.kind.startswith("only_")}
    allowed: dict[tuple[int, int], set[int]] = defaultdict(set)
    for one in signs:
        if one.kind.startswith("only_"):
            allowed[one.from_edge, one.via_node].add(one.to_edge)
    vias = {via for _, via in allowed}
    at_node: dict[int, set[int]] = defaultdict(set)
    for ends in (edge_from, edge_to) if vias else ():
        for edge, node in enumerate(ends.tolist()):
            if node in vias:
                at_node[node].add(edge)
    for (edge, via), onward in allowed.items():
        banned |= {(edge, via, other) for other in at_node[via] - onward}
    return frozenset(banned)
