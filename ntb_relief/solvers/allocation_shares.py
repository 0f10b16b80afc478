"""Fair amounts of one item at one level: the largest smallest share, and the least uneven way to give all there is."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from .ortools_flow import MaxFlow, Pools

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .allocation_network import Network

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_BITS: Final = 62


def fair_floors(network: Network, *, need: Ints, before: Ints, members: Flags) -> tuple[Fraction | None, Ints]:
    """Return the largest smallest share of the members beside the amounts given before, and the units it takes them.

    Newton's method on smallest cuts: each cut shows poskos that together cannot have what they are promised, and the largest
    share these can have is tried next.
    """
    if not members.any():
        return None, need[members]
    share, caps = Fraction(1), np.where(members, need, before)
    while network.most(caps) < int(caps.sum()):
        shut = ~network.can_give_more()
        room = network.room() - int(before[shut & ~members].sum())
        share = largest_share(need[members & shut], room=room)
        caps[members] = whole_units(share, need[members])
    return share, caps[members]


def least_uneven(network: Network, *, need: Ints, before: Ints, members: Flags, is_rounded: bool) -> Ints:
    """Return amounts of the members that add up to the most there is, as even as whole units allow.

    Decomposition by smallest cuts (Fujishige 1980, Groenevelt 1991): all there is is shared as if every road were open;
    where a cut shows a group that cannot have its part, the group shares what can reach it and the others share the rest.

    Parameters
    ----------
    network : Network
    need, before : int64 array, shape (P,)
        Units needed, and given to the levels before.
    members : bool array, shape (P,)
    is_rounded : bool
        Whether units are given to whom half of the next one is due first (nearest to proportions), else to whom has the
        smallest share first (leximin).
    """
    given = before.copy()
    groups = [members]
    while groups:
        group = groups.pop()
        base = network.most(given)
        total = network.most(np.where(group, need, given)) - base
        caps = given.copy()
        caps[group] = apportion(need[group], total=total, is_rounded=is_rounded)
        if network.most(caps) == base + total:
            given = caps
            continue
        shut = ~network.can_give_more()
        groups += [group & ~shut, group & shut]
    return given[members]


def apportion(need: Ints, *, total: int, is_rounded: bool) -> Ints:
    """Share a total out over needs in whole units, no need given more than it is; of equals the first in order gets the unit.

    Examples
    --------
    >>> apportion(np.array([2, 3, 4]), total=7, is_rounded=False).tolist()
    [2, 2, 3]
    >>> apportion(np.array([1, 1, 10]), total=6, is_rounded=True).tolist()
    [1, 0, 5]
    >>> apportion(np.array([1, 1, 10]), total=6, is_rounded=False).tolist()
    [1, 1, 4]
    """
    if total >= int(need.sum()):
        return need.copy()
    # Turns of units are fractions over 2 x need: two of them differ by more than 1 / 2**bits.
    bits = 2 * int(need.max()).bit_length() + 2
    exact = need if bits + int(need.max()).bit_length() + 2 < _BITS else need.astype(object)

    def due(turn: int) -> Ints:
        units = (2 * exact * turn + 2**bits) >> (bits + 1) if is_rounded else -(-exact * turn >> bits)
        return np.asarray(np.minimum(units, exact), np.int64)

    low, high = 0, 2 ** (bits + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if int(due(middle).sum()) <= total else (low, middle)
    units = due(low)
    tied = np.flatnonzero(due(high) > units)
    tied = tied[np.argsort(need[tied], kind="stable")]
    units[tied[: total - int(units.sum())]] += 1
    return units


def gini(units: Ints, *, need: Ints) -> float | None:
    """Return the Gini index of satisfied shares, each unit of need counted alike; 0 is even, None where nothing is given.

    Examples
    --------
    >>> gini(np.array([5, 0]), need=np.array([5, 5]))
    0.5
    """
    return _gini(units / np.maximum(need, 1), need.astype(np.float64))


def least_gini(network: Network, *, need: Ints, before: Ints, members: Flags) -> float | None:
    """Return the Gini index no way to give the most can be below: that of the least uneven way with units cut at will.

    None where nothing is given or the numbers are too large for exact flows.
    """
    given, share = before.copy(), np.zeros(len(need))
    rows = network.rows
    groups = [members]
    while groups:
        group = groups.pop()
        base = network.most(given)
        total, wanted = network.most(np.where(group, need, given)) - base, int(need[group].sum())
        if int(rows.supply.sum()) * wanted >= 2**_BITS or int(need.max()) * max(total, wanted) >= 2**_BITS:
            return None
        # All numbers times `wanted`: every part of the total is then whole.
        finer = MaxFlow(rows.supply * wanted, links=network.links, num_poskos=len(need), pools=_times(rows.pools, wanted))
        caps = np.where(group, need * total, given * wanted)
        if finer.solve(caps) == (base + total) * wanted:
            share[group] = total / wanted
            given[group] = np.minimum(network_part(network, given, group, need), need[group])
            continue
        shut = ~finer.can_give_more()[1]
        groups += [group & ~shut, group & shut]
    return _gini(share[members], need[members].astype(np.float64))


def network_part(network: Network, given: Ints, group: Flags, need: Ints) -> Ints:
    """Return whole amounts with which the group has all that can reach it beside the others."""
    network.most(np.where(group, need, given))
    return network.amounts()[group]


def largest_share(need: Ints, *, room: int) -> Fraction:
    """Return the largest share that poskos can have of their needs, rounded up to whole units, within `room` units together.

    Examples
    --------
    >>> largest_share(np.array([10, 10, 3]), room=12)
    Fraction(1, 2)
    """
    # Shares are k / need, and two of them differ by more than 1 / 2**bits: the step that bisection ends in holds one.
    largest = int(need.max())
    bits = 2 * largest.bit_length()
    exact = need if bits + largest.bit_length() < _BITS else need.astype(object)
    low, high = 0, 2**bits
    while high - low > 1:
        middle = (low + high) // 2
        if int((-(-exact * middle >> bits)).sum()) <= room:
            low = middle
        else:
            high = middle
    units = (-(-exact * low >> bits)).astype(np.int64)
    return smallest_share(units, need=need) or Fraction(0)


def smallest_share(units: Ints, *, need: Ints) -> Fraction | None:
    """Return the smallest of units / need, None where there is no need.

    Examples
    --------
    >>> smallest_share(np.array([2, 1]), need=np.array([3, 2]))
    Fraction(1, 2)
    """
    if not len(need):
        return None
    # Floats find the few that can be smallest; fractions tell which is.
    ratio = units / need
    pairs = np.unique(np.stack([units, need])[:, ratio <= ratio.min() * (1 + 1e-9)], axis=1)
    return min(Fraction(int(part), int(whole)) for part, whole in pairs.T)


def whole_units(share: Fraction, need: Ints) -> Ints:
    """Return the fewest whole units that are at least `share` of each need."""
    top, bottom = share.numerator, share.denominator
    fits = int(need.max(initial=0)) * max(1, top) < 2**_BITS
    exact = need if fits else need.astype(object)  # Python integers: the product may not fit 64 bits
    return (-(-exact * top // bottom)).astype(np.int64)


def _times(pools: Pools | None, factor: int) -> Pools | None:
    return None if pools is None else Pools(pools.of_site, np.minimum(pools.caps, 2**_BITS // factor) * factor)


def _gini(share: NDArray[np.float64], need: NDArray[np.float64]) -> float | None:
    given = float((share * need).sum())
    if given <= 0:
        return None
    order = np.argsort(share, kind="stable")
    people = np.concatenate([[0.0], np.cumsum(need[order])]) / need.sum()
    goods = np.concatenate([[0.0], np.cumsum((share * need)[order])]) / given
    return max(0.0, float(1 - ((goods[1:] + goods[:-1]) * np.diff(people)).sum()))
