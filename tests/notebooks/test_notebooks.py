"""The notebooks run from top to bottom, and are stored without outputs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

if TYPE_CHECKING:
    from nbformat import NotebookNode

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
TIMEOUT_S = 300


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def run(path: Path) -> NotebookNode:
    """Return the notebook with its outputs; a cell that fails raises here."""
    from nbclient import NotebookClient

    notebook = read(path)
    NotebookClient(notebook, timeout=TIMEOUT_S, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}).execute()
    return notebook


def output_after(notebook: NotebookNode, source: str) -> NotebookNode:
    """Return the last output of the cell whose last line is `source`."""
    return next(cell for cell in code_cells(notebook) if cell.source.splitlines()[-1] == source).outputs[-1]


def test_there_are_notebooks():
    assert [path.name for path in NOTEBOOKS] == ["01_quickstart.ipynb", "02_network.ipynb", "03_siting.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_valid_and_stored_without_outputs(path: Path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert [cell.outputs for cell in code_cells(notebook) if cell.outputs] == []
    assert {cell.execution_count for cell in code_cells(notebook)} == {None}


@pytest.mark.slow
def test_the_quickstart_tells_its_story():
    """Both plans pass the judge, the map shows as a map, and the posko behind the landslide lose their access."""
    notebook = run(FOLDER / "01_quickstart.ipynb")
    assert output_after(notebook, "nr.verify(operation, plan)").data["text/plain"] == "[]"
    assert output_after(notebook, "nr.verify(operation_2, plan_2)").data["text/plain"] == "[]"
    assert output_after(notebook, "plan.map()").data["text/html"].startswith("<iframe")
    assert "image/png" in output_after(notebook, "nr.plot_timeline(plan).figure").data
    behind = next(cell for cell in code_cells(notebook) if cell.source.startswith("behind")).outputs[-1].data["text/html"]
    assert "tidak ada akses jalan" in behind
    assert "Desa Senaru, Kec. Bayan" in behind
    summary = next(out.text for cell in code_cells(notebook) for out in cell.outputs if "plan.summary()" in cell.source)
    assert "387.067" in summary
    assert "assumed" in summary
    assert [out for cell in code_cells(notebook) for out in cell.outputs if out.get("name") == "stderr"] == []


@pytest.mark.slow
def test_the_network_tells_its_story():
    """Places are found, the gap has its reason, waves delay the crossing, the landslide isolates two kecamatan, all in pictures."""
    notebook = run(FOLDER / "02_network.ipynb")
    texts = "".join(out.text for cell in code_cells(notebook) for out in cell.outputs if out.get("name") == "stdout")
    assert "Desa Obel-obel, Kec. Sambelia, Kab. Lombok Timur" in texts
    assert "Gudang Mataram -> Gili Air: no way for a 4WD" in texts
    assert "101 scenarios" in texts
    sailings = next(cell for cell in code_cells(notebook) if "with_waves" in cell.source).outputs[-1].data["text/plain"]
    assert "leave 08.00  13.36             18.36" in sailings
    isolated = output_after(notebook, 'table[table["jiwa_terisolasi"] > 0].set_index("kode")').data["text/html"]
    assert "Gangga" in isolated
    assert "Kayangan" in isolated
    for source in (
        "nr.map_disruption(network, broken, province=province, access=access, warehouses=stores)",
        "nr.map_criticality(network, impacts, province=province)",
    ):
        assert output_after(notebook, source).data["text/html"].startswith("<iframe")
    assert sum("image/png" in out.get("data", {}) for cell in code_cells(notebook) for out in cell.outputs) == 3
    assert [out for cell in code_cells(notebook) for out in cell.outputs if out.get("name") == "stderr"] == []


@pytest.mark.slow
def test_the_siting_tells_its_story():
    """Posts and stores are chosen with a bound, the judge agrees, both maps show, fresh disasters and the mean plan are weighed."""
    notebook = run(FOLDER / "03_siting.ipynb")
    texts = "".join(out.text for cell in code_cells(notebook) for out in cell.outputs if out.get("name") == "stdout")
    assert "117 seats, 1150 desa with a point, 1142 of them reached by 4WD" in texts
    assert "Desa Gili Indah" in texts
    gap = re.search(r"gap ([0-9.]+)%, \d+ passes over 100 scenarios", texts)
    assert gap
    assert float(gap[1]) <= 2.0
    assert output_after(notebook, "nr.verify_prepositioning(problem, plan)").data["text/plain"] == "[]"
    maps = [out for cell in code_cells(notebook) for out in cell.outputs if out.get("data", {}).get("text/html", "").startswith("<iframe")]
    assert len(maps) == 2
    assert texts.count("selang kepercayaan 95 %") == 2
    saved = re.search(r"hemat dengan merencanakan semua skenario: Rp([0-9.]+) miliar", texts)
    assert saved
    assert float(saved[1]) > 0
    assert [out for cell in code_cells(notebook) for out in cell.outputs if out.get("name") == "stderr"] == []
