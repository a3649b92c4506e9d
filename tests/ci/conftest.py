"""What CI systems have around a gate: imgscan installed in a folder of its own, and a checkout with images."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ci.actions import ROOT, Run

SAMPLES = ROOT / "sample_images"
TEMPLATE = ROOT / "ci" / "gitlab-ci.yml"

Job = Callable[..., subprocess.CompletedProcess[str]]


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


DOCKER = """#!/bin/sh
# What pages ask of an engine: images of the main branch are the old one, all others the new one.
case "$1" in build | pull) exit 0 ;; save) ;; *) exit 9 ;; esac
for word; do
    case "$last" in --output) file="$word" ;; esac
    last="$word"
done
case "$last" in *:main) image=old.tar ;; *) image=new.tar ;; esac
case "$file" in "" | new.tar) ;; *) cp --dereference "$image" "$file" ;; esac
test -n "$file" || cat "$image"
"""


@pytest.fixture
def machine(runner_temp: Path, offline: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """An environment in which `imgscan` is a command, and `docker` one that has the images of the workspace."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "imgscan").symlink_to(runner_temp / "imgscan" / "bin" / "imgscan")
    (programs / "docker").write_text(DOCKER)
    (programs / "docker").chmod(0o755)
    return {**offline, "PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(tmp_path)}


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


def schema_problems(kind: str, *paths: Path) -> str:
    """What is wrong with files by the schema that hosts publish of their kind; empty where nothing is."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", kind, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return done.stdout if done.returncode else ""


def template() -> dict[str, Any]:
    """Return the job of ci/gitlab-ci.yml."""
    job: dict[str, Any] = yaml.safe_load(TEMPLATE.read_text())[".imgscan-gate"]
    return job


@pytest.fixture
def job(workspace: Path, runner_temp: Path, offline: dict[str, str]) -> Job:
    """Run the template's script with variables of a job; imgscan is there as before_script would have it."""

    def run(**variables: str) -> subprocess.CompletedProcess[str]:
        if not (workspace / ".imgscan").exists():
            (workspace / ".imgscan").symlink_to(runner_temp / "imgscan")
        path = {"PATH": "/usr/bin:/bin", "HOME": str(workspace), "CI_PROJECT_DIR": str(workspace)}
        return shell(
            "\n".join(template()["script"]), workspace, {**offline, **path, **template()["variables"], **variables}
        )

    return run
