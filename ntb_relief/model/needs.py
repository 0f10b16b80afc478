"""What people need, and what stands where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .provenance import UNKNOWN, Provenance

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .items import Item, NeedRate
    from .places import Posko


@dataclass(frozen=True, slots=True)
class Need:
    """One item needed at one posko.

    Parameters
    ----------
    posko_id, item_id : str
    quantity : int
        Whole units.
    level : int
        Priority level, 1 first.
    provenance : Provenance
    """

    posko_id: str
    item_id: str
    quantity: int
    level: int
    provenance: Provenance = UNKNOWN


@dataclass(frozen=True, slots=True)
class Supply:
    """Stock of one item at one site, with its owner.

    Parameters
    ----------
    site_id, item_id : str
    quantity : int
        Whole units that may be given out.
    owner : str
        Who must release it (BPBD, Dinsos, Bulog, PMI ...).
    provenance : Provenance
    """

    site_id: str
    item_id: str
    quantity: int
    owner: str = ""
    provenance: Provenance = UNKNOWN


def needs_from_rates(poskos: Iterable[Posko], *, items: Iterable[Item], rates: Iterable[NeedRate], days: int = 1) -> tuple[Need, ...]:
    """Return what people and households need by cited rates, whole units, rounded up.

    Parameters
    ----------
    poskos : iterable of Posko
    items : iterable of Item
        Give the priority level; a rate of an item that is not among them is left out.
    rates : iterable of NeedRate
    days : int
        Days that rates per person and day are counted for.

    Returns
    -------
    tuple of Need
        By posko, then by rate; needs of 0 are left out. Their provenance names the rate and its source.

    Examples
    --------
    >>> from ntb_relief.model.items import Item, NeedRate
    >>> from ntb_relief.model.places import Posko
    >>> posko = Posko("P1", "Posko 1", lon=116.2, lat=-8.3, node_id="n", people=101, households=30)
    >>> rice = Item("rice", "Beras", "kg", 1, 1.33, level=1)
    >>> needs_from_rates([posko], items=[rice], rates=[NeedRate("rice", 0.4, "person_day")])[0].quantity
    41
    """
    levels = {item.id: item.level for item in items}
    used = [(rate, levels[rate.item_id], _cite(rate)) for rate in rates if rate.item_id in levels]
    needs = []
    for posko in poskos:
        for rate, level, provenance in used:
            quantity = rate.quantity(people=posko.people, households=posko.households, days=days)
            if quantity:
                needs.append(Need(posko.id, rate.item_id, quantity, level, provenance))
    return tuple(needs)


def _cite(rate: NeedRate) -> Provenance:
    base = {"person_day": "orang/hari", "person": "orang", "household": "KK"}[rate.per]
    source = f"{rate.rate:g} per {base}" + (f": {rate.provenance.source}" if rate.provenance.source else "")
    return Provenance(source, rate.provenance.as_of, "derived")
