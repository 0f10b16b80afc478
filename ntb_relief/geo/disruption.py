"""The network as it is today: an operation's roads with its closures applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .network import RoadNetwork

if TYPE_CHECKING:
    from ..model.operation import Operation


def network_today(operation: Operation) -> RoadNetwork:
    """Return the roads of an operation with closed links shut and slow links slowed.

    Factors of one link multiply. A slow ferry keeps its timetable, which is its speed.

    Raises
    ------
    InputError
        With every closure between nodes that no edge joins.
    """
    network = RoadNetwork.from_table(operation.roads, crossings=operation.crossings, profiles=operation.profiles)
    closed = [(x.from_node, x.to_node) for x in operation.closures if x.slow_factor is None]
    network = network.without(closed)
    ferries = {frozenset((x.from_node, x.to_node)) for x in operation.crossings}
    factors: dict[tuple[str, str], float] = {}
    for closure in operation.closures:
        first, second = sorted((closure.from_node, closure.to_node))
        if closure.slow_factor is not None and frozenset((first, second)) not in ferries:
            factors[first, second] = factors.get((first, second), 1.0) * closure.slow_factor
    return network.slowed(factors)
