"""The question of what to store where before anything happens: sites, sizes, prices, vendors and what may come."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import Issue, IssueLog
from .checks import is_whole
from .travel import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

PROBABILITY_SLACK: Final = 1e-6
"""By so much the probabilities of scenarios may miss 1."""


@dataclass(frozen=True, slots=True, eq=False)
class StockScenario:
    """One thing that may happen.

    Parameters
    ----------
    id : str
    probability : float
        0 to 1; those of a problem add up to 1.
    need : float array, shape (P, I)
        Units needed at each point.
    survival : float array, shape (S,)
        Part of a site's stock that is still good, 0 to 1.
    distance_m : float array, shape (S, P)
        From site to point by what is still open; -1 where nothing is.
    """

    id: str
    probability: float
    need: NDArray[np.float64] = field(repr=False)
    survival: NDArray[np.float64] = field(repr=False)
    distance_m: NDArray[np.float64] = field(repr=False)

    def replace(self, **changes: Any) -> StockScenario:  # noqa: ANN401 - the fields have their own types
        """Return a copy with some fields changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Vendor:
    """Who sells after the event, on call ("tukar nota"): nothing is paid unless it is called off.

    Parameters
    ----------
    id : str
    item_id : str
    site_id : str
        The candidate site at whose place it is: it shares its roads and its damage.
    quantity : float
        Units it can sell.
    price_idr : float
        Of a unit, carriage left out.
    """

    id: str
    item_id: str
    site_id: str
    quantity: float
    price_idr: float


@dataclass(frozen=True, slots=True, eq=False)
class PrepositioningProblem:
    """Where to store how much of what, before any of the scenarios comes.

    Parameters
    ----------
    site_ids, size_ids, point_ids, item_ids : tuple of str
        Lengths S, K, P and I; each id once.
    capacity_l, cost_idr : float array, shape (S, K)
        Room and yearly cost of a store of each size at each site; a site has one size or none.
    volume_l, purchase_idr, penalty_idr, carry_idr_km : float array, shape (I,)
        Of one unit: its room, its price now, what it is worth not to be missing, its carriage a kilometre.
    scenarios : tuple of StockScenario
    vendors : tuple of Vendor
    service : mapping of str to float
        Least part of an item's need, 0 to 1, that must be served in every scenario, counted over the points that some site
        or vendor still reaches; items left out have none.
    stock_limit : float array, shape (I,), optional
        Most units that can be bought in all; ``None`` means no limit.
    budget_idr : float or None
        Most to spend on stores and stock together; ``None`` means no limit.
    most_sites : int or None
        Most stores; ``None`` means no limit.

    Raises
    ------
    InputError
        With everything found wrong at once.

    Notes
    -----
    Arrays are copied and made read-only. Units may be broken: a plan stores 12.5 kg where that is cheapest. A need may be left
    unserved at `penalty_idr`, also where serving it would cost more. The first-stage and recourse costs are those of Rawls and
    Turnquist (2010), Transportation Research B 44(4), without their cost of unused stock.
    """

    site_ids: tuple[str, ...]
    size_ids: tuple[str, ...]
    point_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    capacity_l: NDArray[np.float64] = field(repr=False)
    cost_idr: NDArray[np.float64] = field(repr=False)
    volume_l: NDArray[np.float64] = field(repr=False)
    purchase_idr: NDArray[np.float64] = field(repr=False)
    penalty_idr: NDArray[np.float64] = field(repr=False)
    carry_idr_km: NDArray[np.float64] = field(repr=False)
    scenarios: tuple[StockScenario, ...] = field(repr=False)
    vendors: tuple[Vendor, ...] = ()
    service: Mapping[str, float] = field(default_factory=dict)
    stock_limit: NDArray[np.float64] | None = field(default=None, repr=False)
    budget_idr: float | None = None
    most_sites: int | None = None

    def __post_init__(self) -> None:
        log = IssueLog()
        _check_ids(log, self)
        sites, sizes, items = len(self.site_ids), len(self.size_ids), len(self.item_ids)
        shapes: dict[str, tuple[int, ...]] = {"capacity_l": (sites, sizes), "cost_idr": (sites, sizes)}
        shapes |= dict.fromkeys(("volume_l", "purchase_idr", "penalty_idr", "carry_idr_km"), (items,))
        if self.stock_limit is not None:
            shapes["stock_limit"] = (items,)
        for name, shape in shapes.items():
            object.__setattr__(self, name, _own(log, f"pre-positioning problem, {name}", getattr(self, name), shape=shape))
        if len(self.volume_l) == items and not (self.volume_l > 0).all():
            log.add("pre-positioning problem, volume_l", "has a 0", "give the room of a unit, above 0")
        object.__setattr__(self, "scenarios", check_scenarios(self, self.scenarios, log=log))
        check_probabilities(log, self.scenarios)
        _check_limits(log, self)
        log.raise_if_any()

    def replace(self, **changes: Any) -> PrepositioningProblem:  # noqa: ANN401 - the fields have their own types
        """Return a copy with some fields changed, checked anew."""
        return replace(self, **changes)


