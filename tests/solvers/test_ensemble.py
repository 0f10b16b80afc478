"""Ensembles: the same answers on threads, processes and a Dask cluster, and none lost with a worker."""

from __future__ import annotations

import dataclasses
import math
import os
import time

import joblib
import numpy as np
import pytest

from ntb_relief.errors import InputError, SolverError
from ntb_relief.model.facility_location import FacilityLocationProblem
from ntb_relief.model.facility_location_goals import PMedian
from ntb_relief.model.routing import Depot, RoutingProblem, Stop, VehicleType
from ntb_relief.model.travel import TravelMatrix
from ntb_relief.plan.result import Result, Status
from ntb_relief.solvers.ensemble import Ensemble, solve_ensemble
from ntb_relief.solvers.facility_location import solve_facility_location
from ntb_relief.solvers.stop import MaxIterations


def _siting():
    points = np.random.default_rng(3).integers(0, 100, (25, 2)).astype(float)
    cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    names = tuple(f"p{i}" for i in range(25))
    return FacilityLocationProblem(names, names, cost)


def _routing():
    rng = np.random.default_rng(5)
    x, y = rng.integers(0, 1000, (2, 21))
    metres = np.hypot(np.subtract.outer(x, x), np.subtract.outer(y, y)).astype(np.int64)
    names = ("depot", *(f"s{i}" for i in range(20)))
    return RoutingProblem(
        (Depot("depot", "depot"),),
        tuple(Stop(name, name, (1,)) for name in names[1:]),
        (VehicleType("truck", 5, (6,), "road", "depot", "depot"),),
        {"road": TravelMatrix("road", names, metres, metres)},
    )


CLOSED = {f"without p{i}": {"forbidden": frozenset([f"p{i}"])} for i in range(6)}


def _told(ensemble):
    """Return all of an ensemble but the clock."""
    still = {"seconds": 0.0, "trace": (), "replay": ()}
    return {name: dataclasses.replace(result, **still) for name, result in ensemble.results.items()}


def _solve_sites(**changes):
    return solve_ensemble(_siting(), CLOSED, goal=PMedian(3), stop=MaxIterations(20), rng=11, **changes)


def test_each_scenario_is_solved_as_by_itself():
    ensemble = _solve_sites()
    assert list(ensemble.results) == list(CLOSED)
    for row, (name, changes) in enumerate(CLOSED.items()):
        alone = solve_facility_location(_siting().replace(**changes), goal=PMedian(3), stop=MaxIterations(20), rng=11 + row)
        assert ensemble.results[name].plan == alone.plan
        assert (ensemble.results[name].seed, ensemble.results[name].objective) == (11 + row, alone.objective)


def test_threads_give_the_results_of_the_serial_run():
    assert _told(_solve_sites(threads=2)) == _told(_solve_sites())
    orders = [_routing().replace(stops=_routing().stops[: 20 - k]) for k in range(4)]
    one, two = (solve_ensemble(_routing(), orders, stop=MaxIterations(3000), threads=threads) for threads in (1, 2))
    assert list(one.results) == ["0", "1", "2", "3"]
    assert _told(one) == _told(two)


def test_what_finishes_is_told_at_once():
    seen, told = [], []
    ensemble = _solve_sites(on_result=lambda name, result: seen.append((name, result.objective)), on_progress=told.append)
    assert dict(seen) == {name: result.objective for name, result in ensemble.results.items()}
    assert [report.fraction for report in told] == [pytest.approx((k + 1) / 6) for k in range(6)]
    assert told[-1].objective == min(result.objective for result in ensemble.results.values())


def test_one_scenario_that_fails_does_not_end_the_others():
    def solve(problem, *, rng):
        if "p1" in problem.forbidden:
            message = "no luck"
            raise RuntimeError(message)
        return solve_facility_location(problem, goal=PMedian(2), stop=MaxIterations(5), rng=rng)

    ensemble = solve_ensemble(_siting(), CLOSED, solve=solve, stop=MaxIterations(1), threads=2)
    assert dict(ensemble.failures) == {"without p1": "RuntimeError: no luck"}
    assert len(ensemble.results) == 5
    with pytest.raises(SolverError, match="1 of 6 scenarios failed: 'without p1': RuntimeError: no luck"):
        ensemble.results_or_raise()
    frame = ensemble.to_frame().set_index("scenario")
    assert frame.loc["without p1", "error"] == "RuntimeError: no luck"
    assert frame.loc["without p0", "status"] == ensemble.results["without p0"].status.value
    assert len(_solve_sites().results_or_raise()) == 6


