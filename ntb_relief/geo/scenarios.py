"""What if these roads close, or those: the matrices of many scenarios from one hierarchy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..model.travel import TravelMatrix
from .disruption import Disruption, disrupted
from .graph import tie_weight
from .hierarchy import arc_weight, edge_weight, metric_tables, network_hierarchy
from .matrix import travel_matrix

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from .index import Link
    from .network import RoadNetwork

_TOGETHER: Final = 32
"""Scenarios customised at once; more would only need more memory (27 MB a batch at 50,000 nodes)."""


def scenario_matrices(
    network: RoadNetwork,
    *,
    scenarios: Mapping[str, Iterable[Link | Disruption]],
    places: Mapping[str, str],
    profile: str,
    start: datetime | None = None,
    latest_s: int | None = None,
) -> dict[str, TravelMatrix]:
    """Return the matrix of each scenario, customised together: as `travel_matrix` on the network that is broken so.

    Parameters
    ----------
    network : RoadNetwork
    scenarios : mapping of str to iterable of ((str, str) or Disruption)
        Name to the links that close in it, and disruptions that hold in it whenever they start; an empty one is the network as
        it is. Any number: they are taken 32 at a time.
    places, profile, start, latest_s
        As for `travel_matrix`.

    Raises
    ------
    InputError
        As `RoadNetwork.without`, `disrupted` and `travel_matrix`.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork
    >>> places = {"mataram": "kec:52.71.05", "bima": "kec:52.72.05"}
    >>> ferry = ("port:KAYANGAN", "port:POTOTANO")
    >>> told = scenario_matrices(RoadNetwork.from_ntb(), scenarios={"now": [], "no ferry": [ferry]}, places=places, profile="4wd")
    >>> [bool((told[name].duration_s >= 0).all()) for name in told]
    [True, False]
    """
    span: dict[str, Any] = {"profile": profile, "start": start, "latest_s": latest_s}
    network.profile(profile)
    told = {name: list(breaks) for name, breaks in scenarios.items()}
    network.index.edges([one for breaks in told.values() for one in breaks if not isinstance(one, Disruption)])  # all wrong ones at once
    nodes, place_node = np.unique(np.array(network.index.rows(places.values()), dtype=np.int64), return_inverse=True)
    names, matrices = list(told), {}
    for first in range(0, len(names), _TOGETHER):
        broken = {name: _broken(network, told[name]) for name in names[first : first + _TOGETHER]}
        tables = _together(network, broken, nodes, span)
        for name, copy in broken.items():
            if tables is None:
                matrices[name] = travel_matrix(copy, places=places, **span)
            else:
                matrices[name] = TravelMatrix(profile, tuple(places), *(table[np.ix_(place_node, place_node)] for table in tables[name]))
    return matrices


def _together(
    network: RoadNetwork, broken: Mapping[str, RoadNetwork], nodes: NDArray[np.int64], span: dict[str, Any]
) -> dict[str, tuple[NDArray[np.int64], ...]] | None:
    """Return the tables between nodes on every copy of a network, None where some weights do not fit."""
    from ..kernels.graph import customise_many

    weights = [edge_weight(copy, **span) for copy in broken.values()]
    fitting = [weight for weight in weights if weight is not None]
    if len(fitting) < len(weights):
        return None
    layout, _ = tie_weight(network)
    stack = arc_weight(network, np.stack(fitting, axis=1), profile=span["profile"])
    lanes = customise_many(network_hierarchy(network).arcs, stack)
    return {name: metric_tables(network, lanes[:, lane].copy(), layout, sources=nodes, targets=nodes) for lane, name in enumerate(broken)}


def _broken(network: RoadNetwork, breaks: list[Link | Disruption]) -> RoadNetwork:
    links = [one for one in breaks if not isinstance(one, Disruption)]
    return disrupted(network.without(links), [one for one in breaks if isinstance(one, Disruption)])
