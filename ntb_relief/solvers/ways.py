"""How goods can get from a site to a posko: by one vehicle, or by truck to a harbour and on by boat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..geo.matrix import travel_matrix
from ..model.travel import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..geo.network import RoadNetwork
    from ..model.operation import Operation
    from ..model.travel import TravelMatrix


@dataclass(frozen=True, slots=True)
class Way:
    """The way of goods from a site to a posko.

    Parameters
    ----------
    hub_id : str or None
        Harbour where they change from truck to boat.
    distance_m : int
        Of the shortest vehicle legs.
    """

    hub_id: str | None
    distance_m: int


@dataclass(frozen=True, slots=True)
class Travel:
    """What the vehicles of an operation can reach today, and how long it takes.

    Parameters
    ----------
    network : RoadNetwork
        With the closures applied.
    matrices : mapping of str to TravelMatrix
        By profile, over all sites and poskos.
    row : mapping of str to int
        Row of each place in the matrices.
    ways : mapping of (site id, posko id) to Way
        Pairs that the fleet can serve.
    """

    network: RoadNetwork
    matrices: Mapping[str, TravelMatrix]
    row: Mapping[str, int]
    ways: Mapping[tuple[str, str], Way]

    def duration_s(self, profile: str, from_id: str, to_id: str) -> int:
        """Return the seconds of one leg with the longest wait for ferries, `UNREACHABLE` where there is none."""
        return int(self.matrices[profile].duration_s[self.row[from_id], self.row[to_id]])


def find_travel(operation: Operation, network: RoadNetwork) -> Travel:
    """Compute the matrices of all profiles in the fleet and the way of every site and posko."""
    places = {x.id: x.node_id for x in (*operation.sites, *operation.poskos)}
    kinds = {kind.id: kind for kind in operation.fleet_types}
    profiles = sorted({kinds[vehicle.type_id].profile for vehicle in operation.vehicles})
    matrices = {
        name: travel_matrix(network, places=places, profile=name, start=operation.start, latest_s=operation.horizon_s) for name in profiles
    }
    row = {name: i for i, name in enumerate(places)}
    return Travel(network, matrices, row, _find_ways(operation, matrices, row))


def boat_bases(operation: Operation) -> tuple[str, ...]:
    """Return the sites where vehicles stand that use no road: there goods change from truck to boat."""
    kinds = {kind.id: kind for kind in operation.fleet_types}
    afloat = {x.base_id for x in operation.vehicles if "road" not in operation.profiles[kinds[x.type_id].profile].kinds}
    return tuple(sorted(afloat))


def _find_ways(operation: Operation, matrices: Mapping[str, TravelMatrix], row: Mapping[str, int]) -> dict[tuple[str, str], Way]:
    hubs = boat_bases(operation)
    stocked = sorted({supply.site_id for supply in operation.supplies if supply.quantity})
    metres = {site: _fewest_metres(operation, matrices, row, source=site) for site in {*stocked, *hubs}}
    ways: dict[tuple[str, str], Way] = {}
    for site in stocked:
        for posko in operation.poskos:
            column = row[posko.id]
            if metres[site][column] != UNREACHABLE:
                ways[site, posko.id] = Way(None, int(metres[site][column]))
                continue
            legs = [(int(metres[site][row[hub]]), int(metres[hub][column]), hub) for hub in hubs if hub != site]
            through = [(first + second, hub) for first, second, hub in legs if UNREACHABLE not in (first, second)]
            if through:
                distance, hub = min(through)
                ways[site, posko.id] = Way(hub, distance)
    return ways


def _fewest_metres(operation: Operation, matrices: Mapping[str, TravelMatrix], row: Mapping[str, int], *, source: str) -> NDArray[np.int64]:
    """Return the metres from a site to every place by the vehicle for which they are fewest.

    Only vehicles that get from their base to the site count; `UNREACHABLE` where none of them goes.
    """
    kinds = {kind.id: kind for kind in operation.fleet_types}
    bases = sorted({(kinds[x.type_id].profile, x.base_id) for x in operation.vehicles})
    far = np.iinfo(np.int64).max
    fewest = np.full(len(row), far)
    for profile, base in bases:
        table = matrices[profile].distance_m
        if table[row[base], row[source]] != UNREACHABLE:
            metres = table[row[source]]
            fewest = np.minimum(fewest, np.where(metres == UNREACHABLE, far, metres))
    return np.where(fewest == far, UNREACHABLE, fewest)
