"""The books of the search: costs kept, best solution, bank, beside a plain count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.kernels.routing import arrays as col
from ntb_relief.kernels.routing import search as kernels
from ntb_relief.kernels.routing.recreate import FAR_FIRST
from ntb_relief.model.routing import Depot, RoutingProblem, Stop, VehicleType
from ntb_relief.model.travel import TravelMatrix
from ntb_relief.solvers.lane import SEARCH_ONLY
from tests.kernels.cases import cases, new_case
from tests.kernels.test_ruin import assert_bank_agrees
from tests.kernels.test_schedule import assert_links_agree, assert_refreshed
from tests.oracles import routes as twin

pytestmark = [pytest.mark.tiny, pytest.mark.filterwarnings("ignore::ntb_relief.errors.ReliefWarning")]

QUICK = settings(max_examples=25)
HOT, COLD = 60.0, 5.0


def run(case, iterations):
    kernels.search(case.arrays, case.state, case.scratch, case.best, iterations, HOT, COLD, 3.0, 5, 40, SEARCH_ONLY, 0)


def kept(case):
    """Return the case with the best solution in place of the current one."""
    state = case.state._replace(node=case.best.node, vehicle=case.best.vehicle, bank=case.best.bank, total=case.best.total)
    return replace(case, state=state)


def assert_books_agree(case):
    """A plain count of the routes gives the cost kept with them, and each keeps every rule."""
    assert case.state.total[col.CURRENT] == kernels.price(case.arrays, case.state) == case.twin_cost()
    for v in case.vehicles:
        assert not case.nodes(v) or twin.may_carry(case.problem, case.kind(v), case.route(v))
        assert case.state.vehicle[v, col.COST] == twin.route_cost(case.problem, case.kind(v), case.route(v))
    assert_links_agree(case)
    assert_bank_agrees(case)


@QUICK
@given(cases(metric=True, keep_out=1), st.floats(0, 0.999) | st.just(FAR_FIRST))
def test_a_first_solution_is_kept_as_the_best(case, draw):
    """Construction keeps every rule and copies what it built."""
    case.build(draw)
    assert_books_agree(case)
    assert case.state.total[col.BEST] == case.state.total[col.CURRENT]
    for source, copy in zip(
        (case.state.node, case.state.vehicle, case.state.bank, case.state.demand, case.state.total), case.best, strict=True
    ):
        assert (source == copy).all()
        assert not np.shares_memory(source, copy)


@QUICK
@given(cases(metric=True, keep_out=0.4), st.lists(st.sampled_from([1, 2, 7, 40]), min_size=1, max_size=5))
def test_after_any_number_of_iterations_the_books_agree(case, steps):
    """The current cost is the price of the plan, the best never rises and is the price of the plan kept."""
    best = case.state.total[col.BEST]
    for iterations in steps:
        run(case, iterations)
        assert_books_agree(case)
        assert_refreshed(case)
        assert case.state.total[col.BEST] <= min(best, case.state.total[col.CURRENT])
        best = case.state.total[col.BEST]
        assert_books_agree(kept(case))
        assert kept(case).twin_cost() == best


@QUICK
@given(cases(metric=True, keep_out=0.4))
def test_the_best_follows_the_current_down_and_never_up(case):
    """After each single iteration the best cost is the lesser of the best before and the current one."""
    for _ in range(60):
        best = case.state.total[col.BEST]
        run(case, 1)
        assert case.state.total[col.BEST] == case.best.total[col.BEST] == min(best, case.state.total[col.CURRENT])


TRIANGLE = {
    "window": ({"window_s": (0, 10)}, {}),
    "duration": ({}, {"max_duration_s": 10}),
    "shift": ({}, {"shift_s": (0, 10)}),
    "length": ({}, {"max_distance_m": 55}),
    "path": ({}, {}),
}


@pytest.mark.parametrize("limit", TRIANGLE)
def test_a_route_without_a_stop_is_not_kept_where_only_the_detour_keeps_the_rules(limit):
    """From d to b the way over a keeps to the limit and the direct one does not; d-a and d-b alone would be cheaper."""
    of_b, of_truck = TRIANGLE[limit]
    direct = (-1, -1) if limit == "path" else (60, 60) if limit == "length" else (60, 1)
    seconds, metres, toll = (np.zeros((3, 3), np.int64) for _ in range(3))
    seconds[0, 1:], metres[0, 1:] = (1, direct[0]), (1, direct[1])
    seconds[1, 2], metres[1, 2], toll[1, 2] = 1, 50, 100
    problem = RoutingProblem(
        depots=(Depot("depot", "d"),),
        stops=(Stop("a", "a", (1,)), Stop("b", "b", (1,), **of_b)),
        vehicle_types=(VehicleType("truck", 2, (2,), "road", "d", cost_per_m=0, **of_truck),),
        matrices={"road": TravelMatrix("road", ("d", "a", "b"), seconds, metres, toll)},
    )
    case = new_case(problem, seed=1)
    case.write(0, [("load", 0), ("stop", 0), ("stop", 1)])
    case.settle()
    assert case.twin_cost() == 100
    run(case, 200)
    assert kept(case).twin_cost() == case.state.total[col.BEST]
