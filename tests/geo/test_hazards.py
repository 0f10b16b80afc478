"""Synthetic disasters: repeatable, labelled, calibrated on the counts, gentler far away, and harder on steep roads."""

from __future__ import annotations

import numpy as np
import pytest

from ntb_relief import InputError, PrepositioningProblem, RoadNetwork, load_province, travel_matrix
from ntb_relief.data import read_table
from ntb_relief.geo.hazards import HAZARDS, _failures, _Ground, hazard_scenarios, quake_fit
from ntb_relief.geo.sphere import great_circle_m
from ntb_relief.geo.stock_scenarios import stock_scenarios

NETWORK, PROVINCE = RoadNetwork.from_ntb(), load_province()


@pytest.fixture(scope="module")
def told():
    return {hazard: hazard_scenarios(NETWORK, hazard=hazard, count=60, rng=3) for hazard in HAZARDS}


@pytest.mark.parametrize("hazard", HAZARDS)
def test_disasters_are_labelled_and_hold_together(told, hazard: str):
    scenarios = told[hazard]
    assert sum(one.probability for one in scenarios) == pytest.approx(1)
    assert len({one.id for one in scenarios}) == 60
    for one in scenarios:
        assert one.confidence == "synthetic"
        assert one.title.endswith("(sintetis)")
        assert one.people.keys() <= PROVINCE.desa.keys()
        assert all(0 < people <= PROVINCE.desa[code].population for code, people in one.people.items())
        assert one.survival.shape == NETWORK.table.node_lon.shape
        assert ((one.survival >= 0) & (one.survival <= 1)).all()
        assert one.num_people == sum(one.people.values())


def test_a_seed_repeats_them_and_another_does_not():
    one, same, other = (hazard_scenarios(NETWORK, hazard="combined", count=4, rng=seed) for seed in (5, 5, 6))
    assert [(x.people, x.closed) for x in one] == [(x.people, x.closed) for x in same]
    assert all((x.survival == y.survival).all() for x, y in zip(one, same, strict=True))
    assert [x.people for x in one] != [x.people for x in other]


def test_the_fit_comes_near_the_counts_of_2018():
    """Two figures for four counts: each is met within a factor 2.7, which the scatter owns up to."""
    level, slope, scatter = quake_fit()
    shock = next(row for row in read_table("earthquakes") if row["usgs_id"] == "us1000g3ub")
    for code, count in {"52.08": 198_846, "52.01": 91_372, "52.03": 76_506, "52.71": 20_343}.items():
        desa = [one for one in PROVINCE.desa_of(code) if one.population and one.node_id]
        at = {"to_lon": [one.lon for one in desa], "to_lat": [one.lat for one in desa]}
        km = great_circle_m(lon=float(shock["lon"]), lat=float(shock["lat"]), **at) / 1000
        people = float(np.array([one.population for one in desa]) @ (1 / (1 + np.exp(slope * km - level))))
        assert 1 / 2.7 < people / count < 2.7
    assert 0.5 < scatter < 0.9


def test_quakes_fall_off_with_distance(told):
    near, far = [], []
    for one in told["earthquake"]:
        assert 5.8 <= one.magnitude <= 7.0
        for desa in PROVINCE.desa.values():
            if desa.population and desa.node_id:
                apart = np.hypot(desa.lon - one.lon, desa.lat - one.lat)
                share = one.people.get(desa.code, 0) / desa.population
                (near if apart < 0.15 else far if apart > 0.8 else []).append(share)
    assert np.mean(near) > 20 * np.mean(far)


def test_steep_roads_fail_more_often_and_together():
    """Where the shaking is the same everywhere, failures follow the slopes, and vary far more than coins tossed one by one."""
    ground, chance = _Ground(NETWORK), np.random.default_rng(4)
    fails = np.array([_failures(ground, chance, "earthquake", np.ones(len(ground.node_lon))) for _ in range(300)])[:, ground.kind == "road"]
    steep = ground.steep[ground.node_kecamatan[ground.edge_from]][ground.kind == "road"]
    rate = fails.mean(axis=0)
    assert rate == pytest.approx(0.03 + 0.45 * steep, abs=0.13)
    assert np.corrcoef(rate, steep)[0, 1] > 0.9
    assert fails.sum(axis=1).var() > 5 * (rate * (1 - rate)).sum()


def test_droughts_leave_roads_and_stock_alone(told):
    for one in told["drought"]:
        assert one.closed == ()
        assert (one.survival == 1).all()
        assert 100 <= len(one.people) <= 335


def test_wrong_questions_are_refused_at_once():
    with pytest.raises(InputError) as caught:
        hazard_scenarios(NETWORK, hazard="tsunami", count=0, rng=-1)
    assert [issue.where for issue in caught.value.issues] == ["hazard", "count", "rng"]


def test_stock_scenarios_measure_the_broken_network(told):
    """Distances equal those of a copy of the network without the failed links; needs are people times rates."""
    hazards = told["combined"][:3]
    sites = {"MTR": "kec:52.71.05", "BIMA": "kec:52.72.05"}
    points = {code: desa.node_id for code, desa in PROVINCE.desa.items() if desa.node_id}
    rates = {"rice": 2.8, "tent": 0.05}
    found = stock_scenarios(NETWORK, hazards, sites=sites, points=points, units_per_person=rates, profile="4wd")
    for hazard, scenario in zip(hazards, found, strict=True):
        links = [
            tuple(NETWORK.table.node_ids[int(end[edge])] for end in (NETWORK.table.edge_from, NETWORK.table.edge_to))
            for edge in hazard.closed
        ]
        some = dict(list(points.items())[::200])
        exact = travel_matrix(NETWORK.without(links), places={**sites, **some}, profile="4wd").distance_m[:2, 2:]
        columns = [list(points).index(code) for code in some]
        assert (scenario.distance_m[:, columns] == exact).all()
        assert scenario.need.sum(axis=0) == pytest.approx([hazard.num_people * 2.8, hazard.num_people * 0.05])
        assert scenario.survival.tolist() == [hazard.survival[row] for row in NETWORK.index.rows(sites.values())]
    problem = PrepositioningProblem(
        tuple(sites), ("s",), tuple(points), tuple(rates), [[1.0]] * 2, [[1.0]] * 2, [1.0, 1.0], [1.0, 1.0], [2.0, 2.0], [1.0, 1.0],
        tuple(one.replace(probability=1 / 3) for one in found),
    )  # fmt: skip
    assert len(problem.scenarios) == 3


def test_stock_scenarios_refuse_points_that_miss_people(told):
    with pytest.raises(InputError, match="are missing") as caught:
        stock_scenarios(NETWORK, told["drought"][:1], sites={}, points={}, units_per_person={"rice": float("nan")}, profile="4wd")
    assert len(caught.value.issues) == 2
