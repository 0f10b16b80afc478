"""Maps of sites and stock: who is served by which, in which colour, how large; that they ask for nothing and escape names."""

from __future__ import annotations

import numpy as np
import pytest

from ntb_relief import FacilityLocationProblem, MaxCover, PMedian, RoadNetwork, UnknownReferenceError
from ntb_relief.model.prepositioning import PrepositioningProblem, StockScenario
from ntb_relief.solvers.facility_location import solve_facility_location
from ntb_relief.solvers.prepositioning import solve_prepositioning
from ntb_relief.viz.site_maps import map_sites, map_stock
from tests.viz.pages import Page
from tests.viz.test_browser import dump, needs_browser

NETWORK = RoadNetwork.from_ntb()
SITES = {"MTR": "kec:52.71.05", "BIMA": "kec:52.72.05", "SBW": "kec:52.04.08"}
POINTS = {"a": "kec:52.01.01", "b": "kec:52.08.01", "c": "kec:52.06.03", "d": "kec:52.05.01"}
COST = np.array([[1.0, 90, 50], [2, 95, 60], [80, 3, 40], [70, 9, 30]])
NAMES = {"MTR": "Gudang <Mataram>", "c": "Woha"}


def site_plan(goal):
    problem = FacilityLocationProblem(tuple(POINTS), tuple(SITES), COST, weight=[4, 1, 2, 1])
    return solve_facility_location(problem, goal=goal).plan_or_raise()


def stock_plan():
    way_m = COST.T * 1000
    told = (
        StockScenario("barat", 0.5, np.array([[40.0], [30], [0], [0]]), np.ones(3), way_m),
        StockScenario("timur", 0.5, np.array([[0.0], [0], [20], [0]]), np.ones(3), np.where(way_m > 4000, -1.0, way_m)),
    )
    problem = PrepositioningProblem(
        tuple(SITES),
        ("kecil",),
        tuple(POINTS),
        ("rice",),
        [[50.0], [50.0], [0.0]],
        [[10.0]] * 3,
        [1.0],
        [1.0],
        [90.0],
        [1.0],
        told,
        most_sites=2,
    )
    return solve_prepositioning(problem, gap=0).plan_or_raise()


def layers(page):
    return {layer["name"].split(" (")[0]: layer for layer in Page(page.html).data["layers"]}


def test_points_wear_the_colour_of_their_site_and_grow_with_their_weight():
    drawn = layers(map_sites(site_plan(PMedian(2)), NETWORK, sites=SITES, points=POINTS, names=NAMES))
    circles = {item["name"]: item for item in drawn["titik permintaan"]["items"]}
    assert circles["a"]["colour"] == circles["b"]["colour"] != circles["Woha"]["colour"] == circles["d"]["colour"]
    assert circles["a"]["radius"] == 9.0 > circles["Woha"]["radius"] > circles["b"]["radius"] > 2.0
    assert circles["a"]["text"] == "4, dilayani Gudang <Mataram>"
    lines = {item["name"]: item for item in drawn["penugasan"]["items"]}
    assert [len(item["pairs"]) for item in lines.values()] == [4, 4]
    stands = {item["name"]: item for item in drawn["lokasi dibuka"]["items"]}
    assert stands["Gudang <Mataram>"]["rows"] == [["Titik", 2], ["Bobot", 5.0]]


def test_lines_run_from_site_to_point():
    page = map_sites(site_plan(PMedian(2)), NETWORK, sites=SITES, points=POINTS)
    data = Page(page.html).data
    (line,) = [item for item in layers(page)["penugasan"]["items"] if item["name"] == "BIMA"]
    rows = NETWORK.index.rows([SITES["BIMA"], POINTS["c"]])
    ends = [[round(float(NETWORK.table.node_lat[row]), 4), round(float(NETWORK.table.node_lon[row]), 4)] for row in rows]
    assert [data["points"][number] for number in line["pairs"][:2]] == ends


def test_who_is_not_covered_is_white_and_said_so():
    drawn = layers(map_sites(site_plan(MaxCover(1, 10.0)), NETWORK, sites=SITES, points=POINTS))
    circles = {item["name"]: item for item in drawn["titik permintaan"]["items"]}
    assert (circles["c"]["colour"], circles["c"]["text"]) == ("#fff", "2, tidak dilayani")


def test_stock_is_told_by_site_and_need_by_point():
    plan = stock_plan()
    page = map_stock(plan, NETWORK, sites=SITES, points=POINTS, names={"kecil": "Kecil", "rice": "Beras"})
    drawn, data = layers(page), Page(page.html).data
    circles = {item["name"]: item for item in drawn["kebutuhan harapan"]["items"]}
    assert set(circles) == {"a", "b", "c"}
    assert circles["a"]["text"].startswith("20 l, terpenuhi 100,0 %")
    assert circles["b"]["colour"] != circles["a"]["colour"]
    stands = {item["name"]: item["rows"] for item in drawn["lokasi dibuka"]["items"]}
    assert stands["BIMA"] == [["Ukuran", "Kecil"], ["Beras", pytest.approx(20.0)]]
    assert data["facts"][0] == ["Gudang", "2", ""]
    assert any("2 skenario" in note for note in data["notes"])


def test_pages_ask_for_nothing_and_read_no_name_as_html():
    for page in (
        map_sites(site_plan(PMedian(2)), NETWORK, sites=SITES, points=POINTS, names=NAMES, title="<b>x</b>"),
        map_stock(stock_plan(), NETWORK, sites=SITES, points=POINTS, names=NAMES),
    ):
        read = Page(page.html)
        assert {key for _, attributes in read.tags for key in attributes} & {"src", "href", "action", "data", "poster", "srcset"} == set()
        assert read.policy.startswith("default-src 'none'")
        assert "<Mataram>" not in page.html
        assert len(page.html) < 1_500_000


def test_places_without_a_node_are_refused():
    with pytest.raises(UnknownReferenceError, match="point 'a'"):
        map_sites(site_plan(PMedian(2)), NETWORK, sites=SITES, points={"b": POINTS["b"]})
    with pytest.raises(UnknownReferenceError, match="site 'MTR'"):
        map_stock(stock_plan(), NETWORK, sites={}, points=POINTS)


@needs_browser
def test_a_browser_draws_both(tmp_path):
    for page in (
        map_sites(site_plan(PMedian(2)), NETWORK, sites=SITES, points=POINTS),
        map_stock(stock_plan(), NETWORK, sites=SITES, points=POINTS),
    ):
        html, complaints = dump(page, tmp_path)
        assert "lokasi dibuka" in html
        assert not complaints
