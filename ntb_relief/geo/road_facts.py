"""Edges by what a table knows of them beyond class and length: the name of their road, whether they are bridges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import IssueLog, UnknownReferenceError
from .places import search_key

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .network import RoadNetwork

    Ints = NDArray[np.int64]

_NUM_SHOWN: Final = 6


def edges_of_road(network: RoadNetwork, name: str) -> Ints:
    """Return the edges of a road by its name; case, accents, spaces and a leading *jalan* or *jl.* do not count.

    Raises
    ------
    UnknownReferenceError
        Where no edge bears the name, with the closest spellings; where the table has no names at all.
    """
    import difflib

    by_key: dict[str, list[int]] = network.index.shared.setdefault("edges by road name", {})
    if not by_key:
        for edge, told in enumerate(network.table.road_name):
            if told:
                by_key.setdefault(_road_key(told), []).append(edge)
    found = by_key.get(_road_key(name), [])
    if not found:
        log = IssueLog()
        where = f"road '{name}'"
        if by_key:
            names = network.table.road_name
            close = difflib.get_close_matches(_road_key(name), by_key, n=_NUM_SHOWN, cutoff=0.6)
            told = ", ".join(f"'{names[by_key[key][0]]}'" for key in close)
            log.add(where, "is not in the network", f"did you mean {told}?" if told else "choose the road by its links or by an area")
        else:
            log.add(where, f"cannot be found: network '{network.table.name}' has no road names", "choose it by its links or by an area")
        log.raise_if_any(UnknownReferenceError)
    return np.array(found, dtype=np.int64)


def bridge_edges(network: RoadNetwork) -> Ints:
    """Return the edges that hold a bridge (the structure, not the notion of graphs); none where the table does not tell."""
    return np.flatnonzero(network.table.bridge)


def _road_key(name: str) -> str:
    key = search_key(name)
    for prefix in ("jalan", "jln", "jl"):
        if key.startswith(prefix) and len(key) > len(prefix):
            return key[len(prefix) :]
    return key
