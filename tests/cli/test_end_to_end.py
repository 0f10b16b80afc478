"""The main job from the first word to the last file, with the real solver."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from ntb_relief.cli import commands
from ntb_relief.cli.main import main
from ntb_relief.io.documents import plan_from_json
from ntb_relief.io.scenario import load_event
from ntb_relief.io.workbook.write import write_operation
from ntb_relief.plan.result import Status
from ntb_relief.plan.verify import verify
from tests.io.books import good_sheets, write_book


def read_plan(folder):
    result = plan_from_json((folder / "plan.json").read_bytes())
    assert verify(result.plan.operation, result.plan) == []
    return result


def content(folder):
    """Return the bytes of every file, the plan without its run block."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    document = json.loads(files["plan.json"])
    document.pop("run")
    return files | {"plan.json": document}


@pytest.mark.slow
def test_the_demo_runs_as_a_command_and_its_plan_passes_the_judge(tmp_path):
    words = [sys.executable, "-m", "ntb_relief", "demo", "--event", "mataram-2025", "--seconds", "2", "-o", str(tmp_path / "out")]
    run = subprocess.run(words, capture_output=True, text=True, check=False, timeout=240, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    assert "RENCANA DISTRIBUSI BANTUAN - mataram-2025" in run.stdout
    assert "seed 1" in run.stdout
    result = read_plan(tmp_path / "out")
    assert result.plan.operation.num_people == 33_290
    papers = {path.stem for path in (tmp_path / "out" / "surat-jalan").iterdir()}
    assert len(papers) == len(result.plan.schedules) > 0


@pytest.mark.slow
def test_the_same_seed_and_iterations_give_the_same_files_byte_for_byte(tmp_path):
    words = ["demo", "--event", "mataram-2025", "--iterations", "300", "--seed", "5"]
    assert [main([*words, "-o", str(tmp_path / name)]) for name in ("a", "b")] == [0, 0]
    assert content(tmp_path / "a") == content(tmp_path / "b")


@pytest.mark.slow
def test_a_workbook_with_a_posko_no_road_reaches_is_planned_and_the_cause_is_told(tmp_path, capsys):
    rows = [["Nama", "Tempat", "Jiwa", "KK"], ["Posko A", "Kec. Gangga", 100, 30], ["Posko Gili", "52.08.05.2003", 50, 15]]
    book = write_book(tmp_path / "needs.xlsx", good_sheets(Posko=rows))
    assert main(["plan", str(book), "--iterations", "200", "-o", str(tmp_path / "out")]) == 0
    plan = read_plan(tmp_path / "out").plan
    causes = {short.cause.value for short in plan.shortfalls if short.posko_id == "Posko Gili" and short.item_id == "rice"}
    assert causes == {"no_access"}
    assert "Posko A" in {
        line.posko_id for schedule in plan.schedules for action in schedule.actions for line in getattr(action, "lines", ())
    }
    assert "tidak ada akses jalan" in capsys.readouterr().out


@pytest.mark.slow
def test_an_event_written_as_a_workbook_plans_to_the_same_plan(tmp_path):
    write_operation(load_event("mataram-2025"), tmp_path / "event.xlsx")
    assert main(["plan", str(tmp_path / "event.xlsx"), "--iterations", "100", "-o", str(tmp_path / "a")]) == 0
    assert main(["demo", "--event", "mataram-2025", "--iterations", "100", "-o", str(tmp_path / "b")]) == 0
    assert content(tmp_path / "a") == content(tmp_path / "b")


@pytest.mark.slow
def test_ctrl_c_writes_the_best_plan_so_far(tmp_path, monkeypatch, capsys):
    """The signal itself is sent, at the third step of the search."""
    steps = []

    @contextmanager
    def interrupting():
        def show(progress):
            steps.append(progress.phase)
            if steps.count("routing") == 3:
                signal.raise_signal(signal.SIGINT)

        yield show

    monkeypatch.setattr(commands, "progress_bar", interrupting)
    assert main(["demo", "--event", "mataram-2025", "--seconds", "120", "-o", str(tmp_path / "out")]) == 0
    assert read_plan(tmp_path / "out").status is Status.STOPPED
    assert "status: dihentikan" in capsys.readouterr().out
