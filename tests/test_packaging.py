"""The wheel: complete, and enough to do the main job where nothing else of the project is."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOT_SHIPPED = {"__pycache__", ".mypy_cache", ".ruff_cache"}

pytestmark = pytest.mark.slow


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    # The folder of the tree must not be importable: only what the wheel holds counts.
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "NUMBA_DISABLE_JIT"}}
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def lone_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that holds the wheel and sees the dependencies, but not the tree.

    The dependencies' folder is named in a .pth file: the tree's own editable install, a .pth file within that folder,
    is not followed from there.
    """
    home = tmp_path_factory.mktemp("lone") / "env"
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    site = Path(_run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).stdout.strip())
    _run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=home)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(wheel: Path):
    package = ROOT / "ntb_relief"
    expected = {
        path.relative_to(ROOT).as_posix()
        for path in package.rglob("*")
        if path.is_file() and not NOT_SHIPPED & set(path.parts) and not path.name.startswith(".")
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == expected
    endings = {Path(name).suffix for name in held}
    assert {".py", ".typed", ".csv", ".json", ".md", ".xlsx"} <= endings


def test_the_wheel_names_its_licence_version_and_dependencies(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = [archive.read(name).decode() for name in archive.namelist() if name.endswith("METADATA")]
        licences = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
    assert "\nVersion: 0.1.0\n" in metadata
    assert "\nLicense-Expression: MIT\n" in metadata
    assert len(licences) == 1
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [
        line.removeprefix("Requires-Dist: ")
        for line in metadata.splitlines()
        if line.startswith("Requires-Dist") and "extra ==" not in line
    ]
    assert sorted(needed) == sorted(project["dependencies"])
    assert {"pyvrp", "hygese", "pyvroom", "pytest"}.isdisjoint(name.partition(">")[0] for name in needed)


def test_the_main_job_runs_from_the_wheel_alone(lone_python: Path, tmp_path: Path):
    where = _run(lone_python, "-c", "import ntb_relief; print(ntb_relief.__file__)", cwd=tmp_path).stdout.strip()
    assert lone_python.parents[1] in Path(where).parents
    done = _run(lone_python, "-m", "ntb_relief", "demo", "--seconds", "2", "--seed", "1", "-o", tmp_path / "out", cwd=tmp_path)
    assert done.stdout.strip()
    for name in ("plan.json", "plan.xlsx", "map.html"):
        assert (tmp_path / "out" / name).stat().st_size > 1000, name
    assert list((tmp_path / "out").rglob("*surat*jalan*")), "no surat jalan was written"


def test_the_wheel_needs_no_peer_and_no_test_tool(lone_python: Path, tmp_path: Path):
    unwanted = {"pytest", "hypothesis", "pyvrp", "hygese", "vroom", "benchmarks", "tests"}
    code = f"import sys, ntb_relief; print(sorted({{name.partition('.')[0] for name in sys.modules}} & {unwanted}))"
    assert _run(lone_python, "-c", code, cwd=tmp_path).stdout == "[]\n"
