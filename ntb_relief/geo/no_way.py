"""Why a cell of a matrix is empty: what stands between two places, and who still gets through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .access import reachable
from .paths import shortest_path

if TYPE_CHECKING:
    from .index import Link
    from .network import RoadNetwork


@dataclass(frozen=True, slots=True)
class NoWay:
    """Why a profile has no path from one node to another.

    Parameters
    ----------
    from_node, to_node, profile : str
    closed_links : tuple of (str, str)
        Closed links on the quickest path the profile would have if none were closed, in driving order; empty where it would have
        none even then.
    other_profiles : tuple of str
        Profiles of the network that do get through now.
    is_reached_by_any_mode : bool
        Whether some chain of open roads, ferries, boats, sea or air links joins the two, with changes of vehicle.
    is_barred_by_signs : bool
        Whether forbidden turns stand between, and nothing else.
    """

    from_node: str
    to_node: str
    profile: str
    closed_links: tuple[Link, ...]
    other_profiles: tuple[str, ...]
    is_reached_by_any_mode: bool
    is_barred_by_signs: bool = False

    def __str__(self) -> str:
        """Return the reason in Indonesian, as a planner passes it on.

        Examples
        --------
        >>> print(NoWay("a", "b", "4wd", closed_links=(("c", "d"),), other_profiles=("motorbike",), is_reached_by_any_mode=True))
        4wd tidak sampai dari a ke b: ruas tertutup c - d; yang masih sampai: motorbike
        """
        if self.closed_links:
            why = "ruas tertutup " + ", ".join(f"{one} - {other}" for one, other in self.closed_links)
        elif self.is_barred_by_signs:
            why = "larangan belok menutup semua jalan"
        else:
            why = "tidak ada jalan yang dapat dilaluinya, juga bila semua ruas terbuka"
        if self.other_profiles:
            rest = "yang masih sampai: " + ", ".join(self.other_profiles)
        elif self.is_reached_by_any_mode:
            rest = "masih sampai dengan berganti kendaraan, kapal, atau pesawat"
        else:
            rest = "tidak ada cara lain"
        return f"{self.profile} tidak sampai dari {self.from_node} ke {self.to_node}: {why}; {rest}"


def explain_no_way(network: RoadNetwork, *, from_node: str, to_node: str, profile: str) -> NoWay | None:
    """Return why a profile does not get from one node to another; None where it does.

    Parameters
    ----------
    network : RoadNetwork
    from_node, to_node : str
    profile : str

    Raises
    ------
    UnknownReferenceError
        With every node that is not in the network, or for an unknown profile.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork
    >>> network = RoadNetwork.from_ntb().without([("port:KAYANGAN", "port:POTOTANO")])
    >>> why = explain_no_way(network, from_node="kec:52.71.05", to_node="kec:52.72.05", profile="4wd")
    >>> why.closed_links, why.is_reached_by_any_mode
    ((('port:KAYANGAN', 'port:POTOTANO'),), True)
    """
    if shortest_path(network, from_node=from_node, to_node=to_node, profile=profile) is not None:
        return None
    table = network.table
    is_closed = np.isinf(table.slow_factor)
    opened = network.replace(table=replace(table, slow_factor=np.where(is_closed, 1.0, table.slow_factor)))
    path = shortest_path(opened, from_node=from_node, to_node=to_node, profile=profile)
    links: tuple[Link, ...] = ()
    if path is not None:
        legs = zip(path.nodes[:-1], path.nodes[1:], path.edges, strict=True)
        links = tuple((table.node_ids[one], table.node_ids[other]) for one, other, edge in legs if is_closed[edge])
    unsigned = network.replace(table=replace(table, turns=()))
    is_barred = bool(table.turns) and shortest_path(unsigned, from_node=from_node, to_node=to_node, profile=profile) is not None
    others = (name for name in network.profiles if name != profile)
    return NoWay(
        from_node=from_node,
        to_node=to_node,
        profile=profile,
        closed_links=links,
        other_profiles=tuple(name for name in others if to_node in reachable(network, from_node=from_node, profile=name)),
        is_reached_by_any_mode=to_node in reachable(network, from_node=from_node, profile=None),
        is_barred_by_signs=is_barred,
    )
