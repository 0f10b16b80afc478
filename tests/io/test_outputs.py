"""All files of a plan: together or not at all, nothing outside, nothing foreign touched."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

from ntb_relief.errors import InputError, NoPlanError
from ntb_relief.io import outputs
from ntb_relief.io.outputs import check_folder, write_outputs
from ntb_relief.plan.result import Result, Status
from tests.factories import make_plan, make_result


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


PAPERS = {f"surat-jalan/{name}.html" for name in ("DR 8001 A", "DR 8002 A", "EA 8003 B", "Perahu 1")}


def test_all_files_are_written_into_a_new_folder(tmp_path):
    written = write_outputs(make_result(), tmp_path / "a" / "out")
    assert files(tmp_path / "a" / "out") == {"plan.json", "plan.xlsx", "map.html"} | PAPERS
    assert {path.relative_to(tmp_path / "a" / "out").as_posix() for path in written} == files(tmp_path / "a" / "out")


def test_a_second_plan_replaces_the_first_and_leaves_foreign_files_alone(tmp_path):
    write_outputs(make_result(), tmp_path)
    (tmp_path / "catatan.txt").write_text("milik saya")
    (tmp_path / "surat-jalan" / "milik saya.html").write_text("<p>surat jalan yang saya ketik</p>")
    plan = make_plan()
    write_outputs(replace(make_result(plan), plan=replace(plan, schedules=plan.schedules[:2])), tmp_path)
    kept = {"surat-jalan/DR 8001 A.html", "surat-jalan/DR 8002 A.html", "surat-jalan/milik saya.html"}
    assert files(tmp_path) == {"plan.json", "plan.xlsx", "map.html", "catatan.txt"} | kept
    assert len(json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["plan"]["schedules"]) == 2


@pytest.mark.parametrize("failing", ["write_papers", "_move"])
def test_a_failure_leaves_the_earlier_plan_and_nothing_half_written(tmp_path, monkeypatch, failing):
    write_outputs(make_result(), tmp_path / "out")
    before = {name: (tmp_path / "out" / name).read_bytes() for name in files(tmp_path / "out")}

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(outputs, failing, fail)
    with pytest.raises(InputError, match="No space left"):
        write_outputs(make_result(), tmp_path / "out")
    assert {name: (tmp_path / "out" / name).read_bytes() for name in files(tmp_path / "out")} == before
    with pytest.raises(InputError):
        write_outputs(make_result(), tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_equal_plans_give_equal_files_but_for_the_run_block(tmp_path):
    for name in ("a", "b"):
        write_outputs(make_result(), tmp_path / name)
    for name in files(tmp_path / "a") - {"plan.json"}:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_a_file_where_the_folder_should_be_is_refused(tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(InputError, match="is a file"):
        write_outputs(make_result(), tmp_path / "out")


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_papers_are_not_written_through_a_link_to_elsewhere(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "surat-jalan").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="link to elsewhere"):
        write_outputs(make_result(), tmp_path / "out")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_file_held_open_or_a_folder_in_its_place_is_told(tmp_path):
    (tmp_path / "plan.xlsx").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        write_outputs(make_result(), tmp_path)


def test_a_result_without_a_plan_makes_no_folder(tmp_path):
    with pytest.raises(NoPlanError):
        write_outputs(Result(None, Status.NO_SOLUTION, 0.0, None, seconds=0, iterations=0, seed=1), tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_told_before_the_search_and_leaves_nothing(tmp_path, monkeypatch):
    """The check makes and removes what it needs; where nothing can be made it names the folder."""
    check_folder(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("ntb_relief.io.outputs.tempfile.TemporaryDirectory", refuse)
    with pytest.raises(InputError, match="Permission denied"):
        check_folder(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []
