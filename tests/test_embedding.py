"""What other systems do with the library: send problems to other processes, solve from threads, several at a time."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import ntb_relief as nr

ROOT = Path(__file__).resolve().parents[1]
TINY = ROOT / "tests" / "instances" / "routing"
FILES = ["cvrp_x/tiny-n7-k3.vrp", "vrptw_gh1000_dimacs/tiny-windows.vrp", "mdvrptw/tiny-depots.vrp"]


def _solve(problem: Any, seed: int) -> Any:
    return nr.solve_routing(problem, stop=nr.MaxIterations(500), rng=seed)


@pytest.fixture(params=FILES)
def problem(request: pytest.FixtureRequest) -> Any:
    return nr.read_vrplib(TINY / request.param)


def _content(result: Any) -> tuple[Any, ...]:
    return result.plan, result.status, result.objective, result.iterations, result.seed


@pytest.mark.slow
def test_a_problem_solved_in_a_spawned_process_gives_the_same_result():
    problems = [nr.read_vrplib(TINY / name) for name in FILES]
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        far = list(pool.map(_solve, problems, [1, 2, 3], timeout=240))
    near = [_solve(problem, seed) for problem, seed in zip(problems, [1, 2, 3], strict=True)]
    assert [_content(result) for result in far] == [_content(result) for result in near]
    assert all(result.plan.routes for result in far)


def test_problems_and_results_survive_pickling(problem: Any):
    result = _solve(problem, 1)
    again = pickle.loads(pickle.dumps(problem))  # noqa: S301 - made one line above
    assert again.stops == problem.stops
    assert again.vehicle_types == problem.vehicle_types
    assert _content(_solve(again, 1)) == _content(result)
    assert pickle.loads(pickle.dumps(result)) == result  # noqa: S301 - made here


def test_solving_from_threads_gives_what_solving_alone_gives(problem: Any):
    alone = [_content(_solve(problem, seed)) for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda seed: _content(_solve(problem, seed)), range(4)))
    assert together == alone


@pytest.mark.tiny
def test_the_same_seed_gives_the_same_plan_byte_for_byte(problem: Any):
    assert pickle.dumps(_solve(problem, 7).plan) == pickle.dumps(_solve(problem, 7).plan)


@pytest.mark.parametrize("name", FILES)
def test_kernels_compiled_and_as_plain_python_give_the_same_plan(name: str):
    """Overflow, rounding and the order of operations are the same in both."""
    code = f"import ntb_relief as nr; print(nr.solve_routing(nr.read_vrplib({str(TINY / name)!r}), stop=nr.MaxIterations(300), rng=5).plan)"
    told = []
    for disabled in ("0", "1"):
        environment = os.environ | {"NUMBA_DISABLE_JIT": disabled}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        told.append(done.stdout)
    assert told[0] == told[1]
    assert "Route(" in told[0]
