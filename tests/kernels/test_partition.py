"""Location-routing of a few stops by dynamic programming: what it hands back adds up to what it says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ntb_relief.kernels.siting.partition import best_partition

pytestmark = pytest.mark.tiny


def _case(seed, n=5, m=3):
    rng = np.random.default_rng(seed)
    travel = rng.integers(1, 50, (m + n, m + n)).astype(float)
    np.fill_diagonal(travel, 0)
    return travel, rng.integers(1, 6, n), rng.integers(6, 20, m), rng.integers(0, 40, m).astype(float), np.array([0, 1, -1], np.int8)


@pytest.mark.parametrize("seed", range(8))
def test_sites_and_following_stops_make_the_cost(seed):
    travel, demand, room, fixed, mode = _case(seed)
    m, n = 3, 5
    cost, site, following = best_partition(travel, demand, room, fixed, mode, 8, 3.0)
    if math.isinf(cost):
        assert room[:2].sum() < demand.sum() + 8
        return
    total = sum(fixed[j] for j in set(site.tolist()) | {1})
    firsts = set(range(n)) - set(following.tolist())
    for first in firsts:
        load, last, stop = 0, site[first], first
        total += 3.0
        while stop >= 0:
            assert site[stop] == site[first]
            load += demand[stop]
            total += travel[last, m + stop]
            last, stop = m + stop, following[stop]
        total += travel[last, site[first]]
        assert load <= 8
    assert total == pytest.approx(cost)
    assert 2 not in site
    brought = np.bincount(site, weights=demand, minlength=m)
    assert (brought <= room).all()


def test_without_a_way_there_is_no_plan():
    travel, demand, room, fixed, mode = _case(0)
    travel[3, :3] = travel[3, 4:] = math.inf
    assert math.isinf(best_partition(travel, demand, room, fixed, mode, 8, 3.0)[0])
