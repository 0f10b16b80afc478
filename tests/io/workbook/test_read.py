"""From a planner's workbook to an operation: what is read, what is guessed, what is refused."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from ntb_relief.errors import InputError, SchemaError
from ntb_relief.io.defaults import default_items, default_rates
from ntb_relief.io.workbook.read import check_workbook, inspect_workbook, read_operation
from ntb_relief.units import DAY_S, WITA
from tests.io.books import good_sheets, write_book


@pytest.fixture
def read(tmp_path):
    """Write sheets and read them back."""

    def run(**changes):
        return inspect_workbook(write_book(tmp_path / "needs.xlsx", good_sheets(**changes)))

    return run


def issue_of(report):
    assert report.operation is None
    (issue,) = report.issues
    assert issue.fix
    return issue.where, issue.what


def test_a_plain_workbook_becomes_an_operation(tmp_path):
    operation = read_operation(write_book(tmp_path / "needs.xlsx", good_sheets()))
    assert operation.name == "Uji"
    assert operation.start == datetime(2018, 8, 12, 6, tzinfo=WITA)
    assert operation.horizon_s == DAY_S
    assert [(posko.id, posko.node_id, posko.people, posko.households) for posko in operation.poskos] == [
        ("Posko A", "kec:52.08.02", 1000, 300),
        ("Posko B", "desa:52.08.02.2001", 500, 150),
    ]
    assert [site.id for site in operation.sites] == ["Gudang KLU"]
    assert [(vehicle.id, vehicle.base_id) for vehicle in operation.vehicles] == [("Truk-1", "Gudang KLU"), ("Truk-2", "Gudang KLU")]
    assert not operation.notes


def test_needs_follow_from_people_by_the_cited_rates(read):
    operation = read().operation
    assert operation.items == default_items()
    assert operation.rates == default_rates()
    needs = {(need.posko_id, need.item_id): need for need in operation.needs}
    assert needs["Posko A", "rice"].quantity == 400
    assert needs["Posko A", "tarpaulin"].quantity == 300
    assert needs["Posko B", "drinking_water"].quantity == 1250
    assert "Perka" in needs["Posko A", "rice"].provenance.source
    assert len(needs) == 2 * len(default_rates())


def test_a_listed_need_has_the_last_word_and_the_others_follow_from_rates(read):
    rows = [
        ["Posko", "Barang", "Jumlah", "Prioritas"],
        ["Posko A", "beras", "1.250,5", 3],
        ["Posko A", "Kelambu", 70, None],
        ["Posko B", "rice", 0, None],
    ]
    operation = read(Kebutuhan=rows).operation
    needs = {(need.posko_id, need.item_id): (need.quantity, need.level) for need in operation.needs}
    assert needs["Posko A", "rice"] == (1251, 3)
    assert needs["Posko A", "mosquito_net"] == (70, 3)
    assert needs["Posko B", "rice"] == (0, 1)
    assert needs["Posko B", "drinking_water"] == (1250, 1)


def test_needs_can_be_the_listed_ones_only(read):
    settings = [["Hal", "Isi"], ["Mulai", datetime.fromisoformat("2018-08-12 06:00")], ["Kebutuhan dari standar", "tidak"]]
    operation = read(Operasi=settings, Kebutuhan=[["Posko", "Barang", "Jumlah"], ["Posko B", "Terpal 4x6 m", 9]]).operation
    assert [(need.posko_id, need.item_id, need.quantity) for need in operation.needs] == [("Posko B", "tarpaulin", 9)]


def test_the_horizon_counts_the_days_of_the_rates(read):
    settings = [["Hal", "Isi"], ["Mulai", "2018-08-12 06:00"], ["Jangka waktu (hari)", 3], ["Catatan", "Gempa susulan"]]
    operation = read(Operasi=settings).operation
    assert operation.horizon_s == 3 * DAY_S
    assert operation.needs[0].quantity == 1200
    assert operation.notes == ("Gempa susulan",)
    settings.append(["Kebutuhan untuk (hari)", 1])
    assert read(Operasi=settings).operation.needs[0].quantity == 400


def test_people_follow_from_households_by_the_kabupatens_own_ratio_and_the_other_way(read):
    rows = [["Nama", "Tempat", "Jiwa", "KK"], ["A", "52.08.02", None, "100 KK"], ["B", "52.08.01", 305, "-"]]
    report = read(Posko=rows)
    counts = [(posko.people, posko.households) for posko in report.operation.poskos]
    assert counts == [(305, 100), (305, 101)]
    assert [note for note in report.notes if "jiwa dihitung dari KK: 3,05 jiwa per KK (Kab. Lombok Utara)" in note]
    assert [note for note in report.notes if "KK dihitung dari jiwa" in note]
    assert report.operation.notes == report.notes


def test_counts_that_do_not_fit_are_kept_and_noted(read):
    report = read(Posko=[["Nama", "Tempat", "Jiwa", "KK"], ["A", "52.08.02", 100, 300]])
    assert report.operation.poskos[0].households == 300
    assert "tidak cocok" in report.notes[0]


def test_a_posko_without_counts_is_refused_unless_it_asks_for_something(read):
    rows = [["Nama", "Tempat", "Jiwa"], ["A", "52.08.02", None]]
    assert "both missing" in issue_of(read(Posko=rows))[1]
    operation = read(Posko=rows, Kebutuhan=[["Posko", "Barang", "Jumlah"], ["A", "Beras", 5]]).operation
    assert [need.quantity for need in operation.needs] == [5]


def test_stock_of_one_owner_in_two_rows_is_added_up_with_a_note(read):
    rows = [["Gudang", "Pemilik", "Tempat", "Barang", "Jumlah"]]
    rows += [["G", "BPBD", "52.08.01", "Beras", 400], ["G", "BPBD", None, "Beras", "100 kg"], ["G", "PMI", None, "Beras", 7]]
    report = read(Stok=rows, Armada=[["Kendaraan", "Jenis", "Pangkalan"], ["T", "Truk ringan", "G"]])
    assert [(supply.owner, supply.quantity) for supply in report.operation.supplies] == [("BPBD", 500), ("PMI", 7)]
    assert any("dijumlahkan dengan baris 2" in note for note in report.notes)


def test_a_base_may_be_a_warehouse_a_harbour_or_a_place(read):
    rows = [["Kendaraan", "Jenis", "Jumlah", "Pangkalan", "Siap pukul"]]
    rows += [
        ["Perahu", "Perahu", 12, "Pelabuhan Bangsal", None],
        ["DR 1", "pickup_4wd", None, "Kec. Gangga", "07.30"],
        ["DR 2", "Motor trail", 1, "gudang klu", None],
    ]
    operation = read(Armada=rows).operation
    assert [site.node_id for site in operation.sites] == ["kec:52.08.01", "port:BANGSAL", "kec:52.08.02"]
    assert [vehicle.id for vehicle in operation.vehicles][:3] == ["Perahu-01", "Perahu-02", "Perahu-03"]
    assert operation.vehicles[-2].available_s == 5400
    assert operation.vehicles[-1].base_id == "Gudang KLU"


def test_own_items_rates_and_vehicle_types_replace_the_defaults(read):
    operation = read(
        Barang=[["ID", "Nama", "Satuan", "Berat kg", "Volume liter", "Prioritas"], ["beras", "Beras", "kg", 1, "1,33", 1]],
        Standar_kebutuhan=[["Barang", "Jumlah", "Per"], ["Beras", "0,4", "jiwa/hari"]],
        Jenis_kendaraan=[["ID", "Nama", "Profil", "Muatan kg", "Muatan liter"], ["tr", "Truk ringan", "light_truck", 3000, None]],
    ).operation
    assert [item.volume_l for item in operation.items] == [1.33]
    assert [need.quantity for need in operation.needs] == [400, 200]
    assert operation.fleet_types[0].capacity_l == 12_000
    assert any("4 liter per kg" in note for note in operation.notes)


def test_a_closed_link_is_one_edge_or_all_roads_of_the_way_between(read):
    rows = [["Dari", "Ke", "Keadaan", "Keterangan"], ["Pelabuhan Kayangan", "Pelabuhan Poto Tano", "ditutup", "ombak"]]
    operation = read(Jalan_ditutup=rows).operation
    assert [(x.from_node, x.to_node, x.slow_factor, x.where) for x in operation.closures] == [
        ("port:KAYANGAN", "port:POTOTANO", None, "ombak")
    ]

    report = read(Jalan_ditutup=[["Dari", "Ke", "Keadaan"], ["Kec. Gangga", "Kec. Bayan", "lambat 2,5x"]])
    closures = report.operation.closures
    assert len(closures) > 1
    assert {closure.slow_factor for closure in closures} == {2.5}
    assert {closure.where for closure in closures} == {"Kec. Gangga, Kab. Lombok Utara - Kec. Bayan, Kab. Lombok Utara"}
    assert f"semua {len(closures)} ruas" in report.notes[0]
    known = {frozenset((closure.from_node, closure.to_node)) for closure in closures}
    assert len(known) == len(closures)


@pytest.mark.parametrize(
    "row, words",
    [
        (["Kec. Gangga", "Kec. Gangga", "ditutup"], "same road node"),
        (["Kec. Gangga", "Kec. Bayan", "agak rusak"], "not a state of a road"),
        (["Kec. Gangga", "Kec. Bayan", "lambat 0,5"], "not a state of a road"),
        (["Kec. Gangga", "Kec. Bayan", "lambat 1,2,50"], "not a number"),
        (["Kec. Gangga", "Desa Gili Indah", "ditutup"], "no road joins"),
        (["Pelabuhan Kayangan", "Pelabuhan Poto Tano", "lambat 2"], "keeps its timetable"),
        (["Atlantis", "Kec. Bayan", "ditutup"], "not a place"),
    ],
)
def test_a_closure_that_cannot_be_is_refused(read, row, words):
    where, what = issue_of(read(Jalan_ditutup=[["Dari", "Ke", "Keadaan"], row]))
    assert words in what
    assert where.startswith("sheet 'Jalan ditutup' cell ")


def sheet(name, headings, *rows):
    return {name: [headings.split("|"), *rows]}


def posko(*rows):
    return sheet("Posko", "Nama|Tempat|Jiwa", *rows)


def needs(*rows):
    return sheet("Kebutuhan", "Posko|Barang|Jumlah", *rows)


def stock(*rows):
    return sheet("Stok", "Gudang|Tempat|Barang|Jumlah", *rows)


def rice(quantity, item="Beras"):
    return stock(["Gudang KLU", "52.08.01", item, quantity])


def fleet(*rows):
    return sheet("Armada", "Kendaraan|Jenis|Pangkalan", *rows)


def settings(*rows):
    return sheet("Operasi", "Hal|Isi", *rows)


def goods(*row):
    return sheet("Barang", "ID|Nama|Satuan|Berat kg|Volume liter|Prioritas", [*row])


START = ["Mulai", "2018-08-12 06:00"]
TRUCK = ["T", "Truk ringan", "Gudang KLU"]
BAD = {
    "misspelt place": (posko(["A", "Kec. Gangg", 5]), "sheet 'Posko' cell B2", "not a place in NTB"),
    "ambiguous place": (posko(["A", "Kayangan", 5]), "sheet 'Posko' cell B2", "names 2 places"),
    "half a person": (posko(["A", "52.08.02", 5.5]), "sheet 'Posko' cell C2", "not a whole number"),
    "posko twice": (posko(["A", "52.08.02", 5], ["A", "52.08.01", 5]), "sheet 'Posko' row 3", "stands already in row 2"),
    "empty sheet": ({"Posko": []}, "sheet 'Posko'", "is empty"),
    "no headings": ({"Posko": [["a", "b"], ["c", "d"]]}, "sheet 'Posko'", "no row of headings"),
    "missing column": ({"Posko": [["Tempat", "Jiwa"], ["52.08.02", 5]]}, "sheet 'Posko'", "column 'Nama' is missing"),
    "no number": (rice("1,2,50"), "sheet 'Stok' cell D2", "'1,2,50' is not a number"),
    "other unit": (rice("2 dus", "Terpal 4x6 m"), "sheet 'Stok' cell D2", "counted in 'dus'"),
    "negative stock": (rice(-4), "sheet 'Stok' cell D2", "below 0"),
    "date in a number cell": (rice(date(2018, 1, 5)), "sheet 'Stok' cell D2", "date or time"),
    "error in a cell": (rice("#REF!"), "sheet 'Stok' cell D2", "error #REF!"),
    "formula never calculated": (rice("=2+2"), "sheet 'Stok' cell D2", "formula without"),
    "no quantity": (rice(None), "sheet 'Stok' cell D2", "'Jumlah' is missing"),
    "stock nowhere": (stock(["Gudang KLU", None, "Beras", 4]), "sheet 'Stok' cell B2", "place of 'Gudang KLU' is missing"),
    "warehouse at two places": (
        stock(["Gudang KLU", "52.08.01", "Beras", 4], ["Gudang KLU", "52.08.02", "Matras", 4]),
        "sheet 'Stok' cell B3",
        "another place",
    ),
    "unknown vehicle type": (fleet(["T", "Truk ringa", "Gudang KLU"]), "sheet 'Armada' cell B2", "vehicle type 'Truk ringa' is not known"),
    "vehicle twice": (fleet(TRUCK, TRUCK), "sheet 'Armada' row 3", "stands already in row 2"),
    "no base": (fleet(["T", "Truk ringan", None]), "sheet 'Armada' cell C2", "place is missing"),
    "headings only": (fleet(), "sheet 'Armada'", "is empty"),
    "too many vehicles": (
        sheet("Armada", "Kendaraan|Jenis|Jumlah|Pangkalan", ["T", "Perahu", 10**6, "Gudang KLU"]),
        "sheet 'Armada' cell C2",
        "1000000",
    ),
    "unknown item": (needs(["Posko A", "Popok", 5]), "sheet 'Kebutuhan' cell B2", "item 'Popok' is not known"),
    "unknown posko": (needs(["Posko Z", "Beras", 5]), "sheet 'Kebutuhan' cell A2", "posko 'Posko Z' is not known"),
    "need twice": (needs(["Posko A", "Beras", 5], ["Posko A", "rice", 6]), "sheet 'Kebutuhan' row 3", "already in row 2"),
    "missing start": (settings(["Nama operasi", "Uji"]), "sheet 'Operasi'", "'Mulai (WITA)' is missing"),
    "start that is none": (settings(["Mulai", "besok"]), "sheet 'Operasi' cell B2", "not a date"),
    "start twice": (settings(START, START), "sheet 'Operasi' cell A3", "set twice"),
    "unknown setting": (settings(START, ["Warna", "merah"]), "sheet 'Operasi' cell A3", "not a setting"),
    "endless horizon": (settings(START, ["Jangka waktu (hari)", 400]), "sheet 'Operasi' cell B3", "400"),
    "item without weight": (goods("rice", "Beras", "kg", None, 1, 1), "sheet 'Barang' cell D2", "'Berat kg' is missing"),
    "item of no weight": (goods("rice", "Beras", "kg", 0, 1, 1), "sheet 'Barang' row 2", "mass_kg"),
    "rate of no base": (
        sheet("Standar_kebutuhan", "Barang|Jumlah|Per", ["Beras", 1, "minggu"]),
        "sheet 'Standar kebutuhan' cell C2",
        "not a base",
    ),
    "unknown profile": (
        sheet("Jenis_kendaraan", "ID|Nama|Profil|Muatan kg", ["truk", "Truk ringan", "pesawat", 5]),
        "sheet 'Jenis kendaraan' cell C2",
        "road profile 'pesawat'",
    ),
}


@pytest.mark.parametrize("case", list(BAD))
def test_every_kind_of_bad_input_is_one_issue_with_sheet_and_cell(read, case):
    changes, where, what = BAD[case]
    report = read(**changes)
    matching = [issue for issue in report.issues if issue.where == where and what in issue.what]
    assert len(matching) == 1, report.issues
    assert matching[0].fix
    # An item, type or place that is refused is also missed where it is used; nothing else may be told.
    missed = {"item without weight", "item of no weight", "unknown profile", "stock nowhere"}
    assert len(report.issues) == 1 or case in missed, report.issues


def test_all_issues_are_raised_at_once_in_the_order_of_the_sheets(tmp_path):
    sheets = good_sheets(
        Posko=[["Nama", "Tempat", "Jiwa"], ["A", "Kec. Gangg", 5], ["B", "52.08.01", "1,2,50"]],
        Armada=[["Kendaraan", "Jenis", "Pangkalan"], ["T", "roket", "Gudang KLU"]],
    )
    path = write_book(tmp_path / "needs.xlsx", sheets)
    with pytest.raises(InputError) as error:
        read_operation(path)
    assert [issue.where for issue in error.value.issues] == ["sheet 'Posko' cell B2", "sheet 'Posko' cell C3", "sheet 'Armada' cell B2"]
    assert check_workbook(path) == error.value.issues


def test_a_missing_sheet_is_named_with_those_found(read):
    where, what = issue_of(read(Armada=None))
    assert "sheet 'Armada' is missing (found: Operasi, Posko, Stok)" in what
    assert where == "workbook"


def test_sheets_may_be_spelt_otherwise_and_others_are_noted(tmp_path):
    sheets = {{"Posko": "DAFTAR POSKO", "Stok": "Stok Gudang"}.get(name, name): rows for name, rows in good_sheets().items()}
    sheets["Sandi"] = [["x"]]
    report = inspect_workbook(write_book(tmp_path / "needs.xlsx", sheets))
    assert report.operation is not None
    assert report.notes == ("sheet 'Sandi': lembar ini tidak dikenal dan dilewati",)
    sheets["posko"] = good_sheets()["Posko"]
    assert "second sheet 'Posko'" in inspect_workbook(write_book(tmp_path / "two.xlsx", sheets)).issues[0].what


def test_a_file_that_is_no_workbook_is_raised_as_a_schema_error(tmp_path):
    file = tmp_path / "needs.xlsx"
    file.write_text("nama;jiwa")
    with pytest.raises(SchemaError):
        read_operation(file)
    assert len(check_workbook(file)) == 1


def test_hostile_names_are_texts_and_nothing_else(read):
    name = "<script>alert(1)</script>"
    report = read(Posko=[["Nama", "Tempat", "Jiwa", "KK"], [name, "52.08.02", 10, 3]])
    assert report.operation.poskos[0].name == name


def test_a_hxl_table_of_another_system_is_read(read):
    rows = [
        ["Location", "Org", "Keluarga", "Y", "X"],
        ["#loc+name", "#affected+idps", "#affected+hh", "#geo+lat", "#geo+lon"],
        ["Lapangan Tanjung", 120, 30, -8.36, 116.15],
    ]
    (posko,) = read(Posko=rows).operation.poskos
    assert (posko.name, posko.people, posko.households, posko.lat) == ("Lapangan Tanjung", 120, 30, -8.36)
