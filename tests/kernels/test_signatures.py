"""Every kernel of both engines is compiled once, whatever the problem: a second version costs seconds at first use."""

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
from ntb_relief.model.facility_location import FacilityLocationProblem
from ntb_relief.model.facility_location_goals import (
    BackupCover,
    FairCover,
    FixedCharge,
    MaxBackupCover,
    MaxCover,
    PCenter,
    PGini,
    PLeximin,
    PMedian,
    SetCover,
)
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
    cases["deprivation"] = {"stops": tuple(replace(stop, later_arrival_costs=((20, 1), (30, 4))) for stop in base.stops)}
    cases["counts"] = {"vehicle_types": (replace(truck, max_stops=2),)}
    cases["splits"] = {
        "stops": tuple(replace(stop, demand=(4,), min_drop=1) for stop in base.stops),
        "vehicle_types": (replace(truck, count=9),),
    }
    cases["sizes"] = {"vehicle_types": (truck, replace(truck, id="van", capacity=(9,), cost_per_m=2))}
    cases["windows"] = {"stops": tuple(replace(stop, window_s=(0, 20), later_windows_s=((30, 400),)) for stop in base.stops)}
    cases["several"] = timed | depots | tolls
    return {"plain": base, **{name: base.replace(**changes) for name, changes in cases.items()}}


def sites() -> list[tuple[FacilityLocationProblem, tuple[object, ...]]]:
    """Return problems and goals that use, each in its own way, what the siting kernels treat: tables, lists, capacities, budgets."""
    rng = np.random.default_rng(3)
    at = rng.integers(0, 100, (30, 2))
    cost = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    names = tuple(map(str, range(30)))
    plain = FacilityLocationProblem(names, names, np.rint(cost), group=tuple("ab" * 15))
    priced = plain.replace(
        cost=cost, fixed_cost=np.full(30, 40.5), weight=rng.integers(1, 5, 30), forced=frozenset("3"), forbidden=frozenset("4")
    )
    order = np.argsort(cost, axis=1)[:, :12]
    lists = priced.replace(cost=np.take_along_axis(cost, order, axis=1), nearest=order)
    held = priced.replace(demand=np.arange(30) % 4 + 1, capacity=np.full(30, 20))
    many = rng.integers(0, 1000, (300, 2))
    wide = np.hypot(*(many[:, None] - many[None]).transpose(2, 0, 1))
    towns = FacilityLocationProblem(tuple(map(str, range(300))), tuple(map(str, range(300))), wide, weight=rng.random(300) + 1)
    shut = plain.replace(cost=cost[:, ::-1], fixed_cost=np.arange(1, 31))
    cover = (SetCover(25.0), MaxCover(4, 25.0), PCenter(4))
    funded = (PMedian(budget=200.0), MaxCover(radius=20.0, budget=200.0), PCenter(budget=200.0))
    equal = (PLeximin(4), FairCover(4, 20.0), PGini(4), BackupCover(45.0, 2), MaxBackupCover(6, 45.0))
    whole = held.replace(fixed_cost=np.full(30, 40), cost=np.rint(cost), weight=None, is_single_source=True)
    return [
        (plain, (PMedian(4), *cover, *equal)),
        (priced, (PMedian(4), FixedCharge(), *cover, *funded, *equal)),
        (lists, (PMedian(8), FixedCharge(), MaxCover(4, 25.0), PMedian(budget=400.0))),
        (held, (PMedian(6), FixedCharge(), MaxCover(4, 25.0), PCenter(6))),
        (held.replace(is_single_source=True), (PMedian(6), FixedCharge())),
        (whole, (PMedian(6), FixedCharge(), MaxCover(4, 25.0), PCenter(6))),
        (towns, (MaxCover(20, 90.0), PMedian(10))),
        (shut, (PMedian(4), FixedCharge(), SetCover(25.0))),
    ]


def signatures(*rooms: str) -> dict[str, int]:
    """Return how often each kernel of these rooms has been compiled in this process, by its full name."""
    counts = {}
    for module in pkgutil.walk_packages(kernels.__path__, f"{kernels.__name__}."):
        for name, value in vars(importlib.import_module(module.name)).items():
            of_engine = module.name.startswith(tuple(f"{kernels.__name__}.{room}" for room in rooms))
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
    return signatures("routing", "rng")


def place_all() -> dict[str, int]:
    from ntb_relief.solvers.facility_location import solve_facility_location
    from ntb_relief.solvers.location_routing import solve_location_routing
    from ntb_relief.solvers.prepositioning import solve_prepositioning
    from ntb_relief.solvers.stop import MaxIterations
    from tests.solvers.test_location_routing import make
    from tests.solvers.test_prepositioning import draw

    for seed in range(3):
        solve_prepositioning(draw(seed, points=12, scenarios=8), stop=MaxIterations(300))
    for planar in (False, True):
        solve_location_routing(make(1, n=7, m=3, planar=planar, missing=0.0), stop=MaxIterations(200))
    for problem, goals in sites():
        for goal in goals:
            for limit in (6, 40):
                solve_facility_location(problem, goal=goal, stop=MaxIterations(limit))
    return signatures("siting", "rng")


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled")
@pytest.mark.parametrize("solve", [solve_all, place_all])
def test_every_kernel_is_compiled_once_for_all_problems(solve, tmp_path):
    """In a fresh process without a cache, where a caller compiles what it calls and so all versions show."""
    name = solve.__name__
    code = f"import json; from {__name__.removeprefix('.')} import {name}; print(json.dumps({name}()))"
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    counts = json.loads(answer.stdout)
    assert len(counts) > 20
    # Kernels that are merged into the one that calls them have no version of their own.
    assert {name: count for name, count in counts.items() if count > 1} == {}
