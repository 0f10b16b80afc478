"""Solve many scenarios of one question, or many candidate plans, side by side: on threads here, on a cluster by joblib."""

from __future__ import annotations

import dataclasses
import inspect
import time
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from ..errors import IssueLog, ReliefError, SolverError
from .progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

    from pandas import DataFrame

    from ..plan.result import Result
    from .progress import OnProgress
    from .stop import StopCriterion

    Solve = Callable[..., Result[Any]]

_SOLVERS: Final = {
    "AllocationProblem": ("allocation", "solve_allocation"),
    "FacilityLocationProblem": ("facility_location", "solve_facility_location"),
    "LocationRoutingProblem": ("location_routing", "solve_location_routing"),
    "Operation": ("operation", "solve_operation"),
    "PrepositioningProblem": ("prepositioning", "solve_prepositioning"),
    "RoutingProblem": ("routing", "solve_routing"),
}
_ROUNDS: Final = 2
"""Times that what a broken pool left is run together; after that each scenario runs alone, so that one cannot take others along."""


@dataclass(frozen=True, slots=True)
class Ensemble:
    """What became of each scenario.

    Parameters
    ----------
    results : mapping of str to Result
        By scenario, in the order given; without those that failed.
    failures : mapping of str to str
        Scenarios whose solve raised an error or took its worker down each time, with the reason.
    seconds : float
        Of all together.
    """

    results: Mapping[str, Result[Any]] = field(repr=False)
    failures: Mapping[str, str]
    seconds: float

    def results_or_raise(self) -> dict[str, Result[Any]]:
        """Return the results.

        Raises
        ------
        SolverError
            Naming the scenarios that failed.
        """
        if self.failures:
            told = "; ".join(f"'{name}': {reason}" for name, reason in self.failures.items())
            message = f"{len(self.failures)} of {len(self.failures) + len(self.results)} scenarios failed: {told}"
            raise SolverError(message)
        return dict(self.results)

    def to_frame(self) -> DataFrame:
        """Return one row a scenario: status, objective, bound, gap, seconds and, where it failed, the error."""
        from pandas import DataFrame

        rows: list[dict[str, object]] = [
            {
                "scenario": name,
                "status": result.status.value,
                "objective": result.objective,
                "bound": result.bound,
                "gap": result.gap,
                "seconds": result.seconds,
                "error": None,
            }
            for name, result in self.results.items()
        ]
        rows += [{"scenario": name, "status": "failed", "error": reason} for name, reason in self.failures.items()]
        return DataFrame(rows, columns=["scenario", "status", "objective", "bound", "gap", "seconds", "error"])


def solve_ensemble(
    problem: Any,  # noqa: ANN401 - any question of this library, or of the caller's own solve
    scenarios: Mapping[str, Any] | Sequence[Any],
    *,
    solve: Solve | None = None,
    stop: StopCriterion | None = None,
    rng: int = 0,
    threads: int | None = None,
    on_progress: OnProgress | None = None,
    on_result: Callable[[str, Result[Any]], None] | None = None,
    **options: Any,  # noqa: ANN401 - of the solve function
) -> Ensemble:
    """Solve a problem in many scenarios, or for many candidate plans, side by side.

    The scenarios run through joblib: on threads here (the kernels leave the interpreter free); inside
    ``joblib.parallel_config("loky")`` on processes, inside ``joblib.parallel_config("dask")`` on a Dask cluster, with the same
    line. Scenario k is solved with seed ``rng + k`` and one thread, wherever it runs: with a repeatable `stop` the results are
    those of the serial run. Finished results are kept here as they come in: where a worker dies, only what it was at runs
    again, at last each scenario by itself.

    Parameters
    ----------
    problem : RoutingProblem, FacilityLocationProblem, LocationRoutingProblem, AllocationProblem, PrepositioningProblem or Operation
        The question as it stands; or any dataclass, with `solve`.
    scenarios : mapping of str to scenario, or sequence of scenarios
        Each a mapping of fields to change, ``{"existing": frozenset(["mataram"])}``, or a whole problem of its own. Those of a
        sequence are called "0", "1" and so on.
    solve : callable, optional
        ``solve(problem, *, stop, rng, threads, **options) -> Result``; None takes the function of this library for the problem.
        What it does not take of these is left out.
    stop : StopCriterion, optional
        Of each scenario.
    rng : int
        Seed of the first scenario.
    threads : int, optional
        Scenarios side by side; None means what `joblib.parallel_config` says, else 1.
    on_progress : callable, optional
        Called as scenarios finish.
    on_result : callable, optional
        Called with name and result as each finishes, in this process: the place to save them.
    **options
        Handed to `solve`, e.g. ``goal=PMedian(p=4)``.

    Returns
    -------
    Ensemble

    Raises
    ------
    InputError
        With every scenario that names no field or cannot be the problem, before anything runs.

    Examples
    --------
    >>> import numpy as np
    >>> from ntb_relief import FacilityLocationProblem, PMedian
    >>> cost = np.array([[0.0, 4, 9], [4, 0, 5], [9, 5, 0]])
    >>> problem = FacilityLocationProblem(("a", "b", "c"), ("a", "b", "c"), cost)
    >>> closed = {name: {"forbidden": frozenset([name])} for name in "abc"}
    >>> ensemble = solve_ensemble(problem, closed, goal=PMedian(1), threads=2)
    >>> {name: result.objective for name, result in ensemble.results.items()}
    {'a': 9.0, 'b': 13.0, 'c': 9.0}
    """
    begin = time.perf_counter()
    named = dict(scenarios) if hasattr(scenarios, "keys") else {str(row): scenario for row, scenario in enumerate(scenarios)}
    jobs = _make_jobs(problem, named, _find_solve(problem) if solve is None else solve, stop=stop, rng=rng, options=options)
    results: dict[str, Result[Any]] = {}
    failures: dict[str, str] = {}
    best = float("inf")
    for name, result, reason in _finished(jobs, threads):
        if result is None:
            failures[name] = reason
        else:
            results[name] = result
            best = min(best, result.objective)
            if on_result is not None:
                on_result(name, result)
        if on_progress is not None:
            done = len(results) + len(failures)
            on_progress(Progress("ensemble", time.perf_counter() - begin, done, best, done / len(jobs)))
    return Ensemble(
        {name: results[name] for name in named if name in results},
        {name: failures[name] for name in named if name in failures},
        time.perf_counter() - begin,
    )


