"""The plan as a workbook: its sums are the plan's, and equal plans are equal files."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from ntb_relief.errors import NoPlanError
from ntb_relief.io.plan_workbook import write_plan_workbook
from ntb_relief.plan.operation_plan import Load
from ntb_relief.plan.report import deliveries, stock_after
from ntb_relief.plan.result import Result, Status
from tests.factories import make_plan, make_result

HEAD_ROW = 3


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / "plan.xlsx"
    write_plan_workbook(make_result(), path)
    return load_workbook(path)


def rows(book, name):
    """Return the rows of a sheet as dictionaries by heading."""
    head, *body = book[name].iter_rows(min_row=HEAD_ROW, values_only=True)
    return [dict(zip(head, values, strict=True)) for values in body]


def test_it_has_the_sheets_that_were_promised(book):
    assert book.sheetnames == ["Ringkasan", "Manifes", "Penerimaan", "Kekurangan", "Stok akhir", "Jadwal", "Catatan"]


def test_the_manifest_holds_every_line_the_plan_loads(book):
    plan = make_plan()
    loaded = Counter()
    for schedule in plan.schedules:
        for action in schedule.actions:
            if isinstance(action, Load):
                for line in action.lines:
                    loaded[schedule.vehicle_id, action.site_id, line.item_id, line.posko_id] += line.quantity
    written = Counter()
    for row in rows(book, "Manifes"):
        written[row["Kendaraan (ID)"], row["Gudang (ID)"], row["Barang (ID)"], row["Posko (ID)"]] += row["Jumlah"]
    assert written == loaded


def test_receipts_and_shortfalls_add_up_to_the_needs(book):
    plan = make_plan()
    given = {(row["Posko (ID)"], row["Barang (ID)"]): row["Diberikan"] for row in rows(book, "Penerimaan")}
    assert {pair: units for pair, units in given.items() if units} == deliveries(plan)
    short = Counter()
    for row in rows(book, "Kekurangan"):
        short[row["Posko (ID)"], row["Barang (ID)"]] += row["Jumlah"]
        assert row["Sebab"]
    for need in plan.operation.needs:
        assert given[need.posko_id, need.item_id] + short[need.posko_id, need.item_id] == need.quantity


def test_the_stock_cards_end_at_what_is_left(book):
    left = Counter()
    for row in rows(book, "Stok akhir"):
        left[row["Gudang (ID)"], row["Barang (ID)"]] += row["Sisa"]
        assert row["Awal"] + row["Masuk"] - row["Keluar"] == row["Sisa"]
    assert left == stock_after(make_plan())


def test_the_hours_list_every_action_in_order_with_its_ferries(book):
    plan = make_plan()
    hours = rows(book, "Jadwal")
    assert len(hours) == sum(len(schedule.actions) for schedule in plan.schedules)
    assert all(row["Mulai (WITA)"] <= row["Selesai (WITA)"] for row in hours)
    assert sum("kayangan-pototano" in (row["Feri"] or "") for row in hours) == 2
    assert sum(row["km"] or 0 for row in hours) == pytest.approx(sum(schedule.distance_m for schedule in plan.schedules) / 1000)


def test_the_summary_says_how_good_the_plan_is_and_that_it_is_not_proven(book):
    facts = {row[0]: row[1] for row in book["Ringkasan"].iter_rows(values_only=True) if row[0]}
    plan = make_plan()
    assert facts["Jiwa di semua posko"] == plan.operation.num_people
    assert facts["Biaya (Rp)"] == sum(schedule.cost_idr for schedule in plan.schedules)
    assert facts["Batas bawah"] == facts["Selisih ke batas"] == "belum terbukti"
    assert facts["Status"] == "batas waktu tercapai"
    assert facts["Seed"] == 1


def test_the_notes_of_operation_and_plan_are_there_once(book):
    plan = make_plan()
    assert [row["Catatan"] for row in rows(book, "Catatan")] == [*plan.operation.notes, *plan.notes]


def test_equal_plans_give_equal_bytes_whatever_the_clock_says(tmp_path):
    result = make_result()
    write_plan_workbook(result, tmp_path / "a.xlsx")
    write_plan_workbook(replace(result, seconds=99.0, version="9"), tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_result_without_a_plan_writes_nothing(tmp_path):
    with pytest.raises(NoPlanError):
        write_plan_workbook(Result(None, Status.NO_SOLUTION, 0.0, None, seconds=0, iterations=0, seed=1), tmp_path / "a.xlsx")
    assert not list(tmp_path.iterdir())


def test_numbers_are_shown_as_people_read_them_and_the_sheets_print_whole(book):
    """Shares are per cents, weights have one decimal; every sheet prints across, as wide as the paper, headings repeated."""
    for name in book.sheetnames:
        sheet = book[name]
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == ("landscape", 1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert name == "Ringkasan" or sheet.print_title_rows == f"${HEAD_ROW}:${HEAD_ROW}"
    for name, heading, shown in (
        ("Penerimaan", "Bagian terpenuhi", "0.0%"),
        ("Manifes", "Berat (kg)", "#,##0.0"),
        ("Jadwal", "km", "#,##0.0"),
    ):
        heads = [cell.value for cell in book[name][HEAD_ROW]]
        cells = [row[heads.index(heading)] for row in book[name].iter_rows(min_row=HEAD_ROW + 1)]
        assert {cell.number_format for cell in cells if cell.value is not None} == {shown}
    for row in book["Ringkasan"].iter_rows(min_row=HEAD_ROW):
        assert all(cell.number_format != "General" for cell in row if isinstance(cell.value, float))


def test_the_gap_is_a_per_cent(tmp_path):
    result = make_result()
    write_plan_workbook(replace(result, bound=0.3 * result.objective), tmp_path / "plan.xlsx")
    summary = {row[0].value: row[1] for row in load_workbook(tmp_path / "plan.xlsx")["Ringkasan"].iter_rows(min_row=HEAD_ROW)}
    assert summary["Selisih ke batas"].value == pytest.approx(0.7)
    assert summary["Selisih ke batas"].number_format == "0.0%"
