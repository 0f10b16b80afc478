"""A routing instance as its file states it: plain numbers, no scaling, no solver's view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ..families import Family


@dataclass(frozen=True, slots=True)
class FleetType:
    """Vehicles that are alike.

    Parameters
    ----------
    count : int or None
        How many there are; None means no limit.
    numbers : tuple of int
        Their numbers in the file, from 0: route k of a solution is driven by vehicle k. Empty where there is no limit.
    capacity : tuple of int
        One entry a dimension.
    depot : int
        Where they start and end.
    fixed_cost, unit_distance_cost : float
    max_duration, max_distance : float or None
    allowed : frozenset of int or None
        Clients they may serve; None means all.
    reload_depots : tuple of int
        Depots where they may load again.
    max_reloads : int or None
    """

    count: int | None
    numbers: tuple[int, ...]
    capacity: tuple[int, ...]
    depot: int = 0
    fixed_cost: float = 0
    unit_distance_cost: float = 1
    max_duration: float | None = None
    max_distance: float | None = None
    allowed: frozenset[int] | None = None
    reload_depots: tuple[int, ...] = ()
    max_reloads: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RoutingInstance:
    """One instance. Locations are numbered from 0, the depots first.

    Parameters
    ----------
    path : Path
        The file; its stem is the name.
    family : Family
    num_depots : int
    coords : float array (n, 2) or None
    matrix : int array (n, n) or None
        Explicit distances; one of `coords` and `matrix` is given.
    demands, pickups : int array (n, dimensions)
        Brought to a client; taken back from it.
    windows : float array (n, 2)
        ``inf`` where a location does not close.
    service, releases : float array (n,)
    prizes : float array (n,) or None
        What leaving a client out costs; 0 means that it must be served.
    groups : tuple of tuple of int
        Exactly one client of each must be served.
    fleet : tuple of FleetType
    has_linehaul_first : bool
        Deliveries come before pickups in every route, and no route has pickups alone.
    pairs : tuple of (int, int)
        A pickup and the delivery it is carried to, later in the same route.
    """

    path: Path
    family: Family
    num_depots: int
    coords: NDArray[np.float64] | None
    matrix: NDArray[np.int64] | None
    demands: NDArray[np.int64]
    pickups: NDArray[np.int64]
    windows: NDArray[np.float64]
    service: NDArray[np.float64]
    releases: NDArray[np.float64]
    prizes: NDArray[np.float64] | None
    groups: tuple[tuple[int, ...], ...]
    fleet: tuple[FleetType, ...]
    has_linehaul_first: bool = False
    pairs: tuple[tuple[int, int], ...] = ()

    @property
    def name(self) -> str:
        """Name of the file without its ending."""
        return self.path.stem

    @property
    def num_locations(self) -> int:
        """Depots and clients."""
        return len(self.demands)

    @property
    def clients(self) -> range:
        """Numbers of the clients."""
        return range(self.num_depots, self.num_locations)

    @property
    def num_vehicles(self) -> int | None:
        """Vehicles of all types; None means no limit."""
        counts = [kind.count for kind in self.fleet]
        return None if None in counts else sum(count for count in counts if count is not None)

    @property
    def has_windows(self) -> bool:
        """Whether any location opens late or closes."""
        return bool((self.windows[:, 0] > 0).any() or (self.windows[:, 1] < float("inf")).any())

    def optional(self, client: int) -> bool:
        """Tell whether a client may be left out on its own, for its prize."""
        return self.prizes is not None and bool(self.prizes[client] > 0)


def plain_instance(
    *,
    path: Path,
    family: Family,
    num_depots: int,
    coords: NDArray[np.float64],
    demands: NDArray[np.float64],
    fleet: tuple[FleetType, ...],
    pickups: NDArray[np.float64] | None = None,
    windows: NDArray[np.float64] | None = None,
    service: NDArray[np.float64] | None = None,
    pairs: tuple[tuple[int, int], ...] = (),
) -> RoutingInstance:
    """Return an instance without what the short text forms never have: release times, prizes, groups."""
    count = len(demands)
    return RoutingInstance(
        path=path,
        family=family,
        num_depots=num_depots,
        coords=coords,
        matrix=None,
        demands=demands.astype(np.int64),
        pickups=np.zeros_like(demands, np.int64) if pickups is None else pickups.astype(np.int64),
        windows=np.tile([0.0, np.inf], (count, 1)) if windows is None else windows,
        service=np.zeros(count) if service is None else service,
        releases=np.zeros(count),
        prizes=None,
        groups=(),
        fleet=fleet,
        pairs=pairs,
    )
