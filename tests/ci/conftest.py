"""What CI systems have around a gate: imgscan installed in a folder of its own, and a checkout with images."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ci.actions import ROOT, Run

SAMPLES = ROOT / "sample_images"


@pytest.fixture(scope="session")
def offline() -> dict[str, str]:
    """What lets pip install this checkout without a network: all that it needs is on the path of this environment."""
    needed = sysconfig.get_paths()["purelib"]
    return {"PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PYTHONPATH": needed}


@pytest.fixture(scope="session")
def runner_temp(tmp_path_factory: pytest.TempPathFactory, offline: dict[str, str]) -> Path:
    """$RUNNER_TEMP after the action's own step has installed imgscan there."""
    temp = tmp_path_factory.mktemp("runner")
    run = Run(ROOT, temp, {**offline, "HOME": str(temp)}, {"image": "x", "python": sys.executable})
    assert run.steps("Install imgscan") == 0, run.log
    assert (temp / "imgscan" / "bin" / "imgscan").exists()
    return temp


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A checkout with two builds of an image, and its Dockerfile."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    for name, there in (("old.tar", "app-1.0.tar"), ("new.tar", "app-2.0.tar")):
        (folder / name).symlink_to(SAMPLES / there)
    (folder / "Dockerfile").write_bytes((SAMPLES / "dockerfiles" / "app-2.0" / "Dockerfile").read_bytes())
    return folder


@pytest.fixture
def used(workspace: Path, runner_temp: Path, offline: dict[str, str]) -> Callable[..., tuple[int, Run]]:
    """Use the action with inputs, their names with underscores; imgscan is installed."""

    def use(event: int | None = None, environment: dict[str, str] | None = None, **inputs: str) -> tuple[int, Run]:
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        seen = {**offline, "HOME": str(workspace), **(environment or {})}
        run = Run(workspace, runner_temp, seen, given, event)
        return run.steps("Judge", "Comment", "Verdict"), run

    return use


@pytest.fixture
def path_with_imgscan(runner_temp: Path, offline: dict[str, str]) -> dict[str, str]:
    """An environment in which `imgscan` is a command."""
    path = f"{runner_temp / 'imgscan' / 'bin'}:{os.environ['PATH']}"
    return {**offline, "PATH": path, "HOME": str(runner_temp)}


def shell(script: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script as `sh -e` does, which every CI system has."""
    return subprocess.run(
        ["sh", "-e", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def schema_problems(kind: str, path: Path) -> str:
    """What is wrong with a file by the schema that hosts publish of its kind; empty where nothing is."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", kind, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return done.stdout if done.returncode else ""
