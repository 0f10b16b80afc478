"""Families of instances: how their papers round distances, what they minimise and what unit a cost has.

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


class Form(Enum):
    """How a file is written; the value is its name in words."""

    VRPLIB = "VRPLIB"
    SOLOMON = "Solomon's text"
    LI_LIM = "Li and Lim's text"
    CORDEAU = "Cordeau's text"
    SPLIT = "the text of split deliveries"


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


class Goal(Enum):
    """What a solution costs."""

    DISTANCE = "length, fixed costs and lost prizes"
    ARRIVALS = "sum of the arrival times at clients"


@dataclass(frozen=True, slots=True)
class ValueTable:
    """A table of best known costs that lies beside the files of a family.

    Parameters
    ----------
    file : str
        Its name, or a pattern of names. CSV has a column ``instance``; JSON has an object an instance.
    column : str
        Where the cost stands.
    key : str
        How the table names an instance.
    """

    file: str
    column: str
    key: str = "{name}"


@dataclass(frozen=True, slots=True)
class Family:
    """A set of instances with one convention.

    Parameters
    ----------
    name : str
        Name of the folder that holds the set.
    form : Form
    rounding : Rounding
    unit : str
        Unit of the cost, in words.
    kind : str
        ``TYPE`` in the header of its VRPLIB files.
    cost_divisor : int
        The priced sum is divided by this.
    goal : Goal
    can_split : bool
        Several routes may share what a client needs.
    uses_all_vehicles : bool
        Exactly so many routes as there are vehicles, not at most.
    suffixes : tuple of str
        Endings of its files.
    values : ValueTable or None
        Beside ``bks.csv``, which is always looked at first.
    """

    name: str
    form: Form
    rounding: Rounding
    unit: str
    kind: str = ""
    cost_divisor: int = 1
    goal: Goal = Goal.DISTANCE
    can_split: bool = False
    uses_all_vehicles: bool = False
    suffixes: tuple[str, ...] = (".vrp",)
    values: ValueTable | None = None


# Most published values of these two sets are for the fewest vehicles; those for the shortest distance say so.
_BY_DISTANCE: Final = ValueTable("BKS_*.json", "best_known_cost", key="{name}_distance")
FLEET_SIZES: Final = ValueTable("best_known.csv", "num_routes")
"""Number of routes of the cumulative files, which they do not state themselves."""

_ALL: Final = (
    Family("cvrp_x", Form.VRPLIB, Rounding.NEAREST, "nint(d)", kind="CVRP"),
    Family("cvrp_ags", Form.VRPLIB, Rounding.NEAREST, "nint(d)", kind="CVRP"),
    Family("vrptw_gh1000_dimacs", Form.VRPLIB, Rounding.TENTHS_DOWN, "floor(10 d)/10", kind="VRPTW"),
    Family("vrptw_solomon", Form.SOLOMON, Rounding.NONE, "d", suffixes=(".txt",), values=_BY_DISTANCE),
    Family("pcvrptw", Form.VRPLIB, Rounding.TENTHS_DOWN, "floor(10 d)/10 + lost prizes", kind="PCVRPTW"),
    Family("mdvrptw", Form.VRPLIB, Rounding.THOUSANDTHS, "nint(1000 d)/1000", kind="MDVRPTW"),
    Family("site_dependent_vrptw", Form.VRPLIB, Rounding.THOUSANDTHS, "nint(1000 d)/1000", kind="SDVRPTW"),
    Family("mtvrptwr", Form.VRPLIB, Rounding.TENTHS_DOWN, "floor(10 d)/10", kind="MTVRPTWR"),
    Family("hfvrp_pessoa", Form.VRPLIB, Rounding.NONE, "(sum of unit cost x d + fixed)/100", kind="HFVRP", cost_divisor=100),
    Family("vrpb", Form.VRPLIB, Rounding.NEAREST, "nint(d)", kind="VRPB"),
    Family("gvrp", Form.VRPLIB, Rounding.NEAREST, "nint(d)", kind="GVRP"),
    Family("pdptw_lilim", Form.LI_LIM, Rounding.NONE, "d", suffixes=(".txt",), values=_BY_DISTANCE),
    Family(
        "mdvrp_cordeau",
        Form.CORDEAU,
        Rounding.NONE,
        "d",
        suffixes=(".txt",),
        values=ValueTable("BKS.json", "best_known_cost"),
    ),
    Family(
        "sdvrp",
        Form.SPLIT,
        Rounding.NEAREST,
        "nint(d)",
        can_split=True,
        suffixes=(".txt", ".sd", ".cri"),
        values=ValueTable("BKS_dimacs2022.csv", "best_of_dimacs_teams"),
    ),
    Family(
        "ccvrp",
        Form.VRPLIB,
        Rounding.NONE,
        "sum of arrivals",
        kind="CCVRP",
        goal=Goal.ARRIVALS,
        uses_all_vehicles=True,
        values=ValueTable("best_known.csv", "sum_of_arrivals"),
    ),
)

FAMILIES: Final = {family.name: family for family in _ALL}


def family_of_folder(path: Path) -> str | None:
    """Return the family whose folder the file lies in, however deep, or None."""
    return next((folder for folder in reversed(path.resolve().parent.parts) if folder in FAMILIES), None)


def find_family(path: Path, *, form: Form, kind: str = "", name: str | None = None) -> Family:
    """Return the family of a file: the one asked for, that of its folders, or that of its header.

    Parameters
    ----------
    path : Path
        The file.
    form : Form
        How it is written.
    kind : str
        ``TYPE`` of its header.
    name : str, optional
        Family asked for by the user.

    Raises
    ------
    InstanceError
        Where none fits.
    """
    named = name or family_of_folder(path)
    if named is None:
        family = next((family for family in _ALL if family.form is form and family.kind == kind.upper()), None)
    else:
        family = FAMILIES.get(named)
    if family is None and named is not None:
        message = f"family '{named}' is not known; use one of {', '.join(FAMILIES)}"
        raise InstanceError(message)
    if family is None:
        known = ", ".join(sorted({family.kind for family in _ALL if family.kind}))
        message = f"{path}: problem type '{kind}' is not one of {known}; say the family with --family"
        raise InstanceError(message)
    if family.form is not form:
        message = f"{path}: is written as {form.value}, files of {family.name} are {family.form.value}"
        raise InstanceError(message)
    return family
