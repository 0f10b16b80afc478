"""Poskos that nothing in the fleet can get to: told before a plan is made, and planned as unserved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...geo.access import reachable
from ...geo.disruption import network_today

if TYPE_CHECKING:
    from ...model.operation import Operation
    from ...model.places import Posko


def unreached_poskos(operation: Operation) -> tuple[Posko, ...]:
    """Return the poskos that no vehicle gets to from its base, by the roads as they are closed.

    A posko that boats reach from their harbour counts as reached, whether or not a truck gets to the harbour.
    """
    network = network_today(operation)
    nodes = {site.id: site.node_id for site in operation.sites}
    profiles = {kind.id: kind.profile for kind in operation.fleet_types}
    starts = {(nodes[vehicle.base_id], profiles[vehicle.type_id]) for vehicle in operation.vehicles}
    reached = frozenset[str]().union(*(reachable(network, from_node=node, profile=profile) for node, profile in sorted(starts)))
    return tuple(posko for posko in operation.poskos if posko.node_id not in reached)
