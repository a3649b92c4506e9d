"""The command line in two ways: as a process of its own, and in this one where a process adds nothing."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import imgscan
from imgscan.cli import app
from tests.cli.gating import Done
from tests.cli.warm import Warm

ROOT = Path(__file__).resolve().parents[2]

Command = list[str]
Run = Callable[..., subprocess.CompletedProcess[bytes]]
Printed = Callable[..., bytes]


@pytest.fixture(scope="session")
def samples() -> Path:
    return ROOT / "sample_images"


@pytest.fixture(scope="session")
def sample(samples: Path) -> Path:
    return samples / "app-2.0.tar"


@pytest.fixture(scope="session")
def image(sample: Path) -> imgscan.Image:
    return imgscan.open(sample)


@pytest.fixture(scope="session")
def imgscan_command() -> Command:
    return [sys.executable, "-m", "imgscan"]


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """What processes see: this checkout, and nothing that changes how output looks."""
    return {"PATH": os.environ["PATH"], "HOME": "/home/secret-user", "PYTHONPATH": str(ROOT), "TERM": "xterm"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where processes run: an empty folder with a name that must not get into any output."""
    place = tmp_path / "secret-folder"
    place.mkdir()
    return place


@pytest.fixture(scope="session")
def warm(environment: dict[str, str]) -> Iterator[Warm]:
    with Warm(environment) as server:
        yield server


@pytest.fixture
def run(folder: Path, warm: Warm, environment: dict[str, str]) -> Run:
    """Run imgscan as a user does; ``given`` is what it gets on standard input."""

    def run_it(*arguments: str | Path, given: bytes | None = b"") -> subprocess.CompletedProcess[bytes]:
        return warm.run([*map(str, arguments)], cwd=folder, env=environment, given=given)

    return run_it


@pytest.fixture
def printed(capfdbinary: pytest.CaptureFixture[bytes]) -> Iterator[Printed]:
    """What a command prints on standard output, without a process of its own."""

    def call(*arguments: str | Path) -> bytes:
        app([*map(str, arguments)], standalone_mode=False)
        return capfdbinary.readouterr().out

    return call


@pytest.fixture
def gate(run: Run) -> Callable[..., Done]:
    """Run `imgscan gate` as a user does."""

    def run_it(*arguments: str | Path) -> Done:
        done = run("gate", *arguments)
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run_it
