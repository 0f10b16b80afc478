"""What a routing file states, as columns: the common ground of all text forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class VehicleTable:
    """One row a vehicle, or one row for all where `count` says how many.

    Parameters
    ----------
    count : int or None
        Vehicles; None means no limit.
    capacity : int64 array (rows, dimensions)
    depot : int64 array (rows,)
        Location where it starts and ends.
    fixed_cost, unit_cost : float64 array (rows,)
    max_duration, max_distance : float64 array (rows,)
        ``inf`` means no limit.
    reloads : tuple of frozenset of int, length rows
        Depots where it may load again.
    max_reloads : float64 array (rows,)
        ``inf`` means no limit.
    allowed : tuple of frozenset of int, length rows, or None
        Clients it may serve; None means all.
    """

    count: int | None
    capacity: NDArray[np.int64]
    depot: NDArray[np.int64]
    fixed_cost: NDArray[np.float64]
    unit_cost: NDArray[np.float64]
    max_duration: NDArray[np.float64]
    max_distance: NDArray[np.float64]
    reloads: tuple[frozenset[int], ...]
    max_reloads: NDArray[np.float64]
    allowed: tuple[frozenset[int], ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class RoutingTable:
    """Locations and vehicles of a file. Locations are numbered from 0, the depots first.

    Parameters
    ----------
    name : str
        File name, for messages.
    kind : str
        Problem type of the header; ``SOLOMON``, ``CORDEAU``, ``PDPTW`` (Li and Lim) or ``SDVRP`` for the forms without one.
    num_depots : int
    xy : float64 array (n, 2) or None
    lengths : int64 array (n, n) or None
        Explicit lengths; one of `xy` and `lengths` is given.
    demand : int64 array (n, dimensions)
    pickup : int64 array (n, dimensions) or None
        Taken on at a client; None where nothing is.
    release : float64 array (n,)
        When the goods for a client are at the depot.
    groups : tuple of tuple of int
        Exactly one client of each is served.
    windows : float64 array (n, 2)
        ``inf`` where a location never closes.
    service : float64 array (n,)
    prize : float64 array (n,) or None
        0 means that the client must be served.
    vehicles : VehicleTable
    pairs : tuple of (int, int)
        A client that gives its pickup and the client that receives it, later in the same trip.
    can_split : bool
        Several vehicles may share what a client needs.
    """

    name: str
    kind: str
    num_depots: int
    xy: NDArray[np.float64] | None
    lengths: NDArray[np.int64] | None
    demand: NDArray[np.int64]
    pickup: NDArray[np.int64] | None
    release: NDArray[np.float64]
    groups: tuple[tuple[int, ...], ...]
    windows: NDArray[np.float64]
    service: NDArray[np.float64]
    prize: NDArray[np.float64] | None
    vehicles: VehicleTable
    pairs: tuple[tuple[int, int], ...] = ()
    can_split: bool = False
