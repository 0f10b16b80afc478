"""Every kernel of the routing engine is compiled once, whatever the problem: a second version costs seconds at first use."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ntb_relief import kernels
from ntb_relief.errors import ReliefWarning
from ntb_relief.model.routing import Depot, RoutingProblem, Stop, VehicleType
from ntb_relief.model.travel import TravelMatrix

ROOT = Path(__file__).resolve().parents[2]
PLACES = tuple("dabce")


def plain() -> RoutingProblem:
    """Return four stops and two vehicles without anything special."""
    metres = np.abs(np.subtract.outer(np.arange(5), np.arange(5))) * 10
    return RoutingProblem(
        depots=(Depot("depot", "d"),),
        stops=tuple(Stop(place, place, (2,)) for place in "abce"),
        vehicle_types=(VehicleType("truck", 2, (5,), "road", "d", "d"),),
        matrices={"road": TravelMatrix("road", PLACES, metres, metres)},
    )


def varied() -> dict[str, RoutingProblem]:
    """Return problems that use, one by one and several at once, what kernels treat in ways of their own."""
    base = plain()
    truck, road = base.vehicle_types[0], base.matrices["road"]
    boat = replace(truck, id="boat", profile="sea", end_id=None, cost_per_m=2.5, fixed_cost=7)
    timed = {"stops": tuple(replace(stop, window_s=(5, 400), service_s=3) for stop in base.stops)}
    depots = {"depots": (*base.depots, Depot("other", "e", 0, 500)), "vehicle_types": (replace(truck, max_trips=3, loading_s=4),)}
    profiles = {
        "vehicle_types": (truck, boat),
        "matrices": {"road": road, "sea": TravelMatrix("sea", PLACES, road.duration_s * 2, road.distance_m + np.triu(road.distance_m))},
    }
    tolls = {"matrices": {"road": replace(road, toll_idr=road.distance_m)}}
    prizes = {"stops": tuple(replace(stop, prize=15) for stop in base.stops)}
    two = {"dimensions": ("kg", "l"), "vehicle_types": (replace(truck, capacity=(5, 9)),)}
    two["stops"] = tuple(replace(stop, demand=(2, 3)) for stop in base.stops)
    giver = replace(base.stops[0], demand=(0,), pickup=(2,))
    transfers = {"stops": (giver, replace(base.stops[1], taken_from=giver.id), *base.stops[2:])}
    cases = {
        "transfers": transfers,
        "timed": timed,
        "depots": depots,
        "profiles": profiles,
        "tolls": tolls,
        "prizes": prizes,
        "dimensions": two,
    }
    cases["transfers"] = transfers
    cases["arrivals"] = {"stops": tuple(replace(stop, arrival_cost_per_s=1) for stop in base.stops)}
    cases["splits"] = {
        "stops": tuple(replace(stop, demand=(4,), min_drop=1) for stop in base.stops),
        "vehicle_types": (replace(truck, count=9),),
    }
    cases["windows"] = {"stops": tuple(replace(stop, window_s=(0, 20), later_windows_s=((30, 400),)) for stop in base.stops)}
    cases["several"] = timed | depots | tolls
    return {"plain": base, **{name: base.replace(**changes) for name, changes in cases.items()}}


def signatures() -> dict[str, int]:
    """Return how often each kernel of the engine has been compiled in this process, by its full name."""
    counts = {}
    for module in pkgutil.walk_packages(kernels.__path__, f"{kernels.__name__}."):
        for name, value in vars(importlib.import_module(module.name)).items():
            of_engine = module.name.startswith((f"{kernels.__name__}.routing", f"{kernels.__name__}.rng"))
            if of_engine and hasattr(value, "signatures") and value.__module__ == module.name:
                counts[f"{module.name}.{name}"] = len(value.signatures)
    return counts


def solve_all() -> dict[str, int]:
    from ntb_relief.solvers.routing import solve_routing
    from ntb_relief.solvers.stop import MaxIterations

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReliefWarning)
        for problem in varied().values():
            for threads in (1, 2):
                solve_routing(problem, stop=MaxIterations(3000), threads=threads)
    return signatures()


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled")
def test_every_kernel_is_compiled_once_for_all_problems(tmp_path):
    """In a fresh process without a cache, where a caller compiles what it calls and so all versions show."""
    code = f"import json; from {__name__.removeprefix('.')} import solve_all; print(json.dumps(solve_all()))"
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    counts = json.loads(answer.stdout)
    assert len(counts) > 20
    assert {name: count for name, count in counts.items() if count != 1} == {}
