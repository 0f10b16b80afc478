"""The command line: what it prints where, which files it writes, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from ntb_relief._version import __version__
from ntb_relief.cli.main import main
from ntb_relief.io.documents import operation_to_json
from ntb_relief.plan.result import Status
from ntb_relief.solvers.progress import Progress
from tests.factories import make_operation, make_result
from tests.io.books import good_sheets, write_book


@pytest.fixture
def book(tmp_path):
    return write_book(tmp_path / "needs.xlsx", good_sheets())


@pytest.fixture
def bad_book(tmp_path):
    rows = [["Nama", "Tempat", "Jiwa"], ["A", "Kec. Gangg", 5], ["B", "52.08.01", "1,2,50"]]
    return write_book(tmp_path / "bad.xlsx", good_sheets(Posko=rows))


@pytest.fixture
def solver(monkeypatch):
    """Put a solver in place that answers at once; what it was asked stands in `asked`."""
    asked = []
    answer = SimpleNamespace(result=make_result(), error=None, asked=asked)

    def solve_operation(operation, *, stop, rng, on_progress):
        asked.append((operation, stop, rng))
        on_progress(Progress("routing", 1.0, 10, 5.5e6, 0.5))
        if answer.error:
            raise answer.error
        return answer.result

    monkeypatch.setitem(sys.modules, "ntb_relief.solvers.operation", SimpleNamespace(solve_operation=solve_operation))
    return answer


def test_template_writes_a_workbook_that_check_reads(tmp_path, capsys):
    path = tmp_path / "needs.xlsx"
    assert main(["template", str(path)]) == 0
    assert main(["check", str(path)]) == 2
    assert "sheet 'Posko': is empty" in capsys.readouterr().err


def test_template_never_replaces_what_somebody_has_filled_in(book, capsys):
    before = book.read_bytes()
    assert main(["template", str(book)]) == 2
    assert "not an empty template" in capsys.readouterr().err
    assert book.read_bytes() == before
    empty = book.with_name("empty.xlsx")
    assert [main(["template", str(empty)]), main(["template", str(empty)])] == [0, 0]


def test_check_lists_every_problem_on_standard_error_and_ends_with_2(bad_book, capsys):
    assert main(["check", str(bad_book)]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert "2 problems in the input" in err
    assert "sheet 'Posko' cell B2" in err
    assert "sheet 'Posko' cell C3: '1,2,50' is not a number; write 1.250 or 1250" in err


def test_check_of_a_good_workbook_tells_guesses_and_what_nothing_reaches(tmp_path, capsys):
    sheets = good_sheets(Posko=[["Nama", "Tempat", "Jiwa", "KK"], ["A", "Kec. Gangga", "1.250", 340], ["Gili", "52.08.05.2003", 300, 80]])
    assert main(["check", str(write_book(tmp_path / "needs.xlsx", sheets))]) == 0
    out, err = capsys.readouterr()
    assert not err
    assert "'1.250' dibaca 1250" in out
    assert "posko 'Gili' tidak dapat dicapai" in out
    assert "Tidak ada masalah: 2 posko, 1.550 jiwa" in out


def test_plan_of_bad_input_ends_with_2_and_writes_nothing(bad_book, tmp_path, capsys, solver):
    assert main(["plan", str(bad_book), "-o", str(tmp_path / "out")]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err.count("\n- ") == 2
    assert not (tmp_path / "out").exists()
    assert not solver.asked


def test_plan_writes_all_files_and_says_how_good_it_is(book, tmp_path, capsys, solver):
    out = tmp_path / "out"
    assert main(["plan", str(book), "--seconds", "3", "--seed", "7", "-o", str(out)]) == 0
    operation, stop, seed = solver.asked[0]
    assert (operation.name, stop.seconds, seed) == ("Uji", 3.0, 7)
    assert {path.name for path in out.iterdir()} == {"plan.json", "plan.xlsx", "map.html", "surat-jalan"}
    text = capsys.readouterr().out
    assert "RENCANA DISTRIBUSI BANTUAN" in text
    assert "Nilai tujuan 5.548.428; batas bawah belum terbukti; 2,0 detik; 400 iterasi; seed 1; status: batas waktu tercapai" in text
    assert "4 surat jalan" in text


def test_a_bound_is_told_with_its_gap(book, tmp_path, capsys, solver):
    solver.result = replace(solver.result, bound=solver.result.objective * 0.9, status=Status.GAP_REACHED)
    assert main(["plan", str(book), "-o", str(tmp_path / "out")]) == 0
    assert "(selisih 10,00 %)" in capsys.readouterr().out


def test_plan_reads_an_operation_document_too(tmp_path, solver):
    file = tmp_path / "operation.json"
    file.write_text(operation_to_json(make_operation()), encoding="utf-8")
    assert main(["plan", str(file), "--iterations", "50", "-o", str(tmp_path / "out")]) == 0
    operation, stop, _ = solver.asked[0]
    assert (operation.name, stop.iterations) == ("Operasi contoh", 50)


@pytest.mark.parametrize("name", ["none.xlsx", "none.json"])
def test_a_missing_file_is_bad_input(tmp_path, name, capsys):
    assert main(["plan", str(tmp_path / name), "-o", str(tmp_path / "out")]) == 2
    assert name in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_stopped_search_still_writes_its_best_plan(book, tmp_path, capsys, solver):
    solver.result = replace(solver.result, status=Status.STOPPED)
    assert main(["plan", str(book), "-o", str(tmp_path / "out")]) == 0
    assert "status: dihentikan" in capsys.readouterr().out
    assert json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))["status"] == "stopped"


def test_cancelled_before_there_is_a_plan_nothing_is_written(book, tmp_path, capsys, solver):
    solver.error = KeyboardInterrupt()
    assert main(["plan", str(book), "-o", str(tmp_path / "out")]) == 130
    assert "tidak ada yang ditulis" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_no_plan_ends_with_1(book, tmp_path, capsys, solver):
    solver.result = replace(solver.result, plan=None, status=Status.INFEASIBLE)
    assert main(["plan", str(book), "-o", str(tmp_path / "out")]) == 1
    assert "infeasible" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_output_that_is_a_file_is_told_before_the_search(book, solver, capsys):
    assert main(["plan", str(book), "-o", str(book)]) == 2
    assert "is a file" in capsys.readouterr().err
    assert not solver.asked


def test_demo_takes_event_and_date(tmp_path, solver):
    assert main(["demo", "--event", "lombok-2018", "--as-of", "2018-08-13", "--seconds", "1", "-o", str(tmp_path / "out")]) == 0
    assert solver.asked[0][0].num_people == 352_736


def test_demo_of_an_unknown_date_lists_the_known_ones(tmp_path, capsys, solver):
    assert main(["demo", "--as-of", "2018-01-01", "-o", str(tmp_path / "out")]) == 2
    assert "2018-08-11, 2018-08-13, 2018-08-23" in capsys.readouterr().err
    assert not solver.asked


@pytest.mark.parametrize("kind", ["operation", "plan"])
def test_schema_prints_json_schema(kind, capsys):
    assert main(["schema", kind]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["properties"]["schema"]["const"] == f"ntb_relief/{kind}"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["fly"],
        ["plan"],
        ["demo", "--event", "palu"],
        ["demo", "--seconds", "0"],
        ["demo", "--seconds", "nan"],
        ["demo", "--seed", "-1"],
        ["schema", "x"],
    ],
)
def test_words_it_does_not_know_end_with_2(words, capsys):
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_version_is_printed(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert __version__ in capsys.readouterr().out


def test_help_loads_nothing_heavy():
    """The door answers at once: numba, pandas, openpyxl and the others wait inside the commands."""
    code = (
        "import sys\n"
        "from ntb_relief.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numba', 'numpy', 'scipy', 'pandas', 'geopandas', 'shapely', 'ortools', 'matplotlib', 'openpyxl', 'pydantic', 'tqdm'}\n"
        "print('loaded:', sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.splitlines()[-1] == "loaded: []"


def test_ctrl_c_that_breaks_something_on_its_way_is_still_ctrl_c(book, solver, capsys):
    """An error that came out of handling Ctrl-C ends as cancelled; any other error is not hidden."""
    broken = RuntimeError("no compiled object yet")
    broken.__context__ = KeyboardInterrupt()
    solver.error = broken
    assert main(["plan", str(book)]) == 130
    assert "Dibatalkan" in capsys.readouterr().err
    solver.error = RuntimeError("a defect")
    with pytest.raises(RuntimeError, match="a defect"):
        main(["plan", str(book)])


@pytest.mark.parametrize(
    "option, value", [("--seconds", "0"), ("--seconds", "lama"), ("--seconds", "nan"), ("--iterations", "0"), ("--seed", "x")]
)
def test_limits_that_are_no_limits_are_refused_in_words(option, value, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["demo", option, value])
    assert stopped.value.code == 2
    assert f"'{value}' is not a" in capsys.readouterr().err


def test_a_template_goes_nowhere_but_into_a_file_of_a_folder_there_is(tmp_path, capsys):
    for path in (tmp_path, tmp_path / "none" / "needs.xlsx"):
        assert main(["template", str(path)]) == 2
        assert str(path) in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
