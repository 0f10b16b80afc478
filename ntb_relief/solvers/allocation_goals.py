"""What is fair: the goals of `solve_allocation`, and the rule by which each gives out whole units.

What poskos of one level can get of an item is a polymatroid. There one way to give is the least uneven of all: its smallest
shares are the largest in every rank (Fujishige 1980), its spread is the least (Veinott 1971), so are its Gini index and
its distance from proportions. In whole units it can only be met up to a unit a posko, and there the goals part.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InputError, Issue


@dataclass(frozen=True, slots=True)
class MaxMin:
    """The largest smallest share; above it, kilometres decide.

    Parameters
    ----------
    kept : float
        Part of the largest smallest share that is kept, 0 to 1: 1 is fair, 0 looks at totals and kilometres alone, and
        what lies between draws the curve of the price of fairness.
    """

    kept: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.kept <= 1:
            raise InputError([Issue("goal", f"MaxMin(kept={self.kept})", "give a part from 0 to 1")])


@dataclass(frozen=True, slots=True)
class Leximin:
    """Lexicographic max-min: the smallest share as large as can be, then the second smallest, and so on."""


@dataclass(frozen=True, slots=True)
class Proportional:
    """As near to one share for all as stock and roads allow: the sum of (units - share x need)^2 / need is least."""


@dataclass(frozen=True, slots=True)
class LeastGini:
    """The smaller Gini index of the two ways above; `LevelShare.gini_bound` tells how small it could be."""


AllocationGoal = MaxMin | Leximin | Proportional | LeastGini
