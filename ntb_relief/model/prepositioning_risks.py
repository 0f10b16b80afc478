"""What counts of the costs after the event: their mean, the mean of the worst, or the worst.

Each is the dearest mean under weights it allows (Artzner et al. 1999); the weights at one plan make a cut that holds for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError, Issue

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Expected:
    """The mean over all scenarios."""

    def weights(self, costs: NDArray[np.float64], probability: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: ARG002 - one form for all
        """Return the probabilities."""
        return probability


@dataclass(frozen=True, slots=True)
class CVaR:
    """The mean of the worst scenarios (conditional value at risk), mixed with the mean of all.

    Parameters
    ----------
    tail : float
        Probability of the worst scenarios, above 0 to 1.
    weight : float
        Part of the tail's mean, 0 to 1; the rest is the mean of all.
    """

    tail: float = 0.1
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not (0 < self.tail <= 1 and 0 <= self.weight <= 1):
            raise InputError(
                [Issue("risk", f"CVaR(tail={self.tail}, weight={self.weight})", "give a tail above 0 to 1 and a weight 0 to 1")]
            )

    def weights(self, costs: NDArray[np.float64], probability: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probabilities of the worst scenarios up to the tail, scaled to 1, mixed with those of all."""
        order = np.argsort(-costs, kind="stable")
        before = np.concatenate([[0.0], np.cumsum(probability[order])[:-1]])
        worst = np.zeros(len(costs))
        worst[order] = np.clip(self.tail - before, 0.0, probability[order]) / self.tail
        return self.weight * worst + (1 - self.weight) * probability


@dataclass(frozen=True, slots=True)
class Robust:
    """The worst scenario, whatever its probability."""

    def weights(self, costs: NDArray[np.float64], probability: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: ARG002 - one form for all
        """Return 1 for the worst scenario."""
        weights = np.zeros(len(costs))
        weights[int(np.argmax(costs))] = 1.0
        return weights


Risk = Expected | CVaR | Robust
