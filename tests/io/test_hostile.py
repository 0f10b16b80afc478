"""A posko named like a script or a formula does no harm in any output."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook

from ntb_relief.io.outputs import write_outputs
from tests.factories import make_operation, make_plan, make_result

EVIL = [
    "<script>alert('posko')</script>",
    '=HYPERLINK("http://evil.example","klik")',
    "+62-8",
    "@SUM(1)",
    "-1+1",
    "</script><script>alert(1)</script>",
]


@pytest.fixture(scope="module", params=EVIL)
def evil(request):
    return request.param


@pytest.fixture(scope="module")
def folder(evil, tmp_path_factory):
    operation = make_operation(name=evil, notes=(evil,))
    operation = operation.replace(
        poskos=tuple(replace(x, name=evil, provenance=replace(x.provenance, source=evil)) for x in operation.poskos),
        sites=tuple(replace(x, name=evil) for x in operation.sites),
        items=tuple(replace(x, name=evil, unit=evil) for x in operation.items),
        supplies=tuple(replace(x, owner=evil) for x in operation.supplies),
        closures=tuple(replace(x, where=evil) for x in operation.closures),
        vehicles=tuple(replace(x, id=evil) if x.id == "DR 8001 A" else x for x in operation.vehicles),
    )
    plan = make_plan(make_operation())
    plan = replace(
        plan,
        operation=operation,
        schedules=tuple(replace(x, vehicle_id=evil) if x.vehicle_id == "DR 8001 A" else x for x in plan.schedules),
        shortfalls=tuple(replace(x, detail=evil) for x in plan.shortfalls),
        notes=(evil,),
    )
    path = tmp_path_factory.mktemp("evil")
    write_outputs(make_result(plan), path)
    return path


class Scripts(HTMLParser):
    """Counts the script elements a browser would see, and the handlers on any element."""

    def __init__(self, text):
        super().__init__()
        self.scripts, self.handlers = 0, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.scripts += tag == "script"
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def test_the_workbook_shows_it_as_text_and_holds_no_formula(folder, evil):
    with zipfile.ZipFile(folder / "plan.xlsx") as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    # A formula is an element <f>; others, such as <firstFooter>, only begin with that letter.
    assert sheets
    assert not [sheet for sheet in sheets if re.search(rb"<f[\s/>]", sheet)]
    cells = [cell for sheet in load_workbook(folder / "plan.xlsx") for row in sheet.iter_rows() for cell in row if cell.value == evil]
    assert len(cells) > 20
    assert {cell.data_type for cell in cells} == {"s"}


def test_editing_such_a_cell_in_a_spreadsheet_keeps_it_a_text(folder, evil):
    cells = [cell for sheet in load_workbook(folder / "plan.xlsx") for row in sheet.iter_rows() for cell in row if cell.value == evil]
    if evil[0] in "=+-@":
        assert all(cell.quotePrefix for cell in cells)


def test_the_papers_and_the_map_get_no_element_from_it(folder, tmp_path):
    write_outputs(make_result(), tmp_path)
    for path in folder.rglob("*.html"):
        page = Scripts(path.read_text(encoding="utf-8"))
        plain = Scripts((tmp_path / "map.html").read_text(encoding="utf-8")).scripts if path.name == "map.html" else 0
        assert page.scripts == plain, path.name
        assert not page.handlers


def test_the_document_keeps_it_as_it_is(folder, evil):
    document = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert {posko["name"] for posko in document["plan"]["operation"]["poskos"]} == {evil}


def test_all_files_stay_inside_the_folder_under_harmless_names(folder):
    names = [path.name for path in folder.rglob("*")]
    assert not any(set(name) & set('<>:"/\\|?*') for name in names)
    assert len(names) == 8
