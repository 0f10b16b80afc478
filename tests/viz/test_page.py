"""The page of a map: whole in itself, closed to the network and to what users wrote into it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.viz.maps import map_operation, map_plan
from ntb_relief.viz.page import ReliefMap, render_page
from tests.factories import make_operation, make_plan
from tests.viz.pages import Page

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)><!--<script>"


def test_the_page_needs_no_network():
    """Nothing has an address to fetch from: no tag has a source, no style a url, no script an import."""
    html = make_plan().map().html
    page = Page(html)
    assert {name for _, attributes in page.tags for name in attributes} & {"src", "href", "action", "data", "poster", "srcset"} == set()
    assert re.findall(r"url\(|@import", html.split("<script", 1)[0]) == []
    ours = page.code[-1]
    assert re.findall(r"\b(fetch|XMLHttpRequest|WebSocket|importScripts|tileLayer)\b|https?://(?!www\.w3\.org/2000/svg)", ours) == []


def test_the_policy_forbids_fetching_and_lets_only_our_scripts_run():
    page = Page(make_plan().map().html)
    hashes = [base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in page.code]
    rules = dict(rule.strip().split(" ", 1) for rule in page.policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == " ".join(f"'sha256-{x}'" for x in hashes)
    assert len(hashes) == 2
    assert "connect-src" not in rules


def test_the_licence_of_leaflet_travels_with_the_page():
    html = make_plan().map().html
    assert "BSD 2-Clause License" in html
    assert "Volodymyr Agafonkin" in html


@pytest.mark.parametrize("text", [HOSTILE, '"><svg onload=alert(1)>', "&lt;b&gt;", "\u2028\u2029", "\ud800", "\x00"])
def test_texts_of_users_stay_data(text: str):
    operation = make_operation()
    operation = operation.replace(
        name=text,
        notes=(text,),
        poskos=tuple(replace(x, name=text) for x in operation.poskos),
        sites=tuple(replace(x, name=text) for x in operation.sites),
        items=tuple(replace(x, name=text + x.id, unit=text) for x in operation.items),
        fleet_types=tuple(replace(x, name=text) for x in operation.fleet_types),
        closures=tuple(replace(x, where=text) for x in operation.closures),
    )
    plan = make_plan(operation)
    plan = replace(plan, shortfalls=tuple(replace(x, detail=text) for x in plan.shortfalls), notes=(text,))
    tags = [tag for tag, _ in Page(make_plan().map().html).tags]
    for relief_map in (map_plan(plan), map_operation(operation)):
        page = Page(relief_map.html)
        assert [tag for tag, _ in page.tags] == tags
        assert {posko["name"] for posko in page.data["poskos"]} == {text}
        assert page.data["title"] == text
        relief_map.html.encode("utf-8")


@settings(deadline=None)
@given(st.text())
def test_any_text_comes_back_from_the_page_as_it_went_in(text: str):
    page = Page(render_page({"text": text}, title="peta").html)
    assert page.data == {"text": text}


def test_numbers_that_json_does_not_know_are_refused():
    with pytest.raises(ValueError, match="JSON"):
        render_page({"value": float("nan")}, title="peta")


def test_a_notebook_shows_the_page_in_a_frame_that_cannot_reach_the_notebook():
    relief_map = make_plan(make_operation(name=HOSTILE)).map()
    frame = relief_map._repr_html_()
    (tag, attributes), *others = Page(frame).tags
    assert (tag, others) == ("iframe", [])
    assert attributes["sandbox"] == "allow-scripts"
    assert attributes["srcdoc"] == relief_map.html
    assert unescape(frame).count("<iframe") == 1


def test_a_map_is_saved_whole_under_its_name(tmp_path):
    relief_map = make_plan().map()
    relief_map.save(tmp_path / "map.html")
    relief_map.save(str(tmp_path / "map.html"))
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]
    assert (tmp_path / "map.html").read_bytes() == relief_map.html.encode("utf-8")


def test_a_map_that_cannot_be_written_leaves_the_old_one(tmp_path):
    target = tmp_path / "map.html"
    target.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        ReliefMap("half \ud800", "peta").save(target)
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]
    assert target.read_text(encoding="utf-8") == "old"


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        make_plan().map().save(tmp_path / "nowhere" / "map.html")


def test_the_same_plan_makes_the_same_page():
    assert make_plan().map().html == make_plan().map().html
