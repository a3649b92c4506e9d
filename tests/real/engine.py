"""A Docker engine of one's own, apart from any that the machine runs, and gone when the tests are over."""

from __future__ import annotations

import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.real.tools import require, require_root, run, unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCKER = "/usr/bin/docker"
STORAGE_DRIVERS = ("overlay2", "vfs")
START_SECONDS = 60


class Engine:
    """The client of a running engine."""

    def __init__(self, socket: Path, configuration: Path) -> None:
        self._socket = socket
        self._environment = {"DOCKER_CONFIG": str(configuration)}

    def docker(self, *words: object, buildkit: bool = False) -> str:
        """What ``docker WORDS`` prints, without the last line end."""
        command = (DOCKER, "--host", f"unix://{self._socket}", *words)
        environment = {**self._environment, "DOCKER_BUILDKIT": str(int(buildkit))}
        return run(*command, environment=environment).decode().rstrip("\n")

    def save(self, image: str, archive: Path) -> Path:
        """The image as ``docker save`` writes it."""
        self.docker("save", "--output", archive, image)
        return archive

    def export(self, image: str, archive: Path) -> Path:
        """What a container of the image sees, as ``docker export`` writes it."""
        container = self.docker("create", "--network=none", image, "never-run")
        self.docker("export", "--output", archive, container)
        self.docker("rm", container)
        return archive


@contextmanager
def running_engine(folder: Path) -> Iterator[Engine]:
    """An engine with all its state in ``folder``; skips the test where none can be started."""
    require("dockerd", DOCKER)
    require_root()
    failures = []
    for driver in STORAGE_DRIVERS:
        state = folder / driver
        state.mkdir()
        socket, log = folder / f"{driver}.sock", folder / f"{driver}.log"
        with log.open("wb") as output:
            daemon = subprocess.Popen(_command(driver, state, socket), stdout=output, stderr=output)
        try:
            if _answers(daemon, socket):
                yield Engine(socket, state / "client")
                return
        finally:
            _stop(daemon)
        failures.append(f"{driver}: {log.read_text(errors='replace')[-500:]}")
    unavailable("no Docker engine starts here: " + "; ".join(failures))


def _command(driver: str, state: Path, socket: Path) -> list[str]:
    return [
        "dockerd",
        "--iptables=false",
        "--bridge=none",
        f"--storage-driver={driver}",
        f"--data-root={state / 'data'}",
        f"--exec-root={state / 'run'}",
        f"--pidfile={state / 'pid'}",
        f"--host=unix://{socket}",
    ]


def _answers(daemon: subprocess.Popen[bytes], socket: Path) -> bool:
    """Wait until the engine answers, gives up, or has had its time."""
    question = [DOCKER, "--host", f"unix://{socket}", "version"]
    deadline = time.monotonic() + START_SECONDS
    while daemon.poll() is None and time.monotonic() < deadline:
        if subprocess.run(question, capture_output=True, check=False).returncode == 0:
            return True
        time.sleep(0.1)
    return False


def _stop(daemon: subprocess.Popen[bytes]) -> None:
    """The engine ends its own containerd and unmounts on SIGTERM."""
    daemon.terminate()
    try:
        daemon.wait(timeout=30)
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait()
