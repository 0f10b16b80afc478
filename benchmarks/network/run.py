"""``python -m benchmarks network``: one task on one generated network by one engine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..arguments import at_least
from . import osrm, ours, pandana, reference, routingkit
from .graph import make_graph
from .record import to_record

if TYPE_CHECKING:
    import argparse

TASKS: Final = ("table", "closure", "customise", "scenarios", "ferry", "criticality", "build", "pbf", "desa")
_ENGINES: Final = {"ntb": ours, "scipy": reference, "routingkit": routingkit, "osrm": osrm, "pandana": pandana}
SOLVERS: Final = tuple(_ENGINES)
_LEAST_NODES: Final = 20


def add_network(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``network`` to the others."""
    network = commands.add_parser("network", help="measure one task on a generated road network and print one line of JSON")
    network.add_argument("--nodes", type=at_least(_LEAST_NODES), default=50_000)
    network.add_argument("--stops", type=at_least(1), default=1000, help="sources, and as many targets")
    network.add_argument("--seed", type=at_least(0), default=1)
    network.add_argument("--task", choices=TASKS, default="table")
    network.add_argument("--solver", choices=SOLVERS, default="ntb")
    network.add_argument("--threads", type=at_least(1), default=1)


def run_network(options: argparse.Namespace) -> None:
    """Measure what the options ask for and print one line of JSON; see `run_task`."""
    asked = {"num_nodes": options.nodes, "num_stops": options.stops, "seed": options.seed, "threads": options.threads}
    print(json.dumps(run_task(options.task, solver=options.solver, **asked), allow_nan=False))


def run_task(task: str, *, num_nodes: int, num_stops: int, solver: str = "ntb", seed: int = 1, threads: int = 1) -> dict[str, object]:
    """Measure one task and return its record.

    Raises
    ------
    BenchmarkError
        Where the engine is not installed or has no such task.

    Examples
    --------
    >>> [task for task in TASKS if not run_task(task, num_nodes=300, num_stops=20)["exact"]]
    []
    """
    graph = make_graph(num_nodes, seed=seed)
    rng = np.random.default_rng(seed)
    sources, targets = (rng.integers(0, graph.num_nodes, num_stops) for _ in range(2))
    told: dict[str, Any] = {"task": task, "seed": seed, "threads": threads}
    measured = _ENGINES[solver].measure(graph, stops=(sources, targets), **told)
    return to_record(measured, solver=solver, num_nodes=num_nodes, num_stops=num_stops, **told)
