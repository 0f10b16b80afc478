"""VROOM's JSON (version 1.14 of its API): inputs become routing problems and back, plans become its solutions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from ...errors import Issue, IssueLog, SchemaError, SolverError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...model.routing import RoutingProblem
    from ...plan.result import Result
    from ...plan.route_plan import RoutePlan

MAX_BYTES: Final = 256 * 2**20

__all__ = ["plan_to_vroom", "read_vroom", "write_vroom"]


def read_vroom(source: Path | str | Mapping[str, Any]) -> RoutingProblem:
    """Read a routing problem from a VROOM input.

    Read are jobs, shipments, vehicles and matrices with service, setup (where nothing else is done at its place), delivery,
    pickup, amount, skills, priority, one time window a task; start, end, capacity, time window, profile, costs, speed factor
    and the limits of tasks, travel time or distance a vehicle. Stops are called ``"7"`` for job 7, ``"pickup 7"`` and
    ``"delivery 7"``; vehicles that are alike are one type, called by their numbers: ``"1,2"``. Places are the rows of the matrices.

    Where all priorities are equal everything is required, and what cannot be served is left out all the same; unlike
    priorities become prizes by which their highest sum comes first, then the most tasks, then the lowest cost, as in VROOM.
    Seconds divided by a speed factor are rounded up; where hours and distances are priced side by side, the price of each
    leg's seconds is rounded to a whole one.

    Parameters
    ----------
    source : Path, str or mapping
        The path of a JSON file, or what it holds.

    Returns
    -------
    RoutingProblem
        Costs are those VROOM tells.

    Raises
    ------
    SchemaError
        With the path of every field that is wrong, unknown, or asks for what is not planned: several windows at an end of a
        shipment, breaks, steps, vehicles without a start, places without matrices, times or prices by type, routing servers.
    """
    from .build import build_problem
    from .parse import parse_input

    log = IssueLog()
    parsed = parse_input(log, _load(Path(source)) if isinstance(source, (str, Path)) else dict(source))
    log.raise_if_any(SchemaError)
    problem = build_problem(log, parsed)
    log.raise_if_any(SchemaError)
    assert problem is not None  # noqa: S101 - else there was an issue
    return problem


def write_vroom(problem: RoutingProblem) -> dict[str, Any]:
    """Return a routing problem as a VROOM input, ready for `json.dumps`; costs are in steps of `cost_scale`.

    Raises
    ------
    SchemaError
        Naming every stop and vehicle type that asks for what VROOM cannot state, as several trips, prizes or durations.
    """
    from .write import build_input

    log = IssueLog()
    made = build_input(log, problem)
    log.raise_if_any(SchemaError)
    return made


def plan_to_vroom(result: Result[RoutePlan], *, problem: RoutingProblem) -> dict[str, Any]:
    """Return the plan of a result in VROOM's form of a solution: summary, unassigned tasks, and routes with their steps.

    Parameters
    ----------
    result : Result of RoutePlan
    problem : RoutingProblem
        The one that was solved, read by `read_vroom` or such that `write_vroom` takes it; its numbers are the same in both.

    Raises
    ------
    NoPlanError
        Where the result has no plan.
    SolverError
        Where the plan does not answer the problem.
    """
    from ...plan.verify import verify_routes
    from .solution import build_solution

    plan = result.plan_or_raise()
    violations = verify_routes(problem, plan)
    if violations or any(len(route.trips) != 1 for route in plan.routes):
        message = f"the plan does not answer the problem, or has several trips: {violations[:1]}"
        raise SolverError(message)
    solution = build_solution(problem, plan)
    solution["summary"]["computing_times"] = {"loading": 0, "solving": round(result.seconds * 1000)}
    return solution


def _load(file: Path) -> object:
    def refuse(what: str) -> NoReturn:
        raise SchemaError([Issue(f"file '{file.name}'", what, "give the JSON file of a VROOM input")])

    try:
        if (size := file.stat().st_size) > MAX_BYTES:
            refuse(f"has {size} bytes, more than {MAX_BYTES}")
        return json.loads(file.read_text(encoding="utf-8"), parse_constant=lambda word: refuse(f"holds {word}"))
    except OSError as error:
        refuse(f"cannot be read: {error.strerror}")
    except RecursionError:
        refuse("is nested too deeply")
    except ValueError as error:  # no JSON, no UTF-8, or a number of thousands of digits
        refuse(f"is no JSON: {str(error)[:100]}")
