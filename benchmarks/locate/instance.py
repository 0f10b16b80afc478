"""A facility-location instance as its file states it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PROBLEMS: Final = ("pmedian", "pcenter", "setcover", "mclp", "ufl", "cflp", "sscflp", "cpmp", "lrp")
CAPACITATED: Final = frozenset({"cflp", "sscflp", "cpmp"})
SINGLE_SOURCE: Final = frozenset({"sscflp", "cpmp"})
NEEDS_P: Final = frozenset({"pmedian", "pcenter", "mclp", "cpmp"})
NEEDS_RADIUS: Final = frozenset({"mclp", "setcover"})


@dataclass(frozen=True, slots=True)
class LocateInstance:
    """One instance with the problem asked of it.

    Parameters
    ----------
    name, family : str
        Name and folder of the file.
    path : Path
    problem : str
        One of `PROBLEMS`.
    cost : float64 array, shape (N, M)
        Of serving a whole demand point from a site, or their distance.
    p : int or None
    radius : float or None
    weight, demand : float64 array, shape (N,), or None
    capacity, fixed : float64 array, shape (M,), or None
    travel : float64 array, shape (M + N, M + N), or None
        Between sites and demand points, the sites first: location-routing only, where `cost` is a part of it.
    vehicle_capacity, vehicle_cost : float
        Location-routing only.
    """

    name: str
    family: str
    path: Path
    problem: str
    cost: Floats
    p: int | None = None
    radius: float | None = None
    weight: Floats | None = None
    demand: Floats | None = None
    capacity: Floats | None = None
    fixed: Floats | None = None
    travel: Floats | None = None
    vehicle_capacity: float = 0.0
    vehicle_cost: float = 0.0

    @property
    def is_maximised(self) -> bool:
        """Whether more is better: the covered weight."""
        return self.problem == "mclp"
