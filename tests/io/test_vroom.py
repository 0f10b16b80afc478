"""VROOM's JSON in and out, beside enumeration and beside VROOM itself."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ntb_relief.errors import SchemaError
from ntb_relief.io import vroom as room
from ntb_relief.io.vroom import plan_to_vroom, read_vroom, write_vroom
from ntb_relief.io.vroom.priorities import priorities_of
from ntb_relief.model.routing import Depot, RoutingProblem, Stop, VehicleType
from ntb_relief.model.travel import TravelMatrix
from ntb_relief.plan.result import Result, Status
from ntb_relief.plan.verify import verify_routes
from tests.oracles.routing import brute_force_plan, brute_force_routes

if TYPE_CHECKING:
    from pathlib import Path

CALM = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

DURATIONS = [[0, 30, 40, 55], [35, 0, 25, 50], [40, 20, 0, 45], [60, 50, 45, 0]]
DISTANCES = [[0, 300, 500, 700], [300, 0, 200, 600], [500, 200, 0, 400], [700, 600, 400, 0]]


def sample(**changes: Any) -> dict[str, Any]:
    made = {
        "jobs": [
            {"id": 1, "location_index": 1, "service": 5, "delivery": [3], "time_windows": [[20, 90]]},
            {"id": 2, "location_index": 2, "delivery": [2], "pickup": [1], "skills": [4]},
        ],
        "shipments": [
            {
                "amount": [2],
                "pickup": {"id": 1, "location_index": 1},
                "delivery": {"id": 1, "location_index": 3, "service": 3},
            }
        ],
        "vehicles": [
            {"id": 7, "start_index": 0, "end_index": 0, "capacity": [6], "skills": [4], "time_window": [0, 400]},
            {"id": 3, "start_index": 0, "capacity": [9], "costs": {"fixed": 11}},
        ],
        "matrices": {"car": {"durations": DURATIONS}},
    }
    return {**made, **changes}


def result_of(problem: RoutingProblem) -> Result[Any]:
    plan = brute_force_plan(problem)
    return Result(plan=plan, status=Status.OPTIMAL, objective=plan.cost, bound=None, seconds=0.25, iterations=1, seed=1)


def ask_vroom(tmp_path: Path, data: dict[str, Any]) -> dict[str, Any]:
    """Return VROOM's own answer; it ends in the best one on such tiny inputs."""
    peer = pytest.importorskip("vroom")
    path = tmp_path / "input.json"
    path.write_text(json.dumps(data))
    solution = peer.Input.from_json(path).solve(exploration_level=5, nb_threads=1)
    answer: dict[str, Any] = solution.to_dict()
    return answer


def test_fields_arrive_where_they_belong():
    problem = read_vroom(sample())
    first, second, giver, receiver = problem.stops
    assert (first.id, first.place_id, first.demand, first.service_s, first.window_s) == ("1", "1", (3,), 5, (20, 90))
    assert (second.demand, second.pickup, second.vehicle_types, second.prize) == ((2,), (1,), {"7"}, None)
    assert (giver.id, giver.pickup, giver.demand) == ("pickup 1", (2,), (0,))
    assert (receiver.id, receiver.demand, receiver.taken_from, receiver.service_s) == ("delivery 1", (2,), "pickup 1", 3)
    able, cheap = problem.vehicle_types
    assert (able.id, able.count, able.capacity, able.shift_s, able.end_id, able.fixed_cost) == ("7", 1, (6,), (0, 400), "0", 0)
    assert (cheap.id, cheap.end_id, cheap.fixed_cost, cheap.shift_s, cheap.cost_per_m) == ("3", None, 11, (0, None), 1)
    assert problem.depots == (Depot("0", "0"),)
    assert problem.matrices["car"].duration_s.tolist() == problem.matrices["car"].distance_m.tolist() == DURATIONS


