"""What the maps show, read back from their pages."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from ntb_relief.plan.operation_plan import Drive
from ntb_relief.viz.maps import map_operation, map_plan
from ntb_relief.viz.palette import FULL, SHARE_COLOURS, TYPE_COLOURS, share_class
from tests.factories import make_operation, make_plan
from tests.viz.pages import Page


def data_of(plan):
    return Page(map_plan(plan).html).data


def test_every_vehicle_is_drawn_under_its_type_with_its_hours_and_goods():
    types = {x["name"]: x for x in data_of(make_plan())["types"]}
    assert {name: (x["have"], [v["id"] for v in x["vehicles"]]) for name, x in types.items()} == {
        "Truk ringan": (3, ["DR 8001 A", "EA 8003 B"]),
        "Pikap 4x4": (1, ["DR 8002 A"]),
        "Perahu": (1, ["Perahu 1"]),
    }
    truck, ferry = types["Truk ringan"]["vehicles"]
    assert truck["text"] == "1 rit, 92 km, 06.00-09.22 WITA"
    assert truck["steps"][0] == {
        "at": "06.00-06.30",
        "text": "Muat di Gudang BPBD Mataram",
        "lines": ["459 kg Beras", "2.294 liter Air minum"],
    }
    assert truck["steps"][1]["text"] == "Ke Pelabuhan Bangsal, 30 km"
    assert ferry["steps"][1]["lines"] == ["feri kayangan-pototano 08.00-09.45"]


def test_a_route_follows_the_roads_of_its_drives():
    plan = make_plan()
    data = data_of(plan)
    roads = plan.operation.roads
    lines = {vehicle["id"]: vehicle["pairs"] for kind in data["types"] for vehicle in kind["vehicles"]}
    for schedule in plan.schedules:
        edges = {edge for action in schedule.actions if isinstance(action, Drive) for edge in action.path.edges}
        wanted = set()
        for edge in edges:
            ends = (int(roads.edge_from[edge]), int(roads.edge_to[edge]))
            wanted.add(frozenset((round(float(roads.node_lat[n]), 4), round(float(roads.node_lon[n]), 4)) for n in ends))
        pairs = lines[schedule.vehicle_id]
        drawn = {frozenset(tuple(data["points"][n]) for n in pairs[i : i + 2]) for i in range(0, len(pairs), 2)}
        assert drawn == wanted


def test_types_are_drawn_the_largest_first_each_in_its_colour():
    types = data_of(make_plan())["types"]
    assert [x["name"] for x in types] == ["Truk ringan", "Perahu", "Pikap 4x4"]
    assert len({x["colour"] for x in types}) == len(types)


def test_poskos_carry_what_they_need_get_and_miss_and_why():
    poskos = {x["id"]: x for x in data_of(make_plan())["poskos"]}
    hill = poskos["sembalun"]
    assert (hill["people"], hill["households"], hill["area"]) == (400, 110, "Kec. Sembalun, Kab. Lombok Timur")
    blanket = next(x for x in hill["needs"] if x["item"] == "Selimut")
    assert (blanket["need"], blanket["given"], blanket["level"]) == (200, 0, 2)
    assert blanket["why"] == ["106 stok habis", "94 kendaraan kurang"]
    assert hill["arrival"] == "barang pertama 09.33 WITA"
    assert hill["shareText"] == "66 %"
    assert (poskos["dusun"]["share"], poskos["dusun"]["arrival"]) == (0, "")


def test_a_reason_does_not_repeat_what_its_row_says():
    plan = make_plan()
    detail = "Beras kurang 20 kg di Posko Dusun Atas: tidak ada jalan yang dapat dilalui"
    plan = replace(plan, shortfalls=tuple(replace(x, detail=detail if x.posko_id == "dusun" else "") for x in plan.shortfalls))
    poskos = {x["id"]: x for x in data_of(plan)["poskos"]}
    assert poskos["dusun"]["needs"][0]["why"] == ["tidak ada akses jalan (tidak ada jalan yang dapat dilalui)"]
    assert poskos["gili"]["needs"][0]["why"] == ["stok habis"]


def test_two_items_of_one_name_keep_their_own_figures():
    operation = make_operation()
    plan = make_plan(operation.replace(items=tuple(replace(x, name="Bantuan") for x in operation.items)))
    poskos = {x["id"]: x for x in data_of(plan)["poskos"]}
    assert [x["given"] for x in poskos["gili"]["needs"]] == [106, 530, 71]


def test_small_needs_are_drawn_over_large_ones():
    masses = [x["kg"] for x in data_of(make_plan())["poskos"]]
    assert masses == sorted(masses, reverse=True)


def test_closed_and_slow_roads_are_told_apart():
    closures = data_of(make_plan())["closures"]
    assert [(x["name"], x["text"], x["closed"], len(x["pairs"])) for x in closures] == [
        ("Jalan Gangga-Bayan retak, jalan pelan", "2,0 kali lebih lambat", False, 2),
        ("Longsor di jalan Sembalun", "ditutup", True, 2),
    ]


def test_a_closure_of_parallel_roads_marks_each():
    operation = make_operation()
    closure = replace(operation.closures[1], from_node="n:pemenang", to_node="n:mataram")
    (row,) = Page(map_operation(operation.replace(closures=(closure,))).html).data["closures"]
    assert len(row["pairs"]) == 4


def test_roads_closed_in_the_network_itself_are_red_too():
    operation = make_operation()
    factor = operation.roads.slow_factor.copy()
    factor[4] = np.inf
    shut = operation.replace(roads=replace(operation.roads, slow_factor=factor))
    assert Page(map_operation(shut).html).data["closures"][-1] == {
        "name": "Ditutup dalam jaringan",
        "text": "ditutup",
        "closed": True,
        "pairs": pytest.approx([1, 5], abs=20),
    }


def test_crossings_say_how_often_they_sail_and_that_it_is_assumed():
    crossings = data_of(make_plan())["crossings"]
    assert {(x["name"], x["text"]) for x in crossings} == {
        ("kayangan-pototano", "feri, 20 km, 24 kali sehari (diasumsikan)"),
        ("", "jalur perahu, 5 km"),
    }


def test_sites_are_warehouses_harbours_or_bases_with_their_stock():
    sites = {x["name"]: x for x in data_of(make_plan())["sites"]}
    assert {name: x["kind"] for name, x in sites.items()} == {
        "Gudang BPBD Mataram": "gudang",
        "Gudang PMI Taliwang": "gudang",
        "Pelabuhan Bangsal": "pelabuhan",
    }
    assert sites["Gudang PMI Taliwang"]["stock"] == [{"item": "Selimut", "unit": "lembar", "owner": "PMI", "before": 400, "taken": 306}]
    assert sites["Pelabuhan Bangsal"]["vehicles"] == ["Perahu 1"]
    bare = make_operation(supplies=make_operation().supplies[:2])
    assert {x["name"]: x["kind"] for x in Page(map_operation(bare).html).data["sites"]}["Gudang PMI Taliwang"] == "pangkalan"


def test_a_place_off_the_road_is_joined_to_its_node():
    operation = make_operation()
    moved = tuple(replace(x, lon=x.lon + 0.02) if x.id == "gangga" else x for x in operation.poskos)
    plan = make_plan(operation.replace(poskos=moved))
    data = data_of(plan)
    truck = data["types"][0]["vehicles"][0]
    gangga = next(x for x in plan.operation.poskos if x.id == "gangga")
    stub = [data["points"].index([-8.33, 116.2]), data["points"].index([round(gangga.lat, 4), round(gangga.lon, 4)])]
    pairs = [truck["pairs"][i : i + 2] for i in range(0, len(truck["pairs"]), 2)]
    assert stub in pairs


def test_the_head_tells_date_and_seed():
    page = Page(map_plan(make_plan(), seed=7).html)
    assert page.data["subtitle"] == "Mulai Minggu, 12 Agustus 2018, 06.00 WITA; jangka 24 jam; benih acak 7"
    assert page.title == "Rencana bantuan - Operasi contoh"
    assert page.data["facts"][0] == ["Jiwa dilayani", "1.700", "dari 1.750"]
    assert "benih" not in data_of(make_plan())["subtitle"]


def test_the_coast_says_that_it_is_approximate_and_osm_is_thanked_where_it_is_used():
    operation = make_operation()
    assert data_of(make_plan())["attribution"] == ["garis pantai perkiraan (Natural Earth)"]
    ntb = operation.replace(roads=replace(operation.roads, name="ntb"))
    assert Page(map_operation(ntb).html).data["attribution"][0] == "\u00a9 OpenStreetMap contributors (ODbL)"


def test_the_map_of_an_operation_shows_needs_and_no_plan():
    data = Page(map_operation(make_operation()).html).data
    assert data["types"] == []
    assert all("share" not in posko for posko in data["poskos"])
    assert data["facts"][0] == ["Jiwa", "1.750", "di 4 posko"]
    assert data["facts"][2] == ["Stok", "4,0 t", "di 2 gudang"]


def test_a_plan_without_vehicles_has_a_map():
    data = data_of(replace(make_plan(), schedules=()))
    assert {posko["share"] for posko in data["poskos"]} == {0}
    assert [len(kind["vehicles"]) for kind in data["types"]] == [0, 0, 0]


def test_a_posko_that_gets_all_has_the_colour_of_full():
    plan = make_plan()
    operation = plan.operation.replace(needs=tuple(x for x in plan.operation.needs if x.posko_id != "dusun"))
    data = data_of(replace(plan, operation=operation))
    full = next(x for x in data["poskos"] if x["id"] == "dusun")
    assert data["scale"][full["share"]] == {"colour": FULL[0], "label": FULL[1]}


def test_share_classes_rise_with_the_share():
    classes = [share_class(x / 1000) for x in range(1001)]
    assert classes == sorted(classes)
    assert set(classes) == set(range(len(SHARE_COLOURS) + 1))


def _lightness_and_hue(colour: str) -> np.ndarray:
    """Return CIE L*a*b* as a red-blind eye sees it (Viénot, Brettel & Mollon 1999)."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    protan = np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]) @ linear
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ protan / [0.9505, 1, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("colours", [TYPE_COLOURS[:5], [colour for _, colour, _ in SHARE_COLOURS] + [FULL[0]]])
def test_colours_are_told_apart_without_red(colours):
    distances = [float(np.linalg.norm(_lightness_and_hue(a) - _lightness_and_hue(b))) for a, b in combinations(colours, 2)]
    assert min(distances) > 10


def test_a_province_full_of_poskos_is_drawn_in_seconds_and_a_few_megabytes():
    """The size of the Lombok operation: 469 poskos with ten times the vehicles of the tiny plan."""
    operation = make_operation()
    extra = tuple(
        replace(operation.poskos[0], id=f"p{i}", name=f"Posko {i}", lon=116 + i % 30 / 100, lat=-8.3 - i // 30 / 100) for i in range(465)
    )
    needs = tuple(replace(need, posko_id=posko.id) for posko in extra for need in operation.needs[:3])
    vehicles = tuple(replace(operation.vehicles[0], id=f"v{i}") for i in range(60))
    operation = operation.replace(poskos=operation.poskos + extra, needs=operation.needs + needs, vehicles=operation.vehicles + vehicles)
    plan = make_plan(operation)
    plan = replace(plan, schedules=plan.schedules + tuple(replace(plan.schedules[0], vehicle_id=x.id) for x in vehicles))
    before = time.perf_counter()
    html = map_plan(plan).html
    assert time.perf_counter() - before < 3
    assert len(html) < 3_000_000
    data = Page(html).data
    assert len(data["poskos"]) == 469
    assert sum(len(kind["vehicles"]) for kind in data["types"]) == 64
