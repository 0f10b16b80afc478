"""Lower bounds beside exhaustive enumeration, and on graphs where they are exact."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from ntb_relief.model.instance import encode
from ntb_relief.model.routing import Depot, RoutingProblem, Stop, VehicleType
from ntb_relief.model.travel import TravelMatrix
from ntb_relief.solvers.routing_bound import _legs_bound, lower_bound
from ntb_relief.solvers.routing_bound_arcs import Arcs, arcs_of
from ntb_relief.solvers.routing_bound_assignment import assignment_bound
from ntb_relief.solvers.routing_bound_tree import tree_bound
from tests.oracles.routing import brute_force_routes
from tests.strategies import routing_problems

CALM = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

pytestmark = pytest.mark.filterwarnings("ignore::ntb_relief.errors.ReliefWarning")  # random costs are rounded


def plane(num_stops: int, *, seed: int, num_depots: int = 1, **changes) -> RoutingProblem:
    """Return stops at random points of a square, the depots first."""
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 1000, (num_depots + num_stops, 2))
    lengths = np.rint(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int64)
    names = tuple(map(str, range(len(xy))))
    loads = rng.integers(1, 20, num_stops).tolist()
    problem = RoutingProblem(
        depots=tuple(Depot(names[row], names[row]) for row in range(num_depots)),
        stops=tuple(Stop(name, name, (load,)) for name, load in zip(names[num_depots:], loads, strict=True)),
        vehicle_types=tuple(
            VehicleType(f"v{row}", num_stops, (60,), "p", names[row], names[row], depots=frozenset({names[row]}))
            for row in range(num_depots)
        ),
        matrices={"p": TravelMatrix("p", names, lengths, lengths)},
    )
    return problem.replace(**changes)


@CALM
@given(problem=routing_problems(max_stops=5, max_vehicles=3))
def test_no_bound_lies_above_the_best_there_is(problem):
    """In every variant: unlike vehicles, trips, depots, windows, prizes, groups, transfers, access, open ends, tolls."""
    best = brute_force_routes(problem)
    if best.unserved_required:
        return
    instance = encode(problem)
    arcs = arcs_of(instance)
    parts = {"legs": _legs_bound(instance, arcs), "tree": tree_bound(arcs), "assignment": assignment_bound(arcs)}
    for name, part in parts.items():
        assert part / problem.cost_scale <= best.cost + 1e-6, name
    assert max(parts.values()) / problem.cost_scale - 1e-3 <= lower_bound(instance) <= best.cost + 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_bounds_of_trips_in_the_plane_are_no_trifle(seed: int):
    """Loads that fill many short trips: the ways out and back say most of it, legs alone far less."""
    instance = encode(plane(40, seed=seed))
    assert lower_bound(instance) >= 1.5 * float(arcs_of(instance).enter.sum())


def test_the_tree_bound_of_a_ring_is_the_ring():
    """One vehicle around a circle: the tree with one leg back is the tour, at no price at all."""
    size = 12
    ring = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    lengths = np.minimum(ring, size - ring).astype(np.int64) * 10
    names = tuple(map(str, range(size)))
    problem = RoutingProblem(
        depots=(Depot("0", "0"),),
        stops=tuple(Stop(name, name, (1,)) for name in names[1:]),
        vehicle_types=(VehicleType("v", 1, (size,), "p", "0", "0"),),
        matrices={"p": TravelMatrix("p", names, lengths, lengths)},
    )
    assert tree_bound(arcs_of(encode(problem))) == pytest.approx(10 * size, rel=1e-3)


def test_the_assignment_bound_of_one_way_legs_is_the_plan():
    """Where windows leave one order only, each stop has one leg in and one out."""
    problem = plane(8, seed=1)
    hours = [(2000 * row, 2000 * row) for row in range(1, 9)]
    stops = tuple(Stop(x.id, x.place_id, (1,), window_s=hour) for x, hour in zip(problem.stops, hours, strict=True))
    timed = problem.replace(stops=stops, vehicle_types=(VehicleType("v0", 1, (60,), "p", "0", "0"),))
    lengths = problem.matrices["p"].distance_m
    tour = sum(int(lengths[row, (row + 1) % 9]) for row in range(9))
    assert assignment_bound(arcs_of(encode(timed))) == pytest.approx(tour)
    assert lower_bound(encode(timed)) == tour


def test_the_bound_by_trips_of_full_vehicles_is_the_plan():
    """Every stop fills a vehicle: each is a trip of its own."""
    problem = plane(9, seed=3)
    problem = problem.replace(stops=tuple(Stop(x.id, x.place_id, (60,)) for x in problem.stops))
    lengths = problem.matrices["p"].distance_m
    assert lower_bound(encode(problem)) == 2 * int(lengths[0].sum())


def test_seconds_tolls_and_fixed_costs_are_in_the_bound():
    """One stop, one vehicle: nothing is left to guess."""
    metres, seconds = np.array([[0, 40], [50, 0]]), np.array([[0, 7], [9, 0]])
    toll = np.array([[0, 3], [4, 0]])
    problem = RoutingProblem(
        depots=(Depot("d", "a"),),
        stops=(Stop("s", "b", (2,), service_s=5),),
        vehicle_types=(VehicleType("v", 1, (2,), "p", "a", "a", fixed_cost=100, cost_per_m=2, cost_per_s=3, loading_s=11),),
        matrices={"p": TravelMatrix("p", ("a", "b"), seconds, metres, toll)},
    )
    assert lower_bound(encode(problem)) == 100 + 2 * 90 + 3 * (7 + 9 + 5 + 11) + 7 == brute_force_routes(problem).cost


def test_a_longer_way_round_that_is_cheaper_counts():
    """Without the triangle rule the way to a far stop may lead over a near one."""
    far = 500
    lengths = np.array([[0, 1, far], [1, 0, 1], [far, 1, 0]])
    problem = RoutingProblem(
        depots=(Depot("d", "a"),),
        stops=(Stop("near", "b", (1,)), Stop("far", "c", (59,))),
        vehicle_types=(VehicleType("v", 1, (60,), "p", "a", "a", shift_s=(0, 9)),),
        matrices={"p": TravelMatrix("p", ("a", "b", "c"), lengths, lengths)},
    )
    assert lower_bound(encode(problem)) <= far + 2


def test_loads_of_several_kinds_do_not_add_up_to_hours():
    """A trip that is full of two things at once is one trip: its way counts once."""
    lengths = np.array([[0, 10, 10], [10, 0, 0], [10, 0, 0]])
    problem = RoutingProblem(
        depots=(Depot("d", "a"),),
        stops=(Stop("x", "b", (6, 0), prize=100), Stop("y", "c", (0, 6), prize=100)),
        vehicle_types=(VehicleType("v", 1, (6, 6), "p", "a", "a", shift_s=(0, 20)),),
        matrices={"p": TravelMatrix("p", ("a", "b", "c"), lengths, lengths)},
        dimensions=("kg", "l"),
    )
    assert brute_force_routes(problem).cost == 20
    assert lower_bound(encode(problem)) <= 20


def test_a_thousand_stops_take_less_than_a_second_or_two():
    instance = encode(plane(1000, seed=5, num_depots=2))
    begin = time.process_time()
    assert lower_bound(instance) > 0
    assert time.process_time() - begin < 3  # 0.5 s on the reference machine


def test_more_stops_than_the_table_takes_are_bounded_by_single_legs(monkeypatch: pytest.MonkeyPatch):
    problem = plane(30, seed=2, num_depots=2)
    whole = lower_bound(encode(problem))
    monkeypatch.setattr("ntb_relief.solvers.routing_bound_arcs.MOST_NODES", 20)
    arcs = arcs_of(encode(problem))
    assert arcs.between is None
    assert tree_bound(arcs) == assignment_bound(arcs) == 0
    assert 0 < lower_bound(encode(problem)) <= whole


def test_a_graph_without_a_way_is_bounded_by_what_is_lost():
    """Nothing may be reached: every stop is left out at its prize."""
    nowhere = np.full(3, np.inf)
    arcs = Arcs(np.full((3, 3), np.inf), nowhere, nowhere, np.array([5.0, 6, 7]), nowhere, np.zeros((3, 1)), np.arange(3), 0, 3)
    assert tree_bound(arcs) == pytest.approx(18)
    assert assignment_bound(arcs) == pytest.approx(18)
