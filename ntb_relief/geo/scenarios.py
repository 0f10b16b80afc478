"""What if these roads close, or those: the matrices of many scenarios from one hierarchy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ..model.travel import TravelMatrix
from .graph import tie_weight
from .hierarchy import edge_weight, metric_tables, network_hierarchy
from .matrix import travel_matrix

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from .index import Link
    from .network import RoadNetwork

_TOGETHER: Final = 32
"""Scenarios customised at once; more would only need more memory (27 MB a batch at 50,000 nodes)."""


def scenario_matrices(
    network: RoadNetwork,
    *,
    scenarios: Mapping[str, Iterable[Link]],
    places: Mapping[str, str],
    profile: str,
    start: datetime | None = None,
    latest_s: int | None = None,
) -> dict[str, TravelMatrix]:
    """Return ``travel_matrix(network.without(closures), ...)`` for each scenario, customised together.

    Parameters
    ----------
    network : RoadNetwork
    scenarios : mapping of str to iterable of (str, str)
        Name to the links that close in it; an empty one is the network as it is.
    places, profile, start, latest_s
        As for `travel_matrix`.

    Raises
    ------
    InputError
        As `RoadNetwork.without` and `travel_matrix`.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork
    >>> places = {"mataram": "kec:52.71.05", "bima": "kec:52.72.05"}
    >>> ferry = ("port:KAYANGAN", "port:POTOTANO")
    >>> told = scenario_matrices(RoadNetwork.from_ntb(), scenarios={"now": [], "no ferry": [ferry]}, places=places, profile="4wd")
    >>> [bool((told[name].duration_s >= 0).all()) for name in told]
    [True, False]
    """
    from ..kernels.graph import customise_many, far

    links = {name: list(closures) for name, closures in scenarios.items()}
    network.profile(profile)
    weight = edge_weight(network, profile=profile, start=start, latest_s=latest_s)
    rows = np.array(network.index.rows(places.values()), dtype=np.int64)
    closed = dict(zip(links, _closed_edges(network, links.values()), strict=True))
    if weight is None:
        span = {"profile": profile, "start": start, "latest_s": latest_s}
        return {name: travel_matrix(network.without(links[name]), places=places, **span) for name in links}  # type: ignore[arg-type]
    hierarchy = network_hierarchy(network)
    layout, _ = tie_weight(network)
    nodes, place_node = np.unique(rows, return_inverse=True)
    cells = np.ix_(place_node, place_node)
    names, matrices = list(links), {}
    for first in range(0, len(names), _TOGETHER):
        batch = names[first : first + _TOGETHER]
        stack = np.repeat(weight[:, None], len(batch), axis=1)
        for lane, name in enumerate(batch):
            stack[closed[name], lane] = far(np.int64)
        weights = customise_many(hierarchy.arcs, stack[hierarchy.graph.edge])
        for lane, name in enumerate(batch):
            tables = metric_tables(network, weights[:, lane].copy(), layout, sources=nodes, targets=nodes)
            matrices[name] = TravelMatrix(profile, tuple(places), *(table[cells] for table in tables))
    return matrices


def _closed_edges(network: RoadNetwork, scenarios: Iterable[list[Link]]) -> list[list[int]]:
    """Return the edges of each scenario's links, all wrong links told at once."""
    lists = list(scenarios)
    found = iter(network.index.edges([link for links in lists for link in links]))
    return [[edge for _ in links for edge in next(found)] for links in lists]
