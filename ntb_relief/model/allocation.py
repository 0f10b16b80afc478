"""The question of who gets what: stock at sites, needs at poskos, and the metres between them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import IssueLog
from .travel import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

MAX_QUANTITY: Final = 10**12
"""Most units of one item in all stocks, or in all needs, that the solver's whole-number arithmetic holds."""
MAX_DISTANCE_M: Final = 10**8
"""Longest distance accepted: 100,000 km, more than twice around the earth."""


@dataclass(frozen=True, slots=True, eq=False)
class AllocationProblem:
    """Scarce stock to share out fairly over needs, in whole units.

    Items are independent of each other: nothing but stock limits what is given.

    Parameters
    ----------
    site_ids, posko_ids, item_ids : tuple of str
        Lengths S, P and I; each id once.
    supply : int array, shape (S, I)
        Whole units of stock.
    need : int array, shape (P, I)
        Whole units; 0 where the item is not needed.
    level : int array, shape (P, I)
        Priority of each need, 1 is served first; looked at only where `need` is above 0.
    mass_kg : float array, shape (I,)
        Of one unit.
    distance_m : int array, shape (S, P)
        From site to posko; -1 where no vehicle of the fleet can bring goods.

    Raises
    ------
    InputError
        With every wrong shape, type, number and id found.

    Notes
    -----
    Arrays are copied to int64 (float64 for `mass_kg`) and made read-only.
    """

    site_ids: tuple[str, ...]
    posko_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    supply: NDArray[np.int64] = field(repr=False)
    need: NDArray[np.int64] = field(repr=False)
    level: NDArray[np.int64] = field(repr=False)
    mass_kg: NDArray[np.float64] = field(repr=False)
    distance_m: NDArray[np.int64] = field(repr=False)

    def __post_init__(self) -> None:
        log = IssueLog()
        _check_ids(log, self)
        sites, poskos, items = len(self.site_ids), len(self.posko_ids), len(self.item_ids)
        shapes: dict[str, tuple[int, ...]] = {"supply": (sites, items), "need": (poskos, items), "level": (poskos, items)}
        shapes |= {"distance_m": (sites, poskos), "mass_kg": (items,)}
        arrays = {name: _read_array(log, name=name, value=getattr(self, name), shape=shape) for name, shape in shapes.items()}
        log.raise_if_any()
        _check_quantities(log, self, arrays)
        _check_rest(log, self, arrays)
        log.raise_if_any()
        for name, array in arrays.items():
            own = array.astype(np.float64 if name == "mass_kg" else np.int64)
            own.flags.writeable = False
            object.__setattr__(self, name, own)

    def replace(self, **changes: Any) -> AllocationProblem:  # noqa: ANN401 - the fields have their own types
        """Return a copy with some fields changed, checked anew."""
        return replace(self, **changes)


def _check_ids(log: IssueLog, problem: AllocationProblem) -> None:
    for kind, ids in (("site", problem.site_ids), ("posko", problem.posko_ids), ("item", problem.item_ids)):
        for name, count in Counter(ids).items():
            if count > 1:
                log.add(f"{kind} '{name}'", f"is given {count} times", "give each once, or add the quantities up")


def _read_array(log: IssueLog, *, name: str, value: object, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return `value` as an array; note what is wrong with its shape or type."""
    where = f"allocation problem, {name}"
    try:
        array = np.asarray(value)
    except ValueError:
        log.add(where, "has rows of unlike length", f"give a {shape} array")
        return np.zeros(shape, np.int64)
    kinds, wanted = ("iuf", "numbers") if name == "mass_kg" else ("iu", "whole numbers (int64)")
    if array.dtype.kind not in kinds and array.size:
        log.add(where, f"has dtype {array.dtype}", f"give {wanted}")
    if array.shape != shape:
        turned = len(shape) > 1 and array.shape == shape[::-1]
        fix = f"transpose it: rows and columns are swapped, the shape must be {shape}" if turned else f"give a {shape} array"
        log.add(where, f"has shape {array.shape}", fix)
    return array


def _check_quantities(log: IssueLog, problem: AllocationProblem, arrays: Mapping[str, NDArray[Any]]) -> None:
    for name, kind, ids in (("supply", "site", problem.site_ids), ("need", "posko", problem.posko_ids)):
        table = arrays[name]
        for row, col in np.argwhere(table < 0):
            log.add(f"{name} of {kind} '{ids[row]}', item '{problem.item_ids[col]}'", f"is {table[row, col]}", "give whole units >= 0")
        for col, total in enumerate(table.sum(axis=0, dtype=np.float64)):
            if total > MAX_QUANTITY:
                where = f"{name} of item '{problem.item_ids[col]}'"
                log.add(where, f"adds up to {total:.3g} units", f"stay below {MAX_QUANTITY:.0e}; use a larger unit")


def _check_rest(log: IssueLog, problem: AllocationProblem, arrays: Mapping[str, NDArray[Any]]) -> None:
    level, distance = arrays["level"], arrays["distance_m"]
    for row, col in np.argwhere((level < 1) & (arrays["need"] > 0)):
        where = f"need of posko '{problem.posko_ids[row]}', item '{problem.item_ids[col]}'"
        log.add(where, f"priority level is {level[row, col]}", "use 1 (life-saving), 2, 3 ...")
    for col, mass in enumerate(arrays["mass_kg"]):
        if not (np.isfinite(mass) and mass > 0):
            log.add(f"item '{problem.item_ids[col]}'", f"mass_kg is {mass}", "give the weight of one unit, above 0")
    for row, col in np.argwhere((distance < UNREACHABLE) | (distance > MAX_DISTANCE_M)):
        where = f"distance from site '{problem.site_ids[row]}' to posko '{problem.posko_ids[col]}'"
        log.add(where, f"is {distance[row, col]} m", f"give metres from 0 to {MAX_DISTANCE_M}, or -1 where no vehicle can bring goods")
