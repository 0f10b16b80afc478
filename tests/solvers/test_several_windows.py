"""Stops with several time windows: the best plan over every choice of one window each, and windows kept in every plan."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError
from ntb_relief.model.routing import Depot, RoutingProblem, Stop, VehicleType
from ntb_relief.model.travel import TravelMatrix
from ntb_relief.plan.verify import verify_routes
from ntb_relief.solvers.routing import solve_routing
from ntb_relief.solvers.routing_exact import prove_best
from ntb_relief.solvers.stop import MaxIterations


@st.composite
def problems(draw) -> RoutingProblem:
    count = draw(st.integers(1, 4))
    xy = [draw(st.tuples(st.integers(0, 30), st.integers(0, 30))) for _ in range(count + 1)]
    metres = np.array([[abs(a - c) + abs(b - d) for c, d in xy] for a, b in xy])
    stops = []
    for i in range(1, count + 1):
        times = sorted(draw(st.lists(st.integers(0, 200), min_size=2, max_size=6, unique=True)))
        first, *later = [(opens, closes) for opens, closes in zip(times[::2], times[1::2], strict=False)]
        prize = draw(st.none() | st.integers(0, 60))
        stops.append(
            Stop(f"s{i}", str(i), (1,), window_s=first, later_windows_s=tuple(later), service_s=draw(st.integers(0, 9)), prize=prize)
        )
    kind = VehicleType("van", 2, (draw(st.integers(1, 4)),), "road", "0", "0", cost_per_s=draw(st.integers(0, 2)), max_duration_s=150)
    matrix = TravelMatrix("road", tuple(map(str, range(count + 1))), duration_s=metres, distance_m=metres)
    return RoutingProblem((Depot("d", "0"),), tuple(stops), (kind,), {"road": matrix})


def choices(problem: RoutingProblem) -> list[RoutingProblem]:
    """Return the problem for every choice of one window a stop."""
    picked = itertools.product(*(stop.windows_s for stop in problem.stops))
    return [
        problem.replace(
            stops=tuple(replace(stop, window_s=window, later_windows_s=()) for stop, window in zip(problem.stops, windows, strict=True))
        )
        for windows in picked
    ]


@given(problems(), st.integers(0, 9))
@settings(max_examples=30)
def test_no_choice_of_windows_is_better(problem, seed):
    plan = solve_routing(problem, stop=MaxIterations(2000), rng=seed).plan
    assert verify_routes(problem, plan) == []
    required = {stop.id for stop in problem.stops if stop.prize is None}
    proofs = [prove_best(choice) for choice in choices(problem)]
    best = min((len(required & set(proof.plan.unserved)), proof.plan.cost) for proof in proofs if proof is not None)
    assert (len(required & set(plan.unserved)), plan.cost) == best


@given(problems(), st.integers(0, 9))
@settings(max_examples=15)
def test_a_plan_is_a_start_that_keeps_its_windows(problem, seed):
    first = solve_routing(problem, stop=MaxIterations(300), rng=seed).plan
    again = solve_routing(problem, stop=MaxIterations(1), rng=seed, warm_start=first).plan
    assert verify_routes(problem, again) == []
    required = {stop.id for stop in problem.stops if stop.prize is None}
    assert (len(required & set(again.unserved)), again.cost) <= (len(required & set(first.unserved)), first.cost)


def shop(**changes) -> RoutingProblem:
    """Return one stop, 10 s away, that is open from 20 to 30 and from 100 to 120."""
    metres = np.array([[0, 10], [10, 0]])
    stop = replace(Stop("shop", "1", (1,), window_s=(20, 30), later_windows_s=((100, 120),)), **changes)
    kind = VehicleType("van", 1, (1,), "road", "0", "0", shift_s=(50, None))
    return RoutingProblem((Depot("d", "0"),), (stop,), (kind,), {"road": TravelMatrix("road", ("0", "1"), metres, metres)})


def test_a_vehicle_that_comes_too_late_for_the_first_window_takes_the_second():
    plan = solve_routing(shop(), stop=MaxIterations(50), rng=1).plan
    (visit,) = plan.routes[0].trips[0].visits
    assert (visit.stop_id, visit.start_s) == ("shop", 100)


def test_the_judge_sees_a_start_between_the_windows():
    problem = shop()
    plan = solve_routing(problem, stop=MaxIterations(50), rng=1).plan
    narrow = shop(later_windows_s=((101, 120),))
    assert [violation.rule for violation in verify_routes(narrow, plan)] == ["window"]


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"later_windows_s": ((25, 40),)}, "overlap or are out of order"),
        ({"later_windows_s": ((5, 9),)}, "overlap or are out of order"),
        ({"window_s": (0, None)}, "overlap or are out of order"),
        ({"later_windows_s": ((50, 40),)}, "opens before 0, closes before it opens"),
        ({"min_drop": 1}, "has several windows and may be split"),
    ],
)
def test_windows_that_cannot_be_are_named(changes, says):
    with pytest.raises(InputError, match=says):
        shop(**changes)
