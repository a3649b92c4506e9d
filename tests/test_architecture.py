"""Rules that hold for the code as a whole: who imports whom, what is known only in one place, who prints."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("imgscan", "reports", "analyzer")
ORDER = {"analyzer": 0, "reports": 1, "imgscan": 2}
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TEMPLATES = sorted((ROOT / "reports" / "templates").glob("*.j2"))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _imported(path: Path) -> Iterator[str]:
    """The packages that a file imports by their full name, inside functions and for types only included."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def _package(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def _calls(path: Path) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(_tree(path)) if isinstance(node, ast.Call)}


def _attributes(path: Path) -> set[str]:
    return {ast.unparse(node) for node in ast.walk(_tree(path)) if isinstance(node, ast.Attribute)}


def test_the_import_contracts_hold(tmp_path: Path) -> None:
    """As `make layering` checks them, and at least the two that there are."""
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", code, "--no-cache", "--config", str(ROOT / "pyproject.toml")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    kept = re.search(r"(\d+) kept, 0 broken", done.stdout)
    assert kept is not None
    assert int(kept[1]) >= 2


def test_no_package_imports_one_above_it() -> None:
    """Read from the files themselves: what the linter might overlook."""
    found = [
        (name, path) for path in SOURCES for name in _imported(path) if ORDER.get(name, -1) > ORDER[_package(path)]
    ]
    assert found == []


def test_no_package_imports_tests_or_tools() -> None:
    tools = {"tests", "benchmarks", "docs", "pytest", "hypothesis"}
    assert [(name, path) for path in SOURCES for name in _imported(path) if name in tools] == []


def test_whiteout_names_are_known_in_one_place() -> None:
    knowing = [str(path.relative_to(ROOT)) for path in SOURCES if ".wh." in path.read_text()]
    assert knowing == ["analyzer/layers/whiteout.py"]


def test_only_the_command_line_prints() -> None:
    """No `print` at all, and below the command line no standard stream but the one that images come from."""
    assert [path for path in SOURCES if "print" in _calls(path)] == []
    streams = {"sys.stdout", "sys.stderr", "sys.argv", "sys.exit", "os.environ"}
    assert [path for path in SOURCES if _package(path) != "imgscan" and streams & _attributes(path)] == []


def test_nobody_reads_the_clock() -> None:
    """The same input has to give the same bytes of output. Only what runs out or is kept needs to know the day."""
    clocks = {"time.time", "time.monotonic", "time.perf_counter", "datetime.now", "datetime.utcnow", "date.today"}
    assert [path for path in SOURCES if clocks & _attributes(path)] == [ROOT / "imgscan/cli/clock.py"]


def test_invariants_are_not_asserts() -> None:
    """`python -O` drops an assert; an invariant has to raise."""
    assert [path for path in SOURCES for node in ast.walk(_tree(path)) if isinstance(node, ast.Assert)] == []


def test_no_error_is_swallowed() -> None:
    """No handler that catches everything and goes on: only one that cleans up and raises again, or ends the program."""
    found = []
    for path in SOURCES:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.ExceptHandler) and _catches_everything(node):
                found += [] if _leaves(node.body[-1]) else [(path, node.lineno)]
    assert found == []


def _leaves(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Raise) or ast.unparse(statement).startswith("sys.exit(")


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or ast.unparse(handler.type) in ("Exception", "BaseException")


def test_values_are_structs() -> None:
    """Python compiles the methods of each dataclass anew in every run, 0.7 ms; of a struct there is nothing to compile.

    Dataclasses are those alone of which a field is left out where they are compared or shown, or that users' own extend.
    """
    found = {
        node.name
        for path in SOURCES
        if _package(path) != "imgscan"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(each) for each in node.decorator_list)
    }
    assert found == {
        "DockerfileMatch", "Finding", "Findings", "Inheritance", "KnownImage", "Limits", "ParentLink", "Size",
    }  # fmt: skip


def test_files_are_short() -> None:
    assert [path for path in SOURCES if len(path.read_text().splitlines()) > 500] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_escape_everything(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\|\s*safe\b|autoescape|Markup|markupsafe", text)
    if path.suffix == ".j2":
        own = re.sub(r"\{\{ page\.(data|charts|script) \}\}", "", text)  # what `bundle` made, escaped where it is data
        assert not re.search(r"<script[^>]*>[^<]*\{\{|\son\w+=|style=\"[^\"]*\{\{[^}]*(path|name|instruction)", own)


def test_renderers_do_not_mark_text_as_safe() -> None:
    """But our own scripts and styles, JSON that is escaped on the same line, and what stands in the code as a whole."""
    calls = [(path, node) for path in SOURCES for node in ast.walk(_tree(path)) if isinstance(node, ast.Call)]
    marking = [(path, call) for path, call in calls if ast.unparse(call.func) in ("Markup", "markupsafe.Markup")]
    marked = {path for path, call in marking if call.args and not isinstance(call.args[0], ast.Constant)}
    assert sorted(path.name for path in marked) == ["bundle.py", "page_data.py"]
    assert {path.parent.name for path, _ in marking} == {"notebook", "reports"}
