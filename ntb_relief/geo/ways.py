"""What each edge costs there and back: the one place where the two ways of an edge are told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..model.travel import UNREACHABLE
from .graph import edge_seconds, is_shut_back

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .network import RoadNetwork

    Ints = NDArray[np.int64]


def edge_ways(network: RoadNetwork, profile: str) -> tuple[Ints, Ints]:
    """Return the seconds of every edge from its first end to its second, and back; a ferry counts 0.

    `UNREACHABLE` (-1) where the edge, or that way of it, is closed to the profile; `UnknownReferenceError` for an unknown one.
    """
    rules = network.profile(profile)
    seconds = edge_seconds(network, rules)
    return seconds, np.where(is_shut_back(network, rules), UNREACHABLE, seconds)
