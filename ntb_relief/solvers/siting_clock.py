"""Time, stop, progress and history of one search for sites."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..plan.result import Sample
from .progress import Progress
from .stop import Slice

if TYPE_CHECKING:
    from .progress import OnProgress
    from .stop import StopCriterion


@dataclass(slots=True)
class Clock:
    """Counts the bounded steps of a search and tells when it ends.

    Parameters
    ----------
    stop : StopCriterion or None
        ``None``: only a proof ends the search.
    on_progress : callable or None
    """

    stop: StopCriterion | None
    on_progress: OnProgress | None
    begin: float = field(default_factory=time.perf_counter)
    iterations: int = 0
    trace: list[Sample] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Since the search began."""
        return time.perf_counter() - self.begin

    @property
    def fraction(self) -> float:
        """Spent share of the limit, 1 at its end."""
        return 0.0 if self.stop is None else self.stop.fraction(seconds=self.seconds, iterations=self.iterations)

    @property
    def is_over(self) -> bool:
        """Whether the limit is reached."""
        return self.fraction >= 1

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the end at the pace so far; None without a limit or where iterations decide."""
        if self.stop is None or self.stop.is_repeatable:
            return None
        fraction = self.fraction
        return max(0.0, self.seconds * (1 / fraction - 1)) if fraction > 0 else None

    def part(self, share: float) -> Clock:
        """Return a clock that begins now and ends after a share of the limit, or with it."""
        if self.stop is None:
            return Clock(None, None)
        return Clock(Slice(self.stop, min(share, max(1e-9, 1.0 - self.fraction)), self.seconds, self.iterations), None)

    def step(self, objective: float) -> None:
        """Count one step and tell the best objective so far."""
        self.iterations += 1
        if not self.trace or objective < self.trace[-1].objective:
            self.trace.append(Sample(self.seconds, self.iterations, objective))
        if self.on_progress is not None:
            self.on_progress(Progress("siting", self.seconds, self.iterations, objective, min(1.0, self.fraction)))