def test_vehicles_that_are_alike_are_one_type():
    """A skill no task asks for tells no two vehicles apart."""
    car = {"start_index": 0, "end_index": 0, "capacity": [4]}
    problem = read_vroom(sample(vehicles=[{"id": 1, **car, "skills": [4]}, {"id": 9, **car, "skills": [4, 8]}, {"id": 2, **car}]))
    assert [(kind.id, kind.count) for kind in problem.vehicle_types] == [("1,9", 2), ("2", 1)]


def test_prices_become_metres_and_tolls():
    """Hours and kilometres cost what VROOM says they cost; so does a table of costs."""
    costs = {"fixed": 5, "per_hour": 7200, "per_km": 3}
    matrices = {"car": {"durations": DURATIONS, "distances": DISTANCES}, "truck": {"durations": DURATIONS, "costs": DISTANCES}}
    cars = [{"id": 1, "start_index": 0, "costs": costs}, {"id": 2, "start_index": 0, "profile": "truck"}]
    problem = read_vroom(sample(jobs=[], shipments=[], vehicles=cars, matrices=matrices))
    car, truck = (problem.matrices[kind.profile] for kind in problem.vehicle_types)
    assert problem.cost_scale == 1000
    assert [kind.cost_per_m for kind in problem.vehicle_types] == [0.003, 0]
    assert car.toll_idr is not None
    assert truck.toll_idr is not None
    assert car.toll_idr.tolist() == (2 * np.array(DURATIONS)).tolist()
    assert truck.toll_idr.tolist() == DISTANCES
    assert car.distance_m.tolist() == DISTANCES


def test_a_speed_factor_divides_seconds_and_rounds_up():
    cars = [{"id": 1, "start_index": 0, "speed_factor": 1.5}, {"id": 2, "start_index": 0}]
    problem = read_vroom(sample(jobs=[], shipments=[], vehicles=cars))
    fast, plain = (problem.matrices[kind.profile].duration_s[0].tolist() for kind in problem.vehicle_types)
    assert fast == [0, 20, 27, 37]
    assert plain == DURATIONS[0]


def test_limits_of_travel_distance_and_tasks_are_kept():
    job = {"id": 1, "location_index": 1}
    matrices = {"car": {"durations": DURATIONS, "distances": DISTANCES}}
    cars = [{"id": 1, "start_index": 0, "max_travel_time": 70}, {"id": 2, "start_index": 0, "max_distance": 800, "max_tasks": 2}]
    problem = read_vroom({"jobs": [job, {**job, "id": 2}], "vehicles": cars, "matrices": matrices})
    timed, far = problem.vehicle_types
    assert (timed.max_distance_m, problem.matrices[timed.profile].distance_m[0, 1]) == (70, 30)
    assert (far.max_distance_m, problem.matrices[far.profile].distance_m[0, 1]) == (800, 300)
    assert (timed.capacity, far.capacity, problem.dimensions) == ((0, 2), (0, 2), ("load", "tasks"))
    assert [stop.demand for stop in problem.stops] == [(0, 1)] * 2
    again = write_vroom(problem)
    assert [car["max_tasks"] for car in again["vehicles"]] == [2, 2]
    assert [car.get("max_travel_time") for car in again["vehicles"]] == [70, None]


def test_setup_is_service_where_nothing_else_is_done_there():
    jobs = [{"id": 1, "location_index": 1, "service": 5, "setup": 9}]
    assert read_vroom(sample(jobs=jobs, shipments=[])).stops[0].service_s == 14
    with pytest.raises(SchemaError, match=r"jobs\[0\].setup: depends on what is done there before"):
        read_vroom(sample(jobs=jobs))


