"""Packages of an image of this machine, against what its own tools say: dpkg-query, importlib.metadata, npm, syft."""

from __future__ import annotations

import json
import shutil
import sys
import sysconfig
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import imgscan
from tests.real.tools import require, run
from tests.reports.bills import syft

if TYPE_CHECKING:
    from tests.real.engine import Engine

pytestmark = pytest.mark.engine

SITE_PACKAGES = Path(sysconfig.get_path("purelib"))
Names = set[tuple[str, str]]


@pytest.fixture(scope="module")
def archive(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An image that a real engine saved, with dpkg's files, this environment's records, and npm where it is."""
    require("dpkg-query", "tar")
    folder = tmp_path_factory.mktemp("machine")
    paths = ["var/lib/dpkg/status", "var/lib/dpkg/info", "var/lib/dpkg/diversions", "usr/lib/os-release"]
    paths += [str(each)[1:] for each in SITE_PACKAGES.glob("*.dist-info")]
    if _npm_folder() is not None:
        paths.append(str(_npm_folder())[1:])
    root = folder / "root.tar"
    run("tar", "--create", f"--file={root}", "--directory=/", *paths)
    engine.docker("import", root, "machine:1")
    return engine.save("machine:1", folder / "machine.tar")


@pytest.fixture(scope="module")
def image(archive: Path) -> imgscan.Image:
    return imgscan.open(archive)


def _npm_folder() -> Path | None:
    npm = shutil.which("npm")
    return None if npm is None else Path(run(npm, "root", "--global").decode().strip())


def _named(image: imgscan.Image, ecosystem: str) -> Names:
    rows = image.packages_of([ecosystem]).select(["name", "version"]).to_pylist()
    return {(row["name"], row["version"]) for row in rows}


def test_dpkg_query_lists_the_same(image: imgscan.Image) -> None:
    told = run("dpkg-query", "--show", "--showformat=${db:Status-Status}\t${Package}\t${Version}\n").decode()
    lines = (line.split("\t") for line in told.splitlines())
    assert _named(image, "dpkg") == {(name, version) for status, name, version in lines if status != "config-files"}


def test_python_lists_the_same(image: imgscan.Image) -> None:
    found = {(each.metadata["Name"], each.version) for each in distributions(path=[str(SITE_PACKAGES)])}
    assert sys.prefix in str(SITE_PACKAGES)
    assert _named(image, "python") == found


def test_npm_lists_the_same(image: imgscan.Image) -> None:
    if _npm_folder() is None:
        assert _named(image, "npm") == set()
        return
    require("npm")
    told = json.loads(run("npm", "ls", "--global", "--all", "--long", "--json"))
    assert _named(image, "npm") == set(_tree(told.get("dependencies", {})))


def _tree(dependencies: dict) -> list[tuple[str, str]]:
    """Names and versions of all that is really there, nested ones too."""
    found = []
    for each in dependencies.values():
        if "version" in each and not each.get("missing"):
            found.append((each["name"], each["version"]))
        found += _tree(each.get("dependencies", {}))
    return found


def test_syft_lists_the_same_of_debian_and_python(image: imgscan.Image, archive: Path) -> None:
    told = json.loads(
        run(
            syft(),
            f"docker-archive:{archive}",
            "--quiet",
            "--output=json",
            environment={"SYFT_CHECK_FOR_APP_UPDATE": "0"},
        )
    )
    of_kind: dict[str, Names] = {"deb": set(), "python": set()}
    for each in told["artifacts"]:
        if each["type"] in of_kind:
            of_kind[each["type"]].add((_normalised(each["name"]), each["version"]))
    # syft also lists packages of which only the configuration is left.
    assert {(_normalised(name), version) for name, version in _named(image, "dpkg")} <= of_kind["deb"]
    assert {(_normalised(name), version) for name, version in _named(image, "python")} == of_kind["python"]


def _normalised(name: str) -> str:
    """As PEP 503 compares names: syft shows them so."""
    return name.lower().replace("_", "-").replace(".", "-")
