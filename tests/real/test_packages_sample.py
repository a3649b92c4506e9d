"""The sample image with packages, against dpkg itself and against sums over its tars."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

import pytest

import imgscan
from tests.real.samples import SAMPLES
from tests.real.tools import require, run

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = SAMPLES / "packages.tar"
STATUS, INFO = "var/lib/dpkg/status", "var/lib/dpkg/info"


@pytest.fixture(scope="module")
def image() -> imgscan.Image:
    return imgscan.open(SAMPLE)


@pytest.fixture
def database(image: imgscan.Image, tmp_path: Path) -> Path:
    """dpkg's own folder, as a container has it."""
    for path in image.rootfs["path"].to_pylist():
        if path == STATUS or path.startswith(f"{INFO}/"):
            target = tmp_path / path.removeprefix("var/lib/dpkg/")
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(image.read(path))
    return tmp_path


def test_packages_of_dpkg_are_those_that_it_lists(image: imgscan.Image, database: Path) -> None:
    require("dpkg-query")
    form = "--showformat=${Package} ${Version} ${Architecture} ${Installed-Size}\n"
    told = run("dpkg-query", f"--admindir={database}", "--show", form).decode().splitlines()
    found = image.packages_of(["dpkg"]).to_pylist()
    assert sorted(told) == sorted(
        f"{row['name']} {row['version']} {row['architecture']} {row['claimed_bytes'] // 1024}" for row in found
    )


def test_bytes_of_a_package_are_those_of_the_files_that_dpkg_lists(image: imgscan.Image, database: Path) -> None:
    require("dpkg-query")
    kinds, sizes = (dict(zip(image.rootfs["path"].to_pylist(), image.rootfs[name].to_pylist(), strict=True))
                    for name in ("kind", "size"))  # fmt: skip
    for row in image.packages_of(["dpkg"]).to_pylist():
        listed = run("dpkg-query", f"--admindir={database}", "--listfiles", row["name"]).decode().splitlines()
        files = [path[1:] for path in listed if kinds.get(path[1:]) == "file"]
        assert (row["files"], row["file_bytes"]) == (len(files), sum(sizes[path] for path in files))


def test_the_folder_of_the_wheel_is_the_wheel_s(image: imgscan.Image) -> None:
    rows = image.rootfs.to_pylist()
    below = [row["size"] for row in rows if "/python3.11/" in row["path"] and row["kind"] == "file"]
    (wheel,) = [row for row in image.packages_of(["python"]).to_pylist() if row["name"] == "acme-prices"]
    assert (wheel["version"], wheel["licence"]) == ("2.1", "MIT")
    assert (wheel["files"], wheel["file_bytes"]) == (len(below), sum(below))


def test_dead_bytes_are_those_of_the_layer_that_stores_them(image: imgscan.Image) -> None:
    """Read from the layer's own tar by tarfile."""
    with tarfile.open(SAMPLE) as outer:
        names = [each.name for each in outer if each.name.endswith("/layer.tar")]
        members: dict[str, int] = {}
        for name in names:
            content = outer.extractfile(name)
            with tarfile.open(fileobj=content) as layer:
                sizes = {each.name: each.size for each in layer if each.isfile()}
            if "usr/share/doc/acme-tools/manual.csv" in sizes:
                members = sizes
    found = {
        (row["name"], row["version"]): row["dead_bytes"]
        for row in image.packages_of(all_layers=True).to_pylist()
        if row["dead_bytes"]
    }
    assert found == {
        ("acme-tools", "3.2-1"): members["usr/share/doc/acme-tools/manual.csv"],
        ("libacme1", "1.0-1"): members["usr/lib/libacme.so.1"],
    }