def check_scenarios(problem: PrepositioningProblem, scenarios: Sequence[StockScenario], *, log: IssueLog) -> tuple[StockScenario, ...]:
    """Return copies of scenarios with read-only arrays that fit a problem; note what does not."""
    sites, points, items = len(problem.site_ids), len(problem.point_ids), len(problem.item_ids)
    checked = []
    for one in scenarios:
        where = f"scenario '{one.id}'"
        need = _own(log, f"{where}, need", one.need, shape=(points, items))
        survival = _own(log, f"{where}, survival", one.survival, shape=(sites,), most=1.0)
        distance_m = _own(log, f"{where}, distance_m", one.distance_m, shape=(sites, points), is_distance=True)
        if not 0 <= one.probability <= 1:
            log.add(where, f"probability is {one.probability}", "give a number from 0 to 1")
        checked.append(StockScenario(one.id, float(one.probability), need, survival, distance_m))
    for name, count in Counter(one.id for one in scenarios).items():
        if count > 1:
            log.add(f"scenario '{name}'", f"is given {count} times", "give each an id of its own")
    if not scenarios:
        log.add("scenarios", "there are none", "give at least one")
    return tuple(checked)


def _own(
    log: IssueLog, where: str, value: object, *, shape: tuple[int, ...], most: float = math.inf, is_distance: bool = False
) -> NDArray[np.float64]:
    """Return a read-only float copy; note what is wrong with it."""
    try:
        array = np.array(value, np.float64)
    except (TypeError, ValueError):
        log.add(where, "is no table of numbers", f"give a {shape} array")
        return np.zeros(shape)
    if array.shape != shape:
        turned = len(shape) > 1 and array.shape == shape[::-1]
        fix = f"transpose it: rows and columns are swapped, the shape must be {shape}" if turned else f"give a {shape} array"
        log.add(where, f"has shape {array.shape}", fix)
        return np.zeros(shape)
    wrong = ~(np.isfinite(array) & (array >= 0) & (array <= most))
    if is_distance:
        wrong &= array != UNREACHABLE
    if wrong.any():
        first = tuple(int(x) for x in np.argwhere(wrong)[0])
        span = ", or -1 where no road is open" if is_distance else ""
        limit = f"from 0 to {most:g}" if math.isfinite(most) else ">= 0"
        log.add(where, f"has {int(wrong.sum())} wrong numbers, first {array[first]} at {first}", f"give finite numbers {limit}{span}")
    array.flags.writeable = False
    return array


def _check_ids(log: IssueLog, problem: PrepositioningProblem) -> None:
    groups = {"site": problem.site_ids, "size": problem.size_ids, "point": problem.point_ids, "item": problem.item_ids}
    for kind, ids in {**groups, "vendor": tuple(vendor.id for vendor in problem.vendors)}.items():
        log.issues += [Issue(f"{kind} '{name}'", f"is given {n} times", "give each once") for name, n in Counter(ids).items() if n > 1]
    for kind, ids in groups.items():
        if not ids:
            log.add("pre-positioning problem", f"has no {kind}", "give at least one")


def check_probabilities(log: IssueLog, scenarios: Sequence[StockScenario]) -> None:
    """Note probabilities that do not add up to 1."""
    total = math.fsum(one.probability for one in scenarios)
    if scenarios and not abs(total - 1) <= PROBABILITY_SLACK:
        log.add("scenarios", f"their probabilities add up to {total:.6g}", "make them add up to 1")


def _check_limits(log: IssueLog, problem: PrepositioningProblem) -> None:
    for vendor in problem.vendors:
        for kind, name, known in (("site", vendor.site_id, problem.site_ids), ("item", vendor.item_id, problem.item_ids)):
            if name not in known:
                log.add(f"vendor '{vendor.id}'", f"{kind} '{name}' is not known", f"use one of the {len(known)} {kind}s of the problem")
        if not (0 <= vendor.quantity < math.inf and 0 <= vendor.price_idr < math.inf):
            log.add(f"vendor '{vendor.id}'", f"quantity {vendor.quantity}, price_idr {vendor.price_idr}", "give numbers >= 0")
    for name, share in problem.service.items():
        if name not in problem.item_ids:
            log.add(f"service of '{name}'", "the item is not known", f"use one of the {len(problem.item_ids)} items of the problem")
        if not 0 <= share <= 1:
            log.add(f"service of '{name}'", f"is {share}", "give a part of the need from 0 to 1")
    _check_money(log, problem)


def _check_money(log: IssueLog, problem: PrepositioningProblem) -> None:
    if problem.budget_idr is not None and not 0 <= problem.budget_idr < math.inf:
        log.add("budget_idr", f"is {problem.budget_idr}", "give rupiah >= 0, or None for no limit")
    if problem.most_sites is not None and not is_whole(problem.most_sites):
        log.add("most_sites", f"is {problem.most_sites}", "give a count >= 0, or None for no limit")
