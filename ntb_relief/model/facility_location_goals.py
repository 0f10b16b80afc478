"""What a choice of sites is judged by."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..errors import IssueLog


@dataclass(frozen=True, slots=True)
class PMedian:
    """Open exactly `p` sites, or any within a budget; least sum of weight times cost. Fixed costs are not part of it.

    Parameters
    ----------
    p : int, optional
        Existing and forced sites included.
    budget : float, optional
        In place of `p`: the most the fixed costs of the sites that are opened may add up to; existing ones cost nothing.
    """

    p: int | None = None
    budget: float | None = None

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True, slots=True)
class PCenter:
    """Open at most `p` sites, or any within a budget; least of the largest costs. Weights do not count.

    With capacities a demand point costs what the farthest site costs that serves some of it.

    Parameters
    ----------
    p : int, optional
        Existing and forced sites included.
    budget : float, optional
        In place of `p`, on fixed costs.
    """

    p: int | None = None
    budget: float | None = None

    def __post_init__(self) -> None:
        _check(self)


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
        _check(self)


@dataclass(frozen=True, slots=True)
class BackupCover:
    """Every demand point has at least `times` open sites within `radius`; least fixed cost, or fewest sites where none has any.

    Parameters
    ----------
    radius : float
        In the unit of the costs.
    times : int
        Sites in reach of each demand point, so that `times` - 1 of them may fail.
    """

    radius: float
    times: int = 2

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True, slots=True)
class MaxCover:
    """Open exactly `p` sites, or any within a budget; least weight farther than `radius` from all of them (Church & ReVelle 1974).

    With capacities weight is covered only as far as sites hold it, and a demand point may be covered in part unless it has
    a single source.

    Parameters
    ----------
    p : int, optional
        Existing and forced sites included.
    radius : float
        In the unit of the costs.
    budget : float, optional
        In place of `p`, on fixed costs.
    """

    p: int | None = None
    radius: float = math.nan
    budget: float | None = None

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True, slots=True)
class MaxBackupCover:
    """Open exactly `p` sites, or any within a budget; least weight without backup, nobody left out for it.

    Every demand point has at least `times` - 1 open sites within `radius`, and least weight has no more than these
    (BACOP1 of Hogan & ReVelle 1986, Management Science 32(11), where `times` is 2).

    Parameters
    ----------
    p : int, optional
        Existing and forced sites included.
    radius : float
        In the unit of the costs.
    times : int
        Open sites in reach that count as backup, 2 or more.
    budget : float, optional
        In place of `p`, on fixed costs.
    """

    p: int | None = None
    radius: float = math.nan
    times: int = 2
    budget: float | None = None

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True, slots=True)
class FairCover:
    """Open exactly `p` sites; the group with the largest share of its weight beyond `radius` has as little as can be.

    Then the group that comes next, and so on (lexicographic max-min of covered shares, told apart to 1e-5). Needs the groups
    of the problem.

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
        _check(self)


@dataclass(frozen=True, slots=True)
class PLeximin:
    """Open exactly `p` sites; least of the largest costs, then of the second largest, and so on. Weights do not count.

    Parameters
    ----------
    p : int
        Existing and forced sites included.
    """

    p: int

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True, slots=True)
class PGini:
    """Open exactly `p` sites; least Gini coefficient of the costs, by weight, each demand point going to its nearest site.

    Equal is not near: all may be equally far. Compare the mean with that of `PMedian`.

    Parameters
    ----------
    p : int
        Existing and forced sites included.
    """

    p: int

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True, slots=True)
class FixedCharge:
    """Open any number of sites; least sum of fixed costs and of weight times cost."""


Goal = PMedian | PCenter | SetCover | BackupCover | MaxCover | MaxBackupCover | FairCover | PLeximin | PGini | FixedCharge


def _check(goal: Goal) -> None:
    log = IssueLog()
    where = f"goal {type(goal).__name__}"
    if isinstance(goal, PMedian | PCenter | MaxCover | MaxBackupCover) and (goal.p is None) == (goal.budget is None):
        log.add(where, f"p is {goal.p!r} and budget is {goal.budget!r}", "give a p or a budget, one of them")
    p, budget = getattr(goal, "p", None), getattr(goal, "budget", None)
    if (p is not None or isinstance(goal, FairCover | PLeximin | PGini)) and (type(p) is not int or p < 1):
        log.add(where, f"p is {p!r}", "give a whole number of sites, 1 or more")
    if budget is not None and not 0 <= budget < math.inf:
        log.add(where, f"budget is {budget!r}", "give a number >= 0 in the unit of the fixed costs")
    radius = getattr(goal, "radius", 0.0)
    if not 0 <= radius < math.inf:
        log.add(where, f"radius is {radius!r}", "give a number >= 0 in the unit of the costs")
    if isinstance(goal, BackupCover | MaxBackupCover):
        least = 1 if isinstance(goal, BackupCover) else 2
        if type(goal.times) is not int or goal.times < least:
            log.add(where, f"times is {goal.times!r}", f"give a whole number of sites, {least} or more")
    log.raise_if_any()
