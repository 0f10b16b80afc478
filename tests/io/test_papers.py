"""The *surat jalan*: one a vehicle, Indonesian, complete and harmless."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from ntb_relief.io.papers import MARK, surat_jalan, write_papers
from ntb_relief.plan.operation_plan import Unload
from ntb_relief.units import format_number
from tests.factories import make_operation, make_plan, make_result


class Page(HTMLParser):
    """Collects the tags and the text of a page, and checks that it is well nested."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.text = [], [], ""
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def pages(plan):
    return [Page(surat_jalan(plan, schedule, number=number)) for number, schedule in enumerate(plan.schedules, 1)]


def test_every_vehicle_gets_its_paper_with_every_line_it_hands_over():
    plan = make_plan()
    items = {item.id: item for item in plan.operation.items}
    names = {place.id: place.name for place in (*plan.operation.poskos, *plan.operation.sites)}
    for schedule, page in zip(plan.schedules, pages(plan), strict=True):
        assert schedule.vehicle_id in page.text
        total_kg = 0.0
        for action in schedule.actions:
            if isinstance(action, Unload):
                assert names[action.place_id] in page.text
                for line in action.lines:
                    total_kg += line.quantity * items[line.item_id].mass_kg
                    assert format_number(line.quantity) in page.text
                    assert items[line.item_id].name in page.text
        assert f"{format_number(total_kg, decimals=1)} kg (" in page.text.split("Jumlah seluruhnya")[1]


def test_it_has_a_number_a_date_hours_words_and_places_to_sign():
    truck = pages(make_plan())[0].text
    assert "Nomor: 001/SJ/VIII/2018" in truck
    assert "12 Agustus 2018" in truck
    assert "semua jam WITA" in truck
    assert "seribu tujuh ratus enam puluh empat" in truck
    assert "Rit 1" in truck
    for word in (
        "Yang menyerahkan",
        "Pengemudi",
        "Diterima dalam keadaan baik dan cukup",
        "No",
        "Nama barang",
        "Jumlah",
        "Satuan",
        "Keterangan",
    ):
        assert word in truck


def test_transfers_owners_and_ferries_are_told():
    truck, _, ferry, boat = (page.text for page in pages(make_plan()))
    assert "alih muat ke perahu" in truck
    assert "untuk Posko Gili Air, dari Gudang BPBD Mataram, milik BPBD NTB" in truck
    assert "Feri kayangan-pototano: berangkat 08.00, tiba 09.45" in ferry
    assert "Rit 2" in boat


def test_part_of_a_kilogram_is_spelt_with_koma():
    assert "159,8 kg (seratus lima puluh sembilan koma delapan kilogram)" in pages(make_plan())[2].text


def test_the_page_runs_no_script_and_loads_nothing():
    for page in pages(make_plan()):
        assert not {tag for tag, _ in page.tags} & {"script", "img", "link", "iframe", "object", "a", "form"}
        policies = [attrs["content"] for tag, attrs in page.tags if tag == "meta" and "http-equiv" in attrs]
        assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><b>", "&lt;b&gt;", "<!--"])
def test_hostile_names_are_shown_as_they_are_written(evil):
    operation = make_operation(name=evil)
    operation = operation.replace(
        poskos=tuple(replace(posko, name=evil) for posko in operation.poskos),
        sites=tuple(replace(site, name=evil) for site in operation.sites),
        items=tuple(replace(item, name=evil, unit=evil) for item in operation.items),
        supplies=tuple(replace(supply, owner=evil) for supply in operation.supplies),
        fleet_types=tuple(replace(kind, name=evil) for kind in operation.fleet_types),
    )
    plain = [[tag for tag, _ in page.tags] for page in pages(make_plan())]
    hostile = pages(make_plan(operation))
    assert [[tag for tag, _ in page.tags] for page in hostile] == plain
    assert all(page.text.count(evil) >= 5 for page in hostile)


def test_files_get_safe_names_and_carry_the_mark(tmp_path):
    operation = make_operation()
    names = {"DR 8001 A": "../../evil", "DR 8002 A": "CON", "EA 8003 B": "a/b:c", "Perahu 1": "A/B:C"}
    plan = make_plan(operation)
    renamed = replace(
        plan,
        operation=operation.replace(vehicles=tuple(replace(x, id=names.get(x.id, x.id)) for x in operation.vehicles)),
        schedules=tuple(replace(x, vehicle_id=names[x.vehicle_id]) for x in plan.schedules),
    )
    folder = tmp_path / "papers"
    folder.mkdir()
    files = write_papers(make_result(renamed), folder)
    assert [file.name for file in files] == ["-..-evil.html", "_CON.html", "a-b-c.html", "A-B-C (2).html"]
    assert sorted(folder.iterdir()) == sorted(files)
    assert list(tmp_path.iterdir()) == [folder]
    assert all(MARK in file.read_text(encoding="utf-8") for file in files)
