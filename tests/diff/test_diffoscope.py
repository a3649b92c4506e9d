"""diffoscope in place of our own comparison: what it is given, and that nothing is left of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import imgscan
from imgscan import diffoscope
from tests.diff.pairs import difference
from tests.images import Image, Layer, docker_archive
from tests.real.tools import require

OLD, NEW = Layer().files({"a.json": b'{"a": 1}', "gone": b"1\n"}), Layer().files({"a.json": b'{"a": 2}'})


@pytest.fixture
def temporary(tmp_path, monkeypatch) -> Path:
    """A folder for temporary files that nothing else uses."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A diffoscope of ours, first in the path."""

    def install(script: str) -> None:
        path = tmp_path / "bin" / "diffoscope"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{path.parent}:{os.environ['PATH']}")

    return install


def test_the_real_one_tells_what_differs(temporary) -> None:
    require("diffoscope")
    ours, theirs = difference([OLD], [NEW]).contents("**", diffoscope=True)
    assert (ours.kind, theirs.kind) == ("diffoscope", "text")
    assert ours.lines[:2] == ("--- old", "+++ new")
    assert {line.strip("│ ") for line in ours.lines if '"a"' in line} >= {'-    "a": 1', '+    "a": 2'}
    assert list(temporary.iterdir()) == []


def test_it_is_given_two_private_files_and_nothing_of_the_image(temporary, program) -> None:
    program('echo "$@"; pwd; echo "$TMPDIR"; stat -c "%a %n" . *; cat old new; exit 1')
    found = difference([OLD], [NEW]).contents("a.json", diffoscope=True)[0].lines
    words, place, kept, *rest = found
    assert words.endswith("old new")
    assert "a.json" not in " ".join(found)
    assert place == kept
    assert Path(place).parent == temporary
    assert rest == ["700 .", *(f"{0o666 & ~_umask():o} {name}" for name in ("new", "old")), '{"a": 1}{"a": 2}']
    assert list(temporary.iterdir()) == []


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def test_where_it_fails_its_reason_is_told(temporary, program) -> None:
    program("echo one >&2; echo the reason >&2; exit 2")
    with pytest.raises(imgscan.ImgscanError, match=r"diffoscope failed on a\.json: the reason"):
        difference([OLD], [NEW]).contents("a.json", diffoscope=True)
    program("exit 2")
    with pytest.raises(imgscan.ImgscanError, match=r"diffoscope failed on a\.json: it does not say why"):
        difference([OLD], [NEW]).contents("a.json", diffoscope=True)
    assert list(temporary.iterdir()) == []


def test_where_it_takes_too_long_it_is_ended(temporary, program, monkeypatch) -> None:
    monkeypatch.setattr(diffoscope, "SECONDS_LIMIT", 0.1)
    program("exec sleep 600")
    with pytest.raises(imgscan.ImgscanError, match="took more than"):
        difference([OLD], [NEW]).contents("a.json", diffoscope=True)
    assert list(temporary.iterdir()) == []


def test_where_it_is_not_installed_a_hint_says_how(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(imgscan.ImgscanError, match=r"diffoscope is not installed") as raised:
        difference([OLD], [NEW]).report(contents=["**"], diffoscope=True)
    assert "diffoscope-minimal" in str(raised.value.hint)


def test_what_is_too_large_is_compared_by_ourselves(monkeypatch, program) -> None:
    program("exit 2")
    monkeypatch.setattr("analyzer.diff.inside.CONTENT_BYTES_LIMIT", 4)
    (found,) = difference([OLD], [NEW]).contents("a.json", diffoscope=True)
    assert found.lines[0] == "not for diffoscope: more than 67,108,864 bytes"
    assert found.kind == "text"


IN_PYTHON = "import imgscan, sys; imgscan.diff(*map(imgscan.open, sys.argv[1:])).contents('a.json', diffoscope=True)"


@pytest.mark.parametrize(
    ("number", "command", "options"),
    [
        (signal.SIGINT, ["-c", IN_PYTHON], []),
        (signal.SIGTERM, ["-m", "imgscan", "diff"], ["--content", "a.json", "--diffoscope"]),
    ],
)
def test_nothing_is_left_when_it_is_interrupted(tmp_path, temporary, program, number, command, options) -> None:
    """By Ctrl-C or SIGTERM: neither files nor the programs that it has started, which hold the pipe open.

    The signal comes as soon as the program runs, which may be before whoever starts it knows its number.
    """
    program(f"sleep 600 & echo $! > {tmp_path}/child; kill -{int(number)} $PPID; wait")
    for name, layer in (("old", OLD), ("new", NEW)):
        (tmp_path / name).write_bytes(docker_archive(Image([layer])))
    words = [sys.executable, *command, str(tmp_path / "old"), str(tmp_path / "new"), *options]
    subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False)
    assert _is_gone(int((tmp_path / "child").read_text()))
    assert list(temporary.iterdir()) == []


def _is_gone(process: int) -> bool:
    """Whether it has ended, soon: a process that is killed takes a moment, and another to be waited for."""
    for _ in range(1000):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False
