"""`--bytes`, and tables that fit the terminal and are whole lines in a pipe."""

import json
import os
import pty
import re
import subprocess

import pytest
import typer.main

from analyzer.instructions.created_by import parse_instruction
from imgscan.cli import app
from imgscan.cli.described import described
from reports.formatting import decimal_bytes

TABLES = ["layers", "history", "waste", "packages", "changes", "rootfs", "parents"]
HUMAN = {
    "report": ["app-2.0.tar", "-o", "report.html"],
    "findings": ["app-2.0.tar"],
    "parents": ["app-2.0.tar", "--parent", "parent.tar"],
    "tree": ["parent.tar", "app-1.0.tar", "app-2.0.tar"],
    "diff": ["app-1.0.tar", "app-2.0.tar"],
    "gate": ["app-2.0.tar", "--rule", "waste_bytes=300 kB"],
    "packages": ["packages.tar"],
    "trend": ["runs.jsonl"],
}


@pytest.mark.parametrize("command", HUMAN)
def test_sizes_to_the_byte(command, run, samples) -> None:
    """The same text, with each size in full in place of the rounded one."""
    words = [str(samples / each) if each.endswith((".tar", ".jsonl")) else each for each in HUMAN[command]]
    rounded = run(command, *words).stdout.decode()
    exact = run(command, *words, "--bytes").stdout.decode()
    assert not re.search(r"\d [kMGTP]B\b", exact)
    sizes = [int(each.replace(",", "")) for each in re.findall(r"([\d,]+) B\b", exact)]
    assert re.search(r"\d [kMG]B\b", rounded)
    told = re.findall(r"[\d.]+ (?:[kMG]B|B)\b", rounded)
    assert {decimal_bytes(each) for each in sizes} >= {each for each in told if each.endswith("kB")}


def test_one_command_says_nothing_of_the_next(printed, samples) -> None:
    before = printed("findings", samples / "app-2.0.tar")
    printed("findings", samples / "app-2.0.tar", "--bytes")
    assert printed("findings", samples / "app-2.0.tar") == before


def test_options_of_one_name_are_the_same_everywhere() -> None:
    """Short forms, values and most words of help: what is learned of one command holds for all."""
    commands = described(typer.main.get_command(app))
    for name in ("--output", "--quiet", "--own", "--parent", "--catalog", "--platform", "--bytes", "--top", "--format"):
        found = {
            (each.names, bool(each.value)) for command in commands for each in command.options if name in each.names
        }
        assert len(found) == 1, (name, found)
    for name in ("--quiet", "--own", "--parent", "--catalog", "--bytes"):
        assert len({each.help for command in commands for each in command.options if name in each.names}) == 1, name


@pytest.mark.parametrize("name", [each.name for each in described(typer.main.get_command(app))])
def test_help_fits_80_columns(name, printed, monkeypatch) -> None:
    """Nothing is cut and nothing sticks out; arguments are as one writes them, without types of Python."""
    monkeypatch.setenv("COLUMNS", "80")
    lines = printed(*name.split(), "--help").decode().splitlines()
    assert max(map(len, lines)) <= 80
    assert not [
        line for line in lines if line.endswith("...") and not line.startswith("Usage: ") and "IMAGE" not in line
    ]
    assert not re.search(r"<(str|list|int)\b|[{}]", "\n".join(lines))


def _on_a_terminal(command: list[str], width: int, environment: dict[str, str]) -> str:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, env=environment | {"COLUMNS": str(width)}, stdout=theirs, stderr=subprocess.DEVNULL
    ) as process:
        os.close(theirs)
        parts = []
        while True:
            try:
                parts.append(os.read(ours, 65536))
            except OSError:
                break
        process.wait(timeout=60)
    os.close(ours)
    return b"".join(parts).decode().replace("\r\n", "\n")


@pytest.mark.parametrize("command", TABLES)
@pytest.mark.parametrize("width", [40, 80, 200])
def test_tables_fit_the_terminal(command, width, samples, imgscan_command, environment) -> None:
    shown = _on_a_terminal([*imgscan_command, command, str(samples / "app-2.0.tar"), "--quiet"], width, environment)
    lines = shown.splitlines()
    assert max(map(len, lines)) <= width
    assert "\x1b" not in shown


@pytest.mark.parametrize("width", [60, 80])
def test_rows_of_summaries_fit_the_terminal(width, samples, run, tmp_path, imgscan_command, environment) -> None:
    """In a pipe they are wider; sentences are whole in both, for the terminal to wrap."""
    image = str(samples / "app-2.0.tar")
    written = ["--output", str(tmp_path / "report.html")]
    for words in (["report", image, *written], ["diff", str(samples / "app-1.0.tar"), image]):
        shown = _on_a_terminal([*imgscan_command, *words], width, environment).splitlines()
        piped = run(*words).stdout.decode().splitlines()
        rows = [line for line in shown if re.match(" +[^ ].*  ", line)]
        assert len(rows) >= 6
        assert max(map(len, rows)) <= width < max(map(len, piped))
        assert [line for line in shown if line not in rows] == [
            line for line in piped if not re.match(" +[^ ].*  ", line)
        ]


@pytest.mark.parametrize("command", TABLES)
def test_tables_are_whole_in_a_pipe(command, samples, run) -> None:
    """One line a row, whatever the terminal beside it: nothing is wrapped, nothing coloured."""
    done = run(command, samples / "app-2.0.tar", *([] if command == "parents" else ["--top", "100000"]))
    lines = done.stdout.decode().splitlines()
    assert b"\x1b" not in done.stdout
    if command != "parents":
        rows = run(command, samples / "app-2.0.tar", "-f", "csv").stdout.decode().splitlines()
        assert len([line for line in lines if line]) >= len(rows)


def test_instructions_are_whole_in_a_pipe(samples, run) -> None:
    """However long they are: whoever searches for a word finds it."""
    shown = run("layers", samples / "app-2.0.tar").stdout.decode()
    texts = [
        parse_instruction(each["created_by"]).text
        for each in json.loads(run("layers", samples / "app-2.0.tar", "-f", "json").stdout)
    ]
    assert max(map(len, texts)) > 100
    assert all(f"  {text}\n" in shown for text in texts)
