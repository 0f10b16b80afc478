"""Maps of the network: what the pages show, that they ask for nothing, and that a browser draws them; and the figures."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
import shapely

from ntb_relief.geo.access_map import access_changes, desa_people
from ntb_relief.geo.criticality import link_criticality
from ntb_relief.geo.disruption import Disruption, disrupted
from ntb_relief.geo.isochrones import isochrones
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.province import load_province
from ntb_relief.geo.service_areas import APPROXIMATE
from ntb_relief.geo.sphere import great_circle_m
from ntb_relief.viz.network_maps import map_criticality, map_disruption, map_isochrones, map_network
from ntb_relief.viz.network_plots import plot_disruption, plot_isochrones, plot_network
from ntb_relief.viz.network_style import CHANGE_STYLES, IMPACT_STEPS, TIME_COLOURS, time_colour
from ntb_relief.viz.page import NETWORK_SCRIPTS, _scripts
from tests.geo.networks import make_table
from tests.viz.pages import Page
from tests.viz.test_browser import dump, needs_browser, needs_node

PROVINCE, NETWORK = load_province(), RoadNetwork.from_ntb()
STORES = ["kec:52.71.05", "kec:52.72.05"]
SLIDE = shapely.Point(116.30, -8.35).buffer(0.06)


@pytest.fixture(scope="module")
def told():
    """Return one map of each kind with what it was made of."""
    broken = disrupted(NETWORK, [Disruption.in_area(NETWORK, SLIDE), Disruption(edges=(0, 1), slow_factor=2.0)])
    access = access_changes(PROVINCE, NETWORK, broken, warehouses=STORES, profile="light_truck")
    within = isochrones(NETWORK, from_nodes=STORES[:1], profile="light_truck", limits_s=[7200, 1800], people=desa_people(PROVINCE))
    impacts = link_criticality(NETWORK, people=desa_people(PROVINCE), origins=STORES, profile="light_truck", most=120)
    maps = {
        "network": map_network(broken),
        "disruption": map_disruption(NETWORK, broken, province=PROVINCE, access=access, warehouses=STORES),
        "isochrones": map_isochrones(NETWORK, within, from_nodes=STORES[:1]),
        "criticality": map_criticality(NETWORK, impacts, province=PROVINCE),
    }
    return {"broken": broken, "access": access, "within": within, "impacts": impacts, "maps": maps}


def layers(page):
    return {layer["name"].split(":")[0].split(" (")[0]: layer for layer in Page(page.html).data["layers"]}


@pytest.mark.parametrize("name", ["network", "disruption", "isochrones", "criticality"])
def test_pages_need_no_network_and_run_only_their_own_scripts(told, name):
    """No address, no source; the policy names the two scripts by hash; the whole page is below one megabyte."""
    page = told["maps"][name]
    read = Page(page.html)
    assert {key for _, attributes in read.tags for key in attributes} & {"src", "href", "action", "data", "poster", "srcset"} == set()
    assert re.findall(r"\b(fetch|XMLHttpRequest|WebSocket|importScripts|tileLayer)\b", read.code[-1]) == []
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'" for code in read.code)
    assert f"script-src {hashes};" in read.policy
    assert "OpenStreetMap contributors" in " ".join(read.data["attribution"])
    assert len(page.html) < 1_000_000
    json.dumps(read.data, allow_nan=False)


def test_every_road_is_drawn_under_its_class(told):
    """Segments by class are those of the table, kilometres are told, crossings carry names and what is assumed."""
    found = layers(told["maps"]["network"])
    table = NETWORK.table
    for road_class, name in (("trunk", "jalan utama"), ("local", "jalan lokal"), ("trail", "jalan setapak")):
        edges = [edge for edge, kind in enumerate(table.kind) if kind == "road" and table.road_class[edge] == road_class]
        assert len(found[name]["items"][0]["pairs"]) == 2 * len(edges)
    assert [item["name"] for item in found["feri"]["items"]] == ["kayangan-pototano"]
    assert "diasumsikan" in found["feri"]["items"][0]["text"]
    assert "Badas - Pulau Medang" in {item["name"] for item in found["jalur perahu"]["items"]}
    assert len(found["ditutup"]["items"][0]["pairs"]) == 2 * told["broken"].num_closed
    widths = [layer["items"][0]["weight"] for layer in Page(told["maps"]["network"].html).data["layers"][:6]]
    assert widths[-1] == max(widths)


def test_the_disruption_map_shows_who_is_cut_off(told):
    """Every changed edge once in the look of its change, every isolated desa a circle, every kecamatan an area; Voronoi says so."""
    page = Page(told["maps"]["disruption"].html)
    found = layers(told["maps"]["disruption"])
    assert len(found["perubahan"]["items"]) == told["broken"].num_closed + 2
    assert {item["colour"] for item in found["perubahan"]["items"]} == {CHANGE_STYLES["closed"].colour}
    isolated = [code for row in told["access"] for code in row.isolated]
    assert len(found["desa terisolasi"]["items"]) == len(isolated) > 5
    assert len(found["jiwa terjangkau sesudah gangguan, per kecamatan"]["items"]) == 117
    assert page.data["notes"] == [APPROXIMATE]
    assert page.data["facts"][1][1] == f"{sum(row.people_isolated for row in told['access']):,}".replace(",", ".")
    official = {row.code: shapely.box(116, -9, 117, -8) for row in told["access"][:2]}
    other = Page(map_disruption(NETWORK, told["broken"], province=PROVINCE, access=told["access"], areas=official).html)
    assert other.data["notes"] == []
    assert len(other.data["layers"][0]["items"]) == 2


def test_isochrones_are_drawn_from_far_to_near(told):
    """The nearest on top and darkest, people in the legend, and the view on what is reached."""
    data = Page(told["maps"]["isochrones"].html).data
    (areas,) = (layer for layer in data["layers"] if layer["kind"] == "areas")
    assert [item["colour"] for item in areas["items"]] == [time_colour(1, 2), time_colour(0, 2)] == [TIME_COLOURS[-1], TIME_COLOURS[0]]
    people = f"{min(one.people for one in told['within']):,}".replace(",", ".")
    assert areas["legend"][0]["label"] == f"sampai 30 menit, {people} jiwa"
    west, south, east, north = max(told["within"], key=lambda one: one.limit_s).area.bounds
    assert np.allclose(data["bounds"], [[south, west], [north, east]])
    empty = isochrones(NETWORK, from_nodes=["kec:52.71.05"], profile="boat", limits_s=[0], band_m=1)
    assert Page(map_isochrones(NETWORK, empty).html).data["layers"]


def test_the_ranking_is_on_the_page_and_the_gravest_link_on_top(told):
    """Forty rows, names and people; widths grow with the people."""
    data = Page(told["maps"]["criticality"].html).data
    assert len(data["tables"][0]["rows"]) == 40
    assert data["tables"][0]["rows"][0][2] == told["impacts"][0].people_cut_off
    items = layers(told["maps"]["criticality"])["ruas kritis"]["items"]
    assert len(items) == 120
    assert items[-1]["weight"] == max(item["weight"] for item in items)
    assert items[-1]["colour"] in {colour for _, colour, _, _ in IMPACT_STEPS}


def test_texts_of_users_stay_data():
    """A hostile name of a network and of a title is text everywhere."""
    from dataclasses import replace

    hostile = "</script><img src=x onerror=alert(1)>"
    network = RoadNetwork.from_table(replace(NETWORK.table, name=hostile), crossings=NETWORK.crossings, profiles=NETWORK.profiles)
    page = Page(map_network(network, title=hostile).html)
    assert page.title == hostile
    assert page.data["subtitle"] == hostile
    assert [tag for tag, _ in page.tags if tag in {"img", "svg", "iframe"}] == []
    assert len(page.scripts) == 3


@needs_node
def test_the_scripts_are_sound_javascript(tmp_path):
    path = tmp_path / "map.js"
    path.write_text(_scripts(NETWORK_SCRIPTS), encoding="utf-8")
    subprocess.run([shutil.which("node"), "--check", str(path)], check=True, capture_output=True, timeout=60)


@needs_browser
@pytest.mark.parametrize("name", ["network", "disruption", "isochrones", "criticality"])
def test_the_browser_draws_them_without_complaint(told, name, tmp_path):
    dom, complaints = dump(told["maps"][name], tmp_path)
    assert complaints == ""
    assert "leaflet-container" in dom
    assert "jalur perahu (10)" in dom
    assert ">LOMBOK TIMUR<" in dom


def test_figures_hold_what_they_show(told):
    """A line collection for each class, patches for areas, a dot for each isolated desa, a legend with the people; no window opens."""
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    ax = plot_network(NETWORK)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == [
        "jalan setapak",
        "jalan lokal",
        "jalan sekunder",
        "jalan provinsi",
        "jalan nasional",
        "jalan utama",
        "feri",
        "jalur perahu",
    ]
    drawn = sum(len(collection.get_paths()) for collection in ax.collections)
    assert drawn == sum(kind in {"road", "ferry", "boat"} for kind in NETWORK.table.kind)
    ax = plot_disruption(NETWORK, told["broken"], province=PROVINCE, access=told["access"])
    isolated = [code for row in told["access"] for code in row.isolated]
    assert sum(len(one.get_offsets()) for one in ax.collections if one.get_offsets().shape[0] == len(isolated)) == len(isolated)
    assert any(f"ditutup ({told['broken'].num_closed} ruas)" == text.get_text() for text in ax.get_legend().get_texts())
    assert any(APPROXIMATE in text.get_text() for text in ax.texts)
    ax = plot_isochrones(NETWORK, told["within"], from_nodes=STORES[:1])
    assert [text.get_text().split(":")[0] for text in ax.get_legend().get_texts()][:2] == ["sampai 2 jam", "sampai 30 menit"]
    west, _, east, _ = max(told["within"], key=lambda one: one.limit_s).area.bounds
    assert ax.get_xlim()[0] < west < east < ax.get_xlim()[1]
    assert plot_network(NETWORK, ax=ax) is ax
    assert plt.get_fignums() == before


def test_figures_have_a_scale_and_name_kota_and_kabupaten_apart():
    """The bar is as long as it says, at most a fifth of the picture; Bima stands there twice, once as a kota."""
    ax = plot_network(NETWORK)
    texts = [text.get_text() for text in ax.texts]
    assert {"BIMA", "KOTA BIMA"} <= set(texts)
    (told,) = (text for text in texts if re.fullmatch(r"[125]0* k?m", text))
    assert told == "50 km"
    (bar,) = (line for line in ax.lines if line.get_color() == "#222")
    west, east = bar.get_xdata()
    lat = float(bar.get_ydata()[0])
    metres = great_circle_m(lon=west, lat=lat, to_lon=np.array([east]), to_lat=np.array([lat]))[0]
    assert metres == pytest.approx(50_000, rel=0.01)
    assert east - west <= (ax.get_xlim()[1] - ax.get_xlim()[0]) / 5


def test_a_network_elsewhere_has_no_sea_and_no_names_of_the_province():
    """Outside NTB no coast is known: the ground is land, and no coast is thanked for."""
    table = replace(make_table(2, [(0, 1, "road", "trunk", 6, 900)]), node_lat=np.array([60.1, 60.2]), source=("survei",))
    network = RoadNetwork.from_table(table, crossings=[], profiles=NETWORK.profiles)
    ax = plot_network(network)
    assert ax.get_facecolor()[:3] == pytest.approx((0.984, 0.976, 0.957), abs=0.002)
    assert not any("Natural Earth" in text.get_text() or text.get_text() == "MATARAM" for text in ax.texts)
    page = Page(map_network(network).html)
    assert (page.data["coast"], page.data["areas"], page.data["attribution"]) == ([], [], [])
