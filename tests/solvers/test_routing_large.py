"""Large problems in blocks, tried on small ones with tiny blocks."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ntb_relief.model.instance import encode
from ntb_relief.model.plane import PlaneTravel
from ntb_relief.model.routing import Depot, RoutingProblem, Stop, VehicleType
from ntb_relief.plan.result import Status
from ntb_relief.plan.verify import verify_routes
from ntb_relief.solvers import routing_large, routing_search
from ntb_relief.solvers.routing import solve_routing
from ntb_relief.solvers.routing_blocks import Cutter, is_separable, split
from ntb_relief.solvers.routing_large import LargeTuning, is_large, search_large
from ntb_relief.solvers.stop import MaxIterations, MaxRuntime
from tests.solvers.test_routing_exact import plane
from tests.strategies import routing_problems

CALM = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
TINY = LargeTuning(direct=0, block=3, per_stop=20, fewest_rounds=4)

pytestmark = pytest.mark.filterwarnings("ignore::ntb_relief.errors.ReliefWarning")  # random costs are rounded


def search(problem, *, iterations=300, seed=1, threads=1, start=None, replay=None, stop=None, told=None):
    tell = (lambda *_: None) if told is None else lambda *numbers: told.append(numbers)
    stop = stop or MaxIterations(iterations)
    return search_large(problem, stop=stop, seed=seed, threads=threads, tell=tell, start=start, replay=replay, tuning=TINY)


def order(problem, plan):
    left = {stop.request for stop in problem.stops if stop.prize is None and stop.id in plan.unserved}
    return len(left), round(plan.cost, 6)


def on_plane(num_stops, *, seed=0):
    """Stops around one depot by their coordinates only."""
    xy = np.random.default_rng(seed).integers(0, 1000, (1 + num_stops, 2)).astype(float)
    names = tuple(map(str, range(len(xy))))
    return RoutingProblem(
        depots=(Depot("0", "0"),),
        stops=tuple(Stop(name, name, (1 + int(name) % 3,)) for name in names[1:]),
        vehicle_types=(VehicleType("v", num_stops, (9,), "p", "0", "0"),),
        matrices={"p": PlaneTravel("p", names, xy)},
    )


@CALM
@given(problem=routing_problems(max_stops=6, max_vehicles=3), threads=st.integers(1, 2))
def test_plans_of_blocks_are_valid_and_never_worse_than_their_start(problem, threads):
    """In every variant: trips, depots, windows, prizes, groups, transfers, pickups, access, unlike vehicles."""
    assert is_separable(problem)
    first = search(problem, iterations=100, threads=threads)
    assert verify_routes(problem, first.plan) == []
    second = search(problem, iterations=60, threads=threads, seed=2, start=first.plan)
    assert verify_routes(problem, second.plan) == []
    assert order(problem, second.plan) <= order(problem, first.plan)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_run_limited_by_iterations_is_the_same_again(threads):
    """Whatever the clock does; and its recorded rounds repeat it too."""
    problem = on_plane(30)
    runs = [search(problem, iterations=3_000, threads=threads) for _ in range(2)]
    assert runs[0].plan == runs[1].plan
    assert runs[0].replay == runs[1].replay
    assert runs[0].iterations == runs[1].iterations
    again = search(problem, threads=threads, replay=runs[0].replay)
    assert again.plan == runs[0].plan
    assert sorted(x for route in again.plan.routes for x in route.stop_ids) == sorted(stop.id for stop in problem.stops)


def test_a_run_limited_by_time_replays_exactly_and_tells_how_it_goes():
    """The rounds it chose by the clock are recorded."""
    problem, told = on_plane(30), []
    timed = search(problem, stop=MaxRuntime(0.5), threads=2, told=told)
    assert timed.status is Status.TIME_LIMIT
    assert search(problem, threads=2, replay=timed.replay).plan == timed.plan
    assert told
    assert all(fraction >= 0 for _, _, _, fraction in told)
    objectives = [sample.objective for sample in timed.trace]
    assert objectives == sorted(objectives, reverse=True)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_blocks_find_nearly_what_the_search_of_the_whole_finds(seed):
    problem = on_plane(30, seed=seed)
    stop, roomy = MaxIterations(20_000), replace(TINY, block=12)
    blocks = search_large(problem, stop=stop, seed=1, threads=2, tell=lambda *_: None, tuning=roomy).plan
    whole = solve_routing(problem, stop=stop, rng=1).plan
    assert blocks.cost <= 1.05 * whole.cost


def test_the_public_door_leads_large_problems_into_blocks(monkeypatch):
    """The plan is judged, never worse than the start, and its bound is none."""
    monkeypatch.setattr(routing_search, "is_large", lambda problem: is_large(problem, TINY))
    monkeypatch.setattr(routing_search, "search_large", lambda *given, **named: search_large(*given, tuning=TINY, **named))
    problem, told = on_plane(24), []
    result = solve_routing(problem, stop=MaxIterations(500), rng=3, threads=2, on_progress=told.append)
    assert result.plan.unserved == ()
    assert result.objective == result.plan.cost
    assert told
    again = solve_routing(problem, stop=MaxIterations(100), rng=4, threads=2, warm_start=result.plan)
    assert again.plan.cost <= result.plan.cost


def test_an_interrupt_returns_the_best_so_far(monkeypatch):
    """Between two rounds or within one."""
    problem = on_plane(30)
    calls = []

    def tell(*numbers):
        calls.append(numbers)
        if len(calls) == 5:
            raise KeyboardInterrupt

    outcome = search_large(problem, stop=MaxIterations(10**9), seed=1, threads=2, tell=tell, tuning=TINY)
    assert outcome.status is Status.STOPPED
    assert verify_routes(problem, outcome.plan) == []
    assert threading.active_count() < 10
    monkeypatch.setattr(routing_large, "TOLD_EVERY_S", 0.01)
    calls.clear()
    slow = replace(TINY, fewest_rounds=1, per_stop=10**9)
    outcome = search_large(problem, stop=MaxIterations(10**9), seed=1, threads=2, tell=tell, tuning=slow)
    assert outcome.status is Status.STOPPED
    assert verify_routes(problem, outcome.plan) == []


def test_an_interrupt_before_there_is_a_plan_leaves_all_unserved():
    """The plan then says so."""
    problem = on_plane(12)

    def tell(*_):
        raise KeyboardInterrupt

    outcome = search_large(problem, stop=MaxIterations(1_000), seed=1, threads=1, tell=tell, tuning=TINY)
    assert outcome.status is Status.STOPPED
    assert len(outcome.plan.unserved) == 12
    assert verify_routes(problem, outcome.plan) == []


def test_stops_that_may_be_split_are_not_searched_in_blocks():
    """Their visits may lie in routes of several blocks."""
    problem = on_plane(8)
    assert is_large(problem, TINY)
    assert not is_large(problem)
    first, *others = problem.stops
    assert not is_separable(problem.replace(stops=(replace(first, min_drop=1), *others)))


@settings(deadline=None, derandomize=True)
@given(number=st.integers(1, 60), parts=st.integers(1, 9), columns=st.integers(1, 4), seed=st.integers(0, 9))
def test_parts_are_alike_in_size(number, parts, columns, seed):
    """Where there are points enough every part has some, none many more than another."""
    rng = np.random.default_rng(seed)
    part = split(rng.normal(size=(number, columns)), np.ones(number), parts, rng)
    assert part.min() >= 0
    assert part.max() < parts
    if number >= 4 * parts:
        sizes = np.bincount(part, minlength=parts)
        assert sizes.max() <= 2 * number / parts + 2
        assert sizes.min() >= 1


@CALM
@given(problem=routing_problems(max_stops=6, max_vehicles=3), parts=st.integers(1, 3), seed=st.integers(0, 9))
def test_every_stop_is_in_one_block_with_all_that_goes_with_it(problem, parts, seed):
    """Alternatives and both ends of a transfer are not torn apart, and no vehicle is in two blocks."""
    cutter, rng = Cutter(problem), np.random.default_rng(seed)
    cells = cutter.cells(parts, rng)
    assert sorted(np.concatenate(cells).tolist()) == list(range(len(problem.stops)))
    for rows in cells:
        requests = {problem.stops[row].request for row in rows}
        assert sum(stop.request in requests for stop in problem.stops) == len(rows)
    wished = rng.integers(0, 5, (len(cells), len(problem.vehicle_types)))
    counts = cutter.vehicles(np.zeros_like(wished), wished, rng)
    assert (counts <= wished).all()
    for column, kind, wish in zip(counts.T, problem.vehicle_types, wished.T, strict=True):
        assert column.sum() == min(kind.count, wish.sum())


def test_coordinates_and_their_table_are_the_same_problem():
    """The engine gets the same arrays from both."""
    problem = on_plane(20)
    table = problem.replace(matrices={"p": problem.matrices["p"].block(range(21))})
    for one, other in zip(encode(problem).arrays, encode(table).arrays, strict=True):
        assert np.array_equal(one, other)


def test_a_problem_with_a_table_is_cut_from_it():
    """Landmarks stand for coordinates."""
    problem = plane(30, seed=2)
    outcome = search(problem, iterations=2_000)
    assert outcome.plan.unserved == ()
    whole = solve_routing(problem, stop=MaxIterations(20_000), rng=1).plan
    assert outcome.plan.cost <= 1.15 * whole.cost
