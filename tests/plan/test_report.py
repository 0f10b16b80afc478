"""Reports of a plan: sums that agree with the plan by hand, tables, and the summary."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.model.needs import Supply
from ntb_relief.plan.operation_plan import CargoLine, Cause, Drive, Load, OperationPlan, Shortfall, VehicleSchedule
from ntb_relief.plan.report import (
    CAUSE_NAMES,
    area_name,
    covered_people,
    deliveries,
    first_arrivals,
    least_shares,
    manifest_frame,
    receipt_frame,
    satisfied_share,
    served_people,
    shortfall_frame,
    stock_after,
    stock_by_owner,
    stock_frame,
    summarise,
    summary_html,
    transfers,
    trip_numbers,
    visit_frame,
)
from ntb_relief.units import HOUR_S, MINUTE_S
from tests.factories import make_operation, make_plan

TRUCK, PICKUP, FERRY, BOAT = range(4)
FRAMES = (visit_frame, manifest_frame, receipt_frame, shortfall_frame, stock_frame)


def make_empty_plan() -> OperationPlan:
    return replace(make_plan(), flows=(), schedules=(), shortfalls=(), min_share={})


def without_vehicles(plan: OperationPlan, *rows: int) -> OperationPlan:
    return replace(plan, schedules=tuple(x for row, x in enumerate(plan.schedules) if row not in rows))


# --- evenness -----------------------------------------------------------------------------------------------


def test_the_kabupaten_and_the_posko_worst_off_are_named_by_level():
    """By hand: Lombok Utara is brought least food, for Dusun gets none; Sembalun's blankets stay behind."""
    food, blankets = least_shares(make_plan()).values()
    brought_kg, needed_kg = 353 + 106 + (1764 + 530) * 1.05, 400 + 120 + 20 + (2500 + 750 + 125) * 1.05
    assert (food.area, food.poskos, food.empty_poskos) == ("Kab. Lombok Utara", 3, 0)
    assert food.area_share == pytest.approx(brought_kg / needed_kg)
    assert food.posko_share == pytest.approx((353 + 1764 * 1.05) / (400 + 2500 * 1.05))
    assert (blankets.area, blankets.area_share, blankets.posko_share) == ("Kab. Lombok Timur", 0.0, 0.0)
    assert (blankets.poskos, blankets.empty_poskos) == (3, 1)


def test_evenness_is_told_on_the_screen_and_not_without_goods():
    assert "Kab. Lombok Utara" in summarise(make_plan()).split("Bagian terkecil yang diantar")[1].split("Kendaraan")[0]
    assert least_shares(make_empty_plan()) == {}
    assert "Bagian terkecil yang diantar" not in summarise(make_empty_plan())


# --- sums ---------------------------------------------------------------------------------------------------


def test_deliveries_count_what_is_handed_over_at_poskos_only():
    """The harbour's unloadings are not deliveries: the boat's are."""
    assert deliveries(make_plan()) == {
        ("gili", "rice"): 106,
        ("gili", "drinking_water"): 530,
        ("gili", "blanket"): 71,
        ("gangga", "rice"): 353,
        ("gangga", "drinking_water"): 1764,
        ("gangga", "blanket"): 235,
        ("sembalun", "rice"): 141,
        ("sembalun", "drinking_water"): 706,
    }


def test_deliveries_and_shortfalls_make_up_the_needs():
    plan = make_plan()
    total = Counter(deliveries(plan))
    for short in plan.shortfalls:
        total[short.posko_id, short.item_id] += short.quantity
    assert total == {(need.posko_id, need.item_id): need.quantity for need in plan.operation.needs}


def test_stock_after_is_own_stock_less_loads():
    left = stock_after(make_plan())
    assert left["GUDANG-KSB", "blanket"] == 94
    assert left["GUDANG-MTR", "rice"] == left["GUDANG-MTR", "drinking_water"] == 0


