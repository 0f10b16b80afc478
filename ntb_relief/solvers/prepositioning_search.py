"""The search of a first stage: Benders cuts on its relaxation first, then on whole sizes, until the gap is closed.

Each first stage tried costs one pass over all scenarios and gives cuts that hold for every other (Van Slyke and Wets 1969).
Points between the best so far and the master's answer are tried, which keeps it from swinging (Ben-Ameur and Neto 2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ..model.prepositioning_risks import Expected
from .prepositioning_master import FirstStage, Master

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..model.prepositioning import PrepositioningProblem
    from ..model.prepositioning_risks import Risk
    from .prepositioning_recourse import Outcome, Recourse
    from .siting_clock import Clock

    Floats = NDArray[np.float64]

_GROUPS: Final = 1
"""Groups of scenarios with cuts of their own: more make better bounds a pass and a slower master."""
_STEP: Final = 0.3
"""How far from the best point towards the master's answer the next point lies."""
_BOLD: Final = 4
_BOLD_STEP: Final = 0.6
"""The first passes go farther: they start from no store at all."""
_RELAX_PASSES: Final = 150
_MANY_WAYS: Final = 10_000
"""Sites times points above which openings in part put no bounds on ways: passes take seconds with them."""
_POLISH: Final = 12
_IDLE_ROUNDS: Final = 20
"""Rounds in which neither plan nor bound moves, after which rounding is what is left of the gap."""
_LEAST_GAP: Final = 5e-7
"""Smaller gaps are the rounding of linear programs."""
_SLACK: Final = 1e-9
_BREACH: Final = 4e-6
"""Part of the need that may be missing at a service level: linear programs are no more exact."""


@dataclass(slots=True)
class Found:
    """The best first stage so far and the bound."""

    point: FirstStage | None
    value: float
    bound: float


