"""What a solver of location problems hands back, whoever it is."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LocateAnswer:
    """Open sites and how they came about.

    Parameters
    ----------
    sites : list of int
        Columns of the cost matrix; empty where nothing was found.
    shares : list of (int, int, float)
        Demand point, site and share; looked at for capacitated problems only.
    status : str
        A status of the contract.
    bound : float or None
        In the unit of the family.
    seconds, build_seconds, compile_seconds : float
    iterations : int or None
    routes : list of (int, list of int)
        Site and demand points in the order of visiting; location-routing only.
    """

    sites: list[int]
    shares: list[tuple[int, int, float]]
    status: str
    bound: float | None
    seconds: float
    build_seconds: float
    compile_seconds: float = 0.0
    iterations: int | None = None
    routes: list[tuple[int, list[int]]] = field(default_factory=list)
