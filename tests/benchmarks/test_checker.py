"""The judge of the benchmarks: exact prices, and every rule seen to be broken when it is."""

from __future__ import annotations

import csv
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.best_known import find_best_known
from benchmarks.checker import check, infer_amounts
from benchmarks.families import FAMILIES
from benchmarks.instances import read_instance
from benchmarks.solutions import read_amounts, read_solution
from tests.benchmarks.exhaust import lowest_cost
from tests.benchmarks.tiny import FILES, SHARED, TINY

PAIRS = "pdptw_lilim/small/tiny-pairs.txt"
DEPOTS = "mdvrp_cordeau/tiny-depots.txt"
ARRIVALS = "ccvrp/tiny-arrivals.vrp"
SPLIT = "sdvrp/small/tiny-split.sd"


def _faults(name: str, routes: list[list[int]]) -> tuple[str, ...]:
    return check(read_instance(TINY / name), routes).violations


def test_lengths_are_rounded_as_the_family_says():
    """From client 3 at (-3, 4) to client 4 at (-8, 6) it is sqrt(29) = 5.385."""
    instance = read_instance(TINY / "cvrp_x/tiny-n7-k3.vrp")
    assert check(instance, [[3, 4]]).cost == 5 + 5 + 10
    tenths = read_instance(TINY / "vrptw_gh1000_dimacs/tiny-windows.vrp")
    assert check(tenths, [[3, 4]]).cost == 20.3
    exact = read_instance(TINY / "vrptw_solomon/TINY.txt")
    assert check(exact, [[3, 4]]).cost == pytest.approx(15 + 29**0.5, abs=1e-12)
    thousandths = read_instance(TINY / "site_dependent_vrptw/tiny-access.vrp")
    assert check(thousandths, [[], [], [3, 4]]).cost == 20.385


def test_an_unlike_fleet_is_priced_by_vehicle_number():
    instance = read_instance(TINY / "hfvrp_pessoa/tiny-fleet.vrp")
    small, large = check(instance, [[2]]).cost, check(instance, [[], [], [], [2]]).cost
    assert small == (20 * 70 + 500) / 100
    assert large == (20 * 90 + 1200) / 100


def test_prizes_of_clients_left_out_are_part_of_the_cost():
    instance = read_instance(TINY / "pcvrptw/tiny-prizes.vrp")
    assert check(instance, [[1]]).cost == 10 + 9 + 8 + 30 + 5 + 12
    assert check(instance, [[1]]).is_feasible


