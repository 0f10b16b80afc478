"""Needs that follow from people and rates."""

from __future__ import annotations

from ntb_relief.model.items import Item, NeedRate
from ntb_relief.model.needs import Need, needs_from_rates
from ntb_relief.model.places import Posko
from ntb_relief.model.provenance import Provenance

PERKA = Provenance("Perka BNPB 7/2008", "2008", "reported")
ITEMS = (Item("rice", "Beras", "kg", 1, 1.33, level=1), Item("blanket", "Selimut", "lembar", 0.68, 1.53, level=2))
RATES = (NeedRate("blanket", 2, "household", PERKA), NeedRate("rice", 0.4, "person_day", PERKA), NeedRate("tent", 1, "household"))


def posko(name: str, *, people: int, households: int) -> Posko:
    return Posko(name, name, lon=116.2, lat=-8.3, node_id="n", people=people, households=households)


def test_needs_follow_people_households_and_days():
    """By posko, then by rate, with the item's level; an item that is not in the catalogue is left out."""
    found = needs_from_rates([posko("a", people=101, households=30), posko("b", people=10, households=4)], items=ITEMS, rates=RATES, days=3)
    assert [(need.posko_id, need.item_id, need.quantity, need.level) for need in found] == [
        ("a", "blanket", 60, 2),
        ("a", "rice", 122, 1),
        ("b", "blanket", 8, 2),
        ("b", "rice", 12, 1),
    ]


def test_changing_a_rate_changes_the_need_exactly():
    """Half the rice a person is half the need, rounded up; the rest stays."""
    people = [posko("a", people=101, households=30)]
    before = needs_from_rates(people, items=ITEMS, rates=RATES)
    after = needs_from_rates(people, items=ITEMS, rates=(RATES[0], NeedRate("rice", 0.2, "person_day", PERKA)))
    assert [need.quantity for need in before] == [60, 41]
    assert [need.quantity for need in after] == [60, 21]


def test_nobody_needs_nothing():
    """An empty posko and a rate of 0 make no rows."""
    assert needs_from_rates([posko("a", people=0, households=0)], items=ITEMS, rates=RATES) == ()
    assert needs_from_rates([posko("a", people=9, households=3)], items=ITEMS, rates=[NeedRate("rice", 0, "person_day")]) == ()


def test_a_need_names_its_rate_and_source():
    """The provenance says that the need is derived, by which rate, of which standard and date."""
    (need,) = needs_from_rates([posko("a", people=10, households=3)], items=ITEMS, rates=[RATES[1]])
    assert need == Need("a", "rice", 4, 1, Provenance("0.4 per orang/hari: Perka BNPB 7/2008", "2008", "derived"))
