"""Routes by goals: level by level beside exhaustive enumeration, never made worse, repeatable, refused where they say nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError
from ntb_relief.model.routing_goals import (
    Arrivals,
    Deprivation,
    FixedCosts,
    FleetSize,
    LastArrival,
    LongestRoute,
    Prizes,
    Tolls,
    TotalCost,
    TotalDistance,
    TotalDuration,
)
from ntb_relief.plan.result import Status
from ntb_relief.plan.route_values import route_values
from ntb_relief.plan.verify import verify_routes
from ntb_relief.solvers import routing_levels, routing_search
from ntb_relief.solvers.routing import solve_routing
from ntb_relief.solvers.stop import MaxIterations, MaxRuntime
from ntb_relief.solvers.warm_start import completed
from tests.oracles.goals import best_values
from tests.solvers.test_routing_exact import plane
from tests.strategies import routing_problems

CALM = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
FEW = settings(CALM, max_examples=12)

pytestmark = pytest.mark.filterwarnings("ignore::ntb_relief.errors.ReliefWarning")  # random costs are rounded

SUMS = (TotalCost(), TotalDistance(), TotalDuration(), FixedCosts(), FleetSize(), Tolls(), Prizes(), Arrivals(), Deprivation())
WORST = (LastArrival(), LongestRoute(), LongestRoute("distance"))


@st.composite
def levels(draw, *, most=2):
    """Draw one or two levels, a few of them weighed sums; prizes count somewhere."""
    one = st.sampled_from([*SUMS, *WORST])
    weighed = st.dictionaries(st.sampled_from(SUMS), st.sampled_from([0.5, 1, 3]), min_size=2, max_size=3)
    chosen = draw(st.lists(one | one | weighed, min_size=1, max_size=most))
    counted = {type(goal) for level in chosen for goal in (level if isinstance(level, dict) else [level])}
    if not counted & {Prizes, TotalCost}:
        chosen.insert(draw(st.integers(0, len(chosen))), Prizes())
    return chosen


def fits(problem, goals):
    named = {type(goal) for level in goals for goal in (level if isinstance(level, dict) else [level])}
    return problem.counts_arrivals or Deprivation not in named


def key_of(problem, result):
    left = {stop.request for stop in problem.stops if stop.prize is None and stop.id in result.plan.unserved}
    return len(left), tuple(level.value for level in result.levels)


def check_best(problem, goals, result, *, proved):
    left, values = best_values(problem, goals)
    assert verify_routes(problem, result.plan) == []
    assert key_of(problem, result) == (left, pytest.approx(values, abs=1e-6))
    if proved:
        assert result.status is (Status.INFEASIBLE if left else Status.OPTIMAL)
    for level in result.levels:
        assert level.bound is None or level.bound <= level.value + 1e-9


@CALM
@pytest.mark.parametrize("goal", [*SUMS, *WORST], ids=repr)
@given(problem=routing_problems(max_stops=3, max_vehicles=2))
def test_one_goal_is_proved_least(goal, problem):
    """Whatever else the problem asks for."""
    goals = [goal] if isinstance(goal, Prizes | TotalCost) else [Prizes(), goal]
    assume(fits(problem, goals))
    check_best(problem, goals, solve_routing(problem, stop=MaxIterations(300), rng=1, goals=goals), proved=True)


@settings(CALM, max_examples=150)
@given(problem=routing_problems(max_stops=3, max_vehicles=3), goals=levels())
def test_levels_are_proved_least_one_after_another(problem, goals):
    assume(fits(problem, goals))
    check_best(problem, goals, solve_routing(problem, stop=MaxIterations(300), rng=1, goals=goals), proved=True)


@settings(CALM, max_examples=60)
@given(problem=routing_problems(max_stops=3, max_vehicles=2), goals=levels())
def test_levels_are_found_without_a_proof(problem, goals):
    """Larger problems have none: the search finds nothing better than there is, and no bound is above the best."""
    assume(fits(problem, goals))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(routing_search, "prove_best", lambda *_, **__: None)
        result = solve_routing(problem, stop=MaxIterations(6_000), rng=1, goals=goals)
    assert verify_routes(problem, result.plan) == []
    left, values = best_values(problem, goals)
    found_left, found = key_of(problem, result)
    assert (found_left, *(round(value, 6) for value in found)) >= (left, *(round(value, 6) for value in values))
    if found_left == left == 0:
        assert result.levels[0].bound is None or result.levels[0].bound <= values[0] + 1e-9
        assert result.status is not Status.OPTIMAL or found == pytest.approx(values)


@FEW
@given(problem=routing_problems(max_stops=4, max_vehicles=3), goals=levels(most=3), seed=st.integers(0, 9))
def test_a_warm_start_is_never_made_worse(problem, goals, seed):
    """By the levels in turn, after the required stops that are left out; its hours are worked out anew."""
    assume(fits(problem, goals))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(routing_search, "prove_best", lambda *_, **__: None)
        first = solve_routing(problem, stop=MaxIterations(400), rng=seed, goals=goals)
        again = solve_routing(problem, stop=MaxIterations(1), rng=seed + 1, goals=goals, warm_start=first.plan)
    assert key_of(problem, again) <= key_of(problem, first)


@FEW
@given(problem=routing_problems(max_stops=4, max_vehicles=2), times=st.sampled_from([2, 0.25, 1000]))
def test_weights_matter_only_by_their_ratio(problem, times):
    goals = {TotalDistance(): 1, TotalDuration(): 0.5, Prizes(): 2}
    more = {goal: weight * times for goal, weight in goals.items()}
    one, other = (solve_routing(problem, stop=MaxIterations(300), rng=1, goals=[level]) for level in (goals, more))
    assert other.plan == one.plan
    assert other.objective == pytest.approx(one.objective * times)


@FEW
@given(problem=routing_problems(max_stops=4, max_vehicles=2))
def test_a_later_level_takes_nothing_from_one_before(problem):
    alone, before, after = (
        solve_routing(problem, stop=MaxIterations(300), rng=1, goals=goals)
        for goals in ([TotalCost()], [TotalCost(), LastArrival()], [Prizes(), LastArrival(), TotalCost()])
    )
    assert before.objective == alone.objective
    assert before.levels[1].value >= after.levels[1].value or after.levels[0].value < route_values(problem, before.plan).prizes
    assert after.levels[2].value >= alone.objective


def trucks(num_stops=30, **changes):
    """Return stops with windows and service around one depot, too many to prove."""
    problem = plane(num_stops, seed=4)
    stops = tuple(replace(stop, service_s=20, window_s=(0, 4_000 + 100 * i)) for i, stop in enumerate(problem.stops))
    kind = replace(problem.vehicle_types[0], count=12, fixed_cost=300, cost_per_s=0.5)
    return problem.replace(stops=stops, vehicle_types=(kind,), **changes)


LADDERS = [
    [FleetSize(), TotalDistance()],
    [LastArrival(), {TotalDistance(): 1, TotalDuration(): 0.25}],
    [LongestRoute(), TotalCost()],
    [TotalDistance(), LongestRoute("distance"), Arrivals()],
    [Arrivals()],
]


@pytest.mark.parametrize("goals", LADDERS, ids=repr)
def test_the_values_of_a_larger_problem_are_those_of_its_plan(goals):
    """And each first level is no worse than what plain costs give."""
    problem = trucks()
    result = solve_routing(problem, stop=MaxIterations(12_000), rng=1, goals=goals)
    assert result.plan.unserved == ()
    assert verify_routes(problem, result.plan) == []
    assert 12_000 <= result.iterations <= 12_005 or all(level.is_proved for level in result.levels)
    values, plain = result.values, solve_routing(problem, stop=MaxIterations(12_000), rng=1).values
    told = {
        "FleetSize": lambda x: x.vehicles,
        "TotalDistance": lambda x: x.distance_m,
        "LastArrival": lambda x: x.last_arrival_s,
        "TotalDistance + 0.25 TotalDuration": lambda x: x.distance_m + x.duration_s / 4,
        "LongestRoute by duration": lambda x: x.longest_route_s,
        "LongestRoute by distance": lambda x: x.longest_route_m,
        "Arrivals": lambda x: x.arrivals_s,
        "TotalCost": lambda x: x.fixed_cost + x.distance_cost + x.duration_cost,
    }
    for level in result.levels:
        assert level.value == pytest.approx(told[level.goals](values))
        assert level.bound is None or level.bound <= level.value
    assert result.levels[0].value <= told[result.levels[0].goals](plain)
    assert (result.objective, result.bound) == (result.levels[0].value, result.levels[0].bound)
    assert min(sample.objective for sample in result.trace) == result.objective


@pytest.mark.parametrize("threads", [1, 2])
def test_a_run_of_iterations_is_the_same_again(threads):
    goals = LADDERS[1]
    runs = [solve_routing(trucks(), stop=MaxIterations(3_000), rng=3, threads=threads, goals=goals) for _ in range(2)]
    assert runs[0].plan == runs[1].plan
    assert runs[0].levels == runs[1].levels


@pytest.mark.parametrize("size", [8, 30])
@pytest.mark.parametrize("goals", [LADDERS[0], LADDERS[1], LADDERS[3]], ids=repr)
def test_a_run_of_seconds_is_repeated_by_its_steps(goals, size):
    """Also where small problems are proved and so have no steps."""
    problem = trucks(size)
    timed = solve_routing(problem, stop=MaxRuntime(0.4), rng=2, goals=goals)
    again = solve_routing(problem, stop=MaxIterations(1), rng=2, goals=goals, replay=timed.replay)
    assert again.plan == timed.plan
    assert again.levels == timed.levels
    assert again.iterations == timed.iterations


def test_prices_that_would_overflow_hold_as_well_as_they_can(monkeypatch: pytest.MonkeyPatch):
    """Nothing is proved then, and no level gives way."""
    monkeypatch.setattr(routing_levels, "_EXACT", 2**24)
    problem = trucks()
    result = solve_routing(problem, stop=MaxIterations(4_000), rng=1, goals=[TotalDistance(), TotalDuration(), Arrivals()])
    assert verify_routes(problem, result.plan) == []
    assert result.status is Status.ITERATION_LIMIT
    assert [level.is_proved for level in result.levels[1:]] == [False, False]
    again = solve_routing(problem, stop=MaxIterations(4_000), rng=1, goals=[TotalDistance()])
    assert result.levels[0].value <= 1.05 * again.objective


def test_split_stops_and_several_windows_have_goals_too():
    problem = plane(6, seed=2, room=20)
    split = tuple(replace(stop, min_drop=4, demand=(25,)) for stop in problem.stops)
    kind = replace(problem.vehicle_types[0], count=10)
    windows = tuple(replace(stop, window_s=(0, 90), later_windows_s=((500, 900), (1500, None))) for stop in problem.stops)
    for stops in (split, windows):
        asked = problem.replace(stops=stops, vehicle_types=(replace(kind, capacity=(60,)),))
        first = solve_routing(asked, stop=MaxIterations(2_000), rng=1, goals=[LastArrival(), LongestRoute(), TotalDistance()])
        plain = solve_routing(asked, stop=MaxIterations(2_000), rng=1)
        assert first.plan.unserved == ()
        assert verify_routes(asked, first.plan) == []
        assert first.objective <= plain.values.last_arrival_s
        again = solve_routing(asked, stop=MaxIterations(50), rng=2, goals=[LastArrival(), TotalDistance()], warm_start=first.plan)
        assert again.objective <= first.objective


def test_a_cancelled_run_keeps_the_best_plan_so_far():
    problem, calls = trucks(), []

    def cancel(progress: object) -> None:
        calls.append(progress)
        if len(calls) == 4:
            raise KeyboardInterrupt

    result = solve_routing(problem, stop=MaxIterations(50_000), rng=1, goals=LADDERS[1], on_progress=cancel)
    assert result.status is Status.STOPPED
    assert verify_routes(problem, result.plan) == []
    assert all(0 <= progress.fraction <= 1 for progress in calls)


def test_what_cannot_be_served_is_said_and_the_rest_is_planned():
    problem = plane(5, seed=1)
    stops = (replace(problem.stops[0], window_s=(0, 1)), *problem.stops[1:])
    result = solve_routing(problem.replace(stops=stops), stop=MaxIterations(500), rng=1, goals=[LastArrival(), FleetSize()])
    assert result.status is Status.INFEASIBLE
    assert result.plan.unserved == (stops[0].id,)


def test_vehicles_leave_at_once_where_arrivals_are_a_goal():
    """So durations count from the begin of the shift."""
    problem = plane(3, seed=1)
    late = problem.replace(stops=tuple(replace(stop, window_s=(5_000, 9_000)) for stop in problem.stops))
    lasts = [
        solve_routing(late, stop=MaxIterations(200), rng=1, goals=goals).values.longest_route_s
        for goals in ([TotalDuration()], [{TotalDuration(): 1, Arrivals(): 1}], [TotalDuration(), Arrivals()])
    ]
    assert lasts[0] < 5_000 <= min(lasts[1:])


@pytest.mark.parametrize(
    "goals, issue",
    [
        ([], "no sequence of levels"),
        (TotalDistance(), "no sequence of levels"),
        ({TotalDistance(): 1}, "no sequence of levels"),
        (["distance"], "level 1 of the goals: 'distance' is no goal"),
        ([TotalDistance], "is no goal"),
        ([{}], "is no goal"),
        ([{TotalDistance(): 0}], "the weight of TotalDistance is 0"),
        ([{TotalDistance(): True}], "the weight of TotalDistance is True"),
        ([{TotalDistance(): float("nan")}], "the weight of TotalDistance is nan"),
        ([{TotalDistance(): 1, LastArrival(): 1}], "LastArrival is weighed against others"),
        ([{"metres": 1}], "'metres' is no goal"),
        ([LongestRoute("hours")], "the measure of LongestRoute is 'hours'"),
        ([Deprivation()], "no stop has a cost of its arrival"),
    ],
    ids=repr,
)
def test_goals_that_are_none_are_named(goals, issue):
    with pytest.raises(InputError, match=issue.replace("[", r"\[")):
        solve_routing(plane(3, seed=1), stop=MaxIterations(10), goals=goals)


def test_optional_stops_need_a_goal_that_counts_them():
    problem = plane(3, seed=1)
    optional = problem.replace(stops=tuple(replace(stop, prize=5_000) for stop in problem.stops))
    with pytest.raises(InputError, match="no goal counts the prizes"):
        solve_routing(optional, stop=MaxIterations(10), goals=[TotalDistance()])
    assert solve_routing(optional, stop=MaxIterations(100), goals=[Prizes(), TotalDistance()]).plan.unserved == ()
    assert len(solve_routing(optional, stop=MaxIterations(100), goals=[TotalDistance(), Prizes()]).plan.unserved) == 3


@FEW
@given(problem=routing_problems(max_stops=5, max_vehicles=3))
def test_the_parts_of_the_cost_add_up_without_goals(problem):
    result = solve_routing(problem, stop=MaxIterations(100), rng=1)
    told = result.values
    parts = told.fixed_cost + told.distance_cost + told.duration_cost + told.tolls + told.arrival_cost + told.prizes
    assert parts == pytest.approx(result.plan.cost, abs=len(result.plan.routes) / problem.cost_scale)
    assert result.levels == ()
    assert completed(problem, result.plan).cost == pytest.approx(result.plan.cost)