def test_goods_no_boat_takes_on_are_left_at_the_harbour():
    plan = without_vehicles(make_plan(), BOAT)
    assert {key: left for key, left in stock_after(plan).items() if key[0] == "BANGSAL"} == {
        ("BANGSAL", "rice"): 106,
        ("BANGSAL", "drinking_water"): 530,
        ("BANGSAL", "blanket"): 71,
    }
    assert transfers(plan)["BANGSAL", "rice"] == (106, 0)
    assert transfers(make_plan())["BANGSAL", "rice"] == (106, 106)


@settings(deadline=None)
@given(st.sets(st.integers(TRUCK, BOAT)))
def test_every_unit_of_stock_is_somewhere_whatever_vehicles_stay_at_home(rows: set[int]):
    plan = without_vehicles(make_plan(), *rows)
    there: Counter[str] = Counter()
    for (_, item_id), quantity in (*stock_after(plan).items(), *deliveries(plan).items()):
        there[item_id] += quantity
    assert there == {"rice": 600, "drinking_water": 3000, "blanket": 400}


def test_the_owner_listed_first_gives_first():
    operation = make_operation()
    shared = [Supply("GUDANG-KSB", "blanket", 300, "Dinsos"), Supply("GUDANG-KSB", "blanket", 100, "PMI")]
    plan = replace(make_plan(), operation=operation.replace(supplies=(*operation.supplies[:2], *shared)))
    assert [(supply.owner, taken) for supply, taken in stock_by_owner(plan)][2:] == [("Dinsos", 300), ("PMI", 6)]


def test_arrival_is_the_start_of_the_first_unloading():
    assert first_arrivals(make_plan())["gangga"] == HOUR_S + 51 * MINUTE_S + 13


def test_people_are_served_where_anything_arrives_and_covered_by_the_scarcest_urgent_item():
    plan = make_plan()
    assert served_people(plan) == {"gangga": 1000, "sembalun": 400, "gili": 300, "dusun": 0}
    assert covered_people(plan) == {"gangga": 705, "sembalun": 282, "gili": 212, "dusun": 0}


def test_a_posko_without_needs_is_covered_and_has_no_share():
    operation = make_operation()
    plan = replace(make_plan(), operation=operation.replace(needs=tuple(x for x in operation.needs if x.posko_id != "dusun")))
    assert covered_people(plan)["dusun"] == 50
    assert "dusun" not in satisfied_share(plan)


def test_satisfied_share_is_by_weight():
    needed_kg = 160 + 1000 * 1.05 + 200 * 0.68
    assert satisfied_share(make_plan())["sembalun"] == pytest.approx((141 + 706 * 1.05) / needed_kg)


def test_a_trip_begins_at_the_first_loading_after_an_unloading():
    plan = make_plan()
    assert trip_numbers(plan.schedules[BOAT]) == (1, 1, 1, 1, 2, 2, 2, 2)


def test_loading_at_two_sites_in_a_row_is_one_trip():
    truck = make_plan().schedules[TRUCK]
    drive = next(action for action in truck.actions if isinstance(action, Drive))
    empty_start = VehicleSchedule("DR 8001 A", (drive, Load("BANGSAL", 0, 1, ()), *truck.actions), 0, 0)
    assert set(trip_numbers(empty_start)) == {1}


# --- tables -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frame", FRAMES)
def test_a_plan_that_does_nothing_has_tables_with_all_headings(frame):
    assert list(frame(make_empty_plan()).columns) == list(frame(make_plan()).columns)


def test_visits_list_every_line_with_its_hour_and_mark_transfers():
    frame = make_plan().to_frame()
    assert len(frame) == 11
    assert list(frame.loc[frame["keterangan"] == "alih muat", "tempat_id"].unique()) == ["BANGSAL"]
    row = frame[(frame["kendaraan_id"] == "Perahu 1") & (frame["barang_id"] == "blanket")].iloc[0]
    assert (row["jenis"], row["rit"], row["posko_id"], row["jumlah"], row["satuan"], row["asal_id"]) == (
        "Perahu",
        2,
        "gili",
        71,
        "lembar",
        "GUDANG-KSB",
    )
    assert row["kg"] == pytest.approx(71 * 0.68)
    assert row["kecamatan_kode"] == "52.08.05"
    assert row["tiba_wita"].to_pydatetime().replace(second=0) == datetime(2018, 8, 12, 13, 48)  # noqa: DTZ001 - WITA by its name