class Search:
    """One search; `run` ends it and returns what was found."""

    def __init__(self, problem: PrepositioningProblem, recourse: Recourse, *, risk: Risk, gap: float, clock: Clock) -> None:
        self._problem, self._recourse, self._risk, self._gap, self._clock = problem, recourse, risk, gap, clock
        self._is_loose = len(problem.site_ids) * len(problem.point_ids) > _MANY_WAYS
        self._is_mean = isinstance(risk, Expected)
        num_scenarios, items = recourse.need.shape[0], len(problem.item_ids)
        self._group = np.arange(num_scenarios) * min(_GROUPS, num_scenarios) // num_scenarios
        self._num_groups = int(self._group[-1]) + 1
        all_unmet = float(recourse.probability @ (recourse.need.sum(axis=1) @ problem.penalty_idr))
        scale = max(1.0, 0.1 * all_unmet, 0.01 * float(problem.cost_idr.max(initial=0.0)))
        self._master = Master(problem, num_groups=self._num_groups * items if self._is_mean else 1, scale=scale)
        self._total_need = recourse.need.sum(axis=(0, 1))
        self._mix = self._total_need / max(1e-300, float(self._total_need @ problem.volume_l))
        self.best = Found(None, np.inf, 0.0)

    @property
    def is_closed(self) -> bool:
        """Whether the gap asked for is reached."""
        return self.best.value - self.best.bound <= self._gap * abs(self.best.value) + _SLACK

    def run(self) -> Found:
        """Search until the gap is closed or the limit is reached."""
        sites, sizes = self._problem.capacity_l.shape
        nothing = FirstStage(np.zeros((sites, sizes)), np.zeros((sites, len(self._total_need))), 0.0, 0.0)
        self._keep(nothing)
        if self._relax(nothing):
            idle = 0
            while not self.is_closed and not self._clock.is_over and idle < _IDLE_ROUNDS:
                before = self.best.value, self.best.bound
                if not self._try_sizes():
                    break
                idle = 0 if (self.best.value, self.best.bound) != before else idle + 1
        return self.best

    def _relax(self, start: FirstStage) -> bool:
        """Cut the relaxation until it is known well enough; False where nothing is feasible."""
        center, least = start, self._value(start)
        for turn in range(_RELAX_PASSES):
            answer = self._master.relaxed()
            if answer is None:
                self.best.bound = np.inf
                return False
            self.best.bound = max(self.best.bound, answer.value)
            if least - answer.value <= self._gap / 4 * abs(least) or self._clock.is_over:
                break
            point = answer if not np.isfinite(least) else center.between(answer, _STEP if turn >= _BOLD else _BOLD_STEP)
            value = self._value(point)
            if value < least:
                least, center = value, point
        self._master.settle()
        return True

    def _try_sizes(self) -> bool:
        """Choose whole sizes under the cuts, then the stock for them; False where there are none to choose."""
        left = self._clock.seconds_left
        if self._clock.stop is None:
            left = 1e9
        relaxed = self._master.relaxed()
        if relaxed is not None:
            self.best.bound = max(self.best.bound, min(relaxed.value, self.best.value))
            self._master.fix(self.best.value)
        # Only what closes the gap if it is true is looked for; where there is nothing such, the gap is closed.
        cutoff = self.best.value - max(self._gap, _LEAST_GAP) * abs(self.best.value)
        chosen = None if relaxed is None else self._master.whole(gap=self._gap / 3, seconds=left, cutoff=cutoff)
        if chosen is None:
            self.best.bound = max(self.best.bound, cutoff)
            return False
        self.best.bound = max(self.best.bound, min(chosen.bound, self.best.value))
        if np.isfinite(chosen.value):
            self._polish(chosen)
        return bool(np.isfinite(chosen.value))

    def _polish(self, chosen: FirstStage) -> None:
        """Find the stock of one choice of sizes, as far as it may still be the best."""
        sizes, center, least = chosen.opened, chosen, self._keep(chosen)
        for turn in range(_POLISH):
            if self._clock.is_over or self.is_closed:
                return
            answer = self._master.relaxed(sizes)
            if answer is None or answer.value >= min(least, self.best.value) * (1 - self._gap / 10):
                return
            point = answer if turn % 2 == 0 or not np.isfinite(least) else center.between(answer, 1 / 2)
            value = self._keep(FirstStage(sizes, point.stock, np.inf, -np.inf))
            if value < least:
                least, center = value, point

    def _keep(self, point: FirstStage) -> float:
        """Cut at a first stage with whole sizes and keep it where it is the best."""
        value = self._value(point)
        if value < self.best.value:
            self.best.point, self.best.value = point, value
        return value

    def _value(self, point: FirstStage) -> float:
        """Serve all scenarios from a first stage and add its cuts; return its value, infinity where the service is not met."""
        usual = self._problem.capacity_l.max(axis=1, initial=0.0)[:, None] * self._mix
        share = point.share
        if self._is_loose:
            share = np.where(share > 0, np.inf, -1.0)
        outcome = self._recourse.serve(point.stock, share=share, usual=usual)
        weights = self._risk.weights(outcome.value.sum(axis=1), self._recourse.probability)
        if self._is_mean:
            for group in range(self._num_groups):
                self._cut_items(outcome, point, np.where(self._group == group, weights, 0.0), first=group * outcome.value.shape[1])
        else:
            slope, link = (np.einsum("w,wsi->si", weights, part) for part in (outcome.slope, outcome.link))
            constant = (
                float(weights @ outcome.value.sum(axis=1)) + float((slope * point.stock).sum()) + float(link.sum(axis=1) @ point.share)
            )
            self._master.add(0, constant=constant, slope=slope, link=link.sum(axis=1))
        first = float(self._master.first @ np.concatenate([point.opened.ravel(), point.stock.ravel()]))
        value = first + float(weights @ outcome.value.sum(axis=1))
        value = np.inf if self._recourse.is_guarded and self._is_breached(outcome, point, share, usual) else value
        self._clock.step(min(value, self.best.value) if np.array_equal(point.opened, np.round(point.opened)) else self.best.value)
        return value

    def _cut_items(self, outcome: Outcome, point: FirstStage, weights: Floats, *, first: int | None) -> None:
        """Add the cut of each item over weighted scenarios: of its group's cost, or of 0 without groups."""
        slope, link = (np.einsum("w,wsi->si", weights, part) for part in (outcome.slope, outcome.link))
        constant = weights @ outcome.value + (slope * point.stock).sum(axis=0) + point.share @ link
        for item, value in enumerate(constant.tolist()):
            alone = np.zeros_like(slope)
            alone[:, item] = slope[:, item]
            if first is not None:
                self._master.add(first + item, constant=value, slope=alone, link=link[:, item])
                continue
            # The reach counts with a jitter of 1e-9: asked to the last unit, cuts would take away what is just feasible.
            slack = 0.5 * _BREACH * float(weights @ (1 + self._recourse.need[:, :, item].sum(axis=1)))
            if weights @ outcome.value[:, item] > slack:
                self._master.add(None, constant=value - slack, slope=alone, link=link[:, item])

    def _is_breached(self, outcome: Outcome, point: FirstStage, share: Floats, usual: Floats) -> bool:
        """Tell whether a service level is missed; add the cuts that say so."""
        slack = _BREACH * (1 + self._recourse.need.sum(axis=1))
        missed = outcome.breach > slack
        if not missed.any():
            return False
        reach = self._recourse.reach(point.stock, share=share, usual=usual)
        self._cut_items(reach, point, np.ones(len(missed)), first=None)
        for scenario in np.argsort(-reach.value.sum(axis=1), kind="stable")[:3]:
            self._cut_items(reach, point, (np.arange(len(missed)) == scenario).astype(np.float64), first=None)
        return True
