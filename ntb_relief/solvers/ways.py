"""How goods can get from a site to a posko: by one vehicle, or by truck to a harbour and on by boat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ..geo.matrix import travel_matrix
from ..model.travel import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ..geo.network import RoadNetwork
    from ..model.operation import Operation
    from ..model.travel import TravelMatrix

FAR_M: Final = np.iinfo(np.int64).max // 4


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
        Pairs that a vehicle of the fleet can serve within its shift.
    late : set of (site id, posko id)
        Pairs that are too far for every shift.
    """

    network: RoadNetwork
    matrices: Mapping[str, TravelMatrix]
    row: Mapping[str, int]
    ways: Mapping[tuple[str, str], Way]
    late: frozenset[tuple[str, str]]

    def duration_s(self, profile: str, from_id: str, to_id: str) -> int:
        """Return the seconds of one leg with the longest wait for ferries, `UNREACHABLE` where there is none."""
        return int(self.matrices[profile].duration_s[self.row[from_id], self.row[to_id]])

    def distance_m(self, profile: str, from_id: str, to_id: str) -> int:
        """Return the metres of the same way, `UNREACHABLE` where there is none."""
        return int(self.matrices[profile].distance_m[self.row[from_id], self.row[to_id]])

    def toll_idr(self, profile: str, from_id: str, to_id: str) -> int:
        """Return the fares of the same way."""
        toll = self.matrices[profile].toll_idr
        return 0 if toll is None else int(toll[self.row[from_id], self.row[to_id]])


def find_travel(operation: Operation, network: RoadNetwork) -> Travel:
    """Compute the matrices of all profiles in the fleet and the way of every site and posko."""
    places = {x.id: x.node_id for x in operation.sites} | {x.id: x.node_id for x in operation.poskos}
    kinds = {kind.id: kind for kind in operation.fleet_types}
    profiles = sorted({kinds[vehicle.type_id].profile for vehicle in operation.vehicles})
    matrices = {
        name: travel_matrix(network, places=places, profile=name, start=operation.start, latest_s=operation.horizon_s) for name in profiles
    }
    row = {name: i for i, name in enumerate(places)}
    hubs = boat_bases(operation)
    stocked = sorted({supply.site_id for supply in operation.supplies if supply.quantity})
    sources = sorted({*stocked, *hubs})
    in_time, anytime = (_fewest_metres(operation, matrices, row, sources=sources, timed=timed) for timed in (True, False))
    ways = _find_ways(operation, row, sources=sources, stocked=stocked, hubs=hubs, metres=in_time)
    reached = _find_ways(operation, row, sources=sources, stocked=stocked, hubs=hubs, metres=anytime)
    return Travel(network, matrices, row, ways, frozenset(reached) - frozenset(ways))


def boat_bases(operation: Operation) -> tuple[str, ...]:
    """Return the sites where vehicles stand that use no road: there goods change from truck to boat."""
    kinds = {kind.id: kind for kind in operation.fleet_types}
    afloat = {x.base_id for x in operation.vehicles if "road" not in operation.profiles[kinds[x.type_id].profile].kinds}
    return tuple(sorted(afloat))


def _fewest_metres(
    operation: Operation, matrices: Mapping[str, TravelMatrix], row: Mapping[str, int], *, sources: Sequence[str], timed: bool
) -> NDArray[np.int64]:
    """Return the metres from each source to every place by the vehicle for which they are fewest; `FAR_M` where none goes.

    A vehicle counts that gets from its base to the source, on to the place and back; where `timed`, within its shift and
    the horizon, with half a load to unload there, or all that is needed where that is less.
    """
    mass_kg = {item.id: item.mass_kg for item in operation.items}
    needed_kg = dict.fromkeys((posko.id for posko in operation.poskos), 0.0)
    for need in operation.needs:
        needed_kg[need.posko_id] += need.quantity * mass_kg[need.item_id]
    unloaded_kg = np.array([needed_kg.get(name, np.inf) for name in row])
    kinds = {kind.id: kind for kind in operation.fleet_types}
    fewest = np.full((len(sources), len(row)), FAR_M)
    at = [row[source] for source in sources]
    for type_id, base_id, available_s in sorted({(x.type_id, x.base_id, x.available_s) for x in operation.vehicles}):
        kind = kinds[type_id]
        duration_s, base = matrices[kind.profile].duration_s, row[base_id]
        legs = np.stack(np.broadcast_arrays(duration_s[base, at][:, None], duration_s[at], duration_s[:, base][None]))
        open_to_it = (legs != UNREACHABLE).all(axis=0)
        if timed:
            unloading_s = np.ceil(kind.unloading_s_per_t * np.minimum(kind.capacity_kg / 2, unloaded_kg) / 1000)
            away_s = legs.sum(axis=0) + kind.loading_s + unloading_s
            open_to_it &= (away_s <= kind.shift_s) & (available_s + away_s <= operation.horizon_s)
        fewest = np.where(open_to_it, np.minimum(fewest, matrices[kind.profile].distance_m[at]), fewest)
    return fewest


def _find_ways(
    operation: Operation,
    row: Mapping[str, int],
    *,
    sources: Sequence[str],
    stocked: Sequence[str],
    hubs: Sequence[str],
    metres: NDArray[np.int64],
) -> dict[tuple[str, str], Way]:
    """Return the shortest way of each stocked site and posko: direct where there is one, else through a harbour."""
    of = {source: metres[i] for i, source in enumerate(sources)}
    ways: dict[tuple[str, str], Way] = {}
    for site in stocked:
        for posko in operation.poskos:
            column = row[posko.id]
            if of[site][column] < FAR_M:
                ways[site, posko.id] = Way(None, int(of[site][column]))
                continue
            through = [(int(of[site][row[hub]] + of[hub][column]), hub) for hub in hubs if hub != site]
            distance, hub = min(through, default=(FAR_M, ""))
            if distance < FAR_M:
                ways[site, posko.id] = Way(hub, distance)
    return ways
