"""Rules of the house that no linter knows: length of rooms, what an import costs, nothing said unasked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 400
MEDIAN = 150
IMPORT_S = 0.3
HEAVY = {"numba", "scipy", "pandas", "geopandas", "shapely", "ortools", "matplotlib", "folium", "openpyxl", "pydantic"}


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("folder", ["ntb_relief", "benchmarks"])
def test_no_module_is_longer_than_the_house_allows(folder: str):
    lengths = {path.relative_to(ROOT).as_posix(): _lines(path) for path in (ROOT / folder).rglob("*.py")}
    assert {name: count for name, count in lengths.items() if count > LONGEST} == {}
    assert median(lengths.values()) <= MEDIAN


def _in_fresh_python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120).stdout


def test_importing_the_package_is_quick_and_loads_nothing_heavy():
    """The best of three counts: the first run may read the files from a cold disk."""
    code = (
        "import sys, time, json; import numpy; before = time.perf_counter(); import ntb_relief; "
        "print(json.dumps([time.perf_counter() - before, sorted({name.partition('.')[0] for name in sys.modules})]))"
    )
    runs = [json.loads(_in_fresh_python(code)) for _ in range(3)]
    assert HEAVY & set(runs[0][1]) == set()
    assert min(seconds for seconds, _ in runs) < IMPORT_S


def test_the_package_says_nothing_and_sets_up_no_logging_when_imported():
    code = (
        "import logging, ntb_relief; loggers = [logging.root, *map(logging.getLogger, logging.root.manager.loggerDict)]; "
        "print([h for logger in loggers for h in logger.handlers if logger.name.startswith(('root', 'ntb'))])"
    )
    assert _in_fresh_python(code) == "[]\n"


def test_every_public_name_of_the_front_door_is_there():
    import ntb_relief

    assert ntb_relief.__all__
    assert [name for name in ntb_relief.__all__ if not hasattr(ntb_relief, name)] == []
