from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError, UnknownReferenceError
from ntb_relief.geo import restoration
from ntb_relief.geo.access import reachable
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.restoration import restoration_order
from tests.geo.networks import PROFILES, make_table, networks


def people_reached(network, people, origins, profile):
    nodes = set().union(*(reachable(network, from_node=node, profile=profile) for node in origins))
    return sum(number for node, number in people.items() if node in nodes)


def waiting(network, repairs, order, people, origins, profile):
    """Walk an order with whole networks: persons times seconds until each is back."""
    closed = set(repairs)
    back = people_reached(network, people, origins, profile)
    total = 0
    for link in order:
        total += repairs[link] * (back - people_reached(network.without(closed), people, origins, profile))
        closed.remove(link)
    return total


@st.composite
def closures(draw):
    network = draw(networks())
    ids, table = network.table.node_ids, network.table
    ends = sorted({tuple(sorted((ids[a], ids[b]))) for a, b in zip(table.edge_from.tolist(), table.edge_to.tolist(), strict=True)})
    links = draw(st.lists(st.sampled_from(ends), max_size=4, unique=True)) if ends else []
    repairs = {link: draw(st.integers(1, 5)) for link in links}
    people = draw(st.dictionaries(st.sampled_from(ids), st.integers(0, 9)))
    origins = sorted(draw(st.sets(st.sampled_from(ids), min_size=1, max_size=2)))
    return network, repairs, people, origins, draw(st.sampled_from(sorted(PROFILES)))


@settings(deadline=None, max_examples=40)
@given(closures(), st.booleans())
def test_no_order_waits_less(case, is_greedy):
    """The order's waiting is what whole networks show, the least of all orders where it says so; every link is opened once."""
    network, repairs, people, origins, profile = case
    with pytest.MonkeyPatch.context() as patch:
        if is_greedy:
            patch.setattr(restoration, "_MOST_EXACT", -1)
        plan = restoration_order(network.without(repairs), repair_s=repairs, people=people, origins=origins, profile=profile)
    order = [step.link for step in plan.steps]
    assert sorted(order) == sorted(repairs)
    assert plan.is_optimal is not is_greedy
    assert plan.waiting_person_s == waiting(network, repairs, order, people, origins, profile)
    least = min(waiting(network, repairs, other, people, origins, profile) for other in permutations(repairs))
    assert plan.waiting_person_s == least if plan.is_optimal else plan.waiting_person_s >= least
    assert plan.people_beyond == sum(people.values()) - people_reached(network, people, origins, profile)
    clock, closed = 0, set(repairs)
    for step in plan.steps:
        before = people_reached(network.without(closed), people, origins, profile)
        closed.remove(step.link)
        clock += repairs[step.link]
        assert step.done_s == clock
        assert step.people_reconnected == people_reached(network.without(closed), people, origins, profile) - before


def test_many_links_are_opened_a_whole_way_at_a_time():
    """Twenty closed links in two arms: the arm with more people for its work comes first, though its first link brings nobody."""
    rows = [(0, 1, "road", "trunk", 6, 100)]
    rows += [(1 + step, 2 + step, "road", "trunk", 6, 100) for step in range(10)]
    rows += [(1 if step == 0 else 11 + step, 12 + step, "road", "trunk", 6, 100) for step in range(10)]
    network = RoadNetwork.from_table(make_table(22, rows), crossings=[], profiles=PROFILES)
    repairs = {(f"n{one}", f"n{other}"): 10 for one, other, *_ in rows[1:]}
    plan = restoration_order(
        network.without(repairs), repair_s=repairs, people={"n11": 5, "n21": 50, "n0": 3}, origins=["n0"], profile="truck"
    )
    assert not plan.is_optimal
    assert [step.people_reconnected for step in plan.steps] == [0] * 9 + [50] + [0] * 9 + [5]
    assert plan.waiting_person_s == 50 * 100 + 5 * 200
    assert plan.people_beyond == 0


def test_wrong_questions_are_told_at_once():
    """Open links, no time, unknown nodes, people below 0 and unknown profiles."""
    network = RoadNetwork.from_ntb()
    ferry = ("port:KAYANGAN", "port:POTOTANO")
    with pytest.raises(InputError) as error:
        restoration_order(network, repair_s={ferry: 0}, people={}, origins=["kec:52.71.05"], profile="4wd")
    assert [issue.what for issue in error.value.issues] == ["is open", "takes 0 s to open"]
    closed = network.without([ferry])
    with pytest.raises(InputError, match="stands twice"):
        restoration_order(closed, repair_s={ferry: 1, ferry[::-1]: 1}, people={}, origins=[], profile="4wd")
    with pytest.raises(InputError, match="is not in network"):
        restoration_order(closed, repair_s={("x", "y"): 1}, people={}, origins=[], profile="4wd")
    with pytest.raises(InputError, match="give 0 or more"):
        restoration_order(closed, repair_s={ferry: 1}, people={"kec:52.71.05": -1}, origins=[], profile="4wd")
    with pytest.raises(UnknownReferenceError, match="tank"):
        restoration_order(closed, repair_s={ferry: 1}, people={}, origins=[], profile="tank")
    alone = restoration_order(closed, repair_s={ferry: 1}, people={"kec:52.71.05": 2}, origins=[], profile="4wd")
    assert (alone.people_beyond, alone.waiting_person_s) == (2, 0)
