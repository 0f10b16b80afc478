"""Synthetic disasters as scenarios of a pre-positioning: needs by item, stock that survives, ways that are still open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import IssueLog
from ..model.prepositioning import StockScenario
from .disruption import Disruption, disrupted
from .graph import tie_weight
from .hierarchy import arc_weight, edge_weight, metric_tables, network_hierarchy
from .tables import by_dijkstra

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from .hazards import HazardScenario
    from .network import RoadNetwork

    Ints = NDArray[np.int64]

_TOGETHER: Final = 32
"""Scenarios customised at once."""


def stock_scenarios(
    network: RoadNetwork,
    hazards: Sequence[HazardScenario],
    *,
    sites: Mapping[str, str],
    points: Mapping[str, str],
    units_per_person: Mapping[str, float],
    profile: str,
) -> tuple[StockScenario, ...]:
    """Return what `PrepositioningProblem` asks of each disaster.

    Parameters
    ----------
    network : RoadNetwork
    hazards : sequence of HazardScenario
        From `hazard_scenarios` on the same network.
    sites : mapping of str to str
        Site id to node.
    points : mapping of str to str
        Desa code to node: whose people are served where.
    units_per_person : mapping of str to float
        Item id to units a person in need is to get.
    profile : str
        How the goods travel after the event.

    Returns
    -------
    tuple of StockScenario
        In the order given; distances are metres of the quickest way, -1 where none is open.

    Raises
    ------
    InputError
        For unknown nodes or profile, rates that are no numbers, and people in need at a desa that is no point.
    """
    log = IssueLog()
    for item, units in units_per_person.items():
        if not 0 <= units < np.inf:
            log.add(f"units_per_person of '{item}'", f"is {units}", "give a number >= 0")
    lost = sorted({code for one in hazards for code in one.people} - points.keys())
    if lost:
        log.add("points", f"{len(lost)} desa with people in need are missing, first '{lost[0]}'", "give the node of every desa")
    log.raise_if_any()
    network.profile(profile)
    index = network.index
    ends = tuple(np.array(index.rows(nodes.values()), np.int64) for nodes in (sites, points))
    place = {code: row for row, code in enumerate(points)}
    rates = np.array(list(units_per_person.values()))
    told = []
    for one, distance_m in zip(hazards, _distances(network, hazards, *ends, profile=profile), strict=True):
        people = np.zeros(len(points))
        people[[place[code] for code in one.people]] = list(one.people.values())
        told.append(StockScenario(one.id, one.probability, np.outer(people, rates), one.survival[ends[0]], distance_m))
    return tuple(told)


def _distances(
    network: RoadNetwork, hazards: Sequence[HazardScenario], sources: Ints, targets: Ints, *, profile: str
) -> list[NDArray[np.float64]]:
    """Return the metres from sites to points in each disaster, customised together."""
    from ..kernels.graph import customise_many

    found: list[NDArray[np.float64]] = []
    for first in range(0, len(hazards), _TOGETHER):
        copies = [disrupted(network, [Disruption(edges=one.closed)] if one.closed else []) for one in hazards[first : first + _TOGETHER]]
        weights = [edge_weight(copy, profile=profile, start=None, latest_s=None) for copy in copies]
        fitting = [weight for weight in weights if weight is not None]
        if len(fitting) < len(weights):
            span = {"profile": profile, "sources": sources, "targets": targets}
            found += [by_dijkstra(copy, **span, start=None, latest_s=None)[1].astype(np.float64) for copy in copies]  # type: ignore[arg-type]
            continue
        layout, _ = tie_weight(network)
        lanes = customise_many(network_hierarchy(network).arcs, arc_weight(network, np.stack(fitting, axis=1), profile=profile))
        for lane in range(len(copies)):
            tables = metric_tables(network, lanes[:, lane].copy(), layout, sources=sources, targets=targets)
            found.append(tables[1].astype(np.float64))
    return found