def test_handed_over_units_of_the_visits_are_the_deliveries():
    plan = make_plan()
    frame = visit_frame(plan)
    final = frame[frame["tempat_id"] == frame["posko_id"]]
    assert final.groupby(["posko_id", "barang_id"])["jumlah"].sum().to_dict() == deliveries(plan)


def test_the_manifest_loads_what_the_visits_unload():
    plan = make_plan()
    keys = ["kendaraan_id", "barang_id", "posko_id", "asal_id"]
    loaded = manifest_frame(plan).groupby(keys)["jumlah"].sum()
    assert loaded.to_dict() == visit_frame(plan).groupby(keys)["jumlah"].sum().to_dict()


def test_receipts_hold_every_need_with_what_is_missing():
    plan = make_plan()
    frame = receipt_frame(plan)
    assert len(frame) == len(plan.operation.needs)
    assert (frame["kebutuhan"] == frame["diberikan"] + frame["kekurangan"]).all()
    missing = {(short.posko_id, short.item_id) for short in plan.shortfalls}
    assert set(frame.loc[frame["kekurangan"] > 0, ["posko_id", "barang_id"]].itertuples(index=False, name=None)) == missing
    assert frame.loc[frame["posko_id"] == "dusun", "tiba_pertama_wita"].isna().all()


def test_shortfalls_come_by_level_then_weight_with_the_cause_in_words():
    frame = shortfall_frame(make_plan())
    assert list(frame["prioritas"]) == sorted(frame["prioritas"])
    assert tuple(frame.iloc[0][["posko_id", "barang_id", "jumlah", "sebab_id", "sebab"]]) == (
        "gangga",
        "drinking_water",
        736,
        "no_stock",
        "stok habis",
    )


def test_stock_cards_balance():
    frame = stock_frame(without_vehicles(make_plan(), BOAT))
    assert (frame["awal"] + frame["masuk"] - frame["keluar"] == frame["sisa"]).all()
    assert frame.loc[frame["keterangan"] == "alih muat", "sisa"].sum() == 106 + 530 + 71


def test_every_cause_has_words():
    assert set(CAUSE_NAMES) == set(Cause)


def test_tables_keep_hostile_names_as_they_are():
    """Whoever writes the table to a file makes it safe; the table itself tells the truth."""
    operation = make_operation()
    hostile = tuple(replace(posko, name='=HYPERLINK("x")') for posko in operation.poskos)
    assert set(visit_frame(make_plan(operation.replace(poskos=hostile)))["posko"]) == {'=HYPERLINK("x")'}


# --- summary ------------------------------------------------------------------------------------------------


def test_the_summary_tells_people_tonnes_fleet_arrivals_causes_and_doubts():
    text = make_plan().summary()
    for part in (
        "Minggu, 12 Agustus 2018, 06.00 WITA",
        "jangka 24 jam",
        "paling lambat 09.33 WITA (Posko Sembalun)",
        "median 08.08",
        "Penyeberangan feri: 2 kali",
        "Beras kurang 100 kg: stok habis 80 kg, tidak ada akses jalan 20 kg",
        "Posko Dusun Atas tidak terjangkau kendaraan.",
        "stok: 3 dari 3 diasumsikan (assumed)",
        "jadwal feri kayangan-pototano: diasumsikan (assumed)",
    ):
        assert part in text
    rows = {" ".join(line.split()) for line in text.splitlines()}
    assert "Jiwa di posko yang menerima barang 1.750 1.700 97 %" in rows
    assert "Prioritas 1 5,3 t 3,8 t 71 % 71 %" in rows
    assert "Kab. Lombok Utara 2 / 3 1.300 / 1.350 3,1 t / 4,5 t 68 %" in rows
    assert "Truk ringan 2 / 3 2 382 15,9 Rp3.794.269" in rows
    assert "Jumlah 4 / 5 5 638 29,9 Rp5.548.428" in rows
    assert "kendaraan kurang 1 400 64 kg" in rows


