""".pre-commit-hooks.yaml, with pre-commit itself."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ci.actions import ROOT

PRE_COMMIT = [sys.executable, "-m", "pre_commit"]
PACKAGE = ("imgscan", "reports", "analyzer", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")


def _git(folder: Path, *words: str) -> str:
    identity = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    command = ["git", "-c", "init.defaultBranch=main", *words]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **identity}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """This checkout as a repository of hooks, as small as it installs."""
    if shutil.which("git") is None:
        pytest.skip("no git")
    folder = tmp_path / "hooks"
    folder.mkdir()
    for name in PACKAGE:
        there = ROOT / name
        leave = shutil.ignore_patterns("__pycache__")
        shutil.copytree(there, folder / name, ignore=leave) if there.is_dir() else shutil.copy(there, folder / name)
    _git(folder, "init", "--quiet")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "hooks")
    return folder


def test_the_manifest_is_valid() -> None:
    command = [*PRE_COMMIT, "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    subprocess.run(command, check=True, timeout=60)


def test_the_hook_judges_the_image(repository: Path, workspace: Path, offline: dict[str, str]) -> None:
    """As a user's configuration has it: the image and rules are arguments."""
    (workspace / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {repository}\n  rev: {_git(repository, 'rev-parse', 'HEAD')}\n"
        "  hooks:\n  - {id: imgscan-gate, args: [--baseline, old.tar, new.tar]}\n"
    )
    _git(workspace, "init", "--quiet")
    _git(workspace, "add", "--all")
    environment = {**os.environ, **offline, "PRE_COMMIT_HOME": str(workspace.parent / "cache")}
    command = [*PRE_COMMIT, "run", "--hook-stage", "pre-push", "--all-files", "--color", "never"]

    def run() -> tuple[int, str]:
        done = subprocess.run(
            command, cwd=workspace, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        return done.returncode, done.stdout + done.stderr

    (workspace / "imgscan.toml").write_text('[gate.growth]\nrootfs_bytes = "50 kB"\n')
    status, told = run()
    assert status == 1, told
    assert "failed  growth.rootfs_bytes" in told
    (workspace / "imgscan.toml").write_text('[gate.growth]\nrootfs_bytes = "5 MB"\n')
    status, told = run()
    assert status == 0, told
    assert "imgscan gate" in told
