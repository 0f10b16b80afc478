"""What a running search tells its caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """One report of a running search.

    Parameters
    ----------
    phase : str
        What is being done: ``allocation``, ``routing``, ``rest`` (of the fleet), ``boats`` ...
    seconds : float
        Since the phase began.
    iterations : int
    objective : float
        Best so far, lower is better.
    fraction : float
        Spent share of the phase's limit, 0 to 1.
    """

    phase: str
    seconds: float
    iterations: int
    objective: float
    fraction: float


OnProgress = Callable[[Progress], None]
