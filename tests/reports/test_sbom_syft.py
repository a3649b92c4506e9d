"""Bills of materials against syft: it reads ours, and finds what ours have in the same image."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packageurl import PackageURL

from reports.sbom import cyclonedx, spdx
from tests.images import Image, Layer, docker_archive
from tests.real.tools import require, run, unavailable
from tests.reports.bills import package, syft, table
from tests.reports.documents import image

each_format = pytest.mark.parametrize("module", [cyclonedx, spdx], ids=["cyclonedx", "spdx"])
STATUS = Path("/var/lib/dpkg/status")


def _triples(components: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {(each["name"], each["version"], each["purl"]) for each in components}


@each_format
def test_syft_reads_the_packages_that_the_table_has(module: ModuleType, tmp_path: Path) -> None:
    """It writes anew what it read: names, versions, package URLs, licences on SPDX's list, and the image."""
    rows = (
        package("libpython3.11", "3.11.2-6"),
        package("pip", "23.0.1", "python", within="dpkg:libpython3.11", licence="MIT", purl="pkg:pypi/pip@23.0.1"),
        package("node", "22.1.0", "npm", licence="see LICENSE", purl="pkg:npm/%40types/node@22.1.0"),
    )
    path = tmp_path / "bill.json"
    path.write_text(module.render(table(*rows), image()))
    read = json.loads(run(syft(), "convert", path, "-o", "cyclonedx-json"))
    expected = {(each["name"], each["version"], str(PackageURL.from_string(each["purl"]))) for each in rows}
    assert _triples(read["components"]) == expected
    licences = {each["name"]: each["licenses"] for each in read["components"]}
    assert licences["pip"] == [{"license": {"id": "MIT"}}]
    assert read["metadata"]["component"]["name"] == "acme/shop:1"


@each_format
def test_the_packages_of_this_system_are_those_that_syft_finds(module: ModuleType, tmp_path: Path) -> None:
    """In an image with this system's own list of packages; ours come from dpkg itself."""
    require("dpkg-query")
    if not STATUS.is_file():
        unavailable("not a system that dpkg installs")
    archive = tmp_path / "image.tar"
    layer = Layer().file("var/lib/dpkg/status", STATUS.read_bytes()).file("etc/os-release", b"ID=debian\n")
    archive.write_bytes(docker_archive(Image([layer])))
    found = json.loads(run(syft(), "scan", f"docker-archive:{archive}", "-o", "cyclonedx-json"))
    theirs = {
        (each["name"], each["version"]) for each in found["components"] if each.get("purl", "").startswith("pkg:deb/")
    }
    path = tmp_path / "bill.json"
    path.write_text(module.render(table(*_installed()), image()))
    read = json.loads(run(syft(), "convert", path, "-o", "cyclonedx-json"))
    ours = {(each["name"], each["version"]) for each in read["components"]}
    assert ours == theirs
    assert len(ours) > 50


def _installed() -> list[dict[str, Any]]:
    form = "${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\n"
    lines = run("dpkg-query", "--show", f"--showformat={form}").decode().splitlines()
    rows = [line.split("\t")[1:] for line in lines if line.startswith("installed\t")]
    return [
        package(
            name,
            version,
            architecture=architecture,
            purl=PackageURL("deb", "debian", name, version, {"arch": architecture}).to_string(),
        )
        for name, version, architecture in rows
    ]
