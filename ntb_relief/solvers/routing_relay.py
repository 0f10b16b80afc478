"""Searches that follow one another within one run: they share its end, and are recorded so that all of them can be repeated."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ..plan.result import Status, Step
from .routing_exact_labels import MAX_LABELS
from .routing_search import labels_within, search_routes
from .stop import Slice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..model.routing import RoutingProblem
    from ..plan.route_plan import RoutePlan
    from .routing_search import Aim, Found
    from .stop import StopCriterion

_PROOFS: Final = 4
"""Proofs of a leg that together may take as long as one of a plain search."""
_LEAST: Final = 1e-6
"""Share of a run that is no longer worth a search."""
_WAVES: Final = 100_000
"""Searches of a leg have the waves from its number times this on."""


class Relay:
    """A run in legs of like length, each of any number of searches.

    Parameters
    ----------
    stop : StopCriterion
        Of all searches together.
    num_legs : int
    seed, threads : int
    replay : sequence of Step or None
        Steps of an earlier run: it then has the same searches, and ends them where they ended.
    """

    def __init__(self, stop: StopCriterion, num_legs: int, *, seed: int, threads: int, replay: Sequence[Step] | None) -> None:
        self.stop, self.num_legs, self.seed, self.threads = stop, num_legs, seed, threads
        self.replay = None if replay is None else list(replay)
        self.most_labels = labels_within(stop) // (_PROOFS * num_legs)
        self.begin = time.perf_counter()
        self.iterations = 0
        self.steps: list[Step] = []
        self.is_stopped = False
        self.wave = 0
        self.ends_at = 1.0

    @property
    def seconds(self) -> float:
        """Seconds since it began."""
        return time.perf_counter() - self.begin

    @property
    def spent(self) -> float:
        """Share of the run that is over."""
        return self.stop.fraction(seconds=self.seconds, iterations=self.iterations)

    def enter(self, leg: int) -> None:
        """Begin the next leg: what is left of the run is shared evenly."""
        self.wave = leg * _WAVES
        begun = self.spent
        self.ends_at = begun + max(0.0, 1.0 - begun) / (self.num_legs - leg)

    @property
    def goes_on(self) -> bool:
        """Whether the leg has another search."""
        if self.replay is not None:
            return any(step.wave == self.wave for step in self.replay)
        return not self.is_stopped and self.ends_at - self.spent > _LEAST

    def search(
        self,
        problem: RoutingProblem,
        *,
        warm: RoutePlan | None,
        aim: Aim,
        share: float,
        tell: Callable[[float, int, int, float], None],
    ) -> Found:
        """Run one search with a share of what is left of the leg."""
        recorded = None if self.replay is None else [step for step in self.replay if step.wave == self.wave]
        labels = self.most_labels
        if recorded is not None:
            # Where a proof was enough a step without iterations stands for it.
            labels = 0 if any(step.iterations for step in recorded) else MAX_LABELS
        done, begun = self.iterations, self.seconds
        found = search_routes(
            problem,
            stop=Slice(self.stop, max(_LEAST, (self.ends_at - self.spent) * share), begun, done),
            seed=self.seed + self.wave,
            threads=self.threads,
            tell=lambda seconds, iterations, cost, _: tell(
                begun + seconds,
                done + iterations,
                cost,
                self.stop.fraction(seconds=begun + seconds, iterations=done + iterations),
            ),
            replay=recorded,
            warm=warm,
            aim=replace(aim, most_labels=labels, proof_is_enough=True),
        )
        self.iterations += found.iterations
        self.steps += [replace(step, wave=self.wave) for step in found.replay or (Step(0, 1.0, 1.0),)]
        self.wave += 1
        self.is_stopped |= found.status is Status.STOPPED
        return found
