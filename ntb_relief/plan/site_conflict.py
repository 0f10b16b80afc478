"""Why no choice of sites will do: a few demands on it that contradict each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..units import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMED = 5


@dataclass(frozen=True, slots=True)
class SiteConflict:
    """Demands on a choice of sites that cannot all be met; without any one of them the others can.

    Parameters
    ----------
    demand_ids : tuple of str
        Points that must be served, or reached within the radius.
    radius : float or None
    times : int or None
        Sites each of these points must have in reach.
    p : int or None
        At most so many sites.
    budget : float or None
    required, forbidden : tuple of str
        Sites that must be open, being there or forced, and that may not.
    full : tuple of str
        Sites whose capacity does not do.
    is_single_source : bool
        Whether it matters that points are not split.
    is_minimal : bool
        False where time ran out: there may be fewer demands that contradict.
    """

    demand_ids: tuple[str, ...]
    radius: float | None = None
    times: int | None = None
    p: int | None = None
    budget: float | None = None
    required: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    full: tuple[str, ...] = ()
    is_single_source: bool = False
    is_minimal: bool = True

    def __str__(self) -> str:
        """Return the reason in Indonesian, as a planner passes it on.

        Examples
        --------
        >>> print(SiteConflict(("Sape", "Lambu"), radius=5.0, p=1, forbidden=("gudang Wera",)))
        tidak dapat dipenuhi sekaligus: melayani Sape, Lambu; jarak paling jauh 5; paling banyak 1 lokasi; gudang Wera tidak boleh dibuka
        """
        parts = [f"melayani {_named(self.demand_ids)}"] if self.demand_ids else []
        if self.radius is not None:
            parts.append(f"jarak paling jauh {format_number(self.radius, decimals=2 * (self.radius % 1 > 0))}")
        if self.times is not None:
            parts.append(f"{self.times} lokasi dalam jangkauan setiap titik")
        if self.p is not None:
            parts.append(f"paling banyak {self.p} lokasi")
        if self.budget is not None:
            parts.append(f"anggaran {format_number(self.budget, decimals=2 * (self.budget % 1 > 0))}")
        if self.required:
            parts.append(f"{_named(self.required)} harus dibuka")
        if self.forbidden:
            parts.append(f"{_named(self.forbidden)} tidak boleh dibuka")
        if self.full:
            parts.append(f"daya tampung {_named(self.full)}")
        if self.is_single_source:
            parts.append("setiap titik dari satu lokasi saja")
        return "tidak dapat dipenuhi sekaligus: " + "; ".join(parts)


def _named(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" dan {format_number(rest)} lagi" if rest > 0 else "")
