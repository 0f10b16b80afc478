"""Proved best plans beside exhaustive enumeration, and when there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from ntb_relief.model.routing import Depot, RoutingProblem, Stop, VehicleType
from ntb_relief.model.travel import TravelMatrix
from ntb_relief.plan.verify import verify_routes
from ntb_relief.solvers import routing_exact
from ntb_relief.solvers.routing_exact import MAX_STOPS, prove_best
from tests.oracles.routing import brute_force_routes
from tests.strategies import routing_problems

CALM = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def plane(num_stops: int, *, seed: int, room: int = 60) -> RoutingProblem:
    """Return stops at random points of a square around one depot."""
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 1000, (1 + num_stops, 2))
    lengths = np.rint(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int64)
    names = tuple(map(str, range(len(xy))))
    return RoutingProblem(
        depots=(Depot("0", "0"),),
        stops=tuple(Stop(name, name, (load,)) for name, load in zip(names[1:], rng.integers(10, 30, num_stops).tolist(), strict=True)),
        vehicle_types=(VehicleType("v", num_stops, (room,), "p", "0", "0"),),
        matrices={"p": TravelMatrix("p", names, lengths, lengths)},
    )


@CALM
@given(problem=routing_problems(max_stops=5, max_vehicles=3))
def test_the_proved_plan_is_the_best_there_is(problem):
    """In every variant it leaves out as few required stops as can be, at the lowest cost, and breaks no rule."""
    best = brute_force_routes(problem)
    proof = prove_best(problem)
    assert proof is not None
    assert verify_routes(problem, proof.plan) == []
    left = {stop.request for stop in problem.stops if stop.prize is None and stop.id in proof.plan.unserved}
    assert len(left) == best.unserved_required
    assert proof.plan.cost == pytest.approx(best.cost, abs=1e-6)
    assert proof.serves_all == (best.unserved_required == 0)


@pytest.mark.parametrize("seed", range(3))
def test_a_dozen_stops_are_proved(seed: int):
    """More than enumeration could count: no single route, and no pair of routes exchanged, is better."""
    problem = plane(12, seed=seed)
    proof = prove_best(problem)
    assert proof is not None
    assert proof.serves_all
    assert verify_routes(problem, proof.plan) == []
    for route in proof.plan.routes:
        served = replace_stops(problem, route.stop_ids)
        assert brute_force_routes(served).cost == route.cost


def replace_stops(problem: RoutingProblem, names: tuple[str, ...]) -> RoutingProblem:
    return problem.replace(stops=tuple(stop for stop in problem.stops if stop.id in names))


def test_it_is_the_same_every_time():
    problem = plane(11, seed=7)
    assert prove_best(problem) == prove_best(problem)


def test_too_many_stops_or_beginnings_have_no_answer():
    assert prove_best(plane(MAX_STOPS + 1, seed=1)) is None
    assert prove_best(plane(12, seed=1), most_labels=100) is None
    assert prove_best(plane(2, seed=1).replace(stops=())) is None


def test_costs_too_large_to_prove_have_no_answer():
    problem = plane(3, seed=1)
    assert prove_best(problem.replace(stops=tuple(replace(stop, prize=2**50) for stop in problem.stops))) is None


def test_a_field_it_does_not_know_has_no_answer(monkeypatch: pytest.MonkeyPatch):
    """A model that grows is not answered by rules that did not grow with it."""

    @dataclass(frozen=True, slots=True)
    class Wider(Stop):
        colour: int = 0

    monkeypatch.setitem(routing_exact._KNOWN, Wider, routing_exact._KNOWN[Stop])
    problem = plane(3, seed=2)
    wide = [Wider(stop.id, stop.place_id, stop.demand) for stop in problem.stops]
    assert prove_best(problem.replace(stops=tuple(wide))) is not None
    assert prove_best(problem.replace(stops=(*wide[1:], replace(wide[0], colour=3)))) is None


def test_a_price_the_timetable_does_not_confirm_is_no_proof(monkeypatch: pytest.MonkeyPatch):
    true = routing_exact.schedule_route
    monkeypatch.setattr(routing_exact, "schedule_route", lambda *args, **words: replace(true(*args, **words), cost=1.0))
    assert prove_best(plane(3, seed=2)) is None