@pytest.mark.parametrize(
    "name, routes, words",
    [
        ("cvrp_x/tiny-n7-k3.vrp", [[1, 2, 3], [4, 5], [6]], "load 12 exceeds the capacity 9"),
        ("cvrp_x/tiny-n7-k3.vrp", [[1, 2], [3, 4], [5]], "client 6 is not served"),
        ("cvrp_x/tiny-n7-k3.vrp", [[1, 2], [3, 4], [5, 6], [1]], "client 1 is served 2 times"),
        ("cvrp_x/tiny-n7-k3.vrp", [[1, 2], [3, 4], [5, 6, 7]], "location 7 does not exist"),
        ("cvrp_x/tiny-n7-k3.vrp", [[1, 2], [3, 0, 4], [5, 6]], "reloads at a depot where its vehicle may not"),
        ("vrptw_gh1000_dimacs/tiny-windows.vrp", [[5, 6], [2, 1], [4, 3]], "reaches 3 at 27.3, it closes at 20"),
        ("vrptw_gh1000_dimacs/tiny-windows.vrp", [[5, 6], [2], [1], [3, 4]], "4 vehicles are used, there are 3"),
        ("pcvrptw/tiny-prizes.vrp", [[2]], "client 1 is not served"),
        ("mdvrptw/tiny-depots.vrp", [[3, 7], [2, 6], [4], [5]], "takes 40.974, 34 is allowed"),
        ("mdvrptw/tiny-depots.vrp", [[2], [3], [4], [5], [6, 7]], "there is no vehicle 5"),
        ("site_dependent_vrptw/tiny-access.vrp", [[1, 2, 4], [], []], "its vehicle may not serve 4"),
        ("mtvrptwr/tiny-trips.vrp", [[1, 3, 4]], "load 12 exceeds the capacity 8"),
        ("vrpb/tiny-backhauls.vrp", [[3, 4], [2, 1], [6, 5]], "delivers after a pickup"),
        ("vrpb/tiny-backhauls.vrp", [[4], [2, 1], [6], [3, 5]], "has pickups alone"),
        ("gvrp/tiny-groups.vrp", [[1, 2], [3, 5]], "group 1 is served 2 times"),
        ("gvrp/tiny-groups.vrp", [[1, 2]], "group 3 is served 0 times"),
        ("hfvrp_pessoa/tiny-fleet.vrp", [[1], [2], [3], [4], [5], [6]], "there is no vehicle 6"),
        (PAIRS, [[2, 1], [3, 4], [5, 6]], "route 1: delivers at 2 before it picks up at 1"),
        (PAIRS, [[1, 3, 4], [2], [5, 6]], "route 2: has one of the pickup 1 and its delivery 2, not both"),
        (PAIRS, [[1, 3, 2, 4], [5, 6]], "route 1: load 11 exceeds the capacity 10"),
        (PAIRS, [[5, 6, 1, 2], [3, 4]], "reaches 1 at"),
        (PAIRS, [[1, 2], [3, 4]], "client 5 is not served"),
        (PAIRS, [[1, 2], [3, 4], [5, 6], [1, 2]], "client 1 is served 2 times"),
        (DEPOTS, [[2, 3, 4], [], [5, 6], [7]], "route 1: load 11 exceeds the capacity 9"),
        (DEPOTS, [[5, 6], [], [2, 3, 4], [7]], "route 1: takes"),
        (DEPOTS, [[2], [3], [4], [5], [6, 7]], "route 5: there is no vehicle 5"),
        (ARRIVALS, [[1, 2, 4, 3, 5, 6]], "1 vehicles are used, 2 must be"),
        (ARRIVALS, [[1, 2], [4, 3], [5, 6]], "3 vehicles are used, there are 2"),
        (ARRIVALS, [[1, 2, 5, 6], [4, 3]], "load 13 exceeds the capacity 10"),
        (SPLIT, [[1, 2], [3, 4]], "no amounts fit"),
        (SPLIT, [[1, 2, 1], [3], [4], [2]], "route 1: comes to 1 twice"),
        (SPLIT, [[1, 2], [1, 3], [3]], "client 4 is not served"),
        (SPLIT, [[1, 9], [2], [3], [4]], "location 9 does not exist"),
    ],
)
def test_every_broken_rule_is_told(name: str, routes: list[list[int]], words: str):
    assert any(words in fault for fault in _faults(name, routes)), _faults(name, routes)


def test_a_trip_leaves_after_the_latest_release_of_its_clients():
    """Client 2 is released at 30 and lies 10 away; its door is closed at 39 here and open at 40."""
    instance = read_instance(TINY / "mtvrptwr/tiny-trips.vrp")
    for closes, is_late in ((39, True), (40, False)):
        windows = instance.windows.copy()
        windows[2, 1] = closes
        faults = check(replace(instance, windows=windows), [[1, 2, 0, 3, 4, 0, 5, 6]]).violations
        # By way of client 1, with 1 of service there: at 30 + 5 + 1 + 5 = 41 without release it would be 11.
        assert any("reaches 2 at 41" in fault for fault in faults)
        alone = check(replace(instance, windows=windows), [[2, 0, 1], [3, 4, 0, 5, 6]]).violations
        assert any("reaches 2 at 40" in fault for fault in alone) is is_late


