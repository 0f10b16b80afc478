"""The question of who gets what: stock at sites, needs at poskos, the metres between them, and whose stock it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import IssueLog
from .checks import is_whole
from .travel import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

MAX_QUANTITY: Final = 10**12
"""Most units of one item in all stocks, or in all needs, that the solver's whole-number arithmetic holds."""
MAX_DISTANCE_M: Final = 10**8
"""Longest distance accepted: 100,000 km, more than twice around the earth."""
MAX_RANK: Final = 20
"""Most ranks of owners: each outweighs all metres of the next in the solver's whole numbers."""


@dataclass(frozen=True, slots=True)
class StockLot:
    """Goods of one item at one site that belong to one owner and expire together.

    Parameters
    ----------
    id, site_id, item_id : str
    quantity : int
        Whole units.
    owner : str
        Whose stock it is; empty where nobody says.
    expires_day : int or None
        Last day of the operation on which it can be handed out, from 0; ``None`` where it keeps.
    """

    id: str
    site_id: str
    item_id: str
    quantity: int
    owner: str = ""
    expires_day: int | None = None


@dataclass(frozen=True, slots=True)
class ReleaseRule:
    """How much of an owner's stock may go out, to whom, and whose stock goes first.

    Parameters
    ----------
    owner : str
    item_id : str or None
        The item it holds for; ``None`` means each of the owner's items without a rule of its own.
    most : int or None
        Units of the item that may leave all the owner's sites together; ``None`` means no limit.
    posko_ids : frozenset of str or None
        Poskos that may be given to; ``None`` means all.
    rank : int
        Stock of rank 1 is used before that of rank 2: kabupaten first, "the province only backs up".
    """

    owner: str
    item_id: str | None = None
    most: int | None = None
    posko_ids: frozenset[str] | None = None
    rank: int = 1


