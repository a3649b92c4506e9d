"""Completion as the shells themselves do it, and the examples of each help text, run as they stand there."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer.main

from imgscan.cli import app
from imgscan.cli.described import described
from imgscan.cli.examples import EXAMPLES

COMMANDS = described(typer.main.get_command(app))
CASES = [
    ("imgscan lay", {"layers"}),
    ("imgscan --ver", {"--version"}),
    ("imgscan layers --fo", {"--format"}),
    ("imgscan layers --format c", {"csv"}),
    ("imgscan waste app.tar --by c", {"cause"}),
    ("imgscan catalog ex", {"export"}),
    ("imgscan catalog list -f pa", {"parquet"}),
    ("imgscan waste app.tar --sort pul", {"pull_bytes"}),
    ("imgscan ls app.tar --sort perm", {"permissions"}),
]
JOINED = [
    ("imgscan layers --format=c", "imgscan layers --format=csv"),
    ("imgscan layers --format=pa", "imgscan layers --format=parquet"),
    ("imgscan waste app.tar --by=dir", "imgscan waste app.tar --by=directory"),
    ("imgscan waste app.tar --sort=pul", "imgscan waste app.tar --sort=pull_bytes"),
    ("imgscan catalog list --sort=plat", "imgscan catalog list --sort=platform"),
]
each_case = pytest.mark.parametrize(("line", "expected"), CASES, ids=[line for line, _ in CASES])


def _shell(name: str) -> str:
    program = shutil.which(name)
    if program is None:
        assert not os.environ.get("IMGSCAN_REQUIRE_TOOLS"), f"{name} is needed"
        pytest.skip(f"{name} is not installed")
    return program


@pytest.fixture
def script(printed, tmp_path: Path):
    def write(shell: str) -> Path:
        path = tmp_path / f"completion.{shell}"
        path.write_bytes(printed("completion", shell))
        return path

    return write


@each_case
def test_bash_completes(script, line: str, expected: set[str]) -> None:
    words = line.split()
    code = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _imgscan; printf "%s\\n" "${COMPREPLY[@]}"'
    command = [_shell("bash"), "--norc", "-c", code, "bash", str(script("bash")), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert (set(done.stdout.split()), done.stderr) == (expected, "")


def test_bash_offers_files_where_no_word_fits(script) -> None:
    """That is what `complete -o default` does where the function finds nothing."""
    text = script("bash").read_text()
    assert "complete -o default -F _imgscan imgscan" in text
    for words in ("imgscan layers ap", "imgscan report app.tar --output ap"):
        code = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _imgscan; echo "${#COMPREPLY[@]}"'
        command = [_shell("bash"), "--norc", "-c", code, "bash", str(script("bash")), *words.split()]
        assert subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout == "0\n"


@pytest.mark.parametrize(("line", "expected"), JOINED)
def test_bash_completes_values_behind_an_equals_sign(script, tmp_path: Path, line: str, expected: str) -> None:
    """In a terminal, since it is readline that takes `--format=c` for three words."""
    shell = [_shell("bash"), "--norc", "--noprofile", "-i"]
    assert expected in _typed(shell, "", script("bash"), tmp_path, f"{line}\t", expected)


@pytest.mark.parametrize(("line", "expected"), JOINED)
def test_bash_does_where_an_equals_sign_breaks_no_words(script, tmp_path: Path, line: str, expected: str) -> None:
    shell = [_shell("bash"), "--norc", "--noprofile", "-i"]
    setup = "COMP_WORDBREAKS=${COMP_WORDBREAKS//=}"
    assert expected in _typed(shell, setup, script("bash"), tmp_path, f"{line}\t", expected)


def test_bash_completes_columns_the_largest_of_which_come_first(script, tmp_path: Path) -> None:
    shell = [_shell("bash"), "--norc", "--noprofile", "-i"]
    for line in ("imgscan waste app.tar --sort -byt", "imgscan waste app.tar --sort=-byt"):
        expected = f"{line}es"
        assert expected in _typed(shell, "", script("bash"), tmp_path, f"{line}\t", expected)


@pytest.mark.parametrize(("line", "expected"), JOINED)
def test_fish_completes_values_behind_an_equals_sign(script, tmp_path: Path, line: str, expected: str) -> None:
    assert _offered_by_fish(script("fish"), tmp_path, line) == {expected.rsplit(maxsplit=1)[-1]}


@pytest.mark.parametrize(("line", "expected"), JOINED)
def test_zsh_completes_values_behind_an_equals_sign(script, tmp_path: Path, line: str, expected: str) -> None:
    shell = [_shell("zsh"), "-f", "-i"]
    setup = "autoload -Uz compinit && compinit -u -D"
    assert expected in _typed(shell, setup, script("zsh"), tmp_path, f"{line}\t").replace("\a", "")


@each_case
def test_fish_completes(script, tmp_path: Path, line: str, expected: set[str]) -> None:
    assert _offered_by_fish(script("fish"), tmp_path, line) == expected


def _offered_by_fish(script: Path, folder: Path, line: str) -> set[str]:
    code = f'source {script}; complete -C "{line}"'
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [_shell("fish"), "--no-config", "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return {each.partition("\t")[0] for each in done.stdout.splitlines()}


@each_case
def test_zsh_completes(script, tmp_path: Path, line: str, expected: set[str]) -> None:
    """In a terminal: the only word that fits stands in the line once Tab is pressed."""
    (word,) = expected
    shell = [_shell("zsh"), "-f", "-i"]
    text = _typed(shell, "autoload -Uz compinit && compinit -u -D", script("zsh"), tmp_path, f"{line}\t")
    assert f"{line.rpartition(' ')[0]} {word}" in text.replace("\a", "")


def _typed(shell: list[str], setup: str, script: Path, folder: Path, keys: str, end: str = "\0") -> str:
    """What a terminal shows when somebody types ``keys`` into a shell that has the script."""
    child, terminal = pty.fork()
    if not child:
        os.chdir(folder)
        os.execve(shell[0], shell, {"HOME": str(folder), "PATH": os.environ["PATH"], "TERM": "dumb", "PS1": ">"})
    try:
        os.write(terminal, f"{setup or ':'}; source {script}; echo re''ady\n".encode())
        _until(terminal, "ready")
        os.write(terminal, keys.encode())
        return _until(terminal, end)
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)


def _until(terminal: int, word: str) -> str:
    """What comes until ``word`` does, or nothing more for a while."""
    text, end = "", time.monotonic() + 20
    while word not in text and time.monotonic() < end and select.select([terminal], [], [], 2)[0]:
        text += os.read(terminal, 65536).decode(errors="replace")
    return text


def test_every_command_and_option_is_in_every_script(printed) -> None:
    for shell in ("bash", "zsh", "fish"):
        text = printed("completion", shell).decode()
        for command in COMMANDS:
            for word in command.name.split():
                assert word in text
            for option in command.options:
                assert max(option.names, key=len).lstrip("-") in text
                assert " ".join(option.choices) in text


def test_each_command_has_examples_in_its_help(printed) -> None:
    assert [each.name for each in COMMANDS if not each.examples] == []
    assert set(EXAMPLES) == {each.name for each in COMMANDS}
    for command in COMMANDS[1:]:
        shown = printed(*command.name.split(), "--help").decode()
        for example in command.examples:
            assert f"\n    {example.line}\n        {example.purpose}\n" in shown


@pytest.fixture
def place(tmp_path: Path, samples: Path) -> Path:
    """A folder with the files that examples name, and `imgscan` as a program."""
    for name, sample in (("app", "app-2.0"), ("old", "app-1.0"), ("base", "parent")):
        (tmp_path / f"{name}.tar").symlink_to(samples / f"{sample}.tar")
    (tmp_path / "runs.jsonl").symlink_to(samples / "runs.jsonl")
    (tmp_path / "Dockerfile").symlink_to(samples / "dockerfiles" / "app-2.0" / "Dockerfile")
    for folder in (".local/share/bash-completion/completions", ".zfunc", ".config/fish/completions", "bin"):
        (tmp_path / folder).mkdir(parents=True)
    program = tmp_path / "bin" / "imgscan"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m imgscan "$@"\n')
    program.chmod(0o755)
    return tmp_path


BEFORE = {
    "catalog": ["imgscan catalog add base.tar", "imgscan catalog export catalog.zip"],
    "baseline": ["imgscan baseline update app.tar"],
}


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "explore"])  # it needs a terminal
def test_examples_work(name: str, place: Path, environment: dict[str, str]) -> None:
    """Those about a catalog or a baseline find in it what the examples before them brought."""
    path = f"{place / 'bin'}:{environment['PATH']}"
    surroundings = environment | {"HOME": str(place), "PATH": path, "IMGSCAN_CATALOG": str(place / "catalog")}
    for line in [*BEFORE.get(name.partition(" ")[0], ()), *(each.line for each in EXAMPLES[name])]:
        done = subprocess.run(
            ["/bin/sh", "-c", line], cwd=place, env=surroundings, capture_output=True, timeout=60, check=False
        )
        assert done.returncode == 0, (line, done.stderr)
