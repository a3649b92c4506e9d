"""Standard input and output: images from a pipe, data and nothing else into one, progress for terminals only."""

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pytest

import imgscan

Start = Callable[..., subprocess.Popen[bytes]]

COLOURS = re.compile(rb"\x1b\[[0-9;]*(?:3[0-8]|4[0-8]|9[0-7])[;m]")
PATIENCE = 60  # seconds that nothing takes unless it hangs


class Terminal:
    """A terminal of 120 columns: what is written to `end` can be read here."""

    def __init__(self) -> None:
        self._own, self.end = pty.openpty()
        termios.tcsetwinsize(self.end, (40, 120))
        self.shown = b""

    def read_until(self, pattern: bytes) -> None:
        """Read what comes until the pattern is in what was shown."""
        while not re.search(pattern, self.shown):
            assert self._read(PATIENCE), f"{pattern!r} was never shown, only {self.shown!r}"

    def read_all(self) -> bytes:
        """Everything that was shown; to be called when the process has ended."""
        while self._read(0):
            pass
        return self.shown

    def _read(self, patience: float) -> bytes:
        if not select.select([self._own], [], [], patience)[0]:
            return b""
        found = os.read(self._own, 65536)
        self.shown += found
        return found

    def close(self) -> None:
        os.close(self._own)
        os.close(self.end)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.close()