def test_the_duration_of_a_route_is_that_of_its_latest_start():
    """A window that opens at 40 makes an early start wait, not a late one: leaving at 35 the route takes 12."""
    instance = read_instance(TINY / "vrptw_gh1000_dimacs/tiny-windows.vrp")
    for longest, is_broken in ((12, False), (11.9, True)):
        limited = replace(instance, fleet=(replace(instance.fleet[0], max_duration=longest),))
        assert any("route 1: takes 12" in fault for fault in check(limited, [[1]]).violations) is is_broken


def test_pickups_and_deliveries_share_the_vehicle():
    """Deliveries of 4 and 4 and a pickup of 6: fits in 9 after one delivery is done, not before any."""
    instance = replace(read_instance(TINY / "vrpb/tiny-backhauls.vrp"), has_linehaul_first=False)
    assert any("load 14 exceeds" in fault for fault in check(instance, [[5, 1, 2]]).violations)
    assert any("load 10 exceeds" in fault for fault in check(instance, [[1, 5, 2]]).violations)
    assert not any("load" in fault for fault in check(instance, [[1, 2, 5]]).violations)


def test_explicit_lengths_are_taken_as_they_are():
    instance = read_instance(TINY / "cvrp_x/tiny-n7-k3.vrp")
    matrix = np.arange(49).reshape(7, 7)
    assert check(replace(instance, coords=None, matrix=matrix), [[1, 2]]).cost == 1 + 9 + 14


def test_a_delivery_of_a_pair_is_not_on_board_before_its_pickup():
    """Loads of 6 and 5 in a vehicle of 10: one after the other fits, both at once does not."""
    for route, is_broken in (([1, 2, 3, 4], False), ([3, 4, 1, 2], False), ([1, 3, 4, 2], True)):
        assert any("load" in fault for fault in _faults(PAIRS, [route])) is is_broken


def test_the_cost_of_arrivals_is_their_sum_and_the_way_home_is_free():
    """Five to the first client and five more to the second; ten to the third."""
    assert check(read_instance(TINY / ARRIVALS), [[1, 2], [6]]).cost == 5 + 10 + 10


def test_a_route_of_cordeau_takes_its_service_too():
    """Out to client 2 and back it is 10, and 1 of service: of the 30 allowed at the first depot it may take 11."""
    instance = read_instance(TINY / DEPOTS)
    for longest, is_broken in ((11, False), (10.99, True)):
        fleet = (replace(instance.fleet[0], max_duration=longest), *instance.fleet[1:])
        assert any("takes 11" in fault for fault in check(replace(instance, fleet=fleet), [[2]]).violations) is is_broken


@pytest.mark.parametrize(
    "amounts, words",
    [
        ([[7, 3], [3, 7], [1, 9]], None),
        ([[7, 3], [3, 7], [2, 8]], "client 3 gets 9 of 8"),
        ([[7, 3], [3, 7], [2, 8]], "client 4 gets 8 of 9"),
        ([[7, 3], [3, 8], [0, 9]], "route 2: load 11 exceeds the capacity 10"),
        ([[7, 3], [3, 8], [0, 9]], "route 3: brings 0 to 3"),
        ([[7, 3], [3, 7], [10]], "not one amount for every visit"),
        ([[7, 3], [3, 7]], "not one amount for every visit"),
    ],
)
def test_amounts_of_split_deliveries_must_add_up(amounts: list[list[int]], words: str | None):
    verdict = check(read_instance(TINY / SPLIT), [[1, 2], [2, 3], [3, 4]], amounts=amounts)
    if words is None:
        assert verdict.violations == ()
    else:
        assert any(words in fault for fault in verdict.violations), verdict.violations


ROUTES = st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=3, unique=True), min_size=1, max_size=3)


