"""Random solutions in the arrays of the routing kernels, and the way between them and the plain routes of the twin."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from ntb_relief.kernels.rng import seed_state
from ntb_relief.kernels.routing import arrays as col
from ntb_relief.kernels.routing import schedule
from ntb_relief.kernels.routing.search import price, search
from ntb_relief.model.instance import encode
from tests.kernels.call import from_python
from tests.oracles import routes as twin
from tests.strategies import routing_problems

if TYPE_CHECKING:
    from ntb_relief.model.instance import Instance
    from ntb_relief.model.routing import Depot, RoutingProblem, VehicleType


link, unlink = from_python(schedule.link), from_python(schedule.unlink)


@dataclass(repr=False)
class Case:
    """A problem, its arrays and one solution in them."""

    problem: RoutingProblem
    instance: Instance
    state: col.RoutingState
    scratch: col.Scratch
    best: col.BestCopy

    def __repr__(self) -> str:
        tables = {name: (x.duration_s.tolist(), x.distance_m.tolist()) for name, x in self.problem.matrices.items()}
        return f"{self.problem}, {tables}, routes {[self.route(v) for v in self.vehicles]}"

    def _repr_pretty_(self, printer, cycle) -> None:  # noqa: ARG002 - Hypothesis would print every array
        printer.text(repr(self))

    @property
    def arrays(self) -> col.RoutingArrays:
        return self.instance.arrays

    @property
    def num_stops(self) -> int:
        return len(self.problem.stops)

    @property
    def vehicles(self) -> range:
        return range(len(self.state.vehicle))

    @property
    def timed(self) -> bool:
        return bool(self.arrays.flags[col.TIMED])

    def kind(self, v: int) -> VehicleType:
        return self.problem.vehicle_types[self.state.vehicle[v, col.KIND]]

    def home(self, v: int) -> int:
        """Return the depot the vehicle loads at before it leaves its start, -1 where there is none."""
        return int(self.arrays.kind[self.state.vehicle[v, col.KIND], col.HOME_DEPOT])

    def nodes(self, v: int) -> list[int]:
        """Return the nodes of a route from its first to its last."""
        nodes, node = [], int(self.state.vehicle[v, col.FIRST])
        while node:
            nodes.append(node)
            assert len(nodes) < len(self.state.node), "the list runs in a circle"
            node = int(self.state.node[node, col.NEXT])
        return nodes

    def route(self, v: int) -> twin.Route:
        """Return a route as the twin writes it."""
        tasks = [
            ("stop", node - 1) if node <= self.num_stops else ("load", int(self.state.node[node, col.DEPOT])) for node in self.nodes(v)
        ]
        return tasks if self.home(v) < 0 else [("load", self.home(v)), *tasks]

    def write(self, v: int, route: twin.Route) -> None:
        """Put a route of the twin into the arrays in place of the old one."""
        for node in self.nodes(v):
            unlink(self.arrays, self.state, node)
        previous = 0
        for what, row in route[self.home(v) >= 0 :]:
            node = self.free_marker(v, row) if what == "load" else row + 1
            link(self.arrays, self.state, v, previous, node)
            previous = node
        schedule.refresh(self.arrays, self.state, v)

    def free_marker(self, v: int, depot: int) -> int:
        first, count = (int(self.state.vehicle[v, column]) for column in (col.MARKER, col.NUM_MARKERS))
        marker = next(m for m in range(first, first + count) if self.state.node[m, col.SLOT] < 0)
        self.state.node[marker, [col.DEPOT, col.PLACE]] = depot, self.arrays.depot[depot, 0]
        return marker

    def served(self) -> set[int]:
        """Return the nodes of the stops that are in some route."""
        return {node for v in self.vehicles for node in self.nodes(v) if node <= self.num_stops}

    def build(self, draw: float) -> None:
        """Insert all unserved stops in the order that `draw` selects."""
        search(self.arrays, self.state, self.scratch, self.best, 0, 1.0, 1.0, 0.0, 1, 40, draw, 0)

    def settle(self) -> None:
        """Write the bank and the totals that belong to the routes."""
        leaders = self.arrays.stop[:, col.LEADER]
        out = [node for node in range(1, self.num_stops + 1) if node not in self.served() and leaders[node] == node]
        self.state.bank[1:, 1] = -1
        self.state.bank[: len(out), 0] = out
        self.state.bank[out, 1] = range(len(out))
        self.state.total[col.NUM_BANK] = len(out)
        self.state.total[col.CURRENT] = self.state.total[col.BEST] = price(self.arrays, self.state)
        for kept, source in zip(
            self.best, (self.state.node, self.state.vehicle, self.state.bank, self.state.demand, self.state.total), strict=True
        ):
            kept[:] = source

    def twin_cost(self) -> int | None:
        routes = [(self.kind(v), self.route(v)) for v in self.vehicles]
        return twin.plan_cost(self.problem, routes, required_prize=self.instance.required_prize)


def new_case(problem: RoutingProblem, *, seed: int) -> Case:
    """Return the case in which nothing is served yet."""
    instance = encode(problem)
    state = instance.new_state(seed_state(seed))
    best = instance.new_best(state)
    case = Case(problem, instance, state, instance.new_scratch(), best)
    for v in case.vehicles:
        schedule.refresh(case.arrays, case.state, v)
    case.settle()
    return case


@st.composite
def cases(draw, *, metric: bool = False, keep_out: float = 0.2, transfers: bool = False) -> Case:
    """Draw a problem and a solution of it that breaks no rule; some stops stay out though they would fit, and all transfers.

    In a metric problem no detour is shorter: a stop more never makes a route quicker, one less never makes it late.
    """
    problem = draw(st.sampled_from([as_drawn, without_clocks, with_reloads, with_tight_days]))(draw(routing_problems(max_stops=7)))
    # Alternatives and goods that come late are judged with the whole engine, in tests/solvers/test_routing.py.
    problem = problem.replace(
        depots=tuple(_open_at_start(problem, depot) for depot in problem.depots),
        stops=tuple(replace(stop, group=None, release_s=0, taken_from=stop.taken_from if transfers else None) for stop in problem.stops),
    )
    if metric:
        problem = problem.replace(matrices={name: _metric(matrix) for name, matrix in problem.matrices.items()})
    seed = draw(st.integers(0, 2**32))
    case, chance = new_case(problem, seed=seed), random.Random(seed)
    alone = [row for row, stop in enumerate(problem.stops) if not case.arrays.stop[row + 1, col.PARTNER]]
    for stop in chance.sample(alone, len(alone)):
        ways = [] if chance.random() < keep_out else list(_ways(case, stop))
        if ways:
            case.write(*chance.choice(ways))
    case.settle()
    return case


def _ways(case: Case, stop: int):
    for v in case.vehicles:
        for new_trip in (False, True):
            for _, longer in twin.insertions(case.problem, case.kind(v), case.route(v), stop, new_trip=new_trip):
                yield v, longer


def as_drawn(problem: RoutingProblem) -> RoutingProblem:
    return problem


def with_reloads(problem: RoutingProblem) -> RoutingProblem:
    """Return the problem with small vehicles that may go out four times, from any depot and to any stop."""
    stops = tuple(replace(stop, vehicle_types=None, depots=None) for stop in problem.stops)
    kinds = tuple(replace(kind, max_trips=4, depots=None, capacity=(7,) * len(kind.capacity)) for kind in problem.vehicle_types)
    return problem.replace(stops=stops, vehicle_types=kinds)


def with_tight_days(problem: RoutingProblem) -> RoutingProblem:
    """Return the problem with reloads, depots that close, stops that open late, costs of time and limits of length."""
    problem = with_reloads(problem)
    return problem.replace(
        depots=tuple(replace(depot, close_s=depot.close_s or depot.open_s + 90) for depot in problem.depots),
        stops=tuple(replace(stop, window_s=(200 * (row % 2), None)) for row, stop in enumerate(problem.stops)),
        vehicle_types=tuple(replace(kind, cost_per_s=1, max_distance_m=kind.max_distance_m or 200) for kind in problem.vehicle_types),
    )


def _open_at_start(problem: RoutingProblem, depot: Depot) -> Depot:
    """Return the depot open until the last shift begins: that it may close before has a test of its own."""
    last_to_start = max(kind.shift_s[0] for kind in problem.vehicle_types)
    return depot if depot.close_s is None else replace(depot, close_s=max(depot.close_s, last_to_start))


def without_clocks(problem: RoutingProblem) -> RoutingProblem:
    """Return the problem with nothing that depends on time."""
    return problem.replace(
        stops=tuple(replace(stop, window_s=(0, None)) for stop in problem.stops),
        depots=tuple(replace(depot, open_s=0, close_s=None) for depot in problem.depots),
        vehicle_types=tuple(replace(kind, shift_s=(0, None), max_duration_s=None, cost_per_s=0) for kind in problem.vehicle_types),
    )


def _metric(matrix):
    tables = {name: getattr(matrix, name) for name in ("duration_s", "distance_m", "toll_idr") if getattr(matrix, name) is not None}
    return replace(matrix, **{name: _shortest(table) for name, table in tables.items()})


def _shortest(table):
    """Return the table with every cell as short as the best detour (Floyd and Warshall)."""
    ways = np.where(table < 0, np.inf, table)
    for via in range(len(ways)):
        ways = np.minimum(ways, ways[:, via, None] + ways[None, via, :])
    return np.where(np.isinf(ways), -1, ways).astype(np.int64)
