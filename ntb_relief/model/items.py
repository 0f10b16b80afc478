"""Relief items and the rates by which people need them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from ..errors import IssueLog
from .provenance import UNKNOWN, Provenance

Per = Literal["person_day", "person", "household"]
PER: Final[tuple[Per, ...]] = ("person_day", "person", "household")


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of goods.

    Parameters
    ----------
    id : str
    name : str
        Indonesian name, as printed on the papers.
    unit : str
        Unit it is counted in (kg, liter, lembar, paket, unit).
    mass_kg, volume_l : float
        Of one unit.
    level : int
        Priority level; 1 is life-saving and served first.
    provenance : Provenance
    """

    id: str
    name: str
    unit: str
    mass_kg: float
    volume_l: float
    level: int
    provenance: Provenance = UNKNOWN

    def __post_init__(self) -> None:
        log = IssueLog()
        for quantity in ("mass_kg", "volume_l"):
            value = getattr(self, quantity)
            if not (math.isfinite(value) and value > 0):
                log.add(f"item '{self.id}'", f"{quantity} is {value}", "give the weight and volume of one unit, above 0")
        if self.level < 1:
            log.add(f"item '{self.id}'", f"priority level is {self.level}", "use 1 (life-saving), 2, 3 ...")
        log.raise_if_any()


@dataclass(frozen=True, slots=True)
class NeedRate:
    """How much of an item people need.

    Parameters
    ----------
    item_id : str
    rate : float
        Units per person and day, per person, or per household.
    per : {'person_day', 'person', 'household'}
    provenance : Provenance
        The standard the rate is taken from.
    """

    item_id: str
    rate: float
    per: Per
    provenance: Provenance = UNKNOWN

    def __post_init__(self) -> None:
        log = IssueLog()
        if not (math.isfinite(self.rate) and self.rate >= 0):
            log.add(f"need rate of '{self.item_id}'", f"rate is {self.rate}", "give a number >= 0")
        if self.per not in PER:
            log.add(f"need rate of '{self.item_id}'", f"'{self.per}' is not a base", f"use one of {', '.join(PER)}")
        log.raise_if_any()

    def quantity(self, *, people: int, households: int, days: int) -> int:
        """Return the whole units needed, rounded up.

        Examples
        --------
        >>> NeedRate("rice", 0.4, "person_day").quantity(people=101, households=30, days=1)
        41
        """
        base = {"person_day": people * days, "person": people, "household": households}[self.per]
        return math.ceil(Fraction(str(self.rate)) * base)