@given(routes=ROUTES, demands=st.lists(st.integers(1, 4), min_size=3, max_size=3), capacity=st.integers(2, 6))
def test_amounts_are_found_exactly_where_there_are_some(routes: list[list[int]], demands: list[int], capacity: int):
    """Every amount of every visit is tried."""
    instance = read_instance(TINY / SPLIT)
    table = np.array([0, *demands, 0])[:, None]
    clients = 4
    instance = replace(
        instance,
        demands=table[:clients],
        windows=instance.windows[:clients],
        fleet=(replace(instance.fleet[0], capacity=(capacity,)),),
    )
    visits = [(number, place) for number, route in enumerate(routes) for place in route]
    is_possible = any(_adds_up(visits, brought, demands, capacity) for brought in product(range(1, 5), repeat=len(visits)))
    found = infer_amounts(instance, routes)
    assert (found is not None) is is_possible
    if found is not None:
        assert _adds_up(visits, [amount for row in found for amount in row], demands, capacity)
        assert check(instance, routes, amounts=found).violations == ()
    assert any("no amounts fit" in fault for fault in check(instance, routes).violations) is not is_possible


def _adds_up(visits: list[tuple[int, int]], brought, demands: list[int], capacity: int) -> bool:
    loads, served = [0] * 3, [0] * 3
    for (number, place), amount in zip(visits, brought, strict=True):
        loads[number] += amount
        served[place - 1] += amount
    return served == demands and max(loads) <= capacity


@pytest.mark.parametrize("family", FILES)
def test_best_known_costs_of_the_tiny_files_are_the_lowest(family: str):
    """Every route of every set of clients is tried."""
    best = find_best_known(FILES[family], family=family)
    assert lowest_cost(read_instance(FILES[family])) == pytest.approx(best, abs=1e-6)


@pytest.mark.skipif(not (SHARED / "bks.csv").exists(), reason="the instances of the literature are not here")
def test_routes_of_the_literature_cost_exactly_what_their_table_says():
    """Every solution that lies beside a file; the table keeps two decimals of the one family that does not round."""
    with (SHARED / "bks.csv").open(encoding="utf-8") as lines:
        known = {(row["family"], row["instance"]): float(row["best_known_cost"]) for row in csv.DictReader(lines)}
    wrong, seen = [], set()
    for path in sorted(SHARED.glob("*/**/*.sol")):
        family = path.relative_to(SHARED).parts[0]
        file = next(path.with_suffix(suffix) for suffix in FAMILIES[family].suffixes if path.with_suffix(suffix).exists())
        verdict = check(read_instance(file), read_solution(path), amounts=read_amounts(path))
        cost = round(verdict.cost, 2) if family == "hfvrp_pessoa" else verdict.cost
        if cost != known[family, path.stem] or not verdict.is_feasible:
            wrong.append((family, path.stem, verdict.cost, verdict.violations[:2]))
        seen.add((family, path.stem))
    assert wrong == []
    assert seen == set(known)


@pytest.mark.skipif(not SHARED.exists(), reason="the instances of the literature are not here")
def test_every_file_of_the_literature_is_read_as_its_family():
    for name, family in FAMILIES.items():
        files = [path for path in (SHARED / name).rglob("*") if path.suffix in family.suffixes]
        assert files
        for path in files:
            instance = read_instance(path)
            assert instance.family is family
            assert instance.demands.sum() > 0
            if name == "pdptw_lilim":
                assert 2 * len(instance.pairs) == len(instance.clients)
            if name == "ccvrp":
                assert instance.num_vehicles * instance.fleet[0].capacity[0] >= instance.demands.sum()


@pytest.mark.skipif(not (SHARED / "sdvrp" / "SET-1" / "SD1.txt").exists(), reason="the instances of the literature are not here")
def test_a_split_answer_worked_out_by_hand_costs_its_best_known():
    """Four pairs of clients in a line from the depot: near ones are helped out on the way, what is left of them goes two by two."""
    path = SHARED / "sdvrp" / "SET-1" / "SD1.txt"
    verdict = check(read_instance(path), [[1, 5], [2, 6], [3, 7], [4, 8], [1, 2], [3, 4]])
    assert verdict.violations == ()
    assert verdict.cost == find_best_known(path, family="sdvrp")