@pytest.mark.parametrize(
    "scenarios, words",
    [
        ({}, "scenarios: there are none"),
        ({"x": {"colour": 1}}, "scenario 'x': cannot change the problem"),
        ({"x": {"forbidden": frozenset(["nowhere"])}}, "'nowhere': is not among"),
        ([3], "scenario '0': is a int, neither changes nor a FacilityLocationProblem"),
    ],
)
def test_scenarios_that_cannot_be_are_named_before_anything_runs(scenarios, words):
    with pytest.raises(InputError, match=words):
        solve_ensemble(_siting(), scenarios, goal=PMedian(2))


def test_a_question_without_solve_function_is_named():
    with pytest.raises(InputError, match="is a dict, which no solve function is known for"):
        solve_ensemble({}, [{}])


def _counting(folder, deadly):
    """Return a solve function that notes each run in a file, and once takes its worker down in the scenario `deadly`."""

    def solve(problem, *, rng):
        name = next(iter(problem.forbidden))
        with (folder / name).open("a") as notes:
            notes.write(f"{rng}\n")
        if name == deadly and len((folder / name).read_text().splitlines()) == 1:
            # The others of the first round finish and are taken in first.
            give_up = time.monotonic() + 20
            while len(list(folder.iterdir())) < 3 and time.monotonic() < give_up:
                time.sleep(0.05)
            time.sleep(1.0)
            os._exit(1)
        return Result(plan=name, status=Status.OPTIMAL, objective=float(rng), bound=None, seconds=0.0, iterations=1, seed=rng)

    return solve


def _runs(folder):
    return {path.name: len(path.read_text().splitlines()) for path in folder.iterdir()}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_process_that_dies_takes_no_finished_scenario_along(tmp_path):
    with joblib.parallel_config("loky", n_jobs=2):
        ensemble = solve_ensemble(_siting(), CLOSED, solve=_counting(tmp_path, "p1"), rng=4)
    assert [(name, result.plan, result.objective) for name, result in ensemble.results.items()] == [
        (name, f"p{row}", 4 + row) for row, name in enumerate(CLOSED)
    ]
    runs = _runs(tmp_path)
    assert runs["p1"] == 2
    assert runs["p0"] == 1


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_scenario_that_always_kills_its_process_fails_alone():
    def solve(problem, *, rng):
        if "p2" in problem.forbidden:
            os._exit(1)
        return Result(plan=None, status=Status.OPTIMAL, objective=float(rng), bound=None, seconds=0.0, iterations=1, seed=rng)

    with joblib.parallel_config("loky", n_jobs=2):
        ensemble = solve_ensemble(_siting(), CLOSED, solve=solve)
    assert list(ensemble.failures) == ["without p2"]
    assert "its worker died" in ensemble.failures["without p2"]
    assert len(ensemble.results) == 5


@pytest.fixture(scope="module")
def cluster():
    """A real Dask cluster of two worker processes."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50) as workers,
        distributed.Client(workers) as client,
    ):
        yield client


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_gives_the_results_of_the_serial_run(cluster):
    pids = set(cluster.run(os.getpid).values())
    assert len(pids) == 2
    assert os.getpid() not in pids
    serial = _solve_sites()
    routes = [_routing().replace(stops=_routing().stops[: 20 - k]) for k in range(3)]
    with joblib.parallel_config("dask"):
        spread = _solve_sites()
        routed = solve_ensemble(_routing(), routes, stop=MaxIterations(2000))
    assert _told(spread) == _told(serial)
    assert _told(routed) == _told(solve_ensemble(_routing(), routes, stop=MaxIterations(2000)))
    assert math.isfinite(sum(result.objective for result in routed.results_or_raise().values()))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_dask_worker_that_dies_loses_no_finished_scenario(cluster, tmp_path):
    told = []
    with joblib.parallel_config("dask"):
        ensemble = solve_ensemble(
            _siting(),
            CLOSED,
            solve=_counting(tmp_path, "p1"),
            rng=4,
            on_result=lambda name, result: told.append((name, _runs(tmp_path).get("p1", 0), result.plan)),
        )
    assert isinstance(ensemble, Ensemble)
    assert not ensemble.failures
    assert [(name, result.plan, result.objective) for name, result in ensemble.results.items()] == [
        (name, f"p{row}", 4 + row) for row, name in enumerate(CLOSED)
    ]
    assert _runs(tmp_path)["p1"] == 2
    assert sorted(name for name, _, _ in told) == sorted(CLOSED)
    kept = [(name, plan) for name, runs, plan in told if runs < 2]
    assert kept, "no scenario finished before the worker died"
    assert all(ensemble.results[name].plan == plan for name, plan in kept)
    assert cluster.scheduler_info()["workers"]
