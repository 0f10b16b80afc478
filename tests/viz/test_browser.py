"""The page in a real browser, where one is installed: it draws, asks for nothing and runs nothing a user wrote."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import pytest

from tests.factories import make_operation, make_plan

BROWSER = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
NODE = shutil.which("node")
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--virtual-time-budget=3000")

needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
needs_node = pytest.mark.skipif(NODE is None, reason="no Node.js on this machine")


def dump(relief_map, folder) -> tuple[str, str]:
    """Return the page as the browser has made it, and what it complained about."""
    relief_map.save(folder / "map.html")
    command = [
        BROWSER,
        *QUIET,
        f"--user-data-dir={folder / 'profile'}",
        "--enable-logging=stderr",
        "--dump-dom",
        f"file://{folder / 'map.html'}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


@needs_browser
def test_the_browser_draws_the_map_without_complaint(tmp_path):
    dom, complaints = dump(make_plan().map(), tmp_path)
    assert complaints == ""
    assert "leaflet-container" in dom
    assert dom.count('class="vehicle-row"') == 4
    assert ">Gudang BPBD Mataram<" in dom
    assert "jalan lokal (perkiraan)" in dom


@needs_browser
def test_the_browser_runs_nothing_that_users_wrote(tmp_path):
    hostile = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>"
    operation = make_operation()
    operation = operation.replace(name=hostile, notes=(hostile,), poskos=tuple(replace(x, name=hostile) for x in operation.poskos))
    dom, complaints = dump(make_plan(operation).map(), tmp_path)
    assert complaints == ""
    assert "<img" not in dom
    assert "<title>broken" not in dom
    assert "<h1>&lt;img src=x" in dom


@needs_node
def test_the_scripts_of_the_page_are_sound_javascript(tmp_path):
    from ntb_relief.viz.page import _scripts

    path = tmp_path / "map.js"
    path.write_text(_scripts(), encoding="utf-8")
    subprocess.run([NODE, "--check", str(path)], check=True, capture_output=True, timeout=60)
