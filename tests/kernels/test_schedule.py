"""Links, loads, times and cost of routes beside a plain replay."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.kernels.routing import arrays as col
from ntb_relief.kernels.routing import schedule
from tests.kernels.call import from_python
from tests.kernels.cases import cases, link, unlink
from tests.oracles import routes as twin

pytestmark = [pytest.mark.tiny, pytest.mark.filterwarnings("ignore::ntb_relief.errors.ReliefWarning")]

drop_empty_trips = from_python(schedule.drop_empty_trips)

QUICK = settings(max_examples=40)


def assert_links_agree(case):
    """Forward and backward lists, slots and arcs tell the same routes, and what is in none says so."""
    node, vehicle = case.state.node, case.state.vehicle
    seen = []
    for v in case.vehicles:
        nodes = case.nodes(v)
        ends = [0, *nodes, 0]
        assert vehicle[v, col.LAST] == ends[-2]
        for previous, here in zip(ends, nodes, strict=False):
            assert (node[here, col.PREV], node[here, col.SLOT]) == (previous, v)
        along = twin.legs(case.problem, case.kind(v), case.route(v))[case.home(v) >= 0 :]
        arcs = [tuple(node[here, [col.ARC_S, col.ARC_M]]) for here in nodes]
        if case.kind(v).end_id is not None:
            arcs.append(tuple(vehicle[v, [col.END_ARC_S, col.END_ARC_M]]))
        for leg, (seconds, metres) in zip(along, arcs, strict=True) if nodes else ():
            far = (col.FAR, col.FAR) if leg is None else leg[:2]
            assert (seconds, metres) == (far[0] if case.timed else 0, far[1])
        seen += nodes
    assert len(seen) == len(set(seen))
    nowhere = len(case.state.room) - 1
    for here in set(range(1, len(node))) - set(seen):
        assert node[here, col.SLOT] < 0
        assert node[here, col.HEAD] == nowhere
        assert (case.state.room[nowhere] < 0).all()


def assert_refreshed(case):
    """Loads, times and costs kept up step by step are those a refresh of every route counts."""
    running = [v for v in case.vehicles if case.nodes(v)]
    nodes = [node for v in running for node in case.nodes(v)]
    rows = [head for v in running for head in {len(case.state.node) + v, *case.nodes(v)}]

    def kept():
        state = case.state
        times = state.times[nodes].tolist() if case.timed else []
        return [state.node[nodes].tolist(), times, state.vehicle.tolist(), state.room[rows].tolist(), int(state.total[col.NUM_USED])]

    before = kept()
    for v in running:
        schedule.refresh(case.arrays, case.state, v)
    assert kept() == before


def heads_of(case, v):
    """Return the head of the trip of every node of a route."""
    head, heads = len(case.state.node) + v, []
    for here in case.nodes(v):
        head = here if here > case.num_stops else head
        heads.append(head)
    return heads


@QUICK
@given(cases(), st.randoms(use_true_random=False))
def test_links_loads_and_cost_after_random_moves_equal_a_plain_replay(case, chance):
    """Stops moved anywhere, also against the rules, leave sound lists, trips and rooms; routes that keep the rules their cost."""
    stops = list(range(1, case.num_stops + 1))
    for stop in chance.sample(stops, chance.randint(1, len(stops))):
        v = int(case.state.node[stop, col.SLOT])
        if v >= 0:
            unlink(case.arrays, case.state, stop)
            if case.home(v) < 0:
                drop_empty_trips(case.state, case.arrays, v)
            schedule.refresh(case.arrays, case.state, v)
        if chance.random() < 0.7:
            v = chance.choice(case.vehicles)
            link(case.arrays, case.state, v, chance.choice([0, *case.nodes(v)]), stop)
            schedule.refresh(case.arrays, case.state, v)
    assert_links_agree(case)
    for v in case.vehicles:
        row, kind, route = case.state.vehicle[v], case.kind(v), case.route(v)
        heads = heads_of(case, v)
        assert case.state.node[case.nodes(v), col.HEAD].tolist() == heads
        trips = list(dict.fromkeys(heads)) if case.home(v) < 0 or heads else [len(case.state.node) + v]
        assert case.state.room[trips].tolist() == twin.rooms(case.problem, kind, route)
        assert row[col.SIZE] == len(twin.stops_of(route))
        length, cost = twin.metres(case.problem, kind, route), twin.route_cost(case.problem, kind, route)
        if length is not None and row[col.SIZE]:
            assert row[col.METRES] == length
        if cost is not None:
            assert row[col.COST] == cost
    assert case.state.total[col.NUM_USED] == sum(bool(twin.stops_of(case.route(v))) for v in case.vehicles)


@QUICK
@given(cases())
def test_a_route_starts_as_late_as_keeps_it_shortest(case):
    """The duration kept with a route is the least over every second it may start at."""
    for v in case.vehicles:
        if case.timed and case.nodes(v):
            assert case.state.vehicle[v, col.SECONDS] == twin.least_seconds(case.problem, case.kind(v), case.route(v))


@QUICK
@given(cases(), st.lists(st.integers(0, 900), min_size=4, max_size=4))
def test_times_tell_when_a_part_of_a_route_is_done_for_every_start(case, starts):
    """A part started at t is done at max(t + D, E) where t <= L, and cannot be done where t is later: prefix and suffix alike."""
    for v in case.vehicles if case.timed else ():
        kind, route, nodes = case.kind(v), case.route(v), case.nodes(v)
        early, late = kind.shift_s
        for position, here in enumerate(nodes, start=len(route) - len(nodes)):
            times = case.state.times[here].tolist()
            step = twin.as_step(case.problem, kind, route[position])
            fwd, bwd = times[col.FWD_D : col.FWD_L + 1], times[col.BWD_D : col.BWD_L + 1]
            for t in {*starts, early, fwd[2], fwd[2] + 1, bwd[2], bwd[2] + 1}:
                if early <= t <= (col.NEVER if late is None else late):
                    done = twin.finish_s(case.problem, kind, route[: position + 1], at=kind.start_id, clock_s=t, home=False)
                    assert done == told(fwd, t)
                done = twin.finish_s(case.problem, kind, route[position:], at=step.place_id, clock_s=t, home=True)
                assert done == told(bwd, t)


def told(triple, start_s):
    """Return the end a triple tells for a start; a time beyond half of never stands for no limit at all."""
    duration, earliest, latest = triple
    return max(start_s + duration, earliest) if start_s <= latest or latest > col.NEVER // 2 else None


@QUICK
@given(cases(), st.data())
def test_trips_that_no_stop_follows_are_dropped(case, data):
    """Empty trips go with their markers, the others stay as they were."""
    loading = [v for v in case.vehicles if case.home(v) < 0 and case.nodes(v)]
    for v in loading:
        for stop in [node for node in case.nodes(v) if node <= case.num_stops]:
            if data.draw(st.booleans()):
                unlink(case.arrays, case.state, stop)
        full = [(depot, stops) for depot, stops in twin.trips_of(case.route(v)) if stops]
        drop_empty_trips(case.state, case.arrays, v)
        schedule.refresh(case.arrays, case.state, v)
        assert twin.trips_of(case.route(v)) == full
    assert_links_agree(case)
