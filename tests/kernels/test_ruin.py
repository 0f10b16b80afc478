"""What ruin takes out, what it writes down, and that an undo leaves no trace."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.kernels.routing import arrays as col
from ntb_relief.kernels.routing import ruin as ruin_kernels
from ntb_relief.kernels.routing import search as kernels
from ntb_relief.kernels.routing.recreate import recreate, sort_absent
from tests.kernels.call import from_python
from tests.kernels.cases import cases
from tests.kernels.test_schedule import assert_links_agree, assert_refreshed
from tests.oracles import routes as twin

pytestmark = [pytest.mark.tiny, pytest.mark.filterwarnings("ignore::ntb_relief.errors.ReliefWarning")]

ruin, undo = ruin_kernels.ruin, kernels.undo
recall_unserved, release_absent = from_python(kernels.recall_unserved), from_python(kernels.release_absent)

QUICK = settings(max_examples=40)
MEAN_REMOVED = st.sampled_from([1.0, 3.0, 10.0])
LONGEST = st.sampled_from([1, 3, 10])


def snapshot(case):
    """Return copies of all that an undone iteration must not change: nothing of it depends on how the state is built."""
    state, served = case.state, [node for v in case.vehicles for node in case.nodes(v)]
    heads = sorted({int(state.node[node, col.HEAD]) for node in served})
    totals = [col.CURRENT, col.BEST, col.NUM_BANK, col.NUM_USED]
    return {
        "served": served,
        "node": state.node[served].tolist(),
        "times": state.times[served].tolist() if case.timed else [],
        "vehicle": state.vehicle.tolist(),
        "room": state.room[heads].tolist(),
        "bank": state.bank.tolist(),
        "total": state.total[totals].tolist(),
        "idle": state.node[[node for node in range(1, len(state.node)) if node not in served]][:, [col.SLOT, col.HEAD]].tolist(),
    }


def assert_bank_agrees(case):
    """The bank lists every unserved stop once, and every stop knows where it stands in it."""
    bank, count = case.state.bank, case.state.total[col.NUM_BANK]
    out = bank[:count, 0].tolist()
    assert sorted(out) == sorted(set(range(1, case.num_stops + 1)) - case.served())
    assert bank[out, 1].tolist() == list(range(count))
    assert all(bank[node, 1] == -1 and case.state.node[node, col.SLOT] >= 0 for node in case.served())
    assert all(case.state.node[node, col.SLOT] == -1 for node in out)


def without(route, stops):
    """Return the route without some stops and without the trips that leaves empty, but for one loaded at home."""
    trips = [(depot, [stop for stop in trip if stop not in stops]) for depot, trip in twin.trips_of(route)]
    return [trip for trip in trips if trip[1]]


@QUICK
@given(cases(), MEAN_REMOVED, LONGEST)
def test_ruin_takes_served_stops_out_and_writes_down_every_route_it_touches(case, mean_removed, longest):
    """The rest of each route keeps its order; the journal holds what was there; the cost told is the cost saved."""
    before = {v: case.route(v) for v in case.vehicles}
    nodes, costs, served = {v: case.nodes(v) for v in case.vehicles}, case.state.vehicle[:, col.COST].copy(), case.served()
    case.state.total[col.STAMP] += 1
    seed, count, rows, touched, delta = ruin(case.arrays, case.state, case.scratch, mean_removed, longest)
    absent = case.scratch.absent[:count].tolist()
    assert 1 <= seed <= case.num_stops
    assert len(set(absent)) == count
    assert set(absent) == served - case.served()
    for v in case.vehicles:
        assert [trip for trip in twin.trips_of(case.route(v)) if trip[1]] == without(before[v], [node - 1 for node in absent])
        lost = len(twin.stops_of(before[v])) - len(twin.stops_of(case.route(v)))
        assert lost <= longest or not case.nodes(v)  # what is left of a route may break a rule: all goes then
    ends = [0, *case.scratch.journal_vehicle[:touched, 1].tolist()]
    journal = {
        int(v): case.scratch.journal[start:end, 0].tolist()
        for v, start, end in zip(case.scratch.journal_vehicle[:touched, 0], ends, ends[1:], strict=False)
    }
    assert ends[-1] == rows
    assert len(journal) == touched
    assert all(journal[v] == nodes[v] for v in journal)
    assert {v for v in case.vehicles if case.nodes(v) != nodes[v]} <= set(journal)
    assert delta == int((case.state.vehicle[:, col.COST] - costs).sum())
    assert_links_agree(case)
    assert_refreshed(case)


@QUICK
@given(cases(metric=True), MEAN_REMOVED, LONGEST)
def test_where_no_detour_is_shorter_the_rest_of_a_route_keeps_every_rule(case, mean_removed, longest):
    """Taking stops out makes nothing late, and the routes cost what a plain replay says."""
    case.state.total[col.STAMP] += 1
    _, _, _, _, delta = ruin(case.arrays, case.state, case.scratch, mean_removed, longest)
    now = [twin.route_cost(case.problem, case.kind(v), case.route(v)) for v in case.vehicles]
    assert now == case.state.vehicle[:, col.COST].tolist()
    assert delta <= 0


@QUICK
@given(cases(keep_out=0.4), MEAN_REMOVED, LONGEST, st.floats(0, 0.999))
def test_an_undo_leaves_no_trace(case, mean_removed, longest, draw):
    """After ruin, recreate and undo every row of a served node, every vehicle, room, bank and total is as before."""
    case.scratch.hint[:] = [first_empty(case, row) for row in range(len(case.arrays.kind))]
    before, cost = snapshot(case), case.state.total[col.CURRENT]
    case.state.total[col.STAMP] += 1
    seed, count, rows, touched, delta = ruin(case.arrays, case.state, case.scratch, mean_removed, longest)
    if case.state.total[col.NUM_BANK]:
        count = recall_unserved(case.arrays, case.state, case.scratch, seed, count)
    absent = case.scratch.absent[:count].tolist()
    assert len(set(absent)) == count
    assert not case.served() & set(absent)
    sort_absent(case.arrays, case.state, case.scratch, count, draw)
    rows, touched, delta = recreate(case.arrays, case.state, case.scratch, count, 0, 1.0, rows, touched, delta, 40, float(col.IMPOSSIBLE))
    undo(case.arrays, case.state, case.scratch, touched)
    release_absent(case.arrays, case.state, case.scratch, count)
    assert snapshot(case) == before
    assert kernels.price(case.arrays, case.state) == cost == case.twin_cost()
    assert_links_agree(case)
    assert_refreshed(case)
    assert_bank_agrees(case)
    for row in range(len(case.arrays.kind)):
        assert case.scratch.hint[row] <= first_empty(case, row)


def first_empty(case, kind):
    """Return the first empty vehicle of a type, or the one behind its last."""
    first, count = case.arrays.kind[kind, [col.FIRST_VEHICLE, col.COUNT]]
    return next((v for v in range(first, first + count) if not case.nodes(v)), first + count)


@QUICK
@given(cases(metric=True, keep_out=0.4), MEAN_REMOVED, LONGEST)
def test_the_bank_follows_what_came_in_and_what_stayed_out(case, mean_removed, longest):
    """After an accepted iteration the bank lists the unserved stops, and the change of cost told is that of the plan."""
    before = case.twin_cost()
    case.state.total[col.STAMP] += 1
    seed, count, rows, touched, delta = ruin(case.arrays, case.state, case.scratch, mean_removed, longest)
    if case.state.total[col.NUM_BANK]:
        count = recall_unserved(case.arrays, case.state, case.scratch, seed, count)
    _, _, delta = recreate(case.arrays, case.state, case.scratch, count, 0, 1.0, rows, touched, delta, 40, float(col.IMPOSSIBLE))
    kernels.settle_bank(case.arrays, case.state, case.scratch, count)
    assert_bank_agrees(case)
    assert_links_agree(case)
    assert_refreshed(case)
    assert kernels.price(case.arrays, case.state) == case.twin_cost() == before + delta
