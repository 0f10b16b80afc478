"""What a solver hands back to the benchmark, whoever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ..instances import RoutingInstance


@dataclass(frozen=True, slots=True)
class Answer:
    """Routes and how they came about.

    Parameters
    ----------
    routes : list of list of int
        As the checker takes them; empty where nothing was found.
    status : str
        A status of the contract: ``TIME_LIMIT``, ``ITERATION_LIMIT`` (it stopped by itself), ``NO_SOLUTION`` ...
    seconds, build_seconds, compile_seconds : float
        Search, building of the solver's model, compilation of its kernels.
    iterations : int or None
        None where the solver does not tell.
    threads : int
        Threads it really used.
    bound : float or None
        Proven lower bound in the unit of the family.
    amounts : list of list of int or None
        What each visit brings, as `routes`; only where deliveries may be split. None lets the checker find some.
    """

    routes: list[list[int]]
    status: str
    seconds: float
    build_seconds: float
    compile_seconds: float = 0.0
    iterations: int | None = None
    threads: int = 1
    bound: float | None = None
    amounts: list[list[int]] | None = None


class Solver(Protocol):
    """A function that searches routes for `seconds`, beside any time it takes to build its model."""

    def __call__(self, instance: RoutingInstance, *, seconds: float, seed: int, threads: int) -> Answer:
        """Solve one instance.

        Raises
        ------
        CannotExpressError
            Where the solver has no way to state the problem.
        """
        ...