@pytest.fixture
def start(folder: Path, imgscan_command: list[str], environment: dict[str, str]) -> Start:
    @contextmanager
    def start_it(*arguments: str | Path, changes: dict[str, str] | None = None, shell: bool = False, **streams: object):
        """Start imgscan, or the shell with a script and what it calls $1."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
        before = ["sh", "-c", str(arguments[0]), "sh"] if shell else imgscan_command
        command = [*before, *map(str, arguments[shell:])]
        with subprocess.Popen(command, cwd=folder, env=environment | (changes or {}), **pipes) as process:
            try:
                yield process
            finally:
                process.kill()

    return start_it


def _wait_until_it_waits(process: subprocess.Popen[bytes]) -> None:
    """Wait until the process has taken all that it was given and sleeps, waiting for more."""
    for _ in range(PATIENCE * 100):
        left = int.from_bytes(fcntl.ioctl(process.stdin, termios.FIONREAD, bytes(4)), sys.byteorder)
        state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
        if not left and state == "S":
            return
        time.sleep(0.01)
    raise AssertionError("it never waited")


@pytest.mark.parametrize("reference", ["-", "docker-archive:-"])
def test_an_image_from_a_pipe_is_the_image_of_the_file(run, sample, image, reference) -> None:
    done = run("changes", reference, "-f", "arrow", given=sample.read_bytes())
    assert (done.returncode, done.stderr) == (0, b"")
    assert pa.ipc.open_file(done.stdout).read_all().equals(image.changes)


def test_a_compressed_archive_from_a_pipe(run, samples) -> None:
    path = samples / "formats" / "docker-archive.tar.gz"
    done = run("changes", "-", "-f", "arrow", given=path.read_bytes())
    assert pa.ipc.open_file(done.stdout).read_all().equals(imgscan.open(path).changes)


def test_a_root_filesystem_from_a_pipe(run, folder, samples) -> None:
    """As `docker export | imgscan report -` gives it; the page is called after no file."""
    path = samples / "app-2.0-rootfs.tar"
    done = run("report", "-", given=path.read_bytes())
    assert done.stderr == b"imgscan: wrote standard-input.html\n"
    assert b"(rootfs, 1 layer, " in done.stdout
    assert [each.name for each in folder.iterdir()] == ["standard-input.html"]


def test_another_form_than_was_asked_for(run, samples) -> None:
    done = run("layers", "oci-archive:-", given=(samples / "app-2.0.tar").read_bytes())
    assert (done.returncode, done.stdout) == (2, b"")
    told = b"standard input is not of the form oci-archive, but of the form docker-archive"
    assert done.stderr.startswith(b"imgscan: error: " + told + b"\nhint: name it docker-archive:PATH")


@pytest.mark.parametrize("form", ["docker-archive", "oci-archive"])
def test_a_root_filesystem_has_no_prefix(run, samples, form: str) -> None:
    done = run("layers", f"{form}:{samples / 'app-2.0-rootfs.tar'}")
    told = f"app-2.0-rootfs.tar is not of the form {form}, but a root filesystem"
    assert done.stderr.decode() == f"imgscan: error: {told}\nhint: leave out the prefix\n"


def test_layers_of_a_root_filesystem_are_told_apart_from_those_of_an_image(run, samples) -> None:
    done = run("layers", samples / "app-2.0-rootfs.tar")
    assert done.stderr.startswith(b"imgscan: a bare root filesystem: one layer, without history, config")
    assert run("layers", samples / "app-2.0-rootfs.tar", "-f", "csv").stderr == b""


def test_a_folder_that_cannot_be_looked_into(folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: not (Path(path) == folder and mode == os.X_OK))
    with pytest.raises(imgscan.ImgscanError, match=f"^cannot open {folder}: Permission denied$"):
        imgscan.open(folder)


def test_progress_is_shown_on_a_terminal_only(start, terminal, sample, image) -> None:
    """On stderr, with bytes and rate while the pipe is open; standard output holds the data and nothing else."""
    content = sample.read_bytes()
    with start("changes", "-", "-f", "arrow", stderr=terminal.end) as process:
        process.stdin.write(content[:300_000])
        process.stdin.flush()
        terminal.read_until(rb"reading.*\d+(\.\d+)?/?\S* (kB|bytes).*(kB|bytes|MB)/s")
        data, _ = process.communicate(content[300_000:], timeout=PATIENCE)
        assert process.returncode == 0
    assert pa.ipc.open_file(data).read_all().equals(image.changes)
    assert b"\x1b[?25h" in terminal.read_all(), "the cursor is given back"


@pytest.mark.parametrize(("option", "changes"), [("--quiet", {}), ("--format=csv", {"NO_COLOR": "1"})])
def test_quiet_and_no_color(start, terminal, sample, option, changes) -> None:
    """Without a bar nothing is shown at all; without colours the bar has none."""
    content = sample.read_bytes()
    with start("layers", "-", option, stderr=terminal.end, changes=changes) as process:
        process.stdin.write(content[:300_000])
        process.stdin.flush()
        if changes:
            terminal.read_until(b"reading")
        process.communicate(content[300_000:], timeout=PATIENCE)
    assert COLOURS.findall(terminal.read_all()) == []
    assert bool(terminal.shown) == bool(changes)


def test_messages_go_to_a_terminal_after_the_bar_is_gone(start, terminal, sample) -> None:
    with start("layers", sample, "--image", "nope", stderr=terminal.end) as process:
        process.communicate(timeout=PATIENCE)
        assert process.returncode == 2
    assert b"imgscan: error: app-2.0.tar has no image 'nope':\r\n" in terminal.read_all()


@pytest.mark.parametrize("command", ["report", "layers"])
def test_what_is_shown_on_a_terminal_has_no_escapes_and_fits(start, terminal, sample, command) -> None:
    with start(command, sample, stdout=terminal.end) as process:
        process.communicate(timeout=PATIENCE)
    shown = terminal.read_all().decode()
    assert "\x1b" not in shown
    tables = [line for line in shown.replace("\r", "").splitlines() if not re.match(r"\d+\.\d% of", line)]
    assert len(tables) > 10
    assert max(map(len, tables)) <= 120


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_binary_formats_are_not_for_a_terminal(start, terminal, sample, form) -> None:
    with start("layers", sample, "-f", form, stdout=terminal.end) as process:
        _, stderr = process.communicate(timeout=PATIENCE)
        assert process.returncode == 2
    assert terminal.read_all() == b""
    assert stderr.decode() == f"imgscan: error: {form} is not for a terminal\nhint: name a file: -o table.{form}\n"


@pytest.mark.parametrize("arguments", [["changes", "-f", "json"], ["report"]], ids=" ".join)
def test_a_reader_that_goes_away_is_no_trouble(start, sample, arguments) -> None:
    """As in `imgscan … | head -1`: no word on stderr, and a status that is neither 0 nor that of a gate."""
    with start(arguments[0], sample, *arguments[1:]) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 130


@pytest.mark.parametrize(
    "arguments",
    [
        "report - -o out.html",
        "report - -o -",
        "report - -f all -o new/folder",
        "layers - -o out.parquet",
        "dockerfile - -o Dockerfile",
        "tree - -o out.json",
        "parents SAMPLE --parent -",
        "catalog add - --catalog new",
        "catalog import - --catalog new",
    ],
)
def test_ctrl_c_while_a_pipe_is_read(start, folder, sample, arguments) -> None:
    """One line, no traceback, no file."""
    with start(*(sample if each == "SAMPLE" else each for each in arguments.split())) as process:
        process.stdin.write(sample.read_bytes()[:400_000])
        process.stdin.flush()
        _wait_until_it_waits(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
        assert (process.stdout.read(), process.stderr.read()) == (b"", b"imgscan: interrupted\n")
    assert list(folder.iterdir()) == []


INTERRUPTED_IMPORT = """
import time
from imgscan import __main__

