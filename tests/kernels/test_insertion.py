"""The price of an insertion beside the prices of the route with and without the stop."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.kernels.routing import arrays as col
from ntb_relief.kernels.routing import insertion
from ntb_relief.kernels.routing.arrays import IMPOSSIBLE
from ntb_relief.model.routing import Depot, RoutingProblem, Stop, VehicleType
from ntb_relief.model.travel import TravelMatrix
from tests.kernels.call import from_python
from tests.kernels.cases import cases, new_case
from tests.oracles import routes as twin

pytestmark = [pytest.mark.tiny, pytest.mark.filterwarnings("ignore::ntb_relief.errors.ReliefWarning")]

insertion_cost = from_python(insertion.insertion_cost)


def price(case, v, route, *, loads=True):
    """Return the cost of a route, None where it breaks a limit of time, length or path, the order, or a load at some arc."""
    problem, kind = case.problem, case.kind(v)
    trips = [stops for _, stops in twin.trips_of(route)]
    if loads and case.arrays.flags[col.PICKUPS]:
        peaks = [peak - room for stops in trips for peak, room in zip(twin.peaks(problem, stops), kind.capacity, strict=True)]
        if max(peaks, default=0) > 0 or any(kind.max_stops is not None and len(stops) > kind.max_stops for stops in trips):
            return None
    if problem.linehaul_first and not all(twin.is_in_order(problem, stops) for stops in trips):
        return None
    return twin.route_cost(problem, kind, route)


def places(case, stop):
    """Yield (vehicle, node before, node behind, depot or None, route with the stop) of every place, loads aside."""
    for v in case.vehicles:
        route, nodes = case.route(v), [0, *case.nodes(v), 0]
        for index, (p, x) in enumerate(pairwise(nodes)):
            for depot in (None, *range(len(case.problem.depots))):
                longer = twin.with_stop(route, position=index + (case.home(v) >= 0), stop=stop - 1, depot=depot)
                yield v, p, x, depot, longer


@settings(max_examples=40)
@given(cases(keep_out=0.4), st.sampled_from([IMPOSSIBLE, IMPOSSIBLE, 60]))
def test_an_insertion_costs_what_the_longer_route_costs_more(case, limit):
    """Everywhere, with and without a reload; impossible exactly where the longer route breaks a limit.

    What reaches the caller's own limit may be told as impossible as well.
    """
    for stop in set(range(1, case.num_stops + 1)) - case.served():
        for v, p, x, depot, longer in places(case, stop):
            told = insertion_cost(case.arrays, case.state, stop, v, p, x, -1 if depot is None else depot, limit)
            before, after = price(case, v, case.route(v)), price(case, v, longer, loads=depot is None)
            if limit == IMPOSSIBLE:
                assert told == (IMPOSSIBLE if after is None else after - before)
            elif told != IMPOSSIBLE:
                assert told == after - before


@settings(max_examples=30)
@given(cases(metric=True, keep_out=0.4), st.integers(0, 200))
def test_nothing_below_the_limit_is_lost(case, limit):
    """Where no detour is shorter, every place that costs less than the limit is told with its price."""
    for stop in set(range(1, case.num_stops + 1)) - case.served():
        for v, p, x, depot, longer in places(case, stop):
            told = insertion_cost(case.arrays, case.state, stop, v, p, x, -1 if depot is None else depot, limit)
            before, after = price(case, v, case.route(v)), price(case, v, longer, loads=depot is None)
            if after is not None and after - before < limit:
                assert told == after - before
            else:
                assert told >= limit


def test_a_vehicle_cannot_load_at_home_when_the_depot_there_is_closed():
    """The depot takes no loading after 5, the shift begins at 10."""
    table = np.array([[0, 1], [1, 0]])
    problem = RoutingProblem(
        depots=(Depot("depot", "d", 0, 5),),
        stops=(Stop("a", "a", (1,)),),
        vehicle_types=(VehicleType("truck", 1, (2,), "road", "d", shift_s=(10, None)),),
        matrices={"road": TravelMatrix("road", ("d", "a"), table, table)},
    )
    case = new_case(problem, seed=1)
    assert twin.route_cost(problem, case.kind(0), [("load", 0), ("stop", 0)]) is None
    assert not case.arrays.allowed[0, 1]
