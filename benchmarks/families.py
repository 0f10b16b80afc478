"""Families of instances: how their papers round distances and what unit a cost has.

A benchmark figure means nothing without its convention: the same routes cost 27,591 with rounded and 27,612.4
with exact distances. Every family states one, and the checker prices in exactly that unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from .errors import InstanceError

if TYPE_CHECKING:
    from pathlib import Path


class Rounding(Enum):
    """How the length d of a leg becomes a number; the value is the number of units in 1."""

    NEAREST = 1
    """nint(d), as TSPLIB's EUC_2D."""
    TENTHS_DOWN = 10
    """floor(10 d) / 10, as in the DIMACS challenge of 2021-22."""
    THOUSANDTHS = 1000
    """nint(1000 d) / 1000."""
    NONE = 0
    """d as it is, in floating point."""


@dataclass(frozen=True, slots=True)
class Family:
    """A set of instances with one convention.

    Parameters
    ----------
    name : str
        Name of the folder that holds the set.
    kind : str
        ``TYPE`` written in the header of its files, ``SOLOMON`` for Solomon's text form.
    rounding : Rounding
    unit : str
        Unit of the cost, in words.
    cost_divisor : int
        The priced sum is divided by this.
    """

    name: str
    kind: str
    rounding: Rounding
    unit: str
    cost_divisor: int = 1


_ALL: Final = (
    Family("cvrp_x", "CVRP", Rounding.NEAREST, "nint(d)"),
    Family("cvrp_ags", "CVRP", Rounding.NEAREST, "nint(d)"),
    Family("vrptw_gh1000_dimacs", "VRPTW", Rounding.TENTHS_DOWN, "floor(10 d)/10"),
    Family("vrptw_solomon", "SOLOMON", Rounding.NONE, "d"),
    Family("pcvrptw", "PCVRPTW", Rounding.TENTHS_DOWN, "floor(10 d)/10 + lost prizes"),
    Family("mdvrptw", "MDVRPTW", Rounding.THOUSANDTHS, "nint(1000 d)/1000"),
    Family("site_dependent_vrptw", "SDVRPTW", Rounding.THOUSANDTHS, "nint(1000 d)/1000"),
    Family("mtvrptwr", "MTVRPTWR", Rounding.TENTHS_DOWN, "floor(10 d)/10"),
    Family("hfvrp_pessoa", "HFVRP", Rounding.NONE, "(sum of unit cost x d + fixed)/100", cost_divisor=100),
    Family("vrpb", "VRPB", Rounding.NEAREST, "nint(d)"),
    Family("gvrp", "GVRP", Rounding.NEAREST, "nint(d)"),
)

FAMILIES: Final = {family.name: family for family in _ALL}

# Folders whose files look like one of the families above and mean another objective.
_OTHER_OBJECTIVES: Final = {
    "ccvrp": "the sum of arrival times",
    "sdvrp": "split deliveries",
    "pdptw_lilim": "pickup and delivery pairs",
    "mdvrp_cordeau": "Cordeau's text form",
}


def find_family(path: Path, *, kind: str, name: str | None = None) -> Family:
    """Return the family of a file: the one asked for, that of its folders, or that of its header.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        ``TYPE`` of its header, or ``SOLOMON``.
    name : str, optional
        Family asked for by the user.

    Raises
    ------
    InstanceError
        Where none fits.
    """
    if name is not None:
        if name not in FAMILIES:
            message = f"family '{name}' is not known; use one of {', '.join(FAMILIES)}"
            raise InstanceError(message)
        return FAMILIES[name]
    for folder in reversed(path.resolve().parent.parts):
        if folder in FAMILIES:
            return FAMILIES[folder]
        if folder in _OTHER_OBJECTIVES:
            message = f"{path}: the family '{folder}' ({_OTHER_OBJECTIVES[folder]}) is not measured by this command"
            raise InstanceError(message)
    for family in _ALL:
        if family.kind == kind.upper():
            return family
    known = ", ".join(sorted({family.kind for family in _ALL}))
    message = f"{path}: problem type '{kind}' is not one of {known}; say the family with --family"
    raise InstanceError(message)
