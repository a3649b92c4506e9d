"""The command in a real terminal: tmux types, and reads the screen."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.explore.driving import SAMPLES
from tests.images import Image, Layer, docker_archive
from tests.real.tools import require

ROOT = Path(__file__).resolve().parents[2]
_TRIES, _PAUSE = 600, 0.1

Start = Callable[[str], "Terminal"]


class Terminal:
    """A tmux of its own, with one window of 80 columns and 24 lines."""

    def __init__(self, socket: Path, folder: Path, command: str) -> None:
        self._tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]
        environment = f"PYTHONPATH={shlex.quote(str(ROOT))} IMGSCAN_CATALOG=/nowhere"
        imgscan = f"{environment} {shlex.quote(sys.executable)} -m imgscan"
        script = f'imgscan() {{ {imgscan} "$@"; }}; {command}; echo status $?; exec sleep 600'
        self._run("new-session", "-d", "-x", "80", "-y", "24", "-c", str(folder), "sh", "-c", script)

    def _run(self, *words: str) -> str:
        environment = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        return subprocess.run([*self._tmux, *words], check=True, capture_output=True, text=True, env=environment).stdout

    @property
    def screen(self) -> str:
        return self._run("capture-pane", "-p")

    def type(self, *keys: str) -> None:
        self._run("send-keys", *keys)

    def click(self, text: str, *, times: int = 1) -> None:
        """What a terminal sends of presses and their releases, at the first place that shows a text."""
        self.shows(text)
        lines = self.screen.split("\n")
        row = next(at for at, line in enumerate(lines) if text in line)
        place = f"{lines[row].index(text) + 1};{row + 1}"
        self._run("send-keys", "-l", times * f"\x1b[<0;{place}M\x1b[<0;{place}m")

    def shows(self, *texts: str) -> None:
        """Wait until all of the texts are on the screen."""
        for _ in range(_TRIES):
            screen = self.screen
            if all(text in screen for text in texts):
                return
            time.sleep(_PAUSE)
        pytest.fail(f"{texts} never came; the screen shows\n{self.screen}")

    def end(self) -> None:
        self._run("kill-server")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Start]:
    require("tmux")
    started: list[Terminal] = []

    def start(command: str) -> Terminal:
        started.append(Terminal(tmp_path / f"tmux-{len(started)}", tmp_path, command))
        return started[-1]

    yield start
    for each in started:
        each.end()


def test_a_walk_through_an_image(terminal: Start, tmp_path: Path) -> None:
    """Layers, a filter, a removed file, extraction, a table, the end; the terminal is as it was."""
    app = terminal(f"imgscan explore {shlex.quote(str(SAMPLES / 'app-2.0.tar'))}")
    app.shows("acme/app:2.0", "layer 0", "bin/")
    app.type("j", "j", "j", "j", "j", "j", "j")
    app.shows("layer 7")
    app.type("Tab", "C-u", "C-Space")
    app.shows("without unmodified", "id_ed25519")
    app.type("G")
    app.shows("wasted", "root/.ssh/id_ed25519")
    app.type("Enter")
    app.shows("1 -----BEGIN OPENSSH PRIVATE KEY-----")
    app.type("x")
    app.shows("00000000  2d 2d 2d 2d 2d 42 45 47")
    app.type("q", "C-e")
    app.shows("extract id_ed25519 to")
    app.type("Enter")
    app.shows("wrote id_ed25519")
    assert (tmp_path / "id_ed25519").read_bytes().startswith(b"-----BEGIN OPENSSH PRIVATE KEY-----")
    app.type("2")
    app.shows("Findings: 10", "Stored again unchanged")
    app.type("C-c")
    app.shows("status 0")
    assert "acme/app" not in app.screen


def test_a_walk_by_mouse(terminal: Start) -> None:
    """A layer, a directory, a file, its content, a tab, a key in the line at the bottom."""
    app = terminal(f"imgscan explore {shlex.quote(str(SAMPLES / 'app-2.0.tar'))}")
    app.shows("acme/app:2.0", "layer 0", "▸ etc/")
    app.click("▸ etc/")
    app.shows("▾ etc/", "passwd")
    app.click("passwd")
    app.shows("path", "etc/passwd")
    app.click("passwd", times=2)
    app.shows("1 root:x:0:0")
    app.type("q")
    app.click("2 Findings")
    app.shows("Findings: 10", "Stored again unchanged")
    app.click("q quit")
    app.shows("status 0")


def test_an_image_from_a_pipe(terminal: Start) -> None:
    """The keys come from the terminal then; contents can be read all the same."""
    app = terminal(f"cat {shlex.quote(str(SAMPLES / 'app-2.0.tar'))} | imgscan explore -")
    app.shows("acme/app:2.0", "layer 0")
    app.type("/")
    app.shows("search for")
    app.type("passwd", "Enter")
    app.shows("etc/passwd")
    app.type("Enter")
    app.shows("1 root:x:0:0")
    app.type("q")
    app.shows("acme/app:2.0")
    app.type("q")
    app.shows("status 0")


def test_two_images(terminal: Start) -> None:
    old, new = (shlex.quote(str(SAMPLES / f"app-{version}.tar")) for version in ("1.0", "2.0"))
    app = terminal(f"imgscan explore {old} {new}")
    app.shows("acme/app:1.0 → acme/app:2.0", "what differs", "srv/")
    app.type("q")
    app.shows("status 0")


def test_a_damaged_layer_is_one_line(terminal: Start, tmp_path: Path) -> None:
    """The screen is gone when the error is told."""
    content = bytearray(docker_archive(Image([Layer().file("a", b"x" * 5000)])))
    at = content.index(b"x" * 100)
    content[at : at + 4] = b"yyyy"
    (tmp_path / "damaged.tar").write_bytes(content)
    app = terminal("imgscan explore damaged.tar")
    app.shows("imgscan: error: damaged.tar: layer 0", "status 2")
    assert "Traceback" not in app.screen