def test_the_summary_fits_a_screen_in_width():
    operation = make_operation(notes=("sangat " * 60,))
    assert max(len(line) for line in summarise(make_plan(operation)).splitlines()) <= 96


def test_a_note_is_told_once():
    operation = make_operation(notes=("Angka berbeda.",))
    plan = replace(make_plan(operation), notes=("Angka berbeda.",))
    assert plan.summary().count("Angka berbeda.") == 1


def test_the_summary_of_a_plan_that_does_nothing_says_so():
    text = make_empty_plan().summary()
    assert "Tidak ada barang yang diantar." in text
    assert "Semua kebutuhan terpenuhi." in text


def test_a_share_just_below_the_whole_is_not_called_full():
    """999 of 1,000 served is 99 %, and the line of what is missing stays."""
    plan = make_plan()
    operation = plan.operation.replace(needs=tuple(replace(x, quantity=1) for x in plan.operation.needs[:1]))
    more = replace(plan, operation=operation)
    assert "100 %" in more.summary()
    almost = replace(plan, operation=plan.operation.replace(needs=(replace(plan.operation.needs[0], quantity=354),)))
    assert "99 %" in almost.summary()


def test_a_posko_without_a_code_is_counted_apart():
    operation = make_operation()
    nowhere = tuple(replace(posko, code="") for posko in operation.poskos)
    assert "(tanpa kode wilayah)" in make_plan(operation.replace(poskos=nowhere)).summary()


def test_the_summary_in_a_notebook_escapes_what_users_wrote():
    html = summary_html(make_plan(make_operation(name="<script>alert(1)</script>")))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script" not in html
    assert make_plan()._repr_html_().startswith("<pre")


def test_areas_are_named_by_code():
    assert area_name("52.72") == "Kota Bima"


def test_lines_of_two_origins_keep_their_own_origin_name():
    line = CargoLine("rice", 1, "GUDANG-KSB", "gangga")
    plan = make_plan()
    load = plan.schedules[TRUCK].actions[0]
    assert isinstance(load, Load)
    changed = replace(plan.schedules[TRUCK], actions=(replace(load, lines=(*load.lines, line)), *plan.schedules[TRUCK].actions[1:]))
    frame = manifest_frame(replace(plan, schedules=(changed,)))
    assert set(frame["asal"]) == {"Gudang BPBD Mataram", "Gudang PMI Taliwang"}


def test_goods_left_whole_for_more_urgent_ones_are_told_in_a_sentence():
    """Where no vehicle is left for a level, the summary says it outright, and what the urgent ones still lack."""
    plan = make_plan()
    first = {}
    for need in plan.operation.needs:
        first.setdefault(need.level, need)
    urgent, later = first[1], first[2]
    short = [
        Shortfall(urgent.posko_id, urgent.item_id, 1, urgent.quantity, Cause.NO_VEHICLE, ""),
        Shortfall(later.posko_id, later.item_id, 2, later.quantity, Cause.LOWER_PRIORITY, ""),
    ]
    idle = replace(plan, schedules=(), shortfalls=tuple(short))
    text = " ".join(idle.summary().split())
    assert "Prioritas 2: tidak ada yang diantar dalam jangka ini; jatahnya tetap di gudang." in text
    assert "barang yang lebih mendesak tidak terangkut." in text
    alone = " ".join(replace(idle, shortfalls=(short[1],)).summary().split())
    assert "lebih dahulu untuk prioritas 1." in alone
    assert "tidak ada yang diantar" not in " ".join(plan.summary().split())
