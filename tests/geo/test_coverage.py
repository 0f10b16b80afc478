from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError, UnknownReferenceError
from ntb_relief.geo.coverage import coverage
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.network import RoadNetwork
from tests.geo.networks import PROFILES, make_table, networks

LINE = [(0, 1, "road", "trunk", 6, 1000), (1, 2, "road", "trunk", 6, 1000), (2, 3, "road", "local", 3, 1000)]


@settings(deadline=None)
@given(networks(), st.sampled_from(sorted(PROFILES)), st.data())
def test_the_nearest_warehouse_is_the_least_of_the_matrix(network, profile, data):
    """Seconds and warehouse are the least of the column, the first given of equal ones; sums of people follow."""
    ids = list(network.table.node_ids)
    stores = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=4, unique=True))
    people = data.draw(st.dictionaries(st.sampled_from(ids), st.integers(0, 9)))
    reach = coverage(network, people=people, warehouses=stores, profile=profile)
    matrix = travel_matrix(network, places={node: node for node in ids}, profile=profile)
    for node in people:
        ways = {store: int(matrix.duration_s[ids.index(store), ids.index(node)]) for store in stores}
        known = {store: took for store, took in ways.items() if took >= 0}
        assert reach.duration_s[node] == min(known.values(), default=-1)
        assert reach.nearest[node] == (min(known, key=lambda store: known[store]) if known else None)
    for limit in (0, 100, None):
        within = {node for node in people if reach.duration_s[node] >= 0 and (limit is None or reach.duration_s[node] <= limit)}
        assert reach.people_within(limit) == sum(people[node] for node in within)
        assert set(reach.nodes_beyond(limit)) == people.keys() - within


def test_closing_a_road_tells_whom_it_leaves_behind():
    """Those reached before and not after, most people first; who never was reached is not lost."""
    network = RoadNetwork.from_table(make_table(5, LINE), crossings=[], profiles=PROFILES)
    people = {"n1": 1, "n2": 5, "n3": 7, "n4": 9}
    before = coverage(network, people=people, warehouses=["n0"], profile="bike")
    after = coverage(network.without([("n1", "n2")]), people=people, warehouses=["n0"], profile="bike")
    assert before.duration_s == {"n1": 100, "n2": 200, "n3": 300, "n4": -1}
    assert before.lost_in(after) == ("n3", "n2")
    assert before.lost_in(after, limit_s=200) == ("n2",)
    assert after.nodes_beyond(None) == ("n4", "n3", "n2")
    assert before.lost_in(before) == ()


def test_wrong_questions_are_told():
    """No warehouse, negative people, unknown nodes and profiles."""
    network = RoadNetwork.from_ntb()
    with pytest.raises(InputError, match="at least one"):
        coverage(network, people={}, warehouses=[], profile="4wd")
    with pytest.raises(InputError, match="give 0 or more"):
        coverage(network, people={"kec:52.71.05": -1}, warehouses=["kec:52.71.05"], profile="4wd")
    with pytest.raises(UnknownReferenceError) as error:
        coverage(network, people={"x": 1}, warehouses=["y"], profile="4wd")
    assert [issue.where for issue in error.value.issues] == ["node 'y'", "node 'x'"]
    with pytest.raises(UnknownReferenceError, match="tank"):
        coverage(network, people={}, warehouses=["kec:52.71.05"], profile="tank")