@dataclass(frozen=True, slots=True)
class Substitution:
    """What may be given in place of an item: a tarpaulin and a tool kit for a tent.

    Parameters
    ----------
    item_id : str
        What is needed.
    parts : mapping of str to int
        Units of other items that together stand for one unit of it.
    """

    item_id: str
    parts: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class AllocationProblem:
    """Scarce stock to share out fairly over needs, in whole units.

    Items are independent of each other, apart from substitutions: nothing but stock and its owners limits what is given.

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
    lots : tuple of StockLot
        The same stock by owner and expiry; may be left out. Where given, the lots add up to `supply`.
    rules : tuple of ReleaseRule
        Of the owners of lots; owners without one give to all.
    substitutions : tuple of Substitution
        In the order they are tried. A part is given in place of another item only after its own needs, so no item may
        stand for itself by a detour.
    handout_day : int
        Day the goods are handed out; lots that expire before it stay where they are.

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
    lots: tuple[StockLot, ...] = field(default=(), repr=False)
    rules: tuple[ReleaseRule, ...] = ()
    substitutions: tuple[Substitution, ...] = ()
    handout_day: int = 0

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
        _check_lots(log, self, arrays["supply"])
        _check_rules(log, self)
        _check_substitutions(log, self)
        log.raise_if_any()
        for name, array in arrays.items():
            own = array.astype(np.float64 if name == "mass_kg" else np.int64)
            own.flags.writeable = False
            object.__setattr__(self, name, own)

    @property
    def solving_order(self) -> tuple[int, ...]:
        """Items by column, each after the parts that may stand for it, otherwise as given."""
        order = _parts_first(self)
        return tuple(self.item_ids.index(name) for name in order)

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


def _check_lots(log: IssueLog, problem: AllocationProblem, supply: NDArray[Any]) -> None:
    for name, count in Counter(lot.id for lot in problem.lots).items():
        if count > 1:
            log.add(f"lot '{name}'", f"is given {count} times", "give each once, or add the quantities up")
    site, item = ({name: row for row, name in enumerate(ids)} for ids in (problem.site_ids, problem.item_ids))
    total = np.zeros(supply.shape, np.int64)
    is_known = True
    for lot in problem.lots:
        for kind, name, known in (("site", lot.site_id, site), ("item", lot.item_id, item)):
            if name not in known:
                is_known = False
                log.add(f"lot '{lot.id}'", f"{kind} '{name}' is not known", f"use one of the {len(known)} {kind}s of the problem")
        if not is_whole(lot.quantity) or lot.quantity > MAX_QUANTITY:
            is_known = False
            log.add(f"lot '{lot.id}'", f"quantity is {lot.quantity}", f"give whole units from 0 to {MAX_QUANTITY:.0e}")
        elif lot.site_id in site and lot.item_id in item:
            total[site[lot.site_id], item[lot.item_id]] += int(lot.quantity)
    if not problem.lots or not is_known:
        return
    for row, col in np.argwhere(total != supply):
        where = f"lots of site '{problem.site_ids[row]}', item '{problem.item_ids[col]}'"
        log.add(where, f"add up to {total[row, col]}, the supply is {supply[row, col]}", "make them agree")


def _check_rules(log: IssueLog, problem: AllocationProblem) -> None:
    owners, items, poskos = {lot.owner for lot in problem.lots}, set(problem.item_ids), set(problem.posko_ids)
    for (owner, item), count in Counter((rule.owner, rule.item_id) for rule in problem.rules).items():
        if count > 1:
            log.add(f"release rule of '{owner}', item {item!r}", f"is given {count} times", "give one an owner and item")
    for rule in problem.rules:
        where = f"release rule of '{rule.owner}'"
        if rule.owner not in owners:
            log.add(where, "the owner has no lot", "give the lots with their owners, or leave the rule out")
        if rule.item_id is not None and rule.item_id not in items:
            log.add(where, f"item '{rule.item_id}' is not known", f"use one of the {len(items)} items of the problem")
        for name in sorted((rule.posko_ids or frozenset()) - poskos):
            log.add(where, f"posko '{name}' is not known", f"use one of the {len(poskos)} poskos of the problem")
        if rule.most is not None and not is_whole(rule.most):
            log.add(where, f"most is {rule.most}", "give whole units >= 0, or None for no limit")
        if not (is_whole(rule.rank - 1) and rule.rank <= MAX_RANK):
            log.add(where, f"rank is {rule.rank}", f"give 1 (used first) to {MAX_RANK}")


def _check_substitutions(log: IssueLog, problem: AllocationProblem) -> None:
    for one in problem.substitutions:
        where = f"substitution for '{one.item_id}'"
        for name in (one.item_id, *one.parts):
            if name not in problem.item_ids:
                log.add(where, f"item '{name}' is not known", f"use one of the {len(problem.item_ids)} items of the problem")
        if not one.parts:
            log.add(where, "has no parts", "name at least one item with its units")
        for name, units in one.parts.items():
            if not is_whole(units - 1):
                log.add(where, f"takes {units} of '{name}'", "give whole units, 1 or more, for one unit of the item")
    for (name, part), count in Counter((one.item_id, part) for one in problem.substitutions for part in one.parts).items():
        if count > 1:
            log.add(f"substitutions for '{name}'", f"'{part}' is a part of {count} of them", "name each part in one of them only")
    done = _parts_first(problem)
    if stuck := [name for name in problem.item_ids if name not in done]:
        names = ", ".join(f"'{name}'" for name in stuck)
        log.add("substitutions", f"go round in a circle through {names}", "leave one of them out: each needs the other served first")


def _parts_first(problem: AllocationProblem) -> list[str]:
    """Return the items that can be put in an order with all their parts before them."""
    parts: dict[str, set[str]] = {name: set() for name in problem.item_ids}
    for one in problem.substitutions:
        parts.setdefault(one.item_id, set()).update(name for name in one.parts if name in parts)
    done: dict[str, None] = {}
    while ready := next((name for name in problem.item_ids if name not in done and parts[name] <= done.keys()), None):
        done[ready] = None
    return list(done)
