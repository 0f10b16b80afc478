"""What a choice of sites is judged by."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..errors import InputError, Issue


@dataclass(frozen=True, slots=True)
class PMedian:
    """Open exactly `p` sites; least sum of weight times cost. Fixed costs are not counted.

    Parameters
    ----------
    p : int
        Existing and forced sites included.
    """

    p: int

    def __post_init__(self) -> None:
        _check(self, p=self.p)


@dataclass(frozen=True, slots=True)
class PCenter:
    """Open at most `p` sites; least of the largest costs. Weights and fixed costs are not counted.

    Parameters
    ----------
    p : int
        Existing and forced sites included.
    """

    p: int

    def __post_init__(self) -> None:
        _check(self, p=self.p)


@dataclass(frozen=True, slots=True)
class SetCover:
    """Serve every demand point at no more than `radius`; least fixed cost, or fewest sites where no site has any.

    Parameters
    ----------
    radius : float
        In the unit of the costs.
    """

    radius: float

    def __post_init__(self) -> None:
        _check(self, radius=self.radius)


@dataclass(frozen=True, slots=True)
class MaxCover:
    """Open exactly `p` sites; least weight farther than `radius` from all of them (Church & ReVelle 1974).

    Parameters
    ----------
    p : int
        Existing and forced sites included.
    radius : float
        In the unit of the costs.
    """

    p: int
    radius: float

    def __post_init__(self) -> None:
        _check(self, p=self.p, radius=self.radius)


@dataclass(frozen=True, slots=True)
class FixedCharge:
    """Open any number of sites; least sum of fixed costs and of weight times cost."""


Goal = PMedian | PCenter | SetCover | MaxCover | FixedCharge


def _check(goal: object, *, p: int | None = None, radius: float | None = None) -> None:
    where = f"goal {type(goal).__name__}"
    issues = []
    if p is not None and (type(p) is not int or p < 1):
        issues.append(Issue(where, f"p is {p!r}", "give a whole number of sites, 1 or more"))
    if radius is not None and not 0 <= radius < math.inf:
        issues.append(Issue(where, f"radius is {radius!r}", "give a number >= 0 in the unit of the costs"))
    if issues:
        raise InputError(issues)