_Job = tuple["Solve", Any, "dict[str, Any]"]
_Outcome = tuple[str, "Result[Any] | None", str]


def _find_solve(problem: object) -> Solve:
    name = type(problem).__name__
    if name not in _SOLVERS:
        log = IssueLog()
        log.add("ensemble, problem", f"is a {name}, which no solve function is known for", "give solve=, or one of " + ", ".join(_SOLVERS))
        log.raise_if_any()
    room, function = _SOLVERS[name]
    found: Solve = getattr(import_module(f".{room}", __package__), function)
    return found


def _make_jobs(
    problem: Any,  # noqa: ANN401 - any dataclass
    scenarios: Mapping[str, Any],
    solve: Solve,
    *,
    stop: StopCriterion | None,
    rng: int,
    options: Mapping[str, Any],
) -> dict[str, _Job]:
    taken = inspect.signature(solve).parameters
    takes_all = any(part.kind is inspect.Parameter.VAR_KEYWORD for part in taken.values())
    jobs, log = {}, IssueLog()
    if not scenarios:
        log.add("ensemble, scenarios", "there are none", "give at least one")
    for row, (name, scenario) in enumerate(scenarios.items()):
        settings: dict[str, Any] = {"rng": rng + row, "threads": 1} | ({} if stop is None else {"stop": stop})
        settings = {key: value for key, value in settings.items() if takes_all or key in taken} | dict(options)
        try:
            changed = dataclasses.replace(problem, **scenario) if hasattr(scenario, "keys") else scenario
        except (ReliefError, TypeError) as error:
            log.add(f"scenario '{name}'", f"cannot change the problem: {error}", "give fields of the problem with values it takes")
            continue
        if not isinstance(changed, type(problem)):
            what = f"is a {type(changed).__name__}, neither changes nor a {type(problem).__name__}"
            log.add(f"scenario '{name}'", what, "give a mapping of fields or a whole problem")
            continue
        jobs[name] = (solve, changed, settings)
    log.raise_if_any()
    return jobs


def _finished(jobs: Mapping[str, _Job], threads: int | None) -> Iterator[_Outcome]:
    """Yield each scenario's outcome as it comes; those that a dying worker took along run again."""
    left = dict(jobs)
    for _ in range(_ROUNDS):
        if left:
            yield from _taking(left, _run_together(left, threads))
    for name in list(left):
        reason = yield from _taking(left, _run_together({name: left[name]}, threads))
        if name in left:
            yield name, None, f"its worker died or could not be reached: {reason}"


def _taking(left: dict[str, _Job], outcomes: Iterable[_Outcome]) -> Generator[_Outcome, None, str]:
    """Pass outcomes on and strike them from what is left; return why the pool broke, if it did."""
    try:
        for outcome in outcomes:
            left.pop(outcome[0], None)
            yield outcome
    except Exception as error:  # noqa: BLE001 - each backend has its own errors for a worker that died
        return f"{type(error).__name__}: {error}"
    return ""


def _run_together(jobs: Mapping[str, _Job], threads: int | None) -> Iterator[_Outcome]:
    from joblib import Parallel, delayed

    # One scenario a task: of a batch, a death would take finished ones along. A job travels as a tuple: what can be weakly
    # referenced, Dask would leave on one worker, and it would be lost with it.
    pool = Parallel(n_jobs=threads, prefer="threads", batch_size=1, return_as="generator_unordered")
    outcomes: Iterator[_Outcome] = pool(delayed(_solve_one)(name, job) for name, job in jobs.items())
    return outcomes


def _solve_one(name: str, job: _Job) -> _Outcome:
    """Solve one scenario where it lands; an error comes back as text, for not every error survives the journey."""
    solve, problem, settings = job
    try:
        return name, solve(problem, **settings), ""
    except Exception as error:  # noqa: BLE001 - one scenario must not end the others
        return name, None, f"{type(error).__name__}: {error}"
