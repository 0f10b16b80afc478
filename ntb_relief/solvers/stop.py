"""When a search ends. Criteria are values: they keep no clock, the search tells them the time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..errors import InputError, Issue
from ..plan.result import Status


@runtime_checkable
class StopCriterion(Protocol):
    """A stop criterion."""

    def fraction(self, *, seconds: float, iterations: int) -> float:
        """Return how much of the search is spent: 0 at its start, 1 or more at its end."""

    @property
    def status(self) -> Status:
        """The status of a search it ends."""

    @property
    def is_repeatable(self) -> bool:
        """Whether the fraction depends on iterations alone."""


@dataclass(frozen=True, slots=True)
class MaxRuntime:
    """Stop after some seconds of search.

    Parameters
    ----------
    seconds : float
    """

    seconds: float

    def __post_init__(self) -> None:
        if not self.seconds > 0:
            raise InputError([Issue("stop", f"MaxRuntime({self.seconds})", "give seconds above 0")])

    def fraction(self, *, seconds: float, iterations: int) -> float:  # noqa: ARG002 - the protocol's words
        """Return elapsed over allowed seconds."""
        return seconds / self.seconds

    @property
    def status(self) -> Status:
        """`Status.TIME_LIMIT`."""
        return Status.TIME_LIMIT

    @property
    def is_repeatable(self) -> bool:
        """False: the clock decides."""
        return False


@dataclass(frozen=True, slots=True)
class MaxIterations:
    """Stop after a number of iterations; the same seed then gives the same plan, byte for byte.

    Parameters
    ----------
    iterations : int
    """

    iterations: int

    def __post_init__(self) -> None:
        if self.iterations < 1:
            raise InputError([Issue("stop", f"MaxIterations({self.iterations})", "give 1 or more")])

    def fraction(self, *, seconds: float, iterations: int) -> float:  # noqa: ARG002 - the protocol's words
        """Return done over allowed iterations."""
        return iterations / self.iterations

    @property
    def status(self) -> Status:
        """`Status.ITERATION_LIMIT`."""
        return Status.ITERATION_LIMIT

    @property
    def is_repeatable(self) -> bool:
        """True: the same seed repeats the search."""
        return True


@dataclass(frozen=True, slots=True)
class Slice:
    """Stop after a share of another criterion, counted from what was spent when the slice began.

    Parameters
    ----------
    whole : StopCriterion
    share : float
        Of the whole, above 0.
    seconds, iterations : float, int
        Spent before.
    """

    whole: StopCriterion
    share: float
    seconds: float = 0.0
    iterations: int = 0

    def fraction(self, *, seconds: float, iterations: int) -> float:
        """Return the spent share of the slice."""
        begun = self.whole.fraction(seconds=self.seconds, iterations=self.iterations)
        now = self.whole.fraction(seconds=self.seconds + seconds, iterations=self.iterations + iterations)
        return (now - begun) / self.share

    @property
    def status(self) -> Status:
        """That of the whole."""
        return self.whole.status

    @property
    def is_repeatable(self) -> bool:
        """As the whole is."""
        return self.whole.is_repeatable


def part_of(stop: StopCriterion, share: float) -> StopCriterion:
    """Return a criterion of the same kind with a share of the limit, so that several searches divide it."""
    if isinstance(stop, MaxRuntime):
        return MaxRuntime(stop.seconds * share)
    if isinstance(stop, MaxIterations):
        return MaxIterations(max(1, round(stop.iterations * share)))
    return stop
