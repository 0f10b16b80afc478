"""The adapter for network flows: one site, two poskos, numbers one can check by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ntb_relief.errors import SolverError
from ntb_relief.solvers.ortools_flow import MaxFlow, cheapest_flow

LINKS = np.array([[0, 0], [0, 1], [1, 1]])
SUPPLY = np.array([4, 3])


def cheapest(**changes):
    parts = {
        "links": LINKS,
        "costs": np.array([1, 5, 9]),
        "floors": np.array([0, 0]),
        "caps": np.array([4, 6]),
        "groups": np.array([0, 1]),
        "totals": np.array([2, 5]),
    }
    return cheapest_flow(SUPPLY, **(parts | changes))


def test_the_largest_flow_and_who_shares_the_bottleneck():
    """Posko 0 depends on the first site, which is used up; so is the second: nobody can have more."""
    network = MaxFlow(SUPPLY, links=LINKS, num_poskos=2)
    assert network.solve(np.array([4, 6])) == 7
    assert network.amounts().sum() == 7
    assert [side.any() for side in network.can_give_more()] == [False, False]


def test_caps_can_be_changed_and_free_poskos_are_seen():
    """With a cap of 2 on the second posko its own site keeps a unit, so one more could come to it, not to the first."""
    network = MaxFlow(SUPPLY, links=LINKS, num_poskos=2)
    network.solve(np.array([9, 9]))
    assert network.solve(np.array([9, 2])) == 6
    sites, poskos = network.can_give_more()
    assert sites.tolist() == [False, True]
    assert poskos.tolist() == [False, True]


def test_totals_floors_and_costs_bind():
    """Two units to the first posko, five to the second, as near as stock allows; a floor moves units inside one group."""
    assert cheapest().tolist() == [2, 2, 3]
    one_group = {"groups": np.array([0, 0]), "totals": np.array([5])}
    assert cheapest(**one_group).tolist() == [4, 0, 1]
    assert cheapest(**one_group, floors=np.array([0, 3])).tolist() == [2, 2, 1]


def test_totals_that_cannot_be_met_are_a_defect():
    """More than the stock, or floors above the total: never a silent part of the answer."""
    with pytest.raises(SolverError, match="the cheapest flow was not found"):
        cheapest(totals=np.array([4, 6]))
    with pytest.raises(SolverError, match="the cheapest flow was not found"):
        cheapest(floors=np.array([3, 0]))
