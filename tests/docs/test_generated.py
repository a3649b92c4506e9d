"""Generated parts of the pages are what the code makes now, and nothing that should be generated is missing."""

import importlib.util
import os
import pkgutil
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
import typer.main

import analyzer
from analyzer.tables import TABLES
from imgscan.cli import app
from imgscan.cli.described import described
from tests.docs.pages import DOCS, ROOT, page

COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
BOUND_NOTHING_HOSTILE = {"THREADS_LIMIT", "FOREIGN_MEMBERS_LIMIT"}


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generate = _generator()


@pytest.mark.parametrize("path", generate.pages(), ids=lambda path: path.name)
def test_pages_show_what_the_code_makes_now(path: Path) -> None:
    """After a change of output, `python docs/generate.py` brings the pages up to date."""
    assert generate.refreshed(path.read_text()) == path.read_text()


def test_pages_and_manual_pages_of_commands_are_what_the_code_makes_now() -> None:
    """All of them, and no page of a command that is gone."""
    made = generate.of_commands()
    there = {path: path.read_text() for folder in ("commands", "man") for path in (DOCS / folder).iterdir()}
    assert there == made
    assert {path.stem for path in made if path.suffix == ".md"} == {*COMMANDS, "index"}


@pytest.mark.parametrize("path", sorted((DOCS / "man").iterdir()), ids=lambda path: path.stem)
def test_manual_pages_are_what_man_shows(path: Path) -> None:
    """groff finds nothing wrong with them, and every option is in what it sets."""
    if shutil.which("groff") is None:
        assert not os.environ.get("IMGSCAN_REQUIRE_TOOLS"), "groff is needed"
        pytest.skip("groff is not installed")
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8", "-P-cbou", str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
    name = path.stem.partition("-")[2]
    command = next(each for each in described(typer.main.get_command(app)) if each.name == name)
    for option in command.options:
        assert ", ".join(option.names) in done.stdout
    for example in command.examples:
        assert " ".join(example.line.split()) in " ".join(done.stdout.split())


def test_readme_starts_with_what_the_command_prints() -> None:
    """The first block of the README is the real output of a report, checked without the generator."""
    first = re.search(r"```console\n\$ imgscan ([^\n]*)\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert first is not None
    words = first[1].split()
    assert words[0] == "report"
    command = [sys.executable, "-m", "imgscan", *words, "--output", "/dev/null"]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert first[2].startswith(printed)
    assert first[2].removeprefix(printed) == "imgscan: wrote app-2.0.html\n"


def test_a_stale_page_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--check` prints the difference, ends with 1 and changes nothing; without it the page is written."""
    stale = "# Page\n\n<!-- generated: run imgscan --version -->\nold\n<!-- end -->\n"
    (tmp_path / "README.md").write_text(stale)
    (tmp_path / "sample_images").mkdir()
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["generate.py", "--check"])
    assert generate.main() == 1
    assert "-old" in capsys.readouterr().out
    assert (tmp_path / "README.md").read_text() == stale
    monkeypatch.setattr(sys, "argv", ["generate.py"])
    assert generate.main() == 0
    assert "$ imgscan --version\nimgscan " in (tmp_path / "README.md").read_text()


def test_a_command_that_fails_stays_out_of_the_pages(tmp_path: Path) -> None:
    """An example that no longer works is an error, not a page with an error message."""
    with pytest.raises(ValueError, match="exit status 2"):
        generate.run("imgscan report no-such-image.tar", str(tmp_path))
    with pytest.raises(ValueError, match="exit status 0"):
        generate.run("imgscan --version", str(tmp_path), status=2)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_an_example_and_its_help(command: str) -> None:
    """In the README and in docs/cli.md."""
    assert f"$ imgscan {command} " in (ROOT / "README.md").read_text()
    assert f"## {command}\n\n<!-- generated: run imgscan {command} --help -->" in page("cli.md")


@pytest.mark.parametrize("name", sorted(TABLES))
def test_each_table_is_described(name: str) -> None:
    """In docs/tables.md, under a heading of its own."""
    assert re.search(
        rf"^## {name}\n.*?\n(?!#)<!-- generated: table {name} -->$", page("tables.md"), re.MULTILINE | re.DOTALL
    )


def test_each_bound_of_the_engine_is_listed() -> None:
    """Every constant called …_LIMIT is in SECURITY.md."""
    constants = set()
    for each in pkgutil.walk_packages(analyzer.__path__, "analyzer."):
        source = import_module(each.name).__file__ or ""
        constants |= set(re.findall(r"^(\w+_LIMIT) *[:=]", Path(source).read_text(), re.MULTILINE))
    listed = {place.partition(":")[2] for place in generate.BOUNDS}
    public = {name for name in constants if not name.startswith("_")}
    assert listed == public - BOUND_NOTHING_HOSTILE
    assert all(f"[`{name}`]" in (ROOT / "SECURITY.md").read_text() for name in listed)
