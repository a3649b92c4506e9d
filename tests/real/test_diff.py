"""Differences of images against what other tools say of the same two: `podman image diff`, and `diff -r` of two roots."""

import subprocess
import tarfile
from pathlib import Path

import pytest

import imgscan
from tests.real.podman import Podman
from tests.real.samples import COMPRESSED, FORMATS, PLAIN, SAMPLES
from tests.real.tools import require

OLD, NEW = SAMPLES / "app-1.0.tar", SAMPLES / "app-2.0.tar"
# What runtimes put into every container, and podman's own view of it.
RUNTIME = {
    "etc/hosts",
    "etc/hostname",
    "etc/resolv.conf",
    "etc/mtab",
    "run/.containerenv",
    ".dockerenv",
    "dev",
    "proc",
    "sys",
}


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """The change of each path, moves taken apart, attributes left out."""
    found = {}
    for row in imgscan.diff(imgscan.open(OLD), imgscan.open(NEW)).files.to_pylist():
        if row["change"] == "moved":
            found |= {row["old_path"]: "removed", row["path"]: "added"}
        else:
            found[row["path"]] = row["change"]
    return found


@pytest.mark.engine
def test_podman_sees_the_same_paths_come_go_and_change(podman: Podman, files) -> None:
    old, new = (_loaded(podman, archive) for archive in (OLD, NEW))
    words = {"A": "added", "D": "removed", "C": "changed"}
    told = {}
    for line in podman.podman("image", "diff", new, old).splitlines():
        letter, path = line.split(" ", 1)
        told[path.lstrip("/")] = words[letter]
    # Podman looks at the layers above the common ones, times included: it names as changed what was built anew alike.
    assert {path for path, word in told.items() if word == "removed"} == _paths(files, "removed")
    assert {path for path, word in told.items() if word == "added"} == _paths(files, "added")
    assert _paths(files, "modified", "metadata") <= {path for path, word in told.items() if word == "changed"}


@pytest.mark.engine
def test_diff_of_the_unpacked_roots_tells_the_same(podman: Podman, files, tmp_path: Path) -> None:
    require("diff")
    for archive, name in ((OLD, "old"), (NEW, "new")):
        podman.export(_loaded(podman, archive), tmp_path / f"{name}.tar")
        with tarfile.open(tmp_path / f"{name}.tar") as tar:
            tar.extractall(tmp_path / name, filter="fully_trusted")
    told = _diff(tmp_path)
    assert {path for path, word in told.items() if word == "modified"} == _paths(files, "modified")
    for word in ("added", "removed"):
        # diff names a folder that is on one side only, and nothing below it
        tops = {path for path, found in told.items() if found == word}
        assert {path for path in _paths(files, word) if not any(path.startswith(top + "/") for top in tops)} == tops


def _loaded(podman: Podman, archive: Path) -> str:
    """The name under which podman keeps the image of an archive."""
    return podman.podman("load", "--quiet", "--input", archive).rpartition("Loaded image: ")[2]


def _diff(folder: Path) -> dict[str, str]:
    command = ["diff", "--recursive", "--brief", "--no-dereference", "old", "new"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}, check=False
    )
    assert done.returncode == 1, done.stderr
    found = {}
    for line in done.stdout.splitlines():
        if line.startswith("Only in "):
            place, name = line.removeprefix("Only in ").split(": ", 1)
            side, _, rest = place.partition("/")
            found["/".join(filter(None, (rest, name)))] = "removed" if side == "old" else "added"
        elif line.startswith("Files "):  # of pipes and sockets diff says what they are, whatever they are
            found[line.removeprefix("Files old/").partition(" and new/")[0]] = "modified"
    return {path: word for path, word in found.items() if path.split("/")[0] not in RUNTIME and path not in RUNTIME}


def _paths(files: dict[str, str], *words: str) -> set[str]:
    return {path for path, word in files.items() if word in words}


@pytest.mark.parametrize("name", [*COMPRESSED, *PLAIN])
def test_the_same_image_in_two_forms_differs_in_nothing_but_the_form(name) -> None:
    diff = imgscan.diff(imgscan.open(NEW), imgscan.open(FORMATS / name))
    if "estargz" in name:  # its layers hold a table of contents and a mark each, and so are others
        assert set(diff.files["path"].to_pylist()) == {"stargz.index.json", ".no.prefetch.landmark"}
        return
    assert diff.files.num_rows == 0
    assert {pair.status for pair in diff.layers} == {"same"}
    assert (diff.growth().bytes, diff.packages, diff.cost.new_bytes, diff.cost.tar_bytes) == (0, (), 0, 0)
    # The image specification knows no health check, so converting to OCI loses it.
    assert {each.field.partition(".")[0] for each in diff.config} <= {"Healthcheck"}
