"""The notebooks run from top to bottom, in a kernel of their own each, and are kept without outputs."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
A_SCREEN = 40

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def _read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


@each_notebook
def test_a_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last cell holds what it says against the tables; plots and tables are really shown."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    book = _read(path)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(book, timeout=120, kernel_name="python3", resources=resources).execute()
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output for output in outputs if output.get("name") == "stderr"] == []
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert {"text/html", "application/vnd.plotly.v1+json"} <= kinds
    assert book.cells[-1].source.count("assert ") >= 2


@each_notebook
def test_it_is_kept_without_outputs(path: Path) -> None:
    for cell in _read(path).cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)


@each_notebook
def test_no_cell_is_longer_than_a_screen(path: Path) -> None:
    for cell in _read(path).cells:
        lines = cell.source.splitlines()
        assert len(lines) <= A_SCREEN
        assert max(map(len, lines)) <= 120


@each_notebook
def test_it_tells_a_story_with_a_conclusion(path: Path) -> None:
    texts = [cell.source for cell in _read(path).cells if cell.cell_type == "markdown"]
    assert texts[0].startswith("# ")
    assert any("## What we know now" in text for text in texts)
    for text in texts:
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            assert (path.parent / target).exists()


def test_the_page_names_each() -> None:
    page = (ROOT / "notebooks" / "README.md").read_text()
    assert re.findall(r"\]\((\S+\.ipynb)\)", page) == [path.name for path in NOTEBOOKS]