def test_the_highest_sum_of_priorities_comes_first():
    """Two tasks of little priority, cheap to serve, lose against one that is worth more and dear."""
    jobs = [{"id": k, "location_index": k, "delivery": [w], "priority": p} for k, w, p in ((1, 1, 10), (2, 1, 10), (3, 2, 21))]
    car = {"id": 1, "start_index": 0, "end_index": 0, "capacity": [2]}
    problem = read_vroom({"jobs": jobs, "vehicles": [car], "matrices": {"car": {"durations": DURATIONS}}})
    assert priorities_of(problem) == {"1": 10, "2": 10, "3": 21}
    assert brute_force_plan(problem).unserved == ("1", "2")
    even = [{**job, "priority": p} for job, p in zip(jobs, (10, 11, 21), strict=True)]
    problem = read_vroom({"jobs": even, "vehicles": [car], "matrices": {"car": {"durations": DURATIONS}}})
    assert brute_force_plan(problem).unserved == ("3",)  # of equal sums that with more tasks


@pytest.mark.parametrize(
    "changes, words",
    [
        (
            {"jobs": [{"id": 1, "location_index": 1, "time_windows": [[0, 9], [5, 20]]}]},
            "jobs[0].time_windows: overlap or are out of order",
        ),
        (
            {
                "shipments": [
                    {
                        "pickup": {"id": 1, "location_index": 0, "time_windows": [[0, 5], [9, 20]]},
                        "delivery": {"id": 1, "location_index": 1},
                    }
                ]
            },
            "shipments[0].pickup.time_windows: are several",
        ),
        ({"jobs": [{"id": 1, "location_index": 1, "time_windows": [[9, 5]]}]}, "jobs[0].time_windows[0]"),
        ({"jobs": [{"id": 1, "location": [116.1, -8.5]}]}, "jobs[0].location_index: is missing"),
        ({"jobs": [{"location_index": 1}]}, "jobs[0].id: is missing"),
        ({"jobs": [{"id": 1, "location_index": 4}]}, "jobs[0].location_index: is 4; use a row of the matrices, 0 to 3"),
        ({"jobs": [{"id": 1, "location_index": 1}] * 2}, "jobs[1].id: is 1, as of another job"),
        ({"jobs": [{"id": 1, "location_index": True}]}, "jobs[0].location_index: is True"),
        ({"jobs": [{"id": 1, "location_index": 1, "service": -5}]}, "jobs[0].service: is -5"),
        ({"jobs": [{"id": 1, "location_index": 1, "service": 2.5}]}, "jobs[0].service: is 2.5"),
        ({"jobs": [{"id": 1, "location_index": 1, "priority": 101}]}, "jobs[0].priority: is 101"),
        ({"jobs": [{"id": 1, "location_index": 1, "delivery": [1, 2]}]}, "amounts: have [1, 2] numbers"),
        ({"jobs": [{"id": 1, "location_index": 1, "delivery": 3}]}, "jobs[0].delivery: is 3; give a list"),
        ({"jobs": [{"id": 1, "location_index": 1, "service_per_type": {"a": 1}}]}, "jobs[0].service_per_type: asks for service times by"),
        ({"jobs": [{"id": 1, "location_index": 1, "colour": 3}]}, "jobs[0].colour: is not a field of VROOM"),
        ({"jobs": {}}, "jobs: is an object of 0"),
        ({"jobs": [7]}, "jobs[0]: is 7; give an object"),
        ({"shipments": [{"pickup": {"id": 1, "location_index": 0}}]}, "shipments[0].delivery: is None"),
        ({"vehicles": []}, "vehicles: there are none"),
        ({"vehicles": [{"id": 1, "end_index": 0}]}, "vehicles[0].start_index: is missing"),
        ({"vehicles": [{"id": 1, "start_index": 0, "breaks": [{"id": 1}]}]}, "vehicles[0].breaks: asks for breaks of drivers"),
        ({"vehicles": [{"id": 1, "start_index": 0, "steps": [{"type": "start"}]}]}, "vehicles[0].steps: asks for a plan to start"),
        ({"vehicles": [{"id": 1, "start_index": 0, "costs": {"per_task_hour": 2}}]}, "vehicles[0].costs.per_task_hour: asks for a price"),
        ({"vehicles": [{"id": 1, "start_index": 0, "costs": {"per_km": 2}}]}, "vehicles[0].costs.per_km: is given without distances"),
        ({"vehicles": [{"id": 1, "start_index": 0, "max_distance": 2}]}, "vehicles[0].max_distance: is given without distances"),
        ({"vehicles": [{"id": 1, "start_index": 0, "max_tasks": 2}]}, "vehicles[0].max_tasks: counts pickups and deliveries"),
        ({"vehicles": [{"id": 1, "start_index": 0, "speed_factor": 0}]}, "vehicles[0].speed_factor: is 0"),
        ({"vehicles": [{"id": 1, "start_index": 0, "speed_factor": float("nan")}]}, "vehicles[0].speed_factor: is nan"),
        ({"vehicles": [{"id": 1, "start_index": 0, "profile": "boat"}]}, "vehicles[0].profile: is 'boat', which has no matrix"),
        ({"matrices": None}, "matrices: is missing"),
        ({"matrices": {"car": {}}}, "matrices.car.durations: is missing"),
        ({"matrices": {"car": {"durations": [[0, 1]]}}}, "matrices.car.durations: is no square table"),
        ({"matrices": {"car": {"durations": [[0, 1], [-1, 0]]}}}, "matrices.car.durations[1][0]: is -1"),
        ({"matrices": {"car": {"durations": [[0]]}, "b": {"durations": DURATIONS}}}, "matrices: have [1, 4] rows"),
        ({"options": {"g": True}}, "options: asks for options of VROOM's server"),
        ({"10" * 99: 1}, "is not a field of VROOM"),
    ],
)
def test_what_is_wrong_or_not_planned_is_told_with_its_path(changes: dict[str, Any], words: str):
    with pytest.raises(SchemaError) as caught:
        read_vroom(sample(**changes))
    assert words in str(caught.value)


