"""What the questions about candidate sites read and check alike."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ..errors import IssueLog

TOLD: Final = 10
"""Wrong entries of one array that are told one by one."""


class CandidateSites(Protocol):
    """Sites some of which are open already, must be opened or may not."""

    @property
    def site_ids(self) -> tuple[str, ...]:
        """Every candidate, once."""

    @property
    def fixed_cost(self) -> NDArray[np.float64] | None:
        """Of opening each site; None where it costs nothing."""

    @property
    def existing(self) -> frozenset[str]:
        """Sites that are open already."""

    @property
    def forced(self) -> frozenset[str]:
        """Sites that must be opened."""

    @property
    def forbidden(self) -> frozenset[str]:
        """Sites that may not be opened."""


def opening_costs(sites: CandidateSites) -> NDArray[np.float64]:
    """Return the fixed cost of each site, 0 for existing ones."""
    costs = np.zeros(len(sites.site_ids)) if sites.fixed_cost is None else sites.fixed_cost.copy()
    costs[[name in sites.existing for name in sites.site_ids]] = 0
    return costs


def site_modes(sites: CandidateSites) -> NDArray[np.int8]:
    """Return 1 for each site that must be open, -1 for each that may not, else 0."""
    must = sites.existing | sites.forced
    return np.array([(name in must) - (name in sites.forbidden) for name in sites.site_ids], np.int8)


def check_ids(log: IssueLog, sites: CandidateSites, *, question: str, groups: Mapping[str, Sequence[str]]) -> None:
    """Note groups of ids that are empty or name one twice, and sites that are not there or both must and may not be opened."""
    for kind, ids in groups.items():
        if not ids:
            log.add(f"{question}, {kind}s", "there are none", "give at least one")
        for name, count in Counter(ids).items():
            if count > 1:
                log.add(f"{kind} '{name}'", f"is given {count} times", "give each once")
    known = set(sites.site_ids)
    for name in ("existing", "forced", "forbidden"):
        for site in sorted(getattr(sites, name) - known):
            log.add(f"{name} site '{site}'", "is not among the candidate sites", "add it to site_ids, or correct the id")
    for site in sorted((sites.existing | sites.forced) & sites.forbidden):
        log.add(f"site '{site}'", "must be open and may not be opened", "take it out of one of the sets")


def read_numbers(
    log: IssueLog, where: str, value: object, *, shape: tuple[int, ...], turned: str | None = None, layout: str = ""
) -> NDArray[np.float64]:
    """Return a float copy of an array, zeros where it is none of this shape; note that. A read-only float array is not copied.

    Parameters
    ----------
    log : IssueLog
    where : str
    value : object
    shape : tuple of int
    turned : str, optional
        What stands in the rows and columns, told where a matrix has them the wrong way round.
    layout : str
        Said behind the shape that is wanted.
    """
    try:
        # Tables of gigabytes: shared where nobody writes to them.
        is_shared = isinstance(value, np.ndarray) and not value.flags.writeable and value.flags.owndata
        array = np.asarray(value, np.float64) if is_shared else np.array(value, np.float64)
    except (TypeError, ValueError):
        log.add(where, "is not an array of numbers", f"give a {shape} array")
        return np.zeros(shape)
    if array.shape == shape:
        return array
    is_turned = turned is not None and len(shape) > 1 and array.shape == shape[::-1]
    fix = f"transpose it: {turned}, the shape must be {shape}" if is_turned else f"give a {shape} array{layout}"
    log.add(where, f"has shape {array.shape}", fix)
    return np.zeros(shape)