code = "import signal; signal.raise_signal(signal.SIGINT); print('the import ends', flush=True)"

def run():
    exec(compile(code, "<frozen importlib._bootstrap>", "exec"))
    time.sleep(60)

__main__._run = run
__main__.main()
"""


def test_ctrl_c_in_the_middle_of_an_import_waits_for_its_end(environment) -> None:
    """There it would be lost, or leave a lock taken that threads wait for: one run in a hundred hung for good."""
    command = [sys.executable, "-c", INTERRUPTED_IMPORT]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=PATIENCE - 10, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"the import ends\n", b"imgscan: interrupted\n")


@pytest.mark.parametrize("arguments", ["--help", "--version", "report --help", "findings --explain headers"])
def test_help_for_a_reader_that_goes_away(start, arguments) -> None:
    with start(*arguments.split()) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 130


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ("report SAMPLE -o out.html", 130),
        ("waste SAMPLE --own", 130),
        ("changes SAMPLE", 130),
        ("nonsense", 2),
        ("", 2),
    ],
)
def test_both_streams_into_one_pipe_whose_reader_goes_away(start, sample, arguments, status) -> None:
    """As in `imgscan … 2>&1 | head -1`: messages are dropped, and what was wrong still counts."""
    reader, writer = os.pipe()
    os.close(reader)
    words = [sample if each == "SAMPLE" else each for each in arguments.split()]
    with start(*words, stdout=writer, stderr=writer) as process:
        os.close(writer)
        assert process.wait(PATIENCE) == status


@pytest.mark.parametrize("closed", ["2>&-", "2>/dev/full"])
def test_messages_that_nobody_can_read_are_no_trouble(start, sample, imgscan_command, closed) -> None:
    script = f'{" ".join(imgscan_command)} waste "$1" --own --top 1 -f csv {closed}; echo $?'
    with start(script, sample, shell=True) as process:
        head, row, status = process.stdout.read().splitlines()
    assert head.startswith(b"path,")
    assert row.startswith(b"srv/")
    assert status == b"0"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("layers SAMPLE >&-", "standard output is closed"),
        ("layers - <&-", "standard input is closed"),
        ("report - <&-", "standard input is closed"),
        ("catalog import - <&-", "standard input is closed"),
        ("--help >/dev/full", "cannot write to standard output: No space left on device"),
    ],
)
def test_streams_that_are_not_there(start, sample, imgscan_command, words, says) -> None:
    script = " ".join([*imgscan_command, words.replace("SAMPLE", '"$1"')])
    with start(script, sample, shell=True) as process:
        assert process.stderr.readline().decode() == f"imgscan: error: {says}\n"
        assert process.wait(PATIENCE) == 2


def test_ctrl_c_while_the_bar_is_shown(start, terminal, sample) -> None:
    """The cursor is given back, and the line comes after the bar."""
    with start("layers", "-", stderr=terminal.end) as process:
        process.stdin.write(sample.read_bytes()[:300_000])
        process.stdin.flush()
        terminal.read_until(rb"/s")
        _wait_until_it_waits(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
    shown = terminal.read_all()
    assert b"\x1b[?25h" in shown
    assert shown.endswith(b"imgscan: interrupted\r\n")