def test_everything_that_is_not_planned_is_told_at_once():
    jobs = [{"id": 1, "location_index": 1, "setup_per_type": {"a": 3}, "colour": 1}]
    cars = [{"id": 1, "start_index": 0, "breaks": [1], "steps": [1]}]
    with pytest.raises(SchemaError) as caught:
        read_vroom(sample(jobs=jobs, vehicles=cars))
    places = [issue.where for issue in caught.value.issues]
    assert places == ["jobs[0].setup_per_type", "jobs[0].colour", "vehicles[0].breaks", "vehicles[0].steps"]


@pytest.mark.parametrize(
    "text, words",
    [
        ("{", "is no JSON"),
        ("[]", "give an object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"jobs": NaN}', "holds NaN"),
        ('{"jobs": ' + "9" * 5000 + "}", "is no JSON"),
        ("\udcff", "cannot be read|is no JSON"),
    ],
)
def test_a_hostile_file_is_refused(tmp_path: Path, text: str, words: str):
    path = tmp_path / "input.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SchemaError, match=words):
        read_vroom(path)


def test_a_file_that_is_missing_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(SchemaError, match="cannot be read"):
        read_vroom(str(tmp_path / "none.json"))
    path = tmp_path / "input.json"
    path.write_text(json.dumps(sample()))
    assert read_vroom(path).num_vehicles == 2
    monkeypatch.setattr(room, "MAX_BYTES", 100)
    with pytest.raises(SchemaError, match="more than 100"):
        read_vroom(path)


def test_what_vroom_cannot_state_is_refused_all_at_once():
    lengths = np.array([[0, 4, 3], [3, 0, 5], [4, -1, 0]])
    problem = RoutingProblem(
        depots=(Depot("d", "a"),),
        stops=(Stop("x", "b", (1,), prize=5, release_s=3, later_arrival_costs=((60, 2),)), Stop("y", "c", (1,), prize=9)),
        vehicle_types=(VehicleType("k", 1, (2,), "p", "a", max_trips=2, cost_per_s=1, max_duration_s=9),),
        matrices={"p": TravelMatrix("p", ("a", "b", "c"), lengths, lengths)},
    )
    with pytest.raises(SchemaError) as caught:
        write_vroom(problem)
    for words in (
        "prizes",
        "several trips",
        "a price of seconds",
        "a longest duration",
        "a release time",
        "a cost of its arrival",
        "without a path",
    ):
        assert words in str(caught.value)


@st.composite
def inputs(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a VROOM input of up to four tasks that uses what is planned."""
    size, whole = 4, st.integers(1, 40)
    table = st.lists(st.lists(whole, min_size=size, max_size=size), min_size=size, max_size=size)

    def square() -> list[list[int]]:
        return [[0 if row == column else value for column, value in enumerate(values)] for row, values in enumerate(draw(table))]

    def some(part: dict[str, Any]) -> dict[str, Any]:
        return part if draw(st.booleans()) else {}

    def window() -> list[int]:
        opens = draw(st.integers(0, 60))
        return [opens, opens + draw(st.integers(0, 120))]

    def task(number: int) -> dict[str, Any]:
        place = {"id": number, "location_index": draw(st.integers(0, size - 1))}
        return {**place, **some({"service": draw(st.integers(0, 9))}), **some({"time_windows": [window()]})}

    def order() -> dict[str, Any]:
        return {**some({"skills": [draw(st.integers(1, 2))]}), **some({"priority": draw(st.integers(0, 3))})}

    jobs = [
        {**task(number), "delivery": [draw(st.integers(0, 4))], **some({"pickup": [draw(st.integers(0, 4))]}), **order()}
        for number in range(1, 1 + draw(st.integers(0, 3)))
    ]
    shipments = (
        [{"pickup": task(1), "delivery": task(1), "amount": [draw(st.integers(0, 4))], **order()}]
        if not jobs or draw(st.booleans())
        else []
    )
    matrix = {"durations": square(), **some({"distances": square()})}
    cars = []
    for number in range(1, 1 + draw(st.integers(1, 2))):
        costs = {"fixed": draw(st.integers(0, 30)), "per_hour": 3600 * draw(st.integers(0, 2))}
        if "distances" in matrix:
            costs["per_km"] = 1000 * draw(st.integers(0, 2))
        car = {"id": number, "start_index": draw(st.integers(0, size - 1)), "capacity": [draw(st.integers(0, 8))], "costs": costs}
        car |= some({"end_index": draw(st.integers(0, size - 1))}) | some({"skills": [1, 2]}) | some({"time_window": window()})
        car |= some({"max_distance" if "distances" in matrix else "max_travel_time": draw(st.integers(20, 150))})
        cars.append(car | (some({"max_tasks": draw(st.integers(1, 3))}) if not shipments else {}))
    return {"jobs": jobs, "shipments": shipments, "vehicles": cars, "matrices": {"car": matrix}}


@CALM
@given(data=inputs())
def test_what_is_written_reads_as_the_same_question(data: dict[str, Any]):
    """The best value is the same after one round, and the second round changes nothing at all."""
    problem = read_vroom(data)
    again = read_vroom(json.loads(json.dumps(write_vroom(problem))))
    best, other = brute_force_routes(problem), brute_force_routes(again)
    assert best.unserved_required == other.unserved_required
    assert {stop.id for stop in problem.stops} == {stop.id for stop in again.stops}
    if priorities_of(problem) == dict.fromkeys((stop.id for stop in problem.stops), 0):
        assert other.cost == pytest.approx(best.cost * problem.cost_scale)
    assert priorities_of(again) == priorities_of(problem)
    assert write_vroom(again)["jobs"] == write_vroom(problem)["jobs"]


@CALM
@given(data=inputs())
def test_a_plan_is_told_in_steps_that_add_up(data: dict[str, Any]):
    problem = read_vroom(data)
    result = result_of(problem)
    assert verify_routes(problem, result.plan) == []
    told = plan_to_vroom(result, problem=problem)
    json.dumps(told)
    assert told["summary"]["unassigned"] == len(told["unassigned"]) == len(result.plan.unserved)
    done = [(step["type"], step["id"]) for route in told["routes"] for step in route["steps"] if "id" in step]
    asked = [("job", job["id"]) for job in data["jobs"]]
    asked += [(end, part[end]["id"]) for part in data["shipments"] for end in ("pickup", "delivery")]
    assert sorted(done + [(task["type"], task["id"]) for task in told["unassigned"]]) == sorted(asked)
    durations = data["matrices"]["car"]["durations"]
    for route in told["routes"]:
        steps = route["steps"]
        legs = [durations[a["location_index"]][b["location_index"]] for a, b in pairwise(steps)]
        assert route["duration"] == sum(legs)
        for (before, after), leg in zip(pairwise(steps), legs, strict=True):
            assert after["arrival"] == before["arrival"] + before["waiting_time"] + before["service"] + leg
        assert all(min(step["load"]) >= 0 for step in steps)
        assert route["service"] == sum(step["service"] for step in steps)
    parts = [*data["jobs"], *data["shipments"]]
    served = sum(part.get("priority", 0) * (2 if "amount" in part else 1) for part in parts if not _is_left(part, told))
    is_ranked = len({part.get("priority", 0) for part in parts}) > 1
    assert told["summary"]["priority"] == (served if is_ranked else 0)


def _is_left(part: dict[str, Any], told: dict[str, Any]) -> bool:
    kind, number = ("job", part["id"]) if "id" in part else ("pickup", part["pickup"]["id"])
    return (kind, number) in [(task["type"], task["id"]) for task in told["unassigned"]]


@settings(CALM, max_examples=60)
@given(data=inputs())
def test_vroom_itself_finds_nothing_better(tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]):
    """What is read is no easier and no dearer than what VROOM sees: enumeration of the one is never beaten by its answer to the other."""
    theirs = ask_vroom(tmp_path_factory.mktemp("vroom"), data)["summary"]
    problem = read_vroom(data)
    ours = plan_to_vroom(result_of(problem), problem=problem)["summary"]
    levels = {part.get("priority", 0) for part in (*data["jobs"], *data["shipments"])}

    def merit(summary: dict[str, Any]) -> tuple[int, int, int]:
        return (-summary["priority"] if len(levels) > 1 else 0, summary["unassigned"], summary["cost"])

    if len(levels) > 1 or ours["unassigned"] == 0 or not data["shipments"] or not data["jobs"]:
        assert merit(ours) <= merit(theirs)
    else:  # required all, a shipment counts as one left out, not as two tasks
        assert theirs["unassigned"] > 0


def test_vroom_reads_what_is_written_and_answers_at_our_price(tmp_path: Path):
    problem = read_vroom(sample())
    best = result_of(problem)
    theirs = ask_vroom(tmp_path, write_vroom(problem))["summary"]
    assert (theirs["cost"], theirs["unassigned"]) == (best.plan.cost, 0)
    assert plan_to_vroom(best, problem=problem)["summary"]["cost"] == best.plan.cost


def test_numbers_are_made_where_ids_are_names(tmp_path: Path):
    """The names stand in the descriptions."""
    problem = read_vroom(sample())
    stops = tuple(replace(stop, id=f"desa {stop.id}", taken_from=stop.taken_from and f"desa {stop.taken_from}") for stop in problem.stops)
    kinds = tuple(replace(kind, id=f"truck {kind.id}") for kind in problem.vehicle_types)
    named = problem.replace(
        stops=tuple(replace(stop, vehicle_types=stop.vehicle_types and frozenset({"truck 7"})) for stop in stops), vehicle_types=kinds
    )
    written = write_vroom(named)
    assert [(job["id"], job["description"]) for job in written["jobs"]] == [(1, "desa 1"), (2, "desa 2")]
    assert [(car["id"], car["description"]) for car in written["vehicles"]] == [(1, "truck 7"), (2, "truck 3")]
    assert ask_vroom(tmp_path, written)["summary"]["cost"] == brute_force_plan(problem).cost
