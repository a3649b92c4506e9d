"""Names and versions in one image of real installations: what each ecosystem's own tool says, and what syft says.

What the two say otherwise is in the table of docs/packages.md, and only that is let pass here.
"""

from __future__ import annotations

import io
import json
import re
import sysconfig
import tarfile
from collections import Counter
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import imgscan
from tests.images.archives import docker_archive
from tests.images.image import Image, LayerBlob
from tests.packages.installers import composer, npm
from tests.real.tools import require, run
from tests.reports.bills import syft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Found = set[tuple[str, str]]

SITE_PACKAGES = Path(sysconfig.get_path("purelib"))
ENVIRONMENT = "opt/conda"
# What syft calls the ecosystems.
KINDS = {"gem": "gem", "conda": "conda", "composer": "php-composer", "python": "python", "npm": "npm"}
GEMS = "puts Gem::Specification.map { |gem| [gem.name, gem.version.to_s, gem.loaded_from] }.to_json"


@pytest.fixture(scope="module")
def archive(
    gem_root: Path, composer_app: Path, conda_environment: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """All that was installed, Ruby's own gems and the machine's packages of Python and npm, in one layer."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        tar.add(gem_root, "")
        tar.add(composer_app, "srv/app")
        tar.add(conda_environment, ENVIRONMENT)
        for file in _machine_files():
            tar.add(file, str(file).lstrip("/"), recursive=False)
    saved = tmp_path_factory.mktemp("saved") / "installed.tar"
    saved.write_bytes(docker_archive(Image([LayerBlob(packed.getvalue(), packed.getvalue())], tags=["installed:1"])))
    return saved


def _machine_files() -> Iterator[Path]:
    """The machine's specifications of gems, its records of Python, and each manifest in npm's global folder."""
    yield from (Path(path) for *_, path in _machine_gems())
    for info in SITE_PACKAGES.glob("*.dist-info"):
        yield from (path for path in info.iterdir() if path.name in ("METADATA", "RECORD", "top_level.txt"))
    yield from Path(run(npm(), "root", "--global").decode().strip()).rglob("package.json")


def _machine_gems() -> list[tuple[str, str, str]]:
    require("ruby")
    return json.loads(run("ruby", "-rjson", "-e", GEMS))


@pytest.fixture(scope="module")
def image(archive: Path) -> imgscan.Image:
    return imgscan.open(archive)


@pytest.fixture(scope="module")
def said_by_syft(archive: Path) -> list[dict[str, Any]]:
    told = run(
        syft(),
        f"docker-archive:{archive}",
        "--quiet",
        "--output=json",
        environment={"SYFT_CHECK_FOR_APP_UPDATE": "0"},
    )
    return json.loads(told)["artifacts"]


def found(image: imgscan.Image, ecosystem: str) -> Found:
    rows = image.packages_of([ecosystem]).to_pylist()
    return {(row["name"], row["version"]) for row in rows}


def test_gem_list_says_the_same(image: imgscan.Image, gem_root: Path) -> None:
    home = str(gem_root / "usr/gems")
    listed = run("gem", "list", "--local", environment={"GEM_PATH": home}).decode()
    listed += run("gem", "list", "--local").decode()
    lines = (re.fullmatch(r"(\S+) \((.+)\)", line) for line in listed.splitlines())
    said = {
        (line[1], version.removeprefix("default: ").split()[0])
        for line in lines
        if line
        for version in line[2].split(", ")
    }
    assert found(image, "gem") == said > {("tiny", "1.2.0.pre1")}


def test_conda_s_own_records_say_the_same(image: imgscan.Image, conda_environment: Path) -> None:
    import rattler

    records = [rattler.PrefixRecord.from_path(path) for path in conda_environment.glob("conda-meta/*.json")]
    said = {(each.name.normalized, str(each.version)) for each in records}
    assert found(image, "conda") == said > {("tiny", "2.0")}


def test_composer_show_says_the_same(image: imgscan.Image, composer_app: Path) -> None:
    shown = json.loads(composer(composer_app, "show", "--format=json"))["installed"]
    said = {(each["name"], each["version"]) for each in shown}
    assert found(image, "composer") == said > {("acme/lib", "v1.2.0")}


def test_python_says_the_same(image: imgscan.Image) -> None:
    said = {(each.metadata["Name"], each.version) for each in distributions(path=[str(SITE_PACKAGES)])}
    assert found(image, "python") == said > {("pytest", pytest.__version__)}


def test_npm_ls_says_the_same(image: imgscan.Image) -> None:
    told = json.loads(run(npm(), "ls", "--global", "--all", "--long", "--json"))
    version = run(npm(), "--version").decode().strip()
    assert found(image, "npm") == set(_tree(told["dependencies"])) > {("npm", version)}


def _tree(dependencies: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names and versions of all that is really there, nested ones too."""
    for each in dependencies.values():
        if "version" in each and not each.get("missing"):
            yield each["name"], each["version"]
        yield from _tree(each.get("dependencies", {}))


@pytest.mark.parametrize("ecosystem", KINDS)
def test_syft_says_the_same(image: imgscan.Image, said_by_syft: list[dict[str, Any]], ecosystem: str) -> None:
    ours = Counter(row["purl"].partition("?")[0] for row in image.packages_of([ecosystem]).to_pylist())
    theirs = Counter(each["purl"].partition("?")[0] for each in said_by_syft if each["type"] == KINDS[ecosystem])
    if ecosystem == "conda" and b"conda" not in run(syft(), "cataloger", "list"):
        assert theirs == Counter()
    else:
        assert ours == theirs


def test_syft_leaves_out_the_platform_of_a_gem(image: imgscan.Image, said_by_syft: list[dict[str, Any]]) -> None:
    ours = {row["purl"] for row in image.packages_of(["gem"]).to_pylist()}
    theirs = {each["purl"] for each in said_by_syft if each["type"] == KINDS["gem"]}
    assert (ours - theirs, theirs - ours) == (
        {"pkg:gem/plat-form@2.0?platform=x86_64-linux"},
        {"pkg:gem/plat-form@2.0"},
    )
